//! Which question is asked when, and what is taken as an answer.

use mailscout_discover::{
    Ending,
    mechanism::{Mechanism, Order},
};
use mailscout_schema::settings::Protocol;

use crate::script::{Script, check, check_address};

const NOTHING: &str = "
    contoso.example = 203.0.113.5
    https://contoso.example~ = 404
    autodiscover.contoso.example = 203.0.113.6
    https://autodiscover.contoso.example~ = 404
    http://autodiscover.contoso.example~ = 404
    _autodiscover._tcp.contoso.example = nxdomain
";

#[test]
fn everything_is_asked_in_the_order_of_outlook_when_nothing_is_published() {
    let mut script = Script::new(NOTHING);
    script.options.order = Order::Outlook;
    check(
        script,
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> http-404
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> http-404
        GET http://autodiscover.contoso.example~ -> http-404
        DNS SRV _autodiscover._tcp.contoso.example -> nxdomain
        not-found",
    );
}

#[test]
fn nothing_is_asked_after_a_success() {
    check(
        Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 200 settings",
        ),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> settings
        found autodiscover-https-root authenticated",
    );
}

#[test]
fn what_was_not_asked_is_in_the_report_with_its_reason() {
    let mut script = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 200 settings",
    );
    let report = script.run("alice@contoso.example");
    let skipped: Vec<_> = report
        .attempts
        .iter()
        .filter(|attempt| attempt.reason.ending() == Ending::Skipped)
        .map(|attempt| (attempt.mechanism.as_str(), attempt.reason.to_string()))
        .collect();
    let because = || "settings were found".to_owned();
    assert_eq!(
        skipped,
        [
            ("autodiscover-https-host", because()),
            ("local-xml", because()),
            ("http-redirect", because()),
            ("srv-redirect", because()),
        ]
    );
}

#[test]
fn a_405_with_a_document_is_an_answer_and_other_failures_with_one_are_not() {
    for (answer, end) in [
        ("405 settings", "settings"),
        ("405 html", "http-405"),
        ("405", "http-405"),
        ("400 settings", "http-400"),
        ("403 settings", "http-403"),
        ("404 settings", "http-404"),
        ("500 settings", "http-500"),
        ("200 html", "web-page"),
        ("200 empty", "empty-body"),
        ("200 useless-settings", "nothing-usable"),
        ("200 news", "nothing-usable"),
        ("200 gzip settings", "compressed"),
        ("200 error 600", "autodiscover-error-600"),
        ("401 NTLM Basic", "login-needed"),
        ("302", "redirect-without-location"),
        ("300 https://contoso.example/a", "http-300"),
        ("304 https://contoso.example/a", "http-304"),
        ("304", "http-304"),
        ("certificate-self-signed", "certificate-self-signed"),
    ] {
        let mut script = Script::new(&format!(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = {answer}
             autodiscover.contoso.example = 203.0.113.6
             https://autodiscover.contoso.example~ = 200 settings"
        ));
        let report = script.run("alice@contoso.example");
        assert_eq!(report.attempts[1].reason.code(), end, "{answer}");
        let mechanism = report.found.unwrap().mechanism;
        let is_root = mechanism == Mechanism::AutodiscoverHttpsRoot;
        assert_eq!(is_root, end == "settings", "{answer}: the search goes on");
    }
}

#[test]
fn settings_over_plain_http_are_never_taken() {
    for answer in ["200 settings", "405 settings", "200 redirect-addr bob@contoso.example"] {
        let mut script =
            Script::new(&format!("{NOTHING} http://autodiscover.contoso.example~ = {answer}"));
        let report = script.run("alice@contoso.example");
        assert!(report.found.is_none(), "{answer}");
        let last = report.attempts.iter().find(|attempt| attempt.question.starts_with("GET"));
        assert_eq!(last.unwrap().reason.ending(), Ending::Refused, "{answer}");
    }
}

#[test]
fn a_domain_that_does_not_exist_is_asked_for_nothing_more() {
    check(
        Script::new(""),
        "
        DNS A/AAAA contoso.example -> nxdomain
        not-found",
    );
    let mut script = Script::new("/a.xml = settings");
    let domain = "contoso.example".parse().unwrap();
    script.options.local_xml.insert(domain, "/a.xml".into());
    check(
        script,
        "
        DNS A/AAAA contoso.example -> nxdomain
        FILE /a.xml -> settings
        found local-xml local",
    );
    let mut script = Script::new("_autodiscover._tcp.contoso.example = no-data");
    script.options.only = vec![Mechanism::AutodiscoverHttpsRoot, Mechanism::SrvRedirect];
    check(
        script,
        "
        DNS A/AAAA contoso.example -> nxdomain
        DNS SRV _autodiscover._tcp.contoso.example -> no-data
        not-found",
    );
}

