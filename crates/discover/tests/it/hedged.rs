//! Hedged: what leaves when, who is waited for and how long. One round trip is 40 ms.

use core::{net::IpAddr, time::Duration};
use std::collections::BTreeSet;

use mailscout_discover::{Attempt, Request, SearchReport, Strategy};

use crate::script::Script;

const ROUND_TRIP: Duration = Duration::from_millis(40);
/// A quarter of a round trip.
const STAGGER: Duration = Duration::from_millis(10);
const SECOND: Duration = Duration::from_secs(1);

/// A domain with a web server, its two discovery hosts, and somebody who receives its mail.
const NAMES: &str = "
    rtt = 40ms
    contoso.example = 203.0.113.1
    autodiscover.contoso.example = 203.0.113.2
    autoconfig.contoso.example = 203.0.113.3
    MX contoso.example = 10 mx.hoster.example
    autoconfig.hoster.example = 9.9.9.9
";

/// Both web servers of the domain are there and have nothing.
const WEB: &str = "
    https://contoso.example~ = 404
    https://contoso.example/.well-known/autoconfig^ = 404
    https://autodiscover.contoso.example~ = 404
    http://autodiscover.contoso.example~ = 404
    https://autoconfig.contoso.example^?me = 404
    http://autoconfig.contoso.example^ = 404
    https://autoconfig.hoster.example^ = 404
";

fn hedged(lines: &str) -> Script {
    Script::with(Strategy::Hedged, &format!("{NAMES}\n{WEB}\n{lines}"))
}

#[track_caller]
fn winner(report: &SearchReport) -> (&'static str, Duration) {
    let found = report.found.as_ref().expect("settings");
    (found.mechanism.as_str(), report.elapsed)
}

fn notices(report: &SearchReport) -> Vec<(&str, &str)> {
    report.notices.iter().map(|notice| (notice.code, notice.text.as_str())).collect()
}

#[test]
fn the_questions_to_the_dns_leave_at_once_and_each_of_them_once() {
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        let mut script = Script::with(strategy, &format!("{NAMES}\n{WEB}"));
        script.run("alice@contoso.example");
        let dns: Vec<_> = script
            .log
            .iter()
            .filter(|(_, what, text)| *what == "ask" && text.starts_with("DNS"))
            .map(|(at, _, text)| (*at, text.as_str()))
            .collect();
        let once: BTreeSet<_> = dns.iter().map(|(_, text)| text).collect();
        assert_eq!(once.len(), dns.len());
        let first: BTreeSet<_> =
            dns.iter().filter(|(at, _)| at.is_zero()).map(|(_, text)| *text).collect();
        let srv = ["autodiscover", "imaps", "imap", "pop3s", "pop3", "submissions", "submission"]
            .into_iter()
            .chain(["caldavs", "carddavs", "jmap"])
            .map(|label| format!("DNS SRV _{label}._tcp.contoso.example"));
        let mut expected: BTreeSet<String> = srv.collect();
        for host in ["", "autodiscover.", "autoconfig.", "ua-auto-config."] {
            expected.insert(format!("DNS A/AAAA {host}contoso.example"));
        }
        expected.insert("DNS TXT _ua-auto-config.contoso.example".to_owned());
        expected.insert("DNS MX contoso.example".to_owned());
        expected.insert("DNS TXT contoso.example".to_owned());
        assert_eq!(first, expected.iter().map(String::as_str).collect(), "{strategy:?}");
    }
}

#[test]
fn a_shared_look_up_stands_in_the_report_once_with_its_own_time() {
    let mut script = hedged("");
    let report = script.run("alice@contoso.example");
    for host in ["contoso.example", "autodiscover.contoso.example", "autoconfig.contoso.example"] {
        let question = format!("DNS A/AAAA {host}");
        let lines = report.attempts.iter().filter(|attempt| attempt.question == question);
        let times: Vec<_> = lines.map(|attempt| (attempt.started, attempt.elapsed)).collect();
        assert_eq!(times, [(Duration::ZERO, ROUND_TRIP)], "{host}");
    }
}

