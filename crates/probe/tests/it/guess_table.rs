//! The guess table against the transcription of Microsoft's page, and against its golden files.
//!
//! `cargo xtask fixtures --bless` rewrites the expansions and the page, never the transcription,
//! and nothing at all while the two differ.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use mailscout_probe::guess::{self, NameForm, Profile, Row};
use mailscout_schema::{address::EmailAddress, settings::Security};

use crate::guess_render;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn folder() -> PathBuf {
    Path::new(ROOT).join("fixtures/guess-table")
}

/// The rows of the page, in its own words.
fn transcribed() -> Vec<String> {
    let text = fs::read_to_string(folder().join("outlook2010.tsv")).unwrap();
    let mut lines = text.lines().map(str::to_owned);
    assert_eq!(lines.next().unwrap(), "protocol\tserver\tuser name\tport\tencryption\tSPA");
    lines.collect()
}

/// A row in the words of the page.
fn in_words_of_the_page(row: &Row) -> String {
    let login = row.login.as_ref();
    let user = match login.map(|login| login.form) {
        Some(NameForm::FullAddress) => "email@domain",
        Some(_) => "email",
        None => "anonymous",
    };
    let encryption = match row.security {
        Security::Tls => "SSL",
        Security::StartTls => "TLS",
        _ => "none",
    };
    let spa = match login.map(|login| login.spa) {
        Some(true) => "SPA",
        Some(false) => "no SPA",
        None => "n/a",
    };
    let protocol = row.protocol.as_str().to_uppercase();
    let server = row.host.replace("contoso.example", "domain");
    format!("{protocol}\t{server}\t{user}\t{}\t{encryption}\t{spa}", row.port)
}

#[track_caller]
fn check_transcription() {
    let address: EmailAddress = "alice@contoso.example".parse().unwrap();
    let rows = guess::expand(&address, Profile::Outlook2010);
    let expanded: Vec<_> = rows.iter().map(in_words_of_the_page).collect();
    let transcribed = transcribed();
    for (index, (expanded, transcribed)) in expanded.iter().zip(&transcribed).enumerate() {
        assert_eq!(expanded, transcribed, "row {}", index + 1);
    }
    assert_eq!((expanded.len(), transcribed.len()), (215, 215));
}

#[test]
fn outlook2010_is_the_transcribed_table_row_by_row() {
    check_transcription();
}

/// `PROFILE-DOMAIN.json` in the folder: found, not listed.
fn expansions() -> BTreeSet<String> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let json = files.filter(|path| path.extension().is_some_and(|found| found == "json"));
    json.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_expansion_is_what_the_address_of_its_name_gives() {
    let names = expansions();
    for profile in Profile::all() {
        let stem = format!("{profile}-contoso.example");
        assert!(names.contains(&stem), "{stem}.json is missing");
    }
    let mut wrong = Vec::new();
    for name in names {
        let (profile, domain) = name.split_once('-').expect("PROFILE-DOMAIN.json");
        let profile = profile.parse().expect("a profile");
        let address = format!("alice@{domain}").parse().expect("an address");
        let path = folder().join(format!("{name}.json"));
        wrong.extend(golden(&path, &guess_render::json(&address, profile)));
    }
    assert!(wrong.is_empty(), "{}\n`cargo xtask fixtures --bless` rewrites them", wrong.join("\n"));
}

#[test]
fn the_page_shows_both_profiles_as_they_are() {
    let path = Path::new(ROOT).join("docs/guess-table.md");
    let wrong = golden(&path, &guess_render::page());
    assert_eq!(wrong, None, "`cargo xtask fixtures --bless` rewrites it");
}

/// The first line in which a golden file differs; rewrites it first when told to.
#[expect(clippy::disallowed_methods, reason = "the one switch that rewrites expectations")]
fn golden(path: &Path, got: &str) -> Option<String> {
    if std::env::var_os("MAILSCOUT_BLESS").is_some_and(|value| value == "1") {
        check_transcription();
        fs::write(path, got).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == got {
        return None;
    }
    let (mut expected, mut got) = (expected.lines(), got.lines());
    let mut line = 1;
    loop {
        match (expected.next(), got.next()) {
            (Some(a), Some(b)) if a == b => line += 1,
            (a, b) => {
                let name = path.display();
                return Some(format!(
                    "{name}:{line}\n- {}\n+ {}",
                    a.unwrap_or(""),
                    b.unwrap_or("")
                ));
            }
        }
    }
}
