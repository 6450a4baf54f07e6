//! What a search found, and every question it asked on the way.

use core::{net::IpAddr, time::Duration};

use mailscout_schema::{
    address::EmailAddress,
    notice::Notice,
    settings::{AccountSettings, Protocol, Service},
};

use crate::{
    consent::Question,
    mechanism::Mechanism,
    reason::Reason,
    trust::{Hop, Trust},
};

/// The report of a search: always whole, whatever happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SearchReport {
    /// The address that settings were looked for.
    pub address: EmailAddress,
    /// How the search ended.
    pub conclusion: Conclusion,
    /// The settings and where they came from, when there are any.
    pub found: Option<Found>,
    /// What completes them: settings of sources of lower rank, with servers of those wanted
    /// protocols alone that the ones above do not name.
    pub joined: Vec<Found>,
    /// What the other sources said, whole, where all were asked.
    pub compared: Vec<Found>,
    /// Protocols that the domain's SRV records say are not offered: a target is `.`, and no other is
    /// named ([RFC 6186 §3.4](https://www.rfc-editor.org/rfc/rfc6186#section-3.4)).
    pub not_offered: Vec<Protocol>,
    /// What the domain offers beside mail, where the source that says so names no mail server.
    pub beside: Vec<Service>,
    /// The questions about sites that were not answered with yes.
    pub consent_needed: Vec<Question>,
    /// Remarks on the search and on the document that was taken.
    pub notices: Vec<Notice>,
    /// Every question in the order in which it was asked, then the mechanisms that were not asked.
    /// A question that the search could answer by itself is among them, with the ending `skipped`;
    /// so is what a mechanism made of an answer that another one's question had brought.
    pub attempts: Vec<Attempt>,
    /// Log-ins that web servers refused.
    pub refused_log_ins: usize,
    /// How long the search took.
    pub elapsed: Duration,
    /// How much of it was waiting for a person.
    pub asked_for: Duration,
    /// Addresses that finished no TCP handshake in time.
    pub silent: Vec<IpAddr>,
}

impl SearchReport {
    /// Puts what was asked before the search in front of it.
    pub fn begin_with(&mut self, attempts: Vec<Attempt>) {
        let ends = attempts.iter().map(|attempt| attempt.started + attempt.elapsed);
        let before = ends.max().unwrap_or_default();
        for attempt in &mut self.attempts {
            attempt.started += before;
        }
        self.elapsed += before;
        if let Some(found) = &mut self.found {
            found.at += before;
        }
        self.attempts.splice(0..0, attempts);
    }

    /// The settings that were taken, by rank.
    pub fn taken(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().chain(&self.joined)
    }

    /// The report of a search that asked nobody.
    pub fn not_made(address: EmailAddress) -> Self {
        Self {
            address,
            conclusion: Conclusion::NotFound,
            found: None,
            joined: Vec::new(),
            compared: Vec::new(),
            not_offered: Vec::new(),
            beside: Vec::new(),
            consent_needed: Vec::new(),
            notices: Vec::new(),
            attempts: Vec::new(),
            refused_log_ins: 0,
            elapsed: Duration::ZERO,
            asked_for: Duration::ZERO,
            silent: Vec::new(),
        }
    }
}

/// Settings and where they came from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Found {
    /// The settings.
    pub settings: AccountSettings,
    /// The mechanism that led to them.
    pub mechanism: Mechanism,
    /// The URL or file that they stood in.
    pub url: String,
    /// The address that they are for, where a server changed it.
    pub address: EmailAddress,
    /// How far they can be trusted.
    pub trust: Trust,
    /// Whether the servers, once they have shown certificates for their names, prove settings that
    /// nothing else proves: the DNS named them inside the address's domain
    /// ([`Trust::proved`]).
    pub is_provable: bool,
    /// The redirects on the way to them.
    pub hops: Vec<Hop>,
    /// When they came, counted from the start of the search.
    pub at: Duration,
}

impl Found {
    /// Settings that were kept from an earlier search, with nothing to prove and no redirects: the
    /// fields are there to say more.
    pub fn remembered(
        settings: AccountSettings,
        mechanism: Mechanism,
        url: impl Into<String>,
        address: EmailAddress,
        trust: Trust,
    ) -> Self {
        Self {
            settings,
            mechanism,
            url: url.into(),
            address,
            trust,
            is_provable: false,
            hops: Vec::new(),
            at: Duration::ZERO,
        }
    }
}

/// How a search ended.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Conclusion {
    /// With settings.
    Found,
    /// Without settings, and a site that might have some was not allowed.
    NeedsConsent,
    /// Without settings, and a server that might have some wants a login.
    NeedsLogin,
    /// Without settings: a server or the DNS said no, or nobody was asked.
    NotFound,
    /// Without settings: nothing outside answered at all.
    Failed,
}

impl Conclusion {
    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::NeedsConsent => "needs-consent",
            Self::NeedsLogin => "needs-login",
            Self::NotFound => "not-found",
            Self::Failed => "failed",
        }
    }
}

/// One question and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Attempt {
    /// On whose behalf it was asked.
    pub mechanism: Mechanism,
    /// The question, such as `POST https://contoso.example/autodiscover/autodiscover.xml`; empty
    /// for a mechanism that was not asked.
    pub question: String,
    /// When it was asked, counted from the start of the search.
    pub started: Duration,
    /// How long the answer took.
    pub elapsed: Duration,
    /// The status of the HTTP response, where there was one.
    pub status: Option<u16>,
    /// What became of it, and why.
    pub reason: Reason,
}

impl Attempt {
    /// What came back and why it was taken or not, such as `404, no settings`.
    pub fn answer(&self) -> String {
        match self.status {
            Some(status) => format!("{status}, {}", self.reason),
            None => self.reason.to_string(),
        }
    }
}
