//! What an OAuth 2.0 authorization server says of itself: where tokens come from.
//!
//! # Spec
//!
//! `OAUTH-META`, [RFC 8414](https://www.rfc-editor.org/rfc/rfc8414)

use crate::error::{ParseError, ParseErrorKind};
use crate::json::{self, Json};
use crate::lowering::host;

/// The metadata of an authorization server.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Metadata {
    /// Who it is: the very text under which it was asked for.
    pub issuer: String,
    /// URL of the page at which the user agrees.
    pub authorization_endpoint: Option<String>,
    /// URL at which a token is given for the user's agreement.
    pub token_endpoint: Option<String>,
    /// URL at which a client can make itself known.
    pub registration_endpoint: Option<String>,
    /// URL for clients that have no browser.
    pub device_authorization_endpoint: Option<String>,
    /// What a token can be for.
    pub scopes_supported: Vec<String>,
    /// How a client proves that it is the one that began: `S256` is to be among them.
    pub code_challenge_methods_supported: Vec<String>,
}

/// Reads the metadata of an issuer.
///
/// Endpoints that are no https URL of a host, or have a user name in it, and texts that are too long
/// are left out.
///
/// # Errors
///
/// Those of JSON; [`ParseErrorKind::OtherJson`] where the document names no issuer;
/// [`ParseErrorKind::OtherIssuer`] where it is another's: its `issuer` must be the one that was
/// asked for, letter by letter.
///
/// # Examples
///
/// ```
/// let document = br#"{"issuer":"https://id.contoso.example","token_endpoint":"https://id.contoso.example/token"}"#;
/// let metadata = mailscout_schema::oauth::read(document, "https://id.contoso.example")?;
/// assert_eq!(metadata.token_endpoint.as_deref(), Some("https://id.contoso.example/token"));
/// assert!(mailscout_schema::oauth::read(document, "https://id.contoso.example/").is_err());
/// # Ok::<(), mailscout_schema::ParseError>(())
/// ```
pub fn read(document: &[u8], issuer: &str) -> Result<Metadata, ParseError> {
    let root = json::read(document)?;
    match root.get("issuer") {
        Some(Json::Text(text)) if text == issuer => {}
        Some(Json::Text(_)) => return Err(ParseError::new(ParseErrorKind::OtherIssuer)),
        _ => return Err(ParseError::new(ParseErrorKind::OtherJson)),
    }
    let endpoint = |name: &str| {
        let url = root.get(name)?.text()?.to_string();
        (host::is_https(&url) && host::is_web_url(&url) && url.len() <= MAX_TEXT).then_some(url)
    };
    Ok(Metadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: endpoint("authorization_endpoint"),
        token_endpoint: endpoint("token_endpoint"),
        registration_endpoint: endpoint("registration_endpoint"),
        device_authorization_endpoint: endpoint("device_authorization_endpoint"),
        scopes_supported: texts(root.get("scopes_supported")),
        code_challenge_methods_supported: texts(root.get("code_challenge_methods_supported")),
    })
}

fn texts(value: Option<&Json>) -> Vec<String> {
    let Some(Json::List(list)) = value else {
        return Vec::new();
    };
    let texts = list.iter().filter_map(|value| Some(value.text()?.to_string()));
    texts.filter(|text| text.len() <= MAX_TEXT).take(MAX_TEXTS).collect()
}

/// Bytes of a text that is kept.
const MAX_TEXT: usize = 2048;
/// Texts of a list that are kept.
const MAX_TEXTS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_issuer_and_endpoints_without_https_are_left_out() {
        let document = br#"{"issuer":"https://a.example","token_endpoint":"http://a.example/t",
            "authorization_endpoint":"https://a.example/a","scopes_supported":["mail",7,"imap"],
            "registration_endpoint":"https://a.example@b.example/r",
            "device_authorization_endpoint":"https://",
            "code_challenge_methods_supported":["S256"]}"#;
        let metadata = read(document, "https://a.example").unwrap();
        assert_eq!(metadata.token_endpoint, None);
        assert_eq!(metadata.registration_endpoint, None);
        assert_eq!(metadata.device_authorization_endpoint, None);
        assert_eq!(metadata.authorization_endpoint.as_deref(), Some("https://a.example/a"));
        assert_eq!(metadata.scopes_supported, ["mail", "imap"]);
        assert_eq!(metadata.code_challenge_methods_supported, ["S256"]);
        for issuer in ["https://a.example/", "https://b.example", "a.example", ""] {
            let error = read(document, issuer).unwrap_err();
            assert_eq!(error.kind(), ParseErrorKind::OtherIssuer, "{issuer}");
        }
        for document in [&b"[]"[..], b"{}", br#"{"issuer":7}"#] {
            let error = read(document, "https://a.example").unwrap_err();
            assert_eq!(error.kind(), ParseErrorKind::OtherJson);
        }
        assert!(read(b"", "https://a.example").is_err());
    }
}
