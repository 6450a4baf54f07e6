//! What is asked only when it is named: Autodiscover v2, for ActiveSync, and by SOAP.

use std::fmt::Write as _;

use mailscout_discover::{
    AUTODISCOVER_V1, Conclusion, HINT_ONLY, LogIn, Means, Request, SearchReport, Strategy,
    mechanism::Order,
};
use mailscout_net::http::{HttpRequest, Method};
use mailscout_schema::settings::ServiceKind;
use proptest::{
    prelude::{
        Just, ProptestConfig, Strategy as _, prop_assert, prop_assert_eq, prop_oneof, proptest,
    },
    sample::select,
};

use crate::script::{Script, check};

const V2: [&str; 1] = ["autodiscover-v2"];
pub(crate) const SYNC: [&str; 1] = ["autodiscover-mobilesync"];
pub(crate) const SOAP: [&str; 1] = ["autodiscover-soap"];

const HOSTS: &str = "contoso.example = 203.0.113.5
     autodiscover.contoso.example = 203.0.113.6
     a.contoso.example = 203.0.113.7
     hoster.example = 9.9.9.9\n";

pub(crate) fn script(only: &[&str], world: &str) -> Script {
    Script::only(only, &format!("{HOSTS}{world}"))
}

pub(crate) fn search(only: &[&str], world: &str) -> (SearchReport, Script) {
    let mut script = script(only, world);
    let report = script.run("alice@contoso.example");
    (report, script)
}

pub(crate) fn requests(script: &Script) -> Vec<&HttpRequest> {
    let requests = script.asked.iter().filter_map(|request| match request {
        Request::Http(request) | Request::LogIn(request, _) => Some(request),
        _ => None,
    });
    requests.collect()
}

pub(crate) fn codes(report: &SearchReport) -> Vec<String> {
    let asked = report.attempts.iter().filter(|attempt| !attempt.question.starts_with("DNS"));
    asked.map(|attempt| attempt.reason.code().into_owned()).collect()
}

#[test]
fn nothing_asks_for_them_until_they_are_named() {
    let world = "https://autodiscover.contoso.example!svc = 200 soap";
    for order in [Order::Standard, Order::Outlook] {
        for all in [false, true] {
            let mut script = Script::standard(&format!("{HOSTS}{world}"));
            (script.options.order, script.options.all) = (order, all);
            let report = script.run("alice@contoso.example");
            assert!(report.found.is_none());
            let is_named = |text: &str| text.contains(".svc") || text.contains(".json?");
            assert!(!requests(&script).iter().any(|request| is_named(request.url.as_str())));
            assert!(!report.attempts.iter().any(|attempt| attempt.mechanism.is_on_request()));
            script.options.only = vec!["autodiscover-soap".parse().unwrap()];
            assert!(script.run("alice@contoso.example").found.is_some(), "{order:?}");
        }
    }
}

#[test]
fn they_stand_behind_everything_else_and_servers_before_hints() {
    let (_, asked) = search(
        &[
            "autodiscover-v2",
            "autodiscover-mobilesync",
            "autodiscover-soap",
            "autodiscover-https-host",
        ],
        "",
    );
    let order: Vec<String> = requests(&asked)
        .iter()
        .map(|request| crate::world::shorten(&request.to_string()))
        .collect();
    assert_eq!(
        order,
        [
            "POST https://autodiscover.contoso.example~",
            "POST https://autodiscover.contoso.example!svc",
            "POST https://contoso.example!svc",
            "POST https://contoso.example~",
            "POST https://autodiscover.contoso.example~",
            "GET https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1",
        ],
    );
}

