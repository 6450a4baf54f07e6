//! Reports as JSON, version 1. Fields are added, never renamed; times are RFC 3339 in UTC.
//!
//! [`Document`] is the report of a search, [`PersonDocument`] that of an account without an address
//! to search for, [`InspectionDocument`] that of one port, and [`TableRow`] a row of the guess table.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use mailscout_discover::{Attempt, Found};
use mailscout_probe::{
    guess::Profile,
    prober::{GuessReport, TimedMeeting},
};
use mailscout_schema::settings::{ExchangeWay, Instruction, OAuth, Security, Server, Service};
use serde::Serialize;

use oauth::MetadataEntry;

use crate::{
    report::{Evidence, Report, Source, Verified},
    trace::{Asked, trace},
};

mod compared;
mod inspection;
mod oauth;
mod person;
mod row;

use compared::ComparedEntry;
pub use inspection::InspectionDocument;
pub use person::PersonDocument;
pub use row::TableRow;

/// The report of a search. Serialise it with any serde format; field names are the interface.
///
/// `attempts[].outcome` is `settings`, `redirect`, `answered` (a step on the way: addresses, a
/// consent), `refused`, `failed` or `skipped`; `attempts[].status` stands where HTTP answered.
/// `sources` are those that settings were taken from, by rank; the `source` of a server or service
/// counts in it from 0, and the document's own `source` is the first. `compared` are the other
/// sources, where all were asked.
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
    oauth: Option<OAuth>,
    /// Only where it was to be asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth_metadata: Option<MetadataEntry>,
    instructions: Vec<Instruction>,
    source: Option<SourceEntry>,
    sources: Vec<SourceEntry>,
    compared: Vec<ComparedEntry>,
    consent_needed: Vec<ConsentEntry>,
    notices: Vec<NoticeEntry>,
    valid_until: Option<String>,
    cached: Option<CachedEntry>,
    attempts: Vec<AttemptEntry>,
}

/// Since when and until when a cache has had the answer; `until` is null where that is for good.
#[derive(Clone, Debug, Serialize)]
struct CachedEntry {
    found: Option<String>,
    until: Option<String>,
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
    /// Which way to an Exchange server it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange_way: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_before_send: Option<bool>,
    source: usize,
    verified: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceEntry>,
    valid_until: Option<String>,
}

/// What was seen when the server was met.
#[derive(Clone, Debug, Serialize)]
struct EvidenceEntry {
    code: &'static str,
    reason: String,
    tls: Option<String>,
    certificate_until: Option<String>,
    mechanisms: Vec<String>,
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
    short_name: Option<String>,
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
    /// The table that was guessed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'static str>,
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
    /// Who leads there.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// The servers that would be taken, where they are known.
    servers: Vec<String>,
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
            short_name: settings.provider.short_name.clone(),
            home: settings.provider.home.clone(),
            image: settings.provider.image.clone(),
            help: settings.provider.help.clone(),
        });
        let sources: Vec<SourceEntry> =
            report.sources().into_iter().map(|source| SourceEntry::of(source, report)).collect();
        let notices = report
            .notices()
            .map(|notice| NoticeEntry { code: notice.code, text: notice.to_string() });
        Self {
            version: 1,
            address: search.address.to_string(),
            outcome: report.conclusion().as_str(),
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
            services: report
                .services()
                .iter()
                .map(|service| ServiceEntry::new(service, report))
                .collect(),
            display_name: settings.and_then(|settings| settings.display_name.clone()),
            provider: provider.unwrap_or_default(),
            oauth: settings.and_then(|settings| settings.oauth.clone()),
            oauth_metadata: report.oauth.as_ref().map(MetadataEntry::new),
            instructions: settings
                .map(|settings| settings.instructions.clone())
                .unwrap_or_default(),
            source: sources.first().cloned(),
            sources,
            compared: compared::entries(report),
            consent_needed: consents(report),
            notices: notices.collect(),
            valid_until: report.all_valid_until().and_then(rfc3339),
            cached: report.remembered.map(|remembered| CachedEntry {
                found: rfc3339(remembered.found),
                until: remembered.until.and_then(rfc3339),
            }),
            attempts: attempts(report),
        }
    }
}

impl ServerEntry {
    fn new(server: &Server, report: &Report, is_outgoing: bool) -> Self {
        let evidence = report.evidence(server);
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
            exchange_way: server.exchange_way.map(ExchangeWay::as_str),
            fetch_before_send: is_outgoing.then_some(server.fetch_before_send),
            source: report.source_of(server),
            verified: evidence.as_ref().map_or("no", |evidence| evidence.state.as_str()),
            evidence: evidence
                .as_ref()
                .map(|evidence| EvidenceEntry::new(evidence, server.security)),
            valid_until: report.valid_until(server).and_then(rfc3339),
        }
    }
}

