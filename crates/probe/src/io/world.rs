//! Everything outside that a question can go to: resolver, mail servers, the user.

use core::{fmt, time::Duration};
use std::sync::Arc;

use async_trait::async_trait;
use mailscout_net::{
    connect::{Connect, Target},
    dns::Resolve,
    failure::Failure,
    job::Consent,
};
use tokio::time::{Instant, timeout};

use super::converse;
use crate::{
    approach::Approach,
    conversation::{Conversation, Evidence, Patience},
    prober::{Outcome, Question, Request, TimedMeeting},
};

/// Somebody who can put a question to the user.
#[async_trait]
pub trait Ask: fmt::Debug + Send + Sync {
    /// Puts one question. No deadline runs meanwhile.
    async fn ask(&self, question: &Question) -> Consent;
}

/// The outside, as a guess sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct World {
    /// Who asks the DNS.
    pub resolver: Arc<dyn Resolve>,
    /// Who opens connections.
    pub connect: Arc<dyn Connect>,
    /// Who asks the user.
    pub ask: Arc<dyn Ask>,
}

impl World {
    /// The outside, made of these.
    pub fn new(resolver: Arc<dyn Resolve>, connect: Arc<dyn Connect>, ask: Arc<dyn Ask>) -> Self {
        Self { resolver, connect, ask }
    }

    /// Carries out one question of the engine.
    pub(super) async fn perform(&self, request: &Request) -> Outcome {
        match request {
            Request::Lookup(lookup) => Outcome::Lookup(self.resolver.resolve(lookup).await),
            Request::Converse(conversation) => {
                let evidence = converse(conversation, self.connect.as_ref()).await;
                Outcome::Converse(Box::new(evidence))
            }
            Request::Ask(question) => Outcome::Consent(self.ask.ask(question).await),
        }
    }
}

/// Meets one port as an approach says, to its end; what is not over after `overall` is cut off.
pub async fn inspect(
    target: &Target,
    mut approach: Approach,
    patience: Patience,
    overall: Duration,
    connect: &dyn Connect,
) -> Vec<TimedMeeting> {
    let start = Instant::now();
    let mut met = Vec::new();
    while let Some(way) = approach.next().filter(|_| start.elapsed() < overall) {
        let mut conversation = Conversation::new(target.clone(), way.protocol, way.security);
        conversation.patience = patience;
        if let Some(greeting) = way.greeting {
            conversation.patience.greeting = greeting.min(patience.greeting);
        }
        let started = start.elapsed();
        let left = overall.saturating_sub(started);
        let evidence = timeout(left, converse(&conversation, connect)).await;
        approach.take(evidence.unwrap_or_else(|_| Evidence {
            failure: Some(Failure::ExchangeTimeout),
            ..Evidence::default()
        }));
        let last = approach.had().last().cloned();
        let elapsed = start.elapsed().saturating_sub(started);
        met.extend(last.map(|last| TimedMeeting { met: last, started, elapsed }));
    }
    met
}
