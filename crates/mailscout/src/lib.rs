//! Finds where and how the mail client of an e-mail address connects, and how sure that is.
//!
//! [`Locator`] is the whole of it: give it an address, get a [`Report`] with the servers, the
//! way they were found, how far to trust it, and every question that was asked. [`Ask`] puts
//! questions about other sites to your user, [`Observe`] follows the search; dropping the future
//! of [`Locator::locate`] cancels it.
//!
//! The layers below can be taken alone: `mailscout-schema` reads and writes the documents,
//! `mailscout-discover` is the engine without I/O, `mailscout-net` the network.

pub mod json;
mod locator;
mod report;

/// For implementing the hooks: they are object-safe async traits.
pub use async_trait::async_trait;
pub use locator::{Locator, Network};
pub use mailscout_discover::io::{Ask, Event, Observe};
pub use report::Report;

/// The engine: options, consent, mechanisms, trust, reasons.
pub use mailscout_discover as discover;
/// The network: resolvers, trusted authorities, hand-laid routes.
pub use mailscout_net as net;
/// The documents and the neutral settings.
pub use mailscout_schema as schema;

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
