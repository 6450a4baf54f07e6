//! What `cargo metadata` says about the workspace and every package it can reach.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command::{Command, Echo};
use crate::repository;

/// The whole answer, as far as a check needs it.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    /// Ours and theirs.
    pub(crate) packages: Vec<Package>,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
}

/// One package of the graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Package {
    /// As in its manifest.
    pub(crate) name: String,
    /// The licence expression.
    pub(crate) licence: Option<String>,
    /// The manifest from the root of the repository; only for packages of the workspace.
    pub(crate) manifest: Option<String>,
    /// Direct dependencies, optional ones too.
    pub(crate) dependencies: Vec<Dependency>,
}

/// An entry of a manifest.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    /// The package, whatever it is renamed to.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) kind: Kind,
}

/// The section of the manifest an entry stands in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// `[dependencies]`
    Normal,
    /// `[build-dependencies]`
    Build,
    /// `[dev-dependencies]`
    Dev,
}

impl Metadata {
    /// Asks cargo, with every feature on; `Cargo.lock` is not changed.
    pub(crate) fn read() -> Result<Self> {
        let command = Command("cargo metadata --locked --all-features --format-version=1");
        let answer = command.run(Echo::Silent, &[])?;
        if !answer.success {
            bail!("`{command}` failed");
        }
        let answer = serde_json::from_str(&answer.stdout).context("cargo metadata is not JSON")?;
        Self::from_json(&answer).context("cargo metadata has an unknown shape")
    }

    /// The packages of the workspace.
    pub(crate) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.manifest.is_some())
    }

    fn from_json(answer: &Value) -> Option<Self> {
        let members = answer.get("workspace_members")?.as_array()?;
        let packages = answer.get("packages")?.as_array()?.iter().map(|package| {
            let ours = members.contains(package.get("id")?);
            Package::from_json(package, ours)
        });
        Some(Self {
            packages: packages.collect::<Option<_>>()?,
            target: PathBuf::from(answer.get("target_directory")?.as_str()?),
        })
    }
}

impl Package {
    fn from_json(package: &Value, ours: bool) -> Option<Self> {
        let manifest = Path::new(package.get("manifest_path")?.as_str()?);
        let manifest = manifest.strip_prefix(repository::root()).ok().and_then(Path::to_str);
        let dependencies = package.get("dependencies")?.as_array()?.iter();
        Some(Self {
            name: package.get("name")?.as_str()?.to_owned(),
            licence: package.get("license")?.as_str().map(str::to_owned),
            manifest: manifest.filter(|_| ours).map(str::to_owned),
            dependencies: dependencies.map(Dependency::from_json).collect::<Option<_>>()?,
        })
    }
}

impl Dependency {
    fn from_json(dependency: &Value) -> Option<Self> {
        let kind = match dependency.get("kind")?.as_str() {
            None => Kind::Normal,
            Some("build") => Kind::Build,
            Some(_) => Kind::Dev,
        };
        Some(Self { name: dependency.get("name")?.as_str()?.to_owned(), kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_told_from_its_dependencies() {
        let metadata = Metadata::read().expect("cargo answers");
        let xtask = metadata.ours().find(|package| package.name == "xtask").expect("xtask");
        assert_eq!(xtask.manifest.as_deref(), Some("xtask/Cargo.toml"));
        assert!(xtask.dependencies.iter().any(|of| of.name == "clap" && of.kind == Kind::Normal));
        assert!(metadata.ours().all(|package| package.name != "clap"));
        assert!(metadata.packages.iter().any(|package| package.name == "clap"));
    }

    #[test]
    fn an_unknown_shape_is_refused() {
        assert!(Metadata::from_json(&serde_json::json!({ "packages": [] })).is_none());
    }
}
