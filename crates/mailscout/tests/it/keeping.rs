//! What of a search is kept at all, for a moment, or for as long as settings are kept.

use core::time::Duration;
use std::sync::Arc;

use async_trait::async_trait;
use mailscout::{
    Ask, Consent, Locator, Question, Report, Tasks,
    cache::{Cache, Entry, Freshness, NOT_FOUND_FOR, WITHOUT_A_WORD_FOR},
    discover::{Conclusion, Ispdb, Options, Strategy, TrustWord},
    probe::prober,
    schema::settings::Protocol::{Imap, Pop3, Smtp},
};

use crate::{
    lab::{start, watched},
    made::{
        AUTOCONFIG, PASSWORD, autoconfig, autoconfig_host, autodiscover, good_mail, leading_to,
        mail, root, scenario, srv, web,
    },
};

const WITHOUT_GUESS: Tasks = Tasks { documents: true, guess: false, verify: false, oauth: false };

/// The autodiscover host's name cannot be looked up: a source of high rank does not answer.
const SILENT_SOURCE: &str = r#""autodiscover" = "servfail""#;

/// Says yes to everything, or no.
#[derive(Debug)]
struct Person(Consent);

#[async_trait]
impl Ask for Person {
    async fn ask(&self, _: Question<'_>) -> Consent {
        self.0
    }
}

fn options(strategy: Strategy) -> Options {
    let mut options = Options::default();
    options.strategy = strategy;
    options.ispdb = Ispdb::Off;
    options
}

/// What a search leaves in an empty cache, by the locator as it is changed.
async fn left_by(world: &str, change: impl FnOnce(Locator) -> Locator) -> (Report, Vec<Entry>) {
    let (_world, locator) = start(world).await;
    let cache = Cache::in_memory();
    let locator = change(locator).with_cache(cache.clone(), Freshness::Searched);
    let address = "alice@contoso.example".parse().unwrap();
    let report = Box::pin(locator.locate(&address)).await.unwrap();
    (report, cache.list().entries)
}

/// How long the one entry is kept.
#[track_caller]
fn kept_for(entries: &[Entry]) -> Duration {
    assert_eq!(entries.len(), 1);
    entries[0].until.unwrap().duration_since(entries[0].found).unwrap()
}

#[tokio::test]
async fn what_several_sources_gave_together_is_not_kept() {
    watched(async {
        let world = scenario(
            AUTOCONFIG,
            "",
            &[root(&[autodiscover("imap", "")]), autoconfig_host("imap smtp")],
        );
        for (want, sources) in [(vec![Imap, Smtp], 2), (vec![Imap], 1)] {
            let mut options = options(Strategy::Sequential);
            options.want = want;
            let (report, entries) =
                left_by(&world, |it| it.with_options(options).with_tasks(WITHOUT_GUESS)).await;
            assert_eq!((report.sources().len(), report.conclusion().as_str()), (sources, "found"));
            assert_eq!(entries.is_empty(), sources > 1);
        }
    })
    .await;
}

#[tokio::test]
async fn settings_that_lack_a_wanted_protocol_are_not_kept() {
    watched(async {
        let world = scenario(AUTOCONFIG, "", &[root(&[]), autoconfig_host("imap smtp")]);
        for (want, is_kept) in [(vec![Imap, Pop3], false), (vec![Imap, Smtp], true)] {
            let mut options = options(Strategy::Sequential);
            options.want = want;
            let (report, entries) =
                left_by(&world, |it| it.with_options(options).with_tasks(WITHOUT_GUESS)).await;
            assert_eq!((report.sources().len(), report.conclusion().as_str()), (1, "found"));
            assert_eq!(!entries.is_empty(), is_kept);
        }
    })
    .await;
}

