//! What Outlook's settings in the Windows registry say of Autodiscover: local XML files, and the
//! switches of users and of administrators. It was written from the documentation and has not been
//! run on Windows.
//!
//! # Spec
//!
//! `OL2010`: below `HKCU\Software\Microsoft\Office\VERSION\Outlook\Autodiscover` each value's
//! name is a domain, its data the path of a file. `OLPOL`: the switches stand there too, and below
//! `HKCU\Software\Policies`, which counts first; `RedirectServers` is a key whose values' names are
//! hosts.

use windows_registry::{CURRENT_USER, Key};

use crate::config::Outlook;

/// Office versions, the newest last: its word counts.
const VERSIONS: [&str; 4] = ["12.0", "14.0", "15.0", "16.0"];

/// Where a user's settings stand, and where an administrator's do: the last word counts.
const ROOTS: [&str; 2] = [r"Software\Microsoft\Office", r"Software\Policies\Microsoft\Office"];

/// The switches that are read. What else stands there is Outlook's own affair.
const SWITCHES: [&str; 7] = [
    "PreferLocalXML",
    "ExcludeLastKnownGoodURL",
    "ExcludeScpLookup",
    "ExcludeHttpsRootDomain",
    "ExcludeHttpsAutoDiscoverDomain",
    "ExcludeHttpRedirect",
    "ExcludeSrvRecord",
];

/// Domains and paths, as they stand there; values that are no domain are Outlook's own switches.
pub(crate) fn local_xml() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for key in VERSIONS.iter().filter_map(|version| open(ROOTS[0], version)) {
        let Ok(values) = key.values() else { continue };
        for (name, value) in values {
            if let (true, Ok(path)) = (name.contains('.'), String::try_from(value)) {
                files.push((name, path));
            }
        }
    }
    files
}

/// The switches; what is no word of theirs is as if it were not there.
pub(crate) fn outlook() -> Outlook {
    let mut table = toml::Table::new();
    let mut hosts: Vec<toml::Value> = Vec::new();
    for key in ROOTS.iter().flat_map(|root| VERSIONS.iter().filter_map(|it| open(root, it))) {
        for name in SWITCHES {
            if let Ok(value @ (0 | 1)) = key.get_u32(name) {
                table.insert(name.to_owned(), toml::Value::Integer(value.into()));
            }
        }
        if let Ok(value @ 10_000..=3_600_000) = key.get_u32("Timeout") {
            table.insert("Timeout".to_owned(), toml::Value::Integer(value.into()));
        }
        if let Ok(servers) = key.open("RedirectServers")
            && let Ok(values) = servers.values()
        {
            hosts.extend(values.map(|(name, _)| toml::Value::String(name)));
        }
    }
    table.insert("RedirectServers".to_owned(), toml::Value::Array(hosts));
    table.try_into().unwrap_or_default()
}

fn open(root: &str, version: &str) -> Option<Key> {
    CURRENT_USER.open(format!(r"{root}\{version}\Outlook\Autodiscover")).ok()
}
