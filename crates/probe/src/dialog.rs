//! Dialogs with IMAP, POP3 and SMTP servers, byte by byte and without I/O: greeting, capabilities,
//! upgrade to TLS, capabilities again, a log-in if there is one, farewell.
//!
//! A [`Dialog`] is given what the server sent, in any pieces, and says what to do next. It has no
//! clock and no socket; the handshake is the caller's. It holds one unfinished line and what it
//! learnt, both within bounds.
//!
//! # Security
//!
//! - Nothing is ever sent but `CAPABILITY`, `CAPA`, `EHLO`, `HELO`, `STARTTLS`, `STLS`, `LOGOUT`
//!   and `QUIT`, and what belongs to the one log-in that the caller gave; the client calls itself
//!   by an address, not by its name.
//! - A log-in begins when everything is known, under the protection that was wanted, and only where
//!   its [`Exposure`](crate::login::Exposure) allows its mechanism there.
//! - An agreement counts only after the proof was handed out to be sent, and with SCRAM only after
//!   the server proved itself. What the server says is not kept where it repeats a secret.
//! - Bytes behind the server's agreement to TLS end the dialog as [`End::Injected`], as do those
//!   that answer `STARTTLS` before it was handed out to be sent.
//! - What was learnt before TLS is put aside, and asked for again.
//! - Where TLS is wanted and missing, refused or failed, the dialog is over.
//!
//! # Spec
//!
//! [RFC 9051](https://www.rfc-editor.org/rfc/rfc9051), [RFC 2449](https://www.rfc-editor.org/rfc/rfc2449),
//! [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321), [RFC 2595](https://www.rfc-editor.org/rfc/rfc2595),
//! [RFC 3207](https://www.rfc-editor.org/rfc/rfc3207)
//!
//! # Examples
//!
//! ```
//! use mailscout_probe::dialog::{Action, Dialog, End};
//! use mailscout_schema::settings::Security;
//!
//! let mut dialog = Dialog::pop3(Security::StartTls);
//! assert_eq!(dialog.next(), Action::Read);
//! dialog.feed(b"+OK ready\r\n");
//! assert_eq!(dialog.next(), Action::Send(b"CAPA\r\n".to_vec()));
//! dialog.feed(b"+OK\r\nSTLS\r\n.\r\n");
//! assert_eq!(dialog.next(), Action::Send(b"STLS\r\n".to_vec()));
//! dialog.feed(b"+OK go ahead\r\n+OK logged in\r\n");
//! let Action::Done(facts) = dialog.next() else { unreachable!() };
//! assert_eq!(facts.end, End::Injected);
//! ```

use core::{fmt, net::IpAddr};
use std::collections::VecDeque;

use mailscout_ntlm::Hidden;
use mailscout_schema::settings::Security;

mod end;
mod facts;
mod imap;
mod lines;
mod log_in;
mod pop3;
mod smtp;
mod speech;
pub(crate) mod text;

pub use end::{End, Limit, Phase, Spoken};
pub use facts::{Facts, Heard};

use imap::Imap;
use lines::LineReader;
use log_in::Progress;
use pop3::Pop3;
use smtp::Smtp;
use speech::{Command, Speech, Verdict};

/// Bytes of a line, its end included.
pub const MAX_LINE: usize = 8 * 1024;
/// Bytes of a reply: of all that the server says until its answer to one command is complete.
pub const MAX_REPLY: usize = 64 * 1024;
/// Lines of a reply.
pub const MAX_LINES: usize = 500;
/// Capabilities in one list, and mechanisms in one list.
pub const MAX_WORDS: usize = 500;

/// What the caller must do next.
///
/// What is to be sent may be a secret: `Debug` tells no more of it than how long it is.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "one action exists at a time")]
pub enum Action {
    /// Send these bytes, all of them. They are the caller's now, and so is wiping them.
    Send(Vec<u8>),
    /// Read from the server, and [`feed`](Dialog::feed) what came.
    Read,
    /// Begin the TLS handshake, and say how it went: [`tls_established`](Dialog::tls_established)
    /// or [`tls_failed`](Dialog::tls_failed). Bytes read in clear text from now on belong into
    /// [`feed`](Dialog::feed), never into the handshake.
    StartTls,
    /// The dialog is over: close the connection.
    Done(Facts),
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(bytes) => write!(f, "Send({} bytes)", bytes.len()),
            Self::Read => f.write_str("Read"),
            Self::StartTls => f.write_str("StartTls"),
            Self::Done(facts) => f.debug_tuple("Done").field(facts).finish(),
        }
    }
}

