//! The part of BER that LDAP uses: short tags and definite lengths.
//!
//! Reading copies nothing and goes no deeper than it is told to, so that no message can exhaust the
//! stack. Nothing of LDAP's messages is known here.

/// Appends an element whose content is what `content` appends.
///
/// The content is moved within `out`, never copied elsewhere: where `out` has room for it, a secret
/// in it leaves no trace.
pub(super) fn write(out: &mut Vec<u8>, tag: u8, content: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    content(out);
    let length = out.len() - start;
    let digits = length.to_be_bytes();
    let significant = digits.iter().skip_while(|digit| **digit == 0).copied();
    let mut head = vec![tag];
    if length > usize::from(MAX_SHORT) {
        let significant: Vec<u8> = significant.collect();
        head.push(LONG | u8::try_from(significant.len()).unwrap_or(MAX_SHORT));
        head.extend(significant);
    } else {
        head.extend(digits.last());
    }
    out.splice(start..start, head);
}

/// Appends an element with these bytes.
pub(super) fn write_bytes(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    write(out, tag, |out| out.extend_from_slice(bytes));
}

/// Appends a number that is not negative, as an integer or under another tag.
pub(super) fn write_number(out: &mut Vec<u8>, tag: u8, number: u32) {
    // The first bit is the sign.
    let digits = u64::from(number).to_be_bytes();
    let zeros = usize::try_from(u64::from(number).leading_zeros().saturating_sub(1) / 8);
    let first = zeros.unwrap_or(0).min(digits.len() - 1);
    write_bytes(out, tag, digits.get(first..).unwrap_or(&digits));
}

/// What is wrong with bytes that are no BER, or not the BER that is due.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Malformed(pub(super) &'static str);

/// The beginning of an element.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Head {
    /// The class, the form and the number in one byte.
    pub(super) tag: u8,
    /// The length of the beginning itself.
    pub(super) own: usize,
    /// The length of what follows.
    pub(super) content: usize,
}

impl Head {
    /// Reads the beginning of an element; `None` where more bytes are needed.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, Malformed> {
        let &[tag, first, ref rest @ ..] = bytes else {
            return Ok(None);
        };
        if tag & NUMBER == NUMBER {
            return Err(Malformed("a tag that LDAP does not have"));
        }
        if first <= MAX_SHORT {
            return Ok(Some(Self { tag, own: 2, content: first.into() }));
        }
        let digits = usize::from(first & MAX_SHORT);
        if digits == 0 || digits > size_of::<u64>() {
            return Err(Malformed("a length that LDAP does not have"));
        }
        let Some(digits) = rest.get(..digits) else {
            return Ok(None);
        };
        let content = digits.iter().fold(0, |sum: u64, digit| sum << 8 | u64::from(*digit));
        let own = 2 + digits.len();
        match usize::try_from(content) {
            Ok(content) if content.checked_add(own).is_some() => {
                Ok(Some(Self { tag, own, content }))
            }
            _ => Err(Malformed("a length that no message has")),
        }
    }
}

/// Elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next element, by its tag and its content; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(u8, &'a [u8])>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let head = Head::read(self.rest)?.ok_or(CUT)?;
        let (_, rest) = self.rest.split_at_checked(head.own).ok_or(CUT)?;
        let (content, rest) = rest.split_at_checked(head.content).ok_or(CUT)?;
        self.rest = rest;
        Ok(Some((head.tag, content)))
    }

    /// The content of the next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<&'a [u8], Malformed> {
        match self.next()? {
            Some((found, content)) if found == tag => Ok(content),
            Some(_) => Err(Malformed("an element of another kind than is due")),
            None => Err(Malformed("an element is missing")),
        }
    }

    /// The content of the next element with this tag; others before it are passed over.
    pub(super) fn find(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Malformed> {
        while let Some((found, content)) = self.next()? {
            if found == tag {
                return Ok(Some(content));
            }
        }
        Ok(None)
    }

    /// The next element, a number that is not negative, under this tag.
    pub(super) fn number(&mut self, tag: u8) -> Result<u32, Malformed> {
        let digits = self.expect(tag)?;
        if digits.first().is_none_or(|first| *first > MAX_SHORT) {
            return Err(Malformed("a number that is none, or below zero"));
        }
        if digits.len() > size_of::<u64>() {
            return Err(Malformed("a number too large"));
        }
        let number = digits.iter().fold(0, |sum: u64, digit| sum << 8 | u64::from(*digit));
        u32::try_from(number).map_err(|_| Malformed("a number too large"))
    }
}

