//! Why a document could not be read: the kind, the place, the cause.

use core::fmt;
use std::error::Error as StdError;

/// A place in a document, both counted from 1; the column counts characters.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character in the line.
    pub column: u32,
}

impl Position {
    /// A place.
    pub fn new(line: u32, column: u32) -> Self {
        Self { line, column }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A document that could not be read as what it was taken for.
///
/// `Display` gives one lower-case line without the cause; the cause, where there is one, is the
/// [`source`](StdError::source).
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct ParseError {
    kind: ParseErrorKind,
    position: Option<Position>,
    #[source]
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl ParseError {
    pub(crate) fn new(kind: ParseErrorKind) -> Self {
        Self { kind, position: None, cause: None }
    }

    pub(crate) fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    pub(crate) fn because(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    /// What is wrong, to match on.
    pub fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// Where it is wrong, when that is one place of the document.
    pub fn position(&self) -> Option<Position> {
        self.position
    }
}

/// What is wrong with a document.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// No byte but blanks.
    #[error("the document is empty")]
    Empty,
    /// A bound that keeps reading linear was passed.
    #[error("the document is over the limit: {0}")]
    OverLimit(Limit),
    /// The bytes are in no encoding that is read: UTF-8, UTF-16 with a byte-order mark, ISO-8859-1
    /// where the document says so.
    #[error("the text is not valid in its encoding")]
    Encoding,
    /// It is a web page.
    #[error("this is a web page, not a settings document")]
    WebPage,
    /// It has a document type declaration, which is never read.
    #[error("the document has a DTD, which is refused")]
    Dtd,
    /// It is no XML, or broken XML.
    #[error("the document is not well-formed XML")]
    NotWellFormed,
    /// It is XML of another kind.
    #[error("the root element is of another kind of document")]
    OtherRoot,
    /// It is an answer of the ActiveSync schema, which was not asked for.
    #[error("this is an answer for ActiveSync (mobilesync), not for Outlook")]
    MobileSync,
    /// It is an answer of Outlook's schema where one for ActiveSync was asked for.
    #[error("this is an answer for Outlook, not for ActiveSync (mobilesync)")]
    OutlookSchema,
    /// It is an Autodiscover document that answers nothing.
    #[error("the document holds no answer: neither settings nor a redirect nor an error")]
    NoAnswer,
    /// It is no JSON, or broken JSON.
    #[error("the document is not valid JSON")]
    NotJson,
    /// A name stands twice in one object of JSON, so that readers would differ in what it says.
    #[error("a name stands twice in one object")]
    DuplicateName,
    /// It is JSON of another kind.
    #[error("the document is JSON of another kind")]
    OtherJson,
    /// It is the metadata of another OAuth issuer than the one that was asked for.
    #[error("the document is another issuer's: its `issuer` is not the one that was asked for")]
    OtherIssuer,
    /// What it answers with is no URL that a client can open.
    #[error("the URL in the answer is none that can be opened")]
    BadUrl,
    /// What it answers with is a URL at which nothing would be protected.
    #[error("the URL in the answer is not https")]
    NotHttps,
    /// It is an Autodiscover document that asks nothing, where a request was expected.
    #[error("the document holds no `Request`")]
    NoRequest,
}

/// A bound that keeps reading linear, whatever the document.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Limit {
    /// At most 512 KiB.
    Bytes,
    /// At most 256 namespace declarations, each of at most 256 bytes.
    Namespaces,
    /// At most 4096 attributes, and 256 in one element.
    Attributes,
    /// At most 20,000 nodes.
    Nodes,
    /// At most 64 elements inside each other.
    Depth,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "512 KiB",
            Self::Namespaces => "256 namespace declarations of 256 bytes",
            Self::Attributes => "4096 attributes, 256 in one element",
            Self::Nodes => "20000 nodes",
            Self::Depth => "64 nested elements",
        })
    }
}