#[test]
fn a_missing_domain_of_another_address_is_noticed_also_when_it_is_known() {
    check(
        Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 302 https://new.contoso.example/a
             autodiscover.contoso.example = 203.0.113.6
             https://autodiscover.contoso.example~ = 200 redirect-addr alice@new.contoso.example",
        ),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> redirect
        DNS A/AAAA new.contoso.example -> nxdomain
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> redirect
        not-found",
    );
}

#[test]
fn a_url_that_was_only_refused_is_still_asked_by_the_domains_own_mechanism() {
    let report = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 302 https://autodiscover.contoso.example~
         autodiscover.contoso.example = 127.0.0.1
         https://autodiscover.contoso.example~ = 200 settings",
    )
    .run("alice@contoso.example");
    assert_eq!(report.attempts[2].reason.code(), "address-forbidden");
    assert_eq!(report.found.unwrap().mechanism, Mechanism::AutodiscoverHttpsHost);
}

#[test]
fn a_url_that_was_asked_by_a_redirect_is_not_asked_again() {
    let mut script = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 302 https://autodiscover.contoso.example~
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = 404",
    );
    let report = script.run("alice@contoso.example");
    let codes: Vec<_> = report.attempts.iter().map(|attempt| attempt.reason.code()).collect();
    assert!(codes.contains(&"asked-before".into()), "{codes:?}");
    let posts = script.asked.iter().filter(|request| request.to_string().starts_with("POST"));
    assert_eq!(posts.count(), 2);
}

#[test]
fn a_missing_domain_is_noticed_whatever_mechanisms_are_skipped() {
    let mut script = Script::new("");
    script.options.skip = vec![Mechanism::AutodiscoverHttpsRoot];
    check(
        script,
        "
        DNS A/AAAA contoso.example -> nxdomain
        not-found",
    );
    let mut script = Script::new(
        "contoso.example = no-data
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = 200 settings",
    );
    script.options.skip = vec![Mechanism::AutodiscoverHttpsRoot];
    check(
        script,
        "
        DNS A/AAAA contoso.example -> no-data
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> settings
        found autodiscover-https-host authenticated",
    );
}

#[test]
fn a_redirect_to_a_name_that_does_not_exist_says_nothing_of_the_domain() {
    check(
        Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 200 redirect-addr alice@sub.contoso.example
             sub.contoso.example = no-data
             _autodiscover._tcp.sub.contoso.example = SRV 0 0 443 gone.contoso.example",
        ),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> redirect
        DNS A/AAAA sub.contoso.example -> no-data
        DNS A/AAAA autodiscover.sub.contoso.example -> nxdomain
        GET http://autodiscover.sub.contoso.example~ -> no-address
        DNS SRV _autodiscover._tcp.sub.contoso.example -> redirect
        DNS A/AAAA gone.contoso.example -> nxdomain
        not-found",
    );
}

#[test]
fn addresses_of_a_hand_laid_way_are_exempt_from_the_policy() {
    let report = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 302 https://mail.contoso.example/a
         mail.contoso.example = routed 127.0.0.1
         https://mail.contoso.example/a = 200 settings",
    )
    .run("alice@contoso.example");
    assert!(report.found.is_some());
}

#[test]
fn a_server_of_first_choice_without_encryption_is_not_trusted() {
    let report = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 200 plain-settings",
    )
    .run("alice@contoso.example");
    assert_eq!(report.found.unwrap().trust.to_string(), "unauthenticated");
}

#[test]
fn a_failing_dns_is_no_missing_domain() {
    check(
        Script::new(
            "contoso.example = servfail
             autodiscover.contoso.example = 203.0.113.6
             https://autodiscover.contoso.example~ = 200 settings",
        ),
        "
        DNS A/AAAA contoso.example -> servfail
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> settings
        found autodiscover-https-host authenticated",
    );
}

#[test]
fn a_host_is_looked_up_once() {
    let mut script = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 302 https://autodiscover.contoso.example/a
         autodiscover.contoso.example = dns-timeout after 5s
         _autodiscover._tcp.contoso.example = SRV 0 0 443 autodiscover.contoso.example",
    );
    let report = script.run("alice@contoso.example");
    let lookups = script.asked.iter().filter(|r| r.to_string().starts_with("DNS A/AAAA")).count();
    assert_eq!(lookups, 2);
    let known = report.attempts.iter().filter(|attempt| {
        attempt.reason.to_string().starts_with("not asked, the host could not be looked up")
    });
    assert_eq!(known.count(), 3, "the two mechanisms of the host, and the SRV target");
}

