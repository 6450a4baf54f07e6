//! What searches came to, kept for the next one: settings until their end, absence for a moment.
//!
//! A [`Cache`] is a file or lives in memory. [`Locator::with_cache`](crate::Locator::with_cache)
//! writes to it, and reads it where [`Freshness::Remembered`] says so. No clock here: every function
//! that needs the time is given it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use mailscout_schema::{
    address::{Domain, EmailAddress},
    notice::Notice,
};

mod codes;
mod entry;
mod error;
mod file;
mod keeping;
mod question;
mod recalling;
mod row;
#[cfg(test)]
mod tests;

pub use entry::{Answer, Entry};
pub use error::CacheError;
pub use keeping::{NOT_FOUND_FOR, WITHOUT_A_WORD_FOR};
pub use recalling::Remembered;

pub(crate) use keeping::entry_of;
pub(crate) use question::question;
pub(crate) use recalling::{Recalled, recall};

/// Code of the notice that a cache could not be read, and counts as empty.
pub const CACHE_UNREADABLE: &str = "cache-unreadable";
/// Code of the notice that what a search came to could not be kept.
pub const CACHE_UNWRITABLE: &str = "cache-unwritable";

/// How many entries are kept at most; those that were found first go first.
pub const MAX_ENTRIES: usize = 1000;

/// Results of searches by address and by what was asked. Cheap to clone; all clones are one cache.
///
/// An entry answers the same question only: the same address (its domain without regard to case, the
/// part before the @ exactly) under the same options, as far as they decide the answer. The network
/// and an embedder's own table of providers are no part of it: one cache is for one of each.
///
/// What is kept, and for how long:
///
/// | result | kept |
/// |---|---|
/// | settings of an Autodiscover document | until the first end that it names for a server (`TTL`, `ExpirationDate`); for good where it says 0 |
/// | settings of any other source, or guessed | [a week](WITHOUT_A_WORD_FOR) |
/// | settings although a source of higher rank was silent, or a site was not allowed; settings by the DNS alone whose servers did not prove them | [five minutes](NOT_FOUND_FOR), or less |
/// | no settings: a server or the DNS said no | [five minutes](NOT_FOUND_FOR) |
/// | anything else: nobody answered, the time was up, consent or a log-in was needed, a guess found half of the servers or a doubtful log-in | not at all |
///
/// # Security
///
/// It holds addresses, user names and servers, never a password or token. A file is made for its
/// owner alone (mode 0600), and whoever can write it can answer for every source: the words for trust
/// in it are taken as they stand, except that servers of first choice without encryption are
/// `unauthenticated` whatever it says.
///
/// # Examples
///
/// ```no_run
/// use mailscout::{Locator, cache::{Cache, Freshness}};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let cache = Cache::at("/var/lib/ourclient/mailscout.json");
/// let locator = Locator::system()?.with_cache(cache, Freshness::Remembered);
/// let report = locator.locate(&"alice@contoso.example".parse()?).await?;
/// if let Some(remembered) = report.remembered {
///     println!("from the cache, found {:?}", remembered.found);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Cache {
    store: Store,
}

#[derive(Clone, Debug)]
enum Store {
    File(Arc<Path>),
    Memory(Arc<Mutex<Vec<Entry>>>),
}

/// Whether a search may be answered from the cache.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Freshness {
    /// Always search; what is found is kept for others.
    #[default]
    Searched,
    /// Take what was found before, as long as it holds; where there is nothing, search and keep it.
    Remembered,
}

/// Everything in a cache.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Listing {
    /// The entries, those that are past their end included until the next one is kept.
    pub entries: Vec<Entry>,
    /// Why it counts as empty, where it cannot be read.
    pub notice: Option<Notice>,
}

/// Which entries are meant.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Which {
    /// All of them.
    All,
    /// Those of this address.
    Address(EmailAddress),
    /// Those of all addresses in this domain, not in domains below it.
    Domain(Domain),
}

impl Which {
    fn matches(&self, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Address(address) => entry.address == *address,
            Self::Domain(domain) => entry.address.domain() == domain,
        }
    }
}

