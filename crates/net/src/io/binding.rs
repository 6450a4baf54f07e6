//! What ties a log-in to the TLS connection around it: the server's certificate.

use mailscout_ntlm::ChannelBinding;
use rustls_pki_types::CertificateDer;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_parser::{
    certificate::X509Certificate,
    oid_registry::{
        OID_HASH_SHA1, OID_NIST_HASH_SHA256, OID_NIST_HASH_SHA384, OID_NIST_HASH_SHA512,
        OID_PKCS1_MD5WITHRSAENC, OID_PKCS1_SHA1WITHRSA, OID_PKCS1_SHA256WITHRSA,
        OID_PKCS1_SHA384WITHRSA, OID_PKCS1_SHA512WITHRSA, OID_SIG_ECDSA_WITH_SHA256,
        OID_SIG_ECDSA_WITH_SHA384, OID_SIG_ECDSA_WITH_SHA512, Oid,
    },
    signature_algorithm::SignatureAlgorithm,
};

/// The binding to a certificate; none where its signature has no hash of its own, as with Ed25519.
///
/// # Spec
///
/// [RFC 5929 §4.1](https://www.rfc-editor.org/rfc/rfc5929#section-4.1)
pub(super) fn server_end_point(certificate: &CertificateDer<'_>) -> Option<ChannelBinding> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let digest = match hash(&parsed)? {
        Hash::Sha256 => Sha256::digest(certificate).to_vec(),
        Hash::Sha384 => Sha384::digest(certificate).to_vec(),
        Hash::Sha512 => Sha512::digest(certificate).to_vec(),
    };
    Some(ChannelBinding::server_end_point(&digest))
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// The hash of a certificate's signature; instead of MD5 and SHA-1 it is SHA-256.
fn hash(certificate: &X509Certificate<'_>) -> Option<Hash> {
    let algorithm = &certificate.signature_algorithm;
    match SignatureAlgorithm::try_from(algorithm) {
        Ok(SignatureAlgorithm::RSASSA_PSS(params)) => find(params.hash_algorithm_oid()),
        _ => find(&algorithm.algorithm),
    }
}

fn find(oid: &Oid<'_>) -> Option<Hash> {
    HASHES.iter().find(|(known, _)| known == oid).map(|(_, hash)| *hash)
}

const HASHES: &[(Oid<'static>, Hash)] = &[
    (OID_PKCS1_MD5WITHRSAENC, Hash::Sha256),
    (OID_PKCS1_SHA1WITHRSA, Hash::Sha256),
    (OID_HASH_SHA1, Hash::Sha256),
    (OID_PKCS1_SHA256WITHRSA, Hash::Sha256),
    (OID_SIG_ECDSA_WITH_SHA256, Hash::Sha256),
    (OID_NIST_HASH_SHA256, Hash::Sha256),
    (OID_PKCS1_SHA384WITHRSA, Hash::Sha384),
    (OID_SIG_ECDSA_WITH_SHA384, Hash::Sha384),
    (OID_NIST_HASH_SHA384, Hash::Sha384),
    (OID_PKCS1_SHA512WITHRSA, Hash::Sha512),
    (OID_SIG_ECDSA_WITH_SHA512, Hash::Sha512),
    (OID_NIST_HASH_SHA512, Hash::Sha512),
];

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    use rcgen::{
        CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519,
    };

    use super::*;

    /// RSASSA-PSS with SHA-384, made by OpenSSL.
    const PSS: &str = "MIICWTCCAY6gAwIBAgIUXlFs2zmSNP3JYM4wcywJg6QIBq8wQQYJKoZIhvcNAQEKMDSgDzANBglghkgBZQMEAgIF\
         AKEcMBoGCSqGSIb3DQEBCDANBglghkgBZQMEAgIFAKIDAgEwMAwxCjAIBgNVBAMMAWEwHhcNMjYxMTIyMDA1MzEw\
         WhcNMjYxMTIzMDA1MzEwWjAMMQowCAYDVQQDDAFhMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDBTDm7m9au\
         qz0Dum3mJg6jTOwVxJ9cb9JWnD5UPSDuWD1Mcp8PaZ7iBi9OqCeuhk0N00FQestYPdarW5pNhTTPyJHRkoHzkHxw\
         9LTI4XBjByoaT3tMm/wUvWkM9PiYGQ+SFnTfns7hFYvFEiaOCld6w2Y/jm+x+lfCve+WwRmm1QIDAQABo1AwTjAd\
         BgNVHQ4EFgQUVa23S0KZGFxZoKCUa4ZOpgaF+xswHwYDVR0jBBgwFoAUVa23S0KZGFxZoKCUa4ZOpgaF+xswDAYD\
         VR0TBAUwAwEB/zBBBgkqhkiG9w0BAQowNKAPMA0GCWCGSAFlAwQCAgUAoRwwGgYJKoZIhvcNAQEIMA0GCWCGSAFl\
         AwQCAgUAogMCATADgYEAX8sWolGFAYLKWFLp+3n794TAxbm5m3n5LeRd0Fqj8/LSqxxXbz+z8cEw0yLLy/2eIkYS\
         Eb8YhrUNobL/0QLw5EIgoK5GWlHukOjPl4HikvFKd4qWp0e+eYUoe1twOeG4CJUdCJ7TvY6RqswEFU9wmMZ+dFws\
         7YNH0vfDAjTL29k=";

    fn made(algorithm: &'static rcgen::SignatureAlgorithm) -> CertificateDer<'static> {
        let key = KeyPair::generate_for(algorithm).unwrap();
        CertificateParams::default().self_signed(&key).unwrap().der().clone()
    }

    #[test]
    fn the_hash_is_that_of_the_certificates_own_signature() {
        let short = made(&PKCS_ECDSA_P256_SHA256);
        let expected = ChannelBinding::server_end_point(&Sha256::digest(&short));
        assert_eq!(server_end_point(&short), Some(expected));
        let pss = CertificateDer::from(BASE64_STANDARD.decode(PSS).unwrap());
        for long in [made(&PKCS_ECDSA_P384_SHA384), pss] {
            let expected = ChannelBinding::server_end_point(&Sha384::digest(&long));
            assert_eq!(server_end_point(&long), Some(expected));
        }
    }

    #[test]
    fn a_signature_without_a_hash_of_its_own_has_no_binding() {
        assert_eq!(server_end_point(&made(&PKCS_ED25519)), None);
        assert_eq!(server_end_point(&CertificateDer::from(b"none".to_vec())), None);
    }
}
