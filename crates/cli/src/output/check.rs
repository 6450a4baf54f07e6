//! `--verify`: what was promised of each server, and what it is.

use mailscout::{
    Report, Verified,
    net::failure::Failure,
    probe::{
        dialog::{End, Heard},
        login::offered,
        prober::{Refusal, TimedMeeting},
    },
    schema::settings::{AuthMethod, Security, Server},
};

use super::{moment::day, printable, table::lay_out, words};

/// A section for each server that was met; empty where none was.
pub(crate) fn render(report: &Report) -> String {
    if report.check.is_none() {
        return String::new();
    }
    let servers = report.incoming().iter().chain(report.outgoing());
    servers.filter_map(|server| section(report, server)).collect()
}

fn section(report: &Report, server: &Server) -> Option<String> {
    let evidence = report.evidence(server)?;
    let check = Check { server, met: evidence.met, state: &evidence.state };
    let title = format!(
        "\n  {} {} {}\n",
        words::protocol(server.protocol),
        printable(&words::place(&server.host, server.port?)),
        words::security(server.security),
    );
    let mut facts = vec![("reachable", check.reachable())];
    if check.is_met() {
        facts.push(("encryption", check.encryption()));
        facts.extend(check.certificate().map(|text| ("certificate", text)));
        facts.extend(check.mechanisms().map(|text| ("mechanisms", text)));
        facts.extend(check.log_in().map(|text| ("log-in", text)));
    }
    let rows: Vec<Vec<String>> =
        facts.into_iter().map(|(name, text)| vec![format!("  {name}"), text]).collect();
    Some(title + &lay_out(&rows))
}

struct Check<'a> {
    server: &'a Server,
    met: &'a [TimedMeeting],
    state: &'a Verified<'a>,
}

impl Check<'_> {
    fn is_met(&self) -> bool {
        self.met.iter().any(|met| met.met.evidence.peer.is_some())
    }

    /// The conversation in the way that was promised, else whichever there was.
    fn shown(&self) -> Option<&TimedMeeting> {
        let promised = self.met.iter().find(|met| met.met.security == self.server.security);
        promised.or(self.met.first())
    }

    fn reachable(&self) -> String {
        match self.shown().and_then(|met| Some((met.met.evidence.peer?, met.elapsed))) {
            Some((peer, elapsed)) => format!("yes, {peer} in {} ms", elapsed.as_millis()),
            None => match self.state {
                Verified::Failed(refusal) => format!("no: {refusal}"),
                Verified::NotTried(why) => why.to_string(),
                _ => "no".to_owned(),
            },
        }
    }

    fn encryption(&self) -> String {
        let offers_tls = self.shown().is_some_and(|met| {
            let facts = met.met.evidence.facts.as_ref();
            let before = facts.and_then(|facts| facts.before_tls.as_ref());
            before.is_some_and(Heard::offers_starttls)
        });
        match self.state {
            Verified::Failed(refusal) if is_about_encryption(refusal) => {
                format!("not as promised: {refusal}")
            }
            Verified::Failed(Refusal::Dialog(end)) => format!("not seen: {end}"),
            Verified::Failed(Refusal::Network(failure)) if failure.code() == "closed" => {
                format!("not seen: {failure}")
            }
            _ if self.server.security == Security::Plain && offers_tls => {
                "none, as promised; the server offers STARTTLS".to_owned()
            }
            _ if self.server.security == Security::Plain => "none, as promised".to_owned(),
            _ => match self.shown().and_then(|met| met.met.evidence.tls.as_ref()) {
                Some(tls) => format!("as promised: {} ({})", tls.version, tls.cipher),
                None => "as promised".to_owned(),
            },
        }
    }

    fn certificate(&self) -> Option<String> {
        let tls = self.shown()?.met.evidence.tls.as_ref()?;
        let until = tls.chain.first().map(|own| format!(", valid until {}", day(own.not_after)));
        Some(match &tls.problem {
            None => format!("good{}", until.unwrap_or_default()),
            Some(problem) => format!("bad: {problem}"),
        })
    }

    /// Whether each promised way to log in is there.
    fn mechanisms(&self) -> Option<String> {
        let facts = self.shown()?.met.evidence.facts.as_ref()?;
        let heard = match self.server.security {
            Security::Plain => facts.before_tls.as_ref()?,
            _ => facts.inside_tls.as_ref()?,
        };
        let offered = offered(heard, self.server.protocol);
        let is_there = |method: AuthMethod| match method {
            AuthMethod::None => offered.is_empty(),
            method => offered.iter().any(|mechanism| mechanism.method() == method),
        };
        let over = self.server.protocol;
        let names: Vec<&str> = offered.iter().map(|it| words::log_in(*it, over)).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let missing: Vec<&str> = self
            .server
            .authentication
            .iter()
            .filter(|method| !is_there(**method))
            .map(|method| words::method(*method))
            .collect();
        Some(if missing.is_empty() {
            format!("as promised: {names}")
        } else {
            format!("not as promised: no {}, but {names}", missing.join(", no "))
        })
    }

    fn log_in(&self) -> Option<String> {
        match self.state {
            Verified::LoggedIn(proof) => Some(proof.to_string()),
            Verified::Doubtful(doubt) => Some(doubt.to_string()),
            _ => None,
        }
    }
}

fn is_about_encryption(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::ClearTextFirst | Refusal::TlsFirst => true,
        Refusal::Dialog(end) => matches!(
            end,
            End::StartTlsMissing
                | End::StartTlsRefused { .. }
                | End::TlsFailed
                | End::Injected
                | End::PreauthInClear
        ),
        Refusal::Network(failure) => {
            matches!(failure, Failure::NotTls | Failure::Handshake { .. } | Failure::TlsTimeout)
        }
        _ => false,
    }
}
