//! What each protocol says to somebody who may not log in.

use crate::{
    client::{run, world},
    mail::{Client, told},
};

/// `x@contoso.example` with the password `x`, in Base64.
const PLAIN: &str = "AHhAY29udG9zby5leGFtcGxlAHg=";

#[track_caller]
fn check(outcome: &str, imap: &str, pop3: &str, smtp: &str) {
    for (scheme, command, expected) in [
        ("imap", format!("a1 AUTHENTICATE PLAIN {PLAIN}"), format!("a1 {imap}")),
        ("imap", "a1 LOGIN x@contoso.example anything".to_owned(), format!("a1 {imap}")),
        ("pop3", format!("AUTH PLAIN {PLAIN}"), pop3.to_owned()),
        ("smtp", format!("AUTH PLAIN {PLAIN}"), smtp.to_owned()),
    ] {
        run(async {
            let world = world(&format!(
                "[[hosts]]\nnames = [\"mail.contoso.example\"]\naddresses = [\"203.0.113.25\"]\n\
                 [[hosts.services]]\nscheme = \"{scheme}\"\nsecurity = \"plain\"\n\
                 accounts = [{{ user = \"x@contoso.example\", outcome = \"{outcome}\" }}]\n"
            ))
            .await;
            let mut client = Client::new(&world).await;
            client.line().await;
            if scheme == "smtp" {
                client.send("EHLO localhost").await;
                while client.line().await != "250 ENHANCEDSTATUSCODES" {}
            }
            client.send(&command).await;
            for line in expected.split('|') {
                assert_eq!(client.line().await, line);
            }
            drop(client);
            let lines = told(&world.journal()).await;
            let told = format!("(x@contoso.example, rejected: {outcome})");
            assert!(lines.iter().any(|line| line.ends_with(&told)), "{lines:?}");
        });
    }
}

#[test]
fn each_outcome_has_its_words() {
    check(
        "locked",
        "NO [ALERT] Your account is locked. Ask your administrator.",
        "-ERR [AUTH] Your account is locked. Ask your administrator.",
        "535 5.7.8 Error: your account is locked",
    );
    check(
        "temporary",
        "NO [UNAVAILABLE] Temporary authentication failure.",
        "-ERR [SYS/TEMP] Temporary authentication failure.",
        "454 4.7.0 Temporary authentication failure",
    );
    check(
        "app-password",
        "NO [ALERT] Application-specific password required: https://help.example/app (Failure)",
        "-ERR [AUTH] Application-specific password required: https://help.example/app",
        "534-5.7.9 Application-specific password required. For more information, go to|\
         534 5.7.9 https://help.example/app",
    );
    check(
        "disabled",
        "NO [AUTHORIZATIONFAILED] Your account is not enabled for IMAP use.",
        "-ERR [SYS/PERM] Your account is not enabled for POP access.",
        "535 5.7.139 Authentication unsuccessful, SMTP is disabled for this mailbox.",
    );
    check(
        "too-many",
        "NO [LIMIT] Too many log-ins. Try again later.",
        "-ERR [LOGIN-DELAY] Too many log-ins. Try again later.",
        "432 4.3.2 Too many log-ins. Try again later.",
    );
    check(
        "mechanism-refused",
        "NO [CANNOT] Mechanism not supported.",
        "-ERR Mechanism not supported.",
        "504 5.7.4 Unrecognized authentication type",
    );
}
