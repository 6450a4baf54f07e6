//! Over the network: what the core asks for is carried out here, and nothing is decided.
#![expect(clippy::disallowed_methods, reason = "this is the I/O edge")]

mod converse;
mod driver;
mod world;

pub use converse::converse;
pub use driver::{Event, Observe, drive};
pub use world::{Ask, World, inspect};
