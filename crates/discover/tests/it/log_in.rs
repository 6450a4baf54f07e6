//! Servers that ask for a login: who gets one, by which scheme, and how often.

use mailscout_discover::{Conclusion, LogIn, MAX_REFUSED_LOG_INS, Means, Request, SearchReport};

use crate::script::{Script, check};

fn script(means: Means, world: &str) -> Script {
    let mut script = Script::new(world);
    script.options.log_in = Some(LogIn::new(means));
    script
}

fn search(means: Means, world: &str) -> (SearchReport, Vec<String>) {
    let mut script = script(means, world);
    let report = script.run("alice@contoso.example");
    let log_ins = script.asked.iter().filter(|request| matches!(request, Request::LogIn(..)));
    (report, log_ins.map(ToString::to_string).map(|text| crate::world::shorten(&text)).collect())
}

const HOST: &str = "contoso.example = 203.0.113.5\n";

#[test]
fn the_first_request_has_no_log_in_and_the_strongest_scheme_answers() {
    check(
        script(
            Means::Password,
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 401 Negotiate NTLM Basic
             NTLM https://contoso.example~ = 200 settings",
        ),
        "
        DNS A/AAAA contoso.example -> answered
        POST https://contoso.example~ -> log-in-follows
        POST https://contoso.example~ with a login by NTLM -> settings
        found autodiscover-https-root authenticated",
    );
}

#[test]
fn each_offer_is_answered_by_the_strongest_scheme_that_there_is() {
    for (means, offered, scheme) in [
        (Means::Password, "NTLM Basic", "NTLM"),
        (Means::Password, "Basic negotiate", "Negotiate"),
        (Means::Password, "Basic", "Basic"),
        (Means::Token, "Basic NTLM Bearer", "Bearer"),
    ] {
        let (report, log_ins) = search(
            means,
            &format!(
                "{HOST}https://contoso.example~ = 401 {offered}
                 {scheme} https://contoso.example~ = 200 settings"
            ),
        );
        assert!(report.found.is_some(), "{offered}");
        assert_eq!(log_ins, [format!("POST https://contoso.example~ with a login by {scheme}")]);
    }
}

#[test]
fn a_token_is_never_given_to_a_server_that_offers_no_bearer() {
    let (report, log_ins) =
        search(Means::Token, &format!("{HOST}https://contoso.example~ = 401 NTLM Basic"));
    assert_eq!((report.conclusion, log_ins.len()), (Conclusion::NeedsLogin, 0));
}

#[test]
fn a_weaker_scheme_is_not_taken_because_a_stronger_one_was_refused() {
    let world = format!(
        "{HOST}https://contoso.example~ = 401 NTLM Basic
         NTLM https://contoso.example~ = 401 Basic
         Basic https://contoso.example~ = 200 settings"
    );
    let (report, log_ins) = search(Means::Password, &world);
    assert_eq!((report.conclusion, log_ins.len()), (Conclusion::NeedsLogin, 1));
    assert!(report.attempts.iter().any(|attempt| attempt.reason.code() == "log-in-too-weak"));
    let mut allowing = script(Means::Password, &world);
    allowing.options.log_in.as_mut().unwrap().allow_basic = true;
    assert!(allowing.run("alice@contoso.example").found.is_some());
}

#[test]
fn ntlm_is_not_tried_again_under_its_other_name() {
    let (_, log_ins) = search(
        Means::Password,
        &format!(
            "{HOST}https://contoso.example~ = 401 NTLM Negotiate
             NTLM https://contoso.example~ = 401 NTLM Negotiate"
        ),
    );
    assert_eq!(log_ins.len(), 1);
}

#[test]
fn a_redirect_to_another_site_gets_a_log_in_only_with_consent() {
    let world = format!(
        "{HOST}https://contoso.example~ = 302 https://mail.fabrikam.example~
         mail.fabrikam.example = 9.9.9.9
         https://mail.fabrikam.example~ = 401 NTLM
         NTLM https://mail.fabrikam.example~ = 200 settings"
    );
    let (report, log_ins) = search(Means::Password, &world);
    assert!(report.found.is_none() && log_ins.is_empty(), "{log_ins:?}");
    let mut allowing =
        script(Means::Password, &format!("{world}\nask mail.fabrikam.example = yes"));
    assert!(allowing.run("alice@contoso.example").found.is_some());
}

#[test]
fn a_site_that_was_approved_by_a_server_alone_gets_no_log_in() {
    // The file names another domain, whose host is at home there, not here.
    let mut script = script(
        Means::Password,
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 200 redirect-addr bob@sub.fabrikam.example
         ask sub.fabrikam.example = yes
         sub.fabrikam.example = 9.9.9.9
         autodiscover.sub.fabrikam.example = 9.9.9.9
         https://autodiscover.sub.fabrikam.example~ = 401 NTLM",
    );
    let report = script.run("alice@contoso.example");
    assert!(!script.asked.iter().any(|request| matches!(request, Request::LogIn(..))));
    assert!(report.attempts.iter().any(|attempt| attempt.reason.code() == "log-in-elsewhere"));
}

