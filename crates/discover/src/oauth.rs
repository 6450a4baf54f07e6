//! Where the metadata of an OAuth issuer is found.
//!
//! # Spec
//!
//! [RFC 8414 §3](https://www.rfc-editor.org/rfc/rfc8414#section-3), `OpenID` Connect Discovery 1.0 §4

use url::Url;

use crate::{reason::Reason, redirect};

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

#[cfg(test)]
mod tests {
    use super::*;

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
