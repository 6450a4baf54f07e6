//! Redirects of every kind: where they lead, how many, and where they must not lead.

use std::fmt::Write as _;

use mailscout_discover::Request;
use mailscout_net::http::Method;

use crate::script::{Script, check, check_address};

#[test]
fn a_redirect_inside_the_domain_is_followed_as_a_post_with_its_body() {
    for status in [301, 302, 303, 307, 308] {
        let mut script = Script::new(&format!(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = {status} https://mail.contoso.example/a
             mail.contoso.example = 203.0.113.7
             https://mail.contoso.example/a = {status} /b
             https://mail.contoso.example/b = 200 settings"
        ));
        let report = script.run("alice@contoso.example");
        let found = report.found.unwrap();
        assert_eq!(found.url, "https://mail.contoso.example/b");
        assert_eq!(found.trust.to_string(), "authenticated");
        assert_eq!(found.hops.len(), 2);
        let requests = script.asked.iter().filter_map(|request| match request {
            Request::Http(request) => Some(request),
            _ => None,
        });
        let bodies: Vec<_> = requests
            .map(|request| {
                assert_eq!(request.method, Method::Post);
                &request.body
            })
            .collect();
        assert_eq!(bodies.len(), 3);
        assert!(!bodies[0].is_empty());
        assert!(bodies.iter().all(|body| *body == bodies[0]));
    }
}

#[test]
fn the_redirect_of_the_plain_http_host_is_followed_to_https() {
    let end = "found http-redirect verified";
    for answer in [
        "302 https://autodiscover.contoso.example/x/autodiscover.xml",
        "200 redirect-url https://autodiscover.contoso.example/x/autodiscover.xml",
    ] {
        let script = Script::new(&format!(
            "contoso.example = no-data
             autodiscover.contoso.example = 203.0.113.6
             https://autodiscover.contoso.example~ = 404
             http://autodiscover.contoso.example~ = {answer}
             https://autodiscover.contoso.example/x/autodiscover.xml = 200 settings"
        ));
        let transcript = script.transcript("alice@contoso.example");
        assert!(transcript.ends_with(end), "{transcript}");
    }
}

#[test]
fn a_redirect_to_a_plain_home_page_is_no_question_either() {
    let transcript = Script::new(
        "contoso.example = no-data
         autodiscover.contoso.example = 203.0.113.6
         http://autodiscover.contoso.example~ = 301 http://www.contoso.example/",
    )
    .transcript("alice@contoso.example");
    assert!(
        transcript.contains("redirect-other-path") && transcript.ends_with("not-found"),
        "{transcript}"
    );
}

#[test]
fn another_user_of_the_same_domain_is_asked_for_at_the_same_urls() {
    let report = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 404
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = 200 redirect-addr bob@contoso.example",
    )
    .run("alice@contoso.example");
    let roots = report.attempts.iter().filter(|attempt| {
        attempt.question == "POST https://contoso.example/autodiscover/autodiscover.xml"
    });
    assert_eq!(roots.filter(|attempt| attempt.status == Some(404)).count(), 2);
}

#[test]
fn a_redirect_to_the_home_page_is_no_question_to_the_user() {
    check(
        Script::new(
            "contoso.example = no-data
             autodiscover.contoso.example = 203.0.113.6
             http://autodiscover.contoso.example~ = 302 https://parking.example/",
        ),
        "
        DNS A/AAAA contoso.example -> no-data
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> closed
        GET http://autodiscover.contoso.example~ -> redirect-other-path
        DNS SRV _autodiscover._tcp.contoso.example -> nxdomain
        not-found",
    );
}

#[test]
fn an_http_url_of_a_document_is_asked_by_get_without_the_address() {
    let mut script = Script::new(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 200 redirect-url http://contoso.example/plain
         ask contoso.example = yes
         http://contoso.example/plain = 302 https://contoso.example/autodiscover.xml
         https://contoso.example/autodiscover.xml = 200 settings",
    );
    let report = script.run("alice@contoso.example");
    assert_eq!(report.found.unwrap().trust.to_string(), "consented");
    let plain = script.asked.iter().find_map(|request| match request {
        Request::Http(request) if request.url.scheme() == "http" => Some(request),
        _ => None,
    });
    let plain = plain.unwrap();
    assert_eq!(plain.method, Method::Get);
    assert!(plain.body.is_empty());
    assert!(!format!("{plain:?}").contains("alice"));
}

#[test]
fn an_http_redirect_from_https_to_http_is_refused() {
    check(
        Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 302 http://contoso.example~",
        )
        .allow("any"),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> redirect-https-to-http
        DNS A/AAAA autodiscover.contoso.example -> nxdomain
        GET http://autodiscover.contoso.example~ -> no-address
        DNS SRV _autodiscover._tcp.contoso.example -> nxdomain
        not-found",
    );
}

