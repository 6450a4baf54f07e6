//! The POP3 server: from the greeting to the log-in, and QUIT.
//!
//! # Spec
//!
//! [RFC 1939](https://www.rfc-editor.org/rfc/rfc1939),
//! [RFC 2449](https://www.rfc-editor.org/rfc/rfc2449),
//! [RFC 2595](https://www.rfc-editor.org/rfc/rfc2595),
//! [RFC 5034](https://www.rfc-editor.org/rfc/rfc5034)

use md5::{Digest, Md5};

use super::{
    desk::{Attempt, Desk, Turn},
    faults,
    refusal::Refusal,
    sasl,
    session::{Complaint, Note, Reply, Session, Then, Wants},
};
use crate::{
    endpoint::Site,
    scenario::file::{Fault, Mail, Protocol, Security},
};

/// The server's side of one POP3 connection.
pub(super) struct Pop3<'a> {
    desk: Desk<'a>,
    /// The banner that APOP digests, with its brackets.
    banner: Option<String>,
    /// Who is to say a password next.
    user: Option<String>,
    attempt: Option<Attempt<'a>>,
}

impl<'a> Pop3<'a> {
    pub(super) fn new(mut desk: Desk<'a>) -> Self {
        let nonce = sasl::hex(&desk.nonce());
        let banner = desk.mail.apop.then(|| format!("<{nonce}@{}>", desk.host));
        Self { desk, banner, user: None, attempt: None }
    }

    fn capa(&mut self) -> Reply {
        let desk = &self.desk;
        if !desk.mail.capa {
            return self.senseless("-ERR Unknown command.");
        }
        let mut lines = vec!["+OK".to_owned()];
        lines.extend(["TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE"].map(str::to_owned));
        lines.extend(desk.mail.capabilities.iter().cloned());
        if desk.offers_starttls() {
            lines.push("STLS".to_owned());
        }
        if !desk.logged_in && desk.offers_login() {
            lines.push("USER".to_owned());
        }
        if !desk.mechanisms().is_empty() {
            lines.push(format!("SASL {}", desk.mechanisms().join(" ")));
        }
        if desk.has(Fault::EndlessCapabilities) {
            let endless = faults::one_of_many(Protocol::Pop3);
            return Reply::line(&lines.join("\r\n")).then(Then::Flood(endless));
        }
        lines.push(".".to_owned());
        let reply = Reply::line(&lines.join("\r\n"));
        if desk.has(Fault::CloseInCapabilities) {
            return Reply { bytes: faults::half(&reply.bytes), ..reply }.then(Then::Close);
        }
        reply
    }

    fn stls(&mut self) -> Reply {
        if !self.desk.offers_starttls() {
            let why = match self.desk.mail.security {
                Security::Plain => "-ERR Unknown command.",
                _ if self.desk.is_inside_tls() => "-ERR TLS is already active.",
                _ => "-ERR STLS is not allowed now.",
            };
            return self.senseless(why);
        }
        if self.desk.has(Fault::StarttlsRefused) {
            return Reply::line("-ERR [SYS/TEMP] TLS is not available now.");
        }
        let mut reply = Reply::line("+OK Begin TLS negotiation now.");
        if self.desk.has(Fault::StarttlsInjection) {
            reply.bytes.extend(faults::injected(Protocol::Pop3).as_bytes());
        }
        reply.then(Then::StartTls)
    }

    fn user(&mut self, name: &str) -> Reply {
        match self.closed() {
            Some(refusal) => self.over("USER", Some(name.to_owned()), Err(refusal)),
            None if name.is_empty() => self.senseless("-ERR No user is named.").to("USER"),
            None => {
                self.user = Some(name.to_owned());
                Reply::line("+OK").to(&format!("USER {name}"))
            }
        }
    }

    fn pass(&mut self, password: &str) -> Reply {
        if let Some(refusal) = self.closed() {
            let user = self.user.take();
            return self.over("PASS", user, Err(refusal));
        }
        match self.user.take() {
            None => self.over("PASS", None, Err(Refusal::Malformed)),
            Some(user) => {
                let result = self.desk.judge_password(&user, password.as_bytes()).result;
                self.over("PASS", Some(user), result)
            }
        }
    }

    /// Why USER and PASS are not served now, if they are not.
    fn closed(&self) -> Option<Refusal> {
        match () {
            () if self.desk.logged_in => Some(Refusal::Malformed),
            () if self.desk.offers_login() => None,
            () if self.desk.wants_tls() => Some(Refusal::TlsFirst),
            () => Some(Refusal::MechanismRefused),
        }
    }

