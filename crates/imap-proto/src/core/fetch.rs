//! FETCH, the command: RFC 9051 section 6.4.5.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, SequenceSet, Writer, chars};
use mail_wire::{Deviation, Error};

use super::section::skip_section;
use super::tagged::TaggedExtension;
use super::{Numbering, Partial, Raw, Section, look_up};
use crate::historic::HistoricItem;

/// `FETCH` and `UID FETCH`.
///
/// ```text
/// fetch            = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att /
///                    "(" fetch-att *(SP fetch-att) ")") [fetch-modifiers]
/// fetch-modifiers  = SP "(" fetch-modifier *(SP fetch-modifier) ")"          ; RFC 4466
/// ```
///
/// ```
/// use imap_proto::{CommandBody, Dialect, FetchCommand, Partial, Section};
/// let fetch = FetchCommand::uids(1..=4).flags().envelope().peek(Section::text(), Some(Partial::new(0, 2_048)?));
/// assert_eq!(
///     CommandBody::from(fetch).tag("a1")?.to_bytes(Dialect::Imap4rev2)?,
///     b"a1 UID FETCH 1:4 (FLAGS ENVELOPE BODY.PEEK[TEXT]<0.2048>)\r\n"
/// );
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct FetchCommand {
    numbering: Numbering,
    set: SequenceSet,
    items: FetchItems,
    modifiers: Vec<TaggedExtension>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum FetchItems {
    /// `ALL`: FLAGS, INTERNALDATE, RFC822.SIZE, ENVELOPE.
    All,
    /// `FULL`: `ALL` and BODY.
    Full,
    /// `FAST`: FLAGS, INTERNALDATE, RFC822.SIZE.
    Fast,
    /// These items.
    List(Vec<FetchItem>),
}

/// `fetch-att`: one thing to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum FetchItem {
    /// `BODY`: the structure without extension data.
    Body,
    /// `BODYSTRUCTURE`.
    BodyStructure,
    /// `ENVELOPE`.
    Envelope,
    /// `FLAGS`.
    Flags,
    /// `INTERNALDATE`.
    InternalDate,
    /// `MODSEQ` (RFC 7162).
    ModSeq,
    /// `RFC822` (RFC 3501).
    Rfc822,
    /// `RFC822.HEADER` (RFC 3501).
    Rfc822Header,
    /// `RFC822.SIZE`.
    Rfc822Size,
    /// `RFC822.TEXT` (RFC 3501).
    Rfc822Text,
    /// `UID`.
    Uid,
    /// `BODY[section]<partial>`: sets `\Seen`.
    Section(Section, Option<Partial>),
    /// `BODY.PEEK[section]<partial>`.
    Peek(Section, Option<Partial>),
    /// `BINARY[part]<partial>` (RFC 3516): sets `\Seen`.
    Binary(Section, Option<Partial>),
    /// `BINARY.PEEK[part]<partial>` (RFC 3516).
    BinaryPeek(Section, Option<Partial>),
    /// `BINARY.SIZE[part]` (RFC 3516).
    BinarySize(Section),
    /// What older editions have, and IMAP4rev1 has not.
    Historic(HistoricItem),
    /// What this crate does not know, as it stands.
    Other(Raw),
}

const PLAIN: [(&str, FetchItem); 11] = [
    ("FLAGS", FetchItem::Flags),
    ("UID", FetchItem::Uid),
    ("ENVELOPE", FetchItem::Envelope),
    ("INTERNALDATE", FetchItem::InternalDate),
    ("RFC822.SIZE", FetchItem::Rfc822Size),
    ("BODYSTRUCTURE", FetchItem::BodyStructure),
    ("BODY", FetchItem::Body),
    ("MODSEQ", FetchItem::ModSeq),
    ("RFC822", FetchItem::Rfc822),
    ("RFC822.HEADER", FetchItem::Rfc822Header),
    ("RFC822.TEXT", FetchItem::Rfc822Text),
];

impl FetchCommand {
    /// From messages of these sequence numbers.
    pub fn messages(set: impl Into<SequenceSet>) -> Self {
        Self {
            numbering: Numbering::SeqNo,
            set: set.into(),
            items: FetchItems::List(Vec::new()),
            modifiers: Vec::new(),
        }
    }

    /// From messages of these UIDs: `UID FETCH`.
    pub fn uids(set: impl Into<SequenceSet>) -> Self {
        Self { numbering: Numbering::Uid, ..Self::messages(set) }
    }

    /// And this item; a macro before it is left behind.
    #[must_use]
    pub fn with(mut self, item: FetchItem) -> Self {
        match &mut self.items {
            FetchItems::List(items) => items.push(item),
            _ => self.items = FetchItems::List(Vec::from([item])),
        }
        self
    }

    /// A macro instead of items.
    #[must_use]
    pub fn with_items(mut self, items: FetchItems) -> Self {
        self.items = items;
        self
    }

    /// And `FLAGS`.
    #[must_use]
    pub fn flags(self) -> Self {
        self.with(FetchItem::Flags)
    }

