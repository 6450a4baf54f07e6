//! The document: everything about a provider that is not one of its servers.

use super::section::{Role, Section};
use super::vocabulary::DomainPurpose;
use crate::address::Domain;
use crate::text::Text;

/// A provider's settings (`clientConfig`), as the document has them: nothing defaulted, nothing
/// judged, no placeholder filled in.
///
/// # Wire form
///
/// ```xml
/// <clientConfig version="1.2">
///   <emailProvider id="contoso.example">
///     <domain>contoso.example</domain>
///     <incomingServer type="imap">…</incomingServer>
///     <outgoingServer type="smtp">…</outgoingServer>
///   </emailProvider>
///   <calendar type="caldav">…</calendar>
/// </clientConfig>
/// ```
///
/// # Spec
///
/// `AC-06`
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ClientConfig {
    /// `version`; no document is refused for it.
    pub version: Option<Text>,
    /// `id` of `emailProvider`, by custom the provider's main domain.
    pub provider_id: Option<Text>,
    /// `domain`: the domains of addresses, and of MX hosts, that the document is for.
    pub domains: Vec<ProviderDomain>,
    /// `displayName`.
    pub display_name: Option<Text>,
    /// `displayShortName`: the name that people use.
    pub display_short_name: Option<Text>,
    /// `incomingServer`, in the provider's order of preference.
    pub incoming: Vec<Section>,
    /// `outgoingServer`, in the provider's order of preference.
    pub outgoing: Vec<Section>,
    /// `calendar`.
    pub calendars: Vec<Section>,
    /// `addressbook`.
    pub address_books: Vec<Section>,
    /// `fileShare`.
    pub file_shares: Vec<Section>,
    /// `chatServer`.
    pub chat_servers: Vec<Section>,
    /// `videoConference`.
    pub video_conferences: Vec<Section>,
    /// `setupServer`: what is set up beside the mail, such as filters.
    pub setup_servers: Vec<Section>,
    /// `documentation`: pages that explain the set-up.
    pub documentation: Vec<Documentation>,
    /// `enable`: what the user has to switch on first. Version 1.1 only.
    pub enable: Vec<Enable>,
    /// `oAuth2`: where tokens come from, for every section that takes them.
    pub oauth2: Option<OAuth2>,
    /// `webMail`.
    pub web_mail: Option<WebMail>,
    /// `url` of `clientConfigUpdate`: where a newer document is.
    pub update_url: Option<Text>,
}

impl ClientConfig {
    /// The sections of one role, in the provider's order of preference.
    pub fn sections(&self, role: Role) -> &[Section] {
        match role {
            Role::Incoming => &self.incoming,
            Role::Outgoing => &self.outgoing,
            Role::Calendar => &self.calendars,
            Role::AddressBook => &self.address_books,
            Role::FileShare => &self.file_shares,
            Role::Chat => &self.chat_servers,
            Role::VideoConference => &self.video_conferences,
            Role::Setup => &self.setup_servers,
        }
    }

    pub(super) fn sections_mut(&mut self, role: Role) -> &mut Vec<Section> {
        match role {
            Role::Incoming => &mut self.incoming,
            Role::Outgoing => &mut self.outgoing,
            Role::Calendar => &mut self.calendars,
            Role::AddressBook => &mut self.address_books,
            Role::FileShare => &mut self.file_shares,
            Role::Chat => &mut self.chat_servers,
            Role::VideoConference => &mut self.video_conferences,
            Role::Setup => &mut self.setup_servers,
        }
    }

    /// Whether the document lists the domain, for whichever purpose.
    ///
    /// Many who host their own mail publish somebody's template, so that a document that does not
    /// list its domain is no wrong one for that alone.
    pub fn lists(&self, domain: &Domain) -> bool {
        self.domains.iter().any(|listed| {
            &*listed.name == domain.as_str() || listed.name.parse::<Domain>().as_ref() == Ok(domain)
        })
    }
}

/// A domain that a document is for (`domain`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ProviderDomain {
    /// The domain.
    pub name: Text,
    /// `purpose`; absent where it is the domain of addresses.
    pub purpose: Option<DomainPurpose>,
}

impl ProviderDomain {
    /// A domain of addresses.
    pub fn new(name: Text) -> Self {
        Self { name, purpose: None }
    }
}

/// A page that explains the set-up (`documentation`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Documentation {
    /// `url`.
    pub url: Option<Text>,
    /// `descr`, one for each language: what the page explains.
    pub descriptions: Vec<LocalText>,
}

/// What the user has to switch on before it works (`enable`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Enable {
    /// `visiturl`: the page at which it is done.
    pub visit_url: Option<Text>,
    /// `instruction`, one for each language.
    pub instructions: Vec<LocalText>,
}

/// A text in one language.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct LocalText {
    /// `lang`: the code of the language, such as `en`.
    pub language: Option<Text>,
    /// The text.
    pub text: Text,
}

impl LocalText {
    /// A text that does not say its language.
    pub fn new(text: Text) -> Self {
        Self { language: None, text }
    }
}

/// Where tokens come from (`oAuth2`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct OAuth2 {
    /// `authURL`: the page at which the user agrees.
    pub auth_url: Option<Text>,
    /// `tokenURL`: where the agreement is changed for a token.
    pub token_url: Option<Text>,
    /// `issuer`; in practice often a bare host name.
    pub issuer: Option<Text>,
    /// `scope`: several with blanks between them.
    pub scope: Option<Text>,
    /// `clientID`.
    pub client_id: Option<Text>,
    /// `clientSecret`: no secret, since everybody can read it.
    pub client_secret: Option<Text>,
}

/// The provider's web mail (`webMail`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct WebMail {
    /// `url` of `loginPage`.
    pub login_page: Option<Text>,
    /// `loginPageInfo`.
    pub login_page_info: Option<LoginPageInfo>,
}

/// How the log-in page of web mail is filled in (`loginPageInfo`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct LoginPageInfo {
    /// `url`.
    pub url: Option<Text>,
    /// `username`, with placeholders.
    pub username: Option<Text>,
    /// `usernameField`.
    pub username_field: Option<PageField>,
    /// `passwordField`.
    pub password_field: Option<PageField>,
    /// `loginButton`.
    pub login_button: Option<PageField>,
}

/// A field of a page, by the names that HTML gives it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct PageField {
    /// `id`.
    pub id: Option<Text>,
    /// `name`.
    pub name: Option<Text>,
}
