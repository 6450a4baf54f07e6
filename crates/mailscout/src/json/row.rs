//! A row of the guess table as JSON.

use mailscout_probe::guess::Row;
use serde::Serialize;

/// A row of the guess table: settings that are tried. `login` is `null` where nobody logs in;
/// `login.spa` is secure password authentication (NTLM).
#[derive(Clone, Debug, Serialize)]
pub struct TableRow {
    pass: &'static str,
    protocol: &'static str,
    host: String,
    port: u16,
    security: &'static str,
    login: Option<LoginEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct LoginEntry {
    form: &'static str,
    name: String,
    spa: bool,
}

impl TableRow {
    /// The JSON of a row.
    pub fn new(row: &Row) -> Self {
        Self {
            pass: row.pass().as_str(),
            protocol: row.protocol.as_str(),
            host: row.host.clone(),
            port: row.port,
            security: row.security.as_str(),
            login: row.login.as_ref().map(|login| LoginEntry {
                form: login.form.as_str(),
                name: login.name.clone(),
                spa: login.spa,
            }),
        }
    }
}
