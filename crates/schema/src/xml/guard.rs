//! Bounds on the raw text, checked in one pass before the XML library sees it.
//!
//! The library compares every attribute of an element with every other, namespace by namespace,
//! and looks through every declaration in scope for each prefix. The bounds make that cheap
//! whatever the document; they count bytes and not syntax, so they cannot be led astray by it.

use crate::error::{Limit, ParseError, ParseErrorKind};

/// The most bytes of a document.
pub(crate) const MAX_BYTES: usize = 512 * 1024;
/// The most namespace declarations.
const MAX_NAMESPACES: usize = 256;
/// The longest namespace declaration, from `xmlns` to its closing quotation mark.
const MAX_DECLARATION: usize = 256;
/// The most attributes of a document.
const MAX_ATTRIBUTES: usize = 4096;
/// The most attributes of an element: no `<` can stand inside a tag.
const MAX_ATTRIBUTES_OF_ONE: usize = 256;

/// Refuses a document that could be slow to parse.
pub(super) fn check(text: &str) -> Result<(), ParseError> {
    let mut namespaces = 0;
    let declarations = can_declare(text.as_bytes()).then(|| text.match_indices("xmlns"));
    for (at, word) in declarations.into_iter().flatten() {
        namespaces += 1;
        let rest = text.as_bytes().get(at + word.len()..).unwrap_or_default();
        if namespaces > MAX_NAMESPACES || is_long_declaration(rest) {
            return Err(over(Limit::Namespaces));
        }
    }
    let attributes = count_of_equals(text.as_bytes());
    let in_one = |part: &[u8]| count_of_equals(part) > MAX_ATTRIBUTES_OF_ONE;
    let too_many_in_one = attributes > MAX_ATTRIBUTES_OF_ONE
        && text.as_bytes().split(|byte| *byte == b'<').any(in_one);
    if attributes > MAX_ATTRIBUTES || too_many_in_one {
        return Err(over(Limit::Attributes));
    }
    Ok(())
}

/// Whether a part of `xmlns` that is rare stands anywhere, which is seen in wide steps too.
fn can_declare(text: &[u8]) -> bool {
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    let is_part =
        |(first, second): (&u8, &u8)| u8::from(*first == b'l') & u8::from(*second == b'n');
    pairs.map(is_part).fold(0, |found, part| found | part) != 0
}

/// Counts in pieces whose count fits into a byte, which the compiler turns into wide steps.
fn count_of_equals(text: &[u8]) -> usize {
    let of_piece = |piece: &[u8]| piece.iter().fold(0_u8, |n, byte| n + u8::from(*byte == b'='));
    text.chunks(usize::from(u8::MAX)).map(|piece| usize::from(of_piece(piece))).sum()
}

/// Whether what follows `xmlns` can be a declaration that does not end soon.
fn is_long_declaration(rest: &[u8]) -> bool {
    let window = rest.get(..MAX_DECLARATION).unwrap_or(rest);
    let name = window.iter().take_while(|byte| !b"= \t\r\n<>\"'/".contains(byte)).count();
    let after = window.get(name..).unwrap_or_default().trim_ascii_start();
    let Some((first, value)) = after.split_first() else {
        return true;
    };
    if *first != b'=' {
        return false;
    }
    let Some((quote, value)) = value.trim_ascii_start().split_first() else {
        return true;
    };
    b"\"'".contains(quote) && !value.contains(quote)
}

fn over(limit: Limit) -> ParseError {
    ParseError::new(ParseErrorKind::OverLimit(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_limit(text: &str, expected: Option<Limit>) {
        let kind = check(text).err().map(|error| error.kind());
        assert_eq!(kind, expected.map(ParseErrorKind::OverLimit));
    }

    #[test]
    fn each_bound_holds_at_its_edge() {
        let attributes = |n: usize| format!("<a {}/>", "b='' ".repeat(n));
        check_limit(&attributes(256), None);
        check_limit(&attributes(257), Some(Limit::Attributes));
        check_limit(&attributes(256).repeat(16), None);
        check_limit(&(attributes(256).repeat(16) + "<a b=''/>"), Some(Limit::Attributes));
        check_limit(&"<a xmlns='u'/>".repeat(256), None);
        check_limit(&"<a xmlns='u'/>".repeat(257), Some(Limit::Namespaces));
        let declaration = |n: usize| format!("<a xmlns:p = '{}'/>", "u".repeat(n));
        check_limit(&declaration(249), None);
        check_limit(&declaration(250), Some(Limit::Namespaces));
        check_limit(&format!("<a xmlns{}", " ".repeat(300)), Some(Limit::Namespaces));
        check_limit("no xmlns of mine, it's text", None);
        check_limit("it ends with xmlns", Some(Limit::Namespaces));
    }
}
