//! What holds in every world: the budget, the end, and no settings over plain http.

use mailscout_discover::{HopKind, MAX_REDIRECTS};
use proptest::prelude::*;

use crate::script::Script;

/// URLs and addresses of a small, badly kept world.
const PLACES: [&str; 8] = [
    "https://contoso.example~",
    "https://autodiscover.contoso.example~",
    "http://autodiscover.contoso.example~",
    "https://a.contoso.example~",
    "http://b.contoso.example~",
    "https://hoster.example~",
    "https://sub.contoso.example~",
    "http://autodiscover.sub.contoso.example~",
];

fn answer() -> impl Strategy<Value = String> {
    let place = 0..PLACES.len();
    prop_oneof![
        4 => (place.clone(), prop::sample::select(vec![301, 302, 307, 308]))
            .prop_map(|(place, status)| format!("{status} {}", PLACES[place])),
        4 => place.prop_map(|place| format!("200 redirect-url {}", PLACES[place])),
        2 => prop::sample::select(vec!["alice@sub.contoso.example", "bob@contoso.example", "c@hoster.example"])
            .prop_map(|address| format!("200 redirect-addr {address}")),
        2 => Just("200 settings".to_owned()),
        1 => Just("405 settings".to_owned()),
        1 => Just("404".to_owned()),
        1 => Just("302 file:///etc/passwd".to_owned()),
        1 => Just("timeout after 10s".to_owned()),
    ]
}

fn world() -> impl Strategy<Value = String> {
    let answers = prop::collection::vec(answer(), PLACES.len());
    let srv = prop::sample::select(vec![
        "nxdomain",
        "SRV 0 0 443 a.contoso.example",
        "SRV 0 0 443 hoster.example,1 0 443 a.contoso.example",
    ]);
    let consent = prop::sample::select(vec!["yes", "no", "nobody"]);
    (answers, srv, consent).prop_map(|(answers, srv, consent)| {
        let mut lines = vec![
            format!("_autodiscover._tcp.contoso.example = {srv}"),
            format!("_autodiscover._tcp.sub.contoso.example = {srv}"),
        ];
        let hosts = ["", "autodiscover.", "a.", "b.", "sub.", "autodiscover.sub."];
        lines.extend(hosts.map(|host| format!("{host}contoso.example = 203.0.113.5")));
        lines.push("hoster.example = 9.9.9.9".to_owned());
        lines.extend(
            ["hoster.example", "b.contoso.example", "a.contoso.example"]
                .map(|site| format!("ask {site} = {consent}")),
        );
        lines.extend(
            PLACES.iter().zip(answers).map(|(place, answer)| format!("{place} = {answer}")),
        );
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_strategy_changes_nothing_but_the_time(world in world()) {
        let winner = |strategy| {
            let mut script = Script::new(&world);
            script.options.strategy = strategy;
            script.options.deadlines.overall = Some(core::time::Duration::from_hours(1));
            script.options.deadlines.connect = core::time::Duration::from_secs(1);
            script.options.deadlines.grace = Some(core::time::Duration::from_hours(1));
            let report = script.run("alice@contoso.example");
            report.found.map(|found| (found.mechanism, found.url, found.trust, found.hops))
        };
        let patient = winner(mailscout_discover::Strategy::Sequential);
        prop_assert_eq!(&patient, &winner(mailscout_discover::Strategy::Eager));
        prop_assert_eq!(&patient, &winner(mailscout_discover::Strategy::Hedged));
    }

    #[test]
    fn no_world_exceeds_the_budget_or_yields_settings_over_http(world in world()) {
        let mut script = Script::new(&world);
        let report = script.run("alice@contoso.example");
        let followed = report
            .attempts
            .iter()
            .filter(|attempt| attempt.reason.code() == "redirect")
            .count();
        // A redirect that was answered with a question may have been refused by the user.
        let asked = report.attempts.iter().filter(|a| a.question.starts_with("ASK")).count();
        prop_assert!(followed <= MAX_REDIRECTS + asked, "{followed} redirects, {asked} questions");
        prop_assert!(script.asked.len() <= 60);
        if let Some(found) = &report.found {
            prop_assert!(found.url.starts_with("https://"), "{}", found.url);
            prop_assert!(found.hops.len() <= MAX_REDIRECTS);
            let leaves = found.hops.iter().any(|hop| {
                hop.kind != HopKind::RedirectAddr && hop.to.contains("hoster.example")
            });
            let word = found.trust.to_string();
            prop_assert!(!leaves || word == "consented", "{word}");
        }
    }
}
