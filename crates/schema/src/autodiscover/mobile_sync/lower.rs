//! An answer for ActiveSync into neutral settings: the servers that a client may log in at.

use super::{Answer, Response, Server, ServerType};
use crate::autodiscover::lower::{MAX_SERVICES, display_name};
use crate::lowering::{Notices, host::secure_url};
use crate::notice::code;
use crate::settings::{AccountSettings, Lowered, Service, ServiceKind};
use crate::xml::clip;

/// Lowers an answer into neutral settings: the ActiveSync servers among its services, and the
/// user's display name. Any answer but [`Answer::Settings`] has no services.
///
/// Servers for certificates are left out in silence, and a server of an unknown type, or without a
/// URL, with a notice.
///
/// # Security
///
/// A URL that is not https is left out with a notice: a password is sent to it.
///
/// # Spec
///
/// `ASCMD`
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::mobile_sync::{Answer, Response, Server, ServerType, lower};
/// use mailscout_schema::text::Text;
///
/// let mut server = Server::default();
/// server.kind = Some(ServerType::MobileSync);
/// server.url = Text::new("https://m.contoso.example/Microsoft-Server-ActiveSync");
/// let lowered = lower(&Response::new(Answer::Settings(vec![server])));
/// let url = &lowered.settings.services[0].url;
/// assert_eq!(url, "https://m.contoso.example/Microsoft-Server-ActiveSync");
/// ```
pub fn lower(response: &Response) -> Lowered {
    let mut settings = AccountSettings::default();
    let mut notices = Notices::default();
    settings.display_name = response.user.display_name.as_deref().map(display_name);
    let servers: &[Server] = match &response.answer {
        Answer::Settings(servers) => servers,
        _ => &[],
    };
    for server in servers {
        let Some(service) = service(server, &mut notices) else {
            continue;
        };
        if settings.services.contains(&service) {
            continue;
        }
        if settings.services.len() == MAX_SERVICES {
            let text = format!("only the first {MAX_SERVICES} services are taken");
            notices.keep(code::TOO_MANY, text);
            break;
        }
        settings.services.push(service);
    }
    Lowered { settings, notices: notices.finish() }
}

fn service(server: &Server, notices: &mut Notices) -> Option<Service> {
    match &server.kind {
        // Nothing but ActiveSync is asked for, so that a server without a type is one.
        Some(ServerType::MobileSync) | None => {}
        Some(ServerType::CertEnroll) => return None,
        Some(ServerType::Other(token)) => {
            let text = format!("a server of the type `{}` is ignored", clip(token.as_str()));
            notices.add(code::UNKNOWN_TYPE, text);
            return None;
        }
    }
    let Some(url) = server.url() else {
        notices.add(code::MISSING_URL, "a server without `Url` is ignored".to_owned());
        return None;
    };
    match secure_url(url) {
        Ok(url) => Some(Service::new(ServiceKind::ActiveSync, url, None)),
        Err(fault) => {
            let text = format!("`Url` says `{}`, {}; it is ignored", clip(url), fault.words());
            notices.add(code::BAD_URL, text);
            None
        }
    }
}

impl Server {
    /// Where an ActiveSync server is: `Url`, else `Name`, which says the same. A server for
    /// certificates is none.
    pub(super) fn url(&self) -> Option<&str> {
        if self.kind == Some(ServerType::CertEnroll) {
            return None;
        }
        let named = self.name.as_deref().filter(|_| self.kind == Some(ServerType::MobileSync));
        self.url.as_deref().or(named)
    }
}
