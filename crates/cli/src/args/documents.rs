//! What is decided about documents: which mechanisms, in which order, and where they may lead.

use std::{path::PathBuf, str::FromStr};

use clap::ValueEnum;
use mailscout::{discover::mechanism::Mechanism, schema::settings::Protocol};

use crate::config::OrderWord;

#[derive(Debug, clap::Args)]
pub(crate) struct DocumentArgs {
    /// Whether mechanisms wait for each other [default: hedged]
    #[arg(long, value_enum)]
    pub(crate) strategy: Option<StrategyArg>,
    /// The order of the mechanisms [default: standard]; `outlook` implies `--strategy sequential`,
    /// `--profile outlook2010` and Outlook's default user name, the part before the @
    #[arg(long, value_enum)]
    pub(crate) order: Option<OrderWord>,
    /// Ask these mechanisms only: scp, autodiscover-https-root, autodiscover-https-host, pacc,
    /// autoconfig-https-host, autoconfig-well-known, local-xml, http-redirect, srv-redirect,
    /// provider, ispdb, srv-services, autoconfig-mx, ispdb-mx, provider-mx, autoconfig-http,
    /// mailconf-txt, exchange-server, guess; or one that is asked only when it is named:
    /// autodiscover-soap, autodiscover-mobilesync, autodiscover-v2
    #[arg(long, value_name = "MECHANISM", value_delimiter = ',', value_parser = mechanism)]
    pub(crate) only: Vec<MechanismWord>,
    /// Take servers of these protocols only (imap, pop3, smtp), and go on until there is one of each
    #[arg(long, value_name = "PROTOCOL", value_delimiter = ',', value_parser = super::values::protocol)]
    pub(crate) want: Vec<Protocol>,
    /// Ask every source although settings were found, and name the differences
    #[arg(long)]
    pub(crate) all: bool,
    /// Do not ask these mechanisms
    #[arg(long, value_name = "MECHANISM", value_delimiter = ',', value_parser = mechanism)]
    pub(crate) skip: Vec<MechanismWord>,
    /// Use this file with an Autodiscover answer for a domain (`%VAR%` is expanded)
    #[arg(long, value_name = "DOMAIN=PATH")]
    pub(crate) local_xml: Vec<String>,
    /// Ask Mozilla's database of providers at this https URL, to which the domain is appended
    /// [default: its own; in the lab: not at all]
    #[arg(long, value_name = "URL", conflicts_with_all = ["ispdb_dir", "no_third_party"])]
    pub(crate) ispdb_url: Option<String>,
    /// Look into this folder instead of asking Mozilla's database: its files are DOMAIN.xml
    #[arg(long, value_name = "DIR", conflicts_with = "no_third_party")]
    pub(crate) ispdb_dir: Option<PathBuf>,
    /// Ask nobody but the domain and whom it names: no database of Mozilla's
    #[arg(long)]
    pub(crate) no_third_party: bool,
    /// Allow redirects to this site without a question: a host, `*.example.com`, or `any`. A host that
    /// is named so also gets your login, where it wants one; `any` names nobody
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_redirect: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum StrategyArg {
    /// One mechanism after the other; nothing is asked after a success
    Sequential,
    /// The next mechanism begins when those before it have ended, or have had a moment
    Hedged,
    /// All mechanisms at once
    Eager,
}

/// A word of `--only` and `--skip`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum MechanismWord {
    /// A way in which a domain can publish settings.
    Document(Mechanism),
    /// The guess, which needs no document.
    Guess,
}

impl MechanismWord {
    /// The mechanism, where it is one of documents.
    pub(crate) fn document(self) -> Option<Mechanism> {
        match self {
            Self::Document(mechanism) => Some(mechanism),
            Self::Guess => None,
        }
    }
}

fn mechanism(text: &str) -> Result<MechanismWord, String> {
    if text == GUESS {
        return Ok(MechanismWord::Guess);
    }
    Mechanism::from_str(text).map(MechanismWord::Document).map_err(|error| {
        let ids: Vec<_> = Mechanism::all().map(Mechanism::as_str).chain([GUESS]).collect();
        format!("{error}; there are {}", ids.join(", "))
    })
}

/// The word for the guess.
const GUESS: &str = "guess";
