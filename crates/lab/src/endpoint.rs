//! Endpoints: what listens at one address and port of a scenario, with its virtual hosts.

use std::sync::Arc;

use rustls::ServerConfig;

use crate::{
    journal::Journal,
    scenario::file::{Directory, Fault, HttpRoute, Mail, Scheme},
};

mod connection;
mod handshake;
mod open;

pub(crate) use connection::{Stream, drain, finish};
pub(crate) use handshake::shake_hands;
pub(crate) use open::open;

/// What listens at one address and port of the scenario.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// The host's first name, or the address when several hosts share it.
    pub(crate) label: String,
    pub(crate) port: u16,
    pub(crate) scheme: Scheme,
    pub(crate) fault: Option<Fault>,
    pub(crate) sites: Vec<Site>,
    pub(crate) journal: Journal,
}

impl Endpoint {
    /// The virtual host of a name: by the name itself, else by a wildcard.
    pub(crate) fn site(&self, name: &str) -> Option<&Site> {
        let exact = self.sites.iter().find(|site| site.names.iter().any(|known| known == name));
        exact.or_else(|| {
            self.sites.iter().find(|site| site.names.iter().any(|known| covers(known, name)))
        })
    }

    /// The virtual host that a TLS server name chooses: its own, else the first.
    pub(crate) fn chosen(&self, server_name: Option<&str>) -> Option<&Site> {
        server_name.and_then(|name| self.site(name)).or(self.sites.first())
    }
}

/// One virtual host.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) names: Vec<String>,
    /// Present when the endpoint speaks TLS, at once or after an upgrade.
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) routes: Vec<HttpRoute>,
    /// Present when the endpoint is a mail server.
    pub(crate) mail: Option<Mail>,
    /// Present when the endpoint is a directory.
    pub(crate) directory: Option<Directory>,
}

/// Whether `*.parent` stands for a name.
fn covers(pattern: &str, name: &str) -> bool {
    pattern
        .strip_prefix('*')
        .and_then(|parent| name.strip_suffix(parent))
        .is_some_and(|rest| !rest.is_empty() && pattern.starts_with("*."))
}
