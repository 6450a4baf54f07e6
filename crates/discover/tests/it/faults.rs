//! Every source with every fault: the reason is exact, and silence never reads as an answer.

use core::{net::IpAddr, time::Duration};
use std::fmt::Write as _;

use mailscout_discover::{Attempt, Ending, Ispdb, Request, SearchReport, Strategy};

use crate::script::Script;

/// A source: its id, the name it looks up, the URL it asks, and what leads there.
struct Source {
    id: &'static str,
    name: &'static str,
    url: &'static str,
    before: &'static str,
}

const SOURCES: [Source; 11] = [
    Source {
        id: "autodiscover-https-root",
        name: "contoso.example",
        url: "https://contoso.example~",
        before: "",
    },
    Source {
        id: "autodiscover-https-host",
        name: "autodiscover.contoso.example",
        url: "https://autodiscover.contoso.example~",
        before: "",
    },
    Source {
        id: "pacc",
        name: "ua-auto-config.contoso.example",
        url: "https://ua-auto-config.contoso.example/.well-known/user-agent-configuration.json",
        before: "TXT _ua-auto-config.contoso.example = v=UAAC1",
    },
    Source {
        id: "autoconfig-https-host",
        name: "autoconfig.contoso.example",
        url: "https://autoconfig.contoso.example^?me",
        before: "",
    },
    Source {
        id: "autoconfig-well-known",
        name: "contoso.example",
        url: "https://contoso.example/.well-known/autoconfig^",
        before: "",
    },
    Source {
        id: "http-redirect",
        name: "autodiscover.contoso.example",
        url: "http://autodiscover.contoso.example~",
        before: "",
    },
    Source {
        id: "srv-redirect",
        name: "ad.contoso.example",
        url: "https://ad.contoso.example~",
        before: "_autodiscover._tcp.contoso.example = SRV 0 0 443 ad.contoso.example",
    },
    Source {
        id: "ispdb",
        name: "autoconfig.thunderbird.net",
        url: "ispdb:contoso.example",
        before: "",
    },
    Source {
        id: "autoconfig-mx",
        name: "autoconfig.hoster.example",
        url: "https://autoconfig.hoster.example^",
        before: "MX contoso.example = 10 mx.hoster.example",
    },
    Source {
        id: "autoconfig-http",
        name: "autoconfig.contoso.example",
        url: "http://autoconfig.contoso.example^",
        before: "",
    },
    Source {
        id: "mailconf-txt",
        name: "conf.contoso.example",
        url: "https://conf.contoso.example/a",
        before: "TXT contoso.example = mailconf=https://conf.contoso.example/a",
    },
];

/// What the DNS may say instead of an address, and whether it is an answer.
const OF_NAMES: [(&str, bool); 6] = [
    ("nxdomain", true),
    ("no-data", true),
    ("servfail", false),
    ("dns-refused", true),
    ("dns-timeout", false),
    ("dns-unreachable", false),
];

/// What a server may do instead of answering with a document: the code, and whether it is an
/// answer.
const OF_SERVERS: [(&str, &str, bool); 16] = [
    ("connection-refused", "connection-refused", true),
    ("connect-timeout", "connect-timeout", false),
    ("unreachable", "unreachable", false),
    ("tls-timeout", "tls-timeout", false),
    ("certificate-expired", "certificate-expired", true),
    ("certificate-self-signed", "certificate-self-signed", true),
    ("timeout", "timeout", false),
    ("closed", "closed", true),
    ("404", "http-404", true),
    ("500", "http-500", true),
    ("200 html", "web-page", true),
    ("200 garbage", "document-encoding", true),
    ("200 truncated", "not-xml", true),
    ("200 empty", "empty-body", true),
    ("200 json", "not-xml", true),
    ("body-too-large", "body-too-large", true),
];

const STRATEGIES: [Strategy; 3] = [Strategy::Sequential, Strategy::Hedged, Strategy::Eager];

fn search(source: &Source, lines: &str, strategy: Strategy) -> SearchReport {
    let mut script = Script::only(&[source.id], &format!("{}\n{lines}", source.before));
    script.options.strategy = strategy;
    script.run("alice@contoso.example")
}

#[track_caller]
fn check(report: &SearchReport, source: &Source, code: &str, is_answer: bool) {
    let id = source.id;
    // PACC's digest is asked for beside everything else.
    let is_of_way = |attempt: &&Attempt| {
        !attempt.question.is_empty() && !attempt.question.contains("TXT _ua-auto-config")
    };
    let last = report.attempts.iter().rfind(is_of_way);
    let last = last.unwrap_or_else(|| panic!("{id} {code}: no attempt"));
    assert_eq!(last.reason.code(), code, "{id}: {}", last.question);
    let ending = if is_answer { Ending::Refused } else { Ending::Failed };
    assert_eq!(last.reason.ending(), ending, "{id} {code}");
    let end = if is_answer { "not-found" } else { "failed" };
    assert_eq!(report.conclusion.as_str(), end, "{id} {code}");
}

#[test]
fn what_the_dns_fails_to_say_is_told_from_what_it_says() {
    for source in &SOURCES {
        for (answer, is_answer) in OF_NAMES {
            for strategy in STRATEGIES {
                let report = search(source, &format!("{} = {answer}", source.name), strategy);
                check(&report, source, answer, is_answer);
            }
        }
    }
}

