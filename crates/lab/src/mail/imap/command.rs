//! Reading an IMAP command: a tag, a verb, and arguments as atoms, quoted strings or literals.

/// A command. The verb is in capitals.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) tag: String,
    pub(super) verb: String,
    pub(super) arguments: Vec<Vec<u8>>,
}

/// What cannot be read as a command, with its tag if that can.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) tag: Option<String>,
}

/// A literal that is announced at the end of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) length: usize,
    /// Whether the client waits to be told to go on.
    pub(super) waits: bool,
}

/// The literal at the end of what was read of a command, if it ends so.
pub(super) fn literal(begun: &[u8]) -> Option<Literal> {
    let inside = begun.strip_suffix(b"}")?;
    let open = inside.iter().rposition(|byte| *byte == b'{')?;
    let digits = str::from_utf8(inside.get(open + 1..)?).ok()?;
    let (digits, waits) = match digits.strip_suffix('+') {
        Some(digits) => (digits, false),
        None => (digits, true),
    };
    let numeric = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    numeric.then(|| Literal { length: digits.parse().unwrap_or(usize::MAX), waits })
}

impl Command {
    /// Reads a whole command; literals stand in it as they came.
    ///
    /// # Errors
    ///
    /// Whatever the grammar of IMAP does not have: an empty tag, two blanks, an atom with a quote
    /// in it, a quoted string with more than ASCII.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let (tag, rest) = atom(bytes);
        let tag = str::from_utf8(tag).ok().filter(|tag| !tag.is_empty() && !tag.contains('+'));
        let tag = tag.ok_or(Unreadable { tag: None })?.to_owned();
        let rest = rest.strip_prefix(b" ");
        let words = rest.and_then(words).ok_or_else(|| Unreadable { tag: Some(tag.clone()) })?;
        let mut words = words.into_iter();
        let verb = words.next().and_then(|verb| String::from_utf8(verb).ok());
        let letters = |verb: &String| verb.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let verb = verb.filter(|verb| verb.len() <= MAX_VERB && letters(verb));
        let verb = verb.ok_or_else(|| Unreadable { tag: Some(tag.clone()) })?;
        Ok(Self { tag, verb: verb.to_ascii_uppercase(), arguments: words.collect() })
    }
}

/// Words with one blank between them.
fn words(mut rest: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    loop {
        let (word, after) = word(rest)?;
        words.push(word);
        match after.split_first() {
            None => return Some(words),
            Some((b' ', next)) => rest = next,
            Some(_) => return None,
        }
    }
}

fn word(rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    match rest.first()? {
        b'"' => quoted(rest.get(1..)?),
        b'{' => {
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            let (head, after) = rest.split_at_checked(end + 1)?;
            let Literal { length, .. } = literal(head.strip_suffix(b"\r\n")?)?;
            let (content, after) = after.split_at_checked(length)?;
            Some((content.to_vec(), after))
        }
        _ => {
            let (word, after) = atom(rest);
            (!word.is_empty()).then(|| (word.to_vec(), after))
        }
    }
}

fn quoted(mut rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut content = Vec::new();
    loop {
        let (byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((content, rest)),
            b'\\' => {
                let (escaped, after) = rest.split_first()?;
                if !matches!(escaped, b'"' | b'\\') {
                    return None;
                }
                content.push(*escaped);
                rest = after;
            }
            byte if byte.is_ascii() && !matches!(byte, b'\r' | b'\n') => content.push(*byte),
            _ => return None,
        }
    }
}

fn atom(bytes: &[u8]) -> (&[u8], &[u8]) {
    let legal = |b: &u8| b.is_ascii_graphic() && !b"(){%*\"\\".contains(b);
    let length = bytes.iter().take_while(|byte| legal(byte)).count();
    bytes.split_at_checked(length).unwrap_or((bytes, &[]))
}

/// Longer words are no verbs, but may be something that is better not written down.
const MAX_VERB: usize = 16;

#[cfg(test)]
mod tests {
    use super::{Command, Literal, Unreadable, literal};

    #[track_caller]
    fn check(bytes: &[u8], expected: &[&str]) {
        let Command { tag, verb, arguments } = Command::read(bytes).unwrap();
        let mut words = vec![tag, verb];
        words.extend(arguments.iter().map(|word| String::from_utf8_lossy(word).into_owned()));
        assert_eq!(words, expected);
    }

    #[test]
    fn the_three_ways_to_write_a_word_are_read() {
        check(b"a1 capability", &["a1", "CAPABILITY"]);
        check(
            br#"a1 LOGIN alice@a.example "pass \"\\ word""#,
            &["a1", "LOGIN", "alice@a.example", r#"pass "\ word"#],
        );
        check(b"a1 LOGIN {5}\r\nalice {4+}\r\np{} ", &["a1", "LOGIN", "alice", "p{} "]);
        check(b"a1 AUTHENTICATE PLAIN AGEAYg==", &["a1", "AUTHENTICATE", "PLAIN", "AGEAYg=="]);
        check(b"a1 LOGIN a \"\"", &["a1", "LOGIN", "a", ""]);
    }

    #[test]
    fn what_the_grammar_does_not_have_is_unreadable() {
        let tagged = || Unreadable { tag: Some("a1".to_owned()) };
        for text in [
            "a1",
            "a1 ",
            "a1  NOOP",
            "a1 NOOP ",
            "a1 LOGIN a  b",
            "a1 LOGIN a b\"c",
            "a1 LOGIN \"a",
            "a1 LOGIN \"ä\" b",
            r#"a1 LOGIN "a\b" c"#,
            "a1 LOGIN {5}\r\nabc",
            "a1 VERYLONGWORDINDEED",
            "a1 AGEAYg==",
        ] {
            assert_eq!(Command::read(text.as_bytes()), Err(tagged()), "{text}");
        }
        for text in ["", " NOOP", "+ NOOP", "\"a1\" NOOP"] {
            assert_eq!(Command::read(text.as_bytes()), Err(Unreadable { tag: None }), "{text}");
        }
    }

    #[test]
    fn literals_are_announced_at_the_end_of_a_line() {
        let is = |length, waits| Some(Literal { length, waits });
        assert_eq!(literal(b"a1 LOGIN {5}"), is(5, true));
        assert_eq!(literal(b"a1 LOGIN {50+}"), is(50, false));
        assert_eq!(literal(b"a1 LOGIN {99999999999999999999}"), is(usize::MAX, true));
        for text in ["a1 LOGIN {}", "a1 LOGIN {5} ", "a1 LOGIN 5}", "a1 LOGIN {-5}"] {
            assert_eq!(literal(text.as_bytes()), None, "{text}");
        }
    }
}
