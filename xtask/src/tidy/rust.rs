//! Rust source, line by line, with code told from comments and from the insides of literals.
//!
//! A scanner, not a parser: it knows where comments and literals end, and nothing else.

/// One line of a source file.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Line {
    /// The code; every character of a literal is `_`, comments are left out.
    pub(super) code: String,
    /// The comments.
    pub(super) comment: String,
}

impl Line {
    /// Whether it counts as a line of code.
    pub(super) fn is_code(&self) -> bool {
        !self.code.trim().is_empty()
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// Splits a file.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line::default();
    let mut rest = text;
    let mut before = '\n';
    while !rest.is_empty() {
        let (kind, length) = token(rest, before);
        let (token, after) = rest.split_at(length);
        for c in token.chars() {
            match kind {
                _ if c == '\n' => lines.push(std::mem::take(&mut line)),
                Kind::Code => line.code.push(c),
                Kind::Comment => line.comment.push(c),
                Kind::Literal => line.code.push(if c.is_whitespace() { c } else { '_' }),
            }
        }
        before = token.chars().next_back().unwrap_or(before);
        rest = after;
    }
    if line != Line::default() {
        lines.push(line);
    }
    lines
}

/// The lines of `#[cfg(test)] mod tests { … }`, from the attribute to the brace, as indices.
pub(super) fn test_module(lines: &[Line]) -> Option<std::ops::Range<usize>> {
    let is = |index: usize, code: &str| {
        lines.get(index).is_some_and(|line| line.code.trim_end() == code)
    };
    let start = (0..lines.len()).find(|&start| {
        let attributes = lines.iter().skip(start + 1).take_while(|line| line.code.starts_with('#'));
        is(start, "#[cfg(test)]") && is(start + 1 + attributes.count(), "mod tests {")
    })?;
    let end = (start..lines.len()).find(|&end| is(end, "}")).map_or(lines.len(), |end| end + 1);
    Some(start..end)
}

/// The kind and the length in bytes of what stands at the start; `before` is the last character.
fn token(rest: &str, before: char) -> (Kind, usize) {
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    if rest.starts_with('"') {
        return (Kind::Literal, escaped(rest, '"'));
    }
    if rest.starts_with('\'') && is_character(rest) {
        return (Kind::Literal, escaped(rest, '\''));
    }
    if !is_word(before)
        && let Some(length) = raw_string(rest)
    {
        return (Kind::Literal, length);
    }
    (Kind::Code, rest.chars().next().map_or(0, char::len_utf8))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Tells `'x'` and `'\n'` from a lifetime.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    chars.next() == Some('\\') || chars.next() == Some('\'')
}

/// The length of a literal that ends at the first `end` without a backslash before it.
fn escaped(rest: &str, end: char) -> usize {
    let mut chars = rest.char_indices().skip(1);
    while let Some((index, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == end {
            return index + c.len_utf8();
        }
    }
    rest.len()
}

/// The length of `r"…"`, `br#"…"#` and the like, if one stands here.
fn raw_string(rest: &str) -> Option<usize> {
    let marked = rest.trim_start_matches(['b', 'c']).strip_prefix('r')?;
    let hashes = marked.len() - marked.trim_start_matches('#').len();
    let body = marked.trim_start_matches('#').strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - body.len();
    Some(body.find(&end).map_or(rest.len(), |found| start + found + end.len()))
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, code: &[&str], comments: &str) {
        let lines = lines(source);
        assert_eq!(lines.iter().map(|line| line.code.as_str()).collect::<Vec<_>>(), code);
        assert_eq!(lines.iter().map(|line| line.comment.as_str()).collect::<String>(), comments);
    }

    #[test]
    fn literals_and_comments_are_told_from_code() {
        check("let a = 1; // one\n", &["let a = 1; "], "// one");
        check("f(\"// no\")", &["f(___ ___)"], "");
        check(r#"f("a\"b", x)"#, &["f(______, x)"], "");
        check("a /* b /* c */ d */ e\n", &["a  e"], "/* b /* c */ d */");
        check("/* a\n\nb */ c\n", &["", "", " c"], "/* ab */");
        check("f('\"', '\\'', b'/') // x", &["f(___, ____, b___) "], "// x");
        check("fn f<'a>(x: &'a str) {}", &["fn f<'a>(x: &'a str) {}"], "");
        check(
            "r#\"a \" // b\"# + r\"\\\" + br##\"\"# \"##",
            &["____ _ __ ___ + ____ + _______ ___"],
            "",
        );
        check("r#type; for_r\"x\"", &["r#type; for_r___"], "");
        check("\"two\nlines\"\n", &["____", "______"], "");
        check("\"ä\" 'ä' ä", &["___ ___ ä"], "");
        check("\"not closed", &["____ ______"], "");
    }

    #[test]
    fn the_test_module_ends_at_the_brace_in_the_first_column() {
        let source = "fn f() {\n}\n\n#[cfg(test)]\n#[expect(x)]\n\
            mod tests {\n    mod a {\n    }\n}\nfn g() {}\n";
        assert_eq!(test_module(&lines(source)), Some(3..9));
        assert_eq!(test_module(&lines("#[cfg(test)]\nmod tests;\n")), None);
        assert_eq!(test_module(&lines("// #[cfg(test)]\n// mod tests {\n")), None);
    }
}
