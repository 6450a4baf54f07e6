//! Servers that go wrong: what they say instead of a greeting, or besides what they should.

use std::time::Duration;

use crate::scenario::file::{Fault, Mail, Protocol};

/// How a conversation begins.
pub(super) enum Opening {
    Greet,
    GreetAndClose,
    /// And never another word.
    GreetAndWait,
    /// And then this again and again, on the greeting's own line.
    GreetAndFlood(&'static [u8]),
    /// This instead, and then the end.
    Instead(&'static [u8]),
}

/// How long the greeting is kept back.
pub(super) fn delay(fault: Option<Fault>) -> Duration {
    if fault == Some(Fault::SlowGreeting) { SLOW } else { Duration::ZERO }
}

/// How a conversation with this server begins.
pub(super) fn opening(mail: &Mail) -> Opening {
    match mail.fault {
        Some(Fault::CloseAfterGreeting) => Opening::GreetAndClose,
        Some(Fault::SilenceAfterGreeting) => Opening::GreetAndWait,
        Some(Fault::EndlessLine) => Opening::GreetAndFlood(b"and so on, "),
        Some(Fault::Garbage) => Opening::Instead(GARBAGE),
        Some(Fault::Http) => Opening::Instead(HTTP),
        Some(Fault::Bye) => Opening::Instead(match mail.protocol {
            Protocol::Imap => b"* BYE Too many connections from your address\r\n",
            Protocol::Pop3 => b"-ERR [SYS/TEMP] Too many connections from your address\r\n",
            Protocol::Smtp => b"554 5.7.1 No service for your address here\r\n",
        }),
        _ => Opening::Greet,
    }
}

/// A line as a greedy attacker would put it behind the agreement to STARTTLS.
pub(super) fn injected(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Imap => "* CAPABILITY IMAP4rev1 AUTH=PLAIN X-INJECTED\r\n",
        Protocol::Pop3 => "+OK injected\r\n",
        Protocol::Smtp => "250 injected\r\n",
    }
}

/// One of a list of capabilities that never ends.
pub(super) fn one_of_many(protocol: Protocol) -> &'static [u8] {
    match protocol {
        Protocol::Imap => b"* CAPABILITY IMAP4rev1 X-ONE-OF-MANY\r\n",
        Protocol::Pop3 => b"X-ONE-OF-MANY\r\n",
        Protocol::Smtp => b"250-X-ONE-OF-MANY\r\n",
    }
}

/// The first half, where a server closes in the middle of a list.
pub(super) fn half(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().take(bytes.len() / 2).copied().collect()
}

const SLOW: Duration = Duration::from_secs(20);
/// Binary, with line ends within, and not the beginning of a TLS record.
const GARBAGE: &[u8] = &[
    0x00, 0xff, 0xfb, 0x01, 0x9d, 0x07, 0x0d, 0x0a, 0xe2, 0x28, 0xa1, 0x1b, 0x5b, 0x32, 0x4a, 0x0a,
    0xc3, 0x28, 0x00, 0x80, 0xfe, 0x0d, 0x0a,
];
const HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\
    Content-Length: 24\r\nConnection: close\r\n\r\n<h1>Bad Request</h1>\r\n\r\n";
