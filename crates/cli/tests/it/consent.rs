//! Consent without a terminal: denied, and the exact command that would allow it is printed.

use crate::program::mailscout;

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
