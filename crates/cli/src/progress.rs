//! What is being asked right now, live on a terminal, and nothing anywhere else.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use indicatif::{ProgressBar, ProgressStyle};
use mailscout::{Event, Observe};

use crate::output::printable;

/// The live line. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    bar: Arc<ProgressBar>,
}

impl Progress {
    /// A line on standard error; hidden where that is no terminal.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Self { bar: Arc::new(bar) }
    }

    /// Takes the line away while somebody else uses the terminal.
    pub(crate) fn suspend<T>(&self, other: impl FnOnce() -> T) -> T {
        self.bar.suspend(other)
    }

    /// Takes the line away for good.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

#[async_trait]
impl Observe for Progress {
    async fn observe(&self, event: Event<'_>) {
        if let Event::Asked(request) = event {
            self.bar.set_message(printable(&request.to_string()).into_owned());
        }
    }
}

const TICK: Duration = Duration::from_millis(100);
