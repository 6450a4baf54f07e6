//! Mail-settings documents and the neutral settings that they lower into.
//!
//! Text in, types out, and back. The crate has no I/O, no clock and no async: whoever uses it
//! fetches the documents, and says what time it is.
//!
//! - [`address`]: an e-mail address and its domain, as every question needs them.
//! - [`autoconfig`]: the `clientConfig` of Mozilla's Autoconfig.
//! - [`autodiscover`]: Microsoft's "plain old XML" Autodiscover, request and response, and the rest
//!   of its family.
#![cfg_attr(
    feature = "serde",
    doc = "- [`pacc`]: the JSON document of PACC, and the DNS record that vouches for it."
)]
//! - [`settings`]: what a mail client needs to connect, whatever document said it.
//! - [`notice`]: remarks on documents that were taken although something was odd.
//! - [`text`], [`vocabulary`]: the texts and the open vocabularies of documents.

pub mod address;
pub mod autoconfig;
pub mod autodiscover;
mod error;
#[cfg(feature = "serde")]
mod json;
mod lowering;
pub mod notice;
#[cfg(feature = "serde")]
pub mod oauth;
#[cfg(feature = "serde")]
pub mod pacc;
pub mod settings;
pub mod text;
pub mod vocabulary;
mod xml;

pub use error::{Limit, ParseError, ParseErrorKind, Position};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
