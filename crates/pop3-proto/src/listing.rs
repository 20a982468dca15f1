//! The lines of multi-line replies: RFC 1939 section 5 and 7, RFC 1082, RFC 6856, and private ones.

use bytes::BytesMut;
use mail_wire::text::{Graphic, Text, Word};
use mail_wire::{Deviation, Error};

use crate::values::message_number;
use crate::xtnd::{Group, GroupDetail, HeaderLine};
use crate::{Capability, Mechanism, MessageNumber};
use mail_wire::dot::put_line;
use mail_wire::fields::Fields;

/// What the lines of a listing are: it follows from the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RowKind {
    /// LIST: [`ScanListing`].
    Scan,
    /// UIDL: [`UniqueId`].
    UniqueId,
    /// CAPA: [`Capability`].
    Capability,
    /// AUTH without a mechanism: [`Mechanism`].
    Mechanism,
    /// LANG without a language: [`LanguageListing`].
    Language,
    /// XTND BBOARDS and XTND ARCHIVE: [`Group`].
    Group,
    /// XTND X-BBOARDS: [`GroupDetail`].
    GroupDetail,
    /// XTND XLST: [`HeaderLine`].
    Header,
    /// EUIDL: [`ExtendedUniqueId`].
    Extended,
    /// The lines of a command that this crate does not know.
    Line,
}

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Row {
    /// Of LIST.
    Scan(ScanListing),
    /// Of UIDL.
    UniqueId(UniqueId),
    /// Of CAPA.
    Capability(Capability),
    /// Of AUTH without a mechanism.
    Mechanism(Mechanism),
    /// Of LANG without a language.
    Language(LanguageListing),
    /// Of XTND BBOARDS and XTND ARCHIVE.
    Group(Group),
    /// Of XTND X-BBOARDS.
    GroupDetail(GroupDetail),
    /// Of XTND XLST.
    Header(HeaderLine),
    /// Of EUIDL.
    Extended(ExtendedUniqueId),
    /// Of a command that this crate does not know.
    Line(Text),
}

impl Row {
    /// Which kind of line it is.
    pub fn kind(&self) -> RowKind {
        match self {
            Self::Scan(_) => RowKind::Scan,
            Self::UniqueId(_) => RowKind::UniqueId,
            Self::Capability(_) => RowKind::Capability,
            Self::Mechanism(_) => RowKind::Mechanism,
            Self::Language(_) => RowKind::Language,
            Self::Group(_) => RowKind::Group,
            Self::GroupDetail(_) => RowKind::GroupDetail,
            Self::Header(_) => RowKind::Header,
            Self::Extended(_) => RowKind::Extended,
            Self::Line(_) => RowKind::Line,
        }
    }

    /// Parses an un-stuffed line; `position` counts the lines of this listing from 0.
    #[inline]
    pub(crate) fn parse(kind: RowKind, position: u32, fields: &mut Fields<'_>) -> Result<Self, Error> {
        match kind {
            RowKind::Scan => ScanListing::parse(fields).map(Self::Scan),
            RowKind::UniqueId => UniqueId::parse(fields).map(Self::UniqueId),
            RowKind::Capability => Capability::parse(fields).map(Self::Capability),
            RowKind::Mechanism => {
                let mechanism = Mechanism::new(fields.word("a mechanism")?)?;
                fields.end()?;
                Ok(Self::Mechanism(mechanism))
            }
            RowKind::Language => LanguageListing::parse(fields).map(Self::Language),
            RowKind::Group => Group::parse(fields).map(Self::Group),
            RowKind::GroupDetail => {
                fields.text().map(|text| Self::GroupDetail(GroupDetail::new(position, text)))
            }
            RowKind::Header => HeaderLine::parse(fields).map(Self::Header),
            RowKind::Extended => ExtendedUniqueId::parse(fields).map(Self::Extended),
            RowKind::Line => fields.text().map(Self::Line),
        }
    }

    /// Writes the line with its stuffing and its line end.
    pub(crate) fn encode(&self, output: &mut BytesMut) {
        put_line(output, |output| match self {
            Self::Scan(row) => row.encode(output),
            Self::UniqueId(row) => row.encode(output),
            Self::Capability(row) => row.encode(output),
            Self::Mechanism(row) => output.extend_from_slice(row.as_word().as_bytes()),
            Self::Language(row) => row.encode(output),
            Self::Group(row) => row.encode(output),
            Self::GroupDetail(row) => output.extend_from_slice(row.text().as_bytes()),
            Self::Header(row) => row.encode(output),
            Self::Extended(row) => row.encode(output),
            Self::Line(text) => output.extend_from_slice(text.as_bytes()),
        });
    }
}

