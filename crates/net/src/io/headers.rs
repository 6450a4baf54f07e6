//! What a report wants of a response's header fields.

use hyper::header::{CONTENT_ENCODING, HeaderMap, HeaderName, LOCATION, WWW_AUTHENTICATE};

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

/// The scheme of each challenge in `WWW-Authenticate`, in order, each once.
///
/// # Spec
///
/// [RFC 9110 §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)
pub(super) fn challenges(headers: &HeaderMap) -> Vec<String> {
    let mut schemes: Vec<String> = Vec::new();
    for value in values(headers, &WWW_AUTHENTICATE) {
        for scheme in pieces(&value).filter_map(scheme) {
            if !schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
                schemes.push(scheme.to_owned());
            }
        }
    }
    schemes
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

/// The scheme that a piece begins with; none where it is a further parameter (`realm="x"`).
fn scheme(piece: &str) -> Option<&str> {
    let piece = piece.trim();
    let end = piece.find([' ', '\t', '=']).unwrap_or(piece.len());
    let (word, rest) = piece.split_at_checked(end)?;
    let parameter = rest.trim_start().starts_with('=');
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_short = (1..=40).contains(&word.len());
    (is_short && !parameter && word.bytes().all(token)).then_some(word)
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn headers(name: &HeaderName, lines: &[&str]) -> HeaderMap {
        let line = |text: &&str| (name.clone(), HeaderValue::from_bytes(text.as_bytes()).unwrap());
        lines.iter().map(line).collect()
    }

    #[test]
    fn each_challenge_gives_its_scheme() {
        for (lines, expected) in [
            (&["NTLM", "Negotiate", r#"Basic realm="mail""#][..], "NTLM Negotiate Basic"),
            (&[r#"Basic realm="a, b" , NTLM,Negotiate abc=="#], "Basic NTLM Negotiate"),
            (&[r#"Digest realm="x\", y", nonce = "1", qop=auth, bearer"#], "Digest bearer"),
            (&["", " , ", "basic, Basic"], "basic"),
            (&["Bearer\trealm=x", "\u{fc}ml"], "Bearer"),
        ] {
            let found = challenges(&headers(&WWW_AUTHENTICATE, lines));
            assert_eq!(found.join(" "), expected, "{lines:?}");
        }
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
