//! The report as JSON, version 1. Fields are added, never renamed; times are RFC 3339 in UTC.

use std::time::SystemTime;

use jiff::Timestamp;
use mailscout_discover::{Attempt, Found, consent::Question};
use mailscout_schema::settings::{Server, Service};
use serde::Serialize;

use crate::report::Report;

/// The document. Serialise it with any serde format; field names are the interface.
///
/// `attempts[].outcome` is `settings`, `redirect`, `answered` (a step on the way: addresses, a
/// consent), `refused`, `failed` or `skipped`; `attempts[].status` stands where HTTP answered.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    version: u32,
    address: String,
    outcome: &'static str,
    incoming: Vec<ServerEntry>,
    outgoing: Vec<ServerEntry>,
    services: Vec<ServiceEntry>,
    display_name: Option<String>,
    provider: ProviderEntry,
    source: Option<SourceEntry>,
    sources: Vec<SourceEntry>,
    consent_needed: Vec<ConsentEntry>,
    notices: Vec<NoticeEntry>,
    valid_until: Option<String>,
    attempts: Vec<AttemptEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct ServerEntry {
    protocol: &'static str,
    host: String,
    port: Option<u16>,
    security: &'static str,
    username: String,
    username_alternatives: Vec<String>,
    authentication: Vec<&'static str>,
    spa: bool,
    domain: Option<String>,
    domain_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_before_send: Option<bool>,
    source: usize,
    verified: &'static str,
    valid_until: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ServiceEntry {
    kind: &'static str,
    url: String,
    scope: Option<&'static str>,
    source: usize,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ProviderEntry {
    name: Option<String>,
    home: Option<String>,
    image: Option<String>,
    help: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct SourceEntry {
    mechanism: &'static str,
    url: String,
    address: String,
    trust: &'static str,
    redirects: Vec<RedirectEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct RedirectEntry {
    kind: &'static str,
    from: String,
    to: String,
    consent: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct ConsentEntry {
    kind: &'static str,
    site: String,
    flag: String,
}

#[derive(Clone, Debug, Serialize)]
struct NoticeEntry {
    code: &'static str,
    text: String,
}

#[derive(Clone, Debug, Serialize)]
struct AttemptEntry {
    mechanism: &'static str,
    question: String,
    started_ms: u128,
    elapsed_ms: u128,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    code: String,
    reason: String,
}

impl Document {
    /// The document of a report.
    pub fn new(report: &Report) -> Self {
        let search = &report.search;
        let settings = report.settings();
        let provider = settings.map(|settings| ProviderEntry {
            name: settings.provider.name.clone(),
            home: settings.provider.home.clone(),
            image: settings.provider.image.clone(),
            help: settings.provider.help.clone(),
        });
        let source = report.found().map(SourceEntry::new);
        let notices = search
            .notices
            .iter()
            .map(|notice| NoticeEntry { code: notice.code, text: notice.to_string() });
        Self {
            version: 1,
            address: search.address.to_string(),
            outcome: search.conclusion.as_str(),
            incoming: report
                .incoming()
                .iter()
                .map(|server| ServerEntry::new(server, report, false))
                .collect(),
            outgoing: report
                .outgoing()
                .iter()
                .map(|server| ServerEntry::new(server, report, true))
                .collect(),
            services: report.services().iter().map(ServiceEntry::new).collect(),
            display_name: settings.and_then(|settings| settings.display_name.clone()),
            provider: provider.unwrap_or_default(),
            sources: source.iter().cloned().collect(),
            source,
            consent_needed: search.consent_needed.iter().map(ConsentEntry::new).collect(),
            notices: notices.collect(),
            valid_until: report.all_valid_until().and_then(rfc3339),
            attempts: search.attempts.iter().map(AttemptEntry::new).collect(),
        }
    }
}

impl ServerEntry {
    fn new(server: &Server, report: &Report, is_outgoing: bool) -> Self {
        Self {
            protocol: server.protocol.as_str(),
            host: server.host.clone(),
            port: server.port,
            security: server.security.as_str(),
            username: server.username.clone(),
            username_alternatives: server.username_alternatives.clone(),
            authentication: server.authentication.iter().map(|method| method.as_str()).collect(),
            spa: server.spa,
            domain: server.domain.clone(),
            domain_required: server.domain_required,
            fetch_before_send: is_outgoing.then_some(server.fetch_before_send),
            source: 0,
            verified: "no",
            valid_until: report.valid_until(server).and_then(rfc3339),
        }
    }
}

impl ServiceEntry {
    fn new(service: &Service) -> Self {
        Self {
            kind: service.kind.as_str(),
            url: service.url.clone(),
            scope: service.scope.map(mailscout_schema::settings::Scope::as_str),
            source: 0,
        }
    }
}

impl SourceEntry {
    fn new(found: &Found) -> Self {
        let redirects = found.hops.iter().map(|hop| RedirectEntry {
            kind: hop.kind.as_str(),
            from: hop.from.clone(),
            to: hop.to.clone(),
            consent: hop.consent.as_str(),
        });
        Self {
            mechanism: found.mechanism.as_str(),
            url: found.url.clone(),
            address: found.address.to_string(),
            trust: found.trust.word().as_str(),
            redirects: redirects.collect(),
        }
    }
}

impl ConsentEntry {
    fn new(question: &Question) -> Self {
        Self {
            kind: "redirect",
            site: question.site.clone(),
            flag: format!("--allow-redirect {}", question.site),
        }
    }
}

impl AttemptEntry {
    fn new(attempt: &Attempt) -> Self {
        Self {
            mechanism: attempt.mechanism.as_str(),
            question: attempt.question.clone(),
            started_ms: attempt.started.as_millis(),
            elapsed_ms: attempt.elapsed.as_millis(),
            outcome: attempt.reason.ending().as_str(),
            status: attempt.status,
            code: attempt.reason.code().into_owned(),
            reason: attempt.answer(),
        }
    }
}

fn rfc3339(time: SystemTime) -> Option<String> {
    let timestamp = Timestamp::try_from(time).ok()?;
    Timestamp::from_second(timestamp.as_second()).ok().map(|whole| whole.to_string())
}
