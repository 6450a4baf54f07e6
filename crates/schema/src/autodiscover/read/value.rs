//! Values of single elements: what is odd about one becomes a notice, and the value absent.

use core::num::NonZeroU16;

use crate::notice::code;
use crate::settings::Date;
use crate::text::Text;
use crate::xml::{Element, Remarks, clip};

/// The text of an element that may be absent.
pub(in crate::autodiscover) fn text(element: Option<Element<'_>>) -> Option<Text> {
    element?.text()
}

/// `on` or `off`, and with a notice the words that mean the same.
pub(super) fn switch(element: Option<Element<'_>>, remarks: &mut Remarks) -> Option<bool> {
    const WORDS: [(&str, bool); 6] =
        [("yes", true), ("no", false), ("true", true), ("false", false), ("1", true), ("0", false)];
    let (element, text) = with_text(element)?;
    if text.eq_ignore_ascii_case("on") {
        return Some(true);
    }
    if text.eq_ignore_ascii_case("off") {
        return Some(false);
    }
    let (name, offset) = (clip(element.name()), Some(element.start()));
    let known = WORDS.iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
    if let Some((word, value)) = known {
        let means = if *value { "on" } else { "off" };
        remarks.add(
            code::BOOLEAN_WORD,
            offset,
            format_args!("`{name}` says `{word}`; it is taken as `{means}`"),
        );
    } else {
        unknown_value(element, &text, remarks);
    }
    known.map(|(_, value)| *value)
}

/// `true` or `false`.
pub(super) fn boolean(element: Option<Element<'_>>, remarks: &mut Remarks) -> Option<bool> {
    let (_, text) = with_text(element)?;
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        switch(element, remarks)
    }
}

/// A number that is not negative.
pub(in crate::autodiscover) fn number(
    element: Option<Element<'_>>,
    remarks: &mut Remarks,
) -> Option<u32> {
    let (element, text) = with_text(element)?;
    let number = text.parse().ok();
    if number.is_none() {
        bad_number(element, &text, remarks);
    }
    number
}

/// A port: a number from 1 to 65535, alone.
pub(in crate::autodiscover) fn port(
    element: Option<Element<'_>>,
    remarks: &mut Remarks,
) -> Option<NonZeroU16> {
    let (element, text) = with_text(element)?;
    let number = text.parse().ok();
    if number.is_none() {
        bad_number(element, &text, remarks);
    }
    number
}

/// A day, `YYYYMMDD`; with a notice also with `-` or `/` in it.
pub(super) fn date(element: Option<Element<'_>>, remarks: &mut Remarks) -> Option<Date> {
    let (element, text) = with_text(element)?;
    let (name, offset) = (clip(element.name()), Some(element.start()));
    if let Some(date) = digits(&text) {
        return Some(date);
    }
    let date = ["-", "/"].iter().find_map(|separator| parted(&text, separator));
    let shown = clip(&text);
    if date.is_some() {
        let what = format_args!("`{name}` says `{shown}`; the form is YYYYMMDD");
        remarks.add(code::DATE_FORM, offset, what);
    } else {
        let what = format_args!("`{name}` says `{shown}`, which is no date; it is ignored");
        remarks.add(code::BAD_DATE, offset, what);
    }
    date
}

/// Remarks on a value that the schema does not have.
pub(in crate::autodiscover) fn unknown_value(
    element: Element<'_>,
    value: &str,
    remarks: &mut Remarks,
) {
    remarks.add_unknown_value(element.name(), value, element.start());
}

fn with_text(element: Option<Element<'_>>) -> Option<(Element<'_>, Text)> {
    let element = element?;
    Some((element, element.text()?))
}

fn bad_number(element: Element<'_>, value: &str, remarks: &mut Remarks) {
    let (name, value) = (clip(element.name()), clip(value));
    let what = format_args!("`{name}` says `{value}`, which is no number in range; it is ignored");
    remarks.add(code::BAD_NUMBER, Some(element.start()), what);
}

fn digits(text: &str) -> Option<Date> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    if day.len() != 2 {
        return None;
    }
    day_of(year, month, day)
}

fn parted(text: &str, separator: &str) -> Option<Date> {
    let (year, rest) = text.split_once(separator)?;
    let (month, day) = rest.split_once(separator)?;
    day_of(year, month, day)
}

fn day_of(year: &str, month: &str, day: &str) -> Option<Date> {
    let all_digits = [year, month, day].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if !all_digits {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}
