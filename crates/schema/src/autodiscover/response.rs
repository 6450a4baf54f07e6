//! The answer of an Autodiscover server: settings, one of two redirects, or an error.

use super::vocabulary::AccountType;
use super::{Protocol, names};
use crate::text::Text;

/// An Autodiscover answer.
///
/// # Wire form
///
/// ```xml
/// <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
///   <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
///     <User>…</User>
///     <Account>…</Account>
///   </Response>
/// </Autodiscover>
/// ```
///
/// # Spec
///
/// `OXDSCLI` 2.2.4.1, `OL2010`
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// Facts about the user; empty where the server gave none.
    pub user: User,
    /// What the server says.
    pub answer: Answer,
}

impl Response {
    /// An answer without facts about the user.
    pub fn new(answer: Answer) -> Self {
        Self { user: User::default(), answer }
    }

    /// Which of the four ends the answer has.
    ///
    /// An account that redirects to a URL and names mail servers all the same is taken for its
    /// settings.
    pub fn outcome(&self) -> Outcome<'_> {
        match &self.answer {
            Answer::Error(error) => Outcome::Error(error),
            Answer::Account(account) if account.settings_come_first() => Outcome::Settings(account),
            Answer::Account(account) => match &account.action {
                Action::Settings => Outcome::Settings(account),
                Action::RedirectUrl(url) => Outcome::RedirectUrl(url),
                Action::RedirectAddr(address) => Outcome::RedirectAddr(address),
            },
        }
    }
}

/// The four ends of an answer, borrowed from it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// Settings.
    Settings(&'a Account),
    /// Ask this URL instead: https for settings, http only for a further redirect.
    RedirectUrl(&'a str),
    /// Start again with this e-mail address.
    RedirectAddr(&'a str),
    /// The server could not or would not answer.
    Error(&'a ServerError),
}

/// What a [`Response`] holds.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the schema has these two and no third")]
pub enum Answer {
    /// An account: settings or a redirect.
    Account(Box<Account>),
    /// An error.
    Error(ServerError),
}

/// Facts about the user (`User`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct User {
    /// `DisplayName`: the user's name for people.
    pub display_name: Option<Text>,
    /// `LegacyDN`: the user's distinguished name in Exchange.
    pub legacy_dn: Option<Text>,
    /// `AutoDiscoverSMTPAddress`: the address the server would rather be asked for.
    pub auto_discover_smtp_address: Option<Text>,
    /// `DeploymentId`: a GUID of the Exchange forest.
    pub deployment_id: Option<Text>,
    /// `EMailAddress`: the user's address.
    pub email_address: Option<Text>,
}

/// An account (`Account`): settings or a redirect.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Account {
    /// `AccountType`; absent means e-mail.
    pub account_type: Option<AccountType>,
    /// `Action`, with `RedirectUrl` or `RedirectAddr` where it asks for one.
    pub action: Action,
    /// `MicrosoftOnline`: whether Exchange Online hosts the mailbox.
    pub microsoft_online: Option<bool>,
    /// `ConsumerMailbox`: whether it is a mailbox of Outlook.com.
    pub consumer_mailbox: Option<bool>,
    /// `Image`: URL of the provider's picture, never fetched.
    pub image: Option<Text>,
    /// `ServiceHome`: URL of the provider's home page.
    pub service_home: Option<Text>,
    /// `Protocol`, in the server's order of preference.
    pub protocols: Vec<Protocol>,
    /// `AlternativeMailbox`: archives, delegates, shared mailboxes.
    pub alternative_mailboxes: Vec<AlternativeMailbox>,
    /// `PublicFolderInformation/SmtpAddress`.
    pub public_folder_address: Option<Text>,
}

impl Account {
    /// An account with an action and nothing else.
    pub fn new(action: Action) -> Self {
        Self {
            account_type: None,
            action,
            microsoft_online: None,
            consumer_mailbox: None,
            image: None,
            service_home: None,
            protocols: Vec::new(),
            alternative_mailboxes: Vec::new(),
            public_folder_address: None,
        }
    }
}

impl Account {
    fn settings_come_first(&self) -> bool {
        matches!(self.action, Action::RedirectUrl(_))
            && self.protocols.iter().any(Protocol::is_mail_server)
    }
}

/// What the client is to do with an account (`Action`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the schema has these three and no fourth")]
pub enum Action {
    /// `settings`: use the protocols.
    Settings,
    /// `redirectUrl`: ask this URL instead.
    RedirectUrl(Text),
    /// `redirectAddr`: start again with this address.
    RedirectAddr(Text),
}

impl Action {
    /// The word that stands in `Action`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Settings => names::SETTINGS,
            Self::RedirectUrl(_) => names::REDIRECT_URL_WORD,
            Self::RedirectAddr(_) => names::REDIRECT_ADDR_WORD,
        }
    }
}

/// Another mailbox that the user may open (`AlternativeMailbox`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AlternativeMailbox {
    /// `Type`: `Archive`, `Delegate`, `TeamMailbox`, …
    pub kind: Option<Text>,
    /// `DisplayName`.
    pub display_name: Option<Text>,
    /// `LegacyDN`.
    pub legacy_dn: Option<Text>,
    /// `Server`.
    pub server: Option<Text>,
    /// `SmtpAddress`: the address to run Autodiscover for.
    pub smtp_address: Option<Text>,
    /// `OwnerSmtpAddress`.
    pub owner_smtp_address: Option<Text>,
}

/// A server's refusal (`Error`).
///
/// # Spec
///
/// `OXDSCLI` 2.2.4.1.1.4: 500 address not found, 501 bad address, 600 invalid request, 601 no
/// provider for the schema, 602 bad address, 603 internal error.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ServerError {
    /// `Time`: the server's time of day, as it wrote it.
    pub time: Option<Text>,
    /// `Id`: a hash of the server's name.
    pub id: Option<Text>,
    /// `ErrorCode`; `None` where it is absent or no number.
    pub code: Option<u32>,
    /// `Message`.
    pub message: Option<Text>,
    /// `DebugData`.
    pub debug_data: Option<Text>,
}
