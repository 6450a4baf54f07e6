//! The locator: a search put together from options, a network and the user's hooks.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use mailscout_discover::{
    self as discover, Conclusion, Discovery, Misuse, NO_MAIL, NO_SUCH_DOMAIN, Options, SearchReport,
};
use mailscout_net::{
    connect::{Connect, Target},
    dns::{Addresses, Lookup, LookupKind, Records, Resolve},
    failure::Failure,
    http::Exchange,
    io::{client::HttpsClient, connector::Connector, error::SetupError, resolver::DnsResolver},
    policy::AddressPolicy,
};
use mailscout_probe::{
    self as probe,
    approach::Approach,
    prober::{GuessReport, Prober, Refusal},
};
use mailscout_schema::{
    address::EmailAddress,
    settings::{AccountSettings, Protocol},
};

use crate::{
    hooks::{Ask, AskBelow, Nobody, Observe, ObserveBelow},
    inspection::Inspection,
    known::Table,
    network::Network,
    report::Report,
};

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
    probing: probe::prober::Options,
    tasks: Tasks,
    resolver: Arc<dyn Resolve>,
    exchange: Arc<dyn Exchange>,
    connect: Arc<dyn Connect>,
    ask: AskBelow,
    observer: ObserveBelow,
}

/// What a search consists of. The default looks for documents, and guesses where there is none.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "each is switched on or off by name")]
pub struct Tasks {
    /// Whether documents are looked for. Default: yes.
    pub documents: bool,
    /// Whether servers are guessed where no document was found. Default: yes.
    pub guess: bool,
    /// Whether the servers that a document names are met, to see that they are what it says.
    /// Default: no.
    pub verify: bool,
}

impl Default for Tasks {
    fn default() -> Self {
        Self { documents: true, guess: true, verify: false }
    }
}

