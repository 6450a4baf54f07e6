//! Text into an answer for ActiveSync, and what was odd about it.

use super::{Answer, Failure, Response, Server, ServerType, User};
use crate::autodiscover::names;
use crate::autodiscover::read::{check_namespace, server_error, value};
use crate::error::{ParseError, ParseErrorKind};
use crate::notice::{Notice, code};
use crate::xml::{self, Element, Fault, Remarks};

/// An answer, and what was odd about its document.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// The answer.
    pub response: Response,
    /// Remarks, in the order of the document; at most 32 and one that says how many more.
    pub notices: Vec<Notice>,
}

/// Reads an answer for ActiveSync, as tolerantly as [`autodiscover::read`](super::super::read())
/// reads one for Outlook: names are taken without regard to namespace, prefix and letter case.
///
/// Of several answers in one `Action` a server with a URL comes first, then the redirect, then the
/// error. An error of the frame counts only where there is neither server nor redirect.
///
/// # Security
///
/// The bounds are those of [`autodiscover::read`](super::super::read()).
///
/// # Errors
///
/// See [`ParseErrorKind`]. An answer in Outlook's schema is [`ParseErrorKind::OutlookSchema`].
///
/// # Spec
///
/// `ASCMD`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::mobile_sync::{self, Answer};
///
/// let document = "<Autodiscover><Response><Action>\
///     <Redirect>alice@fabrikam.example</Redirect></Action></Response></Autodiscover>";
/// let reading = mobile_sync::read(document.as_bytes())?;
/// let Answer::Redirect(address) = reading.response.answer else { panic!("no redirect") };
/// assert_eq!(address.as_str(), "alice@fabrikam.example");
/// # Ok::<(), mailscout_schema::ParseError>(())
/// ```
pub fn read(document: &[u8]) -> Result<Reading, ParseError> {
    let (response, notices) = xml::read(document, read_root)?;
    Ok(Reading { response, notices })
}

fn read_root(root: Element<'_>, remarks: &mut Remarks) -> Result<Response, Fault> {
    const NAMES: [&str; 5] =
        [names::CULTURE, names::USER, names::ACTION, names::ERROR, names::ACCOUNT];
    if !root.is(names::AUTODISCOVER) {
        return Err(Fault::at(ParseErrorKind::OtherRoot, root));
    }
    root.remark_on_case(names::AUTODISCOVER, remarks);
    check_namespace(root, &[names::ROOT_NS], remarks);
    let [response, outer_error] =
        root.fields(&[names::RESPONSE, names::ERROR], remarks, |_, _| false);
    let Some(response) = response else {
        let error = outer_error.ok_or_else(|| Fault::at(ParseErrorKind::NoAnswer, root))?;
        return Ok(Response::new(Answer::Error(server_error(error, remarks))));
    };
    let [culture, user, action, error, account] = response.fields(&NAMES, remarks, |_, _| false);
    let error = error.or(outer_error);
    let action = action.filter(|action| action.children().next().is_some());
    let is_outlook = response.namespace().unwrap_or_default().contains("/outlook/");
    if error.is_none() && action.is_none() && (account.is_some() || is_outlook) {
        return Err(Fault::at(ParseErrorKind::OutlookSchema, response));
    }
    // An error is written by the server's frame and is in the namespace of the root.
    let expected: &[&str] = if error.is_some() {
        &[names::MOBILE_SYNC_RESPONSE_NS, names::ROOT_NS]
    } else {
        &[names::MOBILE_SYNC_RESPONSE_NS]
    };
    check_namespace(response, expected, remarks);
    let said = action.and_then(|action| read_action(action, remarks));
    let answer = match (said, error) {
        (Some(said), Some(error)) if is_usable(&said) => {
            let what = format_args!("the error beside an answer that can be used is ignored");
            remarks.add(code::ERROR_IGNORED, Some(error.start()), what);
            said
        }
        (_, Some(error)) => Answer::Error(server_error(error, remarks)),
        (Some(said), None) => said,
        (None, None) => return Err(Fault::at(ParseErrorKind::NoAnswer, response)),
    };
    let user = user.map(|user| read_user(user, remarks)).unwrap_or_default();
    Ok(Response { culture: value::text(culture), user, answer })
}

fn read_user(element: Element<'_>, remarks: &mut Remarks) -> User {
    const NAMES: [&str; 2] = [names::DISPLAY_NAME, names::E_MAIL_ADDRESS];
    let [display_name, email_address] = element.fields(&NAMES, remarks, |_, _| false);
    User { display_name: value::text(display_name), email_address: value::text(email_address) }
}

fn read_action(action: Element<'_>, remarks: &mut Remarks) -> Option<Answer> {
    const NAMES: [&str; 3] = [names::REDIRECT, names::SETTINGS_ELEMENT, names::ERROR];
    let [redirect, settings, error] = action.fields(&NAMES, remarks, |_, _| false);
    if [redirect, settings, error].iter().flatten().count() > 1 {
        let what = format_args!("more than one answer stands in one `Action`");
        remarks.add(code::REDIRECT_AND_SETTINGS, Some(action.start()), what);
    }
    let settings = settings.map(|settings| Answer::Settings(servers(settings, remarks)));
    match (settings, value::text(redirect), error) {
        (Some(settings), _, _) if is_usable(&settings) => Some(settings),
        (_, Some(address), _) => Some(Answer::Redirect(address)),
        (_, None, Some(error)) => Some(Answer::Failure(failure(error, remarks))),
        (settings, None, None) => settings,
    }
}

fn is_usable(answer: &Answer) -> bool {
    match answer {
        Answer::Settings(servers) => servers.iter().any(|server| server.url().is_some()),
        Answer::Redirect(_) => true,
        Answer::Failure(_) | Answer::Error(_) => false,
    }
}

fn servers(settings: Element<'_>, remarks: &mut Remarks) -> Vec<Server> {
    let mut servers = Vec::new();
    let [] = settings.fields(&[], remarks, |child, remarks| {
        let is_server = child.is(names::SERVER);
        if is_server {
            child.remark_on_case(names::SERVER, remarks);
            servers.push(server(child, remarks));
        }
        is_server
    });
    servers
}

fn server(element: Element<'_>, remarks: &mut Remarks) -> Server {
    const NAMES: [&str; 4] = [names::TYPE, names::URL, names::NAME, names::SERVER_DATA];
    let [kind, url, name, server_data] = element.fields(&NAMES, remarks, |_, _| false);
    let read = value::text(kind).map(ServerType::from);
    if let (Some(ServerType::Other(token)), Some(kind)) = (&read, kind) {
        value::unknown_value(kind, token.as_str(), remarks);
    }
    Server {
        kind: read,
        url: value::text(url),
        name: value::text(name),
        server_data: value::text(server_data),
    }
}

fn failure(element: Element<'_>, remarks: &mut Remarks) -> Failure {
    const NAMES: [&str; 3] = [names::STATUS, names::MESSAGE, names::DEBUG_DATA];
    let [status, message, debug_data] = element.fields(&NAMES, remarks, |_, _| false);
    Failure {
        status: value::number(status, remarks),
        message: value::text(message),
        debug_data: value::text(debug_data),
    }
}
