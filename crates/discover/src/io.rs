//! The driver: performs the engine's questions on a real network. It holds no policy.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the I/O edge: it reads the clock and sleeps"
)]

mod driver;
mod world;

pub use driver::{Event, Observe, drive};
pub use world::{Ask, World};
