//! A response into text, as Outlook takes it.

use core::fmt::Display;

use super::{
    Account, Action, Answer, MapiEndpoint, Protocol, ProtocolType, Response, ServerError, User,
    WebAccess, names,
};
use crate::xml::Writer;

impl Response {
    /// Writes the response: UTF-8, indented, the schema's own namespaces and spelling.
    ///
    /// Whatever response was built, and is within the bounds of reading, reads back the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailscout_schema::autodiscover::{self, Answer, Response, ServerError};
    ///
    /// let mut error = ServerError::default();
    /// error.code = Some(500);
    /// let response = Response::new(Answer::Error(error));
    /// let text = response.to_xml();
    /// assert!(text.contains("<ErrorCode>500</ErrorCode>"));
    /// assert_eq!(autodiscover::read(text.as_bytes())?.response, response);
    /// # Ok::<(), mailscout_schema::ParseError>(())
    /// ```
    pub fn to_xml(&self) -> String {
        Writer::document(names::AUTODISCOVER, &[("xmlns", Some(names::ROOT_NS))], |w| {
            w.element(names::RESPONSE, &[("xmlns", Some(names::RESPONSE_NS))], |w| {
                user(w, &self.user);
                match &self.answer {
                    Answer::Account(content) => account(w, content),
                    Answer::Error(content) => error(w, content),
                }
            });
        })
    }
}

fn user(w: &mut Writer, user: &User) {
    if *user == User::default() {
        return;
    }
    w.element(names::USER, &[], |w| {
        w.text(names::DISPLAY_NAME, user.display_name.as_deref());
        w.text(names::LEGACY_DN, user.legacy_dn.as_deref());
        w.text(names::AUTO_DISCOVER_SMTP_ADDRESS, user.auto_discover_smtp_address.as_deref());
        w.text(names::DEPLOYMENT_ID, user.deployment_id.as_deref());
        w.text(names::E_MAIL_ADDRESS, user.email_address.as_deref());
    });
}

/// Writes an error, which every schema of the family has in the same form.
pub(super) fn error(w: &mut Writer, error: &ServerError) {
    let attributes = [(names::TIME, error.time.as_deref()), (names::ID, error.id.as_deref())];
    w.element(names::ERROR, &attributes, |w| {
        shown(w, names::ERROR_CODE, error.code);
        w.text(names::MESSAGE, error.message.as_deref());
        w.text(names::DEBUG_DATA, error.debug_data.as_deref());
    });
}

fn account(w: &mut Writer, account: &Account) {
    w.element(names::ACCOUNT, &[], |w| {
        shown(w, names::ACCOUNT_TYPE, account.account_type.as_ref());
        w.text(names::ACTION, Some(account.action.name()));
        match &account.action {
            Action::Settings => {}
            Action::RedirectUrl(url) => w.text(names::REDIRECT_URL, Some(&**url)),
            Action::RedirectAddr(address) => w.text(names::REDIRECT_ADDR, Some(&**address)),
        }
        w.text(names::MICROSOFT_ONLINE, account.microsoft_online.map(true_or_false));
        w.text(names::CONSUMER_MAILBOX, account.consumer_mailbox.map(true_or_false));
        w.text(names::IMAGE, account.image.as_deref());
        w.text(names::SERVICE_HOME, account.service_home.as_deref());
        for content in &account.protocols {
            protocol(w, content);
        }
        for mailbox in &account.alternative_mailboxes {
            w.element(names::ALTERNATIVE_MAILBOX, &[], |w| {
                w.text(names::TYPE, mailbox.kind.as_deref());
                w.text(names::DISPLAY_NAME, mailbox.display_name.as_deref());
                w.text(names::LEGACY_DN, mailbox.legacy_dn.as_deref());
                w.text(names::SERVER, mailbox.server.as_deref());
                w.text(names::SMTP_ADDRESS, mailbox.smtp_address.as_deref());
                w.text(names::OWNER_SMTP_ADDRESS, mailbox.owner_smtp_address.as_deref());
            });
        }
        if let Some(address) = account.public_folder_address.as_deref() {
            w.element(names::PUBLIC_FOLDER_INFORMATION, &[], |w| {
                w.text(names::SMTP_ADDRESS, Some(address));
            });
        }
    });
}

