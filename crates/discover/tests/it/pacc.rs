//! PACC in the engine: the document, the record that vouches for it, and what becomes of both.

use core::time::Duration;

use mailscout_discover::{Found, SearchReport, Strategy};
use mailscout_schema::{
    pacc::Record,
    settings::{AuthMethod, Protocol},
};

use crate::{
    document,
    script::{Script, check, check_address},
};

const STRATEGIES: [Strategy; 3] = [Strategy::Sequential, Strategy::Hedged, Strategy::Eager];

/// The record for a document.
fn record(words: &str) -> String {
    Record::of(&document::body(words)).to_string()
}

/// A world whose document is this, with these texts at the name of its record.
fn world(words: &str, texts: &str) -> String {
    format!(
        "ua-auto-config.contoso.example = 203.0.113.4
         https://ua-auto-config.contoso.example/.well-known/user-agent-configuration.json = {words}
         TXT _ua-auto-config.contoso.example = {texts}"
    )
}

/// A search of PACC alone, where this document is vouched for.
fn vouched(words: &str) -> Script {
    Script::only(&["pacc"], &world(&format!("200 {words}"), &record(words)))
}

fn found(words: &str) -> Found {
    vouched(words).run("alice@contoso.example").found.expect(words)
}

/// The last code, and how the search ended, which is the same under every strategy.
#[track_caller]
fn end(world: &str) -> (String, &'static str) {
    let ends: Vec<_> = STRATEGIES
        .iter()
        .map(|strategy| {
            let mut script = Script::only(&["pacc"], world);
            script.options.strategy = *strategy;
            let report = script.run("alice@contoso.example");
            assert_eq!(report.found.is_some(), report.conclusion.as_str() == "found");
            (decisive(&report), report.conclusion.as_str())
        })
        .collect();
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
    ends[0].clone()
}

/// The code that is not of a step on the way.
fn decisive(report: &SearchReport) -> String {
    let mut codes = report.attempts.iter().map(|attempt| attempt.reason.code());
    codes.rfind(|code| code != "answered").expect("an end").into_owned()
}

#[test]
fn a_document_that_its_record_vouches_for_is_authenticated() {
    check(
        vouched("pacc"),
        "
        DNS A/AAAA ua-auto-config.contoso.example -> answered
        GET https://ua-auto-config.contoso.example/.well-known/user-agent-configuration.json -> answered
        DNS TXT _ua-auto-config.contoso.example -> settings
        found pacc authenticated",
    );
}

#[test]
fn the_request_asks_for_json_and_tells_nothing_of_the_user() {
    let mut script = vouched("pacc");
    script.run("alice+private@contoso.example");
    let mut documents = 0;
    for request in &script.asked {
        let mailscout_discover::Request::Http(request) = request else { continue };
        documents += 1;
        assert!(request.headers.contains(&("accept", "application/json".to_owned())));
        assert!(!format!("{request:?}").contains("private"), "{request:?}");
    }
    assert_eq!(documents, 1);
}

#[test]
fn without_a_record_that_matches_a_document_is_never_taken() {
    let (own, other) = (record("pacc"), record("pacc pop3 submit"));
    let cases = [
        // The DNS says that there is none.
        ("nxdomain", "digest-mismatch", "not-found"),
        ("no-data", "digest-mismatch", "not-found"),
        // It does not say.
        ("servfail", "servfail", "failed"),
        ("dns-timeout", "dns-timeout", "failed"),
        ("dns-unreachable", "dns-unreachable", "failed"),
        // What it says is something else.
        (other.as_str(), "digest-mismatch", "not-found"),
        ("v=spf1 -all", "digest-mismatch", "not-found"),
        ("v=UAAC1; a=sha256; d=", "digest-mismatch", "not-found"),
        ("v=UAAC1; a=sha256", "digest-mismatch", "not-found"),
    ];
    for (texts, code, conclusion) in cases {
        let got = end(&world("200 pacc", texts));
        assert_eq!(got, (code.to_owned(), conclusion), "{texts}");
    }
    for changed in [own.replace("UAAC1", "UAAC2"), own.replace("sha256", "sha512")] {
        assert_eq!(end(&world("200 pacc", &changed)).0, "digest-mismatch", "{changed}");
    }
    assert_eq!(end(&world("200 pacc", &own)), ("settings".to_owned(), "found"));
}

