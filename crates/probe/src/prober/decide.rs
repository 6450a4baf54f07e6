//! Which row of a protocol wins, and what has to be known before it can.

use core::net::IpAddr;

use mailscout_net::{certificate::CertificateProblem, job::Consent};
use mailscout_schema::settings::Protocol;

use super::{
    End, Prober, Proof,
    judge::judge,
    log_ins::Need,
    ports::Port,
    verdict::{Doubt, Refusal},
};
use crate::{
    guess::{Pass, Row},
    login::{Exposure, LogInVerdict, Mechanism},
};

/// What a race comes to.
#[derive(Debug)]
pub(super) enum Decision {
    /// A row is not known yet, and none above it works.
    Open,
    /// This log-in has to be tried.
    LogIn(usize, Mechanism, Exposure),
    /// The user has to be asked whether the password may be sent in clear text.
    Ask,
    /// The race is over.
    Over(End),
}

/// What is known of one row.
#[derive(Debug)]
pub(super) enum Known {
    /// Not enough.
    Open,
    Refused(Refusal),
    /// It works by these mechanisms.
    Fits(Vec<Mechanism>),
}

impl Prober {
    /// What the race of a protocol comes to; with `at_once` what is not known counts for nothing.
    pub(super) fn decide(&self, protocol: Protocol, at_once: bool) -> Decision {
        if self.is_exhaustive && !at_once && self.has_open_rows(protocol) {
            return Decision::Open;
        }
        let won = |index, proof| Decision::Over(End::Won(index, proof));
        let mut doubtful: Option<(usize, Doubt)> = None;
        for (index, row) in self.in_order(protocol, self.pass) {
            let mechanisms = match self.know(row) {
                Known::Open if at_once => continue,
                Known::Open => return Decision::Open,
                Known::Refused(_) => continue,
                Known::Fits(mechanisms) => mechanisms,
            };
            if row.login.is_none() && doubtful.is_some() {
                // A server that takes mail without a log-in is no way out of a wrong password.
                continue;
            }
            let doubt = match self.need(row, &mechanisms) {
                Need::Nothing => return won(index, Proof::Answered),
                Need::Accepted(by) => return won(index, Proof::LoggedIn(by)),
                Need::Try(..) | Need::Consent if at_once => Doubt::TimeUp,
                Need::Try(by, exposure) => return Decision::LogIn(index, by, exposure),
                Need::Consent => return Decision::Ask,
                Need::GiveUp(doubt) => doubt,
            };
            // A row whose mechanisms the server does not take is the last resort.
            let refused = Doubt::LogIn(LogInVerdict::MechanismRefused);
            if doubtful.is_none_or(|(_, known)| known == refused && doubt != refused) {
                doubtful = Some((index, doubt));
            }
        }
        match doubtful {
            Some((index, doubt)) => won(index, Proof::Doubtful(doubt)),
            None => Decision::Over(End::Lost),
        }
    }

    fn has_open_rows(&self, protocol: Protocol) -> bool {
        let mut rows = self.rows.iter().filter(|row| row.protocol == protocol);
        rows.any(|row| matches!(self.know(row), Known::Open))
    }

    /// What the log-in of a row that works needs.
    pub(super) fn need(&self, row: &Row, mechanisms: &[Mechanism]) -> Need {
        let server = self.hosts.server_of(&row.host);
        let cleartext = self.cleartext.map(|consent| {
            consent == Consent::Given
                && (self.options.allow_cleartext_password || self.is_named(row))
        });
        self.log_ins.need(row, mechanisms, &server, cleartext)
    }

