//! Third parties: Mozilla's database, the hoster that the MX record names, the table of providers.

use std::fmt::Write as _;

use mailscout_discover::{Ispdb, Request, SearchReport, Strategy};
use mailscout_schema::settings::Protocol;

use crate::script::{Script, check};

const MX: [&str; 3] = ["autoconfig-mx", "ispdb-mx", "provider-mx"];

/// The code of each attempt of a mechanism.
fn codes(report: &SearchReport, id: &str) -> Vec<String> {
    let own = report.attempts.iter().filter(|attempt| attempt.mechanism.as_str() == id);
    own.map(|attempt| attempt.reason.code().into_owned()).collect()
}

#[test]
fn the_database_is_asked_for_the_domain_and_is_a_third_party() {
    let mut script = Script::only(&["ispdb"], "ispdb:contoso.example = 200 autoconfig");
    let report = script.run("alice@contoso.example");
    let found = report.found.unwrap();
    assert_eq!(found.trust.to_string(), "third-party");
    assert_eq!(found.url, "https://autoconfig.thunderbird.net/v1.1/contoso.example");
    assert!(report.notices.iter().all(|notice| notice.code != "other-domain"));
}

#[test]
fn nobody_but_the_domain_is_told_the_address() {
    let mut script = Script::standard(
        "contoso.example = 203.0.113.5
         autoconfig.contoso.example = 203.0.113.8
         MX contoso.example = 10 mx.premium.hoster.example
         autoconfig.premium.hoster.example = 9.9.9.9
         autoconfig.hoster.example = 9.9.9.8",
    );
    script.run("alice+private@contoso.example");
    let mut strangers = 0;
    for request in &script.asked {
        if let Request::Http(request) = request {
            let host = request.url.host_str().unwrap();
            if !host.ends_with("contoso.example") {
                strangers += 1;
                assert!(!format!("{request:?}").contains("private"), "{request:?}");
                assert_eq!(request.url.query(), None);
            }
        }
    }
    assert_eq!(strangers, 5, "two of the hoster, three of the database");
}

#[test]
fn the_database_may_be_elsewhere_over_https_alone() {
    for (base, url) in [
        ("https://ispdb.corp.example/v1.1", "GET https://ispdb.corp.example/v1.1/contoso.example"),
        ("https://ispdb.corp.example/v1.1/", "GET https://ispdb.corp.example/v1.1/contoso.example"),
        ("https://ispdb.corp.example:8443", "GET https://ispdb.corp.example:8443/contoso.example"),
    ] {
        // Whoever runs the program chose it: the own network is fine.
        let mut script = Script::only(&["ispdb"], "ispdb.corp.example = 10.0.0.7");
        script.options.ispdb = Ispdb::At(base.to_owned());
        script.run("alice@contoso.example");
        assert_eq!(script.asked[1].to_string(), url);
        script.options.public_only = true;
        let report = script.run("alice@contoso.example");
        assert_eq!(codes(&report, "ispdb"), ["address-forbidden"]);
    }
    for (base, code) in [
        ("http://ispdb.corp.example", "redirect-bad-scheme"),
        ("ftp://ispdb.corp.example", "redirect-bad-scheme"),
        ("ispdb.corp.example", "redirect-bad-url"),
    ] {
        let mut script =
            Script::only(&["ispdb", "ispdb-mx"], "MX contoso.example = 10 a.b.example");
        script.options.ispdb = Ispdb::At(base.to_owned());
        let report = script.run("alice@contoso.example");
        for id in ["ispdb", "ispdb-mx"] {
            assert_eq!(codes(&report, id), [code], "{base}");
        }
        assert!(script.asked.is_empty(), "{base}");
    }
}

#[test]
fn a_redirect_of_the_database_keeps_to_https_and_out_of_private_networks() {
    let world = |to: &str| {
        format!(
            "ispdb:contoso.example = 302 {to}
             other.example = 10.0.0.1
             https://other.example/a = 200 autoconfig"
        )
    };
    let code = |to: &str| {
        let report = Script::only(&["ispdb"], &world(to)).run("alice@contoso.example");
        report.attempts.last().unwrap().reason.code().into_owned()
    };
    assert_eq!(code("http://other.example/a"), "redirect-https-to-http");
    assert_eq!(code("https://other.example/a"), "address-forbidden");
}

