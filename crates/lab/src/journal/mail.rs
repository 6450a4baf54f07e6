//! What the journal keeps of a conversation with a mail server. Never a password or a token.

use std::fmt;

use super::{Entry, Journal};
use crate::scenario::file::Protocol;

/// A connection to a mail server, as it was when something was said on it.
///
/// `Display` is how the journal's lines begin, such as `imap+tls mail.contoso.example:993`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailConnection {
    /// The same for everything that was said on one connection, and for nothing else.
    pub number: usize,
    /// `imap`, `pop3` or `smtp`.
    pub protocol: String,
    /// The TLS server name that the client sent; else the host, or the address when several hosts
    /// share it.
    pub host: String,
    /// The port of the scenario.
    pub port: u16,
    /// Whether it was inside TLS by then.
    pub inside_tls: bool,
}

impl fmt::Display for MailConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { protocol, host, port, inside_tls, .. } = self;
        let mark = if *inside_tls { "+tls" } else { "" };
        write!(f, "{protocol}{mark} {host}:{port}")
    }
}

/// An attempt to log in. `Display` leaves the secret out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogIn {
    /// Where.
    pub connection: MailConnection,
    /// The command with the mechanism, such as `AUTHENTICATE PLAIN` and `LOGIN`.
    pub command: String,
    /// The mechanism, such as `PLAIN`; the command where it is none: `LOGIN`, `USER`, `APOP`.
    pub mechanism: String,
    /// The user, when the client got as far as naming one that could be read.
    pub user: Option<String>,
    /// Whether the client is logged in now.
    pub accepted: bool,
    /// `accepted`; `rejected` for a wrong user or password; else what became of it, such as
    /// `rejected: locked`, `refused: TLS first`, `cancelled`, `cut off`.
    pub answer: String,
}

impl fmt::Display for LogIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, command, user, answer, .. } = self;
        match user {
            Some(user) => write!(f, "{connection} {command} ({}, {answer})", user.escape_debug()),
            None => write!(f, "{connection} {command} ({answer})"),
        }
    }
}

/// How a connection to a mail server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// The client said LOGOUT or QUIT.
    Farewell,
    /// The client closed without a word.
    Client,
    /// The server closed, or was stopped.
    Server,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Farewell => "ended by farewell",
            Self::Client => "closed by the client",
            Self::Server => "closed by the server",
        })
    }
}

/// One connection to a mail server, while it lasts. Dropping it writes down how it ended.
#[derive(Debug)]
pub(crate) struct Talk {
    journal: Journal,
    connection: MailConnection,
    ending: Option<Ending>,
}

impl Journal {
    /// Writes down a connection to a mail server.
    pub(crate) fn talk(&self, host: &str, port: u16, protocol: Protocol) -> Talk {
        let number = self.shared.begin(host, port);
        let connection = MailConnection {
            number,
            protocol: protocol.to_string(),
            host: host.to_owned(),
            port,
            inside_tls: false,
        };
        Talk { journal: self.clone(), connection, ending: None }
    }
}

impl Talk {
    /// The number of the connection.
    pub(crate) fn number(&self) -> usize {
        self.connection.number
    }

    /// What is said from now on is inside TLS.
    pub(crate) fn enter_tls(&mut self, server_name: Option<&str>) {
        self.connection.inside_tls = true;
        if let Some(name) = server_name {
            name.clone_into(&mut self.connection.host);
        }
    }

    /// Writes down a command line that carries no secret.
    pub(crate) fn command(&self, line: String) {
        self.push(Entry::Command { connection: self.connection.clone(), line });
    }

    /// Writes down an attempt to log in.
    pub(crate) fn log_in(&self, note: LogInNote) {
        let LogInNote { verb, mechanism, user, answer, accepted } = note;
        let (command, mechanism) = match mechanism {
            Some(mechanism) => (format!("{verb} {mechanism}"), mechanism),
            None => (verb.to_owned(), verb.replace("PASS", "USER")),
        };
        let connection = self.connection.clone();
        self.push(Entry::LogIn(LogIn { connection, command, mechanism, user, accepted, answer }));
    }

    /// Says how the connection ends. The first to say so is right; when nobody does, it is the
    /// server who ends it.
    pub(crate) fn ends(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
    }

    fn push(&self, entry: Entry) {
        self.journal.shared.push(entry, Some(self.connection.number));
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let connection = self.connection.clone();
        let ending = self.ending.unwrap_or(Ending::Server);
        self.push(Entry::Ended { connection, ending });
        self.journal.shared.end();
    }
}

/// What a session tells of an attempt to log in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LogInNote {
    pub(crate) verb: &'static str,
    pub(crate) mechanism: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) answer: String,
    pub(crate) accepted: bool,
}
