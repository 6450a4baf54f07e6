//! The SMTP submission server: from the greeting to the log-in, and QUIT. It takes no mail.
//!
//! # Spec
//!
//! [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321),
//! [RFC 3207](https://www.rfc-editor.org/rfc/rfc3207),
//! [RFC 4954](https://www.rfc-editor.org/rfc/rfc4954)

use super::{
    desk::{Attempt, Desk, Turn},
    faults,
    refusal::Refusal,
    session::{Complaint, Note, Reply, Session, Then, Wants},
};
use crate::{
    endpoint::Site,
    scenario::file::{Fault, Mail, Protocol, Security},
};

/// The server's side of one SMTP connection.
pub(super) struct Smtp<'a> {
    desk: Desk<'a>,
    hello: Hello,
    attempt: Option<Attempt<'a>>,
}

/// How the client has introduced itself, since the beginning or since TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hello {
    Not,
    Helo,
    Ehlo,
}

impl<'a> Smtp<'a> {
    pub(super) fn new(desk: Desk<'a>) -> Self {
        Self { desk, hello: Hello::Not, attempt: None }
    }

    fn ehlo(&mut self, name: &str) -> Reply {
        let desk = &self.desk;
        if !desk.mail.ehlo {
            return self.senseless("502 5.5.1 Error: command not implemented");
        }
        if !is_name(name) {
            return self.senseless("501 5.5.4 Syntax: EHLO hostname");
        }
        let mut lines = vec![desk.host.clone(), "8BITMIME".to_owned()];
        lines.extend(desk.mail.capabilities.iter().cloned());
        if desk.offers_starttls() {
            lines.push("STARTTLS".to_owned());
        }
        if !desk.mechanisms().is_empty() {
            lines.push(format!("AUTH {}", desk.mechanisms().join(" ")));
        }
        lines.push("ENHANCEDSTATUSCODES".to_owned());
        self.hello = Hello::Ehlo;
        let reply = several("250", &lines);
        if self.desk.has(Fault::EndlessCapabilities) {
            let endless = faults::one_of_many(Protocol::Smtp);
            return Reply::line(&format!("250-{}", self.desk.host)).then(Then::Flood(endless));
        }
        if self.desk.has(Fault::CloseInCapabilities) {
            return Reply { bytes: faults::half(&reply.bytes), ..reply }.then(Then::Close);
        }
        reply
    }

    fn helo(&mut self, name: &str) -> Reply {
        if !is_name(name) {
            return self.senseless("501 5.5.4 Syntax: HELO hostname");
        }
        self.hello = Hello::Helo;
        Reply::line(&format!("250 {}", self.desk.host))
    }

    fn starttls(&mut self) -> Reply {
        if !self.desk.offers_starttls() {
            let why = match self.desk.mail.security {
                Security::Plain => "502 5.5.1 Error: command not implemented",
                _ if self.desk.is_inside_tls() => "503 5.5.1 Error: TLS already active",
                _ => "502 5.5.1 Error: command not implemented",
            };
            return self.senseless(why);
        }
        if self.hello != Hello::Ehlo {
            return self.senseless("503 5.5.1 Error: send EHLO first");
        }
        if self.desk.has(Fault::StarttlsRefused) {
            return Reply::line("454 4.7.0 TLS not available due to temporary reason");
        }
        let mut reply = Reply::line("220 2.0.0 Ready to start TLS");
        if self.desk.has(Fault::StarttlsInjection) {
            reply.bytes.extend(faults::injected(Protocol::Smtp).as_bytes());
        }
        reply.then(Then::StartTls)
    }

    fn auth(&mut self, arguments: &str) -> Reply {
        let out_of_place = match () {
            () if self.desk.logged_in => Some("503 5.5.1 Error: already authenticated"),
            () if self.hello != Hello::Ehlo => Some("503 5.5.1 Error: send EHLO first"),
            () if self.desk.mechanisms().is_empty() && !self.desk.wants_tls() => {
                Some("503 5.5.1 Error: authentication not enabled")
            }
            () if arguments.is_empty() => Some("501 5.5.4 Syntax: AUTH mechanism"),
            () => None,
        };
        if let Some(text) = out_of_place {
            let (note, _) = self.desk.conclude("AUTH", None, Err(Refusal::Malformed));
            return Reply::line(text).noted(note);
        }
        let (mechanism, initial) = match arguments.split_once(' ') {
            Some((mechanism, initial)) => (mechanism, Some(initial.as_bytes())),
            None => (arguments, None),
        };
        let turn = self.desk.begin("AUTH", mechanism, initial);
        // Exchange says so in words, where an empty challenge would do.
        let wordy = mechanism.eq_ignore_ascii_case("NTLM") && initial.is_none();
        match turn {
            Turn::Challenge(attempt, empty) if wordy && empty.is_empty() => {
                self.attempt = Some(attempt);
                Reply::line("334 NTLM supported")
            }
            turn => self.turn(turn),
        }
    }

    fn turn(&mut self, turn: Turn<'a>) -> Reply {
        match turn {
            Turn::Challenge(attempt, challenge) => {
                self.attempt = Some(attempt);
                Reply::line(&format!("334 {challenge}"))
            }
            Turn::Over(note, result) => {
                let done = "235 2.7.0 Authentication successful";
                let text = result.err().map_or(done, |refusal| refusal.told(Protocol::Smtp));
                Reply::line(text).noted(note)
            }
        }
    }

