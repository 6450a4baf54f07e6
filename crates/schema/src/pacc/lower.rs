//! A document into neutral settings.

use super::document::{Authentication, Document};
use super::names;
use crate::address::EmailAddress;
use crate::lowering::{Notices, host};
use crate::notice::code;
use crate::settings::{
    AccountSettings, AuthMethod, Lowered, OAuth, Protocol, Security, Server, Service, ServiceKind,
};
use crate::text::Text;
use crate::xml::clip;

/// Lowers a document into neutral settings for one user.
///
/// The user name is the full address. `submit` comes before `smtp`. A server whose host is none,
/// and a service whose URL is not https on its own port, is left out with a notice.
///
/// | `password` | `oauth-public` | log-in |
/// |---|---|---|
/// | true | yes | OAuth 2, else the password |
/// | true | no | the password |
/// | false or absent | yes | OAuth 2 |
/// | false | no | none that is known: there are no servers |
/// | absent | no | the password |
///
/// # Security
///
/// Every server is encrypted from the first byte, but that for filters, whose protocol has no other
/// way than STARTTLS. Nothing here knows whether the record of the document was compared:
/// [`digest_matches`](super::digest_matches) comes first.
///
/// # Spec
///
/// `PACC-03`
///
/// # Examples
///
/// ```
/// use mailscout_schema::{pacc, text::Text};
///
/// let mut document = pacc::Document::default();
/// document.protocols.submit = Text::new("smtp.contoso.example");
/// let lowered = pacc::lower(&document, &"alice@contoso.example".parse()?);
/// assert_eq!(lowered.settings.outgoing[0].port, Some(465));
/// # Ok::<(), mailscout_schema::address::AddressError>(())
/// ```
pub fn lower(document: &Document, address: &EmailAddress) -> Lowered {
    let mut lowering = Lowering {
        settings: AccountSettings::default(),
        notices: Notices::default(),
        methods: Vec::new(),
        username: address.to_string(),
    };
    lowering.authentication(&document.authentication);
    lowering.servers(document);
    lowering.services(document);
    lowering.info(document);
    lowering.settings.say_if_oauth_only();
    Lowered { settings: lowering.settings, notices: lowering.notices.finish() }
}

/// Characters of a name that are taken.
const MAX_NAME: usize = 256;

/// A document while it is lowered.
struct Lowering {
    settings: AccountSettings,
    notices: Notices,
    /// Ways to log in; none where the document leaves none that is known.
    methods: Vec<AuthMethod>,
    username: String,
}

impl Lowering {
    fn authentication(&mut self, authentication: &Authentication) {
        let issuer = authentication.oauth_issuer.as_deref();
        let usable = issuer.filter(|issuer| is_issuer(issuer));
        if let (Some(issuer), None) = (issuer, usable) {
            let text = format!("the issuer `{}` is no https URL without a query", clip(issuer));
            self.notices.add(code::BAD_OAUTH, text);
        }
        if let Some(issuer) = usable {
            let issuer = Some(issuer.to_owned());
            self.settings.oauth = Some(OAuth { issuer, ..OAuth::default() });
            self.methods.push(AuthMethod::OAuth2);
        }
        if authentication.password.unwrap_or(issuer.is_none()) {
            self.methods.push(AuthMethod::Password);
        }
        if self.methods.is_empty() {
            let text = "neither passwords nor tokens are taken; the mail servers are left out";
            self.notices.keep(code::NO_LOG_IN, text.to_owned());
        }
    }

    fn servers(&mut self, document: &Document) {
        let protocols = &document.protocols;
        self.server(names::IMAP, Protocol::Imap, 993, protocols.imap.as_ref());
        self.server(names::POP3, Protocol::Pop3, 995, protocols.pop3.as_ref());
        self.server(names::SUBMIT, Protocol::Smtp, 465, protocols.submit.as_ref());
        if self.settings.outgoing.is_empty() {
            self.server(names::SMTP, Protocol::Smtp, 465, protocols.smtp.as_ref());
        }
    }