#[test]
fn no_source_of_the_domain_waits_for_another_longer_than_a_stagger() {
    let silent = WEB.replace("= 404", "= timeout");
    let mut script = Script::with(Strategy::Hedged, &format!("{NAMES}\n{silent}"));
    script.run("alice@contoso.example");
    let urls = [
        "POST https://contoso.example~",
        "POST https://autodiscover.contoso.example~",
        "GET https://autoconfig.contoso.example^?me",
        "GET https://contoso.example/.well-known/autoconfig^",
        "GET http://autodiscover.contoso.example~",
        "GET http://autoconfig.contoso.example^",
    ];
    let times: Vec<_> = urls.iter().map(|url| script.asked_at(url).unwrap()).collect();
    assert_eq!(times[0], ROUND_TRIP);
    for pair in times.windows(2) {
        // Between the last two are the sources that ask nothing but the DNS.
        assert!(pair[1] <= pair[0] + 4 * STAGGER, "{times:?}");
    }
    assert!(times[..4].windows(2).all(|pair| pair[1] <= pair[0] + STAGGER), "{times:?}");
    assert!(times[5] <= 3 * ROUND_TRIP, "{times:?}");
}

#[test]
fn the_stagger_follows_the_round_trip() {
    for (round_trip, stagger) in [(2_u64, 1), (40, 10), (400, 100), (4000, 250)] {
        let world = format!("{NAMES}\n{}", WEB.replace("= 404", "= timeout"));
        let world = world.replace("rtt = 40ms", &format!("rtt = {round_trip}ms"));
        let mut script = Script::with(Strategy::Hedged, &world);
        script.run("alice@contoso.example");
        let of = |url: &str| script.asked_at(url).unwrap();
        let well_known = of("GET https://contoso.example/.well-known");
        let latest =
            of("GET https://autoconfig.contoso.example^?me") + Duration::from_millis(stagger);
        assert!(well_known <= latest, "{round_trip} ms: {well_known:?}");
    }
}

#[test]
fn where_nothing_is_silent_the_winner_costs_its_own_round_trips() {
    for (lines, id, trips) in [
        ("https://contoso.example~ = 200 settings", "autodiscover-https-root", 4),
        ("https://autodiscover.contoso.example~ = 200 settings", "autodiscover-https-host", 4),
        ("https://autoconfig.contoso.example^?me = 200 autoconfig", "autoconfig-https-host", 4),
        (
            "https://contoso.example/.well-known/autoconfig^ = 200 autoconfig",
            "autoconfig-well-known",
            5,
        ),
        (
            "_autodiscover._tcp.contoso.example = SRV 0 0 443 ad.contoso.example
             ad.contoso.example = 203.0.113.9
             https://ad.contoso.example~ = 200 settings",
            "srv-redirect",
            6,
        ),
        ("ispdb:contoso.example = 200 autoconfig", "ispdb", 9),
        ("table contoso.example = big", "provider", 5),
        ("table-mx mx.hoster.example = hoster", "provider-mx", 10),
    ] {
        let mut script = hedged(lines);
        let report = script.run("alice@contoso.example");
        let (found, at) = winner(&report);
        assert_eq!(found, id);
        assert!(at <= trips * ROUND_TRIP, "{id} took {at:?}");
        assert_eq!(report.notices.iter().filter(|n| n.code.contains("silent")).count(), 0);
    }
}

#[test]
fn a_silent_source_costs_sources_of_its_trust_twice_their_time() {
    let own = 4 * ROUND_TRIP;
    for silence in ["timeout", "connect-timeout", "tls-timeout after 5s"] {
        for (line, id) in [
            ("https://autodiscover.contoso.example~ = 200 settings", "autodiscover-https-host"),
            ("https://autoconfig.contoso.example^?me = 200 autoconfig", "autoconfig-https-host"),
        ] {
            let mut script = hedged(&format!("{line}\n https://contoso.example~ = {silence}"));
            let report = script.run("alice@contoso.example");
            let (found, at) = winner(&report);
            assert_eq!(found, id);
            assert!(at <= 2 * own + STAGGER, "{id} took {at:?}");
            let text =
                "settings were taken before these sources had answered: autodiscover-https-root";
            assert!(notices(&report).contains(&("higher-source-silent", text)));
            let given_up = report.attempts.iter().find(|a| a.reason.code() == "overtaken");
            assert!(given_up.unwrap().question.starts_with("POST https://contoso.example"));
            assert!(script.log.contains(&(
                at,
                "cancel",
                "POST https://contoso.example~".to_owned()
            )));
        }
    }
}

