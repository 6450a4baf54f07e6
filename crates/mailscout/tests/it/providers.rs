//! The page about the known providers against the table.
//!
//! `cargo xtask fixtures --bless` rewrites the page.

use std::{fs, path::Path};

use crate::providers_render;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/providers.md");

#[test]
#[expect(clippy::disallowed_methods, reason = "the one switch that rewrites expectations")]
fn the_page_shows_every_provider_as_it_is() {
    let (path, got) = (Path::new(PAGE), providers_render::page());
    if std::env::var_os("MAILSCOUT_BLESS").is_some_and(|value| value == "1") {
        fs::write(path, &got).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    let (mut expected, mut got) = (expected.lines(), got.lines());
    for line in 1.. {
        match (expected.next(), got.next()) {
            (None, None) => break,
            (a, b) => assert_eq!(
                a, b,
                "docs/providers.md:{line}; `cargo xtask fixtures --bless` rewrites it"
            ),
        }
    }
}
