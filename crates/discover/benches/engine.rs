//! What the engine itself costs: its plan for an address, and searches in random worlds.
//!
//! The worlds and the script that runs a search in one are those of the tests, so that what is
//! measured is a search with everything around it: answers are made up, questions written down.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the scripts are test code"
)]

use std::{hint::black_box, time::Duration};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use mailscout_discover::{Discovery, Options, Step, Strategy, mechanism::Order};
use mailscout_schema::address::EmailAddress;
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::TestRunner,
};
use script::Script;

#[path = "../tests/it/directory.rs"]
mod directory;
#[path = "../tests/it/document.rs"]
mod document;
#[path = "../tests/it/family.rs"]
mod family;
#[path = "../tests/it/random.rs"]
mod random;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/script.rs"]
mod script;
#[path = "../tests/it/table.rs"]
mod table;
#[path = "../tests/it/world.rs"]
mod world;

const STRATEGIES: [Strategy; 3] = [Strategy::Sequential, Strategy::Hedged, Strategy::Eager];

/// How many worlds one run of the engine's bench is.
const WORLDS: usize = 100;

/// From an address and options to everything that is asked before the first answer.
fn plan(c: &mut Criterion) {
    let address: EmailAddress = "alice@contoso.example".parse().unwrap();
    let mut group = c.benchmark_group("plan");
    for strategy in STRATEGIES {
        let mut options = Options::default();
        options.order = Order::Standard;
        options.strategy = strategy;
        group.bench_function(strategy.as_str(), |b| {
            b.iter(|| {
                let mut search =
                    Discovery::new(black_box(&address).clone(), options.clone()).unwrap();
                let mut asked = 0;
                while let Step::Start(id, request) = search.poll(Duration::ZERO) {
                    black_box((id, request));
                    asked += 1;
                }
                assert!(asked > 0, "something is asked");
            });
        });
    }
    group.finish();
}

/// Searches of all sources to their ends, in the same worlds whenever it is run.
fn worlds(c: &mut Criterion) {
    let mut random = TestRunner::deterministic();
    let worlds: Vec<String> =
        (0..WORLDS).map(|_| random::world().new_tree(&mut random).unwrap().current()).collect();
    let mut group = c.benchmark_group(format!("engine, {WORLDS} worlds"));
    for strategy in STRATEGIES {
        let scripts = || worlds.iter().map(|world| Script::with(strategy, world)).collect();
        group.bench_function(strategy.as_str(), |b| {
            b.iter_batched(
                scripts,
                |mut scripts: Vec<Script>| {
                    for script in &mut scripts {
                        black_box(script.run("alice@contoso.example"));
                    }
                    scripts
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, plan, worlds);
criterion_main!(benches);
