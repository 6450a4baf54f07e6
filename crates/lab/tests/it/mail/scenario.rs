//! Mail servers that cannot be: what is said of them.

use mailscout_lab::Scenario;

#[track_caller]
fn check(port: u16, words: &str, problem: &str) {
    let text = format!(
        "title = \"t\"\naddress = \"a@b.example\"\n[[hosts]]\nnames = [\"a.example\"]\n\
         addresses = [\"203.0.113.5\"]\n[[hosts.services]]\n{words}"
    );
    let said = Scenario::from_toml(&text).unwrap_err().to_string();
    assert_eq!(said, format!("scenario, host a.example, port {port}: {problem}"));
}

const IMAP: &str = "scheme = \"imap\"\n";
const POP3: &str = "scheme = \"pop3\"\n";
const SMTP: &str = "scheme = \"smtp\"\n";

#[test]
fn every_word_is_taken_where_it_belongs() {
    let text = r#"
title = "t"
address = "a@b.example"
[[hosts]]
names = ["mail.contoso.example"]
addresses = ["203.0.113.25", "2001:db8::25"]

[[hosts.services]]
scheme = "imap"
security = "starttls"
port = 1143
certificate = "good"
fault = "starttls-injection"
delay_ms = 1
reply_delay_ms = 1
greeting = "Ready."
capabilities = ["IDLE", "NAMESPACE"]
capability_greeting = false
sasl_ir = false
login = true
login_before_tls = true
mechanisms = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER", "NTLM", "GSSAPI"]
mechanisms_before_tls = ["NTLM"]
refuse_mechanisms = ["GSSAPI"]
[[hosts.services.accounts]]
user = "alice@contoso.example"
password = "secret"
token = "t0ken"
[[hosts.services.accounts]]
user = "alice"
domain = "CONTOSO"
password = "secret"
[[hosts.services.accounts]]
user = "locked@contoso.example"
outcome = "locked"

[[hosts.services]]
scheme = "pop3"
capa = false
apop = true
login = false

[[hosts.services]]
scheme = "smtp"
security = "plain"
ehlo = false
mechanisms = []
"#;
    Scenario::from_toml(text).unwrap();
}

#[test]
fn words_stand_where_they_mean_something() {
    check(443, "security = \"tls\"", "`security` is for imap, pop3, smtp, and this is https");
    check(80, "scheme = \"http\"\naccounts = []", "`accounts` of a web server needs `auth`");
    check(995, &format!("{POP3}sasl_ir = true"), "`sasl_ir` is for imap, and this is pop3");
    check(465, &format!("{SMTP}apop = true"), "`apop` is for pop3, and this is smtp");
    check(465, &format!("{SMTP}login = false"), "`login` is for imap, pop3, and this is smtp");
    check(993, &format!("{IMAP}ehlo = false"), "`ehlo` is for smtp, and this is imap");
    check(
        993,
        &format!("{IMAP}[[hosts.services.routes]]\npath = \"/\""),
        "`routes` is for web servers, and this is imap",
    );
    check(
        25,
        &format!("{SMTP}security = \"plain\"\ncertificate = \"good\""),
        "`certificate` needs security \"tls\" or \"starttls\"",
    );
    check(
        993,
        &format!("{IMAP}mechanisms_before_tls = [\"PLAIN\"]"),
        "what is offered before TLS needs security \"starttls\"",
    );
    check(
        110,
        &format!("{POP3}security = \"plain\"\nlogin_before_tls = true"),
        "what is offered before TLS needs security \"starttls\"",
    );
    check(
        587,
        &format!("{SMTP}security = \"starttls\"\nehlo = false"),
        "without EHLO there is no STARTTLS",
    );
    check(
        465,
        &format!("{SMTP}ehlo = false\nmechanisms = [\"PLAIN\"]"),
        "without EHLO there are no mechanisms and no capabilities",
    );
}

#[test]
fn faults_fit_their_server() {
    check(443, "fault = \"bye\"", "this fault is for mail servers");
    check(
        993,
        &format!("{IMAP}fault = \"plain-text\""),
        "fault \"plain-text\" is for web servers; a mail server has security \"plain\" and any port",
    );
    check(
        143,
        &format!("{IMAP}security = \"starttls\"\nfault = \"cut-handshake\""),
        "fault \"cut-handshake\" needs security \"tls\"",
    );
    for fault in ["injection", "stripped", "refused", "cut"] {
        check(
            995,
            &format!("{POP3}fault = \"starttls-{fault}\""),
            "a fault of STARTTLS needs security \"starttls\"",
        );
    }
    check(995, &format!("{POP3}fault = \"preauth\""), "fault \"preauth\" is for imap");
    check(
        995,
        &format!("{POP3}capa = false\nfault = \"endless-capabilities\""),
        "a fault of the capabilities needs a list of them",
    );
}

#[test]
fn mechanisms_capabilities_and_accounts_are_checked() {
    check(
        993,
        &format!("{IMAP}mechanisms = [\"GSSAPI\"]"),
        "the mechanism `GSSAPI` is not served (served: CRAM-MD5, LOGIN, NTLM, OAUTHBEARER, PLAIN, \
         SCRAM-SHA-256, XOAUTH2); it can be offered when `refuse_mechanisms` has it too",
    );
    check(
        993,
        &format!("{IMAP}mechanisms = [\"plain\"]"),
        "`plain` is not the name of a mechanism",
    );
    check(
        993,
        &format!("{IMAP}refuse_mechanisms = [\"NTLM\"]"),
        "`NTLM` is to be refused, and is not offered",
    );
    check(993, &format!("{IMAP}greeting = \"a\\nb\""), "`greeting` is not one line of text");
    check(
        993,
        &format!("{IMAP}capabilities = [\"A B\"]"),
        "`A B` cannot stand in a list of capabilities",
    );
    check(993, &format!("{IMAP}accounts = [{{ password = \"x\" }}]"), "an account needs a user");
    check(
        993,
        &format!("{IMAP}accounts = [{{ user = \"a\" }}]"),
        "the account `a` needs a password, a token or an outcome",
    );
    check(
        993,
        &format!(
            "{IMAP}accounts = [{{ user = \"a\", password = \"1\" }}, {{ user = \"a\", token = \"2\" }}]"
        ),
        "the account `a` is there twice",
    );
}

#[test]
fn unknown_words_are_told_with_their_line() {
    let text = format!(
        "title = \"t\"\naddress = \"a@b.example\"\n[[hosts]]\nnames = [\"a.example\"]\n\
         addresses = [\"203.0.113.5\"]\n[[hosts.services]]\n{IMAP}accounts = [{{ user = \"a\", pass = \"b\" }}]"
    );
    let said = Scenario::from_toml(&text).unwrap_err().to_string();
    assert!(said.starts_with("scenario, line 8: unknown field `pass`, expected one of"), "{said}");
}

#[test]
fn hosts_that_share_a_port_are_alike_until_tls() {
    let host = |name: &str, security: &str| {
        format!(
            "[[hosts]]\nnames = [\"{name}\"]\naddresses = [\"203.0.113.5\"]\n[[hosts.services]]\n\
             scheme = \"imap\"\nport = 993\nsecurity = \"{security}\"\n"
        )
    };
    let text = format!(
        "title = \"t\"\naddress = \"a@b.example\"\n{}{}",
        host("a.example", "tls"),
        host("b.example", "plain")
    );
    assert_eq!(
        Scenario::from_toml(&text).unwrap_err().to_string(),
        "scenario, address 203.0.113.5, port 993: \
         hosts that share a port need the same scheme, security and fault"
    );
}
