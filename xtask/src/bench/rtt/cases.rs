//! What is measured, and what each case aims at: data only.

use std::time::Duration;

/// A search, and the fewest round trips in which it can be done.
#[derive(Debug)]
pub(super) struct Case {
    /// The word on the command line.
    pub(super) name: &'static str,
    /// What the domain is like.
    pub(super) about: &'static str,
    /// The scenario, by its path from the root: one of the program's, or one whose journal is not
    /// the same in every run. Its `arguments` and its password are used.
    pub(super) scenario: &'static str,
    /// The verb of the program.
    pub(super) verb: &'static str,
    /// Arguments besides those of the scenario.
    pub(super) options: &'static [&'static str],
    /// The exit code that the program must end with.
    pub(super) exit: i32,
    /// What a perfect client would have to wait for, one round trip each. Empty where time is lost
    /// that is the same on every wire: there the milliseconds count.
    pub(super) floor: &'static [&'static str],
    pub(super) aim: Aim,
    /// Who searches.
    pub(super) client: Client,
    /// How often it is run at most; some cases last.
    pub(super) most_runs: usize,
    /// It takes the same on every wire, and is run over the longest alone.
    pub(super) is_run_once: bool,
    /// How many connections it may open.
    pub(super) connections: &'static [Connections],
}

/// How many connections may be opened to the ports of a protocol.
#[derive(Debug)]
pub(super) struct Connections {
    pub(super) protocol: &'static str,
    pub(super) ports: &'static [u16],
    pub(super) most: usize,
}

/// What a case aims at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aim {
    /// At most [`RATIO`] times the round trips of its floor.
    Floor,
    /// At most twice what the program takes with these arguments besides, which leave it nothing to
    /// ask but the source that wins, and one stagger.
    TwiceAlone(&'static [&'static str]),
    /// At most so long on any wire.
    Within(Duration),
}

/// Who searches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Client {
    /// The program: each run is a process of its own, from its start to its end.
    Program,
    /// A program with the library in it that searches twice with one `Locator`; this search of the
    /// two is measured, by its own clock.
    Library(Search),
}

/// One of two searches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Search {
    First,
    Second,
}

/// No case takes more than so many times its floor.
pub(super) const RATIO: f64 = 1.25;

/// When a search is over, whatever is silent.
const DEADLINE: Duration = Duration::from_secs(15);