#[test]
fn what_a_server_fails_to_say_is_told_from_what_it_says() {
    for source in &SOURCES {
        for (answer, code, is_answer) in OF_SERVERS {
            // JSON is refused by other names than XML.
            let code = match (source.id, answer) {
                ("pacc", "200 json") => "other-json",
                ("pacc", "200 truncated") => "not-json",
                _ => code,
            };
            for strategy in STRATEGIES {
                let lines = format!("{} = 9.9.9.9\n {} = {answer}", source.name, source.url);
                check(&search(source, &lines, strategy), source, code, is_answer);
            }
        }
    }
}

#[test]
fn the_first_question_of_the_dns_sources_is_no_different() {
    let ids = [
        "srv-redirect",
        "srv-services",
        "mailconf-txt",
        "autoconfig-mx",
        "ispdb-mx",
        "provider-mx",
    ];
    for id in ids {
        for (answer, is_answer) in OF_NAMES {
            for strategy in STRATEGIES {
                let mut world = format!(
                    "_autodiscover._tcp.contoso.example = {answer}
                     MX contoso.example = {answer}
                     TXT contoso.example = {answer}\n"
                );
                for label in ["imap", "imaps", "pop3", "pop3s", "submission", "submissions"]
                    .iter()
                    .chain(&["caldavs", "carddavs", "jmap"])
                {
                    writeln!(world, "_{label}._tcp.contoso.example = {answer}").unwrap();
                }
                let mut script = Script::only(&[id], &world);
                script.options.strategy = strategy;
                let report = script.run("alice@contoso.example");
                let codes: Vec<_> = report.attempts.iter().map(|a| a.reason.code()).collect();
                assert!(codes.iter().all(|code| code == answer), "{id}: {codes:?}");
                let end = if is_answer { "not-found" } else { "failed" };
                assert_eq!(report.conclusion.as_str(), end, "{id} {answer}");
            }
        }
    }
}

#[test]
fn a_fault_of_one_source_is_the_end_of_no_other() {
    for source in &SOURCES {
        for (answer, _, _) in OF_SERVERS {
            // The last of all is there, and so is the table in the middle.
            let world = format!(
                "contoso.example = 203.0.113.1
                 autodiscover.contoso.example = 203.0.113.2
                 autoconfig.contoso.example = 203.0.113.3
                 {}
                 {} = 9.9.9.9
                 {} = {answer}
                 table-mx mx.hoster.example = hoster",
                source.before, source.name, source.url
            );
            let world = if world.contains("MX ") {
                world
            } else {
                format!("{world}\n MX contoso.example = 10 mx.hoster.example")
            };
            for strategy in STRATEGIES {
                let report = Script::with(strategy, &world).run("alice@contoso.example");
                let found = report.found.unwrap_or_else(|| panic!("{} {answer}", source.id));
                assert_eq!(found.mechanism.as_str(), "provider-mx", "{} {answer}", source.id);
            }
        }
    }
}

#[test]
fn an_address_that_let_a_connection_time_out_is_not_tried_again_at_that_port() {
    let world = "
        contoso.example = 203.0.113.1
        https://contoso.example~ = connect-timeout
        autodiscover.contoso.example = 203.0.113.1, 203.0.113.2
        https://autodiscover.contoso.example~ = 404
        http://autodiscover.contoso.example~ = 302 https://a.contoso.example~
        ask a.contoso.example = yes
        a.contoso.example = 203.0.113.3
        https://a.contoso.example~ = 200 settings";
    let mut script = Script::standard(world);
    let report = script.run("alice@contoso.example");
    // Port 80 is another matter: firewalls drop by port.
    assert_eq!(report.found.unwrap().mechanism.as_str(), "http-redirect");
    let well_known = |attempt: &&Attempt| {
        attempt.mechanism.as_str() == "autoconfig-well-known" && attempt.question.starts_with("GET")
    };
    let told = report.attempts.iter().find(well_known).unwrap();
    assert_eq!(
        (told.reason.code().as_ref(), told.reason.ending()),
        ("host-silent", Ending::Skipped)
    );
    assert_eq!(script.asked_at("GET https://contoso.example/.well-known"), None);
    let pinned = script.asked.iter().find_map(|request| match request {
        Request::Http(request)
            if request.url.host_str() == Some("autodiscover.contoso.example") =>
        {
            Some(request.addresses.clone())
        }
        _ => None,
    });
    assert_eq!(pinned.unwrap(), ["203.0.113.2".parse::<IpAddr>().unwrap()]);
    assert_eq!(report.silent, ["203.0.113.1".parse::<IpAddr>().unwrap()]);
}

#[test]
fn an_address_that_answered_at_another_port_is_not_reported_as_silent() {
    let report = Script::standard(
        "contoso.example = no-data
         autodiscover.contoso.example = 203.0.113.1
         https://autodiscover.contoso.example~ = connect-timeout
         http://autodiscover.contoso.example~ = connection-refused",
    )
    .run("alice@contoso.example");
    assert!(report.silent.is_empty());
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
