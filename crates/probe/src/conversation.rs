//! One conversation with one server, as a whole question, and what it showed.

use core::{fmt, net::IpAddr, time::Duration};

use mailscout_net::{
    connect::{Target, TlsFacts},
    failure::Failure,
};
use mailscout_schema::settings::{Protocol, Security};

use crate::{
    dialog::Facts,
    login::{Echo, LogIn, LogInVerdict, LoggedIn},
};

/// A conversation to be had: connect, say what a [`Dialog`](crate::dialog::Dialog) says, take
/// leave.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Conversation {
    /// With whom.
    pub target: Target,
    /// What is spoken.
    pub protocol: Protocol,
    /// What is wanted of the connection.
    pub security: Security,
    /// The log-in at its end. Where there is one, and the connection is encrypted, its certificate
    /// must be good; without one a bad certificate is a fact like others.
    pub log_in: Option<LogIn>,
    /// How long is waited for what.
    pub patience: Patience,
}

impl Conversation {
    /// A conversation without a log-in, with the usual patience.
    pub fn new(target: Target, protocol: Protocol, security: Security) -> Self {
        Self { target, protocol, security, log_in: None, patience: Patience::default() }
    }
}

impl fmt::Display for Conversation {
    /// Writes `imap mail.contoso.example:993 tls`, and the log-in without its secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.protocol, self.target, self.security)?;
        match &self.log_in {
            Some(log_in) => write!(f, ", log-in {} by {}", log_in.user, log_in.mechanism),
            None => Ok(()),
        }
    }
}

/// How long is waited for what in a conversation.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Patience {
    /// A TCP handshake. Default: 5 s.
    pub connect: Duration,
    /// A TLS handshake. Default: 5 s.
    pub tls: Duration,
    /// The greeting. Default: 10 s.
    pub greeting: Duration,
    /// The whole answer to a command. Default: 10 s.
    pub reply: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            tls: Duration::from_secs(5),
            greeting: Duration::from_secs(10),
            reply: Duration::from_secs(10),
        }
    }
}

/// What a conversation showed: facts, no judgement.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Evidence {
    /// The address that answered; `None` where nobody did.
    pub peer: Option<IpAddr>,
    /// Why there was no connection, no TLS, or why the connection broke.
    pub failure: Option<Failure>,
    /// What the TLS handshake showed, where one came to its end.
    pub tls: Option<TlsFacts>,
    /// What the dialog learnt; `None` where not a word could be exchanged.
    pub facts: Option<Facts>,
}

impl Evidence {
    /// The same with a log-in that the server took so; nothing changes where there was no dialog:
    /// for whoever brings a network of their own.
    #[must_use]
    pub fn with_log_in(mut self, verdict: LogInVerdict, text: Option<String>) -> Self {
        if let Some(facts) = &mut self.facts {
            let proof_sent = matches!(
                verdict,
                LogInVerdict::Accepted
                    | LogInVerdict::WrongPassword
                    | LogInVerdict::MustEnable
                    | LogInVerdict::Locked
            );
            facts.log_in = Some(LoggedIn { verdict, text, proof_sent });
        }
        self
    }

    /// The same, and all was sent that proves the secret.
    #[must_use]
    pub fn with_proof_sent(mut self) -> Self {
        if let Some(log_in) = self.facts.as_mut().and_then(|facts| facts.log_in.as_mut()) {
            log_in.proof_sent = true;
        }
        self
    }

    /// Puts a remark in the place of every text of the server that repeats a secret.
    pub(crate) fn withhold(&mut self, echo: &Echo) {
        let Some(facts) = &mut self.facts else { return };
        for heard in facts.before_tls.iter_mut().chain(&mut facts.inside_tls) {
            let lists = heard.capabilities.iter_mut().flatten().chain(&mut heard.mechanisms);
            let texts = heard.greeting.iter_mut().chain(&mut heard.last_line).chain(lists);
            texts.for_each(|text| echo.withhold(text));
        }
        if let Some(text) = facts.log_in.as_mut().and_then(|log_in| log_in.text.as_mut()) {
            echo.withhold(text);
        }
    }
}
