//! What a document says of the provider itself: names, domains, pages, tokens.

use super::{Place, remark_on_place};
use crate::autoconfig::config::{
    ClientConfig, Documentation, Enable, LocalText, LoginPageInfo, OAuth2, PageField,
    ProviderDomain, WebMail,
};
use crate::autoconfig::{DomainPurpose, names};
use crate::notice::code;
use crate::text::Text;
use crate::xml::{Element, Remarks};

/// An element that the provider has, and its own place.
const PARTS: [(&str, Place); 8] = [
    (names::DOMAIN, Place::Provider),
    (names::DISPLAY_NAME, Place::Provider),
    (names::DISPLAY_SHORT_NAME, Place::Provider),
    (names::DOCUMENTATION, Place::Provider),
    (names::ENABLE, Place::Provider),
    (names::O_AUTH2, Place::Root),
    (names::WEB_MAIL, Place::Root),
    (names::CLIENT_CONFIG_UPDATE, Place::Root),
];

/// Reads one of them; `false` where it is none.
pub(super) fn part(
    config: &mut ClientConfig,
    child: Element<'_>,
    place: Place,
    remarks: &mut Remarks,
) -> bool {
    let Some((name, own)) = PARTS.iter().find(|(name, _)| child.is(name)) else {
        return false;
    };
    remark_on_place(child, name, *own == place, remarks);
    let once = match *name {
        names::DOMAIN => {
            config.domains.extend(domain(child, remarks));
            true
        }
        names::DOCUMENTATION => {
            config.documentation.push(documentation(child, remarks));
            true
        }
        names::ENABLE => {
            config.enable.push(enable(child, remarks));
            true
        }
        names::DISPLAY_NAME => first(&mut config.display_name, child.text()),
        names::DISPLAY_SHORT_NAME => first(&mut config.display_short_name, child.text()),
        names::CLIENT_CONFIG_UPDATE => first(&mut config.update_url, child.attribute(names::URL)),
        names::O_AUTH2 => {
            config.oauth2.is_none() && first(&mut config.oauth2, Some(oauth2(child, remarks)))
        }
        _ => {
            config.web_mail.is_none() && first(&mut config.web_mail, Some(web_mail(child, remarks)))
        }
    };
    if !once {
        let what = format_args!("a second `{name}` is ignored");
        remarks.add(code::DUPLICATE_ELEMENT, Some(child.start()), what);
    }
    true
}

/// Takes a value unless there is one; `false` where there are two.
fn first<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    if slot.is_some() && value.is_some() {
        return false;
    }
    if value.is_some() {
        *slot = value;
    }
    true
}

fn domain(element: Element<'_>, remarks: &mut Remarks) -> Option<ProviderDomain> {
    let purpose = element.attribute(names::PURPOSE).map(DomainPurpose::from);
    if let Some(DomainPurpose::Other(other)) = &purpose {
        remarks.add_unknown_value(names::PURPOSE, other.as_str(), element.start());
    }
    Some(ProviderDomain { name: element.text()?, purpose })
}

fn documentation(element: Element<'_>, remarks: &mut Remarks) -> Documentation {
    Documentation {
        url: element.attribute(names::URL),
        descriptions: local_texts(element, names::DESCR, remarks),
    }
}

fn enable(element: Element<'_>, remarks: &mut Remarks) -> Enable {
    Enable {
        visit_url: element.attribute(names::VISIT_URL),
        instructions: local_texts(element, names::INSTRUCTION, remarks),
    }
}

fn local_texts(element: Element<'_>, name: &str, remarks: &mut Remarks) -> Vec<LocalText> {
    let mut texts = Vec::new();
    let [] = element.fields(&[], remarks, |child, remarks| {
        let is_text = child.is(name);
        if is_text {
            child.remark_on_case(name, remarks);
            let language = child.attribute(names::LANG);
            texts.extend(child.text().map(|text| LocalText { language, text }));
        }
        is_text
    });
    texts
}

fn oauth2(element: Element<'_>, remarks: &mut Remarks) -> OAuth2 {
    const NAMES: [&str; 6] = [
        names::AUTH_URL,
        names::TOKEN_URL,
        names::ISSUER,
        names::SCOPE,
        names::CLIENT_ID,
        names::CLIENT_SECRET,
    ];
    let [auth_url, token_url, issuer, scope, client_id, client_secret] =
        element.fields(&NAMES, remarks, |_, _| false);
    OAuth2 {
        auth_url: text(auth_url),
        token_url: text(token_url),
        issuer: text(issuer),
        scope: text(scope),
        client_id: text(client_id),
        client_secret: text(client_secret),
    }
}

fn web_mail(element: Element<'_>, remarks: &mut Remarks) -> WebMail {
    const NAMES: [&str; 3] = [names::LOGIN_PAGE, names::LOGIN_PAGE_INFO, names::PREFERENCES[7]];
    let [page, info, _automatic] = element.fields(&NAMES, remarks, |_, _| false);
    WebMail {
        login_page: page.and_then(|page| page.attribute(names::URL)),
        login_page_info: info.map(|info| login_page_info(info, remarks)),
    }
}

fn login_page_info(element: Element<'_>, remarks: &mut Remarks) -> LoginPageInfo {
    const NAMES: [&str; 4] =
        [names::USERNAME, names::USERNAME_FIELD, names::PASSWORD_FIELD, names::LOGIN_BUTTON];
    let [username, username_field, password_field, login_button] =
        element.fields(&NAMES, remarks, |_, _| false);
    LoginPageInfo {
        url: element.attribute(names::URL),
        username: text(username),
        username_field: username_field.map(page_field),
        password_field: password_field.map(page_field),
        login_button: login_button.map(page_field),
    }
}

fn page_field(element: Element<'_>) -> PageField {
    PageField { id: element.attribute(names::ID), name: element.attribute(names::NAME) }
}

fn text(element: Option<Element<'_>>) -> Option<Text> {
    element?.text()
}
