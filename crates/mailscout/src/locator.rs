//! The locator: a search put together from options, a network and the user's hooks.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use mailscout_discover::{
    self as discover, Conclusion, Discovery, Ending, Found, Misuse, NO_MAIL, NO_SUCH_DOMAIN,
    Options, SearchReport,
};
use mailscout_net::{
    connect::{Connect, Target},
    directory::{Bind, Directory},
    dns::{Addresses, Lookup, LookupKind, Records, Resolve},
    failure::Failure,
    http::Exchange,
    io::{
        client::HttpsClient, connector::Connector, directory::LdapDirectory, error::SetupError,
        resolver::DnsResolver,
    },
    policy::AddressPolicy,
};
use mailscout_probe::{
    self as probe,
    approach::Approach,
    prober::{GuessReport, PROTOCOLS, Prober, Refusal},
};
use mailscout_schema::{
    address::EmailAddress,
    settings::{AccountSettings, Protocol, Server},
};

pub use person::NoPerson;

use crate::{
    cache::{Cache, Freshness, Recalled, Remembered},
    hooks::{Ask, AskBelow, Nobody, Observe, ObserveBelow},
    inspection::Inspection,
    known::Table,
    network::Network,
    oauth::{Inquirer, Inquiry, Said, remarks},
    report::{self, Report},
};

mod person;
mod remembering;

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
    directory: Option<Arc<dyn Directory>>,
    bind: Bind,
    ask: AskBelow,
    observer: ObserveBelow,
    cache: Option<(Cache, Freshness)>,
    /// Whether the table of known providers is the embedder's.
    has_own_table: bool,
}

/// What a search consists of. The default looks for documents, and guesses where there is none.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    clippy::struct_excessive_bools,
    reason = "each is switched on or off by name"
)]
pub struct Tasks {
    /// Whether documents are looked for. Default: yes.
    pub documents: bool,
    /// Whether servers are guessed where no document was found. Default: yes.
    pub guess: bool,
    /// Whether the servers that a document names are met, to see that they are what it says.
    /// Default: no.
    pub verify: bool,
    /// Whether the OAuth issuer that settings name is asked for its metadata. Default: no.
    pub oauth: bool,
}

impl Default for Tasks {
    fn default() -> Self {
        Self { documents: true, guess: true, verify: false, oauth: false }
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
        let directory = LdapDirectory::new(&network.roots, network.routes.clone())?;
        let locator = Self::over(Arc::new(resolver), Arc::new(client), Arc::new(connector));
        Ok(locator.with_directory(Arc::new(directory)))
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
            directory: None,
            bind: Bind::Anonymous,
            ask: AskBelow(Arc::new(Nobody)),
            observer: ObserveBelow(Arc::new(Nobody)),
            cache: None,
            has_own_table: false,
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
        self.has_own_table = options.known.is_some();
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
        let (recalled, notice) = Box::pin(self.remember(address, started)).await;
        let (mut search, remembered) = match recalled {
            Some(Recalled { search, guessed, remembered }) => (search, Some((remembered, guessed))),
            None => (Box::pin(self.search(address, started)).await?, None),
        };
        search.notices.extend(notice);
        let mut left = self.probing.overall.saturating_sub(worked(&search));
        if is_cut_off(&search) {
            // Where not even the DNS has answered, a guess is a last attempt within the time of the
            // search.
            let rest = self.options.overall_deadline().saturating_sub(worked(&search));
            left = left.min(rest);
        }
        let wanted = match &remembered {
            Some(_) => Vec::new(),
            None => self.still_wanted(&search),
        };
        let mut guess = None;
        if self.tasks.guess && !wanted.is_empty() && !has_no_mail(&search) {
            let mut options = self.probing(started, left, &search);
            options.protocols = wanted;
            options.not_offered.extend(&search.not_offered);
            let prober = Prober::new(address.clone(), options);
            let report = Box::pin(self.probe(prober)).await;
            left = left.saturating_sub(report.elapsed);
            guess = Some(report);
        }
        let mut probing = self.probing(started, left, &search);
        if let Some(guess) = &guess {
            probing.rejected_before = guess.rejected;
        }
        let check = Box::pin(self.check(&search, remembered.as_ref(), probing)).await;
        let is_remembered = remembered.is_some();
        let probes = (guess, check);
        let mut report = Report::new(search, probes, remembered, started, &self.options);
        if !is_remembered {
            Box::pin(self.keep(&mut report, now())).await;
        }
        if self.tasks.oauth {
            // It is seldom wished for, and not to make every search larger.
            report.oauth = Box::pin(self.inquire(&report)).await;
        }
        Ok(report)
    }

