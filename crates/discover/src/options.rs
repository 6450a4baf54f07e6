//! What the caller may decide about a search.

use core::time::Duration;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use mailscout_schema::{address::Domain, settings::Protocol};

use crate::{
    consent::SitePattern,
    directory::DirectoryOptions,
    known::Known,
    log_in::LogIn,
    mechanism::{Mechanism, Order},
};

/// How many redirects one search follows, of every kind together (`OL2010`: the eleventh fails).
pub const MAX_REDIRECTS: usize = 10;

/// What the caller decides about a search. The default is a careful search of everything.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The order of the mechanisms. Default: [`Order::Standard`].
    pub order: Order,
    /// Whether mechanisms wait for each other. Default: [`Strategy::Sequential`].
    pub strategy: Strategy,
    /// Only these mechanisms, in the order's order, behind them those that no order has; empty
    /// means all of the order. Default: empty.
    pub only: Vec<Mechanism>,
    /// Never these mechanisms. Default: empty.
    pub skip: Vec<Mechanism>,
    /// The protocol whose servers come first among the incoming ones; `None` keeps the
    /// provider's order. Default: `None`.
    pub prefer: Option<Protocol>,
    /// Only servers of these protocols, and the search goes on until there is one of each; empty
    /// takes the first settings, whatever they name. Default: empty.
    pub want: Vec<Protocol>,
    /// Whether every source is asked although settings were found, so that what they say can be
    /// compared. Default: no.
    pub all: bool,
    /// Files with an Autodiscover answer, by domain. Default: empty.
    pub local_xml: BTreeMap<Domain, PathBuf>,
    /// Whether such a file counts before every other source, as Outlook's policy `PreferLocalXML` has
    /// it. Default: no.
    pub prefer_local_xml: bool,
    /// Sites that a search may be redirected to, and take settings from, without a question.
    /// Default: empty.
    pub allow_redirect: Vec<SitePattern>,
    /// Whether every name must lead to a public address, not only redirects out of the domain.
    /// Default: off, so that servers of an own network are found; services should switch it on.
    pub public_only: bool,
    /// The table of known providers. Default: `None`; the facade brings its own.
    pub known: Option<Arc<dyn Known>>,
    /// Where Mozilla's database of providers is asked. Default: at its own address.
    pub ispdb: Ispdb,
    /// What servers that ask for a log-in may be answered with; the secret itself is the driver's.
    /// Default: `None`, nobody gets one.
    pub log_in: Option<LogIn>,
    /// The directory in which service connection points, and the user's Exchange server, are looked
    /// for. Default: `None`, none is.
    pub directory: Option<DirectoryOptions>,
    /// Bounds on time.
    pub deadlines: Deadlines,
    /// What picks among SRV records of one priority: the same number picks the same. Default:
    /// `None`, which the facade replaces by another number for each search, and the engine by 0.
    pub seed: Option<u64>,
    /// Sent as `User-Agent`; empty sends none. Default: empty; the facade sets its own.
    pub user_agent: String,
}

impl Options {
    /// The bound on the whole search: `deadlines.overall`, else the strategy's own.
    pub fn overall_deadline(&self) -> Duration {
        self.deadlines.overall.unwrap_or_else(|| self.strategy.overall_deadline())
    }

    /// The mechanisms to ask, in order.
    pub(crate) fn mechanisms(&self) -> Vec<Mechanism> {
        let wanted = |mechanism: &Mechanism| {
            let is_idle = mechanism.needs_directory() && self.directory.is_none();
            (!is_idle || self.only.contains(mechanism))
                && (self.only.is_empty() || self.only.contains(mechanism))
                && !self.skip.contains(mechanism)
        };
        let named = Mechanism::on_request().filter(|mechanism| self.only.contains(mechanism));
        let mut mechanisms: Vec<Mechanism> =
            self.order.mechanisms().into_iter().chain(named).filter(wanted).collect();
        if self.prefer_local_xml {
            mechanisms.sort_by_key(|mechanism| *mechanism != Mechanism::LocalXml);
        }
        mechanisms
    }
}

/// Where Mozilla's database of providers is asked.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Ispdb {
    /// At this https URL, to which the domain is appended.
    At(String),
    /// In this folder, whose files are called `DOMAIN.xml`: nobody is asked.
    Folder(PathBuf),
    /// Not at all.
    Off,
}

impl Default for Ispdb {
    fn default() -> Self {
        Self::At(ISPDB.to_owned())
    }
}

/// Mozilla's database.
const ISPDB: &str = "https://autoconfig.thunderbird.net/v1.1";

/// Whether mechanisms wait for each other.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Strategy {
    /// The documented behaviour: a mechanism starts when all before it have ended, and after a
    /// success nothing more is asked.
    #[default]
    Sequential,
    /// A mechanism starts when those before it have ended, or have had the line to themselves for a
    /// moment; what is published with the same trust by another source is taken when one that was
    /// waited for twice as long does not answer.
    Hedged,
    /// Every mechanism starts at once; the winner is the same, sooner, for more questions.
    Eager,
}

impl Strategy {
    /// The stable word, as `--strategy` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::Hedged => "hedged",
            Self::Eager => "eager",
        }
    }

    fn overall_deadline(self) -> Duration {
        match self {
            Self::Sequential => Duration::from_mins(1),
            Self::Hedged | Self::Eager => Duration::from_secs(15),
        }
    }
}

/// Bounds on time. Waiting for a person's consent counts against none of them.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Deadlines {
    /// One DNS question. Default: 5 s.
    pub dns: Duration,
    /// A TCP handshake. Default: 5 s.
    pub connect: Duration,
    /// A TLS handshake. Default: 5 s.
    pub tls: Duration,
    /// A whole HTTP exchange. Default: 10 s.
    pub exchange: Duration,
    /// How long settings wait for sources of higher rank that have not answered, under
    /// [`Strategy::Hedged`]; `None`: as long as they took themselves. Default: `None`.
    pub grace: Option<Duration>,
    /// The whole search; `None` takes the strategy's own (sequential: 60 s, else 15 s). Default: `None`.
    pub overall: Option<Duration>,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            dns: Duration::from_secs(5),
            connect: Duration::from_secs(5),
            tls: Duration::from_secs(5),
            exchange: Duration::from_secs(10),
            grace: None,
            overall: None,
        }
    }
}
