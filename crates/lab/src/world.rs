//! A scenario served on loopback.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
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
        let journal = Journal::default();
        let authority = Authority::new()?;
        let mut tasks = JoinSet::new();

        let socket = |source| LabError::Socket { what: "the name server".to_owned(), source };
        let (dns_server, udp, tcp) = dns::bind().await.map_err(socket)?;
        let server = NameServer { names: Arc::clone(&scenario.names), journal: journal.clone() };
        tasks.spawn(server.clone().serve_udp(udp));
        tasks.spawn(server.serve_tcp(tcp));

        let mut routes = Vec::new();
        for ((address, port), services) in by_endpoint(&scenario.hosts) {
            let names: Vec<String> =
                services.iter().flat_map(|(host, _)| host.names.clone()).collect();
            let endpoint = endpoint(address, port, &services, &authority, &journal)?;
            let socket = |source| LabError::Socket { what: format!("{address}:{port}"), source };
            let target = endpoint::open(endpoint, &mut tasks).await.map_err(socket)?;
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
    /// The loopback address to connect to instead.
    pub target: SocketAddr,
}

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
