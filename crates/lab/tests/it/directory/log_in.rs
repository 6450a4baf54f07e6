//! Who may log in, how, and what the journal tells of it.

use super::{
    BASE, Client, bind, directory, element, lines, message, present, search, start_tls, talk,
};
use crate::client::{run, world};

#[test]
fn a_name_and_its_password_log_in_by_any_kind_of_name() {
    talk("", async |world| {
        let mut client = Client::inside_tls(&world).await;
        for (name, password, code) in [
            ("corp\\READER", "Pa55word", 0),
            ("alice@corp.example", "alices", 0),
            ("cn=alice, cn=users,DC=corp,DC=example", "alices", 0),
            ("CORP\\alice", "alices", 0),
            ("CORP\\alice", "Alices", 49),
            ("CORP\\alice", "Pa55word", 49),
            ("CORP\\nobody", "alices", 49),
            ("", "alices", 49),
            ("", "", 0),
            // This proves nothing.
            ("CORP\\alice", "", 53),
        ] {
            let answer = client.ask(&bind(name, password)).await;
            assert_eq!((answer.tag, answer.code()), (0x61, code), "{name}");
        }
        let told = lines(&world);
        assert_eq!(
            told[1],
            "ldap+tls dc.corp.example:636 bind simple (alice@corp.example, accepted)"
        );
        assert_eq!(
            told[4],
            "ldap+tls dc.corp.example:636 bind simple (CORP\\\\alice, invalidCredentials)"
        );
        assert_eq!(told[8], "ldap+tls dc.corp.example:636 bind simple (anonymous, accepted)");
        let binds = world.journal().binds();
        assert_eq!(binds.iter().filter(|bind| bind.accepted).count(), 5);
        assert!(binds.iter().all(|bind| bind.connection.inside_tls));
        let journal = format!("{:?}", world.journal().entries());
        assert!(!journal.contains("Pa55word") && !journal.contains("alices"));
    });
}

#[test]
fn accounts_that_are_locked_are_told_as_active_directory_does() {
    let accounts: String = ["locked", "disabled", "temporary"]
        .map(|word| {
            format!(
                "[[directory.account]]\nname = \"{word}\"\npassword = \"x\"\noutcome = \"{word}\"\n"
            )
        })
        .concat();
    talk(&accounts, async |world| {
        let mut client = Client::inside_tls(&world).await;
        for (name, code, data) in [("locked", 49, "data 775,"), ("disabled", 49, "data 533,")] {
            let answer = client.ask(&bind(name, "x")).await;
            assert_eq!(answer.code(), code);
            assert!(answer.texts()[2].contains(data));
        }
        assert_eq!(client.ask(&bind("temporary", "x")).await.code(), 52);
        let told = lines(&world);
        assert_eq!(
            told[0],
            "ldap+tls dc.corp.example:636 bind simple (locked, invalidCredentials: locked)"
        );
    });
}

#[test]
fn whoever_has_not_logged_in_may_be_shown_the_root_alone() {
    talk("anonymous = false", async |world| {
        let mut client = Client::after_starttls(&world).await;
        let all = search(BASE, 2, &present("objectClass"), &["1.1"]);
        assert_eq!(client.names("", 0, &present("objectClass")).await, [""]);
        let answer = client.ask(&all).await;
        assert_eq!(answer.code(), 1);
        assert!(answer.texts()[2].contains("a successful bind must be completed"));
        client.ask(&bind("", "")).await;
        assert_eq!(client.ask(&all).await.code(), 1);
        client.ask(&bind("CORP\\reader", "Pa55word")).await;
        assert_eq!(client.search(&all, &[]).await.0.len(), 4);
        // A log-in that fails leaves nobody logged in.
        client.ask(&bind("CORP\\reader", "x")).await;
        assert_eq!(client.ask(&all).await.code(), 1);
        assert_eq!(
            lines(&world)[2],
            "ldap+tls dc.corp.example:389 search sub \"DC=corp,DC=example\" (objectClass=*) \
             -> 0 entries, operationsError: bind first"
        );
    });
}

