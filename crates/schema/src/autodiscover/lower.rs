//! A response into neutral settings: defaults applied, dangerous values dropped, order kept.
//!
//! No clock in here: whether a date is past is for whoever knows the time.

use std::time::Duration;

use super::{Account, ExchangeElement, MapiEndpoint, Protocol, ProtocolType, User};
use crate::address::EmailAddress;
use crate::lowering::{
    Notices,
    connection::{Asked, choose},
    host::Host,
};
use crate::notice::code;
use crate::settings::{self, AccountSettings, ExchangeWay, Lifetime, Lowered, Security, Server};
use crate::xml::clip;

mod connection;
mod host;
mod login;
mod service;

/// The user name where the document names none.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "an address has these two forms")]
pub enum DefaultUserName {
    /// The full address, which is what nearly every provider means.
    #[default]
    FullAddress,
    /// The part before the `@`, as Outlook takes it.
    LocalPart,
}

/// What the caller decides about lowering.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct LowerOptions {
    /// The user name where the document names none. Default: the full address.
    pub default_user_name: DefaultUserName,
    /// The protocol whose servers come first among the incoming ones, and whose log-in
    /// `UsePOPAuth` copies then; `None` keeps the server's order. Default: `None`.
    pub prefer: Option<settings::Protocol>,
}

/// Lowers an account into neutral settings for one user.
///
/// The server's order of preference is kept inside `incoming` and inside `outgoing`. A server
/// without a host that can be asked is dropped with a notice. Of each Exchange type the first
/// server is taken.
///
/// | absent | means |
/// |---|---|
/// | `Port` | IMAP 993, POP3 995, NNTP 563, SMTP 587 with STARTTLS |
/// | `Port`, with plain text asked for | IMAP 143, POP3 110, NNTP 119, SMTP 587 with STARTTLS |
/// | `LoginName` | `default_user_name` |
/// | `DomainName`, where a domain is required | the address's domain |
/// | `SPA`, `SSL`, `AuthRequired` | on |
/// | `TTL` | one hour; 0 is no end |
///
/// The URLs of Exchange are services: those of `EXCH` and of `Internal` from inside the organisation,
/// those of `EXPR` and of `External` from everywhere, those of `EXHTTP` without a word on it.
///
/// `UsePOPAuth` makes an SMTP server take the user name of the first incoming mail server, whatever
/// its own `LoginName` says.
///
/// # Security
///
/// A connection is without encryption only where the document asks for it in so many words, and
/// then with a `plaintext` notice; the ports of implicit TLS and port 587 stay encrypted even then.
/// Hosts, user names and URLs with unfilled placeholders are never taken.
///
/// # Spec
///
/// `OXDSCLI` 2.2.4.1.1.2.6, `OL2010`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::{
///     Account, Action, LowerOptions, Protocol, ProtocolType, User, lower,
/// };
/// use mailscout_schema::{settings::Security, text::Text};
///
/// let mut smtp = Protocol::new(ProtocolType::Smtp);
/// smtp.server = Text::new("mail.contoso.example");
/// let mut account = Account::new(Action::Settings);
/// account.protocols.push(smtp);
///
/// let address = "alice@contoso.example".parse()?;
/// let lowered = lower(&account, &User::default(), &address, LowerOptions::default());
/// let server = &lowered.settings.outgoing[0];
/// assert_eq!((server.port, server.security), (Some(587), Security::StartTls));
/// assert_eq!(server.username, "alice@contoso.example");
/// # Ok::<(), mailscout_schema::address::AddressError>(())
/// ```
pub fn lower(
    account: &Account,
    user: &User,
    address: &EmailAddress,
    options: LowerOptions,
) -> Lowered {
    let mut lowering = Lowering {
        address,
        default_user_name: options.default_user_name,
        settings: AccountSettings::default(),
        notices: Notices::default(),
        more_services: false,
        exchange_types: Vec::new(),
    };
    lowering.settings.display_name = user.display_name.as_deref().map(display_name);
    lowering.provider(account);
    // The log-in of an SMTP server may be that of an incoming one, wherever it stands.
    let taken = account.protocols.iter().take(MAX_PROTOCOLS);
    let (outgoing, others): (Vec<_>, Vec<_>) =
        taken.partition(|protocol| protocol.kind == ProtocolType::Smtp);
    for protocol in others {
        lowering.protocol(protocol);
    }
    if let Some(protocol) = options.prefer {
        lowering.settings.prefer(protocol);
    }
    for protocol in outgoing {
        lowering.protocol(protocol);
    }
    lowering.conclude(account)
}

/// A display name, cut to what can be one.
pub(super) fn display_name(name: &str) -> String {
    name.chars().take(MAX_DISPLAY_NAME).collect()
}

/// Characters of a display name that are taken.
const MAX_DISPLAY_NAME: usize = 256;
/// The most protocols that are looked at.
const MAX_PROTOCOLS: usize = 64;
/// The most services that are taken.
pub(super) const MAX_SERVICES: usize = 64;

/// An account while it is lowered.
struct Lowering<'a> {
    address: &'a EmailAddress,
    default_user_name: DefaultUserName,
    settings: AccountSettings,
    notices: Notices,
    more_services: bool,
    exchange_types: Vec<&'a ProtocolType>,
}

impl<'a> Lowering<'a> {
    fn provider(&mut self, account: &Account) {
        let home = account.service_home.as_deref();
        let image = account.image.as_deref();
        self.settings.provider.home = home.and_then(|url| self.url("ServiceHome", url));
        self.settings.provider.image = image.and_then(|url| self.url("Image", url));
    }

