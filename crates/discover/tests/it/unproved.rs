//! Autoconfig over plain http and at the place of a TXT record: taken only when the user agrees.

use mailscout_discover::{ConsentState, HopKind, Request, Strategy, consent::Why};

use crate::script::{Script, check};

const HTTP: &str = "autoconfig-http";
const TXT: &str = "mailconf-txt";

const PLAIN: &str = "
    autoconfig.contoso.example = 203.0.113.8
    http://autoconfig.contoso.example^ = 200 autoconfig
";

const NAMED: &str = "
    TXT contoso.example = v=spf1 -all | mailconf=https://hoster.example/contoso.xml
    hoster.example = 9.9.9.9
    https://hoster.example/contoso.xml = 200 autoconfig
";

fn questions(script: &Script) -> Vec<String> {
    let asked = script.asked.iter().filter(|request| matches!(request, Request::Ask(_)));
    asked.map(ToString::to_string).collect()
}

#[test]
fn a_document_over_plain_http_is_the_users_to_take_and_proved_by_nothing() {
    check(
        Script::only(&[HTTP], &format!("{PLAIN} ask autoconfig.contoso.example = yes")),
        "
        DNS A/AAAA autoconfig.contoso.example -> answered
        GET http://autoconfig.contoso.example^ -> settings
        ASK configure alice@contoso.example from autoconfig.contoso.example over plain http? -> answered
        found autoconfig-http unauthenticated",
    );
    for (answer, code) in [("no", "consent-denied"), ("nobody", "consent-unavailable")] {
        check(
            Script::only(&[HTTP], &format!("{PLAIN} ask autoconfig.contoso.example = {answer}")),
            &format!(
                "
                DNS A/AAAA autoconfig.contoso.example -> answered
                GET http://autoconfig.contoso.example^ -> settings
                ASK configure alice@contoso.example from autoconfig.contoso.example over plain http? -> {code}
                needs-consent"
            ),
        );
    }
}

#[test]
fn the_question_says_why_it_is_asked_and_of_what() {
    let report = Script::only(&[HTTP], PLAIN).run("alice@contoso.example");
    let question = &report.consent_needed[0];
    assert_eq!(question.why, Why::PlainHttp);
    assert_eq!(question.site, "autoconfig.contoso.example");
    assert_eq!(question.from, question.to);

    let report = Script::only(&[TXT], NAMED).run("alice@contoso.example");
    let question = &report.consent_needed[0];
    assert_eq!(question.why, Why::TxtRecord);
    assert_eq!(question.from, "contoso.example");
    assert_eq!(question.to, "https://hoster.example/contoso.xml");
}

#[test]
fn the_address_is_never_sent_over_plain_http() {
    let mut script = Script::only(&[HTTP], PLAIN);
    script.run("alice@contoso.example");
    for request in &script.asked {
        let is_question = matches!(request, Request::Ask(_));
        assert!(is_question || !format!("{request:?}").contains("alice"), "{request:?}");
    }
}

#[test]
fn what_was_allowed_stands_among_the_hops() {
    let mut script = Script::only(&[HTTP], PLAIN).allow("autoconfig.contoso.example");
    let found = script.run("alice@contoso.example").found.unwrap();
    let [hop] = found.hops.as_slice() else { panic!("{:?}", found.hops) };
    assert_eq!((hop.kind, hop.consent), (HopKind::Http, ConsentState::Given));
    assert!(!hop.is_authenticated);
    assert!(questions(&script).is_empty());
    assert_eq!(found.trust.to_string(), "unauthenticated");
}

#[test]
fn a_redirect_of_plain_http_to_its_https_form_needs_no_question() {
    check(
        Script::only(
            &[HTTP],
            "autoconfig.contoso.example = 203.0.113.8
             http://autoconfig.contoso.example^ = 301 https://autoconfig.contoso.example^
             https://autoconfig.contoso.example^ = 200 autoconfig",
        ),
        "
        DNS A/AAAA autoconfig.contoso.example -> answered
        GET http://autoconfig.contoso.example^ -> redirect
        GET https://autoconfig.contoso.example^ -> settings
        found autoconfig-http verified",
    );
}

#[test]
fn a_redirect_of_plain_http_to_another_host_is_asked_about_once_and_before() {
    let world = "
        autoconfig.contoso.example = 203.0.113.8
        http://autoconfig.contoso.example^ = 301 https://autoconfig.hoster.example^
        autoconfig.hoster.example = 9.9.9.9
        https://autoconfig.hoster.example^ = 200 autoconfig";
    check(
        Script::only(&[HTTP], &format!("{world}\n ask autoconfig.hoster.example = yes")),
        "
        DNS A/AAAA autoconfig.contoso.example -> answered
        GET http://autoconfig.contoso.example^ -> redirect
        ASK configure alice@contoso.example from autoconfig.hoster.example? -> answered
        DNS A/AAAA autoconfig.hoster.example -> answered
        GET https://autoconfig.hoster.example^ -> settings
        found autoconfig-http consented",
    );
    check(
        Script::only(&[HTTP], &format!("{world}\n ask autoconfig.hoster.example = no")),
        "
        DNS A/AAAA autoconfig.contoso.example -> answered
        GET http://autoconfig.contoso.example^ -> redirect
        ASK configure alice@contoso.example from autoconfig.hoster.example? -> consent-denied
        needs-consent",
    );
}

#[test]
fn a_redirect_from_plain_http_to_plain_http_is_refused() {
    for to in ["/b", "http://autoconfig.contoso.example/b", "http://hoster.example/b"] {
        let world = format!(
            "autoconfig.contoso.example = 203.0.113.8
             http://autoconfig.contoso.example^ = 302 {to}"
        );
        let report = Script::only(&[HTTP], &world).allow("any").run("alice@contoso.example");
        assert_eq!(report.attempts[1].reason.code(), "redirect-bad-scheme", "{to}");
    }
}

