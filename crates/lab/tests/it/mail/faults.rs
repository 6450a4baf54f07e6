//! Every fault, as a client meets it.

use std::{io, time::Duration};

use tokio::io::AsyncReadExt;

use super::{ADDRESS, Client, HOST, check, hold, server, told};
use crate::client::{connect, run, upgrade, world};

const PORTS: [(&str, u16); 3] = [("imap", 143), ("pop3", 110), ("smtp", 587)];

fn starttls(scheme: &str, fault: &str) -> String {
    server(&format!("scheme = \"{scheme}\"\nsecurity = \"starttls\"\nfault = \"{fault}\""))
}

/// What comes before the server closes.
async fn all(scheme: &str, fault: &str) -> String {
    let world = world(&starttls(scheme, fault)).await;
    let rest = Client::new(&world).await.rest().await;
    let lines = told(&world.journal()).await;
    assert!(lines[0].ends_with("(closed by the server)"), "{lines:?}");
    String::from_utf8_lossy(&rest).into_owned()
}

/// The command that asks for TLS, and the agreement.
fn upgrade_of(scheme: &str) -> (&'static str, &'static str) {
    match scheme {
        "imap" => ("a1 STARTTLS", "a1 OK Begin TLS negotiation now."),
        "pop3" => ("STLS", "+OK Begin TLS negotiation now."),
        _ => ("STARTTLS", "220 2.0.0 Ready to start TLS"),
    }
}

/// A client that has the greeting, and of SMTP the capabilities.
async fn greeted(world: &mailscout_lab::World, scheme: &str) -> Client {
    let mut client = Client::new(world).await;
    client.line().await;
    if scheme == "smtp" {
        client.send("EHLO localhost").await;
        while client.line().await != "250 ENHANCEDSTATUSCODES" {}
    }
    client
}

#[test]
fn connections_are_refused_reset_swallowed_or_met_with_silence() {
    for (scheme, port) in PORTS {
        run(async {
            let refused = world(&starttls(scheme, "refuse")).await;
            let error = connect(&refused, ADDRESS, port).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);

            let reset = world(&starttls(scheme, "reset")).await;
            let error = connect(&reset, ADDRESS, port).await.unwrap().read_u8().await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);

            let blackhole = world(&starttls(scheme, "blackhole")).await;
            let attempt = connect(&blackhole, ADDRESS, port);
            assert!(tokio::time::timeout(Duration::from_millis(200), attempt).await.is_err());

            let silent = world(&starttls(scheme, "silence")).await;
            let mut client = Client::new(&silent).await;
            let line = tokio::time::timeout(Duration::from_millis(200), client.line()).await;
            assert!(line.is_err(), "{line:?}");
            drop(client);
            let closed = format!("{scheme} {HOST}:{port} (closed by the client)");
            assert_eq!(told(&silent.journal()).await, [closed]);
        });
    }
}

#[test]
fn handshakes_are_cut_at_once_and_after_starttls() {
    for (scheme, port) in PORTS {
        run(async {
            let world = world(&starttls(scheme, "starttls-cut")).await;
            let mut client = greeted(&world, scheme).await;
            let (ask, agreement) = upgrade_of(scheme);
            assert_eq!(client.ask(ask).await, agreement);
            let Client::Clear(stream) = client else { panic!() };
            let error = upgrade(&world, stream, HOST).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
            let lines = told(&world.journal()).await;
            assert_eq!(
                lines[lines.len() - 2..],
                [
                    format!("tls {HOST}:{port} (handshake failed)"),
                    format!("{scheme} {HOST}:{port} (closed by the server)"),
                ]
            );
        });
        run(async {
            let words = format!("scheme = \"{scheme}\"\nfault = \"cut-handshake\"");
            let world = world(&server(&words)).await;
            let Client::Clear(stream) = Client::new(&world).await else { panic!() };
            let error = upgrade(&world, stream, HOST).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        });
    }
}