#[test]
fn srv_targets_are_tried_in_order() {
    check(
        Script::new(
            "contoso.example = no-data
             _autodiscover._tcp.contoso.example = SRV 20 0 8443 b.contoso.example,10 0 443 a.contoso.example
             a.contoso.example = 203.0.113.8
             https://a.contoso.example~ = connection-refused
             b.contoso.example = 203.0.113.9
             https://b.contoso.example:8443~ = 405 settings",
        ),
        "
        DNS A/AAAA contoso.example -> no-data
        DNS A/AAAA autodiscover.contoso.example -> nxdomain
        GET http://autodiscover.contoso.example~ -> no-address
        DNS SRV _autodiscover._tcp.contoso.example -> redirect
        DNS A/AAAA a.contoso.example -> answered
        POST https://a.contoso.example~ -> connection-refused
        DNS A/AAAA b.contoso.example -> answered
        POST https://b.contoso.example:8443~ -> settings
        found srv-redirect verified",
    );
}

#[test]
fn a_dead_srv_target_is_no_part_of_the_way() {
    let report = Script::new(
        "contoso.example = no-data
         _autodiscover._tcp.contoso.example = SRV 1 0 443 hoster.example,2 0 443 b.contoso.example
         ask hoster.example = yes
         hoster.example = 9.9.9.9
         https://hoster.example~ = 404
         b.contoso.example = 203.0.113.9
         https://b.contoso.example~ = 200 settings",
    )
    .run("alice@contoso.example");
    let found = report.found.unwrap();
    let way: Vec<_> = found.hops.iter().map(|hop| hop.to.as_str()).collect();
    assert_eq!(way, ["https://b.contoso.example/autodiscover/autodiscover.xml"]);
    assert_eq!(found.trust.to_string(), "verified");
}

#[test]
fn srv_targets_that_are_no_hosts_are_named_and_passed_over() {
    check(
        Script::new(
            "contoso.example = no-data
             _autodiscover._tcp.contoso.example = SRV 1 0 443 192.0.2.1,2 0 443 host,3 0 0 a.contoso.example,4 0 443 localhost.localdomain.localhost",
        ),
        "
        DNS A/AAAA contoso.example -> no-data
        DNS A/AAAA autodiscover.contoso.example -> nxdomain
        GET http://autodiscover.contoso.example~ -> no-address
        DNS SRV _autodiscover._tcp.contoso.example -> redirect
        SRV target 192.0.2.1:443 -> srv-bad-target
        SRV target host:443 -> srv-bad-target
        SRV target a.contoso.example:0 -> srv-bad-target
        SRV target localhost.localdomain.localhost:443 -> redirect-local-name
        not-found",
    );
    check(
        Script::new(
            "contoso.example = no-data
             _autodiscover._tcp.contoso.example = SRV 0 0 0 ",
        ),
        "
        DNS A/AAAA contoso.example -> no-data
        DNS A/AAAA autodiscover.contoso.example -> nxdomain
        GET http://autodiscover.contoso.example~ -> no-address
        DNS SRV _autodiscover._tcp.contoso.example -> srv-not-offered
        not-found",
    );
}

#[test]
fn redirect_addr_starts_over_with_the_new_domain() {
    check(
        Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 200 redirect-addr alice@mail.contoso.example
             mail.contoso.example = 203.0.113.7
             https://mail.contoso.example~ = 404
             autodiscover.mail.contoso.example = 203.0.113.8
             https://autodiscover.mail.contoso.example~ = 200 settings",
        ),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> redirect
        DNS A/AAAA mail.contoso.example -> answered
        POST https://mail.contoso.example~ -> http-404
        DNS A/AAAA autodiscover.mail.contoso.example -> answered
        POST https://autodiscover.mail.contoso.example~ -> settings
        found autodiscover-https-host authenticated",
    );
}

#[test]
fn loops_of_urls_and_of_addresses_end_at_the_first_repetition() {
    check(
        Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 302 /a
             https://contoso.example/a = 302 https://CONTOSO.example:443~#x",
        ),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> redirect
        POST https://contoso.example/a -> redirect-loop
        DNS A/AAAA autodiscover.contoso.example -> nxdomain
        GET http://autodiscover.contoso.example~ -> no-address
        DNS SRV _autodiscover._tcp.contoso.example -> nxdomain
        not-found",
    );
    check(
        Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 200 redirect-addr bob@contoso.example
             autodiscover.contoso.example = 203.0.113.6
             https://autodiscover.contoso.example~ = 200 redirect-addr ALICE@Contoso.Example",
        ),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> redirect
        POST https://contoso.example~ -> redirect-loop
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> redirect-loop
        GET http://autodiscover.contoso.example~ -> closed
        DNS SRV _autodiscover._tcp.contoso.example -> nxdomain
        not-found",
    );
}

