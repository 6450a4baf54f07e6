//! `Protocol`: one server.

use super::{exchange, value};
use crate::autodiscover::{Encryption, ExchangeElement, Protocol, ProtocolType, names};
use crate::notice::code;
use crate::text::Text;
use crate::xml::{Element, Remarks, clip};

const NAMES: [&str; 20] = [
    names::TYPE,
    names::EXPIRATION_DATE,
    names::TTL,
    names::SERVER,
    names::PORT,
    names::LOGIN_NAME,
    names::DOMAIN_REQUIRED,
    names::DOMAIN_NAME,
    names::SPA,
    names::SSL,
    names::TLS,
    names::ENCRYPTION,
    names::AUTH_REQUIRED,
    names::USE_POP_AUTH,
    names::SMTP_LAST,
    names::INTERNAL,
    names::EXTERNAL,
    names::NETWORK_REQUIREMENTS,
    names::MAIL_STORE,
    names::ADDRESS_BOOK,
];

/// Reads `Protocol`; `None` with a notice where it has no type.
pub(super) fn protocol(element: Element<'_>, remarks: &mut Remarks) -> Option<Protocol> {
    let mut texts = ExchangeTexts { seen: [false; ExchangeElement::ALL.len()], texts: Vec::new() };
    let fields = element.fields(&NAMES, remarks, |child, remarks| texts.take(child, remarks));
    let [kind, expires, ttl, server, port, login, needs_domain, domain, spa, ssl, tls, rest @ ..] =
        fields;
    let [encryption, auth, use_pop_auth, smtp_last, internal, external, rest @ ..] = rest;
    let [network, mail_store, address_book] = rest;
    Some(Protocol {
        kind: protocol_type(element, kind, remarks)?,
        version: version(element, remarks),
        expiration_date: value::date(expires, remarks),
        ttl: value::number(ttl, remarks),
        server: value::text(server),
        port: value::port(port, remarks),
        login_name: value::text(login),
        domain_required: value::switch(needs_domain, remarks),
        domain_name: value::text(domain),
        spa: value::switch(spa, remarks),
        ssl: value::switch(ssl, remarks),
        encryption: protection(encryption, tls, remarks),
        auth_required: value::switch(auth, remarks),
        use_pop_auth: value::switch(use_pop_auth, remarks),
        smtp_last: value::switch(smtp_last, remarks),
        exchange: texts.texts.into_iter().collect(),
        internal: internal.map(|internal| exchange::web_access(internal, remarks)),
        external: external.map(|external| exchange::web_access(external, remarks)),
        network_requirements: network.map(|network| exchange::network(network, remarks)),
        mail_store: mail_store.map(|store| exchange::endpoint(store, remarks)),
        address_book: address_book.map(|book| exchange::endpoint(book, remarks)),
    })
}

/// The elements that only Exchange sends: the first of a name counts, even when it is empty.
struct ExchangeTexts {
    seen: [bool; ExchangeElement::ALL.len()],
    texts: Vec<(ExchangeElement, Text)>,
}

impl ExchangeTexts {
    fn take(&mut self, child: Element<'_>, remarks: &mut Remarks) -> bool {
        let Some(name) = ExchangeElement::named(child.name()) else {
            return false;
        };
        child.remark_on_case(name.name(), remarks);
        let seen = self.seen.get_mut(name as usize);
        if seen.is_some_and(|seen| core::mem::replace(seen, true)) {
            let what = format_args!("a second `{name}` is ignored");
            remarks.add(code::DUPLICATE_ELEMENT, Some(child.start()), what);
        } else {
            self.texts.extend(child.text().map(|text| (name, text)));
        }
        true
    }
}

/// `Type` as an element, else as the attribute that `mapiHttp` has.
fn protocol_type(
    element: Element<'_>,
    kind: Option<Element<'_>>,
    remarks: &mut Remarks,
) -> Option<ProtocolType> {
    let offset = Some(element.start());
    if let Some(text) = value::text(kind) {
        return Some(ProtocolType::from(text));
    }
    let Some(text) = element.attribute(names::TYPE) else {
        let what = format_args!("a `Protocol` without `Type` is ignored");
        remarks.add(code::MISSING_TYPE, offset, what);
        return None;
    };
    let kind = ProtocolType::from(text);
    if kind != ProtocolType::MapiHttp {
        let shown = clip(kind.as_str());
        let what =
            format_args!("`Type` is an attribute here; only `mapiHttp` has it so: `{shown}`");
        remarks.add(code::TYPE_ATTRIBUTE, offset, what);
    }
    Some(kind)
}

fn version(element: Element<'_>, remarks: &mut Remarks) -> Option<u32> {
    let text = element.attribute(names::VERSION)?;
    let version = text.parse().ok();
    if version.is_none() {
        let what =
            format_args!("`Version` says `{}`, which is no number; it is ignored", clip(&text));
        remarks.add(code::BAD_NUMBER, Some(element.start()), what);
    }
    version
}

/// `Encryption`, else what a `TLS` element can mean: it never lowers anything.
fn protection(
    encryption: Option<Element<'_>>,
    tls: Option<Element<'_>>,
    remarks: &mut Remarks,
) -> Option<Encryption> {
    let read = value::text(encryption).map(Encryption::from);
    if let (Some(Encryption::Other(token)), Some(element)) = (&read, encryption) {
        value::unknown_value(element, token.as_str(), remarks);
    }
    let Some(tls) = tls else { return read };
    let is_on = value::switch(Some(tls), remarks) == Some(true);
    let taken = read.is_none() && is_on;
    let means = if taken { "it is taken as `Encryption`" } else { "it is ignored" };
    let what = format_args!("the schema has no `TLS` element; {means}");
    remarks.add(code::TLS_ELEMENT, Some(tls.start()), what);
    if taken { Some(Encryption::Tls) } else { read }
}
