//! Vocabularies of schemas, and how they stay open: an unknown token is kept as it stood.

use core::{fmt, marker::PhantomData};

use crate::text::Text;

/// A token that the vocabulary `V` does not know, as it stood in the document.
///
/// Only the vocabulary's own conversion makes one, so a known token is never hidden in it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UnknownToken<V> {
    text: Text,
    vocabulary: PhantomData<V>,
}

impl<V> UnknownToken<V> {
    /// The token.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<V> fmt::Display for UnknownToken<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<V> UnknownToken<V> {
    /// For conversions of vocabularies alone, when no known token matched.
    pub(crate) fn new(text: Text) -> Self {
        Self { text, vocabulary: PhantomData }
    }
}

/// What is read from a token, which need not be copied where it is a known one.
pub(crate) trait Token: From<Text> {
    /// What a known token stands for, without regard to letter case; `None` where it is unknown.
    /// It agrees with [`From`].
    fn known(token: &str) -> Option<Self>;
}

/// Declares a vocabulary: known tokens, and every other one kept in `Other`.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $token:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A token that this version does not know.
            Other($crate::vocabulary::UnknownToken<Self>),
        }

        impl $name {
            /// The specification's token, or the unknown one as it stood.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $token,)+
                    Self::Other(token) => token.as_str(),
                }
            }
        }

        impl From<$crate::text::Text> for $name {
            /// Reads a token without regard to letter case.
            fn from(text: $crate::text::Text) -> Self {
                <Self as $crate::vocabulary::Token>::known(&text)
                    .unwrap_or_else(|| Self::Other($crate::vocabulary::UnknownToken::new(text)))
            }
        }

        impl $crate::vocabulary::Token for $name {
            fn known(token: &str) -> Option<Self> {
                $(if token.eq_ignore_ascii_case($token) {
                    return Some(Self::$variant);
                })+
                None
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

pub(crate) use vocabulary;
