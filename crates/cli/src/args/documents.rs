//! What is decided about documents: which mechanisms, in which order, and where they may lead.

use std::str::FromStr;

use clap::ValueEnum;
use mailscout::discover::mechanism::Mechanism;

use crate::config::OrderWord;

#[derive(Debug, clap::Args)]
pub(crate) struct DocumentArgs {
    /// Whether mechanisms wait for each other [default: sequential]
    #[arg(long, value_enum)]
    pub(crate) strategy: Option<StrategyArg>,
    /// The order of the mechanisms [default: standard]; `outlook` implies `--strategy sequential`,
    /// `--profile outlook2010` and Outlook's default user name, the part before the @
    #[arg(long, value_enum)]
    pub(crate) order: Option<OrderWord>,
    /// Ask these mechanisms only: autodiscover-https-root, autodiscover-https-host, local-xml,
    /// http-redirect, srv-redirect, guess
    #[arg(long, value_name = "MECHANISM", value_delimiter = ',', value_parser = mechanism)]
    pub(crate) only: Vec<MechanismWord>,
    /// Do not ask these mechanisms
    #[arg(long, value_name = "MECHANISM", value_delimiter = ',', value_parser = mechanism)]
    pub(crate) skip: Vec<MechanismWord>,
    /// Use this file with an Autodiscover answer for a domain (`%VAR%` is expanded)
    #[arg(long, value_name = "DOMAIN=PATH")]
    pub(crate) local_xml: Vec<String>,
    /// Allow redirects to this site without a question: a host, `*.example.com`, or `any`
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_redirect: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum StrategyArg {
    /// One mechanism after the other; nothing is asked after a success
    Sequential,
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
