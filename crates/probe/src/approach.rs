//! How one port is approached: what is tried first, and what a surprise leads to.

use core::time::Duration;

use mailscout_net::failure::Failure;
use mailscout_schema::settings::{Protocol, Security};

use crate::{
    conversation::Evidence,
    dialog::{End, Phase, Spoken},
    login::Echo,
};

/// The approach to one port, which knows the next conversation to have from those that were had.
///
/// The port says what is expected; a server that contradicts its port is met once more in the
/// other way. A port that says nothing is listened to for [`LISTEN`].
///
/// # Spec
///
/// [RFC 8314 §3](https://www.rfc-editor.org/rfc/rfc8314#section-3) (ports that are encrypted from
/// the first byte)
#[derive(Clone, Debug)]
pub struct Approach {
    port: u16,
    protocol: Option<Protocol>,
    promised: Option<Security>,
    had: Vec<Met>,
}

/// A conversation that was had.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Met {
    /// What was spoken.
    pub protocol: Protocol,
    /// What was wanted of the connection.
    pub security: Security,
    /// What it showed.
    pub evidence: Evidence,
}

/// A conversation to be had.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Way {
    /// What is spoken.
    pub protocol: Protocol,
    /// What is wanted of the connection.
    pub security: Security,
    /// How long the greeting is waited for, where that is less than usual.
    pub greeting: Option<Duration>,
}

/// How long is listened to a port that is nobody's, before TLS is tried.
pub const LISTEN: Duration = Duration::from_secs(2);

impl Approach {
    /// The approach to a port, whose server speaks `protocol`; `None` leaves that to the port, or
    /// to the greeting.
    pub fn new(port: u16, protocol: Option<Protocol>) -> Self {
        Self { port, protocol, promised: None, had: Vec::new() }
    }

    /// Tries this first, because a document says so.
    #[must_use]
    pub fn promising(mut self, security: Security) -> Self {
        self.promised = Some(security);
        self
    }

    /// The next conversation to have; `None` when all is known that can be.
    pub fn next(&self) -> Option<Way> {
        let Some(last) = self.had.last() else {
            return Some(self.way(self.first_protocol(), self.first_security()));
        };
        if self.had.len() >= MAX_CONVERSATIONS {
            return None;
        }
        let protocol = self.protocol_after(last);
        let security = security_after(last).unwrap_or(last.security);
        let is_new = |met: &Met| (met.protocol, met.security) != (protocol, security);
        self.had.iter().all(is_new).then(|| self.way(protocol, security))
    }

    /// Takes what the conversation showed that [`next`](Self::next) named.
    pub fn take(&mut self, evidence: Evidence) {
        if let Some(way) = self.next() {
            let Way { protocol, security, .. } = way;
            self.had.push(Met { protocol, security, evidence });
        }
    }

    /// The conversations so far.
    pub fn had(&self) -> &[Met] {
        &self.had
    }

    /// Puts a remark in the place of every text that repeats a secret.
    pub(crate) fn withhold(&mut self, echo: &Echo) {
        self.had.iter_mut().for_each(|met| met.evidence.withhold(echo));
    }

    fn way(&self, protocol: Protocol, security: Security) -> Way {
        let is_listening = security != Security::Tls && usual(self.port).is_none();
        Way { protocol, security, greeting: is_listening.then_some(LISTEN) }
    }

    fn first_protocol(&self) -> Protocol {
        let by_port = usual(self.port).map(|(protocol, _)| protocol);
        self.protocol.or(by_port).unwrap_or(Protocol::Smtp)
    }

    fn first_security(&self) -> Security {
        let by_port = usual(self.port).map(|(_, security)| security);
        self.promised.or(by_port).unwrap_or(Security::StartTls)
    }

    /// The protocol that a greeting named, where nobody had said which it is.
    fn protocol_after(&self, last: &Met) -> Protocol {
        let end = last.evidence.facts.as_ref().map(|facts| facts.end);
        match end {
            Some(End::NotThisProtocol(spoken)) if self.protocol.is_none() => match spoken {
                Spoken::Imap => Protocol::Imap,
                Spoken::Pop3 => Protocol::Pop3,
                Spoken::Smtp => Protocol::Smtp,
                _ => last.protocol,
            },
            _ => last.protocol,
        }
    }
}

/// What a surprise leads to: clear text where TLS was expected, TLS or silence where a greeting
/// was.
fn security_after(last: &Met) -> Option<Security> {
    let end = last.evidence.facts.as_ref().map(|facts| facts.end);
    match (last.security, &last.evidence.failure, end) {
        (Security::Tls, Some(Failure::NotTls), _) => Some(Security::StartTls),
        (
            Security::StartTls | Security::Plain,
            _,
            Some(
                End::NotThisProtocol(Spoken::Tls)
                | End::TimedOut(Phase::Greeting)
                | End::Closed(Phase::Greeting),
            ),
        ) => Some(Security::Tls),
        _ => None,
    }
}

/// What a port is for, where it is a mail server's.
///
/// # Spec
///
/// [RFC 8314 §7](https://www.rfc-editor.org/rfc/rfc8314#section-7),
/// [RFC 6409 §3.1](https://www.rfc-editor.org/rfc/rfc6409#section-3.1)
fn usual(port: u16) -> Option<(Protocol, Security)> {
    Some(match port {
        143 => (Protocol::Imap, Security::StartTls),
        993 => (Protocol::Imap, Security::Tls),
        110 => (Protocol::Pop3, Security::StartTls),
        995 => (Protocol::Pop3, Security::Tls),
        25 | 587 => (Protocol::Smtp, Security::StartTls),
        465 => (Protocol::Smtp, Security::Tls),
        _ => return None,
    })
}

/// Conversations with one port: the first, one for its security, one for its protocol.
const MAX_CONVERSATIONS: usize = 3;
