//! Who the user is for web servers: the secret, which the engine never has.

use mailscout_net::http::{HttpLogIn, HttpScheme, NtlmScheme};
use secrecy::SecretString;

/// Who the user is, and what proves it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Credentials {
    /// The name: the address as a rule, or `DOMAIN\\user`.
    pub user: String,
    /// What proves it.
    pub proof: CredentialProof,
}

/// What proves who the user is; its `Debug` shows no secret.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a user has one or the other")]
pub enum CredentialProof {
    /// A password.
    Password(SecretString),
    /// An OAuth 2.0 access token.
    Token(SecretString),
}

impl Credentials {
    /// Credentials of a user.
    pub fn new(user: impl Into<String>, proof: CredentialProof) -> Self {
        Self { user: user.into(), proof }
    }

    /// The log-in by a scheme; `None` where they cannot be used with it.
    pub(super) fn by(&self, scheme: HttpScheme) -> Option<HttpLogIn> {
        let user = self.user.clone();
        let ntlm = |password: &SecretString, scheme| HttpLogIn::Ntlm {
            user: user.clone(),
            domain: String::new(),
            password: password.clone(),
            scheme,
        };
        match (&self.proof, scheme) {
            (CredentialProof::Password(password), HttpScheme::Ntlm) => {
                Some(ntlm(password, NtlmScheme::Ntlm))
            }
            (CredentialProof::Password(password), HttpScheme::Negotiate) => {
                Some(ntlm(password, NtlmScheme::Negotiate))
            }
            (CredentialProof::Password(password), HttpScheme::Basic) => {
                Some(HttpLogIn::Basic { user, password: password.clone() })
            }
            (CredentialProof::Token(token), HttpScheme::Bearer) => {
                Some(HttpLogIn::Bearer { token: token.clone() })
            }
            _ => None,
        }
    }
}
