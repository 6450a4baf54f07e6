//! IMAP: tags, untagged noise, literals, response codes.
//!
//! RFC 9051 and RFC 3501; `STARTTLS` is <https://www.rfc-editor.org/rfc/rfc9051#section-6.2.1>.

use super::{End, Heard, MAX_LINE, Phase, Spoken, Verdict, log_in::Answer, speech::Command, text};
use crate::login::{Idiom, Reply};

/// The state of an IMAP conversation.
#[derive(Debug, Default)]
pub(super) struct Imap {
    /// The number of the last command.
    tag: u32,
    /// The list of an untagged `CAPABILITY`, until the tagged answer says that it stands.
    listed: Option<String>,
    /// What the server wants the user to be shown, of a log-in.
    alert: Option<String>,
    /// The next line is the rest of a reply whose literal was passed over.
    continues: bool,
}

/// Response codes that say that a refusal may pass
/// (<https://www.rfc-editor.org/rfc/rfc5530#section-3>).
const TEMPORARY: &[&str] = &["INUSE", "UNAVAILABLE"];

/// Response codes of what the user should be shown; the second is Gmail's.
const ALERTS: &[&str] = &["ALERT", "WEBALERT"];

impl Imap {
    pub(super) fn command(&mut self, command: Command) -> String {
        self.begin_command();
        let word = match command {
            Command::Capabilities => "CAPABILITY",
            Command::StartTls => "STARTTLS",
            Command::Farewell => "LOGOUT",
        };
        format!("{} {word}\r\n", self.present_tag())
    }

    /// `AUTHENTICATE` takes what the client says first since RFC 4959 only.
    pub(super) fn begin_log_in(&mut self, heard: &Heard) -> Idiom {
        self.begin_command();
        let max_line = if heard.has("SASL-IR") { MAX_LINE } else { 0 };
        Idiom { tag: format!("{} ", self.present_tag()), verb: "AUTHENTICATE", max_line }
    }

    fn begin_command(&mut self) {
        self.tag += 1;
        self.listed = None;
        self.alert = None;
    }

    fn present_tag(&self) -> String {
        format!("a{}", self.tag)
    }

    pub(super) fn take(&mut self, line: &str, phase: Phase, heard: &mut Heard) -> Verdict {
        if core::mem::take(&mut self.continues) {
            return self.go_on(line);
        }
        if phase == Phase::Greeting {
            return greet(line, heard);
        }
        match text::first_word(line) {
            ("*", reply) => self.take_untagged(reply, phase),
            // Nothing is said by a blank line, and some servers send one.
            ("", _) => Verdict::More,
            ("+", challenge) if phase == Phase::LogIn => Verdict::Challenge(challenge.to_owned()),
            (tag, reply) if tag == self.present_tag() => self.take_tagged(reply, phase, heard),
            _ => Verdict::End(End::Malformed(phase)),
        }
    }

    fn take_untagged(&mut self, reply: &str, phase: Phase) -> Verdict {
        let (kind, rest) = text::first_word(reply);
        let kind = kind.to_ascii_uppercase();
        if matches!(kind.as_str(), "OK" | "NO" | "BAD") && text::has_code(rest, ALERTS) {
            self.alert.get_or_insert_with(|| rest.to_owned());
        }
        match kind.as_str() {
            "BYE" if phase == Phase::LogIn => {
                return Verdict::Answer(self.answer(Some(Reply::Bye), rest));
            }
            "BYE" => return Verdict::End(End::Bye(phase)),
            "CAPABILITY" => self.listed = Some(rest.to_owned()),
            "OK" => self.listed = listed_in_code(rest).or(self.listed.take()),
            // These too end with text, in which `{5}` is no literal.
            "NO" | "BAD" | "PREAUTH" => {}
            _ => return self.go_on(rest),
        }
        Verdict::More
    }

    fn answer(&mut self, refusal: Option<Reply>, text: &str) -> Answer {
        Answer { refusal, text: text.to_owned(), alert: self.alert.take() }
    }

    /// Passes over the literal that a line announces at its end: `{5}`, `{5+}`.
    fn go_on(&mut self, line: &str) -> Verdict {
        let Some(size) = literal_at_end(line) else {
            return Verdict::More;
        };
        self.continues = true;
        Verdict::Literal(size)
    }

    fn take_tagged(&mut self, reply: &str, phase: Phase, heard: &mut Heard) -> Verdict {
        let (status, rest) = text::first_word(reply);
        let refusal = match status.to_ascii_uppercase().as_str() {
            "OK" => None,
            "NO" => Some(Reply::No),
            "BAD" => Some(Reply::Bad),
            _ => return Verdict::End(End::Malformed(phase)),
        };
        match (phase, refusal.is_none()) {
            (Phase::LogIn, _) => Verdict::Answer(self.answer(refusal, rest)),
            (Phase::Capabilities, true) => match self.listed.take().or(listed_in_code(rest)) {
                Some(list) => list_in(&list, heard),
                None => Verdict::Next,
            },
            (Phase::Capabilities, false) | (Phase::StartTls, true) => Verdict::Next,
            (Phase::StartTls, false) => {
                let temporary = text::has_code(rest, TEMPORARY);
                Verdict::End(End::StartTlsRefused { temporary })
            }
            _ => Verdict::End(End::Malformed(phase)),
        }
    }
}

fn greet(line: &str, heard: &mut Heard) -> Verdict {
    let ("*", reply) = text::first_word(line) else {
        return Verdict::End(End::NotThisProtocol(Spoken::of(line)));
    };
    let (status, rest) = text::first_word(reply);
    match status.to_ascii_uppercase().as_str() {
        "OK" => {}
        "PREAUTH" => heard.preauthenticated = true,
        "BYE" => return Verdict::End(End::Bye(Phase::Greeting)),
        _ => return Verdict::End(End::Malformed(Phase::Greeting)),
    }
    heard.greeting = Some(text::clean(rest));
    listed_in_code(rest).map_or(Verdict::Next, |list| list_in(&list, heard))
}

fn list_in(list: &str, heard: &mut Heard) -> Verdict {
    match heard.take_capabilities(list.split_ascii_whitespace()) {
        Ok(()) => Verdict::Next,
        Err(limit) => Verdict::End(End::OverLimit(limit)),
    }
}

/// The list of a response code `[CAPABILITY …]`.
fn listed_in_code(text: &str) -> Option<String> {
    let (word, list) = text::first_word(text::response_code(text)?);
    word.eq_ignore_ascii_case("CAPABILITY").then(|| list.to_owned())
}

/// The size of a literal (<https://www.rfc-editor.org/rfc/rfc9051#section-4.3>); one that cannot
/// be counted is larger than every limit.
fn literal_at_end(line: &str) -> Option<usize> {
    let (_, size) = line.strip_suffix('}')?.rsplit_once('{')?;
    let digits = size.strip_suffix('+').unwrap_or(size);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_announced_at_the_end_of_a_line() {
        for (line, expected) in [
            ("LIST () \"/\" {5}", Some(5)),
            ("{0+}", Some(0)),
            ("~{12}", Some(12)),
            ("{99999999999999999999999}", Some(usize::MAX)),
            ("{5} ", None),
            ("{}", None),
            ("{+}", None),
            ("{-1}", None),
            ("5}", None),
        ] {
            assert_eq!(literal_at_end(line), expected, "{line}");
        }
    }
}
