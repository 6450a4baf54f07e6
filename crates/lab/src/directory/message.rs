//! The messages of LDAP: requests read, responses written.
//!
//! # Spec
//!
//! [RFC 4511](https://www.rfc-editor.org/rfc/rfc4511), and for pages of a result
//! [RFC 2696](https://www.rfc-editor.org/rfc/rfc2696).

use super::{
    ber::{self, BOOLEAN, ENUMERATED, INTEGER, OCTETS, Reader, SEQUENCE, SET, element},
    code::Code,
    filter::Filter,
};

/// A request with its number and its controls.
pub(super) struct Message {
    pub(super) id: u32,
    pub(super) request: Request,
    pub(super) controls: Vec<Control>,
}

/// What is asked for. It has a password within, and so no `Debug`.
pub(super) enum Request {
    Bind {
        version: u32,
        name: String,
        credentials: Credentials,
    },
    Unbind,
    Abandon,
    Search(Search),
    Extended(String),
    /// An operation that is not served, and the tag of a response to it.
    Other(u8),
}

pub(super) enum Credentials {
    Simple(Vec<u8>),
    Sasl(String),
    /// A way to bind that RFC 4511 does not have.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Search {
    pub(super) base: String,
    pub(super) scope: Scope,
    /// The most entries that the client wants; 0 for all.
    pub(super) size_limit: u32,
    pub(super) types_only: bool,
    pub(super) filter: Filter,
    pub(super) attributes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Base,
    One,
    Sub,
}

pub(super) struct Control {
    pub(super) oid: String,
    pub(super) critical: bool,
    pub(super) value: Vec<u8>,
}

impl Message {
    /// Reads a whole message; none when it is not one.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut outside = Reader::new(bytes);
        let mut message = outside.inside(SEQUENCE)?;
        outside.end()?;
        let id = message.number(INTEGER).filter(|id| *id > 0)?;
        let (tag, content) = message.any()?;
        let request = Request::read(tag, content)?;
        let controls = if message.is_empty() { Vec::new() } else { read_controls(&mut message)? };
        message.end()?;
        Some(Self { id, request, controls })
    }
}

impl Request {
    fn read(tag: u8, content: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(content);
        let request = match tag {
            0x60 => {
                let version = reader.number(INTEGER)?;
                let name = reader.text(OCTETS)?;
                Self::Bind { version, name, credentials: read_credentials(&mut reader)? }
            }
            0x42 => Self::Unbind,
            0x50 => return Some(Self::Abandon),
            0x63 => Self::Search(Search::read(&mut reader)?),
            0x77 => {
                let oid = reader.text(0x80)?;
                if !reader.is_empty() {
                    reader.bytes(0x81)?;
                }
                Self::Extended(oid)
            }
            // Modify, add, modifyDN and compare, whose contents do not matter; delete is a name.
            0x66 | 0x68 | 0x6c | 0x6e => return Some(Self::Other(tag + 1)),
            0x4a => return Some(Self::Other(0x6b)),
            _ => return None,
        };
        reader.end()?;
        Some(request)
    }
}

fn read_credentials(reader: &mut Reader<'_>) -> Option<Credentials> {
    let (tag, content) = reader.any()?;
    Some(match tag {
        0x80 => Credentials::Simple(content.to_vec()),
        0xa3 => Credentials::Sasl(Reader::new(content).text(OCTETS)?),
        _ => Credentials::Unknown,
    })
}

impl Search {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let base = reader.text(OCTETS)?;
        let scope = match reader.number(ENUMERATED)? {
            0 => Scope::Base,
            1 => Scope::One,
            2 => Scope::Sub,
            _ => return None,
        };
        reader.number(ENUMERATED).filter(|aliases| *aliases <= 3)?;
        let size_limit = reader.number(INTEGER)?;
        let _time_limit = reader.number(INTEGER)?;
        let types_only = reader.boolean(BOOLEAN)?;
        let filter = Filter::read(reader)?;
        let mut list = reader.inside(SEQUENCE)?;
        let mut attributes = Vec::new();
        while !list.is_empty() {
            attributes.push(list.text(OCTETS)?);
        }
        Some(Self { base, scope, size_limit, types_only, filter, attributes })
    }
}

