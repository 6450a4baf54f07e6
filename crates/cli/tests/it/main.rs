//! The program as a user meets it: output, exit codes, JSON, on the lab and on real servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod authority;
mod cache;
mod consent;
mod directory;
mod folder;
mod guess;
mod nginx;
mod outlook;
mod parse;
mod password;
mod probe;
mod program;
#[cfg(target_os = "linux")] // where each server gets an address of 127.0.0.0/8 for itself
mod real;
mod scenarios;
mod servers;
mod terminal;
mod traps;
mod usage;
