//! Who may begin when, who is waited for, and for how long: the strategies at work.

use core::{net::SocketAddr, time::Duration};

use mailscout_net::{failure::Failure, job::JobId};
use mailscout_schema::notice::Notice;

use super::{Discovery, End, Job, Source, State};
use crate::{
    mechanism::Mechanism,
    options::Strategy,
    reason::Reason,
    request::Request,
    trust::{ConsentState, TrustWord},
};

/// Code of the notice that settings were taken although a source of higher rank had not answered.
pub const HIGHER_SOURCE_SILENT: &str = "higher-source-silent";

impl Discovery {
    /// Whether a mechanism may begin.
    ///
    /// Hedged: when all above have ended, or each of them has had the line to itself for a stagger.
    /// A third party is asked only when every source of the domain itself above it has ended, and is
    /// not waited for until it is asked.
    pub(super) fn may_start(&self, index: usize, all_above_ended: bool, now: Duration) -> bool {
        match self.options.strategy {
            _ if all_above_ended => true,
            // It is what is left when everything else came to nothing.
            _ if self.is_the_last_resort(index) => false,
            Strategy::Sequential => false,
            Strategy::Eager => !self.is_held_back(index),
            Strategy::Hedged => self.start_of(index).is_some_and(|start| now >= start),
        }
    }

    /// Whether a third party has to wait for a source of the domain itself.
    fn is_held_back(&self, index: usize) -> bool {
        let mut above = self.sources.iter().take(index);
        self.is_third_party(index)
            && above.any(|source| source.is_open() && !source.mechanism.is_third_party())
    }

    /// When a mechanism may begin although not all above have ended; `None` if only then.
    fn start_of(&self, index: usize) -> Option<Duration> {
        if self.is_held_back(index) || self.is_the_last_resort(index) {
            return None;
        }
        let begins_late = |source: &Source| {
            matches!(source.state, State::Waiting)
                && source.mechanism.is_third_party()
                && !self.is_third_party(index)
        };
        let above = self.sources.iter().take(index);
        let open = above.filter(|source| source.is_open() && !begins_late(source));
        let begins: Option<Vec<Duration>> = open.map(|source| source.began).collect();
        let last = begins?.into_iter().max().unwrap_or_default();
        Some(last.saturating_add(self.stagger()))
    }

    fn is_the_last_resort(&self, index: usize) -> bool {
        let source = self.sources.get(index);
        source.is_some_and(|source| source.mechanism == Mechanism::ExchangeServer)
    }

    fn is_third_party(&self, index: usize) -> bool {
        self.sources.get(index).is_some_and(|source| source.mechanism.is_third_party())
    }

    /// How long a mechanism has the line to itself: a quarter of a round trip.
    fn stagger(&self) -> Duration {
        let round_trip = self.names.round_trip().unwrap_or(UNKNOWN_ROUND_TRIP);
        (round_trip / 4).clamp(SHORTEST_STAGGER, LONGEST_STAGGER)
    }

    /// How long a TCP handshake is waited for: where others wait for its end, one retransmission
    /// and three round trips.
    pub(super) fn connect_deadline(&self) -> Duration {
        let deadline = self.options.deadlines.connect;
        if self.options.strategy == Strategy::Sequential {
            return deadline;
        }
        let round_trip = self.names.round_trip().unwrap_or(UNKNOWN_ROUND_TRIP);
        deadline.min(RETRANSMISSION.saturating_add(round_trip.saturating_mul(3)))
    }

    /// An address that finished no handshake is not tried again at that port by anybody.
    pub(super) fn note_contact(&mut self, id: JobId, failure: Option<&Failure>) {
        let asked = self.sources.iter().find_map(|source| match &source.state {
            State::Running(
                _,
                Job {
                    id: running,
                    request: Request::Http(request) | Request::LogIn(request, _),
                    ..
                },
            ) if *running == id => Some(request),
            _ => None,
        });
        let Some(request) = asked else { return };
        match failure {
            Some(Failure::ConnectTimeout) => {
                let port = request.url.port_or_known_default().unwrap_or_default();
                let places = request.addresses.iter().map(|to| SocketAddr::new(*to, port));
                self.silent.extend(places);
            }
            Some(Failure::Unreachable { .. } | Failure::InvalidRequest { .. }) => {}
            // Which of several addresses answered, nobody says.
            _ => {
                if let [only] = request.addresses.as_slice() {
                    self.alive.insert(*only);
                }
            }
        }
    }

