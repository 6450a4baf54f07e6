//! Conversations over real sockets and real TLS, on loopback.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use mailscout_net::{
    certificate::CertificateProblem,
    connect::Target,
    failure::Failure,
    io::{connector::Connector, roots::Roots, routes::Routes},
};
use mailscout_probe::{
    conversation::{Conversation, Evidence},
    dialog::{End, Facts, Phase},
    io::converse,
    login::{Exposure, LogIn, Mechanism, Secret},
};
use mailscout_schema::settings::{Protocol, Security};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::unbounded_channel,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

/// An authority, and a client that trusts it alone.
struct Lab {
    authority: CertifiedIssuer<'static, KeyPair>,
    connector: Connector,
}

impl Lab {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "lab");
        let key = KeyPair::generate().unwrap();
        let authority = CertifiedIssuer::self_signed(params, key).unwrap();
        let mut roots = Roots::none();
        roots.add_pem(authority.pem().as_bytes(), "the lab").unwrap();
        let connector = Connector::new(&roots, Routes::default()).unwrap();
        Self { authority, connector }
    }

    /// A server's side of TLS, with a certificate for this name.
    fn acceptor(&self, name: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    /// Holds a conversation with a server under the name `mail.test`.
    async fn converse(&self, conversation: &Conversation) -> Evidence {
        let held = converse(conversation, &self.connector);
        tokio::time::timeout(Duration::from_secs(5), held).await.expect("the watchdog of 5 s")
    }
}

fn conversation(protocol: Protocol, security: Security, server: SocketAddr) -> Conversation {
    let target = Target::new("mail.test", server.port(), vec![server.ip()]);
    Conversation::new(target, protocol, security)
}

/// Runs a handler for each connection; the address is where.
async fn serve<H, F>(handler: H) -> SocketAddr
where
    H: Fn(TcpStream) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            tokio::spawn(handler(stream));
        }
    });
    address
}

/// Says the first line, then one of the others for each line of the client; waits for its end.
async fn speak(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), lines: &[&str]) {
    let mut heard = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        while index > 0 && !heard.ends_with(b"\n") {
            match stream.read_u8().await {
                Ok(byte) => heard.push(byte),
                Err(_) => return,
            }
        }
        heard.clear();
        let _ = stream.write_all(line.as_bytes()).await;
        let _ = stream.flush().await;
    }
}

/// Waits until the client has gone.
async fn hold(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}

/// An IMAP server with TLS from the first byte.
async fn imaps(acceptor: TlsAcceptor) -> SocketAddr {
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let list = "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na1 OK\r\n";
                speak(&mut stream, &["* OK hi\r\n", list]).await;
                hold(stream).await;
            }
        }
    })
    .await
}

