//! The connection to a directory: messages out, messages in, in bounds.

use std::time::Duration;

use super::{
    ber::{Head, Malformed, SEQUENCE},
    request,
    response::{self, Message, Outcome, Response},
};
use crate::{
    connect::{Certificates, Connection},
    failure::Failure,
};

/// An open connection.
#[derive(Debug)]
pub(super) struct Link {
    connection: Box<dyn Connection>,
    /// What came and was not read yet.
    received: Vec<u8>,
    last_id: u32,
    is_verified: bool,
    max_bytes: usize,
    /// What is left of `max_bytes`.
    budget: usize,
}

impl Link {
    pub(super) fn new(connection: Box<dyn Connection>, max_bytes: usize) -> Self {
        Self {
            connection,
            received: Vec::new(),
            last_id: 0,
            is_verified: false,
            max_bytes,
            budget: max_bytes,
        }
    }

    /// Whether whatever is sent goes through TLS, to a server with a good certificate.
    pub(super) fn is_verified(&self) -> bool {
        self.is_verified
    }

    /// Starts TLS with the certificate verified.
    ///
    /// # Security
    ///
    /// What is left of the clear text was put there by whoever can write into it, for the time
    /// after; what has not even been received breaks the handshake.
    pub(super) async fn start_tls(&mut self, deadline: Duration) -> Result<(), Failure> {
        if !self.received.is_empty() {
            return Err(Failure::NotLdap {
                detail: "more came in clear text after the server agreed to TLS".to_owned(),
            });
        }
        self.connection.start_tls(Certificates::Verify, deadline).await?;
        self.is_verified = true;
        Ok(())
    }

    /// Sends a request, and gives its number.
    pub(super) async fn send(
        &mut self,
        request: impl FnOnce(u32) -> request::Message,
    ) -> Result<u32, Failure> {
        self.last_id += 1;
        let message = request(self.last_id);
        self.connection.send(&message).await?;
        Ok(self.last_id)
    }

    /// The next thing that the server says to the request of this number.
    pub(super) async fn receive(&mut self, id: u32) -> Result<Response, Failure> {
        loop {
            let message = self.message().await?;
            match message {
                Message { id: 0, response: Response::Extended(outcome) } => {
                    let Outcome { code, diagnostic, .. } = outcome;
                    return Err(Failure::LdapRefused { code, diagnostic });
                }
                Message { id: answered, response } if answered == id => return Ok(response),
                // To an earlier request, or to none.
                _ => {}
            }
        }
    }

    /// Says goodbye and closes.
    pub(super) async fn close(&mut self) {
        let _ = self.send(request::unbind).await;
        self.connection.close().await;
    }

    async fn message(&mut self) -> Result<Message, Failure> {
        let head = loop {
            if let Some(head) = Head::read(&self.received).map_err(not_ldap)? {
                break head;
            }
            self.read_more().await?;
        };
        if head.tag != SEQUENCE {
            return Err(not_ldap(Malformed("no message begins like this")));
        }
        let length = head.own + head.content;
        self.charge(length)?;
        while self.received.len() < length {
            self.read_more().await?;
        }
        let bytes = self.received.get(head.own..length).unwrap_or_default();
        let message = response::read(bytes).map_err(not_ldap)?;
        self.received.drain(..length);
        self.charge(message.response.overhead())?;
        Ok(message)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Failure> {
        match self.budget.checked_sub(bytes) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => Err(Failure::BodyTooLarge { max_body: self.max_bytes }),
        }
    }

    async fn read_more(&mut self) -> Result<(), Failure> {
        let mut buffer = [0; BUFFER];
        match self.connection.read(&mut buffer).await? {
            0 => Err(Failure::Closed),
            length => {
                self.received.extend(buffer.iter().take(length));
                Ok(())
            }
        }
    }
}

fn not_ldap(malformed: Malformed) -> Failure {
    Failure::NotLdap { detail: malformed.0.to_owned() }
}

/// Bytes that are read at a time.
const BUFFER: usize = 8 * 1024;
