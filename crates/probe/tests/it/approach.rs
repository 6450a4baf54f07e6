//! How one port is approached.

use core::{net::IpAddr, time::Duration};

use mailscout_net::connect::Target;
use mailscout_probe::{
    approach::{Approach, LISTEN},
    conversation::{Conversation, Evidence},
};
use mailscout_schema::settings::{Protocol, Security};

use crate::prober_server::Server;

/// Meets a server as an approach says; a line for each conversation.
fn meet(approach: Approach, port: u16, server: &str) -> Vec<String> {
    let mut approach = approach;
    let mut lines = Vec::new();
    while let Some(way) = approach.next() {
        assert_eq!(approach.next(), Some(way), "it says the same until something is taken");
        let address: IpAddr = "203.0.113.1".parse().unwrap();
        let target = Target::new("mail.contoso.example", port, vec![address]);
        let conversation = Conversation::new(target, way.protocol, way.security);
        let listening = if way.greeting.is_some() { ", listening" } else { "" };
        assert!(way.greeting.is_none_or(|greeting| greeting == LISTEN));
        lines.push(format!("{} {}{listening}", way.protocol, way.security));
        let (evidence, _) = Server::read(server).converse(&conversation);
        approach.take(evidence.clone());
        let last = approach.had().last().unwrap();
        assert_eq!((last.protocol, last.security), (way.protocol, way.security));
        assert_eq!(last.evidence, evidence);
        assert!(lines.len() <= 3, "{lines:?}");
    }
    assert_eq!(approach.had().len(), lines.len());
    lines
}

#[track_caller]
fn check(approach: Approach, port: u16, server: &str, expected: &[&str]) {
    assert_eq!(meet(approach, port, server), expected, "{port} {server}");
}

fn unknown(port: u16) -> Approach {
    Approach::new(port, None)
}

#[test]
fn a_usual_port_says_what_is_spoken_and_how() {
    for (port, expected) in [
        (143, "imap starttls"),
        (993, "imap tls"),
        (110, "pop3 starttls"),
        (995, "pop3 tls"),
        (25, "smtp starttls"),
        (587, "smtp starttls"),
        (465, "smtp tls"),
    ] {
        let kind = expected.split_once(' ').unwrap().1;
        check(unknown(port), port, &format!("{kind} PLAIN"), &[expected]);
    }
}

#[test]
fn a_port_that_is_contradicted_is_met_once_more() {
    check(unknown(993), 993, "starttls PLAIN", &["imap tls", "imap starttls"]);
    check(unknown(995), 995, "plain PLAIN", &["pop3 tls", "pop3 starttls"]);
    for how in ["alerts", "hangs-up", ""] {
        check(unknown(143), 143, &format!("tls {how}"), &["imap starttls", "imap tls"]);
    }
    check(unknown(587), 587, "silent", &["smtp starttls", "smtp tls"]);
    check(unknown(465), 465, "silent", &["smtp tls"]);
    for server in ["refused", "timeout", "garbage", "http", "starttls cut", "starttls bye"] {
        check(unknown(143), 143, server, &["imap starttls"]);
    }
    for server in ["tls breaks", "tls slow-handshake", "closes", "timeout"] {
        check(unknown(993), 993, server, &["imap tls"]);
    }
}

#[test]
fn a_port_that_is_nobody_s_is_listened_to_before_tls_is_tried() {
    let imap = Some(Protocol::Imap);
    check(Approach::new(1143, imap), 1143, "starttls", &["imap starttls, listening"]);
    check(Approach::new(1993, imap), 1993, "tls", &["imap starttls, listening", "imap tls"]);
    assert_eq!(LISTEN, Duration::from_secs(2));
}

#[test]
fn the_greeting_says_what_is_spoken_where_nobody_else_does() {
    check(
        unknown(1143),
        1143,
        "starttls speaks imap",
        &["smtp starttls, listening", "imap starttls, listening"],
    );
    check(
        unknown(1110),
        1110,
        "starttls speaks pop3",
        &["smtp starttls, listening", "pop3 starttls, listening"],
    );
    check(unknown(2525), 2525, "starttls speaks smtp", &["smtp starttls, listening"]);
    check(
        unknown(1993),
        1993,
        "tls speaks imap",
        &["smtp starttls, listening", "smtp tls", "imap tls"],
    );
    check(unknown(2222), 2222, "http", &["smtp starttls, listening"]);
    // A usual port with another protocol's server behind it.
    check(unknown(143), 143, "starttls speaks smtp", &["imap starttls", "smtp starttls"]);
    check(
        unknown(993),
        993,
        "starttls speaks smtp",
        &["imap tls", "imap starttls", "smtp starttls"],
    );
}

#[test]
fn a_protocol_that_is_asked_for_is_not_left() {
    check(
        Approach::new(143, Some(Protocol::Pop3)),
        143,
        "starttls speaks imap",
        &["pop3 starttls"],
    );
    check(Approach::new(993, Some(Protocol::Smtp)), 993, "tls", &["smtp tls"]);
}

#[test]
fn what_a_document_promises_is_tried_first() {
    let promised = |port, security| Approach::new(port, None).promising(security);
    check(promised(993, Security::StartTls), 993, "starttls", &["imap starttls"]);
    check(promised(993, Security::StartTls), 993, "tls", &["imap starttls", "imap tls"]);
    check(promised(143, Security::Tls), 143, "starttls", &["imap tls", "imap starttls"]);
    check(promised(143, Security::Plain), 143, "starttls", &["imap plain"]);
    check(promised(143, Security::Plain), 143, "tls alerts", &["imap plain", "imap tls"]);
    check(promised(1993, Security::Tls), 1993, "tls speaks smtp", &["smtp tls"]);
    check(
        promised(1993, Security::Plain),
        1993,
        "plain speaks pop3",
        &["smtp plain, listening", "pop3 plain, listening"],
    );
}

#[test]
fn evidence_of_nothing_ends_the_approach() {
    let mut approach = unknown(143);
    approach.take(Evidence::default());
    assert!(approach.next().is_none());
    approach.take(Evidence::default());
    assert_eq!(approach.had().len(), 1);
}