#[test]
fn a_place_that_a_text_names_is_the_users_to_take() {
    check(
        Script::only(&[TXT], &format!("{NAMED} ask hoster.example = yes")),
        "
        DNS TXT contoso.example -> redirect
        DNS A/AAAA hoster.example -> answered
        GET https://hoster.example/contoso.xml -> settings
        ASK configure alice@contoso.example from hoster.example, which a TXT record names? -> answered
        found mailconf-txt consented",
    );
    for (answer, code) in [("no", "consent-denied"), ("nobody", "consent-unavailable")] {
        let report = Script::only(&[TXT], &format!("{NAMED} ask hoster.example = {answer}"))
            .run("alice@contoso.example");
        assert_eq!(report.attempts.last().unwrap().reason.code(), code);
        assert_eq!(report.conclusion.as_str(), "needs-consent");
    }
}

#[test]
fn a_text_inside_the_domain_is_asked_about_too_and_redirects_make_one_way_of_it() {
    let world = "
        TXT contoso.example = mailconf=https://contoso.example/a
        contoso.example = 203.0.113.5
        https://contoso.example/a = 302 https://b.contoso.example/b
        b.contoso.example = 203.0.113.6
        https://b.contoso.example/b = 200 autoconfig";
    let mut script = Script::only(&[TXT], &format!("{world}\n ask b.contoso.example = yes"));
    let found = script.run("alice@contoso.example").found.unwrap();
    let way: Vec<_> =
        found.hops.iter().map(|hop| (hop.kind, hop.to.as_str(), hop.consent)).collect();
    assert_eq!(
        way,
        [
            (HopKind::Txt, "https://contoso.example/a", ConsentState::NotNeeded),
            (HopKind::Http, "https://b.contoso.example/b", ConsentState::Given),
        ]
    );
    assert!(found.hops.iter().take(1).all(|hop| !hop.is_authenticated));
    assert_eq!(questions(&script).len(), 1);
}

#[test]
fn five_redirects_from_a_named_place_are_followed() {
    let world = |count: usize| {
        use std::fmt::Write as _;
        let mut world = String::from(
            "TXT contoso.example = mailconf=https://contoso.example/0
             contoso.example = 203.0.113.5\n",
        );
        for step in 0..count {
            writeln!(world, "https://contoso.example/{step} = 302 /{}", step + 1).unwrap();
        }
        world + &format!("https://contoso.example/{count} = 200 autoconfig")
    };
    let search = |count| {
        let mut script = Script::only(&[TXT], &world(count)).allow("any");
        script.run("alice@contoso.example").found
    };
    assert!(search(5).is_some());
    assert!(search(6).is_none());
}

#[test]
fn a_text_names_an_https_url_of_a_full_name_or_nothing() {
    for (text, code) in [
        ("mailconf=http://contoso.example/a", "redirect-bad-scheme"),
        ("mailconf=contoso.example/a", "redirect-bad-url"),
        ("mailconf=", "redirect-bad-url"),
        ("mailconf=https://127.0.0.1/a", "redirect-ip-literal"),
        ("mailconf=https://localhost/a", "redirect-local-name"),
        ("mailconf=https://a:b@contoso.example/a", "redirect-user-info"),
        ("mailconf=https://co.uk/a", "redirect-public-suffix"),
        ("v=spf1 -all", "no-data"),
        ("xmailconf=https://contoso.example/a", "no-data"),
        ("nxdomain", "nxdomain"),
        ("servfail", "servfail"),
    ] {
        let mut script = Script::only(&[TXT], &format!("TXT contoso.example = {text}"));
        let report = script.run("alice@contoso.example");
        assert_eq!(report.attempts[0].reason.code(), code, "{text}");
        assert_eq!(script.asked.len(), 1, "{text}");
    }
}

#[test]
fn a_person_is_asked_of_either_only_when_everything_above_has_ended() {
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        let world = format!(
            "rtt = 40ms
             contoso.example = 203.0.113.5
             https://contoso.example~ = 404 after 900ms
             {PLAIN} {NAMED}
             ask autoconfig.contoso.example = no
             ask hoster.example = yes after 60s"
        );
        let mut script = Script::with(strategy, &world);
        let report = script.run("alice@contoso.example");
        assert_eq!(report.found.unwrap().mechanism.as_str(), TXT);
        let asked = |text: &str| script.asked_at(text).unwrap().as_millis();
        assert!(asked("GET http://autoconfig.contoso.example^") < 100, "{strategy:?}");
        assert!(asked("ASK configure alice@contoso.example from autoconfig") >= 900);
        assert!(asked("from hoster") >= asked("from autoconfig"));
        assert!(report.asked_for.as_secs() >= 60);
    }
}

#[test]
fn a_site_is_asked_about_once_by_both() {
    let world = format!(
        "{PLAIN}
         contoso.example = no-data
         TXT contoso.example = mailconf=https://autoconfig.contoso.example/a
         https://autoconfig.contoso.example/a = 200 autoconfig
         ask autoconfig.contoso.example = no"
    );
    for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
        let mut script = Script::with(strategy, &world);
        let report = script.run("alice@contoso.example");
        assert_eq!(questions(&script).len(), 1, "{strategy:?}");
        let denied = report.attempts.iter().filter(|a| a.reason.code() == "consent-denied");
        let ids: Vec<_> = denied.map(|attempt| attempt.mechanism.as_str()).collect();
        assert_eq!(ids, [HTTP, TXT], "{strategy:?}");
    }
}
