//! Questions to the DNS and their answers, and the trait of who can ask.

use core::{fmt, net::IpAddr, time::Duration};

use async_trait::async_trait;

use crate::failure::Failure;

/// One question to the DNS. The name is absolute: no search list is ever applied.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Lookup {
    /// The name in A-labels, without the final dot; underscores allowed.
    pub name: String,
    /// What is asked of it.
    pub kind: LookupKind,
    /// How long the whole question may take, retries included.
    pub deadline: Duration,
}

impl Lookup {
    /// A question.
    pub fn new(name: impl Into<String>, kind: LookupKind, deadline: Duration) -> Self {
        Self { name: name.into(), kind, deadline }
    }
}

impl fmt::Display for Lookup {
    /// Writes `A/AAAA contoso.example`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// What is asked of a name.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum LookupKind {
    /// Its addresses, A and AAAA together; `/etc/hosts` counts.
    Addresses,
    /// The hosts that receive mail for it.
    Mx,
    /// Its SRV records.
    Srv,
    /// Its texts.
    Txt,
}

impl fmt::Display for LookupKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Addresses => "A/AAAA",
            Self::Mx => "MX",
            Self::Srv => "SRV",
            Self::Txt => "TXT",
        })
    }
}

/// The records of a positive answer; never empty.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Records {
    /// To [`LookupKind::Addresses`].
    Addresses(Addresses),
    /// To [`LookupKind::Mx`], in the order of the answer.
    Mx(Vec<MxRecord>),
    /// To [`LookupKind::Srv`], in the order of the answer.
    Srv(Vec<SrvRecord>),
    /// To [`LookupKind::Txt`], in the order of the answer: each record with its strings joined.
    Txt(Vec<String>),
}

/// The addresses of a name.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Addresses {
    /// The addresses, in the order in which a connection should try them.
    pub list: Vec<IpAddr>,
    /// Whether whoever runs the program said by hand where these lead (`--connect-to`, the lab);
    /// the address policy doesn't apply then.
    pub routed: bool,
}

impl Addresses {
    /// Addresses as the DNS gave them.
    pub fn new(list: Vec<IpAddr>) -> Self {
        Self { list, routed: false }
    }

    /// Addresses whose way was laid by hand.
    pub fn routed(list: Vec<IpAddr>) -> Self {
        Self { list, routed: true }
    }
}

/// One MX record ([RFC 5321 §5.1](https://www.rfc-editor.org/rfc/rfc5321#section-5.1)).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct MxRecord {
    /// Lower is tried first.
    pub preference: u16,
    /// The host, without the final dot; empty where the record says "no mail" (`.`,
    /// [RFC 7505](https://www.rfc-editor.org/rfc/rfc7505)).
    pub host: String,
}

impl MxRecord {
    /// A record.
    pub fn new(preference: u16, host: impl Into<String>) -> Self {
        Self { preference, host: host.into() }
    }
}

/// One SRV record ([RFC 2782](https://www.rfc-editor.org/rfc/rfc2782)).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct SrvRecord {
    /// Lower is tried first.
    pub priority: u16,
    /// Share of the tries among records of one priority.
    pub weight: u16,
    /// The port of the service.
    pub port: u16,
    /// The host, without the final dot; empty where the record says "not offered" (`.`).
    pub target: String,
}

impl SrvRecord {
    /// A record.
    pub fn new(priority: u16, weight: u16, port: u16, target: impl Into<String>) -> Self {
        Self { priority, weight, port, target: target.into() }
    }
}

/// Somebody who can ask the DNS.
#[async_trait]
pub trait Resolve: fmt::Debug + Send + Sync {
    /// Asks one question, within its deadline.
    ///
    /// # Errors
    ///
    /// A [`Failure`] of the DNS kinds: `nxdomain` and `no-data` are answers of the DNS, the others
    /// say that there was none.
    async fn resolve(&self, lookup: &Lookup) -> Result<Records, Failure>;
}
