//! SRV records of mail services: which servers, in which order, and how far they are trusted.

use std::collections::BTreeSet;

use mailscout_discover::{Attempt, SearchReport, Strategy};
use mailscout_schema::settings::{Server, Service};

use crate::script::{Script, check};

/// A search among these SRV records of the domain, one `_label = PRIORITY WEIGHT PORT TARGET…` each.
fn search(records: &str) -> SearchReport {
    Script::only(&["srv-services"], &world(records)).run("alice@contoso.example")
}

fn world(records: &str) -> String {
    let lines = records.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = |line: &str| match line.split_once(" = ") {
        Some((label, answer)) if label.starts_with('_') && !answer.contains("servfail") => {
            format!("{label}._tcp.contoso.example = SRV {answer}")
        }
        Some((label, answer)) if label.starts_with('_') => {
            format!("{label}._tcp.contoso.example = {answer}")
        }
        _ => line.to_owned(),
    };
    lines.map(line).collect::<Vec<_>>().join("\n")
}

/// The servers in a few words.
fn servers(list: &[Server]) -> Vec<String> {
    let server = |server: &Server| {
        format!("{} {}:{} {}", server.protocol, server.host, server.port.unwrap(), server.security)
    };
    list.iter().map(server).collect()
}

#[track_caller]
fn expect(records: &str, incoming: &[&str], outgoing: &[&str]) {
    let settings = search(records).found.expect("settings").settings;
    assert_eq!(servers(&settings.incoming), incoming);
    assert_eq!(servers(&settings.outgoing), outgoing);
}

#[test]
fn every_service_is_asked_for_and_each_label_says_how_connections_begin() {
    check(
        Script::only(
            &["srv-services"],
            &world(
                "_imaps = 0 0 993 imap.contoso.example
                 _submission = 0 0 587 smtp.contoso.example",
            ),
        ),
        "
        DNS SRV _imaps._tcp.contoso.example -> answered
        DNS SRV _imap._tcp.contoso.example -> nxdomain
        DNS SRV _pop3s._tcp.contoso.example -> nxdomain
        DNS SRV _pop3._tcp.contoso.example -> nxdomain
        DNS SRV _submissions._tcp.contoso.example -> nxdomain
        DNS SRV _submission._tcp.contoso.example -> answered
        DNS SRV _caldavs._tcp.contoso.example -> nxdomain
        DNS SRV _carddavs._tcp.contoso.example -> nxdomain
        DNS SRV _jmap._tcp.contoso.example -> nxdomain
        SRV records of contoso.example -> settings
        found srv-services unauthenticated",
    );
    expect(
        "_imaps = 0 0 1993 a.contoso.example
         _imap = 0 0 1143 b.contoso.example
         _pop3s = 0 0 1995 c.contoso.example
         _pop3 = 0 0 1110 d.contoso.example
         _submissions = 0 0 1465 e.contoso.example
         _submission = 0 0 1587 f.contoso.example",
        &[
            "imap a.contoso.example:1993 tls",
            "pop3 c.contoso.example:1995 tls",
            "imap b.contoso.example:1143 starttls",
            "pop3 d.contoso.example:1110 starttls",
        ],
        &["smtp e.contoso.example:1465 tls", "smtp f.contoso.example:1587 starttls"],
    );
}

#[test]
fn the_user_name_is_the_address_then_its_local_part() {
    let settings = search("_imaps = 0 0 993 imap.contoso.example").found.unwrap().settings;
    assert_eq!(settings.incoming[0].username, "alice@contoso.example");
    assert_eq!(settings.incoming[0].username_alternatives, ["alice"]);
}

#[test]
fn the_lower_priority_comes_first_whatever_the_weight_and_the_order_of_the_answer() {
    expect(
        "_imaps = 20 65535 993 late.contoso.example,10 0 993 first.contoso.example,15 9 993 second.contoso.example",
        &[
            "imap first.contoso.example:993 tls",
            "imap second.contoso.example:993 tls",
            "imap late.contoso.example:993 tls",
        ],
        &[],
    );
}

