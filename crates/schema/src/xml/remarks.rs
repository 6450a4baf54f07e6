//! Remarks collected while a document is read: bounded in number, placed in one pass.

use core::fmt;

use crate::error::Position;
use crate::notice::{Notice, code};

/// The most remarks on one document; one more says that there were others.
const MAX_REMARKS: usize = 32;

/// The remarks on one document.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    list: Vec<Remark>,
    left_out: usize,
    unknown: Vec<String>,
}

#[derive(Debug)]
struct Remark {
    code: &'static str,
    text: String,
    offset: Option<usize>,
}

impl Remarks {
    /// Adds a remark about one byte of the decoded text; its sentence is not even written when
    /// there are too many.
    pub(crate) fn add(
        &mut self,
        code: &'static str,
        offset: Option<usize>,
        text: fmt::Arguments<'_>,
    ) {
        if self.list.len() < MAX_REMARKS {
            self.list.push(Remark { code, text: text.to_string(), offset });
        } else {
            self.left_out += 1;
        }
    }

    /// Adds a remark that is made once however often it applies: it holds for the whole document.
    pub(crate) fn add_once(
        &mut self,
        code: &'static str,
        offset: Option<usize>,
        text: fmt::Arguments<'_>,
    ) {
        if !self.list.iter().any(|remark| remark.code == code) {
            self.add(code, offset, text);
        }
    }

    /// Adds a remark on an element that nobody knows: one for each name, wherever it stands.
    pub(crate) fn add_unknown(&mut self, name: &str, parent: &str, offset: usize) {
        if self.unknown.iter().any(|known| known == name) {
            return;
        }
        if self.unknown.len() < MAX_REMARKS {
            self.unknown.push(name.to_owned());
        }
        let (name, parent) = (clip(name), clip(parent));
        let text = format_args!("`{name}` inside `{parent}` is unknown and ignored");
        self.add(code::UNKNOWN_ELEMENT, Some(offset), text);
    }

    /// Adds a remark on a value that the schema does not have.
    pub(crate) fn add_unknown_value(&mut self, name: &str, value: &str, offset: usize) {
        let (name, value) = (clip(name), clip(value));
        let what = format_args!("`{name}` says `{value}`, which the schema does not have");
        self.add(code::UNKNOWN_VALUE, Some(offset), what);
    }

    /// The notices, in the order of the document.
    pub(super) fn into_notices(mut self, text: &str) -> Vec<Notice> {
        self.list.sort_by_key(|remark| remark.offset);
        let mut cursor = Cursor::new(text);
        let mut notices: Vec<Notice> = Vec::with_capacity(self.list.len() + 1);
        for remark in self.list {
            let position = remark.offset.map(|offset| cursor.advance(offset));
            notices.push(Notice { code: remark.code, text: remark.text, position });
        }
        if self.left_out > 0 {
            let text = format!("{} more remarks are left out", self.left_out);
            notices.push(Notice::new(code::MORE_NOTICES, text));
        }
        notices
    }
}

/// A text cut to what a sentence can hold.
pub(crate) fn clip(text: &str) -> &str {
    const MAX_CHARACTERS: usize = 100;
    let end = text.char_indices().nth(MAX_CHARACTERS);
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// The place of one byte of the text.
pub(super) fn position(text: &str, offset: usize) -> Position {
    Cursor::new(text).advance(offset)
}

/// A place that only moves forward.
struct Cursor<'a> {
    rest: &'a str,
    offset: usize,
    position: Position,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text, offset: 0, position: Position::new(1, 1) }
    }

    /// Moves to a byte that is not before the last one.
    fn advance(&mut self, offset: usize) -> Position {
        let ahead = offset.saturating_sub(self.offset);
        let (passed, rest) = self.rest.split_at_checked(ahead).unwrap_or((self.rest, ""));
        for character in passed.chars() {
            if character == '\n' {
                self.position = Position::new(self.position.line + 1, 1);
            } else {
                self.position.column += 1;
            }
        }
        self.rest = rest;
        self.offset += passed.len();
        self.position
    }
}
