//! The questions for the metadata of an OAuth issuer.

use std::time::Duration;

use mailscout::oauth::{Answer, Attempt, Inquiry};

use super::{Line, lay_out, question};
use crate::output::printable;

/// The inquiry, below its title; empty where nobody was asked.
pub(super) fn inquiry(inquiry: &Inquiry, whole: Duration) -> String {
    if inquiry.attempts.is_empty() {
        return String::new();
    }
    let line = |attempt: &Attempt| Line {
        time: Some((attempt.started, attempt.elapsed)),
        question: question(&attempt.question),
        answer: attempt.told(),
        is_taken: attempt.answer == Answer::Metadata,
    };
    let lines: Vec<Line> = inquiry.attempts.iter().map(line).collect();
    let issuer = inquiry.issuer.as_deref().map(printable).unwrap_or_default();
    format!("\n           Metadata of the OAuth issuer {issuer}\n\n{}", lay_out(&lines, whole))
}