#[test]
fn a_source_that_was_silent_for_another_address_is_not_named() {
    let mut script = hedged(
        "https://contoso.example~ = connect-timeout
         https://autodiscover.contoso.example~ = 200 redirect-addr alice@sub.contoso.example
         sub.contoso.example = 203.0.113.7
         https://sub.contoso.example~ = 404
         autodiscover.sub.contoso.example = 203.0.113.8
         https://autodiscover.sub.contoso.example~ = 200 settings",
    );
    let report = script.run("alice@contoso.example");
    assert_eq!(winner(&report).0, "autodiscover-https-host");
    let codes: Vec<_> = notices(&report).iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["address-changed"]);
}

#[test]
fn the_quickest_answer_of_the_dns_is_the_round_trip() {
    let mut script = hedged(
        "_autodiscover._tcp.contoso.example = SRV 0 0 443 autoconfig.contoso.example after 900ms",
    );
    script.run("alice@contoso.example");
    let connects: BTreeSet<_> = script
        .asked
        .iter()
        .filter_map(|request| match request {
            Request::Http(request) => Some(request.limits.connect),
            _ => None,
        })
        .collect();
    assert_eq!(connects, [SECOND + 3 * ROUND_TRIP].into());
}

#[test]
fn the_grace_may_be_chosen() {
    let mut script = hedged(
        "https://contoso.example~ = 200 settings after 900ms
         https://autodiscover.contoso.example~ = 200 settings",
    );
    script.options.deadlines.grace = Some(SECOND);
    assert_eq!(winner(&script.run("alice@contoso.example")).0, "autodiscover-https-root");
    script.options.deadlines.grace = Some(Duration::ZERO);
    let report = script.run("alice@contoso.example");
    assert_eq!(winner(&report), ("autodiscover-https-host", 4 * ROUND_TRIP));
}

#[test]
fn a_source_that_answers_within_the_grace_wins() {
    let mut script = hedged(
        "https://contoso.example~ = 200 settings after 270ms
         https://autodiscover.contoso.example~ = 200 settings",
    );
    let report = script.run("alice@contoso.example");
    assert_eq!(winner(&report).0, "autodiscover-https-root");
    assert!(notices(&report).is_empty());
}

#[test]
fn a_black_hole_costs_lower_trust_one_retransmission_and_three_round_trips() {
    let black_hole = "
        https://contoso.example~ = connect-timeout
        https://contoso.example/.well-known/autoconfig^ = connect-timeout";
    for (lines, id) in [
        (
            "http://autodiscover.contoso.example~ = 302 https://autodiscover.contoso.example/a/autodiscover.xml
             https://autodiscover.contoso.example/a/autodiscover.xml = 200 settings",
            "http-redirect",
        ),
        ("_imaps._tcp.contoso.example = SRV 0 0 993 imap.contoso.example", "srv-services"),
        ("table contoso.example = big", "provider"),
    ] {
        let mut script = hedged(&format!("{black_hole}\n{lines}"));
        let report = script.run("alice@contoso.example");
        let (found, at) = winner(&report);
        assert_eq!(found, id);
        let asks_strangers = if id == "srv-services" { 5 * ROUND_TRIP } else { Duration::ZERO };
        assert!(at <= SECOND + 4 * ROUND_TRIP + STAGGER + asks_strangers, "{id} took {at:?}");
        assert!(notices(&report).iter().any(|(code, _)| *code == "higher-source-silent"));
        assert_eq!(report.silent, ["203.0.113.1".parse::<IpAddr>().unwrap()]);
    }
}

