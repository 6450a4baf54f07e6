//! Active Directory: where it is, what may be asked of it, and what is remembered of its answers.
//!
//! # Spec
//!
//! `OXDISCO` 3.1.5.1; how domain controllers are found: `ADTS` 6.3.2

use core::{fmt, str::FromStr, time::Duration};

use mailscout_net::directory::{DirectoryAnswer, DirectorySecurity, Entry, Filter};
use mailscout_schema::{
    address::{AddressError, Domain, EmailAddress},
    autodiscover::scp::user,
};

mod person;
pub(crate) mod way;

pub use person::{PersonReport, PersonSearch};

/// What is known of the directory that is asked. The default is that of the address's domain.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct DirectoryOptions {
    /// The server; `None`: the domain controllers that the DNS names. Default: `None`.
    pub server: Option<DirectoryUrl>,
    /// The domain whose controllers are asked; `None`: the address's own. Default: `None`.
    pub domain: Option<Domain>,
    /// The site of this computer, whose Autodiscover servers come first. Default: `None`.
    pub site: Option<String>,
    /// Whether the driver has a name and a password to bind with. They are sent inside TLS alone, to
    /// the named server or to controllers of the domain. Default: no.
    pub binds: bool,
    /// The Exchange server of the user, where it is known already: nobody is asked for it. Default:
    /// `None`.
    pub exchange_server: Option<String>,
    /// How long one question may take; `None`: 15 s. Default: `None`.
    pub deadline: Option<Duration>,
}

/// A directory server: `ldaps://HOST[:PORT]` or `ldap://HOST[:PORT]`.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct DirectoryUrl {
    /// Whether it is `ldaps`. With `ldap`, `StartTLS` is asked for first; a server without it is read
    /// anonymously, and nothing that it says is proved.
    pub tls: bool,
    /// The host.
    pub host: Domain,
    /// The port. Default: 389, and 636 with TLS.
    pub port: u16,
}

impl FromStr for DirectoryUrl {
    type Err = BadDirectoryUrl;

    fn from_str(text: &str) -> Result<Self, BadDirectoryUrl> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(BadDirectoryUrl::Scheme)?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "ldap" => false,
            "ldaps" => true,
            _ => return Err(BadDirectoryUrl::Scheme),
        };
        let place = rest.strip_suffix('/').unwrap_or(rest);
        if place.contains('@') {
            return Err(BadDirectoryUrl::User);
        }
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => match port.parse() {
                Ok(0) | Err(_) => return Err(BadDirectoryUrl::Port),
                Ok(port) => (host, port),
            },
            None => (place, if tls { 636 } else { 389 }),
        };
        let host = host.parse().map_err(BadDirectoryUrl::Host)?;
        Ok(Self { tls, host, port })
    }
}

impl fmt::Display for DirectoryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ldap{}://{}:{}", if self.tls { "s" } else { "" }, self.host, self.port)
    }
}

/// A text that names no directory server.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BadDirectoryUrl {
    /// It is neither `ldap` nor `ldaps`.
    #[error("a directory is named by `ldaps://HOST` or `ldap://HOST`")]
    Scheme,
    /// A user stands in it.
    #[error("no user belongs into it; `--ldap-user` names one")]
    User,
    /// The port is none.
    #[error("what stands behind the colon is no port")]
    Port,
    /// The host is none.
    #[error("the host is no name: {0}")]
    Host(AddressError),
}

/// A question that is put to whichever directory answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Inquiry {
    pub(crate) base: mailscout_net::directory::Base,
    pub(crate) filter: Filter,
    pub(crate) attributes: Vec<String>,
}

/// The user's Exchange server, and who said so.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ExchangeServer {
    /// Its name, which may be no full one.
    pub(crate) name: String,
    /// The directory that can be asked for more; `None` where the caller knew the name.
    pub(crate) place: Option<way::Place>,
}

/// The entry of a user, found by an address.
pub(crate) fn user_by_address(address: &EmailAddress) -> Inquiry {
    let address = address.to_string();
    let is = |attribute: &str, value: String| Filter::Equals {
        attribute: attribute.to_owned(),
        value: value.into_bytes(),
    };
    let filter = Filter::Or(vec![
        is("mail", address.clone()),
        is("proxyAddresses", format!("smtp:{address}")),
        is("userPrincipalName", address),
    ]);
    user_where(filter)
}

/// The entry of a user, found by the name of an account: `alice`, `CONTOSO\alice` or
/// `alice@contoso.example`.
pub(crate) fn user_by_account(account: &str) -> Inquiry {
    let name = account.rsplit('\\').next().unwrap_or(account);
    let attribute = if name.contains('@') { "userPrincipalName" } else { "sAMAccountName" };
    user_where(Filter::Equals { attribute: attribute.to_owned(), value: name.as_bytes().to_vec() })
}

fn user_where(filter: Filter) -> Inquiry {
    Inquiry {
        base: mailscout_net::directory::Base::DefaultNamingContext,
        filter,
        attributes: user::ATTRIBUTES.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// What a directory knows of a user.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Person {
    /// The address.
    pub address: Option<EmailAddress>,
    /// The name of the Exchange server that has the mailbox.
    pub exchange_server: Option<String>,
}

impl Person {
    /// Reads the first entry of an answer that is of use.
    pub(crate) fn of(answer: &DirectoryAnswer) -> Self {
        let people = answer.entries.iter().map(Self::of_entry);
        people.into_iter().find(|person| *person != Self::default()).unwrap_or_default()
    }

    fn of_entry(entry: &Entry) -> Self {
        let texts = |name: &str| -> Vec<String> { entry.texts(name).map(str::to_owned).collect() };
        let [mail, proxies, principal, home, database] = user::ATTRIBUTES.map(texts);
        let mut found = user::Entry::default();
        found.mail = &mail;
        found.proxy_addresses = &proxies;
        found.user_principal_name = &principal;
        found.home_server_name = &home;
        found.home_mdb = &database;
        Self { address: found.address(), exchange_server: found.server().map(str::to_owned) }
    }
}

/// Whether what was said over a connection of this kind is proved.
pub(crate) fn is_proved(security: DirectorySecurity) -> bool {
    security != DirectorySecurity::Plain
}
