//! The TLS side of a client: the library's own verifier decides, and a refusal is explained.

use core::fmt;
use std::{error::Error as StdError, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, OtherError,
    SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::CryptoProvider,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{diagnosis, error::SetupError, roots::Roots};
use crate::{certificate::CertificateProblem, failure::Failure};

/// A configuration for clients: TLS 1.2 and later, a verifier, sessions resumed.
pub(super) fn config(verifier: Arc<Explaining>) -> Result<ClientConfig, SetupError> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(refused)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

/// The verifier that trusts these roots.
pub(super) fn verifier(roots: &Roots) -> Result<Arc<Explaining>, SetupError> {
    if roots.is_empty() {
        return Err(SetupError::NoRoots);
    }
    let stock = WebPkiServerVerifier::builder_with_provider(roots.store(), provider())
        .build()
        .map_err(refused)?;
    Ok(Arc::new(Explaining { stock }))
}

/// The host as the library takes it: a name, for which it is asked, or an IP address.
pub(super) fn server_name(host: &str) -> Result<ServerName<'static>, Failure> {
    // A final dot makes it no other name.
    let name = ServerName::try_from(host.strip_suffix('.').unwrap_or(host));
    name.map(|name| name.to_owned())
        .map_err(|_| Failure::Handshake { detail: format!("no certificate can be for `{host}`") })
}

/// Carries out a handshake.
pub(super) async fn shake(
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, Failure> {
    let connected = TlsConnector::from(config).connect(name, stream).await;
    connected.map_err(|error| diagnosis::handshake(&error))
}

/// What an error of the library says about the certificate, if it is about the certificate.
///
/// The library checks the chain before the name: a certificate that is expired and for another
/// name reads as expired.
pub(super) fn problem(error: &Error) -> Option<CertificateProblem> {
    let Error::InvalidCertificate(error) = error else {
        return None;
    };
    Some(match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            CertificateProblem::Expired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateProblem::NotYetValid
        }
        CertificateError::NotValidForName => CertificateProblem::WrongName { names: Vec::new() },
        CertificateError::NotValidForNameContext { presented, .. } => {
            CertificateProblem::WrongName {
                names: presented.iter().take(MAX_NAMES).map(|name| bare(name)).collect(),
            }
        }
        CertificateError::UnknownIssuer => CertificateProblem::UnknownIssuer,
        CertificateError::Revoked => CertificateProblem::Revoked,
        CertificateError::Other(OtherError(other)) if other.is::<SelfSigned>() => {
            CertificateProblem::SelfSigned
        }
        other => CertificateProblem::Invalid { detail: other.to_string() },
    })
}

/// The one place that chooses the cryptography.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn refused(cause: impl StdError + Send + Sync + 'static) -> SetupError {
    SetupError::Tls { cause: Box::new(cause) }
}

/// The library's verifier, with a word of its own for self-signed certificates.
///
/// # Security
///
/// What the library refuses is refused: only the error is exchanged, never the verdict.
#[derive(Debug)]
pub(super) struct Explaining {
    stock: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for Explaining {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.stock
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| explain(error, end_entity))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.stock.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.stock.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.stock.supported_verify_schemes()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.stock.root_hint_subjects()
    }
}

/// Tells the self-signed certificate apart: for the library its issuer is unknown, or, if it also
/// says that it is an authority, it is none for a server.
fn explain(error: Error, end_entity: &CertificateDer<'_>) -> Error {
    let chain = matches!(
        error,
        Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::Other(_))
    );
    if chain && is_self_signed(end_entity) {
        return CertificateError::Other(OtherError(Arc::new(SelfSigned))).into();
    }
    error
}

fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    x509_parser::parse_x509_certificate(certificate).is_ok_and(|(_, certificate)| {
        certificate.issuer() == certificate.subject() && certificate.verify_signature(None).is_ok()
    })
}

/// A name without the library's wrapping: `DnsName("mail.contoso.example")`.
fn bare(name: &str) -> String {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"').to_owned()
}

/// The mark of a self-signed certificate in an error of the library.
#[derive(Debug)]
struct SelfSigned;

impl fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("self-signed certificate")
    }
}

impl StdError for SelfSigned {}

/// How many names of a certificate are kept: some are for thousands.
const MAX_NAMES: usize = 100;
