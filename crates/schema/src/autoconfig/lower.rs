//! A `clientConfig` into neutral settings: placeholders filled in, defaults applied, what is
//! dangerous dropped.

use super::config::ClientConfig;
use super::section::{Offer, Role, Section};
use super::template::{self, Target, Template};
use crate::address::{Domain, EmailAddress};
use crate::lowering::Notices;
use crate::lowering::host::Host;
use crate::notice::code;
use crate::settings::{AccountSettings, Lowered, Security, Server, Service, ServiceKind};
use crate::text::Text;
use crate::xml::clip;

mod connection;
mod provider;
mod server;

/// What the caller knows or wishes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct LowerOptions {
    /// The language of instructions, such as `de`, where the document has several. Default:
    /// English, else the first.
    pub language: Option<String>,
    /// The domain that the document was asked for, where it is not the address's: that of the MX
    /// host. A document that lists it is meant for the address too. Default: none.
    pub asked_for: Option<Domain>,
}

/// Lowers a document into neutral settings for one user.
///
/// The document's order is kept, but that of the servers of one protocol those with encryption come
/// first. A section that [`read()`](super::read()) has remarked on as ignored is left out without
/// another notice; one that cannot be used for this address has its notice here.
///
/// | absent | means |
/// |---|---|
/// | `port` | IMAP 993 or 143, POP3 995 or 110, SMTP 465 or 587, by `socketType` |
/// | `socketType` | TLS or STARTTLS, by port; without one TLS, and for SMTP STARTTLS on 587 |
/// | `username` | the full address |
/// | `authentication` | the password |
///
/// # Security
///
/// A connection is without encryption only where the document says `plain` and nothing else, and
/// then with a `plaintext` notice; ports 993, 995 and 465 stay encrypted even then. Hosts and URLs
/// are checked after the address is filled in; a service whose URL is not https is left out.
///
/// # Spec
///
/// `AC-06`, `ISPDB`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autoconfig::{LowerOptions, lower, read};
/// use mailscout_schema::settings::Security;
///
/// let document = "<clientConfig version='1.1'><emailProvider id='contoso.example'>\
///     <incomingServer type='imap'><hostname>imap.%EMAILDOMAIN%</hostname><port>143</port>\
///     <username>%EMAILLOCALPART%</username></incomingServer></emailProvider></clientConfig>";
/// let config = read(document.as_bytes())?.config;
/// let address = "alice@contoso.example".parse()?;
/// let lowered = lower(&config, &address, &LowerOptions::default());
/// let imap = &lowered.settings.incoming[0];
/// assert_eq!((imap.host.as_str(), imap.security), ("imap.contoso.example", Security::StartTls));
/// assert_eq!(imap.username, "alice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lower(config: &ClientConfig, address: &EmailAddress, options: &LowerOptions) -> Lowered {
    let mut lowering = Lowering {
        address,
        options,
        settings: AccountSettings::default(),
        notices: Notices::default(),
        is_over: false,
    };
    lowering.domains(config);
    lowering.provider(config);
    for role in Role::ALL {
        for section in config.sections(*role) {
            lowering.section(*role, section);
        }
    }
    lowering.web_mail(config);
    lowering.oauth(config);
    lowering.instructions(config);
    put_encrypted_first(&mut lowering.settings.incoming);
    put_encrypted_first(&mut lowering.settings.outgoing);
    lowering.settings.say_if_oauth_only();
    if lowering.is_over {
        let text = format!("only the first {MAX_ENTRIES} servers and services are taken");
        lowering.notices.keep(code::TOO_MANY, text);
    }
    Lowered { settings: lowering.settings, notices: lowering.notices.finish() }
}

/// The most servers of a direction, services and instructions that are taken.
const MAX_ENTRIES: usize = 64;
/// The port of `ManageSieve`.
const SIEVE_PORT: u16 = 4190;

/// A document while it is lowered.
struct Lowering<'a> {
    address: &'a EmailAddress,
    options: &'a LowerOptions,
    settings: AccountSettings,
    notices: Notices,
    is_over: bool,
}

