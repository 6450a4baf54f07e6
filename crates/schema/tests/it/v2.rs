//! What is promised of Autodiscover v2.

use std::fmt::Write as _;

use mailscout_schema::autodiscover::v2::{self, Answer, Protocol, Target, path_and_query};
use mailscout_schema::text::Text;
use mailscout_schema::{Limit, ParseErrorKind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

use crate::properties::SEED;
use crate::{golden::Folder, render};

/// The folder of the fixtures.
const FOLDER: Folder = Folder { name: "autodiscover-v2", extension: "json" };

const ASKED: [Protocol; 3] = [Protocol::ActiveSync, Protocol::Ews, Protocol::AutodiscoverV1];

/// Every document in `fixtures/autodiscover-v2` is read as its `.expected` file says.
#[test]
fn fixtures_are_read_as_expected() {
    FOLDER.check(|_, document| outcome(document));
}

#[test]
fn every_character_of_an_address_is_escaped_for_the_query() {
    let check = |address: &str, email: &str| {
        let asked = path_and_query(&address.parse().unwrap(), &Protocol::ActiveSync, 0);
        let expected = format!(
            "/autodiscover/autodiscover.json?Email={email}&Protocol=ActiveSync&RedirectCount=0"
        );
        assert_eq!(asked, expected);
    };
    check("alice@contoso.example", "alice%40contoso.example");
    check("jo+news&x=%41#?/@contoso.example", "jo%2Bnews%26x%3D%2541%23%3F%2F%40contoso.example");
    check("a-b_c~d.e@contoso.example", "a-b_c~d.e%40contoso.example");
    check("jürgen@bücher.example", "j%C3%BCrgen%40xn--bcher-kva.example");
    check("\"a b\"@contoso.example", "%22a%20b%22%40contoso.example");
    let odd = Text::new("a&b").map(Protocol::from).unwrap();
    let asked = path_and_query(&"a@contoso.example".parse().unwrap(), &odd, 10);
    assert!(asked.ends_with("&Protocol=a%26b&RedirectCount=10"), "{asked}");
}

#[test]
fn a_long_document_is_refused_before_it_is_read() {
    let document = format!("{{\"Url\":\"https://a.example/\"{}}}", " ".repeat(512 * 1024));
    let kind = v2::read(document.as_bytes()).unwrap_err().kind();
    assert_eq!(kind, ParseErrorKind::OverLimit(Limit::Bytes));
}

fn outcome(document: &[u8]) -> String {
    let mut out = String::new();
    match v2::read(document) {
        Err(error) => render::refusal(&mut out, &error),
        Ok(Answer::Endpoint(endpoint)) => {
            let protocol = endpoint.protocol.as_ref().map_or("no protocol", Protocol::as_str);
            writeln!(out, "{protocol}: {}", endpoint.url).unwrap();
            for asked in &ASKED {
                let target = match endpoint.target(asked) {
                    Some(Target::Service(service)) => {
                        assert_eq!(service.scope, None);
                        format!("the service {} at {}", service.kind, service.url)
                    }
                    Some(Target::Pox(url)) => format!("the plain XML at {url}"),
                    Some(other) => panic!("unknown target {other:?}"),
                    None => "nothing".to_owned(),
                };
                writeln!(out, "  asked for {asked}: {target}").unwrap();
            }
        }
        Ok(Answer::Refused(refusal)) => {
            let (code, message) = (refusal.code.as_deref(), refusal.message.as_deref());
            writeln!(out, "refused by the server: {code:?}: {message:?}").unwrap();
        }
        Ok(other) => panic!("unknown answer {other:?}"),
    }
    out
}

fn check_document(document: &[u8]) {
    if let Ok(Answer::Endpoint(endpoint)) = v2::read(document) {
        let url = url::Url::parse(&endpoint.url).unwrap();
        assert!(url.scheme() == "https" && url.username().is_empty() && url.password().is_none());
        assert!(endpoint.url.is_ascii());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn the_query_gives_the_address_back(local in "[^@\\s\\p{C}\"]{1,12}") {
        if let Ok(address) = format!("{local}@contoso.example").parse() {
            let asked = path_and_query(&address, &Protocol::Ews, 3);
            prop_assert!(asked.is_ascii());
            let url = url::Url::parse(&format!("https://x.example{asked}")).unwrap();
            let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            let expected = [
                ("Email".to_owned(), address.to_string()),
                ("Protocol".to_owned(), "Ews".to_owned()),
                ("RedirectCount".to_owned(), "3".to_owned()),
            ];
            prop_assert_eq!(pairs, expected);
            prop_assert_eq!(url.fragment(), None);
        }
    }

    #[test]
    fn no_mutation_of_a_fixture_breaks_a_promise(
        start in any::<Index>(), flips in vec((any::<Index>(), any::<u8>()), 1..4), cut in any::<Index>()
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
    fn no_bytes_break_a_promise(bytes in vec(any::<u8>(), 0..200)) {
        check_document(&bytes);
    }

    #[test]
    fn no_url_but_https_is_taken(url in "(https?|HTTPS|ftp)://[a-z@:%{}.]{0,20}/?\\PC{0,5}") {
        let quoted = url.replace('\\', "\\\\").replace('"', "\\\"");
        check_document(format!("{{\"Url\":\"{quoted}\"}}").as_bytes());
    }
}
