//! The questions that the engine asks, and the facts it is told.

use core::fmt;
use std::path::PathBuf;

use mailscout_net::{
    directory::{DirectoryAnswer, DirectorySearch},
    dns::{Lookup, Records},
    failure::Failure,
    http::{HttpRequest, HttpResponse, HttpScheme},
};

use crate::consent::{Consent, Question};

/// A whole question, for the driver to carry out.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Request {
    /// A question to the DNS.
    Lookup(Lookup),
    /// An HTTP exchange.
    Http(HttpRequest),
    /// An HTTP exchange with a log-in by this scheme, which the driver adds: the search has no
    /// secret. It goes to https only.
    LogIn(HttpRequest, HttpScheme),
    /// A search in a directory.
    Directory {
        /// What is searched; its `bind` is anonymous.
        search: Box<DirectorySearch>,
        /// Whether the driver binds with the name and the password that it has.
        binds: bool,
    },
    /// The content of a file.
    ReadFile {
        /// Its path.
        path: PathBuf,
        /// Bytes that are read; a longer file fails.
        max_bytes: usize,
    },
    /// A question to the user. No deadline runs while it is open.
    Ask(Question),
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup(lookup) => write!(f, "DNS {lookup}"),
            Self::Http(request) => request.fmt(f),
            Self::LogIn(request, scheme) => write!(f, "{request} with a login by {scheme}"),
            Self::Directory { search, .. } => search.fmt(f),
            Self::ReadFile { path, .. } => write!(f, "FILE {}", path.display()),
            Self::Ask(question) => write!(f, "ASK {question}"),
        }
    }
}

/// What a [`Request`] led to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// Of [`Request::Lookup`].
    Lookup(Result<Records, Failure>),
    /// Of [`Request::Http`] and [`Request::LogIn`].
    Http(Result<HttpResponse, Failure>),
    /// Of [`Request::Directory`].
    Directory(Result<DirectoryAnswer, Failure>),
    /// Of [`Request::ReadFile`]: the bytes, or what the system said.
    File(Result<Vec<u8>, String>),
    /// Of [`Request::Ask`].
    Consent(Consent),
}
