//! The servers are what they are said to be: greetings, capabilities, STARTTLS, log-ins.

use std::time::Duration;

use super::{
    Server,
    client::Client,
    dovecot::{self, Kind},
    exim,
    names::Names,
    postfix,
};
use crate::program::mailscout;

// The arguments of PLAIN: no other identity, the user, the password.
const RIGHT: &str = "AGFsaWNlQGNvbnRvc28uZXhhbXBsZQByaWdodA==";
const WRONG: &str = "AGFsaWNlQGNvbnRvc28uZXhhbXBsZQB3cm9uZw==";
const RIGHT_LOCAL: &str = "AGFsaWNlAHJpZ2h0";

/// The words behind `start` in the line of an answer that has it; none where no line has.
fn words<'a>(answer: &'a str, start: &str) -> Vec<&'a str> {
    let line = answer.lines().find_map(|line| line.split_once(start));
    line.map(|(_, words)| words.split_whitespace().collect()).unwrap_or_default()
}

/// The mechanisms that an IMAP server offers, and whether it refuses LOGIN.
fn imap_offers(client: &mut Client) -> (String, bool) {
    let answer = client.ask("a CAPABILITY", "a OK");
    let words = words(&answer, "* CAPABILITY ");
    let mechanisms: Vec<_> = words.iter().filter_map(|word| word.strip_prefix("AUTH=")).collect();
    (mechanisms.join(" "), words.contains(&"LOGINDISABLED"))
}

#[test]
fn dovecot_main_speaks_imap_with_starttls_and_shows_the_password_to_nobody() {
    let test = "dovecot_main_speaks_imap_with_starttls_and_shows_the_password_to_nobody";
    let Some(server) = dovecot::start(Kind::Main, test) else { return };
    let mut client = Client::plain(&server, 143);
    assert!(client.hear("* OK").contains(" STARTTLS LOGINDISABLED "));
    assert_eq!(imap_offers(&mut client), ("CRAM-MD5 SCRAM-SHA-256 NTLM".to_owned(), true));
    client.ask("a STARTTLS", "a OK");
    let mut client = client.encrypt(&server);
    let all = "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 NTLM".to_owned();
    assert_eq!(imap_offers(&mut client), (all, false));
    client.ask(&format!("a AUTHENTICATE PLAIN {WRONG}"), "a NO [AUTHENTICATIONFAILED]");
    client.ask(&format!("a AUTHENTICATE PLAIN {RIGHT}"), "a OK");
    let log = server.log_with("Login: user=<alice@contoso.example>", 1);
    assert_eq!(log.matches("Password mismatch").count(), 1, "{log}");
}

#[test]
fn dovecot_main_speaks_imap_over_tls() {
    let test = "dovecot_main_speaks_imap_over_tls";
    let Some(server) = dovecot::start(Kind::Main, test) else { return };
    let mut client = Client::tls(&server, 993);
    assert!(client.hear("* OK").contains(" AUTH=NTLM]"));
    client.ask("a LOGIN alice@contoso.example wrong", "a NO [AUTHENTICATIONFAILED]");
    client.ask("a LOGIN alice right", "a NO [AUTHENTICATIONFAILED]");
    client.ask("a LOGIN alice@contoso.example right", "a OK");
}

#[test]
fn dovecot_main_asks_samba_about_ntlm() {
    let Some(server) = dovecot::start(Kind::Main, "dovecot_main_asks_samba_about_ntlm") else {
        return;
    };
    let mut client = Client::tls(&server, 993);
    client.hear("* OK");
    client.ask("a AUTHENTICATE NTLM", "+");
    // The smallest first message: signature, type 1, and the flags for Unicode and NTLM.
    let challenge = client.ask("TlRMTVNTUAABAAAAAQIAAA==", "+");
    assert!(challenge.starts_with("+ TlRMTVNTUAACAAAA"), "{challenge}");
    client.ask("*", "a BAD");
}

