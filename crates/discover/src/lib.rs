//! The engine that asks for documents, in order, and says why each answer was taken or refused.
//!
//! [`Discovery`] is a machine without I/O: it hands out whole questions ([`Request`]) and takes
//! facts ([`Outcome`]); order, redirects, budget, deadlines, consent and trust are decided here
//! and nowhere else. Time is a [`Duration`](core::time::Duration) since the search began, given
//! by the caller. `io` (feature `net`) is the loop that performs the questions on a real network.
//!
//! Read [`mechanism`] (what is asked, in which order), then `chain.rs` (one mechanism's way
//! through redirects), then `engine.rs` (how the mechanisms play together).

mod answer;
mod chain;
pub mod consent;
mod directory;
mod engine;
#[cfg(feature = "net")]
pub mod io;
mod known;
mod log_in;
pub mod mechanism;
mod mx;
pub mod oauth;
mod options;
mod reason;
mod redirect;
mod report;
mod request;
mod srv;
mod suffix;
mod trust;

pub use chain::{AUTODISCOVER_V1, HINT_ONLY, MAIL_FILTER, NO_MAIL, OFFLINE, SRV_HALF, SRV_PORT};
pub use directory::{
    BadDirectoryUrl, DirectoryOptions, DirectoryUrl, Person, PersonReport, PersonSearch,
};
pub use engine::{
    ADDRESS_CHANGED, Discovery, HIGHER_SOURCE_SILENT, JOINED, Misuse, NO_SUCH_DOMAIN, Step, check,
};
pub use known::{Known, KnownProvider};
pub use log_in::{LogIn, MAX_REFUSED_LOG_INS, Means};
pub use mailscout_net::job::JobId;
pub use options::{Deadlines, Ispdb, MAX_REDIRECTS, Options, Strategy};
pub use reason::{DirectoryReason, Ending, LogInReason, Reason};
pub use report::{Attempt, Conclusion, Found, SearchReport};
pub use request::{Outcome, Request};
pub use suffix::{is_public_suffix, is_registry_suffix, is_same_site};
pub use trust::{ConsentState, Hop, HopKind, Trust, TrustWord, UnknownWord};
