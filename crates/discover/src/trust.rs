//! How far settings can be trusted, judged from every hop on the way to them.

use core::{fmt, str::FromStr};

/// A step from one place to the next on the way to settings.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Hop {
    /// What kind of redirect it was.
    pub kind: HopKind,
    /// Who redirected: a URL, a DNS name or a file.
    pub from: String,
    /// Where to: a URL or an e-mail address.
    pub to: String,
    /// Whether the redirect itself was learnt over HTTPS with a valid certificate.
    pub is_authenticated: bool,
    /// Whether the user was asked, and what the answer was.
    pub consent: ConsentState,
}

impl Hop {
    /// A step, as somebody kept it who had it from a search.
    pub fn new(
        kind: HopKind,
        from: impl Into<String>,
        to: impl Into<String>,
        is_authenticated: bool,
        consent: ConsentState,
    ) -> Self {
        Self { kind, from: from.into(), to: to.into(), is_authenticated, consent }
    }
}

/// A kind of redirect.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum HopKind {
    /// An HTTP status 3xx with `Location`.
    Http,
    /// An Autodiscover answer `redirectUrl`.
    RedirectUrl,
    /// An Autodiscover answer `redirectAddr`.
    RedirectAddr,
    /// An SRV record.
    Srv,
    /// A TXT record.
    Txt,
    /// A service connection point.
    Scp,
}

impl HopKind {
    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::RedirectUrl => "redirect-url",
            Self::RedirectAddr => "redirect-addr",
            Self::Srv => "srv",
            Self::Txt => "txt",
            Self::Scp => "scp",
        }
    }
}

impl FromStr for HopKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let all =
            [Self::Http, Self::RedirectUrl, Self::RedirectAddr, Self::Srv, Self::Txt, Self::Scp];
        all.into_iter().find(|word| word.as_str() == text).ok_or(UnknownWord)
    }
}

/// What the user had to do with a hop.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ConsentState {
    /// No question was needed.
    NotNeeded,
    /// The user, or a list of the user's, allowed it.
    Given,
}

impl ConsentState {
    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotNeeded => "not-needed",
            Self::Given => "given",
        }
    }
}

impl FromStr for ConsentState {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let all = [Self::NotNeeded, Self::Given];
        all.into_iter().find(|word| word.as_str() == text).ok_or(UnknownWord)
    }
}

/// Where the way to settings began.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Origin {
    /// At an https URL whose host is made from the address's domain.
    Https,
    /// In a file on this computer.
    File,
    /// At a plain http URL whose host is made from the address's domain.
    PlainHttp,
    /// At such a URL, which answered with the settings themselves: whoever is on the way can have
    /// written them, whatever the user says of the site.
    PlainAnswer,
    /// At a DNS record of the address's domain.
    Dns,
    /// At a directory of the user's: over TLS with a certificate for its name, or not.
    Directory { is_proved: bool },
    /// At somebody who is neither the user nor the domain.
    ThirdParty,
    /// At the hoster that an MX record names.
    Mx,
    /// Nowhere: the DNS named the servers themselves, all of them inside the address's domain or
    /// not.
    Names { is_inside: bool },
}

/// How far settings can be trusted. Only the engine judges it, from the whole way to them.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Trust {
    word: TrustWord,
}

impl Trust {
    /// Judges the way from an origin over all hops to settings. Nothing else judges: what
    /// [`remembered`](Self::remembered) brings back was judged here.
    ///
    /// Settings whose server of first choice is without encryption are `unauthenticated`, however
    /// they came, and so is what came over plain http. A hop that the user allowed makes the whole way `consented`. Otherwise the rules
    /// of redirects have kept it inside the domain, and it is `authenticated`, or `local`, only
    /// where every step was authenticated.
    pub(crate) fn judge(origin: Origin, hops: &[Hop], is_plain: bool) -> Self {
        let allowed = hops.iter().any(|hop| hop.consent == ConsentState::Given);
        let authenticated = hops.iter().all(|hop| hop.is_authenticated);
        let is_plain = is_plain || origin == Origin::PlainAnswer;
        let word = match origin {
            _ if is_plain => TrustWord::Unauthenticated,
            _ if allowed => TrustWord::Consented,
            Origin::File if authenticated => TrustWord::Local,
            Origin::Https | Origin::Directory { is_proved: true } if authenticated => {
                TrustWord::Authenticated
            }
            Origin::Https | Origin::PlainHttp | Origin::PlainAnswer | Origin::Dns => {
                TrustWord::Verified
            }
            Origin::ThirdParty => TrustWord::ThirdParty,
            Origin::Directory { is_proved: true } => TrustWord::Verified,
            Origin::File
            | Origin::Directory { is_proved: false }
            | Origin::Mx
            | Origin::Names { .. } => TrustWord::Unauthenticated,
        };
        Self { word }
    }

    /// Trust that a search of this engine judged before, brought back by the word that was kept for
    /// it, such as by a cache of results.
    ///
    /// Nothing is judged here. Who keeps words answers for them: where others can write what is
    /// kept, the word is worth no more than theirs.
    pub fn remembered(word: TrustWord) -> Self {
        Self { word }
    }

    /// The trust in servers that the DNS named inside the address's domain, once all of first choice
    /// have shown a certificate for their names; anything else stays as it was.
    #[must_use]
    pub fn proved(self, is_provable: bool) -> Self {
        let is_open = self.word == TrustWord::Unauthenticated && is_provable;
        Self { word: if is_open { TrustWord::Verified } else { self.word } }
    }