#[test]
fn a_folder_takes_the_place_of_the_database_and_asks_nobody() {
    let mut script = Script::only(
        &["ispdb", "ispdb-mx"],
        "/isp/contoso.example.xml = autoconfig
         MX other.example = 10 mx.hoster.example
         /isp/hoster.example.xml = autoconfig",
    );
    script.options.ispdb = Ispdb::Folder("/isp".into());
    let report = script.run("alice@contoso.example");
    let found = report.found.unwrap();
    assert_eq!(
        (found.url.as_str(), found.trust.to_string()),
        ("/isp/contoso.example.xml", "third-party".to_owned())
    );
    let asked: Vec<_> = script.asked.iter().map(ToString::to_string).collect();
    assert_eq!(asked, ["FILE /isp/contoso.example.xml"]);

    // What is found by the MX record proves nothing, whoever keeps the file.
    let report = script.run("alice@other.example");
    assert_eq!(codes(&report, "ispdb"), ["not-in-folder"]);
    let found = report.found.unwrap();
    assert_eq!(
        (found.mechanism.as_str(), found.trust.to_string()),
        ("ispdb-mx", "unauthenticated".to_owned())
    );
}

#[test]
fn without_third_parties_the_database_is_asked_for_nothing() {
    for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
        let mut script = Script::with(
            strategy,
            "contoso.example = 203.0.113.5
             MX contoso.example = 10 mx.hoster.example",
        );
        script.options.ispdb = Ispdb::Off;
        let report = script.run("alice@contoso.example");
        for id in ["ispdb", "ispdb-mx"] {
            assert_eq!(codes(&report, id), ["no-third-party"], "{strategy:?}");
        }
        let asked = script.asked.iter().any(|request| request.to_string().contains("thunderbird"));
        assert!(!asked, "{strategy:?}");

        script.options.only = vec!["ispdb-mx".parse().unwrap()];
        script.asked.clear();
        script.run("alice@contoso.example");
        assert!(script.asked.is_empty(), "{strategy:?}");
    }
}

#[test]
fn the_mx_step_asks_the_hoster_down_to_its_registrable_domain() {
    check(
        Script::only(
            &MX,
            "MX contoso.example = 20 mx.late.example, 10 mx.premium.europe.hoster.example
             autoconfig.premium.europe.hoster.example = 9.9.9.8
             https://autoconfig.premium.europe.hoster.example^ = 404
             autoconfig.hoster.example = 9.9.9.9
             https://autoconfig.hoster.example^ = 404
             ispdb:hoster.example = 200 autoconfig",
        ),
        "
        DNS MX contoso.example -> answered
        DNS A/AAAA autoconfig.premium.europe.hoster.example -> answered
        GET https://autoconfig.premium.europe.hoster.example^ -> http-404
        DNS A/AAAA autoconfig.hoster.example -> answered
        GET https://autoconfig.hoster.example^ -> http-404
        DNS A/AAAA autoconfig.thunderbird.net -> answered
        GET ispdb:premium.europe.hoster.example -> http-404
        GET ispdb:hoster.example -> settings
        found ispdb-mx unauthenticated",
    );
}

#[test]
fn the_mx_step_never_passes_the_public_suffix_list_nor_comes_back_to_the_domain() {
    for mx in [
        "10 co.uk",
        "10 example",
        "10 mx.contoso.example",
        "10 contoso.example",
        "10 mx",
        "10 192.0.2.1",
    ] {
        let mut script = Script::only(&MX, &format!("MX contoso.example = {mx}"));
        let report = script.run("alice@contoso.example");
        let asked: Vec<_> = script.asked.iter().map(ToString::to_string).collect();
        assert_eq!(asked, ["DNS MX contoso.example"], "{mx}");
        for id in ["autoconfig-mx", "ispdb-mx"] {
            assert_eq!(codes(&report, id), ["no-hoster"], "{mx}");
        }
    }
    let mut script = Script::only(&MX, "MX contoso.example = 10 mx.hoster.co.uk");
    script.run("alice@contoso.example");
    let hosts: Vec<_> = script.asked.iter().map(ToString::to_string).collect();
    assert!(hosts.contains(&"DNS A/AAAA autoconfig.hoster.co.uk".to_owned()));
    assert!(!hosts.iter().any(|host| host.ends_with("autoconfig.co.uk")));
}

