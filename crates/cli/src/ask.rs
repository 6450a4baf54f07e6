//! Consent on a terminal: the question, three answers, and where "always" is remembered.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    path::PathBuf,
};

use anstream::eprintln;
use async_trait::async_trait;
use mailscout::{
    Ask,
    discover::consent::{Consent, Question},
};

use crate::{config, output::printable, progress::Progress};

/// Asks the person at the terminal.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// Where "always" is remembered; without it the answer is not offered.
    pub(crate) memory: Option<PathBuf>,
    pub(crate) progress: Progress,
}

/// Whether somebody sits at the terminal who can be asked.
pub(crate) fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

#[async_trait]
impl Ask for Terminal {
    async fn ask(&self, question: &Question) -> Consent {
        let (question, memory) = (question.clone(), self.memory.clone());
        let progress = self.progress.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let (input, output) = (&mut io::stdin().lock(), &mut io::stderr());
            progress.suspend(|| {
                forget_type_ahead();
                converse(&question, memory.is_some(), input, output)
                    .inspect(|answer| remember(*answer, &question, memory.as_ref()))
            })
        });
        let answer = asked.await.ok().and_then(Result::ok);
        match answer {
            Some(Answer::Once | Answer::Always) => Consent::Given,
            Some(Answer::No) => Consent::Denied,
            Some(Answer::Nothing) | None => Consent::Unavailable,
        }
    }
}

/// What was typed before the question could be read is no answer to it.
fn forget_type_ahead() {
    #[cfg(unix)]
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
}

fn remember(answer: Answer, question: &Question, memory: Option<&PathBuf>) {
    if let (Answer::Always, Some(path)) = (answer, memory) {
        match config::remember_site(path, &question.site) {
            Ok(()) => eprintln!("{} is allowed from now on ({})", question.site, path.display()),
            Err(error) => eprintln!("warning: this could not be remembered: {error:#}"),
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Answer {
    Once,
    Always,
    No,
    /// The input ended without an answer.
    Nothing,
}

/// Puts the question until an answer is understood, or the input ends.
fn converse(
    question: &Question,
    can_remember: bool,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Answer> {
    let (from, to) = (printable(&question.from), printable(&question.to));
    writeln!(output, "{from} redirects to another site:\n\n  {to}\n")?;
    let address = question.address.to_string();
    writeln!(output, "Configure {} from {}?", printable(&address), printable(&question.site))?;
    let always = if can_remember { "\n  a  always for this site" } else { "" };
    writeln!(output, "\n  o  once{always}\n  d  deny, which is also what Enter means\n")?;
    loop {
        write!(output, "> ")?;
        output.flush()?;
        let mut line = Vec::new();
        input.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            writeln!(output)?;
            return Ok(Answer::Nothing);
        }
        match String::from_utf8_lossy(&line).trim().to_lowercase().as_str() {
            "o" | "once" | "y" | "yes" => return Ok(Answer::Once),
            "a" | "always" if can_remember => return Ok(Answer::Always),
            "" | "d" | "deny" | "n" | "no" => return Ok(Answer::No),
            "a" | "always" => writeln!(output, "nothing is remembered here; `o` or `d`")?,
            _ => writeln!(output, "that was not understood")?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Question {
        Question::new(
            "alice@contoso.example".parse().unwrap(),
            "ad.hoster.example",
            "a.xml",
            "https://ad.hoster.example/x",
        )
    }

    #[track_caller]
    fn check(typed: &str, can_remember: bool, expected: Answer) -> String {
        let mut output = Vec::new();
        let answer =
            converse(&question(), can_remember, &mut typed.as_bytes(), &mut output).unwrap();
        assert_eq!(answer, expected, "{typed:?}");
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        check("o\n", true, Answer::Once);
        check("Yes\n", true, Answer::Once);
        check("always\n", true, Answer::Always);
        check("\n", true, Answer::No);
        check("d\n", true, Answer::No);
        check("maybe\nn\n", true, Answer::No);
        check("a\no\n", false, Answer::Once);
        check("", true, Answer::Nothing);
        check("maybe", true, Answer::Nothing);
        check("o", true, Answer::Nothing);
    }

    #[test]
    fn bytes_that_are_no_text_are_not_understood() {
        let mut output = Vec::new();
        let typed = b"\xff\xfe\no\n";
        let answer = converse(&question(), true, &mut &typed[..], &mut output).unwrap();
        assert_eq!(answer, Answer::Once);
        assert!(String::from_utf8(output).unwrap().contains("that was not understood"));
    }

    #[test]
    fn the_question_names_who_redirects_and_where_to_in_full() {
        let text = check("o\n", false, Answer::Once);
        assert!(text.contains("a.xml redirects to another site"));
        assert!(text.contains("https://ad.hoster.example/x"));
        assert!(text.contains("Configure alice@contoso.example from ad.hoster.example?"));
        assert!(!text.contains("always for this site"));
    }
}
