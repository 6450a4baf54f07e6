//! What is promised of `clientConfig` documents.

use std::fmt::Write as _;

use mailscout_schema::autoconfig::{self, LowerOptions, Role, lower};
use mailscout_schema::settings::Lifetime;

use crate::{golden::Folder, render};

pub(crate) mod properties;

/// The folder of the fixtures.
pub(crate) const FOLDER: Folder = Folder { name: "autoconfig", extension: "xml" };

/// Every document in `fixtures/autoconfig` is read as its `.expected` file says.
#[test]
fn fixtures_are_read_as_expected() {
    FOLDER.check(|_, document| outcome(document));
}

#[test]
fn every_document_reads_back_from_what_is_written() {
    for (name, document) in FOLDER.documents() {
        let Ok(reading) = autoconfig::read(&document) else {
            continue;
        };
        let again = autoconfig::read(reading.config.to_xml().as_bytes()).unwrap();
        assert_eq!(again.config, reading.config, "{name}");
    }
}

#[test]
fn the_largest_document_has_every_section_and_is_written_as_it_stands() {
    let document = FOLDER.text("full");
    let reading = autoconfig::read(document.as_bytes()).unwrap();
    assert!(Role::ALL.iter().all(|role| !reading.config.sections(*role).is_empty()));
    assert_eq!(reading.notices, []);
    assert_eq!(reading.config.to_xml(), document);
}

#[test]
fn a_document_for_the_mx_hosts_domain_is_no_foreign_one() {
    let config = autoconfig::read(FOLDER.text("domains-not-listed").as_bytes()).unwrap().config;
    let address = "alice@contoso.example".parse().unwrap();
    let mut options = LowerOptions::default();
    let codes = |options: &LowerOptions| {
        let lowered = lower(&config, &address, options);
        lowered.notices.iter().map(|notice| notice.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&options), ["other-domain"]);
    options.asked_for = "fabrikam.example".parse().ok();
    assert_eq!(codes(&options), [""; 0]);
}

#[test]
fn instructions_are_given_in_the_wished_language() {
    let config = autoconfig::read(FOLDER.text("usual").as_bytes()).unwrap().config;
    let address = "alice@contoso.example".parse().unwrap();
    let text = |language: Option<&str>| {
        let mut options = LowerOptions::default();
        options.language = language.map(str::to_owned);
        lower(&config, &address, &options).settings.instructions[0].text.clone()
    };
    assert_eq!(text(None), "Setting up the mailbox");
    assert_eq!(text(Some("de")), "Das Postfach einrichten");
    assert_eq!(text(Some("fr")), "Setting up the mailbox");
}

/// Whoever is asked for an issuer's metadata, or for its address, learns what stands in it.
#[test]
fn nothing_of_the_user_can_be_in_the_name_of_an_issuer() {
    let lowered = |issuer: &str| {
        let document = format!(
            "<clientConfig version='1.1'><emailProvider id='contoso.example'/><oAuth2>\
             <authURL>https://login.contoso.example/a</authURL>\
             <tokenURL>https://login.contoso.example/t</tokenURL>\
             <issuer>{issuer}</issuer></oAuth2></clientConfig>"
        );
        let config = autoconfig::read(document.as_bytes()).unwrap().config;
        lower(&config, &"alice@contoso.example".parse().unwrap(), &LowerOptions::default())
    };
    let whole = lowered("https://login.contoso.example");
    let issuer = whole.settings.oauth.and_then(|oauth| oauth.issuer);
    assert_eq!(issuer.as_deref(), Some("https://login.contoso.example"));
    assert!(!whole.notices.iter().any(|notice| notice.code == "bad-oauth"));
    for issuer in [
        "https://%EMAILLOCALPART%.contoso.example",
        "https://login.contoso.example/%EMAILADDRESS%",
        "https://login.%EMAILDOMAIN%",
        "%EMAILLOCALPART%.contoso.example",
        "login.%EMAILDOMAIN%",
    ] {
        let lowered = lowered(issuer);
        assert_eq!(lowered.settings.oauth, None, "{issuer}");
        let codes: Vec<_> = lowered.notices.iter().map(|notice| notice.code).collect();
        assert_eq!(codes.iter().filter(|code| **code == "bad-oauth").count(), 1, "{codes:?}");
    }
}

fn outcome(document: &[u8]) -> String {
    let mut out = String::new();
    match autoconfig::read(document) {
        Err(error) => render::refusal(&mut out, &error),
        Ok(reading) => {
            let sections = Role::ALL.iter().flat_map(|role| reading.config.sections(*role));
            let kinds: Vec<&str> = sections.map(|section| section.kind.as_str()).collect();
            writeln!(out, "sections: {}", kinds.join(", ")).unwrap();
            let address = "alice@contoso.example".parse().unwrap();
            let lowered = lower(&reading.config, &address, &LowerOptions::default());
            let settings = &lowered.settings;
            render::settings(&mut out, settings, settings, Lifetime::default());
            render::notices(&mut out, "lowering", &lowered.notices);
            render::notices(&mut out, "reading", &reading.notices);
        }
    }
    out
}
