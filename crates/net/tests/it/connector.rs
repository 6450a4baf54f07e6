//! Bytes on a mail connection, in clear text and inside TLS: reading, sending, the end.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Instant,
};

use futures_util::FutureExt as _;
use mailscout_net::{
    connect::{Certificates, Connect as _, Connection, Target},
    failure::Failure,
    io::connector::Connector,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_rustls::rustls::version::TLS13;

use crate::{
    certificates::{Authority, NOW, config},
    handshakes::{connect, connector_of},
    millis,
    servers::{hold, nobody, serve, serve_inside_tls},
    watched,
};

/// What a connection goes through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Through {
    Clear,
    Tls,
}

const BOTH: [Through; 2] = [Through::Clear, Through::Tls];

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection to a server that does this with its end of it.
async fn opened<H, F>(through: Through, handler: H) -> Box<dyn Connection>
where
    H: Fn(Box<dyn Stream>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let authority = Authority::new("trusted");
    let boxed = move |stream| -> Box<dyn Stream> { Box::new(stream) };
    let server = match through {
        Through::Clear => serve(move |stream| handler(boxed(stream))).await,
        Through::Tls => {
            let config = config(authority.certify(&["contoso.test"], NOW), &[&TLS13]);
            serve_inside_tls(config, move |stream| handler(Box::new(stream))).await
        }
    };
    let mut connection = connect(&connector_of(&authority), "contoso.test", server).await;
    if through == Through::Tls {
        connection.start_tls(Certificates::Verify, millis(1000)).await.unwrap();
    }
    connection
}

/// Reads to the end.
async fn all(connection: &mut dyn Connection) -> (String, Result<usize, Failure>) {
    let (mut text, mut buffer) = (String::new(), [0; 7]);
    loop {
        match connection.read(&mut buffer).await {
            Ok(length @ 1..) => text += std::str::from_utf8(&buffer[..length]).unwrap(),
            ended => return (text, ended),
        }
    }
}