/// `n octets [extra]`: a line of LIST (RFC 1939 section 5).
///
/// ```
/// use pop3_proto::{MessageNumber, ScanListing};
/// let row = ScanListing::new(MessageNumber::try_from(2)?, 200);
/// assert_eq!((row.number().get(), row.octets()), (2, 200));
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ScanListing {
    number: MessageNumber,
    octets: u64,
    extra: Option<Text>,
}

impl ScanListing {
    /// A line without anything behind the size. `octets` counts every line end as two and no stuffing.
    pub fn new(number: MessageNumber, octets: u64) -> Self {
        Self { number, octets, extra: None }
    }

    /// The same with text behind the size, as XTND BBOARDS and XTND SCAN have it.
    #[must_use]
    pub fn with_extra(mut self, extra: Text) -> Self {
        self.extra = Some(extra);
        self
    }

    /// The message's number.
    pub fn number(&self) -> MessageNumber {
        self.number
    }

    /// Its size.
    pub fn octets(&self) -> u64 {
        self.octets
    }

    /// What stands behind the size and a SP.
    pub fn extra(&self) -> Option<&Text> {
        self.extra.as_ref()
    }

    /// The number that a discussion group gave to the message: the third column while one is selected
    /// (RFC 1082).
    pub fn maxima(&self) -> Option<u64> {
        let text = core::str::from_utf8(self.extra.as_ref()?.as_bytes()).ok()?;
        text.split_ascii_whitespace().next()?.parse().ok()
    }

    /// The rendered line behind `#` that MH adds after `XTND SCAN`.
    pub fn scan_text(&self) -> Option<&[u8]> {
        self.extra.as_ref()?.as_bytes().strip_prefix(b"#")
    }

    /// The row at the front of `input` in the form that nearly every server writes, and what stands behind its line.
    /// `None` is no error: [`parse`](Self::parse) decides.
    #[inline(always)]
    pub(crate) fn parse_canonical(input: &[u8]) -> Option<(Self, &[u8])> {
        let (number, rest) = canonical_message(input)?;
        let (octets, rest) = canonical_number(rest.strip_prefix(b" ")?)?;
        Some((Self { number, octets, extra: None }, rest.strip_prefix(b"\r\n")?))
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        leading_blanks(fields)?;
        let number = message_number(fields)?;
        fields.space()?;
        let octets = fields.number("a size in octets")?;
        Ok(Self { number, octets, extra: extra(fields)? })
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        mail_wire::number::put(b"", u64::from(self.number.get()), output);
        mail_wire::number::put(b" ", self.octets, output);
        put_extra(self.extra.as_ref(), output);
    }
}

/// `n unique-id`: a line of UIDL (RFC 1939 section 7).
///
/// ```
/// use pop3_proto::{MessageNumber, UniqueId};
/// let row = UniqueId::new(MessageNumber::try_from(1)?, "whqtswO00WBw418f9t5JxYwZ")?;
/// assert_eq!(row.unique_id(), &"whqtswO00WBw418f9t5JxYwZ");
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UniqueId {
    number: MessageNumber,
    unique_id: Text,
}

/// The longest unique-id, in octets (RFC 1939 section 7).
const UNIQUE_ID_OCTETS: usize = 70;

impl UniqueId {
    /// A line.
    ///
    /// # Errors
    /// `Syntax` where `unique_id` is not 1 to 70 octets from 0x21 to 0x7E.
    pub fn new(number: MessageNumber, unique_id: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = unique_id.as_ref();
        if (1..=UNIQUE_ID_OCTETS).contains(&octets.len()) && octets.iter().all(u8::is_ascii_graphic) {
            return Ok(Self { number, unique_id: Text::new(octets)? });
        }
        Err(Error::syntax(0, "a unique-id of 1 to 70 printable octets"))
    }

    /// The message's number.
    pub fn number(&self) -> MessageNumber {
        self.number
    }

    /// The identifier, which the server never gives to another message. Compare it octet by octet.
    pub fn unique_id(&self) -> &Text {
        &self.unique_id
    }

