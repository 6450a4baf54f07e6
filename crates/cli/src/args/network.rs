//! The network: whom to ask, whom to trust, where to connect, and for how long.

use std::{net::SocketAddr, path::PathBuf};

use super::values::{dns_server, seconds};

#[derive(Debug, clap::Args)]
#[cfg_attr(
    feature = "lab",
    expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")
)]
pub(crate) struct NetworkArgs {
    /// Connect to public addresses only
    #[arg(long)]
    pub(crate) public_only: bool,
    /// Trust the certificate authorities of this PEM file too
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Vec<PathBuf>,
    /// Ask this DNS server instead of the system's [default port: 53]
    #[arg(long, value_name = "ADDR[:PORT]", value_parser = dns_server)]
    pub(crate) dns_server: Option<SocketAddr>,
    /// Connect to ADDR:PORT instead of HOST:PORT; an empty HOST or PORT stands for any, an IPv6
    /// address stands in brackets, an IP address as HOST is whatever name led to it; other ports of a HOST with PORT are not reached then
    #[arg(long, value_name = "HOST:PORT:ADDR:PORT")]
    pub(crate) connect_to: Vec<String>,
    /// Connect nowhere but along `--connect-to`
    #[arg(long, requires = "connect_to")]
    pub(crate) isolated: bool,
    /// End the whole search after this many seconds [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<f64>,
    /// Never ask anything on the terminal; what needs consent is refused
    #[arg(long)]
    pub(crate) no_prompt: bool,
    /// Read this configuration file instead of the user's, mailscout/config.toml in the folder for
    /// configurations (docs/configuration.md); a consent for always is written to it
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Search in the embedded internet, with no network: a scenario's name or file
    #[cfg(feature = "lab")]
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, require_equals = true,
          default_missing_value = mailscout_lab::DEFAULT_SCENARIO,
          conflicts_with_all = ["dns_server"])]
    pub(crate) lab: Option<String>,
    /// Print on standard error what the lab's servers were asked
    #[cfg(feature = "lab")]
    #[arg(long, requires = "lab")]
    pub(crate) lab_journal: bool,
}

#[cfg(feature = "lab")]
impl NetworkArgs {
    /// The scenario, where the network is the lab.
    pub(crate) fn lab(&self) -> Option<&str> {
        self.lab.as_deref()
    }
}

#[cfg(not(feature = "lab"))]
impl NetworkArgs {
    /// The scenario: this program has no lab.
    #[expect(clippy::unused_self, reason = "with the lab it is one of the arguments")]
    pub(crate) fn lab(&self) -> Option<&str> {
        None
    }
}
