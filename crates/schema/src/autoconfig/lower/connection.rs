//! Encryption and port, as `socketType` says them.

use crate::autoconfig::SocketType;
use crate::lowering::connection::{self, Asked};
use crate::settings::{Protocol, Security};

/// How a server is connected to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Connection {
    pub(super) security: Security,
    pub(super) port: u16,
    /// Plain text was asked for on a port that is always encrypted.
    pub(super) was_plain: bool,
}

/// Chooses. The first known word counts, one for encryption before `plain`; what is unknown is
/// encrypted, as the port says.
pub(super) fn choose(
    speaks: Protocol,
    socket_types: &[SocketType],
    port: Option<u16>,
) -> Connection {
    let word = socket_types
        .iter()
        .find(|word| matches!(word, SocketType::Ssl | SocketType::StartTls | SocketType::Tls));
    let only_plain =
        !socket_types.is_empty() && socket_types.iter().all(|word| *word == SocketType::Plain);
    let (tls_port, other_port) = ports(speaks);
    let is_tls_port = port.is_none_or(|port| TLS_PORTS.contains(&port));
    let connection = |security, default| Connection {
        security,
        port: port.unwrap_or(default),
        was_plain: false,
    };
    match word {
        Some(SocketType::Ssl) => connection(Security::Tls, tls_port),
        Some(SocketType::Tls) if is_tls_port => connection(Security::Tls, tls_port),
        Some(_) => connection(Security::StartTls, other_port),
        None if only_plain && port.is_some() && is_tls_port => {
            Connection { was_plain: true, ..connection(Security::Tls, tls_port) }
        }
        None if only_plain => connection(Security::Plain, other_port),
        None => {
            let (security, port) = connection::choose(speaks, Asked::Encrypted, port);
            Connection { security, port, was_plain: false }
        }
    }
}

/// Ports on which nothing is ever plain text.
const TLS_PORTS: [u16; 3] = [993, 995, 465];

/// The ports with TLS from the first byte, and without.
fn ports(speaks: Protocol) -> (u16, u16) {
    match speaks {
        Protocol::Pop3 => (995, 110),
        Protocol::Smtp => (465, 587),
        _ => (993, 143),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[track_caller]
    fn check(speaks: Protocol, words: &str, port: Option<u16>, expected: (Security, u16)) {
        let words: Vec<SocketType> =
            words.split_whitespace().filter_map(Text::new).map(SocketType::from).collect();
        let chosen = choose(speaks, &words, port);
        assert_eq!((chosen.security, chosen.port), expected, "{speaks} {words:?} {port:?}");
    }

    #[test]
    fn the_word_says_how_and_gives_the_port() {
        use Protocol::{Imap, Pop3, Smtp};
        check(Imap, "SSL", None, (Security::Tls, 993));
        check(Pop3, "ssl", None, (Security::Tls, 995));
        check(Smtp, "SSL", None, (Security::Tls, 465));
        check(Smtp, "SSL", Some(587), (Security::Tls, 587));
        check(Imap, "STARTTLS", None, (Security::StartTls, 143));
        check(Smtp, "StartTLS", None, (Security::StartTls, 587));
        check(Imap, "STARTTLS", Some(587), (Security::StartTls, 587));
        check(Imap, "plain", None, (Security::Plain, 143));
        check(Pop3, "PLAIN", Some(110), (Security::Plain, 110));
        check(Smtp, "plain", Some(587), (Security::Plain, 587));
        check(Imap, "TLS", None, (Security::Tls, 993));
        check(Imap, "TLS", Some(993), (Security::Tls, 993));
        check(Imap, "TLS", Some(143), (Security::StartTls, 143));
        check(Imap, "TLS", Some(10993), (Security::StartTls, 10993));
    }

    #[test]
    fn what_is_unknown_is_encrypted_and_encryption_comes_first() {
        use Protocol::{Imap, Smtp};
        for words in ["", "none", "insecure", "plain none", "none plain"] {
            check(Imap, words, Some(143), (Security::StartTls, 143));
            check(Imap, words, Some(10993), (Security::Tls, 10993));
            check(Imap, words, None, (Security::Tls, 993));
            check(Smtp, words, None, (Security::StartTls, 587));
            check(Smtp, words, Some(25), (Security::StartTls, 25));
        }
        check(Imap, "plain STARTTLS SSL", Some(143), (Security::StartTls, 143));
        check(Imap, "x SSL STARTTLS", Some(143), (Security::Tls, 143));
        check(Imap, "plain plain", Some(143), (Security::Plain, 143));
        for port in TLS_PORTS {
            check(Imap, "plain", Some(port), (Security::Tls, port));
            assert!(choose(Imap, &[SocketType::Plain], Some(port)).was_plain);
        }
    }
}
