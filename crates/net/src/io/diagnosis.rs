//! From an error of the HTTP or TLS library to what it says about the server.

use std::{
    error::Error as StdError,
    io::{self, ErrorKind},
};

use rustls::{Error, InvalidMessage};

use crate::failure::Failure;

/// What ended a TLS handshake.
pub(super) fn handshake(error: &(dyn StdError + 'static)) -> Failure {
    match find::<Error>(error) {
        // The first byte is of no record that TLS has.
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => return Failure::NotTls,
        Some(error) => return tls(error),
        None => {}
    }
    let detail = match find::<io::Error>(error).map(io::Error::kind) {
        Some(ErrorKind::UnexpectedEof) => "the server closed the connection".to_owned(),
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
            "the server reset the connection".to_owned()
        }
        _ => error.to_string(),
    };
    Failure::Handshake { detail }
}

/// What ended an HTTP exchange after the request was accepted for sending.
pub(super) fn exchange(error: &hyper::Error) -> Failure {
    // In TLS 1.3 the server may refuse the client after the handshake.
    if let Some(error) = find::<Error>(error) {
        return tls(error);
    }
    if error.is_parse_too_large() {
        Failure::HeaderTooLarge
    } else if error.is_parse() {
        Failure::NotHttp { detail: deepest(error) }
    } else if error.is_user() {
        Failure::InvalidRequest { detail: deepest(error) }
    } else {
        Failure::Closed
    }
}

/// What broke an open connection.
pub(super) fn connection(error: &io::Error) -> Failure {
    match find::<Error>(error) {
        // In TLS 1.3 the server may refuse the client after the handshake.
        Some(error @ Error::AlertReceived(_)) => tls(error),
        _ => Failure::Closed,
    }
}

fn tls(error: &Error) -> Failure {
    match super::tls::problem(error) {
        Some(problem) => Failure::Certificate(problem),
        None => Failure::Handshake { detail: error.to_string() },
    }
}

/// The message of the innermost cause: the outer ones only say at which stage it came.
fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut deepest = error;
    while let Some(cause) = deepest.source() {
        deepest = cause;
    }
    deepest.to_string()
}

/// The innermost error of a type in a chain of causes.
///
/// [`io::Error`] leaves the error that it wraps out of its own chain, so it is looked into.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut found = None;
    let mut next = Some(error);
    while let Some(error) = next {
        found = error.downcast_ref::<T>().or(found);
        next = match error.downcast_ref::<io::Error>() {
            Some(wrapper) => wrapper.get_ref().map(|inner| inner as _),
            None => error.source(),
        };
    }
    found
}