#[test]
fn a_null_mx_says_that_there_is_no_mail() {
    let report = Script::only(&MX, "MX contoso.example = 0 .").run("alice@contoso.example");
    for id in MX {
        assert_eq!(codes(&report, id), ["null-mx"]);
    }
}

#[test]
fn an_mx_question_without_answer_is_each_mechanisms_end() {
    for code in ["servfail", "dns-timeout", "nxdomain", "no-data", "dns-refused"] {
        let mut script = Script::only(&MX, &format!("MX contoso.example = {code}"));
        let report = script.run("alice@contoso.example");
        for id in MX {
            assert_eq!(codes(&report, id), [code]);
        }
        assert_eq!(script.asked.len(), 1, "it is asked once");
        let is_silent = matches!(code, "servfail" | "dns-timeout" | "dns-refused");
        let end = if is_silent { "failed" } else { "not-found" };
        assert_eq!(report.conclusion.as_str(), end, "{code}");
    }
}

#[test]
fn what_the_hoster_says_is_proved_by_nothing() {
    let mut script = Script::only(
        &MX,
        "MX contoso.example = 10 mx.hoster.example
         autoconfig.hoster.example = 9.9.9.9
         https://autoconfig.hoster.example^ = 302 /contoso
         https://autoconfig.hoster.example/contoso = 200 autoconfig",
    );
    let found = script.run("alice@contoso.example").found.unwrap();
    assert_eq!(found.mechanism.as_str(), "autoconfig-mx");
    assert_eq!(found.trust.to_string(), "unauthenticated");
    assert_eq!(found.trust.proved(found.is_provable).to_string(), "unauthenticated");
}

#[test]
fn a_document_for_the_hosters_domain_is_meant_for_its_customers_too() {
    for (id, line) in [
        ("autoconfig-mx", "https://autoconfig.hoster.example^ = 200 autoconfig-of hoster.example"),
        ("ispdb-mx", "ispdb:hoster.example = 200 autoconfig-of hoster.example"),
    ] {
        let world = format!(
            "MX contoso.example = 10 mx.hoster.example
             autoconfig.hoster.example = 9.9.9.9
             {line}"
        );
        let report = Script::only(&[id], &world).run("alice@contoso.example");
        assert!(report.found.is_some() && report.notices.is_empty(), "{id} {:?}", report.notices);
    }
    let mut script =
        Script::only(&["ispdb"], "ispdb:contoso.example = 200 autoconfig-of hoster.example");
    let report = script.run("alice@contoso.example");
    assert_eq!(report.notices[0].code, "other-domain");
}

#[test]
fn a_hoster_whose_name_is_too_long_for_a_host_is_none() {
    let long = ["a", "b", "c"].map(|letter| letter.repeat(63)).join(".") + "." + &"d".repeat(48);
    let mx = format!("mx.{long}.example");
    assert!(mx.len() <= 253);
    let mut script = Script::only(&["autoconfig-mx"], &format!("MX contoso.example = 10 {mx}"));
    script.run("alice@contoso.example");
    for request in &script.asked {
        assert!(request.to_string().len() <= "DNS A/AAAA ".len() + 253, "{request}");
    }
}

#[test]
fn a_hoster_that_was_denied_is_not_asked_by_the_mx_record() {
    let report = Script::standard(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 302 https://autoconfig.hoster.example/a
         ask autoconfig.hoster.example = no
         MX contoso.example = 10 mx.hoster.example
         autoconfig.hoster.example = 9.9.9.9
         https://autoconfig.hoster.example^ = 200 autoconfig",
    )
    .run("alice@contoso.example");
    assert!(report.found.is_none());
    assert!(codes(&report, "autoconfig-mx").contains(&"consent-denied".to_owned()));
}

