//! Searches of directories: what is said, in which order, and what is never said.

use std::{net::SocketAddr, sync::Arc};

use mailscout_net::{
    certificate::CertificateProblem,
    directory::{
        Base, Bind, Directory as _, DirectoryAnswer, DirectoryLimits, DirectorySearch,
        DirectorySecurity, DirectoryServer, Filter, Scope,
    },
    failure::Failure,
    io::{directory::LdapDirectory, roots::Roots, routes::Routes},
};
use rcgen::IsCa;
use tokio_rustls::rustls::{ServerConfig, version::TLS13};

use crate::{
    certificates::{Authority, Certified, NOW, config, self_signed, wrong_name},
    ldap_server::{
        Asked, Deed, LdapServer, Tls, bound, done, done_elsewhere, done_page, entry, extended,
        reference,
    },
    millis, watched,
};

const DN: &str = "cn=reader,dc=contoso";

pub(crate) fn directory_of(authority: &Authority) -> LdapDirectory {
    let mut roots = Roots::none();
    roots.add_pem(authority.pem().as_bytes(), "the lab").unwrap();
    LdapDirectory::new(&roots, Routes::default()).unwrap()
}

/// An anonymous search over clear text, below `dc=contoso`.
pub(crate) fn search(server: SocketAddr) -> DirectorySearch {
    let port = server.port();
    let security = DirectorySecurity::Plain;
    let server = DirectoryServer::new("contoso.test", port, vec![server.ip()], security);
    let mut limits = DirectoryLimits::default();
    (limits.connect, limits.tls, limits.whole) = (millis(800), millis(800), millis(2000));
    limits.page_size = 2;
    let base = Base::At("dc=contoso".to_owned());
    DirectorySearch::new(server, base, Filter::present("cn"), limits)
}

fn simple() -> Bind {
    Bind::Simple { name: DN.to_owned(), password: "hunter2".into() }
}

pub(crate) async fn run(search: &DirectorySearch) -> Result<DirectoryAnswer, Failure> {
    directory_of(&Authority::new("someone")).search(search).await
}

fn server_config(certified: Certified) -> Arc<ServerConfig> {
    Arc::new(config(certified, &[&TLS13]))
}

/// Agrees to all, and finds one entry.
fn obliging(asked: &Asked) -> Deed {
    let id = asked.id;
    match asked.line.split(' ').next().unwrap() {
        "extended" => Deed::StartTls(extended(id, 0, "")),
        "bind" => Deed::Say(bound(id, 0, "")),
        "search" if asked.line.starts_with("search `` 0") => {
            let context = entry(id, "", "ConfigurationNamingContext", "cn=config");
            Deed::Say([context, done(id, 0, "")].concat())
        }
        "search" => Deed::Say([entry(id, "cn=ex1", "keywords", "a"), done(id, 0, "")].concat()),
        _ => Deed::Nothing,
    }
}

pub(crate) fn names(answer: &DirectoryAnswer) -> Vec<&str> {
    answer.entries.iter().map(|entry| entry.dn.as_str()).collect()
}

#[tokio::test]
async fn an_anonymous_search_is_said_without_a_bind_and_with_a_farewell() {
    watched(async {
        let mut server = LdapServer::start(Tls::Never, obliging).await;
        let mut search = search(server.address);
        search.filter = Filter::And(vec![
            Filter::equals("objectClass", "user"),
            Filter::Or(vec![Filter::equals("cn", "a*)(b"), Filter::present("mail")]),
        ]);
        search.attributes = vec!["cn".to_owned(), "mail".to_owned()];
        let answer = run(&search).await.unwrap();
        assert_eq!(names(&answer), ["cn=ex1"]);
        assert_eq!(answer.entries[0].texts("KEYWORDS").collect::<Vec<_>>(), ["a"]);
        assert_eq!((answer.is_cut, answer.naming_context), (false, None));
        let asked = r#"search `dc=contoso` 2 &[<objectClass="user">|[<cn="a*)(b"><mail>]] cn,mail page 2 """#;
        assert_eq!(server.journal().await, ["connected", asked, "unbind", "ended"]);
    })
    .await;
}

