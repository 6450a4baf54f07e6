//! What only Exchange servers say of a protocol, kept as they say it.

use core::fmt;

use super::vocabulary::ProtocolType;
use crate::text::Text;

/// Declares the elements that hold one text each: variant and element name in one table.
macro_rules! elements {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// An element of `Protocol` that only Exchange sends and that holds one text.
        ///
        /// # Spec
        ///
        /// `OXDSCLI` 2.2.4.1.1.2.6
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum ExchangeElement { $($(#[$doc])* $variant,)+ }

        impl ExchangeElement {
            /// Every element, in the order in which they are written.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The element's name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The element with this very name.
            fn named_exactly(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

elements! {
    /// Name in the server's certificate, `msstd:` before it; `none`: as the system checks it.
    CertPrincipalName = "CertPrincipalName",
    /// Ways to log in: `basic`, `ntlm`, `negotiate`, …
    AuthPackage = "AuthPackage",
    /// Whether this protocol is the only one to be used.
    ServerExclusiveConnect = "ServerExclusiveConnect",
    /// Distinguished name of the server.
    ServerDn = "ServerDN",
    /// Version of the server, eight hexadecimal digits.
    ServerVersion = "ServerVersion",
    /// Distinguished name of the mailbox database.
    MdbDn = "MdbDN",
    /// Host of the public folders.
    PublicFolderServer = "PublicFolderServer",
    /// Host of the directory.
    Ad = "AD",
    /// Port of the directory.
    DirectoryPort = "DirectoryPort",
    /// Port for referrals of the directory.
    ReferralPort = "ReferralPort",
    /// URL of the availability service, which is part of Exchange Web Services.
    AsUrl = "ASUrl",
    /// URL of Exchange Web Services.
    EwsUrl = "EwsUrl",
    /// URL of Exchange Web Services for management.
    EmwsUrl = "EmwsUrl",
    /// URL of the sharing service.
    SharingUrl = "SharingUrl",
    /// URL of the control panel.
    EcpUrl = "EcpUrl",
    /// Control panel: voice mail. This and the next ones are appended to `EcpUrl`.
    EcpUrlUm = "EcpUrl-um",
    /// Control panel: aggregated accounts.
    EcpUrlAggr = "EcpUrl-aggr",
    /// Control panel: message tracking.
    EcpUrlMt = "EcpUrl-mt",
    /// Control panel: retention tags.
    EcpUrlRet = "EcpUrl-ret",
    /// Control panel: short messages.
    EcpUrlSms = "EcpUrl-sms",
    /// Control panel: calendar publishing.
    EcpUrlPublish = "EcpUrl-publish",
    /// Control panel: the user's photograph.
    EcpUrlPhoto = "EcpUrl-photo",
    /// Control panel: connections to social networks.
    EcpUrlConnect = "EcpUrl-connect",
    /// Control panel: site mailboxes.
    EcpUrlTm = "EcpUrl-tm",
    /// Control panel: creating a site mailbox.
    EcpUrlTmCreating = "EcpUrl-tmCreating",
    /// Control panel: hiding a site mailbox.
    EcpUrlTmHiding = "EcpUrl-tmHiding",
    /// Control panel: editing a site mailbox.
    EcpUrlTmEditing = "EcpUrl-tmEditing",
    /// Control panel: installing add-ins.
    EcpUrlExtinstall = "EcpUrl-extinstall",
    /// URL at which a site mailbox is created.
    SiteMailboxCreationUrl = "SiteMailboxCreationURL",
    /// URL of the out-of-office service.
    OofUrl = "OOFUrl",
    /// URL of the offline address book.
    OabUrl = "OABUrl",
    /// URL of the voice mail service.
    UmUrl = "UMUrl",
    /// URL of Exchange Web Services for partners.
    EwsPartnerUrl = "EwsPartnerUrl",
    /// URL of RPC over HTTP.
    ExchangeRpcUrl = "ExchangeRpcUrl",
    /// Which servers share their mailboxes' load.
    GroupingInformation = "GroupingInformation",
}

impl ExchangeElement {
    /// The element of that name, letter case ignored.
    pub fn named(name: &str) -> Option<Self> {
        Self::named_exactly(name).or_else(|| {
            Self::ALL.iter().copied().find(|element| element.name().eq_ignore_ascii_case(name))
        })
    }
}

impl fmt::Display for ExchangeElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Web access from one side (`Internal`, `External`).
///
/// # Spec
///
/// `OXDSCLI` 2.2.4.1.1.2.6
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct WebAccess {
    /// `OWAUrl`: Outlook on the web.
    pub owa_urls: Vec<WebAccessUrl>,
    /// `Protocol`, nested: no server of the account.
    pub protocols: Vec<WebAccessProtocol>,
}

/// A URL of Outlook on the web (`OWAUrl`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct WebAccessUrl {
    /// The URL.
    pub url: Text,
    /// `AuthenticationMethod` attribute: `Basic`, `Fba`, `Ntlm`, …, several with commas.
    pub authentication_method: Option<Text>,
}

impl WebAccessUrl {
    /// A URL that says nothing of how to log in.
    pub fn new(url: Text) -> Self {
        Self { url, authentication_method: None }
    }
}

/// A protocol inside web access (`Internal/Protocol`, `External/Protocol`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct WebAccessProtocol {
    /// `Type`: `EXCH` or `EXPR`.
    pub kind: Option<ProtocolType>,
    /// `ASUrl`: the availability service.
    pub as_url: Option<Text>,
}

/// The address ranges a protocol is meant for (`NetworkRequirements`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct NetworkRequirements {
    /// `IPv4Start`.
    pub ipv4_start: Option<Text>,
    /// `IPv4End`.
    pub ipv4_end: Option<Text>,
    /// `IPv6Start`.
    pub ipv6_start: Option<Text>,
    /// `IPv6End`.
    pub ipv6_end: Option<Text>,
}

/// An end point of MAPI over HTTP (`MailStore`, `AddressBook`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct MapiEndpoint {
    /// `InternalUrl`.
    pub internal_url: Option<Text>,
    /// `ExternalUrl`.
    pub external_url: Option<Text>,
}
