//! What the crate promises: the guess table row by row and the rules of its order; the dialogs and
//! log-ins by transcripts, rules and properties; the conversations by scripts and real sockets; the
//! approach to a port, and the prober by scripts in virtual time and against a slow reference.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod approach;
#[cfg(feature = "net")]
mod converse_script;
#[cfg(feature = "net")]
mod converse_sockets;
#[cfg(feature = "net")]
mod converse_times;
mod dialog_properties;
mod dialog_rules;
mod dialog_script;
mod dialog_transcripts;
mod guess_order;
mod guess_render;
mod guess_table;
mod log_in_properties;
mod log_in_rules;
mod prober_connections;
mod prober_consent;
mod prober_equivalence;
mod prober_log_ins;
mod prober_order;
mod prober_reference;
mod prober_script;
mod prober_server;
mod prober_time;
mod prober_watch;
