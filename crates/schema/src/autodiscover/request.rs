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

    /// The request for an address's settings in Outlook's schema.
    pub fn new(address: &EmailAddress) -> Self {
        Self {
            email_address: Text::tidy(&address.to_string()),
            legacy_dn: None,
            acceptable_response_schema: Text::constant(Self::OUTLOOK_SCHEMA),
        }
    }

    /// Writes the request as it is posted. Exchange wants the address before the schema.
    pub fn to_xml(&self) -> String {
        Writer::document(names::AUTODISCOVER, &[("xmlns", Some(names::REQUEST_NS))], |w| {
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
