//! The hooks of an embedder: what the user is asked, and what is told while it happens.

use core::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use mailscout_discover as discover;
use mailscout_net::job::Consent;
use mailscout_probe as probe;

use crate::oauth;

/// A question to the user.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Question<'a> {
    /// May the settings come from another site?
    Redirect(&'a discover::consent::Question),
    /// May this be done without encryption?
    Unencrypted(&'a probe::prober::Question),
}

impl fmt::Display for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect(question) => question.fmt(f),
            Self::Unencrypted(question) => question.fmt(f),
        }
    }
}

/// Somebody who can put a question to the user.
#[async_trait]
pub trait Ask: fmt::Debug + Send + Sync {
    /// Puts one question. No deadline runs meanwhile.
    async fn ask(&self, question: Question<'_>) -> Consent;
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// In the search for documents.
    Search(discover::io::Event<'a>),
    /// In the guess, or the check of servers that a document named.
    Probe(probe::io::Event<'a>),
    /// In the question for the metadata of an OAuth issuer.
    OAuth(oauth::Event<'a>),
}

/// Somebody who wants to know what happens while it happens. It is awaited: who is slow slows the
/// search.
#[async_trait]
pub trait Observe: fmt::Debug + Send + Sync {
    /// Is told of an event.
    async fn observe(&self, event: Event<'_>);
}

/// Nobody: cannot be asked, and wants to know nothing.
#[derive(Debug)]
pub(crate) struct Nobody;

#[async_trait]
impl Ask for Nobody {
    async fn ask(&self, _: Question<'_>) -> Consent {
        Consent::Unavailable
    }
}

#[async_trait]
impl Observe for Nobody {
    async fn observe(&self, _: Event<'_>) {}
}

/// Who asks, as the layers below take them.
#[derive(Clone, Debug)]
pub(crate) struct AskBelow(pub(crate) Arc<dyn Ask>);

#[async_trait]
impl discover::io::Ask for AskBelow {
    async fn ask(&self, question: &discover::consent::Question) -> Consent {
        self.0.ask(Question::Redirect(question)).await
    }
}

#[async_trait]
impl probe::io::Ask for AskBelow {
    async fn ask(&self, question: &probe::prober::Question) -> Consent {
        self.0.ask(Question::Unencrypted(question)).await
    }
}

/// Who is told, as the layers below take them.
#[derive(Clone, Debug)]
pub(crate) struct ObserveBelow(pub(crate) Arc<dyn Observe>);

#[async_trait]
impl discover::io::Observe for ObserveBelow {
    async fn observe(&self, event: discover::io::Event<'_>) {
        self.0.observe(Event::Search(event)).await;
    }
}

#[async_trait]
impl probe::io::Observe for ObserveBelow {
    async fn observe(&self, event: probe::io::Event<'_>) {
        self.0.observe(Event::Probe(event)).await;
    }
}