#[tokio::test]
async fn the_scope_and_the_size_of_a_page_are_as_the_search_has_them() {
    watched(async {
        for (scope, number) in [(Scope::Base, 0), (Scope::OneLevel, 1), (Scope::Subtree, 2)] {
            let mut server = LdapServer::start(Tls::Never, obliging).await;
            let mut search = search(server.address);
            (search.scope, search.limits.page_size) = (scope, 0);
            run(&search).await.unwrap();
            assert_eq!(server.journal().await[1], format!("search `dc=contoso` {number} <cn> "));
        }
    })
    .await;
}

#[tokio::test]
async fn a_password_is_never_sent_in_clear_text() {
    watched(async {
        let mut server = LdapServer::start(Tls::Never, obliging).await;
        let mut search = search(server.address);
        search.bind = simple();
        let Err(Failure::InvalidRequest { detail }) = run(&search).await else {
            panic!("it was sent")
        };
        assert!(detail.contains("use LDAPS or StartTLS"), "{detail}");
        assert!(server.is_untouched().await);
    })
    .await;
}

#[tokio::test]
async fn a_bind_that_a_server_may_take_for_an_anonymous_one_is_not_sent() {
    watched(async {
        for (name, password) in [(DN, ""), ("", "hunter2")] {
            let mut server = LdapServer::start(Tls::Never, obliging).await;
            let mut search = search(server.address);
            search.server.security = DirectorySecurity::StartTls;
            search.bind = Bind::Simple { name: name.to_owned(), password: password.into() };
            assert!(matches!(run(&search).await, Err(Failure::InvalidRequest { .. })));
            assert!(server.is_untouched().await);
        }
    })
    .await;
}

