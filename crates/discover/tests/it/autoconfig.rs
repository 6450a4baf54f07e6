//! Autoconfig at the domain's own places: which URLs, what they are told, where they may lead.

use std::fmt::Write as _;

use mailscout_discover::{Ending, HopKind, Request, Strategy};
use mailscout_net::http::Method;
use mailscout_schema::settings::{Protocol, Security, Server};

use crate::script::{Script, check};

const HOST: &str = "autoconfig-https-host";
const WELL_KNOWN: &str = "autoconfig-well-known";

const WORLD: &str = "
    contoso.example = 203.0.113.5
    autoconfig.contoso.example = 203.0.113.8
";

/// A search at the autoconfig host, which answers this.
fn host(answer: &str) -> Script {
    Script::only(&[HOST], &format!("{WORLD} https://autoconfig.contoso.example^?me = {answer}"))
}

#[test]
fn both_https_places_are_asked_by_get_and_only_the_host_is_told_the_address() {
    let mut script = Script::only(&[HOST, WELL_KNOWN], WORLD);
    script.run("alice@contoso.example");
    let asked: Vec<_> = script
        .asked
        .iter()
        .filter_map(|request| match request {
            Request::Http(request) => Some(request),
            _ => None,
        })
        .map(|request| {
            assert_eq!(request.method, Method::Get);
            assert!(request.body.is_empty());
            assert_eq!(request.limits.max_body, 512 * 1024);
            assert!(!request.headers.iter().any(|(name, _)| *name == "content-type"));
            request.url.as_str()
        })
        .collect();
    assert_eq!(
        asked,
        [
            "https://autoconfig.contoso.example/mail/config-v1.1.xml?emailaddress=alice%40contoso.example",
            "https://contoso.example/.well-known/autoconfig/mail/config-v1.1.xml",
        ]
    );
}

#[test]
fn the_address_is_escaped_whatever_stands_in_it() {
    for (address, query) in [
        ("a+b@contoso.example", "a%2Bb%40contoso.example"),
        ("a&b=c@contoso.example", "a%26b%3Dc%40contoso.example"),
        ("100%@contoso.example", "100%25%40contoso.example"),
        ("a%20b@contoso.example", "a%2520b%40contoso.example"),
        ("a#b?c/d@contoso.example", "a%23b%3Fc%2Fd%40contoso.example"),
        ("\"a b\"@contoso.example", "%22a%20b%22%40contoso.example"),
        ("jörg@contoso.example", "j%C3%B6rg%40contoso.example"),
        ("\"@\"@Contoso.Example.", "%22%40%22%40contoso.example"),
    ] {
        let mut script = Script::only(&[HOST], WORLD);
        script.run(address);
        let Some(Request::Http(request)) = script.asked.last() else { panic!("no request") };
        assert_eq!(request.url.query(), Some(&*format!("emailaddress={query}")), "{address}");
        assert_eq!(request.url.fragment(), None);
    }
}

#[test]
fn a_document_over_https_is_authenticated() {
    check(
        host("200 autoconfig"),
        "
        DNS A/AAAA autoconfig.contoso.example -> answered
        GET https://autoconfig.contoso.example^?me -> settings
        found autoconfig-https-host authenticated",
    );
    check(
        Script::only(
            &[WELL_KNOWN],
            &format!("{WORLD} https://contoso.example/.well-known/autoconfig^ = 200 autoconfig"),
        ),
        "
        DNS A/AAAA contoso.example -> answered
        GET https://contoso.example/.well-known/autoconfig^ -> settings
        found autoconfig-well-known authenticated",
    );
}

#[test]
fn the_settings_are_those_of_the_document() {
    let mut script = host("200 autoconfig pop3 imap/starttls smtp/starttls");
    let found = script.run("alice@contoso.example").found.unwrap();
    let server = |server: &Server| {
        (server.protocol, server.host.clone(), server.port.unwrap(), server.security)
    };
    let incoming: Vec<_> = found.settings.incoming.iter().map(server).collect();
    assert_eq!(
        incoming,
        [
            (Protocol::Pop3, "pop3.contoso.example".to_owned(), 995, Security::Tls),
            (Protocol::Imap, "imap.contoso.example".to_owned(), 143, Security::StartTls),
        ]
    );
    assert_eq!(found.settings.outgoing[0].username, "alice@contoso.example");
    assert!(found.hops.is_empty());

    script.options.prefer = Some(Protocol::Imap);
    let found = script.run("alice@contoso.example").found.unwrap();
    assert_eq!(found.settings.incoming[0].protocol, Protocol::Imap);
}

