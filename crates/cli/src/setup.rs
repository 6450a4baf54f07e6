//! What the command line and the configuration mean together: options and a network.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Result;
use mailscout::{
    Network,
    discover::{Options, Strategy, consent::SitePattern, mechanism::Order},
    net::io::routes::ConnectTo,
    schema::address::{Domain, EmailAddress},
};

use crate::{
    args::{self, DiscoverArgs, StrategyArg},
    config::{self, Config, OrderWord},
    diagnostic::Usage,
};

/// The configuration that holds, and where a consent is remembered.
pub(crate) struct Configured {
    pub(crate) config: Config,
    pub(crate) path: Option<PathBuf>,
}

/// Reads the configuration: the named one, else the user's; in the lab only a named one.
pub(crate) fn configure(named: Option<&Path>, in_lab: bool) -> Result<Configured> {
    let path = match named {
        Some(path) => Some(path.to_owned()),
        None if in_lab => None,
        None => config::default_path(),
    };
    let config = match &path {
        Some(path) => Config::read(path, named.is_some())?,
        None => Config::default(),
    };
    Ok(Configured { config, path })
}

/// Reads an address; the error is one line that names the fault.
pub(crate) fn address(text: &str) -> Result<EmailAddress> {
    text.parse().map_err(|error| {
        let hint = if is_scenario(text) {
            format!("the lab's scenarios are chosen by `--lab={text}`, with `=`")
        } else {
            "an address looks like `alice@contoso.example`".to_owned()
        };
        Usage::new(format!("{error}")).hint(hint).into()
    })
}

#[cfg(feature = "lab")]
fn is_scenario(text: &str) -> bool {
    mailscout_lab::Scenario::named(text).is_ok()
}

#[cfg(not(feature = "lab"))]
fn is_scenario(_: &str) -> bool {
    false
}

/// The options of a search.
pub(crate) fn options(args: &DiscoverArgs, config: &Config) -> Result<Options> {
    let mut options = Options::default();
    options.order = order(args.order.or(config.order));
    options.strategy = match args.strategy {
        None | Some(StrategyArg::Sequential) => Strategy::Sequential,
    };
    options.only.clone_from(&args.only);
    options.skip.clone_from(&args.skip);
    options.prefer = args.prefer.or(config.prefer).map(Into::into);
    options.public_only = args.public_only || config.public_only;
    options.deadlines.overall = args.timeout.map(Duration::from_secs_f64);
    for site in &config.allow_redirect {
        options.allow_redirect.push(site_pattern(site, "`allow-redirect` of the configuration")?);
    }
    for site in &args.allow_redirect {
        options.allow_redirect.push(site_pattern(site, "`--allow-redirect`")?);
    }
    local_xml(&mut options, args, config)?;
    Ok(options)
}

/// The order of a word, or mailscout's own.
pub(crate) fn order(word: Option<OrderWord>) -> Order {
    word.map_or(Order::Standard, Into::into)
}

/// The network of this computer, as the command line and the configuration bend it.
pub(crate) fn network(args: &DiscoverArgs, config: &Config) -> Result<Network> {
    let mut network = Network::system().map_err(|error| Usage::of(&error))?;
    if network.roots.used_bundled() {
        anstream::eprintln!(
            "warning: this system has no certificate authorities; the bundled ones are used"
        );
    }
    network.dns_server = match (args.dns_server, &config.dns_server) {
        (Some(server), _) => Some(server),
        (None, Some(text)) => Some(args::dns_server(text).map_err(|error| {
            Usage::new(format!(
                "invalid value `{text}` for `dns-server` of the configuration: {error}"
            ))
        })?),
        (None, None) => None,
    };
    bend(&mut network, args, config)?;
    Ok(network)
}

/// Adds authorities and routes to a network.
pub(crate) fn bend(network: &mut Network, args: &DiscoverArgs, config: &Config) -> Result<()> {
    for path in config.ca_file.iter().chain(&args.ca_file) {
        network.roots.add_pem_file(path).map_err(|error| Usage::of(&error))?;
    }
    if args.isolated {
        network.routes.closed_world(true);
    }
    for text in &args.connect_to {
        let entry: ConnectTo =
            text.parse().map_err(|error| Usage::new(format!("invalid `--connect-to`: {error}")))?;
        network.routes.connect_to(entry);
    }
    Ok(())
}

fn site_pattern(text: &str, place: &str) -> Result<SitePattern> {
    text.parse().map_err(|error| {
        Usage::new(format!("invalid value `{text}` for {place}: {error}"))
            .hint("a host such as `autodiscover.hoster.example`, `*.hoster.example`, or `any`")
            .into()
    })
}

/// Files by domain: the registry's (on Windows), the configuration's, the command line's; the
/// last word counts.
fn local_xml(options: &mut Options, args: &DiscoverArgs, config: &Config) -> Result<()> {
    let mut files: Vec<(String, String)> = Vec::new();
    #[cfg(windows)]
    files.extend(crate::registry::local_xml());
    files.extend(config.local_xml.iter().map(|(domain, path)| (domain.clone(), path.clone())));
    for text in &args.local_xml {
        let (domain, path) =
            text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or_else(|| {
                Usage::new(format!(
                    "invalid value `{text}` for `--local-xml`: `DOMAIN=PATH` is needed"
                ))
            })?;
        files.push((domain.to_owned(), path.to_owned()));
    }
    for (domain, path) in files {
        let domain: Domain = domain.parse().map_err(|error| {
            Usage::new(format!("the local file `{path}` has a wrong domain: {error}"))
        })?;
        options.local_xml.insert(domain, config::expand(&path, variable).into());
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program reads the environment, here and nowhere else"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
