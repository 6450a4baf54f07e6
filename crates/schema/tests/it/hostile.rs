//! Time, of each reader of XML: the slowest documents inside the bounds, and the refusal of those outside.

use std::time::{Duration, Instant};

use mailscout_schema::autoconfig;
use mailscout_schema::autodiscover::{self, LowerOptions, Outcome, lower, mobile_sync, soap};
use mailscout_schema::{Limit, ParseErrorKind};

use crate::properties::check_document;

mod documents;

use documents::{MAX_BYTES, many};

/// How long one reading, with its lowering, may take.
const BOUND: Duration =
    if cfg!(debug_assertions) { Duration::from_secs(5) } else { Duration::from_millis(50) };

/// How often each is read, for the shortest time to count.
const RUNS: u32 = if cfg!(debug_assertions) { 1 } else { 3 };

#[test]
#[expect(clippy::print_stdout, reason = "the times are shown with --nocapture")]
fn the_worst_documents_inside_the_bounds_are_read_in_time() {
    let mut worst = (Duration::ZERO, "");
    for (what, document) in documents::all() {
        assert!(document.len() <= MAX_BYTES, "{what}: {} bytes", document.len());
        let took = (0..RUNS).map(|_| time(document.as_bytes())).min().unwrap();
        println!("{took:>12.2?} {:>7} bytes, {what}: {}", document.len(), outcome(&document));
        assert!(took < BOUND, "{what} took {took:?}");
        worst = worst.max((took, what));
    }
    println!("worst: {:?} ({})", worst.0, worst.1);
}

#[test]
fn the_worst_documents_keep_every_promise_too() {
    for (_, document) in documents::all() {
        check_document(document.as_bytes());
    }
}

#[test]
fn documents_outside_the_bounds_are_refused_before_they_cost_anything() {
    let check = |document: String, limit| {
        let kind = autodiscover::read(document.as_bytes()).err().map(|error| error.kind());
        assert_eq!(kind, Some(ParseErrorKind::OverLimit(limit)));
        let took = time(document.as_bytes());
        assert!(took < BOUND, "{limit:?} took {took:?}");
    };
    let attributes = many(20_000, |i| format!("a{i}='' "));
    let namespaces = many(20_000, |i| format!("xmlns:a{i}='u{i}' "));
    check("a".repeat(MAX_BYTES + 1), Limit::Bytes);
    check(format!("<a {attributes}/>"), Limit::Attributes);
    check(format!("<a {namespaces}/>"), Limit::Namespaces);
    check(many(10_000, |i| format!("<b xmlns:p{i}='u{i}'>")), Limit::Namespaces);
    check(format!("<r>{}</r>", "<a/>".repeat(20_001)), Limit::Nodes);
    check(format!("{}{}", "<a>".repeat(65), "</a>".repeat(65)), Limit::Depth);
    // Attributes are compared with their namespaces: a long one makes few attributes slow.
    let (uri, shared) = ("u".repeat(400_000), many(255, |i| format!("p:a{i}='' ")));
    check(format!("<r xmlns:p='{uri}'><a {shared}/></r>"), Limit::Namespaces);
}

#[test]
fn entities_are_never_expanded() {
    let levels = many(9, |i| format!("<!ENTITY l{} \"{}\">", i + 1, format!("&l{i};").repeat(10)));
    let laughs = format!("<!DOCTYPE l [<!ENTITY l0 \"ha\">{levels}]><l>&l9;</l>");
    let file = "<?xml version='1.0'?><?p?><!DOCTYPE l [<!ENTITY x SYSTEM 'file:///x'>]><l>&x;</l>";
    for document in [laughs.as_str(), file] {
        let error = autodiscover::read(document.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ParseErrorKind::Dtd);
    }
}

/// How long the slowest of the readers takes.
fn time(document: &[u8]) -> Duration {
    let address = "alice@contoso.example".parse().unwrap();
    let answer = timed(|| {
        let reading = autodiscover::read(document);
        if let Ok(reading) = &reading
            && let Outcome::Settings(account) = reading.response.outcome()
        {
            drop(lower(account, &reading.response.user, &address, LowerOptions::default()));
        }
    });
    let config = timed(|| {
        if let Ok(reading) = autoconfig::read(document) {
            let options = autoconfig::LowerOptions::default();
            drop(autoconfig::lower(&reading.config, &address, &options));
        }
    });
    let mobile = timed(|| {
        if let Ok(reading) = mobile_sync::read(document) {
            drop(mobile_sync::lower(&reading.response));
        }
    });
    let soap = timed(|| {
        if let Ok(reading) = soap::read(document)
            && let soap::Answer::Settings(settings) = &reading.answer
        {
            drop(soap::lower(settings, &address, LowerOptions::default()));
        }
    });
    answer.max(config).max(mobile).max(soap)
}

#[expect(clippy::disallowed_methods, reason = "the time is what is tested")]
fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn outcome(document: &str) -> String {
    if let Ok(reading) = autoconfig::read(document.as_bytes()) {
        return format!("read as a configuration with {} notices", reading.notices.len());
    }
    match autodiscover::read(document.as_bytes()) {
        Ok(reading) => format!("read with {} notices", reading.notices.len()),
        Err(error) => format!("{:?}", error.kind()),
    }
}
