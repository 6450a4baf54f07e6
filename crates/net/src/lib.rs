//! Facts about the network, and with the feature `io` the sockets that learn them.
//!
//! The facts ([`dns`], [`http`], [`connect`], [`directory`], [`failure`], [`certificate`], [`policy`]) are plain types without
//! a clock or a socket: the engines of the crates above are built on them alone. The module `io` holds
//! the production implementations of the traits, and is the only place that opens a connection.

pub mod certificate;
pub mod connect;
pub mod directory;
pub mod dns;
pub mod failure;
pub mod http;
#[cfg(feature = "io")]
pub mod io;
pub mod job;
pub mod policy;