#[test]
fn dovecot_main_speaks_pop3_both_ways() {
    let test = "dovecot_main_speaks_pop3_both_ways";
    let Some(server) = dovecot::start(Kind::Main, test) else { return };
    let mut client = Client::plain(&server, 110);
    client.hear("+OK");
    let offer = client.ask("CAPA", ".");
    assert!(offer.contains("STLS\r\n") && !offer.contains("USER\r\n"), "{offer}");
    assert_eq!(words(&offer, "SASL "), ["CRAM-MD5", "SCRAM-SHA-256", "NTLM"]);
    client.ask("STLS", "+OK");
    let mut started = client.encrypt(&server);
    let mut implicit = Client::tls(&server, 995);
    implicit.hear("+OK");
    for client in [&mut started, &mut implicit] {
        let offer = client.ask("CAPA", ".");
        assert!(offer.contains("USER\r\n") && !offer.contains("STLS\r\n"), "{offer}");
        assert_eq!(words(&offer, "SASL "), ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "NTLM"]);
    }
    started.ask(&format!("AUTH PLAIN {WRONG}"), "-ERR [AUTH]");
    started.ask(&format!("AUTH PLAIN {RIGHT}"), "+OK");
    implicit.ask("USER alice@contoso.example", "+OK");
    implicit.ask("PASS right", "+OK");
}

#[test]
fn dovecot_plain_takes_the_password_in_clear_text_and_has_no_tls() {
    let test = "dovecot_plain_takes_the_password_in_clear_text_and_has_no_tls";
    let Some(server) = dovecot::start(Kind::Plain, test) else { return };
    assert_eq!(server.ports(), [143, 110]);
    let mut imap = Client::plain(&server, 143);
    assert!(!imap.hear("* OK").contains("STARTTLS"));
    assert_eq!(imap_offers(&mut imap), ("PLAIN LOGIN".to_owned(), false));
    imap.ask("a LOGIN alice@contoso.example wrong", "a NO");
    imap.ask("a LOGIN alice@contoso.example right", "a OK");
    let mut pop3 = Client::plain(&server, 110);
    pop3.hear("+OK");
    assert!(!pop3.ask("CAPA", ".").contains("STLS"));
    pop3.ask("USER alice@contoso.example", "+OK");
    pop3.ask("PASS right", "+OK");
}

#[test]
fn dovecot_local_knows_users_without_a_domain_only() {
    let test = "dovecot_local_knows_users_without_a_domain_only";
    let Some(server) = dovecot::start(Kind::Local, test) else { return };
    assert_eq!(server.ports(), [993, 995]);
    let mut imap = Client::tls(&server, 993);
    imap.hear("* OK");
    imap.ask("a LOGIN alice@contoso.example right", "a NO [AUTHENTICATIONFAILED]");
    imap.ask("a LOGIN alice right", "a OK");
    let mut pop3 = Client::tls(&server, 995);
    pop3.hear("+OK");
    pop3.ask(&format!("AUTH PLAIN {RIGHT}"), "-ERR [AUTH]");
    pop3.ask(&format!("AUTH PLAIN {RIGHT_LOCAL}"), "+OK");
}

/// Says EHLO; whether STARTTLS is offered, and the mechanisms.
fn smtp_offers(client: &mut Client) -> (bool, String) {
    let answer = client.ask("EHLO client.example", "250 ");
    let mechanisms = words(&answer, "250-AUTH ").join(" ");
    (answer.contains("STARTTLS\r\n"), mechanisms)
}

/// Connects to a submission port with STARTTLS, which offers `before` it, and starts TLS.
#[track_caller]
fn smtp_started(server: &Server, before: &str) -> Client {
    let mut client = Client::plain(server, 587);
    client.hear("220 smtp.contoso.example ");
    assert_eq!(smtp_offers(&mut client), (true, before.to_owned()));
    client.ask("STARTTLS", "220 ");
    client.encrypt(server)
}

/// Sees that a server offers these mechanisms and no STARTTLS, and knows its user by PLAIN.
#[track_caller]
fn smtp_logs_in(client: &mut Client, mechanisms: &str) {
    assert_eq!(smtp_offers(client), (false, mechanisms.to_owned()));
    client.ask(&format!("AUTH PLAIN {WRONG}"), "535 ");
    client.ask(&format!("AUTH PLAIN {RIGHT}"), "235 ");
    client.ask("QUIT", "221 ");
}

