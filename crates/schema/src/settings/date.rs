//! Days in data formats: `2026-11-22`, and nothing that no calendar has.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::Date;

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (year, month, day) = self.parts();
        serializer.collect_str(&format_args!("{year:04}-{month:02}-{day:02}"))
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        read(&text).ok_or_else(|| D::Error::custom("a day such as 2026-11-22 is needed"))
    }
}

fn read(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}
