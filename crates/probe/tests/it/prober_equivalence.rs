//! On random worlds the prober finds what the table finds when it is tried row by row.

use core::time::Duration;
use std::fmt::Write as _;

use mailscout_probe::{
    conversation::Patience,
    guess::Profile,
    login::Secret,
    prober::{Proof, Verdict},
};
use mailscout_schema::settings::Protocol;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use secrecy::SecretString;

use crate::{
    prober_reference,
    prober_script::{Run, Script, place},
};

const SEED: u64 = 215;

const NAMES: [&str; 7] = ["mail.~", "imap.~", "pop3.~", "pop.~", "smtp.~", "submission.~", "~"];
const ADDRESSES: [&str; 3] = ["203.0.113.1", "203.0.113.2", "203.0.113.3"];
const PORTS: [u16; 7] = [993, 143, 995, 110, 465, 587, 25];
const WORDS: [&str; 10] = [
    "PLAIN",
    "LOGIN",
    "command",
    "SCRAM-SHA-256",
    "CRAM-MD5",
    "APOP",
    "NTLM",
    "XOAUTH2",
    "OAUTHBEARER",
    "GSSAPI",
];
const FAULTS: [&str; 16] = [
    "stripped",
    "refuses-upgrade",
    "denies-upgrade",
    "injected",
    "breaks",
    "slow-handshake",
    "alerts",
    "hangs-up",
    "greets-late",
    "preauth",
    "bye",
    "busy",
    "cut",
    "no-list",
    "certificate expired",
    "certificate self-signed",
];

fn server() -> impl Strategy<Value = String> {
    let kind = prop_oneof![
        4 => Just("refused"),
        8 => Just("tls"),
        8 => Just("starttls"),
        4 => Just("plain"),
        2 => prop::sample::select(vec!["unreachable", "timeout", "silent", "closes", "garbage", "http"]),
    ];
    let words = || prop::sample::subsequence(&WORDS[..], 0..4).prop_map(|words| words.join(" "));
    let fault = prop_oneof![5 => Just(""), 2 => prop::sample::select(&FAULTS[..])];
    let names = prop_oneof![
        3 => Just(String::new()),
        1 => prop::sample::subsequence(&NAMES[..], 1..4)
            .prop_map(|names| format!(" for {}", names.join(" "))),
    ];
    (kind, words(), prop::option::of(words()), fault, names).prop_map(
        |(kind, before, inside, fault, names)| match (kind, inside) {
            ("tls" | "starttls" | "plain", Some(inside)) => {
                format!("{kind} {before} | {inside} {fault}{names}")
            }
            ("tls" | "starttls" | "plain", None) => format!("{kind} {before} {fault}{names}"),
            (kind, _) => kind.to_owned(),
        },
    )
}

fn verdict() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => Just("accepted"),
        3 => Just("wrong-password"),
        3 => Just("mechanism-refused"),
        1 => prop::sample::select(vec!["temporary", "must-enable", "locked", "broken", "gone"]),
    ]
}

/// A line about log-ins in general, or with a certain word or two.
fn log_in() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        ADDRESSES[0],
        ADDRESSES[1],
        ADDRESSES[2],
        "alice",
        "alice@~",
        "imap",
        "pop3",
        "smtp",
        "PLAIN",
        "LOGIN",
        "NTLM",
        "CRAM-MD5",
        "XOAUTH2",
    ]);
    (prop::collection::vec(word, 0..3), verdict())
        .prop_map(|(words, verdict)| format!("log-in {} = {verdict}", words.join(" ")))
}

