//! The engine under scripts: everything but bytes, in virtual time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod autoconfig;
mod consent;
mod deadlines;
mod document;
mod eager;
mod everything;
mod faults;
mod hedged;
mod order;
mod person;
mod properties;
mod redirects;
mod script;
mod services;
mod table;
mod thirds;
mod unproved;
mod wire;
mod world;
