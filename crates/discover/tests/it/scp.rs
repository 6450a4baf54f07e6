//! Service connection points: the directory, its pointers, its URLs, and the Exchange server.

use mailscout_discover::{
    DirectoryOptions, Outcome, PersonSearch, Request, SearchReport, Strategy, TrustWord,
};

use crate::{
    script::{Script, check},
    world::World,
};

/// A search whose directory is that of the domain; its controller is dc1.
fn script(strategy: Strategy, world: &str) -> Script {
    let world = format!(
        "_ldap._tcp.dc._msdcs.contoso.example = SRV 0 0 389 dc1.contoso.example
         dc1.contoso.example = 10.0.0.5
         ex.contoso.example = 10.0.0.6
         {world}"
    );
    let mut script = Script::with(strategy, &world);
    script.options.directory = Some(DirectoryOptions::default());
    script.options.deadlines.connect = core::time::Duration::from_secs(1);
    script
}

fn search(world: &str) -> SearchReport {
    script(Strategy::Sequential, world).run("alice@contoso.example")
}

fn only(world: &str) -> Script {
    let mut script = script(Strategy::Sequential, world);
    script.options.only = vec!["scp".parse().unwrap(), "exchange-server".parse().unwrap()];
    script
}

/// Binds, to the directory of the address's domain.
fn name_the_domain(script: &mut Script) {
    let directory = script.options.directory.as_mut().unwrap();
    directory.domain = Some("contoso.example".parse().unwrap());
    directory.binds = true;
}

fn binds(script: &Script) -> Vec<String> {
    let bound = script.asked.iter().filter_map(|request| match request {
        Request::Directory { search, binds: true } => Some(search.server.host.clone()),
        _ => None,
    });
    bound.collect()
}

#[test]
fn the_directory_is_asked_first_and_its_url_answers() {
    check(
        script(
            Strategy::Sequential,
            "LDAP dc1.contoso.example user = exchange EX1
             LDAP dc1.contoso.example scp = url https://ex.contoso.example~
             https://ex.contoso.example~ = 200 settings",
        ),
        "
        DNS SRV _ldap._tcp.dc._msdcs.contoso.example -> answered
        DNS A/AAAA dc1.contoso.example -> answered
        LDAP search (|(mail=alice@contoso.example)(proxyAddresses=smtp:alice@contoso.example)(userPrincipalName=alice@contoso.example)) below the defaultNamingContext at ldap://dc1.contoso.example:389 with StartTLS -> answered
        Exchange server EX1 -> answered
        LDAP search (&(objectClass=serviceConnectionPoint)(|(keywords=67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68)(keywords=77378F46-2C66-4aa9-A6A6-3E7A48B19596))) below the configurationNamingContext at ldap://dc1.contoso.example:389 with StartTLS -> answered
        ldap://dc1.contoso.example:389 with StartTLS -> answered
        DNS A/AAAA ex.contoso.example -> answered
        POST https://ex.contoso.example~ -> settings
        found scp authenticated",
    );
}

#[test]
fn nothing_asks_a_directory_that_is_not_configured() {
    let mut script = Script::standard("contoso.example = 203.0.113.5");
    let report = script.run("alice@contoso.example");
    assert!(!script.asked.iter().any(|request| request.to_string().contains("ldap")));
    assert!(!report.attempts.iter().any(|attempt| attempt.mechanism.as_str() == "scp"));
    let mut named = Script::only(&["scp"], "");
    let report = named.run("alice@contoso.example");
    assert_eq!(report.attempts[0].reason.code(), "no-directory");
}

#[test]
fn urls_of_the_own_site_come_first_then_of_none_then_of_others() {
    let mut script = only(
        "LDAP dc1.contoso.example scp = url https://a.contoso.example~ site Paris | url https://b.contoso.example~ | url https://c.contoso.example~ site Berlin",
    );
    script.options.directory.as_mut().unwrap().site = Some("berlin".to_owned());
    let report = script.run("alice@contoso.example");
    let urls = report.attempts.iter().find(|attempt| attempt.question.starts_with("ldap://"));
    assert_eq!(
        urls.unwrap().reason.to_string(),
        "Autodiscover at https://c.contoso.example/autodiscover/autodiscover.xml, \
         https://b.contoso.example/autodiscover/autodiscover.xml, \
         https://a.contoso.example/autodiscover/autodiscover.xml"
    );
}

#[test]
fn the_next_url_is_asked_where_one_leads_nowhere() {
    let report = search(
        "LDAP dc1.contoso.example scp = url https://dead.contoso.example~ | url http://ex.contoso.example~
         https://ex.contoso.example~ = 200 settings",
    );
    let found = report.found.unwrap();
    assert_eq!((found.mechanism.as_str(), found.trust.word()), ("scp", TrustWord::Authenticated));
    assert_eq!(found.url, "https://ex.contoso.example/autodiscover/autodiscover.xml");
    assert_eq!(found.hops.len(), 1);
}

