//! `cargo xtask bench start`: the processor time that the program takes when it need not ask anybody.
//!
//! The system counts it for all children of a process together, in hundredths of a second as a rule.
//! So many runs are taken as one, and their mean is one measurement.

use std::fs;
use std::path::Path;
use std::process::{Command as Process, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::page::{self, Part};
use crate::command::{Command, Echo};
use crate::metadata::Metadata;

/// What `cargo xtask bench start` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// How many measurements are made of each command.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// How many processes one measurement is the mean of.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..))]
    each: u16,
}

/// What is measured: commands that end without a question to anybody. Each is a row.
/// The last is answered from the cache: the one before it keeps its answer there.
const COMMANDS: &[&str] = &[
    "mailscout providers gmail.com",
    "mailscout discover alice@gmail.com --only provider",
    "mailscout discover alice@gmail.com --only provider --cached",
];

/// The most processor time, user and system, of one process.
const AIM: Duration = Duration::from_millis(10);

const BUILD: &str = "cargo build --release --locked -p mailscout-cli";

/// Measures, prints, and writes the page. A missed aim is told, not failed.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if !cfg!(target_os = "linux") {
        bail!("processor time is read in /proc, which is Linux's");
    }
    println!("$ {BUILD}");
    if !Command(BUILD).run(Echo::Live, &[])?.success {
        return Ok(ExitCode::FAILURE);
    }
    let ticks = Command("getconf CLK_TCK").run(Echo::Silent, &[])?.stdout;
    let ticks = ticks.trim().parse().context("`getconf CLK_TCK` gave no number")?;
    let target = Metadata::read()?.target;
    // No configuration is found there, and the cache that the program makes.
    let folder = target.join("bench-start");
    fs::create_dir_all(&folder)?;
    let mut rows = Vec::new();
    for command in COMMANDS {
        let program = target.join("release/mailscout");
        let measure = || measure(command, &program, &folder, args.each, ticks);
        measure()?;
        rows.push((*command, (0..args.runs).map(|_| measure()).collect::<Result<_>>()?));
    }
    let text = format!(
        "```console\n$ cargo xtask bench start --runs {} --each {}\n```\n\n{}",
        args.runs,
        args.each,
        table(&rows)
    );
    println!("\n{text}\nwritten to {}", page::write(Part::Start, &text)?);
    Ok(ExitCode::SUCCESS)
}

/// The mean processor time of some processes, one after the other.
fn measure(line: &str, program: &Path, folder: &Path, each: u16, ticks: u32) -> Result<Duration> {
    let before = of_children(ticks)?;
    for _ in 0..each {
        let ended = Process::new(program)
            .args(line.split(' ').skip(1))
            .env("XDG_CONFIG_HOME", folder)
            .env("XDG_CACHE_HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .with_context(|| format!("cannot start {}", program.display()))?;
        if !ended.success() {
            bail!("`{line}`: {ended}");
        }
    }
    Ok(of_children(ticks)?.saturating_sub(before) / u32::from(each))
}

/// The processor time of all children that have ended.
fn of_children(ticks: u32) -> Result<Duration> {
    const FILE: &str = "/proc/self/stat";
    let stat = fs::read_to_string(FILE).with_context(|| format!("cannot read {FILE}"))?;
    children_in(&stat, ticks).with_context(|| format!("{FILE} has an unknown shape"))
}

/// The fields `cutime` and `cstime` together, the 16th and 17th; the 2nd is a name in parentheses
/// that may hold anything.
fn children_in(stat: &str, ticks: u32) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut times = fields.split(' ').skip(13).take(2).map(str::parse::<u32>);
    let (user, system) = (times.next()?.ok()?, times.next()?.ok()?);
    (ticks > 0).then(|| Duration::from_secs(1) * user.saturating_add(system) / ticks)
}

fn table(rows: &[(&str, Vec<Duration>)]) -> String {
    let mut text = String::from(
        "| command | min, ms | median, ms | max, ms | aim: under | met |\n|---|--:|--:|--:|--:|---|\n",
    );
    for (command, times) in rows {
        let mut times = times.clone();
        times.sort_unstable();
        let at = |index: usize| times.get(index).copied().unwrap_or_default();
        let (least, median, most) = (at(0), at(times.len() / 2), at(times.len().saturating_sub(1)));
        let met = if median < AIM { "yes" } else { "**no**" };
        let [least, median, most, aim] =
            [least, median, most, AIM].map(|time| format!("{:.1}", time.as_secs_f64() * 1e3));
        let row = format!("| `{command}` | {least} | {median} | {most} | {aim} | {met} |\n");
        text.push_str(&row);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_children_is_the_sum_of_two_fields() {
        let fields: Vec<String> = (3..=52).map(|field| field.to_string()).collect();
        let stat = format!("1 (a) b) {}\n", fields.join(" "));
        assert_eq!(children_in(&stat, 100), Some(Duration::from_millis((16 + 17) * 10)));
        assert_eq!(children_in(&stat, 0), None);
        for other in ["", "1 (a) S 2", "1 (a) b c d e f g h i j k l m n o p"] {
            assert_eq!(children_in(other, 100), None, "{other}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_child_that_works_is_counted() {
        let before = of_children(100).expect("a time");
        let script = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        assert!(Process::new("sh").args(["-c", script]).status().expect("sh starts").success());
        assert!(of_children(100).expect("a time") > before);
    }

    #[test]
    fn the_median_is_judged() {
        let row = |times: [u64; 3]| ("x", times.map(Duration::from_millis).to_vec());
        let text = table(&[row([20, 9, 2]), row([10, 11, 2])]);
        let lines: Vec<_> = text.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| `x` | 2.0 | 9.0 | 20.0 | 10.0 | yes |",
                "| `x` | 2.0 | 10.0 | 11.0 | 10.0 | **no** |"
            ]
        );
    }

    #[test]
    fn every_command_is_the_programs() {
        assert!(COMMANDS.iter().all(|command| command.starts_with("mailscout ")));
    }
}
