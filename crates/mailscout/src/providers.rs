//! What is known about the big providers without asking anybody: their servers, what their users
//! must do first, and whose mail servers the MX records of other domains name.
//!
//! The rows are data (`table.rs` and the files below it). No I/O here, and no trust: that a domain
//! stands in the table is the word of a third party, and an MX record alone is nobody's. Who uses
//! an answer says so, and has [`Confidence::needs_confirmation`] and [`MxMatch::hosted`] to see
//! when to ask.

use mailscout_discover::is_public_suffix;
use mailscout_schema::address::Domain;

mod filter;
mod glob;
mod row;
mod settings;
mod table;

pub use filter::MailFilter;
pub use row::{
    Certainty, Confidence, Credential, Instruction, InstructionKind, MxPattern, OAuth, Provider,
    Server, Source, SourceKind, Status, UserNames,
};

/// The month in which the sources were read and the table was put together.
pub const COMPILED: &str = "2026-08";

/// A provider whose mail servers an MX record names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MxMatch {
    /// The provider.
    pub provider: &'static Provider,
    /// The pattern that the host matched.
    pub pattern: &'static str,
    /// How sure it is that such hosts are the provider's.
    pub confidence: Confidence,
    /// Whether the provider keeps the mailboxes of foreign domains with this MX. Where it does
    /// not, a foreign domain with this MX says nothing about its mailboxes.
    pub hosted: bool,
}

/// Every provider, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Provider> {
    table::PARTS.iter().flat_map(|part| part.iter())
}

/// Every mail filter that is known by its MX.
pub fn filters() -> impl Iterator<Item = &'static MailFilter> {
    filter::FILTERS.iter()
}

/// The provider whose users have addresses in the domain.
///
/// A domain that a row names comes before a glob that it matches (`yahoo.co.jp` is not Yahoo's);
/// nobody has mail at a public suffix.
pub fn by_domain(domain: &Domain) -> Option<&'static Provider> {
    let domain = domain.as_str();
    if is_public_suffix(domain) {
        return None;
    }
    let named = all().find(|provider| provider.domains.contains(&domain));
    named.or_else(|| {
        all().find(|provider| provider.domain_globs.iter().any(|glob| glob::matches(glob, domain)))
    })
}

/// The provider of a mail server that an MX record names; letter case and a final dot are ignored.
pub fn by_mx(host: &str) -> Option<MxMatch> {
    let host = normal(host);
    all().find_map(|provider| {
        let found = provider.mx.iter().find(|mx| glob::matches(mx.glob, &host))?;
        let MxPattern { glob: pattern, hosted, confidence } = *found;
        Some(MxMatch { provider, pattern, confidence, hosted })
    })
}

/// The mail filter of a mail server that an MX record names: it takes the domain's mail first, and
/// the mailboxes are elsewhere.
pub fn filter_by_mx(host: &str) -> Option<&'static MailFilter> {
    let host = normal(host);
    filters().find(|filter| filter.mx.iter().any(|pattern| glob::matches(pattern, &host)))
}

/// The providers a person may mean: the one with this id or, of an address or a domain, the one it
/// belongs to; otherwise all that have the text in their id or name, letter case ignored.
pub fn find(name: &str) -> Vec<&'static Provider> {
    let name = name.trim().to_lowercase();
    if name.is_empty() {
        return Vec::new();
    }
    let domain = name.rsplit_once('@').map_or(name.as_str(), |(_, domain)| domain);
    let exact = all()
        .find(|provider| provider.id == name)
        .or_else(|| by_domain(&domain.parse::<Domain>().ok()?));
    if let Some(provider) = exact {
        return vec![provider];
    }
    let has_name = |provider: &&Provider| {
        provider.id.contains(&name) || provider.name.to_lowercase().contains(&name)
    };
    all().filter(has_name).collect()
}

fn normal(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
