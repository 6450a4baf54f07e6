//! The configuration file: read once, and written only to remember a consent.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::ValueEnum;
use etcetera::{BaseStrategy, choose_base_strategy};
use mailscout::{
    discover::mechanism::Order, net::io::file::read_bounded, schema::settings::Protocol,
};
use serde::Deserialize;
use toml_edit::{Array, DocumentMut, value};

use crate::diagnostic::Usage;

mod outlook;

pub(crate) use outlook::Outlook;

/// The user's configuration.
///
/// ```toml
/// order = "outlook"                                # or "standard"
/// prefer = "imap"                                  # or "pop3"
/// public-only = false
/// ca-file = ["/etc/ssl/our-ca.pem"]
/// dns-server = "192.0.2.53"                        # or with a port: "192.0.2.53:5353"
/// allow-redirect = ["autodiscover.hoster.example"] # also "*.example.com", "any"
///
/// [local-xml]
/// "contoso.example" = "%HOME%/contoso.xml"
///
/// [directory]
/// ldap-url = "ldaps://dc1.contoso.example"         # or ad-domain = "contoso.example"
/// ad-site = "Berlin"
/// ldap-user = 'CONTOSO\reader'                     # with MAILSCOUT_LDAP_PASSWORD
///
/// [outlook]                                        # Outlook's own names
/// ExcludeHttpRedirect = 1
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Config {
    pub(crate) order: Option<OrderWord>,
    pub(crate) prefer: Option<PreferWord>,
    pub(crate) public_only: bool,
    pub(crate) ca_file: Vec<PathBuf>,
    pub(crate) dns_server: Option<String>,
    pub(crate) allow_redirect: Vec<String>,
    pub(crate) local_xml: BTreeMap<String, String>,
    pub(crate) directory: DirectoryConfig,
    pub(crate) outlook: Outlook,
}

/// The directory of an enterprise; the command line has the same words.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct DirectoryConfig {
    pub(crate) ldap_url: Option<String>,
    pub(crate) ad_domain: Option<String>,
    pub(crate) ad_site: Option<String>,
    pub(crate) ldap_user: Option<String>,
}

/// The words for the order, on the command line and in the file.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OrderWord {
    /// mailscout's own order: for Autodiscover that of Outlook
    Standard,
    /// The order that Outlook documents
    Outlook,
}

impl From<OrderWord> for Order {
    fn from(word: OrderWord) -> Self {
        match word {
            OrderWord::Standard => Self::Standard,
            OrderWord::Outlook => Self::Outlook,
        }
    }
}

/// The words for the preferred protocol, on the command line and in the file.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PreferWord {
    /// IMAP
    Imap,
    /// POP3
    Pop3,
}

impl From<PreferWord> for Protocol {
    fn from(word: PreferWord) -> Self {
        match word {
            PreferWord::Imap => Self::Imap,
            PreferWord::Pop3 => Self::Pop3,
        }
    }
}

impl Config {
    /// Reads a configuration file; a missing file is an empty configuration unless `required`.
    pub(crate) fn read(path: &Path, required: bool) -> Result<Self> {
        let text = match read_text(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !required => {
                return Ok(Self::default());
            }
            Err(error) => {
                let text =
                    format!("the configuration `{}` cannot be read: {error}", path.display());
                return Err(Usage::new(text).into());
            }
        };
        toml::from_str(&text).map_err(|error| {
            let wrong = format!(
                "the configuration `{}` is wrong: {}",
                path.display(),
                one_line(&error, &text)
            );
            Usage::new(wrong).into()
        })
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_bounded(path, MAX_BYTES)?).map_err(io::Error::other)
}

/// Bytes of a configuration file.
const MAX_BYTES: u64 = 1024 * 1024;

/// Where the user's configuration stands: `$XDG_CONFIG_HOME/mailscout/config.toml`, or what the
/// system has in its place.
pub(crate) fn default_path() -> Option<PathBuf> {
    let strategy = choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("mailscout").join("config.toml"))
}

/// Adds a site to `allow-redirect`, leaving the rest of the file as it is. The file is replaced
/// whole, so that it is never half written.
pub(crate) fn remember_site(path: &Path, site: &str) -> Result<()> {
    let text = match read_text(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).context("the configuration cannot be read"),
    };
    let mut document: DocumentMut = text.parse().context("the configuration is wrong")?;
    let sites = document.entry("allow-redirect").or_insert_with(|| value(Array::new()));
    let sites = sites.as_array_mut().context("`allow-redirect` is no list")?;
    if sites.iter().any(|known| known.as_str() == Some(site)) {
        return Ok(());
    }
    sites.push(site);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).context("the configuration's folder cannot be made")?;
    // Behind a link stands the file that is meant.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let new = path.with_extension("toml.new");
    fs::write(&new, document.to_string()).context("the configuration cannot be written")?;
    if let Ok(metadata) = fs::metadata(&path) {
        fs::set_permissions(&new, metadata.permissions())
            .context("the configuration's permissions cannot be kept")?;
    }
    fs::rename(&new, &path).context("the configuration cannot be replaced")
}

/// Replaces each `%VAR%` by the variable's value. A variable that is not set stays as it stands.
pub(crate) fn expand(text: &str, variable: impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        expanded.push_str(before);
        let known = behind.split_once('%').and_then(|(name, rest)| Some((variable(name)?, rest)));
        if let Some((value, behind)) = known {
            expanded.push_str(&value);
            rest = behind;
        } else {
            expanded.push('%');
            rest = behind;
        }
    }
    expanded.push_str(rest);
    expanded
}

/// What is wrong, and in which line.
fn one_line(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let message = error.message().lines().next().unwrap_or_default();
    match before.map(|before| before.matches('\n').count() + 1) {
        Some(line) => format!("line {line}: {message}"),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_expanded_and_unknown_ones_stay() {
        let variable = |name: &str| (name == "HOME").then(|| "/h".to_owned());
        for (text, expected) in [
            ("%HOME%/a.xml", "/h/a.xml"),
            ("%NOPE%/a%HOME%", "%NOPE%/a/h"),
            ("100%", "100%"),
            ("%%", "%%"),
            ("a", "a"),
        ] {
            assert_eq!(expand(text, variable), expected);
        }
    }

    #[test]
    fn a_consent_is_remembered_once_and_the_rest_of_the_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/config.toml");
        remember_site(&path, "a.example").unwrap();
        fs::write(&path, "# mine\npublic-only = true # yes\nallow-redirect = [\"a.example\"]\n")
            .unwrap();
        remember_site(&path, "b.example").unwrap();
        remember_site(&path, "b.example").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "# mine\npublic-only = true # yes\nallow-redirect = [\"a.example\", \"b.example\"]\n"
        );
        assert_eq!(Config::read(&path, true).unwrap().allow_redirect, ["a.example", "b.example"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_the_configuration_and_its_permissions_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.toml"), folder.path().join("config.toml"));
        fs::write(&real, "").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&real, &link).unwrap();
        remember_site(&link, "a.example").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Config::read(&real, true).unwrap().allow_redirect, ["a.example"]);
    }

    #[test]
    fn a_wrong_configuration_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "allow-redirects = []\n").unwrap();
        let error = Config::read(&path, true).unwrap_err().to_string();
        assert!(error.contains("allow-redirects") && error.contains("line 1"), "{error}");
        assert!(Config::read(&folder.path().join("none"), false).is_ok());
        assert!(Config::read(&folder.path().join("none"), true).is_err());
    }
}
