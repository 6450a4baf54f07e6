//! Which log-in is tried next, and when no more are.
//!
//! One at a time; at most [`MAX_REJECTED`] rejected passwords in a whole guess. A rejected
//! password ends its user name on its server; another mechanism is tried only where the server
//! does not take the first, which counts for nothing.

use core::net::IpAddr;

use mailscout_schema::settings::{Protocol, Security};

use super::{
    options::{MAX_REJECTED, MAX_UNACCEPTED},
    verdict::Doubt,
};
use crate::{
    guess::{NameForm, Row},
    login::{Echo, Exposure, LogIn, LogInVerdict, Mechanism, Secret},
};

/// What was tried, and what may still be.
#[derive(Debug, Default)]
pub(super) struct LogIns {
    secret: Option<Secret>,
    rejected: usize,
    /// Proofs of the secret that were sent and not accepted, whatever the server called that.
    unaccepted: usize,
    /// Why no more log-ins are tried at all.
    stopped: Option<Doubt>,
    /// Where no more are tried.
    ended: Vec<Ended>,
    /// Mechanisms that a server does not take in a protocol.
    refused: Vec<(Vec<IpAddr>, Protocol, Mechanism)>,
    accepted: Vec<(Row, Mechanism)>,
}

/// An end of log-ins: on a server, which is told by its addresses.
#[derive(Debug)]
struct Ended {
    server: Vec<IpAddr>,
    /// For this user name; `None`: for any.
    user: Option<String>,
    /// In this protocol; `None`: in any.
    protocol: Option<Protocol>,
    /// The row that it was seen in.
    row: Row,
    doubt: Doubt,
}

/// What a row that fits needs next.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Need {
    /// Nothing: no log-in is to be proved, or there is none in the row.
    Nothing,
    /// Nothing any more: it was accepted.
    Accepted(Mechanism),
    /// This log-in.
    Try(Mechanism, Exposure),
    /// The user's word on sending the password in clear text.
    Consent,
    /// Nothing that could be done.
    GiveUp(Doubt),
}

impl LogIns {
    /// `rejected` log-ins with this secret were refused before there was any of these.
    pub(super) fn new(secret: Option<Secret>, rejected: usize) -> Self {
        let is_spent = rejected >= MAX_REJECTED;
        let stopped = is_spent.then_some(Doubt::TooManyRejected);
        Self { secret, rejected, stopped, ..Self::default() }
    }

    /// Log-ins that were rejected, those before included.
    pub(super) fn rejected(&self) -> usize {
        self.rejected
    }

    /// What a row needs that works by these mechanisms. `cleartext` is the user's word on sending
    /// the password in clear text, `None` if it was not asked for.
    pub(super) fn need(
        &self,
        row: &Row,
        mechanisms: &[Mechanism],
        server: &[IpAddr],
        cleartext: Option<bool>,
    ) -> Need {
        let (Some(secret), Some(login)) = (&self.secret, &row.login) else {
            return Need::Nothing;
        };
        if let Some((_, mechanism)) = self.accepted.iter().find(|(accepted, _)| accepted == row) {
            return Need::Accepted(*mechanism);
        }
        let takes_token = matches!(secret, Secret::Token(_));
        let mut fitting: Vec<Mechanism> = mechanisms
            .iter()
            .copied()
            .filter(|mechanism| mechanism.takes_token() == takes_token)
            .collect();
        if fitting.is_empty() {
            return Need::GiveUp(Doubt::OtherSecret);
        }
        fitting.retain(|mechanism| !self.is_refused(server, row.protocol, *mechanism));
        self.sort(&mut fitting, row.security);
        let Some(mechanism) = fitting.first().copied() else {
            return Need::GiveUp(Doubt::LogIn(LogInVerdict::MechanismRefused));
        };
        if let Some(doubt) = self.ended(server, &login.name, row).or(self.stopped) {
            return Need::GiveUp(doubt);
        }
        match (row.security, mechanism.reveals_secret(), cleartext) {
            (Security::Plain, true, Some(true)) => {
                Need::Try(mechanism, Exposure::ClearTextPassword)
            }
            (Security::Plain, true, Some(false)) => Need::GiveUp(Doubt::NoCleartextPassword),
            (Security::Plain, true, None) => Need::Consent,
            (Security::Plain, false, _) => Need::Try(mechanism, Exposure::Unencrypted),
            _ => Need::Try(mechanism, Exposure::Verified),
        }
    }

