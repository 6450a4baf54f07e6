//! What mechanisms that run beside each other must not do to each other.

use std::fmt::Write as _;

use mailscout_discover::Strategy;

use crate::script::Script;

fn eager(world: &str) -> Script {
    let mut script = Script::new(world);
    script.options.strategy = Strategy::Eager;
    script
}

#[test]
fn a_site_is_asked_about_once_by_all() {
    let mut script = eager(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 302 https://hoster.example/a
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = 302 https://hoster.example/b
         _autodiscover._tcp.contoso.example = SRV 0 0 443 hoster.example
         ask hoster.example = no",
    );
    let report = script.run("alice@contoso.example");
    let asked = script.asked.iter().filter(|request| request.to_string().starts_with("ASK"));
    assert_eq!(asked.count(), 1);
    assert_eq!(report.consent_needed.len(), 1);
    let denied = report.attempts.iter().filter(|a| a.reason.code() == "consent-denied");
    assert_eq!(denied.count(), 3, "each mechanism says why it ended");
}

#[test]
fn an_overrun_above_ends_what_has_settings_below() {
    let mut world =
        String::from("contoso.example = 203.0.113.5\n https://contoso.example~ = 302 /1\n");
    for step in 1..=11 {
        writeln!(world, "https://contoso.example/{step} = 302 /{}", step + 1).unwrap();
    }
    world += "autodiscover.contoso.example = 203.0.113.6\n https://autodiscover.contoso.example~ = 200 settings";
    assert!(eager(&world).run("alice@contoso.example").found.is_none());
}

#[test]
fn a_change_of_address_cancels_what_runs_for_the_old_one_and_leaves_it_in_the_report() {
    let report = eager(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 200 redirect-addr alice@sub.contoso.example
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = timeout after 10s
         sub.contoso.example = 203.0.113.7
         https://sub.contoso.example~ = 200 settings",
    )
    .run("alice@contoso.example");
    let given_up = report.attempts.iter().find(|a| a.question.contains("//autodiscover.contoso"));
    assert_eq!(given_up.unwrap().reason.code(), "address-changed");
    assert_eq!(
        report.found.unwrap().url,
        "https://sub.contoso.example/autodiscover/autodiscover.xml"
    );
}

#[test]
fn the_redirects_of_lower_mechanisms_are_not_charged_to_a_changed_address() {
    let mut world = String::from(
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 200 redirect-addr alice@sub.contoso.example after 500ms
         autodiscover.contoso.example = 203.0.113.6
         https://autodiscover.contoso.example~ = 302 /1
         sub.contoso.example = 203.0.113.7
         https://sub.contoso.example~ = 302 /1\n",
    );
    for step in 1..=6 {
        writeln!(world, "https://autodiscover.contoso.example/{step} = 302 /{}", step + 1).unwrap();
        writeln!(world, "https://sub.contoso.example/{step} = 302 /{}", step + 1).unwrap();
    }
    world += "https://sub.contoso.example/7 = 200 settings";
    assert!(eager(&world).run("alice@contoso.example").found.is_some());
}
