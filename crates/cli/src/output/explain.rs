//! `--explain`: every question in order, with its time, its answer, and why it was not taken.

use std::{fmt::Write as _, time::Duration};

use super::printable;
use mailscout::{
    Report,
    discover::{Attempt, Ending},
};

/// Columns for the questions; a longer one moves its answer to the right.
const MAX_QUESTION: usize = 120;

/// Cells of the time bar.
const CELLS: u128 = 10;

/// A line for each question, then what was not asked and why.
pub(crate) fn render(report: &Report) -> String {
    let search = &report.search;
    let (not_asked, asked): (Vec<&Attempt>, Vec<&Attempt>) =
        search.attempts.iter().partition(|attempt| attempt.question.is_empty());
    let width = asked.iter().map(|attempt| question(attempt).chars().count()).max().unwrap_or(0);
    let width = width.min(MAX_QUESTION);
    let mut text = String::new();
    for attempt in &asked {
        let bar = bar(attempt.started, attempt.elapsed, search.elapsed);
        let mark = if is_taken(attempt, report) { "   <- taken" } else { "" };
        let line = format!(
            "{:>6} ms  ▕{bar}▏ {:width$}   {}{mark}",
            attempt.started.as_millis(),
            question(attempt),
            printable(&attempt.answer()),
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str(&not_asked_lines(&not_asked));
    let _ = writeln!(text, "{:>6} ms  in all\n", search.elapsed.as_millis());
    text
}

/// Whether the attempt gave the settings that the search ended with.
fn is_taken(attempt: &Attempt, report: &Report) -> bool {
    attempt.reason.ending() == Ending::Settings
        && report.found().is_some_and(|found| {
            attempt.mechanism == found.mechanism && attempt.question.ends_with(&found.url)
        })
}

/// The question, its first word in a column of its own.
fn question(attempt: &Attempt) -> String {
    match attempt.question.split_once(' ') {
        Some((verb, rest)) => format!("{verb:<4}  {}", printable(rest)),
        None => attempt.question.clone(),
    }
}

/// Which part of the search the question took.
fn bar(started: Duration, elapsed: Duration, whole: Duration) -> String {
    let whole = whole.as_micros().max(1);
    let first = (started.as_micros() * CELLS / whole).min(CELLS - 1);
    let last = ((started + elapsed).as_micros() * CELLS / whole).clamp(first, CELLS - 1);
    (0..CELLS).map(|cell| if (first..=last).contains(&cell) { '█' } else { ' ' }).collect()
}

/// What was not asked, one line for each reason.
fn not_asked_lines(skipped: &[&Attempt]) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for attempt in skipped {
        let reason = attempt.reason.to_string();
        let name = attempt.mechanism.summary();
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => groups.push((reason, vec![name])),
        }
    }
    let line = |(reason, names): &(String, Vec<&str>)| {
        format!("           not asked: {} ({})\n", names.join(", "), printable(reason))
    };
    groups.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_shows_the_part_of_the_whole() {
        let bar = |started, elapsed| {
            bar(
                Duration::from_millis(started),
                Duration::from_millis(elapsed),
                Duration::from_millis(100),
            )
        };
        assert_eq!(bar(0, 0), "█         ");
        assert_eq!(bar(0, 100), "██████████");
        assert_eq!(bar(50, 20), "     ███  ");
        assert_eq!(bar(100, 0), "         █");
    }
}
