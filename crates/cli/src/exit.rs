//! Exit codes, each with its meaning.

use std::process::ExitCode;

use mailscout::{Finding, Inspection, Report, discover::Conclusion};

/// How the program ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Exit {
    /// 0: settings were found, or the command did what it was asked to.
    Success = 0,
    /// 1: there are no settings, or there is no mail server: a server or the DNS said no.
    NotFound = 1,
    /// 2: the command line, the address or the configuration is wrong.
    Usage = 2,
    /// 3: a person has to decide: consent, a login, or settings or a server that are not safe.
    Attention = 3,
    /// 4: nothing outside answered, or the program could not go on.
    Failed = 4,
}

impl Exit {
    /// The end of a search.
    pub(crate) fn of(report: &Report) -> Self {
        match report.conclusion() {
            Conclusion::Found if report.needs_a_person() => Self::Attention,
            Conclusion::Found => Self::Success,
            Conclusion::NeedsConsent | Conclusion::NeedsLogin => Self::Attention,
            Conclusion::NotFound => Self::NotFound,
            _ => Self::Failed,
        }
    }

    /// The end of a look at one port.
    pub(crate) fn of_port(inspection: &Inspection) -> Self {
        match inspection.finding() {
            Finding::Good(_) => Self::Success,
            Finding::BadCertificate(..) | Finding::Unencrypted(_) => Self::Attention,
            Finding::NoMailServer(_) => Self::NotFound,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
