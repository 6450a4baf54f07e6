//! Outlook's switches for Autodiscover, under the names that they have in its registry.
//!
//! # Spec
//!
//! `OLPOL`: names, types and meaning; a switch is on where it is 1

use std::{fmt, time::Duration};

use mailscout::discover::{Options, consent::SitePattern, mechanism::Mechanism};
use serde::{
    Deserialize,
    de::{Deserializer, Error, Visitor},
};

use crate::diagnostic::Usage;

/// The switches; what is not set is as if it were 0.
///
/// Those about Office 365, about what Outlook shows and about the second protocol of Autodiscover
/// are taken and change nothing: what they switch off is not done here, what they switch on is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase", default)]
pub(crate) struct Outlook {
    #[serde(rename = "PreferLocalXML")]
    prefer_local_xml: Option<Switch>,
    #[serde(rename = "ExcludeLastKnownGoodURL")]
    exclude_last_known_good_url: Option<Switch>,
    exclude_scp_lookup: Option<Switch>,
    exclude_https_root_domain: Option<Switch>,
    exclude_https_auto_discover_domain: Option<Switch>,
    exclude_http_redirect: Option<Switch>,
    exclude_srv_record: Option<Switch>,
    /// Milliseconds of one HTTP exchange.
    timeout: Option<Milliseconds>,
    /// Hosts that a redirect may lead to without a question. Certificates are judged as ever.
    redirect_servers: Vec<Host>,
    #[serde(rename = "ExcludeExplicitO365Endpoint")]
    _exclude_explicit_o365_endpoint: Option<Switch>,
    #[serde(rename = "EnableOffice365ConfigService")]
    _enable_office365_config_service: Option<Switch>,
    #[serde(rename = "ShowCertErrors")]
    _show_cert_errors: Option<Switch>,
    #[serde(rename = "DisableAutodiscoverV2Service")]
    _disable_autodiscover_v2_service: Option<Switch>,
    #[serde(rename = "PreferProvidedEmailInAutoDiscoverAuthPrompts")]
    _prefer_provided_email: Option<Switch>,
}

impl Outlook {
    /// These, and from `below` what these leave open. Lists add up.
    #[cfg_attr(not(any(windows, test)), expect(dead_code, reason = "only Windows has a registry"))]
    pub(crate) fn over(mut self, below: Self) -> Self {
        let pairs = [
            (&mut self.prefer_local_xml, below.prefer_local_xml),
            (&mut self.exclude_last_known_good_url, below.exclude_last_known_good_url),
            (&mut self.exclude_scp_lookup, below.exclude_scp_lookup),
            (&mut self.exclude_https_root_domain, below.exclude_https_root_domain),
            (
                &mut self.exclude_https_auto_discover_domain,
                below.exclude_https_auto_discover_domain,
            ),
            (&mut self.exclude_http_redirect, below.exclude_http_redirect),
            (&mut self.exclude_srv_record, below.exclude_srv_record),
        ];
        for (own, other) in pairs {
            *own = own.or(other);
        }
        self.timeout = self.timeout.or(below.timeout);
        self.redirect_servers.extend(below.redirect_servers);
        self
    }

    /// Whether what was found before is not to be taken.
    pub(crate) fn excludes_the_cache(&self) -> bool {
        is_on(self.exclude_last_known_good_url)
    }

    /// Does to a search what they say.
    ///
    /// # Errors
    ///
    /// A redirect server is no host name.
    pub(crate) fn apply(&self, options: &mut Options) -> Result<(), Usage> {
        options.prefer_local_xml = is_on(self.prefer_local_xml);
        let skipped = [
            (self.exclude_scp_lookup, Mechanism::Scp),
            (self.exclude_https_root_domain, Mechanism::AutodiscoverHttpsRoot),
            (self.exclude_https_auto_discover_domain, Mechanism::AutodiscoverHttpsHost),
            (self.exclude_http_redirect, Mechanism::HttpRedirect),
            (self.exclude_srv_record, Mechanism::SrvRedirect),
        ];
        let skipped = skipped.into_iter().filter(|(switch, _)| is_on(*switch));
        options.skip.extend(skipped.map(|(_, mechanism)| mechanism));
        if let Some(Milliseconds(timeout)) = self.timeout {
            options.deadlines.exchange = Duration::from_millis(timeout);
        }
        for Host(host) in &self.redirect_servers {
            let is_host = host != "any" && !host.contains('*');
            let pattern = host.parse::<SitePattern>().ok().filter(|_| is_host);
            options.allow_redirect.push(pattern.ok_or_else(|| {
                Usage::new(format!("`{host}` in `RedirectServers` is no host name"))
            })?);
        }
        Ok(())
    }
}