#[test]
fn a_server_of_first_choice_without_encryption_is_not_trusted_here_either() {
    for servers in ["imap/plain smtp", "imap smtp/plain"] {
        let found = host(&format!("200 autoconfig {servers}")).run("alice@contoso.example").found;
        assert_eq!(found.unwrap().trust.to_string(), "unauthenticated", "{servers}");
    }
    let found = host("200 autoconfig imap imap/plain smtp").run("alice@contoso.example").found;
    assert_eq!(found.unwrap().trust.to_string(), "authenticated");
}

#[test]
fn what_is_no_document_with_mail_servers_is_refused_by_its_name() {
    for (answer, code) in [
        ("200 html", "web-page"),
        ("200 garbage", "document-encoding"),
        ("200 json", "not-xml"),
        ("200 truncated", "not-xml"),
        ("200 empty", "empty-body"),
        ("200 huge", "document-over-limit"),
        ("200 settings", "other-xml"),
        ("200 autoconfig-empty", "nothing-usable"),
        ("200 gzip autoconfig", "compressed"),
        ("body-too-large", "body-too-large"),
        ("204", "http-204"),
        ("206 autoconfig", "http-206"),
        ("302", "redirect-without-location"),
        ("304", "http-304"),
        ("300 https://contoso.example/a", "http-300"),
        ("403 autoconfig", "http-403"),
        ("404 autoconfig", "http-404"),
        ("405 autoconfig", "http-405"),
        ("500 autoconfig", "http-500"),
    ] {
        let report = host(answer).run("alice@contoso.example");
        assert_eq!(report.attempts[1].reason.code(), code, "{answer}");
        assert_eq!(report.conclusion.as_str(), "not-found", "{answer}");
    }
}

#[test]
fn a_host_that_was_looked_up_in_vain_is_said_so_by_whoever_needs_it() {
    for (answer, ending) in [("servfail", Ending::Failed), ("nxdomain", Ending::Refused)] {
        for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
            let world = format!("autoconfig.contoso.example = {answer}");
            let mut script = Script::only(&[HOST, "autoconfig-http"], &world);
            script.options.strategy = strategy;
            let report = script.run("alice@contoso.example");
            let ends: Vec<_> =
                report.attempts.iter().map(|a| (a.reason.code(), a.reason.ending())).collect();
            let expected = [(answer.into(), ending), ("no-address".into(), Ending::Skipped)];
            assert_eq!(ends, expected, "{strategy:?}");
            assert_eq!(script.asked.len(), 1);
        }
    }
}

#[test]
fn a_login_page_is_no_login() {
    let report = host("401 Basic").run("alice@contoso.example");
    assert_eq!(report.attempts[1].reason.code(), "http-401");
    assert_eq!(report.conclusion.as_str(), "not-found");
}

#[test]
fn a_redirect_over_https_keeps_the_authority_of_the_domain() {
    for status in [301, 302, 303, 307, 308] {
        let mut script = Script::only(
            &[HOST],
            &format!(
                "{WORLD}
                 https://autoconfig.contoso.example^?me = {status} https://hoster.example/contoso
                 hoster.example = 9.9.9.9
                 https://hoster.example/contoso = {status} /contoso/config.xml
                 https://hoster.example/contoso/config.xml = 200 autoconfig"
            ),
        );
        let found = script.run("alice@contoso.example").found.unwrap();
        assert_eq!(found.url, "https://hoster.example/contoso/config.xml");
        assert_eq!(found.trust.to_string(), "authenticated");
        let way: Vec<_> = found.hops.iter().map(|hop| (hop.kind, hop.is_authenticated)).collect();
        assert_eq!(way, [(HopKind::Http, true), (HopKind::Http, true)]);
    }
}

