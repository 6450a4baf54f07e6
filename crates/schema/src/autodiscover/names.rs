//! How the schema spells its namespaces, elements and attributes.
//!
//! Lists of names stand in the order in which the reader takes their values apart; the names that
//! only Exchange sends are with [`ExchangeElement`](super::ExchangeElement).

/// Namespace of a request.
pub(super) const REQUEST_NS: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
/// Namespace of a response's root element.
pub(super) const ROOT_NS: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
/// Namespace of `Response`, and the schema that a request accepts.
pub(super) const RESPONSE_NS: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

/// Namespace of a request for ActiveSync.
pub(super) const MOBILE_SYNC_REQUEST_NS: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006";
/// Namespace of a `Response` for ActiveSync, and the schema that its request accepts.
pub(super) const MOBILE_SYNC_RESPONSE_NS: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006";

pub(super) const AUTODISCOVER: &str = "Autodiscover";
pub(super) const REQUEST: &str = "Request";
pub(super) const RESPONSE: &str = "Response";
pub(super) const USER: &str = "User";
pub(super) const ACCOUNT: &str = "Account";
pub(super) const ERROR: &str = "Error";
pub(super) const CULTURE: &str = "Culture";

pub(super) const E_MAIL_ADDRESS: &str = "EMailAddress";
pub(super) const ACCEPTABLE_RESPONSE_SCHEMA: &str = "AcceptableResponseSchema";

pub(super) const DISPLAY_NAME: &str = "DisplayName";
pub(super) const LEGACY_DN: &str = "LegacyDN";
pub(super) const AUTO_DISCOVER_SMTP_ADDRESS: &str = "AutoDiscoverSMTPAddress";
pub(super) const DEPLOYMENT_ID: &str = "DeploymentId";

pub(super) const ACCOUNT_TYPE: &str = "AccountType";
pub(super) const ACTION: &str = "Action";
pub(super) const SETTINGS: &str = "settings";
pub(super) const REDIRECT_URL_WORD: &str = "redirectUrl";
pub(super) const REDIRECT_ADDR_WORD: &str = "redirectAddr";
pub(super) const REDIRECT_URL: &str = "RedirectUrl";
pub(super) const REDIRECT_ADDR: &str = "RedirectAddr";
pub(super) const MICROSOFT_ONLINE: &str = "MicrosoftOnline";
pub(super) const CONSUMER_MAILBOX: &str = "ConsumerMailbox";
pub(super) const IMAGE: &str = "Image";
pub(super) const SERVICE_HOME: &str = "ServiceHome";
pub(super) const PROTOCOL: &str = "Protocol";
pub(super) const ALTERNATIVE_MAILBOX: &str = "AlternativeMailbox";
pub(super) const PUBLIC_FOLDER_INFORMATION: &str = "PublicFolderInformation";

pub(super) const SMTP_ADDRESS: &str = "SmtpAddress";
pub(super) const OWNER_SMTP_ADDRESS: &str = "OwnerSmtpAddress";

pub(super) const TYPE: &str = "Type";
pub(super) const VERSION: &str = "Version";
pub(super) const EXPIRATION_DATE: &str = "ExpirationDate";
pub(super) const TTL: &str = "TTL";
pub(super) const SERVER: &str = "Server";
pub(super) const PORT: &str = "Port";
pub(super) const LOGIN_NAME: &str = "LoginName";
pub(super) const DOMAIN_REQUIRED: &str = "DomainRequired";
pub(super) const DOMAIN_NAME: &str = "DomainName";
pub(super) const SPA: &str = "SPA";
pub(super) const SSL: &str = "SSL";
pub(super) const TLS: &str = "TLS";
pub(super) const ENCRYPTION: &str = "Encryption";
pub(super) const AUTH_REQUIRED: &str = "AuthRequired";
pub(super) const USE_POP_AUTH: &str = "UsePOPAuth";
pub(super) const SMTP_LAST: &str = "SMTPLast";

pub(super) const INTERNAL: &str = "Internal";
pub(super) const EXTERNAL: &str = "External";
pub(super) const OWA_URL: &str = "OWAUrl";
pub(super) const AUTHENTICATION_METHOD: &str = "AuthenticationMethod";
pub(super) const AS_URL: &str = "ASUrl";
pub(super) const NETWORK_REQUIREMENTS: &str = "NetworkRequirements";
pub(super) const IPV4_START: &str = "IPv4Start";
pub(super) const IPV4_END: &str = "IPv4End";
pub(super) const IPV6_START: &str = "IPv6Start";
pub(super) const IPV6_END: &str = "IPv6End";
pub(super) const MAIL_STORE: &str = "MailStore";
pub(super) const ADDRESS_BOOK: &str = "AddressBook";
pub(super) const INTERNAL_URL: &str = "InternalUrl";
pub(super) const EXTERNAL_URL: &str = "ExternalUrl";

/// `Settings`, `Redirect` and the rest of ActiveSync's schema, where `Action` holds elements.
pub(super) const SETTINGS_ELEMENT: &str = "Settings";
pub(super) const REDIRECT: &str = "Redirect";
pub(super) const URL: &str = "Url";
pub(super) const NAME: &str = "Name";
pub(super) const SERVER_DATA: &str = "ServerData";
pub(super) const STATUS: &str = "Status";

pub(super) const TIME: &str = "Time";
pub(super) const ID: &str = "Id";
pub(super) const ERROR_CODE: &str = "ErrorCode";
pub(super) const MESSAGE: &str = "Message";
pub(super) const DEBUG_DATA: &str = "DebugData";
