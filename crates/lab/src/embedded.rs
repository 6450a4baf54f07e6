//! The scenario files and documents that `build.rs` put into the program.

include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));
include!(concat!(env!("OUT_DIR"), "/documents.rs"));

/// The content of an embedded document.
pub(crate) fn document(name: &str) -> Option<&'static [u8]> {
    DOCUMENTS.iter().find(|(known, _)| *known == name).map(|(_, content)| *content)
}
