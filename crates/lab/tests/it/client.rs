//! A small client: it lives in a world through the name server, the routes and the authority.

use std::{io, net::Ipv4Addr, sync::Arc, time::Duration};

use hickory_proto::{
    op::{Edns, Message, MessageType, OpCode, Query},
    rr::{Name, RecordType},
};
use mailscout_lab::{Scenario, World};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Runs a test in a runtime of its own, for at most five seconds.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let watched = async { tokio::time::timeout(Duration::from_secs(5), test).await };
    runtime.block_on(watched).expect("the test took more than five seconds");
}

/// A world of these zones and hosts.
pub(crate) async fn world(text: &str) -> World {
    let text = format!("title = \"test\"\naddress = \"alice@contoso.example\"\n{text}");
    World::start(&Scenario::from_toml(&text).unwrap()).await.unwrap()
}

/// A query in wire format.
pub(crate) fn query(name: &str, kind: &str) -> Vec<u8> {
    let mut message = Message::new(7, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind.parse().unwrap()));
    message.set_edns(Edns::new());
    message.to_vec().unwrap()
}

/// Asks the name server by UDP.
pub(crate) async fn ask(world: &World, name: &str, kind: &str) -> Message {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    socket.send_to(&query(name, kind), world.dns_server()).await.unwrap();
    let mut buffer = [0; 2048];
    let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
    assert_eq!(from, world.dns_server());
    Message::from_vec(&buffer[..length]).unwrap()
}

/// The response code and the answer section, as text.
pub(crate) fn told(message: &Message) -> String {
    let mut words = vec![format!("{:?}", message.metadata.response_code)];
    for record in &message.answers {
        assert_eq!(record.ttl, 300);
        words.push(format!("{} {} {}", record.name, record.record_type(), record.data));
    }
    let soa = message.authorities.iter().any(|record| record.record_type() == RecordType::SOA);
    words.extend(soa.then(|| "(soa)".to_owned()));
    words.join(" | ")
}

/// Connects to where an address and port of the scenario really is.
pub(crate) async fn connect(world: &World, address: &str, port: u16) -> io::Result<TcpStream> {
    let route = world
        .routes()
        .iter()
        .find(|route| route.address.to_string() == address && route.port == port)
        .expect("a route");
    TcpStream::connect(route.target).await
}

/// Shakes hands as a client that trusts the world's authority.
pub(crate) async fn tls(
    world: &World,
    address: &str,
    port: u16,
    name: &str,
) -> io::Result<TlsStream<TcpStream>> {
    upgrade(world, connect(world, address, port).await?, name).await
}

/// Shakes hands on a connection that stands.
pub(crate) async fn upgrade(
    world: &World,
    stream: TcpStream,
    name: &str,
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(world.ca_pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// Sends a request and reads to the end.
pub(crate) async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &str,
) -> io::Result<String> {
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A request as it should be.
pub(crate) fn request(method: &str, host: &str, target: &str, body: &str) -> String {
    let length = body.len();
    format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// Sends a good request over plain HTTP to 203.0.113.5:80, host contoso.example.
pub(crate) async fn over_http(world: &World, method: &str, target: &str) -> io::Result<String> {
    let stream = connect(world, "203.0.113.5", 80).await?;
    exchange(stream, &request(method, "contoso.example", target, "")).await
}
