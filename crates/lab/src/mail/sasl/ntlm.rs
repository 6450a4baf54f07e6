//! NTLM, version 2 alone: three messages and a verdict.

use super::{Exchange, Facts, Step, Verdict};
use crate::mail::refusal::Refusal;

mod message;
mod proof;

use message::{Authenticate, Target};

/// NTLM as mail servers carry it, naked.
///
/// It offers Unicode and version 2 of NTLM, and neither signing nor an exchange of keys. A client that
/// returns other names than it was given, or vouches for its messages with a wrong code, is
/// malformed; a response of version 1 is a wrong password.
///
/// # Spec
///
/// `NLMP`
pub(super) struct Ntlm<'a> {
    facts: Facts<'a>,
    state: State,
}

enum State {
    Asked,
    /// The messages so far.
    Challenged(Vec<u8>),
    Over,
}

impl<'a> Ntlm<'a> {
    pub(super) fn new(facts: Facts<'a>) -> Self {
        Self { facts, state: State::Asked }
    }

    fn server_challenge(&self) -> [u8; 8] {
        let mut challenge = [0; 8];
        challenge.iter_mut().zip(self.facts.nonce).for_each(|(to, from)| *to = from);
        challenge
    }

    fn challenge(&mut self, negotiate: &[u8]) -> Option<Step> {
        message::check_negotiate(negotiate)?;
        let challenge = Target::of(&self.facts.host).challenge(self.server_challenge())?;
        self.state = State::Challenged([negotiate, &challenge].concat());
        Some(Step::Challenge(challenge))
    }

    fn judge(&self, before: &[u8], response: &[u8]) -> Option<Step> {
        let message = Authenticate::read(response)?;
        let Authenticate { user, domain, .. } = &message;
        let account = self.facts.accounts.iter().find(|account| {
            let belongs =
                account.domain.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(domain));
            account.user == *user && belongs
        });
        let password = account.and_then(|account| account.password.as_deref());
        let key = password.and_then(|password| {
            let key = proof::response_key(password, user, domain)?;
            proof::session_key(&key, self.server_challenge(), &message.nt_response)
        });
        let verdict = Verdict::of(user, account, key.is_some());
        if let Some(key) = key {
            let sound = Target::of(&self.facts.host).is_returned(&message.pairs()?)
                && message.vouches(before, &key);
            if !sound {
                let result = Err(Refusal::Malformed);
                return Some(Step::Over(Verdict { result, ..verdict }));
            }
        }
        Some(Step::Over(verdict))
    }
}

impl Exchange for Ntlm<'_> {
    fn step(&mut self, response: Option<&[u8]>) -> Step {
        let Some(response) = response.filter(|response| !response.is_empty()) else {
            return match self.state {
                State::Asked => Step::Challenge(Vec::new()),
                _ => Step::refused(Refusal::Malformed),
            };
        };
        let step = match std::mem::replace(&mut self.state, State::Over) {
            State::Asked => self.challenge(response),
            State::Challenged(before) => self.judge(&before, response),
            State::Over => None,
        };
        step.unwrap_or_else(|| Step::refused(Refusal::Malformed))
    }
}
