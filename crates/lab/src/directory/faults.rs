//! Directories that go wrong: bytes that no good server sends.

use super::{
    code::Code,
    message::{self, BIND_RESPONSE, Ended, SEARCH_DONE},
};

/// Answers to the next message, as a greedy attacker would put them behind the agreement to
/// `StartTLS`: a log-in that succeeds, and a search.
pub(super) fn injected(id: u32) -> Vec<u8> {
    let next = id.wrapping_add(1);
    let values = ["DC=injected".to_owned()];
    [
        Ended::of(BIND_RESPONSE, Code::Success).message(next),
        message::entry(next, "", &[("configurationNamingContext", &values)]),
        Ended::of(SEARCH_DONE, Code::Success).message(next),
    ]
    .concat()
}

/// One of a list of entries that never ends.
pub(super) fn one_of_many(id: u32) -> Vec<u8> {
    message::entry(id, "CN=one of many", &[("cn", &["one of many".to_owned()])])
}

/// Binary, and not the beginning of a message.
pub(super) const GARBAGE: &[u8] = &[
    0x00, 0xff, 0xfb, 0x01, 0x9d, 0x07, 0x0d, 0x0a, 0xe2, 0x28, 0xa1, 0x1b, 0x5b, 0x32, 0x4a, 0x0a,
];
/// A message of two gigabytes begins.
pub(super) const HUGE: &[u8] = &[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff];
