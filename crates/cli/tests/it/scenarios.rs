//! Every scenario of the lab against its golden file: what is printed, the exit code, the JSON,
//! and what the lab's servers were asked and not asked.
//!
//! `cargo xtask fixtures --bless` rewrites the files.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Mutex,
};

use mailscout_lab::Scenario;

use crate::program::mailscout_with;

/// Scenarios that wait for a time-out are idle: many run at once.
const WORKERS: usize = 12;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios")
}

#[test]
fn every_scenario_prints_what_its_golden_file_says() {
    let names: Vec<&str> = Scenario::builtin().iter().map(|(name, _)| *name).collect();
    assert!(names.len() > 50, "the scenarios are there: {}", names.len());
    let (queue, differences) = (Mutex::new(names.iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(name) = queue.lock().unwrap().next() else {
                        break;
                    };
                    if let Err(difference) = check(name) {
                        differences.lock().unwrap().push(difference);
                    }
                }
            });
        }
    });
    let mut differences = differences.into_inner().unwrap();
    differences.sort();
    assert!(
        differences.is_empty(),
        "{}\n{} scenarios differ; `cargo xtask fixtures --bless` rewrites the golden files",
        differences.join("\n"),
        differences.len()
    );
}

/// The command line that shows a scenario.
fn order<'a>(scenario: &'a Scenario, lab: &'a str) -> Vec<&'a str> {
    let arguments = scenario.arguments().iter().map(String::as_str);
    // Who asks the directory for the address does not give it.
    let asks = scenario.arguments().iter().any(|word| word.starts_with("--me"));
    let address = (!asks).then_some(scenario.address());
    ["discover"].into_iter().chain(address).chain([lab]).chain(arguments).collect()
}

/// What the user logs in with.
fn secret(scenario: &Scenario) -> Vec<(&str, &str)> {
    let password = scenario.password().map(|password| ("MAILSCOUT_PASSWORD", password));
    let token = scenario.token().map(|token| ("MAILSCOUT_TOKEN", token));
    password.into_iter().chain(token).collect()
}

/// What a client takes from a report: the servers, how sure that is, and how it ended; and whether a
/// source of higher rank was cut off, which can happen to any on a busy computer.
fn essence(name: &str, strategy: &str) -> (String, bool) {
    let scenario = Scenario::named(name).unwrap();
    let lab = format!("--lab={name}");
    let mut arguments = order(&scenario, &lab);
    arguments.extend(["--json", "--strategy", strategy]);
    let run = mailscout_with(&arguments, &secret(&scenario), b"");
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let servers = |list: &str| -> Vec<String> {
        // Who is not found out has none.
        let servers = document[list].as_array().into_iter().flatten();
        servers
            .map(|server| {
                let text = |key: &str| server[key].to_string();
                [text("protocol"), text("host"), text("port"), text("security"), text("username")]
                    .join(" ")
            })
            .collect()
    };
    let mut notices = document["notices"].as_array().into_iter().flatten();
    let is_cut = notices.any(|notice| notice["code"] == "higher-source-silent");
    let essence = format!(
        "{} {} {} {:?} {:?}",
        run.code,
        document["outcome"],
        document["source"]["trust"],
        servers("incoming"),
        servers("outgoing")
    );
    (essence, is_cut)
}

/// The essence under a strategy that does not wait; tried again where time decided another way than
/// `patient`.
fn hurried(name: &str, strategy: &str, patient: &str) -> String {
    const TRIES: usize = 5;
    let mut last = String::new();
    for _ in 0..TRIES {
        let (essence, is_cut) = essence(name, strategy);
        last = essence;
        if last == patient || !is_cut {
            break;
        }
    }
    last
}

#[test]
fn every_strategy_comes_to_the_same() {
    let names: Vec<&str> = Scenario::builtin()
        .iter()
        .map(|(name, _)| *name)
        // What is guessed has no strategy.
        .filter(|name| !name.starts_with("guess-") && !name.starts_with("verify-"))
        .collect();
    let (queue, differences) = (Mutex::new(names.iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(name) = queue.lock().unwrap().next() else {
                        break;
                    };
                    let (patient, _) = essence(name, "sequential");
                    for strategy in ["hedged", "eager"] {
                        let other = hurried(name, strategy, &patient);
                        if other != patient {
                            let text =
                                format!("{name}:\n  sequential {patient}\n  {strategy} {other}");
                            differences.lock().unwrap().push(text);
                        }
                    }
                }
            });
        }
    });
    let differences = differences.into_inner().unwrap();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_golden_file_has_its_scenario() {
    let mut golden = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "expected") {
            golden += 1;
            assert!(path.with_extension("toml").exists(), "{}", path.display());
        }
    }
    assert_eq!(golden, Scenario::builtin().len());
}

