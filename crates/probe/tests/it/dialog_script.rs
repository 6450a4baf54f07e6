//! A transcript as text: how it is read, how it is played, how facts are written down.
//!
//! The first line says protocol and security. A second one can say `log in`, mechanism, exposure,
//! user name and secret; `Chance` is always the same. Then `S:` is a line of the server and `C:` one of the
//! client, both with CRLF; `S|` is bytes of the server without a line end of their own. `S*9:` and
//! `S*9|` stand for nine of them. `\r`, `\n`, `\\` and `\x00` are escapes. Between them stand the
//! marks `== tls`, `== tls failed`, `== closed`, `== timed out`. `#` is a comment.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use mailscout_probe::dialog::{Action, Dialog, Facts, Heard};
use mailscout_probe::login::{Chance, Exposure, LogIn, Mechanism, Secret};
use mailscout_schema::settings::Security;

/// A transcript.
#[derive(Debug)]
pub(crate) struct Script {
    name: String,
    protocol: String,
    security: Security,
    log_in: Option<LogIn>,
    events: Vec<Event>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Event {
    Server(Vec<u8>),
    Client(Vec<u8>),
    Tls,
    TlsFailed,
    Closed,
    TimedOut,
}

/// How the server's bytes come in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    /// All that comes without an answer in between at once.
    Whole,
    EachByte,
    /// In two pieces at this place, counted over the whole transcript.
    At(usize),
}

/// What came of playing a transcript.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Played {
    pub(crate) facts: Facts,
    pub(crate) sent: Vec<u8>,
}

impl Script {
    #[track_caller]
    pub(crate) fn read(name: &str, text: &str) -> Self {
        let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (protocol, security) = lines.next().and_then(|line| line.split_once(' ')).unwrap();
        let security = match security {
            "tls" => Security::Tls,
            "starttls" => Security::StartTls,
            "plain" => Security::Plain,
            other => panic!("{other} is no security"),
        };
        let mut script = Self {
            name: name.to_owned(),
            protocol: protocol.to_owned(),
            security,
            log_in: None,
            events: Vec::new(),
        };
        for line in lines {
            match line.strip_prefix("log in ") {
                Some(wanted) => script.log_in = Some(log_in(wanted)),
                None => script.push(event(line)),
            }
        }
        script
    }

    fn push(&mut self, event: Event) {
        match (self.events.last_mut(), event) {
            (Some(Event::Server(bytes)), Event::Server(more))
            | (Some(Event::Client(bytes)), Event::Client(more)) => bytes.extend(more),
            (_, event) => self.events.push(event),
        }
    }

    /// A dialog at its beginning.
    fn dialog(&self) -> Dialog {
        let dialog = match self.protocol.as_str() {
            "imap" => Dialog::imap(self.security),
            "pop3" => Dialog::pop3(self.security),
            "smtp" => Dialog::smtp(self.security, None),
            other => panic!("{other} is no protocol"),
        };
        match &self.log_in {
            Some(log_in) => dialog.logging_in(log_in.clone(), chance()),
            None => dialog,
        }
    }

    /// Whether the log-in computes for some time.
    pub(crate) fn is_slow(&self) -> bool {
        self.log_in.as_ref().is_some_and(|log_in| log_in.mechanism == Mechanism::ScramSha256)
    }

    /// How many bytes the server sends.
    pub(crate) fn len(&self) -> usize {
        let of = |event: &Event| if let Event::Server(bytes) = event { bytes.len() } else { 0 };
        self.events.iter().map(of).sum()
    }

    /// Plays it to its end, at which the dialog must be over, and holds every command to what
    /// stands in the transcript.
    #[track_caller]
    pub(crate) fn play(&self, cut: Cut) -> Played {
        let mut dialog = self.dialog();
        let at = format!("{}, {cut:?}", self.name);
        let (mut sent, mut expected, mut offset) = (Vec::new(), Vec::new(), 0);
        let mut due = pump(&mut dialog, &mut sent);
        for event in &self.events {
            match event {
                Event::Server(bytes) => {
                    for piece in pieces(bytes, cut, offset) {
                        dialog.feed(piece);
                        drop(pump(&mut dialog, &mut sent));
                    }
                    offset += bytes.len();
                }
                Event::Client(bytes) => expected.extend_from_slice(bytes),
                Event::Tls | Event::TlsFailed => {
                    assert_eq!(due, Action::StartTls, "{at}");
                    if *event == Event::Tls {
                        dialog.tls_established();
                    } else {
                        dialog.tls_failed();
                    }
                }
                Event::Closed => dialog.closed(),
                Event::TimedOut => dialog.timed_out(),
            }
            due = pump(&mut dialog, &mut sent);
            if matches!(event, Event::Client(_)) {
                assert_eq!(lossy(&sent), lossy(&expected), "{at}");
            }
        }
        assert_eq!(lossy(&sent), lossy(&expected), "{at}");
        match due {
            Action::Done(facts) => Played { facts, sent },
            due => panic!("{at}: the transcript ends, the dialog does not: {due:?}"),
        }
    }
}

