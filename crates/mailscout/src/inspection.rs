//! What one port of one host showed, and what that comes to.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use mailscout_net::{
    certificate::CertificateProblem,
    connect::{CertificateFacts, TlsFacts},
    failure::Failure,
};
use mailscout_probe::{
    approach::Met,
    dialog::{End, Heard},
    login::{self, Mechanism},
    prober::{Refusal, TimedMeeting},
};
use mailscout_schema::settings::Security;

/// What one port showed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Its addresses, or why there are none.
    pub addresses: Result<Vec<IpAddr>, Refusal>,
    /// The conversations with it.
    pub met: Vec<TimedMeeting>,
    /// When it started.
    pub started: SystemTime,
}

/// What a port comes to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Finding<'a> {
    /// A mail server that is encrypted, with a good certificate.
    Good(&'a Met),
    /// A mail server that is encrypted, with a certificate that is not good.
    BadCertificate(&'a Met, &'a CertificateProblem),
    /// A mail server that can be used without encryption only.
    Unencrypted(&'a Met),
    /// Somebody answered, and there is no mail server that could be used.
    NoMailServer(Refusal),
    /// Nothing outside answered at all.
    Silent(Refusal),
}

impl Finding<'_> {
    /// The stable word, as JSON has it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Good(_) => "good",
            Self::BadCertificate(..) => "bad-certificate",
            Self::Unencrypted(_) => "unencrypted",
            Self::NoMailServer(_) => "no-mail-server",
            Self::Silent(_) => "failed",
        }
    }

    /// The conversation that shows it, where there is a mail server.
    pub fn met(&self) -> Option<&Met> {
        match self {
            Self::Good(met) | Self::BadCertificate(met, _) | Self::Unencrypted(met) => Some(met),
            Self::NoMailServer(_) | Self::Silent(_) => None,
        }
    }

    /// How the server can be spoken to, where there is one.
    pub fn security(&self) -> Option<Security> {
        match self {
            Self::Good(met) | Self::BadCertificate(met, _) => Some(met.security),
            Self::Unencrypted(_) => Some(Security::Plain),
            Self::NoMailServer(_) | Self::Silent(_) => None,
        }
    }

    /// The log-ins that the server offers, under the best protection that there is.
    pub fn log_ins(&self) -> Vec<Mechanism> {
        let Some(met) = self.met() else {
            return Vec::new();
        };
        heard(met).map(|heard| login::offered(heard, met.protocol)).unwrap_or_default()
    }
}

impl Inspection {
    pub(crate) fn new(
        host: String,
        port: u16,
        addresses: Result<Vec<IpAddr>, Refusal>,
        met: Vec<TimedMeeting>,
        started: SystemTime,
    ) -> Self {
        Self { host, port, addresses, met, started }
    }

    /// What the port comes to: the best that a conversation with it showed.
    pub fn finding(&self) -> Finding<'_> {
        let met = || self.met.iter().map(|met| &met.met);
        met()
            .find_map(|met| encrypted(met).filter(|found| matches!(found, Finding::Good(_))))
            .or_else(|| met().find_map(encrypted))
            .or_else(|| met().find(|met| is_plain_server(met)).map(Finding::Unencrypted))
            .unwrap_or_else(|| self.nothing())
    }

    fn nothing(&self) -> Finding<'_> {
        let refusal = match &self.addresses {
            Err(refusal) => refusal.clone(),
            Ok(_) => self.met.last().map_or(Refusal::Network(Failure::ConnectTimeout), |met| {
                let evidence = &met.met.evidence;
                match (&evidence.facts, &evidence.failure) {
                    (Some(facts), _) if facts.end != End::TlsFailed => Refusal::Dialog(facts.end),
                    (_, Some(failure)) => Refusal::Network(failure.clone()),
                    _ => Refusal::Network(Failure::Closed),
                }
            }),
        };
        if self.is_silent() { Finding::Silent(refusal) } else { Finding::NoMailServer(refusal) }
    }

    /// Whether nothing outside answered at all.
    fn is_silent(&self) -> bool {
        let failures: Vec<&Failure> = match &self.addresses {
            Err(Refusal::NoAddress(failure)) => vec![failure],
            Err(_) => return false,
            Ok(_) => self.met.iter().filter_map(|met| met.met.evidence.failure.as_ref()).collect(),
        };
        let is_met = self.met.iter().any(|met| met.met.evidence.peer.is_some());
        !is_met && !failures.iter().any(|failure| failure.is_answer())
    }

    /// How many whole days a certificate is still valid; negative when it has expired.
    pub fn days_left(&self, certificate: &CertificateFacts) -> i64 {
        let days = |time: Duration| i64::try_from(time.as_secs() / DAY).unwrap_or(i64::MAX);
        match certificate.not_after.duration_since(self.started) {
            Ok(left) => days(left),
            Err(over) => -days(over.duration()) - 1,
        }
    }
}

/// What a server said under the best protection that there was.
fn heard(met: &Met) -> Option<&Heard> {
    let facts = met.evidence.facts.as_ref()?;
    facts.inside_tls.as_ref().or(facts.before_tls.as_ref())
}

/// A mail server that is encrypted, if that is what a conversation was with.
fn encrypted(met: &Met) -> Option<Finding<'_>> {
    let TlsFacts { problem, .. } = met.evidence.tls.as_ref()?;
    let facts = met.evidence.facts.as_ref()?;
    let is_server = facts.end == End::Complete && facts.inside_tls.is_some();
    is_server.then_some(match problem {
        None => Finding::Good(met),
        Some(problem) => Finding::BadCertificate(met, problem),
    })
}

/// Whether a conversation in clear text was with a mail server that has no encryption to offer, or
/// none that works.
fn is_plain_server(met: &Met) -> bool {
    let Some(facts) = &met.evidence.facts else {
        return false;
    };
    let is_known = match facts.end {
        End::Complete => met.security == Security::Plain,
        End::StartTlsMissing | End::StartTlsRefused { .. } | End::TlsFailed => true,
        _ => false,
    };
    is_known && facts.before_tls.is_some()
}

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_in_whole_ones() {
        let started = SystemTime::UNIX_EPOCH + Duration::from_secs(100 * DAY);
        let inspection = Inspection::new(String::new(), 993, Ok(Vec::new()), Vec::new(), started);
        let left = |seconds: u64| {
            let until = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let certificate = CertificateFacts::new("", "", Vec::new(), started, until);
            inspection.days_left(&certificate)
        };
        assert_eq!(left(100 * DAY), 0);
        assert_eq!(left(101 * DAY - 1), 0);
        assert_eq!(left(114 * DAY), 14);
        assert_eq!(left(100 * DAY - 1), -1);
        assert_eq!(left(98 * DAY), -3);
    }

    #[test]
    fn nobody_there_is_silence_and_a_name_that_is_not_there_is_an_answer() {
        let at = |addresses| {
            let started = SystemTime::UNIX_EPOCH;
            Inspection::new(String::new(), 993, addresses, Vec::new(), started)
        };
        let of = |failure| at(Err(Refusal::NoAddress(failure)));
        assert_eq!(of(Failure::DnsTimeout).finding().as_str(), "failed");
        assert_eq!(of(Failure::NxDomain).finding().as_str(), "no-mail-server");
        assert_eq!(at(Ok(Vec::new())).finding().as_str(), "failed");
        let forbidden = Refusal::ForbiddenAddress(IpAddr::from([10, 0, 0, 1]));
        assert_eq!(at(Err(forbidden)).finding().as_str(), "no-mail-server");
    }
}
