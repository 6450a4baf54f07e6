//! A `clientConfig` into text, each element in the place that version 1.2 has for it.

use super::config::{ClientConfig, LocalText, LoginPageInfo, OAuth2, PageField, WebMail};
use super::names;
use super::section::{Role, Section};
use super::vocabulary::DomainPurpose;
use crate::xml::Writer;

impl ClientConfig {
    /// Writes the document: UTF-8, indented, the schema's own spelling.
    ///
    /// Whatever was built, and is within the bounds of reading, reads back the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailscout_schema::autoconfig::{self, ClientConfig, Section, ServerType};
    /// use mailscout_schema::text::Text;
    ///
    /// let mut jmap = Section::new(ServerType::Jmap);
    /// jmap.url = Text::new("https://jmap.contoso.example/session");
    /// let mut config = ClientConfig::default();
    /// config.incoming.push(jmap);
    /// let text = config.to_xml();
    /// assert!(text.contains("<incomingServer type=\"jmap\">"));
    /// assert_eq!(autoconfig::read(text.as_bytes())?.config, config);
    /// # Ok::<(), mailscout_schema::ParseError>(())
    /// ```
    pub fn to_xml(&self) -> String {
        let version = (names::VERSION, self.version.as_deref());
        Writer::document(names::CLIENT_CONFIG, &[version], |w| {
            let id = (names::ID, self.provider_id.as_deref());
            w.element(names::EMAIL_PROVIDER, &[id], |w| provider(w, self));
            sections(w, self, false);
            if let Some(content) = &self.oauth2 {
                oauth2(w, content);
            }
            if let Some(content) = &self.web_mail {
                web_mail(w, content);
            }
            if let Some(url) = &self.update_url {
                let url = (names::URL, Some(&**url));
                w.element(names::CLIENT_CONFIG_UPDATE, &[url], |_| {});
            }
        })
    }
}

fn provider(w: &mut Writer, config: &ClientConfig) {
    for domain in &config.domains {
        let purpose = domain.purpose.as_ref().map(DomainPurpose::as_str);
        w.text_with(names::DOMAIN, &[(names::PURPOSE, purpose)], Some(&*domain.name));
    }
    w.text(names::DISPLAY_NAME, config.display_name.as_deref());
    w.text(names::DISPLAY_SHORT_NAME, config.display_short_name.as_deref());
    sections(w, config, true);
    for documentation in &config.documentation {
        let url = (names::URL, documentation.url.as_deref());
        w.element(names::DOCUMENTATION, &[url], |w| {
            local_texts(w, names::DESCR, &documentation.descriptions);
        });
    }
    for enable in &config.enable {
        let url = (names::VISIT_URL, enable.visit_url.as_deref());
        w.element(names::ENABLE, &[url], |w| {
            local_texts(w, names::INSTRUCTION, &enable.instructions);
        });
    }
}

fn sections(w: &mut Writer, config: &ClientConfig, in_provider: bool) {
    for role in Role::ALL.iter().filter(|role| role.is_in_provider() == in_provider) {
        for content in config.sections(*role) {
            let kind = (names::TYPE, Some(content.kind.as_str()));
            w.element(role.element(), &[kind], |w| section(w, content));
        }
    }
}

fn section(w: &mut Writer, section: &Section) {
    w.text(names::HOSTNAME, section.hostname.as_deref());
    w.text(names::PORT, section.port.as_ref().map(ToString::to_string));
    for socket_type in &section.socket_types {
        w.text(names::SOCKET_TYPE, Some(socket_type.as_str()));
    }
    w.text(names::URL, section.url.as_deref());
    w.text(names::OWA_URL, section.owa_url.as_deref());
    w.text(names::EWS_URL, section.ews_url.as_deref());
    w.text(names::EAS_URL, section.eas_url.as_deref());
    for way in &section.authentication {
        w.text_with(names::AUTHENTICATION, &[(names::SYSTEM, way.system())], Some(way.name()));
    }
    w.text(names::USERNAME, section.username.as_deref());
}

fn local_texts(w: &mut Writer, name: &str, texts: &[LocalText]) {
    for local in texts {
        let language = (names::LANG, local.language.as_deref());
        w.text_with(name, &[language], Some(&*local.text));
    }
}

fn oauth2(w: &mut Writer, oauth2: &OAuth2) {
    w.element(names::O_AUTH2, &[], |w| {
        w.text(names::AUTH_URL, oauth2.auth_url.as_deref());
        w.text(names::TOKEN_URL, oauth2.token_url.as_deref());
        w.text(names::ISSUER, oauth2.issuer.as_deref());
        w.text(names::SCOPE, oauth2.scope.as_deref());
        w.text(names::CLIENT_ID, oauth2.client_id.as_deref());
        w.text(names::CLIENT_SECRET, oauth2.client_secret.as_deref());
    });
}

fn web_mail(w: &mut Writer, web_mail: &WebMail) {
    w.element(names::WEB_MAIL, &[], |w| {
        if let Some(url) = &web_mail.login_page {
            w.element(names::LOGIN_PAGE, &[(names::URL, Some(&**url))], |_| {});
        }
        if let Some(info) = &web_mail.login_page_info {
            let url = (names::URL, info.url.as_deref());
            w.element(names::LOGIN_PAGE_INFO, &[url], |w| login_page_info(w, info));
        }
    });
}

fn login_page_info(w: &mut Writer, info: &LoginPageInfo) {
    w.text(names::USERNAME, info.username.as_deref());
    page_field(w, names::USERNAME_FIELD, info.username_field.as_ref());
    page_field(w, names::PASSWORD_FIELD, info.password_field.as_ref());
    page_field(w, names::LOGIN_BUTTON, info.login_button.as_ref());
}

fn page_field(w: &mut Writer, name: &str, field: Option<&PageField>) {
    if let Some(field) = field {
        let names = [(names::ID, field.id.as_deref()), (names::NAME, field.name.as_deref())];
        w.element(name, &names, |_| {});
    }
}
