//! Web servers that want a login before they answer, through the whole of the library.

use mailscout::{
    Locator, Report,
    discover::{Conclusion, Ispdb, LogIn, Means, Options},
    probe::{login::Secret, prober},
    schema::settings::{Protocol, ServiceKind},
};
use mailscout_lab::World;

use crate::lab::{start, watched};

const SCENARIO: &str = "autodiscover-soap-log-in";

/// A search by SOAP alone, with a password or without.
async fn search(password: Option<&str>) -> (World, Report) {
    let (world, locator) = start(SCENARIO).await;
    let mut options = Options::default();
    options.ispdb = Ispdb::Off;
    options.only = vec!["autodiscover-soap".parse().unwrap()];
    options.log_in = password.map(|_| LogIn::new(Means::Password));
    let mut probing = prober::Options::default();
    probing.secret = password.map(|password| Secret::Password(password.into()));
    let locator: Locator = locator.with_options(options).with_probing(probing);
    let report = locator.locate(&"alice@contoso.example".parse().unwrap()).await.unwrap();
    (world, report)
}

#[tokio::test]
async fn soap_is_answered_after_a_login_by_ntlm_and_the_first_request_has_none() {
    watched(async {
        let (world, report) = search(Some("right-one")).await;
        let settings = report.settings().expect("the server answers who has logged in");
        assert!(settings.incoming.iter().any(|server| server.protocol == Protocol::Imap));
        assert!(settings.services.iter().any(|service| service.kind == ServiceKind::Ews));
        let exchanges = world.journal().exchanges();
        assert!(exchanges.iter().all(|exchange| {
            exchange.url.ends_with("://autodiscover.contoso.example/autodiscover/autodiscover.svc")
        }));
        let bodies: Vec<bool> = exchanges.iter().map(|exchange| exchange.body.is_empty()).collect();
        let log_ins: Vec<bool> =
            exchanges.iter().map(|exchange| exchange.log_in.is_some()).collect();
        assert_eq!((log_ins, bodies), (vec![false, true, true], vec![false, true, false]));
        assert_eq!(world.journal().outside(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_is_refused_once_and_the_search_says_that_a_login_is_needed() {
    watched(async {
        let (_world, report) = search(Some("wrong-one")).await;
        assert!(report.settings().is_none());
        assert_eq!(report.search.conclusion, Conclusion::NeedsLogin);
        assert_eq!(report.search.refused_log_ins, 1);
    })
    .await;
}

#[tokio::test]
async fn without_a_password_nobody_logs_in() {
    watched(async {
        let (world, report) = search(None).await;
        assert_eq!(report.search.conclusion, Conclusion::NeedsLogin);
        assert!(world.journal().exchanges().iter().all(|exchange| exchange.log_in.is_none()));
    })
    .await;
}
