//! What holds for every document, however broken. The functions use the public API alone, so that
//! a fuzzer can take this file in.

use mailscout_schema::autodiscover::{
    self, DefaultUserName, LowerOptions, Outcome, Request, lower,
};
use mailscout_schema::settings::Security;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

use crate::{autoconfig, fixtures, mobile_sync, soap};

/// Reads a document as every kind and holds the outcome to what every outcome keeps.
pub(crate) fn check_document(document: &[u8]) {
    autoconfig::properties::check_document(document);
    mobile_sync::check_document(document);
    soap::check_document(document);
    check_answer(document);
}

/// Reads a document as one of Autodiscover's plain XML.
fn check_answer(document: &[u8]) {
    drop(Request::read(document));
    let Ok(reading) = autodiscover::read(document) else {
        return;
    };
    assert!(reading.notices.len() <= 33, "{} notices", reading.notices.len());
    assert!(reading.notices.is_sorted_by_key(|notice| {
        notice.position.unwrap_or(mailscout_schema::Position::new(u32::MAX, 0))
    }));
    let again = autodiscover::read(reading.response.to_xml().as_bytes());
    if let Ok(again) = again {
        assert_eq!(again.response, reading.response);
    }
    let Outcome::Settings(account) = reading.response.outcome() else {
        return;
    };
    let address = "alice@contoso.example".parse().unwrap();
    for form in [DefaultUserName::FullAddress, DefaultUserName::LocalPart] {
        let mut options = LowerOptions::default();
        options.default_user_name = form;
        let lowered = lower(account, &reading.response.user, &address, options);
        let servers = lowered.settings.incoming.iter().chain(&lowered.settings.outgoing);
        for server in servers {
            assert!(!server.authentication.is_empty() && !server.username.is_empty());
            assert!(!server.host.is_empty() && server.host.len() <= 320);
            assert!(!server.host.contains(|c: char| c.is_whitespace() || c.is_control()));
            let plain = server.security == Security::Plain;
            assert!(!plain || lowered.notices.iter().any(|notice| notice.code == "plaintext"));
        }
    }
}

/// The start of every random sequence, so that a failure comes again.
pub(crate) const SEED: u64 = 2010;

/// The fixtures of every kind of document in XML.
fn documents() -> Vec<(String, Vec<u8>)> {
    let mut documents = fixtures::FOLDER.documents();
    documents.extend(autoconfig::FOLDER.documents());
    documents.extend(mobile_sync::FOLDER.documents());
    documents.extend(soap::FOLDER.documents());
    documents
}

/// What is done to a fixture.
#[derive(Clone, Debug)]
enum Mutation {
    Flip(Index, u8),
    Cut(Index),
    Delete(Index, Index),
    Double(Index, Index),
    Splice(Index, Index, Index, Index),
    Swap(Index, Index, Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let index = || any::<Index>();
    prop_oneof![
        4 => (index(), any::<u8>()).prop_map(|(at, bits)| Mutation::Flip(at, bits)),
        1 => index().prop_map(Mutation::Cut),
        2 => (index(), index()).prop_map(|(from, to)| Mutation::Delete(from, to)),
        2 => (index(), index()).prop_map(|(from, to)| Mutation::Double(from, to)),
        2 => (index(), index(), index(), index())
            .prop_map(|(other, from, to, at)| Mutation::Splice(other, from, to, at)),
        3 => (index(), index(), index()).prop_map(|(from, other, at)| Mutation::Swap(from, other, at)),
    ]
}

fn apply(document: &mut Vec<u8>, mutation: &Mutation, all: &[(String, Vec<u8>)]) {
    if document.is_empty() {
        return;
    }
    let place = |index: &Index, document: &[u8]| index.index(document.len());
    let range = |from: &Index, to: &Index, document: &[u8]| {
        let (a, b) = (place(from, document), place(to, document));
        a.min(b)..a.max(b).min(a.min(b) + 4000)
    };
    match mutation {
        Mutation::Flip(at, bits) => {
            let at = place(at, document);
            document[at] ^= bits;
        }
        Mutation::Cut(at) => document.truncate(place(at, document)),
        Mutation::Delete(from, to) => drop(document.drain(range(from, to, document))),
        Mutation::Double(from, to) => {
            let part = document[range(from, to, document)].to_vec();
            let at = place(to, document);
            document.splice(at..at, part);
        }
        Mutation::Splice(other, from, to, at) => {
            let (_, other) = &all[other.index(all.len())];
            if !other.is_empty() {
                let part = other[range(from, to, other)].to_vec();
                let at = place(at, document);
                document.splice(at..at, part);
            }
        }
        // A whole tag or text in the place of another: the document stays close to well-formed.
        Mutation::Swap(from, other, at) => {
            let (_, other) = &all[other.index(all.len())];
            let parts: Vec<&[u8]> = other.split_inclusive(|byte| *byte == b'>').collect();
            if !parts.is_empty() {
                let part = parts[from.index(parts.len())].to_vec();
                let at = place(at, document);
                let at =
                    document[..at].iter().rposition(|byte| *byte == b'>').map_or(at, |at| at + 1);
                document.splice(at..at, part);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_of_a_fixture_breaks_a_promise(
        start in any::<Index>(), mutations in prop::collection::vec(mutation(), 1..6)
    ) {
        thread_local! {
            static ALL: Vec<(String, Vec<u8>)> = documents();
        }
        ALL.with(|all| {
            let (_, mut document) = all[start.index(all.len())].clone();
            for mutation in &mutations {
                apply(&mut document, mutation, all);
            }
            check_document(&document);
        });
    }

    #[test]
    fn no_bytes_break_a_promise(document in prop::collection::vec(any::<u8>(), 0..400)) {
        check_document(&document);
    }
}

#[test]
fn every_fixture_cut_at_any_place_keeps_the_promises() {
    for (_, document) in documents() {
        let step = document.len() / 150 + 1;
        for end in (0..document.len()).step_by(step) {
            check_document(&document[..end]);
        }
    }
}
