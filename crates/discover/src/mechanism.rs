//! The mechanisms and the orders in which they are asked: data.

use core::{fmt, str::FromStr};

use mailscout_schema::autodiscover::DefaultUserName;

/// One way in which a domain can publish settings.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Mechanism {
    /// Service connection points of Active Directory, and Autodiscover at their URLs.
    Scp,
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
    /// Exchange by the name of the user's server, which Active Directory knows.
    ExchangeServer,
    /// `GetUserSettings` by SOAP at `https://autodiscover.DOMAIN/autodiscover/autodiscover.svc`, then
    /// at the domain. Asked only when it is named.
    AutodiscoverSoap,
    /// Autodiscover's answer for ActiveSync, at the URLs of the plain XML: the domain, then the
    /// autodiscover host. Asked only when it is named.
    AutodiscoverMobileSync,
    /// Autodiscover v2: `https://autodiscover.DOMAIN/autodiscover/autodiscover.json`, once for each
    /// of three protocols. Asked only when it is named.
    AutodiscoverV2,
}

/// Each mechanism, its id and what it is in a few words: those of the default order in that order,
/// then those that are asked only when they are named.
const TABLE: [(Mechanism, &str, &str); 21] = [
    (Mechanism::Scp, "scp", "Active Directory"),
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
    (Mechanism::ExchangeServer, "exchange-server", "the Exchange server's name"),
    (Mechanism::AutodiscoverSoap, "autodiscover-soap", "Autodiscover by SOAP"),
    (Mechanism::AutodiscoverMobileSync, "autodiscover-mobilesync", "Autodiscover for ActiveSync"),
    (Mechanism::AutodiscoverV2, "autodiscover-v2", "Autodiscover v2"),
];

/// The mechanisms that no order has, in the order in which they are asked: what names mail servers
/// first, what is no more than a hint last.
const ON_REQUEST: [Mechanism; 3] =
    [Mechanism::AutodiscoverSoap, Mechanism::AutodiscoverMobileSync, Mechanism::AutodiscoverV2];

/// Outlook's order (`OL2010`).
const OUTLOOK: [Mechanism; 7] = [
    Mechanism::Scp,
    Mechanism::AutodiscoverHttpsRoot,
    Mechanism::AutodiscoverHttpsHost,
    Mechanism::LocalXml,
    Mechanism::HttpRedirect,
    Mechanism::SrvRedirect,
    Mechanism::ExchangeServer,
];

impl Mechanism {
    /// All mechanisms: those of the default order, then those of [`on_request`](Self::on_request).
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(mechanism, ..)| *mechanism)
    }

    /// The mechanisms that are asked only when they are named, behind those of the order, in this
    /// order.
    pub fn on_request() -> impl Iterator<Item = Self> {
        ON_REQUEST.into_iter()
    }

    /// Whether it is asked only when it is named.
    pub fn is_on_request(self) -> bool {
        ON_REQUEST.contains(&self)
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

    /// Whether it is one of those that ask for Autodiscover's plain XML, which share the URLs that
    /// led nowhere, and whose documents say how long they may be used.
    pub fn is_autodiscover(self) -> bool {
        OUTLOOK.contains(&self) && self != Self::ExchangeServer
    }

    /// Whether its redirects are taken from the budget that all of Autodiscover shares, whatever
    /// the form of its documents.
    pub(crate) fn shares_redirects(self) -> bool {
        self.is_autodiscover() || self.is_on_request()
    }

    /// Whether it asks a directory, and has nothing to do without one.
    pub(crate) fn needs_directory(self) -> bool {
        matches!(self, Self::Scp | Self::ExchangeServer)
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
    /// The stable word, as `--order` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Outlook => "outlook",
        }
    }

    /// The user name where a document names none.
    pub fn default_user_name(self) -> DefaultUserName {
        match self {
            Self::Standard => DefaultUserName::FullAddress,
            Self::Outlook => DefaultUserName::LocalPart,
        }
    }

    /// The mechanisms, first to last; those that are asked only when they are named are none of
    /// them.
    pub fn mechanisms(self) -> Vec<Mechanism> {
        match self {
            Self::Standard => Mechanism::all().filter(|one| !one.is_on_request()).collect(),
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
    fn what_is_asked_by_name_only_is_in_no_order_and_last_of_all() {
        for order in [Order::Standard, Order::Outlook] {
            assert!(!order.mechanisms().into_iter().any(Mechanism::is_on_request));
        }
        let ids: Vec<_> = Mechanism::all().skip(18).map(Mechanism::as_str).collect();
        assert_eq!(ids, ["autodiscover-soap", "autodiscover-mobilesync", "autodiscover-v2"]);
        assert!(Mechanism::on_request().eq(Mechanism::all().skip(18)));
    }

    #[test]
    fn the_order_of_outlook_is_the_documented_one() {
        let ids: Vec<_> = Order::Outlook.mechanisms().iter().map(|m| m.as_str()).collect();
        assert_eq!(
            ids,
            [
                "scp",
                "autodiscover-https-root",
                "autodiscover-https-host",
                "local-xml",
                "http-redirect",
                "srv-redirect",
                "exchange-server"
            ]
        );
    }
}