    /// And `UID`.
    #[must_use]
    pub fn uid(self) -> Self {
        self.with(FetchItem::Uid)
    }

    /// And `ENVELOPE`.
    #[must_use]
    pub fn envelope(self) -> Self {
        self.with(FetchItem::Envelope)
    }

    /// And `BODYSTRUCTURE`.
    #[must_use]
    pub fn body_structure(self) -> Self {
        self.with(FetchItem::BodyStructure)
    }

    /// And `INTERNALDATE`.
    #[must_use]
    pub fn internal_date(self) -> Self {
        self.with(FetchItem::InternalDate)
    }

    /// And `RFC822.SIZE`.
    #[must_use]
    pub fn rfc822_size(self) -> Self {
        self.with(FetchItem::Rfc822Size)
    }

    /// And `BODY.PEEK[section]<partial>`.
    #[must_use]
    pub fn peek(self, section: Section, partial: Option<Partial>) -> Self {
        self.with(FetchItem::Peek(section, partial))
    }

    /// And `BODY[section]<partial>`, which sets `\Seen`.
    #[must_use]
    pub fn section(self, section: Section, partial: Option<Partial>) -> Self {
        self.with(FetchItem::Section(section, partial))
    }

    /// Of which numbers the set is.
    pub fn numbering(&self) -> Numbering {
        self.numbering
    }

    /// From which messages.
    pub fn set(&self) -> &SequenceSet {
        &self.set
    }

    /// What is asked for.
    pub fn items(&self) -> &FetchItems {
        &self.items
    }

    /// And this modifier, as `CHANGEDSINCE` (RFC 4466).
    #[must_use]
    pub fn with_modifier(mut self, modifier: TaggedExtension) -> Self {
        self.modifiers.push(modifier);
        self
    }

    /// The modifiers (RFC 4466).
    pub fn modifiers(&self) -> &[TaggedExtension] {
        &self.modifiers
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>, numbering: Numbering) -> Result<Self, ParseError> {
        let set = SequenceSet::parse(cursor)?;
        cursor.space()?;
        let items = FetchItems::parse(cursor)?;
        let modifiers = TaggedExtension::parse_list_behind(cursor)?;
        Ok(Self { numbering, set, items, modifiers })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.set.encode(writer);
        writer.space();
        match &self.items {
            FetchItems::All => writer.raw(b"ALL"),
            FetchItems::Full => writer.raw(b"FULL"),
            FetchItems::Fast => writer.raw(b"FAST"),
            FetchItems::List(items) if items.is_empty() => {
                return Err(Error::misuse(0, "at least one item to fetch"));
            }
            FetchItems::List(items) => match &items[..] {
                // Modifiers behind a bare item would read as its arguments, and a macro in a list is none.
                [item] if self.modifiers.is_empty() && !item.is_named_as_a_macro() => item.encode(writer)?,
                items => writer.list(items, |writer, item| item.encode(writer))?,
            },
        }
        TaggedExtension::encode_list_behind(&self.modifiers, writer)
    }
}

impl FetchItems {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.peek() != Some(b'(') {
            for (word, all) in [("ALL", Self::All), ("FULL", Self::Full), ("FAST", Self::Fast)] {
                if cursor.take_keyword(word) {
                    return Ok(all);
                }
            }
            return Ok(Self::List(Vec::from([FetchItem::parse(cursor)?])));
        }
        cursor.open()?;
        let mut items = Vec::with_capacity(8);
        if cursor.take_close()? {
            cursor.forgive(Deviation::Value, "at least one item to fetch")?;
            return Ok(Self::List(items));
        }
        loop {
            items.push(FetchItem::parse(cursor)?);
            if !cursor.take_separator()? {
                return Ok(Self::List(items));
            }
        }
    }
}

impl FetchItem {
    /// Whether it is unknown and, without parentheses, would be `ALL`, `FULL` or `FAST`.
    fn is_named_as_a_macro(&self) -> bool {
        let Self::Other(raw) = self else { return false };
        let name = raw.as_bytes().split(|octet| *octet == b' ').next().unwrap_or_default();
        ["ALL", "FULL", "FAST"].iter().any(|word| name.eq_ignore_ascii_case(word.as_bytes()))
    }

