//! Certificates, virtual hosts, and ports that are not what they are usually.

use rustls::CertificateError;

use super::{ADDRESS, Client, HOST, check, server, told};
use crate::client::{connect, run, tls, upgrade, world};

#[test]
fn certificates_are_of_every_kind_at_once_and_after_starttls() {
    for (kind, good) in [
        ("good", true),
        ("wildcard", true),
        ("self-signed", false),
        ("expired", false),
        ("wrong-name", false),
    ] {
        for (scheme, ask, port) in [("imap", "a1 STARTTLS", 143), ("pop3", "STLS", 110)] {
            run(async {
                let words = format!(
                    "scheme = \"{scheme}\"\nsecurity = \"starttls\"\ncertificate = \"{kind}\""
                );
                let world = world(&server(&words)).await;
                let mut client = Client::new(&world).await;
                client.line().await;
                client.ask(ask).await;
                let Client::Clear(stream) = client else { panic!() };
                let shaken = upgrade(&world, stream, HOST).await;
                assert_eq!(shaken.is_ok(), good, "{kind}");
                drop(shaken);
                let lines = told(&world.journal()).await;
                let failed = format!("tls {HOST}:{port} (handshake failed)");
                assert_eq!(lines.contains(&failed), !good, "{lines:?}");
            });
        }
        run(async {
            let words = format!("scheme = \"smtp\"\ncertificate = \"{kind}\"");
            let world = world(&server(&words)).await;
            assert_eq!(tls(&world, ADDRESS, 465, HOST).await.is_ok(), good, "{kind}");
        });
    }
}

#[test]
fn hosts_at_one_address_are_told_apart_by_server_name() {
    let host = |name: &str, password: &str, kind: &str| {
        format!(
            "[[hosts]]\nnames = [\"{name}\"]\naddresses = [\"{ADDRESS}\"]\n[[hosts.services]]\n\
             scheme = \"imap\"\ncertificate = \"{kind}\"\ngreeting = \"I am {name}.\"\n\
             accounts = [{{ user = \"a\", password = \"{password}\" }}]\n"
        )
    };
    let text =
        host("imap.one.example", "1", "good") + &host("imap.two.example", "2", "self-signed");
    run(async {
        let world = world(&text).await;
        let mut client = Client::new(&world).await.secure(&world, "imap.one.example").await;
        let greeting = client.line().await;
        assert!(greeting.ends_with("] I am imap.one.example."), "{greeting}");
        let refused = "a1 NO [AUTHENTICATIONFAILED] Authentication failed.";
        assert_eq!(client.ask("a1 LOGIN a 2").await, refused);
        let accepted = "a2 OK [CAPABILITY IMAP4rev1] Logged in.";
        assert_eq!(client.ask("a2 LOGIN a 1").await, accepted);
        drop(client);

        let error = tls(&world, ADDRESS, 993, "imap.two.example").await.unwrap_err();
        let error = error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap();
        let unknown = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        assert_eq!(*error, unknown);
        world.journal().all_ended().await;
        assert_eq!(
            world.journal().summary(),
            [
                "imap+tls imap.one.example:993 LOGIN (a, rejected)",
                "imap+tls imap.one.example:993 LOGIN (a, accepted)",
                "tls imap.two.example:993 (handshake failed)",
            ]
        );
        let count = world.journal().connections();
        assert_eq!(count[&(ADDRESS.to_owned(), 993)], 2);
    });
}

#[test]
fn tls_and_clear_text_may_be_at_each_others_ports() {
    check(
        "scheme = \"imap\"\nport = 143",
        r"
        == tls
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] The lab is ready.
        ",
        &["imap+tls mail.contoso.example:143 (closed by the client)"],
    );
    check(
        "scheme = \"imap\"\nport = 993\nsecurity = \"plain\"",
        r"
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] The lab is ready.
        ",
        &["imap mail.contoso.example:993 (closed by the client)"],
    );
    run(async {
        let world = world(&server("scheme = \"imap\"\nport = 993\nsecurity = \"plain\"")).await;
        let error = tls(&world, ADDRESS, 993, HOST).await.unwrap_err();
        let cause = error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap();
        assert!(matches!(cause, rustls::Error::InvalidMessage(_)), "{cause:?}");
    });
}

#[test]
fn what_is_not_tls_is_a_failed_handshake() {
    run(async {
        let world = world(&server("scheme = \"imap\"")).await;
        let stream = connect(&world, ADDRESS, 993).await.unwrap();
        // The server's alert or the end, whichever comes.
        let _ = crate::client::exchange(stream, "a1 CAPABILITY\r\n").await;
        let lines = told(&world.journal()).await;
        assert_eq!(lines[0], "tls mail.contoso.example:993 (handshake failed)");
    });
}

#[test]
fn before_tls_some_servers_take_some_log_ins() {
    check(
        "scheme = \"imap\"\nsecurity = \"starttls\"\nlogin_before_tls = true\n\
         mechanisms_before_tls = [\"PLAIN\"]",
        r"
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS SASL-IR AUTH=PLAIN] The lab is ready.
        C: a1 LOGIN alice@contoso.example wrong
        S: a1 NO [AUTHENTICATIONFAILED] Authentication failed.
        C: a2 AUTHENTICATE PLAIN AGFsaWNlQGNvbnRvc28uZXhhbXBsZQBQYTU1IHcicmQ=
        S: a2 OK [CAPABILITY IMAP4rev1] Logged in.
        C: a3 STARTTLS
        S: a3 BAD STARTTLS is not allowed now.
        ",
        &[
            "imap mail.contoso.example:143 LOGIN (alice@contoso.example, rejected)",
            "imap mail.contoso.example:143 AUTHENTICATE PLAIN (alice@contoso.example, accepted)",
            "imap mail.contoso.example:143 STARTTLS",
            "imap mail.contoso.example:143 (closed by the client)",
        ],
    );
}