/// A world with `count` redirects of mixed kinds and settings at their end.
fn mixed(count: usize) -> String {
    let mut world = String::from(
        "contoso.example = 203.0.113.5
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = 404
         http://autodiscover.contoso.example~ = 302 http://autodiscover.contoso.example/1
         ask autodiscover.contoso.example = yes
         https://contoso.example~ = 404
         https://autodiscover.contoso.example/2/autodiscover.xml = 200 redirect-addr a@sub.contoso.example
         sub.contoso.example = no-data
         _autodiscover._tcp.sub.contoso.example = SRV 0 0 443 t.contoso.example
         t.contoso.example = 203.0.113.7
         http://autodiscover.contoso.example/1 = 200 redirect-url https://autodiscover.contoso.example/2/autodiscover.xml
         https://t.contoso.example~ = 302 /5\n",
    );
    for step in 5..=count {
        let (url, next) = (format!("https://t.contoso.example/{step}"), step + 1);
        let answer = match step {
            _ if step == count => "200 settings".to_owned(),
            _ if step % 2 == 0 => format!("302 /{next}"),
            _ => format!("200 redirect-url https://t.contoso.example/{next}"),
        };
        writeln!(world, "{url} = {answer}").unwrap();
    }
    world
}

#[test]
fn ten_redirects_of_mixed_kinds_succeed_and_the_eleventh_fails() {
    let report = Script::new(&mixed(10)).run("alice@contoso.example");
    let found = report.found.unwrap();
    assert_eq!(found.url, "https://t.contoso.example/10");
    assert_eq!(found.trust.to_string(), "consented");
    let kinds: Vec<_> = found.hops.iter().map(|hop| hop.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "http",
            "redirect-url",
            "redirect-addr",
            "srv",
            "http",
            "redirect-url",
            "http",
            "redirect-url",
            "http",
            "redirect-url"
        ]
    );

    let report = Script::new(&mixed(11)).run("alice@contoso.example");
    assert!(report.found.is_none());
    let asked: Vec<_> = report.attempts.iter().filter(|a| !a.question.is_empty()).collect();
    assert_eq!(asked.last().unwrap().question, "POST https://t.contoso.example/10");
    assert_eq!(asked.last().unwrap().reason.code(), "too-many-redirects");
}

#[test]
fn the_redirects_of_a_failed_mechanism_stay_spent() {
    let mut world = String::from(
        "contoso.example = 203.0.113.5\n autodiscover.contoso.example = 203.0.113.6\n",
    );
    writeln!(world, "https://contoso.example~ = 302 /1").unwrap();
    for step in 1..10 {
        writeln!(world, "https://contoso.example/{step} = 302 /{}", step + 1).unwrap();
    }
    writeln!(world, "https://contoso.example/10 = 404").unwrap();
    let direct = format!("{world} https://autodiscover.contoso.example~ = 200 settings");
    assert!(Script::new(&direct).run("alice@contoso.example").found.is_some());
    let further = format!(
        "{world} https://autodiscover.contoso.example~ = 302 /x\n https://autodiscover.contoso.example/x = 200 settings"
    );
    let report = Script::new(&further).run("alice@contoso.example");
    assert!(report.found.is_none());
    let skipped: Vec<_> = report.attempts.iter().map(|attempt| attempt.reason.code()).collect();
    assert_eq!(skipped.iter().filter(|code| *code == "redirects-used-up").count(), 3);
}

#[test]
fn a_redirect_never_reaches_a_private_or_local_address() {
    for (address, is_allowed) in
        [("127.0.0.1", false), ("169.254.169.254", false), ("::1", false), ("10.0.0.5", true)]
    {
        let mut script = Script::new(&format!(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 302 https://in.contoso.example/a
             in.contoso.example = {address}
             https://in.contoso.example/a = 200 settings"
        ));
        let report = script.run("alice@contoso.example");
        assert_eq!(report.found.is_some(), is_allowed, "inside the domain: {address}");
    }
    for (address, is_allowed) in [("10.0.0.5", false), ("203.0.113.9", false), ("9.9.9.9", true)] {
        let mut script = Script::new(&format!(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 302 https://hoster.example/a
             hoster.example = {address}
             https://hoster.example/a = 200 settings"
        ))
        .allow("hoster.example");
        let report = script.run("alice@contoso.example");
        assert_eq!(report.found.is_some(), is_allowed, "outside the domain: {address}");
        let forbidden = report.attempts.iter().any(|a| a.reason.code() == "address-forbidden");
        assert_eq!(forbidden, !is_allowed);
    }
}