    fn server(&mut self, name: &str, speaks: Protocol, port: u16, host: Option<&Text>) {
        let Some(host) = host.and_then(|host| self.host(name, host)) else { return };
        if self.methods.is_empty() {
            return;
        }
        let mut server =
            Server::new(speaks, host, Some(port), Security::Tls, self.username.clone());
        server.authentication.clone_from(&self.methods);
        match speaks {
            Protocol::Smtp => self.settings.outgoing.push(server),
            _ => self.settings.incoming.push(server),
        }
    }

    /// A host name; an IP address is none, for no certificate vouches for it.
    fn host(&mut self, name: &str, text: &Text) -> Option<String> {
        let host = host::read(text)
            .filter(|host| !host.was_url && host.port.is_none() && !host.is_ip)
            .map(|host| host.name);
        if host.is_none() {
            let text = format!("{name} at `{}`, which is no host name, is ignored", clip(text));
            self.notices.add(code::BAD_HOST, text);
        }
        host
    }

    fn services(&mut self, document: &Document) {
        let protocols = &document.protocols;
        self.service(names::JMAP, ServiceKind::Jmap, protocols.jmap.as_ref());
        self.service(names::CAL_DAV, ServiceKind::CalDav, protocols.cal_dav.as_ref());
        self.service(names::CARD_DAV, ServiceKind::CardDav, protocols.card_dav.as_ref());
        self.service(names::WEB_DAV, ServiceKind::WebDav, protocols.web_dav.as_ref());
        let sieve = protocols.manage_sieve.as_ref();
        if let Some(host) = sieve.and_then(|host| self.host(names::MANAGE_SIEVE, host)) {
            let url = format!("sieve://{host}:4190");
            self.settings.services.push(Service::new(ServiceKind::ManageSieve, url, None));
        }
    }

    fn service(&mut self, name: &str, kind: ServiceKind, url: Option<&Text>) {
        let Some(text) = url else { return };
        let url = https_url(text).filter(|url| kind == ServiceKind::Jmap || has_path(url));
        if let Some(url) = url {
            self.settings.services.push(Service::new(kind, url, None));
        } else {
            let what = if https_url(text).is_some() {
                "which has no path"
            } else {
                "which is no https URL without a port"
            };
            let text = format!("{name} at `{}`, {what}, is ignored", clip(text));
            self.notices.add(code::BAD_URL, text);
        }
    }

    fn info(&mut self, document: &Document) {
        let (info, provider) = (&document.info, &mut self.settings.provider);
        let name = |name: &Option<Text>| {
            name.as_ref().map(|name| name.chars().take(MAX_NAME).collect::<String>())
        };
        provider.name = name(&info.provider.name);
        provider.short_name = name(&info.provider.short_name);
        provider.image = info.provider.logos.iter().find_map(|logo| https_url(&logo.url));
        provider.help = info.help.documentation.as_deref().and_then(https_url);
    }
}

/// An https URL without a port, in ASCII.
fn https_url(text: &str) -> Option<String> {
    let has_port = || host::read(text).is_some_and(|host| host.port.is_some());
    host::to_ascii_url(text).filter(|url| host::is_https(url) && !has_port())
}

/// Whether something stands behind the host, be it a mere slash.
fn has_path(url: &str) -> bool {
    url.get(8..).is_some_and(|rest| rest.contains('/'))
}

/// Whether a text can be an issuer, which is compared letter by letter: https, no port of its own
/// invention forbidden, but no query, no fragment and nothing that could be written in two ways.
fn is_issuer(text: &str) -> bool {
    let is_url = text.is_ascii() && host::is_web_url(text) && host::is_https(text);
    let mut escapes = text.split('%').skip(1);
    is_url
        && !text.contains(['?', '#'])
        && !text.split('/').skip(3).any(|part| matches!(part, "." | ".."))
        && !escapes.any(|escape| {
            let code = escape.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            code.is_none_or(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_can_be_written_in_one_way_only() {
        for good in ["https://a.example", "https://a.example/", "https://a.example:8443/t%20x"] {
            assert!(is_issuer(good), "{good}");
        }
        for bad in [
            "a.example",
            "http://a.example",
            "https://u@a.example/",
            "https://a.example/?x",
            "https://a.example/#x",
            "https://a.example/x/../y",
            "https://a.example/%61",
            "https://a.example/%",
            "https://a.example/%zz",
            "https://ä.example/",
        ] {
            assert!(!is_issuer(bad), "{bad}");
        }
    }
}