    /// The log-in itself; `None` where the row has none or nothing is to be proved.
    pub(super) fn log_in(&self, row: &Row, by: Mechanism, exposure: Exposure) -> Option<LogIn> {
        let (secret, login) = (self.secret.clone()?, row.login.as_ref()?);
        Some(LogIn::new(login.name.clone(), secret, by, exposure))
    }

    /// Takes how a server took a log-in.
    pub(super) fn take(
        &mut self,
        row: &Row,
        by: Mechanism,
        server: &[IpAddr],
        verdict: LogInVerdict,
        proof_sent: bool,
    ) {
        let user = row.login.as_ref().map(|login| login.name.clone());
        let doubt = Doubt::LogIn(verdict);
        let ended = |user, protocol| Ended {
            server: server.to_vec(),
            user,
            protocol,
            row: row.clone(),
            doubt,
        };
        match verdict {
            LogInVerdict::Accepted => self.accepted.push((row.clone(), by)),
            LogInVerdict::MechanismRefused => {
                self.refused.push((server.to_vec(), row.protocol, by));
            }
            LogInVerdict::WrongPassword => {
                self.rejected += 1;
                self.ended.push(ended(user, None));
            }
            LogInVerdict::MustEnable => {
                self.rejected += 1;
                self.ended.push(ended(None, Some(row.protocol)));
            }
            LogInVerdict::Temporary | LogInVerdict::Broken => {
                // A server that hangs up on a wrong password counts it all the same.
                self.rejected += usize::from(proof_sent);
                self.ended.push(ended(None, Some(row.protocol)));
            }
            LogInVerdict::Locked => self.stopped = Some(doubt),
        }
        self.unaccepted += usize::from(proof_sent && verdict != LogInVerdict::Accepted);
        if self.rejected >= MAX_REJECTED || self.unaccepted >= MAX_UNACCEPTED {
            self.stopped.get_or_insert(Doubt::TooManyRejected);
        }
    }

    /// The form of user name that was accepted first: it is tried first from then on.
    pub(super) fn accepted_form(&self) -> Option<NameForm> {
        let (row, _) = self.accepted.first()?;
        row.login.as_ref().map(|login| login.form)
    }

    /// Whether secure password authentication was what was accepted first.
    pub(super) fn accepted_spa(&self) -> Option<bool> {
        let (row, _) = self.accepted.first()?;
        row.login.as_ref().map(|login| login.spa)
    }

    fn ended(&self, server: &[IpAddr], user: &str, row: &Row) -> Option<Doubt> {
        let here = |ended: &&Ended| {
            ended.server == server
                && ended.user.as_deref().is_none_or(|name| name == user)
                && ended.protocol.is_none_or(|protocol| protocol == row.protocol)
        };
        let ended = self.ended.iter().find(here)?;
        let is_own = (ended.row.protocol, ended.row.port) == (row.protocol, row.port);
        Some(match ended.doubt {
            // Its own server said nothing yet.
            Doubt::LogIn(LogInVerdict::WrongPassword) if !is_own => Doubt::RejectedElsewhere,
            doubt => doubt,
        })
    }

    /// What a server must not be allowed to repeat; `None` without a secret.
    pub(super) fn echo<'a>(&self, users: impl Iterator<Item = &'a str>) -> Option<Echo> {
        self.secret.as_ref().map(|secret| Echo::new(secret, users))
    }

    fn is_refused(&self, server: &[IpAddr], protocol: Protocol, mechanism: Mechanism) -> bool {
        let here = |(at, over, by): &(Vec<IpAddr>, Protocol, Mechanism)| {
            at == server && *over == protocol && *by == mechanism
        };
        self.refused.iter().any(here)
    }

    /// What was accepted before comes first; without encryption what does not send the password.
    fn sort(&self, mechanisms: &mut [Mechanism], security: Security) {
        let known = self.accepted.first().map(|(_, mechanism)| *mechanism);
        mechanisms.sort_by_key(|mechanism| {
            let exposes = security == Security::Plain && mechanism.reveals_secret();
            (exposes, Some(*mechanism) != known)
        });
    }
}
