//! What holds in every world: the budget, the end, and no settings over plain http.

use mailscout_discover::{HopKind, MAX_REDIRECTS};
use proptest::prelude::*;

use crate::{random::world, script::Script};

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
