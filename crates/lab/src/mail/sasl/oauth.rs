//! XOAUTH2 and OAUTHBEARER: a token that somebody else gave.

use super::{Exchange, Facts, Step, Verdict};
use crate::{mail::refusal::Refusal, scenario::file::Account};

/// Either mechanism; they differ in how a request is written and what follows a refusal.
///
/// A refusal is told in two steps: a challenge that explains it in JSON, which the client answers
/// with nothing to say, and then the refusal itself.
///
/// # Spec
///
/// [RFC 7628](https://www.rfc-editor.org/rfc/rfc7628); XOAUTH2 is Google's own.
pub(super) struct Bearer<'a> {
    facts: Facts<'a>,
    manner: Manner,
    refused: Option<Verdict>,
}

struct Manner {
    read: fn(&str, &Facts<'_>) -> Option<Request>,
    explanation: &'static str,
    /// What the client says to the explanation.
    acknowledgement: &'static [u8],
}

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    user: Option<String>,
    token: String,
}

impl<'a> Bearer<'a> {
    pub(super) fn xoauth2(facts: Facts<'a>) -> Self {
        let manner = Manner {
            read: read_xoauth2,
            explanation: r#"{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}"#,
            acknowledgement: b"",
        };
        Self { facts, manner, refused: None }
    }

    pub(super) fn oauthbearer(facts: Facts<'a>) -> Self {
        let manner = Manner {
            read: read_oauthbearer,
            explanation: r#"{"status":"invalid_token","schemes":"bearer","scope":"mail"}"#,
            acknowledgement: b"\x01",
        };
        Self { facts, manner, refused: None }
    }

    fn judge(&self, request: &Request) -> Verdict {
        let Request { user, token } = request;
        let Some(user) = user else {
            return judge_token(self.facts.accounts, token);
        };
        let account = self.facts.account(user);
        let fits = |account: &Account| account.token.as_ref() == Some(token);
        Verdict::of(user, account, account.is_some_and(fits))
    }
}

impl Exchange for Bearer<'_> {
    fn step(&mut self, response: Option<&[u8]>) -> Step {
        let Some(response) = response else {
            return Step::Challenge(Vec::new());
        };
        if let Some(verdict) = self.refused.take() {
            let polite = response == self.manner.acknowledgement;
            return if polite { Step::Over(verdict) } else { Step::refused(Refusal::Malformed) };
        }
        let request = str::from_utf8(response)
            .ok()
            .and_then(|response| (self.manner.read)(response, &self.facts));
        let Some(request) = request else {
            return Step::refused(Refusal::Malformed);
        };
        let verdict = self.judge(&request);
        if verdict.result.is_ok() {
            return Step::Over(verdict);
        }
        self.refused = Some(verdict);
        Step::Challenge(self.manner.explanation.as_bytes().to_vec())
    }
}

/// Whose token this is; it alone says who it is.
pub(crate) fn judge_token(accounts: &[Account], token: &str) -> Verdict {
    let account = accounts.iter().find(|account| account.token.as_deref() == Some(token));
    let user = account.map_or("?", |account| account.user.as_str());
    Verdict::of(user, account, account.is_some())
}

/// `user=…^Aauth=Bearer …^A^A`
fn read_xoauth2(response: &str, _: &Facts<'_>) -> Option<Request> {
    let fields = response.strip_suffix("\x01\x01")?;
    let (user, auth) = fields.split_once('\x01')?;
    let user = user.strip_prefix("user=").filter(|user| !user.is_empty())?;
    Some(Request { user: Some(user.to_owned()), token: token(auth.strip_prefix("auth=")?)? })
}

/// `n,a=…,^Ahost=…^Aport=…^Aauth=Bearer …^A^A`; host and port, where they stand, have to be right.
fn read_oauthbearer(response: &str, facts: &Facts<'_>) -> Option<Request> {
    let (header, fields) = response.split_once('\x01')?;
    let identity = header.strip_prefix("n,").or(header.strip_prefix("y,"))?.strip_suffix(',')?;
    let user = match identity {
        "" => None,
        named => Some(unescaped(named.strip_prefix("a=")?)?),
    };
    let mut bearer = None;
    for field in fields.strip_suffix("\x01\x01")?.split('\x01') {
        let (key, value) = field.split_once('=')?;
        match key {
            "auth" if bearer.is_none() => bearer = Some(token(value)?),
            "host" if value == facts.host => {}
            "port" if value == facts.port.to_string() => {}
            "auth" | "host" | "port" => return None,
            _ => {}
        }
    }
    Some(Request { user, token: bearer? })
}

/// The token in `Bearer …`.
fn token(value: &str) -> Option<String> {
    let (scheme, token) = value.split_once(' ')?;
    let plain = !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
    (scheme.eq_ignore_ascii_case("bearer") && plain).then(|| token.to_owned())
}

/// A name in which `=2C` stands for a comma and `=3D` for an equals sign.
pub(super) fn unescaped(name: &str) -> Option<String> {
    let mut parts = name.split('=');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (escaped, rest) = part.split_at_checked(2)?;
        plain.push(match escaped {
            "2C" => ',',
            "3D" => '=',
            _ => return None,
        });
        plain.push_str(rest);
    }
    Some(plain).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Facts, Request, read_oauthbearer, read_xoauth2, unescaped};

    #[test]
    fn requests_are_read_strictly() {
        let facts =
            Facts { accounts: &[], host: "mail.example".to_owned(), port: 993, nonce: [0; 16] };
        let request = |user: Option<&str>| {
            Some(Request { user: user.map(str::to_owned), token: "t0k".to_owned() })
        };
        let xoauth2 = |text: &str| read_xoauth2(text, &facts);
        assert_eq!(xoauth2("user=a@b\x01auth=Bearer t0k\x01\x01"), request(Some("a@b")));
        assert_eq!(xoauth2("user=a@b\x01auth=Bearer t0k\x01"), None);
        assert_eq!(xoauth2("user=\x01auth=Bearer t0k\x01\x01"), None);
        assert_eq!(xoauth2("user=a\x01auth=Basic t0k\x01\x01"), None);
        let bearer = |text: &str| read_oauthbearer(text, &facts);
        let rest = "host=mail.example\x01port=993\x01auth=Bearer t0k\x01\x01";
        assert_eq!(bearer(&format!("n,a=a=2Cb,\x01{rest}")), request(Some("a,b")));
        assert_eq!(bearer("n,,\x01auth=Bearer t0k\x01\x01"), request(None));
        assert_eq!(bearer(&format!("n,a=a,\x01{}", rest.replace("993", "143"))), None);
        assert_eq!(bearer(&format!("n,a=a,\x01{}", rest.replace("mail.", "other."))), None);
        assert_eq!(bearer("n,a=a,\x01host=mail.example\x01\x01"), None);
        assert_eq!(bearer(&format!("p=x,a=a,\x01{rest}")), None);
        assert_eq!(unescaped("a=3Db=2Cc"), Some("a=b,c".to_owned()));
        assert_eq!(unescaped("a=b"), None);
    }
}
