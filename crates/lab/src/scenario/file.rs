//! The scenario file as it is written: field names, words and defaults, no behaviour.

use std::{collections::BTreeMap, fmt, net::IpAddr};

use serde::Deserialize;

mod directory;
mod mail;
mod web;

pub(crate) use directory::{
    Attributes, Directory, DirectoryAccount, DirectoryFault, DirectoryService, DirectoryText,
    Holdings, ScpText, UserText,
};
pub(crate) use mail::{Account, MECHANISMS, Mail, Mechanism, Outcome, Protocol, Security};
pub(crate) use web::{AuthFault, AuthScheme, Gate};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioFile {
    pub(crate) title: String,
    pub(crate) address: String,
    #[serde(default)]
    pub(crate) arguments: Vec<String>,
    pub(crate) password: Option<String>,
    pub(crate) token: Option<String>,
    #[serde(default)]
    pub(crate) nxdomain: Vec<String>,
    /// Documents of the scenario's own, by the name under which its routes refer to them.
    #[serde(default)]
    pub(crate) documents: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) zones: BTreeMap<String, ZoneText>,
    #[serde(default)]
    pub(crate) hosts: Vec<Host>,
    #[serde(default)]
    pub(crate) directory: Vec<DirectoryText>,
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

/// What a host does at one port. What is for mail servers alone stands in the second half, what is
/// for web servers alone behind it; both may have accounts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Service {
    port: Option<u16>,
    pub(crate) scheme: Scheme,
    certificate: Option<CertificateKind>,
    pub(crate) fault: Option<Fault>,
    pub(crate) routes: Vec<HttpRoute>,

    security: Option<Security>,
    delay_ms: Option<u64>,
    reply_delay_ms: Option<u64>,
    greeting: Option<String>,
    capabilities: Option<Vec<String>>,
    capability_greeting: Option<bool>,
    sasl_ir: Option<bool>,
    capa: Option<bool>,
    apop: Option<bool>,
    ehlo: Option<bool>,
    login: Option<bool>,
    login_before_tls: Option<bool>,
    mechanisms: Option<Vec<String>>,
    mechanisms_before_tls: Option<Vec<String>>,
    refuse_mechanisms: Option<Vec<String>>,
    accounts: Option<Vec<Account>>,
    /// The second half with its defaults, filled in when the file is checked.
    #[serde(skip)]
    pub(crate) mail: Option<Mail>,

    auth: Option<Vec<AuthScheme>>,
    auth_fault: Option<AuthFault>,
    realm: Option<String>,
    bearer: Option<String>,
    /// Filled in from the tables of directories.
    #[serde(skip)]
    pub(crate) directory: Option<Directory>,
}

impl Service {
    /// The port, by default the one of the scheme and its security.
    pub(crate) fn port(&self) -> u16 {
        let usual = || match self.scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
            Scheme::Ldap => 389,
            Scheme::Imap => Protocol::Imap.port(self.security()),
            Scheme::Pop3 => Protocol::Pop3.port(self.security()),
            Scheme::Smtp => Protocol::Smtp.port(self.security()),
        };
        self.port.unwrap_or_else(usual)
    }

    /// How a mail server is protected, by default with TLS from the first byte.
    pub(crate) fn security(&self) -> Security {
        self.security.unwrap_or_default()
    }

    /// The certificate to present; none where nobody shakes hands.
    pub(crate) fn certificate(&self) -> Option<CertificateKind> {
        let presented = match self.scheme {
            Scheme::Http => false,
            Scheme::Https => self.fault.is_none(),
            _ => self.security() != Security::Plain,
        };
        presented.then(|| self.certificate.unwrap_or_default())
    }

    /// Whether the file says which certificate to present.
    pub(crate) fn names_certificate(&self) -> bool {
        self.certificate.is_some()
    }
}

/// How a service is spoken to.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scheme {
    Http,
    #[default]
    Https,
    /// A directory, which has a table of its own.
    #[serde(skip)]
    Ldap,
    Imap,
    Pop3,
    Smtp,
}

impl Scheme {
    /// The port that a URL of this scheme need not name.
    pub(crate) fn web_port(self) -> Option<u16> {
        match self {
            Self::Http => Some(80),
            Self::Https => Some(443),
            _ => None,
        }
    }

    /// What is spoken there, when it is a mail server.
    pub(crate) fn protocol(self) -> Option<Protocol> {
        match self {
            Self::Http | Self::Https | Self::Ldap => None,
            Self::Imap => Some(Protocol::Imap),
            Self::Pop3 => Some(Protocol::Pop3),
            Self::Smtp => Some(Protocol::Smtp),
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http => f.write_str("http"),
            Self::Https => f.write_str("https"),
            Self::Ldap => f.write_str("ldap"),
            Self::Imap => Protocol::Imap.fmt(f),
            Self::Pop3 => Protocol::Pop3.fmt(f),
            Self::Smtp => Protocol::Smtp.fmt(f),
        }
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

/// What goes wrong with a whole service.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fault {
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
    /// A web server that speaks like a mail server where TLS is expected.
    PlainText,

    /// Sends a line in clear text behind its agreement to STARTTLS, in the same segment.
    StarttlsInjection,
    /// Does not offer STARTTLS, and takes log-ins in clear text instead.
    StarttlsStripped,
    /// Offers STARTTLS and refuses it.
    StarttlsRefused,
    /// Agrees to STARTTLS and closes when it has read the `ClientHello`.
    StarttlsCut,
    /// Greets after twenty seconds.
    SlowGreeting,
    /// Greets with binary noise.
    Garbage,
    /// Greets with a line that never ends.
    EndlessLine,
    /// Lists capabilities and never comes to an end.
    EndlessCapabilities,
    /// Greets an IMAP client as one that is already logged in.
    Preauth,
    /// Says in the greeting that it does not serve, and closes.
    Bye,
    /// Greets and closes.
    CloseAfterGreeting,
    /// Closes in the middle of its list of capabilities.
    CloseInCapabilities,
    /// Greets and never says another word.
    SilenceAfterGreeting,
    /// Is a web server.
    Http,
}

/// One answer of a web server. The first route that fits a request answers it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HttpRoute {
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) query: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<String>,
    pub(crate) body_hex: Option<String>,
    pub(crate) document: Option<String>,
    pub(crate) fault: Option<ResponseFault>,
    pub(crate) delay_ms: u64,
    pub(super) auth: Option<Vec<AuthScheme>>,
    pub(super) auth_fault: Option<AuthFault>,
    /// Who may have the answer, filled in when the file is checked; none: everybody.
    #[serde(skip)]
    pub(crate) gate: Option<Gate>,
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
