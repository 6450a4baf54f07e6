//! How the schema spells its members.

pub(super) const PROTOCOLS: &str = "protocols";
pub(super) const JMAP: &str = "jmap";
pub(super) const IMAP: &str = "imap";
pub(super) const POP3: &str = "pop3";
pub(super) const SUBMIT: &str = "submit";
pub(super) const SMTP: &str = "smtp";
pub(super) const MANAGE_SIEVE: &str = "managesieve";
pub(super) const CAL_DAV: &str = "caldav";
pub(super) const CARD_DAV: &str = "carddav";
pub(super) const WEB_DAV: &str = "webdav";
pub(super) const HOST: &str = "host";
pub(super) const URL: &str = "url";

pub(super) const AUTHENTICATION: &str = "authentication";
pub(super) const OAUTH_PUBLIC: &str = "oauth-public";
pub(super) const ISSUER: &str = "issuer";
pub(super) const PASSWORD: &str = "password";

pub(super) const INFO: &str = "info";
pub(super) const PROVIDER: &str = "provider";
pub(super) const NAME: &str = "name";
pub(super) const SHORT_NAME: &str = "shortName";
pub(super) const LOGO: &str = "logo";
pub(super) const CONTENT_TYPE: &str = "content-type";
pub(super) const HELP: &str = "help";
pub(super) const DOCUMENTATION: &str = "documentation";
pub(super) const DEVELOPER: &str = "developer";
pub(super) const CONTACT: &str = "contact";
