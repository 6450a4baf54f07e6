//! Every document in `fixtures/autodiscover` is read as its `.expected` file says.

use std::{collections::BTreeSet, fs, path::Path};

use mailscout_schema::autodiscover::{self, ExchangeElement};

use crate::render;

/// The folder of the fixtures.
pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/autodiscover");

/// Every document with its name, sorted.
pub(crate) fn documents() -> Vec<(String, Vec<u8>)> {
    let names = names("xml");
    assert!(!names.is_empty(), "there is no fixture in {FOLDER}");
    let read = |name: String| {
        let document = fs::read(Path::new(FOLDER).join(format!("{name}.xml"))).unwrap();
        (name, document)
    };
    names.into_iter().map(read).collect()
}

fn names(extension: &str) -> BTreeSet<String> {
    let files = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let of_kind = files.filter(|path| path.extension().is_some_and(|found| found == extension));
    of_kind.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the one switch that rewrites expectations")]
fn every_document_is_read_as_expected() {
    let bless = std::env::var_os("MAILSCOUT_BLESS").is_some_and(|value| value == "1");
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for (name, document) in documents() {
        let path = Path::new(FOLDER).join(format!("{name}.expected"));
        let got = render::outcome(&document);
        if bless {
            fs::write(&path, &got).unwrap();
        }
        match fs::read_to_string(&path) {
            Err(_) => wrong.push(format!("{name}.xml has no {name}.expected")),
            Ok(expected) if expected == got => {}
            Ok(expected) => {
                wrong.push(format!("{name}\n--- expected\n{expected}--- got\n{got}"));
            }
        }
        known.insert(name);
    }
    for orphan in names("expected").difference(&known) {
        wrong.push(format!("{orphan}.expected has no {orphan}.xml"));
    }
    assert!(wrong.is_empty(), "{}\nMAILSCOUT_BLESS=1 rewrites expectations", wrong.join("\n"));
}

#[test]
fn every_answer_reads_back_from_what_is_written() {
    for (name, document) in documents() {
        let Ok(reading) = autodiscover::read(&document) else {
            continue;
        };
        let again = autodiscover::read(reading.response.to_xml().as_bytes()).unwrap();
        assert_eq!(again.response, reading.response, "{name}");
    }
}

#[test]
fn the_largest_document_has_every_element_and_is_written_as_it_stands() {
    let document = fs::read_to_string(Path::new(FOLDER).join("exchange-full.xml")).unwrap();
    for element in ExchangeElement::ALL {
        assert!(document.contains(&format!("<{element}>")), "{element}");
    }
    let reading = autodiscover::read(document.as_bytes()).unwrap();
    assert_eq!(reading.notices, []);
    assert_eq!(reading.response.to_xml(), document);
}