/// An SMTP server that agrees to TLS with these words.
async fn smtp(acceptor: TlsAcceptor, agrees: &'static [&'static str]) -> SocketAddr {
    serve(move |mut stream| {
        let acceptor = acceptor.clone();
        async move {
            let ehlo = "250-mail.test\r\n250 STARTTLS\r\n";
            speak(&mut stream, &["220 hi\r\n", ehlo, agrees[0]]).await;
            for more in &agrees[1..] {
                let _ = stream.write_all(more.as_bytes()).await;
            }
            if let Ok(mut stream) = acceptor.accept(stream).await {
                speak(&mut stream, &["", "250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n"]).await;
                hold(stream).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn imap_inside_tls_with_a_good_certificate() {
    let lab = Lab::new();
    let server = imaps(lab.acceptor("mail.test")).await;
    let evidence = lab.converse(&conversation(Protocol::Imap, Security::Tls, server)).await;
    assert_eq!((evidence.peer, evidence.failure), (Some(server.ip()), None));
    let tls = evidence.tls.unwrap();
    assert_eq!((tls.version, tls.problem), ("TLS 1.3", None));
    assert_eq!(tls.chain[0].names, ["mail.test"]);
    let facts = evidence.facts.unwrap();
    assert_eq!(facts.end, End::Complete);
    assert_eq!(facts.inside_tls.unwrap().mechanisms, ["PLAIN"]);
}

#[tokio::test]
async fn imap_inside_tls_with_a_bad_certificate() {
    let lab = Lab::new();
    let server = imaps(lab.acceptor("other.test")).await;
    let mut conversation = conversation(Protocol::Imap, Security::Tls, server);
    let evidence = lab.converse(&conversation).await;
    let problem = CertificateProblem::WrongName { names: vec!["other.test".to_owned()] };
    assert_eq!(evidence.tls.unwrap().problem.as_ref(), Some(&problem));
    assert_eq!((evidence.failure, evidence.facts.unwrap().end), (None, End::Complete));

    let secret = Secret::Password("secret".into());
    conversation.log_in = Some(LogIn::new("alice", secret, Mechanism::Plain, Exposure::Verified));
    let evidence = lab.converse(&conversation).await;
    assert_eq!(evidence.failure, Some(Failure::Certificate(problem)));
    assert_eq!((evidence.tls, evidence.facts), (None, None));
}

#[tokio::test]
async fn smtp_with_an_upgrade_to_tls() {
    let lab = Lab::new();
    let server = smtp(lab.acceptor("mail.test"), &["220 go\r\n"]).await;
    let evidence = lab.converse(&conversation(Protocol::Smtp, Security::StartTls, server)).await;
    assert_eq!(evidence.failure, None);
    assert_eq!(evidence.tls.unwrap().problem, None);
    let facts = evidence.facts.unwrap();
    assert_eq!(facts.end, End::Complete);
    assert!(facts.before_tls.unwrap().offers_starttls());
    assert_eq!(facts.inside_tls.unwrap().mechanisms, ["PLAIN", "LOGIN"]);
}

#[tokio::test]
async fn smtp_with_an_upgrade_to_tls_and_words_behind_it() {
    let lab = Lab::new();
    let ended = async |agrees| {
        let server = smtp(lab.acceptor("mail.test"), agrees).await;
        let asked = conversation(Protocol::Smtp, Security::StartTls, server);
        let Evidence { tls, facts, .. } = lab.converse(&asked).await;
        assert_eq!(tls, None);
        let Facts { end, inside_tls, .. } = facts.unwrap();
        assert_eq!(inside_tls, None);
        end
    };
    assert_eq!(ended(&["220 go\r\n250-mail.test\r\n250 AUTH PLAIN\r\n"]).await, End::Injected);
    // A second segment is seen in time, or it breaks the handshake: both end it.
    let second = ended(&["220 go\r\n", "250 AUTH PLAIN\r\n"]).await;
    assert!(matches!(second, End::Injected | End::TlsFailed), "{second:?}");
}

#[tokio::test]
async fn smtp_that_agrees_to_tls_and_does_not_speak_it() {
    let lab = Lab::new();
    let server = serve(|mut stream| async move {
        let ehlo = "250-mail.test\r\n250 STARTTLS\r\n";
        speak(&mut stream, &["220 hi\r\n", ehlo, "220 go\r\n"]).await;
        let _ = stream.read_u8().await;
        let _ = stream.write_all(b"500 what?\r\n").await;
        hold(stream).await;
    })
    .await;
    let evidence = lab.converse(&conversation(Protocol::Smtp, Security::StartTls, server)).await;
    assert_eq!(evidence.failure, Some(Failure::NotTls));
    assert_eq!(evidence.facts.unwrap().end, End::TlsFailed);
}

#[tokio::test]
async fn pop3_in_clear_text() {
    let (seen, mut journal) = unbounded_channel();
    let server = serve(move |mut stream| {
        let seen = seen.clone();
        async move {
            speak(&mut stream, &["+OK hi <1.2@mail.test>\r\n", "+OK\r\nUSER\r\nSTLS\r\n.\r\n"])
                .await;
            let mut rest = String::new();
            let _ = stream.read_to_string(&mut rest).await;
            let _ = seen.send(rest);
        }
    })
    .await;
    let evidence =
        Lab::new().converse(&conversation(Protocol::Pop3, Security::Plain, server)).await;
    assert_eq!((evidence.failure, evidence.tls), (None, None));
    let facts = evidence.facts.unwrap();
    assert_eq!((facts.end, facts.inside_tls), (End::Complete, None));
    assert_eq!(facts.before_tls.unwrap().apop.as_deref(), Some("<1.2@mail.test>"));
    assert_eq!(journal.recv().await.unwrap(), "QUIT\r\n");
}

#[tokio::test]
async fn tls_where_the_server_speaks_plain_text() {
    let server = serve(|mut stream| async move {
        let _ = stream.write_all(b"* OK hi\r\n").await;
        hold(stream).await;
    })
    .await;
    let evidence = Lab::new().converse(&conversation(Protocol::Imap, Security::Tls, server)).await;
    assert_eq!(evidence.peer, Some(server.ip()));
    assert_eq!((evidence.failure, evidence.facts), (Some(Failure::NotTls), None));
}

#[tokio::test]
async fn clear_text_where_the_server_waits_for_tls() {
    let lab = Lab::new();
    let server = imaps(lab.acceptor("mail.test")).await;
    let mut asked = conversation(Protocol::Imap, Security::Plain, server);
    asked.patience.greeting = Duration::from_millis(100);
    let evidence = lab.converse(&asked).await;
    assert_eq!(evidence.facts.unwrap().end, End::TimedOut(Phase::Greeting));
    assert_eq!(evidence.failure, None);
}

#[tokio::test]
async fn to_drop_the_future_is_to_close_the_connection() {
    let (seen, mut journal) = unbounded_channel();
    let server = serve(move |mut stream| {
        let seen = seen.clone();
        async move {
            speak(&mut stream, &["* OK hi\r\n"]).await;
            let mut text = String::new();
            let mut byte = [0];
            while let Ok(1..) = stream.read(&mut byte).await {
                text.push(byte[0].into());
                if byte == *b"\n" {
                    let _ = seen.send(std::mem::take(&mut text));
                }
            }
            let _ = seen.send("gone".to_owned());
        }
    })
    .await;
    let asked = conversation(Protocol::Imap, Security::Plain, server);
    let lab = Lab::new();
    let held = converse(&asked, &lab.connector);
    tokio::select! {
        evidence = held => panic!("{evidence:?}"),
        command = journal.recv() => assert_eq!(command.as_deref(), Some("a1 CAPABILITY\r\n")),
    }
    let gone = tokio::time::timeout(Duration::from_secs(5), journal.recv()).await;
    assert_eq!(gone.unwrap().as_deref(), Some("gone"));
}
