//! One server of an account, as the document has it: nothing defaulted, nothing judged.

use std::{collections::BTreeMap, num::NonZeroU16};

use super::exchange::{ExchangeElement, MapiEndpoint, NetworkRequirements, WebAccess};
use super::vocabulary::{Encryption, ProtocolType};
use crate::lowering::host::has_placeholder;
use crate::settings::Date;
use crate::text::Text;

/// A server (`Protocol`). Each field is `None` where the document is silent; the schema's
/// defaults are named with each and applied by [`lower`](super::lower()) alone.
///
/// # Spec
///
/// `OXDSCLI` 2.2.4.1.1.2.6, `OL2010`
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Protocol {
    /// `Type`, an element, or an attribute for `mapiHttp`.
    pub kind: ProtocolType,
    /// `Version` attribute of `mapiHttp`.
    pub version: Option<u32>,
    /// `ExpirationDate`: the last day of use. Default: none.
    pub expiration_date: Option<Date>,
    /// `TTL` in hours; 0 means that nobody needs to ask again. Default: 1.
    pub ttl: Option<u32>,
    /// `Server`: a host, or for DAV and WEB a URL. Required for mail.
    pub server: Option<Text>,
    /// `Port`. Default: by type and encryption.
    pub port: Option<NonZeroU16>,
    /// `LoginName`. Default: made from the address.
    pub login_name: Option<Text>,
    /// `DomainRequired`. Default: off.
    pub domain_required: Option<bool>,
    /// `DomainName`. Default: the user logs in as user@domain.
    pub domain_name: Option<Text>,
    /// `SPA`: secure password authentication. Default: on.
    pub spa: Option<bool>,
    /// `SSL`: whether the connection is encrypted. Default: on.
    pub ssl: Option<bool>,
    /// `Encryption`; where present it decides, and `SSL` is ignored.
    pub encryption: Option<Encryption>,
    /// `AuthRequired`: whether a password is needed. Default: on.
    pub auth_required: Option<bool>,
    /// `UsePOPAuth`, SMTP only: log in as at the incoming server. Default: off.
    pub use_pop_auth: Option<bool>,
    /// `SMTPLast`, SMTP only: fetch mail before sending. Default: off.
    pub smtp_last: Option<bool>,
    /// The elements that only Exchange sends and that hold one text each.
    pub exchange: BTreeMap<ExchangeElement, Text>,
    /// `Internal`: web access from inside the organisation.
    pub internal: Option<WebAccess>,
    /// `External`: web access from outside.
    pub external: Option<WebAccess>,
    /// `NetworkRequirements`: the address ranges it is meant for.
    pub network_requirements: Option<NetworkRequirements>,
    /// `MailStore` of `mapiHttp`.
    pub mail_store: Option<MapiEndpoint>,
    /// `AddressBook` of `mapiHttp`.
    pub address_book: Option<MapiEndpoint>,
}

impl Protocol {
    /// Whether it is a mail server that says where it is.
    pub(super) fn is_mail_server(&self) -> bool {
        let is_mail =
            matches!(self.kind, ProtocolType::Pop3 | ProtocolType::Imap | ProtocolType::Smtp);
        is_mail && self.server.as_deref().is_some_and(|server| !has_placeholder(server))
    }

    /// A server of which nothing but the type is said.
    pub fn new(kind: ProtocolType) -> Self {
        Self {
            kind,
            version: None,
            expiration_date: None,
            ttl: None,
            server: None,
            port: None,
            login_name: None,
            domain_required: None,
            domain_name: None,
            spa: None,
            ssl: None,
            encryption: None,
            auth_required: None,
            use_pop_auth: None,
            smtp_last: None,
            exchange: BTreeMap::new(),
            internal: None,
            external: None,
            network_requirements: None,
            mail_store: None,
            address_book: None,
        }
    }
}
