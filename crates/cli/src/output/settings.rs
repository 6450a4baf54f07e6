//! The settings, as a person types them into a mail client.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use mailscout::{
    Report, Source,
    discover::{ConsentState, Found, Hop, HopKind, TrustWord, mechanism::Mechanism},
    probe::prober::LOG_IN_DOUBTFUL,
    schema::{
        address::Domain,
        notice::Notice,
        settings::{AccountSettings, Date, Server, Service},
    },
};

use super::{
    cache,
    guess::{self, proof},
    table::lay_out,
    words,
};

/// The settings of a report with their source, trust and validity; empty when there are none.
pub(crate) fn render(report: &Report) -> String {
    let Some(settings) = report.settings() else {
        return String::new();
    };
    let sources = report.sources();
    let is_guessed =
        |server: &Server| matches!(sources.get(report.source_of(server)), Some(Source::Guess));
    let shown = guess::with_all_names(settings, is_guessed);
    let of_settings = settings.incoming.iter().chain(&settings.outgoing);
    let proofs = of_settings.map(|server| proof(report, server));
    let mut rows: Vec<Vec<String>> = server_rows(&shown)
        .into_iter()
        .zip(proofs)
        .map(|(row, proof)| row.into_iter().chain(proof).collect())
        .collect();
    rows.extend(service_rows(settings));
    let mut text = lay_out(&rows);
    let mut facts = account_rows(settings);
    for (index, from) in sources.iter().enumerate() {
        let of_which = match sources.len() {
            1 => String::new(),
            _ => protocols_of(report, index),
        };
        if let Source::Found(found) = from {
            let validity = if index == 0 { validity(report) } else { String::new() };
            facts.push(row("Source", &(of_which + &source(found))));
            facts.push(row("Trust", &format!("{}{validity}", trust(found))));
            continue;
        }
        facts.extend(guess::facts(report).iter().map(|(name, text)| match *name {
            "Source" => row(name, &format!("{of_which}{text}")),
            name => row(name, text),
        }));
    }
    facts.extend(cache::fact(report).map(|text| row("Cache", &text)));
    // What is doubtful stands beside its server, what is wrong with the cache on standard error.
    let is_shown = |notice: &&Notice| notice.code != LOG_IN_DOUBTFUL && !cache::is_about(notice);
    let notices = report.notices().filter(is_shown);
    facts.extend(notices.map(|notice| row("Notice", &notice.to_string())));
    if settings.first_choice_is_plain() {
        let warning = "anybody on the way to that server can read the password";
        facts.push(row("Warning", warning));
    }
    text.push_str(&lay_out(&facts));
    text
}

/// The protocols for which servers were taken from a source, such as `IMAP, SMTP: `.
fn protocols_of(report: &Report, source: usize) -> String {
    let servers = report.incoming().iter().chain(report.outgoing());
    let mut names: Vec<&str> = servers
        .filter(|server| report.source_of(server) == source)
        .map(|server| words::protocol(server.protocol))
        .collect();
    names.dedup();
    format!("{}: ", names.join(", "))
}

/// The settings alone.
pub(crate) fn of_account(settings: &AccountSettings) -> String {
    let mut rows = server_rows(settings);
    rows.extend(service_rows(settings));
    let mut facts = account_rows(settings);
    facts.extend(lifetime(settings).map(|text| row("Lifetime", &text)));
    lay_out(&rows) + &lay_out(&facts)
}

/// How long the first server's settings may be used, without a clock.
fn lifetime(settings: &AccountSettings) -> Option<String> {
    let first = settings.incoming.first().or(settings.outgoing.first())?;
    let age = match first.lifetime.time_to_live {
        Some(age) => format!("ask again after {} h", age.as_secs() / 3600),
        None => "no need to ask again".to_owned(),
    };
    Some(match first.lifetime.last_day.map(Date::parts) {
        Some((year, month, day)) => format!("{age}; the last day is {year}-{month:02}-{day:02}"),
        None => age,
    })
}

