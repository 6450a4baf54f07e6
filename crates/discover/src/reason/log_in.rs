//! What becomes of a server's wish for a log-in.

use core::fmt;

/// Why a log-in was sent, or not, or came to nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum LogInReason {
    /// The server wants one by one of these schemes, and gets one.
    Follows(Vec<String>),
    /// The server wants one by one of these schemes, and there is no way to give it.
    NoCommonScheme(Vec<String>),
    /// The server refused the one by this scheme.
    Refused(&'static str),
    /// The server offers nothing but Basic, and NTLM was offered or refused before.
    TooWeak,
    /// The host is neither of the address's own domain nor approved.
    Elsewhere(String),
    /// Others were refused before: one more could lock the account.
    Spent,
}

impl LogInReason {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Follows(_) => "log-in-follows",
            Self::NoCommonScheme(_) => "log-in-no-common-scheme",
            Self::Refused(_) => "log-in-refused",
            Self::TooWeak => "log-in-too-weak",
            Self::Elsewhere(_) => "log-in-elsewhere",
            Self::Spent => "log-ins-spent",
        }
    }
}

impl fmt::Display for LogInReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Follows(schemes) => write!(f, "wants a login ({})", schemes.join(", ")),
            Self::NoCommonScheme(schemes) => write!(
                f,
                "wants a login by {}, which what you gave cannot answer",
                if schemes.is_empty() { "no known scheme".to_owned() } else { schemes.join(", ") }
            ),
            Self::Refused(scheme) => write!(f, "refused the login by {scheme}"),
            Self::TooWeak => f.write_str(
                "offers a login by Basic alone, which would show it the password, where NTLM was \
                 offered before; `--allow-basic` allows that",
            ),
            Self::Elsewhere(host) => write!(
                f,
                "wants a login, and {host} is neither of your domain nor approved by you"
            ),
            Self::Spent => f.write_str(
                "wants a login, and gets none: logins were refused before, and more could lock the account",
            ),
        }
    }
}