#[test]
fn postfix_takes_submissions_by_587_and_465_and_no_log_in_at_25() {
    let test = "postfix_takes_submissions_by_587_and_465_and_no_log_in_at_25";
    let Some(server) = postfix::start(test) else { return };
    smtp_logs_in(&mut smtp_started(&server, ""), "PLAIN LOGIN");
    let mut implicit = Client::tls(&server, 465);
    implicit.hear("220 smtp.contoso.example ESMTP Postfix");
    smtp_logs_in(&mut implicit, "PLAIN LOGIN");
    let mut exchanger = Client::plain(&server, 25);
    exchanger.hear("220 ");
    assert_eq!(smtp_offers(&mut exchanger), (true, String::new()));
    exchanger.ask("STARTTLS", "220 ");
    let mut exchanger = exchanger.encrypt(&server);
    assert_eq!(smtp_offers(&mut exchanger), (false, String::new()));
    let log = server.log_with("SASL PLAIN authentication failed", 2);
    assert_eq!(log.matches("Password mismatch").count(), 2, "{log}");
}

#[test]
fn exim_main_takes_submissions_by_587_and_465() {
    let test = "exim_main_takes_submissions_by_587_and_465";
    let Some(server) = exim::start(exim::Kind::Main, test) else { return };
    smtp_logs_in(&mut smtp_started(&server, "CRAM-MD5"), "PLAIN LOGIN CRAM-MD5");
    let mut implicit = Client::tls(&server, 465);
    implicit.hear("220 smtp.contoso.example ESMTP Exim 4");
    smtp_logs_in(&mut implicit, "PLAIN LOGIN CRAM-MD5");
}

#[test]
fn exim_at_25_logs_in_without_tls_or_knows_no_log_in() {
    let test = "exim_at_25_logs_in_without_tls_or_knows_no_log_in";
    let Some(server) = exim::start(exim::Kind::Plain, test) else { return };
    let mut client = Client::plain(&server, 25);
    client.hear("220 ");
    smtp_logs_in(&mut client, "PLAIN LOGIN CRAM-MD5");
    server.log_with("535 Incorrect authentication data (set_id=alice@contoso.example)", 1);
    let Some(server) = exim::start(exim::Kind::Anonymous, test) else { return };
    let mut client = Client::plain(&server, 25);
    client.hear("220 ");
    assert_eq!(smtp_offers(&mut client), (false, String::new()));
    client.ask(&format!("AUTH PLAIN {RIGHT}"), "503 ");
}

#[test]
fn a_server_and_its_folder_end_with_their_value() {
    let test = "a_server_and_its_folder_end_with_their_value";
    let Some(server) = dovecot::start(Kind::Plain, test) else { return };
    let (imap, authority) = (server.at(143), server.ca_file());
    let mut client = Client::plain(&server, 143);
    client.hear("* OK");
    drop(server);
    assert!(!std::path::Path::new(&authority).exists());
    // Nobody listens any more, or would in a moment: the system tidies up after a killed process.
    let is_free = || std::net::TcpListener::bind(imap).is_ok();
    let soon = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        is_free()
    });
    assert!(soon, "somebody still listens at {imap}");
}

#[test]
fn the_words_of_connect_to_are_the_programs_and_other_names_do_not_exist() {
    let test = "the_words_of_connect_to_are_the_programs_and_other_names_do_not_exist";
    let Some(server) = dovecot::start(Kind::Local, test) else { return };
    let names = Names::start("@ MX 10 mail");
    let (ca_file, dns_server) = (server.ca_file(), names.dns_server());
    let words = server.connect_to("autodiscover.contoso.example");
    let [imaps, pop3s] = [server.at(993), server.at(995)];
    assert_eq!(
        words,
        [
            "--connect-to".to_owned(),
            format!("autodiscover.contoso.example:993:{imaps}"),
            "--connect-to".to_owned(),
            format!("autodiscover.contoso.example:995:{pop3s}"),
        ]
    );
    let mut arguments =
        vec!["discover", "alice@contoso.example", "--order", "outlook", "--skip", "guess"];
    arguments.extend(["--ca-file", &ca_file, "--dns-server", &dns_server]);
    arguments.extend(words.iter().map(String::as_str));
    let run = mailscout(&arguments);
    assert_eq!(run.code, 1, "{}", run.stderr);
    // A host with a server is not looked up, and its other ports are not reached.
    assert!(run.stderr.contains("no way was laid to this port"), "{}", run.stderr);
    assert_eq!(
        names.journal().summary(),
        [
            "dns A/AAAA contoso.example -> no data",
            "dns SRV _autodiscover._tcp.contoso.example -> nxdomain",
        ]
    );
}
