//! What of a report is kept, and until when.

use std::time::{Duration, SystemTime};

use mailscout_discover::{
    Attempt, Conclusion, Ending, Found, Reason, SearchReport, TrustWord, mechanism::Mechanism,
};
use mailscout_probe::prober::{self, GuessReport, Proof};

use super::{
    CACHE_UNREADABLE, CACHE_UNWRITABLE,
    entry::{Answer, Entry},
};
use crate::report::Report;

/// How long settings are kept whose source has no word for it (Autoconfig, PACC, SRV records,
/// tables, guesses): a week, the age at which Microsoft's guidance has clients ask again for settings
/// that still work. Longer would outlast a provider's announced move, shorter would ask a provider
/// that changes nothing for years.
pub const WITHOUT_A_WORD_FOR: Duration = Duration::from_hours(7 * 24);

/// How long it is kept that there are no settings, or that those there are may be the wrong ones: the
/// time after which Outlook asks again when it has failed. Whoever has just put a document in its
/// place waits no longer.
pub const NOT_FOUND_FOR: Duration = Duration::from_mins(5);

/// The entry that a search leaves, if any.
pub(crate) fn entry_of(report: &Report, question: &str) -> Option<Entry> {
    // Settings that several sources gave together have no one source to be kept under.
    if was_cut_off(report) || report.sources().len() > 1 || report.is_lacking() {
        return None;
    }
    let (answer, found, until) = match (report.conclusion(), report.found(), &report.guess) {
        (Conclusion::Found, Some(document), _) => {
            let found = report.started + document.at;
            let until = end_of(report, document, found);
            (Some(Answer::Document(Box::new(document.clone()))), found, until)
        }
        (Conclusion::Found, None, Some(guess)) => {
            let (settings, profile) = (Box::new(report.settings()?.clone()), guess.profile);
            let found = ended(report);
            is_whole(guess).then_some(())?;
            (
                Some(Answer::Guess { settings, profile }),
                found,
                found.checked_add(WITHOUT_A_WORD_FOR),
            )
        }
        // Who did not answer may have them.
        (Conclusion::NotFound, ..) if has_silence(report) => return None,
        (Conclusion::NotFound, ..) => {
            let found = ended(report);
            (None, found, found.checked_add(NOT_FOUND_FOR))
        }
        _ => return None,
    };
    let until = if is_provisional(report) {
        let soon = found.checked_add(NOT_FOUND_FOR);
        until.into_iter().chain(soon).min()
    } else {
        until
    };
    let mut entry = Entry::new(report.address().clone(), question, found, until, answer);
    let notices = report.notices();
    let is_of_the_cache = |code| [CACHE_UNREADABLE, CACHE_UNWRITABLE].contains(&code);
    entry.notices = notices.filter(|notice| !is_of_the_cache(notice.code)).cloned().collect();
    entry.holds_at(entry.found).then_some(entry)
}

/// When a document's settings end; `None`: never. Autodiscover's say it of each server.
fn end_of(report: &Report, document: &Found, found: SystemTime) -> Option<SystemTime> {
    let settings = &document.settings;
    let has_servers = !settings.incoming.is_empty() || !settings.outgoing.is_empty();
    if document.mechanism.is_autodiscover() && has_servers {
        report.all_valid_until()
    } else {
        found.checked_add(WITHOUT_A_WORD_FOR)
    }
}

/// When everything was known.
fn ended(report: &Report) -> SystemTime {
    let guess = report.guess.as_ref().map(|guess| guess.elapsed).unwrap_or_default();
    report.started + report.search.elapsed + guess
}

/// Whether a bound on time decided, so that another search may come to something else.
fn was_cut_off(report: &Report) -> bool {
    let is_cut = |reason: &Reason| matches!(reason, Reason::TimeUp | Reason::NotReached);
    report.search.attempts.iter().any(|attempt| is_cut(&attempt.reason))
        || report.guess.iter().any(|guess| has(guess, &[prober::TIME_UP]))
}

/// Whether a source did not answer.
fn has_silence(report: &Report) -> bool {
    report.search.attempts.iter().any(|attempt| attempt.reason.ending() == Ending::Failed)
}

/// Whether a guess found everything, and nobody has to look at it.
fn is_whole(guess: &GuessReport) -> bool {
    let is_doubtful = guess.found.iter().any(|found| matches!(found.proof, Proof::Doubtful(_)));
    !is_doubtful
        && guess.consent_needed.is_empty()
        && !has(guess, &[prober::NO_INCOMING, prober::NO_OUTGOING])
}

fn has(guess: &GuessReport, codes: &[&str]) -> bool {
    guess.notices.iter().any(|notice| codes.contains(&notice.code))
}

/// Whether a source of higher rank than the one that was taken, or than the guess, did not answer or
/// was not waited for.
fn is_silent_above(found: Option<&Found>, attempts: &[Attempt]) -> bool {
    let rank = |mechanism| Mechanism::all().position(|other| other == mechanism);
    let taken = found.and_then(|found| rank(found.mechanism));
    let is_above =
        |attempt: &&Attempt| taken.is_none_or(|taken| rank(attempt.mechanism) < Some(taken));
    let is_unheard = |attempt: &Attempt| {
        attempt.reason.ending() == Ending::Failed || matches!(attempt.reason, Reason::Overtaken)
    };
    attempts.iter().filter(is_above).any(is_unheard)
}

/// Whether a search a little later may come to something better.
fn is_provisional(report: &Report) -> bool {
    let SearchReport { found, consent_needed, attempts, .. } = &report.search;
    let is_unproved = found
        .as_ref()
        .is_some_and(|found| found.is_provable && found.trust.word() == TrustWord::Unauthenticated);
    is_unproved || !consent_needed.is_empty() || is_silent_above(found.as_ref(), attempts)
}
