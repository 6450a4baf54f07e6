//! The certificates of a world: made when it starts, of every kind a scenario can ask for.

use std::{error::Error as StdError, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::{ServerConfig, crypto::CryptoProvider};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::{error::LabError, scenario::file::CertificateKind};

type Cause = Box<dyn StdError + Send + Sync>;

/// The certificate authorities of one world and the key that all its servers share.
pub(crate) struct Authority {
    trusted: CertifiedIssuer<'static, KeyPair>,
    unknown: CertifiedIssuer<'static, KeyPair>,
    key: KeyPair,
    provider: Arc<CryptoProvider>,
}

impl Authority {
    /// Makes the authorities.
    pub(crate) fn new() -> Result<Self, LabError> {
        let fail = |source: rcgen::Error| failure(&["the lab's authority"], source.into());
        Ok(Self {
            trusted: issuer("mailscout lab authority").map_err(fail)?,
            unknown: issuer("an authority nobody knows").map_err(fail)?,
            key: KeyPair::generate().map_err(fail)?,
            provider: Arc::new(rustls::crypto::ring::default_provider()),
        })
    }

    /// The authority that clients are to trust, in PEM.
    pub(crate) fn pem(&self) -> String {
        self.trusted.pem()
    }

    /// A TLS server that presents one kind of certificate for these names.
    pub(crate) fn server(
        &self,
        kind: CertificateKind,
        names: &[String],
    ) -> Result<Arc<ServerConfig>, LabError> {
        self.make(kind, names).map(Arc::new).map_err(|source| failure(names, source))
    }

    fn make(&self, kind: CertificateKind, names: &[String]) -> Result<ServerConfig, Cause> {
        use CertificateKind as Kind;

        let names = match kind {
            Kind::WrongName | Kind::ExpiredWrongName => vec![WRONG_NAME.to_owned()],
            Kind::Wildcard => vec![wildcard(names)],
            _ => names.to_vec(),
        };
        let mut params = CertificateParams::new(names.clone())?;
        if let Some(name) = names.first() {
            params.distinguished_name.push(DnType::CommonName, name.as_str());
        }
        let (from, to) = match kind {
            Kind::Expired | Kind::ExpiredWrongName => (2010, 2011),
            Kind::NotYetValid => (2090, 2091),
            _ => (2020, 2089),
        };
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = match kind {
            Kind::SelfSigned => params.self_signed(&self.key)?,
            Kind::SelfSignedCa => {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                params.self_signed(&self.key)?
            }
            Kind::UnknownCa => params.signed_by(&self.key, &self.unknown)?,
            _ => params.signed_by(&self.key, &self.trusted)?,
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(config)
    }
}

fn issuer(name: &str) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

/// `*.` and the parent of the first name.
fn wildcard(names: &[String]) -> String {
    let first = names.first().map_or("", String::as_str);
    let (_, parent) = first.split_once('.').unwrap_or(("", first));
    format!("*.{parent}")
}

fn failure(names: &[impl AsRef<str>], source: Cause) -> LabError {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    LabError::Certificate { names: names.join(", "), source }
}

/// The name in a certificate that is not the host's.
const WRONG_NAME: &str = "www.hoster.example";
