//! The resolver: asks the DNS servers of the system, or one of the user's choice.
//!
//! Names are absolute, no search list is applied. Reading the answers is left to `answer.rs`, records that
//! are no addresses to `records.rs`.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future::{Either, select};
use hickory_resolver::{
    Hosts, Resolver, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::{
        op::Query,
        rr::{Name, Record, RecordType},
    },
    system_conf::read_system_conf,
};
use tokio::time;

use super::{answer, error::SetupError, records::RecordClient, routes::Routes};
use crate::{
    dns::{Lookup, LookupKind, Records, Resolve},
    failure::Failure,
};

/// A resolver for a program: routes, hosts file, DNS, in this order.
#[derive(Clone)]
pub struct DnsResolver {
    addresses: TokioResolver,
    records: RecordClient,
    hosts: Arc<Hosts>,
    routes: Arc<Routes>,
}

impl DnsResolver {
    /// Asks the DNS servers that this system is configured for; its hosts file goes before them.
    ///
    /// # Errors
    ///
    /// [`SetupError::Resolver`] if the configuration cannot be read or names no server.
    pub fn system(routes: Routes) -> Result<Self, SetupError> {
        let (config, options) = read_system_conf().map_err(refused)?;
        // A system without a hosts file is in order.
        let hosts = Hosts::from_system().unwrap_or_default();
        Self::build(config.name_servers, options, hosts, routes)
    }

    /// Asks this DNS server and nobody else; the hosts file is not read.
    ///
    /// # Errors
    ///
    /// [`SetupError::Resolver`] if the resolver cannot be made.
    pub fn at(server: SocketAddr, routes: Routes) -> Result<Self, SetupError> {
        let (mut udp, mut tcp) = (ConnectionConfig::udp(), ConnectionConfig::tcp());
        udp.port = server.port();
        tcp.port = server.port();
        let server = NameServerConfig::new(server.ip(), true, vec![udp, tcp]);
        Self::build(vec![server], ResolverOpts::default(), Hosts::default(), routes)
    }

    fn build(
        servers: Vec<NameServerConfig>,
        mut options: ResolverOpts,
        hosts: Hosts,
        routes: Routes,
    ) -> Result<Self, SetupError> {
        options.timeout = ATTEMPT_TIMEOUT;
        options.attempts = RETRIES;
        // The hosts file is asked here: the library would let it hide one family of addresses only.
        options.use_hosts_file = ResolveHosts::Never;
        let records = RecordClient::new(servers.clone(), &options).map_err(refused)?;
        // The servers alone: what the system says of a domain and search list is left out.
        let config = ResolverConfig::from_name_servers(servers);
        let addresses = Resolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_options(options)
            .build()
            .map_err(refused)?;
        Ok(Self { addresses, records, hosts: Arc::new(hosts), routes: Arc::new(routes) })
    }
}

impl fmt::Debug for DnsResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DnsResolver").field("routes", &self.routes).finish_non_exhaustive()
    }
}

#[async_trait]
impl Resolve for DnsResolver {
    async fn resolve(&self, lookup: &Lookup) -> Result<Records, Failure> {
        // A name that the DNS cannot express exists nowhere in it.
        let mut name = Name::from_ascii(&lookup.name).map_err(|_| Failure::NxDomain)?;
        name.set_fqdn(true);
        let answer = async {
            match lookup.kind {
                LookupKind::Addresses => self.addresses_of(&lookup.name, &name).await,
                kind => self.records.ask(&name, kind).await,
            }
        };
        time::timeout(lookup.deadline, answer).await.unwrap_or(Err(Failure::DnsTimeout))
    }
}

impl DnsResolver {
    async fn addresses_of(&self, host: &str, name: &Name) -> Result<Records, Failure> {
        if let Some(routed) = self.routes.lookup(host) {
            return Ok(Records::Addresses(routed));
        }
        let mut list = self.listed(name);
        if list.is_empty() {
            list = self.both_families(name).await?;
        }
        Ok(Records::Addresses(self.routes.mark(list)))
    }

    /// The addresses in the hosts file: for a name that it has, the DNS is not asked.
    fn listed(&self, name: &Name) -> Vec<IpAddr> {
        let family = |kind| {
            let found = self.hosts.lookup_static_host(&Query::query(name.clone(), kind));
            found.map_or_else(Vec::new, |found| {
                found.answers().iter().filter_map(address_of).collect()
            })
        };
        answer::interleave(family(RecordType::AAAA), family(RecordType::A))
    }

