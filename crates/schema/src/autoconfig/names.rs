//! How the schema spells its elements and attributes.

pub(super) const CLIENT_CONFIG: &str = "clientConfig";
pub(super) const VERSION: &str = "version";
pub(super) const EMAIL_PROVIDER: &str = "emailProvider";
pub(super) const ID: &str = "id";

pub(super) const DOMAIN: &str = "domain";
pub(super) const PURPOSE: &str = "purpose";
pub(super) const DISPLAY_NAME: &str = "displayName";
pub(super) const DISPLAY_SHORT_NAME: &str = "displayShortName";
pub(super) const DOCUMENTATION: &str = "documentation";
pub(super) const DESCR: &str = "descr";
pub(super) const LANG: &str = "lang";
pub(super) const ENABLE: &str = "enable";
pub(super) const VISIT_URL: &str = "visiturl";
pub(super) const INSTRUCTION: &str = "instruction";

pub(super) const INCOMING_SERVER: &str = "incomingServer";
pub(super) const OUTGOING_SERVER: &str = "outgoingServer";
pub(super) const CALENDAR: &str = "calendar";
pub(super) const ADDRESS_BOOK: &str = "addressbook";
pub(super) const FILE_SHARE: &str = "fileShare";
pub(super) const CHAT_SERVER: &str = "chatServer";
pub(super) const VIDEO_CONFERENCE: &str = "videoConference";
pub(super) const SETUP_SERVER: &str = "setupServer";

pub(super) const TYPE: &str = "type";
pub(super) const HOSTNAME: &str = "hostname";
pub(super) const PORT: &str = "port";
pub(super) const SOCKET_TYPE: &str = "socketType";
pub(super) const URL: &str = "url";
pub(super) const SERVER_URL: &str = "serverURL";
pub(super) const OWA_URL: &str = "owaURL";
pub(super) const EWS_URL: &str = "ewsURL";
pub(super) const EAS_URL: &str = "easURL";
pub(super) const AUTHENTICATION: &str = "authentication";
pub(super) const SYSTEM: &str = "system";
pub(super) const USERNAME: &str = "username";

pub(super) const O_AUTH2: &str = "oAuth2";
pub(super) const AUTH_URL: &str = "authURL";
pub(super) const TOKEN_URL: &str = "tokenURL";
pub(super) const ISSUER: &str = "issuer";
pub(super) const SCOPE: &str = "scope";
pub(super) const CLIENT_ID: &str = "clientID";
pub(super) const CLIENT_SECRET: &str = "clientSecret";

pub(super) const WEB_MAIL: &str = "webMail";
pub(super) const LOGIN_PAGE: &str = "loginPage";
pub(super) const LOGIN_PAGE_INFO: &str = "loginPageInfo";
pub(super) const USERNAME_FIELD: &str = "usernameField";
pub(super) const PASSWORD_FIELD: &str = "passwordField";
pub(super) const LOGIN_BUTTON: &str = "loginButton";
pub(super) const NAME: &str = "name";
pub(super) const CLIENT_CONFIG_UPDATE: &str = "clientConfigUpdate";

/// What version 1.1 has beside all this for one client's own preferences: known, and not read.
pub(super) const PREFERENCES: [&str; 8] = [
    "pop3",
    "password",
    "restriction",
    "addThisServer",
    "useGlobalPreferredServer",
    "identity",
    "inputField",
    "loginAutomaticDOM",
];
