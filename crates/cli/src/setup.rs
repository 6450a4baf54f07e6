//! What the command line and the configuration mean together: options and a network.

use std::{
    env::VarError,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Result;
use mailscout::{
    Network, Tasks,
    discover::{
        Ispdb, Options, Strategy,
        consent::SitePattern,
        mechanism::{Mechanism, Order},
    },
    net::io::routes::ConnectTo,
    probe::{guess::Profile, login::Secret, prober},
    schema::address::{Domain, EmailAddress},
};

use crate::{
    args::{
        self, AccountArgs, DiscoverArgs, DocumentArgs, MechanismWord, NetworkArgs, StrategyArg,
    },
    config::{self, Config, OrderWord, Outlook},
    diagnostic::Usage,
    output,
};

mod directory;

pub(crate) use directory::{Reader, directory, log_in, me, reader};

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

/// The options of a search for documents.
pub(crate) fn options(
    account: &AccountArgs,
    documents: Option<&DocumentArgs>,
    config: &Config,
) -> Result<Options> {
    let mut options = Options::default();
    options.order = order(documents.and_then(|args| args.order).or(config.order));
    options.prefer = account.prefer.or(config.prefer).map(Into::into);
    options.public_only = account.network.public_only || config.public_only;
    options.deadlines.overall = account.network.timeout.map(Duration::from_secs_f64);
    let Some(args) = documents else {
        return Ok(options);
    };
    options.strategy = match args.strategy {
        Some(StrategyArg::Sequential) => Strategy::Sequential,
        Some(StrategyArg::Eager) => Strategy::Eager,
        None if options.order == Order::Outlook => Strategy::Sequential,
        Some(StrategyArg::Hedged) | None => Strategy::Hedged,
    };
    options.ispdb = ispdb(args, account.network.lab().is_some())?;
    options.want.clone_from(&args.want);
    options.all = args.all;
    options.only = args.only.iter().filter_map(|word| word.document()).collect();
    options.skip = args.skip.iter().filter_map(|word| word.document()).collect();
    for site in &config.allow_redirect {
        options.allow_redirect.push(site_pattern(site, "`allow-redirect` of the configuration")?);
    }
    for site in &args.allow_redirect {
        options.allow_redirect.push(site_pattern(site, "`--allow-redirect`")?);
    }
    local_xml(&mut options, args, config)?;
    outlook(config).apply(&mut options)?;
    Ok(options)
}

/// Outlook's switches: the configuration's, and on Windows those of the registry below them.
pub(crate) fn outlook(config: &Config) -> Outlook {
    let outlook = config.outlook.clone();
    #[cfg(windows)]
    let outlook = outlook.over(crate::registry::outlook());
    outlook
}

/// Where Mozilla's database is asked; the lab has none, unless a scenario says where.
fn ispdb(args: &DocumentArgs, in_lab: bool) -> Result<Ispdb> {
    Ok(match (&args.ispdb_url, &args.ispdb_dir) {
        _ if args.no_third_party => Ispdb::Off,
        (Some(url), _) => Ispdb::At(database_url(url)?),
        (None, Some(folder)) if !folder.is_dir() => {
            let text = format!("`--ispdb-dir`: `{}` is no folder", folder.display());
            return Err(Usage::new(text).into());
        }
        (None, Some(folder)) => Ispdb::Folder(absolute(folder)),
        (None, None) if in_lab => Ispdb::Off,
        (None, None) => Ispdb::default(),
    })
}

/// A path that means the same wherever the program is started.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The URL of a database: https, with a host, and nothing secret in it.
fn database_url(text: &str) -> Result<String> {
    let wrong = |why: &str| {
        Usage::new(format!("invalid value for `--ispdb-url`: {why}"))
            .hint("such as `https://autoconfig.thunderbird.net/v1.1`")
    };
    let rest = text.strip_prefix("https://").ok_or_else(|| wrong("it has to be an https URL"))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(wrong("it has a user name, and would be printed and kept").into());
    }
    let host = authority.split(':').next().unwrap_or_default();
    if host.parse::<Domain>().is_err() {
        return Err(wrong("it names no host").into());
    }
    if rest.contains(['?', '#']) {
        return Err(wrong("the domain is appended to it: no `?` or `#` can stand in it").into());
    }
    Ok(text.to_owned())
}

/// What a search by these words consists of.
pub(crate) fn tasks(args: &DiscoverArgs) -> Result<Tasks> {
    let DocumentArgs { only, skip, .. } = &args.documents;
    let is_wanted =
        |word: MechanismWord| (only.is_empty() || only.contains(&word)) && !skip.contains(&word);
    let tasks = Tasks {
        documents: Mechanism::all().any(|mechanism| {
            let word = MechanismWord::Document(mechanism);
            is_wanted(word) && (!mechanism.is_on_request() || only.contains(&word))
        }),
        guess: is_wanted(MechanismWord::Guess),
        verify: args.verify,
        oauth: args.oauth,
    };
    if tasks.documents || tasks.guess {
        Ok(tasks)
    } else {
        Err(Usage::new("no mechanism is left to ask").into())
    }
}

/// The options for mail servers.
pub(crate) fn probing(
    account: &AccountArgs,
    order: Order,
    secret: Option<Secret>,
    config: &Config,
) -> prober::Options {
    let by_order = match order {
        Order::Outlook => Profile::Outlook2010,
        _ => Profile::default(),
    };
    let mut options = network_options(&account.network, config);
    options.profile = account.log_in.profile.unwrap_or(by_order);
    options.secret = secret;
    options.allow_unencrypted = account.log_in.allow_unencrypted;
    options.allow_cleartext_password = account.log_in.allow_cleartext_password;
    options
}

/// The options for mail servers that the network decides.
pub(crate) fn network_options(args: &NetworkArgs, config: &Config) -> prober::Options {
    let mut options = prober::Options::default();
    options.public_only = args.public_only || config.public_only;
    if let Some(seconds) = args.timeout {
        options.overall = Duration::from_secs_f64(seconds);
    }
    options
}

/// The order of a word, or mailscout's own.
pub(crate) fn order(word: Option<OrderWord>) -> Order {
    word.map_or(Order::Standard, Into::into)
}

/// The network of this computer, as the command line and the configuration bend it.
pub(crate) fn network(args: &NetworkArgs, config: &Config) -> Result<Network> {
    let mut network = Network::system().map_err(|error| Usage::of(&error))?;
    if network.roots.used_bundled() {
        output::say(format_args!(
            "warning: this system has no certificate authorities; the bundled ones are used\n"
        ));
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
pub(crate) fn bend(network: &mut Network, args: &NetworkArgs, config: &Config) -> Result<()> {
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
fn local_xml(options: &mut Options, args: &DocumentArgs, config: &Config) -> Result<()> {
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
        options.local_xml.insert(
            domain,
            absolute(Path::new(&config::expand(&path, |name| variable(name).ok().flatten()))),
        );
    }
    Ok(())
}

/// A variable of the environment, where it is set.
///
/// # Errors
///
/// Its value is not UTF-8.
#[expect(
    clippy::disallowed_methods,
    reason = "the program reads the environment, here and nowhere else"
)]
pub(crate) fn variable(name: &str) -> Result<Option<String>, Unreadable> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Unreadable),
    }
}

/// A variable's value is not UTF-8.
#[derive(Debug)]
pub(crate) struct Unreadable;
