//! Searches: who may have which entries, page by page, and what goes wrong with that.

use super::{Pages, Reply, Session, Then};
use crate::{
    directory::{
        code::Code,
        dn::Dn,
        faults,
        message::{self, Control, Ended, PAGED_RESULTS, SEARCH_DONE, Scope, Search},
        tree::Entry,
    },
    journal::{DirectoryNote as Note, SearchNote},
    scenario::file::DirectoryFault,
};

impl Session<'_> {
    pub(super) fn search(&mut self, id: u32, search: &Search, controls: &[Control]) -> Reply {
        let holdings = &self.directory.holdings;
        let Some(base) = Dn::read(&search.base) else {
            return end_search(id, search, Code::InvalidDnSyntax);
        };
        let about_itself = holdings.tree.is_about_itself(search, &base);
        if let Some(reply) = self.go_wrong(id, search).filter(|_| !about_itself) {
            return reply;
        }
        if self.user.is_none() && !holdings.anonymous && !about_itself {
            return end_search(id, search, Code::BindFirst);
        }
        if !holdings.referrals.is_empty() && !about_itself {
            let ended =
                Ended { referrals: &holdings.referrals, ..Ended::of(SEARCH_DONE, Code::Referral) };
            return Reply::new(ended.message(id)).noted(note(search, 0, Code::Referral.name()));
        }
        let found = match holdings.tree.find_all(search, &base) {
            Ok(found) => found,
            Err(matched) => {
                let code = Code::NoSuchObject;
                let ended = Ended { matched, ..Ended::of(SEARCH_DONE, code) };
                return Reply::new(ended.message(id)).noted(note(search, 0, code.name()));
            }
        };
        match paging(controls) {
            Ok(wanted) => self.give(id, search, &found, wanted.as_ref()),
            Err(code) => end_search(id, search, code),
        }
    }

    /// Gives what was found, or a page of it.
    fn give(
        &mut self,
        id: u32,
        search: &Search,
        found: &[&Entry],
        wanted: Option<&(usize, Vec<u8>)>,
    ) -> Reply {
        let limit = usize::try_from(search.size_limit).unwrap_or(usize::MAX);
        let limit = if limit == 0 { usize::MAX } else { limit };
        let most = self.directory.holdings.size_limit;
        let given = match wanted {
            Some((_, cookie)) if !cookie.is_empty() => match self.pages.take() {
                Some(pages) if pages.cookie == *cookie && pages.search == *search => pages.given,
                _ => return end_search(id, search, Code::UnwillingToPerform),
            },
            _ => 0,
        };
        let allowed = found.get(..limit.min(found.len())).unwrap_or(found);
        let page = wanted.map_or(most, |(size, _)| most.min(*size));
        let rest = allowed.get(given..).unwrap_or_default();
        let (now, later) = rest.split_at(page.min(rest.len()));
        let stops = matches!(wanted, Some((0, _)));
        let mut cookie = Vec::new();
        if wanted.is_some() && !later.is_empty() && !stops {
            cookie = self.nonces.next().to_vec();
            let given = given + now.len();
            self.pages = Some(Pages { cookie: cookie.clone(), search: search.clone(), given });
        }
        let all = later.is_empty() && allowed.len() == found.len();
        let code = if all || stops || !cookie.is_empty() {
            Code::Success
        } else {
            Code::SizeLimitExceeded
        };
        let mut bytes = written(id, search, now);
        if search.scope != Scope::Base && cookie.is_empty() {
            let references = &self.directory.holdings.references;
            bytes.extend(references.iter().flat_map(|to| message::reference(id, to)));
        }
        let told = if cookie.is_empty() { code.name() } else { "more to come" };
        let ended = Ended {
            cookie: wanted.is_some().then_some(cookie.as_slice()),
            ..Ended::of(SEARCH_DONE, code)
        };
        bytes.extend(ended.message(id));
        let reply = Reply::new(bytes).noted(note(search, now.len(), told));
        if self.has(DirectoryFault::Close) && !search.base.is_empty() {
            let half = reply.bytes.len() / 2;
            let bytes = reply.bytes.get(..half).unwrap_or_default().to_vec();
            return Reply { bytes, ..reply }.then(Then::Close);
        }
        reply
    }

    /// The answer of a server that goes wrong at searches.
    fn go_wrong(&self, id: u32, search: &Search) -> Option<Reply> {
        let fault = self.directory.fault?;
        let (bytes, then) = match fault {
            DirectoryFault::Hang => (Vec::new(), Then::Read),
            DirectoryFault::Garbage => (faults::GARBAGE.to_vec(), Then::Wait),
            DirectoryFault::HugeMessage => (faults::HUGE.to_vec(), Then::Flood(vec![b' '])),
            DirectoryFault::EndlessEntries => (Vec::new(), Then::Flood(faults::one_of_many(id))),
            DirectoryFault::OtherNumber => {
                let ended = Ended::of(SEARCH_DONE, Code::Success);
                (ended.message(id.wrapping_add(1)), Then::Read)
            }
            DirectoryFault::Busy => return Some(end_search(id, search, Code::Busy)),
            _ => return None,
        };
        Some(Reply::new(bytes).noted(note(search, 0, &fault.to_string())).then(then))
    }
}

/// Entries with the attributes that a search asks for.
fn written(id: u32, search: &Search, entries: &[&Entry]) -> Vec<u8> {
    let write = |entry: &&Entry| {
        let mut attributes = entry.selected(&search.attributes);
        if search.types_only {
            for (_, values) in &mut attributes {
                *values = &[];
            }
        }
        message::entry(id, &entry.name, &attributes)
    };
    entries.iter().flat_map(write).collect()
}

/// An answer without entries.
pub(super) fn end_search(id: u32, search: &Search, code: Code) -> Reply {
    Reply::new(Ended::of(SEARCH_DONE, code).message(id)).noted(note(search, 0, code.name()))
}

/// What the client wants of pages.
fn paging(controls: &[Control]) -> Result<Option<(usize, Vec<u8>)>, Code> {
    let mut paged = controls.iter().filter(|control| control.oid == PAGED_RESULTS);
    let Some(control) = paged.next() else {
        return Ok(None);
    };
    let (size, cookie) = message::read_paging(&control.value).ok_or(Code::ProtocolError)?;
    let size = usize::try_from(size).map_err(|_| Code::ProtocolError)?;
    if paged.next().is_some() { Err(Code::ProtocolError) } else { Ok(Some((size, cookie))) }
}

fn note(search: &Search, entries: usize, answer: &str) -> Note {
    let scope = match search.scope {
        Scope::Base => "base",
        Scope::One => "one",
        Scope::Sub => "sub",
    };
    Note::Search(SearchNote {
        base: search.base.clone(),
        scope: scope.to_owned(),
        filter: search.filter.to_string(),
        attributes: search.attributes.clone(),
        entries,
        answer: answer.to_owned(),
    })
}
