//! The report of one search, put on the clock: what was found, how sure that is, and until when it
//! holds.

use std::time::SystemTime;

use mailscout_discover::{Conclusion, Found, SearchReport, TrustWord};
use mailscout_probe::prober::{
    self, FoundServer, GuessReport, Proof, Refusal, TimedMeeting, Verdict,
};
use mailscout_schema::{
    address::EmailAddress,
    notice::Notice,
    settings::{AccountSettings, Protocol, Security, Server, Service},
};

/// What a search found, how sure that is, and every question that was asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The search for documents; nothing was asked where none was made.
    pub search: SearchReport,
    /// The guess, where one was made.
    pub guess: Option<GuessReport>,
    /// The check of the servers that a document names, where one was made.
    pub check: Option<GuessReport>,
    /// When it started.
    pub started: SystemTime,
    /// What the guess found, as settings.
    guessed: Option<AccountSettings>,
}

impl Report {
    pub(crate) fn new(
        mut search: SearchReport,
        guess: Option<GuessReport>,
        check: Option<GuessReport>,
        started: SystemTime,
        prefer: Option<Protocol>,
    ) -> Self {
        search.notices.extend(search.found.as_ref().and_then(|found| expired(found, started)));
        let guessed = guess.as_ref().and_then(|guess| settings_of(guess, prefer));
        let mut report = Self { search, guess, check, started, guessed };
        if report.is_proved()
            && let Some(found) = &mut report.search.found
        {
            found.trust = found.trust.proved(found.is_provable);
        }
        report
    }

    /// Whether every server of first choice was met and is what it should be.
    fn is_proved(&self) -> bool {
        let mut first = self.incoming().first().into_iter().chain(self.outgoing().first());
        let is_met = |server: &Server| {
            self.evidence(server).is_some_and(|evidence| {
                matches!(evidence.state, Verified::LoggedIn(_) | Verified::Connected)
            })
        };
        self.check.is_some() && first.all(is_met)
    }

    /// The address that was asked for.
    pub fn address(&self) -> &EmailAddress {
        &self.search.address
    }

    /// How it ended, taken together: what the guess found counts, and what a person could still
    /// allow counts where nothing was found.
    pub fn conclusion(&self) -> Conclusion {
        let search = self.search.conclusion;
        let Some(guess) = &self.guess else {
            return search;
        };
        match (search, guess.conclusion) {
            (Conclusion::Found, _) | (_, prober::Conclusion::Found) => Conclusion::Found,
            (Conclusion::NeedsConsent, _) | (_, prober::Conclusion::NeedsConsent) => {
                Conclusion::NeedsConsent
            }
            (Conclusion::NeedsLogin, _) => Conclusion::NeedsLogin,
            (Conclusion::Failed, prober::Conclusion::Failed) => Conclusion::Failed,
            (_, prober::Conclusion::Failed) if self.search.attempts.is_empty() => {
                Conclusion::Failed
            }
            _ => Conclusion::NotFound,
        }
    }

    /// The settings of a document and where they came from, when there are any.
    pub fn found(&self) -> Option<&Found> {
        self.search.found.as_ref()
    }

    /// The settings, when there are any: of a document, or of the guess.
    pub fn settings(&self) -> Option<&AccountSettings> {
        self.found().map(|found| &found.settings).or(self.guessed.as_ref())
    }

    /// How far the settings can be trusted, when there are any.
    pub fn trust(&self) -> Option<TrustWord> {
        match (self.found(), &self.guessed) {
            (Some(found), _) => Some(found.trust.word()),
            (None, Some(guessed)) => Some(TrustWord::of_guess(guessed.first_choice_is_plain())),
            (None, None) => None,
        }
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

    /// Remarks on the search, on the document and on the servers.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        let probes = self.guess.iter().chain(&self.check);
        self.search.notices.iter().chain(probes.flat_map(|probe| &probe.notices))
    }

    /// What is known of a server from having met it; `None` where it was not met.
    pub fn evidence(&self, server: &Server) -> Option<Evidence<'_>> {
        let probe = match &self.check {
            Some(check) => check,
            None if self.found().is_none() => self.guess.as_ref()?,
            None => return None,
        };
        Evidence::of(probe, server)
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
    /// nothing proves them, a server of first choice is without encryption or was met and is not
    /// what it should be, a log-in was not accepted, or half of them is missing.
    pub fn needs_a_person(&self) -> bool {
        let first = self.incoming().first().into_iter().chain(self.outgoing().first());
        let is_doubtful =
            |server: &Server| self.evidence(server).is_some_and(|evidence| evidence.state.is_bad());
        let is_half = self.found().is_none()
            && self.settings().is_some()
            && self.guess.as_ref().is_some_and(|guess| {
                let halves = [prober::NO_INCOMING, prober::NO_OUTGOING];
                !guess.consent_needed.is_empty()
                    || guess.notices.iter().any(|notice| halves.contains(&notice.code))
            });
        self.trust() == Some(TrustWord::Unauthenticated)
            || first.into_iter().any(is_doubtful)
            || is_half
    }
}

