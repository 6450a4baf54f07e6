//! A mail server without a socket: a script of what it says and does, and a journal with the times.
//!
//! One event a line: `S: line`, `S| piece` (with `\r`, `\n`, `\x1b`, `\\`), each a segment of its
//! own; `C` waits until the client has said something, `wait 500` lets time pass, in milliseconds.
//! `tls`, `tls bad` and `tls failed` wait for a handshake and end it. `closed` and `broken` end the
//! connection. After the last event the server is silent. `refused` as the first event is no server,
//! and `deaf` is one that what the client says never gets to.

use std::{
    collections::VecDeque,
    fmt::Display,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use mailscout_net::{
    certificate::CertificateProblem,
    connect::{CertificateFacts, Certificates, Connect, Connection, Target, TlsFacts},
    failure::Failure,
};
use mailscout_probe::conversation::Evidence;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{Instant, sleep, timeout},
};

use crate::dialog_script::{lossy, unescape};

/// A server that follows a script.
#[derive(Clone, Debug)]
pub(crate) struct Scripted {
    script: &'static str,
    journal: Journal,
}

impl Scripted {
    /// The clock of its journal starts now.
    pub(crate) fn new(script: &'static str) -> Self {
        Self { script, journal: Journal { begin: Instant::now(), lines: Arc::default() } }
    }

    /// What was done, each line with the milliseconds since the beginning.
    pub(crate) fn journal(&self) -> Vec<String> {
        self.journal.lines.lock().unwrap().clone()
    }

    /// Writes down the end of a conversation.
    pub(crate) fn ended(&self, evidence: &Evidence) {
        let Evidence { peer, failure, tls, facts, .. } = evidence;
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        self.journal.note(format_args!(
            "ended: {}; failure {}; tls {}; peer {}",
            or_none(facts.as_ref().map(|facts| facts.end.to_string())),
            or_none(failure.as_ref().map(|failure| failure.code().to_owned())),
            or_none(tls.as_ref().map(|tls| {
                tls.problem.as_ref().map_or("good", |problem| problem.code()).to_owned()
            })),
            or_none(peer.map(|peer| peer.to_string())),
        ));
    }
}

#[derive(Clone, Debug)]
struct Journal {
    begin: Instant,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Journal {
    fn note(&self, what: impl Display) {
        let at = self.begin.elapsed().as_millis();
        self.lines.lock().unwrap().push(format!("{at} {what}"));
    }
}

#[async_trait]
impl Connect for Scripted {
    async fn connect(
        &self,
        target: &Target,
        deadline: Duration,
    ) -> Result<Box<dyn Connection>, Failure> {
        self.journal.note(format_args!("connect {target} within {}", deadline.as_millis()));
        let is_deaf = match self.script.lines().next() {
            Some("refused") => return Err(Failure::ConnectionRefused),
            first => first == Some("deaf"),
        };
        let (to_client, inbox) = unbounded_channel();
        let (outbox, from_client) = unbounded_channel();
        tokio::spawn(serve(self.script, to_client, from_client));
        let journal = self.journal.clone();
        Ok(Box::new(Link { inbox, outbox, partial: VecDeque::new(), is_deaf, journal }))
    }
}

/// What a server does to a client.
#[derive(Debug)]
enum Event {
    Segment(Vec<u8>),
    Shaken(Result<TlsFacts, Failure>),
    Broken,
}

/// Plays the script.
async fn serve(
    script: &'static str,
    to_client: UnboundedSender<Event>,
    mut from_client: UnboundedReceiver<()>,
) {
    for line in script.lines() {
        let (word, text) = line.split_once(' ').unwrap_or((line, ""));
        let event = match word {
            "S:" => Event::Segment([unescape(text), b"\r\n".to_vec()].concat()),
            "S|" => Event::Segment(unescape(text)),
            "deaf" => continue,
            "C" => {
                from_client.recv().await;
                continue;
            }
            "wait" => {
                sleep(Duration::from_millis(text.parse().unwrap())).await;
                continue;
            }
            "tls" => {
                from_client.recv().await;
                Event::Shaken(shaken(text))
            }
            "broken" => Event::Broken,
            "closed" => return,
            other => panic!("{other}"),
        };
        let _ = to_client.send(event);
    }
    // The channel stays open until the client has gone.
    to_client.closed().await;
}

fn shaken(how: &str) -> Result<TlsFacts, Failure> {
    let facts = |problem| {
        let name = vec!["mail.test".to_owned()];
        let (from, until) = (SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH);
        let leaf = CertificateFacts::new("CN=mail.test", "CN=lab", name, from, until);
        TlsFacts::new("TLS 1.3", "TLS13_AES_128_GCM_SHA256", problem, vec![leaf])
    };
    match how {
        "bad" => Ok(facts(Some(CertificateProblem::SelfSigned))),
        "failed" => Err(Failure::Certificate(CertificateProblem::Expired)),
        _ => Ok(facts(None)),
    }
}

/// The client's end.
#[derive(Debug)]
struct Link {
    inbox: UnboundedReceiver<Event>,
    outbox: UnboundedSender<()>,
    partial: VecDeque<u8>,
    is_deaf: bool,
    journal: Journal,
}

#[async_trait]
impl Connection for Link {
    fn local_address(&self) -> Option<IpAddr> {
        Some("10.1.2.3".parse().unwrap())
    }

    fn peer_address(&self) -> Option<IpAddr> {
        Some("192.0.2.7".parse().unwrap())
    }

    async fn start_tls(
        &mut self,
        certificates: Certificates,
        deadline: Duration,
    ) -> Result<TlsFacts, Failure> {
        assert!(self.partial.is_empty(), "bytes in clear text were not read");
        self.journal.note(format_args!("{certificates:?} within {}", deadline.as_millis()));
        let _ = self.outbox.send(());
        match timeout(deadline, self.inbox.recv()).await {
            Ok(Some(Event::Shaken(ended))) => ended,
            Ok(Some(Event::Segment(_))) => Err(Failure::NotTls),
            Ok(Some(Event::Broken) | None) => Err(Failure::Handshake { detail: String::new() }),
            Err(_elapsed) => Err(Failure::TlsTimeout),
        }
    }

    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        if self.partial.is_empty() {
            match self.inbox.recv().await {
                Some(Event::Segment(bytes)) => self.partial.extend(bytes),
                Some(Event::Broken) => return Err(Failure::Closed),
                Some(Event::Shaken(_)) => panic!("a handshake that nobody began"),
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.partial.len());
        for (place, byte) in buffer.iter_mut().zip(self.partial.drain(..length)) {
            *place = byte;
        }
        Ok(length)
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.is_deaf {
            std::future::pending::<()>().await;
        }
        self.journal.note(format_args!("C: {}", lossy(bytes).trim_end()));
        self.outbox.send(()).map_err(|_| Failure::Closed)
    }

    async fn close(&mut self) {
        self.journal.note("close");
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.journal.note("dropped");
    }
}
