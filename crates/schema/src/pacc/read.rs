//! Text into a document, and what was odd about it.
//!
//! Names are taken letter by letter, as JSON has it. What has another form than the schema's counts
//! as absent, with a notice that names its path.

use super::document::{Authentication, Document, Help, Info, Logo, Protocols, Provider};
use super::names;
use crate::error::{ParseError, ParseErrorKind};
use crate::json::{self, Json};
use crate::lowering::Notices;
use crate::notice::{Notice, code};
use crate::text::Text;

/// A document, and what was odd about it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// The document.
    pub document: Document,
    /// Remarks; at most 32 and one that says how many more. None of them has a position: each names
    /// the path of what it is about.
    pub notices: Vec<Notice>,
}

/// Reads a document. Members that the schema does not have are ignored.
///
/// # Security
///
/// The caller bounds the length, and compares the very bytes with [`digest_matches`]. The time is
/// in proportion to the length. A document in which a name stands twice is refused, for two readers
/// could see two different servers in it.
///
/// # Errors
///
/// [`ParseErrorKind::Empty`], [`Encoding`], [`NotJson`], [`DuplicateName`]; [`OtherJson`] where
/// `protocols` is missing or no object.
///
/// # Spec
///
/// `PACC-03`
///
/// # Examples
///
/// ```
/// use mailscout_schema::pacc;
///
/// let document = br#"{ "protocols": { "imap": { "host": "imap.contoso.example" } },
///     "info": { "provider": { "name": "Contoso Mail" } } }"#;
/// let reading = pacc::read(document)?;
/// assert_eq!(reading.document.protocols.imap.as_deref(), Some("imap.contoso.example"));
/// assert_eq!(reading.notices, []);
/// # Ok::<(), mailscout_schema::ParseError>(())
/// ```
///
/// [`digest_matches`]: super::digest_matches
/// [`Encoding`]: ParseErrorKind::Encoding
/// [`NotJson`]: ParseErrorKind::NotJson
/// [`DuplicateName`]: ParseErrorKind::DuplicateName
/// [`OtherJson`]: ParseErrorKind::OtherJson
pub fn read(document: &[u8]) -> Result<Reading, ParseError> {
    let root = json::read(document)?;
    let mut notices = Notices::default();
    let mut root = Object { json: &root, path: String::new(), notices: &mut notices };
    if !matches!(root.json.get(names::PROTOCOLS), Some(Json::Object(_))) {
        return Err(ParseError::new(ParseErrorKind::OtherJson));
    }
    let document = Document {
        protocols: root.object(names::PROTOCOLS, protocols).unwrap_or_default(),
        authentication: root.object(names::AUTHENTICATION, authentication).unwrap_or_default(),
        info: root.object(names::INFO, info).unwrap_or_default(),
    };
    Ok(Reading { document, notices: notices.finish() })
}

fn protocols(mut object: Object<'_, '_>) -> Protocols {
    let mut at = |name, member| object.object(name, |mut object| object.text(member)).flatten();
    Protocols {
        jmap: at(names::JMAP, names::URL),
        imap: at(names::IMAP, names::HOST),
        pop3: at(names::POP3, names::HOST),
        submit: at(names::SUBMIT, names::HOST),
        smtp: at(names::SMTP, names::HOST),
        manage_sieve: at(names::MANAGE_SIEVE, names::HOST),
        cal_dav: at(names::CAL_DAV, names::URL),
        card_dav: at(names::CARD_DAV, names::URL),
        web_dav: at(names::WEB_DAV, names::URL),
    }
}

fn authentication(mut object: Object<'_, '_>) -> Authentication {
    let issuer = object.object(names::OAUTH_PUBLIC, |mut object| object.text(names::ISSUER));
    let password = match object.member(names::PASSWORD) {
        Some(Json::Bool(password)) => Some(*password),
        Some(other) => {
            object.remark(names::PASSWORD, "true or false", other);
            None
        }
        None => None,
    };
    Authentication { oauth_issuer: issuer.flatten(), password }
}

fn info(mut object: Object<'_, '_>) -> Info {
    Info {
        provider: object.object(names::PROVIDER, provider).unwrap_or_default(),
        help: object.object(names::HELP, help).unwrap_or_default(),
    }
}

fn provider(mut object: Object<'_, '_>) -> Provider {
    Provider {
        name: object.text(names::NAME),
        short_name: object.text(names::SHORT_NAME),
        logos: object.list(names::LOGO, |logo| {
            let content_type = logo.get(names::CONTENT_TYPE).and_then(Json::text);
            Some(Logo { url: logo.get(names::URL)?.text()?, content_type })
        }),
    }
}

fn help(mut object: Object<'_, '_>) -> Help {
    Help {
        documentation: object.text(names::DOCUMENTATION),
        developer: object.text(names::DEVELOPER),
        contacts: object.list(names::CONTACT, Json::text),
    }
}

/// An object, where it stands, and what is odd about its members.
struct Object<'a, 'n> {
    json: &'a Json,
    path: String,
    notices: &'n mut Notices,
}

impl<'a> Object<'a, '_> {
    /// A member, unless it is absent or null.
    fn member(&self, name: &str) -> Option<&'a Json> {
        self.json.get(name).filter(|member| **member != Json::Null)
    }

    /// What a member says that is an object itself.
    fn object<T>(&mut self, name: &str, read: impl FnOnce(Object<'a, '_>) -> T) -> Option<T> {
        let member = self.member(name)?;
        if !matches!(member, Json::Object(_)) {
            self.remark(name, "an object", member);
            return None;
        }
        let path = self.path_of(name);
        Some(read(Object { json: member, path, notices: self.notices }))
    }

    fn text(&mut self, name: &str) -> Option<Text> {
        let member = self.member(name)?;
        let text = member.text();
        if text.is_none() {
            self.remark(name, "a text", member);
        }
        text
    }

    /// The entries of a list that have the form they should have.
    fn list<T>(&mut self, name: &str, entry: impl FnMut(&Json) -> Option<T>) -> Vec<T> {
        match self.member(name) {
            Some(Json::List(list)) => {
                let entries: Vec<T> = list.iter().filter_map(entry).collect();
                if entries.len() < list.len() {
                    let (path, left) = (self.path_of(name), list.len() - entries.len());
                    let text = format!("`{path}` has {left} entries of another form; ignored");
                    self.notices.add(code::BAD_VALUE, text);
                }
                entries
            }
            Some(other) => {
                self.remark(name, "a list", other);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn remark(&mut self, name: &str, expected: &str, found: &Json) {
        let (path, kind) = (self.path_of(name), found.kind());
        let text = format!("`{path}` is {kind} where {expected} belongs; it is ignored");
        self.notices.add(code::BAD_VALUE, text);
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) }
    }
}