    /// Asks for both families at once.
    ///
    /// When A has answered, AAAA has [`RESOLUTION_DELAY`] left to be heard. When AAAA has answered,
    /// A has the time of one retransmission: the list serves a whole search, and a computer without
    /// IPv6 needs it. After any other end the other family is waited for. That AAAA says a name does
    /// not exist proves nothing: some servers do for names that have an A record
    /// ([RFC 4074 §4.2](https://www.rfc-editor.org/rfc/rfc4074#section-4.2)).
    async fn both_families(&self, name: &Name) -> Result<Vec<IpAddr>, Failure> {
        let v6 = pin!(self.ask(name, RecordType::AAAA));
        let v4 = pin!(self.ask(name, RecordType::A));
        let (v6, v4) = match select(v6, v4).await {
            Either::Left((v6, v4)) => {
                let v4 = second(v6.is_ok().then_some(RETRANSMISSION), v4).await;
                (v6, v4)
            }
            Either::Right((v4, v6)) => {
                let is_decided = matches!(v4, Ok(_) | Err(Failure::NxDomain));
                (second(is_decided.then_some(RESOLUTION_DELAY), v6).await, v4)
            }
        };
        answer::both(v6, v4)
    }

    /// Asks for the addresses of one family.
    async fn ask(&self, name: &Name, family: RecordType) -> Result<Vec<IpAddr>, Failure> {
        let found = self.addresses.lookup(name.clone(), family).await;
        let found = found.map_err(|error| answer::failure(&error))?;
        // The aliases on the way are among the answers.
        let list: Vec<IpAddr> = found.answers().iter().filter_map(address_of).collect();
        if list.is_empty() {
            return Err(Failure::NoData);
        }
        Ok(list)
    }
}

/// The end of the other family's question, within a patience if there is a limit to it.
async fn second(
    patience: Option<Duration>,
    other: impl Future<Output = Result<Vec<IpAddr>, Failure>>,
) -> Result<Vec<IpAddr>, Failure> {
    match patience {
        Some(patience) => time::timeout(patience, other).await.unwrap_or(Err(Failure::DnsTimeout)),
        None => other.await,
    }
}

fn address_of(record: &Record) -> Option<IpAddr> {
    record.data.ip_addr()
}

fn refused(cause: NetError) -> SetupError {
    SetupError::Resolver { cause: cause.into() }
}

/// How long the second family is waited for
/// ([RFC 8305 §8](https://www.rfc-editor.org/rfc/rfc8305#section-8)).
const RESOLUTION_DELAY: Duration = Duration::from_millis(50);

/// How long A is waited for when AAAA has answered: one lost packet is sent again by then.
const RETRANSMISSION: Duration = Duration::from_millis(2500);

/// How long one round over the servers takes; within it a lost packet is sent once more.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// Rounds after the first.
const RETRIES: usize = 0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Addresses;

    async fn ask_hosts(text: &str, name: &str) -> Records {
        let nobody = SocketAddr::from(([127, 0, 0, 1], 9));
        let mut resolver = DnsResolver::at(nobody, Routes::default()).unwrap();
        let mut hosts = Hosts::default();
        hosts.read_hosts_conf(text.as_bytes()).unwrap();
        resolver.hosts = Arc::new(hosts);
        let lookup = Lookup::new(name, LookupKind::Addresses, Duration::from_secs(1));
        resolver.resolve(&lookup).await.unwrap()
    }

    #[tokio::test]
    async fn a_name_in_the_hosts_file_is_not_asked_of_the_dns() {
        let text = "192.0.2.7 Box.test other.test\n192.0.2.8 box.test\n2001:db8::7 box.test\n";
        let both = ["2001:db8::7", "192.0.2.7", "192.0.2.8"].map(|text| text.parse().unwrap());
        let found = ask_hosts(text, "box.test").await;
        assert_eq!(found, Records::Addresses(Addresses::new(both.to_vec())));
        let one = vec!["192.0.2.7".parse().unwrap()];
        let found = ask_hosts(text, "other.test").await;
        assert_eq!(found, Records::Addresses(Addresses::new(one)));
    }
}
