//! A scenario served on loopback, or at its own addresses.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::task::JoinSet;

use crate::{
    certificates::Authority,
    dns::{self, NameServer},
    endpoint::{self, Endpoint, Site},
    error::LabError,
    journal::Journal,
    scenario::{
        Scenario,
        file::{Host, Service},
    },
};

/// A running scenario. Dropping it stops everything.
#[derive(Debug)]
pub struct World {
    dns_server: SocketAddr,
    routes: Vec<Route>,
    ca_pem: String,
    journal: Journal,
    // Dropped with the world; a dropped set ends its tasks, and they own the sockets.
    _tasks: JoinSet<()>,
}

impl World {
    /// Serves a scenario on loopback, on ports that the system picks.
    ///
    /// Its servers are tasks of the current tokio runtime, which needs I/O and time enabled.
    ///
    /// # Errors
    ///
    /// [`LabError::Socket`] when the system gives no socket, [`LabError::Certificate`] when a
    /// host's names cannot stand in a certificate.
    pub async fn start(scenario: &Scenario) -> Result<Self, LabError> {
        Self::serve(scenario, Place::Loopback).await
    }

    /// Serves a scenario at its own addresses and ports, its name server at `dns_server`.
    ///
    /// The addresses have to be local: this is for a network namespace in which they were made so,
    /// with clients that find their way there by themselves. Port 0 stands for one that the system
    /// picks. What the scenario serves nothing at is whatever the system makes of it: a closed port
    /// as a rule.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), and [`LabError::Socket`] when an address is not local or a port
    /// is not free.
    pub async fn start_at_own_addresses(
        scenario: &Scenario,
        dns_server: SocketAddr,
    ) -> Result<Self, LabError> {
        Self::serve(scenario, Place::Own { dns_server }).await
    }

    async fn serve(scenario: &Scenario, place: Place) -> Result<Self, LabError> {
        let journal = Journal::default();
        let authority = Authority::new()?;
        let mut tasks = JoinSet::new();

        let socket = |source| LabError::Socket { what: "the name server".to_owned(), source };
        let (dns_server, udp, tcp) = dns::bind(place.of_the_name_server()).await.map_err(socket)?;
        let server = NameServer { names: Arc::clone(&scenario.names), journal: journal.clone() };
        tasks.spawn(server.clone().serve_udp(udp));
        tasks.spawn(server.serve_tcp(tcp));

        let mut routes = Vec::new();
        for ((address, port), services) in by_endpoint(&scenario.hosts) {
            let names: Vec<String> =
                services.iter().flat_map(|(host, _)| host.names.clone()).collect();
            let endpoint = endpoint(address, port, &services, &authority, &journal)?;
            let socket = |source| LabError::Socket { what: format!("{address}:{port}"), source };
            let target = endpoint::open(endpoint, place.of(address, port), &mut tasks);
            let target = target.await.map_err(socket)?;
            routes.push(Route { names, address, port, target });
        }
        Ok(Self { dns_server, routes, ca_pem: authority.pem(), journal, _tasks: tasks })
    }

    /// The name server, on UDP and TCP.
    pub fn dns_server(&self) -> SocketAddr {
        self.dns_server
    }

    /// Where each address and port of the scenario really is, sorted by address and port.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The certificate authority that clients are to trust, in PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The journal of this world.
    pub fn journal(&self) -> Journal {
        self.journal.clone()
    }
}

/// Where an address and port of the scenario really is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The virtual hosts there.
    pub names: Vec<String>,
    /// The address in the scenario, such as 203.0.113.5.
    pub address: IpAddr,
    /// The port in the scenario, such as 443.
    pub port: u16,
    /// The address to connect to instead: on loopback, or the same.
    pub target: SocketAddr,
}

/// Where a scenario is served.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// On loopback, on ports that the system picks.
    Loopback,
    /// At the addresses and ports that the scenario names.
    Own { dns_server: SocketAddr },
}

impl Place {
    fn of_the_name_server(self) -> SocketAddr {
        match self {
            Self::Loopback => LOOPBACK,
            Self::Own { dns_server } => dns_server,
        }
    }

    fn of(self, address: IpAddr, port: u16) -> SocketAddr {
        match self {
            Self::Loopback => LOOPBACK,
            Self::Own { .. } => SocketAddr::new(address, port),
        }
    }
}

const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

type Services<'a> = Vec<(&'a Host, &'a Service)>;

/// The services by address and port: several hosts may share one.
fn by_endpoint(hosts: &[Host]) -> BTreeMap<(IpAddr, u16), Services<'_>> {
    let mut endpoints: BTreeMap<_, Services<'_>> = BTreeMap::new();
    for host in hosts {
        for service in &host.services {
            for address in &host.addresses {
                endpoints.entry((*address, service.port())).or_default().push((host, service));
            }
        }
    }
    endpoints
}

fn endpoint(
    address: IpAddr,
    port: u16,
    services: &Services<'_>,
    authority: &Authority,
    journal: &Journal,
) -> Result<Endpoint, LabError> {
    let mut sites = Vec::new();
    for (host, service) in services {
        let tls = match service.certificate() {
            Some(kind) => Some(authority.server(kind, &host.names)?),
            None => None,
        };
        sites.push(Site {
            names: host.names.clone(),
            tls,
            routes: service.routes.clone(),
            mail: service.mail.clone(),
            directory: service.directory.clone(),
        });
    }
    let label = match services[..] {
        [(host, _)] => host.names.first().cloned(),
        _ => None,
    };
    let first = services.first().map(|(_, service)| *service);
    Ok(Endpoint {
        label: label.unwrap_or_else(|| address.to_string()),
        port,
        scheme: first.map(|service| service.scheme).unwrap_or_default(),
        fault: first.and_then(|service| service.fault),
        sites,
        journal: journal.clone(),
    })
}
