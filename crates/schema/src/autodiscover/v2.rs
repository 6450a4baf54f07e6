//! Autodiscover v2: one URL for one protocol, asked for without a log-in and answered in JSON.
//!
//! [`path_and_query`] is what is asked, [`read()`] takes the answer, [`Endpoint::target`] says what
//! it leads to. No answer names a mail server.
//!
//! # Security
//!
//! Nobody proves anything here, and a hoster answers for addresses that do not exist: an answer is
//! no proof that the domain's mail is there.
//!
//! # Spec
//!
//! `ADV2`

use crate::address::EmailAddress;
use crate::error::{Limit, ParseError, ParseErrorKind};
use crate::json::{self, Json};
use crate::lowering::host::{UrlFault, escape, secure_url};
use crate::settings::{Service, ServiceKind};
use crate::text::Text;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// A protocol whose URL can be asked for (`Protocol`). There are others, none for a mail
    /// client.
    ///
    /// # Spec
    ///
    /// `ADV2`
    Protocol {
        /// `ActiveSync`.
        ActiveSync = "ActiveSync",
        /// `AutodiscoverV1`: Autodiscover in its plain XML.
        AutodiscoverV1 = "AutodiscoverV1",
        /// `Ews`: Exchange Web Services.
        Ews = "Ews",
    }
}

/// The path and query of a question, to be put behind `https://` and a host. `redirects` is what
/// `RedirectCount` says: 1 for the first question, and one more for each redirect.
///
/// Every character of the address but the unreserved ones of RFC 3986 is escaped, so that `+`, `&`,
/// `%` and `@` stand for themselves.
///
/// # Spec
///
/// `ADV2`, [RFC 3986 §2.3](https://www.rfc-editor.org/rfc/rfc3986#section-2.3)
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::v2::{Protocol, path_and_query};
///
/// let address = "jo+news@contoso.example".parse()?;
/// assert_eq!(
///     path_and_query(&address, &Protocol::Ews, 1),
///     "/autodiscover/autodiscover.json?Email=jo%2Bnews%40contoso.example&Protocol=Ews&RedirectCount=1",
/// );
/// # Ok::<(), mailscout_schema::address::AddressError>(())
/// ```
pub fn path_and_query(address: &EmailAddress, protocol: &Protocol, redirects: u32) -> String {
    let escape = |text: &str| {
        escape(text, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~'))
    };
    let (email, protocol) = (escape(&address.to_string()), escape(protocol.as_str()));
    format!("{PATH}?Email={email}&Protocol={protocol}&RedirectCount={redirects}")
}

/// The path of the service.
const PATH: &str = "/autodiscover/autodiscover.json";

/// The two ends of an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// The protocol is at a URL.
    Endpoint(Endpoint),
    /// The server could not or would not answer, whatever status it said so with.
    Refused(Refusal),
}

/// Where a protocol is.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Endpoint {
    /// `Protocol`; `None` where the answer does not repeat it.
    pub protocol: Option<Protocol>,
    /// `Url`: https, in ASCII.
    pub url: String,
}

/// Why there is no URL.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// `ErrorCode`: `ProtocolNotSupported`, `MandatoryParameterMissing`, …
    pub code: Option<Text>,
    /// `ErrorMessage`.
    pub message: Option<Text>,
}

/// What an endpoint leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// A service of the account.
    Service(Service),
    /// The URL that a [`Request`](super::Request) is posted to.
    Pox(String),
}

impl Endpoint {
    /// What the endpoint leads to, given what was asked for; `None` where it answers another
    /// question, or where nothing of a mail client's is at such a URL.
    pub fn target(&self, asked: &Protocol) -> Option<Target> {
        if self.protocol.as_ref().is_some_and(|answered| answered != asked) {
            return None;
        }
        let service = |kind| Target::Service(Service::new(kind, self.url.as_str(), None));
        match asked {
            Protocol::ActiveSync => Some(service(ServiceKind::ActiveSync)),
            Protocol::Ews => Some(service(ServiceKind::Ews)),
            Protocol::AutodiscoverV1 => Some(Target::Pox(self.url.clone())),
            Protocol::Other(_) => None,
        }
    }
}

/// The most bytes of an answer.
const MAX_BYTES: usize = crate::xml::MAX_BYTES;

/// Reads an answer. Names are taken without regard to letter case, and unknown ones are ignored. An
/// error counts before a URL.
///
/// # Security
///
/// The length is bounded, and the time is in proportion to it. A name that stands twice, if only in
/// other letters, refuses the answer: two readers could see two URLs in it.
///
/// # Errors
///
/// [`ParseErrorKind::OverLimit`] above 512 KiB, and those of JSON; [`ParseErrorKind::OtherJson`]
/// where the document is no object, [`ParseErrorKind::NoAnswer`] where it has neither URL nor error,
/// [`ParseErrorKind::BadUrl`] and [`ParseErrorKind::NotHttps`] where the URL cannot be used.
///
/// # Spec
///
/// `ADV2`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::v2::{self, Answer};
///
/// let document = br#"{"Protocol":"Ews","Url":"https://mail.contoso.example/EWS/Exchange.asmx"}"#;
/// let Answer::Endpoint(endpoint) = v2::read(document)? else { panic!("no endpoint") };
/// assert_eq!(endpoint.url, "https://mail.contoso.example/EWS/Exchange.asmx");
/// # Ok::<(), mailscout_schema::ParseError>(())
/// ```
pub fn read(document: &[u8]) -> Result<Answer, ParseError> {
    const NAMES: [&str; 4] = ["Protocol", "Url", "ErrorCode", "ErrorMessage"];
    if document.len() > MAX_BYTES {
        return Err(ParseError::new(ParseErrorKind::OverLimit(Limit::Bytes)));
    }
    let Json::Object(members) = json::read(document)? else {
        return Err(ParseError::new(ParseErrorKind::OtherJson));
    };
    let mut found: [Option<&Json>; 4] = [None; 4];
    for (name, slot) in NAMES.iter().zip(&mut found) {
        let mut named = members.iter().filter(|(member, _)| member.eq_ignore_ascii_case(name));
        *slot = named.next().map(|(_, value)| value);
        if named.next().is_some() {
            return Err(ParseError::new(ParseErrorKind::DuplicateName));
        }
    }
    let [protocol, url, code, message] = found.map(|value| value.and_then(Json::text));
    if code.is_some() || message.is_some() {
        return Ok(Answer::Refused(Refusal { code, message }));
    }
    let url = url.ok_or_else(|| ParseError::new(ParseErrorKind::NoAnswer))?;
    let url = secure_url(&url).map_err(|fault| {
        ParseError::new(match fault {
            UrlFault::NoUrl => ParseErrorKind::BadUrl,
            UrlFault::NotHttps => ParseErrorKind::NotHttps,
        })
    })?;
    Ok(Answer::Endpoint(Endpoint { protocol: protocol.map(Protocol::from), url }))
}
