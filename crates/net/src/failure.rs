//! Why the network gave no usable answer: one kind per reaction, each with a stable code.

use core::fmt;

use crate::certificate::CertificateProblem;

/// Why a question was not answered. A fact for a report, not an error that stops anything.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Failure {
    /// DNS: the name does not exist, nor any below it.
    NxDomain,
    /// DNS: the name exists, without records of the kind asked for.
    NoData,
    /// DNS: the server answered that it cannot answer.
    ServFail,
    /// DNS: the server answered that it will not answer, or with another error code.
    DnsRefused {
        /// The response code as DNS calls it.
        code: String,
    },
    /// DNS: no answer within the deadline.
    DnsTimeout,
    /// DNS: no server could be reached.
    DnsUnreachable {
        /// What the system said.
        detail: String,
    },
    /// TCP: the host refused the connection.
    ConnectionRefused,
    /// TCP: no handshake within the deadline.
    ConnectTimeout,
    /// TCP: no way to the host.
    Unreachable {
        /// What the system said.
        detail: String,
    },
    /// TLS: no handshake within the deadline.
    TlsTimeout,
    /// TLS: the certificate was not accepted.
    Certificate(CertificateProblem),
    /// TLS: the server answered in plain text.
    NotTls,
    /// TLS: the handshake failed for another reason.
    Handshake {
        /// What the TLS library said.
        detail: String,
    },
    /// The request cannot be made as it was given, so nothing was sent.
    InvalidRequest {
        /// What is wrong with it.
        detail: String,
    },
    /// HTTP: the exchange did not end within its deadline.
    ExchangeTimeout,
    /// The connection was reset or closed before a whole answer had come.
    Closed,
    /// HTTP: the header is larger than is read.
    HeaderTooLarge,
    /// HTTP: the body is larger than is read.
    BodyTooLarge {
        /// The bound in bytes.
        max_body: usize,
    },
    /// HTTP: what came is not HTTP.
    NotHttp {
        /// What the HTTP library said.
        detail: String,
    },
}

impl Failure {
    /// The stable word for it, as reports and JSON have it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NxDomain => "nxdomain",
            Self::NoData => "no-data",
            Self::ServFail => "servfail",
            Self::DnsRefused { .. } => "dns-refused",
            Self::DnsTimeout => "dns-timeout",
            Self::DnsUnreachable { .. } => "dns-unreachable",
            Self::ConnectionRefused => "connection-refused",
            Self::ConnectTimeout => "connect-timeout",
            Self::Unreachable { .. } => "unreachable",
            Self::TlsTimeout => "tls-timeout",
            Self::Certificate(problem) => problem.code(),
            Self::NotTls => "not-tls",
            Self::Handshake { .. } => "tls-handshake",
            Self::InvalidRequest { .. } => "request-invalid",
            Self::ExchangeTimeout => "timeout",
            Self::Closed => "closed",
            Self::HeaderTooLarge => "header-too-large",
            Self::BodyTooLarge { .. } => "body-too-large",
            Self::NotHttp { .. } => "not-http",
        }
    }

    /// Whether somebody outside answered, if only to say no: what tells "it is not published"
    /// from "nobody could say".
    pub fn is_answer(&self) -> bool {
        !matches!(
            self,
            Self::ServFail
                | Self::DnsTimeout
                | Self::DnsUnreachable { .. }
                | Self::ConnectTimeout
                | Self::Unreachable { .. }
                | Self::TlsTimeout
                | Self::InvalidRequest { .. }
                | Self::ExchangeTimeout
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NxDomain => f.write_str("no such name"),
            Self::NoData => f.write_str("the name has no such record"),
            Self::ServFail => f.write_str("the DNS server failed (SERVFAIL)"),
            Self::DnsRefused { code } => write!(f, "the DNS server answered {code}"),
            Self::DnsTimeout => f.write_str("no answer from the DNS in time"),
            Self::DnsUnreachable { detail } => {
                write!(f, "no DNS server could be reached: {detail}")
            }
            Self::ConnectionRefused => f.write_str("the connection was refused"),
            Self::ConnectTimeout => f.write_str("no connection in time"),
            Self::Unreachable { detail } => write!(f, "the host cannot be reached: {detail}"),
            Self::TlsTimeout => f.write_str("no TLS handshake in time"),
            Self::Certificate(problem) => problem.fmt(f),
            Self::NotTls => {
                f.write_str("the server answered in plain text: it does not speak TLS on this port")
            }
            Self::Handshake { detail } => write!(f, "the TLS handshake failed: {detail}"),
            Self::InvalidRequest { detail } => write!(f, "the request cannot be sent: {detail}"),
            Self::ExchangeTimeout => f.write_str("no whole answer in time"),
            Self::Closed => f.write_str("the connection was closed before a whole answer had come"),
            Self::HeaderTooLarge => f.write_str("the header of the answer is too large"),
            Self::BodyTooLarge { max_body } => {
                write!(f, "the answer is larger than {} KiB", max_body / 1024)
            }
            Self::NotHttp { detail } => write!(f, "the answer is not HTTP: {detail}"),
        }
    }
}
