//! Directories that are none, that never end, or that never begin.

use std::time::{Duration, Instant};

use mailscout_net::{
    directory::{DirectorySearch, DirectorySecurity},
    failure::Failure,
};
use tokio::io::AsyncWriteExt as _;

use crate::{
    directory::{names, run, search},
    ldap_server::{
        Asked, Deed, LdapServer, Tls, bound, done, done_page, element, entry, extended, reference,
    },
    millis,
    servers::{hold, saturated, serve},
    watched,
};

#[tokio::test]
async fn what_is_no_ldap_is_told_as_what_it_is() {
    watched(async {
        let not_ldap = |detail: &str| Failure::NotLdap { detail: detail.to_owned() };
        let too_large = Failure::BodyTooLarge { max_body: 8 * 1024 * 1024 };
        for (bytes, expected) in [
            (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), not_ldap("no message begins like this")),
            (vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], too_large.clone()),
            (vec![0x30, 0x88, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], too_large),
            (vec![0x30, 0x80], not_ldap("a length that LDAP does not have")),
            (vec![0x30, 0], not_ldap("an element is missing")),
            (vec![0x30, 3, 2, 1, 1], not_ldap("a message without content")),
            (bound(1, 0, ""), not_ldap("the answer to a bind came to a search")),
            (
                element(0x30, &[&[2, 1, 1], &[0x64, 5, 0]]),
                not_ldap("an element that ends before its time"),
            ),
        ] {
            let server = LdapServer::start(Tls::Never, move |_| Deed::Say(bytes.clone())).await;
            assert_eq!(run(&search(server.address)).await, Err(expected));
        }
        let server = LdapServer::start(Tls::Never, |_| Deed::Close).await;
        assert_eq!(run(&search(server.address)).await, Err(Failure::Closed));
    })
    .await;
}

#[tokio::test]
async fn an_endless_answer_is_too_large() {
    watched(async {
        let server = LdapServer::start(Tls::Never, |asked| {
            Deed::Say(reference(asked.id, &["ldap://dc2/"]).repeat(3000))
        })
        .await;
        let mut search = search(server.address);
        search.limits.max_bytes = 64 * 1024;
        assert_eq!(run(&search).await, Err(Failure::BodyTooLarge { max_body: 64 * 1024 }));
        // Small values take more memory than bytes.
        let server = LdapServer::start(Tls::Never, |asked| {
            let values = element(4, &[]).repeat(5000);
            let attribute = element(0x30, &[&element(4, &[b"cn"]), &element(0x31, &[&values])]);
            let entry = element(0x64, &[&element(4, &[]), &element(0x30, &[&attribute])]);
            Deed::Say(element(0x30, &[&[2, 1, asked.id], &entry]))
        })
        .await;
        search.server.port = server.address.port();
        assert_eq!(run(&search).await, Err(Failure::BodyTooLarge { max_body: 64 * 1024 }));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_says_goodbye_is_told_with_its_words() {
    watched(async {
        let server =
            LdapServer::start(Tls::Never, |_| Deed::Say(extended(0, 52, "shutting down"))).await;
        let refused = Failure::LdapRefused { code: 52, diagnostic: "shutting down".to_owned() };
        assert_eq!(run(&search(server.address)).await, Err(refused));
    })
    .await;
}

#[tokio::test]
async fn answers_to_other_requests_are_passed_over() {
    watched(async {
        let server = LdapServer::start(Tls::Never, |asked| {
            let other = entry(asked.id + 7, "cn=other", "cn", "other");
            Deed::Say(
                [other, entry(asked.id, "a", "cn", "a"), done(9, 32, ""), done(asked.id, 0, "")]
                    .concat(),
            )
        })
        .await;
        assert_eq!(names(&run(&search(server.address)).await.unwrap()), ["a"]);
    })
    .await;
}

/// A server that offers pages to whoever asked for none would have more and more searches.
#[tokio::test]
async fn a_cookie_is_not_followed_where_no_page_was_asked_for() {
    watched(async {
        let script = |asked: &Asked| {
            let cookie = if asked.id < 5 { "more" } else { "" };
            Deed::Say([entry(asked.id, "a", "cn", "a"), done_page(asked.id, cookie)].concat())
        };
        for (page_size, searches) in [(0, 1), (2, 5)] {
            let mut server = LdapServer::start(Tls::Never, script).await;
            let mut search = search(server.address);
            search.limits.page_size = page_size;
            let answer = run(&search).await.unwrap();
            assert_eq!((names(&answer).len(), answer.is_cut), (searches, false));
            let journal = server.journal().await;
            let asked = journal.iter().filter(|line| line.starts_with("search")).count();
            assert_eq!(asked, searches, "{journal:?}");
        }
    })
    .await;
}

/// Runs a search that must end at its bound, and not long after.
async fn late(search: &DirectorySearch, bound: Duration) -> Failure {
    let begin = Instant::now();
    let ended = run(search).await.unwrap_err();
    let took = begin.elapsed();
    assert!(took >= bound && took < bound + millis(700), "{ended}: {took:?}");
    ended
}

#[tokio::test]
async fn a_server_that_hangs_costs_its_bound_at_most_and_is_told_by_its_stage() {
    watched(async {
        let (full, _queue) = saturated().await;
        let silent = serve(hold).await;
        let mut search = search(full);
        search.limits.connect = millis(300);
        search.limits.tls = millis(200);
        search.limits.whole = millis(500);
        assert_eq!(late(&search, millis(300)).await, Failure::ConnectTimeout);
        search.limits.connect = millis(5000);
        assert_eq!(late(&search, millis(500)).await, Failure::ConnectTimeout);
        search.server.port = silent.port();
        search.server.security = DirectorySecurity::Ldaps;
        assert_eq!(late(&search, millis(200)).await, Failure::TlsTimeout);
        for security in [DirectorySecurity::StartTls, DirectorySecurity::Plain] {
            search.server.security = security;
            assert_eq!(late(&search, millis(500)).await, Failure::ExchangeTimeout);
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_never_done_costs_its_bound_at_most() {
    watched(async {
        let dribbling = serve(|mut stream| async move {
            let answer = entry(1, "a", "cn", "a").repeat(1000);
            for byte in answer {
                tokio::time::sleep(millis(10)).await;
                if stream.write_all(&[byte]).await.is_err() {
                    break;
                }
            }
        })
        .await;
        let mut search = search(dribbling);
        search.limits.whole = millis(500);
        assert_eq!(late(&search, millis(500)).await, Failure::ExchangeTimeout);
        let endless = LdapServer::start(Tls::Never, |asked| {
            if asked.id > 100 { Deed::Nothing } else { Deed::Say(done_page(asked.id, "again")) }
        })
        .await;
        search.server.port = endless.address.port();
        assert_eq!(late(&search, millis(500)).await, Failure::ExchangeTimeout);
    })
    .await;
}

#[tokio::test]
async fn a_question_that_is_given_up_leaves_no_connection() {
    watched(async {
        let mut server = LdapServer::start(Tls::Never, |_| Deed::Nothing).await;
        let mut search = search(server.address);
        search.limits.whole = millis(60_000);
        assert!(tokio::time::timeout(millis(300), run(&search)).await.is_err());
        let asked = r#"search `dc=contoso` 2 <cn>  page 2 """#;
        assert_eq!(server.journal().await, ["connected", asked, "ended"]);
    })
    .await;
}
