//! Why a scenario could not be read or served.

use std::{error::Error as StdError, path::PathBuf};

type Cause = Box<dyn StdError + Send + Sync>;

/// A scenario that could not be read or served.
///
/// `Display` is one line that says what and where; the cause, where there is one, is the
/// [`source`](StdError::source).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabError {
    /// No embedded scenario has this name.
    #[error("no scenario is named `{name}`")]
    UnknownScenario {
        /// The name that was asked for.
        name: String,
    },
    /// A scenario file could not be read at all.
    #[error("cannot read the scenario file `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is not TOML, or not the TOML of a scenario.
    #[error("{scenario}, line {line}: {problem}")]
    Syntax {
        /// The scenario, by name or file.
        scenario: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The text is a scenario, but one that cannot be served.
    #[error("{scenario}, {place}: {problem}")]
    Invalid {
        /// The scenario, by name or file.
        scenario: String,
        /// The part, such as `zone contoso.example`.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// A socket could not be had.
    #[error("cannot open {what}")]
    Socket {
        /// What it was for.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A certificate could not be made.
    #[error("cannot make a certificate for {names}")]
    Certificate {
        /// The names it was for.
        names: String,
        /// What the library said.
        source: Cause,
    },
}
