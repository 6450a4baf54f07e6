//! Errors and hints, as they are printed.

use anyhow::Error;

use crate::{
    exit::Exit,
    output::{printable, say},
};

/// The command line, the address or the configuration is wrong: exit code 2.
#[derive(Debug)]
pub(crate) struct Usage {
    message: String,
    hint: Option<String>,
}

impl Usage {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// An error of a library, with its causes on the same line.
    pub(crate) fn of(error: &dyn std::error::Error) -> Self {
        let causes = std::iter::successors(Some(error), |error| error.source());
        Self::new(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Usage {}

/// Prints an error with its causes on one line, then its hint, and says how the program ends.
pub(crate) fn report(error: &Error) -> Exit {
    say(format_args!("error: {}\n", printable(&format!("{error:#}"))));
    match error.chain().find_map(|cause| cause.downcast_ref::<Usage>()) {
        Some(usage) => {
            if let Some(hint) = &usage.hint {
                self::hint(hint);
            }
            Exit::Usage
        }
        None => Exit::Failed,
    }
}

/// Prints a hint, set apart.
pub(crate) fn hint(text: &str) {
    say(format_args!("\nhint: {}\n", printable(text)));
}
