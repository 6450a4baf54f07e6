//! The one door to XML: bytes into a tree of elements, within bounds, and text out again.
//!
//! Nothing in here knows a schema. No other module names the XML library.

use roxmltree::{Document, Error, Node, ParsingOptions};

use crate::error::{Limit, ParseError, ParseErrorKind};
use crate::notice::Notice;

mod decode;
mod guard;
mod prolog;
mod remarks;
mod tree;
mod writer;

#[cfg(feature = "serde")]
pub(crate) use guard::MAX_BYTES;
pub(crate) use remarks::{Remarks, clip};
pub(crate) use tree::Element;
pub(crate) use writer::Writer;

/// Reads a document: `read` is given the root element and a place for remarks.
pub(crate) fn read<T>(
    document: &[u8],
    read: impl FnOnce(Element<'_>, &mut Remarks) -> Result<T, Fault>,
) -> Result<(T, Vec<Notice>), ParseError> {
    let mut remarks = Remarks::default();
    let text = decode::decode(document, &mut remarks)?;
    guard::check(&text)?;
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let tree =
        Document::parse_with_options(&text, options).map_err(|error| refuse(error, &text))?;
    check_depth(tree.root(), &text)?;
    let root = Element::new(tree.root_element());
    match read(root, &mut remarks) {
        Ok(value) => Ok((value, remarks.into_notices(&text))),
        Err(Fault(kind, offset)) => Err(ParseError::new(kind).at(remarks::position(&text, offset))),
    }
}

/// Whether a document is a web page, as far as its first tag tells.
#[cfg(feature = "serde")]
pub(crate) fn is_web_page(document: &[u8]) -> bool {
    let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    let body = prolog::scan(document).body;
    prolog::is_web_page(document.get(body..).unwrap_or_default())
}

/// Why a schema refuses a document, and at which byte of the decoded text.
pub(crate) struct Fault(ParseErrorKind, usize);

impl Fault {
    /// A refusal at the start of an element.
    pub(crate) fn at(kind: ParseErrorKind, element: Element<'_>) -> Self {
        Self(kind, element.start())
    }
}

/// Says what the XML library refused, with a place only where there is one.
fn refuse(error: Error, text: &str) -> ParseError {
    let (kind, offset) = match error {
        Error::NodesLimitReached => {
            return ParseError::new(ParseErrorKind::OverLimit(Limit::Nodes));
        }
        Error::DtdDetected => (ParseErrorKind::Dtd, text.find("<!DOCTYPE")),
        Error::NoRootNode | Error::UnclosedRootNode | Error::UnexpectedEndOfStream => {
            (ParseErrorKind::NotWellFormed, Some(text.len()))
        }
        _ => (ParseErrorKind::NotWellFormed, None),
    };
    let position = match offset {
        Some(offset) => remarks::position(text, offset),
        None => crate::Position::new(error.pos().row, error.pos().col),
    };
    let refusal = ParseError::new(kind).at(position);
    if kind == ParseErrorKind::Dtd { refusal } else { refusal.because(error) }
}

/// Refuses a tree that is nested too deeply: in the order of the document, the end of each element
/// tells which of the next ones stand in it.
fn check_depth(root: Node<'_, '_>, text: &str) -> Result<(), ParseError> {
    let mut ends: Vec<usize> = Vec::with_capacity(MAX_DEPTH);
    for element in root.descendants().filter(Node::is_element) {
        let range = element.range();
        while ends.last().is_some_and(|end| *end <= range.start) {
            ends.pop();
        }
        if ends.len() == MAX_DEPTH {
            let refusal = ParseError::new(ParseErrorKind::OverLimit(Limit::Depth));
            return Err(refusal.at(remarks::position(text, range.start)));
        }
        ends.push(range.end);
    }
    Ok(())
}

/// The most nodes of a tree: elements, texts, comments.
const MAX_NODES: u32 = 20_000;
/// The most elements inside each other.
const MAX_DEPTH: usize = 64;
