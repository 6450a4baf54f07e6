//! NTLM from the first message to the last, built by hand.

use hmac::{Hmac, KeyInit, Mac};
use md4::{Digest, Md4};
use md5::Md5;

use super::{Client, mechanisms::log_in, server};
use crate::client::{run, world};

pub(crate) const UNICODE_NTLM: u32 = 0x0000_0201;
const KEY_EXCHANGE: u32 = 0x4000_0000;

/// A client with a choice of mistakes.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub(crate) user: &'static str,
    pub(crate) domain: &'static str,
    pub(crate) password: &'static str,
    pub(crate) flags: u32,
    /// Vouches for the messages; and with which mistake in the code.
    pub(crate) code: Option<u8>,
    /// Keeps the server's names to itself.
    pub(crate) forgets_names: bool,
    /// Answers as version 1 does.
    pub(crate) old: bool,
}

pub(crate) const GOOD: Attempt = Attempt {
    user: "alice",
    domain: "Contoso",
    password: "Pässword",
    flags: UNICODE_NTLM,
    code: Some(0),
    forgets_names: false,
    old: false,
};

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mac = Hmac::<Md5>::new_from_slice(key).unwrap();
    parts.iter().fold(mac, Mac::chain_update).finalize().into_bytes().to_vec()
}

pub(crate) fn negotiate(flags: u32) -> Vec<u8> {
    let mut message = b"NTLMSSP\0\x01\0\0\0".to_vec();
    message.extend(flags.to_le_bytes());
    message.extend([0; 16]);
    message
}

pub(crate) fn authenticate(attempt: &Attempt, challenge: &[u8]) -> Vec<u8> {
    let number = |at: usize| u32::from_le_bytes(challenge[at..at + 4].try_into().unwrap());
    assert_eq!(&challenge[..12], b"NTLMSSP\0\x02\0\0\0");
    assert_eq!(number(20) & 0x0080_0201, 0x0080_0201);
    assert_eq!(number(20) & KEY_EXCHANGE, 0);
    let length = usize::from(u16::from_le_bytes(challenge[40..42].try_into().unwrap()));
    let start = number(44) as usize;
    let info = &challenge[start..start + length];
    assert_eq!(info[length - 4..], [0; 4]);

    let mut pairs = if attempt.forgets_names { Vec::new() } else { info[..length - 4].to_vec() };
    if attempt.code.is_some() {
        pairs.extend([6, 0, 4, 0, 2, 0, 0, 0]);
    }
    pairs.extend([0; 4]);
    let mut temp = vec![1, 1, 0, 0, 0, 0, 0, 0];
    temp.extend([7; 8]);
    temp.extend([0xaa; 8]);
    temp.extend([0; 4]);
    temp.extend(&pairs);
    temp.extend([0; 4]);
    let hash = Md4::digest(utf16(attempt.password));
    let identity = utf16(&(attempt.user.to_uppercase() + attempt.domain));
    let key = hmac(&hash, &[&identity]);
    let proof = hmac(&key, &[&challenge[24..32], &temp]);
    let response = if attempt.old { vec![7; 24] } else { [proof.as_slice(), &temp].concat() };

    let parts =
        [vec![0; 24], response, utf16(attempt.domain), utf16(attempt.user), Vec::new(), Vec::new()];
    let mut message = b"NTLMSSP\0\x03\0\0\0".to_vec();
    let mut at = 88;
    for part in &parts {
        let length = u16::try_from(part.len()).unwrap();
        message.extend(length.to_le_bytes());
        message.extend(length.to_le_bytes());
        message.extend(u32::try_from(at).unwrap().to_le_bytes());
        at += part.len();
    }
    message.extend(attempt.flags.to_le_bytes());
    message.extend([0; 24]);
    message.extend(parts.concat());
    if let Some(mistake) = attempt.code {
        let session = hmac(&key, &[&proof]);
        let mut code = hmac(&session, &[&negotiate(UNICODE_NTLM), challenge, &message]);
        code[0] ^= mistake;
        message[72..88].copy_from_slice(&code);
    }
    message
}

