//! The directories: LDAP version 3 as far as a reader needs it, strict about what clients say.
//!
//! A [`Session`](session::Session) says what is answered and knows no socket; the loop here reads,
//! writes down, and writes.
#![expect(clippy::disallowed_types, reason = "the lab is made of sockets")]

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    directory::{
        ber::{Length, SEQUENCE, length},
        session::{Reply, Session, Then},
    },
    endpoint::{Endpoint, Stream, drain, finish, shake_hands},
    journal::DirectoryTalk,
    scenario::file::{Directory, DirectoryFault, Security},
};

mod ber;
mod code;
mod dn;
mod faults;
mod filter;
mod message;
mod session;
mod tree;

pub(crate) use dn::{Dn, escaped};
pub(crate) use tree::{Attribute, Misfit, Tree, attribute};

/// Serves one connection to a directory to its end.
pub(crate) async fn serve(
    mut stream: TcpStream,
    endpoint: &Endpoint,
    mut talk: DirectoryTalk,
) -> io::Result<()> {
    let site = endpoint.sites.first().ok_or(io::ErrorKind::NotFound)?;
    let directory = site.directory.as_ref().ok_or(io::ErrorKind::NotFound)?;
    match directory.fault {
        Some(DirectoryFault::Reset) => return stream.set_zero_linger(),
        Some(DirectoryFault::Silence) => return drain(&mut stream).await,
        _ => {}
    }
    let mut session = Session::new(directory)?;
    if directory.security != Security::Tls {
        match dialog(&mut stream, &mut session, directory, &talk).await? {
            After::End => return Ok(()),
            After::StartTls => {}
        }
    }
    let cut = [Some(DirectoryFault::CutHandshake), Some(DirectoryFault::StarttlsCut)];
    let cut = cut.contains(&directory.fault);
    let Some((mut stream, name)) = shake_hands(stream, endpoint, None, cut).await? else {
        return Ok(());
    };
    talk.enter_tls(name.as_deref());
    let site = endpoint.chosen(name.as_deref()).unwrap_or(site);
    let directory = site.directory.as_ref().unwrap_or(directory);
    session.enter_tls(directory);
    dialog(&mut stream, &mut session, directory, &talk).await.map(drop)
}

/// Answers messages until the stream ends or is to be upgraded.
async fn dialog(
    stream: &mut impl Stream,
    session: &mut Session<'_>,
    directory: &Directory,
    talk: &DirectoryTalk,
) -> io::Result<After> {
    let mut buffer = Vec::new();
    loop {
        let reply = match cut(&mut buffer) {
            Ok(Some(message)) => session.answer(&message, !buffer.is_empty()),
            Ok(None) => {
                if stream.read_buf(&mut buffer).await? == 0 {
                    return Ok(After::End);
                }
                continue;
            }
            Err(problem) => Session::complain(problem),
        };
        let Reply { bytes, note, then } = reply;
        if let Some(note) = note {
            talk.write_down(note);
        }
        if !directory.reply_delay.is_zero() {
            pause(directory.reply_delay).await;
        }
        stream.write_all(&bytes).await?;
        stream.flush().await?;
        match then {
            Then::Read => continue,
            Then::StartTls => return Ok(After::StartTls),
            Then::Farewell | Then::Close => finish(stream).await?,
            Then::Wait => drain(stream).await?,
            Then::Flood(piece) => flood(stream, &piece).await?,
        }
        return Ok(After::End);
    }
}

/// Takes a whole message from the buffer, if it is all there.
fn cut(buffer: &mut Vec<u8>) -> Result<Option<Vec<u8>>, &'static str> {
    if buffer.first().is_some_and(|tag| *tag != SEQUENCE) {
        return Err("(not a message of LDAP)");
    }
    let whole = match length(buffer) {
        Length::Unknown => return Ok(None),
        Length::Unusable => return Err("(not a message of LDAP)"),
        Length::Known { header, content } => header.saturating_add(content),
    };
    if whole > MAX_MESSAGE {
        return Err("(a message too long)");
    }
    Ok((buffer.len() >= whole).then(|| buffer.drain(..whole).collect()))
}

/// Writes the same again and again, until the client closes.
async fn flood(stream: &mut impl Stream, piece: &[u8]) -> io::Result<()> {
    let pieces = piece.repeat(1 + FLOOD / piece.len().max(1));
    loop {
        stream.write_all(&pieces).await?;
    }
}

#[expect(clippy::disallowed_methods, reason = "a slow server sleeps")]
async fn pause(time: std::time::Duration) {
    tokio::time::sleep(time).await;
}

/// What follows a dialog on one stream.
enum After {
    End,
    StartTls,
}

/// Longer than any search in a test, and short enough to be sent in one.
const MAX_MESSAGE: usize = 64 * 1024;
const FLOOD: usize = 4096;
