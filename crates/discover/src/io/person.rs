//! Performs a search for a person, within a deadline.

use core::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::{Event, Observe, World};
use crate::directory::{PersonReport, PersonSearch};

/// Runs a search for a person to its end, which is `deadline` from now at the latest.
pub async fn find_person(
    mut search: PersonSearch,
    world: &World,
    observer: &dyn Observe,
    deadline: Duration,
) -> PersonReport {
    let start = Instant::now();
    let end = start + deadline;
    while let Some(request) = search.next().cloned() {
        observer.observe(Event::Asked(&request)).await;
        let asked = start.elapsed();
        match timeout_at(end, world.perform(&request)).await {
            Ok(outcome) => search.complete(outcome, asked, start.elapsed()),
            Err(_elapsed) => search.give_up(asked, start.elapsed()),
        }
    }
    search.into_report()
}
