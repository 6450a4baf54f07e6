//! The handshake of TLS on an open connection, in its two ways: verifying and inspecting.

use std::sync::Arc;

use rustls::{ClientConfig, client::Resumption};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::{facts, insecure::InsecureInspector};
use crate::{
    certificate::CertificateProblem,
    connect::{Certificates, TlsFacts},
    failure::Failure,
    io::{
        error::SetupError,
        roots::Roots,
        tls::{self, Explaining, server_name, shake},
    },
};

/// Carries out handshakes.
#[derive(Debug)]
pub(super) struct Handshaker {
    verifier: Arc<Explaining>,
    verifying: Arc<ClientConfig>,
}

impl Handshaker {
    pub(super) fn new(roots: &Roots) -> Result<Self, SetupError> {
        let verifier = tls::verifier(roots)?;
        let mut verifying = tls::config(Arc::clone(&verifier))?;
        verifying.resumption = Resumption::disabled();
        Ok(Self { verifier, verifying: Arc::new(verifying) })
    }

    /// Starts TLS for a host.
    pub(super) async fn start(
        &self,
        stream: TcpStream,
        host: &str,
        certificates: Certificates,
    ) -> Result<(TlsStream<TcpStream>, TlsFacts), Failure> {
        let name = server_name(host)?;
        match certificates {
            Certificates::Verify => {
                let stream = shake(Arc::clone(&self.verifying), name, stream).await?;
                with_facts(stream, None)
            }
            Certificates::Inspect => self.inspect(stream, name).await,
        }
    }

    /// Goes on whatever the certificate is.
    ///
    /// # Security
    ///
    /// The configuration is made for this one handshake and dropped after it: it has the place for
    /// the verdict inside, and no session of it can be resumed.
    async fn inspect(
        &self,
        stream: TcpStream,
        name: ServerName<'static>,
    ) -> Result<(TlsStream<TcpStream>, TlsFacts), Failure> {
        let inspector = Arc::new(InsecureInspector::new(Arc::clone(&self.verifier)));
        let mut config = ClientConfig::clone(&self.verifying);
        config.resumption = Resumption::disabled();
        config.dangerous().set_certificate_verifier(Arc::clone(&inspector) as _);
        match (shake(Arc::new(config), name, stream).await, inspector.verdict()) {
            (Ok(stream), Some(verdict)) => with_facts(stream, verdict.err()),
            (Ok(_), None) => Err(nothing_shown()),
            // Its key cannot be used. What is wrong with it otherwise is what verifying says.
            (Err(Failure::Certificate(_)), Some(Err(problem))) => {
                Err(Failure::Certificate(problem))
            }
            (Err(failure), _) => Err(failure),
        }
    }
}

fn with_facts(
    stream: TlsStream<TcpStream>,
    problem: Option<CertificateProblem>,
) -> Result<(TlsStream<TcpStream>, TlsFacts), Failure> {
    match facts::of(stream.get_ref().1, problem) {
        Some(facts) => Ok((stream, facts)),
        None => Err(nothing_shown()),
    }
}

/// A handshake of which nothing is known: the library lets none end so.
fn nothing_shown() -> Failure {
    Failure::Handshake { detail: "it ended without a certificate".to_owned() }
}
