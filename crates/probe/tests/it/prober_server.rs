//! A mail server in a few words, with whom the real dialog speaks: what it showed is true by
//! construction.
//!
//! ```text
//! refused                        no connection; also `unreachable`, `timeout`
//! silent                         a connection, and not a word; `closes` hangs up at once
//! garbage                        a greeting that is none; `http` one of a web server
//! tls PLAIN LOGIN                TLS from the first byte
//! starttls LOGIN | PLAIN NTLM    an upgrade; before it, and inside TLS where that differs
//! plain PLAIN                    no upgrade
//! ```
//!
//! Words in capital letters are mechanisms, `command` is `LOGIN` or `USER`, `APOP` a timestamp.
//! Further words: `certificate expired` (`self-signed`, `unknown-issuer`), `for mail.~ imap.~` (the
//! names of the certificate, last of all), `stripped`, `refuses-upgrade`, `denies-upgrade`,
//! `injected`, `breaks` (the handshake fails), `slow-handshake`, `alerts` (a TLS record as a
//! greeting), `hangs-up` (where TLS was to come first), `greets-late` (after 20 s), `preauth`,
//! `bye`, `busy`, `cut` (no answer to the question for capabilities), `no-list` (no such list),
//! `speaks smtp`.

use core::time::Duration;
use std::fmt::Write as _;

use mailscout_net::{certificate::CertificateProblem, connect::TlsFacts, failure::Failure};
use mailscout_probe::{
    conversation::{Conversation, Evidence},
    dialog::{Action, Dialog},
};
use mailscout_schema::settings::{Protocol, Security};

/// A server on one port.
#[derive(Clone, Debug, Default)]
pub(crate) struct Server {
    /// `tls`, `starttls`, `plain`, or what keeps it from being any of them.
    pub(crate) kind: String,
    /// The mechanisms in clear text.
    pub(crate) before: Vec<String>,
    /// The mechanisms inside TLS.
    pub(crate) inside: Vec<String>,
    pub(crate) faults: Vec<String>,
    certificate: Option<CertificateProblem>,
    /// The names of its certificate; none: every name.
    names: Vec<String>,
    speaks: Option<Protocol>,
}

/// When a server that greets late does.
const LATE: Duration = Duration::from_secs(20);

impl Server {
    #[track_caller]
    pub(crate) fn read(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let mut server =
            Self { kind: words.next().unwrap_or("refused").to_owned(), ..Self::default() };
        if server.kind == "greets-late" {
            (server.kind, server.faults) = ("starttls".to_owned(), vec!["greets-late".to_owned()]);
        }
        let mut is_divided = false;
        while let Some(word) = words.next() {
            match word {
                "|" => is_divided = true,
                "certificate" => server.certificate = words.next().map(problem),
                "for" => server.names.extend(words.by_ref().map(str::to_owned)),
                "speaks" => server.speaks = words.next().map(protocol),
                _ if word == "command" || word.chars().all(|c| !c.is_lowercase()) => {
                    if is_divided {
                        server.inside.push(word.to_owned());
                    } else {
                        server.before.push(word.to_owned());
                    }
                }
                fault => server.faults.push(fault.to_owned()),
            }
        }
        if !is_divided {
            server.inside.clone_from(&server.before);
        }
        server
    }

    pub(crate) fn has(&self, fault: &str) -> bool {
        self.faults.iter().any(|known| known == fault)
    }

    /// What is wrong with its certificate for a host.
    pub(crate) fn problem(&self, host: &str) -> Option<CertificateProblem> {
        let is_named = self.names.is_empty() || self.names.iter().any(|name| name == host);
        let wrong_name = || CertificateProblem::WrongName { names: self.names.clone() };
        self.certificate.clone().or_else(|| (!is_named).then(wrong_name))
    }

    /// What a conversation with it shows, and how long it takes beyond the way there and back.
    pub(crate) fn converse(&self, conversation: &Conversation) -> (Evidence, Duration) {
        let mut evidence = Evidence::default();
        let patience = conversation.patience;
        let (failure, waited) = match self.kind.as_str() {
            "refused" => (Failure::ConnectionRefused, Duration::ZERO),
            "unreachable" => {
                (Failure::Unreachable { detail: "no route".to_owned() }, Duration::ZERO)
            }
            "timeout" => (Failure::ConnectTimeout, patience.connect),
            _ => {
                evidence.peer = conversation.target.addresses.first().copied();
                let waited = match conversation.security {
                    Security::Tls => self.shake_first(conversation, &mut evidence),
                    _ => self.talk(conversation, &mut evidence),
                };
                return (evidence, waited);
            }
        };
        evidence.failure = Some(failure);
        (evidence, waited)
    }

