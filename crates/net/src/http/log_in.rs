//! Log-ins over HTTP: what a server asks for, and what answers it.
//!
//! Which scheme is used, and for which host, is decided by whoever makes the request.

use core::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// A scheme of HTTP authentication that can be answered.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum HttpScheme {
    /// The password itself ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)).
    Basic,
    /// An OAuth 2.0 access token ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)).
    Bearer,
    /// NTLM, under its own name (`NTHT`).
    Ntlm,
    /// NTLM, under the name that servers of Windows have for Kerberos and NTLM together (`NTHT`,
    /// [RFC 4559](https://www.rfc-editor.org/rfc/rfc4559)). Its messages are sent as they are,
    /// without SPNEGO around them.
    Negotiate,
}

impl HttpScheme {
    /// The scheme as header fields have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Bearer => "Bearer",
            Self::Ntlm => "NTLM",
            Self::Negotiate => "Negotiate",
        }
    }

    /// Whether the server has the secret itself afterwards.
    pub fn reveals_secret(self) -> bool {
        matches!(self, Self::Basic | Self::Bearer)
    }
}

impl fmt::Display for HttpScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A way to log in that a server names in a response.
///
/// # Spec
///
/// [RFC 9110 §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Challenge {
    /// The scheme, as it stood there.
    pub scheme: String,
    /// What the password is for, as the server calls it. A claim of whoever answered.
    pub realm: Option<String>,
}

impl Challenge {
    /// A challenge without a realm.
    pub fn new(scheme: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), realm: None }
    }

    /// Whether it is of this scheme, in whatever letters.
    pub fn is(&self, scheme: HttpScheme) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme.as_str())
    }
}

/// What a request proves who sends it with, and how.
///
/// Its `Debug` shows names, and no secret. Two are equal if their secrets are too.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum HttpLogIn {
    /// [`HttpScheme::Basic`], in UTF-8.
    Basic {
        /// The user name; one with a colon cannot be sent.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// [`HttpScheme::Bearer`].
    Bearer {
        /// The access token.
        token: SecretString,
    },
    /// [`HttpScheme::Ntlm`] or [`HttpScheme::Negotiate`].
    Ntlm {
        /// The user name. Where `domain` is empty it may have the domain before it
        /// (`DOMAIN\user`); `user@domain` is sent as a whole.
        user: String,
        /// The domain; empty for none.
        domain: String,
        /// The password.
        password: SecretString,
        /// Under which name the messages are carried.
        scheme: NtlmScheme,
    },
}

/// The name under which NTLM is carried.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the protocol has these two")]
pub enum NtlmScheme {
    /// `NTLM`.
    Ntlm,
    /// `Negotiate`.
    Negotiate,
}

impl From<NtlmScheme> for HttpScheme {
    fn from(scheme: NtlmScheme) -> Self {
        match scheme {
            NtlmScheme::Ntlm => Self::Ntlm,
            NtlmScheme::Negotiate => Self::Negotiate,
        }
    }
}

impl HttpLogIn {
    /// The scheme.
    pub fn scheme(&self) -> HttpScheme {
        match self {
            Self::Basic { .. } => HttpScheme::Basic,
            Self::Bearer { .. } => HttpScheme::Bearer,
            Self::Ntlm { scheme, .. } => (*scheme).into(),
        }
    }

    /// The names in it, and the secret.
    fn parts(&self) -> (HttpScheme, [&str; 3]) {
        let parts = match self {
            Self::Basic { user, password } => [user, "", password.expose_secret()],
            Self::Bearer { token } => ["", "", token.expose_secret()],
            Self::Ntlm { user, domain, password, .. } => [user, domain, password.expose_secret()],
        };
        (self.scheme(), parts)
    }
}

impl PartialEq for HttpLogIn {
    /// Not in constant time: nobody who could measure it compares.
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for HttpLogIn {}

#[cfg(test)]
mod tests {
    use super::*;

    fn ntlm(domain: &str, password: &str, scheme: NtlmScheme) -> HttpLogIn {
        HttpLogIn::Ntlm {
            user: "jo".to_owned(),
            domain: domain.to_owned(),
            password: password.into(),
            scheme,
        }
    }

    #[test]
    fn a_log_in_is_printed_without_its_secret() {
        for log_in in [
            HttpLogIn::Basic { user: "jo".to_owned(), password: "S3cret!".into() },
            HttpLogIn::Bearer { token: "S3cret!".into() },
            ntlm("LAB", "S3cret!", NtlmScheme::Negotiate),
        ] {
            let printed = format!("{log_in:?}");
            assert!(!printed.contains("S3cret"), "{printed}");
        }
    }

    #[test]
    fn log_ins_are_equal_with_all_that_is_in_them() {
        let one = ntlm("LAB", "a", NtlmScheme::Ntlm);
        assert_eq!(one, one.clone());
        assert_ne!(one, ntlm("LAB", "b", NtlmScheme::Ntlm));
        assert_ne!(one, ntlm("", "a", NtlmScheme::Ntlm));
        assert_ne!(one, ntlm("LAB", "a", NtlmScheme::Negotiate));
    }

    #[test]
    fn a_challenge_is_of_a_scheme_in_whatever_letters() {
        assert!(Challenge::new("ntlm").is(HttpScheme::Ntlm));
        assert!(!Challenge::new("NTLM2").is(HttpScheme::Ntlm));
        assert!(HttpScheme::Basic.reveals_secret() && !HttpScheme::Negotiate.reveals_secret());
    }
}
