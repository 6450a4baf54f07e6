//! The report of one port as JSON, version 1.

use mailscout_net::{
    certificate::CertificateProblem,
    connect::{CertificateFacts, TlsFacts},
};
use mailscout_probe::{dialog::Heard, prober::TimedMeeting};
use mailscout_schema::settings::Security;
use serde::Serialize;

use super::rfc3339;
use crate::{
    inspection::{Finding, Inspection},
    trace::came_to,
};

/// The report of one port. Serialise it with any serde format; field names are the interface.
///
/// `outcome` is `good` (a mail server, encrypted, with a good certificate), `bad-certificate`,
/// `unencrypted`, `no-mail-server` or `failed` (nothing outside answered); `code` and `reason` say
/// why, where it is not `good`. `protocol`, `security` and `log_ins` are `null` or empty where there
/// is no mail server.
///
/// What stands in `conversations[].before_tls` was said in clear text: anybody on the way may have
/// said it (`authenticated` is `false`). What stands in `inside_tls` is as good as the certificate.
#[derive(Clone, Debug, Serialize)]
pub struct InspectionDocument {
    version: u32,
    host: String,
    port: u16,
    outcome: &'static str,
    code: Option<&'static str>,
    reason: Option<String>,
    protocol: Option<&'static str>,
    security: Option<&'static str>,
    log_ins: Vec<&'static str>,
    addresses: Vec<String>,
    conversations: Vec<ConversationEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct ConversationEntry {
    protocol: &'static str,
    security: &'static str,
    started_ms: u128,
    elapsed_ms: u128,
    outcome: &'static str,
    code: &'static str,
    reason: String,
    address: Option<String>,
    tls: Option<TlsEntry>,
    before_tls: Option<HeardEntry>,
    inside_tls: Option<HeardEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct TlsEntry {
    version: &'static str,
    cipher: String,
    certificate: VerdictEntry,
    chain: Vec<CertificateEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct VerdictEntry {
    good: bool,
    code: Option<&'static str>,
    reason: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct CertificateEntry {
    subject: String,
    issuer: String,
    names: Vec<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    days_left: i64,
}

#[derive(Clone, Debug, Serialize)]
struct HeardEntry {
    authenticated: bool,
    greeting: Option<String>,
    capabilities: Option<Vec<String>>,
    mechanisms: Vec<String>,
    preauthenticated: bool,
    last_line: Option<String>,
}

impl InspectionDocument {
    /// The document of a port.
    pub fn new(inspection: &Inspection) -> Self {
        let finding = inspection.finding();
        let (code, reason) = match &finding {
            Finding::Good(_) => (None, None),
            Finding::BadCertificate(_, problem) => {
                (Some(problem.code()), Some(problem.to_string()))
            }
            Finding::Unencrypted(met) => {
                let (_, code, reason) = came_to(&met.evidence);
                (Some(code), Some(reason))
            }
            Finding::NoMailServer(refusal) | Finding::Silent(refusal) => {
                (Some(refusal.code()), Some(refusal.to_string()))
            }
        };
        let addresses = inspection.addresses.iter().flatten().map(ToString::to_string);
        let entry = |met| ConversationEntry::new(met, inspection);
        Self {
            version: 1,
            host: inspection.host.clone(),
            port: inspection.port,
            outcome: finding.as_str(),
            code,
            reason,
            protocol: finding.met().map(|met| met.protocol.as_str()),
            security: finding.security().map(Security::as_str),
            log_ins: finding.log_ins().iter().map(|mechanism| mechanism.as_str()).collect(),
            addresses: addresses.collect(),
            conversations: inspection.met.iter().map(entry).collect(),
        }
    }
}

impl ConversationEntry {
    fn new(met: &TimedMeeting, inspection: &Inspection) -> Self {
        let evidence = &met.met.evidence;
        let (outcome, code, reason) = came_to(evidence);
        let facts = evidence.facts.as_ref();
        Self {
            protocol: met.met.protocol.as_str(),
            security: met.met.security.as_str(),
            started_ms: met.started.as_millis(),
            elapsed_ms: met.elapsed.as_millis(),
            outcome,
            code,
            reason,
            address: evidence.peer.map(|address| address.to_string()),
            tls: evidence.tls.as_ref().map(|tls| TlsEntry::new(tls, inspection)),
            before_tls: facts
                .and_then(|facts| facts.before_tls.as_ref())
                .map(|heard| HeardEntry::new(heard, false)),
            inside_tls: facts.and_then(|facts| facts.inside_tls.as_ref()).map(|heard| {
                let is_good = evidence.tls.as_ref().is_some_and(|tls| tls.problem.is_none());
                HeardEntry::new(heard, is_good)
            }),
        }
    }
}

impl TlsEntry {
    fn new(tls: &TlsFacts, inspection: &Inspection) -> Self {
        let problem = tls.problem.as_ref();
        Self {
            version: tls.version,
            cipher: tls.cipher.clone(),
            certificate: VerdictEntry {
                good: problem.is_none(),
                code: problem.map(CertificateProblem::code),
                reason: problem.map(ToString::to_string),
            },
            chain: tls.chain.iter().map(|one| CertificateEntry::new(one, inspection)).collect(),
        }
    }
}

impl CertificateEntry {
    fn new(certificate: &CertificateFacts, inspection: &Inspection) -> Self {
        Self {
            subject: certificate.subject.clone(),
            issuer: certificate.issuer.clone(),
            names: certificate.names.clone(),
            not_before: rfc3339(certificate.not_before),
            not_after: rfc3339(certificate.not_after),
            days_left: inspection.days_left(certificate),
        }
    }
}

impl HeardEntry {
    fn new(heard: &Heard, authenticated: bool) -> Self {
        Self {
            authenticated,
            greeting: heard.greeting.clone(),
            capabilities: heard.capabilities.clone(),
            mechanisms: heard.mechanisms.clone(),
            preauthenticated: heard.preauthenticated,
            last_line: heard.last_line.clone(),
        }
    }
}
