//! One kept result.

use std::time::{Duration, SystemTime};

use mailscout_discover::{Found, TrustWord};
use mailscout_probe::guess::Profile;
use mailscout_schema::{address::EmailAddress, notice::Notice, settings::AccountSettings};

/// What a search for one address came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The address that was asked for.
    pub address: EmailAddress,
    /// Everything else of the question that decides the answer: words separated by blanks, such as
    /// `order=standard tasks=documents,guess`. Only an equal text is the same question.
    pub question: String,
    /// When the answer came, in whole seconds.
    pub found: SystemTime,
    /// When it ends, in whole seconds; `None`: as long as it works.
    pub until: Option<SystemTime>,
    /// The settings; `None` where there were none.
    pub answer: Option<Answer>,
    /// Remarks of the search. A place in a document stands in the text.
    pub notices: Vec<Notice>,
}

/// Settings as they are kept.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// Of a document, a table or the DNS.
    Document(Box<Found>),
    /// Guessed, and proved by the servers.
    Guess {
        /// The settings.
        settings: Box<AccountSettings>,
        /// The table that was guessed by.
        profile: Profile,
    },
}

impl Entry {
    /// An answer to a question; times are cut to whole seconds.
    pub fn new(
        address: EmailAddress,
        question: impl Into<String>,
        found: SystemTime,
        until: Option<SystemTime>,
        answer: Option<Answer>,
    ) -> Self {
        let (found, until) = (whole(found), until.map(whole));
        Self { address, question: question.into(), found, until, answer, notices: Vec::new() }
    }

    /// Whether it counts at this time. One from the future never does: a clock was set, and nobody
    /// knows how old it is.
    pub fn holds_at(&self, now: SystemTime) -> bool {
        self.found <= now && self.until.is_none_or(|until| now < until)
    }

    /// Whether both answer one question.
    pub(super) fn answers_the_same_as(&self, other: &Self) -> bool {
        self.address == other.address && self.question == other.question
    }
}

impl Answer {
    /// The settings.
    pub fn settings(&self) -> &AccountSettings {
        match self {
            Self::Document(found) => &found.settings,
            Self::Guess { settings, .. } => settings,
        }
    }

    /// How far they could be trusted when they were found.
    pub fn trust(&self) -> TrustWord {
        match self {
            Self::Document(found) => found.trust.word(),
            Self::Guess { settings, .. } => TrustWord::of_guess(settings.first_choice_is_plain()),
        }
    }

    /// The mechanism that found them, as JSON has it; `guess` for a guess.
    pub fn mechanism(&self) -> &'static str {
        match self {
            Self::Document(found) => found.mechanism.as_str(),
            Self::Guess { .. } => GUESS,
        }
    }
}

/// The mechanism of servers that were found without a document.
pub(super) const GUESS: &str = "guess";

/// The last whole second.
fn whole(time: SystemTime) -> SystemTime {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs()),
        Err(_) => SystemTime::UNIX_EPOCH,
    }
}