    /// As for [`ScanListing::parse_canonical`]; the identifier is copied when the row is taken.
    #[inline(always)]
    pub(crate) fn parse_canonical(input: &[u8]) -> Option<((MessageNumber, Graphic<'_>), &[u8])> {
        let (number, rest) = canonical_message(input)?;
        let rest = rest.strip_prefix(b" ")?;
        let unique_id = Graphic::front(rest);
        let later = rest.get(unique_id.len()..)?.strip_prefix(b"\r\n")?;
        (1..=UNIQUE_ID_OCTETS).contains(&unique_id.len()).then_some(((number, unique_id), later))
    }

    /// What [`parse_canonical`](Self::parse_canonical) found.
    #[inline(always)]
    pub(crate) fn from_canonical((number, unique_id): (MessageNumber, Graphic<'_>)) -> Self {
        Self { number, unique_id: unique_id.to_text() }
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        leading_blanks(fields)?;
        let number = message_number(fields)?;
        fields.space()?;
        let rest = fields.peek();
        let trimmed = rest.trim_ascii_end();
        if trimmed.is_empty() {
            return Err(fields.error("a unique-id"));
        }
        if trimmed.len() != rest.len() {
            fields.forgive(Deviation::Space, "the end of the line")?;
        }
        // QUIRK: servers with longer identifiers, or with spaces or 8-bit octets in them.
        if trimmed.len() > UNIQUE_ID_OCTETS || !trimmed.iter().all(u8::is_ascii_graphic) {
            fields.forgive(Deviation::Value, "a unique-id of 1 to 70 printable octets")?;
        }
        let unique_id = Text::new(trimmed).map_err(|_| fields.error("a unique-id"))?;
        fields.skip(rest.len());
        Ok(Self { number, unique_id })
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        mail_wire::number::put(b"", u64::from(self.number.get()), output);
        output.extend_from_slice(b" ");
        output.extend_from_slice(self.unique_id.as_bytes());
    }
}

/// `tag [description]`: a line of LANG (RFC 6856 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LanguageListing {
    tag: Word,
    description: Option<Text>,
}

impl LanguageListing {
    /// A line: a language tag (RFC 5646) and what the language calls itself, in UTF-8.
    pub fn new(tag: Word, description: Option<Text>) -> Self {
        Self { tag, description }
    }

    /// The language tag.
    pub fn tag(&self) -> &Word {
        &self.tag
    }

    /// What the language calls itself.
    pub fn description(&self) -> Option<&Text> {
        self.description.as_ref()
    }

    fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        Ok(Self { tag: fields.word("a language tag")?, description: fields.optional_text()? })
    }

    fn encode(&self, output: &mut BytesMut) {
        output.extend_from_slice(self.tag.as_bytes());
        put_extra(self.description.as_ref(), output);
    }
}

/// `n unique-id octets from`: a line of qpopper's EUIDL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ExtendedUniqueId {
    number: MessageNumber,
    unique_id: Word,
    octets: u64,
    from: Option<Text>,
}

impl ExtendedUniqueId {
    /// A line.
    pub fn new(number: MessageNumber, unique_id: Word, octets: u64, from: Option<Text>) -> Self {
        Self { number, unique_id, octets, from }
    }

    /// The message's number.
    pub fn number(&self) -> MessageNumber {
        self.number
    }

    /// Its unique-id.
    pub fn unique_id(&self) -> &Word {
        &self.unique_id
    }

    /// Its size.
    pub fn octets(&self) -> u64 {
        self.octets
    }

    /// Who sent it, as the server renders it.
    pub fn from(&self) -> Option<&Text> {
        self.from.as_ref()
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let number = message_number(fields)?;
        fields.space()?;
        let unique_id = fields.word("a unique-id")?;
        fields.space()?;
        let octets = fields.number("a size in octets")?;
        Ok(Self { number, unique_id, octets, from: extra(fields)? })
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        mail_wire::number::put(b"", u64::from(self.number.get()), output);
        output.extend_from_slice(b" ");
        output.extend_from_slice(self.unique_id.as_bytes());
        mail_wire::number::put(b" ", self.octets, output);
        put_extra(self.from.as_ref(), output);
    }
}

/// `nn mm`: what STAT answers (RFC 1939 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DropListing {
    messages: u32,
    octets: u64,
}

impl DropListing {
    /// So many messages, of so many octets together.
    pub fn new(messages: u32, octets: u64) -> Self {
        Self { messages, octets }
    }

    /// How many messages the maildrop holds, those marked as deleted left out.
    pub fn messages(&self) -> u32 {
        self.messages
    }

    /// Their size together.
    pub fn octets(&self) -> u64 {
        self.octets
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let messages = fields.number_u32("a count of messages")?;
        fields.space()?;
        Ok(Self { messages, octets: fields.number("a size in octets")? })
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        mail_wire::number::put(b"", u64::from(self.messages), output);
        mail_wire::number::put(b" ", self.octets, output);
    }
}

/// A message number as this crate writes it, of up to eight digits, and what follows.
#[inline(always)]
pub(crate) fn canonical_message(text: &[u8]) -> Option<(MessageNumber, &[u8])> {
    let (number, rest) = canonical_number(text)?;
    Some((MessageNumber::new(u32::try_from(number).ok()?)?, rest))
}

/// Up to eight digits without leading zeros, and what follows.
#[inline(always)]
pub(crate) fn canonical_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (number, len) = mail_wire::number::leading(text)?;
    let rest = text.get(len..)?;
    if text.starts_with(b"0") && len > 1 { None } else { Some((number, rest)) }
}