#[test]
fn a_password_outside_of_tls_is_seen_and_may_be_refused() {
    for (words, code, answer) in
        [("", 0, "accepted"), ("clear_bind = false", 8, "strongerAuthRequired")]
    {
        talk(words, async |world| {
            let mut client = Client::new(&world).await;
            assert_eq!(client.ask(&bind("CORP\\reader", "Pa55word")).await.code(), code);
            let [bind] = &world.journal().binds()[..] else { panic!() };
            assert!(!bind.connection.inside_tls);
            assert_eq!((bind.accepted, &bind.answer[..]), (code == 0, answer));
        });
    }
    talk("clear_bind = false", async |world| {
        let mut client = Client::after_starttls(&world).await;
        assert_eq!(client.ask(&bind("CORP\\reader", "Pa55word")).await.code(), 0);
    });
}

#[test]
fn sasl_and_other_versions_are_not_served() {
    talk("", async |world| {
        let mut client = Client::inside_tls(&world).await;
        let sasl = |mechanism: &[u8]| {
            let credentials =
                element(0xa3, &[element(4, mechanism), element(4, b"t0ken")].concat());
            element(0x60, &[&[2, 1, 3, 4, 0], &credentials[..]].concat())
        };
        assert_eq!(client.ask(&sasl(b"GSS-SPNEGO")).await.code(), 7);
        assert_eq!(client.ask(&sasl(b"a secret\n")).await.code(), 7);
        let sicily = element(0x60, &[&[2, 1, 3, 4, 0][..], &element(0x89, b"")].concat());
        assert_eq!(client.ask(&sicily).await.code(), 7);
        let version2 = element(0x60, &[2, 1, 2, 4, 0, 0x80, 0]);
        assert_eq!(client.ask(&version2).await.code(), 2);
        let mechanisms: Vec<String> =
            world.journal().binds().into_iter().map(|bind| bind.mechanism).collect();
        assert_eq!(mechanisms, ["GSS-SPNEGO", "?", "?", "simple"]);
    });
}

#[test]
fn tls_begins_once_and_forgets_who_was_logged_in() {
    talk("anonymous = false", async |world| {
        let mut client = Client::after_starttls(&world).await;
        assert_eq!(client.ask(&start_tls()).await.code(), 1);
        let mut client = Client::inside_tls(&world).await;
        assert_eq!(client.ask(&start_tls()).await.code(), 1);
        assert_eq!(
            lines(&world),
            [
                "ldap dc.corp.example:389 StartTLS (success)",
                "ldap+tls dc.corp.example:389 StartTLS (operationsError)",
                "ldap+tls dc.corp.example:636 StartTLS (operationsError)",
            ]
        );
    });
    let plain = "[[directory.service]]\nsecurity = \"plain\"";
    talk(plain, async |world| {
        let mut client = Client::new(&world).await;
        assert_eq!(client.ask(&start_tls()).await.code(), 2);
    });
}

#[test]
fn what_was_said_before_tls_counts_for_nothing_after_it() {
    run(async {
        let world = world(&directory("anonymous = false")).await;
        let mut stream = crate::client::connect(&world, super::ADDRESS, 389).await.unwrap();
        let bound = [message(1, &bind("CORP\\reader", "Pa55word"), &[])].concat();
        crate::directory::send(&mut stream, &bound).await;
        assert_eq!(super::receive(&mut stream).await.unwrap().code(), 0);
        crate::directory::send(&mut stream, &message(2, &start_tls(), &[])).await;
        assert_eq!(super::receive(&mut stream).await.unwrap().code(), 0);
        let mut client =
            Client::over(crate::client::upgrade(&world, stream, super::HOST).await.unwrap());
        let answer = client.ask(&search(BASE, 2, &present("objectClass"), &[])).await;
        assert_eq!(answer.code(), 1);
    });
}

#[test]
fn whoever_asks_is_told_who_they_are() {
    talk("", async |world| {
        let mut client = Client::inside_tls(&world).await;
        let who = element(0x77, &element(0x80, b"1.3.6.1.4.1.4203.1.11.3"));
        assert_eq!(client.ask(&who).await.texts()[3], "");
        client.ask(&bind("alice@corp.example", "alices")).await;
        assert_eq!(client.ask(&who).await.texts()[3], "u:alice@corp.example");
    });
}