impl Lowering<'_> {
    fn section(&mut self, role: Role, section: &Section) {
        match section.offer(role) {
            Ok(Offer::Server { protocol, hostname, port }) => {
                if let Some(server) = self.server(section, protocol, hostname, port) {
                    let servers = match role {
                        Role::Outgoing => &mut self.settings.outgoing,
                        _ => &mut self.settings.incoming,
                    };
                    if servers.len() < MAX_ENTRIES {
                        servers.push(server);
                    } else {
                        self.is_over = true;
                    }
                }
            }
            Ok(Offer::Sieve { hostname, port }) => self.sieve(section, hostname, port),
            Ok(Offer::Services) => {
                for (kind, name, url) in section.urls() {
                    let url = self.url(name, url);
                    self.service(kind_of_exchange(section, kind, name, url.as_deref()), url);
                }
            }
            Ok(Offer::Nothing) | Err(_) => {}
        }
    }

    fn sieve(&mut self, section: &Section, hostname: &Text, port: Option<u16>) {
        if let Some(host) = self.host(section, hostname) {
            let name = if host.name.contains(':') { format!("[{}]", host.name) } else { host.name };
            let url = format!("sieve://{name}:{}", port.unwrap_or(SIEVE_PORT));
            self.service(ServiceKind::ManageSieve, Some(url));
        }
    }

    /// Adds a service once.
    fn service(&mut self, kind: ServiceKind, url: Option<String>) {
        let Some(url) = url else { return };
        let services = &mut self.settings.services;
        if services.iter().any(|known| known.kind == kind && known.url == url) {
            return;
        }
        if services.len() < MAX_ENTRIES {
            services.push(Service::new(kind, url, None));
        } else {
            self.is_over = true;
        }
    }

    /// A host with the address filled in; a notice and `None` where it is none.
    fn host(&mut self, section: &Section, hostname: &Text) -> Option<Host> {
        let kind = section.kind.as_str();
        let filled = Template::parse(hostname, Target::Host)?.fill(self.address)?;
        let shown = clip(&filled);
        let Some(host) = template::host_name(&filled) else {
            let text = format!("{kind} at `{shown}`, which is no host name, is ignored");
            self.notices.add(code::BAD_HOST, text);
            return None;
        };
        if host.is_ip {
            let text = format!("{kind} at `{shown}` is named by its IP address");
            self.notices.add(code::IP_LITERAL, text);
        }
        Some(host)
    }

    /// An https URL with the address filled in; a notice and `None` where it is none.
    fn url(&mut self, name: &str, template: &Text) -> Option<String> {
        let filled = Template::parse(template, Target::Url).and_then(|url| url.fill(self.address));
        let url = filled.as_deref().and_then(template::https_url);
        if url.is_none() {
            let shown = clip(filled.as_deref().unwrap_or(template));
            let text = format!("`{name}` says `{shown}`, which is no https URL");
            self.notices.add(code::BAD_URL, text);
        }
        url
    }
}

/// What stands at the `url` of the type `exchange`, which is whatever its path says.
fn kind_of_exchange(
    section: &Section,
    kind: ServiceKind,
    name: &str,
    url: Option<&str>,
) -> ServiceKind {
    use super::{ServerType, names};
    let url = url.unwrap_or_default().to_ascii_lowercase();
    if section.kind != ServerType::Exchange || name != names::URL {
        kind
    } else if url.contains("/microsoft-server-activesync") {
        ServiceKind::ActiveSync
    } else if url.contains("/owa") {
        ServiceKind::Owa
    } else {
        kind
    }
}

/// Puts those with encryption first among the servers of each protocol, which keep their places
/// between those of the others.
fn put_encrypted_first(servers: &mut Vec<Server>) {
    let mut sorted = servers.clone();
    sorted.sort_by_key(|server| (server.protocol, server.security == Security::Plain));
    let mut ordered = Vec::with_capacity(servers.len());
    for place in servers.iter() {
        let next = sorted.iter().position(|server| server.protocol == place.protocol);
        ordered.extend(next.map(|next| sorted.remove(next)));
    }
    *servers = ordered;
}
