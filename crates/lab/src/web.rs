//! The web servers: one endpoint for each address and port, with its virtual hosts.

use std::sync::Arc;

use rustls::ServerConfig;

use crate::{
    journal::Journal,
    scenario::file::{ConnectionFault, HttpRoute, Scheme},
};

mod connection;
mod faults;
mod gzip;
mod open;
mod request;
mod respond;

pub(crate) use open::open;

/// What listens at one address and port of the scenario.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// The host's first name, or the address when several hosts share it.
    pub(crate) label: String,
    pub(crate) port: u16,
    pub(crate) scheme: Scheme,
    pub(crate) fault: Option<ConnectionFault>,
    pub(crate) sites: Vec<Site>,
    pub(crate) journal: Journal,
}

impl Endpoint {
    /// The virtual host of a name: by the name itself, else by a wildcard.
    fn site(&self, name: &str) -> Option<&Site> {
        let exact = self.sites.iter().find(|site| site.names.iter().any(|known| known == name));
        exact.or_else(|| {
            self.sites.iter().find(|site| site.names.iter().any(|known| covers(known, name)))
        })
    }
}

/// One virtual host.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) names: Vec<String>,
    /// Present when the endpoint speaks https.
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) routes: Vec<HttpRoute>,
}

/// Whether `*.parent` stands for a name.
fn covers(pattern: &str, name: &str) -> bool {
    pattern
        .strip_prefix('*')
        .and_then(|parent| name.strip_suffix(parent))
        .is_some_and(|rest| !rest.is_empty() && pattern.starts_with("*."))
}
