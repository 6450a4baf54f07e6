//! POP3, command by command.

use md5::{Digest, Md5};

use super::{Client, check, hex, server, told};
use crate::client::{run, world};

const TLS: &str = "scheme = \"pop3\"";
const STARTTLS: &str = "scheme = \"pop3\"\nsecurity = \"starttls\"";
const PLAIN: &str = "scheme = \"pop3\"\nsecurity = \"plain\"";

#[test]
fn inside_tls_a_client_looks_around_logs_in_and_leaves() {
    check(
        TLS,
        r#"
        == tls
        S: +OK The lab is ready.
        C: capa
        S: +OK
        S: TOP
        S: UIDL
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: USER
        S: SASL PLAIN LOGIN
        S: .
        C: NOOP
        S: -ERR Unknown command.
        C: PASS Pa55 w"rd
        S: -ERR Invalid authentication data.
        C: USER alice@contoso.example
        S: +OK
        C: PASS wrong
        S: -ERR [AUTH] Authentication failed.
        C: USER alice@contoso.example
        S: +OK
        C: PASS Pa55 w"rd
        S: +OK Logged in.
        C: NOOP
        S: +OK
        C: USER alice@contoso.example
        S: -ERR Invalid authentication data.
        C: STAT
        S: -ERR Unknown command.
        C: CAPA
        S: +OK
        S: TOP
        S: UIDL
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: .
        C: QUIT
        S: +OK Logging out.
        == closed
        "#,
        &[
            "pop3+tls mail.contoso.example:995 CAPA",
            "pop3+tls mail.contoso.example:995 NOOP (unknown)",
            "pop3+tls mail.contoso.example:995 PASS (malformed)",
            "pop3+tls mail.contoso.example:995 USER alice@contoso.example",
            "pop3+tls mail.contoso.example:995 PASS (alice@contoso.example, rejected)",
            "pop3+tls mail.contoso.example:995 USER alice@contoso.example",
            "pop3+tls mail.contoso.example:995 PASS (alice@contoso.example, accepted)",
            "pop3+tls mail.contoso.example:995 NOOP",
            "pop3+tls mail.contoso.example:995 USER (alice@contoso.example, malformed)",
            "pop3+tls mail.contoso.example:995 STAT (unknown)",
            "pop3+tls mail.contoso.example:995 CAPA",
            "pop3+tls mail.contoso.example:995 QUIT",
            "pop3+tls mail.contoso.example:995 (ended by farewell)",
        ],
    );
}

#[test]
fn before_the_upgrade_nobody_logs_in() {
    check(
        STARTTLS,
        r"
        S: +OK The lab is ready.
        C: CAPA
        S: +OK
        S: TOP
        S: UIDL
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: STLS
        S: .
        C: USER alice@contoso.example
        S: -ERR No log-in without TLS.
        C: PASS secret
        S: -ERR No log-in without TLS.
        C: AUTH PLAIN
        S: -ERR No log-in without TLS.
        C: STLS
        S: +OK Begin TLS negotiation now.
        == tls
        C: STLS
        S: -ERR TLS is already active.
        C: AUTH PLAIN AGFsaWNlQGNvbnRvc28uZXhhbXBsZQBQYTU1IHcicmQ=
        S: +OK Logged in.
        ",
        &[
            "pop3 mail.contoso.example:110 CAPA",
            "pop3 mail.contoso.example:110 USER (alice@contoso.example, refused: TLS first)",
            "pop3 mail.contoso.example:110 PASS (refused: TLS first)",
            "pop3 mail.contoso.example:110 AUTH PLAIN (refused: TLS first)",
            "pop3 mail.contoso.example:110 STLS",
            "pop3+tls mail.contoso.example:110 STLS",
            "pop3+tls mail.contoso.example:110 AUTH PLAIN (alice@contoso.example, accepted)",
            "pop3+tls mail.contoso.example:110 (closed by the client)",
        ],
    );
}

#[test]
fn a_server_of_old_lists_mechanisms_by_auth() {
    check(
        &format!("{PLAIN}\ncapa = false\ngreeting = \"POP3 ready [RABC]\""),
        r"
        S: +OK POP3 ready [RABC]
        C: CAPA
        S: -ERR Unknown command.
        C: STLS
        S: -ERR Unknown command.
        C: AUTH
        S: +OK
        S: PLAIN
        S: LOGIN
        S: .
        C: QUIT now
        S: -ERR This command takes no arguments.
        ",
        &[
            "pop3 mail.contoso.example:110 CAPA",
            "pop3 mail.contoso.example:110 STLS",
            "pop3 mail.contoso.example:110 AUTH",
            "pop3 mail.contoso.example:110 QUIT (with arguments)",
            "pop3 mail.contoso.example:110 (closed by the client)",
        ],
    );
}

#[test]
fn apop_takes_the_digest_of_the_banner_and_the_password() {
    run(async {
        let world = world(&server(&format!("{TLS}\napop = true"))).await;
        let mut banners = Vec::new();
        for (password, answer) in
            [("wrong", "-ERR [AUTH] Authentication failed."), ("Pa55 w\"rd", "+OK Logged in.")]
        {
            let mut client = Client::new(&world).await.secure(&world, super::HOST).await;
            let greeting = client.line().await;
            let banner = greeting.strip_prefix("+OK The lab is ready. ").unwrap().to_owned();
            assert!(banner.ends_with("@mail.contoso.example>"), "{banner}");
            let digest = hex(&Md5::digest(format!("{banner}{password}")));
            let told = client.ask(&format!("APOP alice@contoso.example {digest}")).await;
            assert_eq!(told, answer);
            banners.push(banner);
        }
        assert_ne!(banners[0], banners[1]);
        let lines = told(&world.journal()).await;
        assert_eq!(
            lines[0],
            "pop3+tls mail.contoso.example:995 APOP (alice@contoso.example, rejected)"
        );
        assert_eq!(world.journal().log_ins()[1].mechanism, "APOP");
        assert!(world.journal().log_ins()[1].accepted);
    });
}

#[test]
fn apop_is_served_where_it_is_announced_and_inside_tls() {
    let digest = "APOP alice@contoso.example 00000000000000000000000000000000";
    let dialog = |answer| format!("S: +OK The lab is ready.\nC: {digest}\nS: {answer}");
    check(
        PLAIN,
        &dialog("-ERR Unsupported authentication mechanism."),
        &[
            "pop3 mail.contoso.example:110 APOP (alice@contoso.example, refused: no such mechanism)",
            "pop3 mail.contoso.example:110 (closed by the client)",
        ],
    );
    run(async {
        let world = world(&server(&format!("{STARTTLS}\napop = true"))).await;
        let mut client = Client::new(&world).await;
        client.line().await;
        assert_eq!(client.ask(digest).await, "-ERR No log-in without TLS.");
    });
}

#[test]
fn only_pass_may_follow_user() {
    check(
        PLAIN,
        r#"
        S: +OK The lab is ready.
        C: USER alice@contoso.example
        S: +OK
        C: AUTH
        S: +OK
        S: PLAIN
        S: LOGIN
        S: .
        C: PASS Pa55 w"rd
        S: -ERR Invalid authentication data.
        C: USER
        S: -ERR No user is named.
        "#,
        &[
            "pop3 mail.contoso.example:110 USER alice@contoso.example",
            "pop3 mail.contoso.example:110 AUTH",
            "pop3 mail.contoso.example:110 PASS (malformed)",
            "pop3 mail.contoso.example:110 USER",
            "pop3 mail.contoso.example:110 (closed by the client)",
        ],
    );
}