#[tokio::test]
async fn what_is_sent_arrives_and_what_is_answered_is_read() {
    watched(async {
        for through in BOTH {
            let mut connection = opened(through, |stream| async move {
                let (mut reader, mut writer) = tokio::io::split(stream);
                let _ = tokio::io::copy(&mut reader, &mut writer).await;
            })
            .await;
            assert_eq!(connection.local_address(), Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
            assert_eq!(connection.peer_address(), Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
            for text in [&b"EHLO [127.0.0.1]\r\n"[..], b"QUIT\r\n"] {
                connection.send(text).await.unwrap();
                let mut answer: Vec<u8> = Vec::new();
                while answer.len() < text.len() {
                    let mut buffer = [0; 5];
                    let length = connection.read(&mut buffer).await.unwrap();
                    answer.extend(&buffer[..length]);
                }
                assert_eq!(answer, text, "{through:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_reading_that_is_given_up_loses_nothing() {
    watched(async {
        for through in BOTH {
            let mut connection = opened(through, |mut stream| async move {
                for byte in b"a text that comes byte by byte" {
                    let _ = stream.write_all(&[*byte]).await;
                    let _ = stream.flush().await;
                    tokio::task::yield_now().await;
                }
                let _ = stream.shutdown().await;
            })
            .await;
            let (mut text, mut given_up) = (Vec::new(), 0);
            loop {
                let mut buffer = [0; 3];
                match connection.read(&mut buffer).now_or_never() {
                    None => given_up += 1,
                    Some(Ok(0)) => break,
                    Some(read) => text.extend(&buffer[..read.unwrap()]),
                }
                tokio::task::yield_now().await;
            }
            assert_eq!(String::from_utf8(text).unwrap(), "a text that comes byte by byte");
            assert!(given_up > 0, "{through:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_end_is_told_again_and_again() {
    watched(async {
        for through in BOTH {
            let mut connection = opened(through, |mut stream| async move {
                let _ = stream.write_all(b"* OK half a li").await;
                let _ = stream.shutdown().await;
                hold(stream).await;
            })
            .await;
            let half = ("* OK half a li".to_owned(), Ok(0));
            assert_eq!(all(connection.as_mut()).await, half, "{through:?}");
            assert_eq!(connection.read(&mut [0; 9]).await, Ok(0), "{through:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn tls_that_ends_without_a_word_ends_like_any_connection() {
    watched(async {
        let authority = Authority::new("trusted");
        let config = config(authority.certify(&["contoso.test"], NOW), &[&TLS13]);
        let server = serve_inside_tls(config, |mut stream| async move {
            let _ = stream.write_all(b"* BYE\r\n").await;
            let _ = stream.flush().await;
            let _ = stream.get_mut().0.shutdown().await;
            hold(stream.into_inner().0).await;
        })
        .await;
        let mut connection = connect(&connector_of(&authority), "contoso.test", server).await;
        connection.start_tls(Certificates::Verify, millis(1000)).await.unwrap();
        assert_eq!(all(connection.as_mut()).await, ("* BYE\r\n".to_owned(), Ok(0)));
        assert_eq!(connection.read(&mut [0; 9]).await, Ok(0));
    })
    .await;
}

#[tokio::test]
async fn a_reset_is_a_broken_connection() {
    watched(async {
        let reset = |stream: &TcpStream| stream.set_zero_linger().unwrap();
        let in_clear = serve(move |mut stream| async move {
            let _ = stream.read_u8().await;
            reset(&stream);
        });
        let authority = Authority::new("trusted");
        let config = config(authority.certify(&["contoso.test"], NOW), &[&TLS13]);
        let in_tls = serve_inside_tls(config, move |mut stream| async move {
            let _ = stream.read_u8().await;
            reset(stream.get_ref().0);
        });
        for (through, server) in [(Through::Clear, in_clear.await), (Through::Tls, in_tls.await)] {
            let mut connection = connect(&connector_of(&authority), "contoso.test", server).await;
            if through == Through::Tls {
                connection.start_tls(Certificates::Verify, millis(1000)).await.unwrap();
            }
            connection.send(b"x").await.unwrap();
            assert_eq!(connection.read(&mut [0; 9]).await, Err(Failure::Closed), "{through:?}");
            assert_eq!(connection.send(b"x").await, Err(Failure::Closed), "{through:?}");
        }
    })
    .await;
}

/// What a server saw of the end of a connection: `Ok` for an orderly one.
type Seen = Result<String, std::io::ErrorKind>;

fn watching() -> (
    impl Fn(Box<dyn Stream>) -> futures_util::future::BoxFuture<'static, ()> + Clone,
    UnboundedReceiver<Seen>,
) {
    let (sender, receiver): (UnboundedSender<Seen>, _) = unbounded_channel();
    let handler = move |mut stream: Box<dyn Stream>| {
        let sender = sender.clone();
        async move {
            let mut text = String::new();
            let read = stream.read_to_string(&mut text).await;
            let _ = sender.send(read.map(|_| text).map_err(|error| error.kind()));
        }
        .boxed()
    };
    (handler, receiver)
}

#[tokio::test]
async fn to_close_is_to_say_goodbye_and_to_drop_is_to_leave() {
    watched(async {
        for through in BOTH {
            let (handler, mut seen) = watching();
            let mut connection = opened(through, handler.clone()).await;
            connection.send(b"QUIT\r\n").await.unwrap();
            connection.close().await;
            assert_eq!(seen.recv().await.unwrap(), Ok("QUIT\r\n".to_owned()), "{through:?}");
            assert_eq!(connection.read(&mut [0; 9]).await, Ok(0));
            assert_eq!(connection.send(b"x").await, Err(Failure::Closed));
            connection.close().await;

            let connection = opened(through, handler).await;
            drop(connection);
            let left = match through {
                Through::Clear => Ok(String::new()),
                // No goodbye was said.
                Through::Tls => Err(std::io::ErrorKind::UnexpectedEof),
            };
            assert_eq!(seen.recv().await.unwrap(), left, "{through:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_is_waited_for_to_close() {
    watched(async {
        for through in BOTH {
            let mut connection = opened(through, |stream| async move {
                // It listens to nothing, and stays.
                core::future::pending::<()>().await;
                drop(stream);
            })
            .await;
            let many = vec![b'x'; 1 << 20];
            let full = async { while connection.send(&many).await.is_ok() {} };
            assert!(tokio::time::timeout(millis(300), full).await.is_err(), "{through:?}");
            let begin = Instant::now();
            connection.close().await;
            assert!(begin.elapsed() < millis(400), "{through:?}: {:?}", begin.elapsed());
        }
    })
    .await;
}

#[tokio::test]
async fn tls_starts_where_clear_text_ended() {
    watched(async {
        let authority = Authority::new("trusted");
        let config = config(authority.certify(&["contoso.test"], NOW), &[&TLS13]);
        let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
        let server = serve(move |mut stream| {
            let acceptor = acceptor.clone();
            async move {
                let _ = stream.write_all(b"+OK\r\n").await;
                let mut command = [0; 6];
                stream.read_exact(&mut command).await.unwrap();
                let _ = stream.write_all(b"+OK begin\r\n").await;
                let mut stream = acceptor.accept(stream).await.unwrap();
                let _ = stream.write_all(&command).await;
                hold(stream).await;
            }
        })
        .await;
        let mut connection = connect(&connector_of(&authority), "contoso.test", server).await;
        assert_eq!(line(connection.as_mut()).await, "+OK\r\n");
        connection.send(b"STLS\r\n").await.unwrap();
        assert_eq!(line(connection.as_mut()).await, "+OK begin\r\n");
        connection.start_tls(Certificates::Verify, millis(1000)).await.unwrap();
        assert_eq!(line(connection.as_mut()).await, "STLS\r\n");
    })
    .await;
}

async fn line(connection: &mut dyn Connection) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        let mut byte = [0];
        assert_eq!(connection.read(&mut byte).await, Ok(1));
        line.extend(byte);
    }
    String::from_utf8(line).unwrap()
}

#[tokio::test]
async fn a_connection_that_cannot_be_opened_is_told_as_the_dialer_tells_it() {
    watched(async {
        let connector: Connector = connector_of(&Authority::new("any"));
        let closed: SocketAddr = nobody().await;
        let target = Target::new("contoso.test", closed.port(), vec![closed.ip()]);
        let ended = connector.connect(&target, millis(500)).await;
        assert_eq!(ended.unwrap_err(), Failure::ConnectionRefused);
    })
    .await;
}
