//! What the crate promises: fixtures, properties, bounds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod autoconfig;
mod fixtures;
mod golden;
mod hostile;
mod mobile_sync;
#[cfg(feature = "serde")]
mod pacc;
mod properties;
mod render;
mod request;
mod round_trip;
mod scp;
mod soap;
#[cfg(feature = "serde")]
mod v2;
