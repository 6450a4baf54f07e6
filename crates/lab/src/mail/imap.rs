//! The IMAP server: from the greeting to the log-in, and LOGOUT.
//!
//! # Spec
//!
//! [RFC 3501](https://www.rfc-editor.org/rfc/rfc3501),
//! [RFC 4959](https://www.rfc-editor.org/rfc/rfc4959)

use super::{
    desk::{Attempt, Desk, Turn},
    faults,
    refusal::Refusal,
    session::{Complaint, Note, Reply, Session, Then, Wants},
};
use crate::{
    endpoint::Site,
    mail::imap::command::{Command, Literal},
    scenario::file::{Fault, Mail, Protocol, Security},
};

mod command;

/// The server's side of one IMAP connection.
pub(super) struct Imap<'a> {
    desk: Desk<'a>,
    /// What was read of a command that goes on behind a literal.
    begun: Vec<u8>,
    /// The literal that is to be read now, and whether the client was told to go on.
    literal: Option<Literal>,
    /// A log-in that is not over, with the tag of its command.
    attempt: Option<(String, Attempt<'a>)>,
}

impl<'a> Imap<'a> {
    pub(super) fn new(desk: Desk<'a>) -> Self {
        Self { desk, begun: Vec::new(), literal: None, attempt: None }
    }

    fn capabilities(&self) -> String {
        let desk = &self.desk;
        let mut words = vec!["IMAP4rev1".to_owned()];
        words.extend(desk.mail.capabilities.iter().cloned());
        if desk.offers_starttls() {
            words.push("STARTTLS".to_owned());
        }
        if !desk.logged_in {
            if !desk.offers_login() {
                words.push("LOGINDISABLED".to_owned());
            }
            if desk.mail.sasl_ir {
                words.push("SASL-IR".to_owned());
            }
            words.extend(desk.mechanisms().iter().map(|name| format!("AUTH={name}")));
        }
        words.join(" ")
    }

    /// The capabilities as a response code, where this server has it.
    fn code(&self) -> String {
        // A fault of the list wants to be asked for it.
        let asked =
            self.desk.has(Fault::EndlessCapabilities) || self.desk.has(Fault::CloseInCapabilities);
        if self.desk.mail.capability_greeting && !asked {
            format!("[CAPABILITY {}] ", self.capabilities())
        } else {
            String::new()
        }
    }

    fn capability(&self, tag: &str) -> Reply {
        let list = format!("* CAPABILITY {}", self.capabilities());
        let reply = Reply::line(&format!("{list}\r\n{tag} OK Capabilities listed."));
        if self.desk.has(Fault::EndlessCapabilities) {
            return Reply::line(&list).then(Then::Flood(faults::one_of_many(Protocol::Imap)));
        }
        if self.desk.has(Fault::CloseInCapabilities) {
            let bytes = faults::half(format!("{list}\r\n").as_bytes());
            return Reply { bytes, ..reply }.then(Then::Close);
        }
        reply
    }

    fn starttls(&mut self, tag: &str) -> Reply {
        if !self.desk.offers_starttls() {
            let why = match self.desk.mail.security {
                Security::Plain => "Unknown command.",
                _ if self.desk.is_inside_tls() => "TLS is already active.",
                _ => "STARTTLS is not allowed now.",
            };
            return self.senseless(&format!("{tag} BAD {why}"));
        }
        if self.desk.has(Fault::StarttlsRefused) {
            return Reply::line(&format!("{tag} NO [UNAVAILABLE] TLS is not available now."));
        }
        let mut reply = Reply::line(&format!("{tag} OK Begin TLS negotiation now."));
        if self.desk.has(Fault::StarttlsInjection) {
            reply.bytes.extend(faults::injected(Protocol::Imap).as_bytes());
        }
        reply.then(Then::StartTls)
    }

    fn login(&mut self, tag: &str, arguments: &[Vec<u8>]) -> Reply {
        let refusal = match () {
            () if self.desk.logged_in => Some(Refusal::Malformed),
            () if self.desk.offers_login() => None,
            () if self.desk.wants_tls() => Some(Refusal::TlsFirst),
            () => Some(Refusal::MechanismRefused),
        };
        let (user, password) = match arguments {
            [user, password] => (String::from_utf8(user.clone()).ok(), password),
            _ => return self.over(tag, "LOGIN", None, Err(Refusal::Malformed)),
        };
        let result = match (refusal, &user) {
            (Some(refusal), _) => Err(refusal),
            (None, Some(user)) => self.desk.judge_password(user, password).result,
            (None, None) => Err(Refusal::Malformed),
        };
        self.over(tag, "LOGIN", user, result)
    }

    fn over(
        &mut self,
        tag: &str,
        verb: &'static str,
        user: Option<String>,
        result: Result<(), Refusal>,
    ) -> Reply {
        let (note, result) = self.desk.conclude(verb, user, result);
        self.tell(tag, note, result)
    }

    fn tell(&self, tag: &str, note: Note, result: Result<(), Refusal>) -> Reply {
        let text = match result {
            Ok(()) => format!("{tag} OK {}Logged in.", self.code()),
            Err(refusal) => format!("{tag} {}", refusal.told(Protocol::Imap)),
        };
        Reply::line(&text).noted(note)
    }

