//! The one door to JSON: bytes into a tree in which no name stands twice, and text out again.
//!
//! Nothing in here knows a schema. No other module names the JSON library.

use core::fmt;
use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::error::{ParseError, ParseErrorKind, Position};
use crate::text::Text;

/// A value. Numbers are told from nothing else, for no schema has any.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Number,
    Bool(bool),
    Text(String),
    List(Vec<Self>),
    Object(BTreeMap<String, Self>),
}

impl Json {
    /// What an object holds under a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// The text, tidied; `None` where it is none, or blank.
    pub(crate) fn text(&self) -> Option<Text> {
        match self {
            Self::Text(text) => Text::tidy(text),
            _ => None,
        }
    }

    /// What kind of value it is, for people.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Number => "a number",
            Self::Bool(_) => "true or false",
            Self::Text(text) if text.trim().is_empty() => "blank",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// Reads a document: UTF-8 without a byte-order mark, nothing behind the value, no name twice.
///
/// The library refuses what is nested more than 127 times.
pub(crate) fn read(document: &[u8]) -> Result<Json, ParseError> {
    if document.trim_ascii().is_empty() {
        return Err(ParseError::new(ParseErrorKind::Empty));
    }
    if crate::xml::is_web_page(document) {
        return Err(ParseError::new(ParseErrorKind::WebPage));
    }
    let text = core::str::from_utf8(document).map_err(|error| {
        let valid = document.get(..error.valid_up_to()).unwrap_or_default();
        let line = valid.split(|byte| *byte == b'\n').count();
        let last = valid.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let position = position(line, String::from_utf8_lossy(last).chars().count());
        ParseError::new(ParseErrorKind::Encoding).at(position)
    })?;
    serde_json::from_str(text).map_err(|error| {
        let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
        let before = line.char_indices().take_while(|(at, _)| at + 1 < error.column()).count();
        let position = position(error.line(), before);
        // Every value has its place in the tree: the tree itself refuses doubled names only.
        match error.classify() {
            Category::Data => ParseError::new(ParseErrorKind::DuplicateName).at(position),
            _ => ParseError::new(ParseErrorKind::NotJson).at(position).because(error),
        }
    })
}

/// The place behind so many characters of a line.
fn position(line: usize, before: usize) -> Position {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Position::new(number(line.max(1)), number(before.saturating_add(1)))
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

/// Builds the tree.
struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Number)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = BTreeMap::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom("a name stands twice"));
            }
            object.insert(name, members.next_value()?);
        }
        Ok(Json::Object(object))
    }
}

/// A document that is being written: objects in the order of writing, indented by two blanks.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: String,
    depth: usize,
}

impl Writer {
    /// A document of one object.
    pub(crate) fn document(content: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self::default();
        writer.braces('{', '}', content);
        writer.out.push('\n');
        writer.out
    }

    /// A member that is an object.
    pub(crate) fn object(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.name(name);
        self.braces('{', '}', content);
    }

    /// A member that is a list of objects.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        entries: &[T],
        mut entry: impl FnMut(&mut Self, &T),
    ) {
        if entries.is_empty() {
            return;
        }
        self.name(name);
        self.braces('[', ']', |w| {
            for one in entries {
                w.separate();
                w.braces('{', '}', |w| entry(w, one));
            }
        });
    }

    /// A member that is a list of texts; nothing where there is none.
    pub(crate) fn texts(&mut self, name: &str, texts: &[Text]) {
        if texts.is_empty() {
            return;
        }
        self.name(name);
        self.braces('[', ']', |w| {
            for text in texts {
                w.separate();
                w.string(text);
            }
        });
    }

    /// A member that is a text; nothing where there is none.
    pub(crate) fn text(&mut self, name: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.name(name);
            self.string(text);
        }
    }

    /// A member that is true or false; nothing where nothing is said.
    pub(crate) fn boolean(&mut self, name: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.name(name);
            self.out.push_str(if value { "true" } else { "false" });
        }
    }

    fn name(&mut self, name: &str) {
        self.separate();
        self.string(name);
        self.out.push_str(": ");
    }

    /// Begins the next member or entry.
    fn separate(&mut self) {
        if !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
        self.line();
    }

    fn braces(&mut self, open: char, close: char, content: impl FnOnce(&mut Self)) {
        self.out.push(open);
        self.depth += 1;
        content(self);
        self.depth -= 1;
        if !self.out.ends_with(open) {
            self.line();
        }
        self.out.push(close);
    }

    fn line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    /// A text in quotation marks. Texts hold no control characters.
    fn string(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            if matches!(character, '"' | '\\') {
                self.out.push('\\');
            }
            self.out.push(character);
        }
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(document: &[u8], kind: ParseErrorKind, line: u32, column: u32) {
        let error = read(document).unwrap_err();
        assert_eq!((error.kind(), error.position()), (kind, Some(Position::new(line, column))));
    }

    #[test]
    fn names_stand_once_and_texts_are_utf_8() {
        refused(b"{\"a\": 1, \"b\": {},\n \"a\": 2}", ParseErrorKind::DuplicateName, 2, 4);
        refused(b"{\"x\": {\"a\": 1, \"\\u0061\": 2}}", ParseErrorKind::DuplicateName, 1, 23);
        refused(b"{\"a\":\n \"\xc3\xa9 \xff\"}", ParseErrorKind::Encoding, 2, 5);
        refused("{\"é\": tru}".as_bytes(), ParseErrorKind::NotJson, 1, 10);
        refused(b"{} {}", ParseErrorKind::NotJson, 1, 4);
        refused(b"\xef\xbb\xbf{}", ParseErrorKind::NotJson, 1, 1);
        assert_eq!(read(b" \n").unwrap_err().kind(), ParseErrorKind::Empty);
        let deep = "[".repeat(200_000);
        assert_eq!(read(deep.as_bytes()).unwrap_err().kind(), ParseErrorKind::NotJson);
    }
}
