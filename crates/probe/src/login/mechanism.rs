//! The mechanisms: their names, and what each gives away.

use core::fmt;

use mailscout_schema::settings::AuthMethod;

/// A way to log in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Mechanism {
    /// SASL PLAIN ([RFC 4616](https://www.rfc-editor.org/rfc/rfc4616)).
    Plain,
    /// SASL LOGIN, which nobody wrote down.
    Login,
    /// IMAP's `LOGIN`, POP3's `USER` and `PASS`: no SASL.
    Command,
    /// SASL SCRAM-SHA-256 ([RFC 7677](https://www.rfc-editor.org/rfc/rfc7677)).
    ScramSha256,
    /// SASL CRAM-MD5 ([RFC 2195](https://www.rfc-editor.org/rfc/rfc2195)).
    CramMd5,
    /// POP3's `APOP` ([RFC 1939 §7](https://www.rfc-editor.org/rfc/rfc1939#section-7)).
    Apop,
    /// NTLM, the secure password authentication of the guess table (MS-NLMP).
    Ntlm,
    /// SASL OAUTHBEARER ([RFC 7628](https://www.rfc-editor.org/rfc/rfc7628)).
    OauthBearer,
    /// SASL XOAUTH2, Google's and Microsoft's.
    Xoauth2,
}

impl Mechanism {
    /// The stable word: SASL's name, or the command.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Command => "command",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::CramMd5 => "CRAM-MD5",
            Self::Apop => "APOP",
            Self::Ntlm => "NTLM",
            Self::OauthBearer => "OAUTHBEARER",
            Self::Xoauth2 => "XOAUTH2",
        }
    }

    /// Whether whoever listens on the line has the secret itself afterwards.
    pub fn reveals_secret(self) -> bool {
        match self {
            Self::Plain | Self::Login | Self::Command | Self::OauthBearer | Self::Xoauth2 => true,
            Self::ScramSha256 | Self::CramMd5 | Self::Apop | Self::Ntlm => false,
        }
    }

    /// What settings call it.
    pub fn method(self) -> AuthMethod {
        match self {
            Self::Plain | Self::Login | Self::Command => AuthMethod::Password,
            Self::ScramSha256 | Self::CramMd5 | Self::Apop => AuthMethod::EncryptedPassword,
            Self::Ntlm => AuthMethod::Ntlm,
            Self::OauthBearer | Self::Xoauth2 => AuthMethod::OAuth2,
        }
    }

    /// Whether it proves a token instead of a password.
    pub fn takes_token(self) -> bool {
        matches!(self, Self::OauthBearer | Self::Xoauth2)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