#[test]
fn a_line_is_injected_behind_the_agreement_in_the_same_segment() {
    for (scheme, injected) in [
        ("imap", "* CAPABILITY IMAP4rev1 AUTH=PLAIN X-INJECTED"),
        ("pop3", "+OK injected"),
        ("smtp", "250 injected"),
    ] {
        run(async {
            let world = world(&starttls(scheme, "starttls-injection")).await;
            let mut client = greeted(&world, scheme).await;
            let (ask, agreement) = upgrade_of(scheme);
            client.send(ask).await;
            let Client::Clear(mut stream) = client else { panic!() };
            let mut segment = [0; 1024];
            let length = stream.read(&mut segment).await.unwrap();
            let expected = format!("{agreement}\r\n{injected}\r\n");
            assert_eq!(String::from_utf8_lossy(&segment[..length]), expected);
            // A careless client goes on, and the server shakes hands.
            upgrade(&world, stream, HOST).await.unwrap();
        });
    }
}

#[test]
fn starttls_is_offered_and_refused() {
    for (scheme, refusal) in [
        ("imap", "a1 NO [UNAVAILABLE] TLS is not available now."),
        ("pop3", "-ERR [SYS/TEMP] TLS is not available now."),
        ("smtp", "454 4.7.0 TLS not available due to temporary reason"),
    ] {
        run(async {
            let world = world(&starttls(scheme, "starttls-refused")).await;
            let mut client = greeted(&world, scheme).await;
            assert_eq!(client.ask(upgrade_of(scheme).0).await, refusal);
        });
    }
}

#[test]
fn starttls_is_stripped_and_clear_text_is_tempting() {
    let words = |scheme: &str| {
        format!("scheme = \"{scheme}\"\nsecurity = \"starttls\"\nfault = \"starttls-stripped\"")
    };
    check(
        &words("imap"),
        r"
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] The lab is ready.
        C: a1 STARTTLS
        S: a1 BAD STARTTLS is not allowed now.
        C: a2 AUTHENTICATE PLAIN AGFsaWNlQGNvbnRvc28uZXhhbXBsZQBQYTU1IHcicmQ=
        S: a2 OK [CAPABILITY IMAP4rev1] Logged in.
        ",
        &[
            "imap mail.contoso.example:143 STARTTLS",
            "imap mail.contoso.example:143 AUTHENTICATE PLAIN (alice@contoso.example, accepted)",
            "imap mail.contoso.example:143 (closed by the client)",
        ],
    );
    check(
        &words("pop3"),
        r"
        S: +OK The lab is ready.
        C: CAPA
        S: +OK
        S: TOP
        S: UIDL
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: USER
        S: SASL PLAIN LOGIN
        S: .
        C: STLS
        S: -ERR STLS is not allowed now.
        ",
        &[
            "pop3 mail.contoso.example:110 CAPA",
            "pop3 mail.contoso.example:110 STLS",
            "pop3 mail.contoso.example:110 (closed by the client)",
        ],
    );
    check(
        &words("smtp"),
        r"
        S: 220 mail.contoso.example The lab is ready.
        C: EHLO localhost
        S: 250-mail.contoso.example
        S: 250-8BITMIME
        S: 250-AUTH PLAIN LOGIN
        S: 250 ENHANCEDSTATUSCODES
        C: STARTTLS
        S: 502 5.5.1 Error: command not implemented
        ",
        &[
            "smtp mail.contoso.example:587 EHLO localhost",
            "smtp mail.contoso.example:587 STARTTLS",
            "smtp mail.contoso.example:587 (closed by the client)",
        ],
    );
}

