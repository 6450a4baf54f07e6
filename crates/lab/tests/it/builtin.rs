//! The scenarios of the project: all of them can be served, and are what their names promise.

use std::{
    collections::BTreeSet,
    net::IpAddr,
    time::{Duration, Instant},
};

use mailscout_lab::{Answer, DEFAULT_SCENARIO, Entry, Scenario, World};

use crate::client::{ask, run};

#[test]
fn there_are_scenarios_sorted_by_name_and_the_default_is_among_them() {
    let names: Vec<&str> = Scenario::builtin().iter().map(|(name, _)| *name).collect();
    assert!(names.is_sorted());
    assert!(names.contains(&DEFAULT_SCENARIO));
}

#[test]
fn every_scenario_starts_quickly_and_has_a_sentence_of_its_own() {
    let mut titles = BTreeSet::new();
    for (name, _) in Scenario::builtin() {
        let scenario = Scenario::named(name).unwrap_or_else(|error| panic!("{error}"));
        assert!(scenario.title().len() > 30, "{name}: {}", scenario.title());
        assert!(titles.insert(scenario.title().to_owned()), "{name}: a title twice");
        assert!(scenario.address().contains('@'), "{name}");
        run(async {
            let start = Instant::now();
            World::start(&scenario).await.unwrap();
            // Under 100 ms on an idle machine; this one may be busy.
            assert!(start.elapsed() < Duration::from_secs(1), "{name}: {:?}", start.elapsed());
        });
    }
}

#[test]
fn every_host_has_the_addresses_that_its_names_resolve_to() {
    for (name, _) in Scenario::builtin() {
        let scenario = Scenario::named(name).unwrap_or_else(|error| panic!("{error}"));
        // A name that does not resolve on purpose, and a host that has none.
        if matches!(
            *name,
            "redirect-to-ip-literal" | "dns-servfail" | "dns-refused" | "dns-silence"
        ) {
            continue;
        }
        run(async {
            let world = World::start(&scenario).await.unwrap();
            for route in world.routes() {
                let kind = if route.address.is_ipv4() { "A" } else { "AAAA" };
                for host in &route.names {
                    ask(&world, &format!("{}.", host.replace('*', "any")), kind).await;
                    let address = route.address;
                    assert!(resolved(&world).contains(&address), "{name}: {host} {address}");
                }
            }
        });
    }
}

/// The addresses that the last question was answered with.
fn resolved(world: &World) -> Vec<IpAddr> {
    match world.journal().entries().pop() {
        Some(Entry::Dns { answer: Answer::Records(data), .. }) => {
            data.iter().filter_map(|text| text.parse().ok()).collect()
        }
        _ => Vec::new(),
    }
}
