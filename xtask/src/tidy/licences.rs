//! Every package this workspace can pull in has a licence that asks for nothing hard.

use super::Finding;
use crate::metadata::Metadata;
use crate::repository::{Files, line_where};

/// Licences that may be met, each alone or behind `AND`.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

pub(super) fn check(files: &Files, metadata: &Metadata) -> Vec<Finding> {
    let lock = files.text("Cargo.lock").unwrap_or_default();
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let wrong = match package.licence.as_deref() {
            None => format!("`{}` names no licence", package.name),
            Some(licence) if is_allowed(licence) => continue,
            Some(licence) => format!("`{}` has the licence {licence}", package.name),
        };
        let line = line_where(lock, |line| line == format!("name = \"{}\"", package.name));
        let remedy = "use another package, or allow it in xtask/src/tidy/licences.rs with an ADR";
        findings.push(Finding::new("Cargo.lock", line, wrong, remedy));
    }
    findings
}

/// Whether the expression can be met with allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    // Before SPDX a slash stood for OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<_> = spaced.split_whitespace().rev().collect();
    either(&mut words) == Some(true) && words.is_empty()
}

/// `A OR B …`; words are taken from the end. `None`: not an expression.
fn either(words: &mut Vec<&str>) -> Option<bool> {
    let mut allowed = both(words)?;
    while words.pop_if(|word| *word == "OR").is_some() {
        allowed |= both(words)?;
    }
    Some(allowed)
}

/// `A AND B …`, which binds tighter.
fn both(words: &mut Vec<&str>) -> Option<bool> {
    let mut allowed = one(words)?;
    while words.pop_if(|word| *word == "AND").is_some() {
        allowed &= one(words)?;
    }
    Some(allowed)
}

fn one(words: &mut Vec<&str>) -> Option<bool> {
    let word = words.pop()?;
    if word == "(" {
        let allowed = either(words)?;
        return (words.pop()? == ")").then_some(allowed);
    }
    if words.pop_if(|word| *word == "WITH").is_some() {
        let whole = format!("{word} WITH {}", words.pop()?);
        return Some(ALLOWED.contains(&whole.as_str()));
    }
    Some(ALLOWED.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Package;

    #[test]
    fn expressions_are_met_or_not() {
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0-only",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "GPL-3.0-only AND MIT OR ISC",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "MIT AND (GPL-3.0-only OR AGPL-3.0-only)",
            "GPL-3.0-only WITH LLVM-exception",
            "(MIT",
            "MIT )",
            "MIT MIT",
            "OR",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }

    #[test]
    fn a_package_is_shown_where_the_lock_file_has_it() {
        let package = |name: &str, licence: Option<&str>| Package {
            name: name.to_owned(),
            licence: licence.map(str::to_owned),
            ..Package::default()
        };
        let packages = vec![
            package("good", Some("MIT")),
            package("hard", Some("GPL-3.0-only")),
            package("mute", None),
        ];
        let metadata = Metadata { packages, ..Metadata::default() };
        let lock = "\nname = \"good\"\n\nname = \"hard\"\n\nname = \"mute\"\n";
        let findings = check(&Files::made_up(&[("Cargo.lock", lock)]), &metadata);
        let short: Vec<_> =
            findings.iter().map(|found| (found.line, found.wrong.as_str())).collect();
        assert_eq!(
            short,
            [(4, "`hard` has the licence GPL-3.0-only"), (6, "`mute` names no licence")]
        );
    }

    #[test]
    fn the_table_is_sorted_without_duplicates() {
        assert!(ALLOWED.is_sorted_by(|a, b| a < b));
    }
}
