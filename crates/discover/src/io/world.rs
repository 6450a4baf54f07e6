//! Everything outside that a question can go to: resolver, web, files, the user.

use core::fmt;
use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use mailscout_net::{
    directory::{Bind, Directory, DirectorySearch},
    dns::Resolve,
    failure::Failure,
    http::{Exchange, HttpRequest, HttpScheme},
    io::file::read_bounded,
};
use tokio::task::spawn_blocking;

use super::credentials::Credentials;
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
    /// Who searches directories; `None`: nobody can.
    pub directory: Option<Arc<dyn Directory>>,
    /// Who reads the directory, where it is not anybody.
    pub bind: Bind,
    /// What the user logs in to web servers with; `None`: nothing.
    pub credentials: Option<Credentials>,
}

impl World {
    /// The outside, made of these.
    pub fn new(resolver: Arc<dyn Resolve>, exchange: Arc<dyn Exchange>, ask: Arc<dyn Ask>) -> Self {
        let (directory, bind, credentials) = (None, Bind::Anonymous, None);
        Self { resolver, exchange, ask, directory, bind, credentials }
    }

    /// Carries out a search in a directory.
    async fn search(&self, search: &DirectorySearch, binds: bool) -> Outcome {
        let Some(directory) = &self.directory else {
            let detail = "nobody here can search a directory".to_owned();
            return Outcome::Directory(Err(Failure::InvalidRequest { detail }));
        };
        let mut search = search.clone();
        if binds {
            search.bind = self.bind.clone();
        }
        Outcome::Directory(directory.search(&search).await)
    }

    /// Carries out an exchange with a log-in.
    async fn log_in(&self, request: &HttpRequest, scheme: HttpScheme) -> Outcome {
        let log_in = self.credentials.as_ref().and_then(|known| known.by(scheme));
        let Some(log_in) = log_in else {
            let detail = format!("there is nothing to log in with by {scheme}");
            return Outcome::Http(Err(Failure::InvalidRequest { detail }));
        };
        let mut request = request.clone();
        request.log_in = Some(Arc::new(log_in));
        Outcome::Http(self.exchange.exchange(&request).await)
    }

    /// Carries out one question of the engine.
    pub(super) async fn perform(&self, request: &Request) -> Outcome {
        match request {
            Request::Lookup(lookup) => Outcome::Lookup(self.resolver.resolve(lookup).await),
            Request::Http(request) => Outcome::Http(self.exchange.exchange(request).await),
            Request::LogIn(request, scheme) => self.log_in(request, *scheme).await,
            Request::Directory { search, binds } => self.search(search, *binds).await,
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
