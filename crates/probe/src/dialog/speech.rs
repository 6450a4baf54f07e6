//! What the three protocols have in common: commands, and what a line means to the dialog.

use mailscout_schema::settings::Protocol;

use super::{
    End, Heard, Phase, Spoken, imap::Imap, log_in::Answer, pop3, pop3::Pop3, smtp, smtp::Smtp,
};
use crate::login::Idiom;

/// All that is ever asked of a server besides a log-in, each in its protocol's words.
#[derive(Clone, Copy, Debug)]
pub(super) enum Command {
    /// `CAPABILITY`, `CAPA`, `EHLO`; `HELO` for a server that does not know `EHLO`.
    Capabilities,
    /// `STARTTLS`, `STLS`.
    StartTls,
    /// `LOGOUT`, `QUIT`.
    Farewell,
}

/// What one line of a server means.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// The reply goes on.
    More,
    /// The reply goes on after this many bytes that are no lines.
    Literal(usize),
    /// What was waited for has come.
    Next,
    /// The server does not know how it was asked; there is an older way.
    AskAgain,
    /// The log-in goes on: the server asks.
    Challenge(String),
    /// The server's last word on a command of the log-in.
    Answer(Answer),
    /// The dialog is over.
    End(End),
}

/// One protocol at work.
#[derive(Debug)]
pub(super) enum Speech {
    Imap(Imap),
    Pop3(Pop3),
    Smtp(Smtp),
}

impl Speech {
    pub(super) fn protocol(&self) -> Protocol {
        match self {
            Self::Imap(_) => Protocol::Imap,
            Self::Pop3(_) => Protocol::Pop3,
            Self::Smtp(_) => Protocol::Smtp,
        }
    }

    /// Whether this is the protocol that was recognised.
    pub(super) fn is(&self, spoken: Spoken) -> bool {
        matches!(
            (self, spoken),
            (Self::Imap(_), Spoken::Imap)
                | (Self::Pop3(_), Spoken::Pop3)
                | (Self::Smtp(_), Spoken::Smtp)
        )
    }

    /// The bytes of a command, whose answer is the next to come.
    pub(super) fn command(&mut self, command: Command) -> String {
        match self {
            Self::Imap(imap) => imap.command(command),
            Self::Pop3(pop3) => pop3.command(command),
            Self::Smtp(smtp) => smtp.command(command),
        }
    }

    /// Begins a log-in, whose answers are the next to come, and says how it is worded.
    pub(super) fn begin_log_in(&mut self, heard: &Heard) -> Idiom {
        match self {
            Self::Imap(imap) => imap.begin_log_in(heard),
            Self::Pop3(_) => pop3::idiom(),
            Self::Smtp(_) => smtp::idiom(),
        }
    }

    /// Takes one line of the answer.
    pub(super) fn take(&mut self, line: &str, phase: Phase, heard: &mut Heard) -> Verdict {
        match self {
            Self::Imap(imap) => imap.take(line, phase, heard),
            Self::Pop3(pop3) => pop3.take(line, phase, heard),
            Self::Smtp(smtp) => smtp.take(line, phase, heard),
        }
    }

    /// Whether the upgrade may be tried where no list of capabilities says that it exists.
    ///
    /// `CAPA` is younger than POP3, and RFC 2595 does not make `STLS` depend on it. IMAP has its
    /// list since ever, and SMTP without `EHLO` has no extensions.
    pub(super) fn may_upgrade_unasked(&self) -> bool {
        matches!(self, Self::Pop3(_))
    }
}
