//! Names, patterns, and what stands where a value is due.

use alloc::borrow::Cow;
use alloc::string::String;

use imap_wire::{Cursor, Literal, ParseError, Writer};
use mail_wire::Error;
use mail_wire::text::Octets;

/// How it is known that a form looks as it does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// A server (Cyrus imspd) was seen to take or send it.
    Seen,
    /// Only documents tell of it; no server that runs has it.
    Told,
}

macro_rules! octets {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Octets);

        impl $name {
            /// Checks and copies `octets`.
            ///
            /// # Errors
            /// `Syntax` at a NUL, which no string can hold.
            pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
                let octets = octets.as_ref();
                match memchr::memchr(0, octets) {
                    None => Ok(Self(Octets::new(octets))),
                    Some(at) => Err(Error::syntax(at as u64, "no NUL in a string")),
                }
            }

            /// The octets.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// The text; what is not UTF-8 shows as U+FFFD.
            pub fn to_str_lossy(&self) -> Cow<'_, str> {
                String::from_utf8_lossy(&self.0)
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

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(&self.0, f)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                mail_wire::text::serde_octets::serialize(&self.0, serializer)
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                Ok(Self(Octets::new(crate::arbitrary::octets(u)?)))
            }
        }
    };
}

octets! {
    /// The name of an option, an address book, an entry, a field, a mailbox, a user or a server: any octets but NUL.
    ///
    /// IMSP says nothing of charsets; what was recorded is UTF-8. Names of options and address books mean the same in any
    /// letter case; `==` compares octet by octet all the same, since it tells whether two messages are alike.
    ///
    /// ```
    /// use imsp_proto::Name;
    /// let name = Name::new("common.Domain")?;
    /// assert!(name.eq_ignore_ascii_case("common.domain") && name != Name::new("common.domain")?);
    /// assert!(Name::new("a\0b").is_err());
    /// # Ok::<(), imsp_proto::Error>(())
    /// ```
    Name
}

octets! {
    /// A name in which `*` stands for any octets, none included.
    ///
    /// Documents give `%` and `?` a meaning, too; the one server that is known knows `*` alone.
    ///
    /// ```
    /// use imsp_proto::Pattern;
    /// let pattern = Pattern::new("common.*.mail*")?;
    /// assert!(pattern.matches("common.sent.mailbox") && pattern.matches("COMMON.x.mail"));
    /// assert!(!pattern.matches("common.mail"));
    /// # Ok::<(), imsp_proto::Error>(())
    /// ```
    Pattern
}

impl Name {
    /// Whether it is `other`, in any letter case.
    pub fn eq_ignore_ascii_case(&self, other: impl AsRef<[u8]>) -> bool {
        self.as_bytes().eq_ignore_ascii_case(other.as_ref())
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        whole(cursor, Cursor::astring).map(Self)
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        encode_astring(self.as_bytes(), writer)
    }
}

impl Pattern {
    /// Whether it stands for `name`, in any letter case. The work is that of reading both once.
    pub fn matches(&self, name: impl AsRef<[u8]>) -> bool {
        let (pattern, name) = (self.as_bytes().to_ascii_lowercase(), name.as_ref().to_ascii_lowercase());
        let mut parts = pattern.split(|octet| *octet == b'*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            match memchr::memmem::find(rest, part) {
                Some(at) => rest = rest.get(at.saturating_add(part.len())..).unwrap_or_default(),
                None => return false,
            }
        }
        rest.ends_with(last)
    }

    /// Where a bare `*` is welcome: in GET, ADDRESSBOOK, LIST and what is like it.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        whole(cursor, Cursor::list_mailbox).map(Self)
    }

    /// Where a `*` must stand between quotes: in SEARCHADDRESS.
    pub(crate) fn parse_quoted(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        whole(cursor, Cursor::astring).map(Self)
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        match needs_pairs(self.as_bytes()) {
            true => writer.literal_octets(self.as_bytes()),
            false => writer.list_mailbox(self.as_bytes()),
        }
    }

    pub(crate) fn encode_quoted(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        encode_astring(self.as_bytes(), writer)
    }
}

/// A string that a message has to hold: one that was streamed is too long for it, and NUL can't be written.
fn whole<'a>(
    cursor: &mut Cursor<'a>,
    read: impl FnOnce(&mut Cursor<'a>) -> Result<imap_wire::Octets<'a>, ParseError>,
) -> Result<Octets, ParseError> {
    let octets = read(cursor)?;
    if octets.streamed.is_some() {
        return Err(cursor.limit("a literal short enough to be kept"));
    }
    let value = octets.value();
    if memchr::memchr(0, &value).is_some() {
        return Err(cursor.error("no NUL in the string"));
    }
    Ok(Octets::new(value))
}

/// The value of an option or of a field: an `astring` that may have been streamed.
pub(crate) fn parse_value(cursor: &mut Cursor<'_>) -> Result<Literal, ParseError> {
    let octets = cursor.astring()?;
    Ok(cursor.owned(octets))
}

pub(crate) fn encode_value(value: &Literal, writer: &mut Writer<'_>) -> Result<(), Error> {
    match value.as_bytes() {
        Some(octets) => encode_astring(octets, writer),
        None => writer.literal(value),
    }
}

/// QUIRK: Cyrus imspd knows no quoted pairs, so that what would need one goes as a literal.
fn needs_pairs(octets: &[u8]) -> bool {
    memchr::memchr2(b'"', b'\\', octets).is_some()
}

/// An atom, a quoted string without quoted pairs, or a literal.
pub(crate) fn encode_astring(octets: &[u8], writer: &mut Writer<'_>) -> Result<(), Error> {
    if needs_pairs(octets) { writer.literal_octets(octets) } else { writer.astring(octets) }
}

/// The same without the atom.
pub(crate) fn encode_string(octets: &[u8], writer: &mut Writer<'_>) -> Result<(), Error> {
    if needs_pairs(octets) { writer.literal_octets(octets) } else { writer.string(octets) }
}

/// Whether one more argument follows; then the SP in front of it is taken.
pub(crate) fn take_next(cursor: &mut Cursor<'_>) -> Result<bool, ParseError> {
    if cursor.rest().iter().all(|octet| matches!(octet, b' ' | b'\t' | b'\r')) {
        return cursor.end().map(|()| false);
    }
    cursor.space().map(|()| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_what_they_stand_for() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("*", "a.b", true),
            ("", "", true),
            ("", "a", false),
            ("a", "A", true),
            ("a*", "ab", true),
            ("*a", "aba", true),
            ("a*a", "a", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*b*b*", "ab", false),
            ("**", "x", true),
            ("%", "mrose", false),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().matches(name), expected, "{pattern} {name}");
        }
    }
}