#[test]
fn a_domain_of_the_table_is_answered_without_any_network() {
    for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
        let mut script = Script::with(strategy, "table contoso.example = big");
        script.options.only = vec!["provider".parse().unwrap()];
        let report = script.run("alice@contoso.example");
        assert!(script.asked.is_empty());
        let notices: Vec<_> = report.notices.iter().map(|notice| notice.code).collect();
        assert_eq!(notices, ["row", "offline"]);
        let found = report.found.unwrap();
        assert_eq!(found.trust.to_string(), "third-party");
        assert_eq!(found.url, "the table of known providers, big");
        assert_eq!(found.settings.incoming[0].protocol, Protocol::Pop3);
        script.options.prefer = Some(Protocol::Imap);
        let found = script.run("alice@contoso.example").found.unwrap();
        assert_eq!(found.settings.incoming[0].protocol, Protocol::Imap);
    }
}

#[test]
fn the_table_answers_where_no_dns_does_and_where_it_denies_the_domain() {
    for (line, after) in [("dns-timeout", 15), ("nxdomain", 1)] {
        for strategy in [Strategy::Hedged, Strategy::Eager] {
            let mut world = String::from("table contoso.example = big\n");
            for name in ["", "autodiscover.", "autoconfig.", "_autodiscover._tcp."] {
                writeln!(world, "{name}contoso.example = {line}").unwrap();
            }
            let report = Script::with(strategy, &world).run("alice@contoso.example");
            assert_eq!(report.found.unwrap().mechanism.as_str(), "provider");
            assert!(report.elapsed.as_secs() <= after, "{line} {:?}", report.elapsed);
        }
    }
}

#[test]
fn a_row_without_servers_and_a_missing_row_are_told_apart() {
    let mut script = Script::only(&["provider"], "table contoso.example = useless");
    assert_eq!(codes(&script.run("alice@contoso.example"), "provider"), ["nothing-usable"]);
    let mut script = Script::only(&["provider"], "");
    assert_eq!(codes(&script.run("alice@contoso.example"), "provider"), ["not-in-table"]);
    script.options.known = None;
    assert_eq!(codes(&script.run("alice@contoso.example"), "provider"), ["not-in-table"]);
}

#[test]
fn who_receives_the_mail_is_looked_for_in_the_table_and_proves_nothing() {
    check(
        Script::only(
            &["provider-mx"],
            "MX contoso.example = 10 mx1.hoster.example, 20 mx.filter.example, 10 mx2.hoster.example
             filter mx.filter.example = Filter
             table-mx mx2.hoster.example = hoster",
        ),
        "
        DNS MX contoso.example -> answered
        TABLE mx2.hoster.example -> settings
        found provider-mx unauthenticated",
    );
    let report = Script::only(&["provider-mx"], "MX contoso.example = 10 mx.nobody.example")
        .run("alice@contoso.example");
    assert_eq!(codes(&report, "provider-mx"), ["answered", "not-in-table"]);
}

#[test]
fn a_mail_filter_is_named_and_is_no_provider() {
    let report = Script::only(
        &MX,
        "MX contoso.example = 10 mx.filter.example
         filter mx.filter.example = Filter & Sons",
    )
    .run("alice@contoso.example");
    let filter = report.attempts.iter().find(|attempt| attempt.reason.code() == "mail-filter");
    assert!(filter.unwrap().reason.to_string().contains("(Filter & Sons)"));
    assert_eq!(filter.unwrap().mechanism.as_str(), "autoconfig-mx");
}

#[test]
fn the_table_without_an_mx_question_is_no_reason_for_one() {
    let mut script = Script::only(&["provider-mx"], "MX contoso.example = 10 mx.hoster.example");
    script.options.known = None;
    for strategy in [Strategy::Sequential, Strategy::Eager] {
        script.options.strategy = strategy;
        let report = script.run("alice@contoso.example");
        assert_eq!(codes(&report, "provider-mx"), ["not-in-table"]);
        assert!(script.asked.is_empty());
    }
}
