//! Owned octets that can't carry a line end: what the messages of all protocols are made of.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::Error;

/// Free text of one line: any octets but CR, LF and NUL.
///
/// Short text is stored inline, longer text in a box; that is private and may change. Octets are not
/// required to be UTF-8, since old peers send what they like.
///
/// ```
/// use mail_wire::text::Text;
/// let text = Text::new("2 messages")?;
/// assert_eq!(text, "2 messages");
/// assert!(Text::new("a\r\nDELE 1").is_err());
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Short);

impl Text {
    /// Checks and copies `octets`.
    ///
    /// # Errors
    /// `Syntax` at the first CR, LF or NUL.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        match memchr::memchr3(b'\r', b'\n', 0, octets) {
            None => Ok(Self(Short::new(octets))),
            Some(at) => Err(Error::syntax(at as u64, "no CR, LF or NUL in text")),
        }
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The text; what is not UTF-8 shows as U+FFFD.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// Whether there are no octets.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }
}

/// One word: a [`Text`] of at least one octet, none of them SP, TAB or another control character.
///
/// ```
/// use mail_wire::text::Word;
/// assert_eq!(Word::new("whqtswO00WBw418f9t5JxYwZ")?.as_bytes().len(), 24);
/// assert!(Word::new("two words").is_err() && Word::new("").is_err());
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word(Short);

impl Word {
    /// Checks and copies `octets`.
    ///
    /// # Errors
    /// `Syntax` at the first octet that is no part of a word, and for an empty one.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        if octets.is_empty() {
            return Err(Error::syntax(0, "at least one octet in a word"));
        }
        // Nearly all are printable ASCII, which is seen eight octets at a time.
        if Graphic::front(octets).len() == octets.len() {
            return Ok(Self(Short::new(octets)));
        }
        match octets.iter().position(|octet| *octet <= b' ' || *octet == 0x7f) {
            None => Ok(Self(Short::new(octets))),
            Some(at) => Err(Error::syntax(at as u64, "no white space or control character in a word")),
        }
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The word; what is not UTF-8 shows as U+FFFD.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }
}

impl From<Word> for Text {
    fn from(word: Word) -> Self {
        Self(word.0)
    }
}

/// Any octets, short ones stored inline: a name or a string that a literal may have brought, line ends and all.
///
/// ```
/// use mail_wire::text::Octets;
/// let name = Octets::new("Entw&APw-rfe");
/// assert!(name.starts_with(b"Entw") && name == Octets::from(b"Entw&APw-rfe".to_vec()));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Octets(Short);

impl Octets {
    /// A copy.
    pub fn new(octets: impl AsRef<[u8]>) -> Self {
        Self(Short::new(octets.as_ref()))
    }
}

impl core::ops::Deref for Octets {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl From<Vec<u8>> for Octets {
    fn from(octets: Vec<u8>) -> Self {
        Self::new(octets)
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(self), f)
    }
}

/// The printable ASCII, from 0x21 to 0x7E, at the front of some octets: found, but not copied yet.
///
/// ```
/// use mail_wire::text::Graphic;
/// let id = Graphic::front(b"whqtswO00WBw418f9t5JxYwZ\r\n");
/// assert_eq!((id.len(), id.to_text()), (24, "whqtswO00WBw418f9t5JxYwZ".try_into()?));
/// assert_eq!((id.first(3).to_word(), id.first(0).to_word()), (Some("whq".try_into()?), None));
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Graphic<'a> {
    /// What stands behind `len` is kept: with more octets at hand the copy is quicker.
    octets: &'a [u8],
    len: usize,
}

impl<'a> Graphic<'a> {
    /// Finds it; it may be empty. Eight octets are looked at at a time.
    #[inline]
    pub fn front(octets: &'a [u8]) -> Self {
        const ONES: u64 = 0x0101_0101_0101_0101;
        let mut len = 0_usize;
        for word in octets.as_chunks::<8>().0 {
            let word = u64::from_le_bytes(*word);
            // The high bit of an octet below 0x21, of one above 0x7E; a borrow or a carry reaches later octets only.
            let low = word.wrapping_sub(ONES.wrapping_mul(0x21));
            let high = word.wrapping_add(ONES) | word;
            let others = (low | high) & (ONES << 7);
            if others != 0 {
                return Self { octets, len: len.wrapping_add((others.trailing_zeros() / 8) as usize) };
            }
            len = len.wrapping_add(8);
        }
        let rest = octets.get(len..).unwrap_or_default();
        let more = rest.iter().take_while(|octet| octet.is_ascii_graphic()).count();
        Self { octets, len: len.wrapping_add(more) }
    }

    /// How many octets.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first `len` of them.
    #[inline]
    #[must_use]
    pub fn first(self, len: usize) -> Self {
        Self { len: self.len.min(len), ..self }
    }

    /// The copy.
    #[inline]
    pub fn to_text(self) -> Text {
        Text(Short::front(self.octets, self.len))
    }

    /// The copy, where there is one octet at least.
    #[inline]
    pub fn to_word(self) -> Option<Word> {
        (self.len > 0).then(|| Word(Short::front(self.octets, self.len)))
    }
}

/// How many octets are stored without an allocation: 70-octet UIDLs are rare, 38 octets hold most of them.
const INLINE: usize = 38;

/// For each length, a mask over the octets that are stored.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "while compiling")]
const KEEP: [[u8; INLINE]; INLINE + 1] = {
    let mut keep = [[0; INLINE]; INLINE + 1];
    let (mut len, mut at) = (0, 0);
    while len <= INLINE {
        while at < len {
            keep[len][at] = 0xff;
            at += 1;
        }
        len += 1;
        at = 0;
    }
    keep
};

