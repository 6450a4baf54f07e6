//! What the conversations with one port mean for one row of the table.

use mailscout_net::failure::Failure;
use mailscout_schema::settings::{Protocol, Security};

use super::verdict::Refusal;
use crate::{
    approach::Met,
    dialog::{End, Facts, Heard, Spoken},
    guess::Row,
    login::{Mechanism, offered},
};

/// Whether a row works, from all conversations with its port: by which mechanisms, none where it
/// is a row without a log-in.
pub(super) fn judge(row: &Row, had: &[Met]) -> Result<Vec<Mechanism>, Refusal> {
    let heard = heard(row, had)?;
    match &row.login {
        None if heard.offers_auth() => Err(Refusal::LogInOffered),
        None => Ok(Vec::new()),
        Some(login) => by_mechanism(row, login.spa, heard),
    }
}

/// What the server of a row said under the protection of the row.
pub(super) fn heard<'a>(row: &Row, had: &'a [Met]) -> Result<&'a Heard, Refusal> {
    match row.security {
        Security::Plain => in_clear(had),
        security => encrypted(security, had),
    }
}

fn by_mechanism(row: &Row, spa: bool, heard: &Heard) -> Result<Vec<Mechanism>, Refusal> {
    let fits = |mechanism: &Mechanism| (*mechanism == Mechanism::Ntlm) == spa;
    let all = offered(heard, row.protocol);
    let fitting: Vec<Mechanism> = all.iter().copied().filter(fits).collect();
    if !fitting.is_empty() {
        return Ok(fitting);
    }
    if row.protocol == Protocol::Smtp && !heard.offers_auth() {
        return Err(Refusal::NoLogIn);
    }
    let mut names = heard.mechanisms.clone();
    if all.contains(&Mechanism::Command) {
        let command = if row.protocol == Protocol::Imap { "(LOGIN)" } else { "(USER)" };
        names.push(command.to_owned());
    }
    Err(Refusal::NoMechanism { spa, offered: names })
}

/// What the server said inside TLS with a good certificate, begun as the row says.
fn encrypted(security: Security, had: &[Met]) -> Result<&Heard, Refusal> {
    let Some(met) = had.iter().find(|met| met.security == security) else {
        return Err(not_in_this_way(security, had));
    };
    let evidence = &met.evidence;
    match (&evidence.failure, &evidence.facts) {
        (Some(Failure::NotTls), None) => return Err(Refusal::ClearTextFirst),
        (Some(failure), None) => return Err(Refusal::Network(failure.clone())),
        (failure, Some(facts)) => good_end(facts, failure.as_ref())?,
        (None, None) => return Err(Refusal::Network(Failure::Closed)),
    }
    match (&evidence.tls, evidence.facts.as_ref().and_then(|facts| facts.inside_tls.as_ref())) {
        (Some(tls), Some(heard)) => match &tls.problem {
            Some(problem) => Err(Refusal::Network(Failure::Certificate(problem.clone()))),
            None => Ok(heard),
        },
        _ => Err(Refusal::Network(Failure::Closed)),
    }
}

fn good_end(facts: &Facts, failure: Option<&Failure>) -> Result<(), Refusal> {
    match (facts.end, failure) {
        (End::Complete, _) => Ok(()),
        (End::TlsFailed, Some(failure)) => Err(Refusal::Network(failure.clone())),
        (End::NotThisProtocol(Spoken::Tls), _) => Err(Refusal::TlsFirst),
        (end, _) => Err(Refusal::Dialog(end)),
    }
}

/// Why a port cannot be used in a way in which it was not met: what it showed in the other way.
fn not_in_this_way(security: Security, had: &[Met]) -> Refusal {
    let Some(met) = had.first() else {
        return Refusal::Network(Failure::Closed);
    };
    match (&met.evidence.failure, &met.evidence.facts) {
        (Some(failure), None) => Refusal::Network(failure.clone()),
        _ if security == Security::Tls => Refusal::ClearTextFirst,
        _ => Refusal::TlsFirst,
    }
}

/// What the server said in clear text, if it said it as a server does that is not tampered with.
///
/// # Security
///
/// It is used for the unencrypted pass only, after the user agreed to it.
fn in_clear(had: &[Met]) -> Result<&Heard, Refusal> {
    let begun = had.iter().find(|met| met.security != Security::Tls);
    let Some(met) = begun else {
        return Err(not_in_this_way(Security::Plain, had));
    };
    let Some(facts) = &met.evidence.facts else {
        let failure = met.evidence.failure.clone();
        return Err(Refusal::Network(failure.unwrap_or(Failure::Closed)));
    };
    let is_known = matches!(
        facts.end,
        End::Complete | End::StartTlsMissing | End::StartTlsRefused { .. } | End::TlsFailed
    );
    match &facts.before_tls {
        Some(heard) if is_known => Ok(heard),
        _ => Err(match facts.end {
            End::NotThisProtocol(Spoken::Tls) => Refusal::TlsFirst,
            end => Refusal::Dialog(end),
        }),
    }
}
