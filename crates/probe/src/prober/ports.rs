//! One port of one host: its approach, and the conversations with it.

use core::{net::IpAddr, time::Duration};

use mailscout_net::{connect::Target, job::JobId};
use mailscout_schema::settings::{Protocol, Security};

use super::{
    report::{GivenUp, MetPort, TimedMeeting},
    verdict::Refusal,
};
use crate::{
    approach::{Approach, Met},
    conversation::{Conversation, Evidence, Patience},
    guess::Row,
    login::{Echo, LogIn},
};

/// A port of the table, for one protocol.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) protocol: Protocol,
    pub(super) host: String,
    pub(super) number: u16,
    approach: Approach,
    running: Option<(JobId, Duration)>,
    met: Vec<TimedMeeting>,
    given_up: Option<GivenUp>,
    contradiction: Option<Refusal>,
    /// Nothing begins any more.
    is_over: bool,
}

impl Port {
    pub(super) fn new(row: &Row) -> Self {
        Self {
            protocol: row.protocol,
            host: row.host.clone(),
            number: row.port,
            approach: Approach::new(row.port, Some(row.protocol)),
            running: None,
            met: Vec::new(),
            given_up: None,
            contradiction: None,
            is_over: false,
        }
    }

    /// Takes what a document says of the port.
    pub(super) fn promise(&mut self, security: Option<Security>) {
        if let Some(security) = security {
            self.approach = Approach::new(self.number, Some(self.protocol)).promising(security);
        }
    }

    pub(super) fn is_of(&self, row: &Row) -> bool {
        (self.protocol, &self.host, self.number) == (row.protocol, &row.host, row.port)
    }

    pub(super) fn is_asked(&self, id: JobId) -> bool {
        self.running.is_some_and(|(running, _)| running == id)
    }

    /// Whether a conversation is to be had that has not begun.
    pub(super) fn is_waiting(&self) -> bool {
        self.running.is_none() && !self.is_over && self.approach.next().is_some()
    }

    /// Whether all is known that will be.
    pub(super) fn is_settled(&self) -> bool {
        self.approach.next().is_none()
    }

    /// Takes that the connection of a log-in showed something else than the first one did.
    pub(super) fn contradict(&mut self, refusal: Refusal) {
        self.contradiction = Some(refusal);
    }

    /// Why the port is not to be trusted after all.
    pub(super) fn contradiction(&self) -> Option<&Refusal> {
        self.contradiction.as_ref()
    }

    /// Puts a remark in the place of every text that repeats a secret.
    pub(super) fn withhold(&mut self, echo: &Echo) {
        self.approach.withhold(echo);
        self.met.iter_mut().for_each(|met| met.met.evidence.withhold(echo));
    }

    pub(super) fn had(&self) -> &[Met] {
        self.approach.had()
    }

    /// The next conversation, under this number.
    pub(super) fn start(
        &mut self,
        id: JobId,
        addresses: Vec<IpAddr>,
        patience: Patience,
        now: Duration,
    ) -> Option<Conversation> {
        let way = self.approach.next()?;
        let target = Target::new(self.host.clone(), self.number, addresses);
        let mut conversation = Conversation::new(target, way.protocol, way.security);
        conversation.patience = patience;
        if let Some(greeting) = way.greeting {
            conversation.patience.greeting = greeting.min(patience.greeting);
        }
        self.running = Some((id, now));
        Some(conversation)
    }

    pub(super) fn take(&mut self, evidence: Evidence, now: Duration) {
        if let Some((_, started)) = self.running.take() {
            self.approach.take(evidence);
            let elapsed = now.saturating_sub(started);
            let met = self.approach.had().last().cloned();
            self.met.extend(met.map(|met| TimedMeeting { met, started, elapsed }));
        }
    }

    /// Gives up the conversation that runs, if one does.
    pub(super) fn give_up(&mut self, now: Duration) -> Option<JobId> {
        self.is_over = true;
        let (id, started) = self.running.take()?;
        self.given_up = Some(GivenUp { started, elapsed: now.saturating_sub(started) });
        Some(id)
    }

    pub(super) fn into_report(self) -> MetPort {
        MetPort {
            protocol: self.protocol,
            host: self.host,
            port: self.number,
            met: self.met,
            given_up: self.given_up,
        }
    }
}

/// The conversation in which a row's log-in is tried.
pub(super) fn log_in(
    row: &Row,
    addresses: Vec<IpAddr>,
    log_in: LogIn,
    patience: Patience,
) -> Conversation {
    let target = Target::new(row.host.clone(), row.port, addresses);
    let mut conversation = Conversation::new(target, row.protocol, row.security);
    conversation.log_in = Some(log_in);
    conversation.patience = patience;
    conversation
}