fn protocol(w: &mut Writer, protocol: &Protocol) {
    let version = protocol.version.map(|version| version.to_string());
    // Exchange writes this one type as an attribute, and every other as an element.
    let in_tag = (protocol.kind == ProtocolType::MapiHttp).then_some(protocol.kind.as_str());
    let attributes = [(names::TYPE, in_tag), (names::VERSION, version.as_deref())];
    w.element(names::PROTOCOL, &attributes, |w| {
        if in_tag.is_none() {
            w.text(names::TYPE, Some(protocol.kind.as_str()));
        }
        if let Some((year, month, day)) = protocol.expiration_date.map(crate::settings::Date::parts)
        {
            w.text(names::EXPIRATION_DATE, Some(format!("{year:04}{month:02}{day:02}")));
        }
        shown(w, names::TTL, protocol.ttl);
        w.text(names::SERVER, protocol.server.as_deref());
        shown(w, names::PORT, protocol.port);
        log_in(w, protocol);
        exchange(w, protocol);
    });
}

fn log_in(w: &mut Writer, protocol: &Protocol) {
    w.text(names::LOGIN_NAME, protocol.login_name.as_deref());
    w.text(names::DOMAIN_REQUIRED, protocol.domain_required.map(on_or_off));
    w.text(names::DOMAIN_NAME, protocol.domain_name.as_deref());
    w.text(names::SPA, protocol.spa.map(on_or_off));
    w.text(names::SSL, protocol.ssl.map(on_or_off));
    shown(w, names::ENCRYPTION, protocol.encryption.as_ref());
    w.text(names::AUTH_REQUIRED, protocol.auth_required.map(on_or_off));
    w.text(names::USE_POP_AUTH, protocol.use_pop_auth.map(on_or_off));
    w.text(names::SMTP_LAST, protocol.smtp_last.map(on_or_off));
}

fn exchange(w: &mut Writer, protocol: &Protocol) {
    for (element, text) in &protocol.exchange {
        w.text(element.name(), Some(&**text));
    }
    web_access(w, names::INTERNAL, protocol.internal.as_ref());
    web_access(w, names::EXTERNAL, protocol.external.as_ref());
    if let Some(network) = &protocol.network_requirements {
        w.element(names::NETWORK_REQUIREMENTS, &[], |w| {
            w.text(names::IPV4_START, network.ipv4_start.as_deref());
            w.text(names::IPV4_END, network.ipv4_end.as_deref());
            w.text(names::IPV6_START, network.ipv6_start.as_deref());
            w.text(names::IPV6_END, network.ipv6_end.as_deref());
        });
    }
    endpoint(w, names::MAIL_STORE, protocol.mail_store.as_ref());
    endpoint(w, names::ADDRESS_BOOK, protocol.address_book.as_ref());
}

fn web_access(w: &mut Writer, name: &str, access: Option<&WebAccess>) {
    let Some(access) = access else { return };
    w.element(name, &[], |w| {
        for owa in &access.owa_urls {
            let attribute = (names::AUTHENTICATION_METHOD, owa.authentication_method.as_deref());
            w.text_with(names::OWA_URL, &[attribute], Some(&*owa.url));
        }
        for protocol in &access.protocols {
            w.element(names::PROTOCOL, &[], |w| {
                shown(w, names::TYPE, protocol.kind.as_ref());
                w.text(names::AS_URL, protocol.as_url.as_deref());
            });
        }
    });
}

fn endpoint(w: &mut Writer, name: &str, endpoint: Option<&MapiEndpoint>) {
    let Some(endpoint) = endpoint else { return };
    w.element(name, &[], |w| {
        w.text(names::INTERNAL_URL, endpoint.internal_url.as_deref());
        w.text(names::EXTERNAL_URL, endpoint.external_url.as_deref());
    });
}

fn shown(w: &mut Writer, name: &str, value: Option<impl Display>) {
    w.text(name, value.map(|value| value.to_string()));
}

fn on_or_off(value: bool) -> &'static str {
    if value { "on" } else { "off" }
}

fn true_or_false(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
