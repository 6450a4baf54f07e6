//! One question to an LDAP directory, its answer, and the trait of who can ask.

use core::{fmt, net::IpAddr, time::Duration};

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};

use crate::failure::Failure;

mod filter;
mod result;

pub use filter::Filter;
pub use result::result_name;

/// Where a directory is, and how it is spoken to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DirectoryServer {
    /// The name of the host, which its certificate must be for; A-labels, or an IP address.
    pub host: String,
    /// The port: 389 as a rule, 636 with [`DirectorySecurity::Ldaps`].
    pub port: u16,
    /// Where to connect: the addresses that were looked up and checked for the host, the first one
    /// first. Nobody looks the host up again.
    pub addresses: Vec<IpAddr>,
    /// How the connection is protected.
    pub security: DirectorySecurity,
}

impl DirectoryServer {
    /// A server.
    pub fn new(
        host: impl Into<String>,
        port: u16,
        addresses: Vec<IpAddr>,
        security: DirectorySecurity,
    ) -> Self {
        Self { host: host.into(), port, addresses, security }
    }
}

impl fmt::Display for DirectoryServer {
    /// Writes `ldaps://dc1.contoso.example:636`, and `ldap://dc1.contoso.example:389 with StartTLS`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.security {
            DirectorySecurity::Ldaps => "ldaps",
            DirectorySecurity::StartTls | DirectorySecurity::Plain => "ldap",
        };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)?;
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)?;
        }
        match self.security {
            DirectorySecurity::StartTls => f.write_str(" with StartTLS"),
            DirectorySecurity::Ldaps | DirectorySecurity::Plain => Ok(()),
        }
    }
}

/// How the connection to a directory is protected.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DirectorySecurity {
    /// TLS from the first byte, with a certificate for the host.
    Ldaps,
    /// The wish for TLS, then TLS with a certificate for the host; a server that refuses is left.
    StartTls,
    /// Clear text. Nobody can bind with a password there.
    Plain,
}

/// Who reads the directory.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Bind {
    /// Nobody in particular: no bind is sent.
    Anonymous,
    /// A name with a password, which goes to the server as it is.
    ///
    /// # Security
    ///
    /// It is sent inside TLS with a good certificate only. A search that would send it otherwise,
    /// or an empty name or password, which a server may take for nobody in particular, is refused
    /// before there is a connection.
    ///
    /// # Spec
    ///
    /// [RFC 4513 §5.1.2](https://www.rfc-editor.org/rfc/rfc4513#section-5.1.2),
    /// [§5.1.3](https://www.rfc-editor.org/rfc/rfc4513#section-5.1.3)
    Simple {
        /// A distinguished name; Active Directory also takes `alice@contoso.example` and
        /// `CONTOSO\alice`.
        name: String,
        /// The password.
        password: SecretString,
    },
}

impl PartialEq for Bind {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Anonymous, Self::Anonymous) => true,
            (
                Self::Simple { name, password },
                Self::Simple { name: other_name, password: other_password },
            ) => name == other_name && password.expose_secret() == other_password.expose_secret(),
            _ => false,
        }
    }
}

impl Eq for Bind {}

/// Where in the tree a search begins.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Base {
    /// The server's entry about itself; the scope is [`Scope::Base`] whatever the search says.
    RootDse,
    /// What that entry names as `configurationNamingContext`, which is asked for first.
    ConfigurationNamingContext,
    /// What that entry names as `defaultNamingContext`, which is asked for first.
    DefaultNamingContext,
    /// The entry of this distinguished name.
    At(String),
}

/// How far below its base a search goes.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Scope {
    /// The base itself.
    Base,
    /// The entries directly below the base.
    OneLevel,
    /// The base and all that is below it.
    #[default]
    Subtree,
}

/// One search, over a connection of its own. No referral is followed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DirectorySearch {
    /// Who is asked.
    pub server: DirectoryServer,
    /// Who asks. Anonymous by default.
    pub bind: Bind,
    /// Where the search begins.
    pub base: Base,
    /// How far it goes. The whole subtree by default.
    pub scope: Scope,
    /// Which entries are wanted.
    pub filter: Filter,
    /// Which attributes of them; none means all that are not operational.
    pub attributes: Vec<String>,
    /// Bounds on time and size.
    pub limits: DirectoryLimits,
}