    #[inline]
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        match Self::frequent(cursor.rest()) {
            Some((item, len)) => {
                cursor.skip(len);
                Ok(item)
            }
            None => Self::parse_any(cursor),
        }
    }

    /// The items that most commands ask for, in the spelling of nearly all clients, and their octets.
    #[inline(always)]
    fn frequent(rest: &[u8]) -> Option<(Self, usize)> {
        let (item, len) = match rest.first()? {
            b'U' if rest.starts_with(b"UID") => (Self::Uid, 3),
            b'F' if rest.starts_with(b"FLAGS") => (Self::Flags, 5),
            b'E' if rest.starts_with(b"ENVELOPE") => (Self::Envelope, 8),
            b'I' if rest.starts_with(b"INTERNALDATE") => (Self::InternalDate, 12),
            b'R' if rest.starts_with(b"RFC822.SIZE") => (Self::Rfc822Size, 11),
            _ => return None,
        };
        match rest.get(len..)? {
            [b')', ..] => Some((item, len)),
            // What is known has no arguments, but who looks closer decides.
            [b' ', next, ..] if *next != b'(' => Some((item, len)),
            _ => None,
        }
    }

    /// All items, in any spelling.
    #[inline(never)]
    fn parse_any(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        let rest = cursor.rest();
        let is_name = |octet: &u8| *octet != b'[' && chars::is(*octet, chars::ATOM);
        let len = rest.iter().position(|octet| !is_name(octet)).unwrap_or(rest.len());
        let name = rest.get(..len).unwrap_or_default();
        if name.is_empty() {
            return Err(cursor.error("an item to fetch"));
        }
        cursor.skip(len);
        if cursor.peek() == Some(b'[') {
            let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
            if is("BODY.PEEK") {
                return Ok(Self::Peek(Section::parse(cursor)?, parse_partial(cursor)?));
            }
            if is("BODY") {
                return Ok(Self::Section(Section::parse(cursor)?, parse_partial(cursor)?));
            }
            if is("BINARY.PEEK") {
                return Ok(Self::BinaryPeek(Section::parse_binary(cursor)?, parse_partial(cursor)?));
            }
            if is("BINARY") {
                return Ok(Self::Binary(Section::parse_binary(cursor)?, parse_partial(cursor)?));
            }
            if is("BINARY.SIZE") {
                return Ok(Self::BinarySize(Section::parse_binary(cursor)?));
            }
            skip_section(cursor)?;
            parse_partial(cursor)?;
        } else if let Some((_, item)) = look_up(&PLAIN, name, cursor) {
            return Ok(item.clone());
        } else if let Some(item) = HistoricItem::parse_behind(name, cursor)? {
            return Ok(Self::Historic(item));
        }
        // An item with arguments: `PREVIEW (LAZY)`.
        if cursor.rest().starts_with(b" (") {
            cursor.skip(1);
            cursor.any_value()?;
        }
        Ok(Self::Other(Raw::received(cursor.since(start))))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let (name, section, partial) = match self {
            Self::Section(section, partial) => ("BODY", section, partial.as_ref()),
            Self::Peek(section, partial) => ("BODY.PEEK", section, partial.as_ref()),
            Self::Binary(section, partial) => ("BINARY", section, partial.as_ref()),
            Self::BinaryPeek(section, partial) => ("BINARY.PEEK", section, partial.as_ref()),
            Self::BinarySize(section) => ("BINARY.SIZE", section, None),
            Self::Historic(item) => return item.encode(writer),
            Self::Other(raw) => return raw.encode(writer),
            plain => {
                let name = PLAIN.iter().find(|(_, item)| item == plain).map_or("", |(name, _)| name);
                writer.raw(name.as_bytes());
                return Ok(());
            }
        };
        writer.raw(name.as_bytes());
        section.encode(writer)?;
        if let Some(partial) = partial {
            partial.encode(writer);
        }
        Ok(())
    }
}

fn parse_partial(cursor: &mut Cursor<'_>) -> Result<Option<Partial>, ParseError> {
    if cursor.peek() == Some(b'<') { Partial::parse(cursor).map(Some) } else { Ok(None) }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for FetchItem {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let part = |u: &mut arbitrary::Unstructured<'a>| -> arbitrary::Result<Section> {
            let section: Section = u.arbitrary()?;
            Ok(Section::part(section.section_part()).unwrap_or_else(|_| Section::all()))
        };
        Ok(match u.int_in_range(0..=17)? {
            11 => Self::Section(u.arbitrary()?, u.arbitrary()?),
            12 => Self::Peek(u.arbitrary()?, u.arbitrary()?),
            13 => Self::Binary(part(u)?, u.arbitrary()?),
            14 => Self::BinaryPeek(part(u)?, u.arbitrary()?),
            15 => Self::BinarySize(part(u)?),
            16 => Self::Other(Raw::received(b"X-MOOD (a {3}\r\nb\r\n)")),
            17 => Self::Historic(u.arbitrary()?),
            plain => PLAIN.get(plain).map_or(Self::Flags, |(_, item)| item.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::lenient;

    #[test]
    fn frequent_items_are_read_as_all_others() {
        let mut frequent = 0;
        for (name, item) in PLAIN {
            for behind in [")", " UID", " (x)", "", "X)", "[])", "  UID", "]"] {
                let text = alloc::format!("{name}{behind}");
                let read = |parse: fn(&mut Cursor<'_>) -> Result<FetchItem, ParseError>| {
                    lenient(&text, |cursor| {
                        let item = parse(cursor)?;
                        let at = cursor.at();
                        cursor.skip(cursor.rest().len());
                        Ok((item, at))
                    })
                };
                assert_eq!(read(FetchItem::parse).ok(), read(FetchItem::parse_any).ok(), "{text}");
                frequent +=
                    usize::from(FetchItem::frequent(text.as_bytes()).is_some_and(|(it, _)| it == item));
            }
        }
        assert!(frequent >= 10);
    }
}
