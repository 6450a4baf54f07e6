//! Active Directory: which directory is asked, who the user is, and what no directory and no web
//! server is ever told. What the lab's servers heard is the witness.

use std::{io::Write, time::Duration};

use mailscout_lab::Scenario;
use tempfile::NamedTempFile;

use crate::program::{Run, mailscout, mailscout_with};

const READER: &str = "CONTOSO\\reader";
const LDAP_PASSWORD: (&str, &str) = ("MAILSCOUT_LDAP_PASSWORD", "Rea-d1");

/// An embedded scenario with other words in one place, in a file.
#[track_caller]
fn variant(name: &str, from: &str, to: &str) -> (NamedTempFile, String) {
    let (_, text) = Scenario::builtin().iter().find(|(known, _)| *known == name).unwrap();
    assert!(text.contains(from), "{name} has `{from}`");
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    file.write_all(text.replacen(from, to, 1).as_bytes()).unwrap();
    let lab = format!("--lab={}", file.path().display());
    (file, lab)
}

/// What the lab heard, with the arguments of its scenario.
fn search(lab: &str, more: &[&str], variables: &[(&str, &str)]) -> Run {
    let arguments = [&["discover", lab, "--order", "outlook", "--skip", "guess"], more].concat();
    mailscout_with(&[&arguments[..], &["--lab-journal"]].concat(), variables, b"")
}

/// Lines of the journal with this in them.
fn heard<'a>(run: &'a Run, what: &str) -> Vec<&'a str> {
    run.stderr.lines().filter(|line| line.starts_with("lab: ") && line.contains(what)).collect()
}

