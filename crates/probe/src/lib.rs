//! Guesses where mail servers are, and the dialogs that prove it.
//!
//! [`guess`] is the table of what is tried when no document says where the servers are, expanded
//! for one address into rows in their order. [`dialog`] is what is said to a mail server to learn
//! what it is, byte by byte and without I/O. The crate has no clock and opens no socket.

pub mod dialog;
pub mod guess;
