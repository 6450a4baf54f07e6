//! docs/traps.md: whatever it names to show that a trap is avoided is there.

use std::{collections::BTreeSet, fs, path::Path};

use mailscout_lab::Scenario;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The cells of the last column, in each row of a table.
fn proofs(page: &str) -> Vec<(&str, &str)> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Trap"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 3, "three columns: {row}");
        (cells[0], cells[2])
    })
    .collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_scenario_and_test_that_the_page_names_is_there() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/traps.md")).unwrap();
    let scenarios: BTreeSet<&str> = Scenario::builtin().iter().map(|(name, _)| *name).collect();
    let proofs = proofs(&page);
    assert!(proofs.len() > 30, "the rows are read: {}", proofs.len());
    for (trap, proof) in proofs {
        assert!(quoted(proof).next().is_some(), "nothing shows it: {trap}");
        for name in quoted(proof) {
            let Some((path, test)) = name.split_once("::") else {
                assert!(scenarios.contains(name), "no such scenario: {name} ({trap})");
                continue;
            };
            let source = fs::read_to_string(Path::new(ROOT).join("crates").join(path));
            let source = source.unwrap_or_else(|error| panic!("crates/{path}: {error} ({trap})"));
            assert!(source.contains(&format!("fn {test}(")), "no such test: {name} ({trap})");
        }
    }
}