#[test]
fn one_record_of_several_is_enough() {
    let (own, other) = (record("pacc"), record("pacc pop3 submit"));
    for texts in [
        format!("{other} | {own}"),
        format!("{own} | {other}"),
        format!("v=spf1 -all | v=UAAC1; a=blake3; d=AA== | {own};"),
    ] {
        assert_eq!(end(&world("200 pacc", &texts)).1, "found", "{texts}");
    }
    let none = format!("{other} | {}", record("pacc imap"));
    assert_eq!(end(&world("200 pacc", &none)).1, "not-found");
}

#[test]
fn a_redirect_is_not_followed_wherever_it_leads() {
    let own = record("pacc");
    for status in [301, 302, 303, 307, 308] {
        for place in [
            "https://ua-auto-config.contoso.example/b",
            "https://www.contoso.example/b",
            "https://hoster.example/b",
            "http://ua-auto-config.contoso.example/b",
        ] {
            let world = format!(
                "{}
                 {place} = 200 pacc
                 www.contoso.example = 203.0.113.6
                 hoster.example = 203.0.113.7",
                world(&format!("{status} {place}"), &own)
            );
            let mut script = Script::only(&["pacc"], &world);
            let report = script.run("alice@contoso.example");
            assert_eq!(decisive(&report), format!("http-{status}"), "{place}");
            assert_eq!(script.times("GET").len(), 1, "{place}");
            assert!(report.found.is_none() && report.consent_needed.is_empty(), "{place}");
        }
    }
}

#[test]
fn a_compressed_body_is_refused_although_its_record_would_match() {
    let got = end(&world("200 gzip pacc", &record("pacc")));
    assert_eq!(got, ("compressed".to_owned(), "not-found"));
}

#[test]
fn no_status_but_200_is_a_document() {
    for status in [201, 203, 206, 400, 403, 404, 405, 500] {
        let got = end(&world(&format!("{status} pacc"), &record("pacc")));
        assert_eq!(got.0, format!("http-{status}"));
    }
}

#[test]
fn the_record_is_asked_for_beside_the_document_and_costs_no_time() {
    let world = |strategy| {
        let world = format!("rtt = 100ms\n{}", world("200 pacc", &record("pacc")));
        let mut script = Script::only(&["pacc"], &world);
        script.options.strategy = strategy;
        let report = script.run("alice@contoso.example");
        assert!(report.found.is_some());
        (report.elapsed, script.asked_at("DNS TXT").unwrap(), script.times("DNS TXT").len())
    };
    // The address, then the document.
    let four = Duration::from_millis(400);
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        assert_eq!(world(strategy), (four, Duration::ZERO, 1), "{strategy:?}");
    }
    // One after the other: nobody asks for the record of a document that is not there.
    assert_eq!(world(Strategy::Sequential), (Duration::from_millis(500), four, 1));
    let mut script = Script::only(&["pacc"], "ua-auto-config.contoso.example = 203.0.113.4");
    script.run("alice@contoso.example");
    assert!(script.times("DNS TXT").is_empty());
}

#[test]
fn a_record_that_comes_late_is_waited_for() {
    for strategy in STRATEGIES {
        let world = format!("{} after 3s", world("200 pacc", &record("pacc")));
        let mut script = Script::only(&["pacc"], &world);
        script.options.strategy = strategy;
        let report = script.run("alice@contoso.example");
        assert!(report.found.is_some(), "{strategy:?}");
        assert!(report.elapsed >= Duration::from_secs(3), "{strategy:?}");
    }
}

#[test]
fn the_preferred_protocol_comes_first_and_imap_without_a_preference() {
    let first = |prefer| {
        let mut script = vouched("pacc pop3 imap submit");
        script.options.prefer = prefer;
        let found = script.run("alice@contoso.example").found.unwrap();
        assert_eq!(found.settings.incoming.len(), 2);
        found.settings.incoming[0].protocol
    };
    assert_eq!(first(None), Protocol::Imap);
    assert_eq!(first(Some(Protocol::Pop3)), Protocol::Pop3);
    assert_eq!(first(Some(Protocol::Imap)), Protocol::Imap);
}

