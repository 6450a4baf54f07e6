//! Lines and counted bytes from a stream, within limits; replies to it.
#![expect(clippy::disallowed_methods, reason = "a slow server sleeps")]

use std::{io, time::Duration};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    endpoint::Stream,
    mail::session::{Complaint, Wants},
};

/// A stream and what was read from it ahead of the dialog.
pub(super) struct Wire<'s, S> {
    pub(super) stream: &'s mut S,
    buffer: Vec<u8>,
}

/// What came.
pub(super) enum Received {
    /// A line without its end, or the bytes that were wanted.
    Bytes(Vec<u8>),
    Problem(Complaint),
    /// The client closed.
    Closed,
}

impl<'s, S: Stream> Wire<'s, S> {
    pub(super) fn new(stream: &'s mut S) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// Whether the client sent more than was asked for.
    pub(super) fn has_more(&self) -> bool {
        !self.buffer.is_empty()
    }

    pub(super) async fn read(&mut self, wants: Wants) -> io::Result<Received> {
        loop {
            if let Some(received) = self.cut(wants) {
                return Ok(received);
            }
            if !self.fill().await? {
                return Ok(Received::Closed);
            }
        }
    }

    /// Waits before the greeting, and gives what the client does instead of waiting too.
    pub(super) async fn hold_back(&mut self, time: Duration) -> io::Result<Option<Received>> {
        if time.is_zero() {
            return Ok(None);
        }
        let Ok(spoken) = tokio::time::timeout(time, self.fill()).await else {
            return Ok(None);
        };
        Ok(Some(if spoken? { Received::Problem(Complaint::Hasty) } else { Received::Closed }))
    }

    /// Reads something; false at the end.
    async fn fill(&mut self) -> io::Result<bool> {
        let mut chunk = [0; CHUNK];
        let length = self.stream.read(&mut chunk).await?;
        self.buffer.extend(chunk.iter().take(length));
        Ok(length > 0)
    }

    /// Takes what is wanted from the buffer, if it is all there.
    fn cut(&mut self, wants: Wants) -> Option<Received> {
        let limit = match wants {
            Wants::Bytes(count) => {
                return (self.buffer.len() >= count)
                    .then(|| Received::Bytes(self.buffer.drain(..count).collect()));
            }
            Wants::Line(limit) => limit,
        };
        let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') else {
            return (self.buffer.len() >= limit).then_some(Received::Problem(Complaint::TooLong));
        };
        let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
        if line.len() > limit {
            return Some(Received::Problem(Complaint::TooLong));
        }
        line.pop();
        let ended = line.pop() == Some(b'\r');
        Some(if ended && !line.iter().any(|byte| matches!(byte, b'\r' | 0)) {
            Received::Bytes(line)
        } else {
            Received::Problem(Complaint::LineEnd)
        })
    }

    /// Writes in one piece.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Writes the same again and again, until the client closes.
    pub(super) async fn flood(&mut self, piece: &[u8]) -> io::Result<()> {
        let pieces = piece.repeat(PIECES);
        loop {
            self.write(&pieces).await?;
        }
    }
}

/// Waits, as a slow server does.
pub(super) async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

const CHUNK: usize = 4096;
const PIECES: usize = 64;
