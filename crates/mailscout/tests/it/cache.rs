//! What the locator keeps and for how long, and that a remembered answer asks nobody.

use core::time::Duration;
use std::time::SystemTime;

use mailscout::{
    Locator, Report, Tasks,
    cache::{Cache, Entry, Freshness, NOT_FOUND_FOR, WITHOUT_A_WORD_FOR},
    discover::{Conclusion, TrustWord},
    json::Document,
    probe::{login::Secret, prober},
};
use mailscout_lab::World;

use crate::{
    json::expiring,
    lab::{start, watched},
};

const ALICE: &str = "alice@contoso.example";

async fn locate(locator: &Locator, address: &str) -> Report {
    locator.locate(&address.parse().unwrap()).await.unwrap()
}

/// What a search of a scenario leaves in an empty cache.
async fn left_by(scenario: &str, address: &str) -> (Report, Vec<Entry>) {
    let (_world, locator) = start(scenario).await;
    let cache = Cache::in_memory();
    let report = locate(&locator.with_cache(cache.clone(), Freshness::Searched), address).await;
    (report, cache.list().entries)
}

/// How long the one entry holds from the moment when it was found.
fn holds_for(entries: &[Entry]) -> Option<Duration> {
    assert_eq!(entries.len(), 1);
    Some(entries[0].until?.duration_since(entries[0].found).unwrap())
}

/// Searches, then asks the cache, and gives both answers; between them nobody is asked.
async fn twice(scenario: &str, tasks: Tasks) -> (Report, Report, World) {
    let (world, locator) = start(scenario).await;
    let cache = Cache::in_memory();
    let locator = locator.with_tasks(tasks);
    let first =
        locate(&locator.clone().with_cache(cache.clone(), Freshness::Searched), ALICE).await;
    assert!(first.remembered.is_none());
    world.journal().all_ended().await;
    let asked = world.journal().summary().len();
    assert!(asked > 0);
    let second = locate(&locator.with_cache(cache, Freshness::Remembered), ALICE).await;
    assert!(second.remembered.is_some());
    assert_eq!(world.journal().summary().len(), asked, "nobody was asked");
    (first, second, world)
}

/// A report as JSON without what a cache does not keep.
fn essence(report: &Report) -> serde_json::Value {
    let mut document = serde_json::to_value(Document::new(report)).unwrap();
    for name in ["attempts", "cached", "valid_until"] {
        document.as_object_mut().unwrap().remove(name);
    }
    for list in ["incoming", "outgoing"] {
        for server in document[list].as_array_mut().unwrap() {
            for name in ["evidence", "verified", "valid_until"] {
                server.as_object_mut().unwrap().remove(name);
            }
        }
    }
    document
}

