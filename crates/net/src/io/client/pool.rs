//! Connections that are kept for the next exchange: for a moment, and not many.
//!
//! Nothing here knows what a connection is, and no task watches over it: what is too old is dropped
//! when somebody looks, and everything with the last clone of the client.

use core::{fmt, net::IpAddr};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{runtime, time::Instant};
use url::Url;

use super::invalid;
use crate::{failure::Failure, http::HttpRequest};

/// What two exchanges must have in common to share a connection: the certificate was proved for this
/// host, and these are the addresses that were checked for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Origin {
    pub(super) is_https: bool,
    pub(super) host: String,
    pub(super) port: u16,
    /// In order of their numbers, without doubles.
    addresses: Vec<IpAddr>,
    /// Who moves the connection's bytes. That of another runtime would stand still.
    runtime: Option<runtime::Id>,
}

impl Origin {
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let url: &Url = &request.url;
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(invalid("the URL is neither http nor https")),
        };
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(invalid("the URL has no host"));
        };
        let mut addresses = request.addresses.clone();
        addresses.sort_unstable();
        addresses.dedup();
        let runtime = runtime::Handle::try_current().ok().map(|runtime| runtime.id());
        Ok(Self { is_https, host: host.to_owned(), port, addresses, runtime })
    }
}

/// The kept connections of a client and its clones.
pub(super) struct Pool<C>(Arc<Mutex<Vec<Kept<C>>>>);

struct Kept<C> {
    origin: Origin,
    since: Instant,
    connection: C,
}

impl<C> Pool<C> {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    /// The connection to an origin that was kept last, if there is one.
    pub(super) fn take(&self, origin: &Origin, now: Instant) -> Option<C> {
        let mut kept = self.fresh(now);
        let place = kept.iter().rposition(|kept| kept.origin == *origin)?;
        Some(kept.remove(place).connection)
    }

    /// Keeps a connection over which nothing is under way. Where there are too many the oldest goes.
    pub(super) fn put(&self, origin: Origin, connection: C, now: Instant) {
        let mut kept = self.fresh(now);
        let same = kept.iter().filter(|kept| kept.origin == origin).count();
        let oldest = if same >= PER_ORIGIN {
            kept.iter().position(|kept| kept.origin == origin)
        } else {
            (kept.len() >= IN_ALL).then_some(0)
        };
        if let Some(oldest) = oldest {
            kept.remove(oldest);
        }
        kept.push(Kept { origin, since: now, connection });
    }

    /// Those that are not too old, the oldest first.
    fn fresh(&self, now: Instant) -> MutexGuard<'_, Vec<Kept<C>>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| now.saturating_duration_since(kept.since) < MAX_IDLE);
        kept
    }
}

impl<C> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C> fmt::Debug for Pool<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

/// How long a connection is kept: one search is over by then, and servers wait no less.
const MAX_IDLE: Duration = Duration::from_secs(5);

/// How many are kept to one origin.
const PER_ORIGIN: usize = 2;

/// How many are kept in all.
const IN_ALL: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(host: &str) -> Origin {
        Origin {
            is_https: true,
            host: host.to_owned(),
            port: 443,
            addresses: Vec::new(),
            runtime: None,
        }
    }

    fn request(url: &str, addresses: &[&str]) -> HttpRequest {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        let limits = crate::http::HttpLimits::default();
        HttpRequest::new(crate::http::Method::Get, url.parse().unwrap(), addresses, limits)
    }

    #[test]
    fn what_is_kept_is_taken_once_and_by_its_origin_alone() {
        let (pool, now) = (Pool::new(), Instant::now());
        pool.put(origin("a"), 1, now);
        assert_eq!(pool.take(&origin("b"), now), None);
        assert_eq!(pool.clone().take(&origin("a"), now), Some(1));
        assert_eq!(pool.take(&origin("a"), now), None);
    }

    #[test]
    fn what_is_too_old_is_dropped() {
        let (pool, now) = (Pool::new(), Instant::now());
        let kept = Arc::new(());
        pool.put(origin("a"), Arc::clone(&kept), now);
        let just = now + MAX_IDLE - Duration::from_millis(1);
        drop(pool.take(&origin("b"), just));
        assert_eq!(Arc::strong_count(&kept), 2);
        drop(pool.take(&origin("b"), now + MAX_IDLE));
        assert_eq!(Arc::strong_count(&kept), 1);
    }

    #[test]
    fn no_more_than_a_few_are_kept_and_the_oldest_goes_first() {
        let (pool, now) = (Pool::new(), Instant::now());
        for number in 0..=PER_ORIGIN {
            pool.put(origin("a"), number, now);
        }
        let taken: Vec<_> = std::iter::from_fn(|| pool.take(&origin("a"), now)).collect();
        assert_eq!(taken, [2, 1]);
        for number in 0..=IN_ALL {
            pool.put(origin(&number.to_string()), number, now);
        }
        assert_eq!(pool.take(&origin("0"), now), None);
        assert_eq!(pool.take(&origin("1"), now), Some(1));
    }

    #[test]
    fn an_origin_is_scheme_host_port_and_the_set_of_addresses() {
        let of = |url, addresses: &[&str]| Origin::of(&request(url, addresses)).unwrap();
        let one = of("https://contoso.example/a?b", &["192.0.2.1", "192.0.2.2"]);
        assert_eq!(
            one,
            of("https://CONTOSO.example:443/", &["192.0.2.2", "192.0.2.1", "192.0.2.2"])
        );
        for other in [
            of("http://contoso.example:443/", &["192.0.2.1", "192.0.2.2"]),
            of("https://www.contoso.example/", &["192.0.2.1", "192.0.2.2"]),
            of("https://contoso.example:444/", &["192.0.2.1", "192.0.2.2"]),
            of("https://contoso.example/", &["192.0.2.1"]),
        ] {
            assert_ne!(one, other);
        }
    }
}
