//! What is printed: settings and explanations on standard output, talk on standard error.

use std::{
    borrow::Cow,
    fmt,
    io::{self, Write},
};

use anyhow::{Context, Result};
use mailscout::schema::text::is_deceptive;

pub(crate) mod cache;
pub(crate) mod check;
pub(crate) mod compared;
pub(crate) mod explain;
mod guess;
pub(crate) mod inspection;
mod moment;
pub(crate) mod oauth;
pub(crate) mod providers;
pub(crate) mod rows;
pub(crate) mod settings;
mod table;
pub(crate) mod talk;
mod words;

/// Writes data to standard output. A reader that has gone away is no error: it has seen enough.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut output = anstream::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        ended => ended.context("the output cannot be written"),
    }
}

/// Says something on standard error. Where nobody can hear it, it is not said: that changes nothing
/// about how the program ends.
pub(crate) fn say(words: fmt::Arguments<'_>) {
    let mut output = anstream::stderr().lock();
    let _ = output.write_all(words.to_string().as_bytes()).and_then(|()| output.flush());
}

/// One named fact, as a line.
pub(crate) fn fact(name: &str, text: &str) -> String {
    table::lay_out(&[vec![format!("{name:<8}"), text.to_owned()]])
}

/// Text from outside as a terminal may show it: control characters, which could move the cursor,
/// and characters that turn the direction of writing, which could disguise a host name, stand as
/// escapes.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for character in text.chars() {
        if is_deceptive(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// JSON in which characters that could deceive a terminal stand as escapes; it means the same.
pub(crate) fn harmless_json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character > '~' && is_deceptive(character) {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            shown.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// A word as a shell takes it: in quotation marks where it needs them.
pub(crate) fn quote(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@%+=:,./-_".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_deceive_stands_as_an_escape() {
        assert_eq!(printable("bücher.example ▏"), "bücher.example ▏");
        assert_eq!(printable("a\u{1b}[2Jb\r\n"), r"a\u{1b}[2Jb\u{d}\u{a}");
        assert_eq!(printable("\u{9b}2J \u{202e}moc"), r"\u{9b}2J \u{202e}moc");
    }

    #[test]
    fn escaped_json_means_the_same() {
        let text = serde_json::to_string("a\u{9b}\u{202e}\u{e0041}ü\n").unwrap();
        let harmless = harmless_json(&text);
        assert_eq!(harmless, r#""a\u009b\u202e\udb40\udc41ü\n""#);
        assert_eq!(
            serde_json::from_str::<String>(&harmless).unwrap(),
            "a\u{9b}\u{202e}\u{e0041}ü\n"
        );
    }

    #[test]
    fn words_are_quoted_as_a_shell_takes_them() {
        for (word, expected) in
            [("a@b.example", "a@b.example"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("", "''")]
        {
            assert_eq!(quote(word), expected);
        }
    }
}
