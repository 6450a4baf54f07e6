//! The whole order on a real directory and a real web server: what the directory says, who of whom it
//! names answers, and what is left when nobody does. `--explain` is the witness.

use std::fmt::Write as _;

use super::{Server, names::Names, slapd};
use crate::{
    authority::certify,
    program::{Run, mailscout_with},
    servers::{Nginx, find, free_port},
};

const DOCUMENT: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/autodiscover/exchange-on-premises.xml"
));

/// Who Alice is, and where her mailbox is.
const USER: &str = "
dn: CN=Alice,DC=contoso,DC=example
objectClass: user
cn: Alice
mail: alice@contoso.example
sAMAccountName: alice
msExchHomeServerName: /o=Contoso/ou=Exchange Administrative Group/cn=Configuration/cn=Servers/cn=EX1

dn: CN=EX1,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=example
objectClass: msExchExchangeServer
cn: EX1
networkAddress: netbios:EX1
networkAddress: ncacn_ip_tcp:ex1.contoso.example
";

/// The keywords of a URL and of a pointer.
const URL: &str = "77378F46-2C66-4aa9-A6A6-3E7A48B19596";
const POINTER: &str = "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68";

/// A service connection point.
fn point(forest: &str, name: &str, to: &str, keywords: &[&str]) -> String {
    let mut text = format!(
        "\ndn: CN={name},CN=Autodiscover,CN=Microsoft Exchange,CN=Services,CN=Configuration,\
         DC={forest},DC=example\nobjectClass: serviceConnectionPoint\ncn: {name}\n\
         serviceBindingInformation: {to}\n"
    );
    for keyword in keywords {
        writeln!(text, "keywords: {keyword}").unwrap();
    }
    text
}

fn url(host: &str) -> String {
    format!("https://{host}/Autodiscover/Autodiscover.xml")
}

/// A directory, and a web server beside it.
struct Office {
    directories: Vec<(Server, &'static str)>,
    names: Names,
    folder: tempfile::TempDir,
    https: u16,
    /// The hosts of the web server.
    hosts: Vec<&'static str>,
    _nginx: Nginx,
}

impl Office {
    /// Starts the directory of contoso.example with these entries besides; the hosts answer with
    /// settings, the domain with 404.
    fn start(test: &str, entries: &str, hosts: &[&'static str]) -> Option<Self> {
        let program = find("nginx", test)?;
        let directory = slapd::start("contoso", "dc1.contoso.example", entries, test)?;
        let folder = tempfile::tempdir().unwrap();
        let all: Vec<&str> = [&["contoso.example"], hosts].concat();
        certify(folder.path(), &all);
        for path in ["Autodiscover/Autodiscover.xml", "autodiscover/autodiscover.xml"] {
            let path = folder.path().join("html").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, DOCUMENT).unwrap();
        }
        let https = free_port();
        let site = |name: &str, words: &str| {
            format!(
                "server {{ listen 127.0.0.1:{https} ssl; server_name {name};
                     ssl_certificate cert.pem; ssl_certificate_key key.pem; {words} }}\n"
            )
        };
        let mut servers = site("contoso.example", "location / { return 404; }");
        for host in hosts {
            servers += &site(host, "root html; error_page 405 $uri;");
        }
        let nginx = Nginx::start(&program, folder.path(), &servers, https);
        let names = Names::start("_ldap._tcp.dc._msdcs SRV 0 100 389 dc1");
        let hosts = [&["contoso.example"], hosts].concat();
        let directories = vec![(directory, "dc1.contoso.example")];
        Some(Self { directories, names, folder, https, hosts, _nginx: nginx })
    }

    fn run(&self, more: &[&str]) -> Run {
        let mut words: Vec<String> = ["discover", "--order", "outlook", "--skip", "guess"]
            .map(str::to_owned)
            .into_iter()
            .chain(["--explain".to_owned(), "--isolated".to_owned()])
            .collect();
        for (directory, host) in &self.directories {
            words.extend(directory.connect_to(host));
        }
        for host in &self.hosts {
            words.extend([
                "--connect-to".to_owned(),
                format!("{host}:443:127.0.0.1:{}", self.https),
            ]);
        }
        words.extend(["--dns-server".to_owned(), self.names.dns_server()]);
        let ca_file = self.folder.path().join("ca.pem").to_str().unwrap().to_owned();
        words.extend(["--ca-file".to_owned(), ca_file]);
        let words: Vec<&str> =
            words.iter().map(String::as_str).chain(more.iter().copied()).collect();
        mailscout_with(&words, &[], b"")
    }
}

