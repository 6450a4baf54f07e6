//! Remarks on a document or an answer that was taken although something was odd.

use core::fmt;

use crate::Position;

pub mod code;

/// A remark: a code to count by, a sentence to read, and where it was seen.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Notice {
    /// What kind of thing was odd; one of the words in [`code`], such as `unknown-value`.
    pub code: &'static str,
    /// One sentence for a person, without a full stop.
    pub text: String,
    /// Where in the document, when the remark is about one place of it.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub position: Option<Position>,
}

impl Notice {
    /// A remark that is about no single place.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), position: None }
    }

    /// A remark about one place of a document.
    pub fn at(code: &'static str, text: impl Into<String>, position: Position) -> Self {
        Self { code, text: text.into(), position: Some(position) }
    }
}

impl fmt::Display for Notice {
    /// Writes the sentence, then the place in brackets where there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "{} ({position})", self.text),
            None => f.write_str(&self.text),
        }
    }
}