    /// The answer to a command that only a whole server has.
    fn elsewhere(&mut self) -> Reply {
        Reply::line(match () {
            () if self.desk.wants_tls() => "530 5.7.0 Must issue a STARTTLS command first",
            () if !self.desk.logged_in => "530 5.7.0 Authentication required",
            () => "502 5.5.1 Error: command not implemented",
        })
    }

    /// A reply to a command that makes no sense, or the end when there were too many.
    fn senseless(&mut self, text: &str) -> Reply {
        match self.desk.senseless() {
            Some(enough) => self.complain(enough),
            None => Reply::line(text),
        }
    }
}

impl<'a> Session<'a> for Smtp<'a> {
    fn greeting(&mut self) -> Vec<u8> {
        let mut lines: Vec<String> =
            self.desk.mail.greeting.split('\n').map(str::to_owned).collect();
        if let Some(first) = lines.first_mut() {
            *first = format!("{} {first}", self.desk.host);
        }
        let mut bytes = several("220", &lines).bytes;
        if self.desk.has(Fault::EndlessLine) {
            bytes.truncate(bytes.len().saturating_sub(2));
        }
        bytes
    }

    fn wants(&self) -> Wants {
        Wants::Line(if self.attempt.is_some() { MAX_RESPONSE } else { MAX_COMMAND })
    }

    fn may_pipeline(&self) -> bool {
        let offered = self.desk.mail.capabilities.iter().any(|word| word == "PIPELINING");
        offered && self.attempt.is_none()
    }

    fn take(&mut self, bytes: &[u8]) -> Reply {
        if let Some(attempt) = self.attempt.take() {
            let turn = self.desk.go_on(attempt, bytes);
            return self.turn(turn);
        }
        let line = String::from_utf8_lossy(bytes);
        let (verb, arguments) = line.split_once(' ').unwrap_or((&line, ""));
        let verb = verb.to_ascii_uppercase();
        let alone = verb.len() == line.len();
        match verb.as_str() {
            "EHLO" => self.ehlo(arguments).to(&format!("EHLO {arguments}")),
            "HELO" => self.helo(arguments).to(&format!("HELO {arguments}")),
            "STARTTLS" if alone => self.starttls().to(&verb),
            "AUTH" => self.auth(arguments),
            "NOOP" => Reply::line("250 2.0.0 Ok").to(&verb),
            "RSET" if alone => Reply::line("250 2.0.0 Ok").to(&verb),
            "QUIT" if alone => Reply::line("221 2.0.0 Bye").to(&verb).then(Then::Farewell),
            "MAIL" | "RCPT" | "DATA" | "VRFY" | "EXPN" => self.elsewhere().to(&verb),
            known @ ("STARTTLS" | "RSET" | "QUIT") => {
                let reply = self.senseless("501 5.5.4 Syntax: no parameters allowed");
                reply.to(&format!("{known} (with arguments)"))
            }
            _ => {
                let legal = verb.len() <= 12 && verb.bytes().all(|b| b.is_ascii_alphabetic());
                let verb = if legal { verb.as_str() } else { "" };
                let reply = self.senseless("502 5.5.2 Error: command not recognized");
                reply.to(format!("{verb} (unknown)").trim_start())
            }
        }
    }

    fn complain(&self, problem: Complaint) -> Reply {
        let code = match problem {
            Complaint::Hasty => "554 5.5.0",
            Complaint::Senseless => "421 4.7.0",
            Complaint::TooLong | Complaint::LineEnd => "500 5.5.2",
        };
        Reply::line(&format!("{code} {}", problem.words())).noted(problem.note()).then(Then::Close)
    }

    fn cut_off(&mut self) -> Option<Note> {
        self.attempt.take().map(Attempt::cut_off)
    }

    fn enter_tls(&mut self, site: &'a Site, mail: &'a Mail) {
        self.desk.enter_tls(site, mail);
        self.hello = Hello::Not;
    }
}

/// A reply of several lines.
fn several(code: &str, lines: &[String]) -> Reply {
    let last = lines.len().saturating_sub(1);
    let marked = lines.iter().enumerate();
    let marked: Vec<String> = marked
        .map(|(index, line)| format!("{code}{}{line}", if index == last { ' ' } else { '-' }))
        .collect();
    Reply::line(&marked.join("\r\n"))
}

/// Whether a client may call itself so: a host name, or an address in brackets.
fn is_name(name: &str) -> bool {
    let literal = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    if let Some(address) = literal {
        return match address.strip_prefix("IPv6:") {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => address.parse::<std::net::Ipv4Addr>().is_ok(),
        };
    }
    name.len() <= 255
        && name.split('.').all(|label| {
            let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            !label.is_empty() && plain && !label.starts_with('-') && !label.ends_with('-')
        })
}

/// RFC 5321, section 4.5.3.1.4: with the line's end.
const MAX_COMMAND: usize = 512;
/// RFC 4954, section 4.3.
const MAX_RESPONSE: usize = 12_288;

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn clients_call_themselves_by_a_host_name_or_an_address_in_brackets() {
        for name in ["a.example", "localhost", "[127.0.0.1]", "[IPv6:2001:db8::1]"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "a b", "a_b", "-a", "[127.0.0.1", "[2001:db8::1]", "a..b", "127.0.0.1:5"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
