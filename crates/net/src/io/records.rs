//! Asks for SRV, MX and TXT records, past the caching part of the DNS library.
//!
//! That part loses SRV records behind an alias: it goes on to ask for SRV records of their target.

use std::sync::Arc;

use futures_util::StreamExt as _;
use hickory_resolver::{
    NameServerPool, PoolContext, TlsConfig,
    config::{NameServerConfig, ResolverOpts},
    net::{
        NetError,
        runtime::TokioRuntimeProvider,
        xfer::{DnsHandle as _, RetryDnsHandle},
    },
    proto::{
        op::{DnsRequestOptions, Query, ResponseCode},
        rr::{Name, RData, Record, RecordType},
    },
};

use super::answer;
use crate::{
    dns::{LookupKind, Records},
    failure::Failure,
};

/// Asks the servers of a resolver for records that are no addresses.
#[derive(Clone)]
pub(super) struct RecordClient {
    servers: RetryDnsHandle<NameServerPool<TokioRuntimeProvider>>,
    options: DnsRequestOptions,
}

impl RecordClient {
    pub(super) fn new(
        servers: Vec<NameServerConfig>,
        options: &ResolverOpts,
    ) -> Result<Self, NetError> {
        let mut request = DnsRequestOptions::default();
        request.recursion_desired = options.recursion_desired;
        request.use_edns = options.edns0;
        request.edns_payload_len = options.edns_payload_len;
        let context = Arc::new(PoolContext::new(options.clone(), TlsConfig::new()?));
        let pool = NameServerPool::from_config(servers, context, TokioRuntimeProvider::default());
        Ok(Self { servers: RetryDnsHandle::new(pool, options.attempts), options: request })
    }

    /// The records of a name, or of the name that it is an alias of.
    pub(super) async fn ask(&self, name: &Name, kind: LookupKind) -> Result<Records, Failure> {
        let mut owner = name.clone();
        for _ in 0..MAX_ALIASES {
            let asked = owner.clone();
            let (code, answers) = self.answer(&asked, kind).await?;
            // One answer may hold the whole chain of aliases, in any order.
            for _ in 0..answers.len() {
                owner = alias(&answers, &owner).cloned().unwrap_or(owner);
            }
            if let Some(records) = records(&answers, &owner, kind) {
                return Ok(records);
            }
            if code == ResponseCode::NXDomain {
                return Err(Failure::NxDomain);
            }
            if alias(&answers, &asked).is_none() {
                return Err(Failure::NoData);
            }
        }
        // What a resolver says of a chain without an end.
        Err(Failure::ServFail)
    }

    async fn answer(
        &self,
        name: &Name,
        kind: LookupKind,
    ) -> Result<(ResponseCode, Vec<Record>), Failure> {
        let query = Query::query(name.clone(), record_type(kind));
        let answer = self.servers.lookup(query, self.options).next().await;
        match answer.unwrap_or(Err(NetError::NoConnections)) {
            Ok(answer) => Ok((answer.response_code, answer.into_message().answers)),
            Err(error) => Err(answer::failure(&error)),
        }
    }
}

/// What a name is an alias of.
fn alias<'a>(answers: &'a [Record], owner: &Name) -> Option<&'a Name> {
    answers.iter().find_map(|record| match &record.data {
        RData::CNAME(target) if record.name == *owner => Some(&target.0),
        _ => None,
    })
}

/// The records of a kind; `None` where there are none.
fn records(answers: &[Record], owner: &Name, kind: LookupKind) -> Option<Records> {
    let of_owner = answers.iter().filter(|record| record.name == *owner).map(|record| &record.data);
    match kind {
        LookupKind::Mx => {
            let list: Vec<_> = of_owner
                .filter_map(|data| match data {
                    RData::MX(mx) => Some(answer::mx(mx)),
                    _ => None,
                })
                .collect();
            (!list.is_empty()).then_some(Records::Mx(list))
        }
        LookupKind::Txt => {
            let list: Vec<_> = of_owner
                .filter_map(|data| match data {
                    RData::TXT(txt) => Some(answer::txt(txt)),
                    _ => None,
                })
                .collect();
            (!list.is_empty()).then_some(Records::Txt(list))
        }
        LookupKind::Srv | LookupKind::Addresses => {
            let list: Vec<_> = of_owner
                .filter_map(|data| match data {
                    RData::SRV(srv) => Some(answer::srv(srv)),
                    _ => None,
                })
                .collect();
            (!list.is_empty()).then_some(Records::Srv(list))
        }
    }
}

fn record_type(kind: LookupKind) -> RecordType {
    match kind {
        LookupKind::Addresses => RecordType::A,
        LookupKind::Mx => RecordType::MX,
        LookupKind::Srv => RecordType::SRV,
        LookupKind::Txt => RecordType::TXT,
    }
}

/// Answers that may each lead to a further name.
const MAX_ALIASES: usize = 8;
