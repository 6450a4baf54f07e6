//! What can be wrong with a server's certificate.

use core::fmt;

/// Why a certificate was not accepted.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum CertificateProblem {
    /// The server signed it itself.
    SelfSigned,
    /// No trusted authority signed it.
    UnknownIssuer,
    /// Its time is over.
    Expired,
    /// Its time has not begun.
    NotYetValid,
    /// It is for other names.
    WrongName {
        /// The names it is for, wildcards as they stand.
        names: Vec<String>,
    },
    /// It was revoked.
    Revoked,
    /// It is malformed, or breaks another rule.
    Invalid {
        /// The rule, in the words of the TLS library.
        detail: String,
    },
}

impl CertificateProblem {
    /// The stable word for it, as reports and JSON have it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SelfSigned => "certificate-self-signed",
            Self::UnknownIssuer => "certificate-unknown-issuer",
            Self::Expired => "certificate-expired",
            Self::NotYetValid => "certificate-not-yet-valid",
            Self::WrongName { .. } => "certificate-wrong-name",
            Self::Revoked => "certificate-revoked",
            Self::Invalid { .. } => "certificate-invalid",
        }
    }
}

impl fmt::Display for CertificateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SelfSigned => f.write_str("the certificate is self-signed"),
            Self::UnknownIssuer => {
                f.write_str("the certificate was issued by an authority that is not trusted here")
            }
            Self::Expired => f.write_str("the certificate has expired"),
            Self::NotYetValid => f.write_str("the certificate is not valid yet"),
            Self::WrongName { names } if names.is_empty() => {
                f.write_str("the certificate is for another name")
            }
            Self::WrongName { names } => {
                const SHOWN: usize = 5;
                let clip = |name: &String| name.chars().take(253).collect();
                let shown: Vec<String> = names.iter().take(SHOWN).map(clip).collect();
                write!(f, "the certificate is for {}", shown.join(", "))?;
                match names.len() - shown.len() {
                    0 => Ok(()),
                    more => write!(f, " and {more} more names"),
                }
            }
            Self::Revoked => f.write_str("the certificate was revoked"),
            Self::Invalid { detail } => write!(f, "the certificate is invalid: {detail}"),
        }
    }
}