fn row(name: &str, text: &str) -> Vec<String> {
    vec![format!("{name:<8}"), text.to_owned()]
}

/// A row for each server.
pub(super) fn server_rows(settings: &AccountSettings) -> Vec<Vec<String>> {
    let titled = |servers: &[Server], title: &str| -> Vec<Vec<String>> {
        let titles = std::iter::once(title).chain(std::iter::repeat(""));
        servers.iter().zip(titles).map(|(server, title)| server_row(server, title)).collect()
    };
    let mut rows = titled(&settings.incoming, "Incoming");
    rows.extend(titled(&settings.outgoing, "Outgoing"));
    rows
}

fn server_row(server: &Server, title: &str) -> Vec<String> {
    let mut how = authentication(server);
    if let (true, Some(domain)) = (server.domain_required, &server.domain) {
        how.push_str(", domain ");
        how.push_str(domain);
    }
    if server.fetch_before_send {
        how.push_str(", after fetching mail");
    }
    vec![
        format!("{title:<8}"),
        words::server(server).to_owned(),
        server.host.clone(),
        server.port.map(|port| port.to_string()).unwrap_or_default(),
        words::security(server.security).to_owned(),
        server.username.clone(),
        how,
    ]
}

fn service_rows(settings: &AccountSettings) -> Vec<Vec<String>> {
    let titles = std::iter::once("Services").chain(std::iter::repeat(""));
    settings
        .services
        .iter()
        .zip(titles)
        .map(|(service, title)| service_row(service, title))
        .collect()
}

fn service_row(service: &Service, title: &str) -> Vec<String> {
    let scope = service.scope.map(|scope| format!(" ({scope})")).unwrap_or_default();
    vec![
        format!("{title:<8}"),
        words::service(service.kind).to_owned(),
        format!("{}{scope}", service.url),
    ]
}

fn account_rows(settings: &AccountSettings) -> Vec<Vec<String>> {
    let provider = &settings.provider;
    let facts = [
        ("Name", &settings.display_name),
        ("Provider", &provider.name),
        ("Home", &provider.home),
        ("Help", &provider.help),
    ];
    let mut rows: Vec<Vec<String>> =
        facts.iter().filter_map(|(name, text)| text.as_ref().map(|text| row(name, text))).collect();
    for instruction in &settings.instructions {
        let text = match &instruction.url {
            Some(url) => format!("{} ({url})", instruction.text),
            None => instruction.text.clone(),
        };
        rows.push(row("To do", &text));
    }
    rows
}

fn authentication(server: &Server) -> String {
    let words: Vec<&str> =
        server.authentication.iter().map(|method| words::method(*method)).collect();
    words.join(" or ")
}

/// The document or table that was taken, and how it was reached.
fn source(found: &Found) -> String {
    if found.mechanism == Mechanism::ExchangeServer {
        return format!(
            "the name of the user's Exchange server in Active Directory, {}",
            found.url
        );
    }
    let is_redirect = |hop: &&Hop| hop.from != hop.to && hop.kind != HopKind::Scp;
    let way = match found.hops.iter().filter(is_redirect).count() {
        0 => String::new(),
        1 => ", after 1 redirect".to_owned(),
        count => format!(", after {count} redirects"),
    };
    let place = match found.url.split_once("://") {
        Some(("https", _)) => format!("https://{}, valid certificate", place(&found.url)),
        Some((scheme, _)) => format!("{scheme}://{}, without encryption", place(&found.url)),
        None => found.url.clone(),
    };
    let way = match directory(found) {
        Some(directory) => format!("{way}, named by Active Directory, {directory}"),
        None => way,
    };
    match kind(found.mechanism) {
        Some(kind) => format!("{kind}, {place}{way}"),
        None => place,
    }
}

/// The directory that named the place of Autodiscover.
fn directory(found: &Found) -> Option<&str> {
    found.hops.iter().find(|hop| hop.kind == HopKind::Scp).map(|hop| hop.from.as_str())
}

