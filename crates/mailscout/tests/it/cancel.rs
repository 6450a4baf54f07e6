//! Cancellation: who drops the search ends it, and nothing more is asked.

use core::time::Duration;

use crate::lab::{start, watched};

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a search is dropped while it waits, in real time")]
async fn dropping_a_search_ends_it_and_nothing_more_is_asked() {
    watched(async {
        let (world, locator) = start("fault-no-answer").await;
        let address = "alice@contoso.example".parse().unwrap();
        let search = locator.locate(&address);
        let ended = tokio::time::timeout(Duration::from_millis(300), search).await;
        assert!(ended.is_err(), "the server never answers");
        let asked = world.journal().summary();
        assert_eq!(asked.len(), 2, "{asked:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(world.journal().summary(), asked);
    })
    .await;
}
