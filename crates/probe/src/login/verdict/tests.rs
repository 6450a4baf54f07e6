//! What servers said, and what it means.

use super::LogInVerdict::Broken;
use super::*;

/// Answers word for word, one or more for each row of the table, after the password was sent.
const SAID: &[(&str, LogInVerdict)] = &[
    ("NO [LIMIT] Maximum number of connections from user+IP exceeded", Temporary),
    ("NO [ALERT] Too many simultaneous connections. (Failure)", Temporary),
    (
        "NO [ALERT] Application-specific password required: https://support.google.com/a (Failure)",
        MustEnable,
    ),
    ("534 5.7.9 Application-specific password required. Learn more at 5.7.9 https://s", MustEnable),
    (
        "-ERR [AUTH] Application-specific password required: https://support.google.com/a",
        MustEnable,
    ),
    ("NO [AUTHENTICATIONFAILED] Use an app-specific password", MustEnable),
    ("535 5.7.0 Generate an app password to sign in", MustEnable),
    (
        "NO Login fail. Please enter your authorization code to login. More information in http://s",
        MustEnable,
    ),
    ("535 Login fail. Account is abnormal, service is not open, password is incorrect", MustEnable),
    (
        "NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page",
        MustEnable,
    ),
    (
        "-ERR [SYS/PERM] Your account is not enabled for POP access. Please visit your settings",
        MustEnable,
    ),
    ("NO [ALERT] Please enable IMAP in your settings", MustEnable),
    ("-ERR Please enable POP3 in your settings", MustEnable),
    ("550 User has no permission", MustEnable),
    (
        "NO [ALERT] Please log in via your web browser: https://support.google.com/m (Failure)",
        MustEnable,
    ),
    ("534 5.7.9 Please log in with your web browser and then try again", MustEnable),
    ("-ERR [AUTH] Web login required: https://support.google.com/mail/answer/78754", MustEnable),
    (
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
        MustEnable,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
        MustEnable,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        MechanismRefused,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        WrongPassword,
    ),
    (
        "NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure connections.",
        MechanismRefused,
    ),
    (
        "-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.",
        MechanismRefused,
    ),
    ("-ERR Unsupported authentication mechanism.", MechanismRefused),
    ("NO Unsupported authentication mechanism.", MechanismRefused),
    ("535 5.7.8 Error: authentication failed: Invalid authentication mechanism", MechanismRefused),
    ("535 5.7.8 Error: authentication failed: no mechanism available", MechanismRefused),
    ("504 PLAIN authentication mechanism not supported", MechanismRefused),
    ("504 5.7.4 Unrecognized authentication type", MechanismRefused),
    ("-ERR Command is not valid in this state.", MechanismRefused),
    ("-ERR Unknown command.", MechanismRefused),
    ("-ERR Invalid command", MechanismRefused),
    ("-ERR Unrecognized command", MechanismRefused),
    ("500 Command not recognized", MechanismRefused),
    ("502 Command not implemented", MechanismRefused),
    ("454 4.7.0 Too many login attempts, please try again later.", Locked),
    ("535 5.7.0 (#AUTH005) Too many bad auth attempts.", Locked),
    ("NO Authentication rate limit from one source exceeded", Locked),
    ("NO [LIMIT] LOGIN Rate limit hit.", Locked),
    ("550 user is locked.", Locked),
    ("-ERR [AUTH] Account locked", Locked),
    ("NO [AUTHENTICATIONFAILED] Your account has been locked", Locked),
    ("NO Account temporarily locked", Locked),
    ("535 5.7.8 Sign-in was blocked", Locked),
    ("NO account disabled", Locked),
    ("535 Your account is disabled", Locked),
    ("NO [UNAVAILABLE] LOGIN Server error - Please try again later", Temporary),
    ("NO [UNAVAILABLE] Temporary authentication failure.", Temporary),
    ("NO [INUSE] Mailbox in use", Temporary),
    ("NO [SERVERBUG] Internal error occurred.", Temporary),
    ("NO [AUTHENTICATIONFAILED] Authentication failed.", WrongPassword),
    ("NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", WrongPassword),
    ("NO [AUTHENTICATIONFAILED] (#MBR1212) Incorrect username or password.", WrongPassword),
    ("NO [AUTHORIZATIONFAILED] Authorization failed", WrongPassword),
    ("NO [EXPIRED] Password expired", MustEnable),
    ("NO [CONTACTADMIN] Call us", MustEnable),
    ("NO [PRIVACYREQUIRED] Not without TLS", MechanismRefused),
    ("NO [CANNOT] Not this way", MechanismRefused),
    ("BAD [CLIENTBUG] What?", MechanismRefused),
    ("NO [LIMIT] Enough", Locked),
    ("NO [WEBALERT https://accounts.google.com/signin/continue] Sign in", MustEnable),
    ("-ERR [AUTH] Authentication failed.", WrongPassword),
    ("-ERR [AUTH] Username and password not accepted.", WrongPassword),
    ("-ERR [SYS/TEMP] Temporary authentication failure.", Temporary),
    ("-ERR [SYS/PERM] No mail here", MustEnable),
    ("-ERR [IN-USE] Do you have another POP session running?", Temporary),
    ("-ERR [LOGIN-DELAY] Wait", Temporary),
    ("534 5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Sign in", MustEnable),
    ("535 5.7.139 Authentication unsuccessful, the request did not meet the criteria", MustEnable),
    ("432 4.7.12 A password transition is needed", MechanismRefused),
    ("500 5.5.6 Authentication Exchange line is too long", MechanismRefused),
    ("501 5.5.2 Cannot decode", MechanismRefused),
    ("502 5.5.1 No", MechanismRefused),
    ("503 5.5.1 Error: authentication not enabled", MechanismRefused),
    ("504 5.5.4 What?", MechanismRefused),
    ("530 5.7.0 Must issue a STARTTLS command first", MechanismRefused),
    ("534 5.7.9 Authentication mechanism is too weak", MechanismRefused),
    ("538 5.7.11 Encryption required for requested authentication mechanism", MechanismRefused),
    ("535 5.7.8 Username and Password not accepted.", WrongPassword),
    ("535 Incorrect authentication data", WrongPassword),
    ("525 5.7.13 User account suspended", Locked),
    ("526 Authentication failure[0]", WrongPassword),
];

