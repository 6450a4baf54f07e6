//! Everything outside that a question can go to: resolver, web, files, the user.

use core::fmt;
use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use mailscout_net::{dns::Resolve, http::Exchange, io::file::read_bounded};
use tokio::task::spawn_blocking;

use crate::{
    consent::{Consent, Question},
    request::{Outcome, Request},
};

/// Somebody who can put a question to the user.
#[async_trait]
pub trait Ask: fmt::Debug + Send + Sync {
    /// Puts one question. No deadline runs meanwhile.
    async fn ask(&self, question: &Question) -> Consent;
}

/// The outside, as a search sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct World {
    /// Who asks the DNS.
    pub resolver: Arc<dyn Resolve>,
    /// Who carries out HTTP exchanges.
    pub exchange: Arc<dyn Exchange>,
    /// Who asks the user.
    pub ask: Arc<dyn Ask>,
}

impl World {
    /// The outside, made of these.
    pub fn new(resolver: Arc<dyn Resolve>, exchange: Arc<dyn Exchange>, ask: Arc<dyn Ask>) -> Self {
        Self { resolver, exchange, ask }
    }

    /// Carries out one question of the engine.
    pub(super) async fn perform(&self, request: &Request) -> Outcome {
        match request {
            Request::Lookup(lookup) => Outcome::Lookup(self.resolver.resolve(lookup).await),
            Request::Http(request) => Outcome::Http(self.exchange.exchange(request).await),
            Request::ReadFile { path, max_bytes } => Outcome::File(read(path, *max_bytes).await),
            Request::Ask(question) => Outcome::Consent(self.ask.ask(question).await),
        }
    }
}

/// Reads a file, off the threads that serve the network.
async fn read(path: &Path, max_bytes: usize) -> Result<Vec<u8>, String> {
    let path = path.to_owned();
    let reading = spawn_blocking(move || read_bounded(&path, max_bytes as u64));
    match reading.await {
        Ok(ended) => ended.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
