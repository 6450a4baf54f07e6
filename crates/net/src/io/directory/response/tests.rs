//! Messages as servers write them, and as nobody should.

use proptest::{prelude::*, test_runner::RngSeed};

use super::{
    super::ber::{write, write_bytes, write_number},
    *,
};

fn bytes(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

/// The content of a message with one operation.
fn message(id: u32, tag: u8, operation: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    bytes(|out| {
        write_number(out, INTEGER, id);
        write(out, tag, operation);
    })
}

fn write_outcome(out: &mut Vec<u8>, code: u32, diagnostic: &[u8]) {
    write_number(out, ENUMERATED, code);
    write_bytes(out, OCTETS, b"");
    write_bytes(out, OCTETS, diagnostic);
}

fn write_entry(out: &mut Vec<u8>, values: &[&[u8]]) {
    write_bytes(out, OCTETS, b"CN=ex1");
    write(out, SEQUENCE, |out| {
        write(out, SEQUENCE, |out| {
            write_bytes(out, OCTETS, b"keywords");
            write(out, SET, |out| values.iter().for_each(|value| write_bytes(out, OCTETS, value)));
        });
    });
}

#[test]
fn an_entry_is_read_with_its_values_as_they_are() {
    let read = read(&message(7, ENTRY, |out| write_entry(out, &[b"a", b"\xff\0"]))).unwrap();
    let values = vec![b"a".to_vec(), b"\xff\0".to_vec()];
    let entry = Entry::new("CN=ex1", vec![("keywords".to_owned(), values)]);
    assert_eq!(read, Message { id: 7, response: Response::Entry(entry) });
}

#[test]
fn the_words_of_a_server_are_shortened() {
    let long = [&b"80090308: "[..], "é".repeat(500).as_bytes(), b"\0"].concat();
    let read = read(&message(1, BIND, |out| write_outcome(out, 49, &long))).unwrap();
    let Response::Bind(outcome) = read.response else { panic!("{read:?}") };
    assert_eq!((outcome.code, outcome.diagnostic.chars().count()), (49, MAX_DIAGNOSTIC));
    assert_eq!(shortened(b" no \r\n\0"), "no");
}

#[test]
fn a_result_has_its_referrals_and_its_cookie() {
    let mut content = message(2, DONE, |out| {
        write_outcome(out, 10, b"");
        write(out, REFERRALS, |out| write_bytes(out, OCTETS, b"ldap://dc2/"));
    });
    write(&mut content, CONTROLS, |out| {
        write(out, SEQUENCE, |out| write_bytes(out, OCTETS, b"1.2.3"));
        write(out, SEQUENCE, |out| {
            write_bytes(out, OCTETS, PAGED_RESULTS);
            write_bytes(out, 0x01, &[0xff]);
            write(out, OCTETS, |out| {
                write(out, SEQUENCE, |out| {
                    write_number(out, INTEGER, 2500);
                    write_bytes(out, OCTETS, b"next");
                });
            });
        });
    });
    let outcome =
        Outcome { code: 10, diagnostic: String::new(), referrals: vec!["ldap://dc2/".to_owned()] };
    let response = Response::Done(outcome, Some(b"next".to_vec()));
    assert_eq!(read(&content), Ok(Message { id: 2, response }));
}

#[test]
fn what_active_directory_puts_behind_a_notice_of_disconnection_is_passed_over() {
    let mut content = message(0, EXTENDED, |out| write_outcome(out, 52, b""));
    write_bytes(&mut content, 0x8a, b"1.3.6.1.4.1.1466.20036");
    let read = read(&content).unwrap();
    assert!(matches!(read.response, Response::Extended(Outcome { code: 52, .. })), "{read:?}");
}

#[test]
fn a_message_of_endless_parts_is_refused() {
    let values = vec![&b""[..]; MAX_PARTS + 1];
    assert!(read(&message(1, ENTRY, |out| write_entry(out, &values))).is_err());
    assert!(read(&message(1, ENTRY, |out| write_entry(out, &values[2..]))).is_ok());
}

#[test]
fn what_only_a_client_says_is_no_answer() {
    for tag in [0x60, 0x42, 0x63, 0x77, 0x30] {
        assert!(read(&message(1, tag, |_| ())).is_err(), "{tag:#x}");
    }
}

#[test]
fn a_nest_of_elements_is_no_danger() {
    let mut nest = Vec::new();
    for _ in 0..200_000 {
        let length = u32::try_from(nest.len()).unwrap().to_le_bytes();
        nest.extend(length.into_iter().chain([0x84, SEQUENCE]));
    }
    nest.reverse();
    for tag in [BIND, ENTRY, DONE, REFERENCE, EXTENDED, INTERMEDIATE] {
        let content = message(1, tag, |out| out.extend_from_slice(&nest));
        assert_eq!(read(&content).is_ok(), tag == INTERMEDIATE, "{tag:#x}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3000, failure_persistence: None, rng_seed: RngSeed::Fixed(4511), ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_comes_is_read_or_refused(
        which in 0..4_usize, place in any::<prop::sample::Index>(), change in any::<u8>(),
        noise in any::<Vec<u8>>(),
    ) {
        let mut content = match which {
            0 => message(1, ENTRY, |out| write_entry(out, &[b"a", b"b"])),
            1 => message(1, DONE, |out| write_outcome(out, 0, b"fine")),
            2 => message(1, REFERENCE, |out| write_bytes(out, OCTETS, b"ldap://dc2/")),
            _ => noise,
        };
        let whole = content.clone();
        if !content.is_empty() {
            content[place.index(whole.len())] = change;
        }
        // It may be readable; it must not be a panic.
        drop(read(&content));
        let cut = &whole[..place.index(whole.len() + 1)];
        prop_assert!(which == 3 || cut.len() == whole.len() || read(cut).is_err(), "{cut:?}");
    }
}
