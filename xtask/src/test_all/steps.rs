//! The steps of `test-all`: data only.

/// A named part of `test-all`.
#[derive(Debug)]
pub(crate) struct Step {
    /// The word on the command line.
    pub(crate) name: &'static str,
    /// What it proves, in a few words.
    pub(crate) about: &'static str,
    /// How its commands are counted.
    pub(crate) counts: Counts,
    /// What has to end well, in this order.
    pub(crate) proofs: &'static [Proof],
}

/// What a step adds to the sum.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Counts {
    /// One for the whole step.
    Once,
    /// One for each test its commands report.
    EachTest,
}

/// A command that has to end well, and what must hold then.
#[derive(Debug)]
pub(crate) struct Proof {
    /// As [`Command`](crate::command::Command) takes it.
    pub(crate) line: &'static str,
    /// Looked at when the command ended well.
    pub(crate) holds: Holds,
}

/// A condition on the output of a command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holds {
    /// None.
    Always,
    /// At least one test ran: the command picks tests by a name, and names change.
    SomeTestRan,
    /// No line names one of these packages.
    NoPackage(&'static [&'static str]),
}

/// Every step, the cheapest first.
///
/// `cargo xtask fixtures` is none of them: `tests` runs the same golden tests.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "the code is formatted",
        counts: Counts::Once,
        proofs: &[ends_well("cargo fmt --all --check")],
    },
    Step {
        name: "tidy",
        about: "layers, sizes, licences and what else no compiler sees",
        counts: Counts::Once,
        proofs: &[ends_well("cargo xtask tidy")],
    },
    Step {
        name: "clippy",
        about: "no lint fires with the default features, with none, with all",
        counts: Counts::Once,
        proofs: &[
            ends_well("cargo clippy --locked --workspace --all-targets -- -D warnings"),
            ends_well(
                "cargo clippy --locked -p mailscout-schema --all-targets --no-default-features -- -D warnings",
            ),
            ends_well(
                "cargo clippy --locked -p mailscout-net --all-targets --no-default-features -- -D warnings",
            ),
            ends_well(
                "cargo clippy --locked -p mailscout-discover --all-targets --no-default-features -- -D warnings",
            ),
            ends_well(
                "cargo clippy --locked -p mailscout-probe --all-targets --no-default-features -- -D warnings",
            ),
            ends_well(
                "cargo clippy --locked -p mailscout-cli --all-targets --no-default-features -- -D warnings",
            ),
            ends_well(
                "cargo clippy --locked --workspace --all-targets --all-features -- -D warnings",
            ),
        ],
    },
    Step {
        name: "tests",
        about: "every test, also of schema with serde, of net with LDAP, of discover and net without I/O",
        counts: Counts::EachTest,
        proofs: &[
            ends_well("cargo test --locked --no-fail-fast --workspace --lib --bins --tests"),
            ends_well(
                "cargo test --locked --no-fail-fast -p mailscout-schema --features serde --lib --tests",
            ),
            ends_well(
                "cargo test --locked --no-fail-fast -p mailscout-discover --no-default-features --lib --tests",
            ),
            ends_well(
                "cargo test --locked --no-fail-fast -p mailscout-net --no-default-features --lib --tests",
            ),
        ],
    },
    Step {
        name: "permutations",
        about: "the rules of the guess table's order hold for any address",
        counts: Counts::EachTest,
        proofs: &[Proof { line: "cargo xtask permutations", holds: Holds::SomeTestRan }],
    },
    Step {
        name: "release",
        about: "the worst documents stay fast, in optimised code",
        counts: Counts::EachTest,
        proofs: &[Proof {
            line: "cargo test --locked --release -p mailscout-schema --test it hostile",
            holds: Holds::SomeTestRan,
        }],
    },
    Step {
        name: "doctests",
        about: "the examples in the documentation run",
        counts: Counts::EachTest,
        proofs: &[ends_well("cargo test --locked --no-fail-fast --workspace --doc")],
    },
    Step {
        name: "rustdoc",
        about: "the documentation has no broken link",
        counts: Counts::Once,
        proofs: &[ends_well("RUSTDOCFLAGS=-Dwarnings cargo doc --locked --workspace --no-deps")],
    },
    Step {
        name: "package",
        about: "schema can be packaged and built alone",
        counts: Counts::Once,
        proofs: &[ends_well("cargo package --locked -p mailscout-schema --allow-dirty")],
    },
    Step {
        name: "trees",
        about: "one TLS backend; no runtime and no socket without the feature",
        counts: Counts::Once,
        proofs: &[
            Proof {
                line: "cargo tree --locked --workspace --all-features --target all --prefix none",
                holds: Holds::NoPackage(&["aws-lc-rs", "aws-lc-sys", "openssl-sys"]),
            },
            Proof {
                line: "cargo tree --locked -p mailscout-discover --no-default-features -e normal --prefix none",
                holds: Holds::NoPackage(NETWORK),
            },
            Proof {
                line: "cargo tree --locked -p mailscout-probe --no-default-features -e normal --prefix none",
                holds: Holds::NoPackage(NETWORK),
            },
            Proof {
                line: "cargo tree --locked -p mailscout-net --no-default-features -e normal --prefix none",
                holds: Holds::NoPackage(NETWORK),
            },
        ],
    },
];

/// What opens sockets or runs those that do.
const NETWORK: &[&str] = &["hickory-resolver", "hyper", "rustls", "tokio"];

const fn ends_well(line: &'static str) -> Proof {
    Proof { line, holds: Holds::Always }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_steps_differ() {
        for (index, step) in STEPS.iter().enumerate() {
            assert!(STEPS.iter().skip(index + 1).all(|other| other.name != step.name));
        }
    }

    #[test]
    fn whatever_resolves_dependencies_is_held_to_the_lock_file() {
        for line in STEPS.iter().flat_map(|step| step.proofs).map(|proof| proof.line) {
            let verb = line.split(' ').skip_while(|word| *word != "cargo").nth(1);
            let locked = line.split(' ').any(|word| word == "--locked");
            assert!(locked || matches!(verb, Some("fmt" | "xtask")), "{line}");
        }
    }
}