impl Locator {
    /// A locator on this computer's network, with default options. Nobody is asked for consent:
    /// what needs it is refused, and named in the report.
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
        let connector = Connector::new(&network.roots, network.routes.clone())?;
        Ok(Self::over(Arc::new(resolver), Arc::new(client), Arc::new(connector)))
    }

    /// A locator over your own DNS, HTTP and connections to mail servers.
    pub fn over(
        resolver: Arc<dyn Resolve>,
        exchange: Arc<dyn Exchange>,
        connect: Arc<dyn Connect>,
    ) -> Self {
        let locator = Self {
            options: Options::default(),
            probing: probe::prober::Options::default(),
            tasks: Tasks::default(),
            resolver,
            exchange,
            connect,
            ask: AskBelow(Arc::new(Nobody)),
            observer: ObserveBelow(Arc::new(Nobody)),
        };
        locator.with_options(Options::default())
    }

    /// Takes these options for documents. An empty `user_agent` becomes `mailscout/VERSION`, and a
    /// missing table of known providers the one of this crate.
    #[must_use]
    pub fn with_options(mut self, mut options: Options) -> Self {
        if options.user_agent.is_empty() {
            options.user_agent.push_str(concat!("mailscout/", env!("CARGO_PKG_VERSION")));
        }
        options.known.get_or_insert_with(|| Arc::new(Table));
        self.options = options;
        self
    }

    /// Takes these options for mail servers: guesses, checks and log-ins. The time that a search
    /// for documents took is taken from their `overall`.
    #[must_use]
    pub fn with_probing(mut self, options: probe::prober::Options) -> Self {
        self.probing = options;
        self
    }

    /// Does these things. Default: documents, and a guess where there is none.
    #[must_use]
    pub fn with_tasks(mut self, tasks: Tasks) -> Self {
        self.tasks = tasks;
        self
    }

    /// Puts questions to the user through `ask`. Default: nobody can be asked.
    #[must_use]
    pub fn with_ask(mut self, ask: Arc<dyn Ask>) -> Self {
        self.ask = AskBelow(ask);
        self
    }

    /// Tells `observer` of every event. Default: nobody is told.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observe>) -> Self {
        self.observer = ObserveBelow(observer);
        self
    }

    /// Looks for the settings of an address. Whatever the network does, a report comes back;
    /// dropping the future cancels the search and closes its connections.
    ///
    /// # Errors
    ///
    /// The address's domain is a public suffix, or the options leave nothing to do.
    pub async fn locate(&self, address: &EmailAddress) -> Result<Report, Misuse> {
        let started = now();
        discover::check(address)?;
        let search = self.search(address, started).await?;
        let left = self.probing.overall.saturating_sub(worked(&search));
        let (mut guess, mut check) = (None, None);
        match &search.found {
            Some(found) if self.tasks.verify || found.is_provable => {
                let options = self.probing(started, left, &search);
                check = Some(self.check(&found.address, &found.settings, options).await);
            }
            None if self.tasks.guess && !has_no_mail(&search) => {
                let prober = Prober::new(address.clone(), self.probing(started, left, &search));
                guess = Some(self.probe(prober).await);
            }
            _ => {}
        }
        Ok(Report::new(search, guess, check, started, self.options.prefer))
    }

    /// Looks at one port of one host, whoever it belongs to; nobody logs in. `host` is in A-labels,
    /// or an IP address. `overall` of the options for mail servers bounds it.
    pub async fn inspect(&self, host: &str, port: u16, protocol: Option<Protocol>) -> Inspection {
        let started = now();
        let addresses = self.addresses(host).await;
        let met = match &addresses {
            Ok(list) => {
                let target = Target::new(host, port, list.clone());
                let approach = Approach::new(port, protocol);
                let (patience, overall) = (self.probing.patience, self.probing.overall);
                let connect = self.connect.as_ref();
                probe::io::inspect(&target, approach, patience, overall, connect).await
            }
            Err(_) => Vec::new(),
        };
        Inspection::new(host.to_owned(), port, addresses, met, started)
    }

    /// The addresses of a host that may be connected to.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Refusal> {
        let addresses = if let Ok(address) = host.parse() {
            Addresses::new(vec![address])
        } else {
            let lookup = Lookup::new(host, LookupKind::Addresses, self.probing.dns);
            match self.resolver.resolve(&lookup).await {
                Ok(Records::Addresses(addresses)) => addresses,
                Ok(_) => return Err(Refusal::NoAddress(Failure::NoData)),
                Err(failure) => return Err(Refusal::NoAddress(failure)),
            }
        };
        let policy = if self.probing.public_only && !addresses.routed {
            AddressPolicy::Public
        } else {
            AddressPolicy::Any
        };
        let allowed = addresses.list.iter().copied().filter(|address| policy.allows(*address));
        match (allowed.collect::<Vec<_>>(), addresses.list.first()) {
            (allowed, Some(first)) if allowed.is_empty() => Err(Refusal::ForbiddenAddress(*first)),
            (allowed, _) => Ok(allowed),
        }
    }

    async fn search(
        &self,
        address: &EmailAddress,
        started: SystemTime,
    ) -> Result<SearchReport, Misuse> {
        if !self.tasks.documents {
            return Ok(SearchReport::not_made(address.clone()));
        }
        let mut options = self.options.clone();
        options.seed = options.seed.or(Some(seed(started)));
        let discovery = Discovery::new(address.clone(), options)?;
        let world = discover::io::World::new(
            Arc::clone(&self.resolver),
            Arc::clone(&self.exchange),
            Arc::new(self.ask.clone()),
        );
        Ok(discover::io::drive(discovery, &world, &self.observer).await)
    }

    async fn check(
        &self,
        address: &EmailAddress,
        settings: &AccountSettings,
        options: probe::prober::Options,
    ) -> GuessReport {
        let servers: Vec<_> = settings.incoming.iter().chain(&settings.outgoing).cloned().collect();
        self.probe(Prober::of_servers(address.clone(), &servers, options)).await
    }

    async fn probe(&self, prober: Prober) -> GuessReport {
        let world = probe::io::World::new(
            Arc::clone(&self.resolver),
            Arc::clone(&self.connect),
            Arc::new(self.ask.clone()),
        );
        probe::io::drive(prober, &world, &self.observer).await
    }

    fn probing(
        &self,
        started: SystemTime,
        left: Duration,
        search: &SearchReport,
    ) -> probe::prober::Options {
        let mut options = self.probing.clone();
        options.overall = left;
        options.silent.extend(&search.silent);
        if options.seed == 0 {
            options.seed = seed(started);
        }
        options
    }
}

/// How long a search took, without the time in which a person was waited for.
fn worked(search: &SearchReport) -> Duration {
    search.elapsed.saturating_sub(search.asked_for)
}

/// Whether the search saw that the domain does not exist, or says that it receives no mail: there is
/// nothing to guess.
fn has_no_mail(search: &SearchReport) -> bool {
    search.conclusion == Conclusion::NotFound
        && search.notices.iter().any(|notice| [NO_SUCH_DOMAIN, NO_MAIL].contains(&notice.code))
}

/// A number that is another one in each search.
fn seed(started: SystemTime) -> u64 {
    let since_epoch = started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::from(since_epoch.subsec_nanos())
}

#[expect(
    clippy::disallowed_methods,
    reason = "validity is counted from the time of day, which is read here once"
)]
fn now() -> SystemTime {
    SystemTime::now()
}
