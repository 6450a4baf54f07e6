//! The text of a filter, read back by a reader that knows the grammar and not the writer.

use proptest::{prelude::*, test_runner::RngSeed};

use super::Filter;

/// Reads a filter by [RFC 4515 §3](https://www.rfc-editor.org/rfc/rfc4515#section-3), as far as
/// this crate has it.
fn read(text: &str) -> Option<Filter> {
    let (filter, rest) = read_filter(text.as_bytes())?;
    rest.is_empty().then_some(filter)
}

fn read_filter(text: &[u8]) -> Option<(Filter, &[u8])> {
    let rest = text.strip_prefix(b"(")?;
    let (filter, rest) = match rest.first()? {
        b'&' => read_list(&rest[1..]).map(|(list, rest)| (Filter::And(list), rest))?,
        b'|' => read_list(&rest[1..]).map(|(list, rest)| (Filter::Or(list), rest))?,
        _ => read_item(rest)?,
    };
    Some((filter, rest.strip_prefix(b")")?))
}

fn read_list(mut text: &[u8]) -> Option<(Vec<Filter>, &[u8])> {
    let mut list = Vec::new();
    while text.starts_with(b"(") {
        let (filter, rest) = read_filter(text)?;
        list.push(filter);
        text = rest;
    }
    Some((list, text))
}

fn read_item(text: &[u8]) -> Option<(Filter, &[u8])> {
    let end = text.iter().position(|byte| *byte == b')')?;
    let (item, rest) = text.split_at(end);
    let equals = item.iter().position(|byte| *byte == b'=')?;
    let (attribute, value) = (&item[..equals], &item[equals + 1..]);
    // `~=`, `>=`, `<=` and `:=` are other conditions.
    if attribute.ends_with(b"~") || attribute.ends_with(b">") || attribute.ends_with(b"<") {
        return None;
    }
    let attribute = String::from_utf8(unescape(attribute)?).ok()?;
    match value {
        b"*" => Some((Filter::Present(attribute), rest)),
        // A substring, or a value that is not escaped.
        _ if value.iter().any(|byte| b"*(\0".contains(byte)) => None,
        _ => Some((Filter::Equals { attribute, value: unescape(value)? }, rest)),
    }
}

fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut text) = (Vec::new(), text.iter());
    while let Some(byte) = text.next() {
        bytes.push(match byte {
            b'\\' => {
                let digits = [*text.next()?, *text.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => *byte,
        });
    }
    Some(bytes)
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let hostile = prop::sample::select(&b"*()\\\0=&|!~<>:ab\x7f\xc3\xa9\xff"[..]);
    prop_oneof![
        any::<Vec<u8>>(),
        prop::collection::vec(hostile, 0..12),
        any::<String>().prop_map(String::into_bytes),
    ]
}

fn attribute() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z][a-zA-Z0-9-]{0,8}",
        1 => "[a-z*()\\\\=&|!~<>:\0é]{1,8}",
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        (attribute(), value()).prop_map(|(attribute, value)| Filter::Equals { attribute, value }),
        attribute().prop_map(Filter::Present),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::And),
            prop::collection::vec(inner, 0..4).prop_map(Filter::Or),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3000, failure_persistence: None, rng_seed: RngSeed::Fixed(4515), ..ProptestConfig::default()
    })]

    #[test]
    fn a_filter_is_read_back_as_it_was(filter in filter()) {
        let text = filter.to_string();
        prop_assert_eq!(read(&text), Some(filter), "{}", text);
    }

    #[test]
    fn nothing_in_a_filter_steers_a_terminal(filter in filter()) {
        prop_assert!(!filter.to_string().contains(char::is_control));
    }
}

#[test]
fn what_is_special_is_escaped_and_the_rest_is_legible() {
    for (value, expected) in [
        (&b"Site=Z\xc3\xbcrich"[..], "(cn=Site=Z\u{fc}rich)"),
        (b"*", r"(cn=\2a)"),
        (b"a)(uid=*", r"(cn=a\29\28uid=\2a)"),
        (b"\\2a", r"(cn=\5c2a)"),
        (b"\0\xff", r"(cn=\00\ff)"),
        (b"", "(cn=)"),
    ] {
        assert_eq!(Filter::equals("cn", value).to_string(), expected);
    }
    assert_eq!(Filter::present("cn)(uid").to_string(), r"(cn\29\28uid=*)");
    assert_eq!(Filter::Or(Vec::new()).to_string(), "(|)");
}
