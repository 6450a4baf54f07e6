//! What every lowering shares: hosts, ports, and notices that are bounded in number.

use crate::notice::{Notice, code};

pub(crate) mod connection;
pub(crate) mod host;

/// The most notices of one lowering; one more says that there were others.
const MAX_NOTICES: usize = 32;

/// The notices of one lowering.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    list: Vec<Notice>,
    left_out: usize,
}

impl Notices {
    /// Adds a notice, unless there are too many.
    pub(crate) fn add(&mut self, code: &'static str, text: String) {
        if self.list.len() < MAX_NOTICES {
            self.list.push(Notice::new(code, text));
        } else {
            self.left_out += 1;
        }
    }

    /// Adds a notice that is never among those left out.
    pub(crate) fn keep(&mut self, code: &'static str, text: String) {
        self.list.push(Notice::new(code, text));
    }

    /// All of them, and how many more there were.
    pub(crate) fn finish(mut self) -> Vec<Notice> {
        if self.left_out > 0 {
            let text = format!("{} more remarks are left out", self.left_out);
            self.list.push(Notice::new(code::MORE_NOTICES, text));
        }
        self.list
    }
}
