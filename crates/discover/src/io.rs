//! The driver: performs the engine's questions on a real network. It holds no policy.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the I/O edge: it reads the clock and sleeps"
)]

mod credentials;
mod driver;
mod person;
mod world;

pub use credentials::{CredentialProof, Credentials};
pub use driver::{Event, Observe, drive};
pub use person::find_person;
pub use world::{Ask, World};
