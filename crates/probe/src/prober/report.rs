//! What a guess found, and everything that was tried on the way.

use core::{fmt, net::IpAddr, time::Duration};

use mailscout_schema::{
    address::EmailAddress,
    notice::Notice,
    settings::{Protocol, Server},
};

use super::{
    request::Question,
    verdict::{Doubt, Refusal, Verdict},
};
use crate::{
    approach::Met,
    guess::{Profile, Row},
    login::{LogInVerdict, Mechanism},
};

/// The report of a guess: always whole, whatever happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GuessReport {
    /// The address that servers were looked for.
    pub address: EmailAddress,
    /// The table that was tried.
    pub profile: Profile,
    /// How it ended.
    pub conclusion: Conclusion,
    /// What was found, at most one server for each protocol: IMAP, POP3, SMTP.
    pub found: Vec<FoundServer>,
    /// The questions that were not answered with yes.
    pub consent_needed: Vec<Question>,
    /// Remarks.
    pub notices: Vec<Notice>,
    /// Every row of the table in its order, and what became of it.
    pub rows: Vec<(Row, Verdict)>,
    /// The look-ups of the names, in the order of the table; the last is of a name that nobody
    /// has, which shows a wildcard.
    pub lookups: Vec<LookedUp>,
    /// The ports that were met, in the order of the table.
    pub ports: Vec<MetPort>,
    /// The log-ins, in the order in which they were tried.
    pub log_ins: Vec<TriedLogIn>,
    /// Log-ins that were rejected, with those that the options had counted before.
    pub rejected: usize,
    /// How long the guess took.
    pub elapsed: Duration,
}

impl GuessReport {
    /// What was found for a protocol.
    pub fn server(&self, protocol: Protocol) -> Option<&FoundServer> {
        self.found.iter().find(|found| found.server.protocol == protocol)
    }

    /// Connections that were opened, those for log-ins apart.
    pub fn connections(&self, protocol: Protocol) -> usize {
        let of_protocol = self.ports.iter().filter(|port| port.protocol == protocol);
        of_protocol.map(|port| port.met.len()).sum()
    }
}

/// A server that was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FoundServer {
    /// The row of the table.
    pub row: Row,
    /// The same as settings.
    pub server: Server,
    /// What proves it.
    pub proof: Proof,
}

/// What proves a server that was guessed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Proof {
    /// The user was logged in.
    LoggedIn(Mechanism),
    /// It answered as such a server does; where encrypted, with a good certificate. No log-in was
    /// to be proved.
    Answered,
    /// It answered as such a server does; the log-in is in doubt.
    Doubtful(Doubt),
}

impl Proof {
    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LoggedIn(_) => "login",
            Self::Answered => "connection",
            Self::Doubtful(_) => "login-failed",
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoggedIn(mechanism) => write!(f, "logged in by {mechanism}"),
            Self::Answered => f.write_str("the server answered as it should; no log-in was tried"),
            Self::Doubtful(doubt) => doubt.fmt(f),
        }
    }
}

/// How a guess ended.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Conclusion {
    /// With a server to read mail from, or to send it to with a log-in.
    Found,
    /// Without one; servers without encryption are there, and were not allowed.
    NeedsConsent,
    /// Without one: somebody said no.
    NotFound,
    /// Without one: nothing outside answered at all.
    Failed,
}

impl Conclusion {
    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::NeedsConsent => "needs-consent",
            Self::NotFound => "not-found",
            Self::Failed => "failed",
        }
    }
}

/// A name that was looked up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LookedUp {
    /// The name.
    pub name: String,
    /// Its addresses that may be connected to, or why there are none; `None` where the answer was
    /// not waited for.
    pub answer: Option<Result<Vec<IpAddr>, Refusal>>,
    /// When it was asked, counted from the start.
    pub started: Duration,
    /// How long the answer took.
    pub elapsed: Duration,
}

/// A port that was met.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MetPort {
    /// What its server was expected to speak.
    pub protocol: Protocol,
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The conversations with it, one for each connection.
    pub met: Vec<TimedMeeting>,
    /// The conversation that was given up, because nobody needed it any more or the time was up.
    pub given_up: Option<GivenUp>,
}

/// When a conversation was given up.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct GivenUp {
    /// When it began, counted from the start.
    pub started: Duration,
    /// How long it took until then.
    pub elapsed: Duration,
}

/// A conversation and its time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TimedMeeting {
    /// The conversation.
    pub met: Met,
    /// When it began, counted from the start.
    pub started: Duration,
    /// How long it took.
    pub elapsed: Duration,
}

/// A log-in that was tried.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TriedLogIn {
    /// The row it was tried for.
    pub row: Row,
    /// The mechanism.
    pub mechanism: Mechanism,
    /// How the server took it; `None` where that was not waited for.
    pub verdict: Option<LogInVerdict>,
    /// What the server said to it, or what broke.
    pub text: Option<String>,
    /// When it began, counted from the start.
    pub started: Duration,
    /// How long it took.
    pub elapsed: Duration,
}
