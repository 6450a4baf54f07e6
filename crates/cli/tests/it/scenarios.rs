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

use crate::program::mailscout;

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
    let mut arguments = vec!["discover", scenario.address(), lab.as_str()];
    arguments.extend(scenario.arguments().iter().map(String::as_str));

    let person = mailscout(&[&arguments[..], &["--explain", "--lab-journal"]].concat());
    let mut text = format!("{}\n\n", scenario.title());
    for line in person.stdout.lines() {
        writeln!(text, "{}", without_time(line)).unwrap();
    }
    let (journal, talk): (Vec<&str>, Vec<&str>) =
        person.stderr.lines().partition(|line| line.starts_with("lab: "));
    assert!(
        !person.stderr.contains("outside"),
        "{name}: a name of no zone was asked for:\n{}",
        person.stderr
    );
    writeln!(text, "\nexit {}\n{}\n\n{}\n", person.code, talk.join("\n"), journal.join("\n"))
        .unwrap();

    let machine = mailscout(&[&arguments[..], &["--json"]].concat());
    assert_eq!(machine.code, person.code, "{name}: --json changes no exit code");
    for line in machine.stdout.lines() {
        writeln!(text, "{}", without_moment(line)).unwrap();
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

/// A line of `--explain` or of the settings without its times.
fn without_time(line: &str) -> String {
    if let Some((_, rest)) = line.split_once('▏') {
        return format!("  {}", rest.trim_start());
    }
    if line.ends_with(" ms  in all") {
        return String::new();
    }
    match line.split_once("ask again after ") {
        Some((before, _)) => format!("{before}ask again after TIME"),
        None => line.to_owned(),
    }
}

/// A line of JSON without its times. That a validity was given is kept.
fn without_moment(line: &str) -> String {
    let Some((name, value)) = line.split_once(": ") else {
        return line.to_owned();
    };
    let comma = if line.ends_with(',') { "," } else { "" };
    match name.trim() {
        "\"started_ms\"" | "\"elapsed_ms\"" => format!("{name}: 0{comma}"),
        "\"valid_until\"" if value.starts_with("\"20") => format!("{name}: \"TIME\"{comma}"),
        _ => line.to_owned(),
    }
}
