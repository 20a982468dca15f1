//! The small values that commands and listings are made of: RFC 1056 sections 3.1 and 4.1.

use core::fmt;

use mail_wire::fields::Fields;
use mail_wire::text::Word;
use mail_wire::{Deviation, Error, Secret};

use crate::lex::{ARGUMENT_OCTETS, is_argument, is_plain};

/// A message's unique identifier in its mailbox: it grows with each message and is never used again
/// (RFC 1056 section 3.1). The RFC gives no width; that of RFC 993, 32 bits, is taken.
///
/// ```
/// use dmsp_proto::Uid;
/// assert_eq!(Uid::new(2312).get(), 2312);
/// assert!(Uid::from(1) < Uid::from(2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Uid(u32);

impl Uid {
    /// An identifier.
    pub const fn new(uid: u32) -> Self {
        Self(uid)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        fields.number_u32("a UID").map(Self)
    }
}

impl From<u32> for Uid {
    fn from(uid: u32) -> Self {
        Self(uid)
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A series of messages, both bounds included; neither needs to exist (RFC 1056 section 4.10).
///
/// ```
/// use dmsp_proto::{Uid, UidRange};
/// let range = UidRange::new(Uid::new(12), Uid::new(31));
/// assert!(range.contains(Uid::new(31)) && !range.contains(Uid::new(32)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UidRange {
    low: Uid,
    high: Uid,
}

impl UidRange {
    /// From `low` to `high`; nothing lies in it if `low` is the larger one.
    pub const fn new(low: Uid, high: Uid) -> Self {
        Self { low, high }
    }

    /// The lower bound.
    pub const fn low(self) -> Uid {
        self.low
    }

    /// The upper bound.
    pub const fn high(self) -> Uid {
        self.high
    }

    /// Whether `uid` lies in it.
    pub fn contains(self, uid: Uid) -> bool {
        (self.low..=self.high).contains(&uid)
    }
}

/// An argument: the name of a user, client, mailbox, bulletin board, address or printer, or a version
/// (RFC 1056 section 4.1).
///
/// Names keep their letter case and are looked up without it. `==` compares octets, so that a message
/// equals its copy; a repository asks [`eq_ignore_ascii_case`](Self::eq_ignore_ascii_case), or keeps
/// [`to_lowercase`](Self::to_lowercase) as its key.
///
/// ```
/// use dmsp_proto::Name;
/// let name = Name::new("MarkL")?;
/// assert_eq!(name.as_word(), &"MarkL");
/// assert!(name.eq_ignore_ascii_case(&Name::new("markl")?));
/// assert!(Name::new("two words").is_err() && Name::new("a@b").is_err());
/// assert!(Name::printable("a@b").is_ok());
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Name(Word);

impl Name {
    /// 1 to 64 letters, digits, `-`, `_` and `.`.
    ///
    /// # Errors
    /// `Syntax` where it is anything else.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        check(octets, is_plain, "an argument of 1 to 64 letters, digits, -, _ and .")?;
        Word::new(octets).map(Self)
    }

    /// 1 to 64 printable octets of ASCII, none of them SP.
    ///
    /// That is more than section 4.1 lets pass, but section 3.2 wants addresses in the style of RFC 822, with `@`.
    /// Lenient peers read them; strict ones don't.
    ///
    /// # Errors
    /// `Syntax` where it is anything else.
    pub fn printable(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        check(octets, |octet| octet.is_ascii_graphic(), "an argument of 1 to 64 printable octets")?;
        Word::new(octets).map(Self)
    }

    /// The name as a word.
    pub fn as_word(&self) -> &Word {
        &self.0
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether a repository takes both for the same object.
    pub fn eq_ignore_ascii_case(&self, other: &Self) -> bool {
        self.as_bytes().eq_ignore_ascii_case(other.as_bytes())
    }

    /// The name in lower case: what a repository can look it up by.
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        // Lower case is a word where the original was one.
        Word::new(self.as_bytes().to_ascii_lowercase()).map_or_else(|_| self.clone(), Self)
    }

