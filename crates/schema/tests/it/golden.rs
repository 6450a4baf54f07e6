//! Golden files: each document of a folder beside what it is read as.

use std::{collections::BTreeSet, fs, path::PathBuf};

/// A folder of fixtures, and how its documents are called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folder {
    /// Its name below the fixtures.
    pub(crate) name: &'static str,
    /// The extension of a document.
    pub(crate) extension: &'static str,
}

impl Folder {
    /// Every document with its name, sorted.
    pub(crate) fn documents(self) -> Vec<(String, Vec<u8>)> {
        let names = self.names(self.extension);
        assert!(!names.is_empty(), "there is no fixture in {}", self.name);
        let read = |name: String| {
            let document = fs::read(self.path(&name, self.extension)).unwrap();
            (name, document)
        };
        names.into_iter().map(read).collect()
    }

    /// The text of one document.
    pub(crate) fn text(self, name: &str) -> String {
        fs::read_to_string(self.path(name, self.extension)).unwrap()
    }

    /// A file of the folder.
    pub(crate) fn path(self, name: &str, extension: &str) -> PathBuf {
        self.folder().join(format!("{name}.{extension}"))
    }

    fn folder(self) -> PathBuf {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures")).join(self.name)
    }

    fn names(self, extension: &str) -> BTreeSet<String> {
        let files = fs::read_dir(self.folder()).unwrap();
        let paths = files.map(|entry| entry.unwrap().path());
        let of_kind = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
        of_kind.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    }

    /// Compares each document's rendering with its `.expected` file, or rewrites that.
    #[expect(clippy::disallowed_methods, reason = "the one switch that rewrites expectations")]
    pub(crate) fn check(self, render: impl Fn(&str, &[u8]) -> String) {
        let bless = std::env::var_os("MAILSCOUT_BLESS").is_some_and(|value| value == "1");
        let mut wrong = Vec::new();
        let mut known = BTreeSet::new();
        for (name, document) in self.documents() {
            let path = self.path(&name, "expected");
            let got = render(&name, &document);
            if bless {
                fs::write(&path, &got).unwrap();
            }
            match fs::read_to_string(&path) {
                Err(_) => wrong.push(format!("{name} has no {name}.expected")),
                Ok(expected) if expected == got => {}
                Ok(expected) => {
                    wrong.push(format!("{name}\n--- expected\n{expected}--- got\n{got}"));
                }
            }
            known.insert(name);
        }
        for orphan in self.names("expected").difference(&known) {
            wrong.push(format!("{orphan}.expected has no document"));
        }
        assert!(wrong.is_empty(), "{}\nMAILSCOUT_BLESS=1 rewrites expectations", wrong.join("\n"));
    }
}
