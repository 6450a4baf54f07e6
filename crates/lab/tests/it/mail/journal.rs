//! What the journal tells of mail servers, and that it never tells a secret.

use mailscout_lab::{Ending, LogIn};

use super::{ADDRESS, Client, server};
use crate::client::{ask, connect, run, world};

const HOSTS: &str = r#"
[zones."contoso.example"]
records = """
@     A     203.0.113.5
*     A     203.0.113.25
imap  CNAME mail
"""
[[hosts]]
names = ["mail.contoso.example"]
addresses = ["203.0.113.25"]
[[hosts.services]]
scheme = "pop3"
security = "plain"
[[hosts.services]]
scheme = "imap"
security = "plain"
"#;

#[test]
fn the_summary_is_the_same_whoever_came_first() {
    let mut summaries = Vec::new();
    for order in [[143, 110, 143], [143, 143, 110], [110, 143, 143]] {
        run(async {
            let world = world(HOSTS).await;
            for (index, port) in order.into_iter().enumerate() {
                let stream = connect(&world, ADDRESS, port).await.unwrap();
                let mut client = Client::Clear(stream);
                client.line().await;
                client.ask(if port == 110 { "CAPA" } else { "a1 NOOP" }).await;
                if port == 143 && order[..index].contains(&143) {
                    client.ask("a2 LOGOUT").await;
                }
                ask(&world, "contoso.example.", "MX").await;
            }
            world.journal().all_ended().await;
            summaries.push(world.journal().summary());
        });
    }
    assert_eq!(
        summaries[0],
        [
            "dns MX contoso.example -> no data",
            "pop3 mail.contoso.example:110 CAPA",
            "imap mail.contoso.example:143 NOOP",
            "imap mail.contoso.example:143 NOOP",
            "imap mail.contoso.example:143 LOGOUT",
        ]
    );
    assert_eq!(summaries[0], summaries[1]);
    assert_eq!(summaries[0], summaries[2]);
}

#[test]
fn connections_log_ins_and_endings_can_be_counted() {
    run(async {
        let world = world(&server("scheme = \"imap\"\nsecurity = \"plain\"")).await;
        let journal = world.journal();
        for line in ["a1 LOGIN alice@contoso.example wrong", "a1 LOGOUT"] {
            let mut client = Client::new(&world).await;
            client.line().await;
            client.ask(line).await;
        }
        journal.all_ended().await;
        assert_eq!(journal.connections()[&("mail.contoso.example".to_owned(), 143)], 2);
        let endings: Vec<(usize, Ending)> =
            journal.endings().iter().map(|(connection, end)| (connection.number, *end)).collect();
        assert_eq!(endings, [(1, Ending::Client), (2, Ending::Farewell)]);
        let log_ins = journal.log_ins();
        let [LogIn { connection, mechanism, user, accepted, .. }] = &log_ins[..] else {
            panic!("{log_ins:?}")
        };
        assert_eq!((mechanism.as_str(), *accepted), ("LOGIN", false));
        assert_eq!(user.as_deref(), Some("alice@contoso.example"));
        assert!(!connection.inside_tls);
    });
}

#[test]
fn an_attempt_that_is_broken_off_is_told() {
    run(async {
        let world = world(&server("scheme = \"imap\"\nsecurity = \"plain\"")).await;
        for last in ["*", ""] {
            let mut client = Client::new(&world).await;
            client.line().await;
            assert_eq!(client.ask("a1 AUTHENTICATE LOGIN").await, "+ VXNlcm5hbWU6");
            if last == "*" {
                assert_eq!(client.ask(last).await, "a1 BAD Authentication cancelled.");
            }
        }
        world.journal().all_ended().await;
        assert_eq!(
            world.journal().summary(),
            [
                "imap mail.contoso.example:143 AUTHENTICATE LOGIN (cancelled)",
                "imap mail.contoso.example:143 AUTHENTICATE LOGIN (cut off)",
            ]
        );
    });
}

#[test]
fn names_of_a_whole_domain_lead_to_one_server() {
    run(async {
        let world = world(HOSTS).await;
        for (name, records) in [
            ("pop.contoso.example.", "A 203.0.113.25"),
            ("a.b.contoso.example.", "A 203.0.113.25"),
            ("imap.contoso.example.", "CNAME mail.contoso.example. A 203.0.113.25"),
            ("contoso.example.", "A 203.0.113.5"),
        ] {
            let answers = ask(&world, name, "A").await.answers;
            let answers: Vec<String> =
                answers.iter().map(|r| format!("{} {}", r.record_type(), r.data)).collect();
            assert_eq!(answers.join(" "), records, "{name}");
        }
        assert!(world.journal().outside().is_empty());
        assert_eq!(
            world.journal().sorted_summary(),
            [
                "dns A a.b.contoso.example -> 203.0.113.25",
                "dns A contoso.example -> 203.0.113.5",
                "dns A imap.contoso.example -> 203.0.113.25",
                "dns A pop.contoso.example -> 203.0.113.25",
            ]
        );
    });
}
