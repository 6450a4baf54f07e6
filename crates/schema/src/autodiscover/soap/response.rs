//! The answer of `GetUserSettings`: settings, one of two redirects, a refusal, a fault.

use core::num::NonZeroU16;
use std::collections::BTreeMap;

use super::{EncryptionMethod, ErrorCode, SettingName};
use crate::text::Text;

/// The ends of an answer for one user.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// Settings; none of them need be there.
    Settings(UserSettings),
    /// Start again with this address.
    RedirectAddr(Text),
    /// Ask this URL instead.
    RedirectUrl(Text),
    /// The server would not answer, as a whole or for this user.
    Refused(Refusal),
    /// The request did not get as far as the service.
    Fault(SoapFault),
}

/// Why there are no settings.
///
/// # Spec
///
/// `OXWSADISC`
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// `ErrorCode`. A redirect stands here where the answer does not say to where.
    pub code: ErrorCode,
    /// `ErrorMessage`.
    pub message: Option<Text>,
}

/// A fault of SOAP, in either version.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct SoapFault {
    /// `faultcode`, or `Code/Value`, its prefix kept.
    pub code: Option<Text>,
    /// `faultstring`, or `Reason/Text`.
    pub text: Option<Text>,
}

/// The settings of one user, each once.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct UserSettings {
    /// By name. A setting of a form that no mail client needs is left out.
    pub settings: BTreeMap<SettingName, Setting>,
}

/// The value of a setting.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Setting {
    /// `StringSetting`.
    Text(Text),
    /// `ProtocolConnectionCollectionSetting`, which may be empty.
    Connections(Vec<Connection>),
    /// `WebClientUrlCollectionSetting`, which may be empty.
    WebClientUrls(Vec<WebClientUrl>),
}

/// A mail server (`ProtocolConnection`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Connection {
    /// `Hostname`.
    pub hostname: Option<Text>,
    /// `Port`. Default: by protocol and encryption.
    pub port: Option<NonZeroU16>,
    /// `EncryptionMethod`. Default: encrypted as the port says.
    pub encryption: Option<EncryptionMethod>,
}

/// A URL of Outlook on the web (`WebClientUrl`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct WebClientUrl {
    /// `Url`.
    pub url: Text,
    /// `AuthenticationMethods`, several with commas.
    pub authentication_methods: Option<Text>,
}
