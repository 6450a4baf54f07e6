//! `mailscout probe`: one port, on small servers of the lab.

use std::path::PathBuf;

use crate::program::{Run, mailscout};

/// A lab with one mail host, which is reached by IPv4 and IPv6.
struct Lab {
    folder: tempfile::TempDir,
}

impl Lab {
    fn new(services: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scenario = format!(
            r#"title = "One mail host"
address = "alice@contoso.example"
[zones."contoso.example"]
records = """
mail  A     203.0.113.7
six   AAAA  2001:db8::7
"""
[zones."contoso.example".faults]
"silent" = "silence"
[[hosts]]
names = ["mail.contoso.example", "six.contoso.example"]
addresses = ["203.0.113.7", "2001:db8::7"]
{services}"#
        );
        std::fs::write(folder.path().join("lab.toml"), scenario).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("lab.toml")
    }

    fn probe(&self, arguments: &[&str]) -> Run {
        let lab = format!("--lab={}", self.path().display());
        mailscout(&[&["probe"], arguments, &[&lab]].concat())
    }

    /// The exit code and the last line.
    #[track_caller]
    fn check(&self, endpoint: &str, code: i32, verdict: &str) -> String {
        let run = self.probe(&[endpoint]);
        let last = run.stdout.lines().last().unwrap_or_default().trim();
        assert_eq!((run.code, last), (code, verdict), "{}{}", run.stdout, run.stderr);
        run.stdout
    }
}

#[test]
fn a_good_server_is_shown_with_all_it_says() {
    let lab = Lab::new(
        r#"[[hosts.services]]
scheme = "imap"
mechanisms = ["PLAIN", "NTLM"]
login = false
[[hosts.services]]
scheme = "smtp"
security = "starttls"
"#,
    );
    let text = lab.check(
        "mail.contoso.example:993",
        0,
        "IMAP with TLS from the first byte; log-ins: PLAIN, NTLM",
    );
    for said in [
        "  mail.contoso.example:993   203.0.113.7\n",
        "    TLS            TLS 1.3, TLS13_AES_",
        "    certificate    good\n",
        "mail.contoso.example, six.contoso.example\n",
        "CN=mailscout lab authority\n",
        "2020-01-01 to 2089-01-01, ",
        " days left\n",
        "The lab is ready.\n",
        "    mechanisms     PLAIN, NTLM\n",
        "    ended          complete\n",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("before TLS"), "{text}");

    let text =
        lab.check("mail.contoso.example:587", 0, "SMTP with STARTTLS; log-ins: PLAIN, LOGIN");
    let before = text.find("before TLS").unwrap();
    let inside = text.find("inside TLS").unwrap();
    assert!(text[before..inside].contains("unauthenticated: in clear text"), "{text}");
    assert!(text[before..inside].contains("STARTTLS"), "{text}");
    assert!(text[inside..].contains("AUTH PLAIN LOGIN"), "{text}");
}

#[test]
fn addresses_stand_for_themselves_and_ipv6_in_brackets() {
    let lab = Lab::new("[[hosts.services]]\nscheme = \"pop3\"\n");
    let text = lab.check(
        "six.contoso.example:995",
        0,
        "POP3 with TLS from the first byte; log-ins: PLAIN, LOGIN, the commands USER and PASS",
    );
    assert!(text.contains("2001:db8::7"), "{text}");
    let run = lab.probe(&["[2001:db8::7]:995"]);
    assert_eq!(run.code, 3, "the certificate is for names: {}", run.stdout);
    assert!(run.stdout.starts_with("  [2001:db8::7]:995   2001:db8::7\n"), "{}", run.stdout);
}

#[test]
fn a_server_that_is_not_safe_is_attention() {
    let lab = Lab::new(
        r#"[[hosts.services]]
scheme = "imap"
certificate = "expired"
[[hosts.services]]
scheme = "pop3"
certificate = "wrong-name"
[[hosts.services]]
scheme = "smtp"
security = "plain"
[[hosts.services]]
scheme = "smtp"
security = "starttls"
fault = "starttls-refused"
"#,
    );
    let text = lab.check(
        "mail.contoso.example:993",
        3,
        "IMAP with TLS from the first byte, but the certificate has expired; \
         log-ins: PLAIN, LOGIN, the command LOGIN",
    );
    assert!(text.contains("expired ") && text.contains(" days ago"), "{text}");
    lab.check(
        "mail.contoso.example:995",
        3,
        "POP3 with TLS from the first byte, but the certificate is for www.hoster.example; \
         log-ins: PLAIN, LOGIN, the commands USER and PASS",
    );
    lab.check(
        "mail.contoso.example:25",
        3,
        "SMTP without encryption only: no upgrade to TLS is offered; log-ins: PLAIN, LOGIN",
    );
    lab.check(
        "mail.contoso.example:587",
        3,
        "SMTP without encryption only: the upgrade to TLS was refused for now; log-ins: none",
    );
}

