//! Who the user is: the address and the Exchange server of an account of this computer, from the
//! directory, before anything can be looked for.

use core::time::Duration;

use mailscout_net::{dns::LookupKind, failure::Failure};

use super::{
    Person, user_by_account,
    way::{Around, Next, Way},
};
use crate::{
    chain::LookedUp,
    mechanism::Mechanism,
    options::Options,
    reason::{DirectoryReason, Reason},
    report::{Attempt, Conclusion},
    request::{Outcome, Request},
};

/// The search for the address of an account, one question after the other. It has no clock: the
/// caller says when a question was asked and answered.
#[derive(Debug)]
pub struct PersonSearch {
    options: Options,
    way: Option<Way>,
    looked_up: LookedUp,
    open: Option<Request>,
    attempts: Vec<Attempt>,
    found: Option<Person>,
    is_proved: bool,
}

/// What a search for a person came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PersonReport {
    /// The address and the Exchange server; `None` where the directory has no address for the
    /// account, or could not be asked.
    pub person: Option<Person>,
    /// Whether it came over TLS, from a directory of the domain that was asked about.
    pub is_proved: bool,
    /// The server that answered last, such as `ldaps://dc1.contoso.example:636`; `None` where none
    /// did.
    pub by: Option<String>,
    /// Every question, in order.
    pub attempts: Vec<Attempt>,
}

impl PersonReport {
    /// How the search ended: with a proved address, with one that needs the user's word, without one
    /// because the directory or the DNS said so, or because nobody answered.
    pub fn conclusion(&self) -> Conclusion {
        let has_address = self.person.as_ref().is_some_and(|person| person.address.is_some());
        let last = self.attempts.last().map(|attempt| &attempt.reason);
        match (has_address, self.is_proved) {
            (true, true) => Conclusion::Found,
            (true, false) => Conclusion::NeedsConsent,
            (false, _) if last.is_some_and(wants_a_reader) => Conclusion::NeedsLogin,
            (false, _) if last.is_some_and(is_unread) => Conclusion::Failed,
            (false, _) => Conclusion::NotFound,
        }
    }
}

impl PersonSearch {
    /// A search for an account: `alice`, `CONTOSO\\alice` or `alice@contoso.example`. Where no server
    /// is configured, `directory.domain` of the options says whose controllers are asked.
    pub fn new(account: &str, options: Options) -> Self {
        let mut search = Self {
            options,
            way: None,
            looked_up: LookedUp::new(),
            open: None,
            attempts: Vec::new(),
            found: None,
            is_proved: false,
        };
        if let Some((prefix, _)) = account.split_once('\\')
            && !search.is_of_directory(prefix)
        {
            let reason = Reason::Directory(DirectoryReason::OtherDomain(prefix.to_owned()));
            search.note(String::new(), (Duration::ZERO, Duration::ZERO), reason);
            return search;
        }
        let started = match search.around() {
            Some(around) => {
                let (way, reason, next) = Way::start(user_by_account(account), around);
                Some((way, reason, next))
            }
            None => None,
        };
        if let Some((way, reason, next)) = started {
            search.way = Some(way);
            search.note_dead_end(&next, reason);
            search.go(next);
        } else {
            let reason = Reason::Directory(DirectoryReason::NotConfigured);
            search.note(String::new(), (Duration::ZERO, Duration::ZERO), reason);
        }
        search
    }

    /// The question to carry out next; `None` when the search has ended.
    pub fn next(&self) -> Option<&Request> {
        self.open.as_ref()
    }

    /// Takes the answer to it; it was asked at `started`, and answered at `now`.
    pub fn complete(&mut self, outcome: Outcome, started: Duration, now: Duration) {
        let (Some(request), Some(mut way)) = (self.open.take(), self.way.take()) else {
            return;
        };
        if let (Request::Lookup(lookup), Outcome::Lookup(answer)) = (&request, &outcome)
            && lookup.kind == LookupKind::Addresses
        {
            self.looked_up.insert((lookup.name.clone(), lookup.kind), answer.clone());
        }
        let ended = self.around().map(|around| way.complete(outcome, around));
        self.is_proved = way.present.as_ref().is_some_and(super::way::Place::is_proved);
        self.way = Some(way);
        let (reason, next) = ended.unwrap_or((Reason::OtherAnswer, Next::Nothing));
        self.note(request.to_string(), (started, now.saturating_sub(started)), reason);
        self.go(next);
    }

    /// Ends the search because the time is up.
    pub fn give_up(&mut self, started: Duration, now: Duration) {
        if let Some(request) = self.open.take() {
            let times = (started, now.saturating_sub(started));
            self.note(request.to_string(), times, Reason::TimeUp);
        }
    }

    /// The report, when there is nothing to ask any more.
    pub fn into_report(self) -> PersonReport {
        let Self { found, is_proved, attempts, way, .. } = self;
        let by = way.and_then(|way| way.present).map(|place| place.name());
        PersonReport { person: found, is_proved, by, attempts }
    }

    fn go(&mut self, next: Next) {
        match next {
            Next::Ask(request) => self.open = Some(request),
            Next::Answer(Ok(answer)) => {
                self.found = Some(Person::of(&answer)).filter(|person| person.address.is_some());
            }
            Next::Answer(Err(_)) | Next::Nothing => {}
        }
    }

    /// Writes down why nothing can be asked from the start.
    fn note_dead_end(&mut self, next: &Next, reason: Reason) {
        if matches!(next, Next::Nothing) {
            self.note(String::new(), (Duration::ZERO, Duration::ZERO), reason);
        }
    }

    fn note(&mut self, question: String, times: (Duration, Duration), reason: Reason) {
        let (started, elapsed) = times;
        let (mechanism, status) = (Mechanism::Scp, None);
        self.attempts.push(Attempt { mechanism, question, started, elapsed, status, reason });
    }

    /// Whether an account's domain may be the one that is asked: a label of its name, or of the
    /// server's. Another domain's account of the same name is another person's.
    fn is_of_directory(&self, prefix: &str) -> bool {
        let Some(directory) = &self.options.directory else { return false };
        let of_domain = directory.domain.iter().flat_map(|domain| domain.as_str().split('.'));
        let of_server =
            directory.server.iter().flat_map(|server| server.host.as_str().split('.').skip(1));
        of_domain.chain(of_server).any(|label| label.eq_ignore_ascii_case(prefix))
    }

    fn around(&self) -> Option<Around<'_>> {
        let directory = self.options.directory.as_ref()?;
        Some(Around {
            options: &self.options,
            directory,
            domain: directory.domain.as_ref(),
            looked_up: &self.looked_up,
        })
    }
}

/// Whether the directory shows nothing to whoever asked, or did not take the password.
fn wants_a_reader(reason: &Reason) -> bool {
    let refusals = |failure: &Failure| {
        matches!(
            failure,
            Failure::LdapBindRefused { .. }
                | Failure::LdapRefused { .. }
                | Failure::LdapNoNamingContext { .. }
        )
    };
    matches!(reason, Reason::Network(failure) if refusals(failure))
}

/// Whether nothing could be read: silence, or a certificate that proves nothing.
fn is_unread(reason: &Reason) -> bool {
    reason.is_silence() || matches!(reason, Reason::Network(Failure::Certificate(_)))
}
