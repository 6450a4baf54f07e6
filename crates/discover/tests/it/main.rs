//! The engine under scripts: everything but bytes, in virtual time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod consent;
mod deadlines;
mod document;
mod eager;
mod order;
mod properties;
mod redirects;
mod script;
mod wire;