#[test]
fn greetings_are_noise_farewells_or_of_another_trade() {
    run(async {
        for (scheme, _) in PORTS {
            assert!(all(scheme, "garbage").await.contains('\u{fffd}'));
            let page = all(scheme, "http").await;
            assert!(page.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{page}");
            assert!(page.ends_with("\r\n\r\n<h1>Bad Request</h1>\r\n\r\n"), "{page}");
        }
        let bye = all("imap", "bye").await;
        assert_eq!(bye, "* BYE Too many connections from your address\r\n");
        let bye = all("pop3", "bye").await;
        assert_eq!(bye, "-ERR [SYS/TEMP] Too many connections from your address\r\n");
        let bye = all("smtp", "bye").await;
        assert_eq!(bye, "554 5.7.1 No service for your address here\r\n");
        let closed = all("imap", "close-after-greeting").await;
        let expected =
            "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED SASL-IR] The lab is ready.\r\n";
        assert_eq!(closed, expected);
    });
}

#[test]
fn a_server_that_has_greeted_may_fall_silent() {
    for (scheme, _) in PORTS {
        run(async {
            let world = world(&starttls(scheme, "silence-after-greeting")).await;
            let mut client = Client::new(&world).await;
            assert!(client.line().await.ends_with("The lab is ready."));
            let answer = client.ask("a1 CAPABILITY");
            let answer = tokio::time::timeout(Duration::from_millis(200), answer).await;
            assert!(answer.is_err(), "{answer:?}");
        });
    }
}

#[test]
fn lines_and_lists_may_have_no_end() {
    for (scheme, ask) in [("imap", "a1 CAPABILITY"), ("pop3", "CAPA"), ("smtp", "EHLO localhost")] {
        run(async {
            let endless = world(&starttls(scheme, "endless-line")).await;
            let Client::Clear(mut stream) = Client::new(&endless).await else { panic!() };
            let mut bytes = vec![0; 100_000];
            stream.read_exact(&mut bytes).await.unwrap();
            assert!(!bytes.contains(&b'\n'));
            drop(stream);
            let lines = told(&endless.journal()).await;
            assert!(lines[0].ends_with("(closed by the client)"), "{lines:?}");

            let endless = world(&starttls(scheme, "endless-capabilities")).await;
            let mut client = Client::new(&endless).await;
            let greeting = client.line().await;
            assert!(!greeting.contains("CAPABILITY"), "{greeting}");
            client.send(ask).await;
            let Client::Clear(mut stream) = client else { panic!() };
            stream.read_exact(&mut bytes).await.unwrap();
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.matches("X-ONE-OF-MANY\r\n").count() > 1000);
            assert!(
                !text.contains(" OK ") && !text.contains("\r\n.") && !text.contains("\r\n250 ")
            );
        });
    }
}

#[test]
fn a_list_may_break_off() {
    for (scheme, ask) in [("imap", "a1 CAPABILITY"), ("pop3", "CAPA"), ("smtp", "EHLO localhost")] {
        run(async {
            let world = world(&starttls(scheme, "close-in-capabilities")).await;
            let mut client = Client::new(&world).await;
            client.line().await;
            client.send(ask).await;
            let rest = String::from_utf8(client.rest().await).unwrap();
            assert!(!rest.is_empty() && !rest.ends_with("\r\n"), "{rest:?}");
        });
    }
}

#[test]
fn preauth_knows_nobody_and_upgrades_nothing() {
    check(
        "scheme = \"imap\"\nsecurity = \"starttls\"\nfault = \"preauth\"",
        r"
        S: * PREAUTH [CAPABILITY IMAP4rev1] The lab is ready.
        C: a1 STARTTLS
        S: a1 BAD STARTTLS is not allowed now.
        C: a2 LOGOUT
        S: * BYE Logging out
        S: a2 OK Logout completed.
        == closed
        ",
        &[
            "imap mail.contoso.example:143 STARTTLS",
            "imap mail.contoso.example:143 LOGOUT",
            "imap mail.contoso.example:143 (ended by farewell)",
        ],
    );
}

/// The clock stands still, and leaps to the next event when everybody waits.
#[test]
fn greetings_and_replies_may_be_slow() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(async {
        let slow = world(&starttls("imap", "slow-greeting")).await;
        let start = tokio::time::Instant::now();
        Client::new(&slow).await.line().await;
        assert_eq!(start.elapsed().as_secs(), 20);

        let words =
            "scheme = \"pop3\"\nsecurity = \"plain\"\ndelay_ms = 3000\nreply_delay_ms = 7000";
        let slow = world(&server(words)).await;
        let start = tokio::time::Instant::now();
        hold(&slow, "S: +OK The lab is ready.").await;
        assert_eq!(start.elapsed().as_secs(), 3);
        hold(&slow, "S: +OK The lab is ready.\nC: QUIT\nS: +OK Logging out.").await;
        assert_eq!(start.elapsed().as_secs(), 13);
    });
}
