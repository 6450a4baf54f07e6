//! PACC, "automatic configuration of e-mail, calendar and contact server settings": the JSON
//! document of the working group, and the DNS record that vouches for it.
//!
//! [`Document`] is the document; [`read()`] and [`Document::to_json`] go between it and text;
//! [`lower()`] gives neutral [`AccountSettings`](crate::settings::AccountSettings). A document is
//! to be used only where [`digest_matches`] says so of the bytes that were fetched.
//!
//! An older design of the same name, with `servers` at the top, is another document and refused.
//!
//! # Spec
//!
//! `PACC-03`

mod digest;
mod document;
mod lower;
mod names;
mod read;
mod write;

pub use digest::{Record, RecordError, digest_matches};
pub use document::{Authentication, Document, Help, Info, Logo, Protocols, Provider};
pub use lower::lower;
pub use read::{Reading, read};
