//! Servers that a document names, as rows: what is to be proved of them.

use mailscout_schema::{
    address::EmailAddress,
    settings::{AuthMethod, Protocol, Server},
};

use super::row::{Login, NameForm, Row};

/// The rows of a server that a document names: one for each user name and each kind of log-in, in
/// the document's order. None for what is no mail server.
pub fn named(address: &EmailAddress, server: &Server) -> Vec<Row> {
    let is_mail = matches!(server.protocol, Protocol::Imap | Protocol::Pop3 | Protocol::Smtp);
    let Some(port) = server.port.filter(|_| is_mail) else {
        return Vec::new();
    };
    let row = |login| Row {
        protocol: server.protocol,
        host: server.host.clone(),
        port,
        security: server.security,
        login,
    };
    let mut kinds: Vec<Option<bool>> = Vec::new();
    for method in &server.authentication {
        let kind = match method {
            AuthMethod::None => None,
            method => Some(*method == AuthMethod::Ntlm),
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let names = [&server.username].into_iter().chain(&server.username_alternatives);
    let mut rows = Vec::new();
    for name in names {
        for kind in &kinds {
            let login =
                kind.map(|spa| Login { form: form(address, name), name: name.clone(), spa });
            let row = row(login);
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    rows
}

fn form(address: &EmailAddress, name: &str) -> NameForm {
    [NameForm::FullAddress, NameForm::LocalPart]
        .into_iter()
        .find(|form| form.of(address) == name)
        .unwrap_or(NameForm::Named)
}

#[cfg(test)]
mod tests {
    use mailscout_schema::settings::Security;

    use super::*;

    #[test]
    fn each_user_name_and_each_kind_of_log_in_is_a_row() {
        let address: EmailAddress = "alice@contoso.example".parse().unwrap();
        let mut server = Server::new(
            Protocol::Imap,
            "mail.contoso.example",
            Some(993),
            Security::Tls,
            "alice@contoso.example",
        );
        server.username_alternatives = vec!["alice".to_owned(), "CONTOSO\\alice".to_owned()];
        server.authentication =
            vec![AuthMethod::Ntlm, AuthMethod::Password, AuthMethod::EncryptedPassword];
        let rows = named(&address, &server);
        let logins: Vec<(NameForm, bool)> = rows
            .iter()
            .filter_map(|row| row.login.as_ref())
            .map(|login| (login.form, login.spa))
            .collect();
        assert_eq!(
            logins,
            [
                (NameForm::FullAddress, true),
                (NameForm::FullAddress, false),
                (NameForm::LocalPart, true),
                (NameForm::LocalPart, false),
                (NameForm::Named, true),
                (NameForm::Named, false),
            ]
        );
    }

    #[test]
    fn a_server_without_a_log_in_is_one_row_and_exchange_is_none() {
        let address: EmailAddress = "alice@contoso.example".parse().unwrap();
        let mut server = Server::new(Protocol::Smtp, "mx", Some(25), Security::Plain, "alice");
        server.authentication = vec![AuthMethod::None];
        assert_eq!(named(&address, &server).len(), 1);
        server.protocol = Protocol::Exchange;
        assert_eq!(named(&address, &server), []);
        server.protocol = Protocol::Smtp;
        server.port = None;
        assert_eq!(named(&address, &server), []);
    }
}
