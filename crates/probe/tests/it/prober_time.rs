//! Time, and answers that nobody waits for.

use core::time::Duration;

use mailscout_net::{
    failure::Failure,
    job::{Consent, JobId},
};
use mailscout_probe::prober::{NO_OUTGOING, Options, Outcome, Prober, Request, Step, TIME_UP};
use mailscout_schema::settings::Protocol;

use crate::prober_script::{Script, check, same_lines};

const HOST: &str = "mail.~ = 203.0.113.1
    mail.~:993 = tls PLAIN
    mail.~:465 = tls PLAIN\n";

fn prober() -> Prober {
    Prober::new("alice@contoso.example".parse().unwrap(), Options::default())
}

#[test]
fn pop3_is_waited_for_half_as_long_again_as_imap_and_smtp_took() {
    let script = Script::new(HOST).and("mail.~ = 203.0.113.1 after 2000ms");
    let run = check(
        &script.clone().and("mail.~:995 = tls PLAIN after 900ms"),
        "imap mail.~:993 tls alice@~, answered
         pop3 mail.~:995 tls alice@~, answered
         smtp mail.~:465 tls alice@~, answered
         found",
    );
    assert_eq!(run.report.elapsed.as_millis(), 2900);
    let run = check(
        &script.clone().and("mail.~:995 = tls PLAIN after 1100ms"),
        "imap mail.~:993 tls alice@~, answered
         smtp mail.~:465 tls alice@~, answered
         found",
    );
    assert_eq!(run.report.elapsed.as_millis(), 2001 + 1000);
    assert_eq!(run.verdict("pop3 mail.~:995 tls alice"), "only-alternative");
    assert_eq!(run.verdict("pop3 mail.~:110 plain alice"), "encrypted-found");
    assert_eq!(run.verdict("imap imap.~:993 tls alice"), "nxdomain");
    assert_eq!(run.verdict("imap ~:143 starttls alice"), "nxdomain");
    assert!(run.report.notices.is_empty(), "no time was up");
}

#[test]
fn pop3_is_waited_for_a_moment_at_least() {
    for (after, count) in [("250ms", 3), ("260ms", 2)] {
        let run = Script::new(HOST).and(&format!("mail.~:995 = tls PLAIN after {after}")).run();
        assert_eq!(run.report.found.len(), count, "{after}");
    }
}

#[test]
fn what_is_known_of_pop3_when_it_is_not_waited_for_any_more_counts() {
    let run = check(
        &Script::new(HOST).and("mail.~:995 = timeout\n mail.~:110 = starttls PLAIN"),
        "imap mail.~:993 tls alice@~, answered
         pop3 mail.~:110 starttls alice@~, answered
         smtp mail.~:465 tls alice@~, answered
         found",
    );
    assert_eq!(run.verdict("pop3 mail.~:995 tls alice"), "only-alternative");
    assert_eq!(run.verdict("pop3 mail.~:995 starttls alice"), "only-alternative");
}

#[test]
fn a_wrong_password_for_the_alternative_overtakes_nobody() {
    let run = check(
        &Script::new(HOST)
            .and("mail.~:995 = tls PLAIN\n mail.~:110 = timeout\n log-in = accepted")
            .and("log-in pop3 = wrong-password")
            .password(),
        "imap mail.~:993 tls alice@~, by PLAIN
         pop3 mail.~:995 tls alice@~, wrong-password
         smtp mail.~:465 tls alice@~, by PLAIN
         found",
    );
    assert_eq!(run.verdict("pop3 mail.~:110 starttls alice"), "only-alternative");
}

#[test]
fn pop3_is_no_mere_alternative_where_there_is_no_imap() {
    let run = check(
        &Script::new(HOST).and("mail.~:993 = refused\n mail.~:995 = tls PLAIN after 9s"),
        "pop3 mail.~:995 tls alice@~, answered
         smtp mail.~:465 tls alice@~, answered
         found",
    );
    assert_eq!(run.report.elapsed.as_millis(), 9001);
    // And not while SMTP is open.
    let run = Script::new(HOST)
        .and("mail.~:465 = tls PLAIN after 9s\n mail.~:995 = tls PLAIN after 8s")
        .run();
    assert_eq!(run.report.found.len(), 3);
}

#[test]
fn pop3_is_an_alternative_where_smtp_is_not_wanted_or_not_there() {
    let script = Script::new(HOST).and("mail.~:995 = silent");
    let run = script.clone().only(&[Protocol::Imap, Protocol::Pop3]).run();
    assert_eq!(run.report.elapsed.as_millis(), 252);
    let run = script.clone().and("mail.~:465 = refused").run();
    assert_eq!(run.report.elapsed.as_millis(), 252);
    // Alone it is none.
    let run = script.only(&[Protocol::Pop3]).run();
    assert_eq!(run.report.elapsed.as_millis(), 5002);
}

