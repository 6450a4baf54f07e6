//! What the journal keeps of an HTTP request. Never a password, a token or a digest.

use std::fmt;

/// An HTTP request, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpExchange {
    /// The method, such as `POST`; `?` when it could not be read.
    pub method: String,
    /// The URL, put together from the scheme, the Host header, the port and the target.
    pub url: String,
    /// The header lines, in their order and spelling. Of `Authorization` and
    /// `Proxy-Authorization` only the scheme is kept, with `(hidden)` for the rest.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The status code with its reason, or the name of the fault, such as `404` and `reset`.
    pub answer: String,
    /// The log-in that came with the request; none when it came without credentials, also where
    /// NTLM has logged the connection in before.
    pub log_in: Option<HttpLogIn>,
}

impl fmt::Display for HttpExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, url, answer, log_in, .. } = self;
        write!(f, "http {method} {url} ")?;
        if let Some(log_in) = log_in {
            write!(f, "{log_in} ")?;
        }
        write!(f, "-> {answer}")
    }
}

/// The log-in that came with an HTTP request. Whether it was inside TLS says the URL's scheme.
///
/// `Display` is such as `Basic (alice, rejected)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpLogIn {
    /// `Basic`, `Bearer`, `NTLM` or `Negotiate`, or another scheme as the client wrote it; `?`
    /// where it is none.
    pub scheme: String,
    /// The user, when the request names one that can be read, or its token is one's.
    pub user: Option<String>,
    /// Whether the user is logged in now.
    pub accepted: bool,
    /// `accepted`; `challenged` when NTLM goes on; `rejected` for a wrong user, password or token;
    /// else what became of it: `rejected: locked`, `malformed`, `not offered`, or `not asked for`
    /// where nobody has to log in.
    pub answer: String,
}

impl fmt::Display for HttpLogIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, user, answer, .. } = self;
        match user {
            Some(user) => write!(f, "{scheme} ({}, {answer})", user.escape_debug()),
            None => write!(f, "{scheme} ({answer})"),
        }
    }
}
