//! One server: what stands in its section, what that can be used for, and what is wrong with it.

use core::{fmt, num::NonZeroU16};

use super::names;
use super::template::{Target, Template};
use super::vocabulary::{
    AuthenticationMethod, AuthenticationSystem, HttpScheme, ServerType, SocketType,
};
use crate::settings::{AuthMethod, Protocol, ServiceKind};
use crate::text::Text;
use crate::vocabulary::{Token, UnknownToken};

/// What a section is for: the element that it is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Role {
    /// `incomingServer`: mail is read there.
    Incoming,
    /// `outgoingServer`: mail is sent there.
    Outgoing,
    /// `calendar`.
    Calendar,
    /// `addressbook`.
    AddressBook,
    /// `fileShare`.
    FileShare,
    /// `chatServer`.
    Chat,
    /// `videoConference`.
    VideoConference,
    /// `setupServer`.
    Setup,
}

impl Role {
    /// Every role, in the order in which sections are written.
    pub const ALL: &[Self] = &[
        Self::Incoming,
        Self::Outgoing,
        Self::Calendar,
        Self::AddressBook,
        Self::FileShare,
        Self::Chat,
        Self::VideoConference,
        Self::Setup,
    ];

    /// The element's name.
    pub fn element(self) -> &'static str {
        match self {
            Self::Incoming => names::INCOMING_SERVER,
            Self::Outgoing => names::OUTGOING_SERVER,
            Self::Calendar => names::CALENDAR,
            Self::AddressBook => names::ADDRESS_BOOK,
            Self::FileShare => names::FILE_SHARE,
            Self::Chat => names::CHAT_SERVER,
            Self::VideoConference => names::VIDEO_CONFERENCE,
            Self::Setup => names::SETUP_SERVER,
        }
    }

    /// Whether the element belongs into `emailProvider`; the others stand beside that.
    pub(super) fn is_in_provider(self) -> bool {
        matches!(self, Self::Incoming | Self::Outgoing)
    }
}

/// A server, as the document has it. Each field is `None` or empty where the document is silent;
/// the defaults are those of [`lower`](super::lower()).
///
/// # Spec
///
/// `AC-06`, and for the URLs of Exchange `ISPDB`
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Section {
    /// `type`.
    pub kind: ServerType,
    /// `hostname`, of what is reached by host and port.
    pub hostname: Option<Text>,
    /// `port`.
    pub port: Option<Port>,
    /// `socketType`: one; in the wild several.
    pub socket_types: Vec<SocketType>,
    /// `url`, of what is reached by URL.
    pub url: Option<Text>,
    /// `owaURL`: Outlook on the web.
    pub owa_url: Option<Text>,
    /// `ewsURL`: Exchange Web Services.
    pub ews_url: Option<Text>,
    /// `easURL`: Exchange ActiveSync.
    pub eas_url: Option<Text>,
    /// `authentication`, in the provider's order of preference.
    pub authentication: Vec<Authentication>,
    /// `username`, with placeholders.
    pub username: Option<Text>,
}

impl Section {
    /// A server of which nothing but the type is said.
    pub fn new(kind: ServerType) -> Self {
        Self {
            kind,
            hostname: None,
            port: None,
            socket_types: Vec::new(),
            url: None,
            owa_url: None,
            ews_url: None,
            eas_url: None,
            authentication: Vec::new(),
            username: None,
        }
    }

    /// What the section gives in its role, or why it gives nothing, whoever the user is.
    pub(super) fn offer(&self, role: Role) -> Result<Offer<'_>, Fault<'_>> {
        let shape = shape(role, &self.kind)?;
        if matches!(shape, Shape::Unused) {
            return Ok(Offer::Nothing);
        }
        self.check_templates()?;
        let protocol = match shape {
            Shape::Host(protocol) => protocol,
            _ if self.urls().next().is_none() => return Err(Fault::NoUrl),
            _ => return Ok(Offer::Services),
        };
        let hostname = self.hostname.as_ref().ok_or(Fault::NoHost)?;
        let port = match &self.port {
            Some(Port::Other(text)) => return Err(Fault::BadPort(text.as_str())),
            Some(Port::Number(port)) => Some(port.get()),
            None => None,
        };
        let Some(protocol) = protocol else {
            return Ok(Offer::Sieve { hostname, port });
        };
        if !self.authentication.is_empty() && self.log_ins().next().is_none() {
            return Err(Fault::NoLogIn);
        }
        Ok(Offer::Server { protocol, hostname, port })
    }

