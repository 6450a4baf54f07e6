//! Settings of the service into neutral settings: what is reached from everywhere first.

use super::{Connection, EncryptionMethod, Setting, SettingName, UserSettings};
use crate::address::EmailAddress;
use crate::autodiscover::lower::{DefaultUserName, LowerOptions, MAX_SERVICES, display_name};
use crate::lowering::connection::{Asked, choose};
use crate::lowering::{Notices, host};
use crate::notice::code;
use crate::settings::{
    AccountSettings, Lowered, Protocol, Scope, Security, Server, Service, ServiceKind,
};
use crate::xml::clip;

/// The settings that hold mail servers, in the order in which these are taken.
const CONNECTIONS: [(SettingName, Protocol); 6] = [
    (SettingName::ExternalImap4Connections, Protocol::Imap),
    (SettingName::InternalImap4Connections, Protocol::Imap),
    (SettingName::ExternalPop3Connections, Protocol::Pop3),
    (SettingName::InternalPop3Connections, Protocol::Pop3),
    (SettingName::ExternalSmtpConnections, Protocol::Smtp),
    (SettingName::InternalSmtpConnections, Protocol::Smtp),
];

/// The settings that hold URLs, in the order in which these are taken.
const SERVICES: [(SettingName, ServiceKind, Scope); 8] = [
    (SettingName::ExternalEwsUrl, ServiceKind::Ews, Scope::External),
    (SettingName::InternalEwsUrl, ServiceKind::Ews, Scope::Internal),
    (SettingName::ExternalWebClientUrls, ServiceKind::Owa, Scope::External),
    (SettingName::InternalWebClientUrls, ServiceKind::Owa, Scope::Internal),
    (SettingName::ExternalEcpUrl, ServiceKind::Ecp, Scope::External),
    (SettingName::InternalEcpUrl, ServiceKind::Ecp, Scope::Internal),
    (SettingName::ExternalOabUrl, ServiceKind::Oab, Scope::External),
    (SettingName::InternalOabUrl, ServiceKind::Oab, Scope::Internal),
];

/// The most mail servers that are taken.
const MAX_SERVERS: usize = 64;

/// Lowers the settings of one user. IMAP comes before POP3, for the service has no order of
/// preference; servers and URLs for the whole world come before those of the organisation, and the
/// document's order holds inside each list. A server that stands in both lists is taken once.
///
/// | `EncryptionMethod` | means |
/// |---|---|
/// | `SSL` | TLS from the first byte |
/// | `TLS` | STARTTLS on 143, 110, 587, 25 and 2525, else TLS from the first byte |
/// | anything else, or nothing | the same as `TLS`: encrypted, and the port says how |
///
/// Without `Port`: IMAP 993, POP3 995, SMTP 587, and 465 with `SSL`. The service says nothing of
/// user names and of ways to log in: the address and the password are taken.
///
/// # Security
///
/// No connection is without encryption, whatever the document says. A URL that is not https, and a
/// host with a placeholder in it, are left out with a notice.
///
/// # Spec
///
/// `OXWSADISC`
pub fn lower(user: &UserSettings, address: &EmailAddress, options: LowerOptions) -> Lowered {
    let mut lowering = Lowering {
        address,
        options,
        settings: AccountSettings::default(),
        notices: Notices::default(),
    };
    if let Some(Setting::Text(name)) = user.settings.get(&SettingName::UserDisplayName) {
        lowering.settings.display_name = Some(display_name(name));
    }
    let mut too_many = false;
    for (name, protocol) in &CONNECTIONS {
        if let Some(Setting::Connections(list)) = user.settings.get(name) {
            for connection in list {
                too_many |= !lowering.connection(name, *protocol, connection);
            }
        }
    }
    for (name, kind, scope) in &SERVICES {
        for url in urls(user.settings.get(name)) {
            too_many |= !lowering.service(name, *kind, url, *scope);
        }
    }
    if let Some(protocol) = options.prefer {
        lowering.settings.prefer(protocol);
    }
    if too_many {
        let text = format!("only the first {MAX_SERVERS} servers and services are taken");
        lowering.notices.keep(code::TOO_MANY, text);
    }
    Lowered { settings: lowering.settings, notices: lowering.notices.finish() }
}

fn urls(setting: Option<&Setting>) -> Vec<&str> {
    match setting {
        Some(Setting::Text(url)) => vec![url],
        Some(Setting::WebClientUrls(list)) => list.iter().map(|entry| &*entry.url).collect(),
        _ => Vec::new(),
    }
}

/// Settings while they are lowered. What adds something says whether there was room.
struct Lowering<'a> {
    address: &'a EmailAddress,
    options: LowerOptions,
    settings: AccountSettings,
    notices: Notices,
}

