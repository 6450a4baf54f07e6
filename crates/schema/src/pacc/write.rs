//! A document into text.

use super::document::{Authentication, Document, Help, Info, Protocols, Provider};
use super::names;
use crate::json::Writer;
use crate::text::Text;

impl Document {
    /// Writes the document: UTF-8, indented, what is absent left out.
    ///
    /// Whatever was built reads back the same. The bytes are what a [`Record`](super::Record)
    /// vouches for: serve them as they are.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailscout_schema::{pacc, text::Text};
    ///
    /// let mut document = pacc::Document::default();
    /// document.protocols.imap = Text::new("imap.contoso.example");
    /// let text = document.to_json();
    /// assert_eq!(pacc::read(text.as_bytes())?.document, document);
    /// # Ok::<(), mailscout_schema::ParseError>(())
    /// ```
    pub fn to_json(&self) -> String {
        Writer::document(|w| {
            w.object(names::PROTOCOLS, |w| protocols(w, &self.protocols));
            authentication(w, &self.authentication);
            info(w, &self.info);
        })
    }
}

fn protocols(w: &mut Writer, protocols: &Protocols) {
    let members: [(&str, &str, &Option<Text>); 9] = [
        (names::JMAP, names::URL, &protocols.jmap),
        (names::IMAP, names::HOST, &protocols.imap),
        (names::POP3, names::HOST, &protocols.pop3),
        (names::SUBMIT, names::HOST, &protocols.submit),
        (names::SMTP, names::HOST, &protocols.smtp),
        (names::MANAGE_SIEVE, names::HOST, &protocols.manage_sieve),
        (names::CAL_DAV, names::URL, &protocols.cal_dav),
        (names::CARD_DAV, names::URL, &protocols.card_dav),
        (names::WEB_DAV, names::URL, &protocols.web_dav),
    ];
    for (name, member, text) in members {
        if text.is_some() {
            w.object(name, |w| w.text(member, text.as_ref()));
        }
    }
}

fn authentication(w: &mut Writer, authentication: &Authentication) {
    if *authentication == Authentication::default() {
        return;
    }
    w.object(names::AUTHENTICATION, |w| {
        if authentication.oauth_issuer.is_some() {
            w.object(names::OAUTH_PUBLIC, |w| {
                w.text(names::ISSUER, authentication.oauth_issuer.as_ref());
            });
        }
        w.boolean(names::PASSWORD, authentication.password);
    });
}

fn info(w: &mut Writer, info: &Info) {
    if *info == Info::default() {
        return;
    }
    w.object(names::INFO, |w| {
        if info.provider != Provider::default() {
            w.object(names::PROVIDER, |w| {
                w.text(names::NAME, info.provider.name.as_ref());
                w.text(names::SHORT_NAME, info.provider.short_name.as_ref());
                w.list(names::LOGO, &info.provider.logos, |w, logo| {
                    w.text(names::URL, Some(&logo.url));
                    w.text(names::CONTENT_TYPE, logo.content_type.as_ref());
                });
            });
        }
        if info.help != Help::default() {
            w.object(names::HELP, |w| {
                w.text(names::DOCUMENTATION, info.help.documentation.as_ref());
                w.text(names::DEVELOPER, info.help.developer.as_ref());
                w.texts(names::CONTACT, &info.help.contacts);
            });
        }
    });
}
