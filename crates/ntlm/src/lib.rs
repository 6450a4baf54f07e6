//! NTLM, version 2 of its responses: the messages of a client, as bytes.
//!
//! Whoever logs in by it (a dialog with a mail server, an HTTPS client) carries the messages in its
//! own way: naked in SASL, in header fields over HTTP. Here is what they say. No I/O, no clock and
//! no chance: the time and the nonce are arguments.
//!
//! [`LogIn`] is one log-in. [`Hidden`] is what secrets, and what is made of them, are kept in.
//!
//! # Spec
//!
//! `NLMP`, sections 2.2.1, 2.2.2.1, 3.1.5.1.2 and 3.3.2.

mod challenge;
mod error;
mod hidden;
mod keys;
mod log_in;

pub use error::NtlmError;
pub use hidden::Hidden;
pub use log_in::{ChannelBinding, LogIn, NEGOTIATE};