#[tokio::test]
async fn settings_that_were_taken_because_the_time_was_up_are_not_kept() {
    watched(async {
        let silent = web("contoso.example", "203.0.113.5", "fault = \"silence\"", &[]);
        let world = scenario(&srv("imap smtp"), "", &[silent, good_mail("imap smtp")]);
        let mut options = options(Strategy::Hedged);
        options.deadlines.overall = Some(Duration::from_millis(500));
        let (report, entries) =
            left_by(&world, |it| it.with_options(options).with_tasks(WITHOUT_GUESS)).await;
        assert_eq!(report.conclusion(), Conclusion::Found);
        assert!(report.search.attempts.iter().any(|attempt| attempt.reason.code() == "time-up"));
        assert!(entries.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_absence_is_not_kept_where_the_guess_was_cut_by_time() {
    watched(async {
        for (fault, is_kept) in [("fault = \"silence\"", false), ("fault = \"refuse\"", true)] {
            let servers = [("imap", fault, PASSWORD)];
            let world = scenario("", "", &[root(&[]), mail(&servers)]);
            let mut probing = prober::Options::default();
            probing.overall = Duration::from_millis(1500);
            let (report, entries) = left_by(&world, |it| it.with_probing(probing)).await;
            assert_eq!(report.conclusion(), Conclusion::NotFound);
            let is_cut = report.notices().any(|notice| notice.code == prober::TIME_UP);
            assert_eq!((is_cut, !entries.is_empty()), (!is_kept, is_kept));
        }
    })
    .await;
}

#[tokio::test]
async fn an_absence_is_not_kept_where_a_source_did_not_answer() {
    watched(async {
        for (faults, is_kept) in [(SILENT_SOURCE, false), ("", true)] {
            let world = scenario("", faults, &[root(&[])]);
            let (report, entries) = left_by(&world, |it| it.with_tasks(WITHOUT_GUESS)).await;
            assert_eq!(report.conclusion(), Conclusion::NotFound);
            assert_eq!(!entries.is_empty(), is_kept, "{faults}");
        }
    })
    .await;
}

/// Autodiscover leads to a hoster, whom the user has to allow: to a URL of it, or to an address at it.
fn hoster_by(place: &str) -> String {
    let zone = "[zones.\"hoster.example\"]\nrecords = \"\"\"\n@ A 198.51.100.9\n\
                autodiscover A 198.51.100.10\n\"\"\"\n";
    let host = "autodiscover.hoster.example";
    let routes = || [autodiscover("imap smtp", "")];
    let hosts = [
        zone.to_owned(),
        root(&[leading_to(place)]),
        web("hoster.example", "198.51.100.9", "", &[]),
        web(host, "198.51.100.10", "", &routes())
            + "[[hosts.services]]\nport = 8443\n"
            + &routes().concat(),
        autoconfig_host("imap smtp"),
    ];
    scenario(AUTOCONFIG, "", &hosts)
}

fn hoster() -> String {
    hoster_by("https://autodiscover.hoster.example/autodiscover/autodiscover.xml")
}

#[tokio::test]
async fn a_site_that_was_allowed_once_is_not_remembered_and_one_of_the_list_is() {
    watched(async {
        let (report, entries) =
            left_by(&hoster(), |it| it.with_ask(Arc::new(Person(Consent::Given)))).await;
        assert_eq!(report.trust(), Some(TrustWord::Consented));
        assert!(entries.is_empty());

        let url = "https://autodiscover.hoster.example/autodiscover/autodiscover.xml";
        let port = "https://autodiscover.hoster.example:8443/autodiscover/autodiscover.xml";
        for (place, listed, is_kept) in [
            (url, "autodiscover.hoster.example", true),
            (url, "*.hoster.example", true),
            (port, "*.hoster.example", true),
            ("bob@hoster.example", "hoster.example", true),
            (url, "other.example", false),
            ("bob@hoster.example", "other.example", false),
        ] {
            let mut options = options(Strategy::Sequential);
            options.allow_redirect = vec![listed.parse().unwrap()];
            let asked = Arc::new(Person(Consent::Given));
            let (report, entries) =
                left_by(&hoster_by(place), |it| it.with_options(options).with_ask(asked)).await;
            assert_eq!(report.trust(), Some(TrustWord::Consented), "{place}");
            assert_eq!(!entries.is_empty(), is_kept, "{place} {listed}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_guess_without_encryption_that_was_allowed_once_is_not_remembered() {
    watched(async {
        let world = scenario("", "", &[root(&[]), good_mail("imap/plain smtp/plain")]);
        let ask = || Arc::new(Person(Consent::Given));
        let (report, entries) = left_by(&world, |it| it.with_ask(ask())).await;
        assert_eq!(report.trust(), Some(TrustWord::Unauthenticated));
        assert_eq!(report.guess.unwrap().found.len(), 2);
        assert!(entries.is_empty());

        let mut probing = prober::Options::default();
        probing.allow_unencrypted = true;
        let (report, entries) = left_by(&world, |it| it.with_probing(probing)).await;
        assert_eq!(report.guess.unwrap().found.len(), 2);
        assert_eq!(kept_for(&entries), WITHOUT_A_WORD_FOR);
    })
    .await;
}

#[tokio::test]
async fn settings_by_the_dns_alone_are_kept_for_minutes_until_their_servers_prove_them() {
    watched(async {
        let bad = "certificate = \"wrong-name\"";
        for (words, trust, expected) in [
            ("", TrustWord::Verified, WITHOUT_A_WORD_FOR),
            (bad, TrustWord::Unauthenticated, NOT_FOUND_FOR),
        ] {
            let servers = mail(&[("imap", words, PASSWORD), ("smtp", "", PASSWORD)]);
            let world = scenario(&srv("imap smtp"), "", &[root(&[]), servers]);
            let (report, entries) = left_by(&world, |it| it).await;
            assert_eq!(report.trust(), Some(trust));
            assert_eq!(kept_for(&entries), expected, "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn settings_below_a_site_that_was_refused_are_kept_for_minutes() {
    watched(async {
        let (report, entries) =
            left_by(&hoster(), |it| it.with_ask(Arc::new(Person(Consent::Denied)))).await;
        assert_eq!(report.found().unwrap().mechanism.as_str(), "autoconfig-https-host");
        assert_eq!(report.trust(), Some(TrustWord::Authenticated));
        assert_eq!(kept_for(&entries), NOT_FOUND_FOR);
    })
    .await;
}

#[tokio::test]
async fn settings_below_a_source_that_did_not_answer_are_kept_for_minutes() {
    watched(async {
        for strategy in [Strategy::Sequential, Strategy::Hedged, Strategy::Eager] {
            for (faults, expected) in [(SILENT_SOURCE, NOT_FOUND_FOR), ("", WITHOUT_A_WORD_FOR)] {
                let world =
                    scenario(AUTOCONFIG, faults, &[root(&[]), autoconfig_host("imap smtp")]);
                let (report, entries) =
                    left_by(&world, |it| it.with_options(options(strategy))).await;
                assert_eq!(report.found().unwrap().mechanism.as_str(), "autoconfig-https-host");
                assert_eq!(kept_for(&entries), expected, "{strategy:?} {faults}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn settings_that_overtook_a_source_are_kept_for_minutes() {
    watched(async {
        let silent = web("contoso.example", "203.0.113.5", "fault = \"silence\"", &[]);
        let world = scenario(AUTOCONFIG, "", &[silent, autoconfig_host("imap smtp")]);
        let (report, entries) =
            left_by(&world, |it| it.with_options(options(Strategy::Hedged))).await;
        assert_eq!(report.found().unwrap().mechanism.as_str(), "autoconfig-https-host");
        let attempts = &report.search.attempts;
        assert!(attempts.iter().any(|attempt| attempt.reason.code() == "overtaken"));
        assert_eq!(kept_for(&entries), NOT_FOUND_FOR);
    })
    .await;
}

#[tokio::test]
async fn a_source_below_that_did_not_answer_shortens_nothing() {
    watched(async {
        // What is below begins at once, and fails before the settings come.
        let late = web(
            "contoso.example",
            "203.0.113.5",
            "",
            &[
                "[[hosts.services.routes]]\nmethod = \"POST\"\nstatus = 404\n".to_owned(),
                "[[hosts.services.routes]]\npath = \"/.well-known/autoconfig/mail/config-v1.1.xml\"\n\
                 delay_ms = 300\n"
                    .to_owned()
                    + autoconfig("imap smtp", "").split_once("config-v1.1.xml\"").unwrap().1,
            ],
        );
        let world = scenario("", r#""_autodiscover._tcp" = "servfail""#, &[late]);
        let (report, entries) =
            left_by(&world, |it| it.with_options(options(Strategy::Eager))).await;
        assert_eq!(report.found().unwrap().mechanism.as_str(), "autoconfig-well-known");
        let attempts = &report.search.attempts;
        assert!(attempts.iter().any(|attempt| attempt.reason.code() == "servfail"));
        assert_eq!(kept_for(&entries), WITHOUT_A_WORD_FOR);
    })
    .await;
}

#[tokio::test]
async fn a_guess_is_kept_for_minutes_where_a_source_did_not_answer() {
    watched(async {
        for strategy in [Strategy::Sequential, Strategy::Hedged] {
            for (faults, expected) in [(SILENT_SOURCE, NOT_FOUND_FOR), ("", WITHOUT_A_WORD_FOR)] {
                let world = scenario("", faults, &[root(&[]), good_mail("imap smtp")]);
                let (report, entries) =
                    left_by(&world, |it| it.with_options(options(strategy))).await;
                assert_eq!(report.guess.unwrap().found.len(), 2);
                assert_eq!(kept_for(&entries), expected, "{strategy:?} {faults}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn where_all_sources_are_to_be_compared_they_are_asked_whatever_is_remembered() {
    watched(async {
        let world = scenario(AUTOCONFIG, "", &[root(&[]), autoconfig_host("imap smtp")]);
        let (world, locator) = start(&world).await;
        let locator = locator.with_cache(Cache::in_memory(), Freshness::Remembered);
        let address = "alice@contoso.example".parse().unwrap();
        let locate = async |locator: &Locator| Box::pin(locator.locate(&address)).await.unwrap();
        locate(&locator).await;
        assert!(locate(&locator).await.remembered.is_some());
        world.journal().all_ended().await;
        let mut options = options(Strategy::Sequential);
        options.all = true;
        let locator = locator.with_options(options);
        for _ in 0..2 {
            let asked = world.journal().summary().len();
            assert!(locate(&locator).await.remembered.is_none());
            world.journal().all_ended().await;
            assert!(world.journal().summary().len() > asked);
        }
    })
    .await;
}

#[tokio::test]
async fn servers_that_proved_the_dns_once_are_met_again_with_verify_only() {
    watched(async {
        let folder = tempfile::tempdir().unwrap();
        for cache in [Cache::in_memory(), Cache::at(folder.path().join("cache.json"))] {
            let world = scenario(&srv("imap smtp"), "", &[root(&[]), good_mail("imap smtp")]);
            let (world, locator) = start(&world).await;
            let locator = locator.with_cache(cache, Freshness::Remembered);
            let address = "alice@contoso.example".parse().unwrap();
            let first = Box::pin(locator.locate(&address)).await.unwrap();
            assert!(first.check.is_some() && first.trust() == Some(TrustWord::Verified));
            world.journal().all_ended().await;
            let asked = world.journal().summary().len();
            let second = Box::pin(locator.locate(&address)).await.unwrap();
            assert!(second.remembered.is_some() && second.check.is_none());
            assert_eq!(second.trust(), Some(TrustWord::Verified));
            assert_eq!(world.journal().summary().len(), asked);
            let locator = locator.with_tasks(Tasks { verify: true, ..Tasks::default() });
            let third = Box::pin(locator.locate(&address)).await.unwrap();
            assert!(third.remembered.is_some() && third.check.is_some());
        }
    })
    .await;
}
