//! The questions for an issuer's metadata, one after the other, within the time that is left.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the I/O edge: it reads the clock and gives up what takes too long"
)]

use core::{future::Future, net::IpAddr, time::Duration};

use mailscout_discover::{Deadlines, Reason, oauth};
use mailscout_net::{
    dns::{Addresses, Lookup, LookupKind, Records, Resolve},
    failure::Failure,
    http::{Exchange, HttpLimits, HttpRequest, Method},
    policy::AddressPolicy,
};
use mailscout_schema::{address::Domain, oauth::Metadata};
use tokio::time::{Instant, timeout};

use super::{Answer, Attempt, Event, Inquiry, NoMetadata, clip, judge};
use crate::hooks::{self, Observe};

/// Who asks, and within which bounds.
#[derive(Debug)]
pub(crate) struct Inquirer<'a> {
    pub(crate) resolver: &'a dyn Resolve,
    pub(crate) exchange: &'a dyn Exchange,
    pub(crate) observer: &'a dyn Observe,
    pub(crate) deadlines: Deadlines,
    /// Sent as `User-Agent`; empty sends none.
    pub(crate) user_agent: &'a str,
    /// The domain that the search began with.
    pub(crate) home: &'a Domain,
    pub(crate) public_only: bool,
    /// How long the search has taken.
    pub(crate) since: Duration,
    /// The time that is left.
    pub(crate) left: Duration,
}

impl Inquirer<'_> {
    /// Asks for the metadata of an issuer: its host is looked up once, then each URL is asked until
    /// one has it.
    pub(crate) async fn inquire(&self, issuer: Option<&str>) -> Inquiry {
        let Some(issuer) = issuer else {
            return Inquiry::not_made(None, NoMetadata::NoIssuer);
        };
        let Ok(urls) = oauth::metadata_urls(issuer) else {
            let shown = clip(issuer);
            let is_url = issuer.contains(':') || issuer.contains('/');
            let why = if is_url { NoMetadata::BadIssuer(shown) } else { NoMetadata::Label(shown) };
            return Inquiry::not_made(Some(issuer), why);
        };
        let mut run = Run { inquirer: self, start: Instant::now(), attempts: Vec::new() };
        let mut found = None;
        let host = urls.first().and_then(|url| url.host_str()).unwrap_or_default();
        if let Some(addresses) = run.look_up(host).await {
            for url in urls {
                let place = url.to_string();
                let limits = run.limits();
                let request = HttpRequest::new(Method::Get, url, addresses.clone(), limits);
                if let Some(metadata) = run.fetch(request, issuer).await {
                    found = Some((metadata, place));
                    break;
                }
            }
        }
        let elapsed = run.start.elapsed();
        let attempts = run.attempts;
        let (result, url) = match found {
            Some((metadata, place)) => (Ok(metadata), Some(place)),
            None => (Err(NoMetadata::of(&attempts)), None),
        };
        let issuer = Some(issuer.to_owned());
        Inquiry { issuer, url, result, notices: Vec::new(), attempts, elapsed }
    }
}

/// One inquiry at work.
struct Run<'a> {
    inquirer: &'a Inquirer<'a>,
    start: Instant,
    attempts: Vec<Attempt>,
}

impl Run<'_> {
    fn left(&self) -> Duration {
        self.inquirer.left.saturating_sub(self.start.elapsed())
    }

    fn limits(&self) -> HttpLimits {
        let (deadlines, left) = (&self.inquirer.deadlines, self.left());
        let mut limits = HttpLimits::default();
        limits.connect = deadlines.connect.min(left);
        limits.tls = deadlines.tls.min(left);
        limits.exchange = deadlines.exchange.min(left);
        limits.max_body = MAX_METADATA;
        limits
    }

    /// The addresses of the issuer's host that may be connected to.
    async fn look_up(&mut self, host: &str) -> Option<Vec<IpAddr>> {
        let deadline = self.inquirer.deadlines.dns.min(self.left());
        let lookup = Lookup::new(host, LookupKind::Addresses, deadline);
        let question = format!("DNS {lookup}");
        let resolver = self.inquirer.resolver;
        let (started, answer) = self.ask(&question, resolver.resolve(&lookup)).await;
        let addresses = match answer {
            Ok(Ok(Records::Addresses(addresses))) => self.allowed(host, &addresses),
            Ok(Ok(_)) => Err(Reason::Network(Failure::NoData)),
            Ok(Err(failure)) => Err(Reason::Network(failure)),
            Err(reason) => Err(reason),
        };
        let (addresses, reason) = match addresses {
            Ok(addresses) => {
                let list: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                (Some(addresses), Reason::Answered(list.join(", ")))
            }
            Err(reason) => (None, reason),
        };
        self.note(question, started, None, Answer::Reason(reason)).await;
        addresses
    }

    /// The addresses that the policy lets a connection go to.
    fn allowed(&self, host: &str, addresses: &Addresses) -> Result<Vec<IpAddr>, Reason> {
        let policy = if addresses.routed {
            AddressPolicy::Any
        } else {
            oauth::address_policy(host, self.inquirer.home, self.inquirer.public_only)
        };
        let allowed: Vec<IpAddr> =
            addresses.list.iter().copied().filter(|address| policy.allows(*address)).collect();
        match addresses.list.first() {
            Some(address) if allowed.is_empty() => {
                Err(Reason::ForbiddenAddress { host: host.to_owned(), address: *address })
            }
            Some(_) => Ok(allowed),
            None => Err(Reason::Network(Failure::NoData)),
        }
    }

    /// The metadata at a URL. Nothing about the user goes there.
    async fn fetch(&mut self, mut request: HttpRequest, issuer: &str) -> Option<Metadata> {
        request.headers.push(("accept", "application/json".to_owned()));
        let user_agent = self.inquirer.user_agent;
        if !user_agent.is_empty() {
            request.headers.push(("user-agent", user_agent.to_owned()));
        }
        let question = request.to_string();
        let exchange = self.inquirer.exchange;
        let (started, answer) = self.ask(&question, exchange.exchange(&request)).await;
        let (status, judged) = match answer {
            Ok(response) => {
                (response.as_ref().ok().map(|answer| answer.status), judge(response, issuer))
            }
            Err(reason) => (None, Err(Answer::Reason(reason))),
        };
        let (metadata, answer) = match judged {
            Ok(metadata) => (Some(metadata), Answer::Metadata),
            Err(answer) => (None, answer),
        };
        self.note(question, started, status, answer).await;
        metadata
    }

    /// Asks one question, while there is time; gives it up when there is no more.
    async fn ask<T>(
        &self,
        question: &str,
        job: impl Future<Output = T>,
    ) -> (Duration, Result<T, Reason>) {
        let (started, left) = (self.start.elapsed(), self.left());
        if left.is_zero() {
            return (started, Err(Reason::NotReached));
        }
        self.tell(Event::Asked(question)).await;
        (started, timeout(left, job).await.map_err(|_| Reason::TimeUp))
    }

    async fn note(
        &mut self,
        question: String,
        started: Duration,
        status: Option<u16>,
        answer: Answer,
    ) {
        let elapsed = self.start.elapsed().saturating_sub(started);
        let started = self.inquirer.since + started;
        let attempt = Attempt { question, started, elapsed, status, answer };
        self.tell(Event::Answered(&attempt)).await;
        self.attempts.push(attempt);
    }

    async fn tell(&self, event: Event<'_>) {
        self.inquirer.observer.observe(hooks::Event::OAuth(event)).await;
    }
}

/// Bytes of metadata that are read; what is published has some thousands.
const MAX_METADATA: usize = 128 * 1024;