    /// The rows of a protocol in a pass, in the order in which one wins over another: the table's,
    /// but on each server the form of user name that was accepted before comes first, and the kind
    /// of password authentication that was.
    fn in_order(&self, protocol: Protocol, pass: Pass) -> Vec<(usize, &Row)> {
        let mut rows: Vec<(usize, &Row)> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.protocol == protocol && row.pass() == pass)
            .collect();
        let (form, spa) = (self.log_ins.accepted_form(), self.log_ins.accepted_spa());
        let known_first = |(_, row): &(usize, &Row)| {
            let login = row.login.as_ref();
            let other_form = login.is_some_and(|login| Some(login.form) != form);
            let other_spa = login.is_some_and(|login| Some(login.spa) != spa);
            (login.is_none(), other_form, other_spa)
        };
        if form.is_some() {
            for server in rows.chunk_by_mut(|(_, a), (_, b)| a.host == b.host) {
                server.sort_by_key(known_first);
            }
        }
        rows
    }

    /// What is known of a row.
    pub(super) fn know(&self, row: &Row) -> Known {
        match self.hosts.answer(&row.host) {
            None => return Known::Open,
            Some(Err(refusal)) => return Known::Refused(refusal.clone()),
            Some(Ok(_)) => {}
        }
        let Some(port) = self.ports.iter().find(|port| port.is_of(row)) else {
            return Known::Open;
        };
        if self.to_meet(port).is_none() {
            return match self.stand_in(row.protocol) {
                Some(host) if self.is_met(row.protocol, host) => {
                    Known::Refused(Refusal::SameServer { host: host.to_owned() })
                }
                _ => Known::Open,
            };
        }
        if let Some(refusal) = port.contradiction().filter(|_| row.pass() == Pass::Encrypted) {
            return Known::Refused(refusal.clone());
        }
        if !port.is_settled() {
            return Known::Open;
        }
        match judge(row, port.had()) {
            Ok(mechanisms) => Known::Fits(mechanisms),
            Err(refusal) => Known::Refused(refusal),
        }
    }

    /// The addresses at which a port is met; `None` while they are not known, and where another
    /// host stands for it.
    pub(super) fn to_meet(&self, port: &Port) -> Option<Vec<IpAddr>> {
        let addresses = self.hosts.answer(&port.host)?.ok()?;
        let is_met = !self.hosts.is_any_name(&port.host)
            || self.stand_in(port.protocol) == Some(port.host.as_str())
            || self.is_named_by_certificate(port);
        is_met.then(|| addresses.to_vec())
    }

    /// The host that stands for all that have the address of every name: the first in the table.
    /// `None` while one above it is not known.
    fn stand_in(&self, protocol: Protocol) -> Option<&str> {
        for port in self.ports.iter().filter(|port| port.protocol == protocol) {
            let _known = self.hosts.answer(&port.host)?;
            if self.hosts.is_any_name(&port.host) {
                return Some(&port.host);
            }
        }
        None
    }

    /// Whether the host that stands for this one showed a certificate that is for this one.
    fn is_named_by_certificate(&self, port: &Port) -> bool {
        let Some(stand_in) = self.stand_in(port.protocol) else {
            return false;
        };
        let of_stand_in = |other: &&Port| {
            (other.protocol, other.number, other.host.as_str())
                == (port.protocol, port.number, stand_in)
        };
        let met = self.ports.iter().filter(of_stand_in).flat_map(Port::had);
        met.filter_map(|met| met.evidence.tls.as_ref()?.problem.as_ref()).any(|problem| {
            matches!(problem, CertificateProblem::WrongName { names }
                if names.iter().any(|name| covers(name, &port.host)))
        })
    }

    fn is_met(&self, protocol: Protocol, host: &str) -> bool {
        let mut ports =
            self.ports.iter().filter(|port| port.protocol == protocol && port.host == host);
        ports.all(Port::is_settled)
    }

    /// The protocols in the order in which they may log in: incoming mail first, and POP3 last
    /// where it is only an alternative to IMAP.
    pub(super) fn turns(&self) -> Vec<Protocol> {
        let order = match self.end_of(Protocol::Imap) {
            Some(End::Won(..)) => [Protocol::Imap, Protocol::Smtp, Protocol::Pop3],
            _ => [Protocol::Imap, Protocol::Pop3, Protocol::Smtp],
        };
        let is_open = |protocol: &Protocol| {
            self.races.iter().any(|race| race.protocol == *protocol && race.end.is_none())
        };
        order.into_iter().filter(is_open).collect()
    }

    /// Whether no protocol stands before this one whose log-ins are to be tried first.
    pub(super) fn has_the_turn(&self, protocol: Protocol) -> bool {
        self.turns().first() == Some(&protocol)
    }

    /// The end of a race, if it has one.
    pub(super) fn end_of(&self, protocol: Protocol) -> Option<End> {
        self.races.iter().find(|race| race.protocol == protocol)?.end
    }

    /// The protocols for which nothing was found where something is needed: IMAP and POP3 where
    /// neither was, SMTP where it was not.
    pub(super) fn lacking(&self) -> Vec<Protocol> {
        let is_found = |protocol| self.end_of(protocol).is_some_and(End::is_won);
        let has_incoming = is_found(Protocol::Imap) || is_found(Protocol::Pop3);
        let is_lacking = |protocol: &Protocol| match protocol {
            Protocol::Imap | Protocol::Pop3 => !has_incoming,
            protocol => !is_found(*protocol),
        };
        self.races.iter().map(|race| race.protocol).filter(is_lacking).collect()
    }

    /// The unencrypted rows that work where nothing encrypted does, one of each server; none where
    /// all of them together would be no success.
    pub(super) fn plain_rows(&self) -> Vec<usize> {
        let rows = self.plain_rows_of(&self.lacking(), |_, known| matches!(known, Known::Fits(_)));
        let won = self.races.iter().filter_map(|race| match race.end? {
            End::Won(index, _) => Some(index),
            End::Lost => None,
        });
        let mut all = rows.iter().copied().chain(won).filter_map(|index| self.rows.get(index));
        if all.any(is_success) { rows } else { Vec::new() }
    }

    /// The unencrypted rows, one of each server, whose log-in needs the user's word on the password
    /// in clear text: now, or when the server refuses what would not send it.
    pub(super) fn cleartext_rows(&self) -> Vec<usize> {
        self.plain_rows_of(&self.turns(), |row, known| match known {
            Known::Fits(mechanisms) => {
                matches!(self.need(row, &mechanisms), Need::Consent | Need::Try(..))
                    && mechanisms.iter().any(|mechanism| mechanism.reveals_secret())
            }
            _ => false,
        })
    }

    /// Whether the user was asked about the password in clear text to this row's server by name.
    fn is_named(&self, row: &Row) -> bool {
        self.named_in_clear.contains(&server(row))
    }

    /// The unencrypted rows of this kind, one of each server of these protocols.
    fn plain_rows_of(
        &self,
        protocols: &[Protocol],
        is_wanted: impl Fn(&Row, Known) -> bool,
    ) -> Vec<usize> {
        let mut found: Vec<(usize, &Row)> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let is_candidate = row.pass() == Pass::Plain && protocols.contains(&row.protocol);
            let is_new = |(_, known): &(usize, &Row)| {
                (known.protocol, &known.host) != (row.protocol, &row.host)
            };
            if is_candidate && found.iter().all(is_new) && is_wanted(row, self.know(row)) {
                found.push((index, row));
            }
        }
        found.into_iter().map(|(index, _)| index).collect()
    }

    /// The servers of rows, as a person reads them.
    pub(super) fn servers(&self, rows: &[usize]) -> Vec<String> {
        let rows = rows.iter().filter_map(|index| self.rows.get(*index));
        rows.map(server).collect()
    }
}

/// The server of a row, as a person reads it.
fn server(row: &Row) -> String {
    format!("{} {}:{}", row.protocol, row.host, row.port)
}

/// Whether a row would be a success alone: an SMTP server that takes mail from anybody may be one
/// that receives it.
pub(super) fn is_success(row: &Row) -> bool {
    row.protocol != Protocol::Smtp || row.login.is_some()
}

/// Whether a name of a certificate is for a host: the name itself, or `*` in place of its first
/// label.
fn covers(name: &str, host: &str) -> bool {
    let wildcard = || {
        let (parent, (_, rest)) = (name.strip_prefix("*.")?, host.split_once('.')?);
        Some(rest.eq_ignore_ascii_case(parent))
    };
    name.eq_ignore_ascii_case(host) || wildcard().unwrap_or(false)
}
