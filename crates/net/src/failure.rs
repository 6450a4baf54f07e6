//! Why the network gave no usable answer: one kind per reaction, each with a stable code.

use core::fmt;

use crate::{certificate::CertificateProblem, directory::result_name};

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
    /// HTTP, LDAP: the exchange did not end within its deadline.
    ExchangeTimeout,
    /// The connection was reset or closed before a whole answer had come.
    Closed,
    /// HTTP: the header is larger than is read.
    HeaderTooLarge,
    /// HTTP: the body is larger than is read. LDAP: all messages together are.
    BodyTooLarge {
        /// The bound in bytes.
        max_body: usize,
    },
    /// HTTP: what came is not HTTP.
    NotHttp {
        /// What the HTTP library said.
        detail: String,
    },
    /// LDAP: what came is not LDAP, or not what was asked for.
    NotLdap {
        /// What is wrong with it.
        detail: String,
    },
    /// LDAP: the server does not start TLS.
    LdapStartTlsRefused {
        /// The result code.
        code: u32,
        /// What the server said, shortened; may be empty.
        diagnostic: String,
    },
    /// LDAP: the server does not take the name and the password.
    LdapBindRefused {
        /// The result code.
        code: u32,
        /// What the server said, shortened; may be empty.
        diagnostic: String,
    },
    /// LDAP: the server does not search, or gave the search up.
    LdapRefused {
        /// The result code.
        code: u32,
        /// What the server said, shortened; may be empty.
        diagnostic: String,
    },
    /// LDAP: the server's entry about itself has no such naming context: it is another kind of
    /// directory, or shows nothing to whoever asked.
    LdapNoNamingContext {
        /// The attribute that would name it.
        attribute: &'static str,
    },
    /// HTTP: the connection ended within a log-in that takes several messages. The secret may have
    /// been proved by then, and the log-in counted.
    LogInClosed,
    /// HTTP: the server did not go on with the log-in as the scheme has it. Nothing was proved.
    LogInBroken {
        /// What it did.
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
            Self::NotLdap { .. } => "not-ldap",
            Self::LdapStartTlsRefused { .. } => "ldap-starttls-refused",
            Self::LdapBindRefused { .. } => "ldap-bind-refused",
            Self::LdapRefused { .. } => "ldap-refused",
            Self::LdapNoNamingContext { .. } => "ldap-no-naming-context",
            Self::LogInClosed => "log-in-closed",
            Self::LogInBroken { .. } => "log-in-broken",
        }
    }

    /// Whether somebody outside answered, if only to say no: what tells "it is not published"
    /// from "nobody could say".
    pub fn is_answer(&self) -> bool {
        !matches!(
            self,
            Self::ServFail
                | Self::DnsTimeout
                | Self::DnsRefused { .. }
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
            Self::NotLdap { detail } => write!(f, "the answer is not LDAP: {detail}"),
            Self::LdapStartTlsRefused { code, diagnostic } => {
                f.write_str("the directory does not start TLS: ")?;
                write_result(f, *code, diagnostic)
            }
            Self::LdapBindRefused { code, diagnostic } => {
                f.write_str("the directory does not take the name and the password: ")?;
                write_result(f, *code, diagnostic)
            }
            Self::LdapRefused { code, diagnostic } => {
                f.write_str("the directory refused: ")?;
                write_result(f, *code, diagnostic)
            }
            Self::LdapNoNamingContext { attribute } => {
                write!(f, "the directory names no {attribute}")
            }
            Self::LogInClosed => {
                f.write_str("the connection was closed in the middle of the log-in")
            }
            Self::LogInBroken { detail } => {
                write!(f, "the server did not go on with the log-in: {detail}")
            }
        }
    }
}

/// Writes `noSuchObject (32), "0000208D: NameErr"`.
fn write_result(f: &mut fmt::Formatter<'_>, code: u32, diagnostic: &str) -> fmt::Result {
    match result_name(code) {
        Some(name) => write!(f, "{name} ({code})")?,
        None => write!(f, "result code {code}")?,
    }
    if diagnostic.is_empty() { Ok(()) } else { write!(f, ", \"{diagnostic}\"") }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn a_result_of_ldap_is_told_with_its_name_and_what_the_server_said() {
        let diagnostic = || "80090308: LdapErr".to_owned();
        for (failure, code, text) in [
            (
                Failure::LdapBindRefused { code: 49, diagnostic: diagnostic() },
                "ldap-bind-refused",
                "the directory does not take the name and the password: \
                 invalidCredentials (49), \"80090308: LdapErr\"",
            ),
            (
                Failure::LdapRefused { code: 4711, diagnostic: String::new() },
                "ldap-refused",
                "the directory refused: result code 4711",
            ),
            (
                Failure::LdapStartTlsRefused { code: 52, diagnostic: String::new() },
                "ldap-starttls-refused",
                "the directory does not start TLS: unavailable (52)",
            ),
        ] {
            assert_eq!((failure.code(), failure.to_string().as_str()), (code, text));
            assert!(failure.is_answer());
        }
    }
}
