//! One section: a server of some kind.

use crate::autoconfig::section::{Authentication, Fault, Offer, Port, Role, Section};
use crate::autoconfig::template::Template;
use crate::autoconfig::{AuthenticationMethod, ServerType, SocketType, names};
use crate::notice::code;
use crate::settings::AuthMethod;
use crate::xml::{Element, Remarks, clip};

const NAMES: [&str; 8] = [
    names::HOSTNAME,
    names::PORT,
    names::USERNAME,
    names::URL,
    names::SERVER_URL,
    names::OWA_URL,
    names::EWS_URL,
    names::EAS_URL,
];

/// Reads a section; `None` with a notice where it has no type.
pub(super) fn section(element: Element<'_>, role: Role, remarks: &mut Remarks) -> Option<Section> {
    let (name, start) = (role.element(), element.start());
    let Some(kind) = element.attribute_token::<ServerType>(names::TYPE) else {
        let what = format_args!("`{name}` without `type` is ignored");
        remarks.add(code::MISSING_TYPE, Some(start), what);
        return None;
    };
    let mut section = Section::new(kind);
    let [hostname, port, username, url, server_url, owa, ews, eas] =
        element.fields(&NAMES, remarks, |child, remarks| repeated(&mut section, child, remarks));
    let text = |element: Option<Element<'_>>| element?.text();
    section.hostname = text(hostname);
    section.port = port.and_then(Element::token::<Port>);
    section.username = text(username);
    section.url = text(url);
    (section.owa_url, section.ews_url, section.eas_url) = (text(owa), text(ews), text(eas));
    if let Some(old) = server_url {
        let what = format_args!("`serverURL` is the old name of `url`");
        remarks.add(code::LEGACY_WORD, Some(old.start()), what);
        section.url = section.url.or_else(|| old.text());
    }
    remark_on_socket_types(&section, start, remarks);
    match section.offer(role) {
        Err(fault) => remark_on_fault(fault, &section, role, start, remarks),
        Ok(Offer::Nothing) => {}
        Ok(offer) => remark_on_use(&offer, &section, start, remarks),
    }
    Some(section)
}

/// Reads what a section may have more than one of.
fn repeated(section: &mut Section, child: Element<'_>, remarks: &mut Remarks) -> bool {
    if child.is(names::SOCKET_TYPE) {
        child.remark_on_case(names::SOCKET_TYPE, remarks);
        section.socket_types.extend(child.token::<SocketType>());
    } else if child.is(names::AUTHENTICATION) {
        child.remark_on_case(names::AUTHENTICATION, remarks);
        if let Some(name) = child.text() {
            let read = Authentication::new(child.attribute(names::SYSTEM), name);
            remark_on_word(&read, child.start(), remarks);
            section.authentication.push(read);
        }
    } else {
        return names::PREFERENCES.iter().any(|name| child.is(name));
    }
    true
}

fn remark_on_word(read: &Authentication, offset: usize, remarks: &mut Remarks) {
    if read.meaning().is_none() {
        remarks.add_unknown_value(names::AUTHENTICATION, read.name(), offset);
    }
    let Authentication::Method(method) = read else { return };
    let new = match method {
        AuthenticationMethod::Plain => "password-cleartext",
        AuthenticationMethod::Secure => "password-encrypted",
        AuthenticationMethod::HttpBasic => "basic",
        AuthenticationMethod::HttpDigest => "digest",
        _ => return,
    };
    let what = format_args!("`{method}` is the old word for `{new}`");
    remarks.add(code::LEGACY_WORD, Some(offset), what);
}

fn remark_on_socket_types(section: &Section, offset: usize, remarks: &mut Remarks) {
    for socket_type in &section.socket_types {
        match socket_type {
            SocketType::Other(token) => {
                remarks.add_unknown_value(names::SOCKET_TYPE, token.as_str(), offset);
            }
            SocketType::Tls => {
                let what = format_args!(
                    "`socketType` says `TLS`; on a port for that it is taken as `SSL`, \
                    else as `STARTTLS`"
                );
                remarks.add(code::LEGACY_WORD, Some(offset), what);
            }
            _ => {}
        }
    }
    if section.socket_types.len() > 1 {
        let what = format_args!("there is more than one `socketType`; encryption comes first");
        remarks.add(code::DUPLICATE_ELEMENT, Some(offset), what);
    }
}

/// Remarks on what is odd about a section that is used.
fn remark_on_use(offer: &Offer<'_>, section: &Section, offset: usize, remarks: &mut Remarks) {
    for (name, text, target) in section.templates() {
        let needs_a_look = !Template::is_usual(text) && !Template::is_filled_in(text);
        if needs_a_look && Template::parse(text, target).is_some_and(|template| template.is_odd()) {
            let what = format_args!(
                "`{name}` says `{}`; its placeholder is filled in all the same",
                clip(text)
            );
            remarks.add(code::PLACEHOLDER_FORM, Some(offset), what);
        }
    }
    let logs_in = section.authentication.is_empty()
        || section.log_ins().any(|method| method != AuthMethod::None);
    if matches!(offer, Offer::Server { .. }) && section.username.is_none() && logs_in {
        let kind = &section.kind;
        let what = format_args!("`{kind}` has no `username`; the full address is taken");
        remarks.add(code::MISSING_USER_NAME, Some(offset), what);
    }
}

fn remark_on_fault(
    fault: Fault<'_>,
    section: &Section,
    role: Role,
    offset: usize,
    remarks: &mut Remarks,
) {
    let (element, kind) = (role.element(), clip(section.kind.as_str()));
    let mut add = |code, why: core::fmt::Arguments<'_>| {
        let what = format_args!("`{element}` of the type `{kind}` is ignored: {why}");
        remarks.add(code, Some(offset), what);
    };
    match fault {
        Fault::UnknownType => add(code::UNKNOWN_TYPE, format_args!("the type is unknown")),
        Fault::OtherElement => {
            add(code::UNKNOWN_TYPE, format_args!("the type belongs to another element"));
        }
        Fault::Placeholder { name, text } => {
            let text = clip(text);
            add(code::PLACEHOLDER, format_args!("`{name}` has an unknown placeholder: `{text}`"));
        }
        Fault::BadPlace { name, text } if name == names::HOSTNAME => {
            add(code::BAD_HOST, format_args!("`{}` is no host name", clip(text)));
        }
        Fault::BadPlace { name, text } => {
            add(code::BAD_URL, format_args!("`{name}` says `{}`, no https URL", clip(text)));
        }
        Fault::NoHost => add(code::MISSING_SERVER, format_args!("it has no `hostname`")),
        Fault::BadPort(port) => {
            add(code::BAD_NUMBER, format_args!("its `port` is `{}`", clip(port)));
        }
        Fault::NoUrl => add(code::MISSING_URL, format_args!("it has no URL")),
        Fault::NoLogIn => {
            add(code::UNKNOWN_LOG_IN, format_args!("no way to log in is known"));
        }
    }
}
