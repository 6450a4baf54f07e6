//! Protocols that are wanted, and sources that are compared.

use mailscout_discover::{HIGHER_SOURCE_SILENT, JOINED, SearchReport, Strategy, TrustWord};
use mailscout_schema::settings::Protocol::{self, Imap, Pop3, Smtp};

use crate::script::Script;

fn want(protocols: &[Protocol], world: &str) -> SearchReport {
    searches(world, |script| script.options.want = protocols.to_vec())
}

/// A search by each strategy, of which all come to the same.
fn searches(world: &str, set: impl Fn(&mut Script)) -> SearchReport {
    let by = |strategy| {
        let mut script = Script::with(strategy, world).patient();
        set(&mut script);
        script.run("alice@contoso.example")
    };
    let report = by(Strategy::Sequential);
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        let other = by(strategy);
        assert_eq!(taken(&other), taken(&report), "{strategy:?}");
        assert_eq!(compared(&other), compared(&report), "{strategy:?}");
    }
    report
}

/// Autodiscover answers late and Autoconfig at once, each with these servers; Mozilla's database has
/// IMAP and SMTP. A search by each strategy in its own time, of which all come to the same.
fn late(want: &[Protocol], autodiscover: &str, autoconfig: &str) -> Vec<String> {
    let world = format!(
        "rtt = 40ms
         contoso.example = 203.0.113.5
         autoconfig.contoso.example = 203.0.113.6
         https://contoso.example~ = 200 settings {autodiscover} after 2500ms
         https://autoconfig.contoso.example^?me = 200 autoconfig {autoconfig}
         ispdb:contoso.example = 200 autoconfig imap smtp"
    );
    let by = |strategy| {
        let mut script = Script::with(strategy, &world);
        script.options.want = want.to_vec();
        taken(&script.run("alice@contoso.example"))
    };
    let taken = by(Strategy::Sequential);
    for strategy in [Strategy::Hedged, Strategy::Eager] {
        assert_eq!(by(strategy), taken, "{strategy:?}");
    }
    taken
}

#[test]
fn a_part_of_what_is_wanted_overtakes_nobody() {
    assert_eq!(
        late(&[Imap, Pop3, Smtp], "imap smtp", "pop3"),
        [
            "autodiscover-https-root authenticated imap smtp",
            "autoconfig-https-host authenticated pop3"
        ]
    );
}

#[test]
fn what_is_of_no_use_overtakes_nobody() {
    assert_eq!(
        late(&[Imap, Smtp], "imap smtp", "pop3"),
        ["autodiscover-https-root authenticated imap smtp"]
    );
}

#[test]
fn what_is_plain_for_a_wanted_protocol_overtakes_nobody() {
    assert_eq!(
        late(&[Imap, Pop3], "imap pop3", "imap pop3/plain"),
        ["autodiscover-https-root authenticated imap pop3"]
    );
}

#[test]
fn all_that_is_wanted_overtakes_who_is_late() {
    let world = "
        rtt = 40ms
        contoso.example = 203.0.113.5
        autoconfig.contoso.example = 203.0.113.6
        https://contoso.example~ = 200 settings imap pop3 after 2500ms
        https://autoconfig.contoso.example^?me = 200 autoconfig imap pop3";
    let mut script = Script::with(Strategy::Hedged, world);
    script.options.want = vec![Imap, Pop3];
    let report = script.run("alice@contoso.example");
    assert_eq!(taken(&report), ["autoconfig-https-host authenticated imap pop3"]);
    assert!(report.elapsed.as_millis() < 1000, "{:?}", report.elapsed);
}

#[test]
fn settings_are_unproved_where_the_first_server_of_a_wanted_protocol_is_plain() {
    let of = |want: &[Protocol], servers: &str| {
        let world = format!(
            "contoso.example = 203.0.113.5
             autoconfig.contoso.example = 203.0.113.5
             https://autoconfig.contoso.example^?me = 200 autoconfig {servers}"
        );
        let report = self::want(want, &world);
        report.found.unwrap().trust.word()
    };
    assert_eq!(of(&[Imap, Smtp], "imap pop3/plain smtp"), TrustWord::Authenticated);
    assert_eq!(of(&[Imap, Pop3, Smtp], "imap pop3/plain smtp"), TrustWord::Unauthenticated);
    assert_eq!(of(&[Imap, Pop3], "imap pop3 pop3/plain"), TrustWord::Authenticated);
    assert_eq!(of(&[Imap, Smtp], "imap smtp/plain"), TrustWord::Unauthenticated);
}

/// Each source that was taken, with its trust and the protocols of its servers.
fn taken(report: &SearchReport) -> Vec<String> {
    report.taken().map(line).collect()
}

fn compared(report: &SearchReport) -> Vec<String> {
    report.compared.iter().map(line).collect()
}

fn line(found: &mailscout_discover::Found) -> String {
    let servers = found.settings.incoming.iter().chain(&found.settings.outgoing);
    let protocols: Vec<&str> = servers.map(|server| server.protocol.as_str()).collect();
    format!("{} {} {}", found.mechanism, found.trust, protocols.join(" "))
}

/// Autodiscover names IMAP alone, Autoconfig names POP3 and SMTP, and so does Mozilla's database.
const WORLD: &str = "
    contoso.example = 203.0.113.5
    autoconfig.contoso.example = 203.0.113.5
    https://contoso.example~ = 200 settings
    https://autoconfig.contoso.example^?me = 200 autoconfig pop3 smtp
    ispdb:contoso.example = 200 autoconfig imap pop3 smtp";

