//! The parts of `Protocol` that only Exchange sends and that hold elements.
//!
//! A `Protocol` inside web access is no server of the account: it is read here and nowhere else.

use super::value;
use crate::autodiscover::{
    MapiEndpoint, NetworkRequirements, ProtocolType, WebAccess, WebAccessProtocol, WebAccessUrl,
    names,
};
use crate::xml::{Element, Remarks};

/// Reads `Internal` or `External`.
pub(super) fn web_access(element: Element<'_>, remarks: &mut Remarks) -> WebAccess {
    let mut access = WebAccess::default();
    let [] = element.fields(&[], remarks, |child, remarks| {
        if child.is(names::OWA_URL) {
            access.owa_urls.extend(owa_url(child));
        } else if child.is(names::PROTOCOL) {
            access.protocols.push(protocol(child, remarks));
        } else {
            return false;
        }
        true
    });
    access
}

/// Reads `NetworkRequirements`.
pub(super) fn network(element: Element<'_>, remarks: &mut Remarks) -> NetworkRequirements {
    const NAMES: [&str; 4] =
        [names::IPV4_START, names::IPV4_END, names::IPV6_START, names::IPV6_END];
    let [ipv4_start, ipv4_end, ipv6_start, ipv6_end] =
        element.fields(&NAMES, remarks, |_, _| false);
    NetworkRequirements {
        ipv4_start: value::text(ipv4_start),
        ipv4_end: value::text(ipv4_end),
        ipv6_start: value::text(ipv6_start),
        ipv6_end: value::text(ipv6_end),
    }
}

/// Reads `MailStore` or `AddressBook`.
pub(super) fn endpoint(element: Element<'_>, remarks: &mut Remarks) -> MapiEndpoint {
    const NAMES: [&str; 2] = [names::INTERNAL_URL, names::EXTERNAL_URL];
    let [internal_url, external_url] = element.fields(&NAMES, remarks, |_, _| false);
    MapiEndpoint {
        internal_url: value::text(internal_url),
        external_url: value::text(external_url),
    }
}

fn owa_url(element: Element<'_>) -> Option<WebAccessUrl> {
    let url = element.text()?;
    Some(WebAccessUrl {
        url,
        authentication_method: element.attribute(names::AUTHENTICATION_METHOD),
    })
}

fn protocol(element: Element<'_>, remarks: &mut Remarks) -> WebAccessProtocol {
    const NAMES: [&str; 2] = [names::TYPE, names::AS_URL];
    let [kind, as_url] = element.fields(&NAMES, remarks, |_, _| false);
    WebAccessProtocol {
        kind: value::text(kind).map(ProtocolType::from),
        as_url: value::text(as_url),
    }
}