/// Answers that have no sign.
const USUAL: &[(&str, LogInVerdict)] = &[
    ("NO LOGIN failed.", WrongPassword),
    ("NO AUTHENTICATE failed.", WrongPassword),
    ("NO LOGIN Login error or password error", WrongPassword),
    ("NO [ALERT] Something is the matter", WrongPassword),
    ("NO", WrongPassword),
    ("-ERR Logon failure: unknown user name or bad password.", WrongPassword),
    ("-ERR", WrongPassword),
    ("BAD What?", MechanismRefused),
    ("454 4.7.0 Temporary authentication failure", Temporary),
    ("435 Unable to authenticate at present", Temporary),
    ("421 4.3.2 Closing", Temporary),
    ("550 5.7.1 No", Broken),
    ("BYE Disconnected for inactivity.", Broken),
    // A status and a response code each belong to one protocol.
    ("NO 5.7.14 is no status here", WrongPassword),
    ("550 [AUTH] is no response code here", Broken),
];

fn read(said: &str) -> (Reply, &str) {
    let (word, text) = text::first_word(said);
    let reply = match word {
        "NO" => Reply::No,
        "BAD" => Reply::Bad,
        "BYE" => Reply::Bye,
        "-ERR" => Reply::Err,
        code => Reply::Code(code.parse().unwrap()),
    };
    (reply, text)
}

#[test]
fn every_row_has_an_example_that_it_decides() {
    let mut proven = vec![false; SIGNS.len()];
    for (said, expected) in SAID {
        let (reply, text) = read(said);
        let words = text.to_ascii_lowercase();
        let row = SIGNS.iter().position(|(sign, _)| sign.is_in(reply, text, &words, "alice"));
        proven[row.unwrap_or_else(|| panic!("no row decides `{said}`"))] = true;
        assert_eq!(judge(reply, text, "alice", true), *expected, "{said}");
    }
    let missing = SIGNS.iter().zip(proven).filter(|(_, proven)| !proven).map(|(row, _)| row);
    assert!(missing.clone().next().is_none(), "no example for {:?}", missing.collect::<Vec<_>>());
}

#[test]
fn what_has_no_sign_has_its_usual_meaning() {
    for (said, expected) in USUAL {
        let (reply, text) = read(said);
        let words = text.to_ascii_lowercase();
        assert!(!SIGNS.iter().any(|(sign, _)| sign.is_in(reply, text, &words, "alice")), "{said}");
        assert_eq!(judge(reply, text, "alice", true), *expected, "{said}");
    }
}

#[test]
fn before_the_user_was_named_the_password_cannot_be_wrong() {
    for (said, expected) in SAID.iter().chain(USUAL) {
        let (reply, text) = read(said);
        let expected = if *expected == WrongPassword { MechanismRefused } else { *expected };
        assert_eq!(judge(reply, text, "alice", false), expected, "{said}");
    }
}

#[test]
fn the_name_of_the_user_is_no_sign() {
    let text = "login failed for Blocked@contoso.example";
    assert_eq!(judge(Reply::No, text, "blocked@contoso.example", true), WrongPassword);
    assert_eq!(judge(Reply::No, text, "alice@contoso.example", true), Locked);
    assert_eq!(judge(Reply::No, text, "o", true), Locked);
}

#[test]
fn signs_are_written_as_they_are_compared() {
    for (sign, _) in SIGNS {
        match sign {
            Sign::Words(words) => assert_eq!(*words, words.to_ascii_lowercase()),
            Sign::Response(code) => assert_eq!(*code, code.to_ascii_uppercase()),
            Sign::Status(_) | Sign::Code(_) => {}
        }
    }
}
