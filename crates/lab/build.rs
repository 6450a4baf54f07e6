//! Embeds the scenario files and the documents they name, so that the program runs anywhere.

use std::{
    env,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

#[expect(clippy::disallowed_methods, reason = "a build script is told by the environment")]
fn main() -> io::Result<()> {
    let var = |name| env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let fixtures = var("CARGO_MANIFEST_DIR")?.join("../../fixtures");
    let out = var("OUT_DIR")?;
    println!("cargo::rerun-if-changed=build.rs");
    let scenarios =
        table("SCENARIOS: &[(&str, &str)]", "str", &fixtures.join("scenarios"), "toml")?;
    fs::write(out.join("scenarios.rs"), scenarios)?;
    let documents =
        table("DOCUMENTS: &[(&str, &[u8])]", "bytes", &fixtures.join("autodiscover"), "xml")?;
    fs::write(out.join("documents.rs"), documents)
}

/// The source of one constant: name and content of each file of a directory, sorted by name.
fn table(
    declaration: &str,
    include: &str,
    directory: &Path,
    extension: &str,
) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", directory.display());
    let mut rows: Vec<(String, PathBuf)> = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = fs::canonicalize(entry?.path())?;
        if path.extension().is_some_and(|found| found == extension) {
            // A scenario is known by its stem, a document by its whole file name.
            let name = if extension == "toml" { path.file_stem() } else { path.file_name() };
            let name = name.and_then(|name| name.to_str()).ok_or(io::ErrorKind::InvalidData)?;
            rows.push((name.to_owned(), path));
        }
    }
    rows.sort();
    let mut source = format!("pub(crate) const {declaration} = &[\n");
    for (name, path) in &rows {
        let path = path.to_str().ok_or(io::ErrorKind::InvalidData)?;
        writeln!(source, "    ({name:?}, include_{include}!({path:?})),")
            .map_err(io::Error::other)?;
    }
    source.push_str("];\n");
    Ok(source)
}
