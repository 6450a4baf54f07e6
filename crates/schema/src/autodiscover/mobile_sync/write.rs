//! An answer for ActiveSync into text.

use super::{Answer, Failure, Response, Server, User};
use crate::autodiscover::{names, write};
use crate::xml::Writer;

impl Response {
    /// Writes the answer: UTF-8, indented, the schema's own namespaces and spelling.
    ///
    /// Whatever answer was built, and is within the bounds of reading, reads back the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailscout_schema::autodiscover::mobile_sync::{self, Answer, Failure, Response};
    ///
    /// let mut failure = Failure::default();
    /// failure.status = Some(2);
    /// let response = Response::new(Answer::Failure(failure));
    /// assert_eq!(mobile_sync::read(response.to_xml().as_bytes())?.response, response);
    /// # Ok::<(), mailscout_schema::ParseError>(())
    /// ```
    pub fn to_xml(&self) -> String {
        Writer::document(names::AUTODISCOVER, &[("xmlns", Some(names::ROOT_NS))], |w| {
            let namespace = ("xmlns", Some(names::MOBILE_SYNC_RESPONSE_NS));
            w.element(names::RESPONSE, &[namespace], |w| {
                w.text(names::CULTURE, self.culture.as_deref());
                user(w, &self.user);
                answer(w, &self.answer);
            });
        })
    }
}

fn user(w: &mut Writer, user: &User) {
    if *user == User::default() {
        return;
    }
    w.element(names::USER, &[], |w| {
        w.text(names::DISPLAY_NAME, user.display_name.as_deref());
        w.text(names::E_MAIL_ADDRESS, user.email_address.as_deref());
    });
}

fn answer(w: &mut Writer, answer: &Answer) {
    if let Answer::Error(error) = answer {
        write::error(w, error);
        return;
    }
    w.element(names::ACTION, &[], |w| match answer {
        Answer::Settings(servers) => w.element(names::SETTINGS_ELEMENT, &[], |w| {
            for content in servers {
                server(w, content);
            }
        }),
        Answer::Redirect(address) => w.text(names::REDIRECT, Some(&**address)),
        Answer::Failure(content) => failure(w, content),
        Answer::Error(_) => {}
    });
}

fn server(w: &mut Writer, server: &Server) {
    w.element(names::SERVER, &[], |w| {
        w.text(names::TYPE, server.kind.as_ref().map(super::ServerType::as_str));
        w.text(names::URL, server.url.as_deref());
        w.text(names::NAME, server.name.as_deref());
        w.text(names::SERVER_DATA, server.server_data.as_deref());
    });
}

fn failure(w: &mut Writer, failure: &Failure) {
    w.element(names::ERROR, &[], |w| {
        w.text(names::STATUS, failure.status.map(|status| status.to_string()));
        w.text(names::MESSAGE, failure.message.as_deref());
        w.text(names::DEBUG_DATA, failure.debug_data.as_deref());
    });
}
