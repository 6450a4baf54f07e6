//! The messages against Microsoft's examples, and against those of another implementation.

use core::fmt::Write as _;

use super::*;

const SERVER_NONCE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(|digit| !digit.is_whitespace()).collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn info(items: &[(u16, &[u8])]) -> Vec<u8> {
    let item = |(id, value): &(u16, &[u8])| {
        let length = u16::try_from(value.len()).unwrap().to_le_bytes();
        [&id.to_le_bytes()[..], &length, value].concat()
    };
    let mut bytes: Vec<u8> = items.iter().flat_map(item).collect();
    bytes.extend([0; 4]);
    bytes
}

/// A challenge whose target information stands at an offset that may be a lie.
fn challenge(info: &[u8], offset: u32) -> Vec<u8> {
    let length = u16::try_from(info.len()).unwrap().to_le_bytes();
    let flags = ABILITIES.to_le_bytes();
    let parts: [&[u8]; 10] = [
        SIGNATURE,
        &2_u32.to_le_bytes(),
        &[0; 8],
        &flags,
        &SERVER_NONCE,
        &[0; 8],
        &length,
        &length,
        &offset.to_le_bytes(),
        info,
    ];
    parts.concat()
}

fn answer(user: &str, challenge: &[u8]) -> Result<Vec<u8>, NtlmError> {
    let log_in = LogIn::new(user, "Password".into());
    let answer = log_in.answer(challenge, None, [0xaa; 8], SystemTime::UNIX_EPOCH)?;
    Ok(answer.to_vec())
}

#[test]
fn the_first_message_says_what_the_client_can_do_and_nothing_of_the_machine() {
    assert_eq!(NEGOTIATE[..12], *b"NTLMSSP\0\x01\0\0\0");
    assert_eq!(NEGOTIATE[12..16], ABILITIES.to_le_bytes());
    assert_eq!(NEGOTIATE[16..], [0; 16]);
}

/// MS-NLMP 4.2.4.1 and 4.2.4.2; the time is 0, the nonce eight times 0xaa.
#[test]
fn the_examples_of_ms_nlmp() {
    let key = response_key("User", "Domain", &"Password".into());
    assert_eq!(hex(&*key), "0c868a403bfd7a93a3001ef22ef02e3f");
    let info = info(&[(2, &utf16("Domain")), (1, &utf16("Server"))]);
    let (proof, _) = response(&key, SERVER_NONCE, [0xaa; 8], 0, &info);
    assert_eq!(hex(&*proof), "68cd0ab851e51c96aabc927bebef6a1c");
    assert_eq!(hex(&*hmac_md5(&key, &[&*proof])), "8de40ccadbc14a82f15cb0ad0de95ca3");
    let old = hmac_md5(&key, &[&SERVER_NONCE, &[0xaa; 8]]);
    assert_eq!(hex(&*old), "86c35097ac9cec102554764a57cccc19");
}

/// Challenge, binding, keys, response and code as pyspnego 0.12.4 makes them.
#[test]
fn with_a_time_and_a_binding_the_message_is_that_of_another_implementation() {
    let challenge = bytes(
        "4e544c4d53535000020000000600060030000000058288a00123456789abcdef000000000000000026002600\
         360000004c0041004200020006004c004100420001000800450058004300480007000800000000002f5bdc01\
         00000000",
    );
    let digest = bytes(DIGEST);
    let binding = ChannelBinding::server_end_point(&digest);
    assert_eq!(hex(&binding.0), "421782df33f5f2439ded6119a3fdbc68");
    let log_in = LogIn::new("LAB\\jo", "S3cret!".into());
    let now = SystemTime::UNIX_EPOCH;
    let answer = log_in.answer(&challenge, Some(binding), [0xaa; 8], now).unwrap();
    let expected = bytes(
        "4e544c4d53535000030000001800180058000000720072007000000006000600e200000004000400e8000000\
         00000000ec00000000000000ec000000058288a0000000000000000091a4eb1ecd5ddad3808b7475c5363ba0\
         0000000000000000000000000000000000000000000000005ae99ce04cccd339e9906d8b5c886b0a01010000\
         00000000000000002f5bdc01aaaaaaaaaaaaaaaa00000000020006004c004100420001000800450058004300\
         480007000800000000002f5bdc0106000400020000000a001000421782df33f5f2439ded6119a3fdbc680000\
         0000000000004c00410042006a006f00",
    );
    assert_eq!(hex(&answer), hex(&expected));
}

