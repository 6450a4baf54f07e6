//! The locator on the lab: its hooks, cancellation, many searches at once, and the JSON.
#![allow(
    clippy::large_futures,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod cache;
mod cancel;
mod faults;
mod guess;
mod hooks;
mod json;
mod keeping;
mod lab;
mod log_in;
mod log_ins;
mod made;
mod oauth;
mod providers;
mod providers_render;
mod report;
mod silence;
