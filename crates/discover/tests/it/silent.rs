//! Addresses that let a connection time out: who asks them again, and who is reported as silent.

use core::net::IpAddr;

use mailscout_discover::{Attempt, Ending, Request};

use crate::script::Script;

#[test]
fn an_address_that_let_a_connection_time_out_is_not_tried_again_at_that_port() {
    let world = "
        contoso.example = 203.0.113.1
        https://contoso.example~ = connect-timeout
        autodiscover.contoso.example = 203.0.113.1, 203.0.113.2
        https://autodiscover.contoso.example~ = 404
        http://autodiscover.contoso.example~ = 302 https://a.contoso.example~
        ask a.contoso.example = yes
        a.contoso.example = 203.0.113.3
        https://a.contoso.example~ = 200 settings";
    let mut script = Script::standard(world);
    let report = script.run("alice@contoso.example");
    // Port 80 is another matter: firewalls drop by port.
    assert_eq!(report.found.unwrap().mechanism.as_str(), "http-redirect");
    let well_known = |attempt: &&Attempt| {
        attempt.mechanism.as_str() == "autoconfig-well-known" && attempt.question.starts_with("GET")
    };
    let told = report.attempts.iter().find(well_known).unwrap();
    assert_eq!(
        (told.reason.code().as_ref(), told.reason.ending()),
        ("host-silent", Ending::Skipped)
    );
    assert_eq!(script.asked_at("GET https://contoso.example/.well-known"), None);
    let pinned = script.asked.iter().find_map(|request| match request {
        Request::Http(request)
            if request.url.host_str() == Some("autodiscover.contoso.example") =>
        {
            Some(request.addresses.clone())
        }
        _ => None,
    });
    assert_eq!(pinned.unwrap(), ["203.0.113.2".parse::<IpAddr>().unwrap()]);
    assert_eq!(report.silent, ["203.0.113.1".parse::<IpAddr>().unwrap()]);
}

#[test]
fn an_address_that_answered_at_another_port_is_not_reported_as_silent() {
    let report = Script::standard(
        "contoso.example = no-data
         autodiscover.contoso.example = 203.0.113.1
         https://autodiscover.contoso.example~ = connect-timeout
         http://autodiscover.contoso.example~ = connection-refused",
    )
    .run("alice@contoso.example");
    assert!(report.silent.is_empty());
}
