//! Searches of a real directory: Debian's slapd, with as much of Active Directory's schema as
//! service connection points need.

use std::{
    fmt::Write as _,
    fs::OpenOptions,
    io::Write as _,
    net::{IpAddr, Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU8, Ordering},
};

use mailscout_net::{
    certificate::CertificateProblem,
    directory::{
        Base, Bind, Directory as _, DirectoryAnswer, DirectoryLimits, DirectorySearch,
        DirectorySecurity, DirectoryServer, Filter,
    },
    failure::Failure,
};

#[path = "../../../cli/tests/it/real/leash.rs"]
mod leash;

use self::leash::Leash;
use crate::{
    certificates::{Authority, wrong_name},
    directory::directory_of,
};

/// The name in the certificate of every server.
const HOST: &str = "dc1.contoso.example";

/// What the protocol of Autodiscover calls the keyword of a server's address.
const KEYWORD: &str = "77378F46-2C66-4aa9-A6A6-3E7A48B19596";

const WHOLE: [DirectorySecurity; 3] =
    [DirectorySecurity::Plain, DirectorySecurity::StartTls, DirectorySecurity::Ldaps];

/// A running slapd.
struct Slapd {
    leash: Leash,
    authority: Authority,
    address: Ipv4Addr,
    /// In clear text, and in TLS.
    ports: [u16; 2],
}

impl Slapd {
    /// Starts one with so many service connection points; `None` after saying that the test is
    /// skipped.
    fn start(test: &str, points: usize, has_tls: bool) -> Option<Self> {
        let (program, filler) = (find("slapd", test)?, find("slapadd", test)?);
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new("a private authority");
        std::fs::create_dir(folder.path().join("db")).unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let (certificate, key) = authority.certify_as_pem(&[HOST]);
        write("cert.pem", &certificate);
        write("key.pem", &key);
        write("ad.schema", include_str!("../slapd/active-directory.schema"));
        write("root-dse.ldif", include_str!("../slapd/root-dse.ldif"));
        write("content.ldif", &(include_str!("../slapd/contoso.ldif").to_owned() + &ldif(points)));
        write("slapd.conf", &configuration(folder.path(), has_tls));
        let ended = Command::new(filler)
            .current_dir(folder.path())
            .args(["-q", "-f", "slapd.conf", "-l", "content.ldif"])
            .output()
            .unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        let address = own_address();
        let listeners = [(); 2].map(|()| TcpListener::bind((address, 0)).unwrap());
        let ports = listeners.map(|listener| listener.local_addr().unwrap().port());
        let secured =
            if has_tls { format!(" ldaps://{address}:{}/", ports[1]) } else { String::new() };
        let listens = format!("ldap://{address}:{}/{secured}", ports[0]);
        // It stays in the foreground, and tells of each operation.
        let arguments = ["-f", "slapd.conf", "-h", &listens, "-d", "256"];
        let leash = Leash::new(folder, &program, &arguments);
        let answers = || TcpStream::connect((address, ports[0])).is_ok();
        leash.wait_until(answers, "output");
        Some(Self { leash, authority, address, ports })
    }

    /// A search of all points below the configuration.
    fn search(&self, security: DirectorySecurity) -> DirectorySearch {
        let port = self.ports[usize::from(security == DirectorySecurity::Ldaps)];
        let server = DirectoryServer::new(HOST, port, vec![IpAddr::V4(self.address)], security);
        let filter = Filter::And(vec![
            Filter::equals("objectClass", "serviceConnectionPoint"),
            Filter::Or(vec![
                Filter::equals("keywords", "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68"),
                Filter::equals("keywords", KEYWORD),
            ]),
        ]);
        let limits = DirectoryLimits::default();
        let mut search =
            DirectorySearch::new(server, Base::ConfigurationNamingContext, filter, limits);
        search.attributes = vec!["keywords".to_owned(), "serviceBindingInformation".to_owned()];
        search
    }

    async fn run(&self, search: &DirectorySearch) -> Result<DirectoryAnswer, Failure> {
        directory_of(&self.authority).search(search).await
    }

    /// What it told, as soon as this stands in it so many times.
    fn told(&self, text: &str, times: usize) -> String {
        let path = self.leash.folder().join("output");
        let read = || std::fs::read_to_string(&path).unwrap_or_default();
        self.leash.wait_until(|| read().matches(text).count() >= times, "output");
        read()
    }
}

