//! The files of the repository: those git tracks or would track, and nothing from the network.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{Command, Echo};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// Every file that is or would be committed, by its path from the root.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// The text, or `None` for what is not UTF-8.
    texts: BTreeMap<String, Option<String>>,
}

impl Files {
    /// Reads them from the working tree.
    pub(crate) fn read() -> Result<Self> {
        let command = Command("git ls-files --cached --others --exclude-standard -z");
        let listing = command.run(Echo::Silent, &[])?;
        if !listing.success {
            bail!("`{command}` failed: is this a git repository?");
        }
        let root = root();
        let mut texts = BTreeMap::new();
        for path in listing.stdout.split_terminator('\0') {
            let file = root.join(path);
            // Deleted but not yet committed, or a symbolic link to a folder.
            if !file.is_file() {
                continue;
            }
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read `{path}`"))?;
            texts.insert(path.to_owned(), String::from_utf8(bytes).ok());
        }
        Ok(Self { texts })
    }

    /// Every file that is text, in the order of the paths.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Text files whose name ends in one of these.
    pub(crate) fn ending(&self, ends: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| ends.iter().any(|end| path.ends_with(end)))
    }

    /// Every path, also of files that are not text.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path)?.as_deref()
    }

    /// The names of the files directly in a folder.
    pub(crate) fn names_in(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.paths()
            .filter_map(move |path| path.strip_prefix(folder)?.strip_prefix('/'))
            .filter(|name| !name.contains('/'))
    }

    /// Whether a file or a folder is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.texts.contains_key(path) || self.has_folder(path)
    }

    fn has_folder(&self, path: &str) -> bool {
        let start = format!("{path}/");
        self.texts.range(start.clone()..).next().is_some_and(|(path, _)| path.starts_with(&start))
    }

    /// A repository that a test makes up.
    #[cfg(test)]
    pub(crate) fn made_up(files: &[(&str, &str)]) -> Self {
        let texts = files.iter().map(|&(path, text)| (path.to_owned(), Some(text.to_owned())));
        Self { texts: texts.collect() }
    }
}

/// The 1-based number of the first line that `found` accepts, or 1.
pub(crate) fn line_where(text: &str, found: impl FnMut(&str) -> bool) -> usize {
    text.lines().position(found).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_there_when_a_file_in_it_is() {
        let files = Files::made_up(&[("docs/adr/0001-x.md", ""), ("docs-old.md", "")]);
        assert!(files.has("docs") && files.has("docs/adr") && files.has("docs/adr/0001-x.md"));
        assert!(!files.has("doc") && !files.has("docs/adr/0001"));
        assert_eq!(files.names_in("docs").count(), 0);
        assert_eq!(files.names_in("docs/adr").collect::<Vec<_>>(), ["0001-x.md"]);
    }

    #[test]
    fn the_working_tree_has_this_file() {
        let files = Files::read().expect("git lists the files");
        assert!(files.text("xtask/src/repository.rs").is_some());
    }
}