#[test]
fn weight_is_drawn_by_the_seed() {
    let records = "_imaps = 0 1 993 light.contoso.example,0 999 993 heavy.contoso.example";
    let first = |seed| {
        let mut script = Script::only(&["srv-services"], &world(records));
        script.options.seed = Some(seed);
        script.run("alice@contoso.example").found.unwrap().settings.incoming[0].host.clone()
    };
    let heavy = (0..200).filter(|seed| first(*seed).starts_with("heavy")).count();
    assert!(heavy > 190, "{heavy}");
    assert_eq!(first(5), first(5));
}

#[test]
fn imap_or_pop3_is_the_domains_choice_by_priority_but_never_over_encryption_from_the_start() {
    expect(
        "_imaps = 10 0 993 imap.contoso.example
         _pop3s = 5 0 995 pop.contoso.example
         _pop3 = 0 0 110 pop.contoso.example",
        &[
            "pop3 pop.contoso.example:995 tls",
            "imap imap.contoso.example:993 tls",
            "pop3 pop.contoso.example:110 starttls",
        ],
        &[],
    );
    // The same priority leaves it to the client.
    expect(
        "_imaps = 0 0 993 imap.contoso.example
         _pop3s = 0 0 995 pop.contoso.example",
        &["imap imap.contoso.example:993 tls", "pop3 pop.contoso.example:995 tls"],
        &[],
    );
}

#[test]
fn a_dot_means_that_a_service_is_not_offered() {
    let report = search(
        "_imaps = 0 0 0 .
         _pop3s = 0 0 995 pop.contoso.example
         _submissions = 0 0 0 .",
    );
    let code = |label: &str| {
        let attempt = report.attempts.iter().find(|attempt| attempt.question.contains(label));
        attempt.unwrap().reason.code().into_owned()
    };
    assert_eq!(code("_imaps"), "srv-not-offered");
    assert_eq!(code("_submissions"), "srv-not-offered");
    let settings = report.found.unwrap().settings;
    assert_eq!(servers(&settings.incoming), ["pop3 pop.contoso.example:995 tls"]);
    assert!(settings.outgoing.is_empty());
    // Among others it is nothing.
    expect(
        "_imaps = 0 0 0 ,5 0 993 imap.contoso.example",
        &["imap imap.contoso.example:993 tls"],
        &[],
    );
}

#[test]
fn the_port_counts_where_it_contradicts_the_label() {
    for (label, port, security) in [
        ("_submission", 465, "tls"),
        ("_submissions", 587, "starttls"),
        ("_submission", 25, "starttls"),
        ("_submission", 587, "starttls"),
        ("_submissions", 465, "tls"),
    ] {
        let report = search(&format!("{label} = 0 0 {port} smtp.contoso.example"));
        let is_odd = matches!((label, port), ("_submission", 465) | ("_submissions", 587));
        let notices: Vec<_> = report.notices.iter().map(|notice| notice.code).collect();
        assert_eq!(notices.contains(&"srv-port-of-another-service"), is_odd, "{label} {port}");
        let settings = report.found.unwrap().settings;
        let expected = format!("smtp smtp.contoso.example:{port} {security}");
        assert_eq!(servers(&settings.outgoing), [expected], "{label}");
    }
    expect(
        "_imap = 0 0 993 a.contoso.example
         _imaps = 0 0 143 b.contoso.example
         _pop3 = 0 0 995 c.contoso.example
         _pop3s = 0 0 110 d.contoso.example",
        &[
            "imap a.contoso.example:993 tls",
            "pop3 c.contoso.example:995 tls",
            "imap b.contoso.example:143 starttls",
            "pop3 d.contoso.example:110 starttls",
        ],
        &[],
    );
}

