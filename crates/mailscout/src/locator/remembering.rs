//! The locator and its cache: what is remembered before a search, and kept after it.

use std::time::SystemTime;

use mailscout_discover::{ConsentState, Hop};
use mailscout_net::directory::Bind;
use mailscout_schema::{address::EmailAddress, notice::Notice, settings::Security};

use super::Locator;
use crate::{
    cache::{self, CACHE_UNWRITABLE, Cache, CacheError, Entry, Freshness, Recalled},
    report::Report,
};

impl Locator {
    /// Keeps what searches come to in this cache, and answers from it where `freshness` says so.
    /// Default: no cache.
    ///
    /// Where all sources are to be compared, they are asked whatever is remembered.
    ///
    /// A remembered answer stands in the place of the search for documents and of the guess: nobody is
    /// asked. [`Tasks::verify`](super::Tasks::verify) meets the remembered servers all the same. A
    /// cache that cannot be read or written changes nothing but the report's notices, by the codes
    /// [`CACHE_UNREADABLE`](crate::cache::CACHE_UNREADABLE) and [`CACHE_UNWRITABLE`].
    #[must_use]
    pub fn with_cache(mut self, cache: Cache, freshness: Freshness) -> Self {
        self.cache = Some((cache, freshness));
        self
    }

    /// What is remembered of an address, and what is to be said of the cache.
    pub(super) async fn remember(
        &self,
        address: &EmailAddress,
        now: SystemTime,
    ) -> (Option<Recalled>, Option<Notice>) {
        let cache = self.cache.as_ref().filter(|_| !self.options.all);
        let Some((cache, Freshness::Remembered)) = cache else {
            return (None, None);
        };
        let (cache, address, question) = (cache.clone(), address.clone(), self.question());
        let found = tokio::task::spawn_blocking(move || cache.find(&address, &question, now)).await;
        let (entry, notice) = found.unwrap_or_default();
        (entry.map(cache::recall), notice)
    }

    /// Keeps what a search came to, if there is a cache and it is worth it.
    pub(super) async fn keep(&self, report: &mut Report, now: SystemTime) {
        let Some((cache, _)) = &self.cache else {
            return;
        };
        if !self.stands(report) {
            return;
        }
        let Some(entry) = cache::entry_of(report, &self.question()) else {
            return;
        };
        let cache = cache.clone();
        let kept = tokio::task::spawn_blocking(move || keep(&cache, entry, now)).await;
        if let Ok(Some(notice)) = kept {
            let notices = &mut report.search.notices;
            notices.retain(|known| known.code != notice.code);
            notices.push(notice);
        }
    }

    /// Whether a report would be the same for whoever is not asked: a yes is given once, and the next
    /// question is put again.
    fn stands(&self, report: &Report) -> bool {
        let is_listed = |hop: &Hop| {
            let host = match hop.to.split_once("://") {
                Some((_, rest)) => rest.split(['/', ':', '?']).next().unwrap_or_default(),
                None => hop.to.rsplit('@').next().unwrap_or_default(),
            };
            self.options.allow_redirect.iter().any(|pattern| pattern.matches(host))
        };
        let hops = report.search.taken().flat_map(|found| &found.hops);
        let mut given = hops.filter(|hop| hop.consent == ConsentState::Given);
        let has_plain_guess = report.guess.as_ref().is_some_and(|guess| {
            guess.found.iter().any(|found| found.server.security == Security::Plain)
        });
        given.all(is_listed) && (!has_plain_guess || self.probing.allow_unencrypted)
    }

    fn question(&self) -> String {
        let question =
            cache::question(&self.search_options(), &self.probing, self.tasks, self.has_own_table);
        match &self.bind {
            // Who reads a directory sees what others do not.
            Bind::Simple { name, .. } => format!("{question} reader={}", name.escape_default()),
            _ => question,
        }
    }
}

fn keep(cache: &Cache, entry: Entry, now: SystemTime) -> Option<Notice> {
    cache.keep(entry, now).unwrap_or_else(|error| Some(unwritable(&error)))
}

fn unwritable(error: &CacheError) -> Notice {
    let causes =
        std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let text: Vec<String> = causes.map(ToString::to_string).collect();
    Notice::new(CACHE_UNWRITABLE, format!("nothing was kept: {}", text.join(": ")))
}