    /// Asks the OAuth issuer that settings name for its metadata, within the time that is left.
    async fn inquire(&self, report: &Report) -> Option<Inquiry> {
        let said = report.settings()?.oauth.as_ref();
        let probes = report.guess.iter().chain(&report.check);
        let probing: Duration = probes.map(|probe| probe.elapsed).sum();
        let inquirer = Inquirer {
            resolver: self.resolver.as_ref(),
            exchange: self.exchange.as_ref(),
            observer: self.observer.0.as_ref(),
            deadlines: self.options.deadlines,
            user_agent: &self.options.user_agent,
            home: report.address().domain(),
            public_only: self.options.public_only,
            since: report.search.elapsed + probing,
            left: self.probing.overall.saturating_sub(worked(&report.search) + probing),
        };
        let mut inquiry = inquirer.inquire(said.and_then(|oauth| oauth.issuer.as_deref())).await;
        if let (Some(oauth), Ok(metadata)) = (said, &inquiry.result) {
            let said = Said { oauth, trust: report.trust() };
            inquiry.notices = remarks(said, metadata);
        }
        Some(inquiry)
    }

    /// The protocols for which servers would be guessed: what is wanted, or anything where nothing
    /// was found. What the domain says that it does not offer is not among them.
    fn still_wanted(&self, search: &SearchReport) -> Vec<Protocol> {
        let want = &self.options.want;
        let mut wanted = match want.as_slice() {
            [] if search.found.is_some() => Vec::new(),
            [] => PROTOCOLS.to_vec(),
            _ => want.clone(),
        };
        for found in search.taken() {
            wanted = report::missing(&wanted, &found.settings);
        }
        let chosen = &self.probing.protocols;
        wanted.retain(|protocol| chosen.is_empty() || chosen.contains(protocol));
        let is_offered = |protocol: &Protocol| !search.not_offered.contains(protocol);
        if wanted.iter().any(is_offered) { wanted } else { Vec::new() }
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
        let mut options = self.search_options();
        options.seed = options.seed.or(Some(seed(started)));
        let discovery = Discovery::new(address.clone(), options)?;
        let world = self.world(Some(address));
        // On the heap, so that what embeds a search stays small.
        Ok(Box::pin(discover::io::drive(discovery, &world, &self.observer)).await)
    }

    /// Meets the servers that sources name: all where that was asked for, else those that prove
    /// what nothing else proves, and have not proved it before.
    async fn check(
        &self,
        search: &SearchReport,
        remembered: Option<&(Remembered, Option<AccountSettings>)>,
        options: probe::prober::Options,
    ) -> Option<GuessReport> {
        let is_new = remembered.is_none();
        let is_met = |found: &&Found| self.tasks.verify || (found.is_provable && is_new);
        let met: Vec<&Found> = search.taken().filter(is_met).collect();
        let guessed = remembered.and_then(|(_, guessed)| guessed.as_ref());
        let guessed = guessed.filter(|_| self.tasks.verify);
        let address = met.first().map_or(&search.address, |found| &found.address).clone();
        let parts = met.iter().map(|found| &found.settings).chain(guessed);
        let servers: Vec<Server> = parts
            .flat_map(|settings| settings.incoming.iter().chain(&settings.outgoing))
            .cloned()
            .collect();
        if servers.is_empty() {
            return None;
        }
        Some(self.probe(Prober::of_servers(address, &servers, options)).await)
    }

    async fn probe(&self, prober: Prober) -> GuessReport {
        let world = probe::io::World::new(
            Arc::clone(&self.resolver),
            Arc::clone(&self.connect),
            Arc::new(self.ask.clone()),
        );
        Box::pin(probe::io::drive(prober, &world, &self.observer)).await
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
        options.rejected_before = search.refused_log_ins;
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

/// Whether the search was made, and nobody answered anything.
fn is_cut_off(search: &SearchReport) -> bool {
    let is_answer = |ending| matches!(ending, Ending::Answered | Ending::Redirect);
    search.conclusion == Conclusion::Failed
        && !search.attempts.iter().any(|attempt| is_answer(attempt.reason.ending()))
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