impl EvidenceEntry {
    fn new(evidence: &Evidence<'_>, security: Security) -> Self {
        let (code, reason) = match &evidence.state {
            Verified::LoggedIn(proof) => ("accepted", proof.to_string()),
            Verified::Connected => ("connected", "the server answered as it should".to_owned()),
            Verified::Doubtful(doubt) => (doubt.code(), doubt.to_string()),
            Verified::Failed(refusal) => (refusal.code(), refusal.to_string()),
            Verified::NotTried(why) => (why.code(), why.to_string()),
        };
        // What it showed in another way than the settings say proves nothing of them.
        let is_as_said = |met: &&TimedMeeting| match security {
            // What was said in clear text tells all of a server without encryption.
            Security::Plain => met.met.security != Security::Tls,
            security => met.met.security == security,
        };
        let as_said = evidence.met.iter().find(is_as_said);
        let shown = as_said.map(|met| &met.met.evidence);
        let tls = shown.and_then(|shown| shown.tls.as_ref());
        let facts = shown.and_then(|shown| shown.facts.as_ref());
        let heard = facts.and_then(|facts| facts.inside_tls.as_ref().or(facts.before_tls.as_ref()));
        Self {
            code,
            reason,
            tls: tls.map(|tls| tls.version.to_owned()),
            certificate_until: tls
                .and_then(|tls| tls.chain.first())
                .and_then(|certificate| rfc3339(certificate.not_after)),
            mechanisms: heard.map(|heard| heard.mechanisms.clone()).unwrap_or_default(),
        }
    }
}

impl ServiceEntry {
    fn new(service: &Service, report: &Report) -> Self {
        let mut parts = report.search.taken().map(|found| &found.settings.services);
        Self {
            kind: service.kind.as_str(),
            url: service.url.clone(),
            scope: service.scope.map(mailscout_schema::settings::Scope::as_str),
            source: parts.position(|part| part.contains(service)).unwrap_or_default(),
        }
    }
}

impl SourceEntry {
    fn of(source: Source<'_>, report: &Report) -> Self {
        match source {
            Source::Found(found) => Self::new(found),
            Source::Guess => Self::of_guess(report),
        }
    }

    fn of_guess(report: &Report) -> Self {
        Self {
            mechanism: GUESS,
            url: String::new(),
            address: report.address().to_string(),
            trust: report.trust_of(Source::Guess).as_str(),
            redirects: Vec::new(),
            profile: guessed_by(report).map(Profile::as_str),
        }
    }

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
            profile: None,
        }
    }
}

/// The table that was guessed by, now or before.
fn guessed_by(report: &Report) -> Option<Profile> {
    let guess = report.guess.as_ref().map(|guess| guess.profile);
    guess.or(report.remembered.and_then(|remembered| remembered.profile))
}

/// The questions that were not answered with yes, each with the flag that allows it.
fn consents(report: &Report) -> Vec<ConsentEntry> {
    let redirects = report.search.consent_needed.iter().map(|question| ConsentEntry {
        kind: question.why.as_str(),
        site: question.site.clone(),
        flag: format!("--allow-redirect {}", question.site),
        from: Some(question.from.clone()),
        to: Some(question.to.clone()),
        servers: question.servers.clone(),
    });
    let probes = report.guess.iter().chain(&report.check);
    let unencrypted = probes.flat_map(|probe| &probe.consent_needed).map(|question| ConsentEntry {
        kind: question.kind.as_str(),
        site: question.servers.join(", "),
        flag: format!("--allow-{}", question.kind.as_str()),
        from: None,
        to: None,
        servers: question.servers.clone(),
    });
    redirects.chain(unencrypted).collect()
}

/// Every question in order: those about documents, then those to mail servers, then those for the
/// metadata of an OAuth issuer.
fn attempts(report: &Report) -> Vec<AttemptEntry> {
    let since = report.search.elapsed;
    let of = |probe: &GuessReport, mechanism: &'static str| -> Vec<AttemptEntry> {
        let entries = trace(probe).into_iter();
        entries.map(|asked| AttemptEntry::of_probe(asked, mechanism, since)).collect()
    };
    let mut attempts: Vec<AttemptEntry> =
        report.search.attempts.iter().map(AttemptEntry::new).collect();
    attempts.extend(report.guess.iter().flat_map(|guess| of(guess, GUESS)));
    attempts.extend(report.check.iter().flat_map(|check| of(check, VERIFY)));
    let inquiries = report.oauth.iter().flat_map(|inquiry| &inquiry.attempts);
    attempts.extend(inquiries.map(AttemptEntry::of_oauth));
    attempts
}

/// The mechanism of servers that were found without a document.
const GUESS: &str = "guess";
/// What meets the servers that a document names.
const VERIFY: &str = "verify";

impl AttemptEntry {
    fn of_probe(asked: Asked, mechanism: &'static str, since: Duration) -> Self {
        Self {
            mechanism,
            question: asked.question,
            started_ms: (since + asked.started).as_millis(),
            elapsed_ms: asked.elapsed.as_millis(),
            outcome: asked.outcome,
            status: None,
            code: asked.code.to_owned(),
            reason: asked.answer,
        }
    }

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
