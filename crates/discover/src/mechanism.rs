//! The mechanisms and the orders in which they are asked: data.

use core::{fmt, str::FromStr};

use mailscout_schema::autodiscover::DefaultUserName;

/// One way in which a domain can publish settings.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Mechanism {
    /// POST to `https://DOMAIN/autodiscover/autodiscover.xml`.
    AutodiscoverHttpsRoot,
    /// POST to `https://autodiscover.DOMAIN/autodiscover/autodiscover.xml`.
    AutodiscoverHttpsHost,
    /// An Autodiscover answer in a local file.
    LocalXml,
    /// GET of `http://autodiscover.DOMAIN/autodiscover/autodiscover.xml`, for a redirect only.
    HttpRedirect,
    /// The SRV record `_autodiscover._tcp.DOMAIN`, for a redirect only.
    SrvRedirect,
}

/// Each mechanism, its id and what it is in a few words, in the default order.
const TABLE: [(Mechanism, &str, &str); 5] = [
    (Mechanism::AutodiscoverHttpsRoot, "autodiscover-https-root", "Autodiscover at the domain"),
    (
        Mechanism::AutodiscoverHttpsHost,
        "autodiscover-https-host",
        "Autodiscover at the autodiscover host",
    ),
    (Mechanism::LocalXml, "local-xml", "local XML"),
    (Mechanism::HttpRedirect, "http-redirect", "HTTP redirect"),
    (Mechanism::SrvRedirect, "srv-redirect", "SRV record"),
];

impl Mechanism {
    /// All mechanisms, in the default order.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(mechanism, ..)| *mechanism)
    }

    fn row(self) -> (&'static str, &'static str) {
        let row = TABLE.iter().find(|(mechanism, ..)| *mechanism == self);
        row.map_or(("", ""), |(_, id, summary)| (id, summary))
    }

    /// The stable id: the word of `--only`, of JSON and of `--explain`.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// What it is, in a few words for a person.
    pub fn summary(self) -> &'static str {
        self.row().1
    }

    /// Whether it asks anything outside this computer.
    pub(crate) fn needs_network(self) -> bool {
        self != Self::LocalXml
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Mechanism {
    type Err = UnknownMechanism;

    fn from_str(text: &str) -> Result<Self, UnknownMechanism> {
        Self::all().find(|mechanism| mechanism.as_str() == text).ok_or(UnknownMechanism)
    }
}

/// A word that is no mechanism's id.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such mechanism")]
#[expect(clippy::exhaustive_structs, reason = "it says one thing")]
pub struct UnknownMechanism;

/// In which order mechanisms are asked.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Order {
    /// mailscout's own order.
    #[default]
    Standard,
    /// The order that Outlook documents, with Outlook's default for an absent login name.
    Outlook,
}

impl Order {
    /// The user name where a document names none.
    pub fn default_user_name(self) -> DefaultUserName {
        match self {
            Self::Standard => DefaultUserName::FullAddress,
            Self::Outlook => DefaultUserName::LocalPart,
        }
    }

    /// The mechanisms, first to last.
    pub fn mechanisms(self) -> Vec<Mechanism> {
        // With Autodiscover alone the two orders are the same.
        match self {
            Self::Standard | Self::Outlook => Mechanism::all().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mechanism_has_one_row_and_reads_back_from_its_id() {
        for mechanism in Mechanism::all() {
            assert_eq!(mechanism.as_str().parse(), Ok(mechanism));
            assert!(!mechanism.summary().is_empty());
            assert_eq!(Mechanism::all().filter(|other| *other == mechanism).count(), 1);
        }
        assert_eq!("autodiscover".parse::<Mechanism>(), Err(UnknownMechanism));
    }

    #[test]
    fn the_order_of_outlook_is_the_documented_one() {
        let ids: Vec<_> = Order::Outlook.mechanisms().iter().map(|m| m.as_str()).collect();
        assert_eq!(
            ids,
            [
                "autodiscover-https-root",
                "autodiscover-https-host",
                "local-xml",
                "http-redirect",
                "srv-redirect"
            ]
        );
    }
}
