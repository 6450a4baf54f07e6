//! The request that a client posts.

use super::names;
use crate::address::EmailAddress;
use crate::error::{ParseError, ParseErrorKind};
use crate::text::Text;
use crate::xml::{self, Element, Fault, Remarks, Writer};

/// An Autodiscover request.
///
/// # Wire form
///
/// ```xml
/// <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
///   <Request>
///     <EMailAddress>alice@contoso.example</EMailAddress>
///     <AcceptableResponseSchema>…</AcceptableResponseSchema>
///   </Request>
/// </Autodiscover>
/// ```
///
/// # Spec
///
/// `OXDSCLI` 2.2.3, `OL2010`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::Request;
///
/// let request = Request::new(&"alice@contoso.example".parse()?);
/// assert_eq!(Request::read(request.to_xml().as_bytes())?, request);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// `EMailAddress`: whose settings are asked for.
    pub email_address: Option<Text>,
    /// `LegacyDN`: the same user by distinguished name; where present it decides.
    pub legacy_dn: Option<Text>,
    /// `AcceptableResponseSchema`: which answer is understood. Default: Outlook's.
    pub acceptable_response_schema: Text,
}

impl Request {
    /// The schema of the answers that Outlook understands, and [`read`](super::read()) too.
    pub const OUTLOOK_SCHEMA: &str = names::RESPONSE_NS;

    /// The schema of the answers that [`mobile_sync::read`](super::mobile_sync::read()) reads.
    pub const MOBILE_SYNC_SCHEMA: &str = names::MOBILE_SYNC_RESPONSE_NS;

    /// The request for an address's settings in Outlook's schema.
    pub fn new(address: &EmailAddress) -> Self {
        Self::with_schema(address, Self::OUTLOOK_SCHEMA)
    }

    /// The request for an address's ActiveSync server.
    ///
    /// # Spec
    ///
    /// `ASCMD`
    pub fn mobile_sync(address: &EmailAddress) -> Self {
        Self::with_schema(address, Self::MOBILE_SYNC_SCHEMA)
    }

    fn with_schema(address: &EmailAddress, schema: &'static str) -> Self {
        Self {
            email_address: Text::tidy(&address.to_string()),
            legacy_dn: None,
            acceptable_response_schema: Text::constant(schema),
        }
    }

    /// Writes the request as it is posted. Exchange wants the address before the schema.
    ///
    /// A request that accepts the schema of ActiveSync is in the namespace of its requests, and
    /// every other one in that of Outlook's.
    pub fn to_xml(&self) -> String {
        let is_mobile_sync = self.acceptable_response_schema.as_str() == Self::MOBILE_SYNC_SCHEMA;
        let namespace =
            if is_mobile_sync { names::MOBILE_SYNC_REQUEST_NS } else { names::REQUEST_NS };
        Writer::document(names::AUTODISCOVER, &[("xmlns", Some(namespace))], |w| {
            w.element(names::REQUEST, &[], |w| {
                w.text(names::E_MAIL_ADDRESS, self.email_address.as_deref());
                w.text(names::LEGACY_DN, self.legacy_dn.as_deref());
                let schema = &*self.acceptable_response_schema;
                w.text(names::ACCEPTABLE_RESPONSE_SCHEMA, Some(schema));
            });
        })
    }

    /// Reads a request as tolerantly as [`read`](super::read()) reads an answer: in either order,
    /// in any namespace.
    ///
    /// # Errors
    ///
    /// See [`ParseErrorKind`]; a document without `Request` is [`ParseErrorKind::NoRequest`].
    pub fn read(document: &[u8]) -> Result<Self, ParseError> {
        xml::read(document, read_root).map(|(request, _notices)| request)
    }
}

fn read_root(root: Element<'_>, remarks: &mut Remarks) -> Result<Request, Fault> {
    const NAMES: [&str; 3] =
        [names::E_MAIL_ADDRESS, names::LEGACY_DN, names::ACCEPTABLE_RESPONSE_SCHEMA];
    if !root.is(names::AUTODISCOVER) {
        return Err(Fault::at(ParseErrorKind::OtherRoot, root));
    }
    let [request] = root.fields(&[names::REQUEST], remarks, |_, _| false);
    let request = request.ok_or_else(|| Fault::at(ParseErrorKind::NoRequest, root))?;
    let [email_address, legacy_dn, schema] = request.fields(&NAMES, remarks, |_, _| false);
    Ok(Request {
        email_address: email_address.and_then(Element::text),
        legacy_dn: legacy_dn.and_then(Element::text),
        acceptable_response_schema: schema
            .and_then(Element::text)
            .unwrap_or_else(|| Text::constant(Request::OUTLOOK_SCHEMA)),
    })
}
