//! What is said beside the settings: why there are none, and the exact command that would help.

use mailscout::{
    Report,
    discover::{
        Attempt, Conclusion, Ending, NO_MAIL, NO_SUCH_DOMAIN, Reason, consent::Question,
        mechanism::Mechanism,
    },
    probe::login::Secret,
};

use super::{printable, quote};

mod guess;
mod log_in;
mod person;

pub(crate) use person::{nobody, you_are};

/// The talk of a search, for standard error; empty when there is nothing to say.
pub(crate) fn render(report: &Report) -> String {
    let conclusion = report.conclusion();
    let is_found = conclusion == Conclusion::Found;
    let mut text = if is_found { String::new() } else { nothing(report, conclusion) };
    for question in &report.search.consent_needed {
        text.push_str(&consent(question, is_found));
    }
    text.push_str(&log_in::hints(report, is_found));
    for probe in report.guess.iter().chain(&report.check) {
        text.push_str(&guess::log_ins(probe));
        text.push_str(&guess::consent(probe));
    }
    text
}

/// What is said of a secret that nothing was proved with; nothing where a web server wanted it.
pub(crate) fn unused(secret: &Secret, report: &Report) -> String {
    if log_in::was_wanted(report) {
        return String::new();
    }
    let what = if matches!(secret, Secret::Token(_)) { "token" } else { "password" };
    match report.found() {
        _ if report.remembered.is_some() => format!(
            "the {what} was not used: the answer comes from the cache; `--verify` logs in to the \
             servers that it names\n"
        ),
        Some(_) => format!(
            "the {what} was not used: the settings come from a document that wants no login; \
             `--verify` logs in to the servers that it names\n"
        ),
        None => format!("the {what} was not used: no server that was asked wanted it\n"),
    }
}

/// Why there are no settings.
fn nothing(report: &Report, conclusion: Conclusion) -> String {
    let address = report.address().to_string();
    let address = printable(&address);
    let head = match conclusion {
        Conclusion::NeedsConsent => {
            format!("no settings found for {address} without your consent\n")
        }
        Conclusion::NeedsLogin => {
            format!("no settings found for {address} without a login\n{}", log_in::servers(report))
        }
        Conclusion::Failed => {
            format!("no settings found for {address}: who was asked did not answer\n")
        }
        _ => {
            let notices = &report.search.notices;
            let is_final = |code: &str| [NO_SUCH_DOMAIN, NO_MAIL].contains(&code);
            match notices.iter().find(|notice| is_final(notice.code)) {
                Some(notice) => {
                    let hint = match notice.code {
                        NO_MAIL => "hint: `mailscout guess` tries servers all the same",
                        _ => "hint: `--only MECHANISM` asks all the same",
                    };
                    let text = printable(&notice.text);
                    return format!("no settings found for {address}: {text}\n\n{hint}\n");
                }
                None => format!("no settings found for {address}{}\n", unheard(report)),
            }
        }
    };
    let documents = match conclusion {
        Conclusion::NeedsLogin | Conclusion::NeedsConsent => String::new(),
        _ => reasons(report),
    };
    let guess = report.guess.as_ref().map(guess::reasons).unwrap_or_default();
    let hints = report.guess.as_ref().map(guess::hints).unwrap_or_default();
    let directory = person::unread(&report.search.attempts);
    let explain = match conclusion {
        Conclusion::NeedsLogin | Conclusion::NeedsConsent => "",
        _ => "\nhint: `--explain` shows every question and its answer\n",
    };
    format!("{head}{documents}{guess}{hints}{directory}{explain}")
}

