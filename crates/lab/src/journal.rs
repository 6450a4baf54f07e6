//! The journal: every question the lab was asked, in order.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

mod summary;

/// Everything that was asked of a [`World`](crate::World), in the order in which it came.
///
/// A clone is another handle on the same journal. An entry is written before its answer is sent,
/// so a client that has an answer finds the question here.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    slots: Arc<Mutex<Vec<Slot>>>,
}

impl Journal {
    /// The entries so far.
    pub fn entries(&self) -> Vec<Entry> {
        self.slots().iter().filter(|slot| slot.counts).map(|slot| slot.entry.clone()).collect()
    }

    /// The entries so far, one line of text each.
    pub fn lines(&self) -> Vec<String> {
        self.entries().iter().map(ToString::to_string).collect()
    }

    /// The same for every run of a client that asks one thing after the other.
    ///
    /// A and AAAA of one name, which clients ask at the same time, are one line; a question that
    /// is repeated at once, as resolvers do when nobody answers, is one line; TCP connections are
    /// left out.
    pub fn summary(&self) -> Vec<String> {
        summary::lines(&self.entries())
    }

    /// The names that were asked and are in no zone, sorted. In a good test there are none.
    pub fn outside(&self) -> Vec<String> {
        let names: BTreeSet<String> = self
            .entries()
            .into_iter()
            .filter_map(|entry| match entry {
                Entry::Dns { name, answer: Answer::Outside, .. } => Some(name),
                _ => None,
            })
            .collect();
        names.into_iter().collect()
    }

    /// The HTTP requests so far, with their headers and bodies.
    pub fn exchanges(&self) -> Vec<HttpExchange> {
        self.entries()
            .into_iter()
            .filter_map(|entry| match entry {
                Entry::Http(exchange) => Some(exchange),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn dns(&self, name: &str, kind: &str, answer: Answer) {
        self.push(Entry::Dns { name: name.to_owned(), kind: kind.to_owned(), answer });
    }

    pub(crate) fn tcp(&self, host: &str, port: u16) {
        self.push(Entry::Tcp { host: host.to_owned(), port });
    }

    pub(crate) fn http(&self, exchange: HttpExchange) {
        self.push(Entry::Http(exchange));
    }

    /// Writes down a handshake that counts as failed until it is [completed](Self::completed):
    /// a client learns of a bad certificate before the server does.
    pub(crate) fn handshake(&self, host: &str, port: u16) -> usize {
        self.push(Entry::Tls { host: host.to_owned(), port })
    }

    /// Takes a handshake back: nothing is said of one that succeeds.
    pub(crate) fn completed(&self, handshake: usize) {
        if let Some(slot) = self.slots().get_mut(handshake) {
            slot.counts = false;
        }
    }

    fn push(&self, entry: Entry) -> usize {
        let mut slots = self.slots();
        slots.push(Slot { entry, counts: true });
        slots.len() - 1
    }

    fn slots(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thing that was asked of the lab. `Display` is the journal's line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// A question to the name server.
    Dns {
        /// The name, lower-case, without a final dot.
        name: String,
        /// The record type, such as `SRV`.
        kind: String,
        /// What the lab answered.
        answer: Answer,
    },
    /// A connection that was accepted. Refused and unanswered ones are seen by the client alone.
    Tcp {
        /// The host, or the address when several hosts share it.
        host: String,
        /// The port of the scenario.
        port: u16,
    },
    /// A TLS handshake that failed.
    Tls {
        /// The server name that the client sent, or else the host.
        host: String,
        /// The port of the scenario.
        port: u16,
    },
    /// An HTTP request.
    Http(HttpExchange),
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns { name, kind, answer } => write!(f, "dns {kind} {name} -> {answer}"),
            Self::Tcp { host, port } => write!(f, "tcp {host}:{port}"),
            Self::Tls { host, port } => write!(f, "tls {host}:{port} (handshake failed)"),
            Self::Http(HttpExchange { method, url, answer, .. }) => {
                write!(f, "http {method} {url} -> {answer}")
            }
        }
    }
}

/// An HTTP request, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpExchange {
    /// The method, such as `POST`; `?` when it could not be read.
    pub method: String,
    /// The URL, put together from the scheme, the Host header, the port and the target.
    pub url: String,
    /// The header lines, in their order and spelling.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The status code with its reason, or the name of the fault, such as `404` and `reset`.
    pub answer: String,
}

/// What the name server answered. `Display` is the journal's word.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Records of the type that was asked for, in the order of the zone.
    Records(Vec<String>),
    /// The name exists, without a record of this type.
    NoData,
    /// The name does not exist.
    NxDomain,
    /// The server failed.
    ServFail,
    /// The server refused.
    Refused,
    /// There was no answer.
    Silence,
    /// The name is in no zone of the scenario; answered as not existing.
    Outside,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Records(data) => return f.write_str(&data.join(", ")),
            Self::NoData => "no data",
            Self::NxDomain => "nxdomain",
            Self::ServFail => "servfail",
            Self::Refused => "refused",
            Self::Silence => "silence",
            Self::Outside => "outside",
        })
    }
}

/// An entry and whether it counts; see [`Journal::handshake`].
#[derive(Clone, Debug)]
struct Slot {
    entry: Entry,
    counts: bool,
}
