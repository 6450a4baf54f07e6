//! `cargo xtask bench`: the criterion benches, and their medians beside what they aim at.
//!
//! `cargo xtask bench rtt` is in [`rtt`]: the whole program, counted in round trips.
//! `cargo xtask bench start` is in [`start`]: what it costs when nobody is asked.

mod page;
mod rtt;
mod start;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Context, Result};
use serde_json::Value;

use self::page::Part;
use crate::command::{Command, Echo};
use crate::metadata::Metadata;

/// What `cargo xtask bench` takes.
#[derive(clap::Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    /// Prints the numbers of the last run again, without a new one.
    #[arg(long)]
    last: bool,
    #[command(subcommand)]
    other: Option<Other>,
}

/// Benches that are not criterion's.
#[derive(clap::Subcommand, Debug)]
enum Other {
    /// Measures the program in round trips, over a wire with a length (as root, on Linux).
    Rtt(rtt::Args),
    /// Measures the processor time of commands that need no network (on Linux).
    Start(start::Args),
}

/// Every bench of the workspace.
const BENCHES: &[&str] = &[
    "cargo bench --locked -p mailscout --bench report",
    "cargo bench --locked -p mailscout-discover --bench engine",
    "cargo bench --locked -p mailscout-schema --bench autodiscover",
    "cargo bench --locked -p mailscout-schema --bench autoconfig",
];

/// The bench that is the floor of those it shares a group and an input with.
const FLOOR: &str = "roxmltree";

/// Reading a document takes at most this many times as long as the XML parser alone.
const AIM: f64 = 1.5;

/// One bench as criterion left it.
#[derive(Debug, PartialEq)]
struct Measured {
    group: String,
    function: String,
    /// What was given to it; empty where a group has one input.
    input: String,
    nanoseconds: f64,
}

/// Runs them, prints medians and ratios. A missed aim is told, not failed: machines differ.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    match &args.other {
        Some(Other::Rtt(args)) => return rtt::run(args),
        Some(Other::Start(args)) => return start::run(args),
        None => {}
    }
    let start = if args.last { SystemTime::UNIX_EPOCH } else { SystemTime::now() };
    for line in BENCHES.iter().filter(|_| !args.last) {
        println!("$ {line}");
        if !Command(line).run(Echo::Live, &[])?.success {
            return Ok(ExitCode::FAILURE);
        }
    }
    let mut measured = Vec::new();
    collect(&Metadata::read()?.target.join("criterion"), start, &mut measured)?;
    if measured.is_empty() {
        println!("criterion left no numbers; do the benches use it?");
        return Ok(ExitCode::FAILURE);
    }
    measured
        .sort_by(|a, b| (&a.group, &a.input, &a.function).cmp(&(&b.group, &b.input, &b.function)));
    let lines = table(&measured).join("\n");
    let text = format!("{:>12}  median of\n{lines}\naim: at most {AIM} x {FLOOR}", "");
    println!("\n{text}");
    if !args.last {
        let text = format!("```console\n$ cargo xtask bench\n{text}\n```\n");
        println!("written to {}", page::write(Part::Criterion, &text)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn table(measured: &[Measured]) -> Vec<String> {
    let lines = measured.iter().map(|bench| {
        let name = [&bench.group, &bench.function, &bench.input].map(String::as_str);
        let name = name.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        let floor = measured.iter().find(|other| {
            other.function.contains(FLOOR)
                && (&other.group, &other.input) == (&bench.group, &bench.input)
        });
        let line = format!("{:>9.2} us  {name}", bench.nanoseconds / 1e3);
        match floor.map(|floor| bench.nanoseconds / floor.nanoseconds) {
            Some(ratio) if !bench.function.contains(FLOOR) => {
                let verdict = if ratio <= AIM { "good" } else { "MISSED" };
                format!("{line}: {ratio:.2} x {FLOOR}, {verdict}")
            }
            _ => line,
        }
    });
    lines.collect()
}

/// Looks for `…/new/estimates.json` written since `start`, with `benchmark.json` beside it.
fn collect(folder: &Path, start: SystemTime, found: &mut Vec<Measured>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    let estimates = folder.join("estimates.json");
    if folder.ends_with("new")
        && estimates.is_file()
        && fs::metadata(&estimates)?.modified()? >= start
    {
        let bench = json(&folder.join("benchmark.json"))?;
        let measured = Measured::from_json(&bench, &json(&estimates)?);
        found.push(measured.with_context(|| format!("unknown shape: {}", folder.display()))?);
    }
    folders.iter().try_for_each(|folder| collect(folder, start, found))
}

fn json(file: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("not JSON: {}", file.display()))
}

impl Measured {
    fn from_json(bench: &Value, estimates: &Value) -> Option<Self> {
        let text = |key| bench.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(Self {
            group: text("group_id"),
            function: text("function_id"),
            input: text("value_str"),
            nanoseconds: estimates.get("median")?.get("point_estimate")?.as_f64()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(function: &str, input: &str, nanoseconds: f64) -> Measured {
        Measured {
            group: "read".into(),
            function: function.into(),
            input: input.into(),
            nanoseconds,
        }
    }

    #[test]
    fn a_bench_is_compared_with_the_floor_of_its_own_input() {
        let lines = table(&[
            measured("autodiscover::read", "small", 3000.0),
            measured("autodiscover::read", "big", 30_000.0),
            measured("roxmltree::parse", "small", 2000.0),
            measured("roxmltree::parse", "big", 10_000.0),
            measured("autodiscover::write", "odd", 1.0),
        ]);
        assert_eq!(
            lines,
            [
                "     3.00 us  read/autodiscover::read/small: 1.50 x roxmltree, good",
                "    30.00 us  read/autodiscover::read/big: 3.00 x roxmltree, MISSED",
                "     2.00 us  read/roxmltree::parse/small",
                "    10.00 us  read/roxmltree::parse/big",
                "     0.00 us  read/autodiscover::write/odd",
            ]
        );
    }

    #[test]
    fn criterions_files_are_understood() {
        let bench =
            serde_json::json!({ "group_id": "read", "function_id": "f", "value_str": null });
        let estimates = serde_json::json!({ "median": { "point_estimate": 12.5 } });
        let expected = Measured { function: "f".into(), ..measured("", "", 12.5) };
        assert_eq!(Measured::from_json(&bench, &estimates), Some(expected));
        assert_eq!(Measured::from_json(&bench, &serde_json::json!({})), None);
    }
}
