//! POP3: `+OK`, `-ERR`, and a list that ends with a dot.
//!
//! RFC 1939; `CAPA` is <https://www.rfc-editor.org/rfc/rfc2449#section-5>, `STLS` is
//! <https://www.rfc-editor.org/rfc/rfc2595#section-4>.

use super::{End, Heard, Phase, Spoken, Verdict, log_in::Answer, speech::Command, text};
use crate::login::{Idiom, Reply};

/// The state of a POP3 conversation.
#[derive(Debug, Default)]
pub(super) struct Pop3 {
    /// The capabilities so far, while they are being listed.
    listing: Option<Vec<String>>,
}

/// Response codes that say that a refusal may pass
/// (<https://www.rfc-editor.org/rfc/rfc2449#section-8>, RFC 3206).
const TEMPORARY: &[&str] = &["IN-USE", "LOGIN-DELAY", "SYS/TEMP"];

impl Pop3 {
    pub(super) fn command(&mut self, command: Command) -> String {
        self.listing = None;
        let word = match command {
            Command::Capabilities => "CAPA",
            Command::StartTls => "STLS",
            Command::Farewell => "QUIT",
        };
        format!("{word}\r\n")
    }

    pub(super) fn take(&mut self, line: &str, phase: Phase, heard: &mut Heard) -> Verdict {
        if self.listing.is_some() {
            return self.take_listed(line, heard);
        }
        if let ("+", challenge) = text::first_word(line)
            && phase == Phase::LogIn
        {
            return Verdict::Challenge(challenge.to_owned());
        }
        let Some((is_good, rest)) = read_status(line) else {
            return Verdict::End(match phase {
                Phase::Greeting => End::NotThisProtocol(Spoken::of(line)),
                _ => End::Malformed(phase),
            });
        };
        let temporary = text::has_code(rest, TEMPORARY);
        match (phase, is_good) {
            (Phase::Greeting, true) => {
                heard.greeting = Some(text::clean(rest));
                heard.apop = timestamp(rest);
                Verdict::Next
            }
            (Phase::Greeting, false) => Verdict::End(End::Refused { temporary }),
            (Phase::Capabilities, true) => {
                self.listing = Some(Vec::new());
                Verdict::More
            }
            // A server that does not know CAPA has no list; that is allowed.
            (Phase::Capabilities, false) | (Phase::StartTls, true) => Verdict::Next,
            // It was tried without having been offered.
            (Phase::StartTls, false) if heard.capabilities.is_none() => {
                Verdict::End(End::StartTlsMissing)
            }
            (Phase::StartTls, false) => Verdict::End(End::StartTlsRefused { temporary }),
            (Phase::LogIn, _) => {
                let refusal = (!is_good).then_some(Reply::Err);
                Verdict::Answer(Answer { refusal, text: rest.to_owned(), alert: None })
            }
            (Phase::Handshake, _) => Verdict::End(End::Malformed(phase)),
        }
    }

    fn take_listed(&mut self, line: &str, heard: &mut Heard) -> Verdict {
        if line != "." {
            // A line that begins with a dot comes with another before it.
            let capability = line.strip_prefix('.').unwrap_or(line).to_owned();
            self.listing.get_or_insert_default().push(capability);
            return Verdict::More;
        }
        let listing = self.listing.take().unwrap_or_default();
        let list = listing.iter().map(String::as_str).filter(|line| !line.trim().is_empty());
        match heard.take_capabilities(list) {
            Ok(()) => Verdict::Next,
            Err(limit) => Verdict::End(End::OverLimit(limit)),
        }
    }
}

/// `AUTH` takes what the client says first within the length of a command
/// (<https://www.rfc-editor.org/rfc/rfc5034#section-4>).
pub(super) fn idiom() -> Idiom {
    Idiom { tag: String::new(), verb: "AUTH", max_line: 255 }
}

/// Whether the server agrees, and its text.
fn read_status(line: &str) -> Option<(bool, &str)> {
    let (status, rest) = text::first_word(line);
    match status.to_ascii_uppercase().as_str() {
        "+OK" => Some((true, rest)),
        "-ERR" => Some((false, rest)),
        _ => None,
    }
}

/// The timestamp of a greeting, `<process.clock@host>`, without which there is no APOP
/// (<https://www.rfc-editor.org/rfc/rfc1939#page-15>).
fn timestamp(greeting: &str) -> Option<String> {
    greeting.rmatch_indices('<').find_map(|(start, _)| {
        let (inner, _) = greeting.get(start + 1..)?.split_once('>')?;
        let is_exact = inner.contains('@') && inner.bytes().all(|byte| byte.is_ascii_graphic());
        is_exact.then(|| format!("<{inner}>"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_printable_and_has_an_at_sign() {
        for (greeting, expected) in [
            (
                "POP3 ready <1896.697170952@dbc.mtview.ca.us>",
                Some("<1896.697170952@dbc.mtview.ca.us>"),
            ),
            ("<a> hello <b@c>", Some("<b@c>")),
            ("<<a@b>", Some("<a@b>")),
            ("no <stamp>", None),
            ("<a b@c>", None),
            ("<a@b", None),
            ("<a@b\u{fffd}>", None),
        ] {
            assert_eq!(timestamp(greeting).as_deref(), expected, "{greeting}");
        }
    }
}