#[inline]
fn leading_blanks(fields: &mut Fields<'_>) -> Result<(), Error> {
    if let [b' ' | b'\t', ..] = fields.peek() {
        fields.forgive(Deviation::Space, "a message number")?;
        fields.skip_blanks();
    }
    Ok(())
}

#[inline]
pub(crate) fn extra(fields: &mut Fields<'_>) -> Result<Option<Text>, Error> {
    if fields.is_at_end() { Ok(None) } else { fields.optional_text() }
}

pub(crate) fn put_extra(extra: Option<&Text>, output: &mut BytesMut) {
    if let Some(text) = extra {
        output.extend_from_slice(b" ");
        output.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_wire::{Deviations, Leniency};

    fn parse(kind: RowKind, line: &str) -> Result<(Row, Deviations), Error> {
        let mut fields = Fields::new(line.as_bytes(), Leniency::Lenient);
        Row::parse(kind, 0, &mut fields).map(|row| (row, fields.deviations))
    }

    #[test]
    fn rows_encode_back() {
        for (kind, line) in [
            (RowKind::Scan, "1 120"),
            (RowKind::Scan, "1 120 9"),
            (RowKind::Scan, "1 120 #   1+ 12/05 Terry Gray        minutes"),
            (RowKind::Scan, "4294967295 18446744073709551615 "),
            (RowKind::UniqueId, "1 whqtswO00WBw418f9t5JxYwZ"),
            (RowKind::Mechanism, "CRAM-MD5"),
            (RowKind::Language, "en-boont English Boontling dialect"),
            (RowKind::Group, "mh-users 100"),
            (RowKind::GroupDetail, ""),
            (RowKind::Header, "3 Subject: hi"),
            (RowKind::Extended, "1 uid 300 Terry <t@example.net>"),
            (RowKind::Line, "anything at all"),
        ] {
            let (row, deviations) = parse(kind, line).unwrap();
            assert_eq!(row.kind(), kind);
            assert!(deviations.is_empty(), "{line}");
            let mut back = BytesMut::new();
            row.encode(&mut back);
            assert_eq!(back, alloc::format!("{line}\r\n"));
        }
    }

    #[test]
    fn bad_rows_are_errors_at_their_place() {
        for (line, offset) in
            [("", 0), ("0 1", 0), ("x 1", 0), ("1", 1), ("1 ", 2), ("1 x", 2), ("1 2x", 2), ("-1 2", 0)]
        {
            assert_eq!(parse(RowKind::Scan, line).unwrap_err().offset(), offset, "{line:?}");
        }
        assert!(parse(RowKind::Scan, "4294967296 1").is_err());
        assert!(parse(RowKind::Scan, "1 18446744073709551616").is_err());
        assert!(parse(RowKind::UniqueId, "1 \u{0}").is_err());
    }

    #[test]
    fn the_short_way_gives_what_the_long_way_gives() {
        let mut short = 0;
        for line in [
            "1 2",
            "1 02",
            "01 2",
            "0 2",
            "1  2",
            "1 2 ",
            "1 2 x",
            "4294967296 1",
            "1 x",
            "1 ~uid!",
            "1 a b",
            "",
            "1",
            "1 ",
            "1 999999999999999999",
            "1 9999999999999999999",
            "1 \u{e9}",
            "1 18446744073709551615",
        ] {
            let input = alloc::format!("{line}\r\nnext line\r\n");
            let scan = ScanListing::parse_canonical(input.as_bytes());
            let unique_id = UniqueId::parse_canonical(input.as_bytes());
            let rows = [
                scan.map(|(row, later)| (Row::Scan(row), later)),
                unique_id.map(|(found, later)| (Row::UniqueId(UniqueId::from_canonical(found)), later)),
            ];
            for (row, later) in rows.into_iter().flatten() {
                assert_eq!(parse(row.kind(), line).unwrap(), (row, Deviations::new()), "{line:?}");
                assert_eq!(later, b"next line\r\n");
                short += 1;
            }
        }
        assert_eq!(short, 8);
    }

    #[test]
    fn the_third_column_and_the_scan_line() {
        let scan = |line| match parse(RowKind::Scan, line).unwrap().0 {
            Row::Scan(row) => row,
            other => panic!("{other:?}"),
        };
        assert_eq!(scan("2 200 10").maxima(), Some(10));
        assert_eq!(scan("2 200").maxima(), None);
        assert_eq!(scan("2 200 #text").scan_text(), Some(&b"text"[..]));
    }

    #[test]
    fn a_row_that_begins_with_a_dot_is_stuffed() {
        let mut output = BytesMut::from("+OK\r\n");
        Row::Line(Text::new(".").unwrap()).encode(&mut output);
        assert_eq!(output, "+OK\r\n..\r\n");
    }
}
