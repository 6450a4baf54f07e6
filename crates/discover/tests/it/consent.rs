//! Who is asked before another site is trusted, how often, and what a no means.

use crate::script::{Script, check};

const HOSTER: &str = "
    contoso.example = 203.0.113.5
    https://contoso.example~ = 302 https://hoster.example~
    hoster.example = 9.9.9.9
    https://hoster.example~ = 200 settings
    autodiscover.contoso.example = 203.0.113.6
    https://autodiscover.contoso.example~ = 302 https://hoster.example/other
    https://hoster.example/other = 404
    http://autodiscover.contoso.example~ = 404
";

#[test]
fn another_site_is_asked_about_and_used_on_yes() {
    check(
        Script::new(&format!("{HOSTER} ask hoster.example = yes")),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> redirect
        ASK configure alice@contoso.example from hoster.example? -> answered
        DNS A/AAAA hoster.example -> answered
        POST https://hoster.example~ -> settings
        found autodiscover-https-root consented",
    );
}

#[test]
fn a_no_never_stops_the_search_and_a_site_is_asked_about_once() {
    for (answer, code) in [("no", "consent-denied"), ("nobody", "consent-unavailable")] {
        check(
            Script::new(&format!("{HOSTER} ask hoster.example = {answer}")),
            &format!(
                "
                DNS A/AAAA contoso.example -> answered
                POST https://contoso.example~ -> redirect
                ASK configure alice@contoso.example from hoster.example? -> {code}
                DNS A/AAAA autodiscover.contoso.example -> answered
                POST https://autodiscover.contoso.example~ -> {code}
                GET http://autodiscover.contoso.example~ -> http-404
                DNS SRV _autodiscover._tcp.contoso.example -> nxdomain
                needs-consent"
            ),
        );
    }
}

#[test]
fn a_site_that_was_not_allowed_is_never_contacted() {
    let mut script = Script::new(HOSTER);
    let report = script.run("alice@contoso.example");
    assert!(script.asked.iter().all(|request| {
        let text = request.to_string();
        text.starts_with("ASK") || !text.contains("hoster.example")
    }));
    let needed: Vec<_> = report.consent_needed.iter().map(|q| q.site.as_str()).collect();
    assert_eq!(needed, ["hoster.example"]);
}

#[test]
fn a_listed_site_is_not_asked_about_and_still_counts_as_consented() {
    for pattern in ["hoster.example", "any"] {
        check(
            Script::new(HOSTER).allow(pattern),
            "
            DNS A/AAAA contoso.example -> answered
            POST https://contoso.example~ -> redirect
            DNS A/AAAA hoster.example -> answered
            POST https://hoster.example~ -> settings
            found autodiscover-https-root consented",
        );
    }
}

#[test]
fn an_srv_target_outside_the_domain_is_asked_about() {
    let world = "
        contoso.example = no-data
        _autodiscover._tcp.contoso.example = SRV 0 0 443 ad.hoster.example
        ad.hoster.example = 9.9.9.9
        https://ad.hoster.example~ = 200 settings";
    let end = |script: Script| {
        let transcript = script.transcript("alice@contoso.example");
        transcript.lines().last().unwrap().to_owned()
    };
    assert_eq!(end(Script::new(world)), "needs-consent");
    let yes = format!("{world}\n ask ad.hoster.example = yes");
    assert_eq!(end(Script::new(&yes)), "found srv-redirect consented");
}

#[test]
fn an_address_in_another_domain_is_asked_about_by_its_domain() {
    let world = "
        contoso.example = 203.0.113.5
        https://contoso.example~ = 200 redirect-addr alice@tenant.hoster.example
        tenant.hoster.example = 9.9.9.9
        https://tenant.hoster.example~ = 200 settings";
    check(
        Script::new(&format!("{world}\n ask tenant.hoster.example = yes")),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> redirect
        ASK configure alice@contoso.example from tenant.hoster.example? -> answered
        DNS A/AAAA tenant.hoster.example -> answered
        POST https://tenant.hoster.example~ -> settings
        found autodiscover-https-root consented",
    );
    let report = Script::new(world).run("alice@contoso.example");
    assert_eq!(report.conclusion.as_str(), "needs-consent");
}

