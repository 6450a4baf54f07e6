//! The codes of notices that a search may leave: a kept notice gets its own back.

use mailscout_discover as discover;
use mailscout_probe::prober;
use mailscout_schema::notice::code;

use crate::{
    known::PROVIDER_UNSURE,
    report::{EXPIRED, NOT_OFFERED, WANTED_NOT_FOUND},
};

/// Code of a notice whose own this version does not know.
const OTHER: &str = "other";

/// The code that this text is.
pub(super) fn known(text: &str) -> &'static str {
    CODES.iter().find(|code| **code == text).copied().unwrap_or(OTHER)
}

const CODES: &[&str] = &[
    code::MISSING_ACTION,
    code::CONTRADICTORY_ACTION,
    code::REDIRECT_AND_SETTINGS,
    code::MORE_ACCOUNTS,
    code::ERROR_IGNORED,
    code::NO_RESPONSE,
    code::MISSING_TYPE,
    code::TYPE_ATTRIBUTE,
    code::UNKNOWN_ELEMENT,
    code::DUPLICATE_ELEMENT,
    code::UNKNOWN_VALUE,
    code::BOOLEAN_WORD,
    code::BAD_NUMBER,
    code::DATE_FORM,
    code::BAD_DATE,
    code::TLS_ELEMENT,
    code::LETTER_CASE,
    code::HTTPS_NAMESPACE,
    code::OTHER_NAMESPACE,
    code::OTHER_ENCODING,
    code::ENCODING_MISMATCH,
    code::LATE_DECLARATION,
    code::MORE_NOTICES,
    code::OTHER_PLACE,
    code::LEGACY_WORD,
    code::OTHER_VERSION,
    code::BAD_VALUE,
    code::UNKNOWN_TYPE,
    code::MISSING_SERVER,
    code::BAD_HOST,
    code::MISSING_URL,
    code::UNKNOWN_LOG_IN,
    code::MISSING_USER_NAME,
    code::BAD_NAME,
    code::PLACEHOLDER,
    code::PLACEHOLDER_FORM,
    code::URL_AS_SERVER,
    code::PORT_IN_SERVER,
    code::IP_LITERAL,
    code::BAD_URL,
    code::PLAINTEXT,
    code::ENCRYPTED_PORT,
    code::TOO_MANY,
    code::OTHER_DOMAIN,
    code::BAD_OAUTH,
    code::NO_LOG_IN,
    code::OTHER_LOGIN,
    code::SETTING_ERROR,
    discover::ADDRESS_CHANGED,
    discover::AUTODISCOVER_V1,
    discover::HINT_ONLY,
    discover::HIGHER_SOURCE_SILENT,
    discover::JOINED,
    discover::MAIL_FILTER,
    discover::NO_MAIL,
    discover::NO_SUCH_DOMAIN,
    discover::OFFLINE,
    discover::SRV_HALF,
    discover::SRV_PORT,
    prober::ANONYMOUS_SMTP,
    prober::LOG_IN_DOUBTFUL,
    prober::NO_INCOMING,
    prober::NO_OUTGOING,
    prober::TIME_UP,
    prober::WILDCARD_DNS,
    EXPIRED,
    NOT_OFFERED,
    WANTED_NOT_FOUND,
    PROVIDER_UNSURE,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The places in which codes are declared.
    const SOURCES: [&str; 10] = [
        include_str!("../../../schema/src/notice/code.rs"),
        include_str!("../../../discover/src/engine.rs"),
        include_str!("../../../discover/src/engine/pace.rs"),
        include_str!("../../../discover/src/engine/taking.rs"),
        include_str!("../../../discover/src/chain/autodiscover_v2.rs"),
        include_str!("../../../discover/src/chain/provider.rs"),
        include_str!("../../../discover/src/chain/services.rs"),
        include_str!("../../../probe/src/prober/ending.rs"),
        include_str!("../known.rs"),
        include_str!("../report.rs"),
    ];

    #[test]
    fn every_code_that_is_declared_gets_itself_back() {
        let mut number = 0;
        for source in SOURCES {
            for line in source.lines().filter(|line| line.contains("const ")) {
                let Some((_, text)) = line.split_once(": &str = \"") else { continue };
                let code = text.trim_end_matches("\";");
                assert_eq!(known(code), code);
                number += 1;
            }
        }
        assert!(number > 40, "the declarations are found: {number}");
    }

    #[test]
    fn an_unknown_code_is_kept_as_other() {
        assert_eq!(known("\u{1b}[2J"), OTHER);
    }
}
