//! Files that somebody named: regular ones, up to a size.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

/// Reads a regular file of at most `max_bytes`. A pipe or device, which might never end, is refused
/// before it is opened.
///
/// # Errors
///
/// What the system says, or that the file is no regular one or too large.
pub fn read_bounded(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut content = Vec::new();
    fs::File::open(path)?.take(max_bytes.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > max_bytes {
        return Err(io::Error::other(format!("it is larger than {} KiB", max_bytes / 1024)));
    }
    Ok(content)
}
