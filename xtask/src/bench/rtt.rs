//! `cargo xtask bench rtt`: the program in round trips, beside the fewest that can be.
//!
//! Milliseconds say more of the machine and the wire than of the program. So each case is run over
//! a wire with no length and over longer ones, and what the length adds is counted in round trips.
//! docs/performance.md says what is measured, and keeps the numbers.

mod cases;
mod lab;
mod table;
mod wire;

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::page::{self, Part};
use crate::command::{Command, Echo};
use crate::metadata::Metadata;
use cases::{Aim, CASES, Case, Client, RATIO};
use lab::{Lab, Program};
use table::{Measured, START};
use wire::{NEEDS, Punctuality, Wire};

/// What `cargo xtask bench rtt` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Measures these cases alone; docs/performance.md is left as it is then.
    #[arg(long, value_name = "CASE", value_delimiter = ',',
          value_parser = clap::builder::PossibleValuesParser::new(cases::names()))]
    cases: Vec<String>,
    /// The round-trip times, in milliseconds; 0 is always measured besides, to compare with.
    #[arg(long, value_name = "MS", value_delimiter = ',', default_values_t = [40, 150],
          value_parser = clap::value_parser!(u64).range(1..=2000))]
    rtt: Vec<u64>,
    /// How often each case is run at each of them, besides a first time that does not count.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
}

/// Measures, prints, and writes the page. A missed aim is told, not failed.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    check_machine()?;
    let with_library = chosen(args).any(|case| case.client != Client::Program);
    for line in [BUILD].into_iter().chain(with_library.then_some(BUILD_TWICE)) {
        println!("$ {line}");
        if !Command(line).run(Echo::Live, &[])?.success {
            return Ok(ExitCode::FAILURE);
        }
    }
    let target = Metadata::read()?.target;
    let program = Program {
        file: target.join("release/mailscout"),
        twice: target.join("release/examples/twice"),
        folder: target.join("bench-rtt"),
    };
    fs::create_dir_all(&program.folder)?;
    let (measured, punctuality) = measure(args, &program)?;
    let text = text(args, &measured, punctuality);
    println!("\n{text}");
    if args.cases.is_empty() {
        println!("written to {}", page::write(Part::RoundTrips, &text)?);
    }
    Ok(ExitCode::SUCCESS)
}

const BUILD: &str = "cargo build --release --locked -p mailscout-cli";
const BUILD_TWICE: &str = "cargo build --release --locked -p mailscout --example twice";

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
        let longest =
            args.rtt.iter().max().is_some_and(|most| u128::from(*most) == rtt.as_millis());
        for case in chosen(args).filter(|case| is_run(case, rtt, longest)) {
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

/// Without a length only what is compared with is run.
fn is_run(case: &Case, rtt: Duration, is_longest: bool) -> bool {
    let is_compared = matches!(case.aim, Aim::Floor);
    (is_compared || !rtt.is_zero()) && (is_longest || !case.is_run_once)
}

/// The first run brings the program into memory, and shows which connections are opened. A case
/// that is run once has no other.
fn measure_case(
    case: &'static Case,
    lab: &Lab<'_>,
    rtt: Duration,
    runs: usize,
) -> Result<Option<Measured>> {
    let first = lab.search()?;
    let connections = lab.connections();
    let runs = runs.min(case.most_runs);
    let times = if runs > 1 {
        (0..runs).map(|_| lab.search()).collect::<Result<_>>()?
    } else {
        vec![first]
    };
    let mut measured = Measured::new(case, rtt, times, connections);
    if let (Some(measured), Aim::TwiceAlone(options)) = (&mut measured, case.aim) {
        let mut times = (0..runs).map(|_| lab.search_with(options)).collect::<Result<Vec<_>>>()?;
        times.sort_unstable();
        measured.alone = Some(table::median(&times));
    }
    Ok(measured)
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
    let missed = measured.iter().filter(|row| row.is_missed(measured)).count();
    let told = match missed {
        0 => "Every aim is met.".to_owned(),
        1 => "One aim is missed.".to_owned(),
        missed => format!("{missed} aims are missed."),
    };
    let told = format!(
        "{told} A ratio may be {RATIO}; a deadline may be passed by {} ms, for the start and the end of the process.",
        START.as_millis()
    );
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
    let times = round_trip_times(args).into_iter().filter(|rtt| !rtt.is_zero());
    let times: Vec<_> = times.map(|rtt| rtt.as_millis().to_string()).collect();
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
            ("x", "--rtt 40,150 --runs 5"),
            ("x --rtt 40", "--rtt 40 --runs 5"),
            (
                "x --cases root,guess --rtt 150,40,40 --runs 3",
                "--cases root,guess --rtt 40,150 --runs 3",
            ),
        ] {
            let told = repeat(&read(line).expect("read"));
            assert_eq!(told, format!("cargo xtask bench rtt {expected}"));
        }
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        for line in ["x --cases none", "x --rtt 2001", "x --rtt 0", "x --runs 0", "x --rtt -1"] {
            assert!(read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn only_what_is_compared_is_run_without_a_length_and_what_lasts_once() {
        let case = |name| CASES.iter().find(|case| case.name == name).expect("a case");
        let (long, none) = (Duration::from_millis(150), Duration::ZERO);
        assert!(is_run(case("root"), none, false) && is_run(case("root"), long, true));
        assert!(!is_run(case("every-host-blackholed"), none, false));
        assert!(is_run(case("every-host-blackholed"), long, false));
        assert!(!is_run(case("name-server-silent"), long, false));
        assert!(is_run(case("name-server-silent"), long, true));
    }

    #[test]
    fn cases_come_in_the_order_of_the_table() {
        let args = read("x --cases root,guess").expect("read");
        assert_eq!(chosen(&args).map(|case| case.name).collect::<Vec<_>>(), ["guess", "root"]);
        assert_eq!(chosen(&read("x").expect("read")).count(), CASES.len());
    }
}