#[tokio::test]
async fn autodiscover_is_kept_as_long_as_it_says() {
    watched(async {
        for (lifetime, expected) in [
            ("<TTL>5</TTL>", Some(Duration::from_hours(5))),
            ("", Some(Duration::from_hours(1))),
            ("<TTL>9999</TTL>", Some(Duration::from_hours(30 * 24))),
            ("<TTL>0</TTL>", None),
        ] {
            let (_, entries) = left_by(&expiring(lifetime), ALICE).await;
            // The beginning and the end are cut to whole seconds.
            let (held, slack) = (holds_for(&entries), Duration::from_secs(1));
            assert!(held == expected || held == expected.map(|held| held + slack), "{lifetime}");
        }
        let dated = "<TTL>0</TTL><ExpirationDate>20890131</ExpirationDate>";
        let (_, entries) = left_by(&expiring(dated), ALICE).await;
        let end = SystemTime::UNIX_EPOCH + Duration::from_hours(43_496 * 24);
        assert_eq!(entries[0].until, Some(end), "the 31st of January 2089 has ended");
        let past = "<TTL>5</TTL><ExpirationDate>20200131</ExpirationDate>";
        assert!(left_by(&expiring(past), ALICE).await.1.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_has_no_word_for_it_is_kept_for_a_week() {
    watched(async {
        for scenario in ["autoconfig-host", "guess-log-in"] {
            let (report, entries) = left_by(scenario, ALICE).await;
            assert_eq!(report.conclusion(), Conclusion::Found);
            assert_eq!(holds_for(&entries), Some(WITHOUT_A_WORD_FOR), "{scenario}");
        }
    })
    .await;
}

#[tokio::test]
async fn absence_is_kept_for_minutes() {
    watched(async {
        let (report, entries) = left_by("contoso", "alice@nothing.contoso.example").await;
        assert_eq!(report.conclusion(), Conclusion::NotFound);
        assert_eq!(holds_for(&entries), Some(NOT_FOUND_FOR));
        assert!(entries[0].answer.is_none());
    })
    .await;
}

#[tokio::test]
async fn what_a_person_has_to_decide_is_not_kept() {
    watched(async {
        for (scenario, conclusion) in [
            ("redirect-url-document-no-consent", Conclusion::NeedsConsent),
            ("unauthorized-401", Conclusion::NeedsLogin),
        ] {
            let (report, entries) = left_by(scenario, ALICE).await;
            assert_eq!(report.conclusion(), conclusion, "{scenario}");
            assert!(entries.is_empty(), "{scenario}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_time_cut_off_is_not_kept() {
    watched(async {
        let (_world, locator) = start("fault-no-answer").await;
        let cache = Cache::in_memory();
        let mut options = mailscout::discover::Options::default();
        options.ispdb = mailscout::discover::Ispdb::Off;
        options.deadlines.overall = Some(Duration::from_millis(300));
        let locator = locator
            .with_options(options)
            .with_tasks(Tasks { guess: false, ..Tasks::default() })
            .with_cache(cache.clone(), Freshness::Searched);
        let report = locate(&locator, ALICE).await;
        assert!(report.settings().is_none());
        assert!(cache.list().entries.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_remembered_document_is_the_same_answer_and_asks_nobody() {
    watched(async {
        let (first, second, _world) = twice("contoso", Tasks::default()).await;
        assert_eq!(essence(&first), essence(&second));
        let remembered = second.remembered.unwrap();
        assert!(remembered.found <= second.started);
        assert_eq!(second.all_valid_until(), remembered.until, "counted from when it was found");
        let document = serde_json::to_value(Document::new(&second)).unwrap();
        assert!(document["cached"]["until"].as_str().unwrap().ends_with('Z'));
    })
    .await;
}

#[tokio::test]
async fn what_was_guessed_comes_back_as_guessed() {
    watched(async {
        let (first, second, _world) = twice("guess-log-in", Tasks::default()).await;
        assert_eq!(second.conclusion(), Conclusion::Found);
        assert!(second.guess.is_none() && second.found().is_none());
        assert_eq!(second.trust(), Some(TrustWord::Verified));
        assert_eq!(essence(&first), essence(&second));
    })
    .await;
}

#[tokio::test]
async fn what_nothing_proves_stays_unproved() {
    watched(async {
        let (first, second, _world) = twice("autoconfig-mx", Tasks::default()).await;
        assert_eq!(first.trust(), Some(TrustWord::Unauthenticated));
        assert_eq!(second.trust(), Some(TrustWord::Unauthenticated));
        assert!(first.needs_a_person() && second.needs_a_person());
    })
    .await;
}

#[tokio::test]
async fn a_remembered_absence_is_not_followed_by_a_guess() {
    watched(async {
        let (world, locator) = start("nothing-published").await;
        let cache = Cache::in_memory();
        let locator = locator.with_cache(cache.clone(), Freshness::Remembered);
        let first = locate(&locator, ALICE).await;
        assert_eq!(first.conclusion(), Conclusion::NotFound);
        assert!(first.guess.is_some());
        world.journal().all_ended().await;
        let asked = world.journal().summary().len();
        let second = locate(&locator, ALICE).await;
        assert_eq!(second.conclusion(), Conclusion::NotFound);
        assert!(second.remembered.is_some() && second.guess.is_none());
        assert_eq!(world.journal().summary().len(), asked);
    })
    .await;
}

#[tokio::test]
async fn a_search_that_may_not_remember_asks_again() {
    watched(async {
        let (world, locator) = start("contoso").await;
        let locator = locator.with_cache(Cache::in_memory(), Freshness::Searched);
        locate(&locator, ALICE).await;
        world.journal().all_ended().await;
        let asked = world.journal().summary().len();
        assert!(locate(&locator, ALICE).await.remembered.is_none());
        assert!(world.journal().summary().len() > asked);
    })
    .await;
}

#[tokio::test]
async fn other_options_are_another_question() {
    watched(async {
        let (_world, locator) = start("contoso").await;
        let cache = Cache::in_memory();
        let locator = locator.with_cache(cache.clone(), Freshness::Remembered);
        locate(&locator, ALICE).await;
        let other = locator.clone().with_tasks(Tasks { guess: false, ..Tasks::default() });
        assert!(locate(&other, ALICE).await.remembered.is_none());
        assert!(locate(&locator, "Alice@contoso.example").await.remembered.is_none());
        assert!(locate(&locator, "alice@Contoso.Example").await.remembered.is_some());
        assert_eq!(cache.list().entries.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn verifying_meets_the_remembered_servers() {
    watched(async {
        let (world, locator) = start("guess-log-in").await;
        let locator = locator.with_cache(Cache::in_memory(), Freshness::Remembered);
        locate(&locator, ALICE).await;
        world.journal().all_ended().await;
        let asked = world.journal().summary().len();
        let verified = locator.with_tasks(Tasks { verify: true, ..Tasks::default() });
        let report = locate(&verified, ALICE).await;
        assert!(report.remembered.is_some() && report.check.is_some());
        assert!(report.evidence(&report.incoming()[0]).is_some());
        assert!(world.journal().summary().len() > asked);
    })
    .await;
}

#[tokio::test]
async fn no_password_is_kept_and_a_rejected_one_keeps_nothing() {
    watched(async {
        for (password, is_kept) in [("right-one", true), ("wrong-one", false)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("cache.json");
            let (_world, locator) = start("guess-log-in").await;
            let mut probing = prober::Options::default();
            probing.secret = Some(Secret::Password(password.to_owned().into()));
            let locator =
                locator.with_probing(probing).with_cache(Cache::at(&path), Freshness::Searched);
            let report = locate(&locator, ALICE).await;
            assert!(!report.guess.unwrap().log_ins.is_empty());
            assert_eq!(path.exists(), is_kept, "{password}");
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(!text.contains("-one"), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_cache_that_cannot_be_written_is_a_notice_and_no_failure() {
    watched(async {
        let folder = tempfile::tempdir().unwrap();
        let (_world, locator) = start("contoso").await;
        let locator = locator.with_cache(Cache::at(folder.path()), Freshness::Remembered);
        let report = locate(&locator, ALICE).await;
        assert_eq!(report.conclusion(), Conclusion::Found);
        let codes: Vec<&str> = report.notices().map(|notice| notice.code).collect();
        assert_eq!(codes, ["cache-unreadable", "cache-unwritable"]);
    })
    .await;
}