#[test]
fn v2_asks_for_each_protocol_and_says_that_it_proves_nothing() {
    let world = "
        https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 = 200 json-url https://m.contoso.example/eas
        https://autodiscover.contoso.example!json:Ews&RedirectCount=1 = 200 json-url https://m.contoso.example/ews
        https://autodiscover.contoso.example!json:AutodiscoverV1&RedirectCount=1 = 200 json-url https://a.contoso.example~";
    check(
        script(&V2, world),
        "
        DNS A/AAAA autodiscover.contoso.example -> answered
        GET https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 -> settings
        GET https://autodiscover.contoso.example!json:Ews&RedirectCount=1 -> settings
        GET https://autodiscover.contoso.example!json:AutodiscoverV1&RedirectCount=1 -> answered
        found autodiscover-v2 authenticated",
    );
    let (report, asked) = search(&V2, world);
    let settings = report.found.as_ref().unwrap().settings.clone();
    let services: Vec<_> = settings.services.iter().map(|one| (one.kind, &*one.url)).collect();
    assert_eq!(
        services,
        [
            (ServiceKind::ActiveSync, "https://m.contoso.example/eas"),
            (ServiceKind::Ews, "https://m.contoso.example/ews"),
        ],
    );
    let notices: Vec<_> = report.notices.iter().map(|notice| notice.code).collect();
    assert_eq!(notices, [AUTODISCOVER_V1, HINT_ONLY]);
    for request in requests(&asked) {
        assert_eq!((request.method, request.body.len()), (Method::Get, 0));
        assert!(request.headers.contains(&("accept", "application/json".to_owned())));
    }
}

#[test]
fn v2_goes_on_after_a_refusal_and_stops_where_there_is_no_such_service() {
    for (first, asked) in [
        ("400 json-error ProtocolNotSupported", 2),
        ("200 json-error ProtocolNotSupported", 2),
        ("404", 1),
        ("200 html", 1),
        ("400 html", 1),
        ("timeout", 1),
        ("500 json-error InternalServerError", 1),
    ] {
        let world = format!(
            "https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 = {first}
             https://autodiscover.contoso.example!json:Ews&RedirectCount=1 = closed"
        );
        let (_, script) = search(&V2, &world);
        assert_eq!(requests(&script).len(), asked, "{first}");
    }
    // A URL counts with a status that means yes alone.
    let url = "https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 \
               = 403 json-url https://m.contoso.example/eas";
    let (report, _) = search(&V2, url);
    assert_eq!((report.found.is_none(), codes(&report)), (true, vec!["http-403".to_owned()]));
}

#[test]
fn what_v2_said_before_the_service_fell_silent_is_kept() {
    let (report, _) = search(
        &V2,
        "https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 = 200 json-url https://m.contoso.example/eas
         https://autodiscover.contoso.example!json:Ews&RedirectCount=1 = timeout",
    );
    assert_eq!(report.found.unwrap().settings.services.len(), 1);
}

#[test]
fn the_url_of_the_plain_xml_alone_is_a_remark_and_is_not_asked() {
    let (report, script) = search(
        &V2,
        "https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 = 400 json-error A
         https://autodiscover.contoso.example!json:Ews&RedirectCount=1 = 400 json-error B
         https://autodiscover.contoso.example!json:AutodiscoverV1&RedirectCount=1 = 200 json-url https://a.contoso.example~
         https://a.contoso.example~ = 200 settings",
    );
    assert_eq!(report.conclusion, Conclusion::NotFound);
    assert_eq!(report.notices[0].code, AUTODISCOVER_V1);
    assert!(script.asked_at("a.contoso.example").is_none());
}

#[test]
fn a_redirect_of_v2_is_counted_and_names_nobody_else() {
    let (report, script) = search(
        &V2,
        "https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 = 302 https://a.contoso.example/json?email=bob%40hoster.example&tenant=7&RedirectCount=9
         https://a.contoso.example/json?tenant=7&Email=alice%40contoso.example&Protocol=ActiveSync&RedirectCount=2 = 200 json-url https://m.contoso.example/eas",
    );
    let found = report.found.expect("the redirect leads to settings");
    assert_eq!((found.hops.len(), found.trust.to_string()), (1, "authenticated".to_owned()));
    // The next protocol begins where the first one did.
    let last = requests(&script).last().unwrap().url.to_string();
    assert!(last.starts_with("https://autodiscover.contoso.example/") && last.ends_with("Count=1"));
}