/// What is known of a server from having met it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Evidence<'a> {
    /// What it comes to.
    pub state: Verified<'a>,
    /// The conversations with its port.
    pub met: &'a [TimedMeeting],
}

/// What meeting a server came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Verified<'a> {
    /// The user was logged in.
    LoggedIn(Proof),
    /// It answered as such a server does; where encrypted, with a good certificate.
    Connected,
    /// It answered, and the log-in is in doubt.
    Doubtful(prober::Doubt),
    /// It is not what it should be, for this reason.
    Failed(&'a Refusal),
    /// It was not met; why.
    NotTried(prober::NotTried),
}

impl Verified<'_> {
    /// The stable word, as JSON has it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::LoggedIn(_) => "login",
            Self::Connected => "connection",
            Self::Doubtful(_) => "login-failed",
            Self::Failed(_) => "failed",
            Self::NotTried(_) => "no",
        }
    }

    fn is_bad(&self) -> bool {
        matches!(self, Self::Doubtful(_) | Self::Failed(_))
    }
}

impl<'a> Evidence<'a> {
    fn of(probe: &'a GuessReport, server: &Server) -> Option<Self> {
        let is_it = |row: &mailscout_probe::guess::Row| {
            (row.protocol, &row.host, Some(row.port), row.security)
                == (server.protocol, &server.host, server.port, server.security)
        };
        let proved = probe.found.iter().find(|found| is_it(&found.row));
        let rows = || probe.rows.iter().filter(|(row, _)| is_it(row)).map(|(_, verdict)| verdict);
        let state = match proved.map(|found| found.proof) {
            Some(proof @ Proof::LoggedIn(_)) => Verified::LoggedIn(proof),
            Some(Proof::Answered) => Verified::Connected,
            Some(Proof::Doubtful(doubt)) => Verified::Doubtful(doubt),
            Some(_) | None => rows().map(state_of).min_by_key(rank)?,
        };
        let port = probe.ports.iter().find(|port| {
            (port.protocol, &port.host, Some(port.port))
                == (server.protocol, &server.host, server.port)
        });
        Some(Self { state, met: port.map_or(&[], |port| &port.met) })
    }
}

fn state_of(verdict: &Verdict) -> Verified<'_> {
    match verdict {
        Verdict::Unproved(doubt) => Verified::Doubtful(*doubt),
        Verdict::Refused(refusal) => Verified::Failed(refusal),
        Verdict::NotTried(why) => Verified::NotTried(*why),
        _ => Verified::Connected,
    }
}

/// The best of several rows of one server is what the server comes to.
fn rank(state: &Verified<'_>) -> u8 {
    match state {
        Verified::LoggedIn(_) => 0,
        Verified::Connected => 1,
        Verified::Doubtful(_) => 2,
        Verified::NotTried(_) => 3,
        Verified::Failed(_) => 4,
    }
}

/// The notice that settings are past their last day.
fn expired(found: &Found, started: SystemTime) -> Option<Notice> {
    let fetched = started + found.at;
    let servers = found.settings.incoming.iter().chain(&found.settings.outgoing);
    let mut days = servers.filter_map(|server| server.lifetime.last_day);
    let day = days.find(|day| day.end().is_some_and(|end| end <= fetched))?;
    let (year, month, day) = day.parts();
    let text = format!(
        "the settings were meant to be used until {year}-{month:02}-{day:02}; ask the provider for new ones"
    );
    Some(Notice::new("expired", text))
}

/// What a guess found, as settings.
fn settings_of(guess: &GuessReport, prefer: Option<Protocol>) -> Option<AccountSettings> {
    let mut settings = AccountSettings::default();
    for FoundServer { server, .. } in &guess.found {
        match server.protocol {
            Protocol::Smtp => settings.outgoing.push(server.clone()),
            _ => settings.incoming.push(server.clone()),
        }
    }
    if let Some(protocol) = prefer {
        settings.prefer(protocol);
    }
    // An encrypted server is a better first choice than one without.
    settings.incoming.sort_by_key(|server| server.security == Security::Plain);
    (!guess.found.is_empty()).then_some(settings)
}