#[test]
fn what_is_no_mail_server_is_none() {
    let lab = Lab::new(
        r#"[[hosts.services]]
scheme = "imap"
security = "starttls"
fault = "starttls-injection"
[[hosts.services]]
scheme = "pop3"
security = "plain"
fault = "http"
[[hosts.services]]
scheme = "https"
"#,
    );
    let injected = "no mail server: injection: bytes in clear text stood where TLS had to begin";
    lab.check("mail.contoso.example:143", 1, injected);
    lab.check("mail.contoso.example:110", 1, "no mail server: the server speaks HTTP");
    lab.check("mail.contoso.example:25", 1, "no mail server: the connection was refused");
    lab.check("nobody.contoso.example:25", 1, "no mail server: no such name");
    lab.check("six.contoso.example:1", 1, "no mail server: the connection was refused");
    let run = lab.probe(&["silent.contoso.example:25", "--timeout", "1"]);
    assert_eq!(run.code, 4, "{}", run.stdout);
    assert!(run.stdout.contains("nothing answered: "), "{}", run.stdout);
    let run = lab.probe(&["10.0.0.1:25", "--public-only"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("10.0.0.1 is not a public address"), "{}", run.stdout);
}

#[test]
fn any_port_is_listened_to_and_the_protocol_can_be_named() {
    let lab = Lab::new(
        r#"[[hosts.services]]
scheme = "imap"
security = "tls"
port = 4993
[[hosts.services]]
scheme = "pop3"
security = "starttls"
port = 4110
"#,
    );
    let run = lab.probe(&["mail.contoso.example:4110"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("POP3 with STARTTLS"), "{}", run.stdout);
    let run = lab.probe(&["mail.contoso.example:4993", "--protocol", "imap"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("IMAP with TLS from the first byte"), "{}", run.stdout);
}

#[test]
fn as_json_it_is_a_document_of_version_1() {
    let lab = Lab::new("[[hosts.services]]\nscheme = \"smtp\"\nsecurity = \"starttls\"\n");
    let run = lab.probe(&["mail.contoso.example:587", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["outcome"], "good");
    assert_eq!(document["security"], "starttls");
    assert_eq!(document["log_ins"], serde_json::json!(["PLAIN", "LOGIN"]));
    let conversation = &document["conversations"][0];
    assert_eq!(conversation["code"], "complete");
    assert_eq!(conversation["before_tls"]["authenticated"], false);
    assert_eq!(conversation["inside_tls"]["authenticated"], true);
    let certificate = &conversation["tls"]["chain"][0];
    assert_eq!(certificate["not_after"], "2089-01-01T00:00:00Z");
    assert!(certificate["days_left"].as_i64().unwrap() > 0);
    let run = lab.probe(&["nobody.contoso.example:587", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &document["outcome"]), (1, &"no-mail-server".into()));
    assert_eq!(document["code"], "nxdomain");
}

#[test]
fn what_is_no_endpoint_is_refused() {
    for (endpoint, why) in [
        ("mail.contoso.example", "a host and a port are needed"),
        ("mail.contoso.example:imap", "`imap` is no port"),
        ("mail.contoso.example:0", "`0` is no port"),
        ("2001:db8::7", "stands in brackets"),
        ("a..b:25", "`a..b` is no host name"),
    ] {
        let run = mailscout(&["probe", endpoint]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{endpoint}");
        assert!(run.stderr.contains(why), "{endpoint}: {}", run.stderr);
    }
    let run = mailscout(&["probe", "mail.contoso.example:993", "--protocol", "ftp"]);
    assert!(run.code == 2 && run.stderr.contains("there are imap, pop3, smtp"), "{}", run.stderr);
}
