//! Opens TCP connections: happy eyeballs over the addresses of a host, along the routes.
//!
//! Knows nothing of TLS, HTTP or mail, and looks no name up.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::{net::TcpStream, time};

use super::routes::Routes;
use crate::failure::Failure;

/// Opens TCP connections.
///
/// The addresses are tried in their order, the next one when the one before has failed or is
/// [`ATTEMPT_DELAY`] old; the first connection wins and the other attempts are dropped. More than
/// [`MAX_ADDRESSES`] are not tried.
///
/// # Spec
///
/// [RFC 8305 §5](https://www.rfc-editor.org/rfc/rfc8305#section-5)
#[derive(Clone, Debug, Default)]
pub struct Dialer {
    routes: Arc<Routes>,
}

impl Dialer {
    /// A dialer that follows the routes.
    pub fn new(routes: Routes) -> Self {
        Self { routes: Arc::new(routes) }
    }

    /// Connects to the port of a host at one of its addresses; the host only selects the routes.
    ///
    /// # Errors
    ///
    /// When no address could be reached, the end of the attempt that says most: somebody refused
    /// ([`Failure::ConnectionRefused`]), somebody may be there but did not answer
    /// ([`Failure::ConnectTimeout`]), there is no way to any ([`Failure::Unreachable`]).
    pub async fn connect(
        &self,
        host: &str,
        port: u16,
        addresses: &[IpAddr],
        deadline: Duration,
    ) -> Result<TcpStream, Failure> {
        let targets = self.targets(host, port, addresses)?;
        let mut worst = None;
        match time::timeout(deadline, race(&targets, &mut worst)).await {
            Ok(Some(stream)) => {
                // Requests are short; without it the second segment would wait for the first ACK.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(None) => {}
            Err(_elapsed) => keep(&mut worst, Failure::ConnectTimeout),
        }
        Err(worst.unwrap_or_else(no_address))
    }

    /// Where to connect, without doubles.
    fn targets(
        &self,
        host: &str,
        port: u16,
        addresses: &[IpAddr],
    ) -> Result<Vec<SocketAddr>, Failure> {
        let mut targets = Vec::new();
        for address in addresses {
            match self.routes.target(host, port, *address) {
                Some(target) if !targets.contains(&target) => targets.push(target),
                _ => {}
            }
        }
        targets.truncate(MAX_ADDRESSES);
        match (targets.is_empty(), addresses.is_empty()) {
            (false, _) => Ok(targets),
            (true, true) => Err(no_address()),
            // The host is there, and nobody listens at the port.
            (true, false) if addresses.iter().any(|known| self.routes.is_known(*known)) => {
                Err(Failure::ConnectionRefused)
            }
            (true, false) => {
                Err(Failure::Unreachable { detail: "no way was laid to this port".to_owned() })
            }
        }
    }
}

/// The first connection to one of the targets; `None` once all have failed.
async fn race(targets: &[SocketAddr], worst: &mut Option<Failure>) -> Option<TcpStream> {
    let mut waiting = targets.iter().copied();
    let mut running = FuturesUnordered::new();
    loop {
        let started = waiting.next().map(|target| running.push(TcpStream::connect(target)));
        if started.is_none() && running.is_empty() {
            return None;
        }
        let ended = if waiting.len() == 0 {
            running.next().await
        } else {
            match time::timeout(ATTEMPT_DELAY, running.next()).await {
                Ok(ended) => ended,
                Err(_elapsed) => continue,
            }
        };
        match ended {
            Some(Ok(stream)) => return Some(stream),
            Some(Err(error)) => keep(worst, failure(&error)),
            None => {}
        }
    }
}

/// Keeps the failure that says most.
fn keep(worst: &mut Option<Failure>, failure: Failure) {
    if worst.as_ref().is_none_or(|kept| weight(&failure) > weight(kept)) {
        *worst = Some(failure);
    }
}

fn weight(failure: &Failure) -> u8 {
    match failure {
        Failure::ConnectionRefused => 2,
        Failure::ConnectTimeout => 1,
        _ => 0,
    }
}

fn failure(error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::ConnectionRefused => Failure::ConnectionRefused,
        ErrorKind::TimedOut => Failure::ConnectTimeout,
        _ => Failure::Unreachable { detail: error.to_string() },
    }
}

fn no_address() -> Failure {
    Failure::Unreachable { detail: "it has no address".to_owned() }
}

/// How long an attempt has the line to itself
/// ([RFC 8305 §8](https://www.rfc-editor.org/rfc/rfc8305#section-8)).
pub const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// How many addresses of a host are tried: a name with hundreds is no reason to knock at them all.
pub const MAX_ADDRESSES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_that_says_most_is_kept_whatever_the_order() {
        let detail = || "network unreachable".to_owned();
        for (kinds, expected) in [
            (&[ErrorKind::NetworkUnreachable][..], Failure::Unreachable { detail: detail() }),
            (&[ErrorKind::NetworkUnreachable, ErrorKind::TimedOut], Failure::ConnectTimeout),
            (&[ErrorKind::TimedOut, ErrorKind::ConnectionRefused], Failure::ConnectionRefused),
        ] {
            let failures = || kinds.iter().map(|kind| failure(&(*kind).into()));
            let (mut forward, mut backward) = (None, None);
            failures().for_each(|failure| keep(&mut forward, failure));
            failures().rev().for_each(|failure| keep(&mut backward, failure));
            assert_eq!((forward.as_ref(), backward), (Some(&expected), forward.clone()));
        }
    }
}
