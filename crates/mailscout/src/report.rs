//! The report of one search, put on the clock: what was found, and until when it holds.

use std::time::SystemTime;

use mailscout_discover::{Found, SearchReport, TrustWord};
use mailscout_schema::{
    notice::Notice,
    settings::{AccountSettings, Server, Service},
};

/// What a search found, how sure that is, and every question that was asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The search itself.
    pub search: SearchReport,
    /// When it started.
    pub started: SystemTime,
}

impl Report {
    pub(crate) fn new(mut search: SearchReport, started: SystemTime) -> Self {
        let over = search.found.as_ref().and_then(|found| {
            let fetched = started + found.at;
            let servers = found.settings.incoming.iter().chain(&found.settings.outgoing);
            let mut days = servers.filter_map(|server| server.lifetime.last_day);
            days.find(|day| day.end().is_some_and(|end| end <= fetched))
        });
        if let Some(day) = over {
            let (year, month, day) = day.parts();
            let text = format!(
                "the settings were meant to be used until {year}-{month:02}-{day:02}; ask the provider for new ones"
            );
            search.notices.push(Notice::new("expired", text));
        }
        Self { search, started }
    }

    /// The settings and where they came from, when there are any.
    pub fn found(&self) -> Option<&Found> {
        self.search.found.as_ref()
    }

    /// The settings, when there are any.
    pub fn settings(&self) -> Option<&AccountSettings> {
        self.found().map(|found| &found.settings)
    }

    /// Where mail is read, the first choice first.
    pub fn incoming(&self) -> &[Server] {
        self.settings().map_or(&[], |settings| &settings.incoming)
    }

    /// Where mail is sent, the first choice first.
    pub fn outgoing(&self) -> &[Server] {
        self.settings().map_or(&[], |settings| &settings.outgoing)
    }

    /// What else the account has.
    pub fn services(&self) -> &[Service] {
        self.settings().map_or(&[], |settings| &settings.services)
    }

    /// When a server's settings should be asked for again; `None`: as long as they work.
    pub fn valid_until(&self, server: &Server) -> Option<SystemTime> {
        let fetched = self.started + self.found()?.at;
        server.lifetime.valid_until(fetched)
    }

    /// When the settings as a whole should be asked for again: the earliest end of any server.
    pub fn all_valid_until(&self) -> Option<SystemTime> {
        let servers = self.incoming().iter().chain(self.outgoing());
        servers.filter_map(|server| self.valid_until(server)).min()
    }

    /// Whether settings were found that a client should not take without a word to its user:
    /// nothing proves them, or a server of first choice is without encryption.
    pub fn is_unsafe(&self) -> bool {
        self.found().is_some_and(|found| found.trust.word() == TrustWord::Unauthenticated)
    }
}