#[test]
fn settings_found_later_make_a_refused_site_no_outcome() {
    let report = Script::new(&HOSTER.replace("302 https://hoster.example/other", "200 settings"))
        .run("alice@contoso.example");
    assert_eq!(report.conclusion.as_str(), "found");
    assert_eq!(report.consent_needed.len(), 1);
}

#[test]
fn a_yes_holds_for_the_rest_of_the_search() {
    check(
        Script::new(
            &format!("{HOSTER} ask hoster.example = yes")
                .replace("https://hoster.example~ = 200 settings", "https://hoster.example~ = 404")
                .replace(
                    "https://hoster.example/other = 404",
                    "https://hoster.example/other = 200 settings",
                ),
        ),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> redirect
        ASK configure alice@contoso.example from hoster.example? -> answered
        DNS A/AAAA hoster.example -> answered
        POST https://hoster.example~ -> http-404
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> redirect
        POST https://hoster.example/other -> settings
        found autodiscover-https-host consented",
    );
}

#[test]
fn a_site_that_was_denied_is_not_reached_by_a_way_that_asks_nothing() {
    // From an allowed site of the same hoster.
    let mut script = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 302 https://b.hoster.example~
         ask b.hoster.example = no
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = 302 https://a.hoster.example~
         ask a.hoster.example = yes
         a.hoster.example = 9.9.9.9
         https://a.hoster.example~ = 302 https://b.hoster.example~
         b.hoster.example = 9.9.9.8
         https://b.hoster.example~ = 200 settings",
    );
    assert!(script.run("alice@contoso.example").found.is_none());
    assert!(
        !script.asked.iter().any(|request| request.to_string().ends_with("A b.hoster.example"))
    );

    // By an SRV record inside the domain.
    let report = Script::new(
        "contoso.example = no-data
         autodiscover.contoso.example = 203.0.113.6
         http://autodiscover.contoso.example~ = 302 https://mail.contoso.example~
         ask mail.contoso.example = no
         _autodiscover._tcp.contoso.example = SRV 0 0 443 mail.contoso.example
         mail.contoso.example = 203.0.113.7
         https://mail.contoso.example~ = 200 settings",
    )
    .run("alice@contoso.example");
    assert!(report.found.is_none());

    // As a host of an address that was allowed.
    let mut script = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 302 https://autodiscover.hoster.example~
         ask autodiscover.hoster.example = no
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = 200 redirect-addr alice@hoster.example
         ask hoster.example = yes
         hoster.example = no-data
         autodiscover.hoster.example = 9.9.9.9
         https://autodiscover.hoster.example~ = 200 settings",
    );
    assert!(script.run("alice@contoso.example").found.is_none());
    let is_asked = |host: &str| script.asked.iter().any(|r| r.to_string().contains(host));
    assert!(!is_asked("POST https://autodiscover.hoster.example"));
}

#[test]
fn a_no_to_plain_http_leaves_the_domains_own_https_host_alone() {
    for answer in ["no", "nobody"] {
        let report = Script::new(&format!(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 200 redirect-url http://autodiscover.contoso.example~
             ask autodiscover.contoso.example = {answer}
             autodiscover.contoso.example = 203.0.113.6
             https://autodiscover.contoso.example~ = 200 settings"
        ))
        .run("alice@contoso.example");
        assert_eq!(report.found.unwrap().trust.to_string(), "authenticated", "{answer}");
    }
}

#[test]
fn an_address_in_a_local_file_is_asked_about_also_inside_the_domain() {
    let mut script = Script::new(
        "contoso.example = no-data
         /a.xml = redirect-addr alice@sub.contoso.example",
    );
    script.options.local_xml.insert("contoso.example".parse().unwrap(), "/a.xml".into());
    assert_eq!(script.run("alice@contoso.example").conclusion.as_str(), "needs-consent");
}

#[test]
fn a_dns_answer_with_many_targets_is_at_most_ten_questions() {
    let targets: Vec<String> =
        (0..300).map(|n| format!("{n} 0 443 t{n}.hoster{n}.example")).collect();
    let mut script = Script::new(&format!(
        "contoso.example = no-data
         _autodiscover._tcp.contoso.example = SRV {}",
        targets.join(",")
    ));
    let report = script.run("alice@contoso.example");
    assert_eq!(report.consent_needed.len(), 10);
}
