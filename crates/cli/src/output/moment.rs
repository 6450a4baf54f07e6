//! Times as a person reads them.

use std::time::{Duration, SystemTime};

use jiff::{Timestamp, tz::TimeZone};

/// Cells of the time bar.
const CELLS: u128 = 10;

/// A day, as certificates count them: in UTC.
pub(super) fn day(time: SystemTime) -> String {
    match Timestamp::try_from(time) {
        Ok(time) => time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d").to_string(),
        Err(_) => "a time that no calendar has".to_owned(),
    }
}

/// A moment to the second, in UTC.
pub(super) fn second(time: SystemTime) -> String {
    let whole = |time: Timestamp| Timestamp::from_second(time.as_second());
    match Timestamp::try_from(time).and_then(whole) {
        Ok(time) => time.to_string(),
        Err(_) => "a time that no calendar has".to_owned(),
    }
}

/// Which part of the whole something took.
pub(super) fn bar(started: Duration, elapsed: Duration, whole: Duration) -> String {
    let whole = whole.as_micros().max(1);
    let first = (started.as_micros() * CELLS / whole).min(CELLS - 1);
    let last = ((started + elapsed).as_micros() * CELLS / whole).clamp(first, CELLS - 1);
    (0..CELLS).map(|cell| if (first..=last).contains(&cell) { '█' } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_shows_the_part_of_the_whole() {
        let bar = |started, elapsed| {
            bar(
                Duration::from_millis(started),
                Duration::from_millis(elapsed),
                Duration::from_millis(100),
            )
        };
        assert_eq!(bar(0, 0), "█         ");
        assert_eq!(bar(0, 100), "██████████");
        assert_eq!(bar(50, 20), "     ███  ");
        assert_eq!(bar(100, 0), "         █");
    }

    #[test]
    fn a_day_is_that_of_utc() {
        assert_eq!(day(SystemTime::UNIX_EPOCH + Duration::from_secs(86_399)), "1970-01-01");
    }
}
