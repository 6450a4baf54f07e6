//! Carries out one conversation: bytes between a dialog and a connection, and the deadlines.
//!
//! What is said, and what an answer means, is the dialog's affair.

use core::time::Duration;
use std::time::SystemTime;

use mailscout_net::{
    connect::{Certificates, Connect, Connection},
    failure::Failure,
};
use mailscout_schema::settings::{Protocol, Security};
use tokio::time::timeout;

use crate::{
    conversation::{Conversation, Evidence},
    dialog::{Action, Dialog},
    login::Chance,
};

/// Has a conversation, and gives what it showed. Dropping the future closes the connection.
///
/// A failure that comes after the dialog's end, while it says farewell, is no evidence.
pub async fn converse(conversation: &Conversation, connect: &dyn Connect) -> Evidence {
    let mut evidence = Evidence::default();
    match open(conversation, connect, &mut evidence).await {
        Ok((dialog, connection)) => {
            Talk { conversation, dialog, connection, evidence: &mut evidence }.hold().await;
        }
        Err(failure) => evidence.failure = Some(failure),
    }
    evidence
}

/// Prepares the dialog and connects, with TLS where it is there from the first byte.
async fn open(
    conversation: &Conversation,
    connect: &dyn Connect,
    evidence: &mut Evidence,
) -> Result<(Dialog, Box<dyn Connection>), Failure> {
    let dialog = dialog(conversation)?;
    let patience = conversation.patience;
    let mut connection = connect.connect(&conversation.target, patience.connect).await?;
    evidence.peer = connection.peer_address();
    if conversation.security == Security::Tls {
        let started = connection.start_tls(certificates(conversation), patience.tls).await;
        evidence.tls = Some(started?);
    }
    Ok((dialog, connection))
}

/// The dialog of a conversation. The client calls itself by no address: its own is nobody's
/// business.
fn dialog(conversation: &Conversation) -> Result<Dialog, Failure> {
    let security = conversation.security;
    let dialog = match conversation.protocol {
        Protocol::Imap => Dialog::imap(security),
        Protocol::Pop3 => Dialog::pop3(security),
        Protocol::Smtp => Dialog::smtp(security, None),
        other => {
            let detail = format!("no dialog is known for {other}");
            return Err(Failure::InvalidRequest { detail });
        }
    };
    match &conversation.log_in {
        Some(log_in) => Ok(dialog.logging_in(log_in.clone(), chance()?)),
        None => Ok(dialog),
    }
}

/// What a log-in takes from outside; without random numbers there is none.
fn chance() -> Result<Chance, Failure> {
    let mut bytes = [0; 32];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(Chance { bytes, now: SystemTime::now() }),
        Err(error) => {
            let detail = format!("the system has no random numbers for the log-in: {error}");
            Err(Failure::InvalidRequest { detail })
        }
    }
}

/// What is secret goes to a server only that has proved who it is.
fn certificates(conversation: &Conversation) -> Certificates {
    match conversation.log_in {
        Some(_) => Certificates::Verify,
        None => Certificates::Inspect,
    }
}

/// A dialog on its connection.
struct Talk<'a> {
    conversation: &'a Conversation,
    dialog: Dialog,
    connection: Box<dyn Connection>,
    evidence: &'a mut Evidence,
}

impl Talk<'_> {
    /// Does what the dialog wants until it is over.
    async fn hold(mut self) {
        let patience = self.conversation.patience;
        let mut due = self.exchange(&[], patience.greeting).await;
        loop {
            due = match due {
                Action::Send(words) => self.exchange(&words, patience.reply).await,
                Action::Read => self.exchange(&[], patience.reply).await,
                Action::StartTls => self.upgrade().await,
                Action::Done(facts) => {
                    self.evidence.facts = Some(facts);
                    return self.connection.close().await;
                }
            };
        }
    }

    /// Says something and hears the whole answer, within one patience: a server that talks slowly
    /// gains nothing by each byte. Gives what the dialog wants then.
    async fn exchange(&mut self, words: &[u8], patience: Duration) -> Action {
        match timeout(patience, self.say_and_listen(words)).await {
            Ok(due) => due,
            Err(_elapsed) => {
                self.dialog.timed_out();
                self.dialog.next()
            }
        }
    }

    /// No action is held while something is waited for: giving this up loses none.
    async fn say_and_listen(&mut self, words: &[u8]) -> Action {
        if !words.is_empty()
            && let Err(failure) = self.connection.send(words).await
        {
            match self.dialog.next() {
                // The words were a farewell.
                over @ Action::Done(_) => return over,
                _ => self.broke(failure),
            }
        }
        loop {
            match self.dialog.next() {
                Action::Read => self.listen().await,
                due => return due,
            }
        }
    }

    async fn listen(&mut self) {
        let mut buffer = [0; 4096];
        match self.connection.read(&mut buffer).await {
            Ok(0) => self.dialog.closed(),
            Ok(length) => self.dialog.feed(buffer.get(..length).unwrap_or_default()),
            Err(failure) => self.broke(failure),
        }
    }

    fn broke(&mut self, failure: Failure) {
        self.evidence.failure = Some(failure);
        self.dialog.closed();
    }

    /// Starts TLS after the server agreed to it.
    ///
    /// # Security
    ///
    /// A server waits for the client now. Whatever comes in clear text is somebody else's: the
    /// dialog is told, and there is no handshake. What comes after this [`GLANCE`] becomes part of
    /// the handshake and breaks it; so the glance decides how an injection is called, not whether
    /// one succeeds.
    async fn upgrade(&mut self) -> Action {
        if timeout(GLANCE, self.listen()).await.is_err() {
            let (how, patience) = (certificates(self.conversation), self.conversation.patience.tls);
            match self.connection.start_tls(how, patience).await {
                Ok(facts) => {
                    self.evidence.tls = Some(facts);
                    self.dialog.tls_established();
                }
                Err(failure) => {
                    self.evidence.failure = Some(failure);
                    self.dialog.tls_failed();
                }
            }
        }
        self.dialog.next()
    }
}

/// How long is looked for bytes that stand where TLS has to begin: long enough for the runtime to
/// ask the system once, which a mere look at what it knows would not do.
const GLANCE: Duration = Duration::from_millis(1);