fn configuration(folder: &Path, has_tls: bool) -> String {
    let folder = folder.to_str().unwrap();
    let tls = if has_tls {
        format!(
            "TLSCertificateFile {folder}/cert.pem\nTLSCertificateKeyFile {folder}/key.pem\n\
             TLSVerifyClient never\n"
        )
    } else {
        String::new()
    };
    format!(
        "include /etc/ldap/schema/core.schema
include {folder}/ad.schema
pidfile {folder}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
rootDSE {folder}/root-dse.ldif
{tls}
database mdb
suffix dc=contoso,dc=example
directory {folder}/db
maxsize 268435456
dbnosync
limits anonymous size=unlimited size.prtotal=unlimited
limits dn.exact=cn=limited,dc=contoso,dc=example size=7
access to attrs=userPassword by * auth
access to dn.subtree=cn=hidden,dc=contoso,dc=example by users read by * none
access to * by * read
"
    )
}

fn ldif(points: usize) -> String {
    let mut ldif = String::new();
    for number in 1..=points {
        write!(
            ldif,
            "\ndn: CN=ex{number},CN=Autodiscover,CN=Microsoft Exchange,CN=Services,\
             CN=Configuration,DC=contoso,DC=example\nobjectClass: serviceConnectionPoint\n\
             cn: ex{number}\nserviceClassName: ms-Exchange-AutoDiscover-Service\n\
             keywords: {KEYWORD}\nkeywords: Site=Site{site}\nserviceBindingInformation: \
             https://ex{number}.contoso.example/Autodiscover/Autodiscover.xml\n",
            site = number % 7
        )
        .unwrap();
    }
    ldif
}

/// An address of loopback that no other server has.
fn own_address() -> Ipv4Addr {
    static LAST: AtomicU8 = AtomicU8::new(1);
    let [.., high, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, high, low, LAST.fetch_add(1, Ordering::Relaxed) + 1)
}

/// The program, or `None` after saying loudly that the test is skipped. In CI a missing program is
/// a failure.
fn find(program: &str, test: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    let found = folders.map(|folder| folder.join(program)).find(|path| path.is_file());
    if found.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{test} needs {program}");
        // Not by `eprintln!`, which the test harness keeps from view.
        let line = format!("skipped: {test}: needs {program}\n");
        let _ = std::io::stderr().write_all(line.as_bytes());
        if let Some(log) = std::env::var_os("MAILSCOUT_SKIP_LOG") {
            let mut log = OpenOptions::new().append(true).create(true).open(log).unwrap();
            writeln!(log, "{test}: needs {program}").unwrap();
        }
    }
    found
}

fn simple(name: &str, password: &str) -> Bind {
    Bind::Simple { name: format!("CN={name},DC=contoso,DC=example"), password: password.into() }
}

#[tokio::test]
async fn all_points_of_a_large_forest_are_found_however_the_connection_is_protected() {
    let Some(slapd) = Slapd::start("all_points_of_a_large_forest_are_found", 2500, true) else {
        return;
    };
    for security in WHOLE {
        let answer = slapd.run(&slapd.search(security)).await.unwrap();
        let context = answer.naming_context.as_deref();
        assert_eq!(context, Some("CN=Configuration,DC=contoso,DC=example"), "{security:?}");
        let mut urls: Vec<_> = answer
            .entries
            .iter()
            .flat_map(|entry| entry.texts("servicebindinginformation"))
            .collect();
        urls.sort_unstable();
        urls.dedup();
        assert_eq!((urls.len(), answer.is_cut), (2500, false), "{security:?}");
        let third = answer.entries.iter().find(|entry| entry.dn.starts_with("cn=ex3,")).unwrap();
        let mut keywords: Vec<_> = third.texts("KEYWORDS").collect();
        keywords.sort_unstable();
        assert_eq!(keywords, [KEYWORD, "Site=Site3"]);
    }
    let told = slapd.told(" UNBIND", 3);
    // The root DSE and six pages, or five and an empty one, on each connection.
    let searches = told.matches("SEARCH RESULT tag=101 err=0").count();
    assert!((18..=21).contains(&searches), "{searches} searches:\n{told}");
    assert!(!told.contains(" BIND "), "{told}");

    let mut search = slapd.search(DirectorySecurity::Ldaps);
    search.limits.max_entries = 1200;
    let answer = slapd.run(&search).await.unwrap();
    assert_eq!((answer.entries.len(), answer.is_cut), (1200, true));
    search.limits.page_size = 0;
    search.limits.max_entries = 2500;
    let answer = slapd.run(&search).await.unwrap();
    assert_eq!((answer.entries.len(), answer.is_cut), (2500, false));
}

