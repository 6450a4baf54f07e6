//! What the crate promises: fixtures, properties, bounds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod fixtures;
mod hostile;
mod properties;
mod render;
mod request;
mod round_trip;
