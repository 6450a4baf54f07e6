//! IMAP, command by command.

use super::check;

const TLS: &str = "scheme = \"imap\"";
const STARTTLS: &str = "scheme = \"imap\"\nsecurity = \"starttls\"";
const PLAIN: &str = "scheme = \"imap\"\nsecurity = \"plain\"";

#[test]
fn inside_tls_a_client_looks_around_logs_in_and_leaves() {
    check(
        TLS,
        r#"
        == tls
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] The lab is ready.
        C: a1 capability
        S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN
        S: a1 OK Capabilities listed.
        C: a2 NOOP
        S: a2 OK NOOP completed.
        C: a3 LOGIN alice@contoso.example "Pa55 w\"rd"
        S: a3 OK [CAPABILITY IMAP4rev1] Logged in.
        C: a4 CAPABILITY
        S: * CAPABILITY IMAP4rev1
        S: a4 OK Capabilities listed.
        C: a5 SELECT INBOX
        S: a5 BAD Unknown command.
        C: a6 LOGIN alice@contoso.example "Pa55 w\"rd"
        S: a6 BAD Invalid authentication data.
        C: a7 LOGOUT
        S: * BYE Logging out
        S: a7 OK Logout completed.
        == closed
        "#,
        &[
            "imap+tls mail.contoso.example:993 CAPABILITY",
            "imap+tls mail.contoso.example:993 NOOP",
            "imap+tls mail.contoso.example:993 LOGIN (alice@contoso.example, accepted)",
            "imap+tls mail.contoso.example:993 CAPABILITY",
            "imap+tls mail.contoso.example:993 SELECT (unknown)",
            "imap+tls mail.contoso.example:993 LOGIN (alice@contoso.example, malformed)",
            "imap+tls mail.contoso.example:993 LOGOUT",
            "imap+tls mail.contoso.example:993 (ended by farewell)",
        ],
    );
}

#[test]
fn before_the_upgrade_nobody_logs_in() {
    check(
        STARTTLS,
        r#"
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED SASL-IR] The lab is ready.
        C: a1 LOGIN alice@contoso.example "Pa55 w\"rd"
        S: a1 NO [PRIVACYREQUIRED] No log-in without TLS.
        C: a2 AUTHENTICATE PLAIN
        S: a2 NO [PRIVACYREQUIRED] No log-in without TLS.
        C: a3 AUTHENTICATE GSSAPI
        S: a3 NO Unsupported authentication mechanism.
        C: a4 STARTTLS
        S: a4 OK Begin TLS negotiation now.
        == tls
        C: a5 CAPABILITY
        S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN
        S: a5 OK Capabilities listed.
        C: a6 STARTTLS
        S: a6 BAD TLS is already active.
        C: a7 AUTHENTICATE PLAIN AGFsaWNlQGNvbnRvc28uZXhhbXBsZQBQYTU1IHcicmQ=
        S: a7 OK [CAPABILITY IMAP4rev1] Logged in.
        == leave
        "#,
        &[
            "imap mail.contoso.example:143 LOGIN (alice@contoso.example, refused: TLS first)",
            "imap mail.contoso.example:143 AUTHENTICATE PLAIN (refused: TLS first)",
            "imap mail.contoso.example:143 AUTHENTICATE GSSAPI (refused: no such mechanism)",
            "imap mail.contoso.example:143 STARTTLS",
            "imap+tls mail.contoso.example:143 CAPABILITY",
            "imap+tls mail.contoso.example:143 STARTTLS",
            "imap+tls mail.contoso.example:143 AUTHENTICATE PLAIN (alice@contoso.example, accepted)",
            "imap+tls mail.contoso.example:143 (closed by the client)",
        ],
    );
}

#[test]
fn a_plain_server_takes_passwords_and_knows_no_starttls() {
    check(
        PLAIN,
        r"
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] The lab is ready.
        C: a1 STARTTLS
        S: a1 BAD Unknown command.
        C: a2 LOGIN alice@contoso.example wrong
        S: a2 NO [AUTHENTICATIONFAILED] Authentication failed.
        C: a3 LOGIN {21}
        S: + OK
        C: alice@contoso.example {9}
        S: + OK
        == leave
        ",
        &[
            "imap mail.contoso.example:143 STARTTLS",
            "imap mail.contoso.example:143 LOGIN (alice@contoso.example, rejected)",
            "imap mail.contoso.example:143 (closed by the client)",
        ],
    );
}

#[test]
fn names_and_passwords_may_be_literals() {
    check(
        PLAIN,
        r#"
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] The lab is ready.
        C: a1 LOGIN {21}
        S: + OK
        C: alice@contoso.example {9}
        S: + OK
        C: Pa55 w"rd
        S: a1 OK [CAPABILITY IMAP4rev1] Logged in.
        "#,
        &[
            "imap mail.contoso.example:143 LOGIN (alice@contoso.example, accepted)",
            "imap mail.contoso.example:143 (closed by the client)",
        ],
    );
}

