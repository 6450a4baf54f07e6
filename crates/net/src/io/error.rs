//! Why the network cannot be set up: what is wrong with a file, an option or the system.

use std::error::Error as StdError;

/// Why a resolver or a client could not be made.
///
/// `Display` gives one lower-case line without the cause; the cause, where there is one, is the
/// [`source`](StdError::source).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A file with certificates cannot be read.
    #[error("cannot read the certificate file `{path}`")]
    CertificateFile {
        /// The path as it was given.
        path: String,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// There is no certificate where one was promised.
    #[error("there is no certificate in PEM form in `{origin}`")]
    NoCertificate {
        /// The file, or where else the text came from.
        origin: String,
    },
    /// A certificate is broken.
    #[error("certificate {number} in `{origin}` is not usable")]
    BadCertificate {
        /// The file, or where else the text came from.
        origin: String,
        /// Which of its certificates, counted from 1.
        number: usize,
        /// What is wrong with it.
        #[source]
        cause: Box<dyn StdError + Send + Sync>,
    },
    /// The environment names certificate authorities, and none can be read.
    #[error("no certificate authority can be read from what the environment names: {named}")]
    NoNamedRoots {
        /// The variables with their values.
        named: String,
    },
    /// No certificate authority is trusted, so that no server could ever be.
    #[error("no certificate authority is trusted")]
    NoRoots,
    /// The TLS library refuses the configuration.
    #[error("TLS cannot be set up")]
    Tls {
        /// What it said.
        #[source]
        cause: Box<dyn StdError + Send + Sync>,
    },
    /// The DNS configuration of the system cannot be used.
    #[error("the DNS configuration of this system cannot be used")]
    Resolver {
        /// What is wrong with it.
        #[source]
        cause: Box<dyn StdError + Send + Sync>,
    },
    /// The text of a route is not `HOST:PORT:ADDRESS:PORT`.
    #[error("`{text}` is not HOST:PORT:ADDRESS:PORT: {problem}")]
    ConnectTo {
        /// The text.
        text: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}