    /// A conversation that begins with a handshake.
    fn shake_first(&self, conversation: &Conversation, evidence: &mut Evidence) -> Duration {
        match self.kind.as_str() {
            "tls" => match self.handshake(conversation) {
                Ok(tls) => {
                    evidence.tls = Some(tls);
                    return self.talk(conversation, evidence);
                }
                Err(failure) => evidence.failure = Some(failure),
            },
            "silent" => {
                evidence.failure = Some(Failure::TlsTimeout);
                return conversation.patience.tls;
            }
            "closes" => evidence.failure = Some(Failure::Handshake { detail: "eof".to_owned() }),
            _ => evidence.failure = Some(Failure::NotTls),
        }
        Duration::ZERO
    }

    fn handshake(&self, conversation: &Conversation) -> Result<TlsFacts, Failure> {
        if self.has("breaks") {
            return Err(Failure::Handshake { detail: "an alert".to_owned() });
        }
        if self.has("slow-handshake") {
            return Err(Failure::TlsTimeout);
        }
        let problem = self.problem(&conversation.target.host);
        match problem {
            Some(problem) if conversation.log_in.is_some() => Err(Failure::Certificate(problem)),
            problem => {
                Ok(TlsFacts::new("TLS 1.3", "TLS13_AES_128_GCM_SHA256", problem, Vec::new()))
            }
        }
    }

    /// Bytes between the real dialog and this server, until the dialog is over.
    fn talk(&self, conversation: &Conversation, evidence: &mut Evidence) -> Duration {
        let mut dialog = match conversation.protocol {
            Protocol::Imap => Dialog::imap(conversation.security),
            Protocol::Pop3 => Dialog::pop3(conversation.security),
            _ => Dialog::smtp(conversation.security, None),
        };
        let spoken = self.speaks.unwrap_or(conversation.protocol);
        let mut is_inside = conversation.security == Security::Tls;
        let mut waited = Duration::ZERO;
        let mut to_say = self.greeting(spoken, is_inside, conversation.patience.greeting);
        for _ in 0..20 {
            match dialog.next() {
                Action::Send(bytes) => {
                    let command = String::from_utf8(bytes).unwrap();
                    to_say = self.answer(spoken, command.trim_end(), is_inside);
                }
                Action::Read => match core::mem::replace(&mut to_say, Said::Nothing) {
                    Said::Bytes(bytes) => dialog.feed(&bytes),
                    Said::Hung => dialog.closed(),
                    Said::Nothing => {
                        waited += conversation.patience.greeting;
                        dialog.timed_out();
                    }
                },
                Action::StartTls => match self.handshake(conversation) {
                    Ok(tls) => {
                        evidence.tls = Some(tls);
                        is_inside = true;
                        dialog.tls_established();
                    }
                    Err(failure) => {
                        evidence.failure = Some(failure);
                        dialog.tls_failed();
                    }
                },
                Action::Done(facts) => {
                    evidence.facts = Some(facts);
                    return waited;
                }
                other => panic!("{other:?}"),
            }
        }
        panic!("the dialog never ends: {self:?}")
    }

    fn greeting(&self, spoken: Protocol, is_inside: bool, patience: Duration) -> Said {
        let say = |text: &str| Said::Bytes(format!("{text}\r\n").into_bytes());
        match self.kind.as_str() {
            "closes" => return Said::Hung,
            "garbage" => return say("what do you want?"),
            "http" => return say("HTTP/1.1 400 Bad Request"),
            "tls" if is_inside => {}
            "tls" if self.has("alerts") => {
                return Said::Bytes(b"\x15\x03\x01\0\x02\x02\x46".to_vec());
            }
            "tls" if self.has("hangs-up") => return Said::Hung,
            "tls" | "silent" => return Said::Nothing,
            _ => {}
        }
        if self.has("greets-late") && patience < LATE {
            return Said::Nothing;
        }
        let mechanisms = if is_inside { &self.inside } else { &self.before };
        let has_apop = mechanisms.iter().any(|word| word == "APOP");
        match spoken {
            Protocol::Imap if self.has("bye") || self.has("busy") => say("* BYE not you"),
            Protocol::Imap if self.has("preauth") => say("* PREAUTH hello"),
            Protocol::Imap => say("* OK hello"),
            Protocol::Pop3 if self.has("bye") => say("-ERR not you"),
            Protocol::Pop3 if self.has("busy") => say("-ERR [IN-USE] later"),
            Protocol::Pop3 if has_apop => say("+OK hello <1@a>"),
            Protocol::Pop3 => say("+OK hello"),
            _ if self.has("bye") => say("554 not you"),
            _ if self.has("busy") => say("421 later"),
            _ => say("220 hello"),
        }
    }

