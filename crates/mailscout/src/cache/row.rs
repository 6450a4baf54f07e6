//! Entries as a file has them: JSON, version 1. What is read is anybody's text until it is checked.

use std::time::{Duration, SystemTime};

use mailscout_discover::{Found, Hop, Trust, TrustWord};
use mailscout_schema::{
    address::EmailAddress,
    notice::Notice,
    settings::{AccountSettings, Server},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    codes,
    entry::{Answer, Entry, GUESS},
};

/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;

/// The whole file. Its first name says whose it is.
#[derive(Deserialize, Serialize)]
struct Content<T> {
    #[serde(rename = "mailscout-cache")]
    version: u32,
    entries: T,
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "mailscout-cache")]
    version: u32,
}

#[derive(Deserialize, Serialize)]
struct EntryRow {
    address: String,
    question: String,
    /// Seconds since the beginning of 1970.
    found: u64,
    until: Option<u64>,
    answer: Option<AnswerRow>,
    notices: Vec<NoticeRow>,
}

#[derive(Deserialize, Serialize)]
struct AnswerRow {
    mechanism: String,
    trust: String,
    url: String,
    /// The address that the settings are for.
    address: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_provable: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hops: Vec<HopRow>,
    /// The table that was guessed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    settings: AccountSettings,
}

#[derive(Deserialize, Serialize)]
struct HopRow {
    kind: String,
    from: String,
    to: String,
    is_authenticated: bool,
    consent: String,
}

#[derive(Deserialize, Serialize)]
struct NoticeRow {
    code: String,
    text: String,
}

/// Reads a file.
///
/// # Errors
///
/// What is wrong with it, as a sentence. Nothing is taken of a file that is wrong in one place.
pub(super) fn read(content: &[u8]) -> Result<Vec<Entry>, String> {
    match serde_json::from_slice::<Content<Vec<EntryRow>>>(content) {
        Ok(read) if read.version == VERSION => {
            let entries: Option<Vec<Entry>> = read.entries.into_iter().map(entry).collect();
            entries.ok_or_else(impossible)
        }
        read => Err(match (serde_json::from_slice::<Head>(content), read) {
            (Ok(head), _) if head.version != VERSION => {
                format!("it is of version {}, and version {VERSION} is needed", head.version)
            }
            (_, Err(error)) => damaged(&error),
            (_, Ok(_)) => "it is no cache".to_owned(),
        }),
    }
}

/// Reads those entries of a file that may be this address's. The others are skipped over: only the
/// file as a whole has to be JSON.
///
/// # Errors
///
/// As [`read`].
pub(super) fn read_some(content: &[u8], address: &EmailAddress) -> Result<Vec<Entry>, String> {
    let Ok(sketch) = serde_json::from_slice::<Content<Vec<&RawValue>>>(content) else {
        return read(content);
    };
    if sketch.version != VERSION {
        return read(content);
    }
    let name = serde_json::to_string(&address.to_string()).unwrap_or_default();
    let some = sketch.entries.into_iter().filter(|entry| entry.get().contains(&name));
    let rows: Result<Vec<EntryRow>, _> = some.map(|row| serde_json::from_str(row.get())).collect();
    let rows = rows.map_err(|error| damaged(&error))?;
    rows.into_iter().map(entry).collect::<Option<_>>().ok_or_else(impossible)
}

fn damaged(error: &serde_json::Error) -> String {
    format!("it is damaged or no cache ({error})")
}

fn impossible() -> String {
    "an entry in it cannot be one".to_owned()
}

/// Writes a file of at most `max_bytes`, without the oldest entries where there are too many.
pub(super) fn write(entries: &[Entry], max_bytes: u64) -> Result<Vec<u8>, serde_json::Error> {
    let mut rest = entries;
    loop {
        let rows: Vec<EntryRow> = rest.iter().map(EntryRow::of).collect();
        let content = serde_json::to_vec(&Content { version: VERSION, entries: rows })?;
        if content.len() as u64 <= max_bytes || rest.is_empty() {
            return Ok(content);
        }
        rest = rest.get(rest.len().div_ceil(8)..).unwrap_or_default();
    }
}

