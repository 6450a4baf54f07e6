//! SMTP, command by command.

use super::check;

const TLS: &str = "scheme = \"smtp\"";
const STARTTLS: &str = "scheme = \"smtp\"\nsecurity = \"starttls\"";
const PLAIN: &str = "scheme = \"smtp\"\nsecurity = \"plain\"";

#[test]
fn inside_tls_a_client_looks_around_logs_in_and_leaves() {
    check(
        TLS,
        r"
        == tls
        S: 220 mail.contoso.example The lab is ready.
        C: AUTH PLAIN
        S: 503 5.5.1 Error: send EHLO first
        C: EHLO [127.0.0.1]
        S: 250-mail.contoso.example
        S: 250-8BITMIME
        S: 250-AUTH PLAIN LOGIN
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<alice@contoso.example>
        S: 530 5.7.0 Authentication required
        C: AUTH PLAIN AGFsaWNlQGNvbnRvc28uZXhhbXBsZQBQYTU1IHcicmQ=
        S: 235 2.7.0 Authentication successful
        C: AUTH PLAIN
        S: 503 5.5.1 Error: already authenticated
        C: EHLO [IPv6:2001:db8::1]
        S: 250-mail.contoso.example
        S: 250-8BITMIME
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<alice@contoso.example>
        S: 502 5.5.1 Error: command not implemented
        C: NOOP
        S: 250 2.0.0 Ok
        C: RSET
        S: 250 2.0.0 Ok
        C: QUIT
        S: 221 2.0.0 Bye
        == closed
        ",
        &[
            "smtp+tls mail.contoso.example:465 AUTH (malformed)",
            "smtp+tls mail.contoso.example:465 EHLO [127.0.0.1]",
            "smtp+tls mail.contoso.example:465 MAIL",
            "smtp+tls mail.contoso.example:465 AUTH PLAIN (alice@contoso.example, accepted)",
            "smtp+tls mail.contoso.example:465 AUTH (malformed)",
            "smtp+tls mail.contoso.example:465 EHLO [IPv6:2001:db8::1]",
            "smtp+tls mail.contoso.example:465 MAIL",
            "smtp+tls mail.contoso.example:465 NOOP",
            "smtp+tls mail.contoso.example:465 RSET",
            "smtp+tls mail.contoso.example:465 QUIT",
            "smtp+tls mail.contoso.example:465 (ended by farewell)",
        ],
    );
}

#[test]
fn before_the_upgrade_nobody_logs_in_and_after_it_all_is_forgotten() {
    check(
        &format!("{STARTTLS}\ncapabilities = [\"SIZE 1000\"]"),
        r"
        S: 220 mail.contoso.example The lab is ready.
        C: STARTTLS
        S: 503 5.5.1 Error: send EHLO first
        C: EHLO localhost
        S: 250-mail.contoso.example
        S: 250-8BITMIME
        S: 250-SIZE 1000
        S: 250-STARTTLS
        S: 250 ENHANCEDSTATUSCODES
        C: AUTH PLAIN AGEAYg==
        S: 530 5.7.0 Must issue a STARTTLS command first
        C: MAIL FROM:<>
        S: 530 5.7.0 Must issue a STARTTLS command first
        C: STARTTLS now
        S: 501 5.5.4 Syntax: no parameters allowed
        C: STARTTLS
        S: 220 2.0.0 Ready to start TLS
        == tls
        C: AUTH PLAIN
        S: 503 5.5.1 Error: send EHLO first
        C: EHLO localhost
        S: 250-mail.contoso.example
        S: 250-8BITMIME
        S: 250-SIZE 1000
        S: 250-AUTH PLAIN LOGIN
        S: 250 ENHANCEDSTATUSCODES
        C: STARTTLS
        S: 503 5.5.1 Error: TLS already active
        C: AUTH GSSAPI
        S: 504 5.5.4 Error: authentication mechanism not supported
        ",
        &[
            "smtp mail.contoso.example:587 STARTTLS",
            "smtp mail.contoso.example:587 EHLO localhost",
            "smtp mail.contoso.example:587 AUTH PLAIN (refused: TLS first)",
            "smtp mail.contoso.example:587 MAIL",
            "smtp mail.contoso.example:587 STARTTLS (with arguments)",
            "smtp mail.contoso.example:587 STARTTLS",
            "smtp+tls mail.contoso.example:587 AUTH (malformed)",
            "smtp+tls mail.contoso.example:587 EHLO localhost",
            "smtp+tls mail.contoso.example:587 STARTTLS",
            "smtp+tls mail.contoso.example:587 AUTH GSSAPI (refused: no such mechanism)",
            "smtp+tls mail.contoso.example:587 (closed by the client)",
        ],
    );
}

#[test]
fn a_relay_knows_no_log_in() {
    check(
        &format!("{PLAIN}\nmechanisms = []\ngreeting = \"ESMTP\\nno spam\""),
        r"
        S: 220-mail.contoso.example ESMTP
        S: 220 no spam
        C: EHLO my_host
        S: 501 5.5.4 Syntax: EHLO hostname
        C: EHLO localhost
        S: 250-mail.contoso.example
        S: 250-8BITMIME
        S: 250 ENHANCEDSTATUSCODES
        C: AUTH PLAIN AGEAYg==
        S: 503 5.5.1 Error: authentication not enabled
        C: STARTTLS
        S: 502 5.5.1 Error: command not implemented
        C: AGFsaWNlAHNlY3JldA==
        S: 502 5.5.2 Error: command not recognized
        ",
        &[
            "smtp mail.contoso.example:25 EHLO my_host",
            "smtp mail.contoso.example:25 EHLO localhost",
            "smtp mail.contoso.example:25 AUTH (malformed)",
            "smtp mail.contoso.example:25 STARTTLS",
            "smtp mail.contoso.example:25 (unknown)",
            "smtp mail.contoso.example:25 (closed by the client)",
        ],
    );
}

#[test]
fn a_server_of_old_knows_helo_alone() {
    check(
        &format!("{PLAIN}\nehlo = false"),
        r"
        S: 220 mail.contoso.example The lab is ready.
        C: EHLO localhost
        S: 502 5.5.1 Error: command not implemented
        C: HELO localhost
        S: 250 mail.contoso.example
        C: AUTH PLAIN
        S: 503 5.5.1 Error: send EHLO first
        C: QUIT
        S: 221 2.0.0 Bye
        == closed
        ",
        &[
            "smtp mail.contoso.example:25 EHLO localhost",
            "smtp mail.contoso.example:25 HELO localhost",
            "smtp mail.contoso.example:25 AUTH (malformed)",
            "smtp mail.contoso.example:25 QUIT",
            "smtp mail.contoso.example:25 (ended by farewell)",
        ],
    );
}

#[test]
fn a_refused_mechanism_is_offered_and_not_taken() {
    check(
        &format!("{PLAIN}\nmechanisms = [\"PLAIN\", \"X-OWN\"]\nrefuse_mechanisms = [\"X-OWN\"]"),
        r"
        S: 220 mail.contoso.example The lab is ready.
        C: EHLO localhost
        S: 250-mail.contoso.example
        S: 250-8BITMIME
        S: 250-AUTH PLAIN X-OWN
        S: 250 ENHANCEDSTATUSCODES
        C: AUTH X-OWN
        S: 504 5.7.4 Unrecognized authentication type
        ",
        &[
            "smtp mail.contoso.example:25 EHLO localhost",
            "smtp mail.contoso.example:25 AUTH X-OWN (rejected: mechanism-refused)",
            "smtp mail.contoso.example:25 (closed by the client)",
        ],
    );
}
