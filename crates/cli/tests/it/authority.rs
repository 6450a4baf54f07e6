//! A private authority for real servers: made when the tests start, and trusted by nobody else.

use std::{path::Path, sync::OnceLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// One for all servers, so that one `--ca-file` is enough for a test that has several.
static AUTHORITY: OnceLock<CertifiedIssuer<'static, KeyPair>> = OnceLock::new();

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "a private authority");
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

/// Writes the authority to `ca.pem`, and a certificate of its for these names to `cert.pem` and
/// `key.pem`.
pub(crate) fn certify(folder: &Path, names: &[&str]) {
    let authority = AUTHORITY.get_or_init(authority);
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, authority).unwrap();
    std::fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
}
