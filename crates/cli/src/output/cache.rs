//! The cache: that an answer comes from it, what is in it, and what is wrong with it.

use std::time::SystemTime;

use anyhow::Result;
use mailscout::{
    Report,
    cache::{Answer, CACHE_UNREADABLE, CACHE_UNWRITABLE, Entry, Listing},
    discover::Conclusion,
    schema::{notice::Notice, settings::Server},
};
use serde::Serialize;

use super::{moment::second, printable, table::lay_out, words};

/// Whether a notice is about the cache, and not about the settings.
pub(super) fn is_about(notice: &Notice) -> bool {
    [CACHE_UNREADABLE, CACHE_UNWRITABLE].contains(&notice.code)
}

/// That an answer comes from the cache, since when and until when; `None` where it was searched for.
pub(super) fn fact(report: &Report) -> Option<String> {
    let remembered = report.remembered?;
    let found = second(remembered.found);
    Some(match remembered.until {
        Some(until) => format!("from the cache, found {found}, valid until {}", second(until)),
        None => format!("from the cache, found {found}, valid as long as it works"),
    })
}

/// What is to be said on standard error: that the absence of settings comes from the cache, and what
/// is wrong with it.
pub(crate) fn talk(report: &Report) -> String {
    let is_missing = report.conclusion() != Conclusion::Found;
    let mut text = match fact(report).filter(|_| is_missing) {
        Some(fact) => format!("  {fact}\n\nhint: without `--cached` it is searched for\n"),
        None => String::new(),
    };
    text.push_str(&warnings(report.notices().filter(|notice| is_about(notice))));
    text
}

/// Notices as warnings.
pub(crate) fn warnings<'a>(notices: impl Iterator<Item = &'a Notice>) -> String {
    let lines: Vec<String> =
        notices.map(|notice| format!("warning: {}\n", printable(&notice.text))).collect();
    lines.concat()
}

/// How many entries are no more.
pub(crate) fn gone(number: usize) -> String {
    format!("{} forgotten\n", words::count(number, "entry", "entries"))
}

/// A line for each entry, the one that was found last at the end.
pub(crate) fn list(listing: &Listing, now: SystemTime) -> String {
    let row = |entry: &Entry| {
        let until = match entry.until {
            Some(until) if entry.holds_at(now) => format!("until {}", second(until)),
            None if entry.holds_at(now) => "for good".to_owned(),
            _ => "ended".to_owned(),
        };
        let mut row = vec![entry.address.to_string(), second(entry.found), until];
        match &entry.answer {
            Some(answer) => row.extend([
                answer.mechanism().to_owned(),
                answer.trust().as_str().to_owned(),
                servers(answer).map(short).collect::<Vec<_>>().join(", "),
            ]),
            None => row.push("no settings".to_owned()),
        }
        row
    };
    lay_out(&listing.entries.iter().map(row).collect::<Vec<_>>())
}

/// The list as JSON.
pub(crate) fn json(listing: &Listing, now: SystemTime) -> Result<String> {
    let list = ListDocument {
        version: 1,
        entries: listing.entries.iter().map(|entry| Row::new(entry, now)).collect(),
        notices: listing.notice.iter().map(NoticeRow::new).collect(),
    };
    Ok(serde_json::to_string_pretty(&list)?)
}

fn servers(answer: &Answer) -> impl Iterator<Item = &Server> {
    let settings = answer.settings();
    settings.incoming.iter().chain(&settings.outgoing)
}

fn short(server: &Server) -> String {
    let place = server.port.map_or(server.host.clone(), |port| words::place(&server.host, port));
    format!("{} {place} {}", words::protocol(server.protocol), words::security(server.security))
}

/// Field names are the interface: they are added to, never renamed.
#[derive(Serialize)]
struct ListDocument {
    version: u32,
    entries: Vec<Row>,
    notices: Vec<NoticeRow>,
}

#[derive(Serialize)]
struct Row {
    address: String,
    question: String,
    found: String,
    until: Option<String>,
    is_valid: bool,
    outcome: &'static str,
    mechanism: Option<&'static str>,
    trust: Option<&'static str>,
    servers: Vec<ServerRow>,
}

#[derive(Serialize)]
struct ServerRow {
    protocol: &'static str,
    host: String,
    port: Option<u16>,
    security: &'static str,
}

#[derive(Serialize)]
struct NoticeRow {
    code: &'static str,
    text: String,
}

impl Row {
    fn new(entry: &Entry, now: SystemTime) -> Self {
        let answer = entry.answer.as_ref();
        let outcome = if answer.is_some() { Conclusion::Found } else { Conclusion::NotFound };
        Self {
            address: entry.address.to_string(),
            question: entry.question.clone(),
            found: second(entry.found),
            until: entry.until.map(second),
            is_valid: entry.holds_at(now),
            outcome: outcome.as_str(),
            mechanism: answer.map(Answer::mechanism),
            trust: answer.map(|answer| answer.trust().as_str()),
            servers: answer.into_iter().flat_map(servers).map(ServerRow::new).collect(),
        }
    }
}

impl ServerRow {
    fn new(server: &Server) -> Self {
        Self {
            protocol: server.protocol.as_str(),
            host: server.host.clone(),
            port: server.port,
            security: server.security.as_str(),
        }
    }
}

impl NoticeRow {
    fn new(notice: &Notice) -> Self {
        Self { code: notice.code, text: notice.text.clone() }
    }
}
