//! Exchange by the name of the user's server, which the directory knows: what is left when
//! Autodiscover came to nothing.

use mailscout_net::directory::{Base, DirectoryAnswer, Filter};
use mailscout_schema::settings::{AccountSettings, AuthMethod, Protocol, Security, Server};

use super::{Aside, Chain, Context, End, Move, Offer, scp::around};
use crate::{
    directory::{
        ExchangeServer, Inquiry, Person, user_by_address,
        way::{Next, Place, Way},
    },
    mechanism::Mechanism,
    reason::{DirectoryReason, Reason},
    request::Outcome,
    trust::Origin,
};

/// The attribute with the ways to a server, such as `ncacn_ip_tcp:ex1.contoso.example`.
const NETWORK_ADDRESS: &str = "networkAddress";

/// The kind of such a way that is a host name.
const TCP: &str = "ncacn_ip_tcp:";

/// The question for the server, where nobody has asked it, then for its full name, and the settings.
#[derive(Debug)]
pub(super) struct ByServer {
    /// `None` until the user's entry has named it.
    server: Option<ExchangeServer>,
    way: Option<Way>,
    asides: Vec<Aside>,
}

impl ByServer {
    pub(super) fn start(context: Context<'_>) -> Result<(Self, Move), Reason> {
        let around = around(context).ok_or(Reason::Directory(DirectoryReason::NotConfigured))?;
        let server = context.exchange_server.cloned();
        if server.is_none() && context.options.mechanisms().contains(&Mechanism::Scp) {
            return Err(Reason::Directory(DirectoryReason::NoExchangeServer));
        }
        let place = server.as_ref().and_then(|server| server.place.clone());
        let inquiry = server
            .as_ref()
            .map_or_else(|| user_by_address(context.address), |server| by_name(&server.name));
        let (way, reason, next) = match place {
            Some(place) => Way::to(place, inquiry, around),
            None => Way::start(inquiry, around),
        };
        let mut chain = Self { server, way: Some(way), asides: Vec::new() };
        match chain.go(next, context) {
            Move::End(End::Nothing) => Err(reason),
            next => Ok((chain, next)),
        }
    }

    fn go(&mut self, next: Next, context: Context<'_>) -> Move {
        match (next, &self.server) {
            (Next::Ask(request), _) => Move::Ask(request),
            (Next::Answer(Ok(answer)), None) => self.take_user(&answer, context),
            (Next::Answer(Ok(answer)), Some(_)) => self.conclude(full_name(&answer), context),
            (Next::Answer(Err(_)) | Next::Nothing, Some(_)) => self.conclude(None, context),
            (Next::Answer(Err(_)) | Next::Nothing, None) => Move::End(End::Nothing),
        }
    }

    /// Asks for the full name of the server that the user's entry names.
    fn take_user(&mut self, answer: &DirectoryAnswer, context: Context<'_>) -> Move {
        let (Some(way), Some(around)) = (&mut self.way, around(context)) else {
            return Move::End(End::Nothing);
        };
        let Some(name) = Person::of(answer).exchange_server else {
            let about = format!("user {}", context.address);
            let reason = Reason::Directory(DirectoryReason::NoExchangeServer);
            self.asides.push(Aside { about, reason });
            return Move::End(End::Nothing);
        };
        let (_, next) = {
            let place = way.present.clone();
            self.server = Some(ExchangeServer { name: name.clone(), place });
            way.ask(by_name(&name), around)
        };
        self.go(next, context)
    }

    fn conclude(&mut self, full_name: Option<String>, context: Context<'_>) -> Move {
        let Some(known) = self.server.clone() else { return Move::End(End::Nothing) };
        let host = full_name.unwrap_or_else(|| known.name.clone());
        let user = context.address.to_string();
        let mut server = Server::new(Protocol::Exchange, host, None, Security::Tls, user);
        server.authentication = vec![AuthMethod::Ntlm, AuthMethod::Password];
        let mut settings = AccountSettings::default();
        settings.incoming = vec![server];
        let from = self.place().map(Place::name);
        let from = from.unwrap_or_else(|| format!("Exchange server {}", known.name));
        let reason = Reason::Settings("Exchange".to_owned());
        self.asides.push(Aside { about: format!("Exchange server {}", known.name), reason });
        let offer = Box::new(Offer { settings, notices: Vec::new() });
        Move::End(End::Settings { offer, from })
    }

    fn place(&self) -> Option<&Place> {
        let of_server = self.server.as_ref().and_then(|server| server.place.as_ref());
        self.way.as_ref().and_then(|way| way.present.as_ref()).or(of_server)
    }
}

impl Chain for ByServer {
    fn mechanism(&self) -> Mechanism {
        Mechanism::ExchangeServer
    }

    fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move) {
        let (Some(around), Some(way)) = (around(context), &mut self.way) else {
            return (Reason::OtherAnswer, Move::End(End::Nothing));
        };
        let (reason, next) = way.complete(outcome, around);
        (reason, self.go(next, context))
    }

    fn take_asides(&mut self) -> Vec<Aside> {
        core::mem::take(&mut self.asides)
    }

    fn origin(&self) -> Origin {
        Origin::Directory { is_proved: self.place().is_some_and(Place::is_proved) }
    }
}

fn by_name(name: &str) -> Inquiry {
    let is = |attribute: &str, value: &str| Filter::Equals {
        attribute: attribute.to_owned(),
        value: value.as_bytes().to_vec(),
    };
    Inquiry {
        base: Base::ConfigurationNamingContext,
        filter: Filter::And(vec![is("objectClass", "msExchExchangeServer"), is("cn", name)]),
        attributes: vec![NETWORK_ADDRESS.to_owned()],
    }
}

/// The host name among a server's ways.
fn full_name(answer: &DirectoryAnswer) -> Option<String> {
    let ways = answer.entries.iter().flat_map(|entry| entry.texts(NETWORK_ADDRESS));
    let hosts = ways.filter_map(|way| way.trim().strip_prefix(TCP));
    hosts
        .filter_map(|host| host.parse::<mailscout_schema::address::Domain>().ok())
        .map(|host| host.to_string())
        .next()
}
