//! `GetUserSettings`: Autodiscover by SOAP, as Exchange has it beside the plain XML.
//!
//! [`Request`] is what is posted, [`read()`] takes the answer, [`lower()`] gives neutral settings.
//! An answer is read and never written: nobody but a server says it.
//!
//! # Spec
//!
//! `OXWSADISC`

mod lower;
mod names;
mod read;
mod request;
mod response;
mod vocabulary;

pub use lower::lower;
pub use read::{Reading, read};
pub use request::Request;
pub use response::{Answer, Connection, Refusal, Setting, SoapFault, UserSettings, WebClientUrl};
pub use vocabulary::{EncryptionMethod, ErrorCode, ServerVersion, SettingName};

/// The path of the service on the host that answers the plain XML.
pub const PATH: &str = "/autodiscover/autodiscover.svc";

/// The headers of an answer to a GET on the URL of the plain XML: each says `True` where the host
/// has the service, or one way to log in at it. Names are compared without regard to case.
///
/// # Spec
///
/// `OXWSADISC`
pub mod headers {
    /// The service is at [`PATH`](super::PATH).
    pub const SOAP_ENABLED: &str = "X-SOAP-Enabled";
    /// It takes WS-Security, at `/wssecurity` below [`PATH`](super::PATH).
    pub const WS_SECURITY_ENABLED: &str = "X-WSSecurity-Enabled";
    /// It takes WS-Security with a symmetric key.
    pub const WS_SECURITY_SYMMETRIC_KEY_ENABLED: &str = "X-WSSecurity-SymmetricKey-Enabled";
    /// It takes WS-Security with a certificate.
    pub const WS_SECURITY_X509_CERT_ENABLED: &str = "X-WSSecurity-X509Cert-Enabled";
    /// It takes tokens of OAuth 2.
    pub const OAUTH_ENABLED: &str = "X-OAuth-Enabled";
}