    /// The answer to a command, in the words of the protocol.
    fn answer(&self, spoken: Protocol, command: &str, is_inside: bool) -> Said {
        let (tag, word) = match spoken {
            Protocol::Imap => command.split_once(' ').unwrap_or((command, "")),
            _ => ("", command.split(' ').next().unwrap_or_default()),
        };
        let good = match spoken {
            Protocol::Imap => format!("{tag} OK"),
            Protocol::Pop3 => "+OK".to_owned(),
            _ => "220".to_owned(),
        };
        let text = match word {
            "CAPABILITY" | "CAPA" | "EHLO" | "HELO" if self.has("cut") => return Said::Hung,
            "CAPABILITY" | "CAPA" | "EHLO" | "HELO" => self.list(spoken, word, tag, is_inside),
            "STARTTLS" | "STLS" if self.has("refuses-upgrade") => match spoken {
                Protocol::Imap => format!("{tag} NO [UNAVAILABLE] later\r\n"),
                Protocol::Pop3 => "-ERR [SYS/TEMP] later\r\n".to_owned(),
                _ => "454 later\r\n".to_owned(),
            },
            "STARTTLS" | "STLS" if self.kind != "starttls" || self.has("denies-upgrade") => {
                match spoken {
                    Protocol::Imap => format!("{tag} BAD never\r\n"),
                    Protocol::Pop3 => "-ERR never\r\n".to_owned(),
                    _ => "502 never\r\n".to_owned(),
                }
            }
            "STARTTLS" | "STLS" if self.has("injected") => format!("{good} go\r\n{good} more\r\n"),
            "STARTTLS" | "STLS" => format!("{good} go\r\n"),
            _ => return Said::Hung,
        };
        Said::Bytes(text.into_bytes())
    }

    fn list(&self, spoken: Protocol, word: &str, tag: &str, is_inside: bool) -> String {
        let mechanisms = if is_inside { &self.inside } else { &self.before };
        let has_command = mechanisms.iter().any(|word| word == "command");
        let sasl: Vec<&str> = mechanisms
            .iter()
            .map(String::as_str)
            .filter(|word| !["command", "APOP"].contains(word))
            .collect();
        let upgrade = !is_inside && self.kind == "starttls" && !self.has("stripped");
        match (spoken, self.has("no-list")) {
            (Protocol::Imap, true) => format!("{tag} BAD what?\r\n"),
            (Protocol::Pop3, true) => "-ERR what?\r\n".to_owned(),
            (Protocol::Smtp, true) if word == "EHLO" => "502 what?\r\n".to_owned(),
            (Protocol::Smtp, true) => "250 me\r\n".to_owned(),
            (Protocol::Imap, _) => {
                let mut words = vec!["IMAP4rev1".to_owned()];
                words.extend(upgrade.then(|| "STARTTLS".to_owned()));
                words.extend((!has_command).then(|| "LOGINDISABLED".to_owned()));
                words.extend(sasl.iter().map(|word| format!("AUTH={word}")));
                format!("* CAPABILITY {}\r\n{tag} OK\r\n", words.join(" "))
            }
            (Protocol::Pop3, _) => {
                let mut lines = vec!["+OK".to_owned(), "TOP".to_owned()];
                lines.extend(upgrade.then(|| "STLS".to_owned()));
                lines.extend(has_command.then(|| "USER".to_owned()));
                lines.extend((!sasl.is_empty()).then(|| format!("SASL {}", sasl.join(" "))));
                format!("{}\r\n.\r\n", lines.join("\r\n"))
            }
            _ => {
                let mut lines = String::from("250-me\r\n");
                if upgrade {
                    lines += "250-STARTTLS\r\n";
                }
                if !sasl.is_empty() {
                    write!(lines, "250-AUTH {}\r\n", sasl.join(" ")).unwrap();
                }
                lines + "250 SIZE 1000\r\n"
            }
        }
    }
}

/// What the server says next.
#[derive(Debug)]
enum Said {
    Bytes(Vec<u8>),
    /// It closed the connection.
    Hung,
    /// It says nothing, whatever is waited.
    Nothing,
}

#[track_caller]
fn problem(word: &str) -> CertificateProblem {
    match word {
        "expired" => CertificateProblem::Expired,
        "self-signed" => CertificateProblem::SelfSigned,
        "unknown-issuer" => CertificateProblem::UnknownIssuer,
        other => panic!("{other} is no problem of a certificate"),
    }
}

#[track_caller]
pub(crate) fn protocol(word: &str) -> Protocol {
    match word {
        "imap" => Protocol::Imap,
        "pop3" => Protocol::Pop3,
        "smtp" => Protocol::Smtp,
        other => panic!("{other} is no protocol"),
    }
}
