//! Which certificate authorities are trusted: decided once, at the top, and passed down.

use std::{path::Path, sync::Arc};

use rustls::RootCertStore;
use rustls_pki_types::{CertificateDer, pem::PemObject as _};

use super::{error::SetupError, file::read_bounded};

/// The certificate authorities whose word is taken.
#[derive(Clone, Debug)]
pub struct Roots {
    store: RootCertStore,
    used_bundled: bool,
}

impl Roots {
    /// No authority at all; a start for [`add_pem_file`](Self::add_pem_file).
    pub fn none() -> Self {
        Self { store: RootCertStore::empty(), used_bundled: false }
    }

    /// The authorities that this system trusts, or those that the program brings along where the
    /// system has none.
    ///
    /// `SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured. A certificate that cannot be read is
    /// skipped: it can only make fewer servers trusted.
    ///
    /// # Errors
    ///
    /// [`SetupError::NoNamedRoots`] if the variables name authorities and none can be read: who
    /// names his own must not be given others instead. [`SetupError::NoRoots`] if there is none on
    /// the system nor in the program.
    pub fn system() -> Result<Self, SetupError> {
        let mut roots = Self::none();
        roots.store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.store.is_empty() {
            if let Some(named) = named_by_the_environment() {
                return Err(SetupError::NoNamedRoots { named });
            }
            roots.store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            roots.used_bundled = true;
        }
        if roots.store.is_empty() {
            return Err(SetupError::NoRoots);
        }
        Ok(roots)
    }

    /// Whether the system had no authorities, so that those of the program stand in.
    pub fn used_bundled(&self) -> bool {
        self.used_bundled
    }

    /// How many authorities are trusted.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether none is trusted.
    pub fn is_empty(&self) -> bool {
        self.store.is_empty()
    }

    /// Trusts the authorities of a PEM text, and gives their number. All or none are added.
    ///
    /// `origin` names the text in errors. What is not a certificate (a key, a comment) is skipped.
    ///
    /// # Errors
    ///
    /// [`SetupError::NoCertificate`] and [`SetupError::BadCertificate`].
    pub fn add_pem(&mut self, pem: &[u8], origin: &str) -> Result<usize, SetupError> {
        let mut store = self.store.clone();
        let mut number = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            number += 1;
            certificate
                .map_err(Box::from)
                .and_then(|der| store.add(der).map_err(Box::from))
                .map_err(|cause| SetupError::BadCertificate {
                    origin: origin.to_owned(),
                    number,
                    cause,
                })?;
        }
        if number == 0 {
            return Err(SetupError::NoCertificate { origin: origin.to_owned() });
        }
        self.store = store;
        Ok(number)
    }

    /// Trusts the authorities of a PEM file, and gives their number.
    ///
    /// # Errors
    ///
    /// [`SetupError::CertificateFile`] if it cannot be read, and those of
    /// [`add_pem`](Self::add_pem).
    pub fn add_pem_file(&mut self, path: impl AsRef<Path>) -> Result<usize, SetupError> {
        let path = path.as_ref();
        let origin = path.display().to_string();
        match read_bounded(path, MAX_BYTES) {
            Ok(pem) => self.add_pem(&pem, &origin),
            Err(cause) => Err(SetupError::CertificateFile { path: origin, cause }),
        }
    }

    /// The authorities as the TLS library takes them.
    pub(super) fn store(&self) -> Arc<RootCertStore> {
        Arc::new(self.store.clone())
    }
}

/// Bytes of a file with certificates; those of a whole system have under one MiB.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The variables that name authorities, and what they name.
fn named_by_the_environment() -> Option<String> {
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().filter_map(|variable| {
        let value = std::env::var_os(variable)?;
        Some(format!("{variable}={}", value.to_string_lossy()))
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(" "))
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::Roots;

    #[test]
    fn a_missing_file_is_one_line_with_the_system_error_as_cause() {
        let error = Roots::none().add_pem_file("/nonexistent/ca.pem").unwrap_err();
        assert_eq!(error.to_string(), "cannot read the certificate file `/nonexistent/ca.pem`");
        assert!(error.source().unwrap().to_string().contains("No such file"));
    }

    #[test]
    fn a_text_without_a_certificate_is_refused() {
        let error = Roots::none().add_pem(b"hello\n", "ca.pem").unwrap_err();
        assert_eq!(error.to_string(), "there is no certificate in PEM form in `ca.pem`");
    }

    #[test]
    fn a_broken_certificate_is_named_and_nothing_is_added() {
        let mut roots = Roots::none();
        let pem = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let error = roots.add_pem(pem, "ca.pem").unwrap_err();
        assert_eq!(error.to_string(), "certificate 1 in `ca.pem` is not usable");
        assert!(roots.is_empty());
    }

    #[test]
    fn the_system_always_yields_some_authority() {
        assert!(!Roots::system().unwrap().is_empty());
    }
}
