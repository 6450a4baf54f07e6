//! Every source with every fault: the code and the sentence are exact, and silence never reads as
//! an answer.
//!
//! fixtures/faults/sources.expected has them all; `cargo xtask fixtures --bless` rewrites it. What
//! no golden file may change stands in [`judge`].

use core::{fmt::Write as _, time::Duration};
use std::{fs, path::Path};

use mailscout_discover::{Attempt, DirectoryOptions, Ending, Ispdb, SearchReport, Strategy};

use crate::{
    script::{Script, check},
    sources::{FAULTS_OF_FILES, FAULTS_OF_NAMES, FAULTS_OF_SERVERS, Fault, SOURCES, Source},
    world::{expand, shorten},
};

const STRATEGIES: [Strategy; 3] = [Strategy::Sequential, Strategy::Hedged, Strategy::Eager];

/// A search of one source in a world in which one thing goes wrong.
fn search(source: &Source, line: &str, strategy: Strategy) -> SearchReport {
    let world = format!("{}\n{line}", source.before);
    let mut script = Script::only(source.mechanisms, &world);
    script.options.strategy = strategy;
    if source.before.contains("LDAP") || source.title.contains("controllers") {
        script.options.directory = Some(DirectoryOptions::default());
    }
    if source.title.starts_with("local-xml") {
        let domain = "contoso.example".parse().unwrap();
        script.options.local_xml.insert(domain, "/local.xml".into());
    }
    if source.title.contains("folder") {
        script.options.ispdb = Ispdb::Folder("/isp".into());
    }
    script.run("alice@contoso.example")
}

/// The attempt at the question that goes wrong.
#[track_caller]
fn attempt<'a>(report: &'a SearchReport, question: &str, source: &Source) -> &'a Attempt {
    let name = expand(question.trim_start_matches("TXT ").trim_start_matches("MX "));
    let kind = match question.split_once(' ') {
        Some((kind, _)) => format!("DNS {kind} "),
        None => String::new(),
    };
    let is_it = |attempt: &&Attempt| {
        attempt.question.starts_with(&kind) && attempt.question.ends_with(&format!(" {name}"))
    };
    let found = report.attempts.iter().rfind(is_it);
    found.unwrap_or_else(|| panic!("{}: nobody asked {question}", source.title))
}

/// What a fault came to, in a line.
fn line(report: &SearchReport, attempt: &Attempt) -> String {
    let conclusion = report.conclusion.as_str();
    let (code, ending) = (attempt.reason.code(), attempt.reason.ending().as_str());
    format!("{conclusion:11} {ending:8} {code:26} {}", shorten(&attempt.answer()))
}

/// Words that tell of an answer, and have no place in a sentence about silence.
const WORDS_OF_ANSWERS: [&str; 6] =
    ["no such", "not published", "no settings", "nothing", "does not exist", "not offered"];

/// What holds of every source and fault, whatever the golden file says.
#[track_caller]
fn judge(report: &SearchReport, attempt: &Attempt, fault: &Fault, place: &str) {
    let (ending, sentence) = (attempt.reason.ending(), attempt.answer());
    let end = report.conclusion.as_str();
    match fault.is_answer {
        Some(true) => {
            assert_eq!(ending, Ending::Refused, "{place}: {sentence}");
            assert_ne!(end, "failed", "{place}");
        }
        Some(false) => {
            assert_eq!(ending, Ending::Failed, "{place}: {sentence}");
            // What others said is none of this one's.
            assert_ne!(end, "not-found", "{place}");
            let told = WORDS_OF_ANSWERS.iter().find(|words| sentence.contains(**words));
            assert_eq!(told, None, "{place}: {sentence}");
        }
        // Whether a resolver's policy is the domain's word is not decided here.
        None => assert!(matches!(ending, Ending::Refused | Ending::Failed), "{place}: {sentence}"),
    }
    assert!(attempt.reason.code() != "answered" && !sentence.is_empty(), "{place}");
}

