//! The command line, as it is typed. What it means together with the configuration is `setup`.

use std::{ffi::OsString, path::PathBuf};

use clap::{CommandFactory, Parser, Subcommand};
use mailscout::schema::{address::EmailAddress, settings::Protocol};

use crate::config::{OrderWord, PreferWord};

mod cache;
mod directory;
mod documents;
mod log_in;
mod network;
mod output;
mod values;

pub(crate) use cache::{CacheArgs, CacheCommand};
pub(crate) use directory::DirectoryArgs;
pub(crate) use documents::{DocumentArgs, MechanismWord, StrategyArg};
pub(crate) use log_in::{LogInArgs, may_hold_password};
pub(crate) use network::NetworkArgs;
pub(crate) use output::OutputArgs;
pub(crate) use values::{Endpoint, dns_server, endpoint};

/// Finds where and how the mail client of an e-mail address connects, and how sure that is.
#[derive(Debug, Parser)]
#[command(name = "mailscout", version, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// Whether this is an order that takes a password, and its address is one.
    pub(crate) fn is_clear_about_the_password(&self) -> bool {
        let account = match &self.command {
            Command::Discover(args) => &args.account,
            Command::Guess(args) => &args.account,
            _ => return false,
        };
        account.address.as_deref().is_none_or(|address| {
            address.parse::<EmailAddress>().is_ok() && !may_hold_password(&[address.into()])
        })
    }
}

/// The usage line of the command that stands first among these words, without any of them.
pub(crate) fn usage(words: &[OsString]) -> String {
    let mut program = Args::command();
    program.build();
    let command = words.first().and_then(|word| program.find_subcommand(word)).cloned();
    command.unwrap_or(program).render_usage().to_string()
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the mail servers of an address
    Discover(Box<DiscoverArgs>),
    /// Guess the mail servers of an address, and prove them by connections and log-ins
    Guess(Box<GuessArgs>),
    /// Look at one port: what mail server is there, and how well it is protected
    Probe(Box<ProbeArgs>),
    /// What is known about the big providers, without asking anybody
    Providers(ProvidersArgs),
    /// What was found before: list it, or forget it
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Read an Autodiscover document and print its settings
    Parse(ParseArgs),
    /// The embedded internet: scenarios that show discovery with no network
    #[cfg(feature = "lab")]
    #[command(subcommand)]
    Lab(LabCommand),
}

/// Find the mail servers of an address: by the documents that its domain publishes, else by guesses
/// that real servers prove.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct DiscoverArgs {
    #[command(flatten)]
    pub(crate) account: AccountArgs,
    #[command(flatten)]
    pub(crate) documents: DocumentArgs,
    /// Connect to the servers that a document names, and say of each whether it is what was
    /// promised; with a password also log in
    #[arg(long)]
    pub(crate) verify: bool,
    /// Ask the OAuth issuer that the settings name for its metadata: where the user logs in, where
    /// tokens come from, and for what. It learns neither the address nor a password
    #[arg(long)]
    pub(crate) oauth: bool,
    #[command(flatten)]
    pub(crate) directory: DirectoryArgs,
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
}

/// Guess the mail servers of an address, whatever documents say, and prove them by connections and,
/// with a password, by log-ins.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct GuessArgs {
    #[command(flatten)]
    pub(crate) account: AccountArgs,
    /// Print the rows that would be tried, in their order, and ask nobody
    #[arg(long, conflicts_with_all = ["explain", "password", "password_stdin"])]
    pub(crate) print_table: bool,
}

/// What is known about the big providers, without asking anybody.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code: 0 known, 1 not known.")]
pub(crate) struct ProvidersArgs {
    /// An id, a part of a name, a domain or an address; all providers when absent
    pub(crate) name: Option<String>,
}

/// What every search for an account takes.
#[derive(Debug, clap::Args)]
pub(crate) struct AccountArgs {
    /// The e-mail address; with `--lab` the scenario's own when absent
    pub(crate) address: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Put the servers of this protocol first
    #[arg(long, value_enum)]
    pub(crate) prefer: Option<PreferWord>,
    #[command(flatten)]
    pub(crate) log_in: LogInArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Look at one port of one host: addresses, TLS, certificate, greeting, capabilities, mechanisms.
/// Nobody logs in.
#[derive(Debug, clap::Args)]
#[command(after_help = PROBE_EXIT_CODES)]
pub(crate) struct ProbeArgs {
    /// The host and its port; an IPv6 address stands in brackets
    #[arg(value_name = "HOST:PORT", value_parser = endpoint)]
    pub(crate) endpoint: Endpoint,
    /// What the server speaks [default: what the port is for, or what the server says]
    #[arg(long, value_name = "PROTOCOL", value_parser = values::protocol)]
    pub(crate) protocol: Option<Protocol>,
    /// Print what was found as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
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
        /// Serve at the scenario's own addresses and ports, and the name server at this address:
        /// for a network namespace in which they are local [default port: 53]
        #[arg(long, value_name = "ADDR[:PORT]", value_parser = dns_server)]
        own_addresses: Option<std::net::SocketAddr>,
    },
}

const EXIT_CODES: &str = "\
Exit code: 0 found, 1 not found, 2 wrong usage, 3 needs a person (consent, a login, or settings \
that are not safe), 4 nothing outside answered, or the program could not go on.";

const PROBE_EXIT_CODES: &str = "\
Exit code: 0 a mail server with a good certificate, 1 none, 2 wrong usage, 3 a mail server \
without encryption or with a bad certificate, 4 nothing answered, or the program could not go on.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
