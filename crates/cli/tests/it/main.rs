//! The program as a user meets it: output, exit codes, JSON, on the lab and on real servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod consent;
mod nginx;
mod parse;
mod program;
mod scenarios;
mod servers;
mod terminal;
mod usage;