/// What was asked, in order, and what came of it, without the look-ups of names.
#[track_caller]
fn check(run: &Run, code: i32, expected: &str) {
    assert_eq!(run.code, code, "{}\n{}", run.stdout, run.stderr);
    let lines = run.stdout.lines().filter_map(|line| Some(line.split_once("▏ ")?.1));
    let told: Vec<String> = lines
        .filter(|line| !line.starts_with("DNS   A/AAAA"))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    assert_eq!(told, expected, "{}", run.stdout);
}

/// The two ways to the directory: TLS from the first byte, and `StartTLS` at a controller of the
/// domain; with what each is called, and what is asked before.
const WAYS: [(&[&str], &str, &str); 2] = [
    (&["--ldap-url", "ldaps://dc1.contoso.example"], "ldaps://dc1.contoso.example:636", ""),
    (
        &["--ad-domain", "contoso.example"],
        "ldap://dc1.contoso.example:389 with StartTLS",
        "DNS SRV _ldap._tcp.dc._msdcs.contoso.example dc1.contoso.example:389\n",
    ),
];

#[test]
fn the_directory_names_a_server_of_the_own_site_and_that_answers() {
    let entries = [
        USER,
        &point("contoso", "EX2", &url("ex2.contoso.example"), &[URL, "Site=Paris"]),
        &point("contoso", "EX1", &url("ex1.contoso.example"), &[URL, "Site=Berlin"]),
    ]
    .concat();
    let test = "the_directory_names_a_server_of_the_own_site_and_that_answers";
    let Some(office) = Office::start(test, &entries, &["ex1.contoso.example"]) else { return };
    for (way, dc, before) in WAYS {
        let run = office.run(&[way, &["--ad-site", "Berlin", "alice@contoso.example"]].concat());
        let expected = format!(
            "{before}
             LDAP user alice@contoso.example at {dc} 1 entry
             Exchange server EX1 kept
             LDAP service connection points at {dc} 2 entries
             {dc} Autodiscover at https://ex1.contoso.example/Autodiscover/Autodiscover.xml, https://ex2.contoso.example/Autodiscover/Autodiscover.xml
             POST https://ex1.contoso.example/Autodiscover/Autodiscover.xml 405, settings: Exchange <- taken"
        );
        check(&run, 0, &expected);
        assert!(run.stdout.contains("authenticated by Active Directory"), "{}", run.stdout);
        let run = office.run(&[way, &["--me=alice"]].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(
            run.stderr.contains(&format!("you are alice@contoso.example, by {dc}")),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn the_dns_wins_where_nobody_answers_whom_the_directory_names() {
    let point = point("contoso", "EX9", &url("ex9.contoso.example"), &[URL]);
    let test = "the_dns_wins_where_nobody_answers_whom_the_directory_names";
    let host = "autodiscover.contoso.example";
    let Some(office) = Office::start(test, &(USER.to_owned() + &point), &[host]) else { return };
    for (way, dc, before) in WAYS {
        let run = office.run(&[way, &["alice@contoso.example"]].concat());
        let expected = format!(
            "{before}
             LDAP user alice@contoso.example at {dc} 1 entry
             Exchange server EX1 kept
             LDAP service connection points at {dc} 1 entry
             {dc} Autodiscover at https://ex9.contoso.example/Autodiscover/Autodiscover.xml
             POST https://contoso.example/autodiscover/autodiscover.xml 404, no settings
             POST https://autodiscover.contoso.example/autodiscover/autodiscover.xml 405, settings: Exchange <- taken"
        );
        check(&run, 0, &expected);
        assert!(run.stdout.contains("authenticated by contoso.example"), "{}", run.stdout);
    }
}

#[test]
fn the_name_of_the_exchange_server_is_what_is_left() {
    let test = "the_name_of_the_exchange_server_is_what_is_left";
    let Some(office) = Office::start(test, USER, &[]) else { return };
    for (way, dc, before) in WAYS {
        let run = office.run(&[way, &["alice@contoso.example"]].concat());
        let expected = format!(
            "{before}
             LDAP user alice@contoso.example at {dc} 1 entry
             Exchange server EX1 kept
             LDAP service connection points at {dc} no entry
             POST https://contoso.example/autodiscover/autodiscover.xml 404, no settings
             GET http://autodiscover.contoso.example/autodiscover/autodiscover.xml not asked, the host has no address: no such name
             DNS SRV _autodiscover._tcp.contoso.example no such name
             LDAP Exchange server EX1 at {dc} 1 entry
             Exchange server EX1 settings: Exchange <- taken"
        );
        check(&run, 0, &expected);
        assert!(run.stdout.contains("Incoming   Exchange   ex1.contoso.example"), "{}", run.stdout);
    }
}

#[test]
fn the_own_site_is_found_among_three_and_2500_points_over_several_pages() {
    let of_site = |name: &str, site: &str| {
        point("contoso", name, &url(&format!("{name}.contoso.example")), &[URL, site])
    };
    let others: String =
        (0..2500).map(|number| of_site(&format!("p{number}"), "Site=Paris")).collect();
    let entries = [
        USER.to_owned(),
        others,
        of_site("ex3", "Site=Rome"),
        point("contoso", "ex0", &url("ex0.contoso.example"), &[URL]),
        of_site("ex1", "Site=Berlin"),
    ]
    .concat();
    let test = "the_own_site_is_found_among_three_and_2500_points_over_several_pages";
    let Some(office) = Office::start(test, &entries, &["ex1.contoso.example"]) else { return };
    for (way, dc, _) in WAYS {
        let run = office.run(&[way, &["--ad-site", "Berlin", "alice@contoso.example"]].concat());
        assert_eq!(run.code, 0, "{}\n{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("2503 entries"), "{}", run.stdout);
        let named = "Autodiscover at https://ex1.contoso.example/Autodiscover/Autodiscover.xml, \
                     https://ex0.contoso.example/Autodiscover/Autodiscover.xml, ";
        let line = run.stdout.lines().find(|line| line.contains(named)).expect(dc);
        assert!(line.ends_with("and at 2493 more, which are not asked"), "{line}");
        assert!(run.stdout.contains("405, settings: Exchange   <- taken"), "{}", run.stdout);
    }
}

#[test]
fn a_server_of_another_site_is_better_than_none() {
    let point = point("contoso", "EX2", &url("ex2.contoso.example"), &[URL, "Site=Paris"]);
    let test = "a_server_of_another_site_is_better_than_none";
    let host = "ex2.contoso.example";
    let Some(office) = Office::start(test, &(USER.to_owned() + &point), &[host]) else { return };
    for (way, dc, before) in WAYS {
        let run = office.run(&[way, &["--ad-site", "Rome", "alice@contoso.example"]].concat());
        let expected = format!(
            "{before}
             LDAP user alice@contoso.example at {dc} 1 entry
             Exchange server EX1 kept
             LDAP service connection points at {dc} 1 entry
             {dc} Autodiscover at https://ex2.contoso.example/Autodiscover/Autodiscover.xml
             POST https://ex2.contoso.example/Autodiscover/Autodiscover.xml 405, settings: Exchange <- taken"
        );
        check(&run, 0, &expected);
    }
}

#[test]
fn a_pointer_leads_to_the_directory_of_a_second_forest() {
    let test = "a_pointer_leads_to_the_directory_of_a_second_forest";
    for (tls, port, security) in [("LDAP", 389, " with StartTLS"), ("LDAPS", 636, "")] {
        let (to, host) = (format!("{tls}://dc.fabrikam.example"), "ex2.fabrikam.example");
        let there = point("contoso", "there", &to, &[POINTER, "Domain=contoso.example"]);
        let Some(mut office) = Office::start(test, &(USER.to_owned() + &there), &[host]) else {
            return;
        };
        let entries = point("fabrikam", "EX2", &url(host), &[URL]);
        let Some(second) = slapd::start("fabrikam", "dc.fabrikam.example", &entries, test) else {
            return;
        };
        office.directories.push((second, "dc.fabrikam.example"));
        let second = format!("{}://dc.fabrikam.example:{port}{security}", tls.to_lowercase());
        for (way, dc, before) in WAYS {
            let run = office.run(&[way, &["alice@contoso.example"]].concat());
            let expected = format!(
                "{before}
                 LDAP user alice@contoso.example at {dc} 1 entry
                 Exchange server EX1 kept
                 LDAP service connection points at {dc} 1 entry
                 {dc} a pointer to {second}
                 LDAP service connection points at {second} 1 entry
                 {second} Autodiscover at https://ex2.fabrikam.example/Autodiscover/Autodiscover.xml
                 POST https://ex2.fabrikam.example/Autodiscover/Autodiscover.xml 405, settings: Exchange <- taken"
            );
            check(&run, 0, &expected);
        }
    }
}
