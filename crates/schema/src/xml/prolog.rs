//! What stands before the root element: declaration, comments, the marks of a web page.

use core::ops::Range;

/// The start of a document, up to the first thing that is neither blank nor comment nor
/// processing instruction.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Prolog {
    /// The first XML declaration, wherever it stands.
    pub(super) declaration: Option<Range<usize>>,
    /// Where the rest begins.
    pub(super) body: usize,
}

/// Looks at the start of a document in any encoding that has ASCII in it.
pub(super) fn scan(document: &[u8]) -> Prolog {
    let mut prolog = Prolog::default();
    loop {
        let rest = document.get(prolog.body..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let rest = rest.get(blanks..).unwrap_or_default();
        prolog.body += blanks;
        let end = if rest.starts_with(b"<!--") {
            end_of(rest, b"-->")
        } else if rest.starts_with(b"<?") {
            end_of(rest, b"?>")
        } else {
            None
        };
        let Some(end) = end else { return prolog };
        let is_declaration =
            rest.starts_with(b"<?xml") && rest.get(5).is_some_and(u8::is_ascii_whitespace);
        if is_declaration && prolog.declaration.is_none() {
            prolog.declaration = Some(prolog.body..prolog.body + end);
        }
        prolog.body += end;
    }
}

/// Whether the rest of a document is that of a web page.
pub(super) fn is_web_page(body: &[u8]) -> bool {
    let is_html = starts_with(body, b"<html")
        && body.get(5).is_none_or(|byte| byte.is_ascii_whitespace() || b">/".contains(byte));
    is_html || starts_with(body, b"<!doctype html")
}

/// Whether the rest of a document begins with a document type declaration.
pub(super) fn is_dtd(body: &[u8]) -> bool {
    starts_with(body, b"<!doctype")
}

/// The encoding that a declaration names.
pub(super) fn encoding(declaration: &[u8]) -> Option<&str> {
    const WORD: &[u8] = b"encoding";
    let at = declaration.windows(WORD.len()).position(|window| window == WORD)?;
    let value = declaration.get(at + WORD.len()..)?.trim_ascii_start();
    let value = value.strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first()?;
    let length = value.iter().position(|byte| byte == quote)?;
    core::str::from_utf8(value.get(..length)?).ok()
}

fn starts_with(body: &[u8], word: &[u8]) -> bool {
    body.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn end_of(rest: &[u8], mark: &[u8]) -> Option<usize> {
    rest.windows(mark.len()).position(|window| window == mark).map(|at| at + mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &str, declaration: Option<&str>, body: &str) {
        let prolog = scan(document.as_bytes());
        let found = prolog.declaration.and_then(|range| document.get(range));
        assert_eq!(found, declaration, "{document:?}");
        assert_eq!(&document[prolog.body..], body, "{document:?}");
    }

    #[test]
    fn the_declaration_is_found_behind_blanks_comments_and_instructions() {
        check("<a/>", None, "<a/>");
        check("<?xml version='1.0'?><a/>", Some("<?xml version='1.0'?>"), "<a/>");
        check(
            " <!-- > --><?x y?>\n<?xml version='1.0'?> <a/>",
            Some("<?xml version='1.0'?>"),
            "<a/>",
        );
        check("<?xml-stylesheet x?><a/>", None, "<a/>");
        check("<!-- open", None, "<!-- open");
        check("", None, "");
    }

    #[test]
    fn the_encoding_is_read_with_either_quote() {
        assert_eq!(encoding(b"<?xml version='1.0' encoding = 'UTF-8'?>"), Some("UTF-8"));
        assert_eq!(encoding(b"<?xml version=\"1.0\" encoding=\"latin1\"?>"), Some("latin1"));
        assert_eq!(encoding(b"<?xml version='1.0'?>"), None);
        assert_eq!(encoding(b"<?xml encoding"), None);
    }

    #[test]
    fn a_web_page_is_told_by_its_first_tag() {
        for page in ["<!DOCTYPE HTML PUBLIC x>", "<html>", "<HTML lang='de'>", "<html"] {
            assert!(is_web_page(page.as_bytes()), "{page}");
        }
        for other in ["<htmlx>", "<Autodiscover>", "<!DOCTYPE x>", ""] {
            assert!(!is_web_page(other.as_bytes()), "{other}");
        }
    }
}
