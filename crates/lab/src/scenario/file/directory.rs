//! The words of a scenario file that are for directories, and what comes of them.

use std::{collections::BTreeMap, fmt, net::IpAddr, sync::Arc, time::Duration};

use serde::Deserialize;

use super::{CertificateKind, Fault, Host, Outcome, Scheme, Security, Service};
use crate::directory::Tree;

/// A directory as it is written: where it is, and what it holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectoryText {
    pub(crate) names: Vec<String>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) base: String,
    pub(crate) site: Option<String>,
    #[serde(default = "yes")]
    pub(crate) anonymous: bool,
    #[serde(default = "yes")]
    pub(crate) clear_bind: bool,
    pub(crate) size_limit: Option<u32>,
    #[serde(default)]
    pub(crate) referrals: Vec<String>,
    #[serde(default)]
    pub(crate) references: Vec<String>,
    /// What the directory says of itself besides, or instead.
    #[serde(default)]
    pub(crate) root: Attributes,
    #[serde(default)]
    pub(crate) service: Vec<DirectoryService>,
    #[serde(default)]
    pub(crate) account: Vec<DirectoryAccount>,
    #[serde(default)]
    pub(crate) entry: Vec<EntryText>,
    #[serde(default)]
    pub(crate) user: Vec<UserText>,
    #[serde(default)]
    pub(crate) scp: Vec<ScpText>,
}

/// One port of a directory.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DirectoryService {
    pub(crate) security: Security,
    pub(crate) port: Option<u16>,
    pub(crate) certificate: Option<CertificateKind>,
    pub(crate) fault: Option<DirectoryFault>,
    pub(crate) reply_delay_ms: u64,
}

impl Default for DirectoryService {
    fn default() -> Self {
        Self {
            security: Security::StartTls,
            port: None,
            certificate: None,
            fault: None,
            reply_delay_ms: 0,
        }
    }
}

/// Somebody who may log in to a directory.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectoryAccount {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) outcome: Option<Outcome>,
}

/// An entry, attribute by attribute.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryText {
    pub(crate) dn: String,
    #[serde(default)]
    pub(crate) attributes: Attributes,
}

/// Somebody with a mailbox.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserText {
    pub(crate) name: String,
    pub(crate) dn: Option<String>,
    pub(crate) mail: Option<String>,
    #[serde(default, rename = "proxyAddresses")]
    pub(crate) proxy_addresses: Vec<String>,
    #[serde(rename = "userPrincipalName")]
    pub(crate) user_principal_name: Option<String>,
    #[serde(rename = "sAMAccountName")]
    pub(crate) sam_account_name: Option<String>,
    #[serde(rename = "msExchHomeServerName")]
    pub(crate) home_server: Option<String>,
    #[serde(rename = "homeMDB")]
    pub(crate) home_mdb: Option<String>,
    #[serde(default)]
    pub(crate) attributes: Attributes,
    /// With one, the user may log in.
    pub(crate) password: Option<String>,
}

/// A Service Connection Point of Autodiscover: an address, or a pointer to another directory.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScpText {
    pub(crate) name: String,
    pub(crate) url: Option<String>,
    pub(crate) pointer: Option<String>,
    #[serde(default)]
    pub(crate) site: Values,
    #[serde(default)]
    pub(crate) domain: Values,
    /// Further keywords.
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
}

/// Attributes by their names.
pub(crate) type Attributes = BTreeMap<String, Values>;

/// One value, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Values {
    One(String),
    Many(Vec<String>),
}