/// Tag of a truth value.
pub(super) const BOOLEAN: u8 = 0x01;
/// Tag of a number.
pub(super) const INTEGER: u8 = 0x02;
/// Tag of bytes.
pub(super) const OCTETS: u8 = 0x04;
/// Tag of a number that stands for a word.
pub(super) const ENUMERATED: u8 = 0x0a;
/// Tag of elements in order.
pub(super) const SEQUENCE: u8 = 0x30;
/// Tag of elements without order.
pub(super) const SET: u8 = 0x31;

/// The bits of a tag's number; all of them say that it goes on in the next byte.
const NUMBER: u8 = 0x1f;
/// The bit that says that the length stands in the following bytes.
const LONG: u8 = 0x80;
/// The largest length in one byte, and the bits that say how many bytes a longer one has.
const MAX_SHORT: u8 = 0x7f;

const CUT: Malformed = Malformed("an element that ends before its time");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_short_as_they_can_be_and_read_in_any_form() {
        for (length, head) in [
            (0, &[0x04, 0][..]),
            (127, &[0x04, 127]),
            (128, &[0x04, 0x81, 128]),
            (255, &[0x04, 0x81, 255]),
            (256, &[0x04, 0x82, 1, 0]),
            (70_000, &[0x04, 0x83, 1, 0x11, 0x70]),
        ] {
            let (mut out, content) = (Vec::new(), vec![b'x'; length]);
            write_bytes(&mut out, OCTETS, &content);
            assert_eq!(&out[..head.len()], head);
            assert_eq!(Reader::new(&out).expect(OCTETS), Ok(&content[..]));
        }
        // Active Directory writes four bytes always.
        assert_eq!(Reader::new(&[4, 0x84, 0, 0, 0, 1, 7]).expect(OCTETS), Ok(&[7][..]));
    }

    #[test]
    fn numbers_are_read_as_they_were_written() {
        for (number, bytes) in [
            (0, &[2, 1, 0][..]),
            (127, &[2, 1, 127]),
            (128, &[2, 2, 0, 128]),
            (0x7fff_ffff, &[2, 4, 0x7f, 0xff, 0xff, 0xff]),
            (u32::MAX, &[2, 5, 0, 0xff, 0xff, 0xff, 0xff]),
        ] {
            let mut out = Vec::new();
            write_number(&mut out, INTEGER, number);
            assert_eq!(out, bytes);
            assert_eq!(Reader::new(bytes).number(INTEGER), Ok(number));
        }
        for bytes in [&[2, 0][..], &[2, 1, 0x80], &[2, 5, 1, 0, 0, 0, 0], &[2, 9, 0, 0, 0, 0, 0]] {
            assert!(Reader::new(bytes).number(INTEGER).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_element_is_refused_and_what_is_cut_is_waited_for() {
        for bytes in [&[][..], &[0x30], &[0x30, 0x82], &[0x30, 0x82, 1]] {
            assert_eq!(Head::read(bytes), Ok(None), "{bytes:?}");
        }
        for bytes in [
            &[0x3f, 1, 1][..],
            &[0x30, 0x80],
            &[0x30, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            &[0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255],
        ] {
            assert!(Head::read(bytes).is_err(), "{bytes:?}");
        }
        assert_eq!(Reader::new(&[4, 2, 1]).next(), Err(CUT));
        assert_eq!(Reader::new(&[4]).next(), Err(CUT));
        assert_eq!(Reader::new(&[]).next(), Ok(None));
    }
}