#[test]
fn literals_without_waiting_need_the_capability() {
    let text = r#"
        S: * OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN AUTH=LOGIN] The lab is ready.
        C: a1 LOGIN {21+}
        C: alice@contoso.example {9+}
        C: Pa55 w"rd
        S: a1 OK [CAPABILITY IMAP4rev1 LITERAL+] Logged in.
        "#;
    let end = "imap mail.contoso.example:143 (closed by the client)";
    let log_in = "imap mail.contoso.example:143 LOGIN (alice@contoso.example, accepted)";
    check(&format!("{PLAIN}\ncapabilities = [\"LITERAL+\"]"), text, &[log_in, end]);
    check(
        PLAIN,
        r"
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] The lab is ready.
        C: a1 LOGIN {21+}
        S: * BYE Synchronization error: wait for my reply
        == closed
        ",
        &[
            "imap mail.contoso.example:143 (bytes sent too early)",
            "imap mail.contoso.example:143 (closed by the server)",
        ],
    );
}

#[test]
fn a_server_may_be_as_terse_as_exchange() {
    check(
        &format!(
            "{STARTTLS}\nsasl_ir = false\ncapability_greeting = false\nlogin = false\n\
             greeting = \"The service is ready.\"\ncapabilities = [\"IDLE\", \"NAMESPACE\"]\n\
             mechanisms = [\"PLAIN\", \"NTLM\", \"GSSAPI\"]\nmechanisms_before_tls = [\"NTLM\"]\n\
             refuse_mechanisms = [\"GSSAPI\"]"
        ),
        r"
        S: * OK The service is ready.
        C: a1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 IDLE NAMESPACE STARTTLS LOGINDISABLED AUTH=NTLM
        S: a1 OK Capabilities listed.
        C: a2 STARTTLS
        S: a2 OK Begin TLS negotiation now.
        == tls
        C: a3 CAPABILITY
        S: * CAPABILITY IMAP4rev1 IDLE NAMESPACE LOGINDISABLED AUTH=PLAIN AUTH=NTLM AUTH=GSSAPI
        S: a3 OK Capabilities listed.
        C: a4 AUTHENTICATE PLAIN AGEAYg==
        S: a4 BAD Invalid authentication data.
        C: a5 AUTHENTICATE GSSAPI
        S: a5 NO [CANNOT] Mechanism not supported.
        C: a6 LOGIN alice@contoso.example x
        S: a6 NO [CANNOT] Mechanism not supported.
        C: a7 AUTHENTICATE PLAIN
        S: +~
        C: AGFsaWNlQGNvbnRvc28uZXhhbXBsZQBQYTU1IHcicmQ=
        S: a7 OK Logged in.
        ",
        &[
            "imap mail.contoso.example:143 CAPABILITY",
            "imap mail.contoso.example:143 STARTTLS",
            "imap+tls mail.contoso.example:143 CAPABILITY",
            "imap+tls mail.contoso.example:143 AUTHENTICATE (malformed)",
            "imap+tls mail.contoso.example:143 AUTHENTICATE GSSAPI (rejected: mechanism-refused)",
            "imap+tls mail.contoso.example:143 LOGIN (alice@contoso.example, rejected: mechanism-refused)",
            "imap+tls mail.contoso.example:143 AUTHENTICATE PLAIN (alice@contoso.example, accepted)",
            "imap+tls mail.contoso.example:143 (closed by the client)",
        ],
    );
}

#[test]
fn what_is_no_command_is_bad_and_its_words_stay_out_of_the_journal() {
    check(
        PLAIN,
        r"
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] The lab is ready.
        C: AGFsaWNlAHNlY3JldA==
        S: AGFsaWNlAHNlY3JldA== BAD Error in IMAP command.
        C: a1 NOOP now
        S: a1 BAD NOOP takes no arguments.
        C: a2 LOGIN alice secret more
        S: a2 BAD Invalid authentication data.
        C: a3 XSECRET secret
        S: a3 BAD Unknown command.
        C: a4 AUTHENTICATE secret=word AGEAYg==
        S: a4 NO Unsupported authentication mechanism.
        ",
        &[
            "imap mail.contoso.example:143 (unreadable)",
            "imap mail.contoso.example:143 NOOP (with arguments)",
            "imap mail.contoso.example:143 LOGIN (malformed)",
            "imap mail.contoso.example:143 XSECRET (unknown)",
            "imap mail.contoso.example:143 AUTHENTICATE ? (refused: no such mechanism)",
            "imap mail.contoso.example:143 (closed by the client)",
        ],
    );
}
