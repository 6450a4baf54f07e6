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
#[cfg(feature = "ldap")]
mod directory;
#[cfg(feature = "ldap")]
mod directory_hostile;
mod dns_server;
mod handshakes;
mod hostile;
mod keep_alive;
#[cfg(feature = "ldap")]
mod ldap_server;
mod log_in;
mod ntlm;
mod resolver;
mod routes;
mod servers;
mod site;
#[cfg(all(feature = "ldap", target_os = "linux"))]
// where the server gets an address of 127.0.0.0/8 for itself
mod slapd;

use std::time::Duration;

/// Ends a test that hangs.
async fn watched<T>(test: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(Duration::from_secs(5), test).await;
    ended.expect("the watchdog of 5 s")
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