    pub(crate) fn parse(fields: &mut Fields<'_>, expected: &'static str) -> Result<Self, Error> {
        let token = fields.clone().token();
        // QUIRK: addresses with `@` (RFC 1056 section 3.2 against 4.1), and whatever else users named things.
        if !token.is_empty() && !is_argument(token) {
            fields.forgive(Deviation::Value, expected)?;
        }
        fields.word(expected).map(Self)
    }

    /// A name in a listing, where section 4.1 does not rule: any printable octets.
    pub(crate) fn parse_listed(fields: &mut Fields<'_>, expected: &'static str) -> Result<Self, Error> {
        fields.word(expected).map(Self)
    }
}

fn check(octets: &[u8], is_allowed: impl Fn(u8) -> bool, expected: &'static str) -> Result<(), Error> {
    let at = match octets.iter().position(|octet| !is_allowed(*octet)) {
        Some(at) => at,
        None if octets.is_empty() => 0,
        None if octets.len() > ARGUMENT_OCTETS => ARGUMENT_OCTETS,
        None => return Ok(()),
    };
    Err(Error::syntax(at as u64, expected))
}

impl AsRef<[u8]> for Name {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A password, which goes over the wire in clear text (RFC 1056 section 4.5).
///
/// It is an argument like any [`Name`], but letter case counts when it is compared.
///
/// ```
/// use dmsp_proto::{Password, Secret};
/// let password = Password::new("Fred-Password")?;
/// assert!(password.matches(&Secret::new("Fred-Password")));
/// assert!(!password.matches(&Secret::new("fred-password")));
/// assert!(!format!("{password:?}").contains("Fred"));
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Password(Secret);

impl Password {
    /// 1 to 64 letters, digits, `-`, `_` and `.`.
    ///
    /// # Errors
    /// `Syntax` where it is anything else.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        check(octets, is_plain, "a password of 1 to 64 letters, digits, -, _ and .")?;
        Ok(Self(Secret::new(octets)))
    }

    /// 1 to 64 printable octets of ASCII, none of them SP: for repositories that allow more than section 4.1 does.
    ///
    /// # Errors
    /// `Syntax` where it is anything else.
    pub fn printable(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        check(octets, |octet| octet.is_ascii_graphic(), "a password of 1 to 64 printable octets")?;
        Ok(Self(Secret::new(octets)))
    }

    /// The octets.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// Whether it is `secret`, letter case included; in constant time.
    pub fn matches(&self, secret: &Secret) -> bool {
        self.0 == *secret
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        const EXPECTED: &str = "a password";
        let token = fields.clone().token();
        if token.is_empty() || token.iter().any(|octet| octet.is_ascii_control()) {
            return Err(fields.error(EXPECTED));
        }
        if !is_argument(token) {
            fields.forgive(Deviation::Value, EXPECTED)?;
        }
        fields.skip(token.len());
        Ok(Self(Secret::new(token)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn an_argument_has_1_to_64_plain_octets() {
        let longest = "x".repeat(64);
        for good in ["a", "rec.music.gdead", "A-Z_0.9", longest.as_str()] {
            assert!(Name::new(good).is_ok() && Password::new(good).is_ok(), "{good}");
        }
        let longer = "x".repeat(65);
        for (bad, offset) in
            [("", 0), (longer.as_str(), 64), ("a b", 1), ("a@b", 1), ("ab\r\n", 2), ("\u{e9}", 0)]
        {
            assert_eq!(Name::new(bad).unwrap_err().offset(), offset, "{bad:?}");
            assert_eq!(Password::new(bad).unwrap_err().offset(), offset, "{bad:?}");
        }
        for bad in ["", longer.as_str(), "a b", "a\tb", "\u{e9}", "a\0"] {
            assert!(Name::printable(bad).is_err() && Password::printable(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_are_looked_up_without_their_letter_case() {
        let (stored, asked) = (Name::new("MarkL").unwrap(), Name::new("MARKL").unwrap());
        assert_ne!(stored, asked);
        assert_eq!(stored.to_lowercase(), asked.to_lowercase());
        assert_eq!(alloc::format!("{stored}"), String::from("MarkL"));
    }
}
