//! Bytes into text: UTF-8 first, UTF-16 by its mark, ISO-8859-1 where the document says so.

use std::borrow::Cow;

use super::remarks::{Remarks, position};
use super::{guard, prolog};
use crate::error::{Limit, ParseError, ParseErrorKind};
use crate::notice::code;

/// Decodes a document, its byte-order mark taken off, so that the XML library can take it.
///
/// A declaration that is not at the very start is overwritten with blanks: every position in the
/// text stays that of the document.
pub(super) fn decode<'a>(
    document: &'a [u8],
    remarks: &mut Remarks,
) -> Result<Cow<'a, str>, ParseError> {
    if document.len() > guard::MAX_BYTES {
        return Err(ParseError::new(ParseErrorKind::OverLimit(Limit::Bytes)));
    }
    let (mut text, encoding) = to_text(document)?;
    if text.trim_ascii().is_empty() {
        return Err(ParseError::new(ParseErrorKind::Empty));
    }
    let prolog = prolog::scan(text.as_bytes());
    refuse_web_page_and_dtd(&text, prolog.body)?;
    if let Some(declaration) = prolog.declaration {
        let said = text.as_bytes().get(declaration.clone()).and_then(prolog::encoding);
        compare(said, encoding, &text, declaration.start, remarks);
        if declaration.start > 0 {
            let what = format_args!("the XML declaration is not at the start of the document");
            remarks.add(code::LATE_DECLARATION, Some(declaration.start), what);
            let blanked = text.get(declaration.clone()).map(blank).unwrap_or_default();
            text.to_mut().replace_range(declaration, &blanked);
        }
    } else {
        compare(None, encoding, &text, 0, remarks);
    }
    Ok(text)
}

/// In what the bytes turned out to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Encoding {
    Utf8,
    Utf16,
    Latin1,
}

fn to_text(document: &[u8]) -> Result<(Cow<'_, str>, Encoding), ParseError> {
    let utf16 = match document {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        [b'<', 0, ..] => Some((document, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0, b'<', ..] => Some((document, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((units, unit)) = utf16 {
        return Ok((Cow::Owned(from_utf16(units, unit)?), Encoding::Utf16));
    }
    let bytes = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), Encoding::Utf8)),
        Err(error) => {
            let text = from_latin1(bytes, error.valid_up_to())?;
            Ok((Cow::Owned(text), Encoding::Latin1))
        }
    }
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ParseError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(_) => return Err(bad_encoding(&text)),
        }
    }
    if rest.is_empty() { Ok(text) } else { Err(bad_encoding(&text)) }
}

/// Decodes bytes that are no UTF-8, if the document says that they are ISO-8859-1 or a relative.
fn from_latin1(bytes: &[u8], valid: usize) -> Result<String, ParseError> {
    let prolog = prolog::scan(bytes);
    let body = bytes.get(prolog.body..).unwrap_or_default();
    if prolog::is_web_page(body) {
        return Err(ParseError::new(ParseErrorKind::WebPage));
    }
    let declared = prolog.declaration.and_then(|range| prolog::encoding(bytes.get(range)?));
    if !declared.is_some_and(is_single_byte) {
        let before = bytes.get(..valid).map(String::from_utf8_lossy).unwrap_or_default();
        return Err(bad_encoding(&before));
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for byte in bytes {
        if matches!(byte, 0x80..=0x9f) {
            return Err(bad_encoding(&text));
        }
        text.push(char::from(*byte));
    }
    Ok(text)
}

/// A refusal at the end of what could be decoded.
fn bad_encoding(decoded: &str) -> ParseError {
    ParseError::new(ParseErrorKind::Encoding).at(position(decoded, decoded.len()))
}

fn refuse_web_page_and_dtd(text: &str, body: usize) -> Result<(), ParseError> {
    let rest = text.as_bytes().get(body..).unwrap_or_default();
    let kind = if prolog::is_web_page(rest) {
        ParseErrorKind::WebPage
    } else if prolog::is_dtd(rest) {
        ParseErrorKind::Dtd
    } else {
        return Ok(());
    };
    Err(ParseError::new(kind).at(position(text, body)))
}

/// Remarks on an encoding that is not UTF-8, or not the one that the declaration names.
fn compare(said: Option<&str>, is: Encoding, text: &str, at: usize, remarks: &mut Remarks) {
    let name = match is {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16 => "UTF-16",
        Encoding::Latin1 => "ISO-8859-1",
    };
    if is != Encoding::Utf8 {
        let what = format_args!("the document is in {name}, not in UTF-8");
        remarks.add(code::OTHER_ENCODING, Some(at), what);
    }
    let Some(said) = said else { return };
    let agrees = match is {
        Encoding::Utf8 => is_utf8(said) || (is_single_byte(said) && text.is_ascii()),
        Encoding::Utf16 => said.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("utf-16")),
        Encoding::Latin1 => true,
    };
    if !agrees {
        let what = format_args!("the declaration says `{said}`, but the document is in {name}");
        remarks.add(code::ENCODING_MISMATCH, Some(at), what);
    }
}

fn is_utf8(label: &str) -> bool {
    label.eq_ignore_ascii_case("utf-8") || label.eq_ignore_ascii_case("utf8")
}

fn is_single_byte(label: &str) -> bool {
    const LABELS: [&str; 4] = ["iso-8859-1", "latin1", "windows-1252", "us-ascii"];
    LABELS.iter().any(|known| known.eq_ignore_ascii_case(label))
}

/// As many blanks as the text has characters, its lines kept.
fn blank(text: &str) -> String {
    text.chars().map(|character| if character == '\n' { '\n' } else { ' ' }).collect()
}
