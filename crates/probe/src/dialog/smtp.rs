//! SMTP: replies of three digits and one or more lines.
//!
//! RFC 5321; `STARTTLS` is <https://www.rfc-editor.org/rfc/rfc3207#section-4>, `AUTH` is
//! <https://www.rfc-editor.org/rfc/rfc4954#section-3>.

use core::net::{IpAddr, Ipv4Addr};

use super::{End, Heard, Phase, Spoken, Verdict, log_in::Answer, speech::Command, text};
use crate::login::{Idiom, Reply};

/// The state of an SMTP conversation.
#[derive(Debug)]
pub(super) struct Smtp {
    /// The address literal that the client calls itself.
    name: String,
    /// The code of the reply whose lines are coming in, and their texts so far.
    reply: Option<(u16, Vec<String>)>,
    /// `EHLO` is unknown to the server: `HELO` is used.
    is_old: bool,
}

impl Smtp {
    pub(super) fn new(address: Option<IpAddr>) -> Self {
        let address = address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)).to_canonical();
        let name = match address {
            IpAddr::V4(address) => format!("[{address}]"),
            IpAddr::V6(address) => format!("[IPv6:{address}]"),
        };
        Self { name, reply: None, is_old: false }
    }

    pub(super) fn command(&mut self, command: Command) -> String {
        self.reply = None;
        match command {
            Command::Capabilities if self.is_old => format!("HELO {}\r\n", self.name),
            Command::Capabilities => format!("EHLO {}\r\n", self.name),
            Command::StartTls => "STARTTLS\r\n".to_owned(),
            Command::Farewell => "QUIT\r\n".to_owned(),
        }
    }

    pub(super) fn take(&mut self, line: &str, phase: Phase, heard: &mut Heard) -> Verdict {
        let started = self.reply.take();
        let Some((code, is_last, rest)) = read_line(line) else {
            return Verdict::End(match phase {
                Phase::Greeting if started.is_none() => End::NotThisProtocol(Spoken::of(line)),
                _ => End::Malformed(phase),
            });
        };
        let (first_code, mut lines) = started.unwrap_or((code, Vec::new()));
        if code != first_code {
            return Verdict::End(End::Malformed(phase));
        }
        lines.push(rest.to_owned());
        if !is_last {
            self.reply = Some((code, lines));
            return Verdict::More;
        }
        let verdict = self.take_reply(code, &lines, phase, heard);
        if let Verdict::End(_) = verdict
            && phase != Phase::LogIn
        {
            heard.last_line = Some(text::clean(&format!("{code} {}", lines.join(" "))));
        }
        verdict
    }

    fn take_reply(
        &mut self,
        code: u16,
        lines: &[String],
        phase: Phase,
        heard: &mut Heard,
    ) -> Verdict {
        let temporary = code < 500;
        match (phase, code) {
            (Phase::Greeting, 220) => {
                heard.greeting = Some(text::clean(&lines.join(" ")));
                Verdict::Next
            }
            (Phase::Capabilities, 250) if self.is_old => Verdict::Next,
            (Phase::Capabilities, 250) => {
                // The first line names the server.
                let list = lines.iter().skip(1).map(String::as_str);
                match heard.take_capabilities(list.filter(|line| !line.trim().is_empty())) {
                    Ok(()) => Verdict::Next,
                    Err(limit) => Verdict::End(End::OverLimit(limit)),
                }
            }
            (Phase::Capabilities, 500 | 502) if !self.is_old => {
                self.is_old = true;
                Verdict::AskAgain
            }
            (Phase::StartTls, 220) => Verdict::Next,
            (Phase::StartTls, 400..=599) => Verdict::End(End::StartTlsRefused { temporary }),
            (Phase::Greeting | Phase::Capabilities, 400..=599) => {
                Verdict::End(End::Refused { temporary })
            }
            (Phase::LogIn, 334) => Verdict::Challenge(lines.concat()),
            (Phase::LogIn, 235 | 400..=599) => Verdict::Answer(Answer {
                refusal: (code != 235).then_some(Reply::Code(code)),
                text: lines.join(" "),
                alert: None,
            }),
            _ => Verdict::End(End::Malformed(phase)),
        }
    }
}

/// `AUTH` takes what the client says first within the length of a command
/// (<https://www.rfc-editor.org/rfc/rfc4954#section-4>).
pub(super) fn idiom() -> Idiom {
    Idiom { tag: String::new(), verb: "AUTH", max_line: 512 }
}

/// Code, whether the reply ends here, and text of one line of a reply
/// (<https://www.rfc-editor.org/rfc/rfc5321#section-4.2>).
pub(super) fn read_line(line: &str) -> Option<(u16, bool, &str)> {
    let digits = line.get(..3).filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))?;
    let code = digits.parse().ok().filter(|code| (200..600).contains(code))?;
    let is_last = match line.as_bytes().get(3) {
        None | Some(b' ') => true,
        Some(b'-') => false,
        Some(_) => return None,
    };
    Some((code, is_last, line.get(4..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_code_and_a_separator() {
        for (line, expected) in [
            ("220 mail", Some((220, true, "mail"))),
            ("250-SIZE 1", Some((250, false, "SIZE 1"))),
            ("250", Some((250, true, ""))),
            ("250-", Some((250, false, ""))),
            ("25", None),
            ("+25 x", None),
            ("2500 x", None),
            ("999 x", None),
            ("22é", None),
        ] {
            assert_eq!(read_line(line), expected, "{line}");
        }
    }

    #[test]
    fn the_client_calls_itself_by_an_address() {
        let name = |address: &str| Smtp::new(address.parse().ok()).name;
        assert_eq!(name("192.0.2.7"), "[192.0.2.7]");
        assert_eq!(name("2001:db8::7"), "[IPv6:2001:db8::7]");
        assert_eq!(name("::ffff:192.0.2.7"), "[192.0.2.7]");
        assert_eq!(name("none"), "[127.0.0.1]");
    }
}