/// A dialog with one server on one connection.
///
/// The security is what is wanted of it. [`Security::Tls`]: the connection is inside TLS already.
/// [`Security::StartTls`]: it is in clear text, and is upgraded or given up. [`Security::Plain`]:
/// it is in clear text and stays so; the dialog only looks.
pub struct Dialog {
    security: Security,
    speech: Speech,
    phase: Phase,
    lines: LineReader,
    /// Commands that the caller has not taken yet.
    unsent: VecDeque<Hidden>,
    is_inside_tls: bool,
    /// What the server said on this side of the handshake.
    heard: Heard,
    /// What it said before, once there is TLS.
    put_aside: Option<Heard>,
    progress: Progress,
    end: Option<End>,
}

impl fmt::Debug for Dialog {
    /// Writes where the dialog stands, and nothing that was said: a server can repeat a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialog")
            .field("protocol", &self.speech.protocol())
            .field("security", &self.security)
            .field("is_inside_tls", &self.is_inside_tls)
            .field("phase", &self.phase)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

impl Dialog {
    /// A dialog with an IMAP server.
    pub fn imap(security: Security) -> Self {
        Self::new(Speech::Imap(Imap::default()), security)
    }

    /// A dialog with a POP3 server.
    pub fn pop3(security: Security) -> Self {
        Self::new(Speech::Pop3(Pop3::default()), security)
    }

    /// A dialog with an SMTP server, of a client that calls itself by this address; `[127.0.0.1]`
    /// where it has none to tell.
    pub fn smtp(security: Security, address: Option<IpAddr>) -> Self {
        Self::new(Speech::Smtp(Smtp::new(address)), security)
    }

    fn new(speech: Speech, security: Security) -> Self {
        Self {
            security,
            speech,
            phase: Phase::Greeting,
            lines: LineReader::default(),
            unsent: VecDeque::new(),
            is_inside_tls: security == Security::Tls,
            heard: Heard::default(),
            put_aside: None,
            progress: Progress::default(),
            end: None,
        }
    }

    /// What is waited for: the caller's deadlines depend on it.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Says what to do next; says the same again until something has happened, but hands out each
    /// command once.
    ///
    /// The farewell is the last thing to send. What the server answers to it changes nothing, and
    /// need not be waited for.
    #[expect(clippy::should_implement_trait, reason = "a dialog is no sequence; it never ends")]
    pub fn next(&mut self) -> Action {
        if let Some(bytes) = self.unsent.pop_front() {
            return Action::Send(bytes.into_bytes());
        }
        match self.end {
            Some(end) => Action::Done(self.facts(end)),
            None if self.phase == Phase::Handshake => Action::StartTls,
            None => Action::Read,
        }
    }

