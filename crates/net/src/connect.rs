//! Connections on which a mail server is spoken to, and the trait of who can open one.

use core::{fmt, net::IpAddr, time::Duration};
use std::time::SystemTime;

use async_trait::async_trait;

use crate::{certificate::CertificateProblem, failure::Failure};

/// Where a connection goes.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Target {
    /// The name of the host, which its certificate must be for; A-labels, or an IP address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The addresses of the host that may be connected to, the first one first.
    pub addresses: Vec<IpAddr>,
}

impl Target {
    /// A target.
    pub fn new(host: impl Into<String>, port: u16, addresses: Vec<IpAddr>) -> Self {
        Self { host: host.into(), port, addresses }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// What a handshake does with a certificate that is not good.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a certificate must be good, or it need not")]
pub enum Certificates {
    /// The handshake fails with [`Failure::Certificate`]: for everything that is secret.
    Verify,
    /// The handshake succeeds, and the verdict is in [`TlsFacts::problem`]: to look, and to say
    /// nothing that is secret.
    Inspect,
}

/// Somebody who can open connections.
#[async_trait]
pub trait Connect: fmt::Debug + Send + Sync {
    /// Opens a TCP connection.
    ///
    /// # Errors
    ///
    /// A [`Failure`] of the TCP kinds.
    async fn connect(
        &self,
        target: &Target,
        deadline: Duration,
    ) -> Result<Box<dyn Connection>, Failure>;
}

/// An open connection, in clear text until TLS is started. Dropping it closes it.
#[async_trait]
pub trait Connection: fmt::Debug + Send {
    /// The own end's address; `None` where it is not known.
    fn local_address(&self) -> Option<IpAddr>;

    /// The address that answered; `None` where it is not known.
    fn peer_address(&self) -> Option<IpAddr>;

    /// Starts TLS for the host of the target. What was received in clear text and not yet read
    /// becomes part of the handshake, and breaks it.
    ///
    /// # Errors
    ///
    /// A [`Failure`] of the TLS kinds; the connection is of no use any more.
    async fn start_tls(
        &mut self,
        certificates: Certificates,
        deadline: Duration,
    ) -> Result<TlsFacts, Failure>;

    /// Reads what there is, at least one byte; 0 when the other side has closed.
    ///
    /// Cancelling it loses nothing: what was not returned is there for the next call.
    ///
    /// # Errors
    ///
    /// [`Failure::Closed`] when the connection broke; a [`Failure`] of the TLS kinds when the
    /// server refused the client after the handshake.
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Failure>;

    /// Sends all bytes.
    ///
    /// # Errors
    ///
    /// [`Failure::Closed`] when the connection broke.
    async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure>;

    /// Closes in an orderly way, as far as the other side lets it; waits for nobody.
    async fn close(&mut self);
}

/// What a handshake showed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct TlsFacts {
    /// The version: `TLS 1.2`, `TLS 1.3`.
    pub version: &'static str,
    /// The cipher suite as the TLS library calls it, such as `TLS13_AES_128_GCM_SHA256`.
    pub cipher: String,
    /// Why the certificate is not good; `None` where it is.
    pub problem: Option<CertificateProblem>,
    /// The certificates as the server sent them, its own first.
    pub chain: Vec<CertificateFacts>,
}

impl TlsFacts {
    /// What a handshake showed: for whoever brings a network of their own.
    pub fn new(
        version: &'static str,
        cipher: impl Into<String>,
        problem: Option<CertificateProblem>,
        chain: Vec<CertificateFacts>,
    ) -> Self {
        Self { version, cipher: cipher.into(), problem, chain }
    }
}

/// What one certificate says of itself. All of it is the server's word.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CertificateFacts {
    /// Whom it is about, as a distinguished name.
    pub subject: String,
    /// Who signed it, as a distinguished name.
    pub issuer: String,
    /// The DNS names and IP addresses that it is for.
    pub names: Vec<String>,
    /// From when it is valid.
    pub not_before: SystemTime,
    /// Until when it is valid.
    pub not_after: SystemTime,
}

impl CertificateFacts {
    /// What a certificate says: for whoever brings a network of their own.
    pub fn new(
        subject: impl Into<String>,
        issuer: impl Into<String>,
        names: Vec<String>,
        not_before: SystemTime,
        not_after: SystemTime,
    ) -> Self {
        Self { subject: subject.into(), issuer: issuer.into(), names, not_before, not_after }
    }
}
