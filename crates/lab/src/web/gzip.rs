//! A gzip writer that stores: it compresses nothing, and every reader understands it.

/// Wraps bytes in a gzip member of stored blocks.
///
/// # Spec
///
/// [RFC 1951 §3.2.4](https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4),
/// [RFC 1952 §2.3](https://www.rfc-editor.org/rfc/rfc1952#section-2.3)
pub(super) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut member = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let blocks: Vec<&[u8]> = content.chunks(usize::from(u16::MAX)).collect();
    let (last, others) = blocks.split_last().map_or((&[][..], &[][..]), |(l, o)| (*l, o));
    for block in others {
        stored(&mut member, block, 0);
    }
    stored(&mut member, last, 1);
    member.extend(crc32(content).to_le_bytes());
    // The length is kept modulo 2^32.
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    member.extend(length.to_le_bytes());
    member
}

fn stored(member: &mut Vec<u8>, block: &[u8], last: u8) {
    let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
    member.push(last);
    member.extend(length.to_le_bytes());
    member.extend((!length).to_le_bytes());
    member.extend(block);
}

fn crc32(content: &[u8]) -> u32 {
    !content.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let carry = if crc & 1 == 1 { POLYNOMIAL } else { 0 };
            crc >> 1 ^ carry
        })
    })
}

const POLYNOMIAL: u32 = 0xedb8_8320;

#[cfg(test)]
mod tests {
    use super::{crc32, gzip};

    #[test]
    fn the_checksum_is_the_common_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn content_stands_in_the_member_as_it_is() {
        let member = gzip(b"<xml/>");
        assert_eq!(member[10..15], [1, 6, 0, 0xf9, 0xff]);
        assert_eq!(&member[15..21], b"<xml/>");
        assert_eq!(member[25..], [6, 0, 0, 0]);
        assert_eq!(gzip(&vec![0; 70_000]).len(), 10 + 5 + 65_535 + 5 + 4_465 + 8);
    }
}
