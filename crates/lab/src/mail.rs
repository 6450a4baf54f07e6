//! The mail servers: IMAP, POP3 and SMTP up to the log-in, strict about what clients say.
//!
//! A [`Session`] says what one protocol answers and knows no socket; the loop here reads, writes
//! down, waits and writes.
#![expect(clippy::disallowed_types, reason = "the lab is made of sockets")]

use std::io;

use tokio::net::TcpStream;

use crate::{
    endpoint::{Endpoint, Stream, drain, finish, shake_hands},
    journal::{Ending, Talk},
    mail::{
        desk::Desk,
        faults::Opening,
        session::{Complaint, Note, Session, Then},
        wire::{Received, Wire, pause},
    },
    scenario::file::{Fault, Mail, Protocol, Security},
};

mod desk;
mod faults;
mod imap;
mod nonces;
mod pop3;
mod refusal;
mod sasl;
mod session;
mod smtp;
mod wire;

pub(crate) use nonces::Nonces;
pub(crate) use refusal::Refusal;
pub(crate) use sasl::{Exchange, Facts, Step, Verdict, begin, judge_password, judge_token};

/// Serves one connection to a mail server to its end.
pub(crate) async fn serve(
    stream: TcpStream,
    endpoint: &Endpoint,
    mut talk: Talk,
) -> io::Result<()> {
    let end = converse(stream, endpoint, &mut talk).await;
    if end.is_err() {
        talk.ends(Ending::Client);
    }
    end
}

async fn converse(mut stream: TcpStream, endpoint: &Endpoint, talk: &mut Talk) -> io::Result<()> {
    let site = endpoint.sites.first().ok_or(io::ErrorKind::NotFound)?;
    let mail = site.mail.as_ref().ok_or(io::ErrorKind::NotFound)?;
    match mail.fault {
        Some(Fault::Reset) => return stream.set_zero_linger(),
        Some(Fault::Silence) => return outwait(&mut stream, talk).await,
        _ => {}
    }
    let desk = Desk::new(site, mail, endpoint.port)?;
    let mut session: Box<dyn Session<'_> + '_> = match mail.protocol {
        Protocol::Imap => Box::new(imap::Imap::new(desk)),
        Protocol::Pop3 => Box::new(pop3::Pop3::new(desk)),
        Protocol::Smtp => Box::new(smtp::Smtp::new(desk)),
    };
    let at_once = mail.security == Security::Tls;
    if !at_once {
        match dialog(&mut stream, session.as_mut(), mail, talk, true).await? {
            After::End => return Ok(()),
            After::StartTls => {}
        }
    }
    let cut = matches!(mail.fault, Some(Fault::CutHandshake | Fault::StarttlsCut));
    let secured = shake_hands(stream, endpoint, Some(talk.number()), cut).await?;
    let Some((mut stream, server_name)) = secured else {
        talk.ends(if cut { Ending::Server } else { Ending::Client });
        return Ok(());
    };
    talk.enter_tls(server_name.as_deref());
    let site = endpoint.chosen(server_name.as_deref()).unwrap_or(site);
    let mail = site.mail.as_ref().unwrap_or(mail);
    session.enter_tls(site, mail);
    dialog(&mut stream, session.as_mut(), mail, talk, at_once).await.map(drop)
}

/// Talks on one stream until it ends or is to be upgraded.
async fn dialog<'a>(
    stream: &mut impl Stream,
    session: &mut (dyn Session<'a> + 'a),
    mail: &Mail,
    talk: &mut Talk,
    greets: bool,
) -> io::Result<After> {
    let mut wire = Wire::new(stream);
    if greets && let Some(after) = greet(&mut wire, session, mail, talk).await? {
        return Ok(after);
    }
    loop {
        let received = wire.read(session.wants()).await?;
        if let Some(after) = answer(&mut wire, session, mail, talk, received).await? {
            return Ok(after);
        }
    }
}

/// Greets as the scenario has it; gives what follows, unless it is a dialog.
async fn greet<'a>(
    wire: &mut Wire<'_, impl Stream>,
    session: &mut (dyn Session<'a> + 'a),
    mail: &Mail,
    talk: &mut Talk,
) -> io::Result<Option<After>> {
    if let Some(received) = wire.hold_back(mail.delay + faults::delay(mail.fault)).await? {
        return answer(wire, session, mail, talk, received).await;
    }
    let opening = faults::opening(mail);
    match opening {
        Opening::Instead(noise) => wire.write(noise).await?,
        _ => wire.write(&session.greeting()).await?,
    }
    match opening {
        Opening::Greet => return Ok(None),
        Opening::GreetAndFlood(piece) => wire.flood(piece).await?,
        Opening::GreetAndWait => outwait(wire.stream, talk).await?,
        Opening::GreetAndClose | Opening::Instead(_) => close(wire.stream, talk).await?,
    }
    Ok(Some(After::End))
}

/// Answers what came; gives what follows, unless the dialog goes on.
async fn answer<'a>(
    wire: &mut Wire<'_, impl Stream>,
    session: &mut (dyn Session<'a> + 'a),
    mail: &Mail,
    talk: &mut Talk,
    received: Received,
) -> io::Result<Option<After>> {
    let mut reply = match received {
        Received::Bytes(bytes) => session.take(&bytes),
        Received::Problem(problem) => session.complain(problem),
        Received::Closed => {
            write_down(talk, session.cut_off());
            talk.ends(Ending::Client);
            return Ok(Some(After::End));
        }
    };
    let waits = matches!(reply.then, Then::Read) && session.may_pipeline();
    if wire.has_more() && !waits && !matches!(reply.then, Then::Close) {
        write_down(talk, reply.note.take());
        reply = session.complain(Complaint::Hasty);
    }
    write_down(talk, reply.note);
    if matches!(reply.then, Then::Farewell) {
        talk.ends(Ending::Farewell);
    }
    pause(mail.reply_delay).await;
    wire.write(&reply.bytes).await?;
    match reply.then {
        Then::Read => return Ok(None),
        Then::StartTls => return Ok(Some(After::StartTls)),
        Then::Farewell | Then::Close => close(wire.stream, talk).await?,
        Then::Flood(piece) => wire.flood(piece).await?,
    }
    Ok(Some(After::End))
}

/// What follows a dialog on one stream.
enum After {
    End,
    StartTls,
}

async fn close(stream: &mut impl Stream, talk: &mut Talk) -> io::Result<()> {
    talk.ends(Ending::Server);
    finish(stream).await
}

/// Says nothing until the client leaves.
async fn outwait(stream: &mut impl Stream, talk: &mut Talk) -> io::Result<()> {
    drain(stream).await?;
    talk.ends(Ending::Client);
    Ok(())
}

fn write_down(talk: &Talk, note: Option<Note>) {
    match note {
        Some(Note::Command(line)) => talk.command(line),
        Some(Note::LogIn(log_in)) => talk.log_in(log_in),
        None => {}
    }
}
