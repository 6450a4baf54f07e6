//! Who asks a person, when, and what waits meanwhile, under the strategies that do not wait.

use core::time::Duration;

use mailscout_discover::{Discovery, Options, Request, Step, Strategy, mechanism::Order};

use crate::script::Script;

/// The domain's web server leads to another site, and its discovery hosts have settings.
const WORLD: &str = "
    rtt = 40ms
    contoso.example = 203.0.113.1
    https://contoso.example~ = 302 https://hoster.example~
    hoster.example = 9.9.9.9
    https://hoster.example~ = 200 settings after 500ms
    autodiscover.contoso.example = 203.0.113.2
    https://autodiscover.contoso.example~ = 200 settings
";

const BOTH: [Strategy; 2] = [Strategy::Hedged, Strategy::Eager];

#[test]
fn settings_below_do_not_overtake_a_source_that_left_it_to_the_user() {
    for strategy in BOTH {
        for (answer, id, trust) in [
            ("yes after 60s", "autodiscover-https-root", "consented"),
            ("no after 60s", "autodiscover-https-host", "authenticated"),
        ] {
            let mut script =
                Script::with(strategy, &format!("{WORLD}\n ask hoster.example = {answer}"));
            let report = script.run("alice@contoso.example");
            let found = report.found.unwrap();
            assert_eq!((found.mechanism.as_str(), found.trust.to_string()), (id, trust.to_owned()));
            assert_eq!(report.asked_for, Duration::from_mins(1));
        }
    }
}

#[test]
fn no_deadline_runs_while_a_person_is_asked_and_all_go_on_after() {
    for strategy in BOTH {
        let world = format!(
            "{WORLD}
             https://autodiscover.contoso.example~ = 404
             ask hoster.example = yes after 3600s
             https://hoster.example~ = 404 after 8s
             autoconfig.contoso.example = 203.0.113.3
             https://autoconfig.contoso.example^?me = 200 autoconfig"
        );
        let mut script = Script::with(strategy, &world);
        // What the user agreed to is waited for.
        let report = script.run("alice@contoso.example");
        let found = report.found.unwrap();
        assert_eq!(found.mechanism.as_str(), "autoconfig-https-host");
        let elapsed = report.elapsed;
        assert!((3608..3609).contains(&elapsed.as_secs()), "{strategy:?} {elapsed:?}");

        let world = world.replace("200 autoconfig", "404").replace("404 after 8s", "404 after 60s");
        let report = Script::with(strategy, &world).run("alice@contoso.example");
        assert_eq!(report.elapsed, Duration::from_secs(3600 + 15));
    }
}

#[test]
fn who_waits_for_a_person_behind_a_silent_source_is_not_overtaken_either() {
    let world = "
        rtt = 40ms
        contoso.example = 203.0.113.1
        https://contoso.example~ = timeout after 3s
        autodiscover.contoso.example = 203.0.113.2
        https://autodiscover.contoso.example~ = 302 https://hoster.example~
        ask hoster.example = yes after 60s
        hoster.example = 9.9.9.9
        https://hoster.example~ = 200 settings
        autoconfig.contoso.example = 203.0.113.3
        https://autoconfig.contoso.example^?me = 200 autoconfig";
    let report = Script::with(Strategy::Hedged, world).run("alice@contoso.example");
    assert_eq!(report.found.unwrap().mechanism.as_str(), "autodiscover-https-host");
}

#[test]
fn settings_behind_a_denied_site_overtake_nobody() {
    let world = "
        rtt = 40ms
        contoso.example = 203.0.113.1
        https://contoso.example~ = 302 https://hoster.example~
        ask hoster.example = no after 60s
        hoster.example = 9.9.9.9
        autodiscover.contoso.example = 203.0.113.2
        https://autodiscover.contoso.example~ = 200 settings after 62s
        autoconfig.contoso.example = 203.0.113.3
        https://autoconfig.contoso.example^?me = 302 https://hoster.example/a
        https://hoster.example/a = 200 autoconfig";
    let report = Script::with(Strategy::Hedged, world).run("alice@contoso.example");
    assert_eq!(report.found.unwrap().mechanism.as_str(), "autodiscover-https-host");
}

#[test]
fn the_time_of_a_person_is_no_time_that_settings_took() {
    let world = "
        rtt = 40ms
        contoso.example = 203.0.113.1
        https://contoso.example~ = 302 https://hoster.example~
        ask hoster.example = no after 60s
        autodiscover.contoso.example = 203.0.113.2
        https://autodiscover.contoso.example~ = timeout after 100s
        autoconfig.contoso.example = 203.0.113.3
        https://autoconfig.contoso.example^?me = 200 autoconfig after 1s";
    let report = Script::with(Strategy::Hedged, world).run("alice@contoso.example");
    assert_eq!(report.found.unwrap().mechanism.as_str(), "autoconfig-https-host");
    let elapsed = report.elapsed;
    assert!(elapsed <= report.asked_for + Duration::from_secs(1), "{elapsed:?}");
}

