//! The locator: a search put together from options, a network and the user's hooks.

use std::{net::SocketAddr, sync::Arc, time::SystemTime};

use async_trait::async_trait;
use mailscout_discover::{
    Discovery, Misuse, Options,
    consent::{Consent, Question},
    io::{Ask, Event, Observe, World, drive},
};
use mailscout_net::{
    dns::Resolve,
    http::Exchange,
    io::{
        client::HttpsClient, error::SetupError, resolver::DnsResolver, roots::Roots, routes::Routes,
    },
};
use mailscout_schema::address::EmailAddress;

use crate::report::Report;

/// Finds the settings of addresses. Cheap to clone; one locator serves many searches, also at
/// once.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let locator = mailscout::Locator::system()?;
/// let report = locator.locate(&"alice@contoso.example".parse()?).await?;
/// for server in report.incoming() {
///     println!("{} {}:{:?} {}", server.protocol, server.host, server.port, server.security);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Locator {
    options: Options,
    world: World,
    observer: Arc<dyn Observe>,
}

impl Locator {
    /// A locator on this computer's network, with default options. Nobody is asked for consent:
    /// sites that need it are refused, and named in the report.
    ///
    /// # Errors
    ///
    /// The system's DNS configuration or its certificate authorities cannot be read.
    pub fn system() -> Result<Self, SetupError> {
        Self::new(&Network::system()?)
    }

    /// A locator on this network, with default options.
    ///
    /// # Errors
    ///
    /// The system's DNS configuration cannot be read, or TLS cannot be set up.
    pub fn new(network: &Network) -> Result<Self, SetupError> {
        let resolver = match network.dns_server {
            Some(server) => DnsResolver::at(server, network.routes.clone())?,
            None => DnsResolver::system(network.routes.clone())?,
        };
        let client = HttpsClient::new(&network.roots, network.routes.clone())?;
        Ok(Self::over(Arc::new(resolver), Arc::new(client)))
    }

    /// A locator over your own DNS and HTTP.
    pub fn over(resolver: Arc<dyn Resolve>, exchange: Arc<dyn Exchange>) -> Self {
        let world = World::new(resolver, exchange, Arc::new(Nobody));
        Self { options: Options::default(), world, observer: Arc::new(Nobody) }
            .with_options(Options::default())
    }

    /// Takes these options. An empty `user_agent` becomes `mailscout/VERSION`.
    #[must_use]
    pub fn with_options(mut self, mut options: Options) -> Self {
        if options.user_agent.is_empty() {
            options.user_agent.push_str(concat!("mailscout/", env!("CARGO_PKG_VERSION")));
        }
        self.options = options;
        self
    }

    /// Puts questions to the user through `ask`. Default: nobody can be asked.
    #[must_use]
    pub fn with_ask(mut self, ask: Arc<dyn Ask>) -> Self {
        self.world.ask = ask;
        self
    }

    /// Tells `observer` of every event. Default: nobody is told.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observe>) -> Self {
        self.observer = observer;
        self
    }

    /// Looks for the settings of an address. Whatever the network does, a report comes back;
    /// dropping the future cancels the search and closes its connections.
    ///
    /// # Errors
    ///
    /// The address's domain is a public suffix, or the options leave nothing to ask.
    pub async fn locate(&self, address: &EmailAddress) -> Result<Report, Misuse> {
        let started = now();
        let mut options = self.options.clone();
        let since_epoch = started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        options.seed = options.seed.or(Some(u64::from(since_epoch.subsec_nanos())));
        let discovery = Discovery::new(address.clone(), options)?;
        let search = drive(discovery, &self.world, self.observer.as_ref()).await;
        Ok(Report::new(search, started))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "validity is counted from the time of day, which is read here once"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

/// The network that a search runs on: decided once, at the top.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Network {
    /// The DNS server to ask; `None` takes the system's configuration and `/etc/hosts`.
    pub dns_server: Option<SocketAddr>,
    /// The certificate authorities that are trusted.
    pub roots: Roots,
    /// Ways laid by hand (`--connect-to`, an embedded lab).
    pub routes: Routes,
}

impl Network {
    /// The system's DNS and certificate authorities (`SSL_CERT_FILE` and `SSL_CERT_DIR` count).
    ///
    /// # Errors
    ///
    /// The certificate authorities cannot be read.
    pub fn system() -> Result<Self, SetupError> {
        Ok(Self { dns_server: None, roots: Roots::system()?, routes: Routes::default() })
    }

    /// A network that ends at its own borders, such as an embedded lab: this DNS server, these
    /// authorities, and connections along these routes only, each from the address that the DNS
    /// names to where it is served.
    ///
    /// # Errors
    ///
    /// `ca_pem` holds no certificate.
    pub fn isolated(
        dns_server: SocketAddr,
        ca_pem: &[u8],
        routes: impl IntoIterator<Item = (SocketAddr, SocketAddr)>,
    ) -> Result<Self, SetupError> {
        let mut network =
            Self { dns_server: Some(dns_server), roots: Roots::none(), routes: Routes::default() };
        network.roots.add_pem(ca_pem, "the network's own authorities")?;
        network.routes.closed_world(true);
        for (from, to) in routes {
            network.routes.address(from, to);
        }
        Ok(network)
    }
}

/// Nobody: cannot be asked, and wants to know nothing.
#[derive(Debug)]
struct Nobody;

#[async_trait]
impl Ask for Nobody {
    async fn ask(&self, _: &Question) -> Consent {
        Consent::Unavailable
    }
}

#[async_trait]
impl Observe for Nobody {
    async fn observe(&self, _: Event<'_>) {}
}
