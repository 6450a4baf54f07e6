//! Guesses: which words choose them, the table that they go by, and that nothing of it is lost in
//! `--explain`.

use std::path::Path;

use mailscout::discover::mechanism::{Mechanism, Order};

use crate::program::{Run, mailscout};

const ADDRESS: &str = "alice@contoso.example";

fn fixture(profile: &str) -> serde_json::Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/guess-table");
    let path = folder.join(format!("{profile}-contoso.example.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_table_is_printed_as_the_fixtures_have_it_with_no_network() {
    for profile in ["modern", "outlook2010"] {
        let base = ["guess", ADDRESS, "--print-table", "--profile", profile];
        let run = mailscout(&[&base[..], &["--json"]].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        let rows: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(rows, fixture(profile)["rows"]);

        let run = mailscout(&base);
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert_eq!(lines.len(), rows.as_array().unwrap().len() + 1);
        let column = lines[0].find("encryption").unwrap();
        for line in &lines[1..] {
            let word = line[column..].split("   ").next().unwrap();
            assert!(["TLS", "STARTTLS", "no encryption"].contains(&word), "{line}");
        }
    }
}

#[test]
fn the_printed_table_is_aligned_and_numbered() {
    let run = mailscout(&["guess", ADDRESS, "--print-table", "--profile", "outlook2010"]);
    let shown: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(
        [shown[0], shown[1], shown[215]],
        [
            "  row   pass        protocol   server                 port   encryption      user name               log-in",
            "  1     encrypted   IMAP       mail.contoso.example   993    TLS             alice@contoso.example   SPA",
            "  215   plain       SMTP       contoso.example        25     no encryption   anonymous               none",
        ]
    );
}

#[test]
fn the_order_of_outlook_chooses_its_table_and_the_profile_counts_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "order = \"outlook\"\n").unwrap();
    let config = config.to_str().unwrap();
    let rows = |more: &[&str]| {
        let base = ["guess", ADDRESS, "--print-table"];
        mailscout(&[&base[..], more].concat()).stdout.lines().count() - 1
    };
    assert_eq!(rows(&[]), 280);
    assert_eq!(rows(&["--config", config]), 215);
    assert_eq!(rows(&["--config", config, "--profile", "modern"]), 280);
    let explained = |more: &[&str]| {
        let base = ["discover", "--lab=nothing-published", "--explain"];
        mailscout(&[&base[..], more].concat()).stdout
    };
    assert!(explained(&["--order", "outlook"]).contains("profile outlook2010: 215 rows"));
    assert!(explained(&[]).contains("profile modern: 280 rows"));
}

#[test]
fn a_guess_is_made_where_its_word_stands_and_only_there() {
    let is_guessed = |more: &[&str]| {
        let base = ["discover", "--lab=nothing-published", "--explain"];
        let Run { stdout, .. } = mailscout(&[&base[..], more].concat());
        (stdout.contains("Guess by the profile"), stdout.contains("POST  https://"))
    };
    assert_eq!(is_guessed(&[]), (true, true));
    assert_eq!(is_guessed(&["--skip", "guess"]), (false, true));
    assert_eq!(is_guessed(&["--only", "guess"]), (true, false));
    assert_eq!(is_guessed(&["--only", "autodiscover-https-root"]), (false, true));
    assert_eq!(is_guessed(&["--only", "autodiscover-https-root,guess"]), (true, true));
    let documents = "autodiscover-https-root,autodiscover-https-host,local-xml,http-redirect,\
                     srv-redirect";
    assert_eq!(is_guessed(&["--skip", documents]), (true, false));
    let found = mailscout(&["discover", "--lab=contoso", "--explain"]).stdout;
    assert!(!found.contains("Guess by the profile"), "{found}");
    let guess = mailscout(&["guess", "--lab=contoso", "--explain"]).stdout;
    assert!(guess.contains("Guess by the profile") && !guess.contains("POST"), "{guess}");
}

#[test]
fn every_row_is_in_the_explanation_once() {
    for (scenario, profile, count) in [
        ("guess-log-in", "modern", 280),
        ("guess-wildcard-dns", "modern", 280),
        ("guess-plain-only", "outlook2010", 215),
        ("nonexistent-domain", "modern", 280),
    ] {
        let lab = format!("--lab={scenario}");
        let run = mailscout(&["guess", &lab, "--profile", profile, "--explain"]);
        let mut numbers: Vec<usize> = Vec::new();
        for line in run.stdout.lines() {
            let line = line.trim_start();
            let rows = line.strip_prefix("rows ").or_else(|| line.strip_prefix("row "));
            let Some((rows, _)) = rows.and_then(|rows| rows.split_once(':')) else { continue };
            for range in rows.split(", ") {
                let (first, last) = range.split_once('-').unwrap_or((range, range));
                numbers.extend(first.parse::<usize>().unwrap()..=last.parse().unwrap());
            }
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=count).collect::<Vec<_>>(), "{scenario}: {}", run.stdout);
    }
}

#[test]
fn without_an_address_there_is_nothing_to_guess() {
    for arguments in [&["guess"][..], &["guess", "--print-table"], &["guess", "--print-table", "x"]]
    {
        let run = mailscout(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    }
    let run = mailscout(&["guess", ADDRESS, "--print-table", "--explain"]);
    assert!(run.code == 2 && run.stderr.contains("cannot be used with"), "{}", run.stderr);
}

#[test]
fn whoever_skips_every_mechanism_of_the_order_gets_a_guess_alone() {
    // Those that are asked only when they are named are not left to ask.
    let every = Order::Standard.mechanisms();
    let every: Vec<&str> = every.into_iter().map(Mechanism::as_str).collect();
    let skip = every.join(",");
    let run = mailscout(&["discover", ADDRESS, "--lab=guess-993-587", "--skip", &skip]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("mail.contoso.example"), "{}", run.stdout);
}