/// Every case, in the order of the table.
pub(super) const CASES: &[Case] = &[
    Case {
        name: "guess",
        about: "guess alone: IMAP on 993, POP3 on 995, SMTP on 587 of the mail host",
        scenario: "fixtures/scenarios/guess-993-587.toml",
        verb: "guess",
        floor: &["DNS", "TCP", "greeting", "EHLO", "STARTTLS", "TLS", "EHLO"],
        ..CASE
    },
    Case {
        name: "guess-log-in",
        about: "the same with a password, proved by a log-in on each",
        scenario: "fixtures/scenarios/guess-log-in.toml",
        floor: &["DNS", "TCP", "greeting", "EHLO", "STARTTLS", "TLS", "EHLO", "AUTH"],
        ..CASE
    },
    Case {
        name: "guess-table",
        about: "guess alone, the 215 rows of Outlook 2010: every host of the table answers on every port",
        scenario: "xtask/src/bench/rtt/scenarios/every-host.toml",
        floor: &["DNS", "TCP", "greeting", "EHLO", "STARTTLS", "TLS", "EHLO"],
        connections: &[
            Connections { protocol: "IMAP", ports: &[143, 993], most: 6 },
            Connections { protocol: "POP3", ports: &[110, 995], most: 8 },
            Connections { protocol: "SMTP", ports: &[25, 587], most: 6 },
        ],
        ..CASE
    },
    Case {
        name: "root",
        about: "Autodiscover at the domain itself",
        scenario: "fixtures/scenarios/root-answers.toml",
        floor: HTTPS,
        ..CASE
    },
    Case {
        name: "host",
        about: "Autodiscover at the autodiscover host; the domain is a web site that says 404",
        scenario: "fixtures/scenarios/contoso.toml",
        floor: HTTPS,
        ..CASE
    },
    Case {
        name: "host-root-blackholed",
        about: "the same, but the domain's web site answers no SYN",
        scenario: "fixtures/scenarios/fault-blackhole.toml",
        aim: Aim::TwiceAlone(&["--only", "autodiscover-https-host"]),
        most_runs: 3,
        ..CASE
    },
    Case {
        name: "autoconfig",
        about: "Autoconfig at its own host; the domain is a web site that says 404",
        scenario: "fixtures/scenarios/autoconfig-host.toml",
        floor: &["DNS", "TCP", "TLS", "GET"],
        ..CASE
    },
    Case {
        name: "srv",
        about: "a hoster's Autodiscover, by an SRV record; allowed beforehand",
        scenario: "fixtures/scenarios/srv-hoster.toml",
        floor: &["DNS (SRV)", "DNS", "TCP", "TLS", "POST"],
        ..CASE
    },
    Case {
        name: "http-redirect",
        about: "a hoster's Autodiscover, by a redirect over plain HTTP; allowed beforehand",
        scenario: "fixtures/scenarios/http-redirect-hoster.toml",
        floor: &["DNS", "TCP", "GET", "DNS", "TCP", "TLS", "POST"],
        ..CASE
    },
    Case {
        name: "discover-guess",
        about: "nothing is published, and the guess finds the servers",
        scenario: "fixtures/scenarios/guess-993-587.toml",
        floor: &["DNS", "TCP", "TLS", "POST", "TCP", "greeting", "EHLO", "STARTTLS", "TLS", "EHLO"],
        ..CASE
    },
    Case {
        name: "no-domain",
        about: "the domain does not exist",
        scenario: "fixtures/scenarios/nonexistent-domain.toml",
        exit: 1,
        floor: &["DNS"],
        ..CASE
    },
    Case {
        name: "every-host-blackholed",
        about: "every host exists, Mozilla's database too, and none of them answers a SYN",
        scenario: "xtask/src/bench/rtt/scenarios/every-host-blackholed.toml",
        exit: 1,
        aim: Aim::Within(DEADLINE),
        most_runs: 1,
        ..CASE
    },
    Case {
        name: "name-server-silent",
        about: "the name server answers nothing",
        scenario: "xtask/src/bench/rtt/scenarios/name-server-silent.toml",
        exit: 4,
        aim: Aim::Within(DEADLINE),
        most_runs: 1,
        is_run_once: true,
        ..CASE
    },
    Case {
        name: "cold",
        about: "the library: the first search of a `Locator`, Autodiscover at the domain itself",
        scenario: "fixtures/scenarios/root-answers.toml",
        client: Client::Library(Search::First),
        floor: HTTPS,
        ..CASE
    },
    Case {
        name: "warm",
        about: "the library: the second search of the same `Locator`, for the same address",
        scenario: "fixtures/scenarios/root-answers.toml",
        client: Client::Library(Search::Second),
        floor: &["TCP", "TLS", "POST"],
        ..CASE
    },
];

/// What most cases have in common.
const CASE: Case = Case {
    name: "",
    about: "",
    scenario: "",
    verb: "discover",
    options: &[],
    exit: 0,
    floor: &[],
    aim: Aim::Floor,
    client: Client::Program,
    most_runs: usize::MAX,
    is_run_once: false,
    connections: &[],
};

/// One question to a web server whose name is known.
const HTTPS: &[&str] = &["DNS", "TCP", "TLS", "POST"];

/// The words on the command line.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository;

    #[test]
    fn every_case_has_a_name_of_its_own_and_a_scenario() {
        for (index, case) in CASES.iter().enumerate() {
            assert!(!case.name.is_empty() && !case.about.is_empty());
            assert!(CASES.iter().skip(index + 1).all(|other| other.name != case.name));
            assert!(repository::root().join(case.scenario).is_file(), "{}", case.scenario);
        }
    }

    #[test]
    fn every_case_has_an_aim_that_can_be_judged() {
        for case in CASES {
            let has_floor = !case.floor.is_empty();
            assert_eq!(matches!(case.aim, Aim::Floor), has_floor, "{}", case.name);
            // One run says nothing about round trips.
            assert!(case.most_runs > 1 || !has_floor, "{}", case.name);
        }
    }

    #[test]
    fn no_port_is_counted_twice() {
        for case in CASES {
            let mut ports: Vec<_> = case.connections.iter().flat_map(|of| of.ports).collect();
            ports.sort_unstable();
            assert!(ports.windows(2).all(|pair| pair[0] != pair[1]), "{}", case.name);
        }
    }
}