impl EntryRow {
    fn of(entry: &Entry) -> Self {
        Self {
            address: entry.address.to_string(),
            question: entry.question.clone(),
            found: seconds(entry.found),
            until: entry.until.map(seconds),
            answer: entry.answer.as_ref().map(|answer| AnswerRow::of(answer, entry)),
            notices: entry.notices.iter().map(NoticeRow::of).collect(),
        }
    }
}

impl AnswerRow {
    fn of(answer: &Answer, entry: &Entry) -> Self {
        let row = Self {
            mechanism: answer.mechanism().to_owned(),
            trust: answer.trust().as_str().to_owned(),
            url: String::new(),
            address: entry.address.to_string(),
            is_provable: false,
            hops: Vec::new(),
            profile: None,
            settings: answer.settings().clone(),
        };
        match answer {
            Answer::Guess { profile, .. } => {
                Self { profile: Some(profile.as_str().to_owned()), ..row }
            }
            Answer::Document(found) => Self {
                url: found.url.clone(),
                address: found.address.to_string(),
                is_provable: found.is_provable,
                hops: found.hops.iter().map(HopRow::of).collect(),
                ..row
            },
        }
    }
}

impl HopRow {
    fn of(hop: &Hop) -> Self {
        Self {
            kind: hop.kind.as_str().to_owned(),
            from: hop.from.clone(),
            to: hop.to.clone(),
            is_authenticated: hop.is_authenticated,
            consent: hop.consent.as_str().to_owned(),
        }
    }
}

impl NoticeRow {
    fn of(notice: &Notice) -> Self {
        Self { code: notice.code.to_owned(), text: notice.to_string() }
    }
}

fn entry(row: EntryRow) -> Option<Entry> {
    let until = match row.until {
        Some(until) => Some(moment(until)?),
        None => None,
    };
    let answer = match row.answer {
        Some(row) => Some(answer(row)?),
        None => None,
    };
    let mut entry =
        Entry::new(row.address.parse().ok()?, row.question, moment(row.found)?, until, answer);
    let notices = row.notices.into_iter();
    entry.notices =
        notices.map(|notice| Notice::new(codes::known(&notice.code), notice.text)).collect();
    Some(entry)
}

fn answer(row: AnswerRow) -> Option<Answer> {
    let AnswerRow { settings, .. } = row;
    let mut servers = settings.incoming.iter().chain(&settings.outgoing);
    if settings.is_empty() || !servers.all(is_possible) {
        return None;
    }
    if row.mechanism == GUESS {
        let profile = row.profile?.parse().ok()?;
        return Some(Answer::Guess { settings: Box::new(settings), profile });
    }
    // No word of a file makes a connection without encryption anything else.
    let word = match row.trust.parse().ok()? {
        _ if settings.first_choice_is_plain() => TrustWord::Unauthenticated,
        word => word,
    };
    let hops: Option<Vec<Hop>> = row.hops.into_iter().map(hop).collect();
    let (mechanism, address) = (row.mechanism.parse().ok()?, row.address.parse().ok()?);
    let mut found =
        Found::remembered(settings, mechanism, row.url, address, Trust::remembered(word));
    found.is_provable = row.is_provable;
    found.hops = hops?;
    Some(Answer::Document(Box::new(found)))
}

fn hop(row: HopRow) -> Option<Hop> {
    let (kind, consent) = (row.kind.parse().ok()?, row.consent.parse().ok()?);
    Some(Hop::new(kind, row.from, row.to, row.is_authenticated, consent))
}

/// Whether a server is one that a source could have named.
fn is_possible(server: &Server) -> bool {
    let is_name = |byte: u8| byte.is_ascii_graphic();
    let is_host = (1..=MAX_HOST).contains(&server.host.len()) && server.host.bytes().all(is_name);
    is_host && server.port != Some(0) && !server.authentication.is_empty()
}

/// The longest host: one `guid@domain` of Exchange.
const MAX_HOST: usize = 320;

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// A moment that calendars have.
fn moment(seconds: u64) -> Option<SystemTime> {
    if seconds > LAST_SECOND {
        return None;
    }
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// The last second of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;