    /// The word for it.
    pub fn word(self) -> TrustWord {
        self.word
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word.as_str())
    }
}

/// The words for trust, the strongest first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum TrustWord {
    /// Every hop was HTTPS with a valid certificate, starting at the address's domain.
    Authenticated,
    /// From a file or the configuration of this computer.
    Local,
    /// The user approved a hop.
    Consented,
    /// Found over something that is not authenticated, then proved by a server inside the
    /// address's domain with a valid certificate.
    Verified,
    /// From somebody who is neither the user nor the domain.
    ThirdParty,
    /// Nothing proves it.
    Unauthenticated,
}

impl TrustWord {
    /// The word for servers that were guessed, and proved by their certificates; `is_plain`:
    /// a server of first choice has none.
    pub fn of_guess(is_plain: bool) -> Self {
        if is_plain { Self::Unauthenticated } else { Self::Verified }
    }

    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authenticated => "authenticated",
            Self::Local => "local",
            Self::Consented => "consented",
            Self::Verified => "verified",
            Self::ThirdParty => "third-party",
            Self::Unauthenticated => "unauthenticated",
        }
    }
}

impl FromStr for TrustWord {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let all = [
            Self::Authenticated,
            Self::Local,
            Self::Consented,
            Self::Verified,
            Self::ThirdParty,
            Self::Unauthenticated,
        ];
        all.into_iter().find(|word| word.as_str() == text).ok_or(UnknownWord)
    }
}

/// A text that is none of the words for trust, for kinds of redirects, or for consents.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such word")]
#[expect(clippy::exhaustive_structs, reason = "it says one thing")]
pub struct UnknownWord;

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(is_authenticated: bool, consent: ConsentState) -> Hop {
        Hop {
            kind: HopKind::Http,
            from: String::new(),
            to: String::new(),
            is_authenticated,
            consent,
        }
    }

    #[test]
    fn the_weakest_hop_decides() {
        use ConsentState::{Given, NotNeeded};
        let word = |origin, hops: &[Hop]| Trust::judge(origin, hops, false).word();
        assert_eq!(word(Origin::Https, &[]), TrustWord::Authenticated);
        assert_eq!(word(Origin::Https, &[hop(true, NotNeeded)]), TrustWord::Authenticated);
        assert_eq!(
            word(Origin::Https, &[hop(true, NotNeeded), hop(false, NotNeeded)]),
            TrustWord::Verified
        );
        assert_eq!(word(Origin::Https, &[hop(true, Given)]), TrustWord::Consented);
        assert_eq!(word(Origin::PlainHttp, &[hop(false, NotNeeded)]), TrustWord::Verified);
        assert_eq!(word(Origin::Dns, &[hop(false, NotNeeded)]), TrustWord::Verified);
        assert_eq!(word(Origin::Dns, &[hop(false, Given)]), TrustWord::Consented);
        assert_eq!(word(Origin::File, &[]), TrustWord::Local);
        assert_eq!(word(Origin::File, &[hop(true, NotNeeded)]), TrustWord::Local);
        assert_eq!(Trust::judge(Origin::Https, &[], true).word(), TrustWord::Unauthenticated);
        assert_eq!(word(Origin::File, &[hop(false, NotNeeded)]), TrustWord::Unauthenticated);
        for hops in [&[][..], &[hop(true, NotNeeded)], &[hop(false, NotNeeded)]] {
            assert_eq!(word(Origin::ThirdParty, hops), TrustWord::ThirdParty);
            assert_eq!(word(Origin::Mx, hops), TrustWord::Unauthenticated);
            for is_inside in [true, false] {
                assert_eq!(word(Origin::Names { is_inside }, hops), TrustWord::Unauthenticated);
            }
        }
        assert_eq!(word(Origin::PlainAnswer, &[]), TrustWord::Unauthenticated);
        assert_eq!(word(Origin::PlainAnswer, &[hop(false, Given)]), TrustWord::Unauthenticated);
        assert_eq!(Trust::judge(Origin::ThirdParty, &[], true).word(), TrustWord::Unauthenticated);
    }

    #[test]
    fn only_what_nothing_proves_is_proved_by_its_servers() {
        let proved =
            |origin, is_provable| Trust::judge(origin, &[], false).proved(is_provable).word();
        assert_eq!(proved(Origin::Names { is_inside: true }, true), TrustWord::Verified);
        assert_eq!(proved(Origin::Names { is_inside: false }, false), TrustWord::Unauthenticated);
        assert_eq!(proved(Origin::ThirdParty, true), TrustWord::ThirdParty);
        assert_eq!(proved(Origin::Https, true), TrustWord::Authenticated);
        assert_eq!(proved(Origin::File, true), TrustWord::Local);
    }

    #[test]
    fn a_word_reads_back_and_brings_its_trust_back() {
        for word in [
            TrustWord::Authenticated,
            TrustWord::Local,
            TrustWord::Consented,
            TrustWord::Verified,
            TrustWord::ThirdParty,
            TrustWord::Unauthenticated,
        ] {
            let read = word.as_str().parse().map(Trust::remembered);
            assert_eq!(read.map(Trust::word), Ok(word));
        }
        assert_eq!("trusted".parse::<TrustWord>(), Err(UnknownWord));
        for kind in [
            HopKind::Http,
            HopKind::RedirectUrl,
            HopKind::RedirectAddr,
            HopKind::Srv,
            HopKind::Txt,
            HopKind::Scp,
        ] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        for consent in [ConsentState::NotNeeded, ConsentState::Given] {
            assert_eq!(consent.as_str().parse(), Ok(consent));
        }
    }
}
