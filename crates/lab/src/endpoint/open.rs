//! Opening an endpoint: a listener, a closed port, or a port that answers no SYN.
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the lab is made of sockets"
)]

use std::{future, io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
};

use crate::{
    endpoint::{Endpoint, connection},
    scenario::file::Fault,
};

/// Opens an endpoint at an address, where port 0 stands for one that the system picks; the task
/// that serves or holds it joins `tasks`.
pub(crate) async fn open(
    endpoint: Endpoint,
    at: SocketAddr,
    tasks: &mut JoinSet<()>,
) -> io::Result<SocketAddr> {
    match endpoint.fault {
        Some(Fault::Refuse) => {
            let socket = bound(at)?;
            let target = socket.local_addr()?;
            tasks.spawn(hold(socket));
            Ok(target)
        }
        Some(Fault::Blackhole) => {
            let (target, blackhole) = blackhole(at).await?;
            tasks.spawn(hold(blackhole));
            Ok(target)
        }
        _ => {
            let listener = bound(at)?.listen(BACKLOG)?;
            let target = listener.local_addr()?;
            tasks.spawn(serve(Arc::new(endpoint), listener));
            Ok(target)
        }
    }
}

/// A socket with a port of its own. Until it listens, the port is closed and yet not free.
fn bound(at: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // What was served there a moment ago still has connections that are fading away.
    socket.set_reuseaddr(at.port() != 0)?;
    socket.bind(at)?;
    Ok(socket)
}

async fn serve(endpoint: Arc<Endpoint>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        // As mail and web servers do: without it a second write waits for the first one's ACK.
        let _ = stream.set_nodelay(true);
        let endpoint = Arc::clone(&endpoint);
        connections.spawn(async move {
            // How a connection ends is the client's affair; what was asked is in the journal.
            let _ = connection::serve(stream, &endpoint).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn hold<T>(_held: T) {
    future::pending::<()>().await;
}

type Blackhole = (TcpListener, Vec<TcpStream>);

/// A listener that never accepts and whose queue is full, so that the system drops each new SYN.
///
/// It is filled until a connection is not answered: what comes back is known to work.
async fn blackhole(at: SocketAddr) -> io::Result<(SocketAddr, Blackhole)> {
    let listener = bound(at)?.listen(1)?;
    let target = listener.local_addr()?;
    let mut fillers = Vec::new();
    while fillers.len() < MAX_FILLERS {
        match tokio::time::timeout(ANSWERED, TcpStream::connect(target)).await {
            Ok(stream) => fillers.push(stream?),
            Err(_) => return Ok((target, (listener, fillers))),
        }
    }
    Err(io::Error::other("the queue of a listener does not fill up on this system"))
}

const BACKLOG: u32 = 64;
const MAX_FILLERS: usize = 64;
/// A connection on loopback stands within microseconds; this is ample.
const ANSWERED: Duration = Duration::from_millis(20);
