//! The rules about the target of a redirect, one by one.

use std::collections::{BTreeMap, BTreeSet};

use mailscout_schema::address::EmailAddress;

use super::*;
use crate::{consent::ConsentBook, options::Options};

/// Judges a redirect for an address, in a search that began at contoso.example.
fn judge_for(
    address: &str,
    to: &str,
    kind: HopKind,
    from: Referrer<'_>,
    options: &Options,
) -> Result<Allowed, Reason> {
    let address: EmailAddress = address.parse().unwrap();
    let context = Context {
        options,
        address: &address,
        home: &"contoso.example".parse().unwrap(),
        redirects_above: 0,
        consents: &ConsentBook::default(),
        looked_up: &BTreeMap::new(),
        dead: &BTreeSet::new(),
        silent: &BTreeSet::new(),
        connect: core::time::Duration::ZERO,
        exchange_server: None,
        has_seen_ntlm: false,
        log_ins: 0,
        tried: &[],
    };
    judge(to, kind, from, context)
}

fn target(url: &str) -> Target {
    Target { url: url.parse().unwrap(), policy: AddressPolicy::Any, method: Method::Post }
}

/// Judges a redirect from a URL for an address in contoso.example.
fn judged(from: &str, kind: HopKind, to: &str) -> String {
    let source = target(from);
    match judge_for(ALICE, to, kind, Referrer::Target(&source), &Options::default()) {
        Ok(allowed) => format!(
            "{} {} {:?}{}",
            allowed.target.method(),
            allowed.target.url,
            allowed.target.policy,
            if allowed.needs_consent { " asked" } else { "" }
        ),
        Err(reason) => reason.code().into_owned(),
    }
}

#[track_caller]
fn check(from: &str, kind: HopKind, to: &str, expected: &str) {
    assert_eq!(judged(from, kind, to), expected, "{from} -> {to}");
}

const ALICE: &str = "alice@contoso.example";
const ROOT: &str = "https://contoso.example/autodiscover/autodiscover.xml";
const PLAIN: &str = "http://autodiscover.contoso.example/autodiscover/autodiscover.xml";

#[test]
fn a_location_may_be_relative_and_stays_a_post() {
    check(ROOT, HopKind::Http, "/a?b#c", "POST https://contoso.example/a?b NotLocal");
    check(
        ROOT,
        HopKind::Http,
        "//mail.contoso.example/a",
        "POST https://mail.contoso.example/a NotLocal",
    );
    check(ROOT, HopKind::RedirectUrl, "/a", "redirect-bad-url");
}

#[test]
fn consent_is_asked_exactly_where_the_rules_say() {
    check(
        ROOT,
        HopKind::Http,
        "https://mail.contoso.example/a",
        "POST https://mail.contoso.example/a NotLocal",
    );
    check(
        ROOT,
        HopKind::Http,
        "https://hoster.example/a",
        "POST https://hoster.example/a Public asked",
    );
    check(
        ROOT,
        HopKind::RedirectUrl,
        "https://hoster.example/a",
        "POST https://hoster.example/a Public asked",
    );
    check(
        ROOT,
        HopKind::RedirectUrl,
        "http://mail.contoso.example/a",
        "GET http://mail.contoso.example/a NotLocal asked",
    );
    let same = "https://autodiscover.contoso.example/autodiscover/autodiscover.xml";
    check(PLAIN, HopKind::Http, same, &format!("POST {same} NotLocal"));
    let other = "https://mail.contoso.example/autodiscover/autodiscover.xml";
    check(PLAIN, HopKind::Http, other, &format!("POST {other} NotLocal asked"));
    check(
        "https://a.hoster.example/",
        HopKind::Http,
        "https://b.hoster.example/",
        "POST https://b.hoster.example/ Public",
    );
}

#[test]
fn srv_targets_are_asked_about_outside_the_domain_only_and_files_always() {
    let asked = |to: &str, from| {
        judge_for(ALICE, to, HopKind::Srv, from, &Options::default()).unwrap().needs_consent
    };
    assert!(!asked("https://mail.contoso.example/", Referrer::Srv));
    assert!(asked("https://mail.hoster.example/", Referrer::Srv));
    assert!(asked("https://mail.contoso.example/", Referrer::File));
}

#[test]
fn what_a_redirect_may_never_reach_is_refused() {
    for (to, code) in [
        ("file:///etc/passwd", "redirect-bad-scheme"),
        ("ftp://contoso.example/a", "redirect-bad-scheme"),
        ("data:text/xml,x", "redirect-bad-scheme"),
        ("https://192.0.2.1/a", "redirect-ip-literal"),
        ("https://0x7f000001/a", "redirect-ip-literal"),
        ("https://[::1]/a", "redirect-ip-literal"),
        ("https://localhost/a", "redirect-local-name"),
        ("https://x.localhost/a", "redirect-local-name"),
        ("https://intranet/a", "redirect-local-name"),
        ("https://u:p@contoso.example/a", "redirect-user-info"),
        ("https://u@contoso.example/a", "redirect-user-info"),
        ("https://:p@contoso.example/a", "redirect-user-info"),
        ("https://contoso.example:0/a", "redirect-bad-url"),
        ("https://co.uk/a", "redirect-public-suffix"),
        ("https://autodiscover.co.uk/a", "redirect-public-suffix"),
        ("https://a_b.contoso.example/a", "redirect-bad-host"),
        ("http://contoso.example/a", "redirect-https-to-http"),
        ("https://", "redirect-bad-url"),
    ] {
        check(ROOT, HopKind::Http, to, code);
    }
    check(PLAIN, HopKind::Http, "https://www.contoso.example/", "redirect-other-path");
    check(
        PLAIN,
        HopKind::RedirectUrl,
        "https://hoster.example/a",
        "POST https://hoster.example/a Public asked",
    );
}

#[test]
fn public_only_narrows_redirects_inside_the_domain_too() {
    let options = Options { public_only: true, ..Options::default() };
    let judged =
        judge_for(ALICE, "https://mail.contoso.example/", HopKind::Srv, Referrer::Srv, &options);
    assert_eq!(judged.unwrap().target.policy, AddressPolicy::Public);
}

#[test]
fn another_address_is_not_at_home_in_its_own_domain() {
    for (to, policy) in [
        ("https://mail.evil.example/", AddressPolicy::Public),
        ("https://mail.contoso.example/", AddressPolicy::NotLocal),
    ] {
        let options = Options::default();
        let judged = judge_for("alice@evil.example", to, HopKind::Srv, Referrer::Srv, &options);
        assert_eq!(judged.unwrap().target.policy, policy, "{to}");
    }
}

#[test]
fn a_final_dot_of_the_host_is_taken_off() {
    check(
        ROOT,
        HopKind::Http,
        "https://mail.contoso.example./a",
        "POST https://mail.contoso.example/a NotLocal",
    );
    check(ROOT, HopKind::Http, "https://contoso.example../a", "redirect-bad-host");
}

#[test]
fn plain_http_is_asked_about_even_at_the_same_host() {
    check(
        ROOT,
        HopKind::RedirectUrl,
        "http://contoso.example/a",
        "GET http://contoso.example/a NotLocal asked",
    );
    check(PLAIN, HopKind::Http, "/b", "GET http://autodiscover.contoso.example/b NotLocal asked");
}

#[test]
fn a_url_without_end_is_not_followed() {
    let long = format!("https://contoso.example/{}", "a".repeat(3000));
    check(ROOT, HopKind::Http, &long, "redirect-bad-url");
}
