//! `--oauth`: what the OAuth issuer of the settings says of itself, and why it says nothing.

use mailscout::{
    Report, discover,
    oauth::Inquiry,
    schema::{oauth::Metadata, settings::OAuth},
};

use super::{printable, table::lay_out};

/// One fact and its name.
type Fact = (&'static str, String);

/// The metadata of the issuer, for standard output; where there is none, what the settings say
/// themselves; empty where that is nothing, or nothing was to be asked.
pub(crate) fn render(report: &Report) -> String {
    let Some(inquiry) = &report.oauth else {
        return String::new();
    };
    let said = report.settings().and_then(|settings| settings.oauth.as_ref());
    let (title, facts) = match (&inquiry.result, said) {
        (Ok(metadata), _) => (format!("OAuth 2 issuer {}", metadata.issuer), facts(metadata)),
        (Err(_), Some(said)) => {
            ("OAuth 2 by the word of the settings alone".to_owned(), said_facts(said))
        }
        (Err(_), None) => return String::new(),
    };
    if facts.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> =
        facts.into_iter().map(|(name, text)| vec![format!("  {name}"), text]).collect();
    format!("\n  {}\n{}", printable(&title), lay_out(&rows))
}

fn facts(metadata: &Metadata) -> Vec<Fact> {
    let or_none = |url: &Option<String>| url.clone().unwrap_or_else(|| "none named".to_owned());
    let mut facts = vec![
        ("authorization", or_none(&metadata.authorization_endpoint)),
        ("tokens", or_none(&metadata.token_endpoint)),
    ];
    let more = [
        ("devices", &metadata.device_authorization_endpoint),
        ("registration", &metadata.registration_endpoint),
    ];
    facts.extend(more.into_iter().filter_map(|(name, url)| Some((name, url.clone()?))));
    facts.push(("scopes", list(&metadata.scopes_supported, "not said")));
    facts.push(("PKCE", pkce(metadata)));
    facts.extend(site(metadata.authorization_endpoint.as_deref()));
    facts
}

/// What a source of settings says of tokens, as far as it says anything.
fn said_facts(said: &OAuth) -> Vec<Fact> {
    let urls = [("authorization", &said.authorization_url), ("tokens", &said.token_url)];
    let mut facts: Vec<Fact> =
        urls.into_iter().filter_map(|(name, url)| Some((name, url.clone()?))).collect();
    if !said.scopes.is_empty() {
        facts.push(("scopes", said.scopes.join(" ")));
    }
    facts.extend(site(said.authorization_url.as_deref()));
    facts
}

/// The site at which the user logs in.
fn site(authorization: Option<&str>) -> Option<Fact> {
    let site = discover::oauth::place(authorization?)?;
    Some(("password", format!("would be typed at {site}")))
}

fn pkce(metadata: &Metadata) -> String {
    let methods = &metadata.code_challenge_methods_supported;
    if methods.iter().any(|method| method == "S256") {
        "S256".to_owned()
    } else {
        format!("not S256: {}", list(methods, "none is offered"))
    }
}

fn list(words: &[String], empty: &str) -> String {
    if words.is_empty() { empty.to_owned() } else { words.join(" ") }
}

/// Why there is no metadata, for standard error; empty where there is some, or none was asked for.
pub(crate) fn talk(report: &Report) -> String {
    match &report.oauth {
        Some(Inquiry { result: Err(why), .. }) => {
            format!("no metadata of an OAuth issuer: {}\n", printable(&why.to_string()))
        }
        _ => String::new(),
    }
}
