//! Distinguished names: read, compared without regard to case and blanks, and their parents.

/// A distinguished name in the form in which two are compared.
///
/// # Spec
///
/// [RFC 4514](https://www.rfc-editor.org/rfc/rfc4514); hexadecimal (`#04…`) and quoted values are
/// not read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Dn {
    /// From the entry to the root; each part has its types and values, sorted.
    parts: Vec<Vec<(String, String)>>,
}

impl Dn {
    /// Reads a name; the empty one is the root's.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self { parts: Vec::new() });
        }
        let parts: Option<Vec<_>> = split(text, ',')?.iter().map(|part| read_part(part)).collect();
        parts.map(|parts| Self { parts })
    }

    /// The name without its first part; none for the root.
    pub(super) fn parent(&self) -> Option<Self> {
        let (_, rest) = self.parts.split_first()?;
        Some(Self { parts: rest.to_vec() })
    }

    /// Whether this is the other or stands somewhere below it.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.parts.ends_with(&other.parts)
    }
}

/// A value or a name in the form in which two are compared.
pub(super) fn folded(text: &str) -> String {
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The first part of a name as it is written, its type and its value, and the rest.
pub(super) fn first(text: &str) -> Option<(String, String, &str)> {
    let part = split(text, ',')?.first().copied()?;
    let rest = text.get(part.len() + 1..).unwrap_or_default().trim_start();
    let (kind, value) = split(part, '+')?.first()?.split_once('=')?;
    Some((kind.trim().to_owned(), unescaped(value)?, rest))
}

/// A value as it stands in a name.
pub(crate) fn escaped(value: &str) -> String {
    let mut text = String::new();
    for letter in value.chars() {
        if "\"+,;<>\\=#".contains(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

fn read_part(text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for pair in split(text, '+')? {
        let (kind, value) = pair.split_once('=')?;
        let kind = kind.trim().to_ascii_lowercase();
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"-.".contains(&b);
        if kind.is_empty() || !kind.bytes().all(legal) {
            return None;
        }
        pairs.push((kind, folded(&unescaped(value)?)));
    }
    pairs.sort();
    Some(pairs)
}

/// The pieces between separators that no backslash stands before.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        if letter == separator && !escaped {
            pieces.push(text.get(begin..at)?);
            begin = at + 1;
        }
        escaped = letter == '\\' && !escaped;
    }
    pieces.push(text.get(begin..)?);
    Some(pieces)
}

/// A value without its backslashes; `\2C` stands for the byte.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.trim().bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let first = rest.next()?;
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match digit(first) {
            Some(high) => bytes.push(high << 4 | digit(rest.next()?)?),
            None => bytes.push(first),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{Dn, escaped, first};

    fn dn(text: &str) -> Dn {
        Dn::read(text).unwrap()
    }

    #[test]
    fn names_are_compared_without_case_and_blanks() {
        assert_eq!(dn("CN=Alice  A, DC=Corp,dc=example"), dn("cn=alice a,dc=corp,DC=EXAMPLE"));
        assert_eq!(dn("CN=a\\,b,DC=x"), dn("cn=A\\2cB,dc=x"));
        assert_ne!(dn("CN=a\\,b,DC=x"), dn("CN=a,CN=b,DC=x"));
        assert_eq!(dn("a=1+b=2"), dn("b=2+a=1"));
    }

    #[test]
    fn a_name_is_within_itself_and_its_parents_alone() {
        assert!(dn("CN=a,DC=x").is_within(&dn("dc=X")));
        assert!(dn("DC=x").is_within(&dn("DC=x")));
        assert!(!dn("DC=x").is_within(&dn("CN=a,DC=x")));
        assert!(!dn("CN=a,DC=xx").is_within(&dn("DC=x")));
        assert_eq!(dn("CN=a,DC=x").parent(), Some(dn("DC=x")));
        assert_eq!(dn("").parent(), None);
    }

    #[test]
    fn what_is_no_name_is_not_read() {
        for text in ["x", "CN=a,,DC=x", "=a", "CN=a\\", "CN=a\\4", "CN=a\\ff", "c n=a"] {
            assert_eq!(Dn::read(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_part_is_told_apart_from_the_rest() {
        let text = format!("CN={},DC=x", escaped("Doe, Jane"));
        let expected = ("CN".to_owned(), "Doe, Jane".to_owned(), "DC=x");
        assert_eq!(first(&text), Some(expected));
        assert_eq!(first("DC=x").unwrap().2, "");
    }
}
