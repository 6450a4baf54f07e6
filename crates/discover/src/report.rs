//! What a search found, and every question it asked on the way.

use core::{net::IpAddr, time::Duration};

use mailscout_schema::{address::EmailAddress, notice::Notice, settings::AccountSettings};

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
    /// The questions about sites that were not answered with yes.
    pub consent_needed: Vec<Question>,
    /// Remarks on the search and on the document that was taken.
    pub notices: Vec<Notice>,
    /// Every question in the order in which it was asked, then the mechanisms that were not asked.
    /// A question that the search could answer by itself is among them, with the ending `skipped`;
    /// so is what a mechanism made of an answer that another one's question had brought.
    pub attempts: Vec<Attempt>,
    /// How long the search took.
    pub elapsed: Duration,
    /// How much of it was waiting for a person.
    pub asked_for: Duration,
    /// Addresses that finished no TCP handshake in time.
    pub silent: Vec<IpAddr>,
}

impl SearchReport {
    /// The report of a search that asked nobody.
    pub fn not_made(address: EmailAddress) -> Self {
        Self {
            address,
            conclusion: Conclusion::NotFound,
            found: None,
            consent_needed: Vec::new(),
            notices: Vec::new(),
            attempts: Vec::new(),
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
