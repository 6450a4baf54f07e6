//! Text into an answer of the service, and what was odd about it.

use std::collections::btree_map::Entry;

use super::names;
use super::{
    Answer, Connection, EncryptionMethod, ErrorCode, Refusal, Setting, SettingName, SoapFault,
    UserSettings, WebClientUrl,
};
use crate::autodiscover::read::{check_namespace, value};
use crate::error::{ParseError, ParseErrorKind};
use crate::notice::{Notice, code};
use crate::xml::{self, Element, Fault, Remarks, clip};

/// An answer, and what was odd about its document.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// The answer for the user.
    pub answer: Answer,
    /// Remarks, in the order of the document; at most 32 and one that says how many more. A setting
    /// that the server does not give is among them.
    pub notices: Vec<Notice>,
}

/// Reads the answer for one user.
///
/// Names are taken without regard to namespace, prefix and letter case; the form of a setting is
/// told by what it holds. A redirect of the user holds although the whole says `NoError`. Of several
/// users the first counts: one was asked for.
///
/// # Security
///
/// The bounds are those of [`autodiscover::read`](super::super::read()).
///
/// # Errors
///
/// See [`ParseErrorKind`]. An envelope with another message in it, or with no user, is
/// [`ParseErrorKind::NoAnswer`].
///
/// # Spec
///
/// `OXWSADISC`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::soap::{self, Answer};
///
/// let document = "<Envelope><Body><Fault><faultcode>s:Client</faultcode>\
///     <faultstring>The address is missing.</faultstring></Fault></Body></Envelope>";
/// let Answer::Fault(fault) = soap::read(document.as_bytes())?.answer else { panic!("no fault") };
/// assert_eq!(fault.code.as_deref(), Some("s:Client"));
/// # Ok::<(), mailscout_schema::ParseError>(())
/// ```
pub fn read(document: &[u8]) -> Result<Reading, ParseError> {
    let (answer, notices) = xml::read(document, read_root)?;
    Ok(Reading { answer, notices })
}

fn read_root(root: Element<'_>, remarks: &mut Remarks) -> Result<Answer, Fault> {
    let no_answer = |element| Fault::at(ParseErrorKind::NoAnswer, element);
    let message = if root.is(names::RESPONSE_MESSAGE) {
        root
    } else if root.is(names::ENVELOPE) {
        root.remark_on_case(names::ENVELOPE, remarks);
        check_namespace(root, &[names::ENVELOPE_NS, names::ENVELOPE_12_NS], remarks);
        let [_header, body] = root.fields(&[names::HEADER, names::BODY], remarks, |_, _| false);
        let body = body.ok_or_else(|| no_answer(root))?;
        let [fault, message] =
            body.fields(&[names::FAULT, names::RESPONSE_MESSAGE], remarks, |_, _| false);
        if let Some(fault) = fault {
            return Ok(Answer::Fault(read_fault(fault, remarks)));
        }
        message.ok_or_else(|| no_answer(body))?
    } else {
        return Err(Fault::at(ParseErrorKind::OtherRoot, root));
    };
    check_namespace(message, &[names::AUTODISCOVER_NS], remarks);
    let [response] = message.fields(&[names::RESPONSE], remarks, |_, _| false);
    read_response(response.ok_or_else(|| no_answer(message))?, remarks)
}

fn read_response(response: Element<'_>, remarks: &mut Remarks) -> Result<Answer, Fault> {
    const NAMES: [&str; 3] = [names::ERROR_CODE, names::ERROR_MESSAGE, names::USER_RESPONSES];
    const USER: [&str; 5] = [
        names::ERROR_CODE,
        names::ERROR_MESSAGE,
        names::REDIRECT_TARGET,
        names::USER_SETTING_ERRORS,
        names::USER_SETTINGS,
    ];
    let [code, message, users] = response.fields(&NAMES, remarks, |_, _| false);
    let whole = refusal(code, message, remarks);
    let [user] =
        users.map_or([None], |users| users.fields(&[names::USER_RESPONSE], remarks, |_, _| false));
    let Some(user) = user else {
        let refusal = whole.ok_or_else(|| Fault::at(ParseErrorKind::NoAnswer, response))?;
        return Ok(Answer::Refused(refusal));
    };
    let [code, message, target, errors, settings] = user.fields(&USER, remarks, |_, _| false);
    let of_user = refusal(code, message, remarks);
    if let Some(whole) = whole.filter(|refusal| !refusal.is_redirect()) {
        return Ok(Answer::Refused(whole));
    }
    if let Some(refusal) = of_user {
        return Ok(match (&refusal.code, value::text(target)) {
            (ErrorCode::RedirectAddress, Some(address)) => Answer::RedirectAddr(address),
            (ErrorCode::RedirectUrl, Some(url)) => Answer::RedirectUrl(url),
            _ => Answer::Refused(refusal),
        });
    }
    if let Some(errors) = errors {
        remark_on_errors(errors, remarks);
    }
    let settings = settings.map(|settings| read_settings(settings, remarks));
    Ok(Answer::Settings(settings.unwrap_or_default()))
}

impl Refusal {
    fn is_redirect(&self) -> bool {
        matches!(self.code, ErrorCode::RedirectAddress | ErrorCode::RedirectUrl)
    }
}

