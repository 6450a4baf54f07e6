//! Mail-settings documents and the neutral settings that they lower into.
//!
//! Text in, types out, and back. The crate has no I/O, no clock and no async: whoever uses it
//! fetches the documents, and says what time it is.
//!
//! - [`address`]: an e-mail address and its domain, as every question needs them.
//! - [`autodiscover`]: Microsoft's "plain old XML" Autodiscover, request and response.
//! - [`settings`]: what a mail client needs to connect, whatever document said it.
//! - [`notice`]: remarks on documents that were taken although something was odd.

pub mod address;
pub mod autodiscover;
mod error;
pub mod notice;
pub mod settings;
pub mod text;
mod xml;

pub use error::{Limit, ParseError, ParseErrorKind, Position};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
