//! What other sources said, and how that differs from what was taken.

use mailscout_discover::Found;
use mailscout_schema::settings::Server;
use serde::Serialize;

use super::SourceEntry;
use crate::{
    compare::{Difference, differences},
    report::Report,
};

/// A source that was asked to be compared.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ComparedEntry {
    #[serde(flatten)]
    source: SourceEntry,
    incoming: Vec<PlaceEntry>,
    outgoing: Vec<PlaceEntry>,
    differences: Vec<DifferenceEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct PlaceEntry {
    protocol: &'static str,
    host: String,
    port: Option<u16>,
    security: &'static str,
    username: String,
    authentication: Vec<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct DifferenceEntry {
    protocol: &'static str,
    what: &'static str,
    taken: String,
    other: String,
    weaker: bool,
}

pub(super) fn entries(report: &Report) -> Vec<ComparedEntry> {
    report.search.compared.iter().map(|found| ComparedEntry::new(found, report)).collect()
}

impl ComparedEntry {
    fn new(found: &Found, report: &Report) -> Self {
        let differ = report.settings().map(|taken| differences(taken, &found.settings));
        let places = |servers: &[Server]| servers.iter().map(PlaceEntry::new).collect();
        Self {
            source: SourceEntry::new(found),
            incoming: places(&found.settings.incoming),
            outgoing: places(&found.settings.outgoing),
            differences: differ.iter().flatten().map(DifferenceEntry::new).collect(),
        }
    }
}

impl PlaceEntry {
    fn new(server: &Server) -> Self {
        Self {
            protocol: server.protocol.as_str(),
            host: server.host.clone(),
            port: server.port,
            security: server.security.as_str(),
            username: server.username.clone(),
            authentication: server.authentication.iter().map(|method| method.as_str()).collect(),
        }
    }
}

impl DifferenceEntry {
    fn new(difference: &Difference) -> Self {
        Self {
            protocol: difference.protocol.as_str(),
            what: difference.what.as_str(),
            taken: difference.taken.clone(),
            other: difference.other.clone(),
            weaker: difference.is_weaker,
        }
    }
}