#[test]
fn plain_http_gets_no_log_in() {
    let (report, log_ins) = search(
        Means::Password,
        "contoso.example = 203.0.113.5
         autodiscover.contoso.example = 203.0.113.5
         http://autodiscover.contoso.example~ = 401 NTLM Basic",
    );
    assert_eq!((report.conclusion, log_ins.len()), (Conclusion::NeedsLogin, 0));
}

#[test]
fn a_password_is_refused_twice_in_a_search_and_no_more() {
    let lines = |host: &str| {
        format!(
            "{host} = 203.0.113.5
             https://{host}~ = 401 NTLM
             NTLM https://{host}~ = 401 NTLM\n"
        )
    };
    let world = lines("contoso.example")
        + &lines("autodiscover.contoso.example")
        + "_autodiscover._tcp.contoso.example = SRV 0 0 443 a.contoso.example\n"
        + &lines("a.contoso.example");
    for strategy in [
        mailscout_discover::Strategy::Sequential,
        mailscout_discover::Strategy::Hedged,
        mailscout_discover::Strategy::Eager,
    ] {
        let mut script = script(Means::Password, &world);
        script.options.strategy = strategy;
        let report = script.run("alice@contoso.example");
        assert_eq!(script.times("with a login").len(), MAX_REFUSED_LOG_INS, "{strategy:?}");
        assert_eq!(report.refused_log_ins, MAX_REFUSED_LOG_INS);
        assert_eq!(report.conclusion, Conclusion::NeedsLogin);
    }
}

#[test]
fn without_a_password_the_report_says_what_the_server_wants() {
    let mut script = Script::new(&format!("{HOST}https://contoso.example~ = 401 NTLM Basic"));
    let report = script.run("alice@contoso.example");
    assert_eq!(report.conclusion, Conclusion::NeedsLogin);
    let text = report.attempts[1].reason.to_string();
    assert_eq!(text, "this server wants a login (NTLM, Basic)");
}

#[test]
fn a_redirect_behind_a_log_in_is_followed_without_one() {
    let (report, log_ins) = search(
        Means::Password,
        &format!(
            "{HOST}https://contoso.example~ = 401 NTLM
             NTLM https://contoso.example~ = 302 https://b.contoso.example~
             b.contoso.example = 203.0.113.6
             https://b.contoso.example~ = 200 settings"
        ),
    );
    assert!(report.found.is_some());
    assert_eq!(log_ins.len(), 1);
}

#[test]
fn a_server_that_hangs_up_or_breaks_down_over_a_log_in_may_have_counted_it() {
    for answer in ["closed", "timeout", "503", "403"] {
        let lines = |host: &str| {
            format!(
                "{host} = 203.0.113.5
                 https://{host}~ = 401 Basic
                 Basic https://{host}~ = {answer}\n"
            )
        };
        let world = lines("contoso.example")
            + &lines("autodiscover.contoso.example")
            + "_autodiscover._tcp.contoso.example = SRV 0 0 443 a.contoso.example\n"
            + &lines("a.contoso.example");
        let (report, log_ins) = search(Means::Password, &world);
        assert_eq!(log_ins.len(), MAX_REFUSED_LOG_INS, "{answer}");
        assert_eq!(report.refused_log_ins, MAX_REFUSED_LOG_INS, "{answer}");
    }
}

#[test]
fn basic_is_not_given_to_another_server_after_one_has_offered_ntlm() {
    let (report, log_ins) = search(
        Means::Password,
        &format!(
            "{HOST}https://contoso.example~ = 401 NTLM
             NTLM https://contoso.example~ = 302 https://contoso.example/other.xml
             https://contoso.example/other.xml = 401 Basic
             Basic https://contoso.example/other.xml = 200 settings"
        ),
    );
    assert!(report.found.is_none());
    assert_eq!(log_ins.len(), 1);
}

#[test]
fn who_allows_every_redirect_has_approved_nobody_to_log_in_to() {
    let world = format!(
        "{HOST}https://contoso.example~ = 302 https://mail.fabrikam.example~
         mail.fabrikam.example = 9.9.9.9
         https://mail.fabrikam.example~ = 401 Basic"
    );
    let allowing = |site: &str| {
        let mut script = script(Means::Password, &world).allow(site);
        script.run("alice@contoso.example");
        script.times("with a login").len()
    };
    assert_eq!((allowing("any"), allowing("mail.fabrikam.example")), (0, 1));
}

#[test]
fn a_yes_to_another_address_is_no_yes_to_a_login_there() {
    let mut script = script(
        Means::Password,
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 200 redirect-addr bob@fabrikam.example
         ask fabrikam.example = yes
         fabrikam.example = 9.9.9.9
         https://fabrikam.example~ = 401 Basic",
    );
    script.run("alice@contoso.example");
    assert!(script.times("with a login").is_empty());
}

#[test]
fn a_log_in_that_is_given_up_may_have_been_counted() {
    let mut script = script(
        Means::Password,
        "contoso.example = 203.0.113.5
         autodiscover.contoso.example = 203.0.113.6
         https://contoso.example~ = 200 settings after 2s
         https://autodiscover.contoso.example~ = 401 NTLM
         NTLM https://autodiscover.contoso.example~ = timeout after 10s",
    );
    script.options.strategy = mailscout_discover::Strategy::Eager;
    let report = script.run("alice@contoso.example");
    assert!(report.found.is_some());
    assert_eq!(report.refused_log_ins, 1);
}
