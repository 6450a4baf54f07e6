//! The outcome of reading a document, as the text of an `.expected` file.

use std::fmt::Write as _;

use mailscout_schema::ParseError;
use mailscout_schema::autodiscover::{
    self, Account, DefaultUserName, LowerOptions, Outcome, User, lower,
};
use mailscout_schema::notice::Notice;
use mailscout_schema::settings::{AccountSettings, Lifetime, Server};

/// Renders a reading and its lowering, or the refusal.
pub(crate) fn outcome(document: &[u8]) -> String {
    let mut out = String::new();
    match autodiscover::read(document) {
        Err(error) => refusal(&mut out, &error),
        Ok(reading) => {
            match reading.response.outcome() {
                Outcome::Settings(account) => {
                    let kinds: Vec<_> =
                        account.protocols.iter().map(|protocol| protocol.kind.as_str()).collect();
                    writeln!(out, "settings: {}", kinds.join(", ")).unwrap();
                    lowered(&mut out, account, &reading.response.user);
                }
                Outcome::RedirectUrl(url) => writeln!(out, "redirect to the URL {url}").unwrap(),
                Outcome::RedirectAddr(address) => {
                    writeln!(out, "redirect to the address {address}").unwrap();
                }
                Outcome::Error(error) => {
                    let code = error.code.map_or("without a code".to_owned(), |c| c.to_string());
                    let message = error.message.as_deref().unwrap_or_default();
                    writeln!(out, "error {code}: {message}").unwrap();
                }
                other => panic!("unknown outcome {other:?}"),
            }
            notices(&mut out, "reading", &reading.notices);
        }
    }
    out
}

/// Renders why a document is refused.
pub(crate) fn refusal(out: &mut String, error: &ParseError) {
    let place = error.position().map(|place| format!(" at {place}")).unwrap_or_default();
    writeln!(out, "refused: {:?}{place}", error.kind()).unwrap();
    writeln!(out, "  {error}").unwrap();
}

fn lowered(out: &mut String, account: &Account, user: &User) {
    let address = "alice@contoso.example".parse().unwrap();
    let full = lower(account, user, &address, LowerOptions::default());
    let mut options = LowerOptions::default();
    options.default_user_name = DefaultUserName::LocalPart;
    let local = lower(account, user, &address, options);
    assert_eq!(full.notices, local.notices, "the form of the user name changes no notice");
    let hour = Lifetime::new(Some(std::time::Duration::from_hours(1)), None);
    settings(out, &full.settings, &local.settings, hour);
    notices(out, "lowering", &full.notices);
}

/// Renders settings; `local` are the same with the local part as default user name, `usual` is the
/// lifetime that is not worth a word.
pub(crate) fn settings(
    out: &mut String,
    settings: &AccountSettings,
    local: &AccountSettings,
    usual: Lifetime,
) {
    let provider = &settings.provider;
    let facts = [
        ("display name", &settings.display_name),
        ("provider", &provider.name),
        ("provider in short", &provider.short_name),
        ("home", &provider.home),
        ("image", &provider.image),
        ("help", &provider.help),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            writeln!(out, "  {name}: {value}").unwrap();
        }
    }
    assert_eq!(settings.incoming.len(), local.incoming.len());
    for (entry, local) in settings.incoming.iter().zip(&local.incoming) {
        server(out, "incoming", entry, local, usual);
    }
    assert_eq!(settings.outgoing.len(), local.outgoing.len());
    for (entry, local) in settings.outgoing.iter().zip(&local.outgoing) {
        server(out, "outgoing", entry, local, usual);
    }
    assert_eq!(settings.services, local.services);
    for service in &settings.services {
        let scope = service.scope.map(|scope| format!(", {scope}")).unwrap_or_default();
        writeln!(out, "  service: {}{scope}: {}", service.kind, service.url).unwrap();
    }
    if let Some(oauth) = &settings.oauth {
        let facts = [
            ("issuer", &oauth.issuer),
            ("authorization", &oauth.authorization_url),
            ("token", &oauth.token_url),
            ("client", &oauth.client_id),
        ];
        let said =
            facts.iter().filter_map(|(name, value)| Some(format!("{name} {}", (*value).as_ref()?)));
        let said: Vec<String> =
            said.chain(oauth.scopes.iter().map(|scope| format!("scope {scope}"))).collect();
        writeln!(out, "  OAuth: {}", said.join(", ")).unwrap();
    }
    for instruction in &settings.instructions {
        let url = instruction.url.as_ref().map(|url| format!(" ({url})")).unwrap_or_default();
        writeln!(out, "  {}: {}{url}", instruction.kind, instruction.text).unwrap();
    }
    if settings.is_empty() {
        writeln!(out, "  nothing to connect to").unwrap();
    }
}

/// Writes a server; `local` is the same with the local part as default user name.
fn server(out: &mut String, direction: &str, server: &Server, local: &Server, usual: Lifetime) {
    let port = server.port.map_or("no port".to_owned(), |port| port.to_string());
    let (protocol, host, security) = (server.protocol, &server.host, server.security);
    writeln!(out, "  {direction}: {protocol}, {host}, {port}, {security}").unwrap();
    let methods: Vec<_> = server.authentication.iter().map(|method| method.as_str()).collect();
    let spa = if server.spa { ", SPA asked for" } else { "" };
    writeln!(out, "    user name: {}", user_names(server)).unwrap();
    if user_names(server) != user_names(local) {
        writeln!(out, "    user name in Outlook's form: {}", user_names(local)).unwrap();
    }
    let mut same = local.clone();
    same.username.clone_from(&server.username);
    same.username_alternatives.clone_from(&server.username_alternatives);
    assert_eq!(&same, server, "only the user names differ");
    writeln!(out, "    log-in: {}{spa}", methods.join(", else ")).unwrap();
    if let Some(domain) = &server.domain {
        let required = if server.domain_required { "required" } else { "not required" };
        writeln!(out, "    domain: {domain}, {required}").unwrap();
    }
    if server.fetch_before_send {
        writeln!(out, "    mail is fetched before any is sent").unwrap();
    }
    if server.lifetime != usual {
        let age = server.lifetime.time_to_live.map(|age| format!("{} h", age.as_secs() / 3600));
        let day = server.lifetime.last_day.map(|day| format!("{:?}", day.parts()));
        let (age, day) = (age.unwrap_or("no end".into()), day.unwrap_or("none".into()));
        writeln!(out, "    lifetime: {age}; last day: {day}").unwrap();
    }
}

fn user_names(server: &Server) -> String {
    let alternatives = server.username_alternatives.iter().map(String::as_str);
    let names: Vec<&str> = std::iter::once(server.username.as_str()).chain(alternatives).collect();
    names.join(", else ")
}

/// Renders notices.
pub(crate) fn notices(out: &mut String, of: &str, notices: &[Notice]) {
    for notice in notices {
        writeln!(out, "  notice in {of}: {}: {notice}", notice.code).unwrap();
    }
}
