//! The guess over the lab's mail servers, through the whole of the library.

use mailscout::{
    Tasks,
    probe::{
        login::{Mechanism, Secret},
        prober::{Conclusion, MAX_REJECTED, Options, Proof},
    },
    schema::settings::{Protocol, Security},
};

use crate::lab::{start, watched};

const SERVERS: &str = r#"
title = "IMAP with TLS from the first byte, SMTP with STARTTLS, nothing else"
address = "alice@contoso.example"

[zones."contoso.example"]
records = """
@     A  203.0.113.5
mail  A  203.0.113.7
"""

[[hosts]]
names = ["mail.contoso.example"]
addresses = ["203.0.113.7"]

[[hosts.services]]
scheme = "imap"
security = "tls"
mechanisms = ["PLAIN", "NTLM"]
[[hosts.services.accounts]]
user = "alice"
password = "right-one"

[[hosts.services]]
scheme = "smtp"
security = "starttls"
[[hosts.services.accounts]]
user = "alice"
password = "right-one"
"#;

fn probing(password: &str) -> Options {
    let mut options = Options::default();
    options.secret = Some(Secret::Password(password.into()));
    options
}

#[tokio::test]
async fn servers_are_found_by_the_guess_table_on_few_connections() {
    watched(async {
        let (world, locator) = start(SERVERS).await;
        let tasks = Tasks { documents: false, ..Tasks::default() };
        let report = locator
            .with_tasks(tasks)
            .locate(&"alice@contoso.example".parse().unwrap())
            .await
            .unwrap();
        let guess = report.guess.as_ref().unwrap();
        assert_eq!(guess.conclusion, Conclusion::Found, "{guess:#?}");
        let imap = guess.server(Protocol::Imap).unwrap();
        assert_eq!((imap.server.port, imap.server.security), (Some(993), Security::Tls));
        assert_eq!(imap.proof, Proof::Answered);
        let smtp = guess.server(Protocol::Smtp).unwrap();
        assert_eq!((smtp.server.port, smtp.server.security), (Some(587), Security::StartTls));
        assert!(guess.server(Protocol::Pop3).is_none());
        let connections = world.journal().connections();
        let of = |port| connections.get(&("mail.contoso.example".to_owned(), port)).copied();
        assert_eq!((of(993), of(587)), (Some(1), Some(1)));
        assert_eq!(world.journal().outside(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_log_in_proves_the_user_name_and_what_worked_is_tried_first_for_sending() {
    watched(async {
        let (world, locator) = start(SERVERS).await;
        let tasks = Tasks { documents: false, ..Tasks::default() };
        let locator = locator.with_tasks(tasks).with_probing(probing("right-one"));
        let report = locator.locate(&"alice@contoso.example".parse().unwrap()).await.unwrap();
        let guess = report.guess.as_ref().unwrap();
        let imap = guess.server(Protocol::Imap).unwrap();
        assert_eq!(imap.server.username, "alice");
        assert_eq!(imap.proof, Proof::LoggedIn(Mechanism::Ntlm));
        let smtp = guess.server(Protocol::Smtp).unwrap();
        assert_eq!(smtp.server.username, "alice");
        assert_eq!(smtp.proof, Proof::LoggedIn(Mechanism::Plain));
        let log_ins = world.journal().log_ins();
        let rejected = log_ins.iter().filter(|log_in| !log_in.accepted).count();
        assert_eq!((log_ins.len(), rejected), (3, 1), "{log_ins:?}");
        assert!(log_ins.iter().all(|log_in| log_in.connection.inside_tls));
        assert!(!report.needs_a_person());
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_is_tried_three_times_at_most_and_named() {
    watched(async {
        let (world, locator) = start(SERVERS).await;
        let tasks = Tasks { documents: false, ..Tasks::default() };
        let locator = locator.with_tasks(tasks).with_probing(probing("wrong-one"));
        let report = locator.locate(&"alice@contoso.example".parse().unwrap()).await.unwrap();
        let guess = report.guess.as_ref().unwrap();
        assert_eq!(guess.conclusion, Conclusion::Found);
        assert!(report.needs_a_person());
        let log_ins = world.journal().log_ins();
        assert!((1..=MAX_REJECTED).contains(&log_ins.len()), "{log_ins:?}");
        let all = format!("{report:?} {:?}", world.journal().lines());
        assert!(!all.contains("wrong-one"));
    })
    .await;
}
