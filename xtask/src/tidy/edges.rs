//! The manifests name what the table of layers allows, and the table nothing else.

use super::Finding;
use crate::layers::{LAYERS, Layer, TOP};
use crate::metadata::{Kind, Metadata, Package};
use crate::repository::{Files, line_where};

const TABLE: &str = "xtask/src/layers.rs";

pub(super) fn check(files: &Files, metadata: &Metadata) -> Vec<Finding> {
    check_against(LAYERS, files, metadata)
}

fn check_against(layers: &[Layer], files: &Files, metadata: &Metadata) -> Vec<Finding> {
    let ours: Vec<_> = metadata.ours().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in metadata.ours() {
        match layers.iter().find(|layer| layer.package == package.name) {
            Some(layer) => findings.extend(check_package(layer, package, &ours, files)),
            None => findings.push(unknown(package)),
        }
    }
    for gone in layers.iter().filter(|layer| !ours.contains(&layer.package)) {
        findings.push(stale(files, gone.package, gone.package));
    }
    findings
}

fn check_package(layer: &Layer, package: &Package, ours: &[&str], files: &Files) -> Vec<Finding> {
    let manifest = package.manifest.as_deref().unwrap_or_default();
    let mut findings = Vec::new();
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        let is_ours = ours.contains(&name);
        let refused = match (dependency.kind, is_ours) {
            (_, true) if name == TOP => Some("nothing is above it"),
            (Kind::Dev, true) if layer.stands_alone => Some("it stands alone, in its tests too"),
            (Kind::Dev, _) => None,
            (_, true) if !layer.ours.contains(&name) => Some("arrows point down only"),
            (_, false) if layer.theirs.iter().all(|(known, _)| *known != name) => {
                Some("nobody said what it is for")
            }
            _ => None,
        };
        if let Some(why) = refused {
            let text = files.text(manifest).unwrap_or_default();
            let line = line_where(text, |line| key(line) == name);
            let wrong = format!("{} may not use `{name}`: {why}", package.name);
            findings.push(Finding::new(
                manifest,
                line,
                wrong,
                format!("remove it, or change {TABLE} with an ADR"),
            ));
        }
    }
    let used = |name: &str| {
        package
            .dependencies
            .iter()
            .any(|dependency| dependency.kind != Kind::Dev && dependency.name == name)
    };
    let allowed = layer.ours.iter().chain(layer.theirs.iter().map(|(name, _)| name));
    findings
        .extend(allowed.filter(|name| !used(name)).map(|name| stale(files, layer.package, name)));
    findings
}

/// The name of the dependency that a line of a manifest starts with.
fn key(line: &str) -> &str {
    line.split(['.', ' ', '=']).next().unwrap_or_default()
}

fn unknown(package: &Package) -> Finding {
    let manifest = package.manifest.as_deref().unwrap_or_default();
    let wrong = format!("the crate `{}` has no layer", package.name);
    Finding::new(manifest, 1, wrong, format!("give it a row in {TABLE}"))
}

/// A row of the table that no manifest has.
fn stale(files: &Files, package: &str, name: &str) -> Finding {
    let mut in_layer = false;
    let line = line_where(files.text(TABLE).unwrap_or_default(), |line| {
        in_layer |= line.contains(&format!("package: \"{package}\""));
        in_layer && line.contains(&format!("\"{name}\""))
    });
    let wrong = if package == name {
        format!("there is no crate `{name}`")
    } else {
        format!("{package} does not use `{name}`")
    };
    Finding::new(TABLE, line, wrong, "remove it from the table")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    const TABLE_OF_TEST: &[Layer] = &[
        Layer { package: "low", ours: &[], theirs: &[("xml", "reads XML")], stands_alone: true },
        Layer { package: "high", ours: &["low"], theirs: &[], stands_alone: false },
        Layer { package: TOP, ours: &["high"], theirs: &[], stands_alone: false },
    ];

    /// `low: xml, build:cc, dev:proptest`
    fn package(line: &str) -> Package {
        let (name, dependencies) = line.split_once(": ").unwrap_or((line, ""));
        let dependency = |word: &str| match word.split_once(':') {
            Some(("dev", name)) => Dependency { name: name.to_owned(), kind: Kind::Dev },
            Some((_, name)) => Dependency { name: name.to_owned(), kind: Kind::Build },
            None => Dependency { name: word.to_owned(), kind: Kind::Normal },
        };
        Package {
            name: name.to_owned(),
            manifest: Some(format!("{name}/Cargo.toml")),
            dependencies: dependencies
                .split(", ")
                .filter(|word| !word.is_empty())
                .map(dependency)
                .collect(),
            ..Package::default()
        }
    }

    #[track_caller]
    fn check(packages: &[&str], expected: &[&str]) {
        let packages = packages.iter().map(|line| package(line)).collect();
        let metadata = Metadata { packages, ..Metadata::default() };
        let manifest = "[dependencies]\nxml.workspace = true\nhigh = { path = \"../high\" }\n";
        let table = "package: \"low\"\n\"xml\"\npackage: \"high\"\n\"low\"\n";
        let files = Files::made_up(&[("low/Cargo.toml", manifest), (TABLE, table)]);
        let findings = check_against(TABLE_OF_TEST, &files, &metadata);
        let short = |found: &Finding| format!("{}:{}: {}", found.path, found.line, found.wrong);
        assert_eq!(findings.iter().map(short).collect::<Vec<_>>(), expected);
    }

    const HIGH: &str = "high: low, dev:tempfile";
    const CLI: &str = "mailscout-cli: high, dev:low";

    #[test]
    fn what_the_table_allows_is_silent() {
        check(&["low: xml, dev:proptest", HIGH, CLI], &[]);
    }

    #[test]
    fn arrows_point_down_and_every_foreign_crate_has_a_reason() {
        check(
            &["low: xml, high, build:cc", HIGH, CLI],
            &[
                "low/Cargo.toml:3: low may not use `high`: arrows point down only",
                "low/Cargo.toml:1: low may not use `cc`: nobody said what it is for",
            ],
        );
    }

    #[test]
    fn tests_may_not_reach_the_top_nor_those_that_stand_alone_any_of_ours() {
        check(
            &["low: xml, dev:high", "high: low, dev:mailscout-cli", CLI],
            &[
                "low/Cargo.toml:3: low may not use `high`: it stands alone, in its tests too",
                "high/Cargo.toml:1: high may not use `mailscout-cli`: nothing is above it",
            ],
        );
    }

    #[test]
    fn table_and_workspace_agree() {
        check(
            &["low: dev:xml", HIGH, "new"],
            &[
                "xtask/src/layers.rs:2: low does not use `xml`",
                "new/Cargo.toml:1: the crate `new` has no layer",
                "xtask/src/layers.rs:1: there is no crate `mailscout-cli`",
            ],
        );
    }
}