    /// Takes settings from below a source that is not decided yet, if it has been waited for long
    /// enough and they are as good as any; whether anything changed.
    pub(super) fn overtake(&mut self, above: usize, now: Duration) -> bool {
        let Some((index, accept)) = self.overtaker(above) else {
            return false;
        };
        if self.working_time(now) < accept {
            return false;
        }
        self.cut_off_above(index, now);
        true
    }

    /// The settings that may overtake, and from when on, less the time that persons took.
    fn overtaker(&self, above: usize) -> Option<(usize, Duration)> {
        if self.options.strategy != Strategy::Hedged || self.options.all {
            return None;
        }
        for (index, source) in self.sources.iter().enumerate().skip(above) {
            match &source.state {
                // Who leaves it to the user has answered, and where the user agreed is waited for.
                State::Ready(_, Request::Ask(_))
                | State::Running(_, Job { request: Request::Ask(_), .. })
                | State::Ended(_, End::Restart(_) | End::Overrun) => return None,
                State::Ready(chain, _) | State::Running(chain, _)
                    if chain.hops().iter().any(|hop| hop.consent == ConsentState::Given) =>
                {
                    return None;
                }
                State::Ended(chain, End::Settings { offer, .. }) => {
                    let (charged, is_cut) = chain.charge(&self.settled, &self.consents);
                    if is_cut || !self.completes(&offer.settings) {
                        continue;
                    }
                    if self.is_overrun(index, charged) {
                        return None;
                    }
                    let word = self.trust(chain.as_ref(), &offer.settings).word();
                    let is_as_good = matches!(word, TrustWord::Authenticated | TrustWord::Local);
                    let ended = source.ended?;
                    let grace = self.options.deadlines.grace;
                    let grace = grace.unwrap_or_else(|| ended.max(self.stagger()));
                    let accept = ended.saturating_add(grace);
                    return is_as_good.then_some((index, accept));
                }
                _ => {}
            }
        }
        None
    }

    /// Remarks on the sources of higher rank than settings that nobody heard, where the search did
    /// not wait for each as long as it could.
    pub(super) fn note_silent_above(&mut self, index: usize) {
        if self.options.strategy == Strategy::Sequential {
            return;
        }
        let is_unheard = |source: &&Source| {
            self.attempts.iter().chain(&self.skipped).any(|attempt| {
                attempt.mechanism == source.mechanism
                    && attempt.started >= self.began
                    && (attempt.reason.is_silence()
                        || matches!(attempt.reason, Reason::Overtaken | Reason::NotReached))
            })
        };
        let silent = self.sources.iter().take(index).filter(is_unheard);
        let silent: Vec<&str> = silent.map(|source| source.mechanism.as_str()).collect();
        if !silent.is_empty() {
            let text = format!(
                "settings were taken before these sources had answered: {}",
                silent.join(", ")
            );
            self.notices.push(Notice::new(HIGHER_SOURCE_SILENT, text));
        }
    }

    /// When there is something to do without an answer: a mechanism may begin, a success has waited
    /// long enough, or the time is up, which it never is while a person is waited for.
    pub(super) fn wake_up(&self, now: Duration) -> Option<Duration> {
        let mut next = self.deadline();
        if self.options.strategy == Strategy::Hedged {
            let starts = self
                .sources
                .iter()
                .enumerate()
                .filter(|(_, source)| matches!(source.state, State::Waiting))
                .filter_map(|(index, _)| self.start_of(index));
            let first_open = self.sources.iter().position(Source::is_open);
            let accept = first_open.and_then(|above| self.overtaker(above));
            let accept = accept.map(|(_, at)| at.saturating_add(self.asked_for));
            for time in starts.chain(accept).filter(|time| *time > now) {
                next = Some(next.map_or(time, |next| next.min(time)));
            }
        }
        next
    }
}

impl Source {
    /// Whether it may still come to something.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Waiting | State::Ready(..) | State::Running(..))
    }
}

/// A round trip, before one was seen.
const UNKNOWN_ROUND_TRIP: Duration = Duration::from_millis(100);
/// The shortest stagger.
const SHORTEST_STAGGER: Duration = Duration::from_millis(1);
/// The longest stagger.
const LONGEST_STAGGER: Duration = Duration::from_millis(250);
/// After how long a SYN that was not answered is sent again
/// ([RFC 6298 §2](https://www.rfc-editor.org/rfc/rfc6298#section-2)).
const RETRANSMISSION: Duration = Duration::from_secs(1);
