//! What an account has at URLs: web mail, Exchange Web Services and their like.

use super::{Lowering, MAX_SERVICES, element};
use crate::autodiscover::{ExchangeElement, Protocol, ProtocolType, WebAccess, names};
use crate::lowering::host::is_url;
use crate::notice::code;
use crate::settings::{Scope, Service, ServiceKind};
use crate::xml::clip;

/// The Exchange elements whose URL is a service. The availability service of `ASUrl` is a part of
/// Exchange Web Services, and its URL is theirs.
const SERVICES: [(ExchangeElement, ServiceKind); 4] = [
    (ExchangeElement::EwsUrl, ServiceKind::Ews),
    (ExchangeElement::AsUrl, ServiceKind::Ews),
    (ExchangeElement::OabUrl, ServiceKind::Oab),
    (ExchangeElement::EcpUrl, ServiceKind::Ecp),
];

impl Lowering<'_> {
    /// Adds every service that a protocol names.
    pub(super) fn services(&mut self, protocol: &Protocol) {
        let scope = match protocol.kind {
            ProtocolType::Exch => Some(Scope::Internal),
            ProtocolType::Expr => Some(Scope::External),
            // EXHTTP is for both sides: Exchange sends one for each, and marks neither.
            _ => None,
        };
        match protocol.kind {
            ProtocolType::Dav => self.server_url(ServiceKind::WebDav, protocol),
            ProtocolType::Web => self.server_url(ServiceKind::WebMail, protocol),
            _ => {}
        }
        for (name, kind) in SERVICES {
            if let Some(url) = element(protocol, name) {
                self.service(kind, name.name(), url, scope);
            }
        }
        if let Some(store) = &protocol.mail_store {
            let urls = [
                (names::EXTERNAL_URL, &store.external_url, Scope::External),
                (names::INTERNAL_URL, &store.internal_url, Scope::Internal),
            ];
            for (name, url, scope) in urls {
                if let Some(url) = url {
                    self.service(ServiceKind::MapiHttp, name, url, Some(scope));
                }
            }
        }
        self.web_access(protocol.internal.as_ref(), Scope::Internal);
        self.web_access(protocol.external.as_ref(), Scope::External);
    }

    /// A URL that a client may open; a notice and `None` where it is none.
    pub(super) fn url(&mut self, name: &str, url: &str) -> Option<String> {
        if is_url(url) {
            return Some(url.to_owned());
        }
        let text = format!("`{name}` says `{}`, which is no http or https URL", clip(url));
        self.notice(code::BAD_URL, text);
        None
    }

    fn server_url(&mut self, kind: ServiceKind, protocol: &Protocol) {
        if let Some(url) = protocol.server.as_deref() {
            self.service(kind, "Server", url, None);
        }
    }

    fn web_access(&mut self, access: Option<&WebAccess>, scope: Scope) {
        let Some(access) = access else { return };
        for owa in &access.owa_urls {
            self.service(ServiceKind::Owa, "OWAUrl", &owa.url, Some(scope));
        }
        for url in access.protocols.iter().filter_map(|protocol| protocol.as_url.as_deref()) {
            self.service(ServiceKind::Ews, "ASUrl", url, Some(scope));
        }
    }

    /// Adds a service once. What is reached from outside is reached from inside too, so that the
    /// wider scope stays; who says nothing of it changes nothing.
    fn service(&mut self, kind: ServiceKind, name: &str, url: &str, scope: Option<Scope>) {
        let Some(url) = self.url(name, url) else {
            return;
        };
        let kind = if is_active_sync(&url) { ServiceKind::ActiveSync } else { kind };
        let services = &mut self.settings.services;
        let has_room = services.len() < MAX_SERVICES;
        match services.iter_mut().find(|known| known.kind == kind && known.url == url) {
            Some(known) if scope == Some(Scope::External) || known.scope.is_none() => {
                known.scope = scope;
            }
            Some(_) => {}
            None if has_room => services.push(Service::new(kind, url, scope)),
            None => self.more_services = true,
        }
    }
}

fn is_active_sync(url: &str) -> bool {
    url.to_ascii_lowercase().contains("/microsoft-server-activesync")
}