#[test]
fn the_message_says_who_and_nothing_of_the_machine() {
    let sent = answer("Domain\\User", &challenge(&info(&[]), 48)).unwrap();
    assert_eq!(sent[..12], *b"NTLMSSP\0\x03\0\0\0");
    assert_eq!(hex(&sent[12..20]), "1800180040000000");
    assert_eq!(hex(&sent[20..28]), "3400340058000000");
    assert_eq!(hex(&sent[28..36]), "0c000c008c000000");
    assert_eq!(hex(&sent[36..44]), "0800080098000000");
    assert_eq!(hex(&sent[44..60]), "00000000a000000000000000a0000000");
    assert_eq!(sent[0x8c..], *[&*utf16("Domain"), &*utf16("User")].concat());
}

#[test]
fn a_name_with_an_at_sign_has_no_domain() {
    let sent = answer("user@domain", &challenge(&info(&[]), 48)).unwrap();
    assert!(sent.ends_with(&utf16("user@domain")));
    assert_eq!(hex(&sent[28..30]), "0000");
}

#[test]
fn a_server_that_tells_the_time_gets_it_back_and_no_old_response() {
    const FIELDS: usize = HEADER + CODE;
    let time = 0x01d0_1234_5678_9abc_u64.to_le_bytes();
    let sent = answer("User", &challenge(&info(&[(1, b"S\0"), (7, &time)]), 48)).unwrap();
    assert_eq!(sent[FIELDS..FIELDS + 24], [0; 24]);
    assert_eq!(sent[FIELDS + 24 + 24..FIELDS + 24 + 32], time);
}

/// What the client says of itself stands once, whatever the server said in its place.
#[test]
fn the_servers_word_and_binding_are_replaced() {
    let time = [1, 0, 0, 0, 0, 0, 0, 0];
    let theirs = info(&[(7, &time), (6, &[1, 0, 0, 0]), (10, &[9; 16]), (1, b"S\0")]);
    let message = challenge(&theirs, 48);
    let read = Challenge::read(&message).unwrap();
    let sent = target_info(&read, Some(ChannelBinding([7; 16]))).unwrap();
    let expected = info(&[(7, &time), (1, b"S\0"), (6, &[3, 0, 0, 0]), (10, &[7; 16])]);
    assert_eq!(sent, expected);
    let unbound = info(&[(7, &time), (1, b"S\0"), (6, &[3, 0, 0, 0])]);
    assert_eq!(
        target_info(&read, None).unwrap(),
        unbound,
        "a binding of the server's is no binding"
    );
}

/// A server that relays another one's challenge must not choose what the log-in is good for.
#[test]
fn nothing_that_ties_a_log_in_to_a_place_is_taken_from_the_server() {
    let theirs = info(&[(1, b"S\0"), (6, &[2, 0, 0, 0]), (9, b"H\0T\0"), (10, &[9; 16])]);
    let message = challenge(&theirs, 48);
    let sent = target_info(&Challenge::read(&message).unwrap(), None).unwrap();
    assert_eq!(sent, info(&[(1, b"S\0")]));
}

#[test]
fn a_server_that_tells_no_time_gets_its_items_back_and_no_code() {
    let theirs = info(&[(2, b"D\0"), (1, b"S\0")]);
    let sent = answer("User", &challenge(&theirs, 48)).unwrap();
    assert_eq!(sent[HEADER + 24 + 16 + 28..][..theirs.len()], *theirs);
    assert_eq!(hex(&sent[16..20]), "40000000", "the fields begin where the code would stand");
}

#[test]
fn a_challenge_that_lies_about_its_fields_is_not_answered() {
    let good = challenge(&info(&[]), 48);
    assert!(answer("User", &good).is_ok());
    for length in 0..good.len() {
        assert!(answer("User", &good[..length]).is_err(), "{length}");
    }
    for offset in [49, 4096, u32::MAX, u32::MAX - 3] {
        assert!(answer("User", &challenge(&info(&[]), offset)).is_err(), "{offset}");
    }
    assert!(answer("User", b"NTLMSSP\0\x03\0\0\0").is_err());
    let cut = challenge(&[1, 0, 9, 0, 1], 48);
    assert_eq!(answer("User", &cut), Err(NtlmError::NotAChallenge));
    let mut oem = good.clone();
    oem[20] = 0;
    assert_eq!(answer("User", &oem), Err(NtlmError::NoUnicode));
    assert_eq!(answer(&"u".repeat(40_000), &good), Err(NtlmError::TooLong));
}

#[test]
fn the_time_of_windows_began_in_1601() {
    assert_eq!(windows_time(SystemTime::UNIX_EPOCH), 116_444_736_000_000_000);
    let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(windows_time(before), 116_444_736_000_000_000);
}

#[test]
fn a_log_in_is_printed_without_its_password() {
    let printed = format!("{:?}", LogIn::new("LAB\\jo", "S3cret!".into()));
    assert!(printed.contains("jo") && !printed.contains("S3cret"), "{printed}");
}

/// SHA-256 of `a certificate`.
const DIGEST: &str = "81acd762140fa692a142822d2fbe4dc6f54bcaa501f68ab37e5aeed0bafe4d99";
