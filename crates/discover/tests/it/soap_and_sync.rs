//! Autodiscover for ActiveSync and by SOAP: what is posted, who logs in, what a refusal says.

use mailscout_discover::{Conclusion, LogIn, Means, Strategy};
use mailscout_schema::{autodiscover, settings::ServiceKind};

use crate::{
    on_request::{SOAP, SYNC, codes, requests, script, search},
    script::check,
};

#[test]
fn mobilesync_is_asked_at_the_domain_and_then_at_its_host() {
    check(
        script(
            &SYNC,
            "https://contoso.example~ = 200 settings
             https://autodiscover.contoso.example~ = 200 sync",
        ),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> outlook-schema
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> settings
        found autodiscover-mobilesync authenticated",
    );
    let (_, script) = search(&SYNC, "");
    for request in requests(&script) {
        let read = autodiscover::Request::read(&request.body).unwrap();
        let schema = read.acceptable_response_schema.as_str();
        assert_eq!(schema, autodiscover::Request::MOBILE_SYNC_SCHEMA);
        assert!(request.headers.iter().any(|(_, value)| value == "text/xml; charset=utf-8"));
    }
}

#[test]
fn a_url_that_led_nowhere_for_the_plain_xml_is_asked_for_mobilesync() {
    for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
        let mut script = script(
            &["autodiscover-https-root", "autodiscover-mobilesync"],
            "https://contoso.example~ = 404",
        );
        script.options.strategy = strategy;
        let report = script.run("alice@contoso.example");
        assert_eq!(script.times("POST https://contoso.example~").len(), 2, "{strategy:?}");
        assert!(!codes(&report).contains(&"asked-before".to_owned()));
    }
}

#[test]
fn refusals_and_empty_answers_of_mobilesync_have_a_reason_each() {
    for (answer, code) in [
        ("200 sync-error 2", "autodiscover-refused"),
        ("200 error 601", "autodiscover-error-601"),
        ("200 sync-http", "nothing-named"),
        ("405 sync", "http-405"),
        ("200 gzip sync", "compressed"),
    ] {
        let world = format!("https://contoso.example~ = {answer}");
        let (report, _) = search(&SYNC, &world);
        assert_eq!(codes(&report)[0], code, "{answer}");
        assert!(report.found.is_none(), "{answer}");
    }
}

#[test]
fn another_address_begins_the_search_anew_and_another_site_is_asked_about() {
    for (only, first, place) in [
        (&SYNC, "https://contoso.example~ = 200 sync-addr alice@hoster.example", "~ = 200 sync"),
        (
            &SOAP,
            "https://autodiscover.contoso.example!svc = 200 soap-addr alice@hoster.example",
            "!svc = 200 soap",
        ),
    ] {
        let world = format!("{first}\n https://hoster.example{place}");
        let (report, script) = search(only, &world);
        assert!(report.found.is_none());
        assert!(script.asked_at("https://hoster.example").is_none());
        let (report, _) = search(only, &format!("{world}\n ask hoster.example = yes"));
        let found = report.found.expect("the user agreed");
        assert_eq!(found.address.to_string(), "alice@hoster.example");
        assert_eq!(found.trust.to_string(), "consented");
    }
}

#[test]
fn soap_is_asked_at_the_autodiscover_host_and_then_at_the_domain() {
    check(
        script(
            &SOAP,
            "https://autodiscover.contoso.example!svc = 404
             https://contoso.example!svc = 200 soap",
        ),
        "
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example!svc -> http-404
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example!svc -> settings
        found autodiscover-soap authenticated",
    );
    let (_, script) = search(&SOAP, "");
    for request in requests(&script) {
        let body = String::from_utf8(request.body.clone()).unwrap();
        assert!(body.contains(&format!("<w:To>{}</w:To>", request.url)), "{body}");
        assert!(body.contains("<a:Mailbox>alice@contoso.example</a:Mailbox>"), "{body}");
    }
}

#[test]
fn services_without_mail_servers_are_an_answer_of_soap() {
    let (report, _) = search(&SOAP, "https://autodiscover.contoso.example!svc = 200 soap-ews");
    let settings = report.found.unwrap().settings;
    assert!(!settings.has_mail_servers());
    assert_eq!(settings.services[0].kind, ServiceKind::Ews);
}

#[test]
fn refusals_of_soap_have_a_reason_and_a_500_has_no_settings() {
    for (answer, code) in [
        ("200 soap-error InvalidUser", "autodiscover-refused"),
        ("500 soap-fault", "autodiscover-refused"),
        ("500 soap", "http-500"),
        ("500 soap-url https://a.contoso.example!svc", "http-500"),
        ("500 html", "http-500"),
        ("405 soap", "http-405"),
        ("200 soap-empty", "nothing-named"),
        ("200 settings", "other-xml"),
    ] {
        let world = format!("https://autodiscover.contoso.example!svc = {answer}");
        let (report, script) = search(&SOAP, &world);
        assert_eq!(codes(&report)[0], code, "{answer}");
        assert!(report.found.is_none() && script.asked_at("a.contoso").is_none(), "{answer}");
    }
    let (report, _) = search(&SOAP, "https://autodiscover.contoso.example!svc = 500 soap-fault");
    let text = report.attempts[1].reason.to_string();
    assert_eq!(text, "the service refused: s:Client: The address is missing.");
}

#[test]
fn soap_and_mobilesync_log_in_after_a_401_and_only_then() {
    for (only, url, body) in [
        (&SOAP, "https://autodiscover.contoso.example!svc", "soap"),
        (&SYNC, "https://contoso.example~", "sync"),
    ] {
        let world = format!("{url} = 401 Negotiate NTLM Basic\n NTLM {url} = 200 {body}");
        let mut script = script(only, &world);
        script.options.log_in = Some(LogIn::new(Means::Password));
        let report = script.run("alice@contoso.example");
        assert_eq!(codes(&report), ["log-in-follows", "settings"]);
        let asked = requests(&script);
        assert_eq!(asked[0].body, asked[1].body, "the same question, with a log-in");
        let (report, _) = search(only, &world);
        assert_eq!(report.conclusion, Conclusion::NeedsLogin);
    }
}

#[test]
fn a_redirect_of_soap_gets_a_log_in_only_where_the_user_agreed() {
    let world = "https://autodiscover.contoso.example!svc = 200 soap-url https://hoster.example!svc
        https://hoster.example!svc = 401 NTLM
        NTLM https://hoster.example!svc = 200 soap";
    let run = |world: &str| {
        let mut script = script(&SOAP, world);
        script.options.log_in = Some(LogIn::new(Means::Password));
        let report = script.run("alice@contoso.example");
        let asked = script.asked_at("POST https://hoster.example").is_some();
        (report.found.map(|found| found.trust.to_string()), asked)
    };
    assert_eq!(run(world), (None, false));
    assert_eq!(run(&format!("{world}\n ask hoster.example = no")), (None, false));
    let agreed = run(&format!("{world}\n ask hoster.example = yes"));
    assert_eq!(agreed, (Some("consented".to_owned()), true));
}
