//! Decisions are numbered without a gap, and short.

use super::Finding;
use crate::repository::Files;

const FOLDER: &str = "docs/adr";

/// Lines that are not blank.
const LINES: usize = 60;

pub(super) fn check(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut expected = 1;
    for name in files.names_in(FOLDER).filter(|name| *name != "README.md") {
        let path = format!("{FOLDER}/{name}");
        let Some(number) = number(name) else {
            let remedy = "name it `NNNN-title.md`, with the next number";
            findings.push(Finding::new(&path, 1, "not the name of a decision", remedy));
            continue;
        };
        if number != expected {
            let wrong = format!("number {number:04} where {expected:04} is due");
            findings.push(Finding::new(
                &path,
                1,
                wrong,
                "number decisions from 0001 without gap or duplicate",
            ));
        }
        expected = number + 1;
        let text = files.text(&path).unwrap_or_default();
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        if lines > LINES {
            let wrong = format!("{lines} lines of text, at most {LINES} are allowed");
            findings.push(Finding::new(
                &path,
                1,
                wrong,
                "keep context, decision, consequences, what was rejected",
            ));
        }
    }
    findings
}

/// The number of `NNNN-title.md`.
fn number(name: &str) -> Option<u32> {
    let (number, title) = name.strip_suffix(".md")?.split_once('-')?;
    let digits = number.len() == 4 && number.chars().all(|c| c.is_ascii_digit());
    (digits && !title.is_empty()).then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::tests::expect;
    use super::*;

    #[test]
    fn numbers_have_no_gap_and_no_duplicate() {
        expect(
            check,
            &[("docs/adr/0001-a.md", ""), ("docs/adr/0002-b.md", ""), ("docs/adr/README.md", "")],
            &[],
        );
        expect(
            check,
            &[
                ("docs/adr/0001-a.md", ""),
                ("docs/adr/0001-b.md", ""),
                ("docs/adr/0004-c.md", ""),
                ("docs/adr/new.md", ""),
            ],
            &[
                "docs/adr/0001-b.md:1: number 0001 where 0002 is due",
                "docs/adr/0004-c.md:1: number 0004 where 0002 is due",
                "docs/adr/new.md:1: not the name of a decision",
            ],
        );
    }

    #[test]
    fn a_decision_is_short() {
        expect(check, &[("docs/adr/0001-a.md", &"line\n\n".repeat(60))], &[]);
        expect(
            check,
            &[("docs/adr/0001-a.md", &"line\n".repeat(61))],
            &["docs/adr/0001-a.md:1: 61 lines of text, at most 60 are allowed"],
        );
    }
}
