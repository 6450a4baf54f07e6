//! Log-ins over HTTP: the fields that prove who asks, and NTLM's way over one connection.
//!
//! # Security
//!
//! A [`Proof`] is made for https alone, before anybody connects. What is made of a secret is wiped,
//! except for the header fields that the HTTP library has, which are marked as not to be printed.

use std::time::SystemTime;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hyper::header::HeaderValue;
use mailscout_ntlm::{Hidden, LogIn, NEGOTIATE};
use secrecy::ExposeSecret as _;

use super::{connection::Connection, invalid, message};
use crate::{
    failure::Failure,
    http::{HttpLogIn, HttpRequest, HttpResponse, HttpScheme},
    io::headers,
};

/// How a request is proved.
pub(super) enum Proof {
    /// By one field.
    Field(HeaderValue),
    /// By NTLM, under this name.
    Ntlm(LogIn, HttpScheme),
}

impl Proof {
    /// Makes the proof, where the log-in can be sent at all.
    ///
    /// # Spec
    ///
    /// [RFC 7617 §2](https://www.rfc-editor.org/rfc/rfc7617#section-2),
    /// [RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)
    pub(super) fn of(request: &HttpRequest, log_in: &HttpLogIn) -> Result<Self, Failure> {
        if request.url.scheme() != "https" {
            return Err(invalid("nobody logs in over http, whose bytes everybody reads"));
        }
        let scheme = log_in.scheme();
        match log_in {
            HttpLogIn::Basic { user, password } => {
                let password = password.expose_secret();
                check(user, password)?;
                if user.contains(':') {
                    return Err(invalid("Basic cannot carry a user name with a colon"));
                }
                if user.chars().chain(password.chars()).any(char::is_control) {
                    return Err(invalid("Basic cannot carry control characters"));
                }
                let pair = Hidden::join(&[user.as_bytes(), b":", password.as_bytes()]);
                field(scheme, &pair.base64()).map(Self::Field)
            }
            HttpLogIn::Bearer { token } => {
                let token = token.expose_secret();
                let bare = token.trim_end_matches('=').as_bytes();
                let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
                if bare.is_empty() || !bare.iter().all(is_token) {
                    return Err(invalid("this is no access token"));
                }
                field(scheme, token.as_bytes()).map(Self::Field)
            }
            HttpLogIn::Ntlm { user, domain, password, .. } => {
                check(user, password.expose_secret())?;
                let log_in = if domain.is_empty() {
                    LogIn::new(user, password.clone())
                } else {
                    LogIn::in_domain(user, domain, password.clone())
                };
                Ok(Self::Ntlm(log_in, scheme))
            }
        }
    }

    /// Carries out the exchange, over a connection that has seen nothing else.
    pub(super) async fn carry(
        self,
        connection: &mut Connection,
        request: &HttpRequest,
    ) -> Result<HttpResponse, Failure> {
        let max_body = request.limits.max_body;
        let (log_in, scheme) = match self {
            Self::Field(field) => {
                let message = message::of(request, Some(field), true)?;
                return Ok(connection.converse(message, max_body).await?.0);
            }
            Self::Ntlm(log_in, scheme) => (log_in, scheme),
        };
        let begin = field(scheme, &Hidden::join(&[&NEGOTIATE]).base64())?;
        let message = message::of(request, Some(begin), false)?;
        let (response, fields) = connection.converse(message, max_body).await?;
        if response.status != 401 {
            // What it says is no answer to a body that it has not seen.
            let is_about_nothing =
                (200..300).contains(&response.status) && !request.body.is_empty();
            return if is_about_nothing {
                Err(broken("it answered before the log-in was over"))
            } else {
                Ok(response)
            };
        }
        let Some(token) = headers::token(&fields, scheme).filter(|token| !token.is_empty()) else {
            // It does not go on by this scheme: that is its no, and what it offers instead is in it.
            return Ok(response);
        };
        let challenge = BASE64_STANDARD
            .decode(token)
            .map_err(|_| broken(&format!("it sent no challenge of {scheme}")))?;
        let answer = log_in.answer(&challenge, connection.binding, nonce()?, SystemTime::now());
        let answer = answer.map_err(|error| broken(error.sentence()))?;
        let message = message::of(request, Some(field(scheme, &answer.base64())?), true)?;
        match connection.converse(message, max_body).await {
            Err(Failure::Closed) if !connection.has_heard() => Err(Failure::LogInClosed),
            ended => Ok(ended?.0),
        }
    }
}

/// Some servers let in whoever has an empty password, as a guest.
fn check(user: &str, password: &str) -> Result<(), Failure> {
    if user.is_empty() || password.is_empty() {
        return Err(invalid("the user name or the password is empty"));
    }
    Ok(())
}

/// The value of `Authorization`.
fn field(scheme: HttpScheme, credentials: &[u8]) -> Result<HeaderValue, Failure> {
    let text = Hidden::join(&[scheme.as_str().as_bytes(), b" ", credentials]);
    let mut value = HeaderValue::from_bytes(&text).map_err(invalid)?;
    value.set_sensitive(true);
    Ok(value)
}

fn nonce() -> Result<[u8; 8], Failure> {
    let mut nonce = [0; 8];
    getrandom::fill(&mut nonce).map_err(|error| invalid(error.to_string()))?;
    Ok(nonce)
}

fn broken(detail: &str) -> Failure {
    Failure::LogInBroken { detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{HttpLimits, Method};

    #[test]
    fn a_request_with_a_log_in_prints_nothing_of_the_secret() {
        let (user, secret) = ("alice", "S3cret");
        let url = "https://contoso.example/".parse().unwrap();
        let request = HttpRequest::new(Method::Get, url, Vec::new(), HttpLimits::default());
        for log_in in [
            HttpLogIn::Basic { user: user.to_owned(), password: secret.to_owned().into() },
            HttpLogIn::Bearer { token: secret.to_owned().into() },
        ] {
            let Ok(Proof::Field(field)) = Proof::of(&request, &log_in) else {
                panic!("one field proves it");
            };
            let sent = field.to_str().unwrap().to_owned();
            let credentials = sent.split_once(' ').unwrap().1;
            let message = message::of(&request, Some(field), true).unwrap();
            let printed = format!("{message:?} {:?}", message.headers());
            assert!(printed.contains("authorization"), "{printed}");
            assert!(!printed.contains(credentials) && !printed.contains(secret), "{printed}");
        }
    }
}