    /// Takes what the server sent: in clear text before the handshake, decrypted after it.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.end.is_none() {
            if self.must_not_hear() {
                self.unsent.clear();
                return self.finish(End::Injected);
            }
            match self.lines.take(&mut bytes) {
                Ok(Some(line)) => self.take_line(&line),
                _ if self.is_greeted_with_tls() => {
                    self.finish(End::NotThisProtocol(Spoken::Tls));
                }
                Ok(None) => {}
                Err(limit) => self.finish(End::OverLimit(limit)),
            }
        }
    }

    /// Takes that the server closed the connection.
    pub fn closed(&mut self) {
        self.break_off(End::Closed(self.phase));
    }

    /// Takes that the caller waits no longer.
    pub fn timed_out(&mut self) {
        self.break_off(End::TimedOut(self.phase));
    }

    /// Takes that there is TLS now. Ignored unless [`Action::StartTls`] was due.
    pub fn tls_established(&mut self) {
        if self.phase == Phase::Handshake && self.end.is_none() {
            self.put_aside = Some(core::mem::take(&mut self.heard));
            self.is_inside_tls = true;
            self.ask(Command::Capabilities);
        }
    }

    /// Takes that the handshake failed, or that its certificate is not good enough to go on.
    /// Ignored unless [`Action::StartTls`] was due.
    pub fn tls_failed(&mut self) {
        if self.phase == Phase::Handshake {
            self.finish(End::TlsFailed);
        }
    }

    /// Whether all that comes now is somebody's who should be silent: the server must not speak
    /// in clear text after it agreed to TLS, and cannot answer `STARTTLS` before it was sent.
    fn must_not_hear(&self) -> bool {
        match self.phase {
            Phase::Handshake => true,
            Phase::StartTls => !self.unsent.is_empty(),
            Phase::Greeting | Phase::Capabilities | Phase::LogIn => false,
        }
    }

    fn take_line(&mut self, line: &str) {
        match self.speech.take(line, self.phase, &mut self.heard) {
            Verdict::More => {}
            Verdict::Literal(size) => {
                if let Err(limit) = self.lines.pass_over(size) {
                    self.finish(End::OverLimit(limit));
                }
            }
            Verdict::Next => self.advance(),
            Verdict::AskAgain if self.must_upgrade() => {
                self.finish_with(End::StartTlsMissing, line);
            }
            Verdict::AskAgain => self.ask(Command::Capabilities),
            Verdict::Challenge(challenge) => self.take_challenge(&challenge),
            Verdict::Answer(answer) => self.take_answer(&answer),
            Verdict::End(end) => self.finish_with(end, line),
        }
    }

    fn advance(&mut self) {
        match self.phase {
            Phase::Greeting if self.heard.preauthenticated && !self.is_inside_tls => {
                self.finish(End::PreauthInClear);
            }
            Phase::Greeting if !self.knows_enough() => self.ask(Command::Capabilities),
            Phase::Greeting | Phase::Capabilities if self.must_upgrade() => self.upgrade(),
            Phase::Greeting | Phase::Capabilities => self.settle(),
            Phase::StartTls => self.phase = Phase::Handshake,
            Phase::Handshake | Phase::LogIn => {}
        }
    }

    /// Whether the greeting brought the capabilities, as IMAP's may, and what is looked for is
    /// among them: that saves a round trip.
    fn knows_enough(&self) -> bool {
        if self.must_upgrade() {
            self.heard.offers_starttls()
        } else {
            !self.heard.mechanisms.is_empty()
        }
    }

    /// Whether the dialog may not go on in clear text.
    fn must_upgrade(&self) -> bool {
        !self.is_inside_tls && self.security != Security::Plain
    }

    fn upgrade(&mut self) {
        let is_unknown = self.heard.capabilities.is_none() && self.speech.may_upgrade_unasked();
        if self.heard.offers_starttls() || is_unknown {
            self.ask(Command::StartTls);
        } else {
            self.finish(End::StartTlsMissing);
        }
    }

    /// Everything is known, under the protection that was wanted. A log-in begins here.
    fn settle(&mut self) {
        if !self.begin_log_in() {
            self.finish(End::Complete);
        }
    }

    fn ask(&mut self, command: Command) {
        self.phase = match command {
            Command::Capabilities => Phase::Capabilities,
            Command::StartTls => Phase::StartTls,
            Command::Farewell => self.phase,
        };
        self.lines.begin_reply();
        self.unsent.push_back(self.speech.command(command).into());
    }

    /// Ends from outside, with what was there of a line as evidence.
    fn break_off(&mut self, end: End) {
        if self.end.is_some() {
            return;
        }
        self.unsent.clear();
        let partial = String::from_utf8_lossy(self.lines.partial()).into_owned();
        // What is cut off may be the beginning of a secret that comes back.
        if partial.is_empty() || self.phase == Phase::LogIn {
            return self.finish(end);
        }
        let spoken = Spoken::of(&partial);
        let is_first = self.phase == Phase::Greeting && self.lines.is_first();
        if is_first && spoken != Spoken::Unknown && !self.speech.is(spoken) {
            self.finish_with(End::NotThisProtocol(spoken), &partial);
        } else {
            self.finish_with(end, &partial);
        }
    }

    /// Whether a greeting begins as a TLS record does, which need not have an end of line.
    fn is_greeted_with_tls(&self) -> bool {
        let is_first = self.phase == Phase::Greeting && self.lines.is_first();
        is_first && end::begins_with_tls(self.lines.partial())
    }

    /// Ends because of a line, which is kept as evidence unless it is binary.
    fn finish_with(&mut self, end: End, line: &str) {
        if end != End::NotThisProtocol(Spoken::Tls) {
            let evidence = self.evidence(line);
            self.heard.last_line.get_or_insert(evidence);
        }
        self.finish(end);
    }

    fn finish(&mut self, end: End) {
        if self.end.is_none() {
            self.close_log_in();
            if end.permits_farewell() {
                self.unsent.push_back(self.speech.command(Command::Farewell).into());
            }
            self.end = Some(end);
        }
    }

    fn facts(&self, end: End) -> Facts {
        let heard = self.heard.clone();
        let (before_tls, inside_tls) = if self.is_inside_tls {
            (self.put_aside.clone(), Some(heard))
        } else {
            (Some(heard), None)
        };
        let protocol = self.speech.protocol();
        let log_in = self.logged_in();
        Facts { protocol, security: self.security, end, before_tls, inside_tls, log_in }
    }
}
