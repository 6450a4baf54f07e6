//! What is promised of answers for ActiveSync.

use std::fmt::Write as _;

use mailscout_schema::ParseErrorKind;
use mailscout_schema::autodiscover::mobile_sync::{
    self, Answer, Failure, Response, Server, ServerType, User, lower,
};
use mailscout_schema::autodiscover::{self, Request};
use mailscout_schema::settings::{Lifetime, ServiceKind};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::properties::SEED;
use crate::round_trip::{server_error, text};
use crate::{fixtures, golden::Folder, render};

/// The folder of the fixtures.
pub(crate) const FOLDER: Folder = Folder { name: "autodiscover-mobilesync", extension: "xml" };

/// Every document in `fixtures/autodiscover-mobilesync` is read as its `.expected` file says.
#[test]
fn fixtures_are_read_as_expected() {
    FOLDER.check(|_, document| outcome(document));
}

#[test]
fn the_fullest_answer_is_written_as_it_stands() {
    let document = FOLDER.text("full");
    let reading = mobile_sync::read(document.as_bytes()).unwrap();
    assert_eq!(reading.notices, []);
    assert_eq!(reading.response.to_xml(), document);
}

#[test]
fn neither_schema_is_taken_for_the_other() {
    for (name, document) in FOLDER.documents() {
        let Ok(reading) = mobile_sync::read(&document) else {
            continue;
        };
        let as_outlook = autodiscover::read(&document).map(|reading| reading.response.answer);
        match reading.response.answer {
            Answer::Error(error) => {
                assert_eq!(as_outlook.unwrap(), autodiscover::Answer::Error(error), "{name}");
            }
            // Outlook's reader prefers the error of the frame, for it knows no such settings.
            _ if name == "error-beside-settings" => assert!(as_outlook.is_ok()),
            _ => {
                let kind = as_outlook.unwrap_err().kind();
                assert_eq!(kind, ParseErrorKind::MobileSync, "{name}");
            }
        }
    }
    for (name, document) in fixtures::FOLDER.documents() {
        if let Ok(reading) = autodiscover::read(&document)
            && matches!(reading.response.answer, autodiscover::Answer::Account(_))
        {
            // An error beside the account is the same in both schemas.
            let answer = mobile_sync::read(&document).map(|reading| reading.response.answer);
            assert!(matches!(answer, Err(_) | Ok(Answer::Error(_))), "{name}: {answer:?}");
        }
    }
}

#[test]
fn a_request_is_in_the_namespace_of_its_schema() {
    let request = Request::mobile_sync(&"o'brien&co@contoso.example".parse().unwrap());
    let expected = "\
<?xml version=\"1.0\" encoding=\"utf-8\"?>
<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006\">
  <Request>
    <EMailAddress>o'brien&amp;co@contoso.example</EMailAddress>
    <AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006</AcceptableResponseSchema>
  </Request>
</Autodiscover>
";
    assert_eq!(request.to_xml(), expected);
    assert_eq!(Request::read(expected.as_bytes()).unwrap(), request);
}

fn outcome(document: &[u8]) -> String {
    let mut out = String::new();
    match mobile_sync::read(document) {
        Err(error) => render::refusal(&mut out, &error),
        Ok(reading) => {
            match &reading.response.answer {
                Answer::Settings(servers) => {
                    writeln!(out, "settings: {} servers", servers.len()).unwrap();
                    let lowered = lower(&reading.response);
                    let settings = &lowered.settings;
                    render::settings(&mut out, settings, settings, Lifetime::default());
                    render::notices(&mut out, "lowering", &lowered.notices);
                }
                Answer::Redirect(address) => {
                    writeln!(out, "redirect to the address {address}").unwrap();
                }
                Answer::Failure(failure) => {
                    let message = failure.message.as_deref().unwrap_or_default();
                    writeln!(out, "failure {:?}: {message}", failure.status).unwrap();
                }
                Answer::Error(error) => {
                    let message = error.message.as_deref().unwrap_or_default();
                    writeln!(out, "error {:?}: {message}", error.code).unwrap();
                }
            }
            render::notices(&mut out, "reading", &reading.notices);
        }
    }
    out
}

/// Reads a document and holds the outcome to what every outcome keeps.
pub(crate) fn check_document(document: &[u8]) {
    let Ok(reading) = mobile_sync::read(document) else {
        return;
    };
    assert!(reading.notices.len() <= 33, "{} notices", reading.notices.len());
    if let Ok(again) = mobile_sync::read(reading.response.to_xml().as_bytes()) {
        assert_eq!(again.response, reading.response);
    }
    check_lowering(&reading.response);
}

fn check_lowering(response: &Response) {
    let lowered = lower(response);
    assert!(!lowered.settings.has_mail_servers());
    for service in &lowered.settings.services {
        assert_eq!(service.kind, ServiceKind::ActiveSync);
        let url = url::Url::parse(&service.url).unwrap();
        assert!(url.scheme() == "https" && url.username().is_empty() && url.password().is_none());
    }
}

fn server() -> impl Strategy<Value = Server> {
    let kinds = vec!["MobileSync", "certenroll", "Teapot"];
    let urls = vec!["https://m.contoso.example/a", "http://m.contoso.example/", "https://%X%/"];
    let word = |words: Vec<&'static str>| {
        let known = proptest::sample::select(words);
        prop_oneof![
            2 => known.prop_map(|word| mailscout_schema::text::Text::new(word).unwrap()),
            1 => text(),
        ]
    };
    (of(word(kinds)), of(word(urls)), of(text()), of(text())).prop_map(|fields| {
        let mut server = Server::default();
        server.kind = fields.0.map(ServerType::from);
        (server.url, server.name, server.server_data) = (fields.1, fields.2, fields.3);
        server
    })
}

fn response() -> impl Strategy<Value = Response> {
    let failure = (of(any::<u32>()), of(text()), of(text())).prop_map(|fields| {
        let mut failure = Failure::default();
        (failure.status, failure.message, failure.debug_data) = fields;
        failure
    });
    let answer = prop_oneof![
        4 => vec(server(), 0..4).prop_map(Answer::Settings),
        1 => text().prop_map(Answer::Redirect),
        1 => failure.prop_map(Answer::Failure),
        1 => server_error().prop_map(Answer::Error),
    ];
    (of(text()), of(text()), of(text()), answer).prop_map(|(culture, name, address, answer)| {
        let mut response = Response::new(answer);
        response.culture = culture;
        let mut user = User::default();
        (user.display_name, user.email_address) = (name, address);
        response.user = user;
        response
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn every_answer_reads_back_from_its_text(response in response()) {
        let text = response.to_xml();
        let reading = mobile_sync::read(text.as_bytes()).expect(&text);
        prop_assert_eq!(&reading.response, &response, "{}", text);
        prop_assert_eq!(reading.response.to_xml(), text);
        check_lowering(&response);
    }
}