#[track_caller]
fn check(scheme: &str, attempt: &Attempt, expected: &str, told: Option<&str>) {
    let words = format!("scheme = \"{scheme}\"\nsecurity = \"plain\"\nmechanisms = [\"NTLM\"]");
    let account = r#"{ user = "alice", password = "Pässword", domain = "CONTOSO" }"#;
    let text = server(&words).replace("accounts = [\n", &format!("accounts = [\n{account},\n"));
    run(async {
        let world = world(&text).await;
        let mut client = Client::new(&world).await;
        let mut step = 0;
        let line = log_in(&mut client, scheme, "NTLM", |challenge| {
            step += 1;
            match step {
                1 => {
                    assert_eq!(challenge, b"");
                    negotiate(UNICODE_NTLM)
                }
                _ => authenticate(attempt, challenge),
            }
        })
        .await;
        assert_eq!(line, expected);
        let log_ins = world.journal().log_ins();
        assert_eq!(log_ins[0].user.as_deref(), told);
        assert_eq!(log_ins[0].mechanism, "NTLM");
    });
}

const NO: &str = "NO [AUTHENTICATIONFAILED] Authentication failed.";
const OK: &str = "OK [CAPABILITY IMAP4rev1] Logged in.";
const BAD: &str = "BAD Invalid authentication data.";

#[test]
fn the_right_password_logs_in_everywhere() {
    check("imap", &GOOD, OK, Some("alice"));
    check("pop3", &GOOD, "+OK Logged in.", Some("alice"));
    check("smtp", &GOOD, "235 2.7.0 Authentication successful", Some("alice"));
    check("imap", &Attempt { code: None, ..GOOD }, OK, Some("alice"));
    // An account without a domain is in every domain.
    let other = Attempt { user: "alice@contoso.example", domain: "", ..GOOD };
    check("imap", &Attempt { password: "Pa55 w\"rd", ..other }, OK, Some("alice@contoso.example"));
}

#[test]
fn another_password_user_or_domain_does_not() {
    check("imap", &Attempt { password: "password", ..GOOD }, NO, Some("alice"));
    check("imap", &Attempt { user: "Alice", ..GOOD }, NO, Some("Alice"));
    check("imap", &Attempt { domain: "FABRIKAM", ..GOOD }, NO, Some("alice"));
    check("imap", &Attempt { old: true, code: None, ..GOOD }, NO, Some("alice"));
    check(
        "smtp",
        &Attempt { password: "x", ..GOOD },
        "535 5.7.8 Error: authentication failed",
        Some("alice"),
    );
}

#[test]
fn what_the_protocol_does_not_have_is_malformed() {
    check("imap", &Attempt { code: Some(1), ..GOOD }, BAD, Some("alice"));
    check("imap", &Attempt { forgets_names: true, ..GOOD }, BAD, Some("alice"));
    check("imap", &Attempt { flags: UNICODE_NTLM | KEY_EXCHANGE, ..GOOD }, BAD, None);
    check("imap", &Attempt { flags: 0x0000_0202, ..GOOD }, BAD, None);
}

#[test]
fn exchange_answers_the_wish_for_ntlm_in_words_over_smtp() {
    run(async {
        let words = "scheme = \"smtp\"\nsecurity = \"plain\"\nmechanisms = [\"NTLM\"]";
        let world = world(&server(words)).await;
        let mut client = Client::new(&world).await;
        client.line().await;
        client.send("EHLO localhost").await;
        while client.line().await != "250 ENHANCEDSTATUSCODES" {}
        assert_eq!(client.ask("AUTH NTLM").await, "334 NTLM supported");
        assert_eq!(client.ask("TlRMTVNTUAACAAAA").await, "501 5.5.2 Invalid authentication data");
    });
}
