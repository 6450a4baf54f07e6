//! What the loop and the three protocols say to each other.

use crate::{endpoint::Site, journal::LogInNote, scenario::file::Mail};

/// The server's side of one connection, in one protocol. It knows no socket and no clock.
pub(super) trait Session<'a>: Send {
    /// The greeting.
    fn greeting(&mut self) -> Vec<u8>;

    /// What is to be read next.
    fn wants(&self) -> Wants;

    /// Whether the client may have sent more already, without the reply that comes now.
    fn may_pipeline(&self) -> bool;

    /// Answers what was wanted: a line without its end, or that many bytes.
    fn take(&mut self, bytes: &[u8]) -> Reply;

    /// The last word to a client that broke the rules of the wire.
    fn complain(&self, problem: Complaint) -> Reply;

    /// What is to be told of a client that leaves now.
    fn cut_off(&mut self) -> Option<Note>;

    /// The upgrade to TLS has succeeded: everything said before is forgotten.
    fn enter_tls(&mut self, site: &'a Site, mail: &'a Mail);
}

/// What is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wants {
    /// A line of at most so many bytes, with its end.
    Line(usize),
    /// So many bytes.
    Bytes(usize),
}

/// One reply.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) bytes: Vec<u8>,
    /// What the journal is told before the reply is sent.
    pub(super) note: Option<Note>,
    pub(super) then: Then,
}

impl Reply {
    /// A line, after which the dialog goes on.
    pub(super) fn line(text: &str) -> Self {
        Self { bytes: format!("{text}\r\n").into_bytes(), note: None, then: Then::Read }
    }

    /// The same reply with something for the journal.
    pub(super) fn noted(self, note: Note) -> Self {
        Self { note: Some(note), ..self }
    }

    /// The same reply to a command line that carries no secret.
    pub(super) fn to(self, line: &str) -> Self {
        self.noted(Note::Command(line.escape_debug().to_string()))
    }

    /// The same reply with another continuation.
    pub(super) fn then(self, then: Then) -> Self {
        Self { then, ..self }
    }
}

/// What follows a reply.
#[derive(Clone, Copy, Debug)]
pub(super) enum Then {
    Read,
    StartTls,
    /// The client said LOGOUT or QUIT.
    Farewell,
    /// The server has had enough.
    Close,
    /// These bytes again and again.
    Flood(&'static [u8]),
}

/// What the journal is told.
#[derive(Debug)]
pub(super) enum Note {
    Command(String),
    LogIn(LogInNote),
}

/// How a client broke the rules of the wire.
#[derive(Clone, Copy, Debug)]
pub(super) enum Complaint {
    /// A line is too long.
    TooLong,
    /// A line ends with LF alone, or has a CR or NUL within.
    LineEnd,
    /// Something was sent before the reply to what came before it, which was to be waited for.
    Hasty,
    /// There were too many commands that made no sense.
    Senseless,
}

impl Complaint {
    /// What the journal says.
    pub(super) fn note(self) -> Note {
        let words = match self {
            Self::TooLong => "(a line too long)",
            Self::LineEnd => "(a line that does not end with CRLF)",
            Self::Hasty => "(bytes sent too early)",
            Self::Senseless => "(too many senseless commands)",
        };
        Note::Command(words.to_owned())
    }

    /// What the client is told.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::TooLong => "Line too long",
            Self::LineEnd => "Lines end with CRLF",
            Self::Hasty => "Synchronization error: wait for my reply",
            Self::Senseless => "Too many invalid commands",
        }
    }
}
