//! The loop: what the prober wants is started, what comes back is told, until it is done.

use core::fmt;
use std::collections::HashMap;

use async_trait::async_trait;
use futures_util::{
    future::abortable,
    stream::{FuturesUnordered, StreamExt},
};
use tokio::time::{Instant, sleep_until};

use super::World;
use crate::prober::{GuessReport, Prober, Request, Step};

/// Something that happened during a guess.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A question is being asked.
    Asked(&'a Request),
    /// A question was answered.
    Answered(&'a Request),
    /// A question was given up: nobody needs its answer any more.
    GivenUp(&'a Request),
}

/// Somebody who wants to know what happens while it happens. It is awaited: who is slow slows the
/// guess.
#[async_trait]
pub trait Observe: fmt::Debug + Send + Sync {
    /// Is told of an event.
    async fn observe(&self, event: Event<'_>);
}

/// Runs a guess to its end. Dropping the future closes every connection.
pub async fn drive(mut prober: Prober, world: &World, observer: &dyn Observe) -> GuessReport {
    let start = Instant::now();
    let mut jobs = FuturesUnordered::new();
    let mut open = HashMap::new();
    loop {
        match prober.poll(start.elapsed()) {
            Step::Start(id, request) => {
                observer.observe(Event::Asked(&request)).await;
                let asked = request.clone();
                let (job, handle) = abortable(async move { (id, world.perform(&asked).await) });
                open.insert(id, (handle, request));
                jobs.push(job);
            }
            Step::Cancel(id) => {
                if let Some((handle, request)) = open.remove(&id) {
                    handle.abort();
                    observer.observe(Event::GivenUp(&request)).await;
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
                        prober.complete(id, outcome, start.elapsed());
                        if let Some((_, request)) = open.remove(&id) {
                            observer.observe(Event::Answered(&request)).await;
                        }
                    }
                    () = wake_up => {}
                }
            }
            Step::Done => return prober.into_report(start.elapsed()),
        }
    }
}
