//! The codes of the notices on documents: what a program may count by, and never change.

/// An account's `Action` is absent, and was told by what else it holds.
pub const MISSING_ACTION: &str = "missing-action";
/// An account's `Action` does not go with what else it holds.
pub const CONTRADICTORY_ACTION: &str = "contradictory-action";
/// A redirect and settings stand in one account; one of them is ignored.
pub const REDIRECT_AND_SETTINGS: &str = "redirect-and-settings";
/// There is more than one account; the first that can be used is taken.
pub const MORE_ACCOUNTS: &str = "more-accounts";
/// An error stands beside an account that can be used, and is ignored.
pub const ERROR_IGNORED: &str = "error-ignored";
/// The account is not inside a `Response`.
pub const NO_RESPONSE: &str = "no-response";
/// A `Protocol` has no `Type` and is ignored.
pub const MISSING_TYPE: &str = "missing-type";
/// `Type` is an attribute although the type is not `mapiHttp`.
pub const TYPE_ATTRIBUTE: &str = "type-attribute";
/// An element that the schema does not have, ignored.
pub const UNKNOWN_ELEMENT: &str = "unknown-element";
/// A second element where the schema allows one, ignored.
pub const DUPLICATE_ELEMENT: &str = "duplicate-element";
/// A value that the schema does not have; it counts as absent, or is kept as unknown.
pub const UNKNOWN_VALUE: &str = "unknown-value";
/// `yes`, `true`, `1` and the like where the schema says `on` or `off`.
pub const BOOLEAN_WORD: &str = "boolean-word";
/// Something that is no number in range where one belongs; it counts as absent.
pub const BAD_NUMBER: &str = "bad-number";
/// A date not in the form YYYYMMDD.
pub const DATE_FORM: &str = "date-form";
/// Something that is no date where one belongs; it counts as absent.
pub const BAD_DATE: &str = "bad-date";
/// A `TLS` element, which the schema does not have.
pub const TLS_ELEMENT: &str = "tls-element";
/// Element names in other letters than the schema's.
pub const LETTER_CASE: &str = "letter-case";
/// Namespaces that begin with `https://`.
pub const HTTPS_NAMESPACE: &str = "https-namespace";
/// No namespace, or another than the schema's.
pub const OTHER_NAMESPACE: &str = "other-namespace";
/// The document is not in UTF-8.
pub const OTHER_ENCODING: &str = "other-encoding";
/// The document is not in the encoding that it declares.
pub const ENCODING_MISMATCH: &str = "encoding-mismatch";
/// Something stands before the XML declaration.
pub const LATE_DECLARATION: &str = "late-declaration";
/// There were more remarks than are kept.
pub const MORE_NOTICES: &str = "more-notices";

/// A known element where another version of the schema has it, taken.
pub const OTHER_PLACE: &str = "other-place";
/// A word or a name of an older version, taken for what has replaced it.
pub const LEGACY_WORD: &str = "legacy-word";
/// A version of the schema that this reader does not know, read all the same.
pub const OTHER_VERSION: &str = "other-version";
/// A value of another kind than the schema's; it counts as absent.
pub const BAD_VALUE: &str = "bad-value";

/// A server of a type that this version does not know, ignored.
pub const UNKNOWN_TYPE: &str = "unknown-type";
/// A server without a host, ignored.
pub const MISSING_SERVER: &str = "missing-server";
/// A server whose host is none, ignored.
pub const BAD_HOST: &str = "bad-host";
/// A server that is reached by URL and has none, ignored.
pub const MISSING_URL: &str = "missing-url";
/// A server whose ways to log in are all unknown, ignored.
pub const UNKNOWN_LOG_IN: &str = "unknown-log-in";
/// A server without a user name; the full address is taken.
pub const MISSING_USER_NAME: &str = "missing-user-name";
/// A user name or domain that is longer than any can be, ignored.
pub const BAD_NAME: &str = "bad-name";
/// A server or a user name with a placeholder that nobody filled in, ignored.
pub const PLACEHOLDER: &str = "placeholder";
/// A known placeholder in other letters or without its end, filled in.
pub const PLACEHOLDER_FORM: &str = "placeholder-form";
/// A URL where a host belongs; its host is taken.
pub const URL_AS_SERVER: &str = "url-as-server";
/// A port behind the host name.
pub const PORT_IN_SERVER: &str = "port-in-server";
/// A host that is an IP address, so that a certificate can hardly name it.
pub const IP_LITERAL: &str = "ip-literal";
/// A URL that is none, or neither http nor https, ignored.
pub const BAD_URL: &str = "bad-url";
/// A connection without encryption is asked for, and is what the settings say.
pub const PLAINTEXT: &str = "plaintext";
/// A connection without encryption is asked for on a port that is for encryption; it is encrypted.
pub const ENCRYPTED_PORT: &str = "encrypted-port";
/// More protocols or services than are taken; the rest is ignored.
pub const TOO_MANY: &str = "too-many";
/// The document does not list the address's domain among those that it is for.
pub const OTHER_DOMAIN: &str = "other-domain";
/// Where tokens come from is not said, or not so that it can be used.
pub const BAD_OAUTH: &str = "bad-oauth";
/// The provider takes neither passwords nor tokens; its servers are ignored.
pub const NO_LOG_IN: &str = "no-log-in";
/// A setting that was asked for and is not given, ignored.
pub const SETTING_ERROR: &str = "setting-error";
/// The user name is another e-mail address.
pub const OTHER_LOGIN: &str = "other-login";