#[test]
fn a_document_without_a_mail_server_ends_the_mechanism_and_not_the_search() {
    for words in ["pacc jmap", "pacc caldav carddav", "pacc tokens-only imap submit"] {
        let world = format!(
            "{}
             contoso.example = 203.0.113.1
             autoconfig.contoso.example = 203.0.113.5
             https://autoconfig.contoso.example^?me = 200 autoconfig",
            world(&format!("200 {words}"), &record(words))
        );
        let report = Script::standard(&world).run("alice@contoso.example");
        let own = |id: &str| {
            let own = report.attempts.iter().rfind(|attempt| attempt.mechanism.as_str() == id);
            own.unwrap().reason.code().into_owned()
        };
        assert_eq!(own("pacc"), "nothing-usable", "{words}");
        assert_eq!(report.found.unwrap().mechanism.as_str(), "autoconfig-https-host", "{words}");
    }
    // Beside a mail server JMAP is a service.
    let found = found("pacc jmap imap submit");
    assert_eq!(found.settings.services[0].url, "https://jmap.contoso.example/dav/");
}

#[test]
fn the_issuer_and_the_log_ins_are_those_of_the_document() {
    let methods = |words: &str| {
        let found = found(words);
        let issuer = found.settings.oauth.and_then(|oauth| oauth.issuer);
        (issuer, found.settings.incoming[0].authentication.clone())
    };
    let issuer = || Some("https://login.contoso.example".to_owned());
    assert_eq!(methods("pacc imap submit"), (None, vec![AuthMethod::Password]));
    for words in ["pacc imap submit issuer", "pacc imap submit issuer tokens-only"] {
        assert_eq!(methods(words), (issuer(), vec![AuthMethod::OAuth2]), "{words}");
    }
}

#[test]
fn both_names_of_submission_are_read_and_the_newer_one_comes_first() {
    let hosts = |words: &str| -> Vec<(String, Option<u16>)> {
        let servers = found(words).settings.outgoing.into_iter();
        servers.map(|server| (server.host, server.port)).collect()
    };
    let at = |host: &str| vec![(format!("{host}.contoso.example"), Some(465))];
    assert_eq!(hosts("pacc imap submit"), at("submit"));
    assert_eq!(hosts("pacc imap smtp"), at("smtp"));
    assert_eq!(hosts("pacc imap smtp submit"), at("submit"));
}

#[test]
fn an_idn_domain_is_asked_for_by_its_a_label_in_both_names() {
    let world = world("200 pacc", &record("pacc")).replace("contoso", "xn--bcher-kva");
    check_address(
        Script::only(&["pacc"], &world),
        "jörg@Bücher.example",
        "
        DNS A/AAAA ua-auto-config.xn--bcher-kva.example -> answered
        GET https://ua-auto-config.xn--bcher-kva.example/.well-known/user-agent-configuration.json -> answered
        DNS TXT _ua-auto-config.xn--bcher-kva.example -> settings
        found pacc authenticated",
    );
    let found = Script::only(&["pacc"], &world).run("jörg@Bücher.example").found.unwrap();
    assert_eq!(found.settings.incoming[0].username, found.address.to_string());
}

#[test]
fn a_document_for_a_changed_address_is_asked_for_at_the_new_domain() {
    let record = record("pacc");
    let world = format!(
        "fabrikam.example = 9.9.9.9
         contoso.example = 203.0.113.1
         https://contoso.example~ = 200 redirect-addr alice@fabrikam.example
         ask fabrikam.example = yes
         {}",
        world("200 pacc", &record).replace("contoso", "fabrikam").replace("203.0.113.4", "9.9.9.8")
    );
    let report = Script::standard(&world).run("alice@contoso.example");
    let found = report.found.unwrap();
    assert_eq!(found.mechanism.as_str(), "pacc");
    assert_eq!(found.address.to_string(), "alice@fabrikam.example");
}
