//! BER as LDAP uses it: tags of one byte, lengths of the definite form. Nothing here knows LDAP.

/// Elements one after the other. Every method gives nothing where the bytes are not what is asked
/// for; a reader that gave nothing is of no further use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next element.
    pub(super) fn tag(self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element: its tag and its content.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let Length::Known { header, content } = length(self.0) else {
            return None;
        };
        let (element, rest) = self.0.split_at_checked(header.checked_add(content)?)?;
        let (tag, content) = (*element.first()?, element.get(header..)?);
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, which has this tag.
    pub(super) fn bytes(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.any().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }

    /// What stands inside of the next element, which has this tag.
    pub(super) fn inside(&mut self, tag: u8) -> Option<Self> {
        self.bytes(tag).map(Self)
    }

    /// Text in UTF-8.
    pub(super) fn text(&mut self, tag: u8) -> Option<String> {
        let bytes = self.bytes(tag)?;
        str::from_utf8(bytes).ok().map(str::to_owned)
    }

    /// A number from 0 to 2^31 - 1, which is as far as LDAP counts.
    pub(super) fn number(&mut self, tag: u8) -> Option<u32> {
        let bytes = self.bytes(tag)?;
        let negative = bytes.first()? & 0x80 != 0;
        if bytes.len() > 4 || negative {
            return None;
        }
        Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    /// A truth value; any byte but zero is true.
    pub(super) fn boolean(&mut self, tag: u8) -> Option<bool> {
        match self.bytes(tag)? {
            [byte] => Some(*byte != 0),
            _ => None,
        }
    }

    /// That nothing is left.
    pub(super) fn end(self) -> Option<()> {
        self.is_empty().then_some(())
    }
}

/// How long the first element is.
pub(super) enum Length {
    /// The bytes of tag and length, and those of the content.
    Known { header: usize, content: usize },
    /// Too little has come to say so.
    Unknown,
    /// The indefinite form, or one of more than four bytes.
    Unusable,
}

/// The length of the element that begins here.
pub(super) fn length(bytes: &[u8]) -> Length {
    let Some(first) = bytes.get(1) else {
        return Length::Unknown;
    };
    if first & 0x80 == 0 {
        return Length::Known { header: 2, content: usize::from(*first) };
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return Length::Unusable;
    }
    let Some(digits) = bytes.get(2..2 + count) else {
        return Length::Unknown;
    };
    let content = digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    match usize::try_from(content) {
        Ok(content) => Length::Known { header: 2 + count, content },
        Err(_) => Length::Unusable,
    }
}

/// An element with this content.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    if let Ok(short @ 0..0x80) = u8::try_from(content.len()) {
        bytes.push(short);
    } else {
        let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
        bytes.push(0x84);
        bytes.extend(length.to_be_bytes());
    }
    bytes.extend(content);
    bytes
}

/// A number, in as few bytes as it needs.
pub(super) fn number(tag: u8, number: u32) -> Vec<u8> {
    let bytes = u64::from(number).to_be_bytes();
    let needless = bytes.iter().take(7).take_while(|byte| **byte == 0).count();
    let mut content: Vec<u8> = bytes.iter().skip(needless).copied().collect();
    if content.first().is_some_and(|byte| byte & 0x80 != 0) {
        content.insert(0, 0);
    }
    element(tag, &content)
}

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

#[cfg(test)]
mod tests {
    use super::{INTEGER, OCTETS, Reader, SEQUENCE, element, number};

    #[test]
    fn numbers_are_written_in_few_bytes_and_read_back() {
        for (value, bytes) in [
            (0, &[2, 1, 0][..]),
            (127, &[2, 1, 127]),
            (128, &[2, 2, 0, 128]),
            (0x0001_0000, &[2, 3, 1, 0, 0]),
            (0x7fff_ffff, &[2, 4, 0x7f, 0xff, 0xff, 0xff]),
        ] {
            assert_eq!(number(INTEGER, value), bytes);
            assert_eq!(Reader::new(bytes).number(INTEGER), Some(value));
        }
        assert_eq!(Reader::new(&[2, 1, 0xff]).number(INTEGER), None);
        assert_eq!(Reader::new(&[2, 0]).number(INTEGER), None);
        assert_eq!(Reader::new(&[2, 5, 0, 0, 0, 0, 1]).number(INTEGER), None);
    }

    #[test]
    fn lengths_of_the_long_form_are_read_and_written() {
        let long = vec![b'x'; 300];
        let written = element(OCTETS, &long);
        assert_eq!(Reader::new(&written).bytes(OCTETS), Some(&long[..]));
        assert_eq!(Reader::new(b"\x04\x81\x02ok").text(OCTETS).as_deref(), Some("ok"));
    }

    #[test]
    fn what_is_cut_off_or_has_no_definite_length_is_nothing() {
        for bytes in [
            &b""[..],
            b"\x30",
            b"\x30\x02\x04",
            b"\x30\x80\x00\x00",
            b"\x30\x85\x00\x00\x00\x00\x00",
            b"\x30\x84\xff\xff\xff\xff",
            b"\x30\x82\x01",
        ] {
            assert!(Reader::new(bytes).inside(SEQUENCE).is_none(), "{bytes:x?}");
        }
    }
}
