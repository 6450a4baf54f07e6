//! The cache: whether a search writes and reads it, and what may be done with it.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Cache (addresses and what was found for them; never a password)")]
pub(crate) struct CacheArgs {
    /// Take what was found before, as long as it holds, and ask nobody; where there is nothing,
    /// search. The servers are met with `--verify` only
    #[arg(long, conflicts_with_all = ["no_cache", "all"])]
    pub(crate) cached: bool,
    /// Keep nothing of this search
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Keep addresses and what was found for them in this file, instead of
    /// mailscout/cache.json in the user's folder for caches; needed in the lab and where
    /// `--dns-server`, `--ca-file`, `--connect-to` or the configuration bend the network: what is
    /// found there is not kept otherwise
    #[arg(long, value_name = "FILE", conflicts_with = "no_cache")]
    pub(crate) cache_file: Option<PathBuf>,
}

/// What was found before: the addresses that were searched for, and their settings.
#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// List what is kept: addresses, when it was found, until when it is taken, source and servers
    List {
        /// Print the list as JSON
        #[arg(long)]
        json: bool,
        /// The file, where it is not the user's
        #[arg(long, value_name = "FILE")]
        cache_file: Option<PathBuf>,
    },
    /// Forget what is kept
    Clear {
        /// Of this address or domain only; everything when absent
        #[arg(value_name = "ADDRESS|DOMAIN")]
        of: Option<String>,
        /// The file, where it is not the user's
        #[arg(long, value_name = "FILE")]
        cache_file: Option<PathBuf>,
    },
}
