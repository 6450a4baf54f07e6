//! The file of a cache: read whole or not at all, replaced whole, by one writer at a time.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use mailscout_net::io::file::read_bounded;
use mailscout_schema::address::EmailAddress;

use super::{CacheError, entry::Entry, row};

/// Bytes of a file. What would be larger loses its oldest entries.
pub(super) const MAX_BYTES: u64 = 1024 * 1024;

/// How often, and how far apart, it is tried to be the only writer.
const TRIES: u32 = 200;
const BETWEEN: Duration = Duration::from_millis(10);

/// The entries of a file; none where there is no file.
///
/// # Errors
///
/// Why it cannot be read, or is not what this version writes, as a sentence.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, String> {
    read_by(path, row::read)
}

/// The same for the entries that may be an address's.
pub(super) fn read_some(path: &Path, address: &EmailAddress) -> Result<Vec<Entry>, String> {
    read_by(path, |content| row::read_some(content, address))
}

fn read_by(
    path: &Path,
    read: impl FnOnce(&[u8]) -> Result<Vec<Entry>, String>,
) -> Result<Vec<Entry>, String> {
    match read_bounded(path, MAX_BYTES) {
        Ok(content) => read(&content),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether there is anything of this name.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Reads, changes and replaces a file, and says what was wrong with the old one: that is moved out of
/// the way, since it may be somebody else's.
pub(super) fn update(
    path: &Path,
    change: impl FnOnce(&mut Vec<Entry>),
) -> Result<Option<String>, CacheError> {
    let written = |cause| CacheError::new(path, "written", cause);
    let place = place(path);
    make_folder(&place).map_err(written)?;
    let _lock = lock(&place).map_err(|cause| CacheError::new(path, "locked", cause))?;
    let (mut entries, wrong) = match read(&place) {
        Ok(entries) => (entries, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    change(&mut entries);
    let content = row::write(&entries, MAX_BYTES).map_err(|error| written(error.into()))?;
    if wrong.is_some() {
        set_aside(&place).map_err(written)?;
    }
    replace(&place, &content).map_err(written)?;
    Ok(wrong)
}

/// Whether a file is a cache, and nobody else's: an error where it is not.
pub(super) fn check(path: &Path) -> Result<(), CacheError> {
    own(path).map(|_| ())
}

fn own(path: &Path) -> Result<Vec<Entry>, CacheError> {
    read(path).map_err(|why| CacheError::new(path, "cleared", io::Error::other(why)))
}

/// Removes a file and what was set aside beside it, and says how many entries there were. What is no
/// cache is somebody else's, and stays.
pub(super) fn remove(path: &Path) -> Result<usize, CacheError> {
    let place = place(path);
    if !exists(&place) && !exists(&beside(&place, UNREADABLE)) {
        return Ok(0);
    }
    // Beside somebody else's file nothing is made either.
    own(path)?;
    let _lock = lock(&place).map_err(|cause| CacheError::new(path, "locked", cause))?;
    let entries = own(path)?;
    for gone in [beside(&place, UNREADABLE), place] {
        match fs::remove_file(gone) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(CacheError::new(path, "removed", error));
            }
            _ => {}
        }
    }
    Ok(entries.len())
}

/// Behind a link stands the file that is meant.
fn place(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

const UNREADABLE: &str = ".unreadable";

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder(path))
}

/// Makes the caller the only writer, until what it returns is dropped. The file that is locked stays:
/// whoever removed it could lock it together with another.
fn lock(path: &Path) -> io::Result<File> {
    let place = beside(path, ".lock");
    // Opening a pipe would wait for its other end, and a link leads somewhere else.
    if fs::symlink_metadata(&place).is_ok_and(|known| !known.is_file()) {
        return Err(io::Error::other(format!("`{}` is no regular file", place.display())));
    }
    let mut options = private();
    let file = options.create(true).truncate(false).open(place)?;
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::other("another program has been writing it for seconds"))
}

/// Moves a file out of the way that is no cache. Anything else stays, and so does one that was moved
/// there before.
fn set_aside(path: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let aside = beside(path, UNREADABLE);
    if exists(&aside) {
        let text = format!("it is no cache, and `{}` is there already", aside.display());
        return Err(io::Error::other(text));
    }
    fs::rename(path, aside)
}

/// Writes a new file and puts it in the old one's place: whoever reads sees one of them whole, after
/// a loss of power too.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let new = beside(path, ".new");
    // Of a writer that did not come to its end.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private().create_new(true).open(&new)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    drop(file);
    if let Err(error) = written.and_then(|()| fs::rename(&new, path)) {
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    // The name too has to outlast a loss of power; where folders cannot be synchronised, it may not.
    #[cfg(unix)]
    let _ = File::open(folder(path)).and_then(|folder| folder.sync_all());
    Ok(())
}

/// For writing, by the owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
