//! The metadata of an OAuth issuer in JSON.

use mailscout_schema::oauth::Metadata;
use serde::Serialize;

use super::AttemptEntry;
use crate::oauth::{Attempt, Inquiry};

/// What asking for the metadata came to. Where there is none, `error` says why, and what stands
/// beside `issuer` is null or empty.
#[derive(Clone, Debug, Serialize)]
pub(super) struct MetadataEntry {
    issuer: Option<String>,
    url: Option<String>,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    registration_endpoint: Option<String>,
    device_authorization_endpoint: Option<String>,
    scopes_supported: Vec<String>,
    code_challenge_methods_supported: Vec<String>,
    error: Option<ErrorEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct ErrorEntry {
    code: String,
    reason: String,
}

impl MetadataEntry {
    pub(super) fn new(inquiry: &Inquiry) -> Self {
        let (metadata, error) = match &inquiry.result {
            Ok(metadata) => (metadata.clone(), None),
            Err(why) => {
                let code = why.code().into_owned();
                (Metadata::default(), Some(ErrorEntry { code, reason: why.to_string() }))
            }
        };
        Self {
            issuer: inquiry.issuer.clone(),
            url: inquiry.url.clone(),
            authorization_endpoint: metadata.authorization_endpoint,
            token_endpoint: metadata.token_endpoint,
            registration_endpoint: metadata.registration_endpoint,
            device_authorization_endpoint: metadata.device_authorization_endpoint,
            scopes_supported: metadata.scopes_supported,
            code_challenge_methods_supported: metadata.code_challenge_methods_supported,
            error,
        }
    }
}

impl AttemptEntry {
    pub(super) fn of_oauth(attempt: &Attempt) -> Self {
        Self {
            mechanism: OAUTH,
            question: attempt.question.clone(),
            started_ms: attempt.started.as_millis(),
            elapsed_ms: attempt.elapsed.as_millis(),
            outcome: attempt.answer.ending().as_str(),
            status: attempt.status,
            code: attempt.answer.code().into_owned(),
            reason: attempt.told(),
        }
    }
}

/// What asks for the metadata of an OAuth issuer.
const OAUTH: &str = "oauth";
