//! Where the metadata of an OAuth issuer is found, and how the places that it names lie to it.
//!
//! # Spec
//!
//! `OAUTH-META`, [RFC 8414 §3](https://www.rfc-editor.org/rfc/rfc8414#section-3)

use mailscout_net::policy::AddressPolicy;
use mailscout_schema::address::Domain;
use url::Url;

use crate::{reason::Reason, redirect, suffix};

/// The URLs at which the metadata of an issuer is looked for, in order: the well-known name between
/// host and path, then behind the path.
///
/// # Errors
///
/// The issuer is no https URL of a full name, or has a user name, a query or a fragment: nobody may
/// be asked for its metadata. A bare host name is a label, not an issuer.
pub fn metadata_urls(issuer: &str) -> Result<Vec<Url>, Reason> {
    let bad = || Reason::BadUrl(issuer.chars().take(200).collect());
    let url = Url::parse(issuer).map_err(|_| bad())?;
    if url.scheme() != "https" {
        return Err(Reason::BadScheme(url.scheme().to_owned()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Reason::UserInfo);
    }
    redirect::check_name(url.host_str().unwrap_or_default())?;
    let path = url.path().trim_end_matches('/').to_owned();
    let at = |path: String| {
        let mut at = url.clone();
        at.set_path(&path);
        at
    };
    Ok(vec![
        at(format!("/.well-known/oauth-authorization-server{path}")),
        at(format!("{path}/.well-known/openid-configuration")),
    ])
}

/// Which addresses the host of an issuer may lead to. A document chose the name, so it is treated as
/// a redirect is: within the site of `home`, the domain that the search began with, any address but
/// this computer and this link; elsewhere, and with `public_only`, public addresses alone.
pub fn address_policy(host: &str, home: &Domain, public_only: bool) -> AddressPolicy {
    redirect::policy_abroad(host, home, public_only)
}

/// The host that a URL leads to, with its port where it is not the usual one: what a person is to
/// look at before a password is typed. `None` where it leads to no host.
pub fn place(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether two URLs lead to hosts of one registrable domain, or to the very same host.
pub fn is_same_site(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (Url::parse(one), Url::parse(other)) else {
        return false;
    };
    match (one.host(), other.host()) {
        (Some(url::Host::Domain(one)), Some(url::Host::Domain(other))) => {
            one == other || suffix::is_same_site(one, other)
        }
        (one, other) => one.is_some() && one == other,
    }
}

/// Whether two texts are one URL, however each is written.
pub fn is_same_url(one: &str, other: &str) -> bool {
    one == other
        || matches!((Url::parse(one), Url::parse(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_the_host_that_is_connected_to_whatever_stands_before_it() {
        for (url, expected) in [
            ("https://login.contoso.example/a?b", Some("login.contoso.example")),
            ("https://login.contoso.example:443/", Some("login.contoso.example")),
            ("https://login.contoso.example:8443/", Some("login.contoso.example:8443")),
            ("https://login.contoso.example@evil.example/", Some("evil.example")),
            ("login.contoso.example", None),
        ] {
            assert_eq!(place(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn a_site_is_a_registrable_domain_and_an_address_is_a_site_of_its_own() {
        let same = |one: &str, other: &str| {
            is_same_site(&format!("https://{one}/"), &format!("https://{other}/"))
        };
        assert!(same("login.contoso.example", "token.contoso.example"));
        assert!(same("contoso.example", "contoso.example"));
        assert!(same("192.0.2.1", "192.0.2.1"));
        assert!(!same("contoso.example", "contoso.evil.example"));
        assert!(!same("a.co.uk", "b.co.uk"));
        assert!(!same("192.0.2.1", "198.51.2.1"));
        assert!(!is_same_site("contoso.example", "contoso.example"), "no URLs");
    }

    #[test]
    fn one_url_may_be_written_in_two_ways() {
        assert!(is_same_url("https://A.example", "https://a.example:443/"));
        assert!(!is_same_url("https://a.example/x", "https://a.example/x/"));
        assert!(!is_same_url("https://a.example/x", "https://a.example/y"));
    }

    #[test]
    fn an_issuer_never_leads_to_this_computer_and_out_of_the_domain_to_public_addresses_only() {
        let home = "contoso.example".parse().unwrap();
        let policy = |host, public_only| address_policy(host, &home, public_only);
        assert_eq!(policy("login.contoso.example", false), AddressPolicy::NotLocal);
        assert_eq!(policy("login.contoso.example", true), AddressPolicy::Public);
        assert_eq!(policy("login.hoster.example", false), AddressPolicy::Public);
    }

    #[test]
    fn the_well_known_name_stands_before_the_path_and_then_behind_it() {
        let urls = |issuer: &str| -> Vec<String> {
            metadata_urls(issuer).unwrap().iter().map(Url::to_string).collect()
        };
        assert_eq!(
            urls("https://id.contoso.example/t1/"),
            [
                "https://id.contoso.example/.well-known/oauth-authorization-server/t1",
                "https://id.contoso.example/t1/.well-known/openid-configuration",
            ]
        );
        assert_eq!(
            urls("https://id.contoso.example:8443"),
            [
                "https://id.contoso.example:8443/.well-known/oauth-authorization-server",
                "https://id.contoso.example:8443/.well-known/openid-configuration",
            ]
        );
    }

    #[test]
    fn what_is_no_issuer_is_not_asked() {
        for issuer in [
            "accounts.contoso.example",
            "http://id.contoso.example",
            "https://id.contoso.example?x=1",
            "https://id.contoso.example#x",
            "https://u:p@id.contoso.example",
            "https://localhost",
            "https://127.0.0.1",
            "https://co.uk",
            "",
        ] {
            assert!(metadata_urls(issuer).is_err(), "{issuer}");
        }
    }
}
