//! A `# Spec` section names specifications by tags, and each tag has an entry in docs/specs.md.

use std::collections::BTreeSet;

use super::Finding;
use crate::repository::Files;

const SPECS: &str = "docs/specs.md";

pub(super) fn check(files: &Files) -> Vec<Finding> {
    let defined = defined(files.text(SPECS).unwrap_or_default());
    let mut findings = Vec::new();
    for (path, text) in files.ending(&[".rs"]) {
        for (line, tag) in used(text) {
            if !defined.contains(tag) {
                let wrong = format!("the tag `{tag}` is not defined");
                findings.push(Finding::new(
                    path,
                    line,
                    wrong,
                    format!("give it an entry in {SPECS}"),
                ));
            }
        }
    }
    findings
}

/// Tags that have a heading `## TAG` or a row `| TAG |`.
fn defined(specs: &str) -> BTreeSet<&str> {
    let entries =
        specs.lines().filter_map(|line| line.strip_prefix("## ").or(line.strip_prefix('|')));
    let first_words =
        entries.filter_map(|entry| entry.split([' ', ':', '|']).find(|word| !word.is_empty()));
    first_words.filter_map(|word| tag(word.trim_matches('`'))).collect()
}

/// Each tag in a `# Spec` section of a documentation comment, with its line.
fn used(text: &str) -> Vec<(usize, &str)> {
    let mut tags = Vec::new();
    let mut in_section = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let Some(doc) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            in_section = false;
            continue;
        };
        if doc.trim_start().starts_with("# ") {
            in_section = doc.trim() == "# Spec";
        }
        if in_section {
            tags.extend(
                doc.split('`').skip(1).step_by(2).filter_map(tag).map(|tag| (index + 1, tag)),
            );
        }
    }
    tags
}

/// The tag in `OL2010`, `AC-1.1/socketType`; none in `Type` or `GET /x`.
fn tag(words: &str) -> Option<&str> {
    let tag = words.split('/').next()?;
    let letters = tag.chars().filter(char::is_ascii_uppercase).count();
    let rest = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-' || c == '.';
    (tag.starts_with(|c: char| c.is_ascii_uppercase()) && letters > 1 && tag.chars().all(rest))
        .then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::super::tests::expect;
    use super::*;

    const DEFINED: (&str, &str) = (
        "docs/specs.md",
        "# Specs\n\n## OL2010: a plan\n\n| tag | is |\n|---|---|\n| `AC-1.1` | x |\n| RFC | y |\n",
    );

    #[test]
    fn every_tag_is_defined() {
        let good = "//! A.\n//!\n//! # Spec\n//!\n\
            //! `OL2010` 2.2, `AC-1.1/socketType`, `Type`, [RFC 1](x)\n";
        let bad = "/// A `XX1` before.\n///\n/// # Spec\n///\n\
            /// `OXDSCLI` 2.2.4, `OL2010`\n/// `NEW`\n///\n\
            /// # Examples\n/// `XX2`\nfn f() {}\n/// `XX3`\n";
        expect(
            check,
            &[DEFINED, ("a.rs", good), ("b.rs", bad)],
            &["b.rs:5: the tag `OXDSCLI` is not defined", "b.rs:6: the tag `NEW` is not defined"],
        );
    }

    #[test]
    fn without_the_page_no_tag_is_defined() {
        let use_it = "//! # Spec\n//! `OL2010`\n";
        expect(check, &[("a.rs", use_it)], &["a.rs:2: the tag `OL2010` is not defined"]);
    }
}