#[tokio::test]
async fn a_real_certificate_is_held_to_its_authority_and_its_name() {
    let Some(slapd) = Slapd::start("a_real_certificate_is_held_to_its_authority", 1, true) else {
        return;
    };
    for security in [DirectorySecurity::StartTls, DirectorySecurity::Ldaps] {
        let mut search = slapd.search(security);
        search.bind = simple("reader", "right");
        let stranger = directory_of(&Authority::new("stranger"));
        let unknown = Failure::Certificate(CertificateProblem::UnknownIssuer);
        assert_eq!(stranger.search(&search).await, Err(unknown));
        search.server.host = "dc2.contoso.example".to_owned();
        let wrong = Failure::Certificate(wrong_name(&[HOST]));
        assert_eq!(slapd.run(&search).await, Err(wrong));
    }
    let mut search = slapd.search(DirectorySecurity::Plain);
    search.bind = simple("reader", "right");
    assert!(matches!(slapd.run(&search).await, Err(Failure::InvalidRequest { .. })));
    search.bind = Bind::Anonymous;
    slapd.run(&search).await.unwrap();
    let told = slapd.told(" UNBIND", 1);
    assert!(!told.contains(" BIND "), "{told}");
}

#[tokio::test]
async fn a_name_with_the_right_password_sees_more_and_with_a_wrong_one_nothing() {
    let Some(slapd) = Slapd::start("a_name_with_the_right_password_sees_more", 9, true) else {
        return;
    };
    for security in [DirectorySecurity::StartTls, DirectorySecurity::Ldaps] {
        let mut search = slapd.search(security);
        search.filter = Filter::equals("cn", "hidden");
        search.base = Base::DefaultNamingContext;
        assert_eq!(slapd.run(&search).await.unwrap().entries, []);
        search.bind = simple("reader", "right");
        let found = slapd.run(&search).await.unwrap().entries;
        assert_eq!(found[0].dn, "cn=Hidden,dc=contoso,dc=example");
        search.bind = simple("reader", "wrong");
        let refused = Failure::LdapBindRefused { code: 49, diagnostic: String::new() };
        assert_eq!(slapd.run(&search).await, Err(refused));
    }
    // Nine points, of which this name is shown seven.
    let mut search = slapd.search(DirectorySecurity::Ldaps);
    search.bind = simple("limited", "right");
    for page_size in [0, 5] {
        search.limits.page_size = page_size;
        let answer = slapd.run(&search).await.unwrap();
        assert_eq!((answer.entries.len(), answer.is_cut), (7, true), "{page_size}");
    }
}

#[tokio::test]
async fn a_value_is_compared_as_it_is_whatever_stands_in_it() {
    let Some(slapd) = Slapd::start("a_value_is_compared_as_it_is", 0, false) else { return };
    let mut search = slapd.search(DirectorySecurity::Plain);
    search.base = Base::At("CN=Odd,DC=contoso,DC=example".to_owned());
    for (attribute, value, found) in [
        ("cn", "A*(B)\\C", &["https://odd.contoso.example/"][..]),
        ("keywords", "standort=zürich", &["https://odd.contoso.example/"]),
        ("keywords", "*", &["https://star.contoso.example/"]),
        ("cn", "*", &[]),
        ("cn", "b)(cn=*", &[]),
        ("cn", "\0", &[]),
    ] {
        search.filter = Filter::equals(attribute, value);
        let answer = slapd.run(&search).await.unwrap();
        let entries = answer.entries.iter();
        let urls: Vec<_> =
            entries.flat_map(|entry| entry.texts("serviceBindingInformation")).collect();
        assert_eq!(urls, found, "{}", search.filter);
    }
    search.filter = Filter::present("keywords");
    let answer = slapd.run(&search).await.unwrap();
    assert_eq!(answer.entries.len(), 2);
    let [referral] = &answer.referrals[..] else { panic!("{:?}", answer.referrals) };
    assert!(referral.starts_with("ldap://branch.contoso.example/"), "{referral}");
}

#[tokio::test]
async fn what_a_directory_refuses_is_told() {
    let Some(slapd) = Slapd::start("what_a_directory_refuses_is_told", 1, false) else { return };
    let mut search = slapd.search(DirectorySecurity::StartTls);
    search.bind = simple("reader", "right");
    let ended = slapd.run(&search).await;
    assert!(matches!(ended, Err(Failure::LdapStartTlsRefused { .. })), "{ended:?}");
    let mut search = slapd.search(DirectorySecurity::Plain);
    search.base = Base::At("CN=Nobody,DC=contoso,DC=example".to_owned());
    let refused = Failure::LdapRefused { code: 32, diagnostic: String::new() };
    assert_eq!(slapd.run(&search).await, Err(refused));
    let told = slapd.told("err=32", 1);
    assert!(!told.contains(" BIND "), "{told}");
}