#[test]
fn public_only_keeps_even_the_domain_itself_from_private_addresses() {
    let mut script = Script::new(
        "contoso.example = 10.0.0.5, 9.9.9.9
         https://contoso.example~ = 404
         autodiscover.contoso.example = 10.0.0.6
         https://autodiscover.contoso.example~ = 200 settings",
    );
    script.options.public_only = true;
    let report = script.run("alice@contoso.example");
    assert!(report.found.is_none());
    let pinned: Vec<_> = script
        .asked
        .iter()
        .filter_map(|request| match request {
            Request::Http(request) => Some(request.addresses.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(pinned, [["9.9.9.9".parse::<core::net::IpAddr>().unwrap()]]);
}

#[test]
fn a_redirect_to_an_address_that_cannot_be_asked_for_is_refused() {
    for to in [
        "nobody",
        "a@localhost",
        "a@192.0.2.1",
        "a@co.uk",
        "a@b@contoso.example",
        "a@x.localhost",
        "a@autodiscover.co.uk",
    ] {
        let script = Script::new(&format!(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 200 redirect-addr {to}"
        ));
        let transcript = script.transcript("alice@contoso.example");
        assert!(transcript.contains("https://contoso.example~ -> redirect-"), "{to}: {transcript}");
        assert!(transcript.ends_with("not-found"), "{to}: {transcript}");
    }
}

#[test]
fn a_redirect_document_in_a_local_file_is_asked_about() {
    let mut script = Script::new(
        "contoso.example = no-data
         /a.xml = redirect-url https://mail.contoso.example~
         ask mail.contoso.example = yes
         mail.contoso.example = 203.0.113.7
         https://mail.contoso.example~ = 200 settings",
    );
    script.options.local_xml.insert("contoso.example".parse().unwrap(), "/a.xml".into());
    check_address(
        script,
        "alice@contoso.example",
        "
        DNS A/AAAA contoso.example -> no-data
        DNS A/AAAA autodiscover.contoso.example -> nxdomain
        FILE /a.xml -> redirect
        ASK configure alice@contoso.example from mail.contoso.example? -> answered
        DNS A/AAAA mail.contoso.example -> answered
        POST https://mail.contoso.example~ -> settings
        found local-xml consented",
    );
}

#[test]
fn an_srv_answer_is_one_redirect_however_many_of_its_targets_are_dead() {
    let targets: Vec<String> =
        (1..=9).map(|n| format!("{n} 0 443 dead{n}.contoso.example")).collect();
    let report = Script::new(&format!(
        "contoso.example = no-data
         _autodiscover._tcp.contoso.example = SRV {},10 0 443 a.contoso.example
         a.contoso.example = 203.0.113.9
         https://a.contoso.example~ = 302 /x
         https://a.contoso.example/x = 200 settings",
        targets.join(",")
    ))
    .run("alice@contoso.example");
    assert_eq!(report.found.unwrap().url, "https://a.contoso.example/x");
}

#[test]
fn a_url_that_led_nowhere_is_not_asked_again_by_another_mechanism() {
    check(
        Script::new(
            "contoso.example = no-data
             autodiscover.contoso.example = 203.0.113.6
             https://autodiscover.contoso.example~ = 404
             http://autodiscover.contoso.example~ = 302 https://autodiscover.contoso.example~
             _autodiscover._tcp.contoso.example = SRV 0 0 443 autodiscover.contoso.example",
        ),
        "
        DNS A/AAAA contoso.example -> no-data
        DNS A/AAAA autodiscover.contoso.example -> answered
        POST https://autodiscover.contoso.example~ -> http-404
        GET http://autodiscover.contoso.example~ -> redirect-loop
        DNS SRV _autodiscover._tcp.contoso.example -> redirect
        SRV target autodiscover.contoso.example:443 -> redirect-loop
        not-found",
    );
}

#[test]
fn another_address_never_leads_to_a_private_one() {
    for (domain, address, is_allowed) in [
        ("evil.example", "10.0.0.5", false),
        ("evil.example", "127.0.0.1", false),
        ("evil.example", "9.9.9.9", true),
        ("sub.contoso.example", "10.0.0.5", true),
        ("sub.contoso.example", "169.254.169.254", false),
    ] {
        let mut script = Script::new(&format!(
            "contoso.example = 10.0.0.1
             https://contoso.example~ = 200 redirect-addr alice@{domain}
             {domain} = {address}
             https://{domain}~ = 200 settings
             autodiscover.{domain} = {address}
             https://autodiscover.{domain}~ = 200 settings"
        ))
        .allow("any");
        let report = script.run("alice@contoso.example");
        assert_eq!(report.found.is_some(), is_allowed, "{domain} {address}");
    }
}
