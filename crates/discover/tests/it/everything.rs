//! What holds in every world of all sources, under every strategy.

use core::time::Duration;
use std::collections::BTreeSet;

use mailscout_discover::{Reason, Request, SearchReport, Strategy as Pace, TrustWord};
use mailscout_schema::settings::Protocol;
use proptest::{collection::vec, prelude::*, sample::select};

use crate::script::Script;

/// URLs of a small, badly kept world; a host that is silent is silent as a whole.
const PLACES: [&str; 18] = [
    "https://contoso.example~",
    "https://contoso.example/.well-known/autoconfig^",
    "https://autodiscover.contoso.example~",
    "http://autodiscover.contoso.example~",
    "https://autoconfig.contoso.example^?me",
    "https://autoconfig.contoso.example^",
    "http://autoconfig.contoso.example^",
    "https://a.contoso.example~",
    "https://a.contoso.example/conf",
    "http://a.contoso.example~",
    "https://hoster.example~",
    "https://hoster.example/conf",
    "https://autoconfig.hoster.example^",
    "https://sub.contoso.example~",
    "https://autoconfig.sub.contoso.example^?emailaddress=alice%40sub.contoso.example",
    "http://autodiscover.sub.contoso.example~",
    "ispdb:contoso.example",
    "ispdb:hoster.example",
];

const HOSTS: [(&str, &str); 9] = [
    ("ua-auto-config.contoso.example", "203.0.113.8"),
    ("contoso.example", "203.0.113.1"),
    ("autodiscover.contoso.example", "203.0.113.2"),
    ("autoconfig.contoso.example", "203.0.113.3"),
    ("a.contoso.example", "203.0.113.4"),
    ("sub.contoso.example", "203.0.113.5"),
    ("autodiscover.sub.contoso.example", "203.0.113.6"),
    ("autoconfig.sub.contoso.example", "203.0.113.7"),
    ("hoster.example", "9.9.9.1"),
];

fn answer() -> impl Strategy<Value = String> {
    let addresses = ["alice@sub.contoso.example", "bob@contoso.example", "c@hoster.example"];
    prop_oneof![
        4 => (select(PLACES.to_vec()), select(vec![301, 302, 303, 307]))
            .prop_map(|(place, status)| format!("{status} {place}")),
        2 => select(PLACES.to_vec()).prop_map(|place| format!("200 redirect-url {place}")),
        1 => select(addresses.to_vec()).prop_map(|to| format!("200 redirect-addr {to}")),
        1 => Just("200 settings".to_owned()),
        1 => Just("200 plain-settings".to_owned()),
        3 => Just("200 autoconfig".to_owned()),
        1 => Just("200 autoconfig imap/plain smtp".to_owned()),
        6 => select(vec!["404", "401 Basic", "200 html", "200 truncated", "closed", "302"])
            .prop_map(str::to_owned),
        1 => Just("timeout".to_owned()),
    ]
}

/// Lines that are all there or not at all: the DNS, the table, who is silent, who agrees.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let any = |lines: &[&str]| {
        let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        select(lines)
    };
    let names = HOSTS.map(|(host, address)| {
        any(&[
            &format!("{host} = {address}"),
            &format!("{host} = {address}"),
            &format!("{host} = no-data"),
            &format!("{host} = servfail"),
            &format!("{host} = dns-timeout"),
        ])
        .boxed()
    });
    let consents = ["hoster.example", "autoconfig.hoster.example", "a.contoso.example"]
        .into_iter()
        .chain(["autoconfig.contoso.example", "contoso.example"])
        .map(|site| {
            any(&[&format!("ask {site} = yes"), &format!("ask {site} = no"), "rtt = 40ms"]).boxed()
        });
    let others = [
        any(&[
            "rtt = 40ms",
            "_autodiscover._tcp.contoso.example = SRV 0 0 443 a.contoso.example",
            "_autodiscover._tcp.contoso.example = SRV 0 0 443 hoster.example,1 0 443 a.contoso.example",
        ]),
        any(&[
            "rtt = 40ms",
            "_imaps._tcp.contoso.example = SRV 0 0 993 mail.contoso.example",
            "_imaps._tcp.contoso.example = SRV 0 0 993 mail.hoster.example",
        ]),
        any(&[
            "MX contoso.example = 10 mx.hoster.example",
            "MX contoso.example = 10 mx.contoso.example",
            "MX contoso.example = 0 .",
            "MX contoso.example = servfail",
        ]),
        any(&[
            "rtt = 40ms",
            "TXT contoso.example = mailconf=https://hoster.example/conf",
            "TXT contoso.example = mailconf=https://a.contoso.example/conf",
        ]),
        any(&["rtt = 40ms", "rtt = 40ms", "table contoso.example = big"]),
        any(&["rtt = 40ms", "table-mx mx.hoster.example = hoster", "filter mx.hoster.example = F"]),
        any(&["autoconfig.hoster.example = 9.9.9.2", "autoconfig.hoster.example = no-data"]),
    ];
    let all: Vec<_> =
        names.into_iter().chain(consents).chain(others.map(Strategy::boxed)).collect();
    all
}

