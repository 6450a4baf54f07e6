//! How a dialog ends, and the words for where and why.

use core::fmt;

use super::smtp;

/// How a dialog ended.
///
/// The enum is closed: whoever judges a server must have an answer to each of these.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "every end must be judged")]
pub enum End {
    /// Everything was asked and answered, under the protection that was wanted.
    Complete,
    /// An upgrade to TLS was wanted, and the server has none.
    StartTlsMissing,
    /// The server offered the upgrade and then refused it.
    StartTlsRefused {
        /// Whether it said that this may pass.
        temporary: bool,
    },
    /// The caller's handshake failed.
    TlsFailed,
    /// Bytes in clear text stood where TLS had to begin: somebody put them there, or the server
    /// is broken in a way that lets anybody put them there.
    Injected,
    /// The server took the client for logged in before there was TLS.
    PreauthInClear,
    /// An IMAP server took leave instead of answering.
    Bye(Phase),
    /// The server speaks the protocol and serves nobody, or not this client.
    Refused {
        /// Whether it said that this may pass.
        temporary: bool,
    },
    /// The greeting is of something else.
    NotThisProtocol(Spoken),
    /// The server said more than anybody has to listen to.
    OverLimit(Limit),
    /// The server closed the connection.
    Closed(Phase),
    /// The caller's time was up.
    TimedOut(Phase),
    /// The answer was none.
    Malformed(Phase),
}

impl End {
    /// Whether the server is still listening to a farewell, on a connection that can be believed.
    pub(super) fn permits_farewell(self) -> bool {
        match self {
            Self::Complete
            | Self::StartTlsMissing
            | Self::StartTlsRefused { .. }
            | Self::Refused { .. } => true,
            Self::TlsFailed
            | Self::Injected
            | Self::PreauthInClear
            | Self::Bye(_)
            | Self::NotThisProtocol(_)
            | Self::OverLimit(_)
            | Self::Closed(_)
            | Self::TimedOut(_)
            | Self::Malformed(_) => false,
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lasting = |temporary: bool| if temporary { "for now" } else { "for good" };
        match self {
            Self::Complete => f.write_str("complete"),
            Self::StartTlsMissing => f.write_str("no upgrade to TLS is offered"),
            Self::StartTlsRefused { temporary } => {
                write!(f, "the upgrade to TLS was refused {}", lasting(*temporary))
            }
            Self::TlsFailed => f.write_str("the TLS handshake failed"),
            Self::Injected => {
                f.write_str("injection: bytes in clear text stood where TLS had to begin")
            }
            Self::PreauthInClear => f.write_str("logged in by the server before TLS"),
            Self::Bye(phase) => write!(f, "the server said goodbye {phase}"),
            Self::Refused { temporary } => {
                write!(f, "the server refused to serve {}", lasting(*temporary))
            }
            Self::NotThisProtocol(spoken) => write!(f, "the server speaks {spoken}"),
            Self::OverLimit(limit) => write!(f, "too much was said: {limit}"),
            Self::Closed(phase) => write!(f, "the server closed the connection {phase}"),
            Self::TimedOut(phase) => write!(f, "the time was up {phase}"),
            Self::Malformed(phase) => write!(f, "an answer that makes no sense {phase}"),
        }
    }
}

/// What a dialog waits for.
///
/// Whether that is inside TLS is told by [`Facts::inside_tls`](super::Facts::inside_tls).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Phase {
    /// The server's first words.
    Greeting,
    /// The answer to `CAPABILITY`, `CAPA`, `EHLO` or `HELO`.
    Capabilities,
    /// The answer to `STARTTLS` or `STLS`.
    StartTls,
    /// The caller's handshake.
    Handshake,
    /// The answer to a step of the log-in.
    LogIn,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "at the greeting",
            Self::Capabilities => "at the capabilities",
            Self::StartTls => "at the upgrade to TLS",
            Self::Handshake => "at the TLS handshake",
            Self::LogIn => "at the log-in",
        })
    }
}

/// What a greeting was recognised as.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Spoken {
    /// `* …`
    Imap,
    /// `+OK …` or `-ERR …`
    Pop3,
    /// Three digits; FTP greets alike.
    Smtp,
    /// A TLS record, an alert or a handshake: the port wants TLS from the first byte.
    Tls,
    /// `HTTP/…`
    Http,
    /// `SSH-…`
    Ssh,
    /// Nothing that is known here.
    Unknown,
}

impl Spoken {
    /// Recognises a first line, or as much of one as there is.
    pub(super) fn of(line: &str) -> Self {
        let starts = |word: &str| {
            line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        if begins_with_tls(line.as_bytes()) {
            Self::Tls
        } else if starts("* ") {
            Self::Imap
        } else if starts("+OK") || starts("-ERR") {
            Self::Pop3
        } else if smtp::read_line(line).is_some() {
            Self::Smtp
        } else if starts("HTTP/") {
            Self::Http
        } else if starts("SSH-") {
            Self::Ssh
        } else {
            Self::Unknown
        }
    }
}

/// Whether bytes begin with a TLS record: its type (alert, handshake) and the major version that SSL 3
/// and every TLS have in common.
pub(super) fn begins_with_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [0x15 | 0x16, 0x03, ..])
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Imap => "IMAP",
            Self::Pop3 => "POP3",
            Self::Smtp => "SMTP",
            Self::Tls => "TLS from the first byte",
            Self::Http => "HTTP",
            Self::Ssh => "SSH",
            Self::Unknown => "an unknown protocol",
        })
    }
}

/// A bound on what a server may say.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Limit {
    /// [`MAX_LINE`](super::MAX_LINE) bytes in a line.
    Line,
    /// [`MAX_REPLY`](super::MAX_REPLY) bytes in a reply.
    Reply,
    /// [`MAX_LINES`](super::MAX_LINES) lines in a reply.
    Lines,
    /// [`MAX_WORDS`](super::MAX_WORDS) capabilities, or mechanisms.
    Words,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line => "bytes in a line",
            Self::Reply => "bytes in a reply",
            Self::Lines => "lines in a reply",
            Self::Words => "capabilities",
        })
    }
}
