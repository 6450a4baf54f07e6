//! A DNS server on loopback with one zone, faults on demand, and a journal of what was asked.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use hickory_proto::{
    op::{Header, Metadata, ResponseCode},
    rr::{LowerName, Name},
    serialize::txt::Parser,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_server::{
    Server,
    net::{runtime::Time, xfer::Protocol},
    server::{Request, RequestHandler, ResponseHandler, ResponseInfo},
    store::in_memory::InMemoryZoneHandler,
    zone_handler::{AxfrPolicy, Catalog, MessageResponseBuilder, ZoneType},
};

/// What goes wrong with a question.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// It is answered with this code.
    Code(ResponseCode),
    /// It is never answered.
    Silence,
    /// Its first packets are lost.
    Lost(usize),
    /// Over UDP its answer is cut.
    Truncated,
}

/// A running server; it ends with the value.
pub(crate) struct DnsServer {
    pub(crate) address: SocketAddr,
    journal: Arc<Mutex<Vec<String>>>,
    _server: Server<Handler>,
}

impl DnsServer {
    /// Serves the zone `test.`; faults are for questions such as `AAAA box.test.`.
    pub(crate) async fn start(faults: &[(&str, Fault)]) -> Self {
        let origin = Name::from_ascii("test.").unwrap();
        let (origin, sets) = Parser::new(ZONE, None, Some(origin)).parse().unwrap();
        let zone: InMemoryZoneHandler<TokioRuntimeProvider> =
            InMemoryZoneHandler::new(origin.clone(), sets, ZoneType::Primary, AxfrPolicy::Deny)
                .unwrap();
        let mut catalog = Catalog::new();
        catalog.upsert(LowerName::from(origin), vec![Arc::new(zone)]);
        let faults = faults.iter().map(|(question, fault)| ((*question).to_owned(), *fault));
        let (faults, journal) = (faults.collect(), Arc::<Mutex<Vec<String>>>::default());
        let handler = Handler { catalog, faults, journal: Arc::clone(&journal) };
        let mut server = Server::new(handler);
        // The number of a free port for TCP may be taken for UDP.
        let (tcp, udp) = loop {
            let tcp = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let address = tcp.local_addr().unwrap();
            if let Ok(udp) = tokio::net::UdpSocket::bind(address).await {
                break (tcp, udp);
            }
        };
        let address = tcp.local_addr().unwrap();
        server.register_socket(udp);
        server.register_listener(tcp, Duration::from_secs(5), 32);
        Self { address, journal, _server: server }
    }

    /// What was asked so far, sorted, over UDP unless it says so.
    pub(crate) fn journal(&self) -> Vec<String> {
        let mut journal = self.journal.lock().unwrap().clone();
        journal.sort();
        journal
    }
}

struct Handler {
    catalog: Catalog,
    faults: HashMap<String, Fault>,
    journal: Arc<Mutex<Vec<String>>>,
}

#[async_trait::async_trait]
impl RequestHandler for Handler {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut out: R,
    ) -> ResponseInfo {
        let question = {
            let query = request.request_info().unwrap().query;
            format!("{} {}", query.query_type(), query.name())
        };
        let udp = request.protocol() == Protocol::Udp;
        let earlier = {
            let mut journal = self.journal.lock().unwrap();
            let earlier = journal.iter().filter(|asked| **asked == question).count();
            journal.push(if udp { question.clone() } else { format!("{question} over TCP") });
            earlier
        };
        let builder = MessageResponseBuilder::from_message_request(request);
        match self.faults.get(&question) {
            Some(Fault::Code(code)) => {
                let answer = builder.error_msg(&request.metadata, *code);
                out.send_response(answer).await.unwrap()
            }
            Some(Fault::Lost(packets)) if earlier >= *packets => {
                self.catalog.handle_request::<R, T>(request, out).await
            }
            Some(Fault::Silence | Fault::Lost(_)) => ResponseInfo::from(Header {
                metadata: Metadata::response_from_request(&request.metadata),
                counts: <_>::default(),
            }),
            Some(Fault::Truncated) if udp => {
                let mut metadata = Metadata::response_from_request(&request.metadata);
                metadata.truncation = true;
                out.send_response(builder.build_no_records(metadata)).await.unwrap()
            }
            _ => self.catalog.handle_request::<R, T>(request, out).await,
        }
    }
}

const ZONE: &str = r#"
$ORIGIN test.
$TTL 300
@       IN SOA ns.test. hostmaster.test. ( 1 3600 600 86400 60 )
        IN NS  ns
ns      IN A   127.0.0.1
box     IN A   192.0.2.1
box     IN A   192.0.2.2
box     IN AAAA 2001:db8::1
four    IN A   192.0.2.4
six     IN AAAA 2001:db8::6
alias   IN CNAME four.test.
text    IN TXT only-text
box     IN MX 10 Mx1.box
box     IN MX 20 mx2.other.test.
box     IN TXT "v=one; " "part=two"
box     IN TXT three
null    IN MX 0 .
mailto  IN CNAME box
_imaps._tcp.box      IN SRV 0 1 993 Imap.Box.test.
_imaps._tcp.box      IN SRV 10 0 1993 box
_submissions._tcp.box IN SRV 0 0 0 .
_alias._tcp.box      IN CNAME _imaps._tcp.box
_chain._tcp.box      IN CNAME _alias._tcp.box
_loop._tcp.box       IN CNAME _loop2._tcp.box
_loop2._tcp.box      IN CNAME _loop._tcp.box
_dangling._tcp.box   IN CNAME _nothing._tcp.box
_empty._tcp.box      IN CNAME text
"#;