#[test]
fn a_redirect_leads_only_to_https_at_a_name_that_one_owner_answers_for() {
    for (to, code) in [
        ("http://autoconfig.contoso.example/a", "redirect-https-to-http"),
        ("ftp://contoso.example/a", "redirect-bad-scheme"),
        ("file:///etc/passwd", "redirect-bad-scheme"),
        ("https://", "redirect-bad-url"),
        ("https://a:b@contoso.example/", "redirect-user-info"),
        ("https://127.0.0.1/", "redirect-ip-literal"),
        ("https://[::1]/", "redirect-ip-literal"),
        ("https://localhost/", "redirect-local-name"),
        ("https://intranet/", "redirect-local-name"),
        ("https://co.uk/", "redirect-public-suffix"),
        ("https://autoconfig.co.uk/", "redirect-public-suffix"),
        ("https://contoso.example:0/", "redirect-bad-url"),
    ] {
        let mut script = host(&format!("302 {to}")).allow("any");
        let report = script.run("alice@contoso.example");
        assert_eq!(report.attempts[1].reason.code(), code, "{to}");
        assert_eq!(script.asked.len(), 2, "{to}");
    }
}

#[test]
fn a_redirect_never_leads_into_a_private_network() {
    for (name, address, is_allowed) in [
        ("hoster.example", "10.0.0.5", false),
        ("hoster.example", "127.0.0.1", false),
        ("hoster.example", "9.9.9.9", true),
        ("in.contoso.example", "10.0.0.5", true),
        ("in.contoso.example", "169.254.169.254", false),
    ] {
        let mut script = Script::only(
            &[HOST],
            &format!(
                "{WORLD}
                 https://autoconfig.contoso.example^?me = 302 https://{name}/a
                 {name} = {address}
                 https://{name}/a = 200 autoconfig"
            ),
        );
        let report = script.run("alice@contoso.example");
        assert_eq!(report.found.is_some(), is_allowed, "{name} {address}");
        let code = if is_allowed { "settings" } else { "address-forbidden" };
        assert_eq!(report.attempts.last().unwrap().reason.code(), code);
    }
}

#[test]
fn the_domains_own_places_may_be_in_the_own_network_unless_it_is_forbidden() {
    let world = "autoconfig.contoso.example = 10.0.0.5
                 https://autoconfig.contoso.example^?me = 200 autoconfig";
    let mut script = Script::only(&[HOST], world);
    assert!(script.run("alice@contoso.example").found.is_some());
    script.options.public_only = true;
    let report = script.run("alice@contoso.example");
    assert_eq!(report.attempts[0].reason.code(), "address-forbidden");
}

/// A world whose autoconfig host redirects this often, then has a document.
fn redirects(count: usize) -> String {
    let mut world = format!("{WORLD} https://autoconfig.contoso.example^?me = 302 /1\n");
    for step in 1..count {
        let next = step + 1;
        writeln!(world, "https://autoconfig.contoso.example/{step} = 302 /{next}").unwrap();
    }
    writeln!(world, "https://autoconfig.contoso.example/{count} = 200 autoconfig").unwrap();
    world
}

#[test]
fn five_redirects_are_followed_and_the_sixth_ends_this_place_alone() {
    let report = Script::only(&[HOST], &redirects(5)).run("alice@contoso.example");
    assert_eq!(report.found.unwrap().hops.len(), 5);

    let world = format!(
        "{} https://contoso.example/.well-known/autoconfig^ = 200 autoconfig",
        redirects(6)
    );
    let report = Script::only(&[HOST, WELL_KNOWN], &world).run("alice@contoso.example");
    let codes: Vec<_> = report.attempts.iter().map(|attempt| attempt.reason.code()).collect();
    assert!(codes.contains(&"too-many-redirects".into()), "{codes:?}");
    assert_eq!(report.found.unwrap().mechanism.as_str(), WELL_KNOWN);
}

#[test]
fn redirects_are_not_charged_to_autodiscover_nor_its_to_them() {
    // Nine redirects of Autodiscover's, five of Autoconfig's, and Autodiscover's tenth.
    let mut world = redirects(5).replace("200 autoconfig", "404");
    writeln!(world, "https://contoso.example~ = 302 /1").unwrap();
    for step in 1..9 {
        writeln!(world, "https://contoso.example/{step} = 302 /{}", step + 1).unwrap();
    }
    world += "https://contoso.example/9 = 404
              _autodiscover._tcp.contoso.example = SRV 0 0 443 a.contoso.example
              a.contoso.example = 203.0.113.9
              https://a.contoso.example~ = 200 settings";
    let report = Script::standard(&world).run("alice@contoso.example");
    assert_eq!(report.found.unwrap().mechanism.as_str(), "srv-redirect");
}

