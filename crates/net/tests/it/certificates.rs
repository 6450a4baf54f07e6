//! Every way in which a certificate is right or wrong, and the versions of TLS.

use std::sync::Arc;

use mailscout_net::{
    certificate::CertificateProblem, failure::Failure, http::Exchange as _, http::Method,
    io::roots::Roots,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio_rustls::rustls::{
    ServerConfig, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use crate::{
    servers::{client_of, request, serve_tls},
    watched,
};

/// A certificate authority, made for the test.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

pub(crate) type Certified = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let params = authority_params(name);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// An authority that another one has certified.
    pub(crate) fn below(&self, name: &str) -> Self {
        let (params, key) = (authority_params(name), KeyPair::generate().unwrap());
        Self(CertifiedIssuer::signed_by(params, key, &self.0).unwrap())
    }

    pub(crate) fn der(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for names, valid from the first day of one year to that of another.
    pub(crate) fn certify(&self, names: &[&str], years: (i32, i32)) -> Certified {
        let key = KeyPair::generate().unwrap();
        let certificate = leaf(names, years).signed_by(&key, &self.0).unwrap();
        (vec![certificate.der().clone()], private(&key))
    }

    /// A certificate for names with its key, as a program of another kind reads them.
    #[cfg(all(feature = "ldap", target_os = "linux"))]
    pub(crate) fn certify_as_pem(&self, names: &[&str]) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = leaf(names, NOW).signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn leaf(names: &[&str], years: (i32, i32)) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
    params
}

pub(crate) fn self_signed(is_ca: IsCa) -> Certified {
    let key = KeyPair::generate().unwrap();
    let mut params = leaf(&["contoso.test"], NOW);
    params.is_ca = is_ca;
    let certificate = params.self_signed(&key).unwrap();
    (vec![certificate.der().clone()], private(&key))
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    key.serialize_der().try_into().unwrap()
}

pub(crate) fn config(
    certified: Certified,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certified.0, certified.1)
        .unwrap()
}

pub(crate) const NOW: (i32, i32) = (2020, 2120);

/// What a client that trusts the authority says of a server with this certificate.
async fn judge(authority: &Authority, certified: Certified) -> Option<CertificateProblem> {
    watched(async {
        let server = serve_tls(config(certified, &[&TLS13, &TLS12])).await;
        let request = request(Method::Get, "https://contoso.test/", server);
        match client_of(authority).exchange(&request).await {
            Ok(response) => {
                assert_eq!(response.status, 200);
                None
            }
            Err(Failure::Certificate(problem)) => Some(problem),
            Err(other) => panic!("{other}"),
        }
    })
    .await
}

pub(crate) fn wrong_name(names: &[&str]) -> CertificateProblem {
    CertificateProblem::WrongName { names: names.iter().map(ToString::to_string).collect() }
}

#[test]
fn a_file_of_authorities_is_read_whole() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = format!("# ours\n{}\n{}", Authority::new("one").pem(), Authority::new("two").pem());
    std::fs::write(file.path(), text).unwrap();
    let mut roots = Roots::none();
    assert_eq!(roots.add_pem_file(file.path()).unwrap(), 2);
    assert_eq!((roots.len(), roots.used_bundled()), (2, false));
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_accepted() {
    let authority = Authority::new("trusted");
    for name in ["contoso.test", "CONTOSO.test"] {
        assert_eq!(judge(&authority, authority.certify(&[name], NOW)).await, None);
    }
}

#[tokio::test]
async fn a_chain_over_an_intermediate_is_accepted_and_refused_without_it() {
    let authority = Authority::new("trusted");
    let intermediate = authority.below("intermediate");
    let (mut chain, key) = intermediate.certify(&["contoso.test"], NOW);
    let incomplete = (chain.clone(), key.clone_key());
    chain.push(intermediate.der());
    assert_eq!(judge(&authority, (chain, key)).await, None);
    let problem = judge(&authority, incomplete).await;
    assert_eq!(problem, Some(CertificateProblem::UnknownIssuer));
}

#[tokio::test]
async fn each_fault_of_a_certificate_has_its_word() {
    let authority = Authority::new("trusted");
    let stranger = Authority::new("stranger");
    let right = &["contoso.test"][..];
    let wrong = &["mail.fabrikam.test", "*.fabrikam.test", "192.0.2.7"][..];
    for (certified, expected) in [
        (authority.certify(right, (2010, 2011)), CertificateProblem::Expired),
        (authority.certify(right, (2110, 2111)), CertificateProblem::NotYetValid),
        (authority.certify(wrong, NOW), wrong_name(wrong)),
        (authority.certify(&["*.contoso.test"], NOW), wrong_name(&["*.contoso.test"])),
        (stranger.certify(right, NOW), CertificateProblem::UnknownIssuer),
        (self_signed(IsCa::NoCa), CertificateProblem::SelfSigned),
        (self_signed(IsCa::Ca(BasicConstraints::Unconstrained)), CertificateProblem::SelfSigned),
    ] {
        assert_eq!(judge(&authority, certified).await, Some(expected));
    }
}

#[tokio::test]
async fn of_several_faults_the_chain_is_told_before_the_name() {
    let authority = Authority::new("trusted");
    let certified = authority.certify(&["fabrikam.test"], (2010, 2011));
    assert_eq!(judge(&authority, certified).await, Some(CertificateProblem::Expired));
    let stranger = Authority::new("stranger");
    let certified = stranger.certify(&["fabrikam.test"], NOW);
    let problem = judge(&authority, certified).await;
    assert_eq!(problem, Some(CertificateProblem::UnknownIssuer));
}

#[tokio::test]
async fn an_authority_in_the_name_of_a_trusted_one_is_refused() {
    let (trusted, impostor) = (Authority::new("trusted"), Authority::new("trusted"));
    let problem = judge(&trusted, impostor.certify(&["contoso.test"], NOW)).await;
    assert!(problem.is_some(), "{problem:?}");
}

#[tokio::test]
async fn each_supported_version_of_tls_works_and_sessions_are_resumed() {
    watched(async {
        let authority = Authority::new("trusted");
        for version in [&TLS12, &TLS13] {
            let certified = authority.certify(&["contoso.test"], NOW);
            let server = serve_tls(config(certified, &[version])).await;
            let client = client_of(&authority);
            let request = request(Method::Get, "https://contoso.test/", server);
            let mut kinds = Vec::new();
            for _ in 0..2 {
                let response = client.exchange(&request).await.unwrap();
                kinds.push(String::from_utf8(response.body).unwrap());
            }
            assert_eq!(kinds, ["Full", "Resumed"], "{version:?}");
        }
    })
    .await;
}

/// Presents a certificate without having its key.
#[derive(Debug)]
struct Impostor(Arc<CertifiedKey>);

impl ResolvesServerCert for Impostor {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

/// A server with a good certificate for `contoso.test` and the key of another one.
pub(crate) fn impostor(
    authority: &Authority,
    version: &'static SupportedProtocolVersion,
) -> ServerConfig {
    let (chain, _) = authority.certify(&["contoso.test"], NOW);
    let (_, other_key) = authority.certify(&["contoso.test"], NOW);
    let key = ring::sign::any_supported_type(&other_key).unwrap();
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Impostor(Arc::new(CertifiedKey::new(chain, key)))))
}

#[tokio::test]
async fn a_certificate_without_its_key_proves_nothing() {
    for version in [&TLS12, &TLS13] {
        watched(async {
            let authority = Authority::new("trusted");
            let server = serve_tls(impostor(&authority, version)).await;
            let request = request(Method::Get, "https://contoso.test/", server);
            let ended = client_of(&authority).exchange(&request).await;
            assert!(ended.is_err(), "{version:?}: {ended:?}");
        })
        .await;
    }
}

#[test]
fn a_file_of_authorities_without_end_is_refused() {
    let error = Roots::none().add_pem_file("/dev/zero").unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "it is no regular file");
}