#[test]
fn what_nothing_proves_is_never_taken_while_something_above_is_undecided() {
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        for (lines, id) in [
            ("http://autoconfig.contoso.example^ = 200 autoconfig", "autoconfig-http"),
            (
                "https://autoconfig.contoso.example^?me = 200 autoconfig imap/plain smtp",
                "autoconfig-https-host",
            ),
            ("_imaps._tcp.contoso.example = SRV 0 0 993 imap.contoso.example", "srv-services"),
            (
                "http://autodiscover.contoso.example~ = 302 https://autodiscover.contoso.example/a/autodiscover.xml
                 https://autodiscover.contoso.example/a/autodiscover.xml = 200 settings",
                "http-redirect",
            ),
        ] {
            let world = format!("{NAMES}\n{WEB}\n{lines}\n https://contoso.example~ = timeout");
            let mut script = Script::with(strategy, &world).allow("any");
            let report = script.run("alice@contoso.example");
            let (found, at) = winner(&report);
            assert_eq!(found, id);
            assert!(at >= Duration::from_secs(10), "{id} after {at:?}");
        }
    }
}

#[test]
fn nobody_takes_plain_settings_for_as_good_as_authenticated_ones() {
    // Also not where a redirect before a change of address proved nothing.
    let mut script = hedged(
        "https://contoso.example~ = 404
         https://autodiscover.contoso.example~ = 200 redirect-url http://autodiscover.contoso.example/p
         ask autodiscover.contoso.example = yes
         http://autodiscover.contoso.example/p = 302 https://autodiscover.contoso.example/q/autodiscover.xml
         https://autodiscover.contoso.example/q/autodiscover.xml = 200 redirect-addr a@sub.contoso.example
         sub.contoso.example = 203.0.113.7
         https://sub.contoso.example~ = timeout
         autodiscover.sub.contoso.example = 203.0.113.8
         https://autodiscover.sub.contoso.example~ = 200 settings",
    );
    let report = script.run("alice@contoso.example");
    let (found, at) = winner(&report);
    assert_eq!(found, "autodiscover-https-host");
    assert_eq!(report.found.as_ref().unwrap().trust.to_string(), "consented");
    assert!(at >= Duration::from_secs(10), "{at:?}");
}

#[test]
fn third_parties_are_asked_when_the_domains_own_sources_above_have_ended() {
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        let world = format!("{NAMES}\n{WEB}\n https://contoso.example~ = 404 after 2s");
        let mut script = Script::with(strategy, &world);
        script.run("alice@contoso.example");
        let ended = 2 * SECOND + ROUND_TRIP;
        for part in ["thunderbird", "hoster.example"] {
            let at = script.asked_at(part).unwrap();
            assert!(at >= ended && at <= ended + 2 * STAGGER, "{strategy:?} {part}: {at:?}");
        }
        // Not a word to them where the domain has settings, however late.
        let mut script = Script::with(
            strategy,
            &format!("{NAMES}\n{WEB}\n https://contoso.example~ = 200 settings after 2s"),
        );
        script.run("alice@contoso.example");
        assert!(script.asked_at("thunderbird").is_none());
        assert!(script.asked_at("hoster.example").is_none());
    }
}

#[test]
fn sources_below_third_parties_do_not_wait_for_them() {
    let mut script = hedged(
        "https://contoso.example~ = timeout
         _imaps._tcp.contoso.example = SRV 0 0 993 imap.contoso.example",
    );
    let report = script.run("alice@contoso.example");
    let services = |attempt: &&Attempt| {
        attempt.mechanism.as_str() == "srv-services" && attempt.reason.code() == "settings"
    };
    let ended = report.attempts.iter().find(services).unwrap().started;
    assert!(ended <= 3 * ROUND_TRIP, "{ended:?}");
    assert!(script.asked_at("GET http://autoconfig.contoso.example^").unwrap() <= 3 * ROUND_TRIP);
}

