//! The name server's sockets: one UDP and one TCP socket at the same address and port.
#![expect(clippy::disallowed_types, reason = "the lab is made of sockets")]

use std::{io, net::SocketAddr, sync::Arc};

use hickory_proto::op::{Edns, Message, MessageType, OpCode, ResponseCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
};

use crate::{
    dns::names::Names,
    journal::{Answer, Journal},
};

/// Binds a UDP and a TCP socket to one address; port 0 stands for one that is free for both.
pub(crate) async fn bind(at: SocketAddr) -> io::Result<(SocketAddr, UdpSocket, TcpListener)> {
    let mut attempts = 0;
    loop {
        let tcp = TcpListener::bind(at).await?;
        let address = tcp.local_addr()?;
        match UdpSocket::bind(address).await {
            Ok(udp) => return Ok((address, udp, tcp)),
            Err(error) if at.port() != 0 || attempts == MAX_BINDS => return Err(error),
            Err(_) => attempts += 1,
        }
    }
}

/// Answers from the scenario's names and writes each question down.
#[derive(Clone)]
pub(crate) struct NameServer {
    pub(crate) names: Arc<Names>,
    pub(crate) journal: Journal,
}

impl NameServer {
    /// Answers datagrams until it is dropped.
    pub(crate) async fn serve_udp(self, socket: UdpSocket) {
        let mut buffer = vec![0; usize::from(u16::MAX)];
        loop {
            let Ok((length, client)) = socket.recv_from(&mut buffer).await else {
                continue;
            };
            let reply = buffer.get(..length).and_then(|query| self.reply(query, true));
            if let Some(reply) = reply {
                // A client that is gone needs no answer.
                let _ = socket.send_to(&reply, client).await;
            }
        }
    }

    /// Answers connections until it is dropped.
    pub(crate) async fn serve_tcp(self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                continue;
            };
            let server = self.clone();
            connections.spawn(async move { server.converse(stream).await });
            while connections.try_join_next().is_some() {}
        }
    }

    async fn converse(&self, mut stream: TcpStream) -> io::Result<()> {
        loop {
            let mut query = vec![0; usize::from(stream.read_u16().await?)];
            stream.read_exact(&mut query).await?;
            if let Some(reply) = self.reply(&query, false) {
                let length = u16::try_from(reply.len()).map_err(io::Error::other)?;
                stream.write_u16(length).await?;
                stream.write_all(&reply).await?;
            }
        }
    }

    /// The answer to a query, or none when the scenario is silent or the query is no query.
    fn reply(&self, query: &[u8], datagram: bool) -> Option<Vec<u8>> {
        let query = Message::from_vec(query).ok()?;
        let [question] = query.queries.as_slice() else {
            return None;
        };
        let found = self.names.lookup(question.name(), question.query_type());
        let name = question.name().to_lowercase().to_ascii();
        self.journal.dns(
            name.trim_end_matches('.'),
            &question.query_type().to_string(),
            found.answer.clone(),
        );

        let mut reply = Message::new(query.metadata.id, MessageType::Response, OpCode::Query);
        reply.metadata.recursion_desired = query.metadata.recursion_desired;
        reply.metadata.recursion_available = true;
        reply.metadata.response_code = response_code(&found.answer)?;
        reply.add_query(question.clone());
        reply.add_answers(found.records);
        reply.add_authorities(found.authority);
        if query.edns.is_some() {
            let mut edns = Edns::new();
            edns.set_max_payload(MAX_DATAGRAM);
            reply.set_edns(edns);
        }
        let bytes = reply.to_vec().ok()?;
        if datagram && bytes.len() > usize::from(query.max_payload().min(MAX_DATAGRAM)) {
            return reply.truncate().to_vec().ok();
        }
        Some(bytes)
    }
}

/// The response code that goes with an answer; none for silence.
fn response_code(answer: &Answer) -> Option<ResponseCode> {
    Some(match answer {
        Answer::Records(_) | Answer::NoData => ResponseCode::NoError,
        Answer::NxDomain | Answer::Outside => ResponseCode::NXDomain,
        Answer::ServFail => ResponseCode::ServFail,
        Answer::Refused => ResponseCode::Refused,
        Answer::Silence => return None,
    })
}

/// The largest datagram, as the DNS flag day of 2020 advises.
const MAX_DATAGRAM: u16 = 1232;
const MAX_BINDS: usize = 16;
