//! Known providers: a list of them, or one with all that is known.

use mailscout::providers::{COMPILED, Provider};

use super::table::lay_out;

/// A line for each provider.
pub(crate) fn list(all: &[&Provider]) -> String {
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|provider| {
            let domains: Vec<&str> = provider.domains.iter().take(4).copied().collect();
            let more = if provider.domains.len() > 4 { ", ..." } else { "" };
            vec![
                provider.id.to_owned(),
                provider.name.to_owned(),
                format!("{}{more}", domains.join(", ")),
            ]
        })
        .collect();
    lay_out(&rows)
}

/// One provider: its servers, what has to be done first, and who says so.
pub(crate) fn one(provider: &Provider) -> String {
    let mut rows = vec![row("Provider", format!("{} ({})", provider.name, provider.id))];
    for server in provider.servers {
        let text =
            format!("{} {}:{} {}", server.protocol, server.host, server.port, server.security);
        rows.push(row("Server", text));
    }
    let credentials: Vec<&str> =
        provider.credentials.iter().map(|credential| credential.as_str()).collect();
    rows.push(row("Log-in", credentials.join(" or ")));
    for instruction in provider.instructions {
        let text = match instruction.url {
            Some(url) => format!("{} ({url})", instruction.text),
            None => instruction.text.to_owned(),
        };
        rows.push(row("To do", text));
    }
    if let Some(help) = provider.help {
        rows.push(row("Help", help.to_owned()));
    }
    rows.push(row("Domains", names(provider.domains, provider.domain_globs)));
    let mx: Vec<&str> = provider.mx.iter().map(|pattern| pattern.glob).collect();
    rows.push(row("MX", mx.join(", ")));
    for source in provider.sources {
        let date = source.date.map(|date| format!(", {date}")).unwrap_or_default();
        rows.push(row("Source", format!("{}, {}{date}", source.kind, source.name)));
    }
    rows.push(row("Compiled", COMPILED.to_owned()));
    rows.retain(|row| row.get(1).is_some_and(|text| !text.is_empty()));
    lay_out(&rows)
}

fn names(domains: &[&str], globs: &[&str]) -> String {
    let all: Vec<&str> = domains.iter().chain(globs).copied().collect();
    all.join(", ")
}

fn row(name: &str, text: String) -> Vec<String> {
    vec![format!("{name:<8}"), text]
}
