//! Encryption and port where a document names no way to encrypt: the port tells it.

use crate::settings::{self, Security};

/// What a document asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Asked {
    /// Encryption, or nothing, or something unknown.
    Encrypted,
    /// Plain text, in so many words.
    Plain,
}

/// Chooses protection and port of a mail server.
pub(crate) fn choose(
    speaks: settings::Protocol,
    asked: Asked,
    port: Option<u16>,
) -> (Security, u16) {
    let port = port.unwrap_or_else(|| default_port(speaks, asked));
    let security = match (port, asked) {
        (143 | 110 | 25 | 2525 | 119, Asked::Encrypted) | (587, _) => Security::StartTls,
        (993 | 995 | 465 | 563, _) | (_, Asked::Encrypted) => Security::Tls,
        (_, Asked::Plain) => Security::Plain,
    };
    (security, port)
}

fn default_port(speaks: settings::Protocol, asked: Asked) -> u16 {
    match (speaks, asked) {
        (settings::Protocol::Imap, Asked::Encrypted) => 993,
        (settings::Protocol::Imap, Asked::Plain) => 143,
        (settings::Protocol::Pop3, Asked::Encrypted) => 995,
        (settings::Protocol::Pop3, Asked::Plain) => 110,
        (settings::Protocol::Nntp, Asked::Encrypted) => 563,
        (settings::Protocol::Nntp, Asked::Plain) => 119,
        (settings::Protocol::Smtp, _) => 587,
        (settings::Protocol::Exchange, Asked::Encrypted) => 443,
        (settings::Protocol::Exchange, Asked::Plain) => 80,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: settings::Protocol, asked: Asked, port: Option<u16>, expected: (Security, u16)) {
        assert_eq!(choose(kind, asked, port), expected, "{kind} {asked:?} {port:?}");
    }

    #[test]
    fn the_port_tells_starttls_from_tls_and_only_a_request_leads_to_plain_text() {
        use settings::Protocol::{Imap, Nntp, Pop3, Smtp};
        for asked in [Asked::Encrypted, Asked::Plain] {
            for port in [993, 995, 465, 563] {
                check(Imap, asked, Some(port), (Security::Tls, port));
            }
            check(Smtp, asked, Some(587), (Security::StartTls, 587));
            check(Smtp, asked, None, (Security::StartTls, 587));
        }
        for port in [143, 110, 25, 2525, 119] {
            check(Imap, Asked::Encrypted, Some(port), (Security::StartTls, port));
            check(Imap, Asked::Plain, Some(port), (Security::Plain, port));
        }
        check(Imap, Asked::Encrypted, Some(10993), (Security::Tls, 10993));
        check(Imap, Asked::Plain, Some(10993), (Security::Plain, 10993));
        check(Imap, Asked::Encrypted, None, (Security::Tls, 993));
        check(Pop3, Asked::Encrypted, None, (Security::Tls, 995));
        check(Nntp, Asked::Encrypted, None, (Security::Tls, 563));
        check(Imap, Asked::Plain, None, (Security::Plain, 143));
        check(Pop3, Asked::Plain, None, (Security::Plain, 110));
        check(Nntp, Asked::Plain, None, (Security::Plain, 119));
    }
}
