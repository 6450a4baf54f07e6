//! The document, as it stands: nothing defaulted, nothing judged.

use crate::text::Text;

/// A provider's settings, for every address of its domain.
///
/// # Wire form
///
/// ```json
/// {
///   "protocols": { "imap": { "host": "imap.contoso.example" } },
///   "authentication": { "password": true },
///   "info": { "provider": { "name": "Contoso Mail" } }
/// }
/// ```
///
/// # Spec
///
/// `PACC-03`
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Document {
    /// `protocols`: where the servers are.
    pub protocols: Protocols,
    /// `authentication`: how a user logs in, everywhere alike.
    pub authentication: Authentication,
    /// `info`: who runs the servers.
    pub info: Info,
}

/// Where the servers are (`protocols`): hosts, all of them with TLS from the first byte on the
/// protocol's own port, and https URLs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Protocols {
    /// `jmap/url`.
    pub jmap: Option<Text>,
    /// `imap/host`.
    pub imap: Option<Text>,
    /// `pop3/host`.
    pub pop3: Option<Text>,
    /// `submit/host`: message submission.
    pub submit: Option<Text>,
    /// `smtp/host`: the same in drafts before 03.
    pub smtp: Option<Text>,
    /// `managesieve/host`.
    pub manage_sieve: Option<Text>,
    /// `caldav/url`.
    pub cal_dav: Option<Text>,
    /// `carddav/url`.
    pub card_dav: Option<Text>,
    /// `webdav/url`.
    pub web_dav: Option<Text>,
}

/// How a user logs in (`authentication`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Authentication {
    /// `oauth-public/issuer`: who gives tokens to any client.
    pub oauth_issuer: Option<Text>,
    /// `password`: whether a password is taken.
    pub password: Option<bool>,
}

/// Who runs the servers (`info`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Info {
    /// `provider`.
    pub provider: Provider,
    /// `help`.
    pub help: Help,
}

/// The provider (`info/provider`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Provider {
    /// `name`.
    pub name: Option<Text>,
    /// `shortName`.
    pub short_name: Option<Text>,
    /// `logo`: one picture in several forms.
    pub logos: Vec<Logo>,
}

/// A picture (`info/provider/logo`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Logo {
    /// `url`.
    pub url: Text,
    /// `content-type`.
    pub content_type: Option<Text>,
}

impl Logo {
    /// A picture that does not say its type.
    pub fn new(url: Text) -> Self {
        Self { url, content_type: None }
    }
}

/// Where people find help (`info/help`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Help {
    /// `documentation`: a page for users.
    pub documentation: Option<Text>,
    /// `developer`: a page for those who write mail clients.
    pub developer: Option<Text>,
    /// `contact`: URLs, mostly `mailto:`.
    pub contacts: Vec<Text>,
}
