//! Every document in `fixtures/autodiscover` is read as its `.expected` file says.

use mailscout_schema::autodiscover::{self, ExchangeElement};

use crate::{golden::Folder, render};

/// The folder of the fixtures.
pub(crate) const FOLDER: Folder = Folder { name: "autodiscover", extension: "xml" };

#[test]
fn every_document_is_read_as_expected() {
    FOLDER.check(|_, document| render::outcome(document));
}

#[test]
fn every_answer_reads_back_from_what_is_written() {
    for (name, document) in FOLDER.documents() {
        let Ok(reading) = autodiscover::read(&document) else {
            continue;
        };
        let again = autodiscover::read(reading.response.to_xml().as_bytes()).unwrap();
        assert_eq!(again.response, reading.response, "{name}");
    }
}

#[test]
fn the_largest_document_has_every_element_and_is_written_as_it_stands() {
    let document = FOLDER.text("exchange-full");
    for element in ExchangeElement::ALL {
        assert!(document.contains(&format!("<{element}>")), "{element}");
    }
    let reading = autodiscover::read(document.as_bytes()).unwrap();
    assert_eq!(reading.notices, []);
    assert_eq!(reading.response.to_xml(), document);
}
