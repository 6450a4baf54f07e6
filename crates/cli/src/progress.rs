//! What is being asked right now, live on a terminal, and nothing anywhere else.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use indicatif::{ProgressBar, ProgressStyle};
use mailscout::{Event, Observe, discover, oauth, probe, probe::prober::Request};

use crate::output::{explain::readable, printable};

/// The live line. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    bar: Arc<ProgressBar>,
    /// What is being asked at the same time, the oldest first.
    open: Arc<Mutex<Vec<String>>>,
}

impl Progress {
    /// A line on standard error; hidden where that is no terminal.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Self { bar: Arc::new(bar), open: Arc::default() }
    }

    /// Takes the line away while somebody else uses the terminal.
    pub(crate) fn suspend<T>(&self, other: impl FnOnce() -> T) -> T {
        self.bar.suspend(other)
    }

    /// Takes the line away for good.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// Says that a server is being looked at.
    pub(crate) fn look_at(&self, what: &str) {
        self.bar.set_message(printable(what).into_owned());
    }

    fn begin(&self, request: &Request) {
        let mut open = self.open();
        open.push(short(request));
        self.bar.set_message(message(&open));
    }

    fn finish(&self, request: &Request) {
        let (mut open, ended) = (self.open(), short(request));
        if let Some(index) = open.iter().position(|one| *one == ended) {
            open.remove(index);
        }
        self.bar.set_message(message(&open));
    }

    fn open(&self) -> MutexGuard<'_, Vec<String>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Observe for Progress {
    async fn observe(&self, event: Event<'_>) {
        match event {
            Event::Search(discover::io::Event::Asked(request)) => {
                self.look_at(&readable(&request.to_string()));
            }
            Event::OAuth(oauth::Event::Asked(question)) => self.look_at(question),
            Event::Probe(probe::io::Event::Asked(request)) => self.begin(request),
            Event::Probe(
                probe::io::Event::Answered(request) | probe::io::Event::GivenUp(request),
            ) => self.finish(request),
            _ => {}
        }
    }
}

/// A question to a mail server, as short as can be: there are many at a time.
fn short(request: &Request) -> String {
    match request {
        Request::Lookup(lookup) => format!("DNS {}", lookup.name),
        Request::Converse(conversation) => match &conversation.log_in {
            Some(log_in) => format!("log-in at {} by {}", conversation.target, log_in.mechanism),
            None => conversation.target.to_string(),
        },
        other => other.to_string(),
    }
}

/// The first of what is being asked, each once, and how many there are besides.
fn message(open: &[String]) -> String {
    let mut all: Vec<&str> = Vec::new();
    for one in open {
        if !all.contains(&one.as_str()) {
            all.push(one);
        }
    }
    let shown: Vec<_> = all.iter().take(SHOWN).map(|one| printable(one)).collect();
    match all.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} … {more} more", shown.join(", ")),
    }
}

/// Questions that are named at once; the terminal cuts what is wider than itself.
const SHOWN: usize = 3;
const TICK: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_named_and_the_rest_is_counted() {
        let open = |names: &[&str]| {
            message(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(open(&[]), "");
        assert_eq!(open(&["a:993", "a:993", "b:143"]), "a:993, b:143");
        assert_eq!(open(&["a", "b", "c", "d", "e"]), "a, b, c … 2 more");
        assert_eq!(open(&["a\u{1b}[2J"]), r"a\u{1b}[2J");
    }
}
