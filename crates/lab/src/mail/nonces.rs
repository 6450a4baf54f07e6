//! Challenges that nobody can foresee, from one random seed for each connection.

use std::io;

use sha2::{Digest, Sha256};

/// A source of challenges.
#[derive(Debug)]
pub(crate) struct Nonces {
    seed: [u8; 32],
    count: u64,
}

impl Nonces {
    /// A source that the system's randomness feeds.
    pub(crate) fn new() -> io::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(io::Error::other)?;
        Ok(Self { seed, count: 0 })
    }

    /// A challenge that was not given before.
    pub(crate) fn next(&mut self) -> [u8; 16] {
        self.count += 1;
        let hash = Sha256::new().chain_update(self.seed).chain_update(self.count.to_be_bytes());
        let mut nonce = [0; 16];
        nonce.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        nonce
    }
}
