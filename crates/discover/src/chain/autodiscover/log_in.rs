//! A server that asks for a login: it gets one where the rules allow it, and is asked again.

use mailscout_net::{
    failure::Failure,
    http::{Challenge, HttpResponse, HttpScheme},
};

use super::{Autodiscover, Waiting};
use crate::{
    chain::{
        Context, End, Move,
        question::{addresses_known, allowed_addresses, left_to_try},
    },
    log_in,
    reason::{LogInReason, Reason},
    redirect::Target,
    request::Request,
};

impl Autodiscover {
    /// Asks again with a log-in, where one may be given.
    pub(super) fn log_in(
        &mut self,
        target: &Target,
        mut tried: Vec<HttpScheme>,
        challenges: &[Challenge],
        context: Context<'_>,
    ) -> (Reason, Move) {
        let scheme = match log_in::choose(challenges, &tried, target.host(), context) {
            Ok(scheme) => scheme,
            Err(reason) => return (reason, Move::End(End::Nothing)),
        };
        let known = addresses_known(target.host(), context);
        let addresses = match known.map(|known| allowed_addresses(known, target)) {
            Some(Ok(allowed)) => left_to_try(allowed, target, context),
            Some(Err(reason)) => return (reason, Move::End(End::Nothing)),
            None => return (Reason::OtherAnswer, Move::End(End::Nothing)),
        };
        let offered = challenges.iter().take(8).map(|one| one.scheme.clone()).collect();
        let reason = match tried.last() {
            Some(last) => LogInReason::Refused(last.as_str()),
            None => LogInReason::Follows(offered),
        };
        let request = self.dialect.request(target, addresses, context);
        tried.push(scheme);
        self.waiting = Waiting::LogIn(target.clone(), tried);
        (Reason::LogIn(reason), Move::Ask(Request::LogIn(request, scheme)))
    }

    /// Takes the answer to a log-in. What is not a refusal is an answer like any other.
    pub(super) fn take_log_in(
        &mut self,
        target: &Target,
        tried: Vec<HttpScheme>,
        answer: Result<HttpResponse, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        match answer {
            Ok(response) if response.status == 401 => {
                self.log_in(target, tried, &response.challenges, context)
            }
            Ok(response) => self.take_answer(target, &response, context),
            Err(failure) => (Reason::Network(failure), Move::End(End::Nothing)),
        }
    }
}
