//! Log-ins: what is proved, in which way, and how a server took it.
//!
//! # Security
//!
//! - A [`LogIn`] prints no secret. A dialog hands it out only on a connection that its [`Exposure`]
//!   allows, and by a mechanism that the server offered.
//! - What is made of a secret (a SASL message, a hash, a command) is wiped from memory when it was
//!   handed out or is of no use any more. Not wiped are the bytes of an [`Action::Send`], which are
//!   the caller's, the stack of the digests, and what the preparation of a password for SCRAM
//!   leaves behind where the password is not of ASCII alone.
//! - A server's words are not kept where they repeat what was sent.
//!
//! [`Action::Send`]: crate::dialog::Action::Send

use core::fmt;
use std::time::SystemTime;

use secrecy::SecretString;

mod attempt;
mod cram;
mod digest;
mod echo;
mod mechanism;
mod ntlm;
mod oauth;
mod offered;
mod plain;
mod sasl;
mod scram;
mod verdict;

pub use mechanism::Mechanism;
pub use offered::offered;

pub(crate) use attempt::{Attempt, Idiom};
pub(crate) use echo::Echo;
pub(crate) use sasl::Fault;
pub(crate) use verdict::{Reply, judge};

/// What the user has to prove who they are.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Secret {
    /// A password.
    Password(SecretString),
    /// An OAuth 2.0 access token.
    Token(SecretString),
}

/// One log-in: one user name, one secret, one mechanism.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LogIn {
    /// The user name.
    pub user: String,
    /// What proves it.
    pub secret: Secret,
    /// How it is proved.
    pub mechanism: Mechanism,
    /// On which connections.
    pub exposure: Exposure,
}

impl LogIn {
    /// A log-in.
    pub fn new(
        user: impl Into<String>,
        secret: Secret,
        mechanism: Mechanism,
        exposure: Exposure,
    ) -> Self {
        Self { user: user.into(), secret, mechanism, exposure }
    }
}

/// On which connections a log-in may take place.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "an ordered scale, from careful to careless")]
pub enum Exposure {
    /// Inside TLS with a verified certificate only.
    Verified,
    /// Also without encryption, after the user agreed, by mechanisms that do not send the
    /// password itself.
    Unencrypted,
    /// Also the password itself without encryption, after the user agreed to that too.
    ClearTextPassword,
}

impl Exposure {
    /// Whether this mechanism may be used on a connection inside TLS, or on one that is not.
    ///
    /// Whether the certificate is good is another question, and the answer to it must be yes
    /// before anything is said inside TLS.
    pub fn allows(self, mechanism: Mechanism, is_inside_tls: bool) -> bool {
        is_inside_tls
            || match self {
                Self::Verified => false,
                Self::Unencrypted => !mechanism.reveals_secret(),
                Self::ClearTextPassword => true,
            }
    }
}

/// What a log-in takes from outside: numbers that nobody can foresee, and the time.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "it is made by whoever drives the dialog")]
pub struct Chance {
    /// Random bytes, fresh for each log-in.
    pub bytes: [u8; 32],
    /// The time of day.
    pub now: SystemTime,
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chance").finish_non_exhaustive()
    }
}

/// How a server took a log-in.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct LoggedIn {
    /// The verdict.
    pub verdict: LogInVerdict,
    /// What the server said with it, cleaned of control characters; never what was sent.
    pub text: Option<String>,
    /// Whether all was sent that proves the secret: a server that says no after that may count it
    /// as a wrong password, whatever it says.
    pub proof_sent: bool,
}

/// How a server took a log-in, in the kinds that a reaction can depend on.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "every verdict must be reacted to")]
pub enum LogInVerdict {
    /// It was accepted.
    Accepted,
    /// The user name or the password is wrong.
    WrongPassword,
    /// The server does not take this mechanism, whatever the password is; or the dialog may not
    /// use it on this connection.
    MechanismRefused,
    /// Not now: the server is busy, or its user database cannot be reached.
    Temporary,
    /// The user has to do something first: make an app password, or enable the protocol.
    MustEnable,
    /// The account is locked, or there were too many log-ins.
    Locked,
    /// The answer made no sense, or was none.
    Broken,
}

impl LogInVerdict {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::WrongPassword => "wrong-password",
            Self::MechanismRefused => "mechanism-refused",
            Self::Temporary => "temporary",
            Self::MustEnable => "must-enable",
            Self::Locked => "locked",
            Self::Broken => "broken",
        }
    }

    /// What it means, as a sentence for a person.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Accepted => "the log-in was accepted",
            Self::WrongPassword => "the user name or the password was rejected",
            Self::MechanismRefused => "the server does not take this mechanism",
            Self::Temporary => "the server takes no log-in at the moment",
            Self::MustEnable => {
                "the user has to do something first: make an app password, or enable the protocol"
            }
            Self::Locked => "the account is locked, or there were too many log-ins",
            Self::Broken => "the answer to the log-in made no sense",
        }
    }
}

impl fmt::Display for LogInVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
