//! The search for a person that ended without an address to search for, as JSON.

use mailscout_discover::PersonReport;
use serde::Serialize;

use super::AttemptEntry;

/// The JSON of an account without a proved address. `outcome` is `needs-consent` where there is an
/// address that nothing proves, else `not-found` or `failed`.
#[derive(Clone, Debug, Serialize)]
pub struct PersonDocument {
    version: u32,
    account: String,
    outcome: &'static str,
    address: Option<String>,
    exchange_server: Option<String>,
    directory: Option<String>,
    attempts: Vec<AttemptEntry>,
}

impl PersonDocument {
    /// The document of what the directory said of an account.
    pub fn new(account: &str, report: &PersonReport) -> Self {
        let person = report.person.as_ref();
        Self {
            version: 1,
            account: account.to_owned(),
            outcome: report.conclusion().as_str(),
            address: person.and_then(|person| person.address.as_ref()).map(ToString::to_string),
            exchange_server: person.and_then(|person| person.exchange_server.clone()),
            directory: report.by.clone(),
            attempts: report.attempts.iter().map(AttemptEntry::new).collect(),
        }
    }
}
