//! The names of a scenario: zones, aliases, wildcards, and the faults put on names. No sockets.

use std::collections::BTreeMap;

use hickory_proto::{
    rr::{Name, RData, Record, RecordType, rdata::SOA},
    serialize::txt::Parser,
};

use crate::{
    journal::Answer,
    scenario::file::{DnsFault, ZoneText},
};

/// Every zone of a scenario, and the domains that are known not to exist.
#[derive(Debug, Default)]
pub(crate) struct Names {
    zones: Vec<Zone>,
    absent: Vec<Name>,
}

/// What a question found.
#[derive(Debug)]
pub(crate) struct Lookup {
    /// What the journal says of it.
    pub(crate) answer: Answer,
    /// The answer section: aliases first.
    pub(crate) records: Vec<Record>,
    /// The authority section of a negative answer.
    pub(crate) authority: Option<Record>,
}

impl Names {
    /// Adds a zone from its zone-file lines, one record a line.
    pub(crate) fn add_zone(&mut self, origin: &str, text: &ZoneText) -> Result<(), String> {
        let mut zone = Zone { origin: absolute(origin)?, ..Zone::default() };
        for line in text.records.lines().filter(|line| !line.trim().is_empty()) {
            let (_, sets) =
                Parser::new(format!("{DEFAULT_TTL}{line}\n"), None, Some(zone.origin.clone()))
                    .parse()
                    .map_err(|error| format!("record `{}`: {error}", line.trim()))?;
            for record in sets.values().flat_map(|set| set.records_without_rrsigs()) {
                if !zone.origin.zone_of(&record.name) {
                    return Err(format!("record `{}`: outside the zone", line.trim()));
                }
                zone.records.entry(record.name.to_lowercase()).or_default().push(record.clone());
            }
        }
        for (name, fault) in &text.faults {
            let name = match name.as_str() {
                "@" => zone.origin.clone(),
                relative => absolute(&format!("{relative}.{}", zone.origin))?,
            };
            zone.faults.insert(name, *fault);
        }
        self.zones.push(zone);
        Ok(())
    }

    /// Adds a domain that does not exist, although being asked for it is expected.
    pub(crate) fn add_absent(&mut self, domain: &str) -> Result<(), String> {
        self.absent.push(absolute(domain)?);
        Ok(())
    }

    /// Answers a question as a recursive resolver would: aliases are followed across zones.
    pub(crate) fn lookup(&self, question: &Name, kind: RecordType) -> Lookup {
        let mut name = question.to_lowercase();
        let mut records = Vec::new();
        for _ in 0..MAX_ALIASES {
            let Some(zone) = self.zone_of(&name) else {
                let expected = self.absent.iter().any(|domain| domain.zone_of(&name));
                let answer = if expected { Answer::NxDomain } else { Answer::Outside };
                return Lookup { answer, records, authority: None };
            };
            let negative = |answer, records| Lookup { answer, records, authority: zone.soa() };
            match zone.faults.get(&name) {
                Some(DnsFault::ServFail) => return failure(Answer::ServFail),
                Some(DnsFault::Refused) => return failure(Answer::Refused),
                Some(DnsFault::Silence) => return failure(Answer::Silence),
                Some(DnsFault::NxDomain) => return negative(Answer::NxDomain, records),
                None => {}
            }
            let Some(found) = zone.find(&name) else {
                return negative(Answer::NxDomain, records);
            };
            let wanted: Vec<Record> =
                found.iter().filter(|record| record.record_type() == kind).cloned().collect();
            if !wanted.is_empty() {
                let data = wanted.iter().map(|record| shown(&record.data)).collect();
                records.extend(wanted);
                return Lookup { answer: Answer::Records(data), records, authority: None };
            }
            let Some((alias, target)) = found.into_iter().find_map(alias) else {
                return negative(Answer::NoData, records);
            };
            records.push(alias);
            name = target;
        }
        failure(Answer::ServFail)
    }

    /// The zone with the longest origin that holds a name.
    fn zone_of(&self, name: &Name) -> Option<&Zone> {
        self.zones
            .iter()
            .filter(|zone| zone.origin.zone_of(name))
            .max_by_key(|zone| zone.origin.num_labels())
    }
}

/// One zone. Names are lower-case and absolute.
#[derive(Debug, Default)]
struct Zone {
    origin: Name,
    records: BTreeMap<Name, Vec<Record>>,
    faults: BTreeMap<Name, DnsFault>,
}

impl Zone {
    /// The records of a name, of its wildcard, or none when the name does not exist.
    fn find(&self, name: &Name) -> Option<Vec<Record>> {
        if let Some(records) = self.records.get(name) {
            return Some(records.clone());
        }
        if self.exists(name) {
            return Some(Vec::new());
        }
        let mut encloser = name.base_name();
        while !self.exists(&encloser) {
            encloser = encloser.base_name();
        }
        let wildcard = self.records.get(&encloser.prepend_label("*").ok()?)?;
        let owned =
            |record: &Record| Record::from_rdata(name.clone(), record.ttl, record.data.clone());
        Some(wildcard.iter().map(owned).collect())
    }

    /// Whether a name has records, or stands above one that has.
    fn exists(&self, name: &Name) -> bool {
        *name == self.origin || self.records.keys().any(|owner| name.zone_of(owner))
    }

    fn soa(&self) -> Option<Record> {
        let server = self.origin.prepend_label("ns").ok()?;
        let mailbox = self.origin.prepend_label("hostmaster").ok()?;
        let soa = SOA::new(server, mailbox, 1, 3600, 600, 86400, NEGATIVE_TTL);
        Some(Record::from_rdata(self.origin.clone(), NEGATIVE_TTL, RData::SOA(soa)))
    }
}

fn failure(answer: Answer) -> Lookup {
    Lookup { answer, records: Vec::new(), authority: None }
}

fn alias(record: Record) -> Option<(Record, Name)> {
    let RData::CNAME(target) = &record.data else {
        return None;
    };
    let target = target.0.to_lowercase();
    Some((record, target))
}

fn absolute(name: &str) -> Result<Name, String> {
    let mut name =
        Name::from_ascii(name).map_err(|error| format!("name `{name}`: {error}"))?.to_lowercase();
    name.set_fqdn(true);
    Ok(name)
}

/// Record data as the journal shows it: names without their final dot.
fn shown(data: &RData) -> String {
    let words = data.to_string();
    let words: Vec<&str> = words
        .split(' ')
        .map(|word| word.strip_suffix('.').filter(|name| !name.is_empty()).unwrap_or(word))
        .collect();
    words.join(" ")
}

const DEFAULT_TTL: &str = "$TTL 300\n";
const NEGATIVE_TTL: u32 = 60;
const MAX_ALIASES: usize = 8;
