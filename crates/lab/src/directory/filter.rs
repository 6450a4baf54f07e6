//! Search filters: read from a request, shown as text, and held against an entry.

use std::fmt::{self, Write};

use super::{
    ber::{OCTETS, Reader},
    dn::folded,
};

/// A filter of a search.
///
/// # Spec
///
/// [RFC 4511 §4.5.1.7](https://www.rfc-editor.org/rfc/rfc4511#section-4.5.1.7); `Display` is
/// [RFC 4515](https://www.rfc-editor.org/rfc/rfc4515).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Compare(String, Comparison, Vec<u8>),
    Substrings(String, Pieces),
    Present(String),
    /// Read and shown, and true of nothing.
    Extensible {
        rule: Option<String>,
        attribute: Option<String>,
        value: Vec<u8>,
        of_name: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    AtLeast,
    AtMost,
    Like,
}

/// The pieces of a value, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pieces {
    initial: Option<Vec<u8>>,
    any: Vec<Vec<u8>>,
    last: Option<Vec<u8>>,
}

impl Filter {
    /// Reads a filter of at most [`MAX_DEPTH`] levels.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Self::read_at(reader, MAX_DEPTH)
    }

    fn read_at(reader: &mut Reader<'_>, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let (tag, content) = reader.any()?;
        let mut inside = Reader::new(content);
        let compare = |comparison, inside: &mut Reader<'_>| {
            let attribute = description(inside)?;
            let value = inside.bytes(OCTETS)?.to_vec();
            Some(Self::Compare(attribute, comparison, value))
        };
        let filter = match tag {
            AND => Self::And(read_all(&mut inside, depth)?),
            OR => Self::Or(read_all(&mut inside, depth)?),
            NOT => Self::Not(Box::new(Self::read_at(&mut inside, depth)?)),
            EQUAL => compare(Comparison::Equal, &mut inside)?,
            AT_LEAST => compare(Comparison::AtLeast, &mut inside)?,
            AT_MOST => compare(Comparison::AtMost, &mut inside)?,
            LIKE => compare(Comparison::Like, &mut inside)?,
            SUBSTRINGS => {
                let attribute = description(&mut inside)?;
                Self::Substrings(attribute, Pieces::read(&mut inside)?)
            }
            PRESENT => return Some(Self::Present(legal(str::from_utf8(content).ok()?)?)),
            EXTENSIBLE => read_extensible(&mut inside)?,
            _ => return None,
        };
        inside.end()?;
        Some(filter)
    }

    /// Whether the filter is true of an entry, whose values `values` gives by the lower-case name
    /// of their attribute.
    pub(super) fn fits<'e>(&self, values: &impl Fn(&str) -> Option<&'e [String]>) -> bool {
        self.holds(values) == Some(true)
    }

    /// Whether it is true; none where that is undefined.
    fn holds<'e>(&self, values: &impl Fn(&str) -> Option<&'e [String]>) -> Option<bool> {
        let any = |attribute: &str, test: &dyn Fn(&str) -> bool| {
            let found = values(&attribute.to_ascii_lowercase());
            Some(found.is_some_and(|values| values.iter().any(|value| test(&folded(value)))))
        };
        match self {
            // Both are undefined only where no part decides.
            Self::And(parts) => joined(parts.iter().map(|part| part.holds(values)), false),
            Self::Or(parts) => joined(parts.iter().map(|part| part.holds(values)), true),
            Self::Not(part) => part.holds(values).map(|holds| !holds),
            Self::Compare(attribute, comparison, value) => {
                let wanted = text(value);
                any(attribute, &|value| comparison.holds(value, &wanted))
            }
            Self::Substrings(attribute, pieces) => any(attribute, &|value| pieces.fit(value)),
            Self::Present(attribute) => Some(values(&attribute.to_ascii_lowercase()).is_some()),
            Self::Extensible { .. } => None,
        }
    }
}

impl Comparison {
    fn holds(self, value: &str, wanted: &str) -> bool {
        let order = match (value.parse::<i64>(), wanted.parse::<i64>()) {
            (Ok(value), Ok(wanted)) => value.cmp(&wanted),
            _ => value.cmp(wanted),
        };
        match self {
            Self::Equal | Self::Like => value == wanted,
            Self::AtLeast => order.is_ge(),
            Self::AtMost => order.is_le(),
        }
    }
}

