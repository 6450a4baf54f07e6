//! Heads of files, and words that must not stay in code.

use super::{Finding, rust};
use crate::repository::Files;

/// What no code contains, and what to do instead.
const REFUSED: &[(&str, &str)] = &[
    ("#[ignore", "assert what it does today, with a `FIXME` that says what would be right"),
    ("#[should_panic", "assert the error, or today's wrong behaviour with a `FIXME`"),
    ("todo!(", "write it, or return an error"),
    ("unimplemented!(", "write it, or return an error"),
    ("dbg!(", "remove it"),
];

pub(super) fn check(files: &Files) -> Vec<Finding> {
    files.ending(&[".rs"]).flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !text.starts_with("//! ") {
        let remedy = "say in one line what the file is for, then what must not be in it";
        findings.push(Finding::new(path, 1, "the file does not open with `//!`", remedy));
    }
    for (index, line) in rust::lines(text).iter().enumerate() {
        for (word, remedy) in REFUSED.iter().filter(|(word, _)| stands_in(&line.code, word)) {
            findings.push(Finding::new(path, index + 1, format!("`{word}` in code"), *remedy));
        }
    }
    findings
}

/// Whether a word is there that is not the end of a longer one.
fn stands_in(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(index, _)| {
        let before = code.get(..index).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::expect;
    use super::*;

    #[test]
    fn a_file_says_what_it_is_for() {
        expect(
            check,
            &[("a.rs", "//! A.\n"), ("b.rs", "// B.\n"), ("c.rs", "\n//! C.\n"), ("d.txt", "d")],
            &[
                "b.rs:1: the file does not open with `//!`",
                "c.rs:1: the file does not open with `//!`",
            ],
        );
    }

    #[test]
    fn refused_words_count_in_code_alone() {
        let good = "//! A todo!( in a comment.\nlet a = \"dbg!(\";\nmy_dbg!(a);\n/* #[ignore] */\n";
        let bad =
            "//! A.\n#[ignore = \"slow\"]\n#[should_panic]\nfn f() { todo!() }\nstd::dbg!(1);\n";
        expect(
            check,
            &[("a.rs", good), ("b.rs", bad)],
            &[
                "b.rs:2: `#[ignore` in code",
                "b.rs:3: `#[should_panic` in code",
                "b.rs:4: `todo!(` in code",
                "b.rs:5: `dbg!(` in code",
            ],
        );
    }
}