#[test]
fn v2_goes_to_microsoft_with_the_users_word_only_and_asks_for_it_once() {
    let world = "outlook.office365.com = 9.9.9.8
        https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 = 302 https://outlook.office365.com!json:ActiveSync&RedirectCount=1
        https://autodiscover.contoso.example!json:Ews&RedirectCount=1 = 302 https://outlook.office365.com!json:Ews&RedirectCount=1
        https://outlook.office365.com!json:ActiveSync&RedirectCount=2 = 200 json-url https://outlook.office365.com/eas
        https://outlook.office365.com!json:Ews&RedirectCount=2 = 200 json-url https://outlook.office365.com/ews";
    for answer in ["no", "nobody"] {
        let (report, script) =
            search(&V2, &format!("{world}\n ask outlook.office365.com = {answer}"));
        assert!(report.found.is_none());
        assert!(
            !requests(&script)
                .iter()
                .any(|one| one.url.host_str() != Some("autodiscover.contoso.example"))
        );
    }
    let (report, script) = search(&V2, &format!("{world}\n ask outlook.office365.com = yes"));
    let found = report.found.expect("the user agreed");
    assert_eq!((found.settings.services.len(), &*found.trust.to_string()), (2, "consented"));
    assert_eq!(script.times("ASK").len(), 1);
}

#[test]
fn nobody_logs_in_for_v2() {
    let world =
        "https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 = 401 NTLM Basic";
    let mut script = script(&V2, world);
    script.options.log_in = Some(LogIn::new(Means::Password));
    let report = script.run("alice@contoso.example");
    assert!(!script.asked.iter().any(|request| matches!(request, Request::LogIn(..))));
    assert_eq!(
        (report.conclusion, codes(&report)),
        (Conclusion::NeedsLogin, vec!["login-needed".to_owned()])
    );
}

#[test]
fn a_redirect_to_plain_http_is_never_followed() {
    for (only, line) in [
        (
            &V2,
            "https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 = 302 http://a.contoso.example/json",
        ),
        (&SYNC, "https://contoso.example~ = 302 http://a.contoso.example~"),
        (&SOAP, "https://autodiscover.contoso.example!svc = 302 http://a.contoso.example!svc"),
        (
            &SOAP,
            "https://autodiscover.contoso.example!svc = 200 soap-url http://a.contoso.example!svc",
        ),
    ] {
        let mut script = script(only, &format!("{line}\n ask a.contoso.example = yes"));
        script.options.log_in = Some(LogIn::new(Means::Password));
        let report = script.run("alice@contoso.example");
        assert_eq!(codes(&report)[0], "redirect-https-to-http", "{line}");
        assert!(!requests(&script).iter().any(|request| request.url.scheme() == "http"));
    }
}

#[test]
fn a_redirect_is_asked_again_in_the_same_form() {
    let (report, script) = search(
        &SYNC,
        "https://contoso.example~ = 302 https://a.contoso.example/sync
         https://a.contoso.example/sync = 200 sync",
    );
    assert!(report.found.is_some());
    let asked = requests(&script);
    assert_eq!((asked[1].method, &asked[1].body), (Method::Post, &asked[0].body));
}

#[test]
fn a_loop_is_cut_although_the_count_goes_up() {
    for (only, lines) in [
        (
            &V2,
            "https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1 = 302 https://a.contoso.example/json
             https://a.contoso.example/json?Email=alice%40contoso.example&Protocol=ActiveSync&RedirectCount=2 = 302 https://autodiscover.contoso.example!json:ActiveSync",
        ),
        (
            &SOAP,
            "https://autodiscover.contoso.example!svc = 200 soap-url https://a.contoso.example!svc
             https://a.contoso.example!svc = 200 soap-url https://autodiscover.contoso.example!svc",
        ),
        (
            &SYNC,
            "https://contoso.example~ = 302 https://a.contoso.example~
             https://a.contoso.example~ = 302 https://contoso.example~",
        ),
    ] {
        let (report, _) = search(only, lines);
        assert_eq!(codes(&report)[..2], ["redirect", "redirect-loop"], "{only:?}");
    }
}

