//! `--all`: what the other sources say, and how it differs from what was taken.

use mailscout::{
    Report, differences,
    discover::{Attempt, Ending, Found, Reason},
    schema::settings::AccountSettings,
};

use super::{printable, settings::server_rows, table::lay_out};

/// A section for each source that was asked beside the one that was taken, and who said nothing.
pub(crate) fn render(report: &Report) -> String {
    let Some(taken) = report.settings() else {
        return String::new();
    };
    let compared = &report.search.compared;
    let mut text: String = compared.iter().map(|found| section(found, taken)).collect();
    if text.is_empty() {
        text.push_str("\nNo other source that answered has settings.\n");
    }
    for (title, names) in [
        ("No answer", mechanisms(report, |attempt| attempt.reason.ending() == Ending::Failed)),
        ("Not allowed", mechanisms(report, is_refused)),
        ("Wants a login", mechanisms(report, |a| matches!(a.reason, Reason::LoginNeeded(_)))),
    ] {
        if !names.is_empty() {
            text.extend(["\n", title, ": ", &names.join(", "), "\n"]);
        }
    }
    text
}

fn section(found: &Found, taken: &AccountSettings) -> String {
    let trust = found.trust.word().as_str();
    let title = format!("\n{} says ({trust})\n", found.mechanism);
    let differ = differences(taken, &found.settings);
    let texts: Vec<String> = differ.iter().map(ToString::to_string).collect();
    let texts = if texts.is_empty() { vec!["nothing".to_owned()] } else { texts };
    let titles = std::iter::once("Differs").chain(std::iter::repeat(""));
    let rows: Vec<Vec<String>> = texts
        .iter()
        .zip(titles)
        .map(|(text, title)| vec![format!("{title:<8}"), printable(text).into_owned()])
        .collect();
    title + &lay_out(&server_rows(&found.settings)) + &lay_out(&rows)
}

/// The mechanisms of which an attempt ended so, each once, those apart that came to settings.
fn mechanisms(report: &Report, is_so: impl Fn(&Attempt) -> bool) -> Vec<&'static str> {
    let search = &report.search;
    let settled = || search.taken().chain(&search.compared).map(|found| found.mechanism);
    let mut names: Vec<&'static str> = Vec::new();
    for attempt in search.attempts.iter().filter(|attempt| is_so(attempt)) {
        let name = attempt.mechanism.as_str();
        if !settled().any(|mechanism| mechanism == attempt.mechanism) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn is_refused(attempt: &Attempt) -> bool {
    matches!(attempt.reason, Reason::ConsentDenied(_) | Reason::ConsentUnavailable(_))
}
