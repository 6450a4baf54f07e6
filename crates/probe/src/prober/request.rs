//! The questions that a guess asks, and the facts it is told.

use core::fmt;

use mailscout_net::{
    dns::{Lookup, Records},
    failure::Failure,
    job::Consent,
};
use mailscout_schema::address::EmailAddress;

use crate::conversation::{Conversation, Evidence};

/// A whole question, for the driver to carry out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Request {
    /// A question to the DNS.
    Lookup(Lookup),
    /// A conversation with a server.
    Converse(Box<Conversation>),
    /// A question to the user. No deadline runs while it is open.
    Ask(Question),
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup(lookup) => write!(f, "DNS {lookup}"),
            Self::Converse(conversation) => conversation.fmt(f),
            Self::Ask(question) => write!(f, "ASK {question}"),
        }
    }
}

/// What a [`Request`] led to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// Of [`Request::Lookup`].
    Lookup(Result<Records, Failure>),
    /// Of [`Request::Converse`].
    Converse(Box<Evidence>),
    /// Of [`Request::Ask`].
    Consent(Consent),
}

/// A question to the user: may this be done without encryption?
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// What is asked.
    pub kind: QuestionKind,
    /// The address that servers are looked for.
    pub address: EmailAddress,
    /// The servers it is about, as `imap mail.contoso.example:143`.
    pub servers: Vec<String>,
}

impl Question {
    /// A question: for tests of who asks; the engine makes its own.
    pub fn new(kind: QuestionKind, address: EmailAddress, servers: Vec<String>) -> Self {
        Self { kind, address, servers }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers = self.servers.join(", ");
        match self.kind {
            QuestionKind::Unencrypted => write!(f, "use {servers} without encryption?"),
            QuestionKind::CleartextPassword => {
                write!(f, "send the password in clear text to {servers}?")
            }
        }
    }
}

/// What the user is asked for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum QuestionKind {
    /// To use servers without encryption.
    Unencrypted,
    /// To send the password where everybody on the way can read it.
    CleartextPassword,
}

impl QuestionKind {
    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unencrypted => "unencrypted",
            Self::CleartextPassword => "cleartext-password",
        }
    }
}
