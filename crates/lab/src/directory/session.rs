//! One connection to a directory: what it answers to each message. Nothing here knows a socket.

use std::io;

use super::{
    code::Code,
    dn::{Dn, folded},
    faults,
    message::{
        BIND_RESPONSE, Control, Credentials, EXTENDED_RESPONSE, Ended, Message, PAGED_RESULTS,
        Request, Search,
    },
};
use crate::{
    journal::{BindNote, DirectoryNote as Note},
    mail::Nonces,
    scenario::file::{Directory, DirectoryAccount, DirectoryFault, Outcome, Security},
};

mod search;

/// The server's side of one connection.
#[derive(Debug)]
pub(super) struct Session<'a> {
    directory: &'a Directory,
    inside_tls: bool,
    /// Who has logged in.
    user: Option<String>,
    pages: Option<Pages>,
    nonces: Nonces,
}

/// A search of which the client has not had all pages.
#[derive(Debug)]
struct Pages {
    cookie: Vec<u8>,
    search: Search,
    /// How many entries it has had.
    given: usize,
}

/// What is answered.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) bytes: Vec<u8>,
    /// What the journal is told before the answer is sent.
    pub(super) note: Option<Note>,
    pub(super) then: Then,
}

/// What follows an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Then {
    Read,
    StartTls,
    /// The client took its leave.
    Farewell,
    Close,
    /// These bytes again and again.
    Flood(Vec<u8>),
    /// Nothing more, until the client leaves.
    Wait,
}

impl Reply {
    fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, note: None, then: Then::Read }
    }

    fn noted(self, note: Note) -> Self {
        Self { note: Some(note), ..self }
    }

    pub(super) fn then(self, then: Then) -> Self {
        Self { then, ..self }
    }
}

impl<'a> Session<'a> {
    pub(super) fn new(directory: &'a Directory) -> io::Result<Self> {
        Ok(Self {
            directory,
            inside_tls: directory.security == Security::Tls,
            user: None,
            pages: None,
            nonces: Nonces::new()?,
        })
    }

    /// The upgrade to TLS has succeeded: everything said before is forgotten.
    pub(super) fn enter_tls(&mut self, directory: &'a Directory) {
        self.directory = directory;
        self.inside_tls = true;
        self.user = None;
        self.pages = None;
    }

    /// Answers a message; `more` says that the client has sent something behind it.
    pub(super) fn answer(&mut self, bytes: &[u8], more: bool) -> Reply {
        let Some(Message { id, request, controls }) = Message::read(bytes) else {
            return Self::complain("(not a message of LDAP)");
        };
        let unknown = |control: &Control| {
            let paged = control.oid == PAGED_RESULTS && matches!(request, Request::Search(_));
            control.critical && !paged
        };
        let refused = controls.iter().any(unknown).then_some(Code::UnavailableCriticalExtension);
        match request {
            Request::Bind { version, name, credentials } => {
                self.bind(id, refused, version, &name, &credentials)
            }
            Request::Search(search) => match refused {
                Some(code) => search::end_search(id, &search, code),
                None => self.search(id, &search, &controls),
            },
            Request::Extended(oid) => self.extended(id, refused, &oid, more),
            Request::Other(tag) => {
                let ended = Ended::of(tag, refused.unwrap_or(Code::UnwillingToPerform));
                let note = Note::Command("(an operation that is not served)".to_owned());
                Reply::new(ended.message(id)).noted(note)
            }
            Request::Abandon => Reply::new(Vec::new()),
            Request::Unbind => Reply::new(Vec::new()).then(Then::Farewell),
        }
    }

    /// The last word to a client that broke the rules.
    pub(super) fn complain(words: &str) -> Reply {
        let ended =
            Ended { oid: Some(DISCONNECTION), ..Ended::of(EXTENDED_RESPONSE, Code::ProtocolError) };
        Reply::new(ended.message(0)).noted(Note::Command(words.to_owned())).then(Then::Close)
    }

    fn has(&self, fault: DirectoryFault) -> bool {
        self.directory.fault == Some(fault)
    }

