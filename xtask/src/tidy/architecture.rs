//! ARCHITECTURE.md and README.md name paths that exist, and every crate is on the map.

use std::collections::BTreeSet;

use super::Finding;
use crate::repository::Files;

const MAP: &str = "docs/ARCHITECTURE.md";

/// What a word must start with to be taken for a path.
const FOLDERS: &[&str] = &["crates", "docs", "fixtures", "xtask"];

pub(super) fn check(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in [MAP, "README.md"] {
        let Some(text) = files.text(page) else {
            findings.push(Finding::new(page, 1, "the page is missing", "write it"));
            continue;
        };
        for (index, line) in text.lines().enumerate() {
            for path in paths(line).filter(|path| !files.has(path)) {
                let wrong = format!("`{path}` does not exist");
                findings.push(Finding::new(page, index + 1, wrong, "name what is there"));
            }
        }
    }
    if let Some(map) = files.text(MAP) {
        let named: BTreeSet<&str> = map.lines().flat_map(paths).filter_map(crate_folder).collect();
        let there: BTreeSet<&str> = files.paths().filter_map(crate_folder).collect();
        for missing in there.difference(&named) {
            let wrong = format!("`{missing}` is not on the map");
            findings.push(Finding::new(MAP, 1, wrong, "say in a paragraph what it is for"));
        }
    }
    findings
}

/// The paths from the root that a line names; of a pattern, the folders before it.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| c.is_whitespace() || "`()[]<>\"',;|{…*".contains(c);
    line.split(ends).filter_map(|word| {
        // `crates/*/src` was cut at the star; what is left ends with the slash.
        let path = word.trim_end_matches(['.', ':', '/', '!', '?']);
        let first = path.split('/').next()?;
        let is_path = FOLDERS.contains(&first)
            && (path.contains('/') || first == "xtask" || word.ends_with('/'));
        is_path.then_some(path)
    })
}

/// `crates/NAME` of a path below it.
fn crate_folder(path: &str) -> Option<&str> {
    let name = path.strip_prefix("crates/")?.split('/').next()?;
    path.get(.."crates/".len() + name.len())
}

#[cfg(test)]
mod tests {
    use super::super::tests::expect;
    use super::*;

    const FILES: &[(&str, &str)] = &[
        ("README.md", "See [the map](docs/ARCHITECTURE.md).\n"),
        ("crates/net/src/io.rs", ""),
        ("xtask/src/main.rs", ""),
    ];

    #[track_caller]
    fn check_map(map: &str, expected: &[&str]) {
        let files: Vec<_> = FILES.iter().copied().chain([(MAP, map)]).collect();
        expect(check, &files, expected);
    }

    #[test]
    fn what_is_named_exists() {
        check_map(
            "`crates/net/src/io.rs`, crates/net/. And xtask, `crates/*/src`, docs/*.md; docs, fixtures.\n",
            &[],
        );
        check_map("https://example.org/docs/none and other/crates/none, `crates/net`\n", &[]);
        check_map(
            "`crates/net`\n`crates/net/src/engine.rs` and fixtures/scenarios/\n",
            &[
                "docs/ARCHITECTURE.md:2: `crates/net/src/engine.rs` does not exist",
                "docs/ARCHITECTURE.md:2: `fixtures/scenarios` does not exist",
            ],
        );
    }

    #[test]
    fn every_crate_is_on_the_map() {
        check_map(
            "`crates/network`\n",
            &[
                "docs/ARCHITECTURE.md:1: `crates/net` is not on the map",
                "docs/ARCHITECTURE.md:1: `crates/network` does not exist",
            ],
        );
    }

    #[test]
    fn the_pages_are_there() {
        expect(
            check,
            &[],
            &["README.md:1: the page is missing", "docs/ARCHITECTURE.md:1: the page is missing"],
        );
    }
}
