//! Consent: what the user is asked before another site is trusted, and what was answered.

use core::{fmt, str::FromStr};
use std::collections::{BTreeMap, BTreeSet};

pub use mailscout_net::job::Consent;
use mailscout_schema::address::{AddressError, Domain, EmailAddress};

/// A question to the user: may the settings for this address come from that site?
///
/// `Display` writes it in one line, such as `configure alice@contoso.example from hoster.example?`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// The address that settings are looked for.
    pub address: EmailAddress,
    /// The exact host, or for a redirect to another address its domain. Consent is for it alone.
    pub site: String,
    /// Who redirects there: a URL, a DNS name or a file.
    pub from: String,
    /// Where to: a URL or an e-mail address.
    pub to: String,
    /// Why it is asked.
    pub why: Why,
    /// The servers that would be configured, where they are known already, such as
    /// `imap mail.hoster.example:993 tls`.
    pub servers: Vec<String>,
}

/// Why the user is asked about a site.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// A redirect leads there, out of the domain or over what proves nothing.
    #[default]
    Redirect,
    /// Settings came over plain http: whoever is on the way can have written them. Source and
    /// target are the same URL.
    PlainHttp,
    /// Settings came from a place that a TXT record names, which proves nothing.
    TxtRecord,
}

impl Why {
    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::PlainHttp => "plain-http",
            Self::TxtRecord => "txt-record",
        }
    }
}

impl Question {
    /// A question about a redirect.
    pub fn new(
        address: EmailAddress,
        site: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        let (site, from, to) = (site.into(), from.into(), to.into());
        Self { address, site, from, to, why: Why::Redirect, servers: Vec::new() }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "configure {} from {}", self.address, self.site)?;
        f.write_str(match self.why {
            Why::Redirect => "?",
            Why::PlainHttp => " over plain http?",
            Why::TxtRecord => ", which a TXT record names?",
        })
    }
}

/// Which sites are allowed without a question.
///
/// # Examples
///
/// ```
/// use mailscout_discover::consent::SitePattern;
///
/// let pattern: SitePattern = "*.hoster.example".parse()?;
/// assert!(pattern.matches("autodiscover.hoster.example"));
/// assert!(!pattern.matches("hoster.example"));
/// # Ok::<(), mailscout_schema::address::AddressError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SitePattern {
    /// This host.
    Host(Domain),
    /// Every host below this domain, not the domain itself (`*.example.com`).
    Below(Domain),
    /// Every host (`any`).
    Any,
}

impl SitePattern {
    /// Whether the host is allowed.
    pub fn matches(&self, host: &str) -> bool {
        match self {
            Self::Host(domain) => domain.as_str() == host,
            Self::Below(domain) => host
                .strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            Self::Any => true,
        }
    }
}

impl FromStr for SitePattern {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.trim() {
            "any" => Ok(Self::Any),
            text => match text.strip_prefix("*.") {
                Some(domain) => domain.parse().map(Self::Below),
                None => text.parse().map(Self::Host),
            },
        }
    }
}

impl fmt::Display for SitePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(domain) => domain.fmt(f),
            Self::Below(domain) => write!(f, "*.{domain}"),
            Self::Any => f.write_str("any"),
        }
    }
}

/// What was answered during a search, so that a site is asked about once.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConsentBook {
    answers: BTreeMap<String, Consent>,
    /// Hosts to which the user has let the search be redirected.
    approved: BTreeSet<String>,
    refused: Vec<Question>,
}

impl ConsentBook {
    pub(crate) fn answer(&self, site: &str) -> Option<Consent> {
        self.answers.get(site).copied()
    }

    /// Whether the user has approved a host to be redirected to, and so to be logged in to. A yes to
    /// a domain of another address, or to settings over plain http, is none.
    pub(crate) fn is_approved(&self, host: &str) -> bool {
        self.approved.contains(host)
    }

    pub(crate) fn record(&mut self, question: &Question, consent: Consent) {
        self.answers.insert(question.site.clone(), consent);
        let is_host = question.to.starts_with("https://");
        if consent == Consent::Given && question.why == Why::Redirect && is_host {
            self.approved.insert(question.site.clone());
        }
        if consent != Consent::Given {
            self.refused.push(question.clone());
        }
    }

    /// The questions that were not answered with yes.
    pub(crate) fn refused(&self) -> &[Question] {
        &self.refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, host: &str, expected: bool) {
        let pattern: SitePattern = pattern.parse().unwrap();
        assert_eq!(pattern.matches(host), expected, "{pattern} {host}");
    }

    #[test]
    fn a_pattern_allows_what_it_says_and_no_more() {
        check("hoster.example", "hoster.example", true);
        check("hoster.example", "a.hoster.example", false);
        check("*.hoster.example", "a.hoster.example", true);
        check("*.hoster.example", "a.b.hoster.example", true);
        check("*.hoster.example", "hoster.example", false);
        check("*.hoster.example", "evilhoster.example", false);
        check("*.hoster.example", ".hoster.example", false);
        check("any", "anything.example", true);
        assert!("*".parse::<SitePattern>().is_err());
        assert!("hoster".parse::<SitePattern>().is_err());
    }
}
