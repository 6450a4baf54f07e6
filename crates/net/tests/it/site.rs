//! A web server that keeps its connections, writes down what it hears, and answers by a function.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};
use std::{future::pending, net::SocketAddr};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::rustls::{ServerConfig, version::TLS13};

use crate::{
    certificates::{Authority, Certified, NOW, config},
    servers::{read_head, serve, serve_inside_tls},
};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Heard {
    /// The value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// What becomes of a request.
pub(crate) enum Reply {
    /// This is said, and the connection kept.
    Say(String),
    /// This is said, and the connection closed.
    SayAndClose(String),
    /// Nothing is said any more.
    Silence,
}

impl Reply {
    /// A whole answer.
    pub(crate) fn whole(status: &str, fields: &str, body: &str) -> Self {
        let length = body.len();
        Self::Say(format!("HTTP/1.1 {status}\r\n{fields}content-length: {length}\r\n\r\n{body}"))
    }

    pub(crate) fn ok() -> Self {
        Self::whole("200 OK", "", "")
    }
}

/// Answers the last request of a connection, of which all are given, the first first.
type Answer = dyn Fn(&[Heard]) -> Reply + Send + Sync;

/// The server.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

struct State {
    answer: Box<Answer>,
    opened: AtomicUsize,
    closed: AtomicUsize,
    heard: Mutex<Vec<Heard>>,
}

impl Site {
    pub(crate) async fn http(answer: impl Fn(&[Heard]) -> Reply + Send + Sync + 'static) -> Self {
        let state = State::new(answer);
        let work = Arc::clone(&state);
        let address = serve(move |stream: TcpStream| Arc::clone(&work).speak(stream)).await;
        Self { address, state }
    }

    pub(crate) async fn https(
        config: ServerConfig,
        answer: impl Fn(&[Heard]) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let state = State::new(answer);
        let work = Arc::clone(&state);
        let address = serve_inside_tls(config, move |stream| Arc::clone(&work).speak(stream)).await;
        Self { address, state }
    }

    /// How many connections there were, over which HTTP could be spoken.
    pub(crate) fn opened(&self) -> usize {
        self.state.opened.load(Ordering::SeqCst)
    }

    /// How many of them the client has closed.
    pub(crate) fn closed(&self) -> usize {
        self.state.closed.load(Ordering::SeqCst)
    }

    /// All requests, in their order.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.state.heard.lock().unwrap().clone()
    }
}

impl State {
    fn new(answer: impl Fn(&[Heard]) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            answer: Box::new(answer),
            opened: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            heard: Mutex::default(),
        })
    }

    async fn speak(self: Arc<Self>, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let mut here = Vec::new();
        loop {
            let head = read_head(&mut stream).await;
            if head.is_empty() {
                self.closed.fetch_add(1, Ordering::SeqCst);
                return;
            }
            let mut request = Heard { head, body: String::new() };
            let length = request.field("content-length").map_or(0, |value| value.parse().unwrap());
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.unwrap();
            request.body = String::from_utf8(body).unwrap();
            self.heard.lock().unwrap().push(request.clone());
            here.push(request);
            let (text, is_last) = match (self.answer)(&here) {
                Reply::Say(text) => (text, false),
                Reply::SayAndClose(text) => (text, true),
                Reply::Silence => pending().await,
            };
            let _ = stream.write_all(text.as_bytes()).await;
            if is_last {
                let _ = stream.shutdown().await;
                return;
            }
        }
    }
}

/// What a server of `contoso.test` shows, and who vouches for it.
pub(crate) fn contoso() -> (Authority, Certified) {
    let authority = Authority::new("someone");
    let certified = authority.certify(&["contoso.test"], NOW);
    (authority, certified)
}

pub(crate) fn modern(certified: Certified) -> ServerConfig {
    config(certified, &[&TLS13])
}
