//! A row as neutral settings for one address.

use mailscout_probe::guess::NameForm;
use mailscout_schema::{
    address::EmailAddress,
    settings::{self, AccountSettings, AuthMethod, Protocol},
};

use super::{Credential, Instruction, OAuth, Provider, Server};

impl Provider {
    /// The settings of one address at this provider; without servers where no mail program can
    /// connect.
    pub fn settings(&self, address: &EmailAddress) -> AccountSettings {
        let mut settings = AccountSettings::default();
        settings.provider.name = Some(self.name.to_owned());
        settings.provider.help = self.help.map(str::to_owned);
        for server in self.servers {
            let lowered = self.server(server, address);
            if server.protocol == Protocol::Smtp {
                settings.outgoing.push(lowered);
            } else {
                settings.incoming.push(lowered);
            }
        }
        settings
    }

    /// What the user has to do or know before a log-in works.
    pub fn instructions(&self) -> &'static [Instruction] {
        self.instructions
    }

    /// Where tokens come from, if that is known.
    pub fn oauth(&self) -> Option<&OAuth> {
        self.oauth.as_ref()
    }

    fn server(&self, server: &Server, address: &EmailAddress) -> settings::Server {
        let Server { protocol, host, port, security } = *server;
        let form = match protocol {
            Protocol::Smtp => self.user_names.outgoing,
            _ => self.user_names.incoming,
        };
        let name = user_name(form, address);
        let mut lowered = settings::Server::new(protocol, host, Some(port), security, name);
        let others = self.user_names.alternatives.iter().filter(|other| **other != form);
        lowered.username_alternatives = others.map(|form| user_name(*form, address)).collect();
        lowered.authentication = self.credentials.iter().map(|known| known.method()).collect();
        lowered.authentication.dedup();
        lowered
    }
}

impl Credential {
    /// The way to log in with it.
    pub fn method(self) -> AuthMethod {
        match self {
            Self::OAuth2 => AuthMethod::OAuth2,
            Self::AppPassword | Self::AuthorizationCode | Self::ClientPassword | Self::Password => {
                AuthMethod::Password
            }
        }
    }
}

fn user_name(form: NameForm, address: &EmailAddress) -> String {
    match form {
        NameForm::LocalPart => address.local_part().to_owned(),
        _ => address.to_string(),
    }
}
