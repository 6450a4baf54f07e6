//! What an engine without I/O asks of whoever drives it: questions by number, and when to come
//! back; and what a person says to one.

use core::time::Duration;

/// Names one question until its answer comes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct JobId(u64);

impl JobId {
    /// The name of an engine's question of this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }
}

/// What the driver must do next.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver must know how to do each of these")]
pub enum Step<R> {
    /// Start this question now; it runs beside the others.
    Start(JobId, R),
    /// Give this question up: nobody waits for its answer any more.
    Cancel(JobId),
    /// Nothing to start before this time or the next answer; `None` while only a person is
    /// waited for.
    Wait(Option<Duration>),
    /// All is over.
    Done,
}

/// What a person says to a question.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Consent {
    /// Yes. Whether it is remembered for the next search is the asker's business.
    Given,
    /// No.
    Denied,
    /// Nobody can be asked; taken as a no, and reported as such.
    Unavailable,
}
