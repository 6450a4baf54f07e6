//! Text into a response: which of the four ends it has, and what was odd about it.
//!
//! Whatever real servers send is taken with a notice; a document that answers nothing is refused.
//! Nothing is defaulted here, and nothing is judged.

use super::{Account, Answer, Response, ServerError, names};
use crate::error::{ParseError, ParseErrorKind};
use crate::notice::{Notice, code};
use crate::xml::{self, Element, Fault, Remarks, clip};

mod account;
mod exchange;
mod protocol;
pub(super) mod value;

/// A response, and what was odd about its document.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// The response.
    pub response: Response,
    /// Remarks, in the order of the document; at most 32 and one that says how many more.
    pub notices: Vec<Notice>,
}

/// Reads a response document.
///
/// Names are taken without regard to namespace, prefix and letter case. Elements that are unknown
/// or doubled, values of no meaning, and settings beside a redirect are ignored with a notice: the
/// documentation of [`code`] names every tolerance.
///
/// # Security
///
/// The time is linear in the length, which is bounded. A document type declaration is refused, so
/// that no entity is ever expanded or fetched. A value that cannot be read never means less
/// encryption than its absence.
///
/// # Errors
///
/// See [`ParseErrorKind`]. A web page in place of the document is [`ParseErrorKind::WebPage`].
///
/// # Spec
///
/// `OXDSCLI` 2.2.4.1, `OL2010`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::{self, Outcome};
///
/// let document = "<Autodiscover><Response><Account><Action>redirectAddr</Action>\
///     <RedirectAddr>alice@fabrikam.example</RedirectAddr></Account></Response></Autodiscover>";
/// let reading = autodiscover::read(document.as_bytes())?;
/// assert_eq!(reading.response.outcome(), Outcome::RedirectAddr("alice@fabrikam.example"));
/// assert_eq!(reading.notices.len(), 1); // The namespace is missing.
/// # Ok::<(), mailscout_schema::ParseError>(())
/// ```
pub fn read(document: &[u8]) -> Result<Reading, ParseError> {
    let (response, notices) = xml::read(document, read_root)?;
    Ok(Reading { response, notices })
}

fn read_root(root: Element<'_>, remarks: &mut Remarks) -> Result<Response, Fault> {
    if !root.is(names::AUTODISCOVER) {
        return Err(Fault::at(ParseErrorKind::OtherRoot, root));
    }
    root.remark_on_case(names::AUTODISCOVER, remarks);
    check_namespace(root, &[names::ROOT_NS], remarks);
    let outer = Parts::read(root, remarks);
    let Some(response) = outer.response else {
        if let Some(account) = outer.accounts.first() {
            let what = format_args!("the account is not inside a `Response`");
            remarks.add(code::NO_RESPONSE, Some(account.start()), what);
        }
        return outer.conclude(root, None, remarks);
    };
    let parts = Parts::read(response, remarks);
    let error = parts.error.or(outer.error);
    if error.is_none() && is_mobile_sync(response, &parts) {
        return Err(Fault::at(ParseErrorKind::MobileSync, response));
    }
    // An error is written by the server's frame and is in the namespace of the root.
    let expected: &[&str] =
        if error.is_some() { &[names::RESPONSE_NS, names::ROOT_NS] } else { &[names::RESPONSE_NS] };
    check_namespace(response, expected, remarks);
    parts.conclude(response, outer.error, remarks)
}

/// The elements of a `Response`, or of a root element that does without one.
struct Parts<'a> {
    response: Option<Element<'a>>,
    user: Option<Element<'a>>,
    error: Option<Element<'a>>,
    action: Option<Element<'a>>,
    accounts: Vec<Element<'a>>,
}