impl Lowering<'_> {
    fn connection(
        &mut self,
        name: &SettingName,
        speaks: Protocol,
        connection: &Connection,
    ) -> bool {
        let Some(host) = self.host(name, connection) else {
            return true;
        };
        let port = connection.port.map(core::num::NonZeroU16::get).or(host.port);
        let (security, port) = protection(speaks, connection.encryption.as_ref(), port);
        let outgoing = speaks == Protocol::Smtp;
        let servers =
            if outgoing { &mut self.settings.outgoing } else { &mut self.settings.incoming };
        let is_known = servers.iter().any(|known| {
            (known.protocol, known.host.as_str(), known.port, known.security)
                == (speaks, host.name.as_str(), Some(port), security)
        });
        if is_known || servers.len() == MAX_SERVERS {
            return is_known;
        }
        let (full, local) = (self.address.to_string(), self.address.local_part().to_owned());
        let (username, other) = match self.options.default_user_name {
            DefaultUserName::FullAddress => (full, local),
            DefaultUserName::LocalPart => (local, full),
        };
        let mut server = Server::new(speaks, host.name, Some(port), security, username);
        server.username_alternatives = vec![other];
        servers.push(server);
        true
    }

    /// The host of a server; what is wrong or odd about it becomes a notice.
    fn host(&mut self, name: &SettingName, connection: &Connection) -> Option<host::Host> {
        let name = name.as_str();
        let Some(text) = connection.hostname.as_deref() else {
            let text = format!("a server of `{name}` without `Hostname` is ignored");
            self.notices.add(code::MISSING_SERVER, text);
            return None;
        };
        let shown = clip(text);
        if host::has_placeholder(text) {
            let text = format!("`{name}` at `{shown}`, with a placeholder in it, is ignored");
            self.notices.add(code::PLACEHOLDER, text);
            return None;
        }
        let Some(host) = host::read(text) else {
            let text = format!("`{name}` at `{shown}`, which is no host name, is ignored");
            self.notices.add(code::BAD_HOST, text);
            return None;
        };
        if host.was_url {
            let text = format!("`{name}` has the URL `{shown}` for a host; its host is taken");
            self.notices.add(code::URL_AS_SERVER, text);
        } else if host.port.is_some() {
            let text = format!("`{name}` has a port in its host `{shown}`");
            self.notices.add(code::PORT_IN_SERVER, text);
        }
        if host.is_ip {
            let text = format!("`{name}` at `{shown}` is named by its IP address");
            self.notices.add(code::IP_LITERAL, text);
        }
        Some(host)
    }

    fn service(&mut self, name: &SettingName, kind: ServiceKind, url: &str, scope: Scope) -> bool {
        let url = match host::secure_url(url) {
            Ok(url) => url,
            Err(fault) => {
                let (name, shown) = (name.as_str(), clip(url));
                let text = format!("`{name}` says `{shown}`, {}; it is ignored", fault.words());
                self.notices.add(code::BAD_URL, text);
                return true;
            }
        };
        let services = &mut self.settings.services;
        let is_known = services.iter().any(|known| known.kind == kind && known.url == url);
        if is_known || services.len() == MAX_SERVICES {
            return is_known;
        }
        services.push(Service::new(kind, url, Some(scope)));
        true
    }
}

/// Protection and port. There is no way to plain text in here.
fn protection(
    speaks: Protocol,
    method: Option<&EncryptionMethod>,
    port: Option<u16>,
) -> (Security, u16) {
    if method == Some(&EncryptionMethod::Ssl) {
        let usual = if speaks == Protocol::Smtp { Some(465) } else { None };
        let (_, port) = choose(speaks, Asked::Encrypted, port.or(usual));
        return (Security::Tls, port);
    }
    choose(speaks, Asked::Encrypted, port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn no_word_and_no_port_leads_to_plain_text() {
        use Protocol::{Imap, Pop3, Smtp};
        use Security::{StartTls, Tls};
        let check = |speaks, word: &str, port, expected| {
            let method = Text::new(word).map(EncryptionMethod::from);
            assert_eq!(protection(speaks, method.as_ref(), port), expected, "{word} {port:?}");
        };
        for port in [25, 80, 110, 143, 465, 587, 993, 995, 1993, 2525] {
            check(Imap, "ssl", Some(port), (Tls, port));
            let by_port = if [25, 110, 143, 587, 2525].contains(&port) { StartTls } else { Tls };
            for word in ["TLS", "tls", "", "None", "none", "plain", "off", "STARTTLS"] {
                check(Smtp, word, Some(port), (by_port, port));
            }
        }
        check(Smtp, "SSL", None, (Tls, 465));
        check(Imap, "SSL", None, (Tls, 993));
        check(Pop3, "SSL", None, (Tls, 995));
        check(Smtp, "TLS", None, (StartTls, 587));
        check(Imap, "TLS", None, (Tls, 993));
        check(Pop3, "", None, (Tls, 995));
    }
}
