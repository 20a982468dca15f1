//! Names of mailboxes, and the patterns that LIST matches them with.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use imap_wire::{Cursor, ParseError, Writer};
use mail_wire::text::Octets;
use mail_wire::{Deviation, Error};

use super::whole;

/// The base64 of modified UTF-7: `,` in place of `/`, and no padding (RFC 3501 section 5.1.3).
const MODIFIED_BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::IMAP_MUTF7, NO_PAD);

/// The name of a mailbox, in the octets that stand on the wire.
///
/// ```text
/// mailbox = "INBOX" / astring
///           ; INBOX is case-insensitive.
/// ```
///
/// IMAP4rev1 writes what is beyond ASCII in modified UTF-7, IMAP4rev2 in UTF-8. The octets alone don't tell which, so both
/// ways are the caller's to choose; nothing is converted by itself.
///
/// ```
/// use imap_proto::MailboxName;
/// let drafts = MailboxName::from_decoded("Entw\u{fc}rfe & mehr")?;
/// assert_eq!(drafts.as_bytes(), b"Entw&APw-rfe &- mehr");
/// assert_eq!(drafts.decoded().as_deref(), Some("Entw\u{fc}rfe & mehr"));
/// assert_eq!(MailboxName::new("inBox")?, MailboxName::inbox());
/// assert!(MailboxName::new("a\r\nb").is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct MailboxName(
    #[cfg_attr(feature = "serde", serde(serialize_with = "mail_wire::text::serde_octets::serialize"))] Octets,
);

impl MailboxName {
    /// Checks and copies `octets`. `INBOX` in any letter case becomes `INBOX`.
    ///
    /// # Errors
    /// `Syntax` at the first NUL, CR or LF.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        match memchr::memchr3(b'\r', b'\n', 0, octets) {
            Some(at) => Err(Error::syntax(at as u64, "no CR, LF or NUL in a mailbox name")),
            None => Ok(Self::folded(octets)),
        }
    }

    /// The mailbox that every user has.
    pub fn inbox() -> Self {
        Self(Octets::new(b"INBOX"))
    }

    /// `name` in modified UTF-7, as IMAP4rev1 wants it (RFC 3501 section 5.1.3).
    ///
    /// # Errors
    /// `Syntax` at the first NUL, CR or LF.
    pub fn from_decoded(name: &str) -> Result<Self, Error> {
        if let Some(at) = memchr::memchr3(b'\r', b'\n', 0, name.as_bytes()) {
            return Err(Error::syntax(at as u64, "no CR, LF or NUL in a mailbox name"));
        }
        Ok(Self::folded(encode_utf7(name).as_bytes()))
    }

    /// `name` in UTF-8, as IMAP4rev2 wants it, and IMAP4rev1 behind `ENABLE UTF8=ACCEPT`.
    ///
    /// # Errors
    /// `Syntax` at the first NUL, CR or LF.
    pub fn from_utf8(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }

    fn folded(octets: &[u8]) -> Self {
        if octets.eq_ignore_ascii_case(b"INBOX") { Self::inbox() } else { Self(Octets::new(octets)) }
    }

    /// The octets, as they stand on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether this is `INBOX`.
    pub fn is_inbox(&self) -> bool {
        *self.0 == *b"INBOX"
    }

    /// What the name says, read as modified UTF-7.
    ///
    /// `None` where it is none, or not the one form in which [`from_decoded`](Self::from_decoded) writes that text: two
    /// different mailboxes never read alike.
    pub fn decoded(&self) -> Option<Cow<'_, str>> {
        let name = core::str::from_utf8(&self.0).ok()?;
        if !self.0.iter().all(|octet| matches!(octet, b' '..=b'~')) {
            return None;
        }
        if !self.0.contains(&b'&') {
            return Some(Cow::Borrowed(name));
        }
        decode_utf7(name).filter(|text| encode_utf7(text) == name).map(Cow::Owned)
    }

    /// The name for people: [`decoded`](Self::decoded) if it can be, else as UTF-8, with U+FFFD for what is neither.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        self.decoded().unwrap_or_else(|| String::from_utf8_lossy(&self.0))
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = cursor.at();
        let octets = cursor.astring()?;
        // An atom begins where it stands, without a quote or `{n}`, and has no control characters in it.
        let is_atom = octets.at == from;
        let is_plain = || octets.streamed.is_none() && memchr::memchr3(b'\r', b'\n', 0, octets.raw).is_none();
        let value = if is_atom || is_plain() {
            octets.value()
        } else {
            let value = whole(cursor, octets)?;
            if memchr::memchr2(b'\r', b'\n', &value).is_some() {
                // A literal may hold line ends, and is written as a literal again.
                cursor.forgive(Deviation::Value, "no line end in a mailbox name")?;
            }
            value
        };
        if is_atom && cursor.peek().is_some_and(|octet| octet.is_ascii_control()) {
            // QUIRK: Office 365 leaves names unquoted that have TABs or other control characters in them.
            let is_end = |octet: &u8| matches!(octet, b' ' | b'(' | b')' | b'\r' | b'\n' | 0);
            let rest = cursor.rest();
            let more = rest.get(..rest.iter().position(is_end).unwrap_or(rest.len())).unwrap_or_default();
            let more = more.trim_ascii_end();
            if !more.is_empty() {
                cursor.forgive(Deviation::Quoting, "a quoted string")?;
                cursor.skip(more.len());
                return Ok(Self(Octets::new(cursor.since(from))));
            }
        }
        if value.eq_ignore_ascii_case(b"INBOX") && *value != *b"INBOX" {
            cursor.note_spelling();
            return Ok(Self::inbox());
        }
        Ok(Self(Octets::new(value)))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.astring(&self.0)
    }
}

