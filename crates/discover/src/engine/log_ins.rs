//! What is remembered of log-ins, whichever mechanism they were for.

use mailscout_net::{failure::Failure, http::HttpScheme};

use super::{Discovery, Source, State};
use crate::request::{Outcome, Request};

impl Discovery {
    /// Counts a log-in that was sent and not accepted, and remembers what was offered.
    ///
    /// A server that hangs up, is silent or breaks down over a log-in may have counted it. A bind that
    /// a directory refused is not repeated, after a change of address either; its password may be
    /// the user's own.
    pub(super) fn note_log_in(&mut self, request: &Request, outcome: &Outcome) {
        if let Outcome::Http(Ok(response)) = outcome {
            let offers = |scheme| response.challenges.iter().any(|one| one.is(scheme));
            self.has_seen_ntlm |= offers(HttpScheme::Ntlm) || offers(HttpScheme::Negotiate);
        }
        let is_lost = match (request, outcome) {
            (Request::LogIn(..), Outcome::Http(Ok(response))) => {
                matches!(response.status, 401 | 403 | 500..)
            }
            (Request::LogIn(..), Outcome::Http(Err(failure))) => was_sent(failure),
            (Request::Directory { binds: true, .. }, Outcome::Directory(Err(failure))) => {
                matches!(failure, Failure::LdapBindRefused { .. })
            }
            _ => false,
        };
        self.refused_log_ins += usize::from(is_lost);
        if let (true, Request::Directory { .. }, Some(directory)) =
            (is_lost, request, &mut self.options.directory)
        {
            directory.binds = false;
        }
    }

    /// A log-in that is given up may have been counted.
    pub(super) fn note_given_up(&mut self, request: &Request) {
        self.refused_log_ins += usize::from(matches!(request, Request::LogIn(..)));
    }

    /// Log-ins whose answer is not known yet.
    pub(super) fn open_log_ins(&self) -> usize {
        let is_open = |source: &&Source| match &source.state {
            State::Ready(_, request) => matches!(request, Request::LogIn(..)),
            State::Running(_, job) => matches!(job.request, Request::LogIn(..)),
            _ => false,
        };
        self.sources.iter().filter(is_open).count()
    }
}

/// Whether a failure can come after the secret was proved, or shown.
fn was_sent(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::LogInClosed
            | Failure::Closed
            | Failure::ExchangeTimeout
            | Failure::HeaderTooLarge
            | Failure::BodyTooLarge { .. }
            | Failure::NotHttp { .. }
    )
}