#[test]
fn a_domain_that_does_not_exist_costs_its_look_ups() {
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        let mut script = Script::with(strategy, "rtt = 40ms");
        let report = script.run("alice@contoso.example");
        assert_eq!(report.conclusion.as_str(), "not-found");
        assert!(report.elapsed <= 2 * ROUND_TRIP, "{strategy:?} {:?}", report.elapsed);
        assert!(script.log.iter().all(|(_, what, text)| *what != "ask" || text.starts_with("DNS")));
        assert!(script.log.iter().all(|(at, what, _)| *what != "ask" || at.is_zero()));
        assert_eq!(notices(&report).len(), 1);
    }
}

#[test]
fn a_name_server_that_denies_texts_denies_no_domain() {
    for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
        let world = format!(
            "{NAMES}\n{WEB}
             TXT contoso.example = nxdomain
             MX contoso.example = nxdomain
             https://contoso.example~ = 200 settings"
        );
        let report = Script::with(strategy, &world).run("alice@contoso.example");
        assert!(report.found.is_some(), "{strategy:?}");
        assert!(notices(&report).is_empty());
    }
}

#[test]
fn where_nobody_answers_the_search_ends_at_its_deadline() {
    let silences = [
        // The DNS, for longer than anybody waits; the web, after the handshake; before it.
        "contoso.example = 203.0.113.1 after 100s
         autodiscover.contoso.example = 203.0.113.2 after 100s
         autoconfig.contoso.example = 203.0.113.3 after 100s",
        "https://contoso.example~ = timeout after 100s
         https://autodiscover.contoso.example~ = timeout after 100s
         https://autoconfig.contoso.example^?me = timeout after 100s",
        "autoconfig.thunderbird.net = 9.9.9.1 after 100s",
    ];
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        for silence in silences {
            let world = format!("{NAMES}\n{WEB}\n{silence}");
            let mut script = Script::with(strategy, &world);
            let report = script.run("alice@contoso.example");
            assert_eq!(report.elapsed, Duration::from_secs(15), "{strategy:?}");
            assert!(report.attempts.iter().any(|a| a.reason.code() == "time-up"));
            for mechanism in script.mechanisms() {
                let is_there = report.attempts.iter().any(|a| a.mechanism == mechanism);
                assert!(is_there, "{strategy:?} {mechanism}");
            }
        }
        let world = WEB.replace("= 404", "= connect-timeout");
        let report =
            Script::with(strategy, &format!("{NAMES}\n{world}")).run("alice@contoso.example");
        assert!(report.elapsed < 4 * SECOND, "{strategy:?} {:?}", report.elapsed);
    }
}

#[test]
fn a_silent_dns_is_waited_for_once() {
    let labels = ["autodiscover", "imaps", "imap", "pop3s", "pop3", "submissions", "submission"];
    let others = ["caldavs", "carddavs", "jmap"].into_iter();
    let srv =
        labels.into_iter().chain(others).map(|label| format!("_{label}._tcp.contoso.example"));
    let hosts = [
        "",
        "autodiscover.",
        "autoconfig.",
        "ua-auto-config.",
        "MX ",
        "TXT ",
        "TXT _ua-auto-config.",
    ];
    let hosts = hosts.into_iter().map(|host| format!("{host}contoso.example"));
    let names = hosts.chain(srv).chain(["autoconfig.thunderbird.net".to_owned()]);
    let world: Vec<_> = names.map(|name| format!("{name} = dns-timeout")).collect();
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        let report = Script::with(strategy, &world.join("\n")).run("alice@contoso.example");
        assert_eq!(report.conclusion.as_str(), "failed");
        // Once for the domain, once for the database.
        assert_eq!(report.elapsed, Duration::from_secs(10));
    }
}

#[test]
fn settings_that_wait_for_a_silent_source_are_taken_when_the_time_is_up() {
    let mut script = hedged(
        "https://contoso.example~ = timeout after 100s
         _imaps._tcp.contoso.example = SRV 0 0 993 imap.contoso.example",
    );
    let report = script.run("alice@contoso.example");
    assert_eq!(winner(&report), ("srv-services", Duration::from_secs(15)));
    let silent = notices(&report).into_iter().find(|(code, _)| *code == "higher-source-silent");
    let (_, text) = silent.unwrap();
    assert!(text.contains("autodiscover-https-root") && text.contains("ispdb"), "{text}");
}
