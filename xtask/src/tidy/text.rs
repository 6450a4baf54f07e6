//! Space, ends of files, and promises without an issue number.

use super::{Finding, rust};
use crate::repository::Files;

const PROMISE: &str = concat!("TO", "DO");

pub(super) fn check(files: &Files) -> Vec<Finding> {
    files.ending(&[".rs", ".md", ".toml"]).flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let mut found = |wrong: &str, remedy: &str| {
            findings.push(Finding::new(path, index + 1, wrong, remedy));
        };
        if line.ends_with(char::is_whitespace) {
            found("space at the end of the line", "remove it");
        }
        if line.contains('\t') {
            found("a tab", "use spaces, or write it as an escape");
        }
    }
    if !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")) {
        let line = text.lines().count();
        findings.push(Finding::new(
            path,
            line,
            "the file does not end with one newline",
            "end it so",
        ));
    }
    findings.extend(promises(path, text));
    findings
}

fn promises(path: &str, text: &str) -> Vec<Finding> {
    let lines: Vec<String> = if path.strip_suffix(".rs").is_some() {
        rust::lines(text).into_iter().map(|line| line.comment).collect()
    } else {
        text.lines().map(str::to_owned).collect()
    };
    let broken = lines.iter().enumerate().filter(|(_, line)| is_bare_promise(line));
    broken
        .map(|(index, _)| {
            let wrong = format!("a {PROMISE} without an issue");
            Finding::new(path, index + 1, wrong, format!("write `{PROMISE}(#123)`, or do it"))
        })
        .collect()
}

/// Whether the word stands there as such, not in backticks, without a number after it.
fn is_bare_promise(line: &str) -> bool {
    line.match_indices(PROMISE).any(|(index, _)| {
        let before = line.get(..index).and_then(|before| before.chars().next_back());
        let after = line.get(index + PROMISE.len()..).unwrap_or_default();
        let whole = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let number = after
            .strip_prefix("(#")
            .is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()));
        whole && !number && !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '`')
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::expect;
    use super::*;

    #[test]
    fn space_is_where_it_can_be_seen() {
        expect(
            check,
            &[
                ("a.md", "good\n\nend\n"),
                ("b.toml", "a = 1 \nb\t= 2\n"),
                ("c.rs", "//! C."),
                ("d.md", "two\n\n"),
                ("e.md", "dos\r\n"),
                ("f.xml", "not looked at \t"),
            ],
            &[
                "b.toml:1: space at the end of the line",
                "b.toml:2: a tab",
                "c.rs:1: the file does not end with one newline",
                "d.md:2: the file does not end with one newline",
                "e.md:1: space at the end of the line",
            ],
        );
    }

    #[test]
    fn a_promise_has_a_number() {
        let good = format!("{PROMISE}(#12) later\na `{PROMISE}` in backticks\nMAS{PROMISE}N\n");
        let bad = format!("ok\n{PROMISE}: later\n{PROMISE}(me) later\n");
        let code = format!("//! A.\nlet a = \"{PROMISE}\"; // {PROMISE}\nlet b = \"{PROMISE}\";\n");
        expect(
            check,
            &[("a.md", &good), ("b.md", &bad), ("c.rs", &code)],
            &[
                &format!("b.md:2: a {PROMISE} without an issue"),
                &format!("b.md:3: a {PROMISE} without an issue"),
                &format!("c.rs:2: a {PROMISE} without an issue"),
            ],
        );
    }
}
