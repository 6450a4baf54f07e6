//! What a directory says: each message as what it means, or why it means nothing.
//!
//! # Spec
//!
//! [RFC 4511 §4](https://www.rfc-editor.org/rfc/rfc4511#section-4)

use super::{
    ber::{ENUMERATED, INTEGER, Malformed, OCTETS, Reader, SEQUENCE, SET},
    request::{CONTROLS, PAGED_RESULTS},
};
use crate::{directory::Entry, failure::Failure};

/// One message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Message {
    /// The number of the request that it answers; 0 for what nobody asked for.
    pub(super) id: u32,
    /// What it says.
    pub(super) response: Response,
}

/// What a message says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Response {
    /// Whether the bind is accepted.
    Bind(Outcome),
    /// An entry that was found.
    Entry(Entry),
    /// Where else to search.
    Reference(Vec<String>),
    /// The end of a search, and where its next page begins.
    Done(Outcome, Option<Vec<u8>>),
    /// Whether an extended operation was carried out, or a notice of disconnection.
    Extended(Outcome),
    /// Something in between, which nobody needs.
    Other,
}

/// How an operation ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Outcome {
    /// The result code.
    pub(super) code: u32,
    /// The server's own words, shortened.
    pub(super) diagnostic: String,
    /// Where else to ask.
    pub(super) referrals: Vec<String>,
}

impl Response {
    /// The failure to which it is where something else is due.
    pub(super) fn unexpected(&self, due: &str) -> Failure {
        let what = match self {
            Self::Bind(_) => "the answer to a bind",
            Self::Entry(_) | Self::Reference(_) | Self::Done(..) => "the answer to a search",
            Self::Extended(_) => "the answer to an extended request",
            Self::Other => "an intermediate answer",
        };
        Failure::NotLdap { detail: format!("{what} came {due}") }
    }

    /// What keeping it costs beside its bytes.
    pub(super) fn overhead(&self) -> usize {
        let parts = match self {
            Self::Entry(entry) => {
                let values: usize = entry.attributes.iter().map(|(_, values)| values.len()).sum();
                1 + entry.attributes.len() + values
            }
            Self::Reference(urls) => urls.len(),
            Self::Bind(_) | Self::Done(..) | Self::Extended(_) | Self::Other => 0,
        };
        parts.saturating_mul(PART)
    }
}

/// Reads the content of a message.
pub(super) fn read(content: &[u8]) -> Result<Message, Malformed> {
    let mut message = Reader::new(content);
    let id = message.number(INTEGER)?;
    let (tag, operation) = message.next()?.ok_or(Malformed("a message without content"))?;
    let mut operation = Reader::new(operation);
    let response = match tag {
        BIND => Response::Bind(outcome(&mut operation)?),
        ENTRY => Response::Entry(entry(&mut operation)?),
        REFERENCE => Response::Reference(texts(operation)?),
        // Active Directory puts something of its own behind a notice of disconnection; whatever is
        // not a control is passed over.
        EXTENDED => Response::Extended(outcome(&mut operation)?),
        DONE => {
            let outcome = outcome(&mut operation)?;
            Response::Done(outcome, message.find(CONTROLS)?.map_or(Ok(None), cookie)?)
        }
        INTERMEDIATE => Response::Other,
        _ => return Err(Malformed("a message that no server sends to a reader")),
    };
    Ok(Message { id, response })
}

fn outcome(operation: &mut Reader<'_>) -> Result<Outcome, Malformed> {
    let code = operation.number(ENUMERATED)?;
    operation.expect(OCTETS)?;
    let diagnostic = shortened(operation.expect(OCTETS)?);
    let referrals = operation.find(REFERRALS)?;
    let referrals = referrals.map_or(Ok(Vec::new()), |urls| texts(Reader::new(urls)))?;
    Ok(Outcome { code, diagnostic, referrals })
}

fn entry(operation: &mut Reader<'_>) -> Result<Entry, Malformed> {
    let dn = text(operation.expect(OCTETS)?);
    let mut attributes = Vec::new();
    let mut parts = 0;
    let mut list = Reader::new(operation.expect(SEQUENCE)?);
    while let Some((tag, attribute)) = list.next()? {
        if tag != SEQUENCE {
            return Err(Malformed("an attribute that is none"));
        }
        let mut attribute = Reader::new(attribute);
        let name = text(attribute.expect(OCTETS)?);
        let mut values = Vec::new();
        let mut set = Reader::new(attribute.expect(SET)?);
        while let Some((tag, value)) = set.next()? {
            if tag != OCTETS {
                return Err(Malformed("a value that is none"));
            }
            values.push(value.to_vec());
            parts += 1;
            within(parts)?;
        }
        attributes.push((name, values));
        parts += 1;
        within(parts)?;
    }
    Ok(Entry::new(dn, attributes))
}

fn texts(mut list: Reader<'_>) -> Result<Vec<String>, Malformed> {
    let mut texts = Vec::new();
    while let Some((tag, url)) = list.next()? {
        if tag != OCTETS {
            return Err(Malformed("a referral that is none"));
        }
        texts.push(text(url));
        within(texts.len())?;
    }
    Ok(texts)
}

/// Where the next page begins, by the controls of a message; `None` where it knows no pages.
fn cookie(controls: &[u8]) -> Result<Option<Vec<u8>>, Malformed> {
    let mut controls = Reader::new(controls);
    while let Some(control) = controls.find(SEQUENCE)? {
        let mut control = Reader::new(control);
        if control.expect(OCTETS)? == PAGED_RESULTS {
            let value = control.find(OCTETS)?.ok_or(Malformed("a control without its value"))?;
            let mut value = Reader::new(Reader::new(value).expect(SEQUENCE)?);
            // How many entries there are, which the server may not know.
            value.expect(INTEGER)?;
            return Ok(Some(value.expect(OCTETS)?.to_vec()));
        }
    }
    Ok(None)
}

fn within(parts: usize) -> Result<(), Malformed> {
    if parts > MAX_PARTS { Err(Malformed("a message of too many parts")) } else { Ok(()) }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The beginning of a server's words; Active Directory ends them with a NUL.
fn shortened(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_matches(|sign: char| sign.is_whitespace() || sign == '\0');
    text.chars().take(MAX_DIAGNOSTIC).collect()
}

/// Characters of a server's words that are kept.
const MAX_DIAGNOSTIC: usize = 200;

/// Attributes, values or referrals of one message.
const MAX_PARTS: usize = 20_000;

/// Bytes of memory that a text takes beside its content.
const PART: usize = 32;

const BIND: u8 = 0x61;
const ENTRY: u8 = 0x64;
const DONE: u8 = 0x65;
const REFERENCE: u8 = 0x73;
const EXTENDED: u8 = 0x78;
const INTERMEDIATE: u8 = 0x79;
const REFERRALS: u8 = 0xa3;

#[cfg(test)]
mod tests;
