//! The table of known providers: by the domain, or by who receives its mail.

use mailscout_net::{
    dns::{Lookup, LookupKind, Records},
    failure::Failure,
};
use mailscout_schema::notice::Notice;

use super::{Aside, Chain, Context, End, Move, Offer};
use crate::{
    answer,
    known::KnownProvider,
    mechanism::Mechanism,
    mx,
    reason::Reason,
    request::{Outcome, Request},
    trust::Origin,
};

/// Code of the notice that settings come from a table, not from the network.
pub const OFFLINE: &str = "offline";
/// Code of the notice that a mail filter stands before the mailboxes.
pub const MAIL_FILTER: &str = "mail-filter";
/// Code of the notice that the domain says that it receives no mail.
pub const NO_MAIL: &str = "no-mail";

/// One of the two look-ups in the table.
#[derive(Debug)]
pub(super) struct InTable {
    mechanism: Mechanism,
    asides: Vec<Aside>,
    notices: Vec<Notice>,
}

impl InTable {
    pub(super) fn start(
        mechanism: Mechanism,
        context: Context<'_>,
    ) -> Result<(Self, Move), Reason> {
        let known = context.options.known.as_ref().ok_or(Reason::NotInTable)?;
        let mut chain = Self { mechanism, asides: Vec::new(), notices: Vec::new() };
        let domain = context.address.domain();
        if mechanism == Mechanism::ProviderMx {
            let deadline = context.options.deadlines.dns;
            let lookup = Lookup::new(domain.to_string(), LookupKind::Mx, deadline);
            return Ok((chain, Move::Ask(Request::Lookup(lookup))));
        }
        let provider = known.by_domain(context.address).ok_or(Reason::NotInTable)?;
        let next = chain.take_provider(provider, domain.as_str(), context);
        Ok((chain, next))
    }

    fn take_provider(&mut self, provider: KnownProvider, by: &str, context: Context<'_>) -> Move {
        let KnownProvider { id, mut settings, mut notices } = provider;
        let from = format!("the table of known providers, {id}");
        let about = format!("TABLE {by}");
        if !settings.has_mail_servers() {
            self.asides.push(Aside { about, reason: Reason::NothingUsable });
            return Move::End(End::Nothing);
        }
        if let Some(protocol) = context.options.prefer {
            settings.prefer(protocol);
        }
        let text = "from the table of known providers that mailscout brings along; nobody outside was heard";
        notices.push(Notice::new(OFFLINE, text));
        let reason = Reason::Settings(answer::summary(&settings));
        self.asides.push(Aside { about, reason });
        Move::End(End::Settings { offer: Box::new(Offer { settings, notices }), from })
    }

    fn take_mx(
        &mut self,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let records = match answer {
            Ok(Records::Mx(records)) => records,
            Ok(_) => return (Reason::Network(Failure::NoData), Move::End(End::Nothing)),
            Err(failure) => return (Reason::Network(failure), Move::End(End::Nothing)),
        };
        if mx::is_null(&records) {
            let domain = context.address.domain();
            let text = format!("{domain} receives no mail: its MX record says so");
            self.notices.push(Notice::new(NO_MAIL, text));
            return (Reason::NoMail, Move::End(End::Nothing));
        }
        let list: Vec<&str> = mx::best(&records).collect();
        let answered = Reason::Answered(list.join(", "));
        let Some(known) = &context.options.known else {
            return (answered, Move::End(End::Nothing));
        };
        for host in &list {
            if let Some(provider) = known.by_mx(host, context.address) {
                return (answered, self.take_provider(provider, host, context));
            }
            if let Some(filter) = known.filter(host) {
                let text = format!(
                    "the mail goes through {filter} first, a mail filter; the DNS does not say where the mailboxes are"
                );
                self.notices.push(Notice::new(MAIL_FILTER, text));
                return (Reason::MailFilter(filter), Move::End(End::Nothing));
            }
        }
        for host in list {
            self.asides.push(Aside { about: format!("TABLE {host}"), reason: Reason::NotInTable });
        }
        (answered, Move::End(End::Nothing))
    }
}

impl Chain for InTable {
    fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move) {
        match outcome {
            Outcome::Lookup(answer) => self.take_mx(answer, context),
            _ => (Reason::OtherAnswer, Move::End(End::Nothing)),
        }
    }

    fn take_asides(&mut self) -> Vec<Aside> {
        core::mem::take(&mut self.asides)
    }

    fn take_notices(&mut self) -> Vec<Notice> {
        core::mem::take(&mut self.notices)
    }

    fn origin(&self) -> Origin {
        if self.mechanism == Mechanism::ProviderMx { Origin::Mx } else { Origin::ThirdParty }
    }
}