#[test]
fn all_of_the_family_share_one_budget_of_redirects() {
    let steps = |first: &str, name: &str, last: &str| {
        let mut lines = format!("{first} = 302 https://a.contoso.example/{name}0\n");
        for step in 0..6 {
            let next = step + 1;
            let (from, to) = (format!("{name}{step}"), format!("{name}{next}"));
            writeln!(
                lines,
                "https://a.contoso.example/{from} = 302 https://a.contoso.example/{to}"
            )
            .unwrap();
        }
        lines + &format!("https://a.contoso.example/{name}6 = {last}\n")
    };
    // Seven redirects each: the second mechanism's fourth is one too many.
    let soap = "https://autodiscover.contoso.example!svc";
    let world = steps(soap, "s", "404") + &steps("https://contoso.example~", "m", "200 sync");
    assert!(search(&SYNC, &world).0.found.is_some());
    for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
        let mut script = script(&["autodiscover-soap", "autodiscover-mobilesync"], &world);
        script.options.strategy = strategy;
        let report = script.run("alice@contoso.example");
        assert!(report.found.is_none(), "{strategy:?}");
    }
    // What is followed for one protocol of v2 is missing for the next.
    let hop = |protocol: &str| {
        let mut lines = format!(
            "https://autodiscover.contoso.example!json:{protocol}&RedirectCount=1 = 302 https://a.contoso.example/0\n"
        );
        for step in 0..6 {
            let (next, count) = (step + 1, step + 2);
            let query =
                format!("Email=alice%40contoso.example&Protocol={protocol}&RedirectCount={count}");
            let to = format!("https://a.contoso.example/{next}");
            writeln!(lines, "https://a.contoso.example/{step}?{query} = 302 {to}").unwrap();
        }
        lines
            + &format!(
                "https://a.contoso.example/6?Email=alice%40contoso.example&Protocol={protocol}&RedirectCount=8 = 200 json-url https://m.contoso.example/{protocol}\n"
            )
    };
    let (report, _) = search(&V2, &(hop("ActiveSync") + &hop("Ews")));
    assert!(codes(&report).contains(&"too-many-redirects".to_owned()));
    assert_eq!(report.conclusion, Conclusion::NotFound);
}

/// Places of a small world of the family, badly kept.
const PLACES: [&str; 8] = [
    "https://autodiscover.contoso.example!svc",
    "https://contoso.example!svc",
    "https://contoso.example~",
    "https://autodiscover.contoso.example~",
    "https://a.contoso.example!svc",
    "https://a.contoso.example~",
    "https://hoster.example!svc",
    "https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1",
];

fn answer() -> impl proptest::strategy::Strategy<Value = String> {
    let place = || select(PLACES.to_vec());
    prop_oneof![
        3 => place().prop_map(|place| format!("302 {place}")),
        3 => place().prop_map(|place| format!("200 soap-url {place}")),
        1 => Just("200 soap-addr bob@hoster.example".to_owned()),
        1 => Just("200 sync-addr carol@sub.contoso.example".to_owned()),
        4 => select(vec!["200 soap", "200 sync", "200 settings", "200 json-url https://m.contoso.example/"])
            .prop_map(str::to_owned),
        4 => select(vec!["404", "401 NTLM", "500 soap-fault", "400 json-error A", "200 html", "302 http://a.contoso.example/"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_world_changes_the_answer_with_the_strategy_or_sees_http_or_a_login_by_strangers(
        answers in proptest::collection::vec((answer(), 0..200_u32), PLACES.len()),
        consent in select(vec!["yes", "no", "nobody"]),
    ) {
        let lines = PLACES.iter().zip(answers);
        let lines = lines.map(|(place, (answer, after))| format!("{place} = {answer} after {after}ms\n"));
        let world = lines.collect::<String>() + &format!("ask hoster.example = {consent}");
        let mut winners = Vec::new();
        for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
            let mut script = script(
                &["autodiscover-https-root", "autodiscover-soap", "autodiscover-mobilesync", "autodiscover-v2"],
                &world,
            )
            .patient();
            script.options.strategy = strategy;
            script.options.log_in = Some(LogIn::new(Means::Password));
            let report = script.run("alice@contoso.example");
            for request in requests(&script) {
                prop_assert_eq!(request.url.scheme(), "https");
                let is_strange = request.url.host_str() == Some("hoster.example");
                prop_assert!(!is_strange || consent == "yes", "{}", request);
            }
            winners.push(report.found.map(|found| (found.mechanism, found.url, found.trust, found.hops)));
        }
        prop_assert_eq!(&winners[0], &winners[1]);
        prop_assert_eq!(&winners[0], &winners[2]);
    }
}
