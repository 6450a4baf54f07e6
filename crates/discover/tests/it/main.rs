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
mod directory;
mod document;
mod eager;
mod everything;
mod family;
mod faults;
mod hedged;
mod log_in;
mod on_request;
mod order;
mod pacc;
mod person;
mod properties;
mod random;
mod redirects;
mod scp;
mod script;
mod services;
mod silent;
mod soap_and_sync;
mod sources;
mod table;
mod thirds;
mod unproved;
mod wanted;
mod wire;
mod world;
