//! From times to round trips, and from those to Markdown. Nothing is measured here.

use std::fmt::Write as _;
use std::time::Duration;

use super::cases::{AIM, Case};

/// What one case took at one round-trip time.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) case: &'static Case,
    /// The round-trip time of the wire.
    pub(super) rtt: Duration,
    /// Sorted; never empty.
    times: Vec<Duration>,
    /// The ports that were connected to in one search, once for each connection.
    pub(super) connections: Vec<u16>,
}

impl Measured {
    /// `None` when nothing was measured.
    pub(super) fn new(
        case: &'static Case,
        rtt: Duration,
        mut times: Vec<Duration>,
        connections: Vec<u16>,
    ) -> Option<Self> {
        times.sort_unstable();
        (!times.is_empty()).then_some(Self { case, rtt, times, connections })
    }

    fn least(&self) -> Duration {
        self.times.first().copied().unwrap_or_default()
    }

    fn most(&self) -> Duration {
        self.times.last().copied().unwrap_or_default()
    }

    /// The one in the middle, or between the two in the middle.
    fn median(&self) -> Duration {
        let at = |index: usize| self.times.get(index).copied().unwrap_or_default();
        let half = self.times.len() / 2;
        if self.times.len().is_multiple_of(2) {
            (at(half.saturating_sub(1)) + at(half)) / 2
        } else {
            at(half)
        }
    }

    /// The fewest round trips; `None` where they are not what counts.
    fn floor(&self) -> Option<u32> {
        u32::try_from(self.case.floor.len()).ok().filter(|floor| *floor > 0 && !self.rtt.is_zero())
    }

    /// What the round-trip time adds to the median, counted in round trips.
    fn round_trips(&self, all: &[Self]) -> Option<f64> {
        self.floor()?;
        let is_base = |other: &&Self| other.case.name == self.case.name && other.rtt.is_zero();
        let base = all.iter().find(is_base)?;
        let added = self.median().as_secs_f64() - base.median().as_secs_f64();
        Some(added / self.rtt.as_secs_f64())
    }

    /// The round trips over the floor.
    fn ratio(&self, all: &[Self]) -> Option<f64> {
        Some(self.round_trips(all)? / f64::from(self.floor()?))
    }

    /// The whole median, the start of the program included, over the time of the floor.
    fn whole(&self) -> Option<f64> {
        let floor = self.rtt * self.floor()?;
        Some(self.median().as_secs_f64() / floor.as_secs_f64())
    }

    /// Whether it missed the aim.
    pub(super) fn is_slow(&self, all: &[Self]) -> bool {
        self.ratio(all).is_some_and(|ratio| ratio > AIM)
    }
}

/// Every case at every round-trip time.
pub(super) fn times(all: &[Measured]) -> String {
    let mut text = String::from(
        "| case | RTT, ms | min, ms | median, ms | max, ms | round trips | floor | ratio | whole |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for row in all {
        let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
        let two = |number: Option<f64>| number.map_or(String::new(), |it| format!("{it:.2}"));
        let floor = row.floor().map_or(String::new(), |floor| floor.to_string());
        let ratio = two(row.ratio(all));
        let ratio = if row.is_slow(all) { format!("**{ratio}**") } else { ratio };
        let cells = [
            format!("`{}`", row.case.name),
            row.rtt.as_millis().to_string(),
            ms(row.least()),
            ms(row.median()),
            ms(row.most()),
            two(row.round_trips(all)),
            floor,
            ratio,
            two(row.whole()),
        ];
        line(&mut text, &cells);
    }
    text
}

/// What each case is, and the round trips of its floor.
pub(super) fn floors(all: &[Measured]) -> String {
    let mut text = String::from("| case | what it is | floor |\n|---|---|---|\n");
    for case in cases(all) {
        let floor = match case.floor {
            [] => String::new(),
            steps => format!("{}: {}", steps.len(), steps.join(", ")),
        };
        line(&mut text, &[format!("`{}`", case.name), case.about.to_owned(), floor]);
    }
    text
}

/// How many connections were opened, where there is a limit to it. Empty where there is none.
pub(super) fn connections(all: &[Measured]) -> String {
    let mut text = String::new();
    for case in cases(all) {
        for limit in case.connections {
            let of = |row: &Measured| {
                row.connections.iter().filter(|port| limit.ports.contains(port)).count()
            };
            let opened = all.iter().filter(|row| row.case.name == case.name).map(of).max();
            let opened = opened.unwrap_or(0);
            let verdict = if opened > limit.most { "**too many**" } else { "good" };
            if text.is_empty() {
                text.push_str("| case | protocol | connections | at most | |\n");
                text.push_str("|---|---|--:|--:|---|\n");
            }
            let cells = [
                format!("`{}`", case.name),
                limit.protocol.to_owned(),
                opened.to_string(),
                limit.most.to_string(),
                verdict.to_owned(),
            ];
            line(&mut text, &cells);
        }
    }
    text
}

/// The cases that were measured, each once, in their order.
fn cases(all: &[Measured]) -> impl Iterator<Item = &'static Case> {
    let is_first = |(index, row): &(usize, &Measured)| {
        all.iter().take(*index).all(|before| before.case.name != row.case.name)
    };
    all.iter().enumerate().filter(is_first).map(|(_, row)| row.case)
}

fn line(text: &mut String, cells: &[String]) {
    for cell in cells {
        let space = if cell.is_empty() { "" } else { " " };
        let _ = write!(text, "|{space}{cell} ");
    }
    text.push_str("|\n");
}

#[cfg(test)]
mod tests;
