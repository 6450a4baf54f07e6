//! Asks for SRV records, past the caching part of the DNS library.
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
use crate::{dns::SrvRecord, failure::Failure};

/// Asks the servers of a resolver for SRV records.
#[derive(Clone)]
pub(super) struct SrvClient {
    servers: RetryDnsHandle<NameServerPool<TokioRuntimeProvider>>,
    options: DnsRequestOptions,
}

impl SrvClient {
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

    /// The SRV records of a name, or of the name that it is an alias of.
    pub(super) async fn ask(&self, name: &Name) -> Result<Vec<SrvRecord>, Failure> {
        let mut owner = name.clone();
        for _ in 0..MAX_ALIASES {
            let asked = owner.clone();
            let (code, answers) = self.answer(&asked).await?;
            // One answer may hold the whole chain of aliases, in any order.
            for _ in 0..answers.len() {
                owner = alias(&answers, &owner).cloned().unwrap_or(owner);
            }
            let records: Vec<SrvRecord> = records(&answers, &owner).collect();
            if !records.is_empty() {
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

    async fn answer(&self, name: &Name) -> Result<(ResponseCode, Vec<Record>), Failure> {
        let query = Query::query(name.clone(), RecordType::SRV);
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

fn records(answers: &[Record], owner: &Name) -> impl Iterator<Item = SrvRecord> {
    answers.iter().filter_map(move |record| match &record.data {
        RData::SRV(srv) if record.name == *owner => Some(answer::srv(srv)),
        _ => None,
    })
}

/// Answers that may each lead to a further name.
const MAX_ALIASES: usize = 8;
