//! Charsets: octets of text into UTF-8.
//!
//! The tables are those of `encoding_rs`, which the WHATWG Encoding Standard describes; UTF-7 (RFC 2152), ISO-2022-KR (RFC 1557)
//! and HZ (RFC 1843), which browsers no longer read and mail still does, are added.
//!
//! ```
//! use rfc822_mime::charset::{self, Charset, Converter};
//! assert_eq!(charset::decode(b"ISO-8859-1", b"caf\xe9"), Some(("café".into(), false)));
//! assert_eq!(charset::decode(b"x-unknown", b"caf\xe9"), None);
//!
//! let (mut converter, mut text) = (Converter::new(Charset::for_label(b"shift_jis").unwrap()), String::new());
//! converter.convert(b"\x82", &mut text);
//! converter.convert(b"\xa0", &mut text);
//! converter.finish(&mut text);
//! assert_eq!((text.as_str(), converter.errors()), ("あ", 0));
//! ```

mod converter;
mod iso2022;
mod labels;
mod utf7;

use alloc::borrow::Cow;
use alloc::string::String;

use encoding_rs::Encoding;

pub use converter::Converter;

/// A charset that can be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Charset(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// One of the tables.
    Table(&'static Encoding),
    /// US-ASCII: windows-1252, where the upper half is worth a note.
    Ascii,
    /// UTF-16 with a byte order mark, or big-endian without (RFC 2781 section 4.3).
    Utf16,
    Utf7,
    Iso2022Jp,
    Iso2022Kr,
    Hz,
}

impl Charset {
    /// UTF-8.
    pub const UTF_8: Self = Self(Kind::Table(encoding_rs::UTF_8));
    /// The superset of ISO 8859-1 that senders mean by it.
    pub const WINDOWS_1252: Self = Self(Kind::Table(encoding_rs::WINDOWS_1252));

    /// The charset of this name, without regard to case and to white space around it. `None`: unknown, so that the octets
    /// have to stay what they are.
    ///
    /// Names are taken as widely as they are used: `iso-8859-1` is windows-1252, `gb2312` is GB 18030, `ks_c_5601-1987` is
    /// windows-949.
    pub fn for_label(label: &[u8]) -> Option<Self> {
        labels::find(label).map(Self)
    }

    /// The name it has here, which [`for_label`](Self::for_label) knows.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Table(encoding) => encoding.name(),
            Kind::Ascii => "us-ascii",
            Kind::Utf16 => "utf-16",
            Kind::Utf7 => "utf-7",
            Kind::Iso2022Jp => "iso-2022-jp",
            Kind::Iso2022Kr => "iso-2022-kr",
            Kind::Hz => "hz-gb-2312",
        }
    }

    /// Converts a complete text; true if U+FFFD stands for some of it. Borrows what is UTF-8 already.
    ///
    /// A byte order mark is left out.
    pub fn decode(self, octets: &[u8]) -> (Cow<'_, str>, bool) {
        match self.0 {
            Kind::Table(encoding) => encoding.decode_with_bom_removal(octets),
            Kind::Ascii => encoding_rs::WINDOWS_1252.decode_without_bom_handling(octets),
            _ => {
                let (mut converter, mut text) = (Converter::new(self), String::new());
                converter.convert(octets, &mut text);
                converter.finish(&mut text);
                (Cow::Owned(text), converter.errors() != 0)
            }
        }
    }

    /// Octets that name no charset, as UTF-8: as they are if they are UTF-8 already, else as text of this charset.
    ///
    /// What values are read from, where those who send 8-bit octets without a charset are known to mean another one than
    /// windows-1252. [`Message::with_fallback_charset`](crate::Message::with_fallback_charset) does it for a whole message.
    ///
    /// ```
    /// use rfc822_mime::{Leniency, charset::Charset, value::Text};
    /// let cyrillic = Charset::for_label(b"koi8-r").unwrap();
    /// let (subject, _) = Text::parse(&cyrillic.to_utf8(b"\xed\xc9\xd2"), Leniency::Lenient);
    /// assert_eq!(subject.as_str(), "Мир");
    /// assert_eq!(&*cyrillic.to_utf8("Мир".as_bytes()), "Мир".as_bytes());
    /// ```
    pub fn to_utf8(self, octets: &[u8]) -> Cow<'_, [u8]> {
        if core::str::from_utf8(octets).is_ok() {
            return Cow::Borrowed(octets);
        }
        match self.decode(octets).0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }

    /// Converts encoded words that stand side by side, in one charset (RFC 2047 section 6.2): a character may be cut by the
    /// end of a word, which is forbidden and common; else each word begins anew, as RFC 2047 section 3 has it.
    ///
    /// ```
    /// use rfc822_mime::charset::Charset;
    /// let charset = Charset::for_label(b"iso-2022-jp").unwrap();
    /// let words = [&b"\x1b$B$\"\x1b(B"[..], b"\x1b$B$$\x1b(B"];
    /// assert_eq!(charset.decode_words(words), ("あい".into(), false));
    /// ```
    pub fn decode_words<'w>(self, words: impl IntoIterator<Item = &'w [u8]>) -> (String, bool) {
        let (mut converter, mut text) = (Converter::new(self), String::new());
        for word in words {
            converter.convert_word(word, &mut text);
        }
        converter.finish(&mut text);
        (text, converter.errors() != 0)
    }
    /// The same of words whose octets stand one behind the other, up to `ends`. Where no shift is lost, they are one text.
    pub(crate) fn decode_joined<'o>(self, octets: &'o [u8], ends: &[usize]) -> Cow<'o, str> {
        if let Kind::Table(_) | Kind::Ascii = self.0 {
            return self.decode(octets).0;
        }
        let mut start = 0;
        let words =
            ends.iter().map(|end| octets.get(core::mem::replace(&mut start, *end)..*end).unwrap_or_default());
        Cow::Owned(self.decode_words(words).0)
    }
}

/// Converts a complete text from the charset of this name; true if U+FFFD stands for some of it. `None`: the name is unknown.
pub fn decode<'o>(label: &[u8], octets: &'o [u8]) -> Option<(Cow<'o, str>, bool)> {
    Charset::for_label(label).map(|charset| charset.decode(octets))
}
