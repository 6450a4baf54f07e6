//! Which entries a search is for, as a tree and as text.

use core::fmt::{self, Write as _};

/// A condition on entries.
///
/// It goes to a server as the tree that it is, so that no value can change it. The text is for
/// people, and no value can change its meaning either: what has one in the text is escaped.
///
/// # Wire form
///
/// ```text
/// (&(objectClass=serviceConnectionPoint)(keywords=Site=Berlin))
/// ```
///
/// # Spec
///
/// [RFC 4511 §4.5.1.7](https://www.rfc-editor.org/rfc/rfc4511#section-4.5.1.7), for the text
/// [RFC 4515 §3](https://www.rfc-editor.org/rfc/rfc4515#section-3)
///
/// # Examples
///
/// ```
/// use mailscout_net::directory::Filter;
///
/// let filter = Filter::And(vec![
///     Filter::equals("objectClass", "user"),
///     Filter::equals("cn", "Smith (*)"),
///     Filter::present("mail"),
/// ]);
/// assert_eq!(filter.to_string(), r"(&(objectClass=user)(cn=Smith \28\2a\29)(mail=*))");
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Filter {
    /// All of these; every entry where there are none.
    And(Vec<Self>),
    /// One of these; no entry where there are none.
    Or(Vec<Self>),
    /// A value of the attribute equals this one, by the attribute's own rule.
    Equals {
        /// The name of the attribute.
        attribute: String,
        /// The value, as it is: nothing in it is special.
        value: Vec<u8>,
    },
    /// The entry has this attribute.
    Present(String),
}

impl Filter {
    /// A value of the attribute equals this one.
    pub fn equals(attribute: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self::Equals { attribute: attribute.into(), value: value.into() }
    }

    /// The entry has this attribute.
    pub fn present(attribute: impl Into<String>) -> Self {
        Self::Present(attribute.into())
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('(')?;
        match self {
            Self::And(filters) => write_all(f, '&', filters)?,
            Self::Or(filters) => write_all(f, '|', filters)?,
            Self::Equals { attribute, value } => {
                write_attribute(f, attribute)?;
                f.write_char('=')?;
                write_value(f, value)?;
            }
            Self::Present(attribute) => {
                write_attribute(f, attribute)?;
                f.write_str("=*")?;
            }
        }
        f.write_char(')')
    }
}

fn write_all(f: &mut fmt::Formatter<'_>, sign: char, filters: &[Filter]) -> fmt::Result {
    f.write_char(sign)?;
    filters.iter().try_for_each(|filter| write!(f, "{filter}"))
}

/// The text has no escape for a name; whatever no name has is written as in a value.
fn write_attribute(f: &mut fmt::Formatter<'_>, attribute: &str) -> fmt::Result {
    attribute.bytes().try_for_each(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b';' => f.write_char(byte.into()),
        _ => write_escape(f, byte),
    })
}

fn write_value(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    for chunk in value.utf8_chunks() {
        for sign in chunk.valid().chars() {
            match sign {
                '*' | '(' | ')' | '\\' => write_escape(f, sign as u8)?,
                _ if sign.is_control() => {
                    let mut bytes = [0; 4];
                    sign.encode_utf8(&mut bytes)
                        .bytes()
                        .try_for_each(|byte| write_escape(f, byte))?;
                }
                _ => f.write_char(sign)?,
            }
        }
        chunk.invalid().iter().try_for_each(|byte| write_escape(f, *byte))?;
    }
    Ok(())
}

fn write_escape(f: &mut fmt::Formatter<'_>, byte: u8) -> fmt::Result {
    write!(f, "\\{byte:02x}")
}

#[cfg(test)]
mod tests;