#[test]
fn sources_that_were_not_begun_begin_while_a_person_is_asked() {
    let world = "
        rtt = 40ms
        contoso.example = 203.0.113.1
        https://contoso.example~ = 302 https://hoster.example~ after 1ms
        ask hoster.example = no after 60s
        autoconfig.contoso.example = 203.0.113.3
        https://autoconfig.contoso.example^?me = timeout after 9s
        http://autoconfig.contoso.example^ = 404";
    let mut script = Script::with(Strategy::Hedged, world);
    script.run("alice@contoso.example");
    let asked = script.asked_at("GET http://autoconfig.contoso.example^").unwrap();
    assert!(asked < Duration::from_millis(200), "{asked:?}");
}

#[test]
fn a_person_is_asked_after_all_above_and_never_about_two_things_at_once() {
    for strategy in BOTH {
        let world = "
            rtt = 40ms
            contoso.example = 203.0.113.1
            https://contoso.example~ = 404 after 3s
            autodiscover.contoso.example = 203.0.113.2
            https://autodiscover.contoso.example~ = 302 https://one.example~
            http://autodiscover.contoso.example~ = 302 https://two.example~
            _autodiscover._tcp.contoso.example = SRV 0 0 443 three.example
            ask one.example = no after 10s
            ask two.example = no after 10s
            ask three.example = no after 10s";
        let mut script = Script::with(strategy, world);
        let report = script.run("alice@contoso.example");
        let times = script.times("ASK");
        assert_eq!(times.len(), 3);
        assert!(times[0] >= Duration::from_secs(3), "{times:?}");
        for pair in times.windows(2) {
            assert!(pair[1] >= pair[0] + Duration::from_secs(10), "{times:?}");
        }
        assert_eq!(report.asked_for, Duration::from_secs(30));
        assert_eq!(report.consent_needed.len(), 3);
    }
}

#[test]
fn who_could_not_be_asked_in_time_is_named_in_the_end() {
    for strategy in BOTH {
        let world = "
            rtt = 40ms
            contoso.example = 203.0.113.1
            https://contoso.example~ = timeout after 100s
            autodiscover.contoso.example = 203.0.113.2
            http://autodiscover.contoso.example~ = 302 https://hoster.example~";
        let mut script = Script::with(strategy, world);
        let report = script.run("alice@contoso.example");
        assert_eq!(report.elapsed, Duration::from_secs(15));
        assert!(script.asked_at("ASK").is_none());
        assert_eq!(report.conclusion.as_str(), "needs-consent");
        assert_eq!(report.consent_needed[0].site, "hoster.example");
    }
}

#[test]
fn a_question_to_a_person_that_is_given_up_is_cancelled_and_its_time_is_not_the_searchs() {
    let mut options = Options::default();
    options.order = Order::Outlook;
    let mut discovery = Discovery::new("alice@contoso.example".parse().unwrap(), options).unwrap();
    let world = crate::world::World::read(WORLD);
    let mut asked = false;
    while !asked {
        match discovery.poll(Duration::ZERO) {
            Step::Start(_, Request::Ask(_)) => asked = true,
            Step::Start(id, request) => {
                discovery.complete(id, world.outcome(&request), Duration::ZERO);
            }
            step => panic!("{step:?}"),
        }
    }
    assert!(matches!(discovery.poll(Duration::from_hours(2)), Step::Wait(None)));
    let report = discovery.into_report(Duration::from_hours(2));
    assert_eq!(report.asked_for, Duration::from_hours(2));
}

#[test]
fn a_changed_address_keeps_what_the_dns_said_and_is_still_saying() {
    for strategy in BOTH {
        // The look-ups of the texts take longer than the first answer.
        let world = "
            rtt = 40ms
            contoso.example = 203.0.113.1
            TXT contoso.example = v=spf1 -all after 2s
            _imaps._tcp.contoso.example = SRV 0 0 993 imap.contoso.example after 2s
            https://contoso.example~ = 200 redirect-addr bob@contoso.example
            autodiscover.contoso.example = 203.0.113.2";
        let mut script = Script::with(strategy, world);
        let report = script.run("alice@contoso.example");
        assert_eq!(script.times("DNS TXT contoso.example").len(), 1, "{strategy:?}");
        assert_eq!(script.times("DNS SRV _imaps._tcp.contoso.example").len(), 1, "{strategy:?}");
        assert_eq!(report.found.unwrap().mechanism.as_str(), "srv-services");
        let lines = report.attempts.iter().filter(|a| a.question == "DNS TXT contoso.example");
        assert_eq!(lines.count(), 1);

        let other = world.replace("bob@contoso", "alice@sub.contoso");
        let mut script =
            Script::with(strategy, &format!("{other}\n sub.contoso.example = 203.0.113.7"));
        script.run("alice@contoso.example");
        let restarted = script.asked_at("DNS A/AAAA sub.contoso.example").unwrap();
        assert_eq!(restarted, Duration::from_millis(160));
        let together = script.times("sub.contoso.example");
        let first = together.iter().filter(|at| **at == restarted).count();
        assert_eq!(first, 17, "{strategy:?}: four hosts, ten services, MX and two TXT");
    }
}
