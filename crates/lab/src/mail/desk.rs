//! What the three protocols share: where a connection stands, what is offered there, who may log in.

use std::io;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    endpoint::Site,
    journal::LogInNote,
    mail::{
        nonces::Nonces,
        refusal::Refusal,
        sasl::{self, Exchange, Facts, Step, Verdict},
        session::{Complaint, Note},
    },
    scenario::file::{Fault, Mail, Mechanism, Security},
};

/// One connection to a mail server, whatever it speaks.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub(super) mail: &'a Mail,
    /// What the server calls itself.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) logged_in: bool,
    inside_tls: bool,
    nonces: Nonces,
    senseless: u32,
}

impl<'a> Desk<'a> {
    pub(super) fn new(site: &Site, mail: &'a Mail, port: u16) -> io::Result<Self> {
        Ok(Self {
            mail,
            host: host(site),
            port,
            logged_in: mail.fault == Some(Fault::Preauth),
            inside_tls: mail.security == Security::Tls,
            nonces: Nonces::new()?,
            senseless: 0,
        })
    }

    /// Begins anew, inside TLS, with the virtual host that was chosen.
    pub(super) fn enter_tls(&mut self, site: &Site, mail: &'a Mail) {
        self.mail = mail;
        self.host = host(site);
        self.inside_tls = true;
    }

    pub(super) fn has(&self, fault: Fault) -> bool {
        self.mail.fault == Some(fault)
    }

    /// Whether clients have to upgrade before they log in.
    pub(super) fn wants_tls(&self) -> bool {
        self.mail.security == Security::StartTls
            && !self.inside_tls
            && !self.has(Fault::StarttlsStripped)
    }

    pub(super) fn offers_starttls(&self) -> bool {
        self.wants_tls() && !self.logged_in
    }

    pub(super) fn is_inside_tls(&self) -> bool {
        self.inside_tls
    }

    /// Whether a user name and a password are taken without a mechanism.
    pub(super) fn offers_login(&self) -> bool {
        self.mail.login && (self.mail.login_before_tls || !self.wants_tls())
    }

    /// The mechanisms that are offered now.
    pub(super) fn mechanisms(&self) -> &'a [String] {
        match () {
            () if self.logged_in => &[],
            () if self.wants_tls() => &self.mail.mechanisms_before_tls,
            () => &self.mail.mechanisms,
        }
    }

    /// A challenge that was not given before.
    pub(super) fn nonce(&mut self) -> [u8; 16] {
        self.nonces.next()
    }

    /// Counts a command that makes no sense; some are enough.
    pub(super) fn senseless(&mut self) -> Option<Complaint> {
        self.senseless += 1;
        (self.senseless >= MAX_SENSELESS).then_some(Complaint::Senseless)
    }

    /// Whether this user has this password, as LOGIN and PASS ask.
    pub(super) fn judge_password(&self, user: &str, password: &[u8]) -> Verdict {
        sasl::judge_password(&self.mail.accounts, user, password)
    }

    /// Writes an attempt without a mechanism down, and gives its result.
    pub(super) fn conclude(
        &mut self,
        verb: &'static str,
        user: Option<String>,
        result: Result<(), Refusal>,
    ) -> (Note, Result<(), Refusal>) {
        self.end(verb, None, Verdict { user, result })
    }

    /// Begins a log-in by a mechanism.
    pub(super) fn begin(
        &mut self,
        verb: &'static str,
        mechanism: &str,
        initial: Option<&[u8]>,
    ) -> Turn<'a> {
        let mechanism = mechanism.to_ascii_uppercase();
        let permit = self.permit(&mechanism);
        let facts = Facts {
            accounts: &self.mail.accounts,
            host: self.host.clone(),
            port: self.port,
            nonce: self.nonce(),
        };
        // What stands where a mechanism should be may be anything, a password too.
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
        let named = !mechanism.is_empty() && mechanism.len() <= 20 && mechanism.bytes().all(legal);
        let shown = if named { mechanism } else { "?".to_owned() };
        match permit {
            Ok(mechanism) => {
                let attempt =
                    Attempt { verb, mechanism: shown, exchange: sasl::begin(mechanism, facts) };
                // `=` stands for an initial response without content.
                let initial = initial.map(|bytes| if bytes == b"=" { &[] } else { bytes });
                self.step(attempt, initial)
            }
            Err(refusal) => {
                let verdict = Verdict { user: None, result: Err(refusal) };
                let (note, result) = self.end(verb, Some(shown), verdict);
                Turn::Over(note, result)
            }
        }
    }

    /// Goes on with a log-in by what the client answered.
    pub(super) fn go_on(&mut self, attempt: Attempt<'a>, line: &[u8]) -> Turn<'a> {
        self.step(attempt, Some(line))
    }

    fn step(&mut self, mut attempt: Attempt<'a>, line: Option<&[u8]>) -> Turn<'a> {
        let step = match line.map(|line| STANDARD.decode(line)) {
            _ if line == Some(b"*") => Step::refused(Refusal::Cancelled),
            None => attempt.exchange.step(None),
            Some(Ok(response)) => attempt.exchange.step(Some(&response)),
            Some(Err(_)) => Step::refused(Refusal::Malformed),
        };
        match step {
            Step::Challenge(challenge) => Turn::Challenge(attempt, STANDARD.encode(challenge)),
            Step::Over(verdict) => {
                let (note, result) = self.end(attempt.verb, Some(attempt.mechanism), verdict);
                Turn::Over(note, result)
            }
        }
    }

    fn end(
        &mut self,
        verb: &'static str,
        mechanism: Option<String>,
        verdict: Verdict,
    ) -> (Note, Result<(), Refusal>) {
        let Verdict { user, result } = verdict;
        self.logged_in |= result.is_ok();
        let answer = result.err().map_or("accepted", Refusal::journalled).to_owned();
        let accepted = result.is_ok();
        (Note::LogIn(LogInNote { verb, mechanism, user, answer, accepted }), result)
    }

    fn permit(&self, mechanism: &str) -> Result<Mechanism, Refusal> {
        let among = |names: &[String]| names.iter().any(|name| name == mechanism);
        if !among(self.mechanisms()) {
            let later = self.wants_tls() && among(&self.mail.mechanisms);
            return Err(if later { Refusal::TlsFirst } else { Refusal::MechanismUnknown });
        }
        if among(&self.mail.refused) {
            return Err(Refusal::MechanismRefused);
        }
        Mechanism::named(mechanism).ok_or(Refusal::MechanismUnknown)
    }
}

/// What a log-in by a mechanism has come to.
pub(super) enum Turn<'a> {
    /// The client is to answer this, in Base64.
    Challenge(Attempt<'a>, String),
    Over(Note, Result<(), Refusal>),
}

/// A log-in by a mechanism that is not over.
pub(super) struct Attempt<'a> {
    verb: &'static str,
    mechanism: String,
    exchange: Box<dyn Exchange + 'a>,
}

impl Attempt<'_> {
    /// What is told when the client leaves in the middle of it.
    pub(super) fn cut_off(self) -> Note {
        Note::LogIn(LogInNote {
            verb: self.verb,
            mechanism: Some(self.mechanism),
            user: None,
            answer: "cut off".to_owned(),
            accepted: false,
        })
    }
}

/// The first name of a host; where it stands for many, one of them.
fn host(site: &Site) -> String {
    site.names.first().map_or_else(|| "localhost".to_owned(), |name| name.replace('*', "mail"))
}

const MAX_SENSELESS: u32 = 10;