#[test]
fn a_proved_directory_may_name_another_domain_without_a_question() {
    let report = search(
        "LDAP dc1.contoso.example scp = url https://ex.fabrikam.example~
         ex.fabrikam.example = 10.0.0.9
         https://ex.fabrikam.example~ = 200 settings",
    );
    assert_eq!(report.found.unwrap().trust.word(), TrustWord::Authenticated);
}

#[test]
fn what_a_directory_says_in_clear_text_needs_consent_even_inside_the_domain() {
    let world = "
        LDAP dc1.contoso.example = starttls-refused
        LDAP dc1.contoso.example scp = url https://ex.contoso.example~
        https://ex.contoso.example~ = 200 settings";
    let report = only(world).run("alice@contoso.example");
    assert!(report.found.is_none());
    assert_eq!(report.consent_needed[0].site, "ex.contoso.example");
    let allowed = format!("{world}\nask ex.contoso.example = yes");
    let found = only(&allowed).run("alice@contoso.example").found.unwrap();
    assert_eq!(found.trust.word(), TrustWord::Consented);
}

#[test]
fn a_bad_certificate_is_never_followed_by_clear_text() {
    let mut script = only(
        "LDAP dc1.contoso.example = bad-certificate
         LDAP dc1.contoso.example scp = url https://ex.contoso.example~",
    );
    let report = script.run("alice@contoso.example");
    let asked = script.times("LDAP").len();
    assert!(report.found.is_none());
    assert_eq!(asked, 1, "{:?}", script.log);
}

#[test]
fn who_binds_reads_nothing_in_clear_text() {
    let mut script = only("LDAP dc1.contoso.example = starttls-refused");
    script.options.directory.as_mut().unwrap().binds = true;
    script.run("alice@contoso.example");
    assert_eq!(script.times("LDAP").len(), 1, "{:?}", script.log);
}

#[test]
fn a_refused_password_is_shown_to_no_other_controller_and_for_no_other_question() {
    let mut script = only(
        "_ldap._tcp.dc._msdcs.contoso.example = SRV 0 0 389 dc1.contoso.example, 1 0 389 dc2.contoso.example
         dc2.contoso.example = 10.0.0.7
         LDAP dc1.contoso.example = bind-refused
         LDAP dc2.contoso.example = bind-refused",
    );
    script.options.directory.as_mut().unwrap().binds = true;
    let report = script.run("alice@contoso.example");
    assert!(report.found.is_none());
    assert_eq!(script.times("LDAP").len(), 1, "{:?}", script.log);
}

#[test]
fn a_controller_outside_the_domain_is_not_bound_to_and_proves_nothing() {
    let world = "
        _ldap._tcp.dc._msdcs.contoso.example = SRV 0 0 636 dc.evil.example
        dc.evil.example = 9.9.9.9
        LDAP dc.evil.example scp = url https://ex.contoso.example~
        https://ex.contoso.example~ = 200 settings";
    for host in ["dc.evil.example", "dc.evilcontoso.example", "evilcontoso.example"] {
        let mut script = only(&world.replace("dc.evil.example", host));
        name_the_domain(&mut script);
        let report = script.run("alice@contoso.example");
        assert!(report.found.is_none(), "its URL needs consent");
        assert!(binds(&script).is_empty(), "{host}");
    }
}

#[test]
fn nobody_is_bound_to_where_no_directory_was_named() {
    let mut script = only("LDAP dc1.contoso.example user = exchange EX1");
    script.options.directory.as_mut().unwrap().binds = true;
    script.run("alice@contoso.example");
    assert!(binds(&script).is_empty());
    let mut named = only("LDAP dc1.contoso.example user = exchange EX1");
    name_the_domain(&mut named);
    named.run("alice@contoso.example");
    assert!(binds(&named).contains(&"dc1.contoso.example".to_owned()));
}

#[test]
fn another_address_makes_no_other_directory_the_own_one() {
    let mut script = script(
        Strategy::Sequential,
        "contoso.example = 203.0.113.5
         https://contoso.example~ = 200 redirect-addr alice@hoster.example
         hoster.example = 9.9.9.9
         ask hoster.example = yes
         _ldap._tcp.dc._msdcs.hoster.example = SRV 0 0 636 dc.hoster.example
         dc.hoster.example = 9.9.9.9",
    );
    name_the_domain(&mut script);
    script.options.directory.as_mut().unwrap().domain = None;
    script.run("alice@contoso.example");
    assert!(script.times("hoster.example with StartTLS").is_empty());
    assert!(script.times("_msdcs.hoster").is_empty() && binds(&script).is_empty());
}

