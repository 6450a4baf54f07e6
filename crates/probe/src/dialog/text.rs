//! Words and text of a server, made harmless.

use mailscout_schema::text::is_deceptive;

/// Characters that are kept of a text.
const MAX_TEXT: usize = 1000;

/// A server's text, fit to be shown: without blanks around it, cut after 1000 characters, and with
/// U+FFFD for each character that steers a terminal, is invisible or turns the direction of
/// writing.
pub(crate) fn clean(text: &str) -> String {
    let show = |shown: char| if is_deceptive(shown) { char::REPLACEMENT_CHARACTER } else { shown };
    text.trim().chars().take(MAX_TEXT).map(show).collect()
}

/// The first word of a line, and what follows it.
pub(crate) fn first_word(line: &str) -> (&str, &str) {
    line.split_once([' ', '\t']).map_or((line, ""), |(word, rest)| (word, rest.trim_start()))
}

/// The response code at the start of a text, without its brackets.
pub(crate) fn response_code(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('[')?.split_once(']').map(|(code, _)| code)
}

/// Whether a text starts with one of these response codes.
pub(crate) fn has_code(text: &str, codes: &[&str]) -> bool {
    let code = response_code(text).map(|code| first_word(code).0);
    code.is_some_and(|code| codes.iter().any(|known| code.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_deceive_is_replaced() {
        assert_eq!(clean("  grüezi \u{1b}[2J\u{202e}x\0 "), "grüezi \u{fffd}[2J\u{fffd}x\u{fffd}");
        assert_eq!(clean(&"é".repeat(1001)), "é".repeat(1000));
    }

    #[test]
    fn response_codes_stand_at_the_start() {
        assert_eq!(response_code(" [CAPABILITY A  B] hello]"), Some("CAPABILITY A  B"));
        assert_eq!(response_code("[CAPABILITY A"), None);
        assert_eq!(response_code("hello [ALERT]"), None);
        assert!(has_code("[sys/temp] later", &["IN-USE", "SYS/TEMP"]));
        assert!(!has_code("[SYS/PERM] never", &["SYS/TEMP"]));
    }
}