/// The lines of a source at one question.
fn lines(
    source: &Source,
    question: &str,
    faults: &[Fault],
    world: impl Fn(&str) -> String,
) -> String {
    let mut text = String::new();
    for fault in faults {
        let place = format!("{} {}", source.title, fault.word);
        let mut lines = STRATEGIES.iter().map(|strategy| {
            let report = search(source, &world(fault.word), *strategy);
            let attempt = attempt(&report, question, source);
            judge(&report, attempt, fault, &place);
            line(&report, attempt)
        });
        let sequential = lines.next().unwrap();
        for other in lines {
            assert_eq!(other, sequential, "{place}: the strategy changes nothing");
        }
        writeln!(text, "  {:27}{sequential}", fault.word).unwrap();
    }
    text
}

/// What a source makes of the faults of its name, and of what it fetches.
fn sections(source: &Source) -> Vec<(String, String)> {
    let mut sections = Vec::new();
    let mut add = |question: &str, lines: String| {
        sections.push((format!("{}: {question}", source.title), lines));
    };
    if let Some(name) = source.name {
        let world = |fault: &str| format!("{name} = {fault}");
        add(name, lines(source, name, &FAULTS_OF_NAMES, world));
    }
    let Some(url) = source.url else { return sections };
    if url.starts_with('/') {
        let world = |fault: &str| match fault {
            "missing" => String::new(),
            fault => format!("{url} = {fault}"),
        };
        add(url, lines(source, url, &FAULTS_OF_FILES, world));
    } else {
        let happens = |fault: &&Fault| !url.starts_with("http:") || !fault.needs_tls();
        let faults: Vec<Fault> = FAULTS_OF_SERVERS.iter().filter(happens).copied().collect();
        let address = source.name.map_or(String::new(), |name| format!("{name} = 9.9.9.9\n"));
        add(url, lines(source, url, &faults, |fault| format!("{address}{url} = {fault}")));
    }
    sections
}

#[test]
fn every_source_says_of_every_fault_what_it_was() {
    // Sources that say the same stand together.
    let mut groups: Vec<(Vec<String>, String)> = Vec::new();
    for (title, lines) in SOURCES.iter().flat_map(sections) {
        match groups.iter_mut().find(|(_, known)| *known == lines) {
            Some((titles, _)) => titles.push(title),
            None => groups.push((vec![title], lines)),
        }
    }
    let mut page = "What each source makes of each fault, where it is asked alone: how the search \
        ends, what the\nanswer was, its code and its sentence.\n"
        .to_owned();
    for (titles, lines) in groups {
        write!(page, "\n{}\n{lines}", titles.join("\n")).unwrap();
    }
    golden(&page);
}

