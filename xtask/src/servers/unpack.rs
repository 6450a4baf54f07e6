//! Packages that cannot be installed beside others: unpacked below the folder cargo builds into.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{Server, show_and_run};
use crate::command::{Command, Echo};

/// Where a program of the package is in the folder; the tests look there too.
fn place(program: &str) -> PathBuf {
    Path::new("usr/sbin").join(program)
}

/// Whether each program of the package is in the folder, and finds its libraries.
pub(super) fn is_whole(server: &Server, folder: &Path) -> bool {
    server.programs.iter().all(|program| {
        let line = format!("ldd {}", place(program).display());
        folder.join(place(program)).is_file()
            && Command(&line)
                .run_in(folder, Echo::Silent, &[])
                .is_ok_and(|ended| ended.success && !ended.stdout.contains("not found"))
    })
}

/// Unpacks the package into the folder; the libraries to install are returned.
pub(super) fn unpack(server: &Server, folder: &Path) -> Result<Vec<String>> {
    for old in archives(server, folder)? {
        fs::remove_file(folder.join(old))?;
    }
    show_and_run(&format!("apt-get download {}", server.package), folder)?;
    let found = archives(server, folder)?;
    let [archive] = found.as_slice() else {
        bail!("no archive of {} in {}", server.package, folder.display());
    };
    show_and_run(&format!("dpkg-deb --extract {archive} ."), folder)?;
    for program in server.programs {
        let path = folder.join(place(program));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("no {} in {}", path.display(), server.package))?;
    }
    let line = format!("dpkg-deb --field {archive} Depends");
    let depends = Command(&line).run_in(folder, Echo::Silent, &[])?;
    if !depends.success {
        bail!("`{line}` failed");
    }
    Ok(libraries(&depends.stdout).map(str::to_owned).collect())
}

/// The file names of the package's archives in the folder.
fn archives(server: &Server, folder: &Path) -> Result<Vec<String>> {
    let is_archive = |name: &str| {
        name.strip_prefix(server.package).is_some_and(|rest| rest.starts_with('_'))
            && Path::new(name).extension().is_some_and(|end| end == "deb")
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_archive(&name) {
            found.push(name);
        }
    }
    Ok(found)
}

/// The packages of libraries among those that a package depends on.
fn libraries(depends: &str) -> impl Iterator<Item = &str> {
    depends
        .split(',')
        .filter_map(|one| one.split_whitespace().next())
        .filter(|name| name.starts_with("lib"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_needs_its_libraries_and_not_what_configures_it() {
        let depends = "exim4-base (>= 4.96), debconf (>= 0.5) | debconf-2.0, libc6 (>= 2.34), \
                       libdb5.3, libidn12 (>= 1.13)\n";
        assert_eq!(libraries(depends).collect::<Vec<_>>(), ["libc6", "libdb5.3", "libidn12"]);
    }
}