/// Printable ASCII as it is, `&` as `&-`, and each run of others as `&`, base64 of its UTF-16, `-`.
fn encode_utf7(name: &str) -> String {
    let is_direct = |c: char| matches!(c, ' '..='~');
    let (mut output, mut rest, mut units) = (String::with_capacity(name.len()), name, Vec::new());
    while let Some(first) = rest.chars().next() {
        let direct = is_direct(first);
        let end = rest.find(|c| is_direct(c) != direct).unwrap_or(rest.len());
        let (run, later) = rest.split_at(end);
        rest = later;
        if direct {
            for (n, piece) in run.split('&').enumerate() {
                output.push_str(if n > 0 { "&-" } else { "" });
                output.push_str(piece);
            }
        } else {
            units.clear();
            units.extend(run.encode_utf16().flat_map(u16::to_be_bytes));
            output.push('&');
            MODIFIED_BASE64.encode_string(&units, &mut output);
            output.push('-');
        }
    }
    output
}

/// The way back; what stands outside of `&…-` was checked to be printable.
fn decode_utf7(name: &str) -> Option<String> {
    let (mut output, mut rest) = (String::with_capacity(name.len()), name);
    while let Some((direct, shifted)) = rest.split_once('&') {
        let (run, later) = shifted.split_once('-')?;
        output.push_str(direct);
        rest = later;
        if run.is_empty() {
            output.push('&');
            continue;
        }
        let octets = MODIFIED_BASE64.decode(run).ok()?;
        let (units, []) = octets.as_chunks::<2>() else { return None };
        for unit in char::decode_utf16(units.iter().copied().map(u16::from_be_bytes)) {
            output.push(unit.ok()?);
        }
    }
    output.push_str(rest);
    Some(output)
}

/// What LIST looks for: a name in which `*` stands for anything, and `%` for anything but the hierarchy delimiter.
///
/// ```text
/// list-mailbox    = 1*list-char / string
/// list-char       = ATOM-CHAR / list-wildcards / resp-specials
/// list-wildcards  = "%" / "*"
/// ```
///
/// ```
/// use imap_proto::ListPattern;
/// assert_eq!(ListPattern::new("INBOX/%")?.as_bytes(), b"INBOX/%");
/// assert!(ListPattern::new("a\n").is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ListPattern(
    #[cfg_attr(feature = "serde", serde(serialize_with = "mail_wire::text::serde_octets::serialize"))] Octets,
);

impl ListPattern {
    /// Checks and copies `octets`; like names, they are in modified UTF-7 or in UTF-8.
    ///
    /// # Errors
    /// `Syntax` at the first NUL, CR or LF.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        match memchr::memchr3(b'\r', b'\n', 0, octets) {
            Some(at) => Err(Error::syntax(at as u64, "no CR, LF or NUL in a mailbox pattern")),
            None => Ok(Self(Octets::new(octets))),
        }
    }

    /// The octets, as they stand on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The pattern; what is not UTF-8 shows as U+FFFD.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let octets = cursor.list_mailbox()?;
        let value = whole(cursor, octets)?;
        if memchr::memchr2(b'\r', b'\n', &value).is_some() {
            cursor.forgive(Deviation::Value, "no line end in a mailbox pattern")?;
        }
        Ok(Self(Octets::new(value)))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.list_mailbox(&self.0)
    }
}

