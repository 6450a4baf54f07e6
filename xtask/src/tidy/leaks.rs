//! Nothing of the machine it was written on: no path, no mirror.

use super::Finding;
use crate::repository::Files;

/// Folders of somebody's machine.
const FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Hosts that serve packages, which only the package managers themselves have to know.
const HOSTS: &[&str] = &[
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("deb.", "debian.org"),
    concat!("files.", "pythonhosted.org"),
    concat!("registry.", "npmjs.org"),
];

/// Where every package of `Cargo.lock` comes from.
const REGISTRY: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

pub(super) fn check(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in files.texts() {
        for (index, line) in text.lines().enumerate() {
            let mut found = |wrong: String, remedy: &str| {
                findings.push(Finding::new(path, index + 1, wrong, remedy));
            };
            for folder in FOLDERS.iter().filter(|folder| names_folder(line, folder)) {
                found(
                    format!("a path below `{folder}`"),
                    "use a path from the root of the repository",
                );
            }
            for host in HOSTS.iter().filter(|host| line.contains(**host)) {
                found(format!("the registry `{host}`"), "leave it to the package manager");
            }
            if path == "Cargo.lock" && line.starts_with("source = ") && line != REGISTRY {
                found(
                    "a package that is not from crates.io".to_owned(),
                    "remove the mirror and lock again",
                );
            }
        }
    }
    findings
}

/// Whether a path starts there; the folder inside a longer path or URL is another one.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(index, _)| {
        let before = line.get(..index).unwrap_or_default();
        before.ends_with("file://")
            || !before.ends_with(|c: char| c.is_alphanumeric() || "/.-_~*}>%$".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::expect;
    use super::*;

    #[test]
    fn paths_of_a_machine_are_found() {
        let [work, root, home] = [0, 1, 2].map(|index| FOLDERS[index]);
        let good = format!("https://example.org{home}x\n~{work}a ..{root}b\n");
        let bad = format!("see {work}a\n\"{root}.cargo\" file://{home}me\n");
        expect(
            check,
            &[("a.md", &good), ("b.md", &bad)],
            &[
                &format!("b.md:1: a path below `{work}`"),
                &format!("b.md:2: a path below `{home}`"),
                &format!("b.md:2: a path below `{root}`"),
            ],
        );
    }

    #[test]
    fn packages_come_from_one_place() {
        let lock = format!("{REGISTRY}\nsource = \"git+https://example.org/x\"\n");
        let host = HOSTS[0];
        expect(
            check,
            &[("Cargo.lock", &lock), ("a.toml", &format!("registry = \"https://{host}\"\n"))],
            &[
                "Cargo.lock:2: a package that is not from crates.io",
                &format!("a.toml:1: the registry `{host}`"),
            ],
        );
    }
}
