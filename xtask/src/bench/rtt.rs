//! `cargo xtask bench rtt`: the program in round trips, beside the fewest that can be.
//!
//! Milliseconds say more of the machine and the wire than of the program. So each case is run over
//! a wire with no length and over longer ones, and what the length adds is counted in round trips.
//! docs/performance.md says what is measured, and keeps the numbers.

mod cases;
mod lab;
mod page;
mod table;
mod wire;

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::command::{Command, Echo};
use crate::metadata::Metadata;
use cases::{AIM, CASES, Case};
use lab::{Lab, Program};
use table::Measured;
use wire::{NEEDS, Punctuality, Wire};

/// What `cargo xtask bench rtt` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Measures these cases alone; docs/performance.md is left as it is then.
    #[arg(long, value_name = "CASE", value_delimiter = ',',
          value_parser = clap::builder::PossibleValuesParser::new(cases::names()))]
    cases: Vec<String>,
    /// The round-trip times, in milliseconds; 0 is always measured, to compare with.
    #[arg(long, value_name = "MS", value_delimiter = ',', default_values_t = [0, 40, 150],
          value_parser = clap::value_parser!(u64).range(..=2000))]
    rtt: Vec<u64>,
    /// How often each case is run at each of them, besides a first time that does not count.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
}

/// Measures, prints, and writes the page. A missed aim is told, not failed.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    check_machine()?;
    println!("$ {BUILD}");
    if !Command(BUILD).run(Echo::Live, &[])?.success {
        return Ok(ExitCode::FAILURE);
    }
    let target = Metadata::read()?.target;
    let program =
        Program { file: target.join("release/mailscout"), folder: target.join("bench-rtt") };
    fs::create_dir_all(&program.folder)?;
    let (measured, punctuality) = measure(args, &program)?;
    let text = text(args, &measured, punctuality);
    println!("\n{text}");
    if args.cases.is_empty() {
        println!("written to {}", page::write(&text)?);
    }
    Ok(ExitCode::SUCCESS)
}

const BUILD: &str = "cargo build --release --locked -p mailscout-cli";

fn check_machine() -> Result<()> {
    if !cfg!(target_os = "linux") || !Path::new("/dev/net/tun").exists() {
        bail!("the wire needs Linux with /dev/net/tun (`modprobe tun`)");
    }
    if Command("id -u").run(Echo::Silent, &[])?.stdout.trim() != "0" {
        bail!("the wire needs root: it makes network namespaces, as `ip netns add` does");
    }
    let missing: Vec<_> = NEEDS.iter().filter(|need| !is_here(need.program)).collect();
    for need in &missing {
        println!("`{}` is missing (package {}): {}", need.program, need.package, need.why);
    }
    if !missing.is_empty() {
        let packages: Vec<_> = missing.iter().map(|need| need.package).collect();
        bail!("on Debian: apt-get install {}", packages.join(" "));
    }
    Ok(())
}

fn is_here(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder: PathBuf| folder.join(program).is_file())
}

/// Every case at every round-trip time, sorted as the cases are.
fn measure(args: &Args, program: &Program) -> Result<(Vec<Measured>, Punctuality)> {
    let relay = program.folder.join("wire");
    wire::build(&relay)?;
    let mut measured = Vec::new();
    let mut punctuality = Punctuality::default();
    for rtt in round_trip_times(args) {
        let wire = Wire::lay(&relay, rtt / 2)?;
        for case in chosen(args) {
            println!("{} at {} ms", case.name, rtt.as_millis());
            let lab = Lab::open(case, &wire, program)?;
            measured.extend(measure_case(case, &lab, rtt, usize::from(args.runs))?);
        }
        punctuality = punctuality.and(wire.take_up()?);
    }
    let place = |row: &Measured| CASES.iter().position(|case| case.name == row.case.name);
    measured.sort_by_key(|row| (place(row), row.rtt));
    Ok((measured, punctuality))
}

/// The first run brings the program into memory, and shows which connections are opened.
fn measure_case(
    case: &'static Case,
    lab: &Lab<'_>,
    rtt: Duration,
    runs: usize,
) -> Result<Option<Measured>> {
    lab.search()?;
    let connections = lab.connections();
    let runs = runs.min(case.most_runs);
    let times = (0..runs).map(|_| lab.search()).collect::<Result<_>>()?;
    Ok(Measured::new(case, rtt, times, connections))
}

fn round_trip_times(args: &Args) -> Vec<Duration> {
    let mut times = args.rtt.clone();
    times.push(0);
    times.sort_unstable();
    times.dedup();
    times.into_iter().map(Duration::from_millis).collect()
}

fn chosen(args: &Args) -> impl Iterator<Item = &'static Case> {
    let is_chosen =
        |case: &&Case| args.cases.is_empty() || args.cases.iter().any(|name| name == case.name);
    CASES.iter().filter(is_chosen)
}

/// All that is printed and kept.
fn text(args: &Args, measured: &[Measured], punctuality: Punctuality) -> String {
    let connections = match table::connections(measured).as_str() {
        "" => String::new(),
        table => format!("Connections in one search:\n\n{table}\n"),
    };
    let slow = measured.iter().filter(|row| row.is_slow(measured)).count();
    let told = match slow {
        0 => format!("Every ratio is at most {AIM}."),
        slow => format!("The aim is a ratio of at most {AIM}; {slow} are above it (in bold)."),
    };
    format!(
        "```console\n$ {}\n```\n\n{}\n{told} {punctuality} Number of cores: {}.\n\n{connections}{}",
        repeat(args),
        table::times(measured),
        thread::available_parallelism().map_or(1, NonZero::get),
        table::floors(measured)
    )
}

/// The command that measures the same again.
fn repeat(args: &Args) -> String {
    let times: Vec<_> =
        round_trip_times(args).iter().map(|rtt| rtt.as_millis().to_string()).collect();
    let cases = match args.cases.join(",") {
        cases if cases.is_empty() => String::new(),
        cases => format!(" --cases {cases}"),
    };
    format!("cargo xtask bench rtt{cases} --rtt {} --runs {}", times.join(","), args.runs)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Alone {
        #[command(flatten)]
        args: Args,
    }

    fn read(line: &str) -> Result<Args, clap::Error> {
        Alone::try_parse_from(line.split(' ')).map(|alone| alone.args)
    }

    #[test]
    fn the_command_that_is_printed_measures_the_same_again() {
        for (line, expected) in [
            ("x", "--rtt 0,40,150 --runs 7"),
            ("x --rtt 40", "--rtt 0,40 --runs 7"),
            (
                "x --cases root,guess --rtt 150,40,40 --runs 3",
                "--cases root,guess --rtt 0,40,150 --runs 3",
            ),
        ] {
            let told = repeat(&read(line).expect("read"));
            assert_eq!(told, format!("cargo xtask bench rtt {expected}"));
        }
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        for line in ["x --cases none", "x --rtt 2001", "x --runs 0", "x --rtt -1"] {
            assert!(read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn cases_come_in_the_order_of_the_table() {
        let args = read("x --cases root,guess").expect("read");
        assert_eq!(chosen(&args).map(|case| case.name).collect::<Vec<_>>(), ["guess", "root"]);
        assert_eq!(chosen(&read("x").expect("read")).count(), CASES.len());
    }
}
