//! The locator on the lab: its hooks, cancellation, many searches at once, and the JSON.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod cancel;
mod guess;
mod hooks;
mod json;
mod lab;
mod providers;
mod providers_render;