#[test]
fn autodiscovers_redirect_too_many_ends_autodiscover_alone() {
    for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
        let mut world = format!(
            "{WORLD}
             autodiscover.contoso.example = 203.0.113.6
             https://autodiscover.contoso.example~ = 200 settings
             https://contoso.example/.well-known/autoconfig^ = 200 autoconfig
             https://contoso.example~ = 302 /1\n"
        );
        for step in 1..=11 {
            writeln!(world, "https://contoso.example/{step} = 302 /{}", step + 1).unwrap();
        }
        let report = Script::with(strategy, &world).patient().run("alice@contoso.example");
        let found = report.found.unwrap();
        assert_eq!(found.mechanism.as_str(), WELL_KNOWN, "{strategy:?}");
        if strategy == Strategy::Sequential {
            let spent = report.attempts.iter().filter(|a| a.reason.code() == "redirects-used-up");
            let ids: Vec<_> = spent.map(|attempt| attempt.mechanism.as_str()).collect();
            assert_eq!(
                ids,
                ["autodiscover-https-host", "local-xml", "http-redirect", "srv-redirect"]
            );
        }
    }
}

#[test]
fn autodiscovers_redirects_together_end_autodiscover_alone() {
    let mut world = format!(
        "{WORLD}
         autodiscover.contoso.example = 203.0.113.6
         https://autoconfig.contoso.example^?me = 200 autoconfig
         https://contoso.example~ = 302 /1
         https://autodiscover.contoso.example~ = 302 /1\n"
    );
    for step in 1..=6 {
        let next = format!("302 /{}", step + 1);
        writeln!(world, "https://contoso.example/{step} = {next}").unwrap();
        writeln!(world, "https://autodiscover.contoso.example/{step} = {next}").unwrap();
    }
    for end in ["404", "200 settings"] {
        let world = format!(
            "{world}
             https://contoso.example/7 = 404
             https://autodiscover.contoso.example/7 = {end}"
        );
        for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
            let report = Script::with(strategy, &world).patient().run("alice@contoso.example");
            assert_eq!(report.found.unwrap().mechanism.as_str(), HOST, "{strategy:?}");
        }
    }
}

#[test]
fn a_url_that_autodiscover_tried_in_vain_is_still_a_question_to_the_user() {
    let world = "contoso.example = no-data
                 autoconfig.contoso.example = 203.0.113.8
                 a.contoso.example = 203.0.113.9
                 _autodiscover._tcp.contoso.example = SRV 0 0 443 a.contoso.example
                 https://a.contoso.example~ = 404
                 http://autoconfig.contoso.example^ = 302 https://a.contoso.example~";
    let mut script = Script::standard(world);
    assert_eq!(script.run("alice@contoso.example").conclusion.as_str(), "needs-consent");
}

#[test]
fn a_loop_ends_before_anything_is_asked_twice() {
    let world = format!(
        "{WORLD}
         https://contoso.example/.well-known/autoconfig^ = 302 /b
         https://contoso.example/b = 302 https://CONTOSO.example:443/.well-known/autoconfig^#x"
    );
    check(
        Script::only(&[WELL_KNOWN], &world),
        "
        DNS A/AAAA contoso.example -> answered
        GET https://contoso.example/.well-known/autoconfig^ -> redirect
        GET https://contoso.example/b -> redirect-loop
        not-found",
    );
}

#[test]
fn what_autodiscover_posted_to_in_vain_may_still_be_asked_by_get() {
    let world = format!(
        "{WORLD}
         https://contoso.example~ = 404
         https://autoconfig.contoso.example^?me = 302 https://contoso.example~"
    );
    let mut script = Script::standard(&world);
    script.run("alice@contoso.example");
    let asked = |text: &str| script.asked.iter().any(|request| request.to_string() == text);
    assert!(asked("GET https://contoso.example/autodiscover/autodiscover.xml"));
}

#[test]
fn a_site_that_was_denied_is_not_reached_by_autoconfig_either() {
    for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
        let world = format!(
            "{WORLD}
             https://contoso.example~ = 302 https://hoster.example~ after 300ms
             ask hoster.example = no
             hoster.example = 9.9.9.9
             https://autoconfig.contoso.example^?me = 302 https://hoster.example/a
             https://hoster.example/a = 200 autoconfig"
        );
        let report = Script::with(strategy, &world).patient().run("alice@contoso.example");
        assert!(report.found.is_none(), "{strategy:?}");
        assert_eq!(report.conclusion.as_str(), "needs-consent");
        assert_eq!(report.consent_needed.len(), 1);
    }
}