#[test]
fn what_a_directory_in_clear_text_points_to_is_vouched_for_by_nobody() {
    let report = only(
        "LDAP dc1.contoso.example = starttls-refused
         LDAP dc1.contoso.example scp = pointer LDAPS://dc2.contoso.example domain contoso.example
         dc2.contoso.example = 10.0.0.7
         LDAP dc2.contoso.example scp = url https://ex.contoso.example~
         https://ex.contoso.example~ = 200 settings",
    )
    .run("alice@contoso.example");
    assert!(report.found.is_none() && !report.consent_needed.is_empty());
}

#[test]
fn a_bind_that_was_refused_is_not_repeated() {
    let mut script = only("LDAP dc1.contoso.example = bind-refused");
    name_the_domain(&mut script);
    let report = script.run("alice@contoso.example");
    assert_eq!((binds(&script).len(), report.refused_log_ins), (1, 1));
}

#[test]
fn an_account_of_another_domain_is_nobodys_here() {
    let mut options = mailscout_discover::Options::default();
    let mut directory = DirectoryOptions::default();
    directory.domain = Some("contoso.example".parse().unwrap());
    options.directory = Some(directory);
    let search = PersonSearch::new(r"OTHER\alice", options.clone());
    assert!(search.next().is_none());
    let report = search.into_report();
    assert_eq!(report.attempts[0].reason.code(), "account-of-another-domain");
    assert!(PersonSearch::new(r"contoso\alice", options).next().is_some());
}

#[test]
fn the_exchange_server_is_looked_up_without_service_connection_points_too() {
    let mut script = script(
        Strategy::Sequential,
        "LDAP dc1.contoso.example user = exchange EX1
         LDAP dc1.contoso.example server = ex1.contoso.example",
    );
    script.options.only = vec!["exchange-server".parse().unwrap()];
    let report = script.run("alice@contoso.example");
    assert_eq!(report.found.unwrap().settings.incoming[0].host, "ex1.contoso.example");
    assert!(script.times("serviceConnectionPoint").is_empty());
}

#[test]
fn a_pointer_for_the_domain_is_followed_at_its_own_host_and_bound_to_by_nobody() {
    let mut script = only(
        "LDAP dc1.contoso.example scp = url https://wrong.contoso.example~ | pointer LDAP://dc2.fabrikam.example domain contoso.example
         dc2.fabrikam.example = 10.1.0.5
         LDAP dc2.fabrikam.example scp = url https://ex.fabrikam.example~
         ex.fabrikam.example = 10.1.0.6
         https://ex.fabrikam.example~ = 200 settings",
    );
    name_the_domain(&mut script);
    let report = script.run("alice@contoso.example");
    assert_eq!(report.found.unwrap().trust.word(), TrustWord::Authenticated);
    for request in &script.asked {
        if let Request::Directory { search, binds } = request {
            assert_eq!(*binds, search.server.host == "dc1.contoso.example");
        }
    }
}

#[test]
fn ten_pointers_are_followed_and_a_loop_is_cut() {
    let chain = |count: usize| -> String {
        let line = |hop: usize| {
            format!(
                "d{hop}.contoso.example = 10.0.1.{hop}
                 LDAP d{hop}.contoso.example scp = pointer LDAP://d{}.contoso.example\n",
                hop + 1
            )
        };
        let first = "LDAP dc1.contoso.example scp = pointer LDAP://d1.contoso.example\n".to_owned();
        let last = format!(
            "d{count}.contoso.example = 10.0.1.{count}
             LDAP d{count}.contoso.example scp = url https://ex.contoso.example~
             https://ex.contoso.example~ = 200 settings"
        );
        first + &(1..count).map(line).collect::<String>() + &last
    };
    assert!(only(&chain(10)).run("alice@contoso.example").found.is_some());
    let report = only(&chain(11)).run("alice@contoso.example");
    assert!(report.found.is_none());
    assert!(report.attempts.iter().any(|attempt| attempt.reason.code() == "too-many-pointers"));
    let report = only(
        "LDAP dc1.contoso.example scp = pointer LDAP://d1.contoso.example
         d1.contoso.example = 10.0.1.1
         LDAP d1.contoso.example scp = pointer ldap://D1.contoso.example",
    )
    .run("alice@contoso.example");
    assert!(report.attempts.iter().any(|attempt| attempt.reason.code() == "pointer-loop"));
}

