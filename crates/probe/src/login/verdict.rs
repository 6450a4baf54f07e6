//! What a server's refusal means: a table of signs, read from top to bottom.
//!
//! Words come before codes: servers have more to say than codes for it, and several put the words
//! behind the code of a wrong password.

use super::LogInVerdict::{self, Locked, MechanismRefused, MustEnable, Temporary, WrongPassword};
use crate::dialog::text;

/// How a server says no, apart from its words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reply {
    /// IMAP's `NO`.
    No,
    /// IMAP's `BAD`.
    Bad,
    /// IMAP's untagged `BYE`, instead of an answer.
    Bye,
    /// POP3's `-ERR`.
    Err,
    /// The code of SMTP.
    Code(u16),
}

/// By what a refusal is recognised.
#[derive(Clone, Copy, Debug)]
enum Sign {
    /// Words anywhere in the text, in small letters.
    Words(&'static str),
    /// A response code of IMAP or POP3.
    Response(&'static str),
    /// An enhanced status code of SMTP (RFC 3463).
    Status(&'static str),
    /// A reply code of SMTP.
    Code(u16),
}

/// The verdict on a refusal.
///
/// `has_told_user` is whether the server knows whom it refuses: before that it cannot be a wrong
/// password.
pub(crate) fn judge(reply: Reply, text: &str, user: &str, has_told_user: bool) -> LogInVerdict {
    let (words, user) = (text.to_ascii_lowercase(), user.to_ascii_lowercase());
    let row = SIGNS.iter().find(|(sign, _)| sign.is_in(reply, text, &words, &user));
    match row.map_or_else(|| usual(reply), |(_, verdict)| *verdict) {
        WrongPassword if !has_told_user => MechanismRefused,
        verdict => verdict,
    }
}

/// The verdict where nothing is recognised.
fn usual(reply: Reply) -> LogInVerdict {
    match reply {
        Reply::No | Reply::Err => WrongPassword,
        Reply::Bad => MechanismRefused,
        Reply::Code(400..=499) => Temporary,
        Reply::Code(_) | Reply::Bye => LogInVerdict::Broken,
    }
}

impl Sign {
    fn is_in(self, reply: Reply, text: &str, words: &str, user: &str) -> bool {
        match self {
            // What the user is called, the server does not mean.
            Self::Words(sign) if user.contains(sign) => words.replace(user, "").contains(sign),
            Self::Words(sign) => words.contains(sign),
            Self::Response(sign) => {
                !matches!(reply, Reply::Code(_)) && text::has_code(text, &[sign])
            }
            Self::Status(sign) => {
                matches!(reply, Reply::Code(_)) && text::first_word(text.trim_start()).0 == sign
            }
            Self::Code(sign) => reply == Reply::Code(sign),
        }
    }
}

/// The table. Where a row comes from stands above it; an example of each is in the tests.
const SIGNS: &[(Sign, LogInVerdict)] = &[
    // Dovecot, `mail_max_userip_connections`.
    (Sign::Words("maximum number of connections"), Temporary),
    // Gmail.
    (Sign::Words("too many simultaneous connections"), Temporary),
    // Gmail and Yahoo, on accounts with a second factor.
    (Sign::Words("application-specific password"), MustEnable),
    (Sign::Words("app-specific password"), MustEnable),
    (Sign::Words("app password"), MustEnable),
    // QQ and 163: a password of its own for programs.
    (Sign::Words("authorization code"), MustEnable),
    // QQ since 2022: one text for everything that can be wrong.
    (Sign::Words("service is not open"), MustEnable),
    // Gmail, where IMAP or POP is switched off.
    (Sign::Words("not enabled for imap"), MustEnable),
    (Sign::Words("not enabled for pop"), MustEnable),
    (Sign::Words("enable imap"), MustEnable),
    (Sign::Words("enable pop"), MustEnable),
    // 163, where SMTP is switched off.
    (Sign::Words("user has no permission"), MustEnable),
    // Gmail, from places that it does not know.
    (Sign::Words("log in via your web browser"), MustEnable),
    (Sign::Words("log in with your web browser"), MustEnable),
    (Sign::Words("web login required"), MustEnable),
    // Exchange Online, by a switch of the tenant or of the mailbox.
    (Sign::Words("smtpclientauthentication is disabled"), MustEnable),
    // Exchange Online; nothing is locked but the policy.
    (Sign::Words("security defaults policy"), MustEnable),
    // Exchange Online and Outlook.com, which take tokens only.
    (Sign::Words("basic authentication is disabled"), MechanismRefused),
    // Exchange Online, under the same status as the three above.
    (Sign::Words("user credentials were incorrect"), WrongPassword),
    // Dovecot, in clear text.
    (Sign::Words("plaintext authentication disallowed"), MechanismRefused),
    // Dovecot.
    (Sign::Words("unsupported authentication mechanism"), MechanismRefused),
    // Postfix, with Cyrus' or Dovecot's SASL behind it.
    (Sign::Words("invalid authentication mechanism"), MechanismRefused),
    (Sign::Words("no mechanism available"), MechanismRefused),
    // Exim.
    (Sign::Words("mechanism not supported"), MechanismRefused),
    // Exchange.
    (Sign::Words("unrecognized authentication type"), MechanismRefused),
    // Exchange's POP3, in clear text.
    (Sign::Words("command is not valid in this state"), MechanismRefused),
    // POP3 servers that do not know `AUTH`, each in its words.
    (Sign::Words("unknown command"), MechanismRefused),
    (Sign::Words("invalid command"), MechanismRefused),
    (Sign::Words("unrecognized command"), MechanismRefused),
    (Sign::Words("command not recognized"), MechanismRefused),
    (Sign::Words("command not implemented"), MechanismRefused),
    // Gmail, Yahoo and many others.
    (Sign::Words("too many"), Locked),
    // Mailu and Yahoo.
    (Sign::Words("rate limit"), Locked),
    // 163's and others'; not "unlocked".
    (Sign::Words("is locked"), Locked),
    (Sign::Words("account locked"), Locked),
    (Sign::Words("been locked"), Locked),
    (Sign::Words("temporarily locked"), Locked),
    (Sign::Words("blocked"), Locked),
    // Cyrus and hMailServer.
    (Sign::Words("account disabled"), Locked),
    (Sign::Words("account is disabled"), Locked),
    // Yahoo.
    (Sign::Words("try again later"), Temporary),
    // RFC 5530 section 3.
    (Sign::Response("UNAVAILABLE"), Temporary),
    (Sign::Response("INUSE"), Temporary),
    (Sign::Response("SERVERBUG"), Temporary),
    (Sign::Response("AUTHENTICATIONFAILED"), WrongPassword),
    (Sign::Response("AUTHORIZATIONFAILED"), WrongPassword),
    (Sign::Response("EXPIRED"), MustEnable),
    (Sign::Response("CONTACTADMIN"), MustEnable),
    (Sign::Response("PRIVACYREQUIRED"), MechanismRefused),
    (Sign::Response("CANNOT"), MechanismRefused),
    (Sign::Response("CLIENTBUG"), MechanismRefused),
    (Sign::Response("LIMIT"), Locked),
    // Gmail's own.
    (Sign::Response("WEBALERT"), MustEnable),
    // RFC 3206 section 4 and RFC 2449 section 8.1.
    (Sign::Response("AUTH"), WrongPassword),
    (Sign::Response("SYS/TEMP"), Temporary),
    (Sign::Response("SYS/PERM"), MustEnable),
    (Sign::Response("IN-USE"), Temporary),
    (Sign::Response("LOGIN-DELAY"), Temporary),
    // Gmail: the web browser, in words that change.
    (Sign::Status("5.7.14"), MustEnable),
    // Exchange Online, in words that are not above.
    (Sign::Status("5.7.139"), MustEnable),
    // RFC 4954 section 6: a log-in by PLAIN would make the others work.
    (Sign::Code(432), MechanismRefused),
    (Sign::Code(500), MechanismRefused),
    (Sign::Code(501), MechanismRefused),
    (Sign::Code(502), MechanismRefused),
    (Sign::Code(503), MechanismRefused),
    (Sign::Code(504), MechanismRefused),
    (Sign::Code(530), MechanismRefused),
    (Sign::Code(534), MechanismRefused),
    (Sign::Code(538), MechanismRefused),
    (Sign::Code(535), WrongPassword),
    // RFC 5248 section 2.4, for X.7.13.
    (Sign::Code(525), Locked),
    // Alibaba's enterprise mail.
    (Sign::Code(526), WrongPassword),
];

#[cfg(test)]
mod tests;
