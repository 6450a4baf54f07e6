//! The resolver, the dialer, the client and the connector against small servers on loopback.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test code"
)]

mod certificates;
mod client;
mod connector;
mod dial;
mod dns_server;
mod handshakes;
mod hostile;
mod resolver;
mod routes;
mod servers;

use std::time::Duration;

/// Ends a test that hangs.
async fn watched<T>(test: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(Duration::from_secs(5), test).await;
    ended.expect("the watchdog of 5 s")
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
