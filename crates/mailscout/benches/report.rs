//! What a report costs as JSON: taking it together, and writing it.
//!
//! The reports are of searches in scenarios of the lab: one that found its settings at once, and one
//! that had to guess, with every row and every server that was met.
#![expect(clippy::unwrap_used, reason = "a bench without its report is no bench")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use mailscout::{Locator, Network, Report, json::Document};
use mailscout_lab::{Scenario, World};

/// Scenarios whose searches make a short report and a long one.
const SCENARIOS: [&str; 2] = ["root-answers", "guess-993-587"];

/// Searches in a scenario of the lab.
fn report(scenario: &str) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let scenario = Scenario::named(scenario).unwrap();
        let world = World::start(&scenario).await.unwrap();
        let routes = world.routes().iter();
        let routes = routes.map(|route| ((route.address, route.port).into(), route.target));
        let ca = world.ca_pem().as_bytes();
        let network = Network::isolated(world.dns_server(), ca, routes).unwrap();
        let address = scenario.address().parse().unwrap();
        Locator::new(&network).unwrap().locate(&address).await.unwrap()
    })
}

fn json(c: &mut Criterion) {
    let mut group = c.benchmark_group("report as JSON");
    for scenario in SCENARIOS {
        let report = report(scenario);
        group.bench_function(format!("document {scenario}"), |b| {
            b.iter(|| Document::new(black_box(&report)));
        });
        let document = Document::new(&report);
        group.bench_function(format!("text {scenario}"), |b| {
            b.iter(|| serde_json::to_string_pretty(black_box(&document)));
        });
    }
    group.finish();
}

criterion_group!(benches, json);
criterion_main!(benches);