    fn apop(&mut self, arguments: &str) -> Reply {
        let named = arguments.rsplit_once(' ');
        let user = named.map(|(user, _)| user.to_owned());
        let tls_first = self.desk.wants_tls() && !self.desk.mail.login_before_tls;
        let result = match (&self.banner, named) {
            _ if self.desk.logged_in => Err(Refusal::Malformed),
            (None, _) => Err(Refusal::MechanismUnknown),
            _ if tls_first => Err(Refusal::TlsFirst),
            (_, None) => Err(Refusal::Malformed),
            (Some(banner), Some((user, digest))) => {
                let right = |password: &str| {
                    let hash = Md5::new().chain_update(banner).chain_update(password);
                    sasl::hex(&hash.finalize()) == digest
                };
                sasl::judge_digest(&self.desk.mail.accounts, user, right).result
            }
        };
        self.over("APOP", user, result)
    }

    fn auth(&mut self, arguments: &str) -> Reply {
        if self.desk.logged_in {
            return self.over("AUTH", None, Err(Refusal::Malformed));
        }
        let (mechanism, initial) = match arguments.split_once(' ') {
            Some((mechanism, initial)) => (mechanism, Some(initial.as_bytes())),
            None if arguments.is_empty() => return self.list_mechanisms().to("AUTH"),
            None => (arguments, None),
        };
        let turn = self.desk.begin("AUTH", mechanism, initial);
        self.turn(turn)
    }

    /// What servers did before there was CAPA.
    fn list_mechanisms(&self) -> Reply {
        let mut lines = vec!["+OK".to_owned()];
        lines.extend(self.desk.mechanisms().iter().cloned());
        lines.push(".".to_owned());
        Reply::line(&lines.join("\r\n"))
    }

    fn turn(&mut self, turn: Turn<'a>) -> Reply {
        match turn {
            Turn::Challenge(attempt, challenge) => {
                self.attempt = Some(attempt);
                Reply::line(&format!("+ {challenge}"))
            }
            Turn::Over(note, result) => Self::tell(note, result),
        }
    }

    fn over(
        &mut self,
        verb: &'static str,
        user: Option<String>,
        result: Result<(), Refusal>,
    ) -> Reply {
        let (note, result) = self.desk.conclude(verb, user, result);
        Self::tell(note, result)
    }

    fn tell(note: Note, result: Result<(), Refusal>) -> Reply {
        let text = result.err().map_or("+OK Logged in.", |refusal| refusal.told(Protocol::Pop3));
        Reply::line(text).noted(note)
    }

    /// A reply to a command that makes no sense, or the end when there were too many.
    fn senseless(&mut self, text: &str) -> Reply {
        match self.desk.senseless() {
            Some(enough) => self.complain(enough),
            None => Reply::line(text),
        }
    }
}

impl<'a> Session<'a> for Pop3<'a> {
    fn greeting(&mut self) -> Vec<u8> {
        let banner = self.banner.as_ref().map(|banner| format!(" {banner}")).unwrap_or_default();
        let end = if self.desk.has(Fault::EndlessLine) { " " } else { "\r\n" };
        format!("+OK {}{banner}{end}", self.desk.mail.greeting).into_bytes()
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
        let user = self.user.take().filter(|_| verb == "PASS");
        self.user = user;
        let alone = verb.len() == line.len();
        match verb.as_str() {
            "CAPA" if alone => self.capa().to(&verb),
            "STLS" if alone => self.stls().to(&verb),
            "QUIT" if alone => Reply::line("+OK Logging out.").to(&verb).then(Then::Farewell),
            "NOOP" if alone && self.desk.logged_in => Reply::line("+OK").to(&verb),
            "USER" => self.user(arguments),
            "PASS" => self.pass(arguments),
            "APOP" => self.apop(arguments),
            "AUTH" => self.auth(arguments),
            known @ ("CAPA" | "STLS" | "QUIT") => {
                let reply = self.senseless("-ERR This command takes no arguments.");
                reply.to(&format!("{known} (with arguments)"))
            }
            _ => {
                let legal = verb.len() <= 4 && verb.bytes().all(|b| b.is_ascii_alphabetic());
                let verb = if legal { verb.as_str() } else { "" };
                let reply = self.senseless("-ERR Unknown command.");
                reply.to(format!("{verb} (unknown)").trim_start())
            }
        }
    }

    fn complain(&self, problem: Complaint) -> Reply {
        Reply::line(&format!("-ERR {}", problem.words())).noted(problem.note()).then(Then::Close)
    }

    fn cut_off(&mut self) -> Option<Note> {
        self.attempt.take().map(Attempt::cut_off)
    }

    fn enter_tls(&mut self, site: &'a Site, mail: &'a Mail) {
        self.desk.enter_tls(site, mail);
        self.user = None;
    }
}

/// RFC 2449, section 4: with the line's end.
const MAX_COMMAND: usize = 255;
/// Tokens are long.
const MAX_RESPONSE: usize = 16 * 1024;
