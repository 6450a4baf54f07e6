//! The arithmetic and the tables, on made-up times.

use std::time::Duration;

use super::super::cases::{CASES, Case};
use super::*;

fn case(name: &str) -> &'static Case {
    CASES.iter().find(|case| case.name == name).expect("a case of this name")
}

fn measured(name: &str, rtt: u64, times: &[u64]) -> Measured {
    let times = times.iter().copied().map(Duration::from_millis).collect();
    let connections = vec![993, 143, 993, 587, 25, 80];
    Measured::new(case(name), Duration::from_millis(rtt), times, connections).expect("some times")
}

#[test]
fn the_median_is_in_the_middle_whatever_the_order() {
    for (times, expected) in
        [(&[5][..], 5), (&[9, 1], 5), (&[9, 1, 2], 2), (&[4, 100, 1, 2], 3), (&[7, 7, 7], 7)]
    {
        let measured = measured("root", 0, times);
        assert_eq!(measured.median(), Duration::from_millis(expected), "{times:?}");
        assert_eq!(measured.least().as_millis(), u128::from(*times.iter().min().expect("one")));
        assert_eq!(measured.most().as_millis(), u128::from(*times.iter().max().expect("one")));
    }
    assert!(Measured::new(case("root"), Duration::ZERO, Vec::new(), Vec::new()).is_none());
}

#[test]
fn round_trips_are_what_the_wire_adds_and_the_ratio_is_over_the_floor() {
    let all = [
        measured("root", 0, &[10, 12, 11]),
        measured("root", 40, &[171, 170, 190]),
        measured("host", 0, &[20]),
        measured("host", 40, &[340]),
        measured("no-domain", 40, &[50]),
    ];
    assert_eq!(
        times(&all),
        "\
| case | RTT, ms | at 0 ms | min, ms | median, ms | max, ms | round trips | floor | ratio | whole | aim: at most | met |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|
| `root` | 40 | 11.0 | 170.0 | 171.0 | 190.0 | 4.00 | 4 | 1.00 | 1.07 | 5 round trips | yes |
| `host` | 40 | 20.0 | 340.0 | 340.0 | 340.0 | 8.00 | 4 | 2.00 | 2.12 | 5 round trips | **no** |
| `no-domain` | 40 | | 50.0 | 50.0 | 50.0 | | 1 | | 1.25 | | ? |
"
    );
    assert_eq!(all.iter().filter(|row| row.is_missed(&all)).count(), 1);
}

#[track_caller]
fn check_judgement(row: &Measured, aim: &str, is_met: bool) {
    let all = std::slice::from_ref(row);
    assert_eq!(row.judge(all), Some((aim.to_owned(), is_met)), "{:?}", row.times);
}

#[test]
fn a_silent_source_costs_at_most_as_much_again_as_the_winner_alone_and_a_stagger() {
    let at = |rtt, took, alone| {
        let mut row = measured("host-root-blackholed", rtt, &[took]);
        row.alone = Some(Duration::from_millis(alone));
        row
    };
    check_judgement(&at(40, 350, 170), "350.0 ms", true);
    check_judgement(&at(40, 351, 170), "350.0 ms", false);
    // The stagger of a very long way, and of none.
    check_judgement(&at(2000, 16_250, 8000), "16250.0 ms", true);
    check_judgement(&at(0, 22, 10), "21.0 ms", false);
    let unknown = measured("host-root-blackholed", 40, &[1]);
    assert_eq!(unknown.judge(&[]), None);
    assert!(!unknown.is_missed(&[]));
}

#[test]
fn a_deadline_is_kept_by_the_longest_run() {
    let at = |times: &[u64]| measured("every-host-blackholed", 150, times);
    check_judgement(&at(&[4000, 15_100]), "15 s", true);
    check_judgement(&at(&[4000, 4000, 15_101]), "15 s", false);
}

#[test]
fn a_case_without_a_floor_says_what_it_aims_at() {
    let all =
        [measured("host-root-blackholed", 40, &[1]), measured("name-server-silent", 40, &[1])];
    let aims: Vec<_> = floors(&all).lines().skip(2).map(str::to_owned).collect();
    assert!(
        aims[0]
            .ends_with("| aim: twice what `--only autodiscover-https-host` takes, and a stagger |")
    );
    assert!(aims[1].ends_with("| aim: over after 15 s |"));
}

#[test]
fn a_floor_is_counted_in_its_steps() {
    let all = [measured("root", 0, &[1]), measured("root", 40, &[1])];
    let expected = format!(
        "\
| case | what it is | floor |
|---|---|---|
| `root` | {} | 4: DNS, TCP, TLS, POST |
",
        case("root").about
    );
    assert_eq!(floors(&all), expected);
}

#[test]
fn connections_are_counted_by_protocol_against_their_limit() {
    let mut many = measured("guess-table", 40, &[1]);
    many.connections = vec![110; 9];
    assert_eq!(
        connections(&[measured("guess-table", 0, &[1]), many]),
        "\
| case | protocol | connections | at most | |
|---|---|--:|--:|---|
| `guess-table` | IMAP | 3 | 6 | good |
| `guess-table` | POP3 | 9 | 8 | **too many** |
| `guess-table` | SMTP | 2 | 6 | good |
"
    );
    assert_eq!(connections(&[measured("root", 0, &[1])]), "");
}