/// What kind of source a mechanism asks, where its place does not say it already.
fn kind(mechanism: Mechanism) -> Option<&'static str> {
    match mechanism {
        Mechanism::LocalXml => Some("a local file"),
        Mechanism::SrvServices | Mechanism::Provider | Mechanism::ProviderMx => None,
        Mechanism::Pacc => Some("PACC"),
        Mechanism::Ispdb | Mechanism::IspdbMx => Some("Mozilla's database"),
        Mechanism::AutoconfigHttpsHost
        | Mechanism::AutoconfigWellKnown
        | Mechanism::AutoconfigMx
        | Mechanism::AutoconfigHttp
        | Mechanism::MailconfTxt => Some("Autoconfig"),
        _ => Some("Autodiscover"),
    }
}

fn trust(found: &Found) -> String {
    let domain = name(found.address.domain());
    match found.trust.word() {
        TrustWord::Authenticated => match found.mechanism {
            Mechanism::Scp | Mechanism::ExchangeServer => {
                "authenticated by Active Directory, over TLS".to_owned()
            }
            _ => format!("authenticated by {domain}"),
        },
        TrustWord::Local => "from a file of this computer".to_owned(),
        TrustWord::ThirdParty => {
            format!("third-party: the word of neither {domain} nor its provider")
        }
        TrustWord::Consented => {
            let sites = found.hops.iter().filter(|hop| hop.consent == ConsentState::Given);
            let sites: Vec<&str> = sites.map(|hop| place(&hop.to)).collect();
            format!("consented: you allowed {}", sites.join(" and "))
        }
        TrustWord::Verified if found.mechanism == Mechanism::SrvServices => {
            "verified: named by the DNS, which proves nothing, then by the servers' certificates"
                .to_owned()
        }
        TrustWord::Verified => {
            let unproved = found.hops.iter().find(|hop| !hop.is_authenticated);
            let by = match unproved.map(|hop| hop.kind) {
                Some(HopKind::Srv) => "the DNS",
                _ => "plain http",
            };
            let host = place(&found.url);
            format!("verified: named by {by}, which proves nothing, then by {host}'s certificate")
        }
        TrustWord::Unauthenticated if found.settings.first_choice_is_plain() => {
            "unauthenticated: a server of first choice is without encryption".to_owned()
        }
        TrustWord::Unauthenticated => match found.mechanism {
            Mechanism::ProviderMx | Mechanism::IspdbMx | Mechanism::AutoconfigMx => {
                "unauthenticated: the DNS says who receives the mail, which proves nothing; ask the provider".to_owned()
            }
            Mechanism::SrvServices => {
                "unauthenticated: the DNS names the servers, which proves nothing".to_owned()
            }
            Mechanism::ExchangeServer => {
                "unauthenticated: nothing proves what the directory says; ask the administrator"
                    .to_owned()
            }
            Mechanism::AutoconfigHttp | Mechanism::MailconfTxt => {
                "unauthenticated: it came over plain http, where anybody on the way can change it".to_owned()
            }
            _ => "unauthenticated: nothing proves the way to it".to_owned(),
        },
        word => word.as_str().to_owned(),
    }
}

/// A domain, and how a person reads it where that differs.
fn name(domain: &Domain) -> String {
    let readable = domain.to_unicode();
    if readable == domain.as_str() { readable } else { format!("{readable} ({domain})") }
}

/// The host of a URL, with its port; the domain of an address.
fn place(to: &str) -> &str {
    match to.split_once("://") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => to.rsplit('@').next().unwrap_or(to),
    }
}

fn validity(report: &Report) -> String {
    let Some(until) = report.all_valid_until() else {
        return String::new();
    };
    let zone = TimeZone::system();
    let (Ok(until), Ok(started)) =
        (Timestamp::try_from(until), Timestamp::try_from(report.started))
    else {
        return String::new();
    };
    let (until, started): (Zoned, Zoned) = (until.to_zoned(zone.clone()), started.to_zoned(zone));
    if until <= started {
        return "; ask again before each use".to_owned();
    }
    let format = if until.date() == started.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    format!("; ask again after {}", until.strftime(format))
}
