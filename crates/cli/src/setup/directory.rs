//! Which directory is asked, who the user is for it, and what web servers that want a login get.

use std::{str::FromStr, time::Duration};

use anyhow::Result;
use mailscout::{
    discover::{BadDirectoryUrl, DirectoryOptions, DirectoryUrl, LogIn, Means},
    probe::login::Secret,
};
use secrecy::SecretString;

use super::variable;
use crate::{args::DirectoryArgs, config::Config, diagnostic::Usage, password};

/// The domain that this computer's user belongs to; Windows sets it.
const USER_DOMAIN: &str = "USERDNSDOMAIN";
/// The variables with the name of this computer's user.
const USER_NAMES: [&str; 3] = ["USERNAME", "USER", "LOGNAME"];

/// Who reads the directory.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) name: String,
    pub(crate) password: SecretString,
    /// Whether the password is the one that the user gave for everything.
    pub(crate) is_own: bool,
}

/// The account whose address is looked up, where that is wished for.
pub(crate) fn me(args: &DirectoryArgs) -> Result<Option<String>> {
    match args.me.as_deref().map(str::trim) {
        None => Ok(None),
        Some("") => {
            let mut known = USER_NAMES.iter().filter_map(|name| set(name));
            known.next().map(Some).ok_or_else(|| {
                Usage::new("the account of this computer's user is not known")
                    .hint("`--me=ACCOUNT` names it")
                    .into()
            })
        }
        Some(account) => Ok(Some(account.to_owned())),
    }
}

/// The directory that the command line and the configuration name; `None`: nobody is asked. `me` is
/// the account that is looked up in it, `timeout` the bound on the whole search.
pub(crate) fn directory(
    args: &DirectoryArgs,
    me: Option<&str>,
    timeout: Option<Duration>,
    config: &Config,
) -> Result<Option<DirectoryOptions>> {
    if args.no_directory {
        return Ok(None);
    }
    let known = &config.directory;
    let mut options = DirectoryOptions::default();
    options.server = of_arguments(args)?;
    options.domain.clone_from(&args.ad_domain);
    if options.server.is_none() && options.domain.is_none() {
        options.server = of_config("ldap-url", known.ldap_url.as_deref())?;
        options.domain = of_config("ad-domain", known.ad_domain.as_deref())?;
    }
    if options.server.is_none() && options.domain.is_none() {
        options.domain = domain_of(me);
    }
    options.site = args.ad_site.clone().or_else(|| known.ad_site.clone());
    options.deadline = timeout.map(|timeout| MOST.min(timeout / 4));
    if options.server.is_some() || options.domain.is_some() {
        return Ok(Some(options));
    }
    let needs = match (me, &args.ad_site, &args.ldap_user) {
        (Some(_), ..) => "--me",
        (None, Some(_), _) => "--ad-site",
        (None, None, Some(_)) => "--ldap-user",
        (None, None, None) => return Ok(None),
    };
    Err(Usage::new(format!("nothing says which directory `{needs}` means"))
        .hint("`--ldap-url ldaps://HOST` names a server, `--ad-domain DOMAIN` a domain with controllers")
        .into())
}

/// The server that the command line names. The text is not repeated: a password may stand in it.
fn of_arguments(args: &DirectoryArgs) -> Result<Option<DirectoryUrl>> {
    let read = |text: &String| {
        text.parse().map_err(|error: BadDirectoryUrl| {
            Usage::new(format!("invalid value for `--ldap-url`: {error}")).into()
        })
    };
    args.ldap_url.as_ref().map(read).transpose()
}

/// How long a question to a directory may take, and to look up an account: not the whole of what there is.
const MOST: Duration = Duration::from_secs(15);

/// The domain of an account that names one, else that of this computer's user: on Windows whoever
/// searches, elsewhere who looks an account up.
fn domain_of(me: Option<&str>) -> Option<mailscout::schema::address::Domain> {
    let of_account = me.and_then(|account| account.rsplit_once('@')?.1.parse().ok());
    let is_joined = me.is_some() || cfg!(windows);
    of_account.or_else(|| is_joined.then(|| set(USER_DOMAIN)?.parse().ok()).flatten())
}

/// Who reads the directory, where it is not anybody.
///
/// # Errors
///
/// There is a name, and no password for it.
pub(crate) fn reader(
    args: &DirectoryArgs,
    config: &Config,
    own: Option<&Secret>,
) -> Result<Option<Reader>> {
    let Some(name) = args.ldap_user.clone().or_else(|| config.directory.ldap_user.clone()) else {
        return Ok(None);
    };
    let known = &config.directory;
    let is_named = args.ldap_url.is_some()
        || args.ad_domain.is_some()
        || known.ldap_url.is_some()
        || known.ad_domain.is_some();
    if !is_named && args.ldap_user.is_none() {
        return Ok(None);
    }
    if !is_named {
        return Err(Usage::new("nothing says which directory may have the password of `--ldap-user`")
            .hint("`--ldap-url ldaps://HOST` names a server, `--ad-domain DOMAIN` a domain with controllers")
            .into());
    }
    if name.is_empty() {
        return Err(Usage::new("the name that reads the directory is empty").into());
    }
    let of_directory = password::of_directory()?;
    let (password, is_own) = match (of_directory, own) {
        (Some(password), _) => (password, false),
        (None, Some(Secret::Password(password))) => (password.clone(), true),
        (None, _) => {
            let text = format!("there is no password for `{name}`, who is to read the directory");
            let ways = format!(
                "the environment variable {} holds it, or `--password` asks for the user's own; \
                 `--no-directory` asks no directory",
                password::LDAP_PASSWORD
            );
            return Err(Usage::new(text).hint(ways).into());
        }
    };
    Ok(Some(Reader { name, password, is_own }))
}

/// What web servers that want a login get.
pub(crate) fn log_in(args: &DirectoryArgs, secret: Option<&Secret>) -> Option<LogIn> {
    let means = match secret? {
        Secret::Password(_) => Means::Password,
        Secret::Token(_) => Means::Token,
        _ => return None,
    };
    let mut log_in = LogIn::new(means);
    log_in.allow_basic = args.allow_basic;
    Some(log_in)
}

fn of_config<T>(key: &str, text: Option<&str>) -> Result<Option<T>>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let read = text.map(|text| {
        text.parse().map_err(|error| {
            let place = format!("`{key}` in `[directory]` of the configuration");
            Usage::new(format!("invalid value for {place}: {error}")).into()
        })
    });
    read.transpose()
}

/// A variable that is set, and not empty.
fn set(name: &str) -> Option<String> {
    variable(name).ok().flatten().filter(|value| !value.is_empty())
}
