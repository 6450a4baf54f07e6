//! Questions on a terminal: how they are put, what is understood as an answer, and where "always"
//! is remembered.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    path::PathBuf,
};

use async_trait::async_trait;
use mailscout::{Ask, Consent, Question};

use crate::{
    config,
    output::{printable, say},
    progress::Progress,
};

mod words;

use words::Words;

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
    async fn ask(&self, question: Question<'_>) -> Consent {
        let site = match question {
            Question::Redirect(question) => Some(question.site.clone()),
            _ => None,
        };
        let memory = self.memory.clone().zip(site);
        let words = match question {
            Question::Redirect(question) => Words::redirect(question, memory.is_some()),
            Question::Unencrypted(question) => Words::unencrypted(question),
            _ => return Consent::Unavailable,
        };
        let progress = self.progress.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let (input, output) = (&mut io::stdin().lock(), &mut io::stderr());
            progress.suspend(|| {
                forget_type_ahead();
                converse(&words, input, output).inspect(|answer| remember(*answer, memory.as_ref()))
            })
        });
        let answer = asked.await.ok().and_then(Result::ok);
        match answer {
            Some(Answer::Yes | Answer::Always) => Consent::Given,
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

fn remember(answer: Answer, memory: Option<&(PathBuf, String)>) {
    if let (Answer::Always, Some((path, site))) = (answer, memory) {
        match config::remember_site(path, site) {
            Ok(()) => {
                let path = path.display().to_string();
                let (site, path) = (printable(site), printable(&path));
                say(format_args!("{site} is allowed from now on ({path})\n"));
            }
            Err(error) => {
                let error = format!("{error:#}");
                let error = printable(&error);
                say(format_args!("warning: this could not be remembered: {error}\n"));
            }
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Answer {
    Yes,
    Always,
    No,
    /// The input ended without an answer.
    Nothing,
}

/// Puts the question until an answer is understood, or the input ends.
fn converse(
    words: &Words,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Answer> {
    writeln!(output, "{}\n", words.text)?;
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
            "y" | "yes" => return Ok(Answer::Yes),
            "o" | "once" if words.has_once => return Ok(Answer::Yes),
            "a" | "always" if words.has_always => return Ok(Answer::Always),
            "" | "d" | "deny" | "n" | "no" => return Ok(Answer::No),
            "a" | "always" => writeln!(output, "nothing is remembered here; {}", words.choice())?,
            _ => writeln!(output, "that was not understood; {}", words.choice())?,
        }
    }
}

#[cfg(test)]
mod tests {
    use mailscout::{discover, probe::prober};

    use super::*;

    fn redirect(can_remember: bool) -> Words {
        let question = discover::consent::Question::new(
            "alice@contoso.example".parse().unwrap(),
            "ad.hoster.example",
            "a.xml",
            "https://ad.hoster.example/x",
        );
        Words::redirect(&question, can_remember)
    }

    fn unencrypted(kind: prober::QuestionKind) -> Words {
        let servers = ["imap mail.contoso.example:143", "smtp mail.contoso.example:25"];
        Words::unencrypted(&prober::Question::new(
            kind,
            "alice@contoso.example".parse().unwrap(),
            servers.map(str::to_owned).to_vec(),
        ))
    }

    #[track_caller]
    fn check(typed: &str, words: &Words, expected: Answer) -> String {
        let mut output = Vec::new();
        let answer = converse(words, &mut typed.as_bytes(), &mut output).unwrap();
        assert_eq!(answer, expected, "{typed:?}");
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        let words = redirect(true);
        check("o\n", &words, Answer::Yes);
        check("Yes\n", &words, Answer::Yes);
        check("always\n", &words, Answer::Always);
        check("\n", &words, Answer::No);
        check("d\n", &words, Answer::No);
        check("maybe\nn\n", &words, Answer::No);
        check("a\no\n", &redirect(false), Answer::Yes);
        check("", &words, Answer::Nothing);
        check("maybe", &words, Answer::Nothing);
        check("o", &words, Answer::Nothing);
    }

    #[test]
    fn bytes_that_are_no_text_are_not_understood() {
        let mut output = Vec::new();
        let typed = b"\xff\xfe\no\n";
        let answer = converse(&redirect(true), &mut &typed[..], &mut output).unwrap();
        assert_eq!(answer, Answer::Yes);
        assert!(String::from_utf8(output).unwrap().contains("that was not understood"));
    }

    #[test]
    fn the_question_names_who_redirects_and_where_to_in_full() {
        let text = check("o\n", &redirect(false), Answer::Yes);
        assert!(text.contains("a.xml redirects to another site"));
        assert!(text.contains("https://ad.hoster.example/x"));
        assert!(text.contains("Configure alice@contoso.example from ad.hoster.example?"));
        assert!(!text.contains("always for this site"));
    }

    #[test]
    fn the_questions_about_encryption_name_servers_and_danger_and_nothing_is_remembered() {
        for (kind, danger) in [
            (prober::QuestionKind::Unencrypted, "can read the mail"),
            (prober::QuestionKind::CleartextPassword, "can read the password"),
        ] {
            let words = unencrypted(kind);
            let text = check("\n", &words, Answer::No);
            assert!(text.contains("  imap mail.contoso.example:143\n"), "{text}");
            assert!(text.contains("  smtp mail.contoso.example:25\n"), "{text}");
            assert!(text.contains(danger) && text.contains("alice@contoso.example"), "{text}");
            check("y\n", &words, Answer::Yes);
            check("a\no\nonce\nno\n", &words, Answer::No);
            check("y", &words, Answer::Nothing);
        }
    }
}