    fn authenticate(&mut self, tag: &str, arguments: &[Vec<u8>]) -> Reply {
        let texts: Vec<&str> =
            arguments.iter().filter_map(|argument| str::from_utf8(argument).ok()).collect();
        let (mechanism, initial) = match texts[..] {
            [mechanism] => (mechanism, None),
            [mechanism, initial] => (mechanism, Some(initial.as_bytes())),
            _ => return self.over(tag, "AUTHENTICATE", None, Err(Refusal::Malformed)),
        };
        if self.desk.logged_in || (initial.is_some() && !self.desk.mail.sasl_ir) {
            return self.over(tag, "AUTHENTICATE", None, Err(Refusal::Malformed));
        }
        let turn = self.desk.begin("AUTHENTICATE", mechanism, initial);
        self.turn(tag.to_owned(), turn)
    }

    fn turn(&mut self, tag: String, turn: Turn<'a>) -> Reply {
        match turn {
            Turn::Challenge(attempt, challenge) => {
                self.attempt = Some((tag, attempt));
                Reply::line(&format!("+ {challenge}"))
            }
            Turn::Over(note, result) => self.tell(&tag, note, result),
        }
    }

    /// Goes on reading behind a literal, or runs the command that is whole now.
    fn line(&mut self) -> Reply {
        match command::literal(&self.begun) {
            Some(literal) if literal.length <= MAX_LITERAL => {
                let known = ["LITERAL+", "LITERAL-"];
                let known = |word: &String| known.contains(&word.as_str());
                if !literal.waits && !self.desk.mail.capabilities.iter().any(known) {
                    return self.complain(Complaint::Hasty);
                }
                self.begun.extend(b"\r\n");
                let go_on = if literal.waits { "+ OK\r\n" } else { "" };
                self.literal = Some(literal);
                Reply { bytes: go_on.as_bytes().to_vec(), note: None, then: Then::Read }
            }
            Some(_) => self.complain(Complaint::TooLong),
            None if self.begun.len() > MAX_COMMAND => self.complain(Complaint::TooLong),
            None => {
                let command = std::mem::take(&mut self.begun);
                self.run(&command)
            }
        }
    }

    fn run(&mut self, command: &[u8]) -> Reply {
        let command = match Command::read(command) {
            Ok(command) => command,
            Err(unreadable) => {
                let tag = unreadable.tag.unwrap_or_else(|| "*".to_owned());
                let reply = self.senseless(&format!("{tag} BAD Error in IMAP command."));
                return reply.to("(unreadable)");
            }
        };
        let Command { tag, verb, arguments } = command;
        let alone = arguments.is_empty();
        match verb.as_str() {
            "CAPABILITY" if alone => self.capability(&tag).to(&verb),
            "NOOP" if alone => Reply::line(&format!("{tag} OK NOOP completed.")).to(&verb),
            "LOGOUT" if alone => {
                let text = format!("* BYE Logging out\r\n{tag} OK Logout completed.");
                Reply::line(&text).to(&verb).then(Then::Farewell)
            }
            "STARTTLS" if alone => self.starttls(&tag).to(&verb),
            "LOGIN" => self.login(&tag, &arguments),
            "AUTHENTICATE" => self.authenticate(&tag, &arguments),
            known @ ("CAPABILITY" | "NOOP" | "LOGOUT" | "STARTTLS") => {
                let reply = self.senseless(&format!("{tag} BAD {known} takes no arguments."));
                reply.to(&format!("{known} (with arguments)"))
            }
            unknown => {
                let reply = self.senseless(&format!("{tag} BAD Unknown command."));
                reply.to(&format!("{unknown} (unknown)"))
            }
        }
    }

    /// A reply to a command that makes no sense, or the end when there were too many.
    fn senseless(&mut self, text: &str) -> Reply {
        match self.desk.senseless() {
            Some(enough) => self.complain(enough),
            None => Reply::line(text),
        }
    }
}

impl<'a> Session<'a> for Imap<'a> {
    fn greeting(&mut self) -> Vec<u8> {
        let word = if self.desk.logged_in { "PREAUTH" } else { "OK" };
        let line = format!("* {word} {}{}", self.code(), self.desk.mail.greeting);
        let end = if self.desk.has(Fault::EndlessLine) { " " } else { "\r\n" };
        format!("{line}{end}").into_bytes()
    }

    fn wants(&self) -> Wants {
        match (&self.literal, &self.attempt) {
            (Some(literal), _) => Wants::Bytes(literal.length),
            (None, Some(_)) => Wants::Line(MAX_RESPONSE),
            (None, None) => Wants::Line(MAX_COMMAND),
        }
    }

    fn may_pipeline(&self) -> bool {
        self.attempt.is_none() && self.literal.as_ref().is_none_or(|literal| !literal.waits)
    }

    fn take(&mut self, bytes: &[u8]) -> Reply {
        if let Some((tag, attempt)) = self.attempt.take() {
            let turn = self.desk.go_on(attempt, bytes);
            return self.turn(tag, turn);
        }
        self.begun.extend(bytes);
        if self.literal.take().is_some() {
            // The line goes on behind the literal.
            return Reply { bytes: Vec::new(), note: None, then: Then::Read };
        }
        self.line()
    }

    fn complain(&self, problem: Complaint) -> Reply {
        Reply::line(&format!("* BYE {}", problem.words())).noted(problem.note()).then(Then::Close)
    }

    fn cut_off(&mut self) -> Option<Note> {
        self.attempt.take().map(|(_, attempt)| attempt.cut_off())
    }

    fn enter_tls(&mut self, site: &'a Site, mail: &'a Mail) {
        self.desk.enter_tls(site, mail);
    }
}

const MAX_COMMAND: usize = 8192;
/// Tokens are long.
const MAX_RESPONSE: usize = 16 * 1024;
const MAX_LITERAL: usize = 4096;
