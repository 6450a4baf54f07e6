//! A mail server: where, how protected, and who logs in.

use super::{Lowering, connection};
use crate::address::EmailAddress;
use crate::autoconfig::section::Authentication;
use crate::autoconfig::template::{Target, Template};
use crate::autoconfig::{AuthenticationMethod, Section};
use crate::notice::code;
use crate::settings::{AuthMethod, Protocol, Security, Server};
use crate::text::Text;
use crate::xml::clip;

/// Octets of a user name that is taken: more than an address can have.
const MAX_NAME: usize = 320;

impl Lowering<'_> {
    /// A mail server; `None` where it cannot be used for this address.
    pub(super) fn server(
        &mut self,
        section: &Section,
        speaks: Protocol,
        hostname: &Text,
        port: Option<u16>,
    ) -> Option<Server> {
        let host = self.host(section, hostname)?;
        let username = match &section.username {
            Some(template) => self.user_name(section, template)?,
            None => self.address.to_string(),
        };
        let chosen = connection::choose(speaks, &section.socket_types, port);
        let place = format!("{speaks} at `{}` is asked for without encryption", host.name);
        if chosen.was_plain {
            let text = format!("{place}, but port {} is encrypted", chosen.port);
            self.notices.add(code::ENCRYPTED_PORT, text);
        } else if chosen.security == Security::Plain {
            self.notices.keep(code::PLAINTEXT, place);
        }
        let port = Some(chosen.port);
        let mut server = Server::new(speaks, host.name, port, chosen.security, username);
        if section.username.is_none() {
            server.username_alternatives.push(self.address.local_part().to_owned());
        }
        log_in(section, &mut server);
        Some(server)
    }

    fn user_name(&mut self, section: &Section, template: &Text) -> Option<String> {
        let name = Template::parse(template, Target::Text)?.fill(self.address)?;
        let kind = section.kind.as_str();
        if name.len() > MAX_NAME {
            let text = format!("{kind} has a user name of {} octets; it is ignored", name.len());
            self.notices.add(code::BAD_NAME, text);
            return None;
        }
        let is_other = name.contains('@')
            && !name.parse::<EmailAddress>().is_ok_and(|name| name.is_same_as(self.address));
        if is_other {
            let shown = clip(&name);
            let text = format!("{kind} has the user name `{shown}`, which is another address");
            self.notices.add(code::OTHER_LOGIN, text);
        }
        Some(name)
    }
}

/// Sets how a user logs in; a section without a word about it means the password.
fn log_in(section: &Section, server: &mut Server) {
    let mut methods: Vec<AuthMethod> = Vec::new();
    for method in section.log_ins() {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    if methods.is_empty() {
        methods.push(AuthMethod::Password);
    }
    server.spa = methods.contains(&AuthMethod::Ntlm);
    server.authentication = methods;
    let first = section.authentication.iter().find(|way| way.meaning().is_some());
    server.fetch_before_send = server.protocol == Protocol::Smtp
        && first == Some(&Authentication::Method(AuthenticationMethod::SmtpAfterPop));
}
