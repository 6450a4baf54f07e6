//! The network that a search runs on: where to ask, whom to trust, which ways are laid by hand.

use std::net::SocketAddr;

use mailscout_net::io::{error::SetupError, roots::Roots, routes::Routes};

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
