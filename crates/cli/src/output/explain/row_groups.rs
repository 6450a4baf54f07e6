//! Rows of the guess table, equal neighbours as one: two hundred rows stay readable.

use mailscout::probe::{
    guess::Row,
    prober::{GuessReport, Proof, Verdict},
};

use crate::output::{rows::kind, words};

/// A row with its number in the table, which begins at 1, and what became of it.
#[derive(Clone, Copy)]
pub(super) struct Numbered<'a> {
    number: usize,
    row: &'a Row,
    verdict: &'a Verdict,
    /// What proves it, if it was taken.
    proof: Option<Proof>,
}

/// The rows of a report that fit.
pub(super) fn rows(report: &GuessReport, fits: impl Fn(&Row) -> bool) -> Vec<Numbered<'_>> {
    let numbered = report.rows.iter().zip(1..);
    let numbered = numbered.map(|((row, verdict), number)| {
        let found = report.found.iter().find(|found| found.row == *row);
        Numbered { number, row, verdict, proof: found.map(|found| found.proof) }
    });
    numbered.filter(|numbered| fits(numbered.row)).collect()
}

/// A group as it is shown.
pub(super) struct Shown {
    /// The rows' numbers, and what they have in common.
    pub(super) rows: String,
    pub(super) verdict: String,
    pub(super) is_taken: bool,
}

/// Neighbours with one verdict, together.
pub(super) fn groups(rows: &[Numbered<'_>]) -> Vec<Shown> {
    rows.chunk_by(|one, other| one.verdict == other.verdict).filter_map(shown).collect()
}

fn shown(group: &[Numbered<'_>]) -> Option<Shown> {
    let first = group.first()?;
    let is_taken = *first.verdict == Verdict::Chosen;
    let verdict = match (first.verdict, first.proof) {
        (Verdict::Chosen, Some(Proof::Doubtful(doubt))) => doubt.to_string(),
        (Verdict::Chosen, Some(proof @ Proof::LoggedIn(_))) => proof.to_string(),
        (Verdict::Chosen, _) => String::new(),
        (verdict, _) => verdict.to_string(),
    };
    let numbers = ranges(&group.iter().map(|row| row.number).collect::<Vec<_>>());
    let title = if group.len() == 1 { "row" } else { "rows" };
    Some(Shown { rows: format!("{title} {numbers}: {}", common(group)), verdict, is_taken })
}

/// How many rows there are, where that is more than one, and what they have in common.
fn common(group: &[Numbered<'_>]) -> String {
    let mut parts: Vec<String> = Vec::new();
    if group.len() > 1 {
        parts.push(format!("{} rows", group.len()));
    }
    parts.extend(same(group, |row| words::security(row.security)).map(str::to_owned));
    parts.extend(same(group, |row| row.login.as_ref().map(|login| login.name.clone())).flatten());
    parts.extend(same(group, kind).filter(|kind| *kind != "none").map(str::to_owned));
    let is_anonymous = same(group, |row| row.login.is_none()) == Some(true);
    parts.extend(is_anonymous.then(|| "anonymous".to_owned()));
    parts.join(", ")
}

/// What all rows of a group have, if they have the same.
fn same<'a, T: PartialEq>(group: &[Numbered<'a>], of: impl Fn(&'a Row) -> T) -> Option<T> {
    let mut all = group.iter().map(|row| of(row.row));
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// Numbers that rise, as ranges: `1-4, 9`.
fn ranges(numbers: &[usize]) -> String {
    let run = |run: &[usize]| match run {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}-{last}"),
        [] => String::new(),
    };
    numbers.chunk_by(|one, next| one + 1 == *next).map(run).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_a_range() {
        assert_eq!(ranges(&[1, 2, 3, 4, 9]), "1-4, 9");
        assert_eq!(ranges(&[7]), "7");
        assert_eq!(ranges(&[1, 3, 4]), "1, 3-4");
        assert_eq!(ranges(&[]), "");
    }
}