#[expect(clippy::disallowed_methods, reason = "the tests are told by the environment to bless")]
fn check(name: &str) -> Result<(), String> {
    let got = render(name);
    let path = folder().join(format!("{name}.expected"));
    if std::env::var_os("MAILSCOUT_BLESS").is_some() {
        std::fs::write(&path, got).unwrap();
        return Ok(());
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differing = got.lines().zip(expected.lines()).enumerate().find(|(_, (a, b))| a != b);
    match differing {
        _ if got == expected => Ok(()),
        Some((index, (got, expected))) => {
            Err(format!("{name}.expected:{}:\n  expected {expected}\n  got      {got}", index + 1))
        }
        None => Err(format!("{name}.expected: one ends before the other")),
    }
}

/// Two runs of a scenario, written down without what changes from run to run.
fn render(name: &str) -> String {
    let scenario = Scenario::named(name).unwrap();
    let lab = format!("--lab={name}");
    let mut arguments = order(&scenario, &lab);
    if !arguments.contains(&"--strategy") {
        // What happens at the same time is not written down in the same order.
        arguments.extend(["--strategy", "sequential"]);
    }
    let secrets = secret(&scenario);
    let run = |more: &[&str]| mailscout_with(&[&arguments, more].concat(), &secrets, b"");

    let person = run(&["--explain", "--lab-journal"]);
    let mut text = format!("{}\n\n", scenario.title());
    for line in person.stdout.lines() {
        writeln!(text, "{}", without_time(line)).unwrap();
    }
    let (mut journal, talk): (Vec<&str>, Vec<&str>) =
        person.stderr.lines().partition(|line| line.starts_with("lab: "));
    assert!(
        !person.stderr.contains("outside"),
        "{name}: a name of no zone was asked for:\n{}",
        person.stderr
    );
    if has_met_servers(&person.stdout) {
        // Names are looked up at the same time.
        journal.sort_by_key(|line| line.strip_prefix("lab: dns ").map_or((1, ""), |dns| (0, dns)));
    }
    let journal = without_label(&journal.join("\n"));
    writeln!(text, "\nexit {}\n{}\n\n{journal}\n", person.code, talk.join("\n")).unwrap();

    let machine = run(&["--json"]);
    assert_eq!(machine.code, person.code, "{name}: --json changes no exit code");
    let json: Vec<String> = machine.stdout.lines().map(without_moment).collect();
    text.push_str(&with_sorted_attempts(&json));
    for (_, secret) in secrets {
        for said in [&person.stdout, &person.stderr, &machine.stdout, &machine.stderr] {
            assert!(!said.contains(secret), "{name}: the secret is not printed:\n{said}");
        }
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

/// Whether mail servers were met, which happens at the same time.
fn has_met_servers(stdout: &str) -> bool {
    stdout.contains("Guess by the profile") || stdout.contains("Check of the servers")
}

/// A line of `--explain` or of the settings without its times.
fn without_time(line: &str) -> String {
    let line = without_label(line);
    if let Some((_, rest)) = line.split_once('▏') {
        return format!("  {}", rest.strip_prefix(' ').unwrap_or(rest));
    }
    if line.ends_with(" ms  in all") {
        return String::new();
    }
    match (line.split_once("ask again after "), line.split_once("reachable")) {
        (Some((before, _)), _) => format!("{before}ask again after TIME"),
        (_, Some(_)) if line.ends_with(" ms") => {
            let (before, _) = line.rsplit_once(" in ").unwrap();
            format!("{before} in TIME")
        }
        _ => line,
    }
}

/// A text without the label that is another one in each run.
fn without_label(text: &str) -> String {
    const LABEL: &str = "mailscout-";
    let mut parts = text.split(LABEL);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        let rest = if digits == 8 { &part[8..] } else { part };
        shown.push_str(if digits == 8 { "mailscout-xxxxxxxx" } else { LABEL });
        shown.push_str(rest);
    }
    shown
}

/// A line of JSON without its times. That a validity was given is kept.
fn without_moment(line: &str) -> String {
    let line = without_label(line);
    let Some((name, value)) = line.split_once(": ") else {
        return line;
    };
    let comma = if line.ends_with(',') { "," } else { "" };
    match name.trim() {
        "\"started_ms\"" | "\"elapsed_ms\"" => format!("{name}: 0{comma}"),
        "\"valid_until\"" if value.starts_with("\"20") => format!("{name}: \"TIME\"{comma}"),
        _ => line,
    }
}

/// The lines of a report in JSON. What was asked at the same time is sorted, and each on one line:
/// there is much of it.
fn with_sorted_attempts(lines: &[String]) -> String {
    let Some(start) = lines.iter().position(|line| line == "  \"attempts\": [") else {
        return lines.join("\n");
    };
    let (head, attempts) = lines.split_at(start + 1);
    let mut attempts: Vec<String> = attempts
        .split_inclusive(|line| line.starts_with("    }"))
        .map(|entry| entry.join("\n").trim_end_matches(',').to_owned())
        .collect();
    let end = attempts.pop().unwrap_or_default();
    let is_concurrent = |entry: &String| {
        entry.contains("\"mechanism\": \"guess\"") || entry.contains("\"mechanism\": \"verify\"")
    };
    let first = attempts.iter().position(is_concurrent).unwrap_or(attempts.len());
    for attempt in &mut attempts[first..] {
        let lines: Vec<&str> = attempt.lines().map(str::trim).collect();
        *attempt = format!("    {}", lines.join(" "));
    }
    attempts[first..].sort();
    format!("{}\n{}\n{end}\n", head.join("\n"), attempts.join(",\n"))
}
