//! An internet in a process: names, web and mail servers, certificates, faults, and a journal.
//!
//! A [`Scenario`] is a TOML file that describes a small internet. [`World::start`] serves it on
//! loopback, on ports that the system picks, and hands out what a client needs to live in it: the
//! address of its name server, where each of the scenario's own addresses really is, and the
//! certificate authority to trust. The [`Journal`] keeps every question, so that a test can say
//! what was asked, in which order, and what was never asked.
//!
//! The lab imports none of the other mailscout crates: a mistake in their reading of a
//! specification cannot be repeated by the server that tests them. For the same reason its servers
//! are strict: a request that a lenient web server would let pass is answered 400 here, and a mail
//! server ends the connection of a client that sends bytes behind STARTTLS.
//!
//! # Examples
//!
//! ```
//! use mailscout_lab::{DEFAULT_SCENARIO, LabError, Scenario, World};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), LabError> {
//! let world = World::start(&Scenario::named(DEFAULT_SCENARIO)?).await?;
//! assert!(world.dns_server().ip().is_loopback());
//! assert!(world.journal().summary().is_empty());
//! # Ok(())
//! # }
//! ```

mod certificates;
mod directory;
mod dns;
mod embedded;
mod endpoint;
mod error;
mod journal;
mod mail;
mod scenario;
mod web;
mod world;

pub use error::LabError;
pub use journal::{
    Answer, Bind, DirectoryConnection, DirectorySearch, Ending, Entry, HttpExchange, HttpLogIn,
    Journal, LogIn, MailConnection,
};
pub use scenario::Scenario;
pub use world::{Route, World};

/// The name of the scenario that is meant when none is named.
pub const DEFAULT_SCENARIO: &str = "contoso";
