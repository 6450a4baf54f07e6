//! Every fixture has its expectation and every expectation its fixture.

use std::collections::BTreeSet;

use super::Finding;
use crate::repository::Files;

/// Folders and the ending of their inputs.
const FOLDERS: &[(&str, &str)] = &[
    ("fixtures/autoconfig", ".xml"),
    ("fixtures/autodiscover", ".xml"),
    ("fixtures/autodiscover-mobilesync", ".xml"),
    ("fixtures/autodiscover-soap", ".xml"),
    ("fixtures/autodiscover-v2", ".json"),
    ("fixtures/pacc", ".json"),
    ("fixtures/scenarios", ".toml"),
    ("fixtures/transcripts", ".txt"),
];

const EXPECTED: &str = ".expected";

pub(super) fn check(files: &Files) -> Vec<Finding> {
    FOLDERS.iter().flat_map(|(folder, ending)| check_folder(files, folder, ending)).collect()
}

fn check_folder(files: &Files, folder: &str, ending: &str) -> Vec<Finding> {
    let stems = |ending: &str| -> BTreeSet<&str> {
        files.names_in(folder).filter_map(|name| name.strip_suffix(ending)).collect()
    };
    let (inputs, expectations) = (stems(ending), stems(EXPECTED));
    if inputs.is_empty() {
        return vec![Finding::new(
            folder,
            1,
            "the folder has no fixture",
            "a test over it would prove nothing",
        )];
    }
    let lonely = |stem: &&str, ending: &str, missing: &str, remedy: &str| {
        let wrong = format!("`{stem}{missing}` is missing");
        Finding::new(&format!("{folder}/{stem}{ending}"), 1, wrong, remedy)
    };
    let bless = "run `cargo xtask fixtures --bless` and read what it writes";
    let inputs_alone =
        inputs.difference(&expectations).map(|stem| lonely(stem, ending, EXPECTED, bless));
    let remove = "remove the expectation, or restore its fixture";
    let expectations_alone =
        expectations.difference(&inputs).map(|stem| lonely(stem, EXPECTED, ending, remove));
    inputs_alone.chain(expectations_alone).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::expect;
    use super::*;

    #[test]
    fn fixtures_come_in_pairs() {
        expect(
            check,
            &[
                ("fixtures/autoconfig/f.expected", ""),
                ("fixtures/autoconfig/f.xml", ""),
                ("fixtures/autodiscover-mobilesync/h.expected", ""),
                ("fixtures/autodiscover-mobilesync/h.xml", ""),
                ("fixtures/autodiscover-soap/i.expected", ""),
                ("fixtures/autodiscover-soap/i.xml", ""),
                ("fixtures/autodiscover-v2/j.expected", ""),
                ("fixtures/autodiscover-v2/j.json", ""),
                ("fixtures/autodiscover/SOURCES.md", ""),
                ("fixtures/autodiscover/a.expected", ""),
                ("fixtures/autodiscover/a.xml", ""),
                ("fixtures/autodiscover/b.xml", ""),
                ("fixtures/pacc/g.expected", ""),
                ("fixtures/pacc/g.json", ""),
                ("fixtures/pacc/g.txt", ""),
                ("fixtures/scenarios/c.expected", ""),
                ("fixtures/scenarios/d.expected", ""),
                ("fixtures/scenarios/d.toml", ""),
                ("fixtures/transcripts/e.expected", ""),
                ("fixtures/transcripts/e.txt", ""),
            ],
            &[
                "fixtures/autodiscover/b.xml:1: `b.expected` is missing",
                "fixtures/scenarios/c.expected:1: `c.toml` is missing",
            ],
        );
    }

    #[test]
    fn an_empty_folder_proves_nothing() {
        expect(
            check,
            &[("fixtures/scenarios/a.md", "")],
            &[
                "fixtures/autoconfig:1: the folder has no fixture",
                "fixtures/autodiscover:1: the folder has no fixture",
                "fixtures/autodiscover-mobilesync:1: the folder has no fixture",
                "fixtures/autodiscover-soap:1: the folder has no fixture",
                "fixtures/autodiscover-v2:1: the folder has no fixture",
                "fixtures/pacc:1: the folder has no fixture",
                "fixtures/scenarios:1: the folder has no fixture",
                "fixtures/transcripts:1: the folder has no fixture",
            ],
        );
    }
}