#[test]
fn a_log_in_by_pop3_that_runs_is_waited_for() {
    let run = Script::new(HOST)
        .and("mail.~:995 = tls PLAIN")
        .and("log-in pop3 = accepted after 9s\n log-in = accepted")
        .and("log-in pop3 = accepted after 9s")
        .password()
        .run();
    assert_eq!(run.outcome().matches("by PLAIN").count(), 3);
}

#[test]
fn when_the_time_is_up_what_is_known_decides() {
    let mut script = Script::new(HOST)
        .and("imap.~ = 203.0.113.2\n imap.~:993 = tls PLAIN")
        .and("mail.~:993 = timeout\n mail.~:143 = silent\n mail.~:465 = timeout")
        .and("~ = servfail after 5s");
    script.options.overall = Duration::from_secs(4);
    let run = check(
        &script,
        "imap imap.~:993 tls alice@~, answered
         found",
    );
    assert_eq!(run.report.elapsed.as_secs(), 4);
    assert_eq!(run.verdict("imap mail.~:993 tls alice"), "time-up");
    assert_eq!(run.verdict("imap ~:993 tls alice"), "overtaken");
    assert_eq!(run.verdict("smtp ~:465 tls alice"), "time-up");
    assert_eq!(run.verdict("smtp ~:25 plain alice"), "time-up");
    assert_eq!(run.verdict("smtp smtp.~:25 plain alice"), "nxdomain");
    let notices: Vec<_> = run.report.notices.iter().map(|notice| notice.code).collect();
    assert_eq!(notices, [NO_OUTGOING, TIME_UP]);
    let lookup = run.report.lookups.iter().find(|lookup| lookup.name == "contoso.example").unwrap();
    assert_eq!((lookup.answer.is_none(), lookup.elapsed.as_secs()), (true, 4));
    let port = run.report.ports.iter().find(|port| port.port == 993).unwrap();
    let given_up = port.given_up.map(|given_up| given_up.started + given_up.elapsed);
    assert_eq!((port.met.len(), given_up), (0, Some(Duration::from_secs(4))));
    let open = run.talks().iter().filter(|talk| talk.ends_with("given up")).count();
    assert_eq!(open, 3, "{}", run.transcript());
}

#[test]
fn what_was_decided_before_the_time_was_up_is_told_as_it_was() {
    let mut script =
        Script::new(HOST).and("~ = 203.0.113.2\n ~:993 = timeout").and("mail.~:465 = silent");
    script.options.overall = Duration::from_secs(1);
    let run = script.run();
    assert_eq!(run.verdict("imap ~:993 tls alice"), "overtaken");
    assert_eq!(run.verdict("smtp mail.~:465 tls alice"), "time-up");
}

#[test]
fn a_log_in_that_is_cut_off_is_in_the_report_without_a_verdict() {
    let mut script = Script::new(HOST).password().and("log-in = accepted after 9s");
    script.options.overall = Duration::from_secs(5);
    let run = check(
        &script,
        "imap mail.~:993 tls alice@~, log-in-not-reached
         smtp mail.~:465 tls alice@~, log-in-not-reached
         found",
    );
    same_lines(&run.log_ins(), "imap mail.~:993 tls, alice@~ by PLAIN -> given up");
    let tried = &run.report.log_ins[0];
    assert!(tried.verdict.is_none());
    assert_eq!((tried.started.as_millis(), tried.elapsed.as_millis()), (2, 4998));
}

#[test]
fn when_the_time_is_up_nobody_is_asked_any_more() {
    let mut script =
        Script::new("mail.~ = 203.0.113.1\n mail.~:143 = plain PLAIN\n mail.~:25 = silent");
    script.options.overall = Duration::from_secs(5);
    let run = check(&script, "not-found");
    assert!(run.questions().is_empty());
    assert_eq!(run.verdict("imap mail.~:143 plain alice"), "time-up");
    assert_eq!(run.verdict("imap mail.~:143 starttls alice"), "starttls-missing");
}

#[test]
fn polling_again_without_news_changes_nothing() {
    let mut prober = prober();
    let mut started = 0;
    while let Step::Start(..) = prober.poll(Duration::ZERO) {
        started += 1;
    }
    assert_eq!(started, 8);
    for _ in 0..3 {
        let step = prober.poll(Duration::from_secs(1));
        assert!(matches!(step, Step::Wait(Some(until)) if until == Duration::from_mins(1)));
    }
    let mut cancelled = 0;
    while let Step::Cancel(_) = prober.poll(Duration::from_mins(1)) {
        cancelled += 1;
    }
    assert_eq!(cancelled, 8);
    for _ in 0..3 {
        assert!(matches!(prober.poll(Duration::from_hours(1)), Step::Done));
    }
}

#[test]
fn a_report_before_the_end_is_whole() {
    let mut prober = prober();
    assert!(matches!(prober.poll(Duration::ZERO), Step::Start(..)));
    let report = prober.into_report(Duration::from_secs(1));
    assert_eq!(report.rows.len(), 280);
    assert_eq!(report.conclusion.as_str(), "failed");
    assert!(report.rows.iter().all(|(_, verdict)| verdict.code() == "time-up"));
}