impl Pieces {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut list = reader.inside(super::ber::SEQUENCE)?;
        let mut pieces = Self::default();
        while !list.is_empty() {
            let (tag, piece) = list.any()?;
            let first = pieces == Self::default();
            match tag {
                _ if pieces.last.is_some() || piece.is_empty() => return None,
                0x80 if first => pieces.initial = Some(piece.to_vec()),
                0x81 => pieces.any.push(piece.to_vec()),
                0x82 => pieces.last = Some(piece.to_vec()),
                _ => return None,
            }
        }
        (pieces != Self::default()).then_some(pieces)
    }

    fn fit(&self, value: &str) -> bool {
        let initial = self.initial.as_deref().map(text).unwrap_or_default();
        let last = self.last.as_deref().map(text).unwrap_or_default();
        let middle = value.strip_prefix(&initial).and_then(|rest| rest.strip_suffix(&last));
        let Some(mut rest) = middle else {
            return false;
        };
        self.any.iter().all(|piece| {
            let piece = text(piece);
            let found = rest.find(&piece).and_then(|at| rest.get(at + piece.len()..));
            found.map(|after| rest = after).is_some()
        })
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('(')?;
        match self {
            Self::And(parts) => write_all(f, '&', parts)?,
            Self::Or(parts) => write_all(f, '|', parts)?,
            Self::Not(part) => write!(f, "!{part}")?,
            Self::Compare(attribute, comparison, value) => {
                let sign = match comparison {
                    Comparison::Equal => "=",
                    Comparison::AtLeast => ">=",
                    Comparison::AtMost => "<=",
                    Comparison::Like => "~=",
                };
                write!(f, "{attribute}{sign}{}", shown(value))?;
            }
            Self::Substrings(attribute, Pieces { initial, any, last }) => {
                let piece = |piece: &Option<Vec<u8>>| piece.as_deref().map(shown);
                write!(f, "{attribute}={}*", piece(initial).unwrap_or_default())?;
                for middle in any {
                    write!(f, "{}*", shown(middle))?;
                }
                f.write_str(&piece(last).unwrap_or_default())?;
            }
            Self::Present(attribute) => write!(f, "{attribute}=*")?,
            Self::Extensible { rule, attribute, value, of_name } => {
                f.write_str(attribute.as_deref().unwrap_or_default())?;
                f.write_str(if *of_name { ":dn" } else { "" })?;
                if let Some(rule) = rule {
                    write!(f, ":{rule}")?;
                }
                write!(f, ":={}", shown(value))?;
            }
        }
        f.write_char(')')
    }
}

fn write_all(f: &mut fmt::Formatter<'_>, sign: char, parts: &[Filter]) -> fmt::Result {
    f.write_char(sign)?;
    parts.iter().try_for_each(|part| write!(f, "{part}"))
}

/// A value with what would not be plain text as `\xx`.
fn shown(value: &[u8]) -> String {
    let mut text = String::new();
    for chunk in value.utf8_chunks() {
        for letter in chunk.valid().chars() {
            if letter.is_control() || "*()\\".contains(letter) {
                let mut bytes = [0; 4];
                letter.encode_utf8(&mut bytes).bytes().for_each(|byte| push_hex(&mut text, byte));
            } else {
                text.push(letter);
            }
        }
        chunk.invalid().iter().for_each(|byte| push_hex(&mut text, *byte));
    }
    text
}

fn push_hex(text: &mut String, byte: u8) {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('?');
    text.extend(['\\', digit(byte >> 4), digit(byte & 15)]);
}

fn text(value: &[u8]) -> String {
    folded(&String::from_utf8_lossy(value))
}

fn joined(parts: impl Iterator<Item = Option<bool>>, decides: bool) -> Option<bool> {
    let mut joined = Some(!decides);
    for part in parts {
        match part {
            Some(value) if value == decides => return Some(decides),
            Some(_) => {}
            None => joined = None,
        }
    }
    joined
}

fn read_all(reader: &mut Reader<'_>, depth: usize) -> Option<Vec<Filter>> {
    let mut parts = Vec::new();
    while !reader.is_empty() {
        parts.push(Filter::read_at(reader, depth)?);
    }
    Some(parts)
}

fn read_extensible(reader: &mut Reader<'_>) -> Option<Filter> {
    let mut rule = None;
    let mut attribute = None;
    if reader.tag() == Some(0x81) {
        rule = Some(legal(&reader.text(0x81)?)?);
    }
    if reader.tag() == Some(0x82) {
        attribute = Some(legal(&reader.text(0x82)?)?);
    }
    let value = reader.bytes(0x83)?.to_vec();
    let of_name = !reader.is_empty() && reader.boolean(0x84)?;
    if rule.is_none() && attribute.is_none() {
        return None;
    }
    Some(Filter::Extensible { rule, attribute, value, of_name })
}

fn description(reader: &mut Reader<'_>) -> Option<String> {
    legal(&reader.text(OCTETS)?)
}

/// The name of an attribute, with options, or of a rule.
fn legal(name: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-.;=".contains(&b);
    (!name.is_empty() && name.bytes().all(plain)).then(|| name.to_owned())
}

const MAX_DEPTH: usize = 20;

const AND: u8 = 0xa0;
const OR: u8 = 0xa1;
const NOT: u8 = 0xa2;
const EQUAL: u8 = 0xa3;
const SUBSTRINGS: u8 = 0xa4;
const AT_LEAST: u8 = 0xa5;
const AT_MOST: u8 = 0xa6;
const PRESENT: u8 = 0x87;
const LIKE: u8 = 0xa8;
const EXTENSIBLE: u8 = 0xa9;
