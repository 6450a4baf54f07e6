//! What is said of web servers that want a login: who they are, why they got none or refused it, and
//! the command that would help.

use mailscout::{
    Report,
    discover::{Attempt, LogInReason, Reason},
};

use super::{command_line, command_with};
use crate::{output::printable, password::TOKEN};

/// Whether a web server wanted to know who the user is, whatever became of that.
pub(super) fn was_wanted(report: &Report) -> bool {
    report.search.attempts.iter().any(|attempt| matches!(attempt.reason, Reason::LogIn(_)))
}

/// A line for each server that wants a login, with its last word.
pub(super) fn servers(report: &Report) -> String {
    let line = |attempt: &&Attempt| {
        format!("  {}: {}\n", printable(place(attempt)), printable(&attempt.answer()))
    };
    refusals(report).iter().map(line).collect()
}

/// What would help, for each server; a word about it where settings were found without it.
pub(super) fn hints(report: &Report, is_found: bool) -> String {
    let mut hints: Vec<String> = Vec::new();
    for attempt in refusals(report) {
        let Some(hint) = hint(&attempt.reason, &report.address().to_string()) else { continue };
        let about = if is_found {
            let (place, answer) = (place(attempt), attempt.answer());
            let asked = "it was asked before the settings above were found";
            format!("\n{}: {}; {asked}", printable(place), printable(&answer))
        } else {
            String::new()
        };
        let hint = format!("{about}\n{hint}\n");
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints.concat()
}

/// The last word of each server that wants a login and did not say yes to one.
fn refusals(report: &Report) -> Vec<&Attempt> {
    let mut last: Vec<&Attempt> = Vec::new();
    for attempt in &report.search.attempts {
        match last.iter_mut().find(|known| place(known) == place(attempt)) {
            Some(known) => *known = attempt,
            None => last.push(attempt),
        }
    }
    last.retain(|attempt| match &attempt.reason {
        Reason::LoginNeeded(_) => true,
        Reason::LogIn(reason) => !matches!(reason, LogInReason::Follows(_)),
        _ => false,
    });
    last
}

/// The URL of a question, with or without a login.
fn place(attempt: &Attempt) -> &str {
    let question = attempt.question.as_str();
    let question = question.split_once(" with a login by ").map_or(question, |(url, _)| url);
    question.strip_prefix("POST ").unwrap_or(question)
}

fn hint(reason: &Reason, address: &str) -> Option<String> {
    let allow = |words: &[&str]| Some(format!("to allow it: {}", command_with(words)));
    match reason {
        Reason::LoginNeeded(schemes) => Some(match schemes.as_slice() {
            [only] if is_bearer(only) => token(),
            _ => format!("to log in: {}", command_with(&[password_flag()])),
        }),
        Reason::LogIn(LogInReason::TooWeak) => allow(&["--allow-basic"]),
        Reason::LogIn(LogInReason::Elsewhere(host)) => allow(&["--allow-redirect", host]),
        Reason::LogIn(LogInReason::NoCommonScheme(schemes)) => {
            let wants_token = schemes.iter().any(|scheme| is_bearer(scheme));
            wants_token.then(token)
        }
        Reason::LogIn(LogInReason::Refused(scheme)) if is_bearer(scheme) => Some(format!(
            "hint: is the token of {} for this server, and new enough?",
            printable(address)
        )),
        Reason::LogIn(LogInReason::Refused(_)) => Some(format!(
            "hint: is the password right? It was tried as that of {}",
            printable(address)
        )),
        _ => None,
    }
}

fn is_bearer(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("Bearer")
}

fn token() -> String {
    format!("to log in with an access token: {TOKEN}=TOKEN {}", command_with(&[]))
}

/// The way for a password that the present command line leaves open.
fn password_flag() -> &'static str {
    let is_silent = command_line().iter().any(|word| word == "--no-prompt");
    if is_silent { "--password-stdin" } else { "--password" }
}