impl Cache {
    /// A cache in a file, which need not exist yet; nor need its folder. Several programs may use one
    /// at once: each reads it whole or not at all, and none loses another's entries.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { store: Store::File(path.into().into()) }
    }

    /// A cache that ends with the program.
    pub fn in_memory() -> Self {
        Self { store: Store::Memory(Arc::default()) }
    }

    /// Everything in it. What cannot be read is empty, with a notice of the code
    /// [`CACHE_UNREADABLE`] that says why.
    pub fn list(&self) -> Listing {
        match &self.store {
            Store::Memory(entries) => Listing { entries: locked(entries).clone(), notice: None },
            Store::File(path) => listing(path, file::read(path)),
        }
    }

    /// The entry that answers this question at this time, and a notice where the cache cannot be read.
    /// `question` is as [`Entry::question`] has it.
    pub fn find(
        &self,
        address: &EmailAddress,
        question: &str,
        now: SystemTime,
    ) -> (Option<Entry>, Option<Notice>) {
        let Listing { entries, notice } = match &self.store {
            Store::Memory(_) => self.list(),
            Store::File(path) => listing(path, file::read_some(path, address)),
        };
        let is_it = |entry: &Entry| {
            entry.address == *address && entry.question == question && entry.holds_at(now)
        };
        (entries.into_iter().find(is_it), notice)
    }

    /// Keeps an entry in place of any other for its question, drops those that are past their end,
    /// and the oldest where there are too many. What could not be read is replaced, which the notice
    /// says; the file is kept beside it, with `.unreadable` behind its name.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or another program has been writing it for seconds.
    pub fn keep(&self, entry: Entry, now: SystemTime) -> Result<Option<Notice>, CacheError> {
        let change = |entries: &mut Vec<Entry>| {
            entries.retain(|old| !old.answers_the_same_as(&entry) && old.holds_at(now));
            entries.push(entry);
            entries.sort_by_key(|entry| entry.found);
            entries.drain(..entries.len().saturating_sub(MAX_ENTRIES));
        };
        match &self.store {
            Store::Memory(entries) => {
                change(&mut locked(entries));
                Ok(None)
            }
            Store::File(path) => {
                let wrong = file::update(path, change)?;
                Ok(wrong.map(|why| unreadable(path, &why)))
            }
        }
    }

    /// Forgets entries, and says how many. With [`Which::All`] the file itself is removed, readable or
    /// not.
    ///
    /// # Errors
    ///
    /// The file cannot be written or removed, or another program has been writing it for seconds.
    pub fn clear(&self, which: &Which) -> Result<usize, CacheError> {
        let mut gone = 0;
        let mut change = |entries: &mut Vec<Entry>| {
            let before = entries.len();
            entries.retain(|entry| !which.matches(entry));
            gone = before - entries.len();
        };
        match (&self.store, which) {
            (Store::Memory(entries), _) => change(&mut locked(entries)),
            (Store::File(path), Which::All) => return file::remove(path),
            (Store::File(path), _) => {
                // Nothing is made where there is nothing.
                if file::exists(path) {
                    file::check(path)?;
                    file::update(path, change)?;
                }
            }
        }
        Ok(gone)
    }
}

fn locked(entries: &Mutex<Vec<Entry>>) -> std::sync::MutexGuard<'_, Vec<Entry>> {
    // Whoever panicked had not begun to change anything, or had ended.
    entries.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listing(path: &Path, read: Result<Vec<Entry>, String>) -> Listing {
    match read {
        Ok(entries) => Listing { entries, notice: None },
        Err(why) => Listing { entries: Vec::new(), notice: Some(unreadable(path, &why)) },
    }
}

fn unreadable(path: &Path, why: &str) -> Notice {
    let text = format!(
        "the cache `{}` cannot be read and counts as empty: {why}; it is replaced when something is kept, `mailscout cache clear` removes it",
        path.display()
    );
    Notice::new(CACHE_UNREADABLE, text)
}
