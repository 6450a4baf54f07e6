//! What the crate promises: the guess table row by row and the rules of its order; the dialogs by
//! transcripts, rules and properties.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod dialog_properties;
mod dialog_rules;
mod dialog_script;
mod dialog_transcripts;
mod guess_order;
mod guess_render;
mod guess_table;
