//! Which cache a command uses, if any.

use std::path::{Path, PathBuf};

use anyhow::Result;
use etcetera::{BaseStrategy, choose_base_strategy};
use mailscout::cache::{Cache, Freshness};

use crate::{
    args::{CacheArgs, NetworkArgs},
    config::Config,
    diagnostic::Usage,
    setup,
};

/// The cache of a search, and whether it is read.
///
/// What is found in the lab, or on a network that is bent by hand, is true there only: it is kept
/// where the command line names a file, and nowhere else.
pub(crate) fn of_search(
    args: &CacheArgs,
    network: &NetworkArgs,
    config: &Config,
) -> Result<Option<(Cache, Freshness)>> {
    if args.no_cache {
        return Ok(None);
    }
    let path = match &args.cache_file {
        Some(path) => Some(path.clone()),
        None if is_bent(network, config) => None,
        None => default_path(),
    };
    let is_read = args.cached && !setup::outlook(config).excludes_the_cache();
    let freshness = if is_read { Freshness::Remembered } else { Freshness::Searched };
    match path {
        Some(path) => Ok(Some((Cache::at(path), freshness))),
        None if args.cached => {
            let wrong = "there is no cache to answer from: what is found in the lab, or on a network \
                         bent by hand, is not kept";
            Err(Usage::new(wrong).hint("`--cache-file FILE` names a cache").into())
        }
        None => Ok(None),
    }
}

/// The cache that a command about it means.
pub(crate) fn named(path: Option<&Path>) -> Result<Cache> {
    let path = path.map(Path::to_owned).or_else(default_path);
    let Some(path) = path else {
        return Err(Usage::new("the user's folder for caches is not known")
            .hint("`--cache-file FILE` names a cache")
            .into());
    };
    Ok(Cache::at(path))
}

/// Whether the network is another one than this computer has by itself.
fn is_bent(args: &NetworkArgs, config: &Config) -> bool {
    args.lab().is_some()
        || args.dns_server.is_some()
        || config.dns_server.is_some()
        || !args.ca_file.is_empty()
        || !config.ca_file.is_empty()
        || !args.connect_to.is_empty()
        || args.isolated
}

/// Where the user's cache stands: `$XDG_CACHE_HOME/mailscout/cache.json`, or what the system has in
/// its place.
fn default_path() -> Option<PathBuf> {
    let strategy = choose_base_strategy().ok()?;
    Some(strategy.cache_dir().join("mailscout").join("cache.json"))
}