fn is_on(switch: Option<Switch>) -> bool {
    switch.is_some_and(|Switch(is_on)| is_on)
}

/// `true` and `false`, or 1 and 0 as the registry has them.
#[derive(Clone, Copy, Debug)]
struct Switch(bool);

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl Visitor<'_> for Words {
            type Value = Switch;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("1 or 0, true or false")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Switch, E> {
                Ok(Switch(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Switch, E> {
                match value {
                    0 => Ok(Switch(false)),
                    1 => Ok(Switch(true)),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Signed(value), &self)),
                }
            }
        }
        deserializer.deserialize_any(Words)
    }
}

/// At least what Outlook takes at least.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u64")]
struct Milliseconds(u64);

impl TryFrom<u64> for Milliseconds {
    type Error = String;

    fn try_from(value: u64) -> Result<Self, String> {
        if !(LEAST..=MOST).contains(&value) {
            return Err(format!("`Timeout` is between {LEAST} and {MOST} ms"));
        }
        Ok(Self(value))
    }
}

/// The shortest time-out of Outlook, and the longest of any use here.
const LEAST: u64 = 10_000;
const MOST: u64 = 3_600_000;

/// The name of a host.
#[derive(Clone, Debug, Deserialize)]
struct Host(String);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Outlook, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())
    }

    fn applied(outlook: &Outlook) -> Options {
        let mut options = Options::default();
        outlook.apply(&mut options).unwrap();
        options
    }

    #[test]
    fn each_switch_does_what_it_is_called() {
        for (name, expected) in [
            ("ExcludeScpLookup", Mechanism::Scp),
            ("ExcludeHttpsRootDomain", Mechanism::AutodiscoverHttpsRoot),
            ("ExcludeHttpsAutoDiscoverDomain", Mechanism::AutodiscoverHttpsHost),
            ("ExcludeHttpRedirect", Mechanism::HttpRedirect),
            ("ExcludeSrvRecord", Mechanism::SrvRedirect),
        ] {
            for (value, is_on) in [("1", true), ("true", true), ("0", false), ("false", false)] {
                let options = applied(&read(&format!("{name} = {value}")).unwrap());
                let skipped: &[Mechanism] = if is_on { &[expected] } else { &[] };
                assert_eq!(options.skip, skipped, "{name} = {value}");
            }
        }
        assert!(applied(&read("PreferLocalXML = 1").unwrap()).prefer_local_xml);
        assert!(read("ExcludeLastKnownGoodURL = 1").unwrap().excludes_the_cache());
        let options = applied(&read("Timeout = 25000").unwrap());
        assert_eq!(options.deadlines.exchange, Duration::from_secs(25));
        let options = applied(&read("RedirectServers = [\"ad.hoster.example\"]").unwrap());
        assert!(options.allow_redirect[0].matches("ad.hoster.example"));
        assert!(!options.allow_redirect[0].matches("b.ad.hoster.example"));
    }

    #[test]
    fn what_has_no_meaning_here_is_taken_and_changes_nothing() {
        let outlook = read(
            "ExcludeExplicitO365Endpoint = 1\nEnableOffice365ConfigService = 1\nShowCertErrors = 1\n\
             DisableAutodiscoverV2Service = 1\nPreferProvidedEmailInAutoDiscoverAuthPrompts = 1",
        );
        let (taken, default) = (applied(&outlook.unwrap()), Options::default());
        assert_eq!(format!("{taken:?}"), format!("{default:?}"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, said) in [
            ("ExcludeSrvLookup = 1", "unknown field"),
            ("ExcludeScpLookup = 2", "expected 1 or 0"),
            ("ExcludeScpLookup = \"1\"", "expected 1 or 0"),
            ("Timeout = 9999", "between"),
            ("Timeout = 99999999999", "between"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
        for host in ["any", "*.hoster.example", "a b"] {
            let outlook = read(&format!("RedirectServers = [\"{host}\"]")).unwrap();
            assert!(outlook.apply(&mut Options::default()).is_err(), "{host}");
        }
    }

    #[test]
    fn a_word_that_is_said_counts_before_the_one_below_it() {
        let above = read("ExcludeScpLookup = 0\nRedirectServers = [\"a.example\"]").unwrap();
        let below = read(
            "ExcludeScpLookup = 1\nExcludeSrvRecord = 1\nTimeout = 20000\nRedirectServers = [\"b.example\"]",
        );
        let options = applied(&above.over(below.unwrap()));
        assert_eq!(options.skip, [Mechanism::SrvRedirect]);
        assert_eq!(options.deadlines.exchange, Duration::from_secs(20));
        assert_eq!(options.allow_redirect.len(), 2);
    }
}
