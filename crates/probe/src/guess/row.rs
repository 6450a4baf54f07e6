//! One row of the guess table, in neutral words.

use core::fmt;

use mailscout_schema::{
    address::EmailAddress,
    settings::{Protocol, Security},
};

/// Settings to try: where to connect, how, and with what to log in.
///
/// # Security
///
/// A row is a guess. Rows of [`Pass::Plain`] are tried only after every encrypted one failed and
/// the user agreed.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// What the server is expected to speak.
    pub protocol: Protocol,
    /// The server's name in A-labels. Below a domain of more than 242 octets it can be longer
    /// than the 253 that DNS allows; such a server is not there.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// How to log in; `None`: not at all ("anonymous"), for SMTP only.
    pub login: Option<Login>,
}

impl Row {
    /// The pass it belongs to.
    pub fn pass(&self) -> Pass {
        match self.security {
            Security::Plain => Pass::Plain,
            _ => Pass::Encrypted,
        }
    }
}

/// A log-in to try.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Login {
    /// What the name was made of.
    pub form: NameForm,
    /// The user name: the address with its domain in A-labels, or the local part as it was
    /// written.
    pub name: String,
    /// Whether the password is proved by secure password authentication (NTLM) instead of sent.
    pub spa: bool,
}

/// What a user name is made of.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum NameForm {
    /// The whole address.
    FullAddress,
    /// The part before the `@`.
    LocalPart,
    /// What a document says.
    Named,
}

impl NameForm {
    /// The stable token.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FullAddress => "full-address",
            Self::LocalPart => "local-part",
            Self::Named => "named",
        }
    }

    pub(super) fn of(self, address: &EmailAddress) -> String {
        match self {
            Self::FullAddress | Self::Named => address.to_string(),
            Self::LocalPart => address.local_part().to_owned(),
        }
    }
}

impl fmt::Display for NameForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One of the two runs through the servers; the second starts when the first found nothing and
/// the user agreed.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "a connection is encrypted or it is not")]
pub enum Pass {
    /// TLS, from the first byte or by an upgrade that must succeed.
    Encrypted,
    /// No encryption at any time.
    Plain,
}

impl Pass {
    /// The stable token.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Plain => "plain",
        }
    }

    /// The kinds of protection that are tried, in order.
    pub(super) fn securities(self) -> &'static [Security] {
        match self {
            Self::Encrypted => &[Security::Tls, Security::StartTls],
            Self::Plain => &[Security::Plain],
        }
    }
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
