//! The report of one search, put on the clock: what was found, how sure that is, and until when it
//! holds.

use std::time::SystemTime;

use mailscout_discover::{Conclusion, Found, Options, SearchReport, TrustWord};
use mailscout_probe::prober::{
    self, FoundServer, GuessReport, Proof, Refusal, TimedMeeting, Verdict,
};
use mailscout_schema::{
    address::EmailAddress,
    notice::Notice,
    settings::{AccountSettings, AuthMethod, Instruction, Protocol, Security, Server, Service},
};

use crate::{cache::Remembered, oauth::Inquiry};

#[cfg(test)]
mod tests;

/// Code of the notice that settings are past their last day.
pub(crate) const EXPIRED: &str = "expired";

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
    /// What became of asking for the metadata of the OAuth issuer that the settings name, where that
    /// was to be asked and there are settings.
    pub oauth: Option<Inquiry>,
    /// When it started.
    pub started: SystemTime,
    /// Since when it has been known, where it comes from a cache and not from a search.
    pub remembered: Option<Remembered>,
    /// What the guess found, as settings.
    guessed: Option<AccountSettings>,
    /// What was taken of all sources together.
    settings: Option<AccountSettings>,
    /// The protocols that were wanted.
    want: Vec<Protocol>,
    /// Those of them that have no server.
    missing: Vec<Protocol>,
}

/// Where settings that were taken come from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Source<'a> {
    /// A document, a table or the DNS.
    Found(&'a Found),
    /// The guess.
    Guess,
}

/// Code of the notice that the domain says it does not offer a protocol.
pub const NOT_OFFERED: &str = "not-offered";

/// Code of the notice that wanted protocols have no server.
pub const WANTED_NOT_FOUND: &str = "wanted-not-found";