    /// Refuses placeholders that nobody knows, and hosts and URLs that are none in themselves.
    fn check_templates(&self) -> Result<(), Fault<'_>> {
        for (name, text, target) in self.templates() {
            if Template::is_usual(text) {
                continue;
            }
            let placeholder = Fault::Placeholder { name, text: text.as_str() };
            let is_constant = Template::is_filled_in(text)
                || Template::parse(text, target).ok_or(placeholder)?.is_constant();
            if is_constant && !target.takes(text) {
                return Err(Fault::BadPlace { name, text: text.as_str() });
            }
        }
        Ok(())
    }

    /// The texts with placeholders, each with its element.
    pub(super) fn templates(&self) -> impl Iterator<Item = (&'static str, &Text, Target)> {
        let host = self.hostname.iter().map(|text| (names::HOSTNAME, text, Target::Host));
        let user = self.username.iter().map(|text| (names::USERNAME, text, Target::Text));
        let urls = self.urls().map(|(_, name, text)| (name, text, Target::Url));
        host.chain(user).chain(urls)
    }

    /// The known ways to log in, in the provider's order.
    pub(super) fn log_ins(&self) -> impl Iterator<Item = AuthMethod> {
        self.authentication.iter().filter_map(Authentication::meaning)
    }

    /// The URLs, each with the name of its element.
    pub(super) fn urls(&self) -> impl Iterator<Item = (ServiceKind, &'static str, &Text)> {
        let urls = [
            (service(&self.kind), names::URL, &self.url),
            (Some(ServiceKind::Ews), names::EWS_URL, &self.ews_url),
            (Some(ServiceKind::Owa), names::OWA_URL, &self.owa_url),
            (Some(ServiceKind::ActiveSync), names::EAS_URL, &self.eas_url),
        ];
        urls.into_iter().filter_map(|(kind, name, url)| Some((kind?, name, url.as_ref()?)))
    }
}

/// What a section gives.
pub(super) enum Offer<'a> {
    /// A mail server.
    Server { protocol: Protocol, hostname: &'a Text, port: Option<u16> },
    /// A server for filters.
    Sieve { hostname: &'a Text, port: Option<u16> },
    /// What stands at its URLs.
    Services,
    /// Nothing that neutral settings have a place for.
    Nothing,
}

/// Why a section gives nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault<'a> {
    /// Nobody knows the type.
    UnknownType,
    /// The type is not one of this element's.
    OtherElement,
    /// A text has a placeholder in it that nobody knows.
    Placeholder { name: &'static str, text: &'a str },
    /// A host or a URL is none.
    BadPlace { name: &'static str, text: &'a str },
    /// There is no host.
    NoHost,
    /// The port is none.
    BadPort(&'a str),
    /// There is no URL.
    NoUrl,
    /// There are ways to log in, and nobody knows any of them.
    NoLogIn,
}

/// What a section of this role and type consists of.
enum Shape {
    /// Host and port; `None` is the server for filters.
    Host(Option<Protocol>),
    Urls,
    Unused,
}

fn shape(role: Role, kind: &ServerType) -> Result<Shape, Fault<'static>> {
    use ServerType as Type;
    Ok(match (role, kind) {
        (Role::Chat | Role::VideoConference, _) | (_, Type::Nntp) => Shape::Unused,
        (_, Type::Other(_)) => return Err(Fault::UnknownType),
        (Role::Incoming, Type::Imap) => Shape::Host(Some(Protocol::Imap)),
        (Role::Incoming, Type::Pop3) => Shape::Host(Some(Protocol::Pop3)),
        (Role::Outgoing, Type::Smtp) => Shape::Host(Some(Protocol::Smtp)),
        (Role::Setup, Type::ManageSieve) => Shape::Host(None),
        (_, kind) if service(kind).is_some() => Shape::Urls,
        _ => return Err(Fault::OtherElement),
    })
}

