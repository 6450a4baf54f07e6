//! The questions and the places of a chain: names, URLs, requests, made from what is known.

use core::net::{IpAddr, SocketAddr};

use mailscout_net::{
    dns::{Addresses, Lookup, LookupKind, Records, SrvRecord},
    failure::Failure,
    http::{HttpLimits, HttpRequest},
    policy::AddressPolicy,
};
use mailscout_schema::address::Domain;
use url::Url;

use super::{Context, MAX_DOCUMENT};
use crate::{
    consent::Consent,
    reason::Reason,
    redirect::{Referrer, Target},
    request::Request,
    suffix,
    trust::{ConsentState, Hop, HopKind},
};

pub(super) fn refusal(consent: Consent, site: String) -> Reason {
    match consent {
        Consent::Denied => Reason::ConsentDenied(site),
        _ => Reason::ConsentUnavailable(site),
    }
}

pub(super) fn new_hop(kind: HopKind, from: Referrer<'_>, name: &str, to: String) -> Hop {
    Hop {
        kind,
        from: name.to_owned(),
        to,
        is_authenticated: from.is_authenticated(),
        consent: ConsentState::NotNeeded,
    }
}

pub(super) fn well_known(scheme: &str, host: &str) -> Option<Url> {
    Url::parse(&format!("{scheme}://{host}/autodiscover/autodiscover.xml")).ok()
}

/// Which addresses a name made from the address's domain may lead to: any for the domain that the
/// search began with, fewer for one that a server chose.
pub(super) fn first_policy(context: Context<'_>) -> AddressPolicy {
    let (home, domain) = (context.home, context.address.domain());
    if context.options.public_only {
        AddressPolicy::Public
    } else if domain == home {
        AddressPolicy::Any
    } else if suffix::is_same_site(domain.as_str(), home.as_str()) {
        AddressPolicy::NotLocal
    } else {
        AddressPolicy::Public
    }
}

/// The lookup of a host's addresses.
pub(super) fn addresses_of(host: &str, context: Context<'_>) -> Request {
    let deadline = context.options.deadlines.dns;
    Request::Lookup(Lookup::new(host, LookupKind::Addresses, deadline))
}

pub(super) fn answered(addresses: &Addresses) -> Reason {
    let list: Vec<_> = addresses.list.iter().map(ToString::to_string).collect();
    Reason::Answered(list.join(", "))
}

pub(super) fn srv_name(domain: &Domain) -> String {
    format!("_autodiscover._tcp.{domain}")
}

/// The URL that an SRV record stands for; `None` where its target is no host or its port is 0.
pub(super) fn record_url(record: &SrvRecord) -> Option<String> {
    let host: Domain = record.target.parse().ok()?;
    match record.port {
        0 => None,
        443 => Some(format!("https://{host}/autodiscover/autodiscover.xml")),
        port => Some(format!("https://{host}:{port}/autodiscover/autodiscover.xml")),
    }
}

/// The addresses of a host that was looked up before.
pub(super) fn addresses_known<'a>(host: &str, context: Context<'a>) -> Option<&'a Addresses> {
    match context.looked_up.get(&(host.to_owned(), LookupKind::Addresses)) {
        Some(Ok(Records::Addresses(addresses))) => Some(addresses),
        _ => None,
    }
}

/// The addresses that the policy lets the connection go to.
pub(super) fn allowed_addresses(
    addresses: &Addresses,
    target: &Target,
) -> Result<Vec<IpAddr>, Reason> {
    let policy = if addresses.routed { AddressPolicy::Any } else { target.policy };
    let (allowed, forbidden): (Vec<_>, Vec<_>) =
        addresses.list.iter().partition(|address| policy.allows(**address));
    match (allowed.is_empty(), forbidden.first()) {
        (true, Some(address)) => {
            Err(Reason::ForbiddenAddress { host: target.host().to_owned(), address: *address })
        }
        (true, None) => Err(Reason::Network(Failure::NoData)),
        _ => Ok(allowed),
    }
}

/// Those of the addresses at which a connection was not tried in vain.
pub(super) fn left_to_try(
    mut addresses: Vec<IpAddr>,
    target: &Target,
    context: Context<'_>,
) -> Vec<IpAddr> {
    if let Some(port) = target.url.port_or_known_default() {
        addresses.retain(|address| !context.silent.contains(&SocketAddr::new(*address, port)));
    }
    addresses
}

/// What the user, or a list of the user's, has said of a site; `None` if nothing yet.
pub(super) fn consent_to(site: &str, context: Context<'_>) -> Option<Consent> {
    let is_listed = context.options.allow_redirect.iter().any(|pattern| pattern.matches(site));
    if is_listed { Some(Consent::Given) } else { context.consents.answer(site) }
}

/// A request without a body.
pub(super) fn http_request(
    target: &Target,
    addresses: Vec<IpAddr>,
    context: Context<'_>,
) -> HttpRequest {
    let deadlines = &context.options.deadlines;
    let mut limits = HttpLimits::default();
    limits.connect = context.connect;
    limits.tls = deadlines.tls;
    limits.exchange = deadlines.exchange;
    limits.max_body = MAX_DOCUMENT;
    let mut request = HttpRequest::new(target.method(), target.url.clone(), addresses, limits);
    request.headers.push(("accept", "text/xml, application/xml;q=0.9".to_owned()));
    if !context.options.user_agent.is_empty() {
        request.headers.push(("user-agent", context.options.user_agent.clone()));
    }
    request
}
