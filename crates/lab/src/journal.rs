//! The journal: every question the lab was asked, in order.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::Notify;

mod directory;
mod http;
mod mail;
mod summary;

pub use directory::{Bind, DirectoryConnection, DirectorySearch};
pub(crate) use directory::{BindNote, DirectoryNote, DirectoryTalk, SearchNote};
pub use http::{HttpExchange, HttpLogIn};
pub use mail::{Ending, LogIn, MailConnection};
pub(crate) use mail::{LogInNote, Talk};

/// Everything that was asked of a [`World`](crate::World), in the order in which it came.
///
/// A clone is another handle on the same journal. An entry is written before its answer is sent,
/// so a client that has an answer finds the question here. That a client has left is seen later;
/// [`all_ended`](Self::all_ended) waits for it.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    shared: Arc<Shared>,
}

impl Journal {
    /// The entries so far.
    pub fn entries(&self) -> Vec<Entry> {
        self.counting().into_iter().map(|slot| slot.entry).collect()
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
    ///
    /// Clients talk to many mail servers at the same time, so the conversations with them stand at
    /// the end: one connection after the other, by host and port, without how each ended. What is
    /// said to directories stands where it was said, as requests to web servers do.
    pub fn summary(&self) -> Vec<String> {
        summary::lines(&self.counting())
    }

    /// The summary for a client that asks many things at the same time: questions to the name
    /// server first, then those to web servers, then what was said to directories, each kind
    /// sorted; then the conversations.
    pub fn sorted_summary(&self) -> Vec<String> {
        summary::sorted_lines(&self.counting())
    }

    /// The attempts to log in to a mail server, in order.
    pub fn log_ins(&self) -> Vec<LogIn> {
        self.entries()
            .into_iter()
            .filter_map(|entry| match entry {
                Entry::LogIn(log_in) => Some(log_in),
                _ => None,
            })
            .collect()
    }

    /// The attempts to log in to a directory, in order.
    pub fn binds(&self) -> Vec<Bind> {
        self.entries()
            .into_iter()
            .filter_map(|entry| match entry {
                Entry::Bind(bind) => Some(bind),
                _ => None,
            })
            .collect()
    }

    /// The searches in directories, in order.
    pub fn searches(&self) -> Vec<DirectorySearch> {
        self.entries()
            .into_iter()
            .filter_map(|entry| match entry {
                Entry::Search(search) => Some(search),
                _ => None,
            })
            .collect()
    }

    /// How many connections were accepted, by host (or address, when several hosts share it) and
    /// port.
    pub fn connections(&self) -> BTreeMap<(String, u16), usize> {
        let mut counts = BTreeMap::new();
        for entry in self.entries() {
            if let Entry::Tcp { host, port } = entry {
                *counts.entry((host, port)).or_insert(0) += 1;
            }
        }
        counts
    }

    /// How the connections to mail servers ended that have ended, in the order in which they did.
    pub fn endings(&self) -> Vec<(MailConnection, Ending)> {
        self.entries()
            .into_iter()
            .filter_map(|entry| match entry {
                Entry::Ended { connection, ending } => Some((connection, ending)),
                _ => None,
            })
            .collect()
    }

    /// Waits until no connection to a mail server is open.
    pub async fn all_ended(&self) {
        loop {
            let mut ended = pin!(self.shared.ended.notified());
            ended.as_mut().enable();
            if self.shared.open.load(Ordering::SeqCst) == 0 {
                return;
            }
            ended.await;
        }
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
        let entry = Entry::Dns { name: name.to_owned(), kind: kind.to_owned(), answer };
        self.shared.push(entry, None);
    }

    pub(crate) fn tcp(&self, host: &str, port: u16) {
        self.shared.push(Entry::Tcp { host: host.to_owned(), port }, None);
    }

    pub(crate) fn http(&self, exchange: HttpExchange) {
        self.shared.push(Entry::Http(exchange), None);
    }

    /// Writes down a handshake that counts as failed until it is [completed](Self::completed):
    /// a client learns of a bad certificate before the server does.
    pub(crate) fn handshake(&self, host: &str, port: u16, talk: Option<usize>) -> usize {
        self.shared.push(Entry::Tls { host: host.to_owned(), port }, talk)
    }

    /// Takes a handshake back: nothing is said of one that succeeds.
    pub(crate) fn completed(&self, handshake: usize) {
        if let Some(slot) = self.shared.slots().get_mut(handshake) {
            slot.counts = false;
        }
    }

    fn counting(&self) -> Vec<Slot> {
        self.shared.slots().iter().filter(|slot| slot.counts).cloned().collect()
    }
}

/// What the handles on one journal share.
#[derive(Debug, Default)]
struct Shared {
    slots: Mutex<Vec<Slot>>,
    /// Connections to mail servers that have not ended.
    open: AtomicUsize,
    /// Connections to directories so far.
    directories: AtomicUsize,
    ended: Notify,
}

impl Shared {
    /// Writes an entry, and gives its place.
    fn push(&self, entry: Entry, talk: Option<usize>) -> usize {
        let mut slots = self.slots();
        slots.push(Slot { entry, counts: true, talk });
        slots.len() - 1
    }

    /// Writes down a connection to a mail server, and gives its number.
    fn begin(&self, host: &str, port: u16) -> usize {
        self.open.fetch_add(1, Ordering::SeqCst);
        let mut slots = self.slots();
        let number = slots.iter().filter_map(|slot| slot.talk).max().map_or(1, |last| last + 1);
        let entry = Entry::Tcp { host: host.to_owned(), port };
        slots.push(Slot { entry, counts: true, talk: Some(number) });
        number
    }

    /// Numbers a connection to a directory.
    fn count_directory(&self) -> usize {
        1 + self.directories.fetch_add(1, Ordering::SeqCst)
    }

    /// A connection to a mail server has ended.
    fn end(&self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
        self.ended.notify_waiters();
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
    /// An attempt to log in to a directory.
    Bind(Bind),
    /// A search in a directory.
    Search(DirectorySearch),
    /// Anything else that was said to a directory, but for leave-taking.
    DirectoryCommand {
        /// Where.
        connection: DirectoryConnection,
        /// What was asked and how it ended, such as `StartTLS (success)`.
        line: String,
    },
    /// A command to a mail server, other than an attempt to log in.
    Command {
        /// Where.
        connection: MailConnection,
        /// The line, without the tag of IMAP; for a command that is unknown there, its verb alone.
        line: String,
    },
    /// An attempt to log in to a mail server.
    LogIn(LogIn),
    /// The end of a connection to a mail server.
    Ended {
        /// Which.
        connection: MailConnection,
        /// Who ended it.
        ending: Ending,
    },
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns { name, kind, answer } => write!(f, "dns {kind} {name} -> {answer}"),
            Self::Tcp { host, port } => write!(f, "tcp {host}:{port}"),
            Self::Tls { host, port } => write!(f, "tls {host}:{port} (handshake failed)"),
            Self::Http(exchange) => exchange.fmt(f),
            Self::Bind(bind) => bind.fmt(f),
            Self::Search(search) => search.fmt(f),
            Self::DirectoryCommand { connection, line } => write!(f, "{connection} {line}"),
            Self::Command { connection, line } => write!(f, "{connection} {line}"),
            Self::LogIn(log_in) => log_in.fmt(f),
            Self::Ended { connection, ending } => write!(f, "{connection} ({ending})"),
        }
    }
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

/// An entry, whether it counts (see [`Journal::handshake`]), and the conversation it belongs to.
#[derive(Clone, Debug)]
struct Slot {
    entry: Entry,
    counts: bool,
    talk: Option<usize>,
}