macro_rules! name_like {
    ($name:ident) => {
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

        impl core::str::FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&String::from_utf8_lossy(&self.0), f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_str_lossy())
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                const PIECES: [&str; 16] = [
                    "INBOX", "inbox", "/", "a", "NIL", "~", "%", "*", "&", "&-", "&APw-", "\u{fc}", "]",
                    "\"", "\\", " ",
                ];
                let count = u.int_in_range(0..=6)?;
                let pieces = (0..count).map(|_| u.choose(&PIECES).copied());
                let name = pieces.collect::<arbitrary::Result<String>>()?;
                Self::new(name).map_err(|_| arbitrary::Error::IncorrectFormat)
            }
        }
    };
}

name_like!(MailboxName);
name_like!(ListPattern);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    #[test]
    fn inbox_is_one_mailbox_in_any_letter_case_but_not_what_is_below_it() {
        let (name, deviations) = lenient("iNbOx", MailboxName::parse).unwrap();
        assert!(name.is_inbox() && deviations.contains(Deviation::Spelling) && deviations.is_strict());
        let (name, deviations) = lenient("Inbox/Sub", MailboxName::parse).unwrap();
        assert!(name == "Inbox/Sub" && deviations.is_empty());
        assert!(strict("\"inbox\"", MailboxName::parse).unwrap().is_inbox());
    }

    #[test]
    fn modified_utf7_reads_and_writes_the_examples() {
        // RFC 3501 section 5.1.3.
        let name = MailboxName::new("~peter/mail/&U,BTFw-/&ZeVnLIqe-").unwrap();
        assert_eq!(name.decoded().unwrap(), "~peter/mail/\u{53f0}\u{5317}/\u{65e5}\u{672c}\u{8a9e}");
        assert_eq!(MailboxName::from_decoded(&name.decoded().unwrap()).unwrap(), name);
        assert_eq!(MailboxName::from_decoded("&").unwrap(), "&-");
        assert_eq!(MailboxName::from_decoded("\u{1f600}").unwrap(), "&2D3eAA-");
    }

    #[test]
    fn malformed_names_are_kept() {
        for name in [
            "&",
            "a&b",
            "&Jjo!",
            "&U,BTFw-&ZeVnLIqe-",
            "&AGE-",
            "&2D0-",
            "&AA-",
            "&A-",
            "&APx-",
            "b\u{fc}",
            "a\tb",
        ] {
            let name = MailboxName::new(name).unwrap();
            assert_eq!(name.decoded(), None, "{name:?}");
            let line = written(|writer| name.encode(writer));
            assert_eq!(strict(&line, MailboxName::parse).unwrap(), name);
        }
    }

    #[test]
    fn odd_forms_on_the_wire() {
        assert_eq!(strict("\"\"", MailboxName::parse).unwrap(), "");
        assert_eq!(strict("a]", MailboxName::parse).unwrap(), "a]");
        assert_eq!(strict("{3}\r\na b", MailboxName::parse).unwrap(), "a b");
        assert!(strict("{3}\r\na\0b", MailboxName::parse).is_err());
        assert!(strict("{3}\r\na\nb", MailboxName::parse).is_err());
        assert_eq!(lenient("{3}\r\na\nb", MailboxName::parse).unwrap().0, "a\nb");
        assert!(strict("a\tb", MailboxName::parse).is_err());
        let (name, deviations) = lenient("a\tb\x01c", MailboxName::parse).unwrap();
        assert!(name == "a\tb\x01c" && deviations.contains(Deviation::Quoting));
        assert_eq!(lenient("a\t", MailboxName::parse).unwrap().0, "a");
        assert_eq!(strict("a%*", ListPattern::parse).unwrap(), "a%*");
        assert!(strict("a%*", MailboxName::parse).is_err());
        assert_eq!(written(|writer| MailboxName::new("nil").unwrap().encode(writer)), "\"nil\"");
    }

    #[test]
    fn damaged_names_come_back() {
        const EXAMPLES: &[&str] = &["INBOX", "a&APw-b", "\"a \\\"b\"", "{3}\r\na b"];
        damaged_come_back(EXAMPLES, MailboxName::encode, MailboxName::parse);
        damaged_come_back(EXAMPLES, ListPattern::encode, ListPattern::parse);
    }

    proptest! {
        #[test]
        fn names_come_back(seed: Vec<u8>) {
            comes_back::<MailboxName>(&seed, MailboxName::encode, MailboxName::parse);
            comes_back::<ListPattern>(&seed, ListPattern::encode, ListPattern::parse);
        }

        #[test]
        fn any_text_can_be_a_name(text: String) {
            if let Ok(name) = MailboxName::from_decoded(&text) {
                prop_assert!(name.as_bytes().iter().all(|octet| matches!(octet, b' '..=b'~')));
                let same = if text.eq_ignore_ascii_case("inbox") { "INBOX" } else { &text };
                prop_assert_eq!(name.decoded().unwrap(), same);
            }
        }
    }
}