fn world() -> impl Strategy<Value = String> {
    let answers = vec((answer(), 0..300_u32), PLACES.len());
    let silent = proptest::sample::subsequence(
        vec!["https://contoso", "https://autodiscover.c", "http://autodiscover.c", "https://a."],
        0..=2,
    );
    (answers, silent, lines()).prop_map(|(answers, silent, mut lines)| {
        for (place, (answer, after)) in PLACES.iter().zip(answers) {
            let is_silent = silent.iter().any(|host| place.starts_with(host));
            lines.push(match answer.as_str() {
                _ if is_silent => format!("{place} = connect-timeout"),
                "timeout" => format!("{place} = timeout"),
                _ => format!("{place} = {answer} after {after}ms"),
            });
        }
        lines.join("\n")
    })
}

/// What never happens, whatever is found.
fn check(script: &Script, report: &SearchReport) -> Result<(), TestCaseError> {
    for mechanism in script.mechanisms() {
        let is_there = report.attempts.iter().any(|attempt| attempt.mechanism == mechanism);
        prop_assert!(is_there, "{mechanism} is not in the report");
    }
    let mut names = BTreeSet::new();
    for request in &script.asked {
        let text = format!("{request:?}");
        match request {
            Request::Lookup(lookup) => {
                prop_assert!(names.insert((lookup.name.clone(), lookup.kind)), "twice: {text}");
            }
            Request::Http(request) => {
                let host = request.url.host_str().unwrap_or_default();
                let is_home = host.ends_with("contoso.example") && request.url.scheme() == "https";
                let is_post = request.method == mailscout_net::http::Method::Post;
                let is_named = text.contains("alice") || text.contains("bob");
                prop_assert!(is_home || is_post || !is_named, "{text}");
            }
            _ => {}
        }
    }
    let mut lookups = BTreeSet::new();
    for attempt in &report.attempts {
        let is_lookup = attempt.question.starts_with("DNS") && !attempt.elapsed.is_zero();
        prop_assert!(!is_lookup || lookups.insert(&attempt.question), "twice: {attempt:?}");
    }
    for attempt in report.attempts.iter().filter(|attempt| !attempt.question.is_empty()) {
        prop_assert!(attempt.started + attempt.elapsed <= report.elapsed, "{attempt:?}");
    }
    let questions = script.asked.iter().filter(|request| matches!(request, Request::Ask(_)));
    let sites: Vec<String> = questions.map(ToString::to_string).collect();
    let once: BTreeSet<_> = sites.iter().collect();
    prop_assert_eq!(once.len(), sites.len(), "asked twice: {:?}", sites);
    let is_cut = report
        .attempts
        .iter()
        .any(|attempt| matches!(attempt.reason, Reason::Overtaken | Reason::NotNeeded));
    prop_assert!(report.found.is_some() || !is_cut, "nothing was found");
    if let Some(found) = &report.found {
        let is_good = found.trust.word() == TrustWord::Authenticated;
        prop_assert!(!is_good || found.url.starts_with("https://"), "{}", found.url);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_strategy_changes_nothing_but_the_time(world in world()) {
        let mut winners = Vec::new();
        for pace in [Pace::Sequential, Pace::Hedged, Pace::Eager] {
            let mut script = Script::with(pace, &world).patient();
            let report = script.run("alice@contoso.example");
            check(&script, &report)?;
            winners.push(
                report.found.map(|found| (found.mechanism, found.url, found.trust, found.hops)),
            );
        }
        prop_assert_eq!(&winners[0], &winners[1]);
        prop_assert_eq!(&winners[0], &winners[2]);
    }

    #[test]
    fn the_strategy_changes_nothing_of_what_is_joined_and_compared(
        world in world(),
        want in proptest::sample::subsequence(vec![Protocol::Imap, Protocol::Pop3, Protocol::Smtp], 0..=3),
        all: bool,
    ) {
        let mut taken = Vec::new();
        for pace in [Pace::Sequential, Pace::Hedged, Pace::Eager] {
            let mut script = Script::with(pace, &world).patient();
            script.options.want.clone_from(&want);
            script.options.all = all;
            let report = script.run("alice@contoso.example");
            let told = report.taken().map(|found| (found.mechanism, found.trust, found.settings.clone()));
            let told: Vec<_> = told.collect();
            for (mechanism, _, settings) in &told {
                let servers = settings.incoming.iter().chain(&settings.outgoing);
                let protocols: BTreeSet<_> = servers.map(|server| server.protocol.as_str()).collect();
                let wanted = want.iter().map(|protocol| protocol.as_str()).collect();
                prop_assert!(want.is_empty() || protocols.is_subset(&wanted), "{mechanism}: {protocols:?}");
            }
            let compared: Vec<_> = report.compared.iter().map(|found| found.mechanism).collect();
            prop_assert!(all || compared.is_empty());
            taken.push((told, compared));
        }
        prop_assert_eq!(&taken[0], &taken[1]);
        prop_assert_eq!(&taken[0], &taken[2]);
    }

    #[test]
    fn no_world_takes_longer_than_the_deadline(world in world()) {
        for pace in [Pace::Hedged, Pace::Eager] {
            let mut script = Script::with(pace, &world);
            let report = script.run("alice@contoso.example");
            check(&script, &report)?;
            prop_assert!(report.elapsed <= report.asked_for + Duration::from_secs(15));
        }
    }
}
