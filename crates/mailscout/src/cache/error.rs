//! Why a cache could not be written.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A cache that could not be written or cleared. Whatever was in it is still there.
///
/// `Display` names the file and what was to be done; the system's own word is the
/// [`source`](std::error::Error::source).
#[derive(Debug, thiserror::Error)]
#[error("the cache `{}` cannot be {task}", path.display())]
pub struct CacheError {
    path: PathBuf,
    task: &'static str,
    #[source]
    cause: io::Error,
}

impl CacheError {
    /// `task` is what it cannot be: written, locked, removed.
    pub(super) fn new(path: &Path, task: &'static str, cause: io::Error) -> Self {
        Self { path: path.to_owned(), task, cause }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
