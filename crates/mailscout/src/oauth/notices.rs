//! What is to be said of an issuer's metadata: where it goes against the settings, leads elsewhere,
//! or lacks what a mail program needs.

use mailscout_discover::{TrustWord, oauth};
use mailscout_schema::{notice::Notice, oauth::Metadata, settings::OAuth};

/// Code of the notice that nothing proves that the issuer is the right one.
pub const ISSUER_UNPROVED: &str = "oauth-issuer-unproved";
/// Code of the notice that settings and issuer name different URLs for the same thing.
pub const URL_DIFFERS: &str = "oauth-url-differs";
/// Code of the notice that an endpoint is on another site than the issuer.
pub const ENDPOINT_ELSEWHERE: &str = "oauth-endpoint-elsewhere";
/// Code of the notice that the issuer names no authorization endpoint or no token endpoint.
pub const ENDPOINT_MISSING: &str = "oauth-endpoint-missing";
/// Code of the notice that the issuer does not offer PKCE with S256.
pub const NO_PKCE: &str = "oauth-no-pkce";

/// What the settings said of tokens, and how far that can be trusted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    pub(crate) oauth: &'a OAuth,
    pub(crate) trust: Option<TrustWord>,
}

/// The remarks on the metadata of an issuer.
pub(crate) fn remarks(said: Said<'_>, metadata: &Metadata) -> Vec<Notice> {
    let mut notices: Vec<Notice> = unproved(said.trust, &metadata.issuer).into_iter().collect();
    let (authorization, token) = (&metadata.authorization_endpoint, &metadata.token_endpoint);
    let pairs = [
        ("authorization", &said.oauth.authorization_url, authorization),
        ("tokens", &said.oauth.token_url, token),
    ];
    for (what, settings, issuer) in pairs {
        if let (Some(settings), Some(issuer)) = (settings, issuer)
            && !oauth::is_same_url(settings, issuer)
        {
            let text = format!("for {what} the settings name {settings}, but the issuer {issuer}");
            notices.push(Notice::new(URL_DIFFERS, text));
        }
    }
    notices.extend(elsewhere(metadata));
    for (name, endpoint) in [("authorization", authorization), ("token", token)] {
        if endpoint.is_none() {
            let text = format!("the OAuth issuer names no {name} endpoint that can be used");
            notices.push(Notice::new(ENDPOINT_MISSING, text));
        }
    }
    if !metadata.code_challenge_methods_supported.iter().any(|method| method == "S256") {
        let text = "the OAuth issuer does not offer PKCE with S256: what protects a mail program's \
                    authorization code from other programs is missing";
        notices.push(Notice::new(NO_PKCE, text));
    }
    notices
}

fn unproved(trust: Option<TrustWord>, issuer: &str) -> Option<Notice> {
    let text = match trust? {
        TrustWord::Unauthenticated => {
            format!("nothing proves that {issuer} is the issuer for this account")
        }
        TrustWord::ThirdParty => format!(
            "that {issuer} is the issuer for this account is the word of a third party, not of the \
             domain"
        ),
        _ => return None,
    };
    Some(Notice::new(ISSUER_UNPROVED, text))
}

/// The endpoints that are on another site than the issuer, together.
fn elsewhere(metadata: &Metadata) -> Option<Notice> {
    let endpoints = [
        ("authorization", &metadata.authorization_endpoint),
        ("tokens", &metadata.token_endpoint),
        ("registration", &metadata.registration_endpoint),
        ("devices", &metadata.device_authorization_endpoint),
    ];
    let away: Vec<String> = endpoints
        .into_iter()
        .filter_map(|(what, url)| {
            let url = url.as_ref().filter(|url| !oauth::is_same_site(url, &metadata.issuer))?;
            Some(format!("{what} at {}", oauth::place(url).unwrap_or_else(|| url.clone())))
        })
        .collect();
    let text = format!(
        "the OAuth issuer {} sends to another site: {}",
        oauth::place(&metadata.issuer).unwrap_or_default(),
        away.join(", ")
    );
    (!away.is_empty()).then(|| Notice::new(ENDPOINT_ELSEWHERE, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        let mut metadata = Metadata::default();
        metadata.issuer = "https://id.contoso.example".to_owned();
        metadata.authorization_endpoint = Some("https://id.contoso.example/a".to_owned());
        metadata.token_endpoint = Some("https://token.contoso.example/t".to_owned());
        metadata.code_challenge_methods_supported = vec!["plain".to_owned(), "S256".to_owned()];
        metadata
    }

    fn codes(said: &OAuth, trust: TrustWord, metadata: &Metadata) -> Vec<&'static str> {
        let said = Said { oauth: said, trust: Some(trust) };
        remarks(said, metadata).iter().map(|notice| notice.code).collect()
    }

    #[test]
    fn metadata_that_goes_with_the_settings_has_no_remark() {
        let mut said = OAuth::default();
        assert_eq!(codes(&said, TrustWord::Authenticated, &metadata()), [""; 0]);
        said.authorization_url = Some("https://ID.contoso.example:443/a".to_owned());
        said.token_url = Some("https://token.contoso.example/t".to_owned());
        assert_eq!(codes(&said, TrustWord::Authenticated, &metadata()), [""; 0]);
    }

    #[test]
    fn each_contradiction_and_each_lack_is_said() {
        let (mut said, mut metadata) = (OAuth::default(), metadata());
        said.token_url = Some("https://id.contoso.example/other".to_owned());
        assert_eq!(codes(&said, TrustWord::Local, &metadata), [URL_DIFFERS]);
        let said = OAuth::default();
        metadata.token_endpoint = Some("https://token.hoster.example/t".to_owned());
        assert_eq!(codes(&said, TrustWord::Local, &metadata), [ENDPOINT_ELSEWHERE]);
        metadata.token_endpoint = None;
        assert_eq!(codes(&said, TrustWord::Local, &metadata), [ENDPOINT_MISSING]);
        metadata.code_challenge_methods_supported = vec!["plain".to_owned()];
        assert_eq!(codes(&said, TrustWord::Local, &metadata), [ENDPOINT_MISSING, NO_PKCE]);
    }

    #[test]
    fn an_issuer_that_nothing_proves_is_called_so() {
        let said = OAuth::default();
        for (trust, expected) in [
            (TrustWord::Unauthenticated, &[ISSUER_UNPROVED][..]),
            (TrustWord::ThirdParty, &[ISSUER_UNPROVED]),
            (TrustWord::Consented, &[]),
            (TrustWord::Verified, &[]),
        ] {
            assert_eq!(codes(&said, trust, &metadata()), expected, "{trust:?}");
        }
    }
}