#[test]
fn tls_comes_first_when_sending_too_and_a_server_stands_once() {
    expect(
        "_submissions = 0 0 587 a.contoso.example
         _submission = 0 0 465 b.contoso.example,0 0 465 b.contoso.example
         _imap = 0 0 993 c.contoso.example
         _imaps = 7 0 993 c.contoso.example",
        &["imap c.contoso.example:993 tls"],
        &["smtp b.contoso.example:465 tls", "smtp a.contoso.example:587 starttls"],
    );
}

#[test]
fn servers_inside_the_domain_can_prove_themselves_and_others_cannot() {
    for (target, is_provable) in [
        ("imap.contoso.example", true),
        ("contoso.example", true),
        ("imap.hoster.example", false),
        ("contoso.example.evil.example", false),
        ("evilcontoso.example", false),
    ] {
        let found = search(&format!("_imaps = 0 0 993 {target}")).found.unwrap();
        assert_eq!(found.trust.to_string(), "unauthenticated", "{target}");
        assert_eq!(found.is_provable, is_provable, "{target}");
        let word = if is_provable { "verified" } else { "unauthenticated" };
        assert_eq!(found.trust.proved(found.is_provable).to_string(), word, "{target}");
    }
    // One server outside, or one calendar, is enough.
    for other in
        ["_submissions = 0 0 465 smtp.hoster.example", "_caldavs = 0 0 443 dav.hoster.example"]
    {
        let found = search(&format!("_imaps = 0 0 993 imap.contoso.example\n {other}")).found;
        assert!(!found.unwrap().is_provable, "{other}");
    }
}

#[test]
fn targets_that_are_no_hosts_are_named_and_passed_over() {
    for (target, code) in [
        ("0 0 993 192.0.2.1", "srv-bad-target"),
        ("0 0 993 host", "srv-bad-target"),
        ("0 0 0 imap.contoso.example", "srv-bad-target"),
        ("0 0 993 x.localhost", "redirect-local-name"),
        ("0 0 993 co.uk", "redirect-public-suffix"),
        ("0 0 993 bad_host.contoso.example", "srv-bad-target"),
    ] {
        let report = search(&format!("_imaps = {target},9 0 993 imap.contoso.example"));
        let named = report.attempts.iter().find(|attempt| attempt.question.contains("SRV target"));
        assert_eq!(named.unwrap().reason.code(), code, "{target}");
        let settings = report.found.unwrap().settings;
        assert_eq!(servers(&settings.incoming), ["imap imap.contoso.example:993 tls"], "{target}");
    }
    let report = search("_imaps = 0 0 993 192.0.2.1");
    assert_eq!(report.conclusion.as_str(), "not-found");
}

#[test]
fn a_service_keeps_its_first_four_servers() {
    let records: Vec<String> =
        (0..20).map(|n| format!("{n} 0 993 imap{n}.contoso.example")).collect();
    let settings = search(&format!("_imaps = {}", records.join(","))).found.unwrap().settings;
    let hosts: Vec<_> = settings.incoming.iter().map(|server| server.host.as_str()).collect();
    let expected = [0, 1, 2, 3].map(|n| format!("imap{n}.contoso.example"));
    assert_eq!(hosts, expected);
}

