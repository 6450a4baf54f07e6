//! The request for a user's settings, as it is posted.

use super::{ServerVersion, SettingName, names};
use crate::address::EmailAddress;
use crate::text::Text;
use crate::xml::Writer;

/// A request of `GetUserSettings` for one user.
///
/// # Wire form
///
/// ```xml
/// <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" …>
///   <s:Header>
///     <a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion>
///     <w:Action>…/GetUserSettings</w:Action>
///     <w:To>https://autodiscover.contoso.example/autodiscover/autodiscover.svc</w:To>
///   </s:Header>
///   <s:Body>
///     <a:GetUserSettingsRequestMessage>…</a:GetUserSettingsRequestMessage>
///   </s:Body>
/// </s:Envelope>
/// ```
///
/// # Spec
///
/// `OXWSADISC`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::soap::Request;
/// use mailscout_schema::text::Text;
///
/// let to = Text::new("https://autodiscover.contoso.example/autodiscover/autodiscover.svc");
/// let request = Request::new(&"alice@contoso.example".parse()?, to.ok_or("no text")?);
/// assert!(request.to_xml().contains("<a:Mailbox>alice@contoso.example</a:Mailbox>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// `Mailbox`: whose settings are asked for.
    pub mailbox: Option<Text>,
    /// `To`: the URL that it is posted to.
    pub to: Text,
    /// `RequestedServerVersion`. Default: Exchange 2013, which has every setting asked for.
    pub version: ServerVersion,
    /// `RequestedSettings`. Default: [`DEFAULT_SETTINGS`](Self::DEFAULT_SETTINGS).
    pub settings: Vec<SettingName>,
}

impl Request {
    /// What [`lower()`](super::lower()) makes settings of.
    pub const DEFAULT_SETTINGS: &[SettingName] = &[
        SettingName::UserDisplayName,
        SettingName::ExternalImap4Connections,
        SettingName::InternalImap4Connections,
        SettingName::ExternalPop3Connections,
        SettingName::InternalPop3Connections,
        SettingName::ExternalSmtpConnections,
        SettingName::InternalSmtpConnections,
        SettingName::ExternalEwsUrl,
        SettingName::InternalEwsUrl,
        SettingName::EwsSupportedSchemas,
        SettingName::ExternalWebClientUrls,
        SettingName::InternalWebClientUrls,
        SettingName::ExternalEcpUrl,
        SettingName::InternalEcpUrl,
        SettingName::ExternalOabUrl,
        SettingName::InternalOabUrl,
    ];

    /// The request for an address's settings, to be posted to a URL.
    pub fn new(address: &EmailAddress, to: Text) -> Self {
        Self {
            mailbox: Text::tidy(&address.to_string()),
            to,
            version: ServerVersion::Exchange2013,
            settings: Self::DEFAULT_SETTINGS.to_vec(),
        }
    }

    /// Writes the request as it is posted, with `Content-Type: text/xml; charset=utf-8`.
    pub fn to_xml(&self) -> String {
        const NAMESPACES: [(&str, Option<&str>); 3] = [
            ("xmlns:s", Some(names::ENVELOPE_NS)),
            ("xmlns:a", Some(names::AUTODISCOVER_NS)),
            ("xmlns:w", Some(names::ADDRESSING_NS)),
        ];
        Writer::document("s:Envelope", &NAMESPACES, |w| {
            w.element("s:Header", &[], |w| {
                w.text("a:RequestedServerVersion", Some(self.version.as_str()));
                w.text("w:Action", Some(names::GET_USER_SETTINGS));
                w.text("w:To", Some(self.to.as_str()));
            });
            w.element("s:Body", &[], |w| {
                w.element("a:GetUserSettingsRequestMessage", &[], |w| {
                    w.element("a:Request", &[], |w| self.content(w));
                });
            });
        })
    }

    fn content(&self, w: &mut Writer) {
        w.element("a:Users", &[], |w| {
            w.element("a:User", &[], |w| w.text("a:Mailbox", self.mailbox.as_deref()));
        });
        w.element("a:RequestedSettings", &[], |w| {
            for setting in &self.settings {
                w.text("a:Setting", Some(setting.as_str()));
            }
        });
    }
}
