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
    /// PACC: `https://ua-auto-config.DOMAIN/.well-known/user-agent-configuration.json`, with its
    /// digest in the DNS.
    Pacc,
    /// Autoconfig at `https://autoconfig.DOMAIN/mail/config-v1.1.xml`.
    AutoconfigHttpsHost,
    /// Autoconfig at `https://DOMAIN/.well-known/autoconfig/mail/config-v1.1.xml`.
    AutoconfigWellKnown,
    /// An Autodiscover answer in a local file.
    LocalXml,
    /// GET of `http://autodiscover.DOMAIN/autodiscover/autodiscover.xml`, for a redirect only.
    HttpRedirect,
    /// The SRV record `_autodiscover._tcp.DOMAIN`, for a redirect only.
    SrvRedirect,
    /// The domain in the embedder's table of providers.
    Provider,
    /// The domain in Mozilla's database of providers.
    Ispdb,
    /// SRV records of mail services below the domain.
    SrvServices,
    /// Autoconfig at the hoster that receives the domain's mail.
    AutoconfigMx,
    /// That hoster in Mozilla's database.
    IspdbMx,
    /// Who receives the domain's mail, in the embedder's table of providers.
    ProviderMx,
    /// Autoconfig over plain http, which the user has to agree to.
    AutoconfigHttp,
    /// Autoconfig at the place that the TXT record `mailconf=URL` names.
    MailconfTxt,
}

/// Each mechanism, its id and what it is in a few words, in the default order.
const TABLE: [(Mechanism, &str, &str); 16] = [
    (Mechanism::AutodiscoverHttpsRoot, "autodiscover-https-root", "Autodiscover at the domain"),
    (
        Mechanism::AutodiscoverHttpsHost,
        "autodiscover-https-host",
        "Autodiscover at the autodiscover host",
    ),
    (Mechanism::Pacc, "pacc", "PACC"),
    (Mechanism::AutoconfigHttpsHost, "autoconfig-https-host", "Autoconfig at the autoconfig host"),
    (Mechanism::AutoconfigWellKnown, "autoconfig-well-known", "Autoconfig at the domain"),
    (Mechanism::LocalXml, "local-xml", "local XML"),
    (Mechanism::HttpRedirect, "http-redirect", "HTTP redirect"),
    (Mechanism::SrvRedirect, "srv-redirect", "SRV record"),
    (Mechanism::Provider, "provider", "the table of known providers"),
    (Mechanism::Ispdb, "ispdb", "Mozilla's database"),
    (Mechanism::SrvServices, "srv-services", "SRV records of mail services"),
    (Mechanism::AutoconfigMx, "autoconfig-mx", "Autoconfig of the MX record's hoster"),
    (Mechanism::IspdbMx, "ispdb-mx", "Mozilla's database by the MX record"),
    (Mechanism::ProviderMx, "provider-mx", "the table of known providers by the MX record"),
    (Mechanism::AutoconfigHttp, "autoconfig-http", "Autoconfig over plain http"),
    (Mechanism::MailconfTxt, "mailconf-txt", "the mailconf TXT record"),
];

/// Outlook's order (`OL2010`).
const OUTLOOK: [Mechanism; 5] = [
    Mechanism::AutodiscoverHttpsRoot,
    Mechanism::AutodiscoverHttpsHost,
    Mechanism::LocalXml,
    Mechanism::HttpRedirect,
    Mechanism::SrvRedirect,
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

    /// Whether it is one of Autodiscover's, which share a budget of redirects and the URLs that led
    /// nowhere.
    pub(crate) fn is_autodiscover(self) -> bool {
        OUTLOOK.contains(&self)
    }

    /// Whether it asks somebody who is neither the domain nor whom the domain names.
    pub(crate) fn is_third_party(self) -> bool {
        matches!(
            self,
            Self::Provider | Self::Ispdb | Self::IspdbMx | Self::AutoconfigMx | Self::ProviderMx
        )
    }

    /// Whether it asks anything outside this computer.
    pub(crate) fn needs_network(self) -> bool {
        !matches!(self, Self::LocalXml | Self::Provider)
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
        match self {
            Self::Standard => Mechanism::all().collect(),
            Self::Outlook => OUTLOOK.to_vec(),
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