    fn protocol(&mut self, protocol: &'a Protocol) {
        match &protocol.kind {
            ProtocolType::Pop3 => self.mail(protocol, settings::Protocol::Pop3),
            ProtocolType::Imap => self.mail(protocol, settings::Protocol::Imap),
            ProtocolType::Nntp => self.mail(protocol, settings::Protocol::Nntp),
            ProtocolType::Smtp => self.mail(protocol, settings::Protocol::Smtp),
            ProtocolType::Exch
            | ProtocolType::Expr
            | ProtocolType::ExHttp
            | ProtocolType::MapiHttp => self.exchange(protocol),
            ProtocolType::Dav | ProtocolType::Web => {}
            ProtocolType::Other(token) => {
                let text = format!("a server of the type `{}` is ignored", clip(token.as_str()));
                self.notice(code::UNKNOWN_TYPE, text);
            }
        }
        self.services(protocol);
    }

    fn mail(&mut self, protocol: &Protocol, speaks: settings::Protocol) {
        let Some(host) = self.host(protocol, protocol.server.as_deref()) else {
            return;
        };
        let port = protocol.port.map(core::num::NonZeroU16::get).or(host.port);
        let asked = connection::asked(protocol);
        let (security, port) = choose(speaks, asked, port);
        if asked == Asked::Plain {
            self.remark_on_plaintext(protocol, &host, security, port);
        }
        let mut server = Server::new(speaks, host.name, Some(port), security, String::new());
        self.log_in(protocol, &mut server);
        server.lifetime = lifetime(protocol);
        if speaks == settings::Protocol::Smtp {
            server.fetch_before_send = protocol.smtp_last == Some(true);
            self.settings.outgoing.push(server);
        } else {
            self.settings.incoming.push(server);
        }
    }

    fn exchange(&mut self, protocol: &'a Protocol) {
        if self.exchange_types.contains(&&protocol.kind) {
            return;
        }
        let store = protocol.mail_store.as_ref().and_then(store_url);
        let Some(host) = self.host(protocol, protocol.server.as_deref().or(store)) else {
            return;
        };
        self.exchange_types.push(&protocol.kind);
        let port = protocol.port.map(core::num::NonZeroU16::get);
        // Several types at one host are several ways to one server.
        let is_known = |known: &Server| {
            known.protocol == settings::Protocol::Exchange
                && known.host == host.name
                && known.port == port
        };
        if self.settings.incoming.iter().any(is_known) {
            return;
        }
        let plain =
            protocol.kind == ProtocolType::Expr && connection::asked(protocol) == Asked::Plain;
        let security = if plain { Security::Plain } else { Security::Tls };
        if plain {
            self.remark_on_plaintext(protocol, &host, security, port.unwrap_or(80));
        }
        let speaks = settings::Protocol::Exchange;
        let mut server = Server::new(speaks, host.name, port, security, String::new());
        self.log_in(protocol, &mut server);
        server.lifetime = lifetime(protocol);
        server.exchange_way = way(&protocol.kind);
        self.settings.incoming.push(server);
    }

    fn remark_on_plaintext(
        &mut self,
        protocol: &Protocol,
        host: &Host,
        security: Security,
        port: u16,
    ) {
        let (kind, name) = (protocol.kind.as_str(), &host.name);
        if security == Security::Plain {
            let text = format!("{kind} at `{name}` is asked for without encryption");
            self.notices.keep(code::PLAINTEXT, text);
        } else {
            let text = format!(
                "{kind} at `{name}` is asked for without encryption, but port {port} is encrypted"
            );
            self.notice(code::ENCRYPTED_PORT, text);
        }
    }

    fn conclude(mut self, account: &Account) -> Lowered {
        for (is_over, what, limit) in [
            (account.protocols.len() > MAX_PROTOCOLS, "protocols", MAX_PROTOCOLS),
            (self.more_services, "services", MAX_SERVICES),
        ] {
            if is_over {
                let text = format!("only the first {limit} {what} are taken");
                self.notices.keep(code::TOO_MANY, text);
            }
        }
        Lowered { settings: self.settings, notices: self.notices.finish() }
    }

    fn notice(&mut self, code: &'static str, text: String) {
        self.notices.add(code, text);
    }
}

/// Which way to Exchange a type is.
fn way(kind: &ProtocolType) -> Option<ExchangeWay> {
    Some(match kind {
        ProtocolType::Exch => ExchangeWay::Exch,
        ProtocolType::Expr => ExchangeWay::Expr,
        ProtocolType::ExHttp => ExchangeWay::ExHttp,
        ProtocolType::MapiHttp => ExchangeWay::MapiHttp,
        _ => return None,
    })
}

/// The URL of a mail store that can be reached from most places.
fn store_url(store: &MapiEndpoint) -> Option<&str> {
    store.external_url.as_deref().or(store.internal_url.as_deref())
}

/// The text of an Exchange element.
fn element(protocol: &Protocol, element: ExchangeElement) -> Option<&str> {
    protocol.exchange.get(&element).map(|text| &**text)
}

fn lifetime(protocol: &Protocol) -> Lifetime {
    const HOUR: Duration = Duration::from_hours(1);
    let time_to_live = match protocol.ttl {
        Some(0) => None,
        Some(hours) => Some(HOUR.saturating_mul(hours)),
        None => Some(HOUR),
    };
    Lifetime::new(time_to_live, protocol.expiration_date)
}