#[tokio::test]
async fn tls_comes_first_then_the_bind_then_the_naming_context_on_one_connection() {
    watched(async {
        let authority = Authority::new("trusted");
        let config = || server_config(authority.certify(&["contoso.test"], NOW));
        let said = [
            "tls",
            "bind cn=reader,dc=contoso",
            "search `` 0 <objectClass> configurationNamingContext",
            r#"search `cn=config` 2 <cn>  page 2 """#,
            "unbind",
            "ended",
        ];
        for (security, tls, first) in [
            (DirectorySecurity::Ldaps, Tls::AtOnce(config()), &["connected"][..]),
            (
                DirectorySecurity::StartTls,
                Tls::OnDemand(config()),
                &["connected", "extended 1.3.6.1.4.1.1466.20037"],
            ),
        ] {
            let mut server = LdapServer::start(tls, obliging).await;
            let mut search = search(server.address);
            (search.server.security, search.bind) = (security, simple());
            search.base = Base::ConfigurationNamingContext;
            let answer = directory_of(&authority).search(&search).await.unwrap();
            assert_eq!(answer.naming_context.as_deref(), Some("cn=config"));
            assert_eq!(names(&answer), ["cn=ex1"]);
            assert_eq!(server.journal().await, [first, &said].concat());
            assert!(server.is_untouched().await);
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_said_to_a_server_with_a_bad_certificate() {
    watched(async {
        let (authority, stranger) = (Authority::new("trusted"), Authority::new("stranger"));
        let (right, wrong) = (&["contoso.test"][..], &["fabrikam.test"][..]);
        let bad = || {
            [
                (authority.certify(right, (2010, 2011)), CertificateProblem::Expired),
                (authority.certify(wrong, NOW), wrong_name(wrong)),
                (stranger.certify(right, NOW), CertificateProblem::UnknownIssuer),
                (self_signed(IsCa::NoCa), CertificateProblem::SelfSigned),
            ]
        };
        for security in [DirectorySecurity::Ldaps, DirectorySecurity::StartTls] {
            for (certified, problem) in bad() {
                let config = server_config(certified);
                let (tls, first) = match security {
                    DirectorySecurity::Ldaps => (Tls::AtOnce(config), &["connected"][..]),
                    _ => (
                        Tls::OnDemand(config),
                        &["connected", "extended 1.3.6.1.4.1.1466.20037"][..],
                    ),
                };
                let mut server = LdapServer::start(tls, obliging).await;
                let mut search = search(server.address);
                (search.server.security, search.bind) = (security, simple());
                let ended = directory_of(&authority).search(&search).await;
                assert_eq!(ended, Err(Failure::Certificate(problem)));
                assert_eq!(server.journal().await, [first, &["no tls", "ended"]].concat());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn where_tls_is_refused_nothing_more_is_said() {
    watched(async {
        for bind in [simple(), Bind::Anonymous] {
            let mut server = LdapServer::start(Tls::Never, |asked| {
                Deed::Say(extended(asked.id, 2, "unsupported extended operation\0"))
            })
            .await;
            let mut search = search(server.address);
            (search.server.security, search.bind) = (DirectorySecurity::StartTls, bind);
            let diagnostic = "unsupported extended operation".to_owned();
            let refused = Failure::LdapStartTlsRefused { code: 2, diagnostic };
            assert_eq!(run(&search).await, Err(refused));
            let said = ["connected", "extended 1.3.6.1.4.1.1466.20037", "ended"];
            assert_eq!(server.journal().await, said);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_slipped_in_before_tls_ends_the_question() {
    watched(async {
        let authority = Authority::new("trusted");
        let config = server_config(authority.certify(&["contoso.test"], NOW));
        let mut server = LdapServer::start(Tls::OnDemand(config), |asked| match &*asked.line {
            "extended 1.3.6.1.4.1.1466.20037" => {
                Deed::StartTls([extended(asked.id, 0, ""), bound(2, 0, "")].concat())
            }
            _ => obliging(asked),
        })
        .await;
        let mut search = search(server.address);
        (search.server.security, search.bind) = (DirectorySecurity::StartTls, simple());
        let ended = directory_of(&authority).search(&search).await;
        let Err(Failure::NotLdap { detail }) = ended else { panic!("{ended:?}") };
        assert_eq!(detail, "more came in clear text after the server agreed to TLS");
        assert!(!server.journal().await.iter().any(|line| line.starts_with("bind")));
    })
    .await;
}

#[tokio::test]
async fn a_refused_bind_ends_the_question() {
    watched(async {
        let authority = Authority::new("trusted");
        let config = server_config(authority.certify(&["contoso.test"], NOW));
        let mut server = LdapServer::start(Tls::AtOnce(config), |asked| {
            Deed::Say(bound(asked.id, 49, "80090308: LdapErr, data 52e"))
        })
        .await;
        let mut search = search(server.address);
        (search.server.security, search.bind) = (DirectorySecurity::Ldaps, simple());
        let diagnostic = "80090308: LdapErr, data 52e".to_owned();
        let refused = Failure::LdapBindRefused { code: 49, diagnostic };
        assert_eq!(directory_of(&authority).search(&search).await, Err(refused));
        let said = ["connected", "tls", "bind cn=reader,dc=contoso", "ended"];
        assert_eq!(server.journal().await, said);
    })
    .await;
}

#[tokio::test]
async fn pages_are_read_one_after_the_other() {
    watched(async {
        let mut server = LdapServer::start(Tls::Never, |asked| {
            let id = asked.id;
            let page = |names: &[&str], cookie| {
                let entries = names.iter().map(|name| entry(id, name, "cn", name));
                Deed::Say([entries.collect::<Vec<_>>().concat(), done_page(id, cookie)].concat())
            };
            match asked.line.rsplit(' ').next().unwrap() {
                r#""""# => page(&["a", "b"], "one"),
                r#""one""# => page(&["c", "d"], "two"),
                _ => page(&["e"], ""),
            }
        })
        .await;
        let answer = run(&search(server.address)).await.unwrap();
        assert_eq!((names(&answer), answer.is_cut), (vec!["a", "b", "c", "d", "e"], false));
        let cookies: Vec<_> = server.journal().await.into_iter().skip(1).take(3).collect();
        let expected = [r#""""#, r#""one""#, r#""two""#]
            .map(|cookie| format!("search `dc=contoso` 2 <cn>  page 2 {cookie}"));
        assert_eq!(cookies, expected);
    })
    .await;
}

#[tokio::test]
async fn an_answer_longer_than_wanted_is_cut() {
    watched(async {
        // One server that knows pages, one that gives all at once.
        for (ends, expected) in [(true, 2), (false, 3)] {
            let mut server = LdapServer::start(Tls::Never, move |asked| {
                let all: Vec<u8> = (0..if ends { 2 } else { 9 })
                    .flat_map(|number| entry(asked.id, &number.to_string(), "cn", "x"))
                    .collect();
                Deed::Say([all, done_page(asked.id, "more")].concat())
            })
            .await;
            let mut search = search(server.address);
            search.limits.max_entries = expected;
            let answer = run(&search).await.unwrap();
            assert_eq!((answer.entries.len(), answer.is_cut), (expected, true));
            assert_eq!(server.journal().await.len(), 4);
        }
    })
    .await;
}

#[tokio::test]
async fn the_size_limit_of_a_server_cuts_and_is_no_failure() {
    watched(async {
        for (code, found, expected) in
            [(4, true, true), (4, false, true), (11, true, true), (3, true, true)]
        {
            let server = LdapServer::start(Tls::Never, move |asked| {
                let entry = if found { entry(asked.id, "a", "cn", "a") } else { Vec::new() };
                Deed::Say([entry, done(asked.id, code, "")].concat())
            })
            .await;
            let answer = run(&search(server.address)).await.unwrap();
            assert_eq!((answer.entries.len(), answer.is_cut), (usize::from(found), expected));
        }
    })
    .await;
}

#[tokio::test]
async fn a_search_that_is_refused_says_why() {
    watched(async {
        for code in [1, 11, 32, 50] {
            let server =
                LdapServer::start(Tls::Never, move |asked| Deed::Say(done(asked.id, code, "no")))
                    .await;
            let refused = Failure::LdapRefused { code: code.into(), diagnostic: "no".to_owned() };
            assert_eq!(run(&search(server.address)).await, Err(refused));
        }
    })
    .await;
}

#[tokio::test]
async fn referrals_are_collected_and_nobody_goes_there() {
    watched(async {
        let mut elsewhere = LdapServer::start(Tls::Never, obliging).await;
        let url = format!("ldap://{}/dc=contoso", elsewhere.address);
        let referred = url.clone();
        let server = LdapServer::start(Tls::Never, move |asked| {
            let id = asked.id;
            let references = [reference(id, &[&url, "ldap://dc2/"]), reference(id, &[&url])];
            let end = done_elsewhere(id, "ldap://dc3/");
            Deed::Say([references.concat(), entry(id, "a", "cn", "a"), end].concat())
        })
        .await;
        let answer = run(&search(server.address)).await.unwrap();
        assert_eq!(answer.referrals, [&*referred, "ldap://dc2/", "ldap://dc3/"]);
        assert_eq!((names(&answer), answer.is_cut), (vec!["a"], false));
        assert!(elsewhere.is_untouched().await);
    })
    .await;
}

#[tokio::test]
async fn a_directory_without_the_naming_context_is_told() {
    watched(async {
        for answered in ["", "otherContext"] {
            let mut server = LdapServer::start(Tls::Never, move |asked| {
                let id = asked.id;
                let entry = if answered.is_empty() {
                    entry(id, "", "defaultNamingContext", "")
                } else {
                    entry(id, "", answered, "dc=contoso")
                };
                Deed::Say([entry, done(id, 0, "")].concat())
            })
            .await;
            let mut search = search(server.address);
            search.base = Base::DefaultNamingContext;
            let attribute = "defaultNamingContext";
            assert_eq!(run(&search).await, Err(Failure::LdapNoNamingContext { attribute }));
            let journal = server.journal().await;
            assert_eq!(journal.iter().filter(|line| line.starts_with("search")).count(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn the_root_dse_is_read_as_an_entry() {
    watched(async {
        let mut server = LdapServer::start(Tls::Never, obliging).await;
        let mut search = search(server.address);
        search.base = Base::RootDse;
        let answer = run(&search).await.unwrap();
        let named: Vec<_> = answer.entries[0].texts("configurationnamingcontext").collect();
        assert_eq!(named, ["cn=config"]);
        assert_eq!(server.journal().await[1], r#"search `` 0 <cn>  page 2 """#);
    })
    .await;
}