/// Takes what there is to send, and says what comes after.
pub(crate) fn pump(dialog: &mut Dialog, sent: &mut Vec<u8>) -> Action {
    loop {
        match dialog.next() {
            Action::Send(bytes) => sent.extend(bytes),
            due => return due,
        }
    }
}

/// The chance of every transcript: the bytes from 0 to 31, and the first second of 2024.
pub(crate) fn chance() -> Chance {
    Chance {
        bytes: core::array::from_fn(|index| u8::try_from(index).unwrap()),
        now: SystemTime::UNIX_EPOCH + Duration::from_hours(19_723 * 24),
    }
}

pub(crate) const MECHANISMS: &[Mechanism] = &[
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

#[track_caller]
fn log_in(line: &str) -> LogIn {
    let mut words = line.splitn(4, ' ');
    let mut word = || String::from_utf8(unescape(words.next().unwrap())).unwrap();
    let name = word();
    let mechanism = MECHANISMS.iter().find(|found| found.as_str() == name).unwrap();
    let exposure = match word().as_str() {
        "verified" => Exposure::Verified,
        "unencrypted" => Exposure::Unencrypted,
        "clear-text-password" => Exposure::ClearTextPassword,
        other => panic!("{other} is no exposure"),
    };
    let (user, secret) = (word(), word().into());
    let is_token = mechanism.takes_token();
    let secret = if is_token { Secret::Token(secret) } else { Secret::Password(secret) };
    LogIn::new(user, secret, *mechanism, exposure)
}

fn pieces(bytes: &[u8], cut: Cut, offset: usize) -> Vec<&[u8]> {
    match cut {
        Cut::EachByte => bytes.chunks(1).collect(),
        Cut::At(place) if (offset..offset + bytes.len()).contains(&place) => {
            let (head, tail) = bytes.split_at(place - offset);
            vec![head, tail]
        }
        Cut::Whole | Cut::At(_) => vec![bytes],
    }
}

#[track_caller]
fn event(line: &str) -> Event {
    match line {
        "== tls" => return Event::Tls,
        "== tls failed" => return Event::TlsFailed,
        "== closed" => return Event::Closed,
        "== timed out" => return Event::TimedOut,
        _ => {}
    }
    let (head, text) = line.split_once(' ').unwrap_or((line, ""));
    let (who, is_line) =
        head.strip_suffix(':').map_or((head.trim_end_matches('|'), false), |who| (who, true));
    let (who, count) = who.split_once('*').map_or((who, 1), |(who, n)| (who, n.parse().unwrap()));
    let mut bytes = unescape(text);
    if is_line {
        bytes.extend(b"\r\n");
    }
    match who {
        "S" => Event::Server(bytes.repeat(count)),
        "C" => Event::Client(bytes),
        other => panic!("`{other}` in `{line}`"),
    }
}

pub(crate) fn unescape(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.bytes());
        let length = if after.starts_with('x') { 3 } else { 1 };
        let (escape, after) = after.split_at(length);
        bytes.push(match escape {
            "r" => b'\r',
            "n" => b'\n',
            "\\" => b'\\',
            hex => u8::from_str_radix(&hex[1..], 16).unwrap(),
        });
        rest = after;
    }
    bytes.extend(rest.bytes());
    bytes
}

pub(crate) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Facts as the `.expected` files have them.
pub(crate) fn render(facts: &Facts) -> String {
    let mut text = format!("{}, {}: {}\n", facts.protocol, facts.security, facts.end);
    for (side, heard) in [("before TLS", &facts.before_tls), ("inside TLS", &facts.inside_tls)] {
        if let Some(heard) = heard {
            writeln!(text, "{side}").unwrap();
            render_heard(&mut text, heard);
        }
    }
    if let Some(log_in) = &facts.log_in {
        writeln!(text, "log-in: {}", log_in.verdict).unwrap();
        if let Some(said) = &log_in.text {
            writeln!(text, "  text: {said}").unwrap();
        }
    }
    text
}

fn render_heard(text: &mut String, heard: &Heard) {
    let mut fact = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let line = format!("  {name}: {value}");
            writeln!(text, "{}", line.trim_end()).unwrap();
        }
    };
    fact("greeting", heard.greeting.as_deref());
    fact("timestamp", heard.apop.as_deref());
    fact("preauthenticated", heard.preauthenticated.then_some("yes"));
    let list = heard.capabilities.as_ref().map(|list| list.join(" | "));
    fact("capabilities", Some(list.as_deref().unwrap_or("none listed")));
    if list.is_some() {
        fact("starttls", Some(if heard.offers_starttls() { "offered" } else { "not offered" }));
        fact("login", heard.login_disabled().then_some("disabled"));
        let mechanisms = heard.mechanisms.join(" ");
        fact("mechanisms", Some(if heard.offers_auth() { &mechanisms } else { "no list" }));
    }
    fact("last line", heard.last_line.as_deref());
}
