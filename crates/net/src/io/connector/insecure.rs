//! The verifier that lets every certificate pass and keeps the verdict on it: to look, never for
//! anything that is secret.

use std::sync::{Arc, OnceLock};

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::{
    certificate::CertificateProblem,
    io::tls::{self, Explaining},
};

/// A verifier for one handshake.
///
/// # Security
///
/// The verdict is that of the strict verifier, which also checks that the server has the key of its
/// certificate: that is never let pass. A second certificate is refused, so that the verdict is on
/// the one the connection came with.
#[derive(Debug)]
pub(super) struct InsecureInspector {
    strict: Arc<Explaining>,
    verdict: OnceLock<Result<(), CertificateProblem>>,
}

impl InsecureInspector {
    pub(super) fn new(strict: Arc<Explaining>) -> Self {
        Self { strict, verdict: OnceLock::new() }
    }

    /// Whether the certificate is good; `None` where there was none to judge.
    pub(super) fn verdict(&self) -> Option<Result<(), CertificateProblem>> {
        self.verdict.get().cloned()
    }
}

impl ServerCertVerifier for InsecureInspector {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.strict.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        let verdict = match verified {
            Ok(_) => Ok(()),
            Err(error) => Err(tls::problem(&error).ok_or(error)?),
        };
        match self.verdict.set(verdict) {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(_) => Err(Error::General("a second certificate".to_owned())),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.strict.supported_verify_schemes()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.strict.root_hint_subjects()
    }
}
