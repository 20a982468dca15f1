//! Atoms and tags: words of a narrow alphabet.

use core::fmt;

use mail_wire::Error;
use mail_wire::text::{Graphic, Word};

use crate::chars;

macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $class:expr, $expected:literal, $letters:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Word);

        impl $name {
            /// Checks and copies `octets`.
            ///
            /// # Errors
            /// `Syntax` where an octet is outside the class, or there is none.
            pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
                let octets = octets.as_ref();
                match Self::front(octets) {
                    Some(word) if word.as_bytes().len() == octets.len() => Ok(word),
                    front => Err(Error::syntax(front.map_or(0, |word| word.as_bytes().len()) as u64, $expected)),
                }
            }

            /// What `rest` begins with; none where there is no octet of the class. With more octets at hand the copy is quicker.
            #[inline]
            pub(crate) fn front(rest: &[u8]) -> Option<Self> {
                Graphic::front(rest).first(chars::front(rest, $class)).to_word().map(Self)
            }

            /// The octets.
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                core::str::from_utf8(self.0.as_bytes()).unwrap_or_default()
            }

            /// Whether it is `other`, in any letter case.
            pub fn is(&self, other: &str) -> bool {
                self.as_bytes().eq_ignore_ascii_case(other.as_bytes())
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                self.as_bytes()
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_bytes() == other.as_bytes()
            }
        }

        impl TryFrom<&str> for $name {
            type Error = Error;
            fn try_from(text: &str) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = alloc::string::String::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                let letters: &[u8] = $letters;
                let count = u.int_in_range(1..=12)?;
                let octets = (0..count)
                    .map(|_| u.choose(letters).copied())
                    .collect::<arbitrary::Result<alloc::vec::Vec<u8>>>()?;
                Self::new(octets).map_err(|_| arbitrary::Error::IncorrectFormat)
            }
        }
    };
}

word! {
    /// `atom`: one or more `ATOM-CHAR`s (RFC 9051 section 9).
    ///
    /// ```
    /// use imap_wire::Atom;
    /// let atom = Atom::new("IMAP4rev2")?;
    /// assert!(atom.is("imap4REV2") && atom != "imap4REV2");
    /// assert!(Atom::new("two words").is_err() && Atom::new("").is_err() && Atom::new("a]").is_err());
    /// # Ok::<(), mail_wire::Error>(())
    /// ```
    Atom, chars::ATOM, "an atom", b"azAZ09.+-_/=:;<>@[}&'#$!"
}

word! {
    /// `tag`: what joins a command and its tagged response (RFC 9051 section 2.2.1).
    ///
    /// ```
    /// use imap_wire::Tag;
    /// assert_eq!(Tag::new("A0001")?.as_str(), "A0001");
    /// assert!(Tag::new("a+b").is_err() && Tag::new("*").is_err());
    /// # Ok::<(), mail_wire::Error>(())
    /// ```
    Tag, chars::TAG, "a tag", b"azAZ09.-_/=:]"
}
