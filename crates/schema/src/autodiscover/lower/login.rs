//! Who logs in, and how.

use super::{DefaultUserName, Lowering};
use crate::address::EmailAddress;
use crate::autodiscover::Protocol;
use crate::lowering::host::has_placeholder;
use crate::notice::code;
use crate::settings::{self, AuthMethod, Server};
use crate::xml::clip;

/// Octets of a user name or domain that is taken: more than an address can have.
const MAX_NAME: usize = 320;

impl Lowering<'_> {
    /// Sets everything about the log-in of a server.
    pub(super) fn log_in(&mut self, protocol: &Protocol, server: &mut Server) {
        let given = self.given_name(protocol);
        server.domain = self.given_domain(protocol);
        server.domain_required = protocol.domain_required == Some(true);
        if server.domain_required && server.domain.is_none() {
            // A user without a domain of the document's logs in as user@domain of the address.
            server.domain = Some(self.address.domain().to_string());
        }
        let incoming = self.settings.incoming.iter().find(|incoming| is_mail(incoming));
        let copied = incoming.filter(|_| {
            server.protocol == settings::Protocol::Smtp && protocol.use_pop_auth == Some(true)
        });
        if let Some(incoming) = copied {
            server.username.clone_from(&incoming.username);
            server.username_alternatives.clone_from(&incoming.username_alternatives);
            server.domain.clone_from(&incoming.domain);
            server.domain_required = incoming.domain_required;
        } else {
            let name = given.unwrap_or_else(|| self.default_name(server));
            server.username = Self::with_domain(name, server);
            server.username_alternatives = self.alternatives(&server.username);
        }
        let no_log_in = protocol.auth_required == Some(false);
        server.spa = !no_log_in && protocol.spa != Some(false);
        server.authentication = match (no_log_in, server.spa) {
            (true, _) => vec![AuthMethod::None],
            (false, true) => vec![AuthMethod::Ntlm, AuthMethod::Password],
            (false, false) => vec![AuthMethod::Password],
        };
    }

    fn given_name(&mut self, protocol: &Protocol) -> Option<String> {
        let name = protocol.login_name.as_deref()?;
        let (kind, shown) = (protocol.kind.as_str(), clip(name));
        if has_placeholder(name) {
            let text = format!(
                "{kind} has the user name `{shown}`, with a placeholder in it; it is ignored"
            );
            self.notice(code::PLACEHOLDER, text);
            return None;
        }
        if name.len() > MAX_NAME {
            let text = format!("{kind} has a user name of {} octets; it is ignored", name.len());
            self.notice(code::BAD_NAME, text);
            return None;
        }
        let is_other = name.contains('@')
            && !name.parse::<EmailAddress>().is_ok_and(|name| name.is_same_as(self.address));
        if is_other {
            let text = format!("{kind} has the user name `{shown}`, which is another address");
            self.notice(code::OTHER_LOGIN, text);
        }
        Some(name.to_owned())
    }

    fn given_domain(&mut self, protocol: &Protocol) -> Option<String> {
        let domain = protocol.domain_name.as_deref()?;
        if domain.len() > MAX_NAME {
            let kind = protocol.kind.as_str();
            let text = format!("{kind} has a domain of {} octets; it is ignored", domain.len());
            self.notice(code::BAD_NAME, text);
            return None;
        }
        if has_placeholder(domain) {
            let (kind, shown) = (protocol.kind.as_str(), clip(domain));
            let text =
                format!("{kind} has the domain `{shown}`, with a placeholder in it; it is ignored");
            self.notice(code::PLACEHOLDER, text);
            return None;
        }
        Some(domain.to_owned())
    }

    /// The name where the document has none. A required domain is put behind the local part.
    fn default_name(&self, server: &Server) -> String {
        if server.domain_required || self.default_user_name == DefaultUserName::LocalPart {
            self.address.local_part().to_owned()
        } else {
            self.address.to_string()
        }
    }

    /// Puts a required domain behind a name that has none.
    fn with_domain(name: String, server: &Server) -> String {
        match &server.domain {
            Some(domain) if server.domain_required && !name.contains(['@', '\\']) => {
                format!("{name}@{domain}")
            }
            _ => name,
        }
    }

    /// The other form of the name that is taken: without its domain, or with the address's.
    fn alternatives(&self, taken: &str) -> Vec<String> {
        let (full, local) = (self.address.to_string(), self.address.local_part());
        let other = if taken == full || taken.eq_ignore_ascii_case(&full) {
            local.to_owned()
        } else if taken == local {
            full
        } else if let Some((name, _)) = taken.rsplit_once('@') {
            name.to_owned()
        } else if taken.contains('\\') {
            return Vec::new();
        } else {
            format!("{taken}@{}", self.address.domain())
        };
        vec![other]
    }
}

fn is_mail(server: &Server) -> bool {
    matches!(server.protocol, settings::Protocol::Imap | settings::Protocol::Pop3)
}
