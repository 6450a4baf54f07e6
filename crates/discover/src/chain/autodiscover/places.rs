//! The places that are tried one after the other: SRV targets, a directory's URLs, hosts of the domain.

use mailscout_net::{dns::Records, failure::Failure};

use super::{Autodiscover, MAX_TARGETS};
use crate::{
    chain::{
        Aside, Context, End, Move,
        question::{record_url, srv_name},
    },
    reason::Reason,
    redirect::Referrer,
    srv,
    trust::HopKind,
};

impl Autodiscover {
    pub(super) fn take_records(
        &mut self,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let records = match answer {
            Ok(Records::Srv(records)) => records,
            Ok(_) => return (Reason::Network(Failure::NoData), Move::End(End::Nothing)),
            Err(failure) => return (Reason::Network(failure), Move::End(End::Nothing)),
        };
        let all = records.len();
        self.records = srv::order(&records, context.options.seed.unwrap_or(0)).into();
        self.records.retain(|record| !record.target.is_empty());
        self.records.truncate(MAX_TARGETS);
        if self.records.is_empty() {
            return (Reason::NotOffered, Move::End(End::Nothing));
        }
        let list = self.records.iter().map(|record| format!("{}:{}", record.target, record.port));
        let mut list = list.collect::<Vec<_>>().join(", ");
        if all > self.records.len() {
            list = format!("{list}, of {all} records");
        }
        let answered = Reason::RedirectTo(list);
        (answered, self.next_record(context))
    }

    /// Goes to the next place, where there is one beside the present one: named by an SRV record or
    /// by a directory, or another host of the domain.
    pub(super) fn next_record(&mut self, context: Context<'_>) -> Move {
        while let Some(named) = self.next_named(context) {
            // The way begins anew: what led to the place before leads nowhere.
            self.hops.clear();
            let Named { about, to, kind, by, name } = named;
            let (reason, next) = match to {
                Ok(to) => self.redirect(&to, kind, by, &name, context),
                Err(reason) => (reason, Move::End(End::Nothing)),
            };
            if !matches!(reason, Reason::RedirectTo(_)) {
                self.asides.push(Aside { about, reason });
            }
            if !matches!(next, Move::End(End::Nothing)) {
                return next;
            }
        }
        self.next_host(context)
    }

    fn next_host(&mut self, context: Context<'_>) -> Move {
        while let Some(host) = self.hosts.pop_front() {
            self.hops.clear();
            match self.begin_here(host, context) {
                Ok(Move::End(End::Nothing)) => {}
                Ok(next) => return next,
                Err(reason) => self.asides.push(Aside { about: "host".to_owned(), reason }),
            }
        }
        Move::End(End::Nothing)
    }

    fn next_named(&mut self, context: Context<'_>) -> Option<Named> {
        if let Some(record) = self.records.pop_front() {
            let place = format!("{}:{}", record.target, record.port);
            return Some(Named {
                about: format!("SRV target {place}"),
                to: record_url(&record).ok_or(Reason::BadTarget(place)),
                kind: HopKind::Srv,
                by: Referrer::Srv,
                name: srv_name(context.address.domain()),
            });
        }
        let url = self.urls.pop_front()?;
        let (name, is_proved) = self.directory.clone();
        Some(Named {
            about: url.clone(),
            to: Ok(url),
            kind: HopKind::Scp,
            by: Referrer::Directory { is_proved },
            name,
        })
    }
}

/// A place that an SRV record or a directory names.
struct Named {
    about: String,
    to: Result<String, Reason>,
    kind: HopKind,
    by: Referrer<'static>,
    name: String,
}