/// A world, all of whose answers take at most so many milliseconds.
fn world(longest: u64) -> impl Strategy<Value = String> {
    let address = || {
        prop_oneof![
            1 => Just("nxdomain"),
            2 => prop::sample::select(&ADDRESSES[..]),
        ]
    };
    let names = prop::collection::vec(address(), NAMES.len());
    let wildcard = prop_oneof![3 => Just("nxdomain"), 1 => prop::sample::select(&ADDRESSES[..])];
    let servers = prop::collection::vec(server(), ADDRESSES.len() * PORTS.len());
    let delays =
        prop::collection::vec(1..=longest, NAMES.len() + 1 + ADDRESSES.len() * PORTS.len());
    let consents = prop::array::uniform2(prop::sample::select(vec!["yes", "no", "nobody"]));
    let log_ins = prop::collection::vec(log_in(), 0..5);
    (names, wildcard, servers, delays, consents, log_ins).prop_map(
        |(names, wildcard, servers, delays, consents, log_ins)| {
            let mut lines: Vec<String> = NAMES
                .iter()
                .zip(names)
                .map(|(name, address)| format!("{name} = {address}"))
                .collect();
            lines.push(format!("* = {wildcard}"));
            let places = ADDRESSES.iter().flat_map(|address| PORTS.map(|port| (address, port)));
            lines.extend(
                places
                    .zip(servers)
                    .map(|((address, port), server)| format!("{address}:{port} = {server}")),
            );
            for (line, delay) in lines.iter_mut().zip(delays) {
                write!(line, " after {delay}ms").unwrap();
            }
            lines.push(format!("ask unencrypted = {} after 90s", consents[0]));
            lines.push(format!("ask cleartext-password = {} after 90s", consents[1]));
            lines.extend(log_ins);
            lines.join("\n")
        },
    )
}

/// A guess in such a world, by either table, without anything to log in with or with it.
fn script(longest: u64) -> impl Strategy<Value = Script> {
    let profile = prop::sample::select(vec![Profile::Modern, Profile::Outlook2010]);
    let secret = prop::sample::select(vec![
        None,
        Some(Secret::Password as fn(_) -> _),
        Some(Secret::Password),
        Some(Secret::Token),
    ]);
    (world(longest), profile, secret).prop_map(|(world, profile, secret)| {
        let mut script = Script::new(&world);
        script.options.profile = profile;
        script.options.secret = secret.map(|secret| secret(SecretString::from("hunter2")));
        script.options.overall = Duration::from_hours(1);
        script
    })
}

/// Winners and conclusion, as the reference writes them.
fn outcome(run: &Run) -> String {
    let mut lines: Vec<String> = Vec::new();
    for found in &run.report.found {
        let proof = match found.proof {
            Proof::LoggedIn(mechanism) => format!("by {mechanism}"),
            Proof::Answered => "answered".to_owned(),
            _ => "in doubt".to_owned(),
        };
        lines.push(format!("{}, {proof}", place(&found.row)));
    }
    lines.push(run.report.conclusion.as_str().replace("failed", "not-found"));
    lines.join("\n")
}

/// Whether POP3 was not waited for.
fn is_cut(run: &Run) -> bool {
    run.report.rows.iter().any(|(_, verdict)| {
        matches!(verdict, Verdict::NotTried(why) if why.code() == "only-alternative")
    })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(SEED),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn the_winners_are_those_of_the_table_tried_row_by_row(mut script in script(20)) {
        // So short that POP3 is always waited for.
        let patience = Duration::from_millis(20);
        (script.options.patience.connect, script.options.patience.tls) = (patience, patience);
        script.options.patience.greeting = patience;
        let run = script.run();
        prop_assert!(!is_cut(&run), "{}", run.transcript());
        prop_assert_eq!(outcome(&run), prober_reference::winners(&script), "{}", run.transcript());
    }

    #[test]
    fn no_delay_changes_the_winners(script in script(4000)) {
        prop_assert_eq!(script.options.patience, Patience::default());
        for protocols in [&[][..], &[Protocol::Pop3]] {
            let script = script.clone().only(protocols);
            let run = script.run();
            if !is_cut(&run) {
                let expected = prober_reference::winners(&script);
                prop_assert_eq!(outcome(&run), expected, "{}", run.transcript());
            }
        }
    }
}
