//! Consent: without a terminal denied, with the exact command that would allow it; on a terminal
//! asked, and remembered when the user says so.

use crate::{program::mailscout, servers::find, terminal};

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
