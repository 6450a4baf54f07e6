//! What the server says: its challenge, read and not believed.

use crate::error::NtlmError;

pub(crate) const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";

pub(crate) const NEGOTIATE_UNICODE: u32 = 1;
pub(crate) const NEGOTIATE_TARGET_INFO: u32 = 1 << 23;

/// The end of the target information.
const END: u16 = 0;
/// The item that is the client's word about what it does; its second bit promises the integrity code.
pub(crate) const FLAGS: u16 = 6;
/// The item that is the server's time.
const TIMESTAMP: u16 = 7;
/// The item that ties the log-in to the TLS connection around it.
pub(crate) const CHANNEL_BINDINGS: u16 = 10;
/// The name of the service that the client means (`MsvAvTargetName`).
pub(crate) const TARGET_NAME: u16 = 9;

/// A challenge (MS-NLMP 2.2.1.2).
#[derive(Debug)]
pub(crate) struct Challenge<'a> {
    pub(crate) flags: u32,
    pub(crate) nonce: [u8; 8],
    /// The target information, item by item, without its end; `None` where there is none.
    pub(crate) items: Option<Vec<Item<'a>>>,
}

/// An item of the target information (MS-NLMP 2.2.2.1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) id: u16,
    pub(crate) value: &'a [u8],
}

impl<'a> Challenge<'a> {
    pub(crate) fn read(message: &'a [u8]) -> Result<Self, NtlmError> {
        Self::parts(message).ok_or(NtlmError::NotAChallenge).and_then(|challenge| {
            let is_unicode = challenge.flags & NEGOTIATE_UNICODE != 0;
            if is_unicode { Ok(challenge) } else { Err(NtlmError::NoUnicode) }
        })
    }

    fn parts(message: &'a [u8]) -> Option<Self> {
        let mut rest = message.strip_prefix(SIGNATURE)?;
        if take_u32(&mut rest)? != 2 {
            return None;
        }
        let _target_name = rest.split_off(..8)?;
        let flags = take_u32(&mut rest)?;
        let (nonce, mut rest) = rest.split_first_chunk()?;
        let items = if flags & NEGOTIATE_TARGET_INFO == 0 {
            None
        } else {
            let _reserved = rest.split_off(..8)?;
            let length = usize::from(take_u16(&mut rest)?);
            let _room = take_u16(&mut rest)?;
            let offset = usize::try_from(take_u32(&mut rest)?).ok()?;
            Some(items(message.get(offset..)?.get(..length)?)?)
        };
        Some(Self { flags, nonce: *nonce, items })
    }

    /// The server's time, where it tells it: tenths of microseconds since 1601.
    pub(crate) fn timestamp(&self) -> Option<u64> {
        let item = self.items.iter().flatten().find(|item| item.id == TIMESTAMP)?;
        item.value.try_into().ok().map(u64::from_le_bytes)
    }

    /// The word about what the other side does, where the server sent one already.
    pub(crate) fn word(&self) -> u32 {
        let item = self.items.iter().flatten().find(|item| item.id == FLAGS);
        item.and_then(|item| item.value.try_into().ok()).map_or(0, u32::from_le_bytes)
    }
}

/// Reads target information. What stands behind its end is not read; where the end is missing, it
/// ends with the field.
fn items(mut rest: &[u8]) -> Option<Vec<Item<'_>>> {
    let mut items = Vec::new();
    while !rest.is_empty() {
        let (id, length) = (take_u16(&mut rest)?, take_u16(&mut rest)?);
        if id == END {
            break;
        }
        items.push(Item { id, value: rest.split_off(..usize::from(length))? });
    }
    Some(items)
}

fn take_u16(rest: &mut &[u8]) -> Option<u16> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u16::from_le_bytes(*number))
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u32::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(info: &[u8]) -> Option<u64> {
        Challenge { flags: 0, nonce: [0; 8], items: items(info) }.timestamp()
    }

    #[test]
    fn the_time_is_read_wherever_it_stands_before_the_end() {
        let item = [7, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(time(&item), Some(1));
        assert_eq!(time(&[&[1, 0, 1, 0, 9][..], &item].concat()), Some(1));
        assert_eq!(time(&[&[0, 0, 0, 0][..], &item].concat()), None);
    }

    #[test]
    fn target_information_that_is_broken_has_no_time() {
        for broken in [&[7, 0, 8, 0, 1][..], &[7, 0, 2, 0, 1, 1], &[1], &[], &[0, 0, 0, 0, 7, 0]] {
            assert_eq!(time(broken), None, "{broken:?}");
        }
    }
}
