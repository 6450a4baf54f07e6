//! The loop: what the engine wants is started, what comes back is told, until it is done.

use core::fmt;
use std::collections::HashMap;

use async_trait::async_trait;
use futures_util::{
    future::abortable,
    stream::{FuturesUnordered, StreamExt},
};
use tokio::time::{Instant, sleep_until};

use crate::{
    engine::{Discovery, Step},
    io::World,
    report::{Attempt, SearchReport},
    request::Request,
};

/// Something that happened during a search.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A question is being asked.
    Asked(&'a Request),
    /// A question was answered, or given up.
    Answered(&'a Attempt),
}

/// Somebody who wants to know what happens while it happens. It is awaited: who is slow slows the
/// search.
#[async_trait]
pub trait Observe: fmt::Debug + Send + Sync {
    /// Is told of an event.
    async fn observe(&self, event: Event<'_>);
}

/// Runs a search to its end. Dropping the future ends every open question.
pub async fn drive(
    mut discovery: Discovery,
    world: &World,
    observer: &dyn Observe,
) -> SearchReport {
    let start = Instant::now();
    let mut jobs = FuturesUnordered::new();
    let mut handles = HashMap::new();
    loop {
        match discovery.poll(start.elapsed()) {
            Step::Start(id, request) => {
                observer.observe(Event::Asked(&request)).await;
                let (job, handle) = abortable(async move { (id, world.perform(&request).await) });
                handles.insert(id, handle);
                jobs.push(job);
            }
            Step::Cancel(id) => {
                if let Some(handle) = handles.remove(&id) {
                    handle.abort();
                }
            }
            Step::Wait(until) => {
                let deadline = until.and_then(|until| start.checked_add(until));
                let wake_up = async {
                    match deadline {
                        Some(deadline) => sleep_until(deadline).await,
                        None => core::future::pending().await,
                    }
                };
                tokio::select! {
                    Some(ended) = jobs.next() => {
                        // What was given up has no answer.
                        let Ok((id, outcome)) = ended else { continue };
                        handles.remove(&id);
                        if let Some(attempt) = discovery.complete(id, outcome, start.elapsed()) {
                            observer.observe(Event::Answered(attempt)).await;
                        }
                    }
                    () = wake_up => {}
                }
            }
            Step::Done => return discovery.into_report(start.elapsed()),
        }
    }
}