#[test]
fn a_parent_domain_is_never_asked() {
    let mut script = Script::new("a.b.co.uk = no-data");
    script.run("user@a.b.co.uk");
    for request in &script.asked {
        let text = request.to_string();
        assert!(text.contains("a.b.co.uk"), "{text}");
    }
    assert_eq!(script.asked.len(), 3);
}

#[test]
fn a_local_file_is_used_only_after_both_https_urls() {
    let world = format!("{NOTHING}\n /a.xml = settings");
    let mut script = Script::new(&world);
    let domain = "contoso.example".parse().unwrap();
    script.options.local_xml.insert(domain, "/a.xml".into());
    check(
        script,
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> http-404
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> http-404
        FILE /a.xml -> settings
        found local-xml local",
    );
}

#[test]
fn a_local_file_comes_first_where_that_is_preferred() {
    let mut script = Script::new(&format!("{NOTHING}\n /a.xml = settings"));
    script.options.local_xml.insert("contoso.example".parse().unwrap(), "/a.xml".into());
    script.options.prefer_local_xml = true;
    check(script, "FILE /a.xml -> settings\nfound local-xml local");
    let mut script =
        Script::new("https://contoso.example~ = 200 settings\n contoso.example = 203.0.113.5");
    script.options.local_xml.insert("contoso.example".parse().unwrap(), "/a.xml".into());
    script.options.prefer_local_xml = true;
    let found = script.run("alice@contoso.example").found.unwrap();
    assert_eq!(found.mechanism.as_str(), "autodiscover-https-root", "a missing file stops nothing");
}

#[test]
fn a_missing_or_broken_local_file_is_reported_and_the_search_goes_on() {
    for (line, code) in [("", "file-unreadable"), ("/a.xml = html", "web-page")] {
        let mut script = Script::new(&format!("{NOTHING}\n{line}"));
        let domain = "contoso.example".parse().unwrap();
        script.options.local_xml.insert(domain, "/a.xml".into());
        let report = script.run("alice@contoso.example");
        let file = report.attempts.iter().position(|attempt| attempt.question.starts_with("FILE"));
        assert_eq!(report.attempts[file.unwrap()].reason.code(), code);
        assert!(report.attempts[file.unwrap() + 1].question.starts_with("GET"));
    }
}

#[test]
fn only_and_skip_choose_among_the_mechanisms() {
    let mut script = Script::new(NOTHING);
    script.options.only = vec![Mechanism::SrvRedirect, Mechanism::HttpRedirect];
    script.options.skip = vec![Mechanism::HttpRedirect];
    check(
        script,
        "
        DNS SRV _autodiscover._tcp.contoso.example -> nxdomain
        not-found",
    );
}

#[test]
fn the_order_outlook_logs_in_with_the_local_part() {
    for (order, name) in [(Order::Outlook, "alice"), (Order::Standard, "alice@contoso.example")] {
        let mut script = Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 200 settings",
        );
        script.options.order = order;
        let found = script.run("alice@contoso.example").found.unwrap();
        assert_eq!(found.settings.incoming[0].username, name);
    }
}

#[test]
fn the_preferred_protocol_comes_first() {
    let mut script =
        Script::new("contoso.example = 203.0.113.5\n https://contoso.example~ = 200 settings");
    script.options.prefer = Some(Protocol::Pop3);
    let found = script.run("alice@contoso.example").found.unwrap();
    assert_eq!(found.settings.incoming[0].protocol, Protocol::Imap);
}

#[test]
fn conclusions_tell_no_from_silence() {
    let end = |world: &str| Script::new(world).run("alice@contoso.example").conclusion.as_str();
    assert_eq!(end(NOTHING), "not-found");
    let silent = "
        contoso.example = 203.0.113.5
        https://contoso.example~ = timeout after 10s
        autodiscover.contoso.example = dns-timeout after 5s
        _autodiscover._tcp.contoso.example = servfail";
    assert_eq!(end(silent), "failed");
    let mut nobody = Script::new("");
    nobody.options.only = vec![Mechanism::LocalXml];
    assert_eq!(nobody.run("alice@contoso.example").conclusion.as_str(), "not-found");
    let login = "contoso.example = 203.0.113.5\n https://contoso.example~ = 401 NTLM";
    assert_eq!(end(login), "needs-login");
    let consent =
        "contoso.example = 203.0.113.5\n https://contoso.example~ = 302 https://hoster.example~";
    assert_eq!(end(consent), "needs-consent");
}

#[test]
fn an_idn_domain_is_asked_for_by_its_a_label() {
    check_address(
        Script::new(
            "xn--bcher-kva.example = 203.0.113.5
             https://xn--bcher-kva.example~ = 200 settings",
        ),
        "jörg@Bücher.example.",
        "
        DNS A/AAAA xn--bcher-kva.example -> answered
        POST https://xn--bcher-kva.example~ -> settings
        found autodiscover-https-root authenticated",
    );
}
