//! The password: its ways in, and that it comes out nowhere.

use std::io::Write;

use mailscout_lab::Scenario;

use crate::{
    program::{mailscout, mailscout_with},
    servers::find,
    terminal::{self, ASK, Do, PASSWORD},
};

const SECRET: &str = "Tr0ub4dor-and-3-horses";
const LAB: &str = "--lab=guess-log-in";

#[test]
fn a_password_on_the_command_line_is_refused_with_the_three_ways_and_never_repeated() {
    let with_value = format!("--password={SECRET}");
    for line in [
        &["discover", "alice@contoso.example", &with_value][..],
        &["discover", LAB, "--password", SECRET],
        &["discover", "alice@contoso.example", "--password", SECRET],
        &["guess", &with_value, LAB],
        &["guess", "--json", LAB, &with_value, "--no-such-flag"],
        &["probe", "mail.contoso.example:993", &with_value],
        &["parse", "-", &with_value],
        &["parse", "--", &with_value],
        &["guess", "a@b.example", &format!("--password-stdin={SECRET}")],
        &["guess", "a@b.example", "--password-stdin", SECRET],
        &["guess", "--password-stdin", SECRET],
        &["guess", "a@b.example", "--password", &format!("--{SECRET}")],
        &["guess", "a@b.example", "--password", &format!("-{SECRET}")],
        &["guess", "a@b.example", &format!("--password{SECRET}")],
        &["guess", "--", &with_value],
        &["guess", "--", &format!("{with_value}@b.example")],
        &["guess", "a@b.example", "--", &with_value],
        &["guess", "a@b.example", &format!("--pass={SECRET}")],
        &[&with_value],
    ] {
        let run = mailscout(line);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line:?}: {}", run.stderr);
        assert!(!run.stderr.contains(SECRET), "{line:?}: {}", run.stderr);
        assert!(run.stderr.contains("every user of this computer can read it"), "{}", run.stderr);
        for way in ["`--password` without a value", "`--password-stdin`", "MAILSCOUT_PASSWORD"] {
            assert!(run.stderr.contains(way), "{line:?}: {way}: {}", run.stderr);
        }
        let said = "error: the arguments could not be understood, and are not repeated here";
        assert!(run.stderr.starts_with(said), "{line:?}: {}", run.stderr);
        let command = line[0];
        let command = if command.starts_with('-') { "[OPTIONS]" } else { command };
        let usage = format!("\nUsage: mailscout {}", command.replace("[OPTIONS]", "<COMMAND>"));
        assert!(run.stderr.contains(&usage), "{line:?}: {}", run.stderr);
    }
}

#[test]
fn help_is_given_beside_a_flag_about_the_password() {
    let run = mailscout(&["guess", "--password", "--help"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("Usage: mailscout guess"), "{}", run.stdout);
    for order in [&["--password-stdin", "a@b.example"], &["a@b.example", "--password-stdin"]] {
        let run = mailscout(&[&["guess"], &order[..], &["--config", "/nowhere"]].concat());
        assert!(run.stderr.contains("/nowhere"), "{order:?}: {}", run.stderr);
    }
}

#[test]
fn a_password_comes_from_standard_input_or_the_environment() {
    for (arguments, variables, input) in [
        (&["guess", LAB, "--password-stdin"][..], &[][..], &b"right-one\n"[..]),
        (&["guess", LAB, "--password-stdin"], &[], b"right-one\r\nanother line\n"),
        (&["guess", LAB], &[("MAILSCOUT_PASSWORD", "right-one")], b""),
        // What stands on the command line counts first.
        (
            &["guess", LAB, "--password-stdin"],
            &[("MAILSCOUT_PASSWORD", "wrong-one")],
            b"right-one\n",
        ),
    ] {
        let run = mailscout_with(arguments, variables, input);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("proved by log-ins"), "{}", run.stdout);
        assert_eq!(run.stdout.matches("logged in by PLAIN").count(), 3, "{}", run.stdout);
    }
    let run = mailscout_with(&["guess", LAB], &[("MAILSCOUT_PASSWORD", "")], b"");
    assert!(run.stdout.contains("proved by connections"), "{}", run.stdout);
}

