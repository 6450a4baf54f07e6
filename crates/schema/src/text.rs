//! Text as an XML document can carry it: the invariant that makes every write readable again.

use core::{fmt, ops::Deref};

/// A piece of text with something in it: no blanks around it, no control characters inside, and
/// only characters that XML 1.0 can carry.
///
/// Documents are read tolerantly into it by [`Text::tidy`]; whoever builds a document gets the
/// same guarantee from [`Text::new`], so that a written document always reads back the same.
///
/// # Examples
///
/// ```
/// use mailscout_schema::text::Text;
///
/// assert_eq!(Text::tidy("  mail.\n example ").as_deref(), Some("mail. example"));
/// assert!(Text::new("mail.example").is_some());
/// assert!(Text::new(" mail.example").is_none());
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Text(String);

impl Text {
    /// Takes text that already keeps the rules; `None` where it does not.
    pub fn new(text: &str) -> Option<Self> {
        let whole = !text.is_empty() && text.trim() == text && is_all_carried(text);
        whole.then(|| Self(text.to_owned()))
    }

    /// Makes text keep the rules: blanks around it go, and each run of blanks and characters that
    /// cannot be carried becomes one blank where it holds more than plain spaces.
    /// `None` where nothing is left.
    pub fn tidy(text: &str) -> Option<Self> {
        let text = trim(text);
        if is_all_carried(text) {
            return (!text.is_empty()).then(|| Self(text.to_owned()));
        }
        let words = text.split(|character: char| !is_carried(character)).map(str::trim);
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        (!words.is_empty()).then(|| Self(words.join(" ")))
    }

    /// Takes a constant that keeps the rules; a test holds each of them to it.
    pub(crate) fn constant(text: &'static str) -> Self {
        debug_assert!(Self::new(text).is_some(), "{text:?} is no tidy text");
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Takes off the blanks around a text; that there are none is seen at its ends.
fn trim(text: &str) -> &str {
    let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if is_bare(bytes.first()) && is_bare(bytes.last()) { text } else { text.trim() }
}

fn is_all_carried(text: &str) -> bool {
    // Nearly every text is printable ASCII, which is quickly seen when nothing ends the loop.
    let is_printable = text.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    is_printable || text.chars().all(is_carried)
}

/// Whether a character of a foreign text could deceive who reads it on a terminal: control
/// characters move the cursor, others turn the direction of writing or cannot be seen.
///
/// # Examples
///
/// ```
/// use mailscout_schema::text::is_deceptive;
///
/// assert!(is_deceptive('\u{1b}') && is_deceptive('\u{9b}') && is_deceptive('\u{202e}'));
/// assert!("bücher.example ▏".chars().all(|character| !is_deceptive(character)));
/// ```
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether XML 1.0 carries the character, and a reader gives it back unchanged.
fn is_carried(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}')
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_carried() {
        for control in ['\u{1b}', '\u{9b}', '\u{85}', '\u{7f}', '\n', '\u{fffe}'] {
            assert_eq!(Text::new(&format!("a{control}b")), None, "{control:?}");
            assert_eq!(Text::tidy(&format!("a{control}b")).as_deref(), Some("a b"), "{control:?}");
        }
        assert_eq!(Text::tidy(" \u{1b} "), None);
    }
}
