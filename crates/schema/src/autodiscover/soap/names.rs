//! How the service spells its namespaces and elements.

/// Namespace of a SOAP 1.1 envelope.
pub(super) const ENVELOPE_NS: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// Namespace of a SOAP 1.2 envelope.
pub(super) const ENVELOPE_12_NS: &str = "http://www.w3.org/2003/05/soap-envelope";
/// Namespace of the service's own elements.
pub(super) const AUTODISCOVER_NS: &str = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
/// Namespace of WS-Addressing.
pub(super) const ADDRESSING_NS: &str = "http://www.w3.org/2005/08/addressing";
/// The action of the one operation that is used.
pub(super) const GET_USER_SETTINGS: &str =
    "http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings";

pub(super) const ENVELOPE: &str = "Envelope";
pub(super) const HEADER: &str = "Header";
pub(super) const BODY: &str = "Body";
pub(super) const RESPONSE_MESSAGE: &str = "GetUserSettingsResponseMessage";
pub(super) const RESPONSE: &str = "Response";
pub(super) const USER_RESPONSES: &str = "UserResponses";
pub(super) const USER_RESPONSE: &str = "UserResponse";
pub(super) const ERROR_CODE: &str = "ErrorCode";
pub(super) const ERROR_MESSAGE: &str = "ErrorMessage";
pub(super) const REDIRECT_TARGET: &str = "RedirectTarget";
pub(super) const USER_SETTING_ERRORS: &str = "UserSettingErrors";
pub(super) const USER_SETTING_ERROR: &str = "UserSettingError";
pub(super) const SETTING_NAME: &str = "SettingName";
pub(super) const USER_SETTINGS: &str = "UserSettings";
pub(super) const USER_SETTING: &str = "UserSetting";
pub(super) const NAME: &str = "Name";
pub(super) const VALUE: &str = "Value";
pub(super) const PROTOCOL_CONNECTIONS: &str = "ProtocolConnections";
pub(super) const PROTOCOL_CONNECTION: &str = "ProtocolConnection";
pub(super) const HOSTNAME: &str = "Hostname";
pub(super) const PORT: &str = "Port";
pub(super) const ENCRYPTION_METHOD: &str = "EncryptionMethod";
pub(super) const WEB_CLIENT_URLS: &str = "WebClientUrls";
pub(super) const WEB_CLIENT_URL: &str = "WebClientUrl";
pub(super) const AUTHENTICATION_METHODS: &str = "AuthenticationMethods";
pub(super) const URL: &str = "Url";
/// Settings of forms that no mail client needs: known, and not read.
pub(super) const ALTERNATE_MAILBOXES: &str = "AlternateMailboxes";
pub(super) const DOCUMENT_SHARING_LOCATIONS: &str = "DocumentSharingLocations";

pub(super) const FAULT: &str = "Fault";
pub(super) const FAULT_CODE: &str = "faultcode";
pub(super) const FAULT_STRING: &str = "faultstring";
pub(super) const FAULT_ACTOR: &str = "faultactor";
pub(super) const DETAIL: &str = "detail";
pub(super) const CODE: &str = "Code";
pub(super) const SUBCODE: &str = "Subcode";
pub(super) const REASON: &str = "Reason";
pub(super) const TEXT: &str = "Text";