#[test]
fn two_secrets_are_one_too_many() {
    let (password, token) = (("MAILSCOUT_PASSWORD", SECRET), ("MAILSCOUT_TOKEN", SECRET));
    for (more, variables) in [
        (&[][..], &[password, token][..]),
        (&["--password-stdin"], &[token]),
        (&["--password-stdin"], &[password, token]),
    ] {
        let run = mailscout_with(&[&["guess", LAB], more].concat(), variables, b"x\n");
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        assert!(run.stderr.contains("one is needed"), "{}", run.stderr);
        assert!(!run.stderr.contains(SECRET), "{}", run.stderr);
    }
}

#[test]
fn a_token_is_not_sent_as_a_password() {
    let run = mailscout_with(
        &["guess", LAB, "--lab-journal", "--explain"],
        &[("MAILSCOUT_TOKEN", "t0ken")],
        b"",
    );
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stdout.contains("want something else to prove"), "{}", run.stdout);
    assert!(!run.stderr.contains("AUTH"), "{}", run.stderr);
}

#[test]
fn a_password_that_nobody_was_shown_is_said_to_be_unused() {
    let password = [("MAILSCOUT_PASSWORD", SECRET)];
    for format in [&[][..], &["--json"]] {
        let run = mailscout_with(&[&["discover", "--lab"], format].concat(), &password, b"");
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains("the password was not used"), "{}", run.stderr);
        assert!(run.stderr.contains("`--verify`"), "{}", run.stderr);
    }
    let verified = mailscout_with(&["discover", "--lab", "--verify"], &password, b"");
    assert!(!verified.stderr.contains("was not used"), "{}", verified.stderr);
    let skipped = ["discover", "--lab=nothing-published", "--skip", "guess"];
    let run = mailscout_with(&skipped, &password, b"");
    assert!(run.stderr.contains("the password was not used"), "{}", run.stderr);
}

/// Every scenario in which there are mail servers, in every format, with a password of its own.
#[test]
fn the_password_is_in_no_output_of_any_command() {
    let scenarios = Scenario::builtin().iter().map(|(name, _)| *name);
    let waiting = ["guess-slow-greeting", "guess-faults", "guess-contradicting-ports"];
    let quick = |name: &&str| !waiting.contains(name);
    let with_mail = |name: &&str| name.starts_with("guess-") || name.starts_with("verify-");
    let scenarios: Vec<&str> = scenarios.filter(with_mail).filter(quick).collect();
    assert!(scenarios.len() > 20);
    std::thread::scope(|scope| {
        for chunk in scenarios.chunks(4) {
            scope.spawn(move || chunk.iter().for_each(|scenario| never_seen(scenario)));
        }
    });
}

fn never_seen(scenario: &str) {
    let lab = format!("--lab={scenario}");
    let allowed = ["--allow-unencrypted", "--allow-cleartext-password", "--lab-journal"];
    for command in [&["discover", "--verify"][..], &["guess"]] {
        for format in ["--json", "--explain", "--no-prompt"] {
            let arguments = [command, &[&lab, format], &allowed].concat();
            let run = mailscout_with(&arguments, &[("MAILSCOUT_PASSWORD", SECRET)], b"");
            for said in [&run.stdout, &run.stderr] {
                for form in [SECRET, "VHIwdWI0ZG9yLWFuZC0zLWhvcnNlcw", "and-3-horses"] {
                    assert!(!said.contains(form), "{arguments:?}: {said}");
                }
            }
        }
    }
}

#[test]
fn on_a_terminal_the_password_is_asked_for_and_not_shown() {
    if find("script", "on_a_terminal_the_password_is_asked_for_and_not_shown").is_none() {
        return;
    }
    let (seen, code) = terminal::mailscout(&["guess", LAB, "--password"], &["right-one\n"]);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("Password of alice@contoso.example: "), "{seen}");
    assert!(seen.contains("logged in by PLAIN"), "{seen}");
    assert!(!seen.contains("right-one"), "{seen}");
    let (seen, code) = terminal::mailscout(&["guess", LAB, "--password"], &["\n"]);
    assert_eq!(code, 2, "{seen}");
    assert!(seen.contains("error: the password is empty"), "{seen}");
}

