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
        measured("host-root-blackholed", 0, &[5000]),
        measured("host-root-blackholed", 40, &[5200]),
    ];
    assert_eq!(
        times(&all),
        "\
| case | RTT, ms | min, ms | median, ms | max, ms | round trips | floor | ratio | whole |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
| `root` | 0 | 10.0 | 11.0 | 12.0 | | | | |
| `root` | 40 | 170.0 | 171.0 | 190.0 | 4.00 | 4 | 1.00 | 1.07 |
| `host` | 0 | 20.0 | 20.0 | 20.0 | | | | |
| `host` | 40 | 340.0 | 340.0 | 340.0 | 8.00 | 4 | **2.00** | 2.12 |
| `no-domain` | 40 | 50.0 | 50.0 | 50.0 | | 1 | | 1.25 |
| `host-root-blackholed` | 0 | 5000.0 | 5000.0 | 5000.0 | | | | |
| `host-root-blackholed` | 40 | 5200.0 | 5200.0 | 5200.0 | | | | |
"
    );
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
