//! What the journal keeps of a conversation with a directory. Never a password.

use std::fmt;

use super::{Entry, Journal};

/// A connection to a directory, as it was when something was said on it.
///
/// `Display` is how the journal's lines begin, such as `ldap+tls dc.contoso.example:636`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryConnection {
    /// The same for everything that was said on one connection, and for nothing else.
    pub number: usize,
    /// The TLS server name that the client sent; else the host, or the address when several hosts
    /// share it.
    pub host: String,
    /// The port of the scenario.
    pub port: u16,
    /// Whether it was inside TLS by then.
    pub inside_tls: bool,
}

impl fmt::Display for DirectoryConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, inside_tls, .. } = self;
        write!(f, "ldap{} {host}:{port}", if *inside_tls { "+tls" } else { "" })
    }
}

/// An attempt to log in to a directory. There is no password in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bind {
    /// Where.
    pub connection: DirectoryConnection,
    /// `simple`, or the name of a SASL mechanism; `?` where that cannot be told.
    pub mechanism: String,
    /// Who; nobody for an anonymous bind, and as a rule for SASL.
    pub name: Option<String>,
    /// Whether it succeeded.
    pub accepted: bool,
    /// `accepted`, or the name of the result code, such as `invalidCredentials`, with the reason
    /// behind a colon where several have one code; or the name of the fault.
    pub answer: String,
}

impl fmt::Display for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, mechanism, name, answer, .. } = self;
        write!(f, "{connection} bind {mechanism} ")?;
        match name {
            Some(name) => write!(f, "({}, {answer})", name.escape_debug()),
            None => write!(f, "(anonymous, {answer})"),
        }
    }
}

/// A search in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectorySearch {
    /// Where.
    pub connection: DirectoryConnection,
    /// The name below which was searched, as the client wrote it; empty for the directory itself.
    pub base: String,
    /// `base`, `one` or `sub`.
    pub scope: String,
    /// The filter in the notation of RFC 4515.
    pub filter: String,
    /// The attributes that were asked for; none for all.
    pub attributes: Vec<String>,
    /// How many entries were sent.
    pub entries: usize,
    /// The name of the result code, such as `success`; `more to come` where a page is not the
    /// last; or the name of the fault.
    pub answer: String,
}

impl fmt::Display for DirectorySearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, base, scope, filter, entries, answer, .. } = self;
        let noun = if *entries == 1 { "entry" } else { "entries" };
        write!(f, "{connection} search {scope} \"{}\" {filter}", base.escape_debug())?;
        write!(f, " -> {entries} {noun}")?;
        if answer == "success" { Ok(()) } else { write!(f, ", {answer}") }
    }
}

/// One connection to a directory, while it lasts.
#[derive(Debug)]
pub(crate) struct DirectoryTalk {
    journal: Journal,
    connection: DirectoryConnection,
}

impl Journal {
    /// Writes down a connection to a directory.
    pub(crate) fn directory_talk(&self, host: &str, port: u16) -> DirectoryTalk {
        let number = self.shared.count_directory();
        self.tcp(host, port);
        let host = host.to_owned();
        let connection = DirectoryConnection { number, host, port, inside_tls: false };
        DirectoryTalk { journal: self.clone(), connection }
    }
}

impl DirectoryTalk {
    /// What is said from now on is inside TLS.
    pub(crate) fn enter_tls(&mut self, server_name: Option<&str>) {
        self.connection.inside_tls = true;
        if let Some(name) = server_name {
            name.clone_into(&mut self.connection.host);
        }
    }

    /// Writes down what a session tells.
    pub(crate) fn write_down(&self, note: DirectoryNote) {
        let connection = self.connection.clone();
        self.journal.shared.push(
            match note {
                DirectoryNote::Command(line) => Entry::DirectoryCommand { connection, line },
                DirectoryNote::Bind(BindNote { mechanism, name, accepted, answer }) => {
                    Entry::Bind(Bind { connection, mechanism, name, accepted, answer })
                }
                DirectoryNote::Search(note) => {
                    let SearchNote { base, scope, filter, attributes, entries, answer } = note;
                    Entry::Search(DirectorySearch {
                        connection,
                        base,
                        scope,
                        filter,
                        attributes,
                        entries,
                        answer,
                    })
                }
            },
            None,
        );
    }
}

/// What a session tells the journal.
#[derive(Debug)]
pub(crate) enum DirectoryNote {
    Command(String),
    Bind(BindNote),
    Search(SearchNote),
}

/// What a session tells of an attempt to log in.
#[derive(Debug)]
pub(crate) struct BindNote {
    pub(crate) mechanism: String,
    pub(crate) name: Option<String>,
    pub(crate) accepted: bool,
    pub(crate) answer: String,
}

/// What a session tells of a search.
#[derive(Debug)]
pub(crate) struct SearchNote {
    pub(crate) base: String,
    pub(crate) scope: String,
    pub(crate) filter: String,
    pub(crate) attributes: Vec<String>,
    pub(crate) entries: usize,
    pub(crate) answer: String,
}