#[test]
fn ctrl_c_at_the_password_ends_the_program_and_leaves_the_terminal_as_it_was() {
    let test = "ctrl_c_at_the_password_ends_the_program_and_leaves_the_terminal_as_it_was";
    if find("script", test).is_none() || find("stty", test).is_none() {
        return;
    }
    let then = "; code=$?; stty -a; exit $code";
    let (seen, code) = terminal::mailscout_then(
        &["guess", LAB, "--password"],
        &[(PASSWORD, Do::Type("\u{3}"))],
        then,
    );
    assert_eq!(code, 130, "{seen}");
    check_settings(&seen);
    // Afterwards the signal ends the search too.
    let arguments = ["guess", "--lab=guess-slow-greeting", "--password"];
    let typed =
        [(PASSWORD, Do::Type("right-one\n")), ("mail.contoso.example:143", Do::Type("\u{3}"))];
    let (seen, code) = terminal::mailscout_then(&arguments, &typed, "");
    assert_eq!(code, 130, "{seen}");
}

#[track_caller]
fn check_settings(seen: &str) {
    let settings: Vec<&str> = seen.split_whitespace().collect();
    for setting in ["echo", "icanon", "isig"] {
        assert!(settings.contains(&setting), "{seen}");
    }
}

#[test]
fn a_signal_at_the_password_ends_the_program_and_leaves_the_terminal_as_it_was() {
    let test = "a_signal_at_the_password_ends_the_program_and_leaves_the_terminal_as_it_was";
    if find("script", test).is_none() || find("stty", test).is_none() {
        return;
    }
    let then = "; code=$?; stty -a; exit $code";
    for (signal, expected) in [("INT", 130), ("TERM", 143), ("QUIT", 131), ("HUP", 129)] {
        let typed = [(PASSWORD, Do::Send(signal, ""))];
        let arguments = ["guess", LAB, "--password"];
        let (seen, code) = terminal::mailscout_then(&arguments, &typed, then);
        assert_eq!(code, expected, "{signal}: {seen}");
        check_settings(&seen);
    }
}

#[test]
fn a_program_that_asks_for_the_password_is_not_stopped() {
    let test = "a_program_that_asks_for_the_password_is_not_stopped";
    if find("script", test).is_none() || find("stty", test).is_none() {
        return;
    }
    let then = "; code=$?; stty -a; exit $code";
    for what in [Do::Send("TSTP", "right-one\n"), Do::Type("\u{1a}right-one\n")] {
        let arguments = ["guess", LAB, "--password"];
        let (seen, code) = terminal::mailscout_then(&arguments, &[(PASSWORD, what)], then);
        assert_eq!(code, 0, "{seen}");
        assert!(seen.contains("logged in by PLAIN"), "{seen}");
        check_settings(&seen);
    }
}

#[test]
fn after_the_password_a_signal_ends_the_program_though_nobody_reads_its_output() {
    let test = "after_the_password_a_signal_ends_the_program_though_nobody_reads_its_output";
    if find("script", test).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut full = std::fs::File::options().read(true).write(true).open(&pipe).unwrap();
    full.write_all(&vec![b'x'; 64 * 1024]).unwrap();
    let typed = [(PASSWORD, Do::Type("right-one\n")), ("lab: ", Do::Send("INT", ""))];
    let arguments = ["guess", LAB, "--password", "--lab-journal"];
    let then = format!(" >'{}'", pipe.display());
    let (seen, code) = terminal::mailscout_then(&arguments, &typed, &then);
    assert_eq!(code, 130, "{seen}");
}

#[test]
fn standard_input_that_holds_the_password_is_asked_nothing() {
    if find("script", "standard_input_that_holds_the_password_is_asked_nothing").is_none() {
        return;
    }
    let typed = [("", Do::Type("right-one\n")), (ASK, Do::Type("y\n")), (ASK, Do::Type("y\n"))];
    let arguments = ["guess", "--lab=guess-plain-only", "--password-stdin"];
    let (seen, code) = terminal::mailscout_then(&arguments, &typed, "");
    assert_eq!(code, 3, "{seen}");
    assert!(!seen.contains("Use them all the same?"), "{seen}");
    assert!(seen.contains("not used, because they are without encryption"), "{seen}");
}
