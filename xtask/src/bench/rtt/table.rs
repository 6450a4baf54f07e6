//! From times to round trips, and from those to Markdown. Nothing is measured here.

use std::fmt::Write as _;
use std::time::Duration;

use super::cases::{Aim, Case, RATIO};

/// What one case took at one round-trip time.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) case: &'static Case,
    /// The round-trip time of the wire.
    pub(super) rtt: Duration,
    /// Sorted; never empty.
    times: Vec<Duration>,
    /// What the program takes with nothing to ask but the source that wins, where the aim is in it.
    pub(super) alone: Option<Duration>,
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
        (!times.is_empty()).then_some(Self { case, rtt, times, alone: None, connections })
    }

    fn least(&self) -> Duration {
        self.times.first().copied().unwrap_or_default()
    }

    fn most(&self) -> Duration {
        self.times.last().copied().unwrap_or_default()
    }

    fn median(&self) -> Duration {
        median(&self.times)
    }

    /// The fewest round trips; `None` where they are not what counts.
    fn floor(&self) -> Option<u32> {
        u32::try_from(self.case.floor.len()).ok().filter(|floor| *floor > 0 && !self.rtt.is_zero())
    }

    /// The same over a wire without a length.
    fn base<'a>(&self, all: &'a [Self]) -> Option<&'a Self> {
        all.iter().find(|other| other.case.name == self.case.name && other.rtt.is_zero())
    }

    /// What the round-trip time adds to the median, counted in round trips.
    fn round_trips(&self, all: &[Self]) -> Option<f64> {
        self.floor()?;
        let added = self.median().as_secs_f64() - self.base(all)?.median().as_secs_f64();
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

    /// What it aims at, and whether that is met; `None` where something to compare with is missing.
    fn judge(&self, all: &[Self]) -> Option<(String, bool)> {
        match self.case.aim {
            Aim::Floor => {
                let floor = f64::from(self.floor()?) * RATIO;
                let ratio = self.ratio(all)?;
                Some((format!("{floor} round trips"), ratio <= RATIO))
            }
            Aim::TwiceAlone(_) => {
                let aim = self.alone? * 2 + stagger(self.rtt);
                Some((format!("{:.1} ms", millis(aim)), self.median() <= aim))
            }
            Aim::Within(aim) => {
                let aim_with_start = aim + START;
                Some((format!("{} s", aim.as_secs()), self.most() <= aim_with_start))
            }
        }
    }

    /// Whether it missed its aim.
    pub(super) fn is_missed(&self, all: &[Self]) -> bool {
        self.judge(all).is_some_and(|(_, is_met)| !is_met)
    }
}

/// How long a source of the program has the line to itself: a quarter of a round trip, in bounds.
fn stagger(rtt: Duration) -> Duration {
    (rtt / 4).clamp(Duration::from_millis(1), Duration::from_millis(250))
}

/// What the start and the end of a process may take beside the search, whose clock a deadline is on.
pub(super) const START: Duration = Duration::from_millis(100);

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The one in the middle of some that are sorted, or between the two in the middle.
pub(super) fn median(times: &[Duration]) -> Duration {
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    let half = times.len() / 2;
    if times.len().is_multiple_of(2) {
        (at(half.saturating_sub(1)) + at(half)) / 2
    } else {
        at(half)
    }
}

/// Every case over every wire that has a length.
pub(super) fn times(all: &[Measured]) -> String {
    let mut text = String::from(
        "| case | RTT, ms | at 0 ms | min, ms | median, ms | max, ms | round trips | floor | ratio | whole | aim: at most | met |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for row in all.iter().filter(|row| !row.rtt.is_zero()) {
        let ms = |time: Duration| format!("{:.1}", millis(time));
        let two = |number: Option<f64>| number.map_or(String::new(), |it| format!("{it:.2}"));
        let floor = row.floor().map_or(String::new(), |floor| floor.to_string());
        let (aim, met) = match row.judge(all) {
            Some((aim, true)) => (aim, "yes"),
            Some((aim, false)) => (aim, "**no**"),
            None => (String::new(), "?"),
        };
        let cells = [
            format!("`{}`", row.case.name),
            row.rtt.as_millis().to_string(),
            row.base(all).map_or(String::new(), |base| ms(base.median())),
            ms(row.least()),
            ms(row.median()),
            ms(row.most()),
            two(row.round_trips(all)),
            floor,
            two(row.ratio(all)),
            two(row.whole()),
            aim,
            met.to_owned(),
        ];
        line(&mut text, &cells);
    }
    text
}

/// What each case is, and its floor or what it aims at without one.
pub(super) fn floors(all: &[Measured]) -> String {
    let mut text = String::from("| case | what it is | floor |\n|---|---|---|\n");
    for case in cases(all) {
        let floor = match case.aim {
            Aim::Floor => format!("{}: {}", case.floor.len(), case.floor.join(", ")),
            Aim::TwiceAlone(options) => {
                format!("aim: twice what `{}` takes, and a stagger", options.join(" "))
            }
            Aim::Within(aim) => format!("aim: over after {} s", aim.as_secs()),
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
