//! An entry in the place of a search.

use std::time::SystemTime;

use mailscout_discover::{Conclusion, SearchReport};
use mailscout_probe::guess::Profile;
use mailscout_schema::settings::AccountSettings;

use super::entry::{Answer, Entry};

/// That a report was not searched for but remembered, and since when.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Remembered {
    /// When the answer was found.
    pub found: SystemTime,
    /// Until when it is taken from the cache; `None`: for good.
    pub until: Option<SystemTime>,
    /// The table that the settings were guessed by, where they were.
    pub profile: Option<Profile>,
}

/// What an entry says, as a search would.
#[derive(Debug)]
pub(crate) struct Recalled {
    pub(crate) search: SearchReport,
    pub(crate) guessed: Option<AccountSettings>,
    pub(crate) remembered: Remembered,
}

/// Makes an entry a search that asked nobody.
pub(crate) fn recall(entry: Entry) -> Recalled {
    let mut search = SearchReport::not_made(entry.address);
    search.notices = entry.notices;
    let mut remembered = Remembered { found: entry.found, until: entry.until, profile: None };
    let mut guessed = None;
    match entry.answer {
        Some(Answer::Document(found)) => {
            search.conclusion = Conclusion::Found;
            search.found = Some(*found);
        }
        Some(Answer::Guess { settings, profile }) => {
            (guessed, remembered.profile) = (Some(*settings), Some(profile));
        }
        None => {}
    }
    Recalled { search, guessed, remembered }
}
