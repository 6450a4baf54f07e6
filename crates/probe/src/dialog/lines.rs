//! Lines out of bytes that come in any pieces, within bounds.
//!
//! Only the beginning of an unfinished line is ever held.

use super::{Limit, MAX_LINE, MAX_LINES, MAX_REPLY};

/// Takes bytes, gives lines.
#[derive(Debug, Default)]
pub(super) struct LineReader {
    partial: Vec<u8>,
    /// Bytes of a literal that are still to be passed over.
    literal: usize,
    /// Bytes of the present reply, of whole lines and of literals.
    bytes: usize,
    /// Whole lines of the present reply.
    lines: usize,
}

impl LineReader {
    /// Takes the next line from the input, which is left with what follows it; `None` where the
    /// input ended before the line did.
    ///
    /// A line ends with LF, with or without CR before it. What is not UTF-8 becomes U+FFFD.
    pub(super) fn take(&mut self, input: &mut &[u8]) -> Result<Option<String>, Limit> {
        let passed = self.literal.min(input.len());
        self.literal -= passed;
        *input = input.get(passed..).unwrap_or_default();
        let (line, is_whole) = match input.iter().position(|byte| *byte == b'\n') {
            Some(end) => (input.get(..end).unwrap_or_default(), true),
            None => (*input, false),
        };
        let room = MAX_LINE - 1 - self.partial.len();
        let fits = line.get(..room.min(line.len())).unwrap_or_default();
        self.partial.extend_from_slice(fits);
        if fits.len() < line.len() {
            return Err(Limit::Line);
        }
        *input = input.get(line.len() + usize::from(is_whole)..).unwrap_or_default();
        if !is_whole {
            return Ok(None);
        }
        self.count(self.partial.len() + 1)?;
        self.lines += 1;
        if self.lines > MAX_LINES {
            return Err(Limit::Lines);
        }
        let line = core::mem::take(&mut self.partial);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        Ok(Some(String::from_utf8_lossy(line).into_owned()))
    }

    /// Passes over a literal of this many bytes, which come next.
    pub(super) fn pass_over(&mut self, literal: usize) -> Result<(), Limit> {
        self.literal = literal;
        self.count(literal)
    }

    /// Starts to count anew: another reply is waited for.
    pub(super) fn begin_reply(&mut self) {
        self.bytes = 0;
        self.lines = 0;
    }

    /// What is there of a line that has not ended.
    pub(super) fn partial(&self) -> &[u8] {
        &self.partial
    }

    /// Whether no line of the reply has ended.
    pub(super) fn is_first(&self) -> bool {
        self.lines == 0
    }

    fn count(&mut self, bytes: usize) -> Result<(), Limit> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MAX_REPLY { Err(Limit::Reply) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut input: &[u8]) -> (Vec<String>, Option<Limit>) {
        let (mut reader, mut lines) = (LineReader::default(), Vec::new());
        while !input.is_empty() {
            match reader.take(&mut input) {
                Ok(line) => lines.extend(line),
                Err(limit) => return (lines, Some(limit)),
            }
        }
        (lines, None)
    }

    #[test]
    fn lines_end_with_lf() {
        let (lines, limit) = read(b"a\r\nb\n\nc\rd\r\n\xff\n rest");
        assert_eq!(lines, ["a", "b", "", "c\rd", "\u{fffd}"]);
        assert_eq!(limit, None);
    }

    #[test]
    fn each_bound_is_exact() {
        let line = |length| [vec![b'x'; length - 1], vec![b'\n']].concat();
        assert_eq!(read(&line(MAX_LINE)).1, None);
        assert_eq!(read(&line(MAX_LINE + 1)).1, Some(Limit::Line));
        assert_eq!(read(&vec![b'x'; MAX_LINE]).1, Some(Limit::Line));
        assert_eq!(read(&vec![b'x'; MAX_LINE - 1]).1, None);
        assert_eq!(read(&vec![b'\n'; MAX_LINES]).1, None);
        assert_eq!(read(&vec![b'\n'; MAX_LINES + 1]).1, Some(Limit::Lines));
        let full = line(1024).repeat(MAX_REPLY / 1024);
        assert_eq!(read(&full).1, None);
        assert_eq!(read(&[full, vec![b'\n']].concat()).1, Some(Limit::Reply));
    }

    #[test]
    fn literals_are_passed_over_and_counted() {
        let mut reader = LineReader::default();
        assert_eq!(reader.pass_over(5), Ok(()));
        let mut input = &b"a\nb\ncd\n"[..];
        assert_eq!(reader.take(&mut input), Ok(Some("d".to_owned())));
        assert_eq!(reader.pass_over(MAX_REPLY), Err(Limit::Reply));
        assert_eq!(reader.pass_over(usize::MAX), Err(Limit::Reply));
    }
}