/// What stands at the URL of a section of this type.
fn service(kind: &ServerType) -> Option<ServiceKind> {
    Some(match kind {
        ServerType::Jmap => ServiceKind::Jmap,
        ServerType::Ews | ServerType::Exchange => ServiceKind::Ews,
        ServerType::ActiveSync => ServiceKind::ActiveSync,
        ServerType::Graph => ServiceKind::Graph,
        ServerType::Owa => ServiceKind::Owa,
        ServerType::CalDav => ServiceKind::CalDav,
        ServerType::CardDav => ServiceKind::CardDav,
        ServerType::WebDav => ServiceKind::WebDav,
        _ => return None,
    })
}

/// A port (`port`); what is none is kept as it stood, and makes its section unusable.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Port {
    /// A number from 1 to 65535.
    Number(NonZeroU16),
    /// Something else.
    Other(UnknownToken<Self>),
}

impl From<NonZeroU16> for Port {
    fn from(number: NonZeroU16) -> Self {
        Self::Number(number)
    }
}

impl From<Text> for Port {
    /// Reads a number without signs.
    fn from(text: Text) -> Self {
        Self::known(&text).unwrap_or_else(|| Self::Other(UnknownToken::new(text)))
    }
}

impl Token for Port {
    fn known(text: &str) -> Option<Self> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { text.parse().ok().map(Self::Number) } else { None }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Other(text) => text.fmt(f),
        }
    }
}

/// A way to log in (`authentication`).
///
/// # Wire form
///
/// ```xml
/// <authentication>password-cleartext</authentication>
/// <authentication system="http">Basic</authentication>
/// <authentication system="sasl">SCRAM-SHA-256-PLUS</authentication>
/// ```
///
/// # Spec
///
/// `AC-06`
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Authentication {
    /// A word of the schema's own.
    Method(AuthenticationMethod),
    /// `system="http"`: a scheme of HTTP.
    Http(HttpScheme),
    /// `system="sasl"`: the name of a mechanism.
    Sasl(Text),
    /// A name of another system.
    Other(UnknownToken<AuthenticationSystem>, Text),
}

impl Authentication {
    /// Reads a name of a system, or where there is none a word of the schema.
    pub fn new(system: Option<Text>, name: Text) -> Self {
        match system.map(AuthenticationSystem::from) {
            None => Self::Method(name.into()),
            Some(AuthenticationSystem::Http) => Self::Http(name.into()),
            Some(AuthenticationSystem::Sasl) => Self::Sasl(name),
            Some(AuthenticationSystem::Other(system)) => Self::Other(system, name),
        }
    }

    /// The value of `system`, where there is one.
    pub fn system(&self) -> Option<&str> {
        match self {
            Self::Method(_) => None,
            Self::Http(_) => Some(AuthenticationSystem::Http.as_str()),
            Self::Sasl(_) => Some(AuthenticationSystem::Sasl.as_str()),
            Self::Other(system, _) => Some(system.as_str()),
        }
    }

    /// The word or name that stands in the element.
    pub fn name(&self) -> &str {
        match self {
            Self::Method(method) => method.as_str(),
            Self::Http(scheme) => scheme.as_str(),
            Self::Sasl(name) | Self::Other(_, name) => name,
        }
    }

    /// What it means in neutral settings; `None` where nobody knows. Names of mechanisms are taken
    /// without `system` too.
    pub(super) fn meaning(&self) -> Option<AuthMethod> {
        use AuthenticationMethod as Method;
        Some(match self {
            Self::Sasl(name) => return of_sasl(name),
            Self::Method(Method::Other(name)) => return of_sasl(name.as_str()),
            Self::Http(HttpScheme::Other(_)) | Self::Other(..) => return None,
            Self::Http(HttpScheme::Basic)
            | Self::Method(
                Method::PasswordCleartext | Method::Plain | Method::Basic | Method::HttpBasic,
            ) => AuthMethod::Password,
            Self::Http(HttpScheme::Digest)
            | Self::Method(
                Method::PasswordEncrypted | Method::Secure | Method::Digest | Method::HttpDigest,
            ) => AuthMethod::EncryptedPassword,
            Self::Method(Method::Ntlm) => AuthMethod::Ntlm,
            Self::Method(Method::Gssapi) => AuthMethod::Gssapi,
            Self::Method(Method::TlsClientCert) => AuthMethod::ClientCertificate,
            Self::Method(Method::OAuth2 | Method::OAuth) => AuthMethod::OAuth2,
            Self::Method(Method::ClientIpAddress | Method::None | Method::SmtpAfterPop) => {
                AuthMethod::None
            }
        })
    }
}

