//! What a server offers of what can be done.

use mailscout_schema::settings::Protocol;

use super::Mechanism;
use crate::dialog::Heard;

/// Every mechanism, in the order in which they are tried over TLS: the simplest first, which work
/// wherever passwords are stored as hashes.
const TRIED: &[Mechanism] = &[
    Mechanism::Plain,
    Mechanism::Login,
    Mechanism::Command,
    Mechanism::ScramSha256,
    Mechanism::CramMd5,
    Mechanism::Apop,
    Mechanism::Ntlm,
    Mechanism::OauthBearer,
    Mechanism::Xoauth2,
];

/// The mechanisms that a server offers and that can be done, in the order in which they are tried
/// over TLS.
///
/// IMAP's `LOGIN` is offered unless it is disabled. POP3's `USER` is where it is listed, and where
/// there is no list.
///
/// # Security
///
/// What was said before TLS offers nothing inside it: ask with what was heard on the side on which
/// the log-in takes place.
pub fn offered(heard: &Heard, protocol: Protocol) -> Vec<Mechanism> {
    TRIED.iter().copied().filter(|mechanism| offers(heard, protocol, *mechanism)).collect()
}

pub(super) fn offers(heard: &Heard, protocol: Protocol, mechanism: Mechanism) -> bool {
    match (mechanism, protocol) {
        (Mechanism::Command, Protocol::Imap) => !heard.login_disabled(),
        (Mechanism::Command, Protocol::Pop3) => heard.capabilities.is_none() || heard.has("USER"),
        (Mechanism::Apop, Protocol::Pop3) => heard.apop.is_some(),
        (Mechanism::Command | Mechanism::Apop, _) => false,
        _ => heard.mechanisms.iter().any(|name| name == mechanism.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(capabilities: Option<&[&str]>, mechanisms: &[&str], apop: bool) -> Heard {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Heard {
            capabilities: capabilities.map(owned),
            mechanisms: owned(mechanisms),
            apop: apop.then(|| "<1@a>".to_owned()),
            ..Heard::default()
        }
    }

    #[track_caller]
    fn check(heard: &Heard, protocol: Protocol, expected: &str) {
        let words: Vec<_> = offered(heard, protocol).iter().map(|found| found.as_str()).collect();
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn what_is_tried_stands_in_the_order_of_the_type() {
        assert!(TRIED.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn each_protocol_has_its_own_commands() {
        let names = &["XOAUTH2", "NTLM", "GSSAPI", "PLAIN", "APOP", "COMMAND", "CRAM-MD5"];
        let all = heard(Some(&["USER"]), names, true);
        check(&all, Protocol::Imap, "PLAIN command CRAM-MD5 NTLM XOAUTH2");
        check(&all, Protocol::Pop3, "PLAIN command CRAM-MD5 APOP NTLM XOAUTH2");
        check(&all, Protocol::Smtp, "PLAIN CRAM-MD5 NTLM XOAUTH2");
        let names = &["LOGIN", "OAUTHBEARER", "SCRAM-SHA-256"];
        let rest = heard(Some(&["LOGINDISABLED"]), names, false);
        check(&rest, Protocol::Imap, "LOGIN SCRAM-SHA-256 OAUTHBEARER");
        check(&rest, Protocol::Pop3, "LOGIN SCRAM-SHA-256 OAUTHBEARER");
    }

    #[test]
    fn a_server_without_a_list_has_the_commands() {
        let silent = heard(None, &[], false);
        check(&silent, Protocol::Imap, "command");
        check(&silent, Protocol::Pop3, "command");
        check(&silent, Protocol::Smtp, "");
    }
}