#[test]
fn calendars_address_books_and_jmap_are_reported_at_the_paths_that_texts_name() {
    let services = |records: &str| -> Vec<String> {
        let report = search(&format!("_imaps = 0 0 993 imap.contoso.example\n {records}"));
        let found = report.found.unwrap();
        let service = |service: &Service| service.url.clone();
        found.settings.services.iter().map(service).collect()
    };
    let records = "
        _caldavs = 0 0 443 dav.contoso.example
        _carddavs = 5 0 443 late.contoso.example,0 0 8443 dav.contoso.example
        _jmap = 0 0 443 jmap.contoso.example";
    assert_eq!(
        services(records),
        [
            "https://dav.contoso.example/.well-known/caldav",
            "https://dav.contoso.example:8443/.well-known/carddav",
            "https://jmap.contoso.example/.well-known/jmap",
        ]
    );
    let named = format!(
        "{records}
         TXT _caldavs._tcp.contoso.example = path=/dav/calendars
         TXT _carddavs._tcp.contoso.example = a=b | path=/dav/cards | path=/other"
    );
    assert_eq!(
        services(&named),
        [
            "https://dav.contoso.example/dav/calendars",
            "https://dav.contoso.example:8443/dav/cards",
            "https://jmap.contoso.example/.well-known/jmap",
        ]
    );
    for path in ["dav", "https://evil.example/", "", "@evil.example/"] {
        let text = format!(
            "_caldavs = 0 0 443 dav.contoso.example
             TXT _caldavs._tcp.contoso.example = path={path}"
        );
        let expected = ["https://dav.contoso.example/.well-known/caldav"];
        assert_eq!(services(&text), expected, "{path}");
    }
    for target in ["0 0 443 192.0.2.1", "0 0 0 dav.contoso.example", "0 0 443 co.uk", "0 0 0 "] {
        assert!(services(&format!("_caldavs = {target}")).is_empty(), "{target}");
    }
}

#[test]
fn a_path_is_asked_for_only_where_a_service_is_offered() {
    let mut script = Script::only(
        &["srv-services"],
        &world(
            "_imaps = 0 0 993 imap.contoso.example
             _caldavs = 0 0 0 .
             _jmap = 0 0 443 jmap.contoso.example
             _carddavs = 0 0 443 dav.contoso.example",
        ),
    );
    script.run("alice@contoso.example");
    let asked = script.asked.iter().map(ToString::to_string);
    let texts: Vec<_> = asked.filter(|text| text.starts_with("DNS TXT")).collect();
    assert_eq!(texts, ["DNS TXT _carddavs._tcp.contoso.example"]);
}

#[test]
fn services_without_a_mail_server_configure_nothing() {
    let report = search("_caldavs = 0 0 443 dav.contoso.example");
    assert!(report.found.is_none());
    assert_eq!(report.conclusion.as_str(), "not-found");
}

#[test]
fn one_service_that_nobody_answers_for_hides_no_other() {
    expect(
        "_imaps = servfail
         _pop3s = 0 0 995 pop.contoso.example",
        &["pop3 pop.contoso.example:995 tls"],
        &[],
    );
}

#[test]
fn what_each_label_said_is_in_the_report_whenever_it_was_asked() {
    let records = "_imaps = 0 0 993 imap.contoso.example after 9ms\n _submissions = 0 0 0 .";
    let said = |strategy| {
        let mut script = Script::only(&["srv-services"], &world(records));
        script.options.strategy = strategy;
        let report = script.run("alice@contoso.example");
        let line = |attempt: &Attempt| format!("{} {}", attempt.question, attempt.reason.code());
        report.attempts.iter().map(line).collect::<BTreeSet<_>>()
    };
    assert_eq!(said(Strategy::Sequential), said(Strategy::Hedged));
    assert_eq!(said(Strategy::Sequential), said(Strategy::Eager));
}

#[test]
fn a_path_that_nobody_can_tell_leaves_the_well_known_place() {
    for answer in ["nxdomain", "no-data", "servfail", "dns-refused", "dns-timeout"] {
        for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
            let records = world(&format!(
                "_imaps = 0 0 993 imap.contoso.example
                 _carddavs = 0 0 443 dav.contoso.example
                 TXT _carddavs._tcp.contoso.example = {answer}"
            ));
            let mut script = Script::only(&["srv-services"], &records);
            script.options.strategy = strategy;
            let settings = script.run("alice@contoso.example").found.expect(answer).settings;
            let urls: Vec<_> = settings.services.iter().map(|service| &service.url).collect();
            assert_eq!(urls, ["https://dav.contoso.example/.well-known/carddav"], "{answer}");
        }
    }
}
