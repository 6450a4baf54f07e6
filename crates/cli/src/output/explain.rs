//! `--explain`: every question in order, with its time, its answer, and why it was not taken.

use std::time::Duration;

use mailscout::{
    Report,
    discover::{Attempt, Ending, Found, PersonReport, mechanism::Mechanism},
};

use super::{moment::bar, printable};

mod directory;
mod oauth;
mod probes;
mod row_groups;

pub(crate) use directory::readable;

/// Columns for the questions; a longer one moves its answer to the right.
const MAX_QUESTION: usize = 120;

/// The same for remarks.
const MAX_REMARK: usize = 60;

/// Columns by which a remark stands to the right of the question it is about.
const INDENT: usize = 3;

/// One line: a question with its time, or a remark without one.
struct Line {
    /// When it was asked, and how long the answer took.
    time: Option<(Duration, Duration)>,
    question: String,
    answer: String,
    is_taken: bool,
}

/// A line for each question to the web and the DNS, then what was not asked and why; then the mail
/// servers that were met, then who was asked for the metadata of an OAuth issuer.
pub(crate) fn render(report: &Report) -> String {
    let search = &report.search;
    let probes = report.guess.iter().chain(&report.check);
    let probing = probes.map(|probe| probe.elapsed).sum::<Duration>();
    let asking = report.oauth.as_ref().map_or(Duration::ZERO, |inquiry| inquiry.elapsed);
    let whole = search.elapsed + probing + asking;
    let mut text = documents(report, whole);
    if let Some(guess) = &report.guess {
        text.push_str(&probes::guess(guess, search.elapsed, whole));
    }
    if let Some(check) = &report.check {
        text.push_str(&probes::check(check, search.elapsed, whole));
    }
    if let Some(inquiry) = &report.oauth {
        text.push_str(&oauth::inquiry(inquiry, whole));
    }
    let text = text.trim_start_matches('\n');
    format!("{text}{:>6} ms  in all\n\n", whole.as_millis())
}

fn documents(report: &Report, whole: Duration) -> String {
    let attempts = &report.search.attempts;
    let (not_asked, asked): (Vec<&Attempt>, Vec<&Attempt>) =
        attempts.iter().partition(|attempt| attempt.question.is_empty());
    let lines: Vec<Line> =
        asked.iter().map(|attempt| line(attempt, is_taken(attempt, report))).collect();
    lay_out(&lines, whole) + &not_asked_lines(&not_asked)
}

/// The questions to a directory about an account, where nothing could be searched for.
pub(crate) fn person(report: &PersonReport) -> String {
    let asked = report.attempts.iter().filter(|attempt| !attempt.question.is_empty());
    let lines: Vec<Line> = asked.map(|attempt| line(attempt, false)).collect();
    let ends = report.attempts.iter().map(|attempt| attempt.started + attempt.elapsed);
    let whole = ends.max().unwrap_or_default();
    format!("{}{:>6} ms  in all\n\n", lay_out(&lines, whole), whole.as_millis())
}

fn line(attempt: &Attempt, is_taken: bool) -> Line {
    Line {
        time: Some((attempt.started, attempt.elapsed)),
        question: question(&readable(&attempt.question)),
        answer: attempt.answer(),
        is_taken,
    }
}

/// Lays lines out: times, bars, questions as wide as the widest, answers.
fn lay_out(lines: &[Line], whole: Duration) -> String {
    let widths = lines.iter().map(|line| {
        let columns = line.question.chars().count();
        if line.time.is_some() {
            columns.min(MAX_QUESTION)
        } else {
            INDENT + columns.min(MAX_REMARK)
        }
    });
    let width = widths.max().unwrap_or(0);
    let remark_width = width.saturating_sub(INDENT);
    let mut text = String::new();
    for line in lines {
        let (question, answer) = (&line.question, printable(&line.answer));
        let mark = match (line.is_taken, line.answer.is_empty()) {
            (true, true) => "<- taken",
            (true, false) => "   <- taken",
            (false, _) => "",
        };
        let line = match line.time {
            Some((started, elapsed)) => format!(
                "{:>6} ms  ▕{}▏ {question:width$}   {answer}{mark}",
                started.as_millis(),
                bar(started, elapsed, whole),
            ),
            None => format!("{:27}{question:remark_width$}   {answer}{mark}", ""),
        };
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Whether the attempt gave settings that were taken.
fn is_taken(attempt: &Attempt, report: &Report) -> bool {
    attempt.reason.ending() == Ending::Settings
        && report.search.taken().any(|found| is_of(attempt, found))
}

fn is_of(attempt: &Attempt, found: &Found) -> bool {
    // A table has no URL, and a digest vouches for a document that was fetched before it.
    let has_url = !matches!(
        found.mechanism,
        Mechanism::Provider | Mechanism::ProviderMx | Mechanism::Pacc | Mechanism::ExchangeServer
    );
    let question = attempt.question.as_str();
    let question = question.split_once(" with a login by ").map_or(question, |(url, _)| url);
    attempt.mechanism == found.mechanism && (!has_url || question.ends_with(&found.url))
}

/// The question, its first word in a column of its own.
fn question(text: &str) -> String {
    match text.split_once(' ') {
        Some((verb, rest)) => format!("{:<5} {}", printable(verb), printable(rest)),
        None => printable(text).into_owned(),
    }
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
