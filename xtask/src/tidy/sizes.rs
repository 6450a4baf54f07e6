//! No file grows past what can be read top down in five minutes.

use super::{Finding, rust};
use crate::repository::Files;

/// Lines of code in a file, without its test module, blank lines and comments.
const FILE: usize = 500;
/// Lines of code in `lib.rs`, `main.rs` and `mod.rs`, which declare and lead to the rest.
const PARENT: usize = 120;
/// Lines of a test module, from its attribute to its brace.
const TESTS: usize = 150;

pub(super) fn check(files: &Files) -> Vec<Finding> {
    files.ending(&[".rs"]).flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = rust::lines(text);
    let tests = rust::test_module(&lines).unwrap_or_default();
    if tests.len() > TESTS {
        let wrong =
            format!("the test module has {} lines, at most {TESTS} are allowed", tests.len());
        let own = path.strip_suffix(".rs").unwrap_or(path);
        let remedy = format!("move it to `{own}/tests.rs`");
        findings.push(Finding::new(path, tests.start + 1, wrong, remedy));
    }
    let outside = lines.iter().enumerate().filter(|(index, _)| !tests.contains(index));
    let code = outside.filter(|(_, line)| line.is_code()).count();
    let (limit, remedy) = if is_parent(path) {
        (PARENT, "keep declarations here and move the rest to modules")
    } else {
        (FILE, "split it where it does a second job")
    };
    if code > limit {
        let wrong = format!("{code} lines of code, at most {limit} are allowed");
        findings.push(Finding::new(path, 1, wrong, remedy));
    }
    findings
}

fn is_parent(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("lib.rs" | "main.rs" | "mod.rs"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::expect;
    use super::*;

    fn code(lines: usize) -> String {
        format!("//! Head.\n\n{}", "f(); // why\n".repeat(lines))
    }

    #[test]
    fn code_is_counted_without_blanks_comments_and_tests() {
        let tests = format!("\n#[cfg(test)]\nmod tests {{\n{}}}\n", "    f();\n".repeat(147));
        let fits = code(500) + &"// comment\n\n".repeat(100) + &tests;
        expect(check, &[("a.rs", &fits)], &[]);
        expect(
            check,
            &[("a.rs", &code(501))],
            &["a.rs:1: 501 lines of code, at most 500 are allowed"],
        );
    }

    #[test]
    fn parents_are_short() {
        let (fits, long) = (code(120), code(121));
        expect(check, &[("x/lib.rs", &fits), ("x/a.rs", &long), ("x/a/b.rs", "")], &[]);
        expect(
            check,
            &[("x/main.rs", &long)],
            &["x/main.rs:1: 121 lines of code, at most 120 are allowed"],
        );
    }

    #[test]
    fn a_long_test_module_moves_out() {
        let long =
            format!("//! Head.\n#[cfg(test)]\nmod tests {{\n{}}}\n", "    f();\n".repeat(148));
        expect(
            check,
            &[("a.rs", &long)],
            &["a.rs:2: the test module has 151 lines, at most 150 are allowed"],
        );
    }
}