#[test]
fn no_password_goes_to_a_directory_outside_of_tls_or_past_a_bad_certificate() {
    let reader = ["--ldap-url", "ldap://dc1.contoso.example", "--ldap-user", READER];
    for scenario in ["directory-plain", "directory-bad-certificate"] {
        let lab = format!("--lab={scenario}");
        let run = search(&lab, &reader, &[LDAP_PASSWORD]);
        assert_eq!(heard(&run, "StartTLS").len(), 1, "{}", run.stderr);
        assert!(heard(&run, "bind").is_empty(), "{scenario}: {}", run.stderr);
        // Who has a name to read by reads nothing as somebody else.
        assert!(heard(&run, "search").is_empty(), "{scenario}: {}", run.stderr);
    }
    let run = search("--lab=directory-ldap-user", &reader, &[LDAP_PASSWORD]);
    let binds = heard(&run, "bind");
    assert_eq!(binds.len(), 2, "{}", run.stderr);
    assert!(binds.iter().all(|line| line.contains("ldap+tls") && line.contains("accepted")));
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_directory_that_a_pointer_names_gets_no_password() {
    let account = "[[directory.account]]\nname = 'CONTOSO\\reader'\npassword = \"Rea-d1\"\n[[directory.user]]";
    let (_file, lab) = variant("directory-pointer", "[[directory.user]]", account);
    let more = ["--ad-domain", "contoso.example", "--ldap-user", READER];
    let run = search(&lab, &more, &[LDAP_PASSWORD]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(heard(&run, "dc1.contoso.example:389 bind").len(), 2, "{}", run.stderr);
    assert!(!heard(&run, "dc.fabrikam.example:389 search").is_empty(), "{}", run.stderr);
    assert!(heard(&run, "dc.fabrikam.example:389 bind").is_empty(), "{}", run.stderr);
}

#[test]
fn the_users_own_password_reads_the_directory_where_there_is_no_other() {
    let more = ["--ldap-url", "ldaps://dc1.contoso.example", "--ldap-user", READER];
    let run = search("--lab=directory-ldap-user", &more, &[("MAILSCOUT_PASSWORD", "Rea-d1")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("was not used"), "{}", run.stderr);
    let both = [("MAILSCOUT_PASSWORD", "another"), LDAP_PASSWORD];
    assert_eq!(search("--lab=directory-ldap-user", &more, &both).code, 0);
    for variables in [&[][..], &[("MAILSCOUT_TOKEN", "t0ken")]] {
        let run = search("--lab=directory-ldap-user", &more, variables);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("MAILSCOUT_LDAP_PASSWORD"), "{}", run.stderr);
        assert!(heard(&run, "").is_empty(), "{}", run.stderr);
    }
}

#[test]
fn the_first_request_to_a_web_server_has_no_login() {
    let mut asked = 0;
    for (name, _) in Scenario::builtin().iter().filter(|(name, _)| name.starts_with("login-")) {
        let scenario = Scenario::named(name).unwrap();
        let arguments: Vec<&str> = scenario.arguments().iter().map(String::as_str).collect();
        let password = scenario.password().map(|text| ("MAILSCOUT_PASSWORD", text));
        let token = scenario.token().map(|text| ("MAILSCOUT_TOKEN", text));
        let secret: Vec<_> = password.into_iter().chain(token).collect();
        let lab = format!("--lab={name}");
        let arguments = [&["discover", &lab, "--lab-journal"], &arguments[..]].concat();
        let run = mailscout_with(&arguments, &secret, b"");
        let mut urls: Vec<&str> = Vec::new();
        for line in heard(&run, "lab: http ") {
            let words: Vec<&str> = line.split(' ').collect();
            if !urls.contains(&words[3]) {
                urls.push(words[3]);
                assert_eq!(words[4], "->", "{name}: {line}");
            } else if words[4] != "->" {
                assert!(words[3].starts_with("https://"), "{name}: {line}");
                asked += 1;
            }
        }
    }
    assert!(asked > 10, "there are log-ins: {asked}");
}

#[test]
fn a_host_that_nobody_approved_gets_no_login() {
    let password = [("MAILSCOUT_PASSWORD", "R1ght-one")];
    let ad = ["--ad-domain", "contoso.example"];
    let run = search("--lab=login-elsewhere", &ad, &password);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(heard(&run, "https://ex2.fabrikam.example").len(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("--allow-redirect ex2.fabrikam.example"), "{}", run.stderr);
    let allowed = [&ad[..], &["--allow-redirect", "ex2.fabrikam.example"]].concat();
    let run = search("--lab=login-elsewhere", &allowed, &password);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!heard(&run, "NTLM (alice@contoso.example, accepted)").is_empty(), "{}", run.stderr);

    let run = search("--lab=login-redirect", &[], &password);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(heard(&run, "hoster.example/").is_empty(), "{}", run.stderr);
}

#[test]
fn a_server_that_forgets_a_stronger_scheme_gets_the_password_with_the_users_word_only() {
    let password = [("MAILSCOUT_PASSWORD", "R1ght-one")];
    let run = search("--lab=login-downgrade", &[], &password);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(heard(&run, "Basic").is_empty(), "{}", run.stderr);
    let run = search("--lab=login-downgrade", &["--allow-basic"], &password);
    assert_eq!((run.code, heard(&run, "Basic").len()), (0, 1), "{}", run.stderr);
}

#[test]
fn the_eleventh_pointer_is_not_followed() {
    let run = search("--lab=directory-eleven-pointers", &["--ad-domain", "contoso.example"], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!heard(&run, "dc11.contoso.example:389 search").is_empty(), "{}", run.stderr);
    assert!(heard(&run, "dc12.contoso.example").is_empty(), "{}", run.stderr);
}

#[test]
fn a_directory_that_hangs_costs_its_deadline_at_most_and_nobody_waits_who_need_not() {
    let times = |strategy: &str| {
        let more = ["--ad-domain", "contoso.example", "--timeout", "8", "--json"];
        let more = [&more[..], &["--strategy", strategy]].concat();
        let run = search("--lab=directory-hangs", &more, &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let all = document["attempts"].as_array().unwrap().clone();
        let of = |begin: &str| -> (Duration, Duration) {
            let is_it = |attempt: &&serde_json::Value| {
                attempt["question"].as_str().unwrap().starts_with(begin)
            };
            let attempt = all.iter().find(is_it).unwrap();
            let time = |key: &str| Duration::from_millis(attempt[key].as_u64().unwrap());
            (time("started_ms"), time("elapsed_ms"))
        };
        (of("LDAP search"), of("POST https://autodiscover.contoso.example").0)
    };
    let deadline = Duration::from_secs(2);
    let ((_, waited), _) = times("sequential");
    assert!(waited >= deadline && waited < deadline * 2, "{waited:?}");
    let ((started, waited), asked) = times("hedged");
    assert!(asked < started + deadline, "the web is asked beside it: {asked:?}");
    assert!(waited < deadline * 2, "{waited:?}");
}

#[test]
fn nobody_asks_a_directory_that_nothing_names() {
    let run = search("--lab=directory-scp", &[], &[]);
    assert!(heard(&run, "ldap").is_empty(), "{}", run.stderr);
    let mut config = NamedTempFile::new().unwrap();
    config
        .write_all(b"[directory]\nad-domain = \"contoso.example\"\nad-site = \"Berlin\"\n")
        .unwrap();
    let path = config.path().to_str().unwrap();
    let run = search("--lab=directory-scp", &["--config", path, "--explain"], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("named by Active Directory"), "{}", run.stdout);
    let urls = run.stdout.lines().find(|line| line.contains("Autodiscover at")).unwrap();
    assert!(urls.find("ex1.") < urls.find("ex2."), "the configured site comes first: {urls}");
    let run = search("--lab=directory-scp", &["--config", path, "--no-directory"], &[]);
    assert!(heard(&run, "ldap").is_empty(), "{}", run.stderr);
}

#[test]
fn what_cannot_be_meant_is_a_wrong_command_line() {
    for (line, said) in [
        (&["--me", "alice@contoso.example"][..], "cannot be used with"),
        (&["--me=alice"], "nothing says which directory `--me` means"),
        (&["a@b.example", "--ad-site", "Berlin"], "which directory `--ad-site` means"),
        (&["a@b.example", "--ldap-user", "x"], "which directory `--ldap-user` means"),
        (&["a@b.example", "--ldap-url", "dc1.contoso.example"], "`ldaps://HOST`"),
        (&["a@b.example", "--ldap-url", "http://dc1.contoso.example"], "`ldaps://HOST`"),
        (&["a@b.example", "--no-directory", "--ad-domain", "b.example"], "cannot be used with"),
        (
            &["a@b.example", "--ldap-url", "ldaps://c.b.example", "--ad-domain", "b.example"],
            "cannot be used with",
        ),
    ] {
        let run = mailscout(&[&["discover"], line].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{line:?}: {}", run.stderr);
    }
    let run = mailscout(&["guess", "a@b.example", "--ldap-url", "ldaps://dc1.contoso.example"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
}

#[test]
fn the_account_is_that_of_this_computers_user_unless_it_is_named() {
    let ad = ["--ad-domain", "contoso.example"];
    let unknown = [("USERNAME", ""), ("USER", ""), ("LOGNAME", "")];
    for (account, variables, code) in [
        ("--me=alice", [("USERNAME", "bob"), ("USER", ""), ("LOGNAME", "")], 0),
        ("--me", [("USERNAME", ""), ("USER", "alice"), ("LOGNAME", "bob")], 0),
        ("--me", [("USERNAME", "bob"), ("USER", "alice"), ("LOGNAME", "")], 1),
        ("--me", unknown, 2),
    ] {
        let run = search("--lab=directory-me", &[&[account][..], &ad].concat(), &variables);
        assert_eq!(run.code, code, "{account} {variables:?}: {}", run.stderr);
        let is_told =
            run.stderr.contains("you are alice@contoso.example, by ldap://dc1.contoso.example");
        assert_eq!(is_told, code == 0, "{}", run.stderr);
    }
    // The domain of the account is one whose controllers can be asked.
    let run = search("--lab=directory-me", &["--me=alice@contoso.example"], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn an_account_that_nothing_proves_is_told_and_not_searched_for() {
    let more = ["--me=alice", "--ldap-url", "ldap://dc1.contoso.example"];
    let run = search("--lab=directory-me-unproved", &more, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
    let command = run.stderr.lines().find_map(|line| line.split_once("go on with: mailscout "));
    let words: Vec<&str> = command.unwrap().1.split(' ').collect();
    assert_eq!(words[..2], ["discover", "alice@contoso.example"]);
    assert!(!words.iter().any(|word| word.starts_with("--me")), "{words:?}");
    let asked = mailscout(&words);
    assert!(asked.stderr.contains("alice@contoso.example"), "{}", asked.stderr);

    let run = search("--lab=directory-me-unproved", &[&more[..], &["--json"]].concat(), &[]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["outcome"], "needs-consent");
    assert_eq!(document["address"], "alice@contoso.example");
    assert_eq!(document["account"], "alice");
    assert_eq!(document["attempts"].as_array().unwrap().len(), 3);
}