#[test]
fn the_first_settings_end_a_search_that_wants_nothing_special() {
    assert_eq!(taken(&want(&[], WORLD)), ["autodiscover-https-root authenticated imap"]);
}

#[test]
fn a_search_goes_on_until_each_wanted_protocol_has_a_server() {
    let report = want(&[Imap, Smtp], WORLD);
    assert_eq!(
        taken(&report),
        ["autodiscover-https-root authenticated imap", "autoconfig-https-host authenticated smtp"]
    );
    let joined: Vec<_> = report.notices.iter().filter(|notice| notice.code == JOINED).collect();
    assert_eq!(
        joined.iter().map(|notice| notice.text.as_str()).collect::<Vec<_>>(),
        [
            "what was found first names no server for smtp; autoconfig-https-host does (authenticated)"
        ]
    );
    assert!(!report.attempts.iter().any(|attempt| attempt.question.contains("thunderbird")));
}

#[test]
fn a_source_without_a_wanted_protocol_is_passed_over() {
    let report = want(&[Smtp], WORLD);
    assert_eq!(taken(&report), ["autoconfig-https-host authenticated smtp"]);
    let passed = report.attempts.iter().find(|attempt| attempt.reason.code() == "not-wanted");
    assert_eq!(passed.unwrap().mechanism.as_str(), "autodiscover-https-root");
}

#[test]
fn a_wanted_protocol_that_nobody_names_leaves_what_was_found() {
    let world = "
        contoso.example = 203.0.113.5
        https://contoso.example~ = 200 settings";
    assert_eq!(taken(&want(&[Imap, Pop3], world)), ["autodiscover-https-root authenticated imap"]);
    assert!(want(&[Pop3], world).found.is_none());
}

#[test]
fn a_lower_source_adds_what_is_missing_and_weakens_nothing() {
    let world = "
        contoso.example = 203.0.113.5
        https://contoso.example~ = 200 settings
        ispdb:contoso.example = 200 autoconfig imap/plain smtp";
    let report = want(&[Imap, Smtp], world);
    assert_eq!(
        taken(&report),
        ["autodiscover-https-root authenticated imap", "ispdb third-party smtp"]
    );
}

#[test]
fn all_sources_are_asked_to_be_compared_and_the_first_stays_the_answer() {
    let report = searches(WORLD, |script| script.options.all = true);
    assert_eq!(taken(&report), ["autodiscover-https-root authenticated imap"]);
    assert_eq!(
        compared(&report),
        ["autoconfig-https-host authenticated pop3 smtp", "ispdb third-party imap pop3 smtp"]
    );
    assert!(!report.notices.iter().any(|notice| notice.code == HIGHER_SOURCE_SILENT));
}

#[test]
fn another_address_is_no_reason_to_start_over_once_settings_were_found() {
    let world = "
        contoso.example = 203.0.113.5
        autodiscover.contoso.example = 203.0.113.5
        https://contoso.example~ = 200 settings
        https://autodiscover.contoso.example~ = 200 redirect-addr bob@fabrikam.example
        fabrikam.example = 203.0.113.5
        https://fabrikam.example~ = 200 settings";
    let report = searches(world, |script| {
        script.options.all = true;
        script.options.allow_redirect.push("any".parse().unwrap());
    });
    assert_eq!(taken(&report), ["autodiscover-https-root authenticated imap"]);
    let put_aside = report.attempts.iter().find(|attempt| attempt.reason.code() == "other-address");
    assert_eq!(put_aside.unwrap().mechanism.as_str(), "autodiscover-https-host");
}

#[test]
fn nothing_that_is_compared_is_waited_for_less_than_the_deadline_says() {
    let mut script = Script::with(
        Strategy::Hedged,
        "
        contoso.example = 203.0.113.5
        autoconfig.contoso.example = 203.0.113.5
        https://contoso.example~ = timeout after 9s
        https://autoconfig.contoso.example^?me = 200 autoconfig",
    );
    script.options.all = true;
    let report = script.run("alice@contoso.example");
    assert_eq!(taken(&report), ["autoconfig-https-host authenticated imap smtp"]);
    assert!(report.elapsed.as_secs() >= 9, "{:?}", report.elapsed);
}

#[test]
fn trust_words_are_ordered_from_the_strongest_to_the_weakest() {
    let words = [
        TrustWord::Authenticated,
        TrustWord::Local,
        TrustWord::Consented,
        TrustWord::Verified,
        TrustWord::ThirdParty,
        TrustWord::Unauthenticated,
    ];
    assert!(words.is_sorted());
}

#[test]
fn what_the_domain_says_it_does_not_offer_is_handed_on() {
    let report = Script::only(
        &["srv-services"],
        "
        _imaps._tcp.contoso.example = SRV 0 0 0 .
        _imap._tcp.contoso.example = SRV 0 0 0 .
        _submissions._tcp.contoso.example = SRV 0 0 0 .
        _submission._tcp.contoso.example = SRV 0 0 587 mail.contoso.example",
    )
    .run("alice@contoso.example");
    assert_eq!(report.not_offered, [Imap], "POP3 is silent, and one label of SMTP offers");
    let half = Script::only(&["srv-services"], "_pop3s._tcp.contoso.example = SRV 0 0 0 .")
        .run("alice@contoso.example");
    assert_eq!(
        half.not_offered,
        [Pop3],
        "what is said of one label counts while the other is silent"
    );
}
