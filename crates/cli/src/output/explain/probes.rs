//! Mail servers that were met: host by host the look-up, port by port the conversations, the
//! log-ins and the rows.

use std::time::Duration;

use mailscout::{
    Asked,
    probe::prober::{GuessReport, LookedUp, MetPort, PROTOCOLS, TriedLogIn},
};

use super::{
    Line, lay_out,
    row_groups::{Shown, groups, rows},
};
use crate::output::{printable, words};

/// A guess, below its title. Times are counted from the start of the whole search.
pub(super) fn guess(report: &GuessReport, since: Duration, whole: Duration) -> String {
    let title = format!("Guess by the profile {}", report.profile);
    Section { report, since, is_guess: true }.render(&title, whole)
}

/// A check of servers, the same way.
pub(super) fn check(report: &GuessReport, since: Duration, whole: Duration) -> String {
    let title = "Check of the servers that the document names";
    Section { report, since, is_guess: false }.render(title, whole)
}

/// How much of everything there was.
fn summary(report: &GuessReport) -> String {
    let connections = PROTOCOLS
        .map(|protocol| format!("{} {}", words::protocol(protocol), report.connections(protocol)));
    format!(
        "{}, {}, connections: {}, {}",
        words::count(report.rows.len(), "row", "rows"),
        words::count(report.lookups.len(), "name", "names"),
        connections.join(", "),
        words::count(report.log_ins.len(), "log-in", "log-ins"),
    )
}

struct Section<'a> {
    report: &'a GuessReport,
    since: Duration,
    is_guess: bool,
}

impl Section<'_> {
    fn render(&self, title: &str, whole: Duration) -> String {
        let report = self.report;
        let lines: Vec<Line> = report.lookups.iter().flat_map(|lookup| self.host(lookup)).collect();
        format!("\n           {title}: {}\n\n{}", summary(report), lay_out(&lines, whole))
    }

    /// The look-up of a host, then its ports. The rows of ports that were not met stand together.
    fn host(&self, lookup: &LookedUp) -> Vec<Line> {
        let question = format!("DNS   {}", printable(&lookup.name));
        let mut lines = vec![self.timed(Asked::lookup(lookup), question)];
        let ports = self.report.ports.iter().filter(|port| port.host == lookup.name);
        let (met, unmet): (Vec<&MetPort>, Vec<&MetPort>) =
            ports.partition(|port| !port.met.is_empty() || port.given_up.is_some());
        for port in met {
            lines.extend(self.port(port));
        }
        lines.extend(self.rows(&unmet));
        lines
    }

    fn port(&self, port: &MetPort) -> Vec<Line> {
        let place = format!("  {} {}", words::protocol(port.protocol), port.port);
        let mut lines: Vec<Line> = Vec::new();
        for met in &port.met {
            let question = format!("{place} {}", words::security(met.met.security));
            lines.push(self.timed(Asked::meeting(&port.host, port.port, met), question));
        }
        lines.extend(Asked::given_up(port).map(|asked| self.timed(asked, place.clone())));
        let is_here = |tried: &&TriedLogIn| {
            (tried.row.protocol, &tried.row.host, tried.row.port)
                == (port.protocol, &port.host, port.port)
        };
        for tried in self.report.log_ins.iter().filter(is_here) {
            let user = tried.row.login.as_ref().map_or("", |login| login.name.as_str());
            let question = format!("{place} log-in {} by {}", printable(user), tried.mechanism);
            lines.push(self.timed(Asked::log_in(tried), question));
        }
        lines.extend(self.rows(&[port]));
        lines
    }

    fn rows(&self, ports: &[&MetPort]) -> Vec<Line> {
        let rows = rows(self.report, |row| {
            ports.iter().any(|port| {
                (port.protocol, &port.host, port.port) == (row.protocol, &row.host, row.port)
            })
        });
        let is_guess = self.is_guess;
        groups(&rows).into_iter().map(|shown| row_line(shown, is_guess)).collect()
    }

    fn timed(&self, asked: Asked, question: String) -> Line {
        Line {
            time: Some((self.since + asked.started, asked.elapsed)),
            question,
            answer: asked.answer,
            is_taken: false,
        }
    }
}

/// A group of rows. Of several that are guessed one is taken; what a document names is as promised.
fn row_line(shown: Shown, is_guess: bool) -> Line {
    let answer = match shown.verdict {
        verdict if verdict.is_empty() && !is_guess => "as promised".to_owned(),
        verdict => verdict,
    };
    let question = printable(&shown.rows).into_owned();
    Line { time: None, question, answer, is_taken: shown.is_taken && is_guess }
}