fn read_controls(reader: &mut Reader<'_>) -> Option<Vec<Control>> {
    let mut list = reader.inside(0xa0)?;
    let mut controls = Vec::new();
    while !list.is_empty() {
        let mut control = list.inside(SEQUENCE)?;
        let oid = control.text(OCTETS)?;
        let critical = control.tag() == Some(BOOLEAN) && control.boolean(BOOLEAN)?;
        let value = if control.is_empty() { &[] } else { control.bytes(OCTETS)? };
        control.end()?;
        controls.push(Control { oid, critical, value: value.to_vec() });
    }
    Some(controls)
}

/// What a client wants of pages: their size, and the cookie of the page before.
pub(super) fn read_paging(value: &[u8]) -> Option<(u32, Vec<u8>)> {
    let mut outside = Reader::new(value);
    let mut inside = outside.inside(SEQUENCE)?;
    outside.end()?;
    let size = inside.number(INTEGER)?;
    let cookie = inside.bytes(OCTETS)?.to_vec();
    inside.end()?;
    Some((size, cookie))
}

/// A response that only says how it ended.
#[derive(Debug)]
pub(super) struct Ended<'a> {
    /// The tag of the response.
    pub(super) tag: u8,
    pub(super) code: Code,
    /// How far the base of a search exists.
    pub(super) matched: &'a str,
    pub(super) referrals: &'a [String],
    /// The name of an extended response.
    pub(super) oid: Option<&'a str>,
    /// The content of an extended response.
    pub(super) value: Option<&'a str>,
    /// The cookie of the next page, where pages were asked for.
    pub(super) cookie: Option<&'a [u8]>,
}

impl Ended<'_> {
    pub(super) fn of(tag: u8, code: Code) -> Self {
        Self { tag, code, matched: "", referrals: &[], oid: None, value: None, cookie: None }
    }

    pub(super) fn message(&self, id: u32) -> Vec<u8> {
        let mut parts = ber::number(ENUMERATED, self.code.number());
        parts.extend(element(OCTETS, self.matched.as_bytes()));
        parts.extend(element(OCTETS, self.code.told().as_bytes()));
        if !self.referrals.is_empty() {
            parts.extend(element(0xa3, &texts(self.referrals)));
        }
        let extended = [(0x8a, self.oid), (0x8b, self.value)];
        for (tag, text) in extended.iter().filter_map(|(tag, text)| Some((*tag, (*text)?))) {
            parts.extend(element(tag, text.as_bytes()));
        }
        let mut controls = Vec::new();
        if let Some(cookie) = self.cookie {
            let value = [ber::number(INTEGER, 0), element(OCTETS, cookie)].concat();
            let value = element(OCTETS, &element(SEQUENCE, &value));
            let control = [element(OCTETS, PAGED_RESULTS.as_bytes()), value].concat();
            controls = element(0xa0, &element(SEQUENCE, &control));
        }
        wrapped(id, self.tag, &parts, &controls)
    }
}

/// An entry of a search result.
pub(super) fn entry(id: u32, name: &str, attributes: &[(&str, &[String])]) -> Vec<u8> {
    let list: Vec<u8> = attributes
        .iter()
        .flat_map(|(attribute, values)| {
            let values = element(SET, &texts(values));
            element(SEQUENCE, &[element(OCTETS, attribute.as_bytes()), values].concat())
        })
        .collect();
    let content = [element(OCTETS, name.as_bytes()), element(SEQUENCE, &list)].concat();
    wrapped(id, 0x64, &content, &[])
}

/// Where a search is to go on.
pub(super) fn reference(id: u32, address: &str) -> Vec<u8> {
    wrapped(id, 0x73, &element(OCTETS, address.as_bytes()), &[])
}

fn wrapped(id: u32, tag: u8, content: &[u8], controls: &[u8]) -> Vec<u8> {
    let id = ber::number(INTEGER, id);
    element(SEQUENCE, &[id.as_slice(), &element(tag, content), controls].concat())
}

fn texts(values: &[String]) -> Vec<u8> {
    values.iter().flat_map(|value| element(OCTETS, value.as_bytes())).collect()
}

pub(super) const BIND_RESPONSE: u8 = 0x61;
pub(super) const SEARCH_DONE: u8 = 0x65;
pub(super) const EXTENDED_RESPONSE: u8 = 0x78;

/// The control of [RFC 2696](https://www.rfc-editor.org/rfc/rfc2696).
pub(super) const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";
