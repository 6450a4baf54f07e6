//! What TOML cannot say about a scenario: which parts belong together, and where a body comes from.

use std::{
    collections::BTreeMap,
    fs,
    net::IpAddr,
    ops::Range,
    path::{Component, Path},
};

use crate::{
    dns::Names,
    embedded,
    error::LabError,
    scenario::file::{DirectoryText, Fault, Host, HttpRoute, ScenarioFile, Scheme, Security},
};

mod directory;
mod mail;
mod web;

/// Checks one scenario; knows its name for the errors.
pub(crate) struct Checker<'a> {
    pub(crate) scenario: &'a str,
    pub(crate) documents: &'a BTreeMap<String, String>,
    pub(crate) beside: Option<&'a Path>,
}

impl Checker<'_> {
    /// Reads the zones.
    pub(crate) fn names(&self, file: &ScenarioFile) -> Result<Names, LabError> {
        let mut names = Names::default();
        for (origin, zone) in &file.zones {
            names
                .add_zone(origin, zone)
                .map_err(|problem| self.invalid(format!("zone {origin}"), problem))?;
        }
        for domain in &file.nxdomain {
            names
                .add_absent(domain)
                .map_err(|problem| self.invalid("nxdomain".to_owned(), problem))?;
        }
        Ok(names)
    }

    /// Checks the hosts, lower-cases their names, fetches the bodies, and joins the directories.
    pub(crate) fn prepare_hosts(
        &self,
        hosts: &mut Vec<Host>,
        directories: &[DirectoryText],
    ) -> Result<(), LabError> {
        for host in hosts.iter_mut() {
            for name in &mut host.names {
                name.make_ascii_lowercase();
            }
            let label = host.names.first().map_or("?", String::as_str).to_owned();
            let place = format!("host {label}");
            if host.names.is_empty() || host.addresses.is_empty() || host.services.is_empty() {
                let problem = "a host needs names, addresses and services";
                return Err(self.invalid(place, problem.to_owned()));
            }
            for service in &mut host.services {
                let place = format!("{place}, port {}", service.port());
                for route in &mut service.routes {
                    self.prepare_route(route)
                        .map_err(|problem| self.invalid(place.clone(), problem))?;
                }
                mail::prepare(service)
                    .and_then(|()| web::prepare(service))
                    .map_err(|problem| self.invalid(place, problem))?;
            }
        }
        for text in directories {
            let label = text.names.first().map_or("?", String::as_str);
            let host = directory::host(text)
                .map_err(|problem| self.invalid(format!("directory {label}"), problem))?;
            hosts.push(host);
        }
        self.check_shared(hosts)
    }

    /// Hosts at the same address and port are told apart only after the connection stands.
    fn check_shared(&self, hosts: &[Host]) -> Result<(), LabError> {
        type Manner = (Scheme, Security, Option<Fault>);
        let mut seen: BTreeMap<(IpAddr, u16), Manner> = BTreeMap::new();
        let services =
            hosts.iter().flat_map(|host| host.services.iter().map(move |service| (host, service)));
        for (host, service) in services {
            let manner = (service.scheme, service.security(), service.fault);
            for address in &host.addresses {
                let first = *seen.entry((*address, service.port())).or_insert(manner);
                if first != manner {
                    let place = format!("address {address}, port {}", service.port());
                    let problem =
                        "hosts that share a port need the same scheme, security and fault";
                    return Err(self.invalid(place, problem.to_owned()));
                }
            }
        }
        Ok(())
    }

    fn prepare_route(&self, route: &mut HttpRoute) -> Result<(), String> {
        if let Some(path) = route.path.as_deref().filter(|path| !path.starts_with('/')) {
            return Err(format!("the path `{path}` does not begin with `/`"));
        }
        if !(200..=599).contains(&route.status()) {
            return Err(format!("{} is not a final status code", route.status()));
        }
        route.content = match (&route.body, &route.body_hex, &route.document) {
            (None, None, None) => Vec::new(),
            (Some(text), None, None) => text.clone().into_bytes(),
            (None, Some(digits), None) => from_hex(digits)?,
            (None, None, Some(name)) => self.document(name)?,
            _ => return Err("a route has one of body, body_hex and document".to_owned()),
        };
        Ok(())
    }

    fn document(&self, name: &str) -> Result<Vec<u8>, String> {
        if let Some(text) = self.documents.get(name) {
            return Ok(text.clone().into_bytes());
        }
        if let Some(content) = embedded::document(name) {
            return Ok(content.to_vec());
        }
        let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if let Some(content) =
            self.beside.filter(|_| plain).and_then(|folder| fs::read(folder.join(name)).ok())
        {
            return Ok(content);
        }
        Err(self.no_document(name))
    }

    /// There are many documents: names those that begin with the same word, and counts all.
    fn no_document(&self, name: &str) -> String {
        let word = |name: &str| name.split(['-', '.']).next().unwrap_or_default().to_owned();
        let own = self.documents.keys().map(String::as_str);
        let known: Vec<&str> =
            own.chain(embedded::DOCUMENTS.iter().map(|(known, _)| *known)).collect();
        let similar: Vec<&str> =
            known.iter().copied().filter(|known| word(known) == word(name)).collect();
        let similar = if similar.is_empty() { "none" } else { &similar.join(", ") };
        format!("there is no document `{name}` (similar: {similar}; in all: {})", known.len())
    }

    fn invalid(&self, place: String, problem: String) -> LabError {
        LabError::Invalid { scenario: self.scenario.to_owned(), place, problem }
    }
}

/// The line, from 1, in which a span begins.
pub(crate) fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let start = span.map_or(0, |span| span.start);
    1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count()
}

fn from_hex(digits: &str) -> Result<Vec<u8>, String> {
    let nibbles: Option<Vec<u8>> = digits
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
        .collect();
    let nibbles = nibbles.filter(|nibbles| nibbles.len().is_multiple_of(2));
    let (pairs, _) = nibbles.as_deref().ok_or("body_hex is not pairs of hex digits")?.as_chunks();
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
