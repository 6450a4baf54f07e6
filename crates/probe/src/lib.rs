//! Guesses where mail servers are, and proves it.
//!
//! [`guess`] is the table of what is tried when no document says where the servers are, expanded
//! for one address into rows in their order. [`dialog`] is what is said to a mail server to learn
//! what it is, byte by byte and without I/O; [`login`] is how a user proves to it who they are.
//! The core has no clock and opens no socket; with the feature `net` the module `io` has
//! [`conversation`]s over the network.

pub mod approach;
pub mod conversation;
pub mod dialog;
pub mod guess;
#[cfg(feature = "net")]
pub mod io;
pub mod login;
pub mod prober;
