//! Time: what a search waits for, and what it does not wait for.

use core::time::Duration;

use mailscout_discover::{Discovery, Options, Outcome, Step, Strategy};
use mailscout_net::failure::Failure;

use crate::script::Script;

fn discovery() -> Discovery {
    Discovery::new("alice@contoso.example".parse().unwrap(), Options::default()).unwrap()
}

#[test]
fn a_whole_search_ends_at_its_deadline_whatever_the_network_does() {
    let mut script = Script::new(
        "contoso.example = 203.0.113.5 after 30s
         https://contoso.example~ = timeout after 90s",
    );
    let report = script.run("alice@contoso.example");
    assert_eq!(report.elapsed, Duration::from_mins(1));
    assert_eq!(report.conclusion.as_str(), "failed");
    let codes: Vec<_> = report.attempts.iter().map(|a| a.reason.code().into_owned()).collect();
    let not_reached = ["not-reached"; 4];
    assert_eq!(codes, [&["answered", "time-up"][..], &not_reached].concat());

    script.options.deadlines.overall = Some(Duration::from_secs(2));
    assert_eq!(script.run("alice@contoso.example").elapsed, Duration::from_secs(2));
}

#[test]
fn waiting_for_a_person_counts_against_no_deadline() {
    let mut script = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 302 https://hoster.example~ after 9s
         ask hoster.example = yes after 3600s
         hoster.example = 9.9.9.9 after 4s
         https://hoster.example~ = 200 settings after 9s",
    );
    script.options.deadlines.overall = Some(Duration::from_secs(30));
    let report = script.run("alice@contoso.example");
    assert!(report.found.is_some());
    assert!(report.elapsed > Duration::from_hours(1));

    script.options.deadlines.overall = Some(Duration::from_secs(20));
    assert!(script.run("alice@contoso.example").found.is_none());
}

#[test]
fn each_question_carries_its_own_deadline() {
    let mut script = Script::new("contoso.example = 203.0.113.5");
    script.options.deadlines.dns = Duration::from_secs(3);
    script.options.deadlines.exchange = Duration::from_secs(7);
    script.run("alice@contoso.example");
    let texts: Vec<_> = script.asked.iter().map(|request| format!("{request:?}")).collect();
    assert!(texts[0].contains("deadline: 3s"), "{}", texts[0]);
    assert!(texts[1].contains("exchange: 7s"), "{}", texts[1]);
    assert!(texts[1].contains("max_body: 524288"), "{}", texts[1]);
}

#[test]
fn a_late_or_unknown_answer_is_ignored() {
    let mut discovery = discovery();
    let Step::Start(id, _) = discovery.poll(Duration::ZERO) else { panic!("no question") };
    let nxdomain = || Outcome::Lookup(Err(Failure::ServFail));
    assert!(discovery.complete(id, nxdomain(), Duration::from_secs(1)).is_some());
    assert!(discovery.complete(id, nxdomain(), Duration::from_secs(1)).is_none());
}

#[test]
fn asking_again_without_news_changes_nothing() {
    let mut discovery = discovery();
    assert!(matches!(discovery.poll(Duration::ZERO), Step::Start(..)));
    for _ in 0..3 {
        let step = discovery.poll(Duration::from_secs(1));
        assert!(matches!(step, Step::Wait(Some(until)) if until == Duration::from_mins(1)));
    }
    assert!(matches!(discovery.poll(Duration::from_mins(1)), Step::Cancel(_)));
    assert!(matches!(discovery.poll(Duration::from_mins(1)), Step::Done));
    assert!(matches!(discovery.poll(Duration::from_secs(61)), Step::Done));
}

#[test]
fn an_answer_to_another_question_ends_the_mechanism_and_is_named_a_bug() {
    let mut discovery = discovery();
    let Step::Start(id, _) = discovery.poll(Duration::ZERO) else { panic!("no question") };
    let attempt = discovery.complete(id, Outcome::File(Ok(Vec::new())), Duration::ZERO).unwrap();
    assert_eq!(attempt.reason.code(), "other-answer");
}

#[test]
fn settings_that_came_in_time_count() {
    for strategy in [Strategy::Sequential, Strategy::Eager] {
        let mut script = Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 200 settings after 4999ms",
        );
        script.options.strategy = strategy;
        script.options.deadlines.overall = Some(Duration::from_secs(5));
        let report = script.run("alice@contoso.example");
        assert!(report.found.is_some(), "{strategy:?}");
    }
    // A lower mechanism has them, the one above is silent until the end.
    let mut script = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = timeout after 10s
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = 200 settings",
    );
    script.options.strategy = Strategy::Eager;
    script.options.deadlines.overall = Some(Duration::from_secs(8));
    assert!(script.run("alice@contoso.example").found.is_some());
}
