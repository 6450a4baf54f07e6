//! Consent: without a terminal denied, with the exact command that would allow it; on a terminal
//! asked, and remembered when the user says so.

use crate::{
    program::mailscout,
    servers::find,
    terminal::{self, ASK, Do},
};

#[test]
fn without_a_terminal_the_printed_command_allows_what_was_refused() {
    let run = mailscout(&["discover", "--lab=redirect-url-document-no-consent"]);
    assert_eq!(run.code, 3);
    assert_eq!(run.stdout, "");
    let line = run.stderr.lines().find_map(|line| line.strip_prefix("to allow it: mailscout "));
    let command = line.expect(&run.stderr).split(' ').collect::<Vec<_>>();
    let again = mailscout(&command);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(again.stdout.contains("consented: you allowed"), "{}", again.stdout);
}

#[test]
fn a_site_of_the_configuration_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "allow-redirect = [\"*.hoster.example\", \"any\"]\n").unwrap();
    let path = config.to_str().unwrap();
    let run = mailscout(&["discover", "--lab=redirect-url-document-no-consent", "--config", path]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

const REDIRECTED: &str = "--lab=redirect-url-document-no-consent";

#[test]
fn on_a_terminal_the_user_is_asked_and_a_yes_is_for_once() {
    if find("script", "on_a_terminal_the_user_is_asked_and_a_yes_is_for_once").is_none() {
        return;
    }
    let (seen, code) = terminal::mailscout(&["discover", REDIRECTED], &["what?\n", "o\n"]);
    assert_eq!(code, 0, "{seen}");
    assert!(
        seen.contains("Configure alice@contoso.example from autodiscover.hoster.example?"),
        "{seen}"
    );
    assert!(seen.contains("that was not understood"), "{seen}");
    assert!(seen.contains("consented: you allowed autodiscover.hoster.example"), "{seen}");
}

#[test]
fn on_a_terminal_always_is_written_into_the_configuration_and_holds() {
    if find("script", "on_a_terminal_always_is_written_into_the_configuration_and_holds").is_none()
    {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "# mine\n").unwrap();
    let path = config.to_str().unwrap();
    let (seen, code) = terminal::mailscout(&["discover", REDIRECTED, "--config", path], &["a\n"]);
    assert_eq!(code, 0, "{seen}");
    let written = std::fs::read_to_string(&config).unwrap();
    assert!(written.contains("# mine\n"), "{written}");
    assert!(written.contains("allow-redirect = [\"autodiscover.hoster.example\"]"), "{written}");
    assert_eq!(mailscout(&["discover", REDIRECTED, "--config", path]).code, 0);
}

#[test]
fn on_a_terminal_enter_is_a_no_and_no_prompt_asks_nothing() {
    if find("script", "on_a_terminal_enter_is_a_no_and_no_prompt_asks_nothing").is_none() {
        return;
    }
    let (seen, code) = terminal::mailscout(&["discover", REDIRECTED], &["\n"]);
    assert_eq!(code, 3, "{seen}");
    let (seen, code) = terminal::mailscout(&["discover", REDIRECTED, "--no-prompt"], &["o\n"]);
    assert_eq!(code, 3, "{seen}");
    assert!(!seen.contains("Configure alice"), "{seen}");
}

/// IMAP and SMTP without encryption; `--lab` serves it from a file.
const PLAIN: &str = "--lab=guess-plain-only";

#[test]
fn without_a_terminal_servers_without_encryption_are_not_used_and_the_command_says_how() {
    let run = mailscout(&["guess", PLAIN]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
    let expected = "not used, because they are without encryption: imap mail.contoso.example:143, \
                    smtp mail.contoso.example:25";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    let line = run.stderr.lines().find_map(|line| line.strip_prefix("to allow it: mailscout "));
    let command = line.expect(&run.stderr).split(' ').collect::<Vec<_>>();
    let again = mailscout(&command);
    assert_eq!(again.code, 3, "{}", again.stderr);
    assert!(
        again.stdout.contains("mail.contoso.example   143   no encryption"),
        "{}",
        again.stdout
    );
    assert!(again.stdout.contains("unauthenticated: guessed"), "{}", again.stdout);
}

#[test]
fn on_a_terminal_both_questions_about_encryption_are_put_and_a_yes_is_for_this_time() {
    if find("script", "on_a_terminal_both_questions_about_encryption_are_put").is_none() {
        return;
    }
    let arguments = ["guess", PLAIN, "--password"];
    let (seen, code) = terminal::mailscout(&arguments, &["right-one\n", "y\n", "y\n"]);
    assert_eq!(code, 3, "{seen}");
    assert!(seen.contains("without encryption there is"), "{seen}");
    assert!(seen.contains("  imap mail.contoso.example:143\r\n"), "{seen}");
    assert!(seen.contains("would be sent in clear text to"), "{seen}");
    assert!(seen.contains("logged in by PLAIN"), "{seen}");
    assert!(!seen.contains("right-one"), "{seen}");
}

#[test]
fn on_a_terminal_enter_keeps_the_password_to_oneself() {
    if find("script", "on_a_terminal_enter_keeps_the_password_to_oneself").is_none() {
        return;
    }
    let arguments = ["guess", PLAIN, "--password", "--lab-journal"];
    let (seen, code) = terminal::mailscout(&arguments, &["right-one\n", "y\n", "\n"]);
    assert_eq!(code, 3, "{seen}");
    assert!(seen.contains("the password was not sent in clear text to"), "{seen}");
    assert!(!seen.contains("AUTH"), "{seen}");
    let (seen, code) = terminal::mailscout(&arguments, &["right-one\n", "\n"]);
    assert_eq!(code, 3, "{seen}");
    assert!(!seen.contains("would be sent in clear text"), "{seen}");
    assert!(!seen.contains("AUTH"), "{seen}");
}

#[test]
fn what_was_typed_before_the_question_is_no_answer_to_it() {
    if find("script", "what_was_typed_before_the_question_is_no_answer_to_it").is_none() {
        return;
    }
    let typed = [("", Do::Type("y\n")), (ASK, Do::Type("\n"))];
    let (seen, code) = terminal::mailscout_then(&["guess", PLAIN], &typed, "");
    assert_eq!(code, 3, "{seen}");
    assert!(seen.contains("Use them all the same?"), "{seen}");
    assert!(seen.contains("not used, because they are without encryption"), "{seen}");
}
