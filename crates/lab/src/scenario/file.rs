//! The scenario file as it is written: field names, words and defaults, no behaviour.

use std::{collections::BTreeMap, fmt, net::IpAddr};

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioFile {
    pub(crate) title: String,
    pub(crate) address: String,
    #[serde(default)]
    pub(crate) arguments: Vec<String>,
    #[serde(default)]
    pub(crate) nxdomain: Vec<String>,
    /// Documents of the scenario's own, by the name under which its routes refer to them.
    #[serde(default)]
    pub(crate) documents: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) zones: BTreeMap<String, ZoneText>,
    #[serde(default)]
    pub(crate) hosts: Vec<Host>,
}

/// An authoritative zone: zone-file lines, and names that do not get their true answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ZoneText {
    pub(crate) records: String,
    pub(crate) faults: BTreeMap<String, DnsFault>,
}

/// What the name server does instead of answering.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DnsFault {
    ServFail,
    Refused,
    Silence,
    NxDomain,
}

/// A virtual host, at one or more addresses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Host {
    pub(crate) names: Vec<String>,
    pub(crate) addresses: Vec<IpAddr>,
    #[serde(default)]
    pub(crate) services: Vec<Service>,
}

/// What a host does at one port.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Service {
    port: Option<u16>,
    pub(crate) scheme: Scheme,
    pub(crate) certificate: CertificateKind,
    pub(crate) fault: Option<ConnectionFault>,
    pub(crate) routes: Vec<HttpRoute>,
}

impl Service {
    /// The port, by default the scheme's.
    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(self.scheme.port())
    }
}

/// How a service is spoken to.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scheme {
    Http,
    #[default]
    Https,
}

impl Scheme {
    /// The port that a URL of this scheme need not name.
    pub(crate) fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

/// Which certificate a service presents.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CertificateKind {
    #[default]
    Good,
    SelfSigned,
    SelfSignedCa,
    Expired,
    NotYetValid,
    WrongName,
    Wildcard,
    UnknownCa,
    ExpiredWrongName,
}

/// What goes wrong before the first request can be read.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ConnectionFault {
    /// Accepts and never says a word.
    Silence,
    /// Resets the connection as soon as it is accepted.
    Reset,
    /// A closed port.
    Refuse,
    /// Not even the SYN is answered.
    Blackhole,
    /// Speaks like a mail server where TLS is expected.
    PlainText,
    /// Closes when it has read the `ClientHello`.
    CutHandshake,
}

/// One answer of a web server. The first route that fits a request answers it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HttpRoute {
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<String>,
    pub(crate) body_hex: Option<String>,
    pub(crate) document: Option<String>,
    pub(crate) fault: Option<ResponseFault>,
    pub(crate) delay_ms: u64,
    /// The bytes of whichever of the three bodies was given, filled in when the file is checked.
    #[serde(skip)]
    pub(crate) content: Vec<u8>,
}

impl HttpRoute {
    /// The status code, by default 200.
    pub(crate) fn status(&self) -> u16 {
        self.status.unwrap_or(200)
    }
}

/// What goes wrong with an answer.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ResponseFault {
    /// The header at once, then one byte of the body every 100 ms, without end.
    SlowDrip,
    /// 50 MB of blanks, chunked.
    HugeBody,
    /// Half of the body that `Content-Length` promised, then the end.
    Truncated,
    /// Header lines without end.
    EndlessHeader,
    /// The connection is reset when the request was read.
    Reset,
    /// The request is read and never answered.
    Silence,
    /// The body is compressed, although nobody asked for it.
    Gzip,
    /// A first line that is no status line.
    BadStatusLine,
}

impl fmt::Display for ResponseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SlowDrip => "slow-drip",
            Self::HugeBody => "huge-body",
            Self::Truncated => "truncated",
            Self::EndlessHeader => "endless-header",
            Self::Reset => "reset",
            Self::Silence => "silence",
            Self::Gzip => "gzip",
            Self::BadStatusLine => "bad-status-line",
        })
    }
}