    fn bind(
        &mut self,
        id: u32,
        refused: Option<Code>,
        version: u32,
        name: &str,
        credentials: &Credentials,
    ) -> Reply {
        // Whoever was logged in is not while another log-in is judged.
        self.user = None;
        self.pages = None;
        let (mechanism, code) = match credentials {
            _ if version != 3 => ("simple", Err(Code::ProtocolError)),
            Credentials::Sasl(mechanism) => (mechanism.as_str(), Err(Code::AuthMethodNotSupported)),
            Credentials::Unknown => ("?", Err(Code::AuthMethodNotSupported)),
            Credentials::Simple(password) => ("simple", self.judge(name, password)),
        };
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"-_?".contains(&b);
        let legal = !mechanism.is_empty() && mechanism.len() <= 20 && mechanism.bytes().all(legal);
        let mechanism = if legal { mechanism } else { "?" };
        let code = refused.map_or(code, Err);
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        let hangs =
            self.has(DirectoryFault::HangBind).then(|| DirectoryFault::HangBind.to_string());
        let answer = || code.err().map_or("accepted", Code::name).to_owned();
        let note = Note::Bind(BindNote {
            name: name.clone(),
            mechanism: mechanism.to_owned(),
            accepted: code.is_ok() && hangs.is_none(),
            answer: hangs.clone().unwrap_or_else(answer),
        });
        if hangs.is_some() {
            return Reply::new(Vec::new()).noted(note);
        }
        self.user = name.filter(|_| code.is_ok());
        let ended = Ended::of(BIND_RESPONSE, code.err().unwrap_or(Code::Success));
        Reply::new(ended.message(id)).noted(note)
    }

    /// Whether somebody may log in by a name and a password.
    fn judge(&self, name: &str, password: &[u8]) -> Result<(), Code> {
        match (name.is_empty(), password.is_empty()) {
            (true, true) => return Ok(()),
            // A name without a password proves nothing, and looks as if it did: RFC 4513 §5.1.2.
            (false, true) => return Err(Code::UnwillingToPerform),
            (true, false) => return Err(Code::InvalidCredentials),
            (false, false) => {}
        }
        if !self.inside_tls && !self.directory.holdings.clear_bind {
            return Err(Code::StrongerAuthRequired);
        }
        let dn = Dn::read(name);
        let is_named = |account: &&DirectoryAccount| {
            let same_dn = dn.is_some() && Dn::read(&account.name) == dn;
            same_dn || folded(&account.name) == folded(name)
        };
        let account = self.directory.holdings.accounts.iter().find(is_named);
        let account = account.ok_or(Code::InvalidCredentials)?;
        match account.outcome {
            Some(Outcome::Locked) => Err(Code::Locked),
            Some(Outcome::Disabled) => Err(Code::Disabled),
            Some(_) => Err(Code::Unavailable),
            None if account.password.as_bytes() == password => Ok(()),
            None => Err(Code::InvalidCredentials),
        }
    }

    fn extended(&mut self, id: u32, refused: Option<Code>, oid: &str, more: bool) -> Reply {
        let whoami = self.user.as_deref().map(|user| format!("u:{user}")).unwrap_or_default();
        let mut ended = Ended::of(EXTENDED_RESPONSE, Code::Success);
        let mut then = Then::Read;
        let line = match oid {
            START_TLS => {
                ended.oid = Some(START_TLS);
                ended.code = match () {
                    () if self.inside_tls => Code::OperationsError,
                    () if self.has(DirectoryFault::StarttlsRefused) => Code::Unavailable,
                    () if self.directory.security != Security::StartTls => Code::ProtocolError,
                    () if more => return Self::complain("(bytes sent too early)"),
                    () => {
                        then = Then::StartTls;
                        Code::Success
                    }
                };
                "StartTLS"
            }
            WHO_AM_I => {
                ended.value = Some(&whoami);
                "WhoAmI"
            }
            _ => {
                ended.code = Code::ProtocolError;
                "(an extended operation that is not served)"
            }
        };
        if let Some(code) = refused {
            (ended.code, then) = (code, Then::Read);
        }
        let note = Note::Command(format!("{line} ({})", ended.code.name()));
        let mut bytes = ended.message(id);
        if then == Then::StartTls && self.has(DirectoryFault::StarttlsInjection) {
            bytes.extend(faults::injected(id));
        }
        Reply::new(bytes).noted(note).then(then)
    }
}

const START_TLS: &str = "1.3.6.1.4.1.1466.20037";
const WHO_AM_I: &str = "1.3.6.1.4.1.4203.1.11.3";
/// Notice of Disconnection: [RFC 4511 §4.4.1](https://www.rfc-editor.org/rfc/rfc4511#section-4.4.1)
const DISCONNECTION: &str = "1.3.6.1.4.1.1466.20036";
