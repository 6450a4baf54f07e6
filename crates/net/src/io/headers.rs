//! What a report wants of a response's header fields.

use hyper::header::{CONTENT_ENCODING, HeaderMap, HeaderName, LOCATION, WWW_AUTHENTICATE};

use crate::http::{Challenge, HttpScheme};

/// `Location` as text; bytes beyond UTF-8 become U+FFFD.
pub(super) fn location(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(LOCATION)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The content codings other than `identity`, as they stood.
pub(super) fn content_encoding(headers: &HeaderMap) -> Option<String> {
    let codings: Vec<String> = values(headers, &CONTENT_ENCODING)
        .flat_map(|value| {
            value.split(',').map(|coding| coding.trim().to_owned()).collect::<Vec<_>>()
        })
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
        .collect();
    (!codings.is_empty()).then(|| codings.join(", "))
}

/// The challenges in `WWW-Authenticate`, in order, each scheme once.
///
/// # Spec
///
/// [RFC 9110 §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)
pub(super) fn challenges(headers: &HeaderMap) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for value in values(headers, &WWW_AUTHENTICATE) {
        let mut current = None;
        for piece in pieces(&value) {
            let (word, parameter) = scheme(piece).unzip();
            if let Some(word) = word {
                let known = |known: &Challenge| known.scheme.eq_ignore_ascii_case(word);
                current = challenges.iter().position(known).is_none().then_some(challenges.len());
                challenges.extend(current.map(|_| Challenge::new(word)));
            }
            let current = current.and_then(|place: usize| challenges.get_mut(place));
            if let Some(challenge) = current.filter(|challenge| challenge.realm.is_none()) {
                challenge.realm = realm(parameter.unwrap_or(piece));
            }
        }
    }
    challenges
}

/// What the first challenge of a scheme says in a form of its own, beside parameters: NTLM's message.
pub(super) fn token(headers: &HeaderMap, wanted: HttpScheme) -> Option<String> {
    values(headers, &WWW_AUTHENTICATE).find_map(|value| {
        let mut schemes = pieces(&value).filter_map(scheme);
        let (_, token) = schemes.find(|(word, _)| word.eq_ignore_ascii_case(wanted.as_str()))?;
        Some(token.trim().to_owned()).filter(|token| !token.is_empty())
    })
}

fn values(headers: &HeaderMap, name: &HeaderName) -> impl Iterator<Item = String> {
    let all = headers.get_all(name).iter();
    all.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The pieces between the commas that stand outside quotes.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    value.split(move |character| {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        character == ',' && !quoted
    })
}

/// The scheme that a piece begins with, and what follows it; none where the piece is a further
/// parameter (`realm="x"`).
fn scheme(piece: &str) -> Option<(&str, &str)> {
    let piece = piece.trim();
    let end = piece.find([' ', '\t', '=']).unwrap_or(piece.len());
    let (word, rest) = piece.split_at_checked(end)?;
    let parameter = rest.trim_start().starts_with('=');
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_short = (1..=40).contains(&word.len());
    (is_short && !parameter && word.bytes().all(token)).then_some((word, rest))
}

/// The realm, where a parameter is one.
fn realm(parameter: &str) -> Option<String> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("realm") {
        return None;
    }
    let value = value.trim();
    let Some(quoted) = value.strip_prefix('"') else {
        return Some(value.chars().take(MAX_REALM).collect());
    };
    let mut escaped = false;
    let mut text = String::new();
    for letter in quoted.chars().take(MAX_REALM) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => {
                escaped = true;
                continue;
            }
            '"' => break,
            _ => {}
        }
        text.push(letter);
    }
    Some(text)
}

/// Letters of a realm that are kept.
const MAX_REALM: usize = 200;

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn headers(name: &HeaderName, lines: &[&str]) -> HeaderMap {
        let line = |text: &&str| (name.clone(), HeaderValue::from_bytes(text.as_bytes()).unwrap());
        lines.iter().map(line).collect()
    }

    #[test]
    fn each_challenge_gives_its_scheme_and_its_realm() {
        for (lines, expected) in [
            (&["NTLM", "Negotiate", r#"Basic realm="mail""#][..], "NTLM Negotiate Basic:mail"),
            (&[r#"Basic realm="a, b" , NTLM,Negotiate abc=="#], "Basic:a, b NTLM Negotiate"),
            (
                &[r#"Digest nonce = "1", realm="x\", \\y", qop=auth, bearer"#],
                r#"Digest:x", \y bearer"#,
            ),
            (&["", " , ", "basic, Basic realm=late"], "basic"),
            (&["Bearer\trealm=x, Realm=y", "\u{fc}ml", "realm=z"], "Bearer:x"),
            (&["NTLM, realm=x, Basic Realm = \"open"], "NTLM:x Basic:open"),
        ] {
            let found = challenges(&headers(&WWW_AUTHENTICATE, lines));
            let word = |Challenge { scheme, realm }: &Challenge| match realm {
                Some(realm) => format!("{scheme}:{realm}"),
                None => scheme.clone(),
            };
            assert_eq!(found.iter().map(word).collect::<Vec<_>>().join(" "), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_realm_has_an_end() {
        for realm in ["x".repeat(9000), format!("\"{}", "x".repeat(9000))] {
            let found = challenges(&headers(&WWW_AUTHENTICATE, &[&format!("Basic realm={realm}")]));
            assert_eq!(found[0].realm.as_ref().unwrap().len(), MAX_REALM);
        }
    }

    #[test]
    fn a_token_is_of_the_scheme_that_was_asked_for() {
        let lines = &["Negotiate bm8=", "Basic realm=x, ntlm  eWVz, NTLM bGF0ZQ=="];
        let headers = headers(&WWW_AUTHENTICATE, lines);
        assert_eq!(token(&headers, HttpScheme::Ntlm).as_deref(), Some("eWVz"));
        assert_eq!(token(&headers, HttpScheme::Negotiate).as_deref(), Some("bm8="));
        assert_eq!(token(&headers, HttpScheme::Bearer), None);
        let mut bare = HeaderMap::new();
        bare.insert(WWW_AUTHENTICATE, HeaderValue::from_static("NTLM"));
        assert_eq!(token(&bare, HttpScheme::Ntlm), None);
    }

    #[test]
    fn identity_is_no_content_encoding() {
        for (lines, expected) in [
            (&[][..], None),
            (&["identity"], None),
            (&["gzip"], Some("gzip")),
            (&["Identity, br", "gzip"], Some("br, gzip")),
        ] {
            let found = content_encoding(&headers(&CONTENT_ENCODING, lines));
            assert_eq!(found.as_deref(), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_location_beyond_ascii_is_kept_as_text() {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, HeaderValue::from_bytes(b"/b\xc3\xbccher/\xff").unwrap());
        assert_eq!(location(&headers).unwrap(), "/b\u{fc}cher/\u{fffd}");
    }
}
