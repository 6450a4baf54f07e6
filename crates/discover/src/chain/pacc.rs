//! PACC: one JSON document at the domain's own place, vouched for by a digest in the DNS.

use mailscout_net::{
    dns::{Lookup, LookupKind, Records},
    failure::Failure,
    http::{HttpResponse, Method},
};
use mailscout_schema::pacc;
use url::Url;

use super::{
    Aside, Chain, Context, End, Move, Offer,
    question::{
        addresses_of, allowed_addresses, answered, first_policy, http_request, left_to_try,
    },
};
use crate::{
    answer,
    mechanism::Mechanism,
    reason::Reason,
    redirect::Target,
    request::{Outcome, Request},
    trust::Origin,
};

/// PACC at work.
#[derive(Debug)]
pub(super) struct Pacc {
    waiting: Waiting,
    asides: Vec<Aside>,
}

#[derive(Debug)]
enum Waiting {
    Nothing,
    Addresses(Target),
    Response(Target),
    /// The digest of what came from this URL.
    Digest(Vec<u8>, String),
}

impl Pacc {
    pub(super) fn start(context: Context<'_>) -> Result<(Self, Move), Reason> {
        let host = host(context);
        let url = format!("https://{host}/.well-known/user-agent-configuration.json");
        let url = Url::parse(&url).map_err(|_| Reason::BadUrl(host.clone()))?;
        let target = Target { url, policy: first_policy(context), method: Method::Get };
        let chain = Self { waiting: Waiting::Addresses(target), asides: Vec::new() };
        Ok((chain, Move::Ask(addresses_of(&host, context))))
    }

    fn take_addresses(
        &mut self,
        target: Target,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let nothing = |reason| (reason, Move::End(End::Nothing));
        let addresses = match answer {
            Ok(Records::Addresses(addresses)) => addresses,
            Ok(_) => return nothing(Reason::Network(Failure::NoData)),
            Err(failure) => return nothing(Reason::Network(failure)),
        };
        let allowed = match allowed_addresses(&addresses, &target) {
            Ok(allowed) => allowed,
            Err(reason) => return nothing(reason),
        };
        let left = left_to_try(allowed, &target, context);
        if left.is_empty() {
            let about = format!("GET {}", target.url);
            self.asides.push(Aside { about, reason: Reason::HostSilent });
            return nothing(answered(&addresses));
        }
        let mut request = http_request(&target, left, context);
        for (name, value) in &mut request.headers {
            if *name == "accept" {
                "application/json".clone_into(value);
            }
        }
        self.waiting = Waiting::Response(target);
        (answered(&addresses), Move::Ask(Request::Http(request)))
    }

    /// Takes the document. No redirect is followed, and only an unpacked body can be vouched for.
    fn take_response(
        &mut self,
        target: &Target,
        answer: Result<HttpResponse, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let reason = match answer {
            Err(failure) => Reason::Network(failure),
            Ok(HttpResponse { content_encoding: Some(encoding), .. }) => {
                Reason::Compressed(encoding.chars().take(40).collect())
            }
            Ok(response) if response.status == 200 => match pacc::read(&response.body) {
                Ok(_) => {
                    let deadline = context.options.deadlines.dns;
                    let lookup = Lookup::new(digest_name(context), LookupKind::Txt, deadline);
                    self.waiting = Waiting::Digest(response.body, target.url.to_string());
                    let reason = Reason::Answered("a document".to_owned());
                    return (reason, Move::Ask(Request::Lookup(lookup)));
                }
                Err(error) => answer::not_a_document(&error),
            },
            Ok(response) => Reason::Status(response.status),
        };
        (reason, Move::End(End::Nothing))
    }

    fn take_digest(
        body: &[u8],
        from: String,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let nothing = |reason| (reason, Move::End(End::Nothing));
        let texts = match answer {
            Ok(Records::Txt(texts)) => texts,
            Ok(_) | Err(Failure::NxDomain | Failure::NoData) => {
                return nothing(Reason::OtherDigest);
            }
            Err(failure) => return nothing(Reason::Network(failure)),
        };
        if !pacc::digest_matches(&texts, body) {
            return nothing(Reason::OtherDigest);
        }
        let reading = match pacc::read(body) {
            Ok(reading) => reading,
            Err(error) => return nothing(answer::not_a_document(&error)),
        };
        let lowered = pacc::lower(&reading.document, context.address);
        let mut settings = lowered.settings;
        if !settings.has_mail_servers() {
            return nothing(Reason::NothingUsable);
        }
        if let Some(protocol) = context.options.prefer {
            settings.prefer(protocol);
        }
        let reason = Reason::Settings(answer::summary(&settings));
        let notices = reading.notices.into_iter().chain(lowered.notices).collect();
        let offer = Box::new(Offer { settings, notices });
        (reason, Move::End(End::Settings { offer, from }))
    }
}

impl Chain for Pacc {
    fn mechanism(&self) -> Mechanism {
        Mechanism::Pacc
    }

    fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move) {
        let waiting = core::mem::replace(&mut self.waiting, Waiting::Nothing);
        match (waiting, outcome) {
            (Waiting::Addresses(target), Outcome::Lookup(answer)) => {
                self.take_addresses(target, answer, context)
            }
            (Waiting::Response(target), Outcome::Http(answer)) => {
                self.take_response(&target, answer, context)
            }
            (Waiting::Digest(body, from), Outcome::Lookup(answer)) => {
                Self::take_digest(&body, from, answer, context)
            }
            _ => (Reason::OtherAnswer, Move::End(End::Nothing)),
        }
    }

    fn take_asides(&mut self) -> Vec<Aside> {
        core::mem::take(&mut self.asides)
    }

    fn origin(&self) -> Origin {
        Origin::Https
    }
}

/// The questions to the DNS, which can be asked at once.
pub(super) fn lookups(context: Context<'_>) -> Vec<Lookup> {
    let deadline = context.options.deadlines.dns;
    vec![
        Lookup::new(host(context), LookupKind::Addresses, deadline),
        Lookup::new(digest_name(context), LookupKind::Txt, deadline),
    ]
}

fn host(context: Context<'_>) -> String {
    format!("ua-auto-config.{}", context.address.domain())
}

fn digest_name(context: Context<'_>) -> String {
    format!("_ua-auto-config.{}", context.address.domain())
}
