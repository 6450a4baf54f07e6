//! What is printed: settings and explanations on standard output, talk on standard error.

pub(crate) mod explain;
pub(crate) mod settings;
mod table;
pub(crate) mod talk;

/// A word as a shell takes it: in quotation marks where it needs them.
pub(crate) fn quote(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@%+=:,./-_".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