/// What stands in the way, unless the code is `NoError` or absent.
fn refusal(
    code: Option<Element<'_>>,
    message: Option<Element<'_>>,
    remarks: &mut Remarks,
) -> Option<Refusal> {
    let read = ErrorCode::from(value::text(code)?);
    if let (ErrorCode::Other(token), Some(element)) = (&read, code) {
        value::unknown_value(element, token.as_str(), remarks);
    }
    (read != ErrorCode::NoError).then(|| Refusal { code: read, message: value::text(message) })
}

fn read_fault(fault: Element<'_>, remarks: &mut Remarks) -> SoapFault {
    const NAMES: [&str; 6] = [
        names::FAULT_CODE,
        names::FAULT_STRING,
        names::FAULT_ACTOR,
        names::DETAIL,
        names::CODE,
        names::REASON,
    ];
    let [code, text, _actor, _detail, code_12, reason] =
        fault.fields(&NAMES, remarks, |_, _| false);
    let inside = |element: Option<Element<'_>>, name, other, remarks: &mut Remarks| {
        let [inner, _other] = element?.fields(&[name, other], remarks, |_, _| false);
        value::text(inner)
    };
    SoapFault {
        code: value::text(code).or_else(|| inside(code_12, names::VALUE, names::SUBCODE, remarks)),
        // The text is given once for each language, and the first is taken.
        text: value::text(text).or_else(|| inside(reason, names::TEXT, names::SUBCODE, remarks)),
    }
}

/// Remarks on each setting that is not given. The answer holds without it.
fn remark_on_errors(errors: Element<'_>, remarks: &mut Remarks) {
    const NAMES: [&str; 3] = [names::ERROR_CODE, names::ERROR_MESSAGE, names::SETTING_NAME];
    let [] = errors.fields(&[], remarks, |child, remarks| {
        if !child.is(names::USER_SETTING_ERROR) {
            return false;
        }
        let [code, _message, name] = child.fields(&NAMES, remarks, |_, _| false);
        let (code, name) = (value::text(code), value::text(name));
        let name = name.as_deref().map_or("?", clip);
        let why = code.as_deref().map_or("no reason is said", clip);
        let what = format_args!("the setting `{name}` is not given: {why}");
        remarks.add(code::SETTING_ERROR, Some(child.start()), what);
        true
    });
}

fn read_settings(element: Element<'_>, remarks: &mut Remarks) -> UserSettings {
    let mut settings = UserSettings::default();
    let [] = element.fields(&[], remarks, |child, remarks| {
        if !child.is(names::USER_SETTING) {
            return false;
        }
        let Some((name, setting)) = read_setting(child, remarks) else {
            return true;
        };
        match settings.settings.entry(name) {
            Entry::Vacant(place) => drop(place.insert(setting)),
            Entry::Occupied(known) => {
                let what = format_args!("a second `{}` is ignored", clip(known.key().as_str()));
                remarks.add(code::DUPLICATE_ELEMENT, Some(child.start()), what);
            }
        }
        true
    });
    settings
}

fn read_setting(element: Element<'_>, remarks: &mut Remarks) -> Option<(SettingName, Setting)> {
    const NAMES: [&str; 6] = [
        names::NAME,
        names::VALUE,
        names::PROTOCOL_CONNECTIONS,
        names::WEB_CLIENT_URLS,
        names::ALTERNATE_MAILBOXES,
        names::DOCUMENT_SHARING_LOCATIONS,
    ];
    let [name, text, connections, urls, ..] = element.fields(&NAMES, remarks, |_, _| false);
    let Some(name) = value::text(name).map(SettingName::from) else {
        let what = format_args!("a setting without `Name` is ignored");
        remarks.add(code::MISSING_TYPE, Some(element.start()), what);
        return None;
    };
    let setting = if let Some(list) = connections {
        Setting::Connections(all(list, names::PROTOCOL_CONNECTION, remarks, connection))
    } else if let Some(list) = urls {
        Setting::WebClientUrls(
            all(list, names::WEB_CLIENT_URL, remarks, web_client_url)
                .into_iter()
                .flatten()
                .collect(),
        )
    } else {
        Setting::Text(value::text(text)?)
    };
    Some((name, setting))
}

/// Every entry of a list, in the order of the document.
fn all<T>(
    list: Element<'_>,
    name: &str,
    remarks: &mut Remarks,
    read: impl Fn(Element<'_>, &mut Remarks) -> T,
) -> Vec<T> {
    let mut entries = Vec::new();
    let [] = list.fields(&[], remarks, |child, remarks| {
        let is_entry = child.is(name);
        if is_entry {
            entries.push(read(child, remarks));
        }
        is_entry
    });
    entries
}

fn connection(element: Element<'_>, remarks: &mut Remarks) -> Connection {
    const NAMES: [&str; 3] = [names::HOSTNAME, names::PORT, names::ENCRYPTION_METHOD];
    let [hostname, port, encryption] = element.fields(&NAMES, remarks, |_, _| false);
    let read = value::text(encryption).map(EncryptionMethod::from);
    if let (Some(EncryptionMethod::Other(token)), Some(element)) = (&read, encryption) {
        value::unknown_value(element, token.as_str(), remarks);
    }
    Connection {
        hostname: value::text(hostname),
        port: value::port(port, remarks),
        encryption: read,
    }
}

fn web_client_url(element: Element<'_>, remarks: &mut Remarks) -> Option<WebClientUrl> {
    const NAMES: [&str; 2] = [names::AUTHENTICATION_METHODS, names::URL];
    let [methods, url] = element.fields(&NAMES, remarks, |_, _| false);
    Some(WebClientUrl { url: value::text(url)?, authentication_methods: value::text(methods) })
}
