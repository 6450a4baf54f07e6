//! What a SASL mechanism is to a log-in: messages out, challenges in.
//!
//! How messages are framed in a protocol is not its business.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use mailscout_ntlm::Hidden;

/// Why a log-in cannot begin or go on, in words for the report; never the server's words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Fault(pub(crate) &'static str);

/// What cannot happen did.
pub(super) const BUG: Fault = Fault("this is a bug");

/// How much the server has been told.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Told {
    /// Neither who nor why.
    Nothing,
    /// The user name.
    User,
    /// What proves it too.
    Proof,
}

/// Something to be said.
pub(super) struct Message {
    pub(super) bytes: Hidden,
    /// What the server knows after it.
    pub(super) tells: Told,
}

impl Message {
    pub(super) fn new(tells: Told, parts: &[&[u8]]) -> Self {
        Self { bytes: Hidden::join(parts), tells }
    }
}

/// One exchange of a mechanism. It ends by itself: each has as many messages as it has, and one
/// challenge more is a fault.
pub(super) trait Exchange: Send + Sync {
    /// What the client says first, asked once; `None` where the server begins.
    fn first(&mut self) -> Option<Message> {
        None
    }

    /// Answers a challenge, which is still in base64.
    fn answer(&mut self, challenge: &str) -> Result<Message, Fault>;

    /// Whether everything was said, so that the server may agree; and where the server has
    /// something to prove, whether it did.
    fn may_be_accepted(&self) -> bool;
}

/// A challenge as it was before base64.
pub(super) fn decode(challenge: &str) -> Result<Vec<u8>, Fault> {
    BASE64_STANDARD.decode(challenge.trim()).map_err(|_| Fault("the challenge is not base64"))
}

/// One challenge more than the mechanism has.
pub(super) const ONE_TOO_MANY: Fault = Fault("the server asked for more than there is to say");
