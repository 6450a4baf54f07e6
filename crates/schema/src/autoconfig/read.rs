//! Text into a `clientConfig`: what every section says, and what was odd about it.
//!
//! Whatever is unknown is ignored with a notice, and never makes its neighbours unusable. Nothing
//! is defaulted here, and no placeholder is filled in.

use super::config::ClientConfig;
use super::{Role, names};
use crate::error::{ParseError, ParseErrorKind};
use crate::notice::{Notice, code};
use crate::xml::{self, Element, Fault, Remarks, clip};

mod provider;
mod section;

/// A `clientConfig`, and what was odd about its document.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// The `clientConfig`.
    pub config: ClientConfig,
    /// Remarks, in the order of the document; at most 32 and one that says how many more. Each
    /// section that [`lower`](super::lower()) will make nothing of, whoever the user is, has one
    /// that says why.
    pub notices: Vec<Notice>,
}

/// Reads a `clientConfig` of any version.
///
/// Names are taken without regard to namespace, prefix and letter case, and each known element in
/// either of its places: inside `emailProvider` or beside it. A section with an unknown type, a bad
/// port, no host or no URL stays as it stood and is remarked on; the others are not touched by it.
/// The documentation of [`code`] names every tolerance.
///
/// A document without a single section that can be used is read all the same, so that its notices
/// say why: [`AccountSettings::is_empty`] is its refusal, after [`lower`](super::lower()).
///
/// # Security
///
/// The time is linear in the length, which is bounded. A document type declaration is refused, so
/// that no entity is ever expanded or fetched.
///
/// # Errors
///
/// See [`ParseErrorKind`]. A web page in place of the document is [`ParseErrorKind::WebPage`].
///
/// # Spec
///
/// `AC-06`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autoconfig::{self, ServerType};
///
/// let document = "<clientConfig version='1.1'><emailProvider id='contoso.example'>\
///     <incomingServer type='imap'><hostname>imap.%EMAILDOMAIN%</hostname><port>zero</port>\
///     </incomingServer></emailProvider></clientConfig>";
/// let reading = autoconfig::read(document.as_bytes())?;
/// assert_eq!(reading.config.incoming[0].kind, ServerType::Imap);
/// assert_eq!(reading.notices[0].code, "bad-number");
/// # Ok::<(), mailscout_schema::ParseError>(())
/// ```
///
/// [`AccountSettings::is_empty`]: crate::settings::AccountSettings::is_empty
pub fn read(document: &[u8]) -> Result<Reading, ParseError> {
    let (config, notices) = xml::read(document, read_root)?;
    Ok(Reading { config, notices })
}

fn read_root(root: Element<'_>, remarks: &mut Remarks) -> Result<ClientConfig, Fault> {
    if !root.is(names::CLIENT_CONFIG) {
        return Err(Fault::at(ParseErrorKind::OtherRoot, root));
    }
    root.remark_on_case(names::CLIENT_CONFIG, remarks);
    if let Some(namespace) = root.namespace() {
        let what = format_args!("`clientConfig` is in the namespace `{}`", clip(namespace));
        remarks.add_once(code::OTHER_NAMESPACE, Some(root.start()), what);
    }
    let mut draft = Draft::default();
    draft.config.version = root.attribute(names::VERSION);
    let version = draft.config.version.as_deref();
    if let Some(other) = version.filter(|version| !VERSIONS.contains(version)) {
        let what = format_args!("the version is `{}`; it is read as 1.2", clip(other));
        remarks.add(code::OTHER_VERSION, Some(root.start()), what);
    }
    draft.container(root, Place::Root, remarks);
    Ok(draft.config)
}

/// Versions that differ in nothing that is read.
const VERSIONS: [&str; 3] = ["1.0", "1.1", "1.2"];

/// Where an element stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Root,
    Provider,
}

/// A `clientConfig` while it is read.
#[derive(Default)]
struct Draft {
    config: ClientConfig,
    has_provider: bool,
}

impl Draft {
    /// Reads what stands in the root or in `emailProvider`.
    fn container(&mut self, element: Element<'_>, place: Place, remarks: &mut Remarks) {
        for child in element.children() {
            if !self.child(child, place, remarks) {
                let is_preference = names::PREFERENCES.iter().any(|name| child.is(name));
                if !is_preference {
                    remarks.add_unknown(child.name(), element.name(), child.start());
                }
            }
        }
    }

    fn child(&mut self, child: Element<'_>, place: Place, remarks: &mut Remarks) -> bool {
        if let Some(role) = Role::ALL.iter().copied().find(|role| child.is(role.element())) {
            let own = if role.is_in_provider() { Place::Provider } else { Place::Root };
            remark_on_place(child, role.element(), own == place, remarks);
            let section = section::section(child, role, remarks);
            self.config.sections_mut(role).extend(section);
            return true;
        }
        if place == Place::Root && child.is(names::EMAIL_PROVIDER) {
            self.provider(child, remarks);
            return true;
        }
        provider::part(&mut self.config, child, place, remarks)
    }

    fn provider(&mut self, element: Element<'_>, remarks: &mut Remarks) {
        element.remark_on_case(names::EMAIL_PROVIDER, remarks);
        if self.has_provider {
            let what = format_args!("a second `emailProvider` is read as part of the first");
            remarks.add(code::DUPLICATE_ELEMENT, Some(element.start()), what);
        } else {
            self.config.provider_id = element.attribute(names::ID);
        }
        self.has_provider = true;
        self.container(element, Place::Provider, remarks);
    }
}

/// Remarks on a known name in other letters, and once in a document on the other place.
fn remark_on_place(element: Element<'_>, name: &str, is_own: bool, remarks: &mut Remarks) {
    element.remark_on_case(name, remarks);
    if !is_own {
        let what = format_args!("`{name}` stands where version 1.2 does not have it; it is taken");
        remarks.add_once(code::OTHER_PLACE, Some(element.start()), what);
    }
}