/// Compares with the golden file; rewrites it first when told to.
#[expect(clippy::disallowed_methods, reason = "the one switch that rewrites expectations")]
fn golden(got: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/faults");
    let path = folder.join("sources.expected");
    if std::env::var_os("MAILSCOUT_BLESS").is_some_and(|value| value == "1") {
        fs::create_dir_all(folder).unwrap();
        fs::write(&path, got).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let differ = |(_, (got, expected)): &(usize, (&str, &str))| got != expected;
    let first = got.lines().zip(expected.lines()).enumerate().find(differ);
    if let Some((index, (got, expected))) = first {
        panic!("{}:{}:\n- {expected}\n+ {got}", path.display(), index + 1);
    }
    assert_eq!(got.lines().count(), expected.lines().count(), "one ends before the other");
}

#[test]
fn a_fault_of_one_source_is_the_end_of_no_other() {
    let of_servers = |source: &&Source| {
        !source.before.contains("LDAP") && source.url.is_some_and(|url| !url.starts_with('/'))
    };
    for source in SOURCES.iter().filter(of_servers) {
        for fault in &FAULTS_OF_SERVERS {
            // The last of all is there, and so is the table in the middle.
            let (name, url) = (source.name.unwrap_or("x.example"), source.url.unwrap());
            let world = format!(
                "contoso.example = 203.0.113.1
                 autodiscover.contoso.example = 203.0.113.2
                 autoconfig.contoso.example = 203.0.113.3
                 {}
                 {name} = 9.9.9.9
                 {url} = {}
                 table-mx mx.hoster.example = hoster",
                source.before, fault.word
            );
            let world = if world.contains("MX ") {
                world
            } else {
                format!("{world}\n MX contoso.example = 10 mx.hoster.example")
            };
            for strategy in STRATEGIES {
                let report = Script::with(strategy, &world).run("alice@contoso.example");
                let place = format!("{} {}", source.title, fault.word);
                let found = report.found.unwrap_or_else(|| panic!("{place}"));
                assert_eq!(found.mechanism.as_str(), "provider-mx", "{place}");
            }
        }
    }
}

#[test]
fn where_every_name_of_a_source_fails_alike_the_search_ends_so() {
    let labels = ["imap", "imaps", "pop3", "pop3s", "submission", "submissions"];
    let mut services = String::new();
    for label in labels.iter().chain(&["caldavs", "carddavs", "jmap"]) {
        writeln!(services, "_{label}._tcp.contoso.example = FAULT").unwrap();
    }
    let world = format!(
        "_autodiscover._tcp.contoso.example = FAULT
         MX contoso.example = FAULT
         TXT contoso.example = FAULT
         {services}"
    );
    let ids = [
        "srv-redirect",
        "srv-services",
        "mailconf-txt",
        "autoconfig-mx",
        "ispdb-mx",
        "provider-mx",
    ];
    for id in ids {
        for fault in &FAULTS_OF_NAMES {
            for strategy in STRATEGIES {
                let mut script = Script::only(&[id], &world.replace("FAULT", fault.word));
                script.options.strategy = strategy;
                let report = script.run("alice@contoso.example");
                let codes: Vec<_> = report.attempts.iter().map(|a| a.reason.code()).collect();
                assert!(codes.iter().all(|code| code == fault.word), "{id}: {codes:?}");
                for attempt in &report.attempts {
                    judge(&report, attempt, fault, id);
                }
                let end = fault.is_answer.map(|is_answer| is_answer.then_some("not-found"));
                let end = end.map(|end| end.unwrap_or("failed"));
                assert!(end.is_none_or(|end| report.conclusion.as_str() == end), "{id} {end:?}");
            }
        }
    }
}

#[test]
fn a_redirect_into_silence_keeps_the_way_there_in_the_report() {
    check(
        Script::only(
            &["autoconfig-https-host"],
            "autoconfig.contoso.example = 203.0.113.1
             https://autoconfig.contoso.example^?me = 302 https://cdn.contoso.example/a
             cdn.contoso.example = servfail",
        ),
        "
        DNS A/AAAA autoconfig.contoso.example -> answered
        GET https://autoconfig.contoso.example^?me -> redirect
        DNS A/AAAA cdn.contoso.example -> servfail
        failed",
    );
}

#[test]
fn a_file_of_the_folder_that_cannot_be_read_says_why() {
    let mut script = Script::only(&["ispdb"], "");
    script.options.ispdb = Ispdb::Folder("/isp".into());
    let report = script.run("alice@contoso.example");
    let reason = report.attempts[0].reason.to_string();
    assert_eq!(reason, "nothing in the folder: /isp/contoso.example.xml: no such file");
    for (body, code) in [("html", "web-page"), ("truncated", "not-xml"), ("empty", "empty-body")] {
        let mut script = Script::only(&["ispdb"], &format!("/isp/contoso.example.xml = {body}"));
        script.options.ispdb = Ispdb::Folder("/isp".into());
        let report = script.run("alice@contoso.example");
        assert_eq!(report.attempts[0].reason.code(), code);
        assert_eq!(report.elapsed, Duration::from_millis(1));
    }
}
