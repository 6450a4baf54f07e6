//! The command line, as it is typed. What it means together with the configuration is `setup`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use mailscout::discover::mechanism::Mechanism;

use crate::config::{OrderWord, PreferWord};

/// Finds where and how the mail client of an e-mail address connects, and how sure that is.
#[derive(Debug, Parser)]
#[command(name = "mailscout", version, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the mail servers of an address
    Discover(Box<DiscoverArgs>),
    /// Read an Autodiscover document and print its settings
    Parse(ParseArgs),
    /// The embedded internet: scenarios that show discovery with no network
    #[cfg(feature = "lab")]
    #[command(subcommand)]
    Lab(LabCommand),
}

/// Find the mail servers of an address.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct DiscoverArgs {
    /// The e-mail address; with `--lab` the scenario's own when absent
    pub(crate) address: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Show every question in order, with its answer, its time, and why it was not taken
    #[arg(long, conflicts_with = "json")]
    pub(crate) explain: bool,
    /// Whether mechanisms wait for each other [default: sequential]
    #[arg(long, value_enum)]
    pub(crate) strategy: Option<StrategyArg>,
    /// The order of the mechanisms [default: standard]; `outlook` implies `--strategy sequential`
    /// and Outlook's default user name, the part before the @
    #[arg(long, value_enum)]
    pub(crate) order: Option<OrderWord>,
    /// Ask these mechanisms only: autodiscover-https-root, autodiscover-https-host, local-xml,
    /// http-redirect, srv-redirect
    #[arg(long, value_name = "MECHANISM", value_delimiter = ',', value_parser = mechanism)]
    pub(crate) only: Vec<Mechanism>,
    /// Do not ask these mechanisms
    #[arg(long, value_name = "MECHANISM", value_delimiter = ',', value_parser = mechanism)]
    pub(crate) skip: Vec<Mechanism>,
    /// Put the servers of this protocol first
    #[arg(long, value_enum)]
    pub(crate) prefer: Option<PreferWord>,
    /// Use this file with an Autodiscover answer for a domain (`%VAR%` is expanded)
    #[arg(long, value_name = "DOMAIN=PATH")]
    pub(crate) local_xml: Vec<String>,
    /// Allow redirects to this site without a question: a host, `*.example.com`, or `any`
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_redirect: Vec<String>,
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
    /// Never ask anything on the terminal; sites that need consent are refused
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

/// Read an Autodiscover document and print its settings.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 settings or a redirect, 1 an error or refused, 2 cannot be read."
)]
pub(crate) struct ParseArgs {
    /// The document, or `-` for standard input
    pub(crate) file: PathBuf,
    /// The address that user names are made from
    #[arg(long)]
    pub(crate) address: Option<String>,
    /// Whose default user name: `outlook` takes the part before the @
    #[arg(long, value_enum)]
    pub(crate) order: Option<OrderWord>,
}

#[cfg(feature = "lab")]
#[derive(Debug, Subcommand)]
pub(crate) enum LabCommand {
    /// List the scenarios
    List,
    /// Serve a scenario until Ctrl-C, and print every question that is asked of it
    Run {
        /// The scenario's name or file
        #[arg(default_value = mailscout_lab::DEFAULT_SCENARIO)]
        scenario: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum StrategyArg {
    /// One mechanism after the other; nothing is asked after a success
    Sequential,
}

const EXIT_CODES: &str = "\
Exit code: 0 found, 1 not found, 2 wrong usage, 3 needs a person (consent, a login, or settings \
that are not safe), 4 nothing outside answered, or the program could not go on.";

fn mechanism(text: &str) -> Result<Mechanism, String> {
    text.parse().map_err(|error| {
        let ids: Vec<_> = Mechanism::all().map(Mechanism::as_str).collect();
        format!("{error}; there are {}", ids.join(", "))
    })
}

/// `ADDR` or `ADDR:PORT`, IPv6 with a port in brackets.
pub(crate) fn dns_server(text: &str) -> Result<SocketAddr, String> {
    if let Ok(server) = text.parse::<SocketAddr>() {
        return Ok(server);
    }
    let address = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    match address.parse() {
        Ok(address) => Ok(SocketAddr::new(address, 53)),
        Err(_) => Err("an IP address is needed, with a port where it is not 53".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 3600.0 => Ok(seconds),
        _ => Err("a number of seconds is needed, more than 0 and at most 3600".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_dns_server_may_leave_its_port_out() {
        for (text, expected) in [
            ("127.0.0.1", "127.0.0.1:53"),
            ("127.0.0.1:5353", "127.0.0.1:5353"),
            ("::1", "[::1]:53"),
            ("[::1]", "[::1]:53"),
            ("[::1]:5353", "[::1]:5353"),
        ] {
            assert_eq!(dns_server(text).unwrap().to_string(), expected);
        }
        for wrong in ["dns.example", "[::1", "::1]", "[[::1]]", ""] {
            assert!(dns_server(wrong).is_err(), "{wrong}");
        }
    }
}
