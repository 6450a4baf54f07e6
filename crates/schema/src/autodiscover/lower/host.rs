//! Where a server is: a host name that can be asked, or nothing.

use super::Lowering;
use crate::address::Domain;
use crate::autodiscover::{Protocol, ProtocolType};
use crate::lowering::host::{Host, has_placeholder, read};
use crate::notice::code;
use crate::xml::clip;

impl Lowering<'_> {
    /// The host of a server; what is wrong or odd about it becomes a notice.
    pub(super) fn host(&mut self, protocol: &Protocol, server: Option<&str>) -> Option<Host> {
        let kind = protocol.kind.as_str();
        let Some(text) = server else {
            self.notice(code::MISSING_SERVER, format!("{kind} without `Server` is ignored"));
            return None;
        };
        let shown = clip(text);
        if has_placeholder(text) {
            let text = format!("{kind} at `{shown}`, with a placeholder in it, is ignored");
            self.notice(code::PLACEHOLDER, text);
            return None;
        }
        let Some(host) = read(text).or_else(|| read_mailbox_server(protocol, text)) else {
            let text = format!("{kind} at `{shown}`, which is no host name, is ignored");
            self.notice(code::BAD_HOST, text);
            return None;
        };
        if host.was_url && protocol.server.is_some() {
            let text = format!("{kind} has the URL `{shown}` for a server; its host is taken");
            self.notice(code::URL_AS_SERVER, text);
        } else if host.port.is_some() && !host.was_url {
            let text = format!("{kind} has a port in its server `{shown}`");
            self.notice(code::PORT_IN_SERVER, text);
        }
        if host.is_ip {
            let text = format!("{kind} at `{shown}` is named by its IP address");
            self.notice(code::IP_LITERAL, text);
        }
        Some(host)
    }
}

/// The name that Exchange gives a mailbox's server: `guid@domain`.
fn read_mailbox_server(protocol: &Protocol, text: &str) -> Option<Host> {
    let takes_it = matches!(
        protocol.kind,
        ProtocolType::Exch | ProtocolType::Expr | ProtocolType::ExHttp | ProtocolType::MapiHttp
    );
    let (mailbox, domain) = text.split_once('@')?;
    let is_guid = (1..=63).contains(&mailbox.len())
        && mailbox.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let domain: Domain = domain.parse().ok()?;
    (takes_it && is_guid).then(|| Host {
        name: format!("{mailbox}@{domain}"),
        port: None,
        is_ip: false,
        was_url: false,
    })
}