impl Values {
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl Default for Values {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

/// A directory at one port, with every default filled in.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) security: Security,
    pub(crate) fault: Option<DirectoryFault>,
    pub(crate) reply_delay: Duration,
    pub(crate) holdings: Arc<Holdings>,
}

/// What is the same at every port of a directory.
#[derive(Debug)]
pub(crate) struct Holdings {
    pub(crate) tree: Tree,
    pub(crate) accounts: Vec<DirectoryAccount>,
    /// Whoever has not logged in may search.
    pub(crate) anonymous: bool,
    /// A password is taken outside of TLS.
    pub(crate) clear_bind: bool,
    /// The most entries in one answer.
    pub(crate) size_limit: usize,
    /// Where to go with every search.
    pub(crate) referrals: Vec<String>,
    /// Where to go besides.
    pub(crate) references: Vec<String>,
}

impl DirectoryText {
    /// The host that serves these holdings.
    pub(crate) fn host(&self, holdings: &Arc<Holdings>) -> Host {
        let usual = [
            DirectoryService::default(),
            DirectoryService { security: Security::Tls, ..DirectoryService::default() },
        ];
        let services = if self.service.is_empty() { &usual[..] } else { &self.service };
        Host {
            names: self.names.iter().map(|name| name.to_ascii_lowercase()).collect(),
            addresses: self.addresses.clone(),
            services: services.iter().map(|service| service.served(holdings)).collect(),
        }
    }
}

impl DirectoryService {
    fn served(&self, holdings: &Arc<Holdings>) -> Service {
        Service {
            port: Some(self.port()),
            scheme: Scheme::Ldap,
            certificate: self.certificate,
            fault: self.fault.and_then(DirectoryFault::of_the_port),
            security: Some(self.security),
            directory: Some(Directory {
                security: self.security,
                fault: self.fault,
                reply_delay: Duration::from_millis(self.reply_delay_ms),
                holdings: Arc::clone(holdings),
            }),
            ..Service::default()
        }
    }

    /// The port, by default the one of its security.
    pub(crate) fn port(&self) -> u16 {
        let usual = if self.security == Security::Tls { 636 } else { 389 };
        self.port.unwrap_or(usual)
    }
}

/// What goes wrong with a directory.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DirectoryFault {
    /// Accepts and never says a word.
    Silence,
    /// Resets the connection as soon as it is accepted.
    Reset,
    /// A closed port.
    Refuse,
    /// Not even the SYN is answered.
    Blackhole,
    /// Closes when it has read the `ClientHello`.
    CutHandshake,
    /// Refuses `StartTLS`.
    StarttlsRefused,
    /// Sends answers in clear text behind its agreement to `StartTLS`, in the same segment.
    StarttlsInjection,
    /// Agrees to `StartTLS` and closes when it has read the `ClientHello`.
    StarttlsCut,
    /// Never answers a log-in.
    HangBind,
    /// Never answers a search.
    Hang,
    /// Answers a search with noise.
    Garbage,
    /// Closes in the middle of the answer to a search.
    Close,
    /// Answers a search with a message of two gigabytes.
    HugeMessage,
    /// Answers a search with entries without end.
    EndlessEntries,
    /// Answers a search as if it were another.
    OtherNumber,
    /// Has no time for searches.
    Busy,
}

impl DirectoryFault {
    /// The fault that the listener has to know of.
    fn of_the_port(self) -> Option<Fault> {
        match self {
            Self::Refuse => Some(Fault::Refuse),
            Self::Blackhole => Some(Fault::Blackhole),
            _ => None,
        }
    }
}

impl fmt::Display for DirectoryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Silence => "silence",
            Self::Reset => "reset",
            Self::Refuse => "refuse",
            Self::Blackhole => "blackhole",
            Self::CutHandshake => "cut-handshake",
            Self::StarttlsRefused => "starttls-refused",
            Self::StarttlsInjection => "starttls-injection",
            Self::StarttlsCut => "starttls-cut",
            Self::HangBind => "hang-bind",
            Self::Hang => "hang",
            Self::Garbage => "garbage",
            Self::Close => "close",
            Self::HugeMessage => "huge-message",
            Self::EndlessEntries => "endless-entries",
            Self::OtherNumber => "other-number",
            Self::Busy => "busy",
        })
    }
}

fn yes() -> bool {
    true
}