/// Mechanisms of SASL, and families of them by the beginnings of their names.
const MECHANISMS: [(&str, AuthMethod); 13] = [
    ("ANONYMOUS", AuthMethod::None),
    ("CRAM-", AuthMethod::EncryptedPassword),
    ("DIGEST-MD5", AuthMethod::EncryptedPassword),
    ("EXTERNAL", AuthMethod::ClientCertificate),
    ("GS2-", AuthMethod::Gssapi),
    ("GSS-SPNEGO", AuthMethod::Gssapi),
    ("GSSAPI", AuthMethod::Gssapi),
    ("LOGIN", AuthMethod::Password),
    ("NTLM", AuthMethod::Ntlm),
    ("OAUTHBEARER", AuthMethod::OAuth2),
    ("PLAIN", AuthMethod::Password),
    ("SCRAM-", AuthMethod::EncryptedPassword),
    ("XOAUTH2", AuthMethod::OAuth2),
];

fn of_sasl(name: &str) -> Option<AuthMethod> {
    let known = MECHANISMS.iter().find(|(known, _)| {
        let start = name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
        start && (known.ends_with('-') || name.len() == known.len())
    });
    known.map(|(_, method)| *method)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_mechanisms_is_sorted_without_duplicates() {
        assert!(MECHANISMS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[track_caller]
    fn check(system: &str, name: &str, expected: Option<AuthMethod>) {
        let read = Authentication::new(Text::new(system), Text::new(name).unwrap());
        assert_eq!(read.meaning(), expected, "{system} {name}");
        let again =
            Authentication::new(read.system().and_then(Text::new), Text::new(read.name()).unwrap());
        assert_eq!(again, read);
    }

    #[test]
    fn every_word_has_its_meaning_and_no_other_has_any() {
        for (names, meaning) in [
            ("password-cleartext plain basic http-basic Password-ClearText", AuthMethod::Password),
            ("password-encrypted secure digest http-digest", AuthMethod::EncryptedPassword),
            ("none client-IP-address smtp-after-pop", AuthMethod::None),
            ("NTLM", AuthMethod::Ntlm),
            ("GSSAPI", AuthMethod::Gssapi),
            ("TLS-client-cert", AuthMethod::ClientCertificate),
            ("OAuth2 OAuth oauth2", AuthMethod::OAuth2),
        ] {
            for name in names.split(' ') {
                check("", name, Some(meaning));
            }
        }
        check("http", "basic", Some(AuthMethod::Password));
        check("HTTP", "Digest", Some(AuthMethod::EncryptedPassword));
        check("http", "Bearer", None);
        check("sasl", "plain", Some(AuthMethod::Password));
        check("sasl", "SCRAM-SHA-256-PLUS", Some(AuthMethod::EncryptedPassword));
        check("sasl", "GS2-KRB5-PLUS", Some(AuthMethod::Gssapi));
        check("sasl", "PLAIN-CLIENTTOKEN", None);
        check("sasl", "password-cleartext", None);
        check("kerberos", "GSSAPI", None);
        check("", "SCRAM-SHA-256", Some(AuthMethod::EncryptedPassword));
        check("", "SCRAM", None);
        check("", "bearer", None);
    }

    #[test]
    fn a_port_is_a_number_and_nothing_else() {
        let port = |text| Port::from(Text::new(text).unwrap());
        assert_eq!(port("993").to_string(), "993");
        assert!(matches!(port("65535"), Port::Number(_)));
        for text in ["0", "65536", "+993", "-1", "9 93", "imap", "993.0"] {
            assert!(matches!(port(text), Port::Other(_)), "{text}");
            assert_eq!(port(text).to_string(), text);
        }
    }
}