impl DirectorySearch {
    /// An anonymous search of the whole subtree, for all attributes.
    pub fn new(
        server: DirectoryServer,
        base: Base,
        filter: Filter,
        limits: DirectoryLimits,
    ) -> Self {
        let (bind, scope) = (Bind::Anonymous, Scope::Subtree);
        Self { server, bind, base, scope, filter, attributes: Vec::new(), limits }
    }
}

impl fmt::Display for DirectorySearch {
    /// Writes `LDAP search (objectClass=user) below OU=Sales,DC=contoso,DC=example at
    /// ldaps://dc1.contoso.example:636`; who asks is not told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = match (&self.base, self.scope) {
            (Base::RootDse, _) | (_, Scope::Base) => "of",
            (_, Scope::OneLevel) => "directly below",
            (_, Scope::Subtree) => "below",
        };
        let base = match &self.base {
            Base::RootDse => "the root DSE",
            Base::ConfigurationNamingContext => "the configurationNamingContext",
            Base::DefaultNamingContext => "the defaultNamingContext",
            Base::At(name) => name,
        };
        write!(f, "LDAP search {} {scope} {base} at {}", self.filter, self.server)
    }
}

/// Bounds on one search.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct DirectoryLimits {
    /// The TCP handshake, over all addresses.
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// The whole question, from the first SYN to the last entry.
    pub whole: Duration,
    /// Entries that are kept; a longer answer is cut.
    pub max_entries: usize,
    /// Entries that are asked for at a time; 0 asks for all at once.
    pub page_size: u32,
    /// Bytes that are read of all messages, and held of what they say; a longer answer fails.
    pub max_bytes: usize,
}

impl Default for DirectoryLimits {
    /// 5 s, 5 s, 15 s; 5000 entries, 500 at a time (Active Directory gives at most 1000), 8 MiB.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            tls: Duration::from_secs(5),
            whole: Duration::from_secs(15),
            max_entries: 5000,
            page_size: 500,
            max_bytes: 8 * 1024 * 1024,
        }
    }
}

/// One entry that was found.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Its distinguished name.
    pub dn: String,
    /// Its attributes as they came: names with their values.
    pub attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    /// An entry.
    pub fn new(dn: impl Into<String>, attributes: Vec<(String, Vec<Vec<u8>>)>) -> Self {
        Self { dn: dn.into(), attributes }
    }

    /// The values of an attribute, whose name is compared without regard to case; none where it is
    /// not there. A name with options (`keywords;lang-de`) is another name.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailscout_net::directory::Entry;
    ///
    /// let attributes = vec![("keywords".to_owned(), vec![b"Site=Berlin".to_vec()])];
    /// let entry = Entry::new("CN=ex1", attributes);
    /// assert_eq!(entry.values("KeyWords").collect::<Vec<_>>(), [b"Site=Berlin"]);
    /// ```
    pub fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let named = self.attributes.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        named.flat_map(|(_, values)| values.iter().map(Vec::as_slice))
    }

    /// The [`values`](Self::values) that are text.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name).filter_map(|value| core::str::from_utf8(value).ok())
    }
}

/// What a search found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct DirectoryAnswer {
    /// The entries, in the order in which they came.
    pub entries: Vec<Entry>,
    /// Where the server says that more may be found, as LDAP URLs: the first hundred, without
    /// doubles. Nobody has been there.
    pub referrals: Vec<String>,
    /// The naming context that was read from the server and searched; `None` where the search
    /// said itself where to begin.
    pub naming_context: Option<String>,
    /// Whether there is more: a limit was reached, the server's or the search's own.
    pub is_cut: bool,
}

impl DirectoryAnswer {
    /// A whole answer without referrals.
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries, ..Self::default() }
    }
}

/// Somebody who can search a directory.
#[async_trait]
pub trait Directory: fmt::Debug + Send + Sync {
    /// Carries out one search within its limits: connects to one of the addresses, proves the
    /// certificate where there is TLS, binds where the search says so, and follows no referral.
    ///
    /// # Errors
    ///
    /// A [`Failure`] that says at which stage it ended and why.
    async fn search(&self, search: &DirectorySearch) -> Result<DirectoryAnswer, Failure>;
}

#[cfg(test)]
mod tests;
