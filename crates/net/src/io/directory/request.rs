//! What is said to a directory: the wish for TLS, a bind, a search, a farewell.
//!
//! # Spec
//!
//! [RFC 4511 §4](https://www.rfc-editor.org/rfc/rfc4511#section-4)

use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};

use super::ber::{
    BOOLEAN, ENUMERATED, INTEGER, OCTETS, SEQUENCE, write, write_bytes, write_number,
};
use crate::directory::{DirectoryLimits, Filter, Scope};

/// A message, which is wiped once it was sent: it may hold a password.
pub(super) type Message = Zeroizing<Vec<u8>>;

/// One search, as it goes to the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query<'a> {
    pub(super) base: &'a str,
    pub(super) scope: Scope,
    pub(super) filter: &'a Filter,
    pub(super) attributes: &'a [String],
    pub(super) limits: &'a DirectoryLimits,
}

/// Which part of the answer is wanted.
///
/// # Spec
///
/// [RFC 2696 §2](https://www.rfc-editor.org/rfc/rfc2696#section-2)
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// How many entries.
    pub(super) size: u32,
    /// Where the server has to go on; empty at the beginning.
    pub(super) cookie: Vec<u8>,
}

/// The wish for TLS ([RFC 4511 §4.14.1](https://www.rfc-editor.org/rfc/rfc4511#section-4.14.1)).
pub(super) fn start_tls(id: u32) -> Message {
    message(id, 0, |out| {
        write(out, EXTENDED, |out| write_bytes(out, CONTEXT, START_TLS));
    })
}

/// A bind with a password.
///
/// # Security
///
/// This is where a directory's password is handed out. The message has room for all of it from the
/// beginning, so that nothing of it is left behind when it grows.
pub(super) fn bind(id: u32, name: &str, password: &SecretString) -> Message {
    let password = password.expose_secret().as_bytes();
    message(id, name.len() + password.len(), |out| {
        write(out, BIND, |out| {
            write_number(out, INTEGER, VERSION);
            write_bytes(out, OCTETS, name.as_bytes());
            write_bytes(out, CONTEXT, password);
        });
    })
}

/// Whether there is nothing in a password.
pub(super) fn is_empty(password: &SecretString) -> bool {
    password.expose_secret().is_empty()
}

/// A search. The server is told the search's bound on time, and none on size: entries come in pages,
/// and whoever reads them knows when it is enough.
pub(super) fn search(id: u32, query: &Query<'_>, page: Option<&Page>) -> Message {
    let scope = match query.scope {
        Scope::Base => 0,
        Scope::OneLevel => 1,
        Scope::Subtree => 2,
    };
    let seconds = query.limits.whole.as_secs().saturating_add(1);
    let seconds = u32::try_from(seconds).unwrap_or(MAX_INT).min(MAX_INT);
    message(id, 0, |out| {
        write(out, SEARCH, |out| {
            write_bytes(out, OCTETS, query.base.as_bytes());
            write_number(out, ENUMERATED, scope);
            write_number(out, ENUMERATED, NEVER_DEREFERENCE);
            write_number(out, INTEGER, NO_SIZE_LIMIT);
            write_number(out, INTEGER, seconds);
            write_bytes(out, BOOLEAN, &[0]);
            write_filter(out, query.filter);
            write(out, SEQUENCE, |out| {
                for attribute in query.attributes {
                    write_bytes(out, OCTETS, attribute.as_bytes());
                }
            });
        });
        if let Some(page) = page {
            write(out, CONTROLS, |out| write_page(out, page));
        }
    })
}

/// The farewell, to which there is no answer.
pub(super) fn unbind(id: u32) -> Message {
    message(id, 0, |out| write_bytes(out, UNBIND, &[]))
}

fn message(id: u32, secret: usize, operation: impl FnOnce(&mut Vec<u8>)) -> Message {
    let mut out = Zeroizing::new(Vec::with_capacity(secret + ROOM));
    write(&mut out, SEQUENCE, |out| {
        write_number(out, INTEGER, id);
        operation(out);
    });
    out
}

/// Not critical: a server that knows no pages gives all at once.
fn write_page(out: &mut Vec<u8>, page: &Page) {
    write(out, SEQUENCE, |out| {
        write_bytes(out, OCTETS, PAGED_RESULTS);
        write(out, OCTETS, |out| {
            write(out, SEQUENCE, |out| {
                write_number(out, INTEGER, page.size.min(MAX_INT));
                write_bytes(out, OCTETS, &page.cookie);
            });
        });
    });
}

fn write_filter(out: &mut Vec<u8>, filter: &Filter) {
    match filter {
        Filter::And(filters) => write(out, FILTER_AND, |out| write_filters(out, filters)),
        Filter::Or(filters) => write(out, FILTER_OR, |out| write_filters(out, filters)),
        Filter::Equals { attribute, value } => write(out, FILTER_EQUALS, |out| {
            write_bytes(out, OCTETS, attribute.as_bytes());
            write_bytes(out, OCTETS, value);
        }),
        Filter::Present(attribute) => write_bytes(out, FILTER_PRESENT, attribute.as_bytes()),
    }
}

fn write_filters(out: &mut Vec<u8>, filters: &[Filter]) {
    for filter in filters {
        write_filter(out, filter);
    }
}

/// The object identifier of paged results, in a request and in its answer.
pub(super) const PAGED_RESULTS: &[u8] = b"1.2.840.113556.1.4.319";
/// Tag of the controls of a message.
pub(super) const CONTROLS: u8 = 0xa0;

const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
const VERSION: u32 = 3;
const NEVER_DEREFERENCE: u32 = 0;
const NO_SIZE_LIMIT: u32 = 0;
/// The largest number that the messages know.
const MAX_INT: u32 = 0x7fff_ffff;
/// Bytes of a bind beside its name and its password: six beginnings of at most nine bytes, two
/// numbers.
const ROOM: usize = 80;

const BIND: u8 = 0x60;
const UNBIND: u8 = 0x42;
const SEARCH: u8 = 0x63;
const EXTENDED: u8 = 0x77;
/// The name of an extended request, and the password of a bind.
const CONTEXT: u8 = 0x80;
const FILTER_AND: u8 = 0xa0;
const FILTER_OR: u8 = 0xa1;
const FILTER_EQUALS: u8 = 0xa3;
const FILTER_PRESENT: u8 = 0x87;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bind_is_what_the_specification_has_and_never_grows() {
        let message = bind(1, "cn=x", &SecretString::from("asdf"));
        let expected =
            [&[0x30, 0x14, 2, 1, 1, 0x60, 15, 2, 1, 3, 4, 4][..], b"cn=x", &[0x80, 4], b"asdf"]
                .concat();
        assert_eq!(*message, [&expected[..]].concat());
        for length in [0, 1, 127, 128, 300, 70_000] {
            let (name, password) = ("n".repeat(length), "p".repeat(length));
            let message = bind(u32::MAX, &name, &SecretString::from(password));
            assert_eq!(message.capacity(), 2 * length + ROOM);
        }
    }
}