impl<'a> Parts<'a> {
    fn read(element: Element<'a>, remarks: &mut Remarks) -> Self {
        const NAMES: [&str; 5] =
            [names::RESPONSE, names::USER, names::ERROR, names::ACTION, names::CULTURE];
        let mut accounts = Vec::new();
        let [response, user, error, action, _culture] =
            element.fields(&NAMES, remarks, |child, remarks| {
                let is_account = child.is(names::ACCOUNT);
                if is_account {
                    child.remark_on_case(names::ACCOUNT, remarks);
                    accounts.push(child);
                }
                is_account
            });
        Self { response, user, error, action, accounts }
    }

    /// Chooses the answer: an account that can be used, else an error, else any account.
    fn conclude(
        self,
        element: Element<'a>,
        outer_error: Option<Element<'a>>,
        remarks: &mut Remarks,
    ) -> Result<Response, Fault> {
        let user = self.user.map(|user| account::user(user, remarks)).unwrap_or_default();
        let mut error = self.error.or(outer_error);
        if let Some(second) = self.accounts.get(1) {
            let what = format_args!(
                "there is more than one account; the first e-mail account that can be used is taken"
            );
            remarks.add(code::MORE_ACCOUNTS, Some(second.start()), what);
        }
        let mut chosen: Option<Account> = None;
        for candidate in self.accounts {
            let (account, inner_error) = account::account(candidate, remarks);
            error = error.or(inner_error);
            let rank = account.as_ref().map(account::rank);
            if rank > chosen.as_ref().map(account::rank) {
                chosen = account;
            }
            if rank == Some(2) {
                break;
            }
        }
        let answer = match (chosen, error) {
            (Some(account), Some(error)) if account::rank(&account) > 0 => {
                let what = format_args!("the error beside an account that can be used is ignored");
                remarks.add(code::ERROR_IGNORED, Some(error.start()), what);
                Answer::Account(Box::new(account))
            }
            (_, Some(error)) => Answer::Error(server_error(error, remarks)),
            (Some(account), None) => Answer::Account(Box::new(account)),
            (None, None) => return Err(Fault::at(ParseErrorKind::NoAnswer, element)),
        };
        Ok(Response { user, answer })
    }
}

/// Reads an error, which every schema of the family has in the same form.
pub(super) fn server_error(element: Element<'_>, remarks: &mut Remarks) -> ServerError {
    const NAMES: [&str; 3] = [names::ERROR_CODE, names::MESSAGE, names::DEBUG_DATA];
    let [error_code, message, debug_data] = element.fields(&NAMES, remarks, |_, _| false);
    ServerError {
        time: element.attribute(names::TIME),
        id: element.attribute(names::ID),
        code: value::number(error_code, remarks),
        message: value::text(message),
        debug_data: value::text(debug_data),
    }
}

/// Whether the answer is in the schema of ActiveSync, where `Action` holds elements.
fn is_mobile_sync(response: Element<'_>, parts: &Parts<'_>) -> bool {
    let namespace = response.namespace().unwrap_or_default();
    namespace.contains("/mobilesync/")
        || parts.action.is_some_and(|action| action.children().next().is_some())
}

/// Remarks on a namespace that is not among the expected ones.
pub(super) fn check_namespace(element: Element<'_>, expected: &[&str], remarks: &mut Remarks) {
    let namespace = element.namespace().unwrap_or_default();
    if expected.contains(&namespace) {
        return;
    }
    let name = clip(element.name());
    let with_http = namespace.strip_prefix("https").is_some_and(|rest| {
        expected.iter().any(|expected| expected.strip_prefix("http") == Some(rest))
    });
    let offset = Some(element.start());
    if with_http {
        let what = format_args!("the namespace of `{name}` begins with https; it should be http");
        remarks.add_once(code::HTTPS_NAMESPACE, offset, what);
    } else if namespace.is_empty() {
        remarks.add_once(code::OTHER_NAMESPACE, offset, format_args!("`{name}` has no namespace"));
    } else {
        let what = format_args!("`{name}` is in the namespace `{}`", clip(namespace));
        remarks.add(code::OTHER_NAMESPACE, offset, what);
    }
}