#[test]
fn an_answer_to_no_question_or_of_another_kind_is_ignored() {
    let nothings = || {
        [
            Outcome::Lookup(Err(Failure::NxDomain)),
            Outcome::Converse(Box::default()),
            Outcome::Consent(Consent::Given),
        ]
    };
    let mut prober = prober();
    let Step::Start(id, Request::Lookup(_)) = prober.poll(Duration::ZERO) else { panic!() };
    for unknown in [JobId::new(0), JobId::new(999)] {
        for nothing in nothings() {
            prober.complete(unknown, nothing, Duration::ZERO);
        }
    }
    for wrong in nothings().into_iter().skip(1) {
        prober.complete(id, wrong, Duration::ZERO);
    }
    let mut last = id;
    while let Step::Start(id, _) = prober.poll(Duration::ZERO) {
        last = id;
    }
    assert!(matches!(prober.poll(Duration::ZERO), Step::Wait(Some(_))));
    // The second answer to one question comes too late.
    prober.complete(id, Outcome::Lookup(Err(Failure::NxDomain)), Duration::from_secs(1));
    prober.complete(id, Outcome::Lookup(Err(Failure::ServFail)), Duration::from_secs(2));
    prober.complete(last, Outcome::Lookup(Err(Failure::NxDomain)), Duration::from_secs(1));
    while !matches!(prober.poll(Duration::from_mins(1)), Step::Done) {}
    // After the end nothing is news.
    for nothing in nothings() {
        prober.complete(JobId::new(2), nothing, Duration::from_mins(2));
    }
    assert!(matches!(prober.poll(Duration::from_mins(2)), Step::Done));
    let report = prober.into_report(Duration::from_mins(2));
    let first = report.lookups[0].answer.clone().unwrap().unwrap_err();
    assert_eq!((first.code(), report.lookups[0].elapsed.as_secs()), ("nxdomain", 1));
    assert!(report.lookups[1].answer.is_none());
    assert_eq!(report.conclusion.as_str(), "not-found");
}

#[test]
fn an_answer_of_another_kind_to_a_person_or_a_log_in_is_a_no() {
    let run = |mut prober: Prober, with: &dyn Fn(&Request) -> Outcome| {
        let mut now = Duration::ZERO;
        loop {
            match prober.poll(now) {
                Step::Start(id, request) => prober.complete(id, with(&request), now),
                Step::Wait(until) => now = until.unwrap(),
                Step::Cancel(_) => {}
                Step::Done => return prober.into_report(now),
            }
        }
    };
    let answer = |world: &'static str| {
        move |request: &Request| match request {
            Request::Ask(_) => Outcome::Lookup(Err(Failure::NxDomain)),
            Request::Converse(conversation) if conversation.log_in.is_some() => {
                Outcome::Consent(Consent::Given)
            }
            request => Script::new(world).outcome(request),
        }
    };
    let report = run(prober(), &answer("mail.~ = 203.0.113.1\n mail.~:143 = plain PLAIN"));
    assert_eq!(report.conclusion.as_str(), "needs-consent");
    let options = Script::new("").password().options;
    let prober = Prober::new("alice@contoso.example".parse().unwrap(), options);
    let report = run(prober, &answer("mail.~ = 203.0.113.1\n mail.~:993 = tls PLAIN"));
    assert_eq!(report.log_ins.len(), 1);
    assert_eq!(report.found[0].proof.as_str(), "login-failed");
    assert_eq!(report.found[0].proof.to_string(), "the server takes no log-in at the moment");
}

#[test]
fn a_handshake_is_waited_for_one_retransmission_and_three_round_trips() {
    let mut script = Script::new(
        "mail.~ = 203.0.113.1 after 40ms
         imap.~ = nxdomain after 40ms
         ~ = nxdomain after 40ms
         mail.~:993 = tls PLAIN",
    );
    script.options.is_hurried = true;
    let run = script.run();
    let connects: Vec<Duration> = run
        .asked
        .iter()
        .filter_map(|asked| match &asked.request {
            Request::Converse(conversation) => Some(conversation.patience.connect),
            _ => None,
        })
        .collect();
    assert!(!connects.is_empty());
    for connect in connects {
        assert!((1000..=1120).contains(&connect.as_millis()), "{connect:?}");
    }
}

#[test]
fn an_address_that_was_silent_before_is_not_tried_again() {
    let mut script = Script::new("mail.~ = 203.0.113.1\n mail.~:993 = tls PLAIN");
    script.options.silent = vec!["203.0.113.1".parse().unwrap()];
    let run = script.run();
    assert!(run.talks().is_empty(), "{}", run.transcript());
    assert_eq!(run.verdict("imap mail.~:993 tls alice@~"), "connect-timeout");
}
