//! The metadata of an OAuth issuer: what is asked for it and what never is, and what is refused.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mailscout::{
    Event, Locator, Observe, Report, Tasks,
    discover::{Ispdb, Known, KnownProvider, Options},
    json::Document,
    net::{
        connect::Connect,
        dns::{Addresses, Lookup, Records, Resolve},
        failure::Failure,
        http::{Exchange, HttpRequest, HttpResponse},
        io::{connector::Connector, roots::Roots, routes::Routes},
    },
    oauth::{self, Inquiry},
    probe::prober,
    schema::{
        address::EmailAddress,
        settings::{AccountSettings, OAuth, Protocol, Security, Server},
    },
};
use mailscout_lab::World;
use serde_json::Value;

use crate::{
    lab::{start, watched},
    made::{AUTOCONFIG, autoconfig, root, scenario, web},
};

const ISSUER: &str = "https://login.contoso.example";
const RFC_8414: &str = "GET https://login.contoso.example/.well-known/oauth-authorization-server";
const OPENID: &str = "GET https://login.contoso.example/.well-known/openid-configuration";

/// A table of providers in which every domain has this issuer.
#[derive(Debug)]
struct Table(&'static str);

impl Known for Table {
    fn by_domain(&self, address: &EmailAddress) -> Option<KnownProvider> {
        let server = |protocol, port| {
            let host = "mail.contoso.example";
            Server::new(protocol, host, Some(port), Security::Tls, address.to_string())
        };
        let mut settings = AccountSettings::default();
        settings.incoming.push(server(Protocol::Imap, 993));
        settings.outgoing.push(server(Protocol::Smtp, 465));
        let mut oauth = OAuth::default();
        oauth.issuer = Some(self.0.to_owned());
        settings.oauth = Some(oauth);
        Some(KnownProvider::new("contoso", settings, Vec::new()))
    }

    fn by_mx(&self, _: &str, _: &EmailAddress) -> Option<KnownProvider> {
        None
    }

    fn filter(&self, _: &str) -> Option<String> {
        None
    }
}

/// The options of a search that takes its settings from the table, and asks nobody for them.
fn from_table(issuer: &'static str) -> Options {
    let mut options = Options::default();
    options.only = vec!["provider".parse().unwrap()];
    options.ispdb = Ispdb::Off;
    options.known = Some(Arc::new(Table(issuer)));
    options
}

fn with_oauth() -> Tasks {
    Tasks { oauth: true, ..Tasks::default() }
}

async fn locate(locator: &Locator) -> Report {
    Box::pin(locator.locate(&"alice@contoso.example".parse().unwrap())).await.unwrap()
}

/// The questions after the settings were found, as the journal has them.
fn asked_of_issuers(world: &World) -> Vec<String> {
    let lines = world.journal().summary();
    lines.into_iter().filter(|line| !line.contains("autodiscover")).collect()
}

fn inquiry(report: &Report) -> &Inquiry {
    report.oauth.as_ref().expect("metadata was to be asked for")
}

fn codes(inquiry: &Inquiry) -> Vec<String> {
    inquiry.attempts.iter().map(|attempt| attempt.answer.code().into_owned()).collect()
}

#[tokio::test]
async fn nothing_is_asked_unless_it_was_to_be() {
    watched(async {
        let (world, locator) = start("oauth-metadata").await;
        let report = locate(&locator).await;
        assert!(report.oauth.is_none() && report.settings().is_some());
        let journal = world.journal().summary().join("\n");
        assert!(!journal.contains("login."), "{journal}");

        let report = locate(&locator.with_tasks(with_oauth())).await;
        let metadata = inquiry(&report).result.as_ref().unwrap();
        assert_eq!(metadata.token_endpoint.as_deref(), Some("https://login.contoso.example/token"));
        let journal = world.journal().summary().join("\n");
        assert!(journal.contains(RFC_8414) && !journal.contains(OPENID), "{journal}");
    })
    .await;
}

#[tokio::test]
async fn the_question_names_neither_the_user_nor_the_domain_and_carries_no_secret() {
    watched(async {
        let (world, locator) = start("oauth-metadata").await;
        locate(&locator.with_options(from_table(ISSUER)).with_tasks(with_oauth())).await;
        let exchanges = world.journal().exchanges();
        assert_eq!(exchanges.len(), 1);
        let sent = &exchanges[0];
        assert!(sent.body.is_empty());
        let mut names: Vec<String> =
            sent.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        names.sort();
        assert_eq!(names, ["accept", "host", "user-agent"]);
        assert!(!format!("{sent:?}").contains("alice"), "{sent:?}");
    })
    .await;
}

#[tokio::test]
async fn an_issuer_that_is_no_https_url_of_a_full_name_is_never_asked() {
    watched(async {
        for (issuer, code) in [
            ("http://login.contoso.example", "issuer-unusable"),
            ("https://u:p@login.contoso.example", "issuer-unusable"),
            ("https://login.contoso.example/?a", "issuer-unusable"),
            ("https://127.0.0.1", "issuer-unusable"),
            ("https://localhost", "issuer-unusable"),
            ("login.contoso.example", "issuer-is-a-name"),
        ] {
            let (world, locator) = start("oauth-metadata").await;
            let locator = locator.with_options(from_table(issuer)).with_tasks(with_oauth());
            let report = locate(&locator).await;
            assert_eq!(inquiry(&report).result.as_ref().unwrap_err().code(), code, "{issuer}");
            assert_eq!(report.conclusion().as_str(), "found");
            assert_eq!(world.journal().summary(), [""; 0], "{issuer}");
        }
    })
    .await;
}

/// Whoever has the name could learn from the look-up alone for whom settings are looked for.
#[tokio::test]
async fn an_issuer_whose_name_is_made_of_the_address_is_never_asked() {
    watched(async {
        for (issuer, is_asked) in [
            ("https://login.contoso.example", true),
            ("https://%EMAILLOCALPART%.contoso.example", false),
            ("%EMAILLOCALPART%.contoso.example", false),
            ("https://login.%EMAILDOMAIN%", false),
        ] {
            let oauth = format!(
                "<oAuth2><authURL>https://login.contoso.example/a</authURL>\
                 <tokenURL>https://login.contoso.example/t</tokenURL>\
                 <issuer>{issuer}</issuer><scope>mail</scope></oAuth2>"
            );
            let documents = web(
                "autoconfig.contoso.example",
                "203.0.113.8",
                "",
                &[autoconfig("imap smtp", &oauth)],
            );
            let records = format!("{AUTOCONFIG}\nlogin A 203.0.113.9\nalice A 203.0.113.9");
            let world = scenario(&records, "", &[root(&[]), documents]);
            let (world, locator) = start(&world).await;
            let report = locate(&locator.with_tasks(with_oauth())).await;
            assert_eq!(report.found().unwrap().mechanism.as_str(), "autoconfig-https-host");
            let journal = world.journal().summary().join("\n");
            let asks = journal.contains("login.") || journal.contains("alice.");
            assert_eq!(asks, is_asked, "{issuer}: {journal}");
            let said = report.notices().any(|notice| notice.code == "bad-oauth");
            assert_eq!(said, !is_asked, "{issuer}");
            assert_eq!(report.settings().unwrap().oauth.is_some(), is_asked, "{issuer}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_second_place_is_asked() {
    watched(async {
        let (world, locator) = start("oauth-redirect").await;
        let report = locate(&locator.with_tasks(with_oauth())).await;
        assert_eq!(codes(inquiry(&report)), ["answered", "redirect-not-followed", "http-404"]);
        let why = inquiry(&report).result.as_ref().unwrap_err();
        assert_eq!(why.code(), "redirect-not-followed");
        let journal = asked_of_issuers(&world).join("\n");
        assert!(!journal.contains("attacker"), "{journal}");
        assert!(journal.contains(RFC_8414) && journal.contains(OPENID), "{journal}");
    })
    .await;
}

#[tokio::test]
async fn metadata_of_another_issuer_is_refused_and_the_settings_stay_as_they_are() {
    watched(async {
        let (_world, locator) = start("oauth-other-issuer").await;
        let without = locate(&locator).await;
        let report = locate(&locator.with_tasks(with_oauth())).await;
        assert_eq!(codes(inquiry(&report)), ["answered", "other-issuer", "other-issuer"]);
        assert_eq!(report.settings(), without.settings());
        assert_eq!(report.trust(), without.trust());
        assert_eq!(report.conclusion(), without.conclusion());
        assert_eq!(report.notices().count(), without.notices().count());
        assert_eq!(report.needs_a_person(), without.needs_a_person());
    })
    .await;
}

/// An issuer inside the domain, at this address; nothing else. Its metadata is at the second place.
fn issuer_at(address: &str, service: &str) -> String {
    format!(
        r#"
title = "an issuer"
address = "alice@contoso.example"
[zones."contoso.example"]
records = """
@      A  203.0.113.5
login  A  {address}
"""
[[hosts]]
names = ["login.contoso.example"]
addresses = ["{address}"]
[[hosts.services]]
{service}
[[hosts.services.routes]]
path = "/.well-known/openid-configuration"
body = '{{"issuer":"https://login.contoso.example"}}'
"#
    )
}

#[tokio::test]
async fn with_public_only_an_issuer_at_a_private_address_is_not_asked() {
    watched(async {
        for (address, public_only, is_asked) in
            [("10.0.0.5", false, true), ("10.0.0.5", true, false), ("127.0.0.1", false, false)]
        {
            let (world, locator) = start(&issuer_at(address, "")).await;
            let mut options = from_table(ISSUER);
            options.public_only = public_only;
            let report = locate(&locator.with_options(options).with_tasks(with_oauth())).await;
            let codes = codes(inquiry(&report));
            assert_eq!(inquiry(&report).result.is_ok(), is_asked, "{address} {codes:?}");
            if !is_asked {
                assert_eq!(codes, ["address-forbidden"]);
            }
            let journal = world.journal().summary().join("\n");
            assert_eq!(journal.contains("GET"), is_asked, "{journal}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_issuer_with_an_invalid_certificate_has_no_metadata() {
    watched(async {
        for (service, code) in [
            ("certificate = \"expired\"", "certificate-expired"),
            ("certificate = \"wrong-name\"", "certificate-wrong-name"),
            ("certificate = \"unknown-ca\"", "certificate-unknown-issuer"),
        ] {
            let (_world, locator) = start(&issuer_at("203.0.113.8", service)).await;
            let locator = locator.with_options(from_table(ISSUER)).with_tasks(with_oauth());
            let report = locate(&locator).await;
            assert_eq!(codes(inquiry(&report)), ["answered", code, code], "{service}");
        }
    })
    .await;
}

#[tokio::test]
async fn more_than_128_kib_is_not_read() {
    watched(async {
        for (blanks, code) in [(100, "metadata"), (150, "body-too-large")] {
            let long = " ".repeat(blanks * 1024);
            let scenario =
                issuer_at("203.0.113.8", "").replace("\"issuer\"", &format!("{long}\"issuer\""));
            let (_world, locator) = start(&scenario).await;
            let locator = locator.with_options(from_table(ISSUER)).with_tasks(with_oauth());
            let report = locate(&locator).await;
            assert_eq!(codes(inquiry(&report)), ["answered", "http-404", code]);
        }
    })
    .await;
}

/// A network in which every name has an address, and no web server ever answers, whatever the
/// limits say.
#[derive(Debug)]
struct Endless;

#[async_trait]
impl Resolve for Endless {
    async fn resolve(&self, _: &Lookup) -> Result<Records, Failure> {
        Ok(Records::Addresses(Addresses::routed(vec!["203.0.113.8".parse().unwrap()])))
    }
}

#[async_trait]
impl Exchange for Endless {
    async fn exchange(&self, _: &HttpRequest) -> Result<HttpResponse, Failure> {
        core::future::pending().await
    }
}

#[tokio::test]
async fn it_ends_when_the_time_of_the_search_is_up() {
    watched(async {
        let mut roots = Roots::none();
        let (world, _) = start("contoso").await;
        roots.add_pem(world.ca_pem().as_bytes(), "the lab").unwrap();
        let connect: Arc<dyn Connect> =
            Arc::new(Connector::new(&roots, Routes::default()).unwrap());
        let mut probing = prober::Options::default();
        probing.overall = Duration::from_millis(100);
        let locator = Locator::over(Arc::new(Endless), Arc::new(Endless), connect)
            .with_options(from_table(ISSUER))
            .with_probing(probing)
            .with_tasks(with_oauth());
        let report = locate(&locator).await;
        assert_eq!(codes(inquiry(&report)), ["answered", "time-up", "not-reached"]);
        assert_eq!(inquiry(&report).result.as_ref().unwrap_err().code(), "time-up");
    })
    .await;
}

#[derive(Debug, Default)]
struct Diary(Mutex<Vec<String>>);

#[async_trait]
impl Observe for Diary {
    async fn observe(&self, event: Event<'_>) {
        let line = match event {
            Event::OAuth(oauth::Event::Asked(question)) => format!("? {question}"),
            Event::OAuth(oauth::Event::Answered(attempt)) => format!("! {}", attempt.told()),
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }
}

#[tokio::test]
async fn every_question_is_told_while_it_happens_and_counted_from_the_start_of_the_search() {
    watched(async {
        let (_world, locator) = start("oauth-openid").await;
        let diary = Arc::new(Diary::default());
        let locator = locator.with_tasks(with_oauth()).with_observer(diary.clone());
        let report = locate(&locator).await;
        assert_eq!(
            *diary.0.lock().unwrap(),
            [
                "? DNS A/AAAA login.contoso.example",
                "! 203.0.113.8",
                "? GET https://login.contoso.example/.well-known/oauth-authorization-server/t1",
                "! 404, no metadata",
                "? GET https://login.contoso.example/t1/.well-known/openid-configuration",
                "! 200, metadata",
            ]
        );
        assert!(inquiry(&report).attempts[0].started >= report.search.elapsed);
    })
    .await;
}

#[tokio::test]
async fn the_json_has_the_metadata_or_the_reason_and_every_question() {
    watched(async {
        let document = async |scenario: &str| -> Value {
            let (_world, locator) = start(scenario).await;
            let report = locate(&locator.with_tasks(with_oauth())).await;
            serde_json::to_value(Document::new(&report)).unwrap()
        };
        let found = document("oauth-metadata").await;
        let entry = &found["oauth_metadata"];
        let mut names: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names.join(" "),
            "authorization_endpoint code_challenge_methods_supported \
             device_authorization_endpoint error issuer registration_endpoint scopes_supported \
             token_endpoint url"
        );
        assert_eq!(entry["issuer"], ISSUER);
        assert_eq!(entry["url"], RFC_8414.trim_start_matches("GET "));
        assert_eq!(entry["error"], Value::Null);
        let last = found["attempts"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["mechanism"], &last["code"]), (&"oauth".into(), &"metadata".into()));

        let refused = document("oauth-other-issuer").await;
        assert_eq!(refused["oauth_metadata"]["error"]["code"], "other-issuer");
        assert_eq!(refused["oauth_metadata"]["authorization_endpoint"], Value::Null);
        let none = document("contoso").await;
        assert_eq!(none["oauth_metadata"]["error"]["code"], "no-issuer");
        assert_eq!(none["oauth_metadata"]["issuer"], Value::Null);
    })
    .await;
}
