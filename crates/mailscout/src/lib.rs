//! Finds where and how the mail client of an e-mail address connects, and how sure that is.
//!
//! [`Locator`] is the whole of it: give it an address, get a [`Report`] with the servers, the
//! way they were found, how far to trust it, and every question that was asked. Documents come
//! first; where there is none, servers are guessed and proved ([`Tasks`]). [`Ask`] puts questions
//! about other sites and missing encryption to your user, [`Observe`] follows the search; dropping
//! the future of [`Locator::locate`] cancels it. Where settings name an OAuth issuer, [`oauth`] asks it
//! for its metadata, if [`Tasks::oauth`] says so. A [`cache`] keeps what searches come to, and answers
//! where its user wants that. [`Locator::inspect`] looks at one port of one host.
//!
//! The layers below can be taken alone: `mailscout-schema` reads and writes the documents,
//! `mailscout-discover` is the engine without I/O, `mailscout-probe` meets mail servers,
//! `mailscout-net` is the network.

pub mod cache;
mod compare;
mod hooks;
mod inspection;
pub mod json;
mod known;
mod locator;
mod network;
pub mod oauth;
pub mod providers;
mod report;
mod trace;

/// For implementing the hooks: they are object-safe async traits.
pub use async_trait::async_trait;
pub use compare::{Difference, DifferenceKind, differences};
pub use hooks::{Ask, Event, Observe, Question};
pub use inspection::{Finding, Inspection};
pub use locator::{Locator, NoPerson, Tasks};
pub use mailscout_net::job::Consent;
pub use network::Network;
pub use report::{Evidence, NOT_OFFERED, Report, Source, Verified, WANTED_NOT_FOUND};
pub use trace::{Asked, trace};

/// The engine: options, consent, mechanisms, trust, reasons.
pub use mailscout_discover as discover;
/// The network: resolvers, trusted authorities, hand-laid routes.
pub use mailscout_net as net;
/// Mail servers: the guess table, dialogs, the prober, log-ins.
pub use mailscout_probe as probe;
/// The documents and the neutral settings.
pub use mailscout_schema as schema;

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
