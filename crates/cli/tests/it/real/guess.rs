//! The program meets the real servers: what is there is found, proved, and nothing else is said.

use serde_json::Value;

use super::{
    PASSWORD, Server, USER,
    dovecot::{self, Kind},
    exim,
    names::Names,
    postfix,
};
use crate::program::{Run, mailscout_with};

/// The guess for the account, with these servers at these hosts.
fn guess(servers: &[(&str, &Server)], more: &[&str], password: Option<&str>) -> Run {
    let names = Names::start("");
    let mut words: Vec<String> =
        ["guess", USER, "--dns-server", &names.dns_server()].map(str::to_owned).into();
    for (host, server) in servers {
        words.extend(server.connect_to(host));
        words.extend(["--ca-file".to_owned(), server.ca_file()]);
    }
    words.extend(more.iter().map(|&word| word.to_owned()));
    if password.is_some() {
        words.push("--password-stdin".to_owned());
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let input = password.map(|password| format!("{password}\n")).unwrap_or_default();
    let run = mailscout_with(&words, &[], input.as_bytes());
    for secret in [PASSWORD, "mistyped-7"] {
        // "right" alone is a word that a sentence may have.
        let secret = format!("\"{secret}\"");
        assert!(!run.stdout.contains(&secret) && !run.stderr.contains(&secret));
    }
    run
}

#[track_caller]
fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

/// A server of the report: `993 tls alice login NTLM`.
fn line(document: &Value, protocol: &str) -> String {
    let of = |list: &str| document[list].as_array().cloned().unwrap_or_default();
    let all: Vec<Value> = of("incoming").into_iter().chain(of("outgoing")).collect();
    let Some(server) = all.iter().find(|server| server["protocol"] == protocol) else {
        return "none".to_owned();
    };
    let text = |key: &str| server[key].as_str().unwrap_or_default().to_owned();
    format!(
        "{} {} {} {} {}",
        server["port"],
        text("security"),
        text("username"),
        text("verified"),
        server["authentication"][0].as_str().unwrap_or_default()
    )
}

/// How many log-ins the report has with this outcome.
fn log_ins(document: &Value, code: &str) -> usize {
    let attempts = document["attempts"].as_array().unwrap();
    let is_one = |attempt: &&Value| {
        attempt["question"].as_str().is_some_and(|question| question.contains("log-in"))
            && attempt["code"] == code
    };
    attempts.iter().filter(is_one).count()
}

#[test]
fn dovecot_and_postfix_are_found_and_proved_by_log_ins() {
    let test = "dovecot_and_postfix_are_found_and_proved_by_log_ins";
    let Some(dovecot) = dovecot::start(Kind::Main, test) else { return };
    let Some(postfix) = postfix::start(test) else { return };
    let servers = [("imap.contoso.example", &dovecot), ("smtp.contoso.example", &postfix)];
    let run = guess(&servers, &["--json"], Some(PASSWORD));
    let document = json(&run);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(line(&document, "imap"), "993 tls alice@contoso.example login ntlm");
    assert_eq!(line(&document, "smtp"), "465 tls alice@contoso.example login password");
    assert_eq!(document["source"]["trust"], "verified");
    assert_eq!(log_ins(&document, "wrong-password"), 0);
}

#[test]
fn ntlm_log_ins_succeed_on_dovecot_by_imap_and_pop3() {
    let test = "ntlm_log_ins_succeed_on_dovecot_by_imap_and_pop3";
    let Some(dovecot) = dovecot::start(Kind::Main, test) else { return };
    let servers = [("mail.contoso.example", &dovecot)];
    let run = guess(&servers, &["--json", "--profile", "outlook2010"], Some(PASSWORD));
    let document = json(&run);
    assert_eq!(line(&document, "imap"), "993 tls alice@contoso.example login ntlm");
    assert_eq!(line(&document, "pop3"), "995 tls alice@contoso.example login ntlm");
    assert_eq!(log_ins(&document, "accepted"), 2);
}

#[test]
fn a_wrong_password_by_ntlm_is_rejected_and_not_tried_again_in_other_ways() {
    let test = "a_wrong_password_by_ntlm_is_rejected_and_not_tried_again_in_other_ways";
    let Some(dovecot) = dovecot::start(Kind::Main, test) else { return };
    let servers = [("mail.contoso.example", &dovecot)];
    let run = guess(&servers, &["--json"], Some("mistyped-7"));
    let document = json(&run);
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(line(&document, "imap"), "993 tls alice@contoso.example login-failed ntlm");
    // One for each form of the user name; POP3 is the same server.
    assert_eq!(log_ins(&document, "wrong-password"), 2);
}

#[test]
fn without_a_password_a_port_is_enough_and_says_so() {
    let test = "without_a_password_a_port_is_enough_and_says_so";
    let Some(dovecot) = dovecot::start(Kind::Main, test) else { return };
    let Some(exim) = exim::start(exim::Kind::Main, test) else { return };
    let servers = [("mail.contoso.example", &dovecot), ("smtp.contoso.example", &exim)];
    let run = guess(&servers, &["--json"], None);
    let document = json(&run);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(line(&document, "imap"), "993 tls alice@contoso.example connection ntlm");
    assert_eq!(line(&document, "pop3"), "995 tls alice@contoso.example connection ntlm");
    assert_eq!(line(&document, "smtp"), "465 tls alice@contoso.example connection password");
    assert_eq!(log_ins(&document, "accepted"), 0);
}

#[test]
fn a_server_that_wants_the_local_part_gets_it() {
    let test = "a_server_that_wants_the_local_part_gets_it";
    let Some(dovecot) = dovecot::start(Kind::Local, test) else { return };
    let servers = [("mail.contoso.example", &dovecot)];
    let run = guess(&servers, &["--json"], Some(PASSWORD));
    let document = json(&run);
    assert_eq!(line(&document, "imap"), "993 tls alice login password");
    assert_eq!(line(&document, "pop3"), "995 tls alice login password");
    assert_eq!(log_ins(&document, "wrong-password"), 1);
}

#[test]
fn a_server_without_encryption_is_used_after_consent_only() {
    let test = "a_server_without_encryption_is_used_after_consent_only";
    let Some(dovecot) = dovecot::start(Kind::Plain, test) else { return };
    let servers = [("mail.contoso.example", &dovecot)];

    let run = guess(&servers, &["--json"], Some(PASSWORD));
    let document = json(&run);
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(document["outcome"], "needs-consent");
    assert_eq!(document["consent_needed"][0]["kind"], "unencrypted");
    assert_eq!(line(&document, "imap"), "none");

    let run = guess(&servers, &["--json", "--allow-unencrypted"], Some(PASSWORD));
    let document = json(&run);
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(line(&document, "imap"), "143 plain alice@contoso.example login-failed password");
    assert_eq!(document["consent_needed"][0]["kind"], "cleartext-password");
    assert_eq!(log_ins(&document, "accepted"), 0);
    assert!(!dovecot.log_with("", 0).contains("Login: user="), "nobody logged in");

    let both = ["--json", "--allow-unencrypted", "--allow-cleartext-password"];
    let run = guess(&servers, &both, Some(PASSWORD));
    let document = json(&run);
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(line(&document, "imap"), "143 plain alice@contoso.example login password");
    assert_eq!(document["source"]["trust"], "unauthenticated");
}

#[test]
fn exim_is_found_by_starttls_and_an_mx_is_no_submission_server() {
    let test = "exim_is_found_by_starttls_and_an_mx_is_no_submission_server";
    let Some(exim) = exim::start(exim::Kind::Main, test) else { return };
    let servers = [("smtp.contoso.example", &exim)];
    let run = guess(&servers, &["--json", "--profile", "outlook2010"], Some(PASSWORD));
    let document = json(&run);
    assert_eq!(line(&document, "smtp"), "587 starttls alice@contoso.example login password");

    let Some(mx) = exim::start(exim::Kind::Anonymous, test) else { return };
    let run = guess(&[("mail.contoso.example", &mx)], &["--json"], None);
    let document = json(&run);
    assert_eq!(document["outcome"], "not-found", "{run:?}");
    assert_eq!(document["consent_needed"].as_array().unwrap().len(), 0, "nothing to gain by a yes");
}

#[test]
fn exim_without_tls_takes_a_digest_without_the_second_consent() {
    let test = "exim_without_tls_takes_a_digest_without_the_second_consent";
    let Some(exim) = exim::start(exim::Kind::Plain, test) else { return };
    let servers = [("smtp.contoso.example", &exim)];
    let run = guess(&servers, &["--json", "--allow-unencrypted"], Some(PASSWORD));
    let document = json(&run);
    assert_eq!(line(&document, "smtp"), "25 plain alice@contoso.example login password-encrypted");
    assert_eq!(run.code, 3, "{run:?}");
}

#[test]
fn one_port_is_shown_with_its_certificate_and_what_it_offers() {
    let test = "one_port_is_shown_with_its_certificate_and_what_it_offers";
    let Some(dovecot) = dovecot::start(Kind::Main, test) else { return };
    let ca_file = dovecot.ca_file();
    let routes = dovecot.connect_to("imap.contoso.example");
    let probe = |port: &str, more: &[&str]| {
        let place = format!("imap.contoso.example:{port}");
        let mut words = vec!["probe", &place];
        words.extend(routes.iter().map(String::as_str));
        words.extend(more);
        mailscout_with(&words, &[], b"")
    };
    let run = probe("143", &["--ca-file", &ca_file]);
    assert_eq!(run.code, 0, "{run:?}");
    for word in ["STARTTLS", "TLS 1.3", "NTLM", "SCRAM-SHA-256", "imap.contoso.example"] {
        assert!(run.stdout.contains(word), "{word}: {}", run.stdout);
    }
    let run = probe("993", &[]);
    assert_eq!(run.code, 3, "nobody here trusts the authority: {run:?}");
}
