//! `User` and `Account`: what the server wants done, and everything around the protocols.

use super::{protocol, value};
use crate::autodiscover::{
    Account, AccountType, Action, AlternativeMailbox, Protocol, ProtocolType, User, names,
};
use crate::lowering::host::has_placeholder;
use crate::notice::code;
use crate::text::Text;
use crate::xml::{Element, Remarks};

/// Reads `User`.
pub(super) fn user(element: Element<'_>, remarks: &mut Remarks) -> User {
    const NAMES: [&str; 5] = [
        names::DISPLAY_NAME,
        names::LEGACY_DN,
        names::AUTO_DISCOVER_SMTP_ADDRESS,
        names::DEPLOYMENT_ID,
        names::E_MAIL_ADDRESS,
    ];
    let [display_name, legacy_dn, auto_discover_smtp_address, deployment_id, email_address] =
        element.fields(&NAMES, remarks, |_, _| false);
    User {
        display_name: value::text(display_name),
        legacy_dn: value::text(legacy_dn),
        auto_discover_smtp_address: value::text(auto_discover_smtp_address),
        deployment_id: value::text(deployment_id),
        email_address: value::text(email_address),
    }
}

/// Reads `Account`: `None` where it says nothing at all; and the error that stands in it.
pub(super) fn account<'a>(
    element: Element<'a>,
    remarks: &mut Remarks,
) -> (Option<Account>, Option<Element<'a>>) {
    const NAMES: [&str; 10] = [
        names::ACCOUNT_TYPE,
        names::ACTION,
        names::REDIRECT_URL,
        names::REDIRECT_ADDR,
        names::MICROSOFT_ONLINE,
        names::CONSUMER_MAILBOX,
        names::IMAGE,
        names::SERVICE_HOME,
        names::PUBLIC_FOLDER_INFORMATION,
        names::ERROR,
    ];
    let mut protocols = Vec::new();
    let mut alternative_mailboxes = Vec::new();
    let [account_type, action, url, addr, online, consumer, image, home, folders, error] = element
        .fields(&NAMES, remarks, |child, remarks| {
            if child.is(names::PROTOCOL) {
                child.remark_on_case(names::PROTOCOL, remarks);
                protocols.extend(protocol::protocol(child, remarks));
            } else if child.is(names::ALTERNATIVE_MAILBOX) {
                child.remark_on_case(names::ALTERNATIVE_MAILBOX, remarks);
                alternative_mailboxes.push(mailbox(child, remarks));
            } else {
                return false;
            }
            true
        });
    let said = Said { account: element, action, url: value::text(url), addr: value::text(addr) };
    let Some(action) = said.decide(&protocols, remarks) else {
        return (None, error);
    };
    let account = Account {
        account_type: value::text(account_type).map(|text| {
            let kind = AccountType::from(text);
            if let (AccountType::Other(other), Some(element)) = (&kind, account_type) {
                value::unknown_value(element, other.as_str(), remarks);
            }
            kind
        }),
        action,
        microsoft_online: value::boolean(online, remarks),
        consumer_mailbox: value::boolean(consumer, remarks),
        image: value::text(image),
        service_home: value::text(home),
        protocols,
        alternative_mailboxes,
        public_folder_address: folders.and_then(|folders| {
            let [address] = folders.fields(&[names::SMTP_ADDRESS], remarks, |_, _| false);
            value::text(address)
        }),
    };
    (Some(account), error)
}

/// How much a mail client can do with the account: 2 for an e-mail account that can be used, 1 for
/// another, 0 for one that cannot.
pub(super) fn rank(account: &Account) -> u8 {
    let is_usable =
        account.action != Action::Settings || account.protocols.iter().any(is_usable_protocol);
    let is_email = account.account_type != Some(AccountType::Nntp);
    u8::from(is_usable) + u8::from(is_usable && is_email)
}

fn is_usable_protocol(protocol: &Protocol) -> bool {
    let says_where = protocol.server.as_deref().is_some_and(|server| !has_placeholder(server))
        || !protocol.exchange.is_empty()
        || protocol.internal.is_some()
        || protocol.external.is_some()
        || protocol.mail_store.is_some();
    says_where && !matches!(protocol.kind, ProtocolType::Other(_))
}

fn mailbox(element: Element<'_>, remarks: &mut Remarks) -> AlternativeMailbox {
    const NAMES: [&str; 6] = [
        names::TYPE,
        names::DISPLAY_NAME,
        names::LEGACY_DN,
        names::SERVER,
        names::SMTP_ADDRESS,
        names::OWNER_SMTP_ADDRESS,
    ];
    let [kind, display_name, legacy_dn, server, smtp_address, owner_smtp_address] =
        element.fields(&NAMES, remarks, |_, _| false);
    AlternativeMailbox {
        kind: value::text(kind),
        display_name: value::text(display_name),
        legacy_dn: value::text(legacy_dn),
        server: value::text(server),
        smtp_address: value::text(smtp_address),
        owner_smtp_address: value::text(owner_smtp_address),
    }
}

/// What an account says of its purpose.
struct Said<'a> {
    account: Element<'a>,
    action: Option<Element<'a>>,
    url: Option<Text>,
    addr: Option<Text>,
}

impl Said<'_> {
    /// Decides on the action. What `Action` says holds if the account has what it needs; else the
    /// account's content tells, settings that can be used before a redirect.
    fn decide(self, protocols: &[Protocol], remarks: &mut Remarks) -> Option<Action> {
        let usable = protocols.iter().any(is_usable_protocol);
        let redirects = self.url.is_some() || self.addr.is_some();
        let word = self.action.and_then(|action| Some((action, action.text()?)));
        let says =
            |wanted: &str| word.as_ref().is_some_and(|(_, word)| word.eq_ignore_ascii_case(wanted));
        let settings = says(names::SETTINGS);
        let (to_url, to_addr) = (says(names::REDIRECT_URL_WORD), says(names::REDIRECT_ADDR_WORD));
        if let Some((action, word)) = &word
            && !(settings || to_url || to_addr)
        {
            value::unknown_value(*action, word, remarks);
        }
        let at = Some(self.action.unwrap_or(self.account).start());
        if redirects && !protocols.is_empty() {
            let what = format_args!("settings and a redirect stand in one account");
            remarks.add(code::REDIRECT_AND_SETTINGS, at, what);
        }
        match (self.url, self.addr) {
            (Some(url), _) if to_url => Some(Action::RedirectUrl(url)),
            (_, Some(addr)) if to_addr => Some(Action::RedirectAddr(addr)),
            _ if settings && (usable || !redirects) => Some(Action::Settings),
            (None, None) if protocols.is_empty() => None,
            (url, addr) => {
                let inferred = match (addr, url) {
                    (Some(addr), _) if !usable => Action::RedirectAddr(addr),
                    (None, Some(url)) if !usable => Action::RedirectUrl(url),
                    _ => Action::Settings,
                };
                remark_on_inference(self.action.is_some(), &inferred, at, remarks);
                Some(inferred)
            }
        }
    }
}

fn remark_on_inference(said: bool, action: &Action, at: Option<usize>, remarks: &mut Remarks) {
    let word = action.name();
    if said {
        let what = format_args!("`Action` does not go with the account; it is taken as `{word}`");
        remarks.add(code::CONTRADICTORY_ACTION, at, what);
    } else {
        let what = format_args!("the account has no `Action`; it is taken as `{word}`");
        remarks.add(code::MISSING_ACTION, at, what);
    }
}