impl Report {
    pub(crate) fn new(
        mut search: SearchReport,
        (guess, check): (Option<GuessReport>, Option<GuessReport>),
        remembered: Option<(Remembered, Option<AccountSettings>)>,
        started: SystemTime,
        options: &Options,
    ) -> Self {
        let old: Vec<Notice> = search.taken().filter_map(|found| expired(found, started)).collect();
        search.notices.extend(old);
        let (remembered, recalled) = remembered.unzip();
        let guessed = guess.as_ref().and_then(|guess| settings_of(guess, options.prefer));
        let guessed = guessed.or(recalled.flatten());
        let parts = search.taken().map(|found| &found.settings).chain(&guessed);
        let mut settings = joined(parts, options.prefer);
        if let Some(settings) = &mut settings {
            let is_new = |service: &&Service| !settings.services.contains(service);
            let beside: Vec<Service> = search.beside.iter().filter(is_new).cloned().collect();
            settings.services.extend(beside);
        }
        let missing = settings.as_ref().map(|settings| missing(&options.want, settings));
        let missing = missing.unwrap_or_default();
        let is_lacking = settings.is_none() || !missing.is_empty() || guess.is_some();
        if is_lacking && !search.not_offered.is_empty() {
            let names: Vec<&str> =
                search.not_offered.iter().map(|protocol| protocol.as_str()).collect();
            let text = format!(
                "the domain's SRV records say that it does not offer {}: it is not guessed",
                names.join(", ")
            );
            search.notices.push(Notice::new(NOT_OFFERED, text));
        }
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(|protocol| protocol.as_str()).collect();
            let text = format!("no server was found for {}, which was wanted", names.join(", "));
            search.notices.push(Notice::new(WANTED_NOT_FOUND, text));
        }
        let mut report = Self {
            search,
            guess,
            check,
            oauth: None,
            started,
            remembered,
            guessed,
            settings,
            want: options.want.clone(),
            missing,
        };
        let proved: Vec<bool> =
            report.search.taken().map(|found| report.is_proved(&found.settings)).collect();
        let taken = report.search.found.iter_mut().chain(&mut report.search.joined);
        for (found, _) in taken.zip(proved).filter(|(_, is_proved)| *is_proved) {
            found.trust = found.trust.proved(found.is_provable);
        }
        report
    }

    /// Whether every server of first choice in these settings was met and is what it should be.
    fn is_proved(&self, settings: &AccountSettings) -> bool {
        let first = settings.first_choice(&self.want);
        let is_met = |server: &Server| {
            self.evidence(server).is_some_and(|evidence| {
                matches!(evidence.state, Verified::LoggedIn(_) | Verified::Connected)
            })
        };
        self.check.is_some() && first.into_iter().all(is_met)
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
            // What was guessed before needs no guess.
            return if self.guessed.is_some() { Conclusion::Found } else { search };
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

    /// The settings of a document and where they came from, when there are any. Where the search
    /// went on for more protocols, those of the source of the highest rank: [`sources`](Self::sources)
    /// has all.
    pub fn found(&self) -> Option<&Found> {
        self.search.found.as_ref()
    }

    /// The settings, when there are any: of a document, of the guess, or of several together.
    pub fn settings(&self) -> Option<&AccountSettings> {
        self.settings.as_ref()
    }

    /// Where the settings come from, the source of the highest rank first.
    pub fn sources(&self) -> Vec<Source<'_>> {
        let guess = self.guessed.as_ref().map(|_| Source::Guess);
        self.search.taken().map(Source::Found).chain(guess).collect()
    }

    /// Which of the [`sources`](Self::sources) names a server; 0 where none does.
    pub fn source_of(&self, server: &Server) -> usize {
        let parts = self.search.taken().map(|found| &found.settings).chain(&self.guessed);
        let names = |part: &AccountSettings| {
            part.incoming.contains(server) || part.outgoing.contains(server)
        };
        parts.map(names).position(|names_it| names_it).unwrap_or_default()
    }

    /// How far a source can be trusted.
    pub fn trust_of(&self, source: Source<'_>) -> TrustWord {
        match source {
            Source::Found(found) => found.trust.word(),
            Source::Guess => {
                let guessed = self.guessed.as_ref();
                TrustWord::of_guess(guessed.is_none_or(|guess| guess.is_plain_for(&self.want)))
            }
        }
    }

    /// How far the settings can be trusted, when there are any: as far as the weakest of the sources.
    pub fn trust(&self) -> Option<TrustWord> {
        self.sources().into_iter().map(|source| self.trust_of(source)).max()
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
        let oauth = self.oauth.iter().flat_map(|inquiry| &inquiry.notices);
        self.search.notices.iter().chain(probes.flat_map(|probe| &probe.notices)).chain(oauth)
    }

    /// What is known of a server from having met it; `None` where it was not met.
    pub fn evidence(&self, server: &Server) -> Option<Evidence<'_>> {
        let is_guessed = matches!(self.sources().get(self.source_of(server)), Some(Source::Guess));
        // What was guessed before, and remembered, can be checked like a document's.
        let guess = self.guess.as_ref().filter(|_| is_guessed);
        let probe = guess.or(self.check.as_ref());
        Evidence::of(probe?, server)
    }

    /// When a server's settings should be asked for again; `None`: as long as they work.
    pub fn valid_until(&self, server: &Server) -> Option<SystemTime> {
        let found = match self.sources().get(self.source_of(server))? {
            Source::Found(found) => *found,
            Source::Guess => return None,
        };
        let fetched = self.remembered.map_or(self.started + found.at, |known| known.found);
        server.lifetime.valid_until(fetched)
    }

    /// When the settings as a whole should be asked for again: the earliest end of any server.
    pub fn all_valid_until(&self) -> Option<SystemTime> {
        let servers = self.incoming().iter().chain(self.outgoing());
        servers.filter_map(|server| self.valid_until(server)).min()
    }

    /// Whether a protocol was wanted for which there is no server.
    pub(crate) fn is_lacking(&self) -> bool {
        !self.missing.is_empty()
    }

    /// Whether settings were found that a client should not take without a word to its user:
    /// nothing proves them, a server of first choice is without encryption or was met and is not
    /// what it should be, a log-in was not accepted, or half of them, or a wanted protocol, is
    /// missing.
    pub fn needs_a_person(&self) -> bool {
        let first = self.settings().map(|settings| settings.first_choice(&self.want));
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
            || first.unwrap_or_default().into_iter().any(is_doubtful)
            || is_half
            || self.is_lacking()
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
    Some(Notice::new(EXPIRED, text))
}

/// Settings of several sources as one, the first of which has the first word.
fn joined<'a>(
    mut parts: impl Iterator<Item = &'a AccountSettings>,
    prefer: Option<Protocol>,
) -> Option<AccountSettings> {
    let mut whole = parts.next()?.clone();
    for part in parts {
        let is_new = |service: &&Service| !whole.services.contains(service);
        let services: Vec<Service> = part.services.iter().filter(is_new).cloned().collect();
        whole.services.extend(services);
        // Tokens for the servers above come from where their own source says, or from nowhere.
        if !takes_oauth(&whole) && takes_oauth(part) {
            whole.oauth.clone_from(&part.oauth);
        }
        let is_new = |instruction: &&Instruction| !whole.instructions.contains(instruction);
        let more: Vec<Instruction> = part.instructions.iter().filter(is_new).cloned().collect();
        whole.instructions.extend(more);
        whole.incoming.extend_from_slice(&part.incoming);
        whole.outgoing.extend_from_slice(&part.outgoing);
    }
    if let Some(protocol) = prefer {
        whole.prefer(protocol);
    }
    Some(whole)
}

fn takes_oauth(settings: &AccountSettings) -> bool {
    let mut servers = settings.incoming.iter().chain(&settings.outgoing);
    servers.any(|server| server.authentication.contains(&AuthMethod::OAuth2))
}

/// The wanted protocols that settings name no server for.
pub(crate) fn missing(want: &[Protocol], settings: &AccountSettings) -> Vec<Protocol> {
    let servers = || settings.incoming.iter().chain(&settings.outgoing);
    let is_missing = |protocol: &&Protocol| !servers().any(|server| server.protocol == **protocol);
    want.iter().filter(is_missing).copied().collect()
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