/// How many sources did not answer, which may have settings.
fn unheard(report: &Report) -> String {
    let failed =
        report.search.attempts.iter().filter(|attempt| attempt.reason.ending() == Ending::Failed);
    let mut names: Vec<&str> = failed.map(|attempt| attempt.mechanism.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    match names.len() {
        0 => String::new(),
        1 => "; one source did not answer".to_owned(),
        number => format!("; {number} sources did not answer"),
    }
}

/// The last word of each mechanism that was asked; where none was, why not.
fn reasons(report: &Report) -> String {
    let mut lines = last_words(report, |attempt| match attempt.reason.ending() {
        Ending::Refused | Ending::Failed => true,
        Ending::Skipped => !attempt.question.is_empty(),
        _ => false,
    });
    if lines.is_empty() {
        lines = last_words(report, |attempt| attempt.reason.ending() == Ending::Skipped);
    }
    let mut text: String = lines.concat();
    let late = report.search.attempts.iter().filter(|a| a.reason == Reason::NotReached);
    let late: Vec<&str> = late.map(|attempt| attempt.mechanism.summary()).collect();
    if !late.is_empty() {
        text = format!("{text}  not asked, the time was up: {}\n", late.join(", "));
    }
    text
}

/// A line for each mechanism: the last of its reasons that `counts`. SRV records of mail services are
/// many questions, of which no other hides that one was not answered, or that a service is not
/// offered.
fn last_words(report: &Report, counts: impl Fn(&Attempt) -> bool) -> Vec<String> {
    let mut lines: Vec<(&str, u8, String)> = Vec::new();
    for attempt in report.search.attempts.iter().filter(|attempt| counts(attempt)) {
        let name = attempt.mechanism.summary();
        let weight = match (attempt.mechanism, attempt.reason.ending()) {
            (Mechanism::SrvServices, Ending::Failed) => 2,
            (Mechanism::SrvServices, _) if attempt.reason == Reason::NotOffered => 1,
            _ => 0,
        };
        match lines.iter_mut().find(|(known, ..)| *known == name) {
            Some(line) if weight < line.1 => {}
            Some(line) => *line = (name, weight, attempt.answer()),
            None => lines.push((name, weight, attempt.answer())),
        }
    }
    lines
        .into_iter()
        .map(|(name, _, reason)| format!("  {name}: {}\n", printable(&reason)))
        .collect()
}

fn consent(question: &Question, is_found: bool) -> String {
    let better = if is_found { "; what stands above was found without it" } else { "" };
    let what = if question.from == question.to {
        let servers: Vec<_> = question.servers.iter().map(|server| printable(server)).collect();
        format!(
            "{} has settings ({}), but anybody on the way can have changed them: they were not taken \
             without your consent",
            printable(&question.to),
            servers.join(", ")
        )
    } else {
        let (from, to) = (printable(&question.from), printable(&question.to));
        format!("{from} leads to {to}, which is not asked without your consent")
    };
    format!(
        "\n{what}{better}\nto allow it: {}\n",
        command_with(&["--allow-redirect", &question.site])
    )
}

/// The present command line with more arguments, as a shell takes it: right behind the command, so
/// that a `--` further on changes nothing.
fn command_with(more: &[&str]) -> String {
    let mut words = command_line();
    let is_command = |word: &String| word == "discover" || word == "guess";
    let behind = words.iter().position(is_command).map_or(1, |index| index + 1);
    words.splice(behind..behind, more.iter().map(|&word| word.to_owned()));
    printable(&words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")).into_owned()
}

/// The present command line.
fn command_line() -> Vec<String> {
    let present = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    std::iter::once("mailscout".to_owned()).chain(present).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newline_of_a_document_begins_no_line_of_the_talk() {
        let question = Question::new(
            "alice@contoso.example".parse().unwrap(),
            "ad.hoster.example\nhint: run this",
            "http://a.example/\nhint: run this",
            "https://ad.hoster.example/\n\u{1b}[2Jto allow it: run this",
        );
        let text = consent(&question, false);
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains("\nhint"), "{text}");
        assert!(text.contains(r"a.example/\u{a}hint: run this leads to"), "{text}");
    }
}
