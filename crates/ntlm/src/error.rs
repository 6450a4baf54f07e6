//! Why there is no answer to a challenge.

use core::{error::Error, fmt};

/// Why a challenge is not answered. In our words: nothing of the server's is in it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum NtlmError {
    /// It is no challenge of NTLM, or what it says of its fields is not true.
    NotAChallenge,
    /// The server cannot read Unicode, so it is older than version 2.
    NoUnicode,
    /// The name of the user or the domain does not fit into its field.
    TooLong,
}

impl NtlmError {
    /// What it means, as a sentence for a person.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotAChallenge => "the challenge is not NTLM's",
            Self::NoUnicode => "the server's NTLM has no Unicode",
            Self::TooLong => "the user name is too long for NTLM",
        }
    }
}

impl fmt::Display for NtlmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl Error for NtlmError {}
