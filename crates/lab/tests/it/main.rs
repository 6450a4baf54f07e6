//! The lab as its clients see it: raw sockets, TLS, and the journal afterwards.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the clients of the lab are sockets"
)]

mod builtin;
mod certificates;
mod chains;
mod client;
mod connections;
mod directory;
mod files;
mod journal;
mod log_in;
mod mail;
mod names;
mod own_addresses;
mod responses;
mod strict;