/// The private compact string: inline or boxed, octets in either case.
#[derive(Clone)]
enum Short {
    Inline { len: u8, octets: [u8; INLINE] },
    Boxed(Box<[u8]>),
}

impl Short {
    #[inline]
    fn new(octets: &[u8]) -> Self {
        let mut inline = [0; INLINE];
        match (inline.get_mut(..octets.len()), u8::try_from(octets.len())) {
            (Some(room), Ok(len)) => {
                room.copy_from_slice(octets);
                Self::Inline { len, octets: inline }
            }
            _ => Self::Boxed(octets.into()),
        }
    }

    /// The first `len` of `octets`.
    #[inline]
    fn front(octets: &[u8], len: usize) -> Self {
        // With as many octets at hand as are stored, the copy has a fixed size; what lies behind `len` is wiped out.
        match (octets.first_chunk::<INLINE>(), KEEP.get(len)) {
            (Some(chunk), Some(keep)) => {
                let mut inline = *chunk;
                for (octet, keep) in inline.iter_mut().zip(keep) {
                    *octet &= keep;
                }
                Self::Inline { len: len as u8, octets: inline }
            }
            _ => Self::new(octets.get(..len).unwrap_or(octets)),
        }
    }

    #[inline]
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Inline { len, octets } => octets.get(..usize::from(*len)).unwrap_or_default(),
            Self::Boxed(octets) => octets,
        }
    }
}

impl Default for Short {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl PartialEq for Short {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Short {}

impl PartialOrd for Short {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Short {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.as_slice().cmp(other.as_slice())
    }
}

impl Hash for Short {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

/// What both types do alike: comparison with `str`, conversions, `Debug`, `Display`, serde, arbitrary.
macro_rules! string_like {
    ($name:ident, $letters:expr) => {
        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                self.as_bytes()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_bytes() == other.as_bytes()
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

        impl core::str::FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.to_str_lossy(), f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_str_lossy())
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde_octets::serialize(self.as_bytes(), serializer)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(serde_octets::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                let letters: &[u8] = $letters;
                let count = u.int_in_range(0..=50)?;
                let octets = (0..count)
                    .map(|_| u.choose(letters).copied())
                    .collect::<arbitrary::Result<alloc::vec::Vec<u8>>>()?;
                Self::new(octets).map_err(|_| arbitrary::Error::IncorrectFormat)
            }
        }
    };
}

string_like!(Text, b"az AZ09.[]{}<>@/-_+=\"\\#*\t\x01\x7f\xc3\xa9");
string_like!(Word, b"azAZ09.[]{}<>@/-_+=\"\\#*\xc3\xa9");

/// Octets as serde sees them: a string where they are UTF-8, else a sequence of numbers. For `#[serde(with)]`.
#[cfg(feature = "serde")]
#[doc(hidden)]
pub mod serde_octets {
    use alloc::vec::Vec;
    use core::fmt;

    use serde::de::{Deserializer, SeqAccess, Visitor};
    use serde::ser::{Serialize, Serializer};

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub fn serialize<S: Serializer>(octets: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        match core::str::from_utf8(octets) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => octets.serialize(serializer),
        }
    }

    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_any(Octets)
    }

    struct Octets;

    impl<'de> Visitor<'de> for Octets {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text, or a sequence of octets")
        }

        fn visit_str<E>(self, text: &str) -> Result<Vec<u8>, E> {
            Ok(text.as_bytes().to_vec())
        }

        fn visit_bytes<E>(self, octets: &[u8]) -> Result<Vec<u8>, E> {
            Ok(octets.to_vec())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<u8>, A::Error> {
            let mut octets = Vec::new();
            while let Some(octet) = items.next_element()? {
                octets.push(octet);
            }
            Ok(octets)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn inline_and_boxed_text_compare_alike() {
        for len in [0, 1, INLINE - 1, INLINE, INLINE + 1, 300] {
            let octets = vec![b'x'; len];
            let text = Text::new(&octets).unwrap();
            assert_eq!(text.as_bytes(), octets);
            assert_eq!(text, text.clone());
        }
        assert_eq!(size_of::<Text>(), 40);
    }

    #[test]
    fn the_printable_front_is_found_octet_by_octet() {
        for len in 0..50 {
            for stop in 0..=255_u8 {
                let mut octets = vec![b'~'; 50];
                octets[len] = stop;
                let text = Graphic::front(&octets).to_text();
                let expected = if stop.is_ascii_graphic() { 50 } else { len };
                assert_eq!((text.as_bytes().len(), octets.starts_with(text.as_bytes())), (expected, true));
                let short = Graphic::front(&octets[..=len]).to_text();
                assert_eq!(short, Text::new(&octets[..expected.min(len + 1)]).unwrap());
            }
        }
    }

    #[test]
    fn no_line_end_gets_in() {
        for bad in ["\r", "\n", "\0", "abc\nQUIT"] {
            assert!(Text::new(bad).is_err(), "{bad:?}");
            assert!(Word::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn serde_keeps_octets_that_are_no_utf8() {
        for octets in [&b"plain"[..], b"\xff\xfe", b""] {
            let text = Text::new(octets).unwrap();
            let json = serde_json::to_string(&text).unwrap();
            assert_eq!(serde_json::from_str::<Text>(&json).unwrap(), text);
        }
        assert!(serde_json::from_str::<Text>("\"a\\r\\nb\"").is_err());
    }
}
