//! Texts with placeholders for the user's address.
//!
//! What is filled in was typed by somebody: who takes a host or a URL out of here checks it again.

use crate::address::{self, EmailAddress};
use crate::lowering::host;

/// What a text becomes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Target {
    /// A user name, or words for people.
    Text,
    /// A host name.
    Host,
    /// An https URL; what is filled in is escaped.
    Url,
}

impl Target {
    /// Whether a text without placeholders can be what it becomes.
    pub(super) fn takes(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Host => address::is_final(text) || host_name(text).is_some(),
            Self::Url => host::is_https(text) && host::is_web_url(text),
        }
    }
}

/// The host that a text names; `None` with a port or anything else beside it.
pub(super) fn host_name(text: &str) -> Option<host::Host> {
    host::read(text).filter(|host| !host.was_url && host.port.is_none())
}

/// The URL in ASCII; `None` where it is no https URL.
pub(super) fn https_url(text: &str) -> Option<String> {
    host::to_ascii_url(text).filter(|url| host::is_https(url))
}

/// A text whose placeholders are all known.
#[derive(Debug)]
pub(super) struct Template<'a> {
    pieces: Vec<Piece<'a>>,
    target: Target,
    is_odd: bool,
}

#[derive(Clone, Copy, Debug)]
enum Piece<'a> {
    Literal(&'a str),
    Address,
    LocalPart,
    Domain,
}

const PLACEHOLDERS: [(&str, Piece<'static>); 3] = [
    ("EMAILADDRESS", Piece::Address),
    ("EMAILLOCALPART", Piece::LocalPart),
    ("EMAILDOMAIN", Piece::Domain),
];

/// The most pieces of a template, so that filling it in stays as small as the text.
const MAX_PIECES: usize = 32;

impl<'a> Template<'a> {
    /// Whether a text has no sign of a placeholder, which is seen faster than by taking it apart.
    pub(super) fn is_filled_in(text: &str) -> bool {
        !text.bytes().any(|byte| matches!(byte, b'%' | b'{' | b'}' | b'$' | b'[' | b'<'))
    }

    /// Whether a text is the user name that nearly every document has.
    pub(super) fn is_usual(text: &str) -> bool {
        text == "%EMAILADDRESS%"
    }

    /// Takes a text apart; `None` where a placeholder is unknown, or there are far too many.
    ///
    /// Known ones are taken in any letters, and at the end of the text without their last sign.
    pub(super) fn parse(text: &'a str, target: Target) -> Option<Self> {
        if host::has_template_mark(text) {
            return None;
        }
        let mut template = Self { pieces: Vec::new(), target, is_odd: false };
        let mut rest = text;
        let mut literal = 0;
        while let Some(at) = rest.get(literal..)?.find('%').map(|at| literal + at) {
            let after = rest.get(at + 1..)?;
            if let Some((piece, length, is_odd)) = known(after) {
                template.pieces.push(Piece::Literal(rest.get(..at)?));
                template.pieces.push(piece);
                template.is_odd |= is_odd;
                rest = after.get(length..)?;
                literal = 0;
            } else if target.keeps_sign(after) {
                literal = at + 1;
            } else {
                return None;
            }
            if template.pieces.len() > MAX_PIECES {
                return None;
            }
        }
        template.pieces.push(Piece::Literal(rest));
        Some(template)
    }

    /// Whether there is nothing to fill in.
    pub(super) fn is_constant(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Literal(_)))
    }

    /// Whether a placeholder was told in spite of its form.
    pub(super) fn is_odd(&self) -> bool {
        self.is_odd
    }

    /// Fills in the placeholders; `None` where a URL would lead elsewhere.
    pub(super) fn fill(&self, address: &EmailAddress) -> Option<String> {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Domain => out.push_str(address.domain().as_str()),
                Piece::Address => self.push(&mut out, &address.to_string()),
                Piece::LocalPart if self.target == Target::Url && is_dots(address.local_part()) => {
                    return None;
                }
                Piece::LocalPart => self.push(&mut out, address.local_part()),
            }
        }
        Some(out)
    }

    fn push(&self, out: &mut String, value: &str) {
        if self.target == Target::Url {
            out.push_str(&host::escape(value, |c| {
                c.is_ascii_alphanumeric() || "-._~@".contains(c)
            }));
        } else {
            out.push_str(value);
        }
    }
}

impl Target {
    /// Whether a percent sign that begins no known placeholder stands for itself.
    fn keeps_sign(self, after: &str) -> bool {
        if self == Self::Url {
            let mut digits = after.bytes().take(2);
            return digits.len() == 2 && digits.all(|byte| byte.is_ascii_hexdigit());
        }
        let word = after.split_once('%').map(|(word, _)| word);
        word.is_none_or(|word| word.is_empty() || word.contains(char::is_whitespace))
    }
}

/// The known placeholder behind a percent sign, how much of the text it takes, and whether its
/// form is odd.
fn known(after: &str) -> Option<(Piece<'static>, usize, bool)> {
    PLACEHOLDERS.iter().find_map(|(name, piece)| {
        let word = after.get(..name.len()).filter(|word| word.eq_ignore_ascii_case(name))?;
        let rest = after.get(name.len()..)?;
        match rest.strip_prefix('%') {
            Some(_) => Some((*piece, name.len() + 1, word != *name)),
            None if rest.is_empty() => Some((*piece, name.len(), true)),
            None => None,
        }
    })
}

/// Whether a part of a path would mean this place or the one above.
fn is_dots(text: &str) -> bool {
    matches!(text, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, target: Target, expected: Option<&str>) {
        let address = "jo%41+n&é@bücher.example".parse().unwrap();
        let filled = Template::parse(text, target).and_then(|template| template.fill(&address));
        assert_eq!(filled.as_deref(), expected, "{text}");
    }

    #[test]
    fn placeholders_are_filled_in_and_escaped_in_urls() {
        let text = |text, expected| check(text, Target::Text, expected);
        text("%EMAILADDRESS%", Some("jo%41+n&é@xn--bcher-kva.example"));
        text("%EMAILLOCALPART%#%EMAILDOMAIN%", Some("jo%41+n&é#xn--bcher-kva.example"));
        text("%emaildomain%", Some("xn--bcher-kva.example"));
        text("imap.%EMAILDOMAIN", Some("imap.xn--bcher-kva.example"));
        text("user%contoso.example", Some("user%contoso.example"));
        text("100%", Some("100%"));
        text("50% of 100%", Some("50% of 100%"));
        text("", Some(""));
        let url = |text, expected| check(text, Target::Url, expected);
        url(
            "https://x.example/%EMAILADDRESS%/%41",
            Some("https://x.example/jo%2541%2Bn%26%C3%A9@xn--bcher-kva.example/%41"),
        );
        url("https://x.example/%EMAILDOMAINS/%20", None);
        url("https://x.example/100%", None);
    }

    #[test]
    fn unknown_placeholders_are_refused() {
        for target in [Target::Text, Target::Host, Target::Url] {
            for text in ["%USERNAME%", "a%server/imap/socket/%b", "%EMAILADDRESSES%", "{{mail}}"] {
                check(text, target, None);
            }
            check(&"%EMAILADDRESS%".repeat(100), target, None);
        }
    }

    #[test]
    fn dots_never_climb_in_a_url() {
        let address = "..@contoso.example".parse().unwrap();
        let template = Template::parse("https://x.example/%EMAILLOCALPART%/", Target::Url).unwrap();
        assert_eq!(template.fill(&address), None);
    }
}