#[test]
fn a_pointer_for_nobody_in_particular_is_what_is_left_when_no_url_answers() {
    let report = only(
        "LDAP dc1.contoso.example scp = pointer LDAP://d1.contoso.example | url https://dead.contoso.example~
         d1.contoso.example = 10.0.1.1
         LDAP d1.contoso.example scp = url https://ex.contoso.example~
         https://ex.contoso.example~ = 200 settings",
    )
    .run("alice@contoso.example");
    assert!(report.found.is_some());
}

#[test]
fn a_directory_that_fails_is_a_reason_and_the_search_goes_on() {
    for answer in ["refused", "timeout", "bad-certificate"] {
        let report = search(&format!(
            "LDAP dc1.contoso.example = {answer}
             contoso.example = 203.0.113.5
             https://contoso.example~ = 200 settings"
        ));
        assert_eq!(report.found.unwrap().mechanism.as_str(), "autodiscover-https-root", "{answer}");
        let failed = report.attempts.iter().filter(|attempt| attempt.mechanism.as_str() == "scp");
        assert!(failed.count() > 1, "{answer}");
    }
}

#[test]
fn a_directory_that_hangs_delays_only_who_waits_for_everything() {
    let world = "
        LDAP dc1.contoso.example user = timeout after 15s
        contoso.example = 203.0.113.5
        https://contoso.example~ = 200 settings";
    let hedged = script(Strategy::Hedged, world).run("alice@contoso.example");
    assert_eq!(hedged.found.unwrap().mechanism.as_str(), "autodiscover-https-root");
    assert!(hedged.elapsed.as_millis() < 500, "{:?}", hedged.elapsed);
    let sequential = script(Strategy::Sequential, world).run("alice@contoso.example");
    assert!(sequential.elapsed.as_secs() >= 15);
    assert_eq!(sequential.found.unwrap().mechanism.as_str(), "autodiscover-https-root");
}

#[test]
fn the_exchange_server_is_what_is_left_and_is_called_by_its_full_name() {
    for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
        let report = script(
            strategy,
            "LDAP dc1.contoso.example user = exchange EX1
             LDAP dc1.contoso.example server = ex1.contoso.example
             contoso.example = 203.0.113.5
             https://contoso.example~ = 404",
        )
        .run("alice@contoso.example");
        let found = report.found.unwrap();
        assert_eq!(found.mechanism.as_str(), "exchange-server", "{strategy:?}");
        assert_eq!(found.settings.incoming[0].host, "ex1.contoso.example");
        assert_eq!(found.trust.word(), TrustWord::Authenticated);
    }
}

#[test]
fn the_exchange_server_waits_for_every_source_above_it() {
    let report = script(
        Strategy::Eager,
        "LDAP dc1.contoso.example user = exchange EX1
         LDAP dc1.contoso.example server = ex1.contoso.example
         contoso.example = 203.0.113.5
         https://contoso.example~ = 200 settings after 5s",
    )
    .run("alice@contoso.example");
    assert_eq!(report.found.unwrap().mechanism.as_str(), "autodiscover-https-root");
}

#[test]
fn the_user_is_found_by_the_account_before_there_is_an_address() {
    let world = World::read(
        "dc1.contoso.example = 10.0.0.5
         LDAP dc1.contoso.example user = exchange EX1 mail alice@contoso.example",
    );
    let mut options = mailscout_discover::Options::default();
    let mut directory = DirectoryOptions::default();
    directory.server = Some("ldaps://dc1.contoso.example".parse().unwrap());
    options.directory = Some(directory);
    let mut search = PersonSearch::new(r"CONTOSO\alice*", options);
    let mut asked = Vec::new();
    while let Some(request) = search.next().cloned() {
        asked.push(request.to_string());
        let outcome: Outcome = world.outcome(&request);
        search.complete(outcome, core::time::Duration::ZERO, core::time::Duration::ZERO);
    }
    let report = search.into_report();
    let person = report.person.unwrap();
    assert_eq!(person.address.unwrap().to_string(), "alice@contoso.example");
    assert_eq!(person.exchange_server.as_deref(), Some("EX1"));
    assert!(report.is_proved);
    assert_eq!(
        asked[1],
        r"LDAP search (sAMAccountName=alice\2a) below the defaultNamingContext at ldaps://dc1.contoso.example:636"
    );
}

#[test]
fn a_bind_that_was_refused_is_not_repeated_for_another_address() {
    let mut script = script(
        Strategy::Sequential,
        "LDAP dc1.contoso.example = bind-refused
         contoso.example = 203.0.113.5
         https://contoso.example~ = 200 redirect-addr alice@sub.contoso.example
         sub.contoso.example = 203.0.113.6
         https://sub.contoso.example~ = 200 settings",
    );
    name_the_domain(&mut script);
    let report = script.run("alice@contoso.example");
    assert_eq!((report.found.is_some(), binds(&script).len()), (true, 1));
}
