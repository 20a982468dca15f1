//! Keys: the names by which fields of a message are fetched, stored and searched (RFC 1203, FETCH and Formal Syntax).

use imap_wire::{Cursor, ParseError, Writer, chars};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error};

use crate::SearchKey;
use crate::core::{whole, whole_text};

/// The name of a field, or of several.
///
/// ```text
/// key            = generic_key / canonical_key / concrete_key
/// generic_key    = "BCC" / "BODY" / "CC" / "FROM" / "HEADER" / "SIZE" / "SUBJECT" / "TEXT" / "TO"
/// canonical_key  = "$CC" / "$FROM" / "$SUBJECT" / "$TO"
/// concrete_key   = string
/// ```
///
/// ```
/// use imap_proto::{FieldKey, FieldKind};
/// assert_eq!(FieldKey::new("$to")?.kind(), FieldKind::Canonical);
/// assert_eq!(FieldKey::new("Apparently-To")?.kind(), FieldKind::Concrete);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct FieldKey(Text);

/// What a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum FieldKind {
    /// What every message has, whatever its format; `ENCODING`, too. Sizes follow SET.EOL.
    Generic,
    /// All fields that are alike: `$TO` has To, Resent-To, Apparently-To.
    Canonical,
    /// The field of that name.
    Concrete,
}

const GENERIC: [&str; 10] =
    ["BCC", "BODY", "CC", "ENCODING", "FROM", "HEADER", "SIZE", "SUBJECT", "TEXT", "TO"];
const CANONICAL: [&str; 4] = ["$CC", "$FROM", "$SUBJECT", "$TO"];

impl FieldKey {
    /// This name.
    ///
    /// # Errors
    /// `Syntax` where it is empty, or holds a line end or NUL.
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        let name = Text::new(name)?;
        if name.is_empty() { Err(Error::syntax(0, "the name of a field")) } else { Ok(Self(name)) }
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// What it stands for.
    pub fn kind(&self) -> FieldKind {
        let is = |name: &&str| name.as_bytes().eq_ignore_ascii_case(self.as_bytes());
        match () {
            () if CANONICAL.iter().any(is) => FieldKind::Canonical,
            () if GENERIC.iter().any(is) => FieldKind::Generic,
            () => FieldKind::Concrete,
        }
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let octets = cursor.astring()?;
        let name = whole_text(cursor, octets)?;
        if name.is_empty() { Err(cursor.error("the name of a field")) } else { Ok(Self(name)) }
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.astring(self.as_bytes())
    }
}

/// Octets of a field, from the first to the last one, both included, counted from 0 (RFC 1203, INDEXABLE.FIELDS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[allow(clippy::exhaustive_structs, reason = "a range has two ends")]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct FieldRange {
    /// The first octet.
    pub first: u32,
    /// The last octet.
    pub last: u32,
}

impl FieldRange {
    /// `SP NUMBER ":" NUMBER`, if that is next.
    pub(super) fn parse_behind(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.optional(|cursor| {
            cursor.space()?;
            let first = cursor.number()?;
            cursor.expect_octet(b':', ":")?;
            let last = cursor.number()?;
            if cursor.peek().is_some_and(|octet| chars::is(octet, chars::ASTRING)) {
                return Err(cursor.error("the end of a range"));
            }
            Ok(Self { first, last })
        })
    }

    pub(crate) fn encode(self, writer: &mut Writer<'_>) {
        writer.space();
        writer.number(u64::from(self.first));
        writer.octet(b':');
        writer.number(u64::from(self.last));
    }
}

/// `["~"] (key of IMAP2 / key SP string)`; `known` says whether a word is a key of IMAP2.
pub(crate) fn parse_criterion(
    cursor: &mut Cursor<'_>,
    known: impl Fn(&[u8]) -> bool,
) -> Result<SearchKey, ParseError> {
    let is_negated = cursor.take(b'~');
    let word = cursor.rest();
    let word = word.get(..chars::front(word, chars::ATOM)).unwrap_or_default();
    let key = if known(word) {
        SearchKey::parse_leaf(cursor)?
    } else {
        let name = cursor.astring()?;
        let name = whole(cursor, name)?;
        cursor.space()?;
        let value = cursor.astring()?;
        let value = whole(cursor, value)?;
        if name.is_empty() {
            cursor.forgive(Deviation::Value, "the name of a field")?;
        }
        SearchKey::header(name, value).map_err(|_| cursor.error("no NUL in a string"))?
    };
    Ok(if is_negated { key.not() } else { key })
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for FieldKey {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        const NAMES: [&str; 7] = ["$TO", "$SUBJECT", "BODY", "ENCODING", "Apparently-To", "x y", "~a%"];
        Self::new(*u.choose(&NAMES)?).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}
