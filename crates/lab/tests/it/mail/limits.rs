//! What clients do wrong on the wire, and how much of it a server bears.

use super::{Client, server, told};
use crate::client::{run, world};

/// Sends bytes after the greeting; gives the last line, and the journal's part of it.
fn after_greeting(words: &str, bytes: &[u8]) -> (String, String) {
    let mut outcome = None;
    run(async {
        let world = world(&server(words)).await;
        let mut client = Client::new(&world).await;
        client.line().await;
        client.raw(bytes).await;
        let rest = String::from_utf8(client.rest().await).unwrap();
        drop(client);
        let lines = told(&world.journal()).await;
        assert!(lines.last().unwrap().ends_with("(closed by the server)"), "{lines:?}");
        let last = rest.lines().last().unwrap_or_default().to_owned();
        outcome = Some((last, lines[lines.len() - 2].clone()));
    });
    outcome.unwrap()
}

#[track_caller]
fn check(words: &str, bytes: &[u8], answer: &str, journal: &str) {
    let (last, line) = after_greeting(words, bytes);
    assert_eq!(last, answer);
    assert!(line.ends_with(journal), "{line}");
}

const IMAP: &str = "scheme = \"imap\"\nsecurity = \"starttls\"";
const POP3: &str = "scheme = \"pop3\"\nsecurity = \"starttls\"";
const SMTP: &str = "scheme = \"smtp\"\nsecurity = \"starttls\"";

#[test]
fn bytes_behind_starttls_end_the_connection() {
    let early = "(bytes sent too early)";
    let bye = "* BYE Synchronization error: wait for my reply";
    check(IMAP, b"a1 STARTTLS\r\na2 NOOP\r\n", bye, early);
    let err = "-ERR Synchronization error: wait for my reply";
    check(POP3, b"STLS\r\nCAPA\r\n", err, early);
    let code = "554 5.5.0 Synchronization error: wait for my reply";
    check(SMTP, b"EHLO a\r\nSTARTTLS\r\n", code, early);
    let pipelining = format!("{SMTP}\ncapabilities = [\"PIPELINING\"]");
    check(&pipelining, b"EHLO a\r\nSTARTTLS\r\nE", code, early);
}

#[test]
fn responses_sent_before_the_challenge_end_the_connection() {
    let imap = "scheme = \"imap\"\nsecurity = \"plain\"";
    let bye = "* BYE Synchronization error: wait for my reply";
    check(imap, b"a1 AUTHENTICATE PLAIN\r\nAGEAYg==\r\n", bye, "(bytes sent too early)");
    check(imap, b"a1 LOGIN {1}\r\na b\r\n", bye, "(bytes sent too early)");
}

#[test]
fn who_speaks_before_the_greeting_is_sent_away() {
    run(async {
        let world = world(&server(&format!("{SMTP}\ndelay_ms = 60000"))).await;
        let mut client = Client::new(&world).await;
        let answer = client.ask("EHLO localhost").await;
        assert_eq!(answer, "554 5.5.0 Synchronization error: wait for my reply");
        drop(client);
        // Nor does the server wait for one that has left.
        drop(Client::new(&world).await);
        let lines = told(&world.journal()).await;
        assert_eq!(lines[0], "smtp mail.contoso.example:587 (bytes sent too early)");
        assert!(lines.contains(&"smtp mail.contoso.example:587 (closed by the client)".to_owned()));
    });
}

#[test]
fn commands_of_imap_may_follow_each_other_at_once() {
    run(async {
        let world = world(&server(IMAP)).await;
        let mut client = Client::new(&world).await;
        client.line().await;
        client.raw(b"a1 NOOP\r\na2 NOOP\r\n").await;
        assert_eq!(client.line().await, "a1 OK NOOP completed.");
        assert_eq!(client.line().await, "a2 OK NOOP completed.");
    });
}

#[test]
fn lines_have_a_length_and_an_end() {
    let long = [b'x'; 8192];
    check(IMAP, &long, "* BYE Line too long", "(a line too long)");
    check(POP3, &long[..255], "-ERR Line too long", "(a line too long)");
    check(SMTP, &long[..512], "500 5.5.2 Line too long", "(a line too long)");
    let token = [b"AUTH PLAIN ".as_slice(), &long[..500], b"\r\n"].concat();
    check(SMTP, &token, "500 5.5.2 Line too long", "(a line too long)");
    check(IMAP, b"a1 LOGIN {5000}\r\n", "* BYE Line too long", "(a line too long)");
    let bare = "(a line that does not end with CRLF)";
    check(IMAP, b"a1 NOOP\n", "* BYE Lines end with CRLF", bare);
    check(POP3, b"CA\rPA\r\n", "-ERR Lines end with CRLF", bare);
    check(SMTP, b"EHLO a\0\r\n", "500 5.5.2 Lines end with CRLF", bare);
}

#[test]
fn ten_senseless_commands_are_enough() {
    // With PIPELINING they may be sent at once.
    let smtp = format!("{SMTP}\ncapabilities = [\"PIPELINING\"]");
    let pop3 = format!("{POP3}\ncapabilities = [\"PIPELINING\"]");
    let ten = |line: &str| line.repeat(10).into_bytes();
    check(IMAP, &ten("a1 WHAT\r\n"), "* BYE Too many invalid commands", "WHAT (unknown)");
    check(&pop3, &ten("WHAT\r\n"), "-ERR Too many invalid commands", "WHAT (unknown)");
    check(&smtp, &ten("WHAT\r\n"), "421 4.7.0 Too many invalid commands", "WHAT (unknown)");
}
