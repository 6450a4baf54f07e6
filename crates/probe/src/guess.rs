//! The guess table, expanded for one address: which settings are tried, in which order.
//!
//! Read `table.rs` (what is tried: data), then `expand.rs` (how a line of it becomes rows). Nothing
//! here knows whether a host exists; a row is a question, not an answer.

mod expand;
mod named;
mod profile;
mod row;
mod table;

pub use expand::{block, expand};
pub use named::named;
pub use profile::{Profile, UnknownProfile};
pub use row::{Login, NameForm, Pass, Row};
