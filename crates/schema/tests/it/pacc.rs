//! What is promised of PACC documents.

use std::fmt::Write as _;
use std::fs;

use mailscout_schema::pacc::{self, Document, Logo, Record, digest_matches, lower};
use mailscout_schema::settings::{Lifetime, Security};
use mailscout_schema::text::Text;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

use crate::properties::SEED;
use crate::round_trip::text;
use crate::{golden::Folder, render};

/// The folder of the fixtures. A document may have a `.txt` beside it: the texts of the records in
/// DNS, one a line.
const FOLDER: Folder = Folder { name: "pacc", extension: "json" };

/// Every document in `fixtures/pacc` is read as its `.expected` file says.
#[test]
fn fixtures_are_read_as_expected() {
    FOLDER.check(outcome);
}

#[test]
fn the_largest_document_is_written_as_it_stands() {
    let document = FOLDER.text("full");
    let reading = pacc::read(document.as_bytes()).unwrap();
    assert_eq!(reading.notices, []);
    assert_eq!(reading.document.to_json(), document);
}

fn outcome(name: &str, document: &[u8]) -> String {
    let mut out = String::new();
    if let Ok(records) = fs::read_to_string(FOLDER.path(name, "txt")) {
        let records: Vec<&str> = records.lines().collect();
        for record in &records {
            let read = match record.parse::<Record>() {
                Ok(record) if record.matches(document) => "this document's".to_owned(),
                Ok(_) => "another document's".to_owned(),
                Err(error) => format!("skipped, {error}"),
            };
            writeln!(out, "record `{record}`: {read}").unwrap();
        }
        let may = if digest_matches(&records, document) { "may" } else { "must not" };
        writeln!(out, "the document {may} be used").unwrap();
    }
    match pacc::read(document) {
        Err(error) => render::refusal(&mut out, &error),
        Ok(reading) => {
            let lowered = lower(&reading.document, &"alice@contoso.example".parse().unwrap());
            let settings = &lowered.settings;
            out += "settings\n";
            render::settings(&mut out, settings, settings, Lifetime::default());
            render::notices(&mut out, "lowering", &lowered.notices);
            render::notices(&mut out, "reading", &reading.notices);
        }
    }
    out
}

fn check_document(document: &[u8]) {
    let Ok(reading) = pacc::read(document) else {
        return;
    };
    let again = pacc::read(reading.document.to_json().as_bytes()).unwrap();
    assert_eq!(again.document, reading.document);
    check_lowering(&reading.document);
}

fn check_lowering(document: &Document) {
    let lowered = lower(document, &"a/b?@contoso.example".parse().unwrap());
    let settings = &lowered.settings;
    for server in settings.incoming.iter().chain(&settings.outgoing) {
        assert_eq!(server.security, Security::Tls);
        assert!(matches!(server.port, Some(993 | 995 | 465)));
        assert!(!server.authentication.is_empty());
        assert!(server.host.parse::<mailscout_schema::address::Domain>().is_ok());
    }
    for service in &settings.services {
        let url = url::Url::parse(&service.url).unwrap();
        assert!(url.username().is_empty() && url.password().is_none());
        assert!(url.scheme() == "sieve" || (url.scheme() == "https" && url.port().is_none()));
    }
}

fn document() -> impl Strategy<Value = Document> {
    let logo = (text(), of(text())).prop_map(|(url, content_type)| {
        let mut logo = Logo::new(url);
        logo.content_type = content_type;
        logo
    });
    let places: Vec<&str> = vec![
        "imap.contoso.example",
        "https://x.example/",
        "https://x.example:1/",
        "https://x.example",
    ];
    let place = prop_oneof![
        2 => proptest::sample::select(places).prop_map(|place| Text::new(place).unwrap()),
        1 => text(),
    ];
    let hosts = vec(of(place), 9);
    let ways = (of(text()), of(any::<bool>()));
    let help = (of(text()), of(text()), vec(text(), 0..3));
    (hosts, ways, (of(text()), of(text()), vec(logo, 0..3)), help).prop_map(
        |(mut places, ways, provider, help)| {
            let mut document = Document::default();
            let protocols = &mut document.protocols;
            for place in [
                &mut protocols.jmap,
                &mut protocols.imap,
                &mut protocols.pop3,
                &mut protocols.submit,
                &mut protocols.smtp,
                &mut protocols.manage_sieve,
                &mut protocols.cal_dav,
                &mut protocols.card_dav,
                &mut protocols.web_dav,
            ] {
                *place = places.pop().flatten();
            }
            (document.authentication.oauth_issuer, document.authentication.password) = ways;
            let info = &mut document.info;
            (info.provider.name, info.provider.short_name, info.provider.logos) = provider;
            (info.help.documentation, info.help.developer, info.help.contacts) = help;
            document
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn every_document_reads_back_from_its_text(document in document()) {
        let text = document.to_json();
        let reading = pacc::read(text.as_bytes()).expect(&text);
        prop_assert_eq!(&reading.document, &document, "{}", text);
        prop_assert_eq!(&reading.notices, &[]);
        check_lowering(&document);
    }

    #[test]
    fn no_mutation_of_a_fixture_breaks_a_promise(
        start in any::<Index>(), flips in vec((any::<Index>(), any::<u8>()), 1..6), cut in any::<Index>()
    ) {
        let all = FOLDER.documents();
        let (_, mut document) = all[start.index(all.len())].clone();
        for (at, bits) in flips {
            if !document.is_empty() {
                let at = at.index(document.len());
                document[at] ^= bits;
            }
        }
        check_document(&document);
        document.truncate(cut.index(document.len() + 1));
        check_document(&document);
    }

    #[test]
    fn no_bytes_and_no_record_break_a_promise(bytes in vec(any::<u8>(), 0..200), record in "\\PC{0,60}") {
        check_document(&bytes);
        drop(record.parse::<Record>());
        let record = Record::of(&bytes);
        prop_assert_eq!(record.to_string().parse::<Record>(), Ok(record));
    }
}
