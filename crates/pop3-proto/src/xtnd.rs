//! XTND: RFC 1082, MH's SCAN, and the additions of the Berkeley and Qualcomm poppers.

use bytes::BytesMut;
use mail_wire::Error;
use mail_wire::text::{Text, Word};

use crate::command::Due;
use crate::listing::{RowKind, extra, put_extra};
use crate::values::message_number;
use crate::{Argument, MessageNumber};
use mail_wire::fields::Fields;

/// `XTND sub-command [arguments]`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Xtnd {
    /// `BBOARDS`: the groups; with a name, that group becomes the maildrop. The one before it is closed,
    /// and its deleted messages are removed, even if the name is then refused.
    Bboards(Option<Argument>),
    /// `ARCHIVE name`: the group's archive becomes the maildrop.
    Archive(Argument),
    /// `X-BBOARDS name`: fourteen lines about a group.
    XBboards(Argument),
    /// `XMIT`: the client sends a message to be delivered.
    Xmit,
    /// `SCAN width [format]`: every line of LIST then carries a rendered line (MH).
    Scan(u32, Option<Text>),
    /// `XLST header [msg]`: one header field of each message (qpopper).
    Xlst(Word, Option<MessageNumber>),
    /// Any other. Its reply is expected to have several lines, as RFC 1082 says of all of XTND.
    Other(OtherXtnd),
}

/// A sub-command that this crate does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct OtherXtnd {
    keyword: Word,
    arguments: Option<Text>,
}

impl OtherXtnd {
    /// A sub-command.
    ///
    /// # Errors
    /// `Syntax` where `keyword` is no word or is a known one, or `arguments` hold a line end.
    pub fn new(keyword: impl AsRef<[u8]>, arguments: Option<&str>) -> Result<Self, Error> {
        let keyword = Word::new(keyword)?;
        if SUBCOMMANDS.iter().any(|spec| spec.name.as_bytes().eq_ignore_ascii_case(keyword.as_bytes())) {
            return Err(Error::syntax(0, "a sub-command that is not known"));
        }
        Ok(Self { keyword, arguments: arguments.map(Text::new).transpose()? })
    }

    /// The sub-command's name as it was written.
    pub fn keyword(&self) -> &Word {
        &self.keyword
    }

    /// What stands behind the SP that follows it.
    pub fn arguments(&self) -> Option<&Text> {
        self.arguments.as_ref()
    }
}

/// A row of [`SUBCOMMANDS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SubcommandSpec {
    /// As it is written.
    pub name: &'static str,
    /// Who defined it.
    pub source: &'static str,
    /// A command with it.
    pub example: &'static str,
    parse: fn(&mut Fields<'_>) -> Result<Xtnd, Error>,
}

/// The known sub-commands, by name.
pub const SUBCOMMANDS: &[SubcommandSpec] = &[
    row("ARCHIVE", "RFC 1082", "XTND ARCHIVE system", |fields| Ok(Xtnd::Archive(name(fields)?))),
    row("BBOARDS", "RFC 1082", "XTND BBOARDS system", |fields| {
        Ok(Xtnd::Bboards(if fields.is_at_end() { None } else { Some(name(fields)?) }))
    }),
    row("SCAN", "MH 6.8", "XTND SCAN 80 \"%(msg)\"", |fields| {
        fields.space()?;
        let width = fields.number_u32("a width in columns")?;
        Ok(Xtnd::Scan(width, fields.optional_text()?))
    }),
    row("X-BBOARDS", "RFC 1082", "XTND X-BBOARDS system", |fields| Ok(Xtnd::XBboards(name(fields)?))),
    row("XLST", "qpopper 4", "XTND XLST Subject 3", |fields| {
        fields.space()?;
        let header = fields.word("the name of a header field")?;
        Ok(Xtnd::Xlst(header, crate::command::optional_message(fields)?))
    }),
    row("XMIT", "Berkeley popper 1.6", "XTND XMIT", |_| Ok(Xtnd::Xmit)),
];

const fn row(
    name: &'static str,
    source: &'static str,
    example: &'static str,
    parse: fn(&mut Fields<'_>) -> Result<Xtnd, Error>,
) -> SubcommandSpec {
    SubcommandSpec { name, source, example, parse }
}

fn name(fields: &mut Fields<'_>) -> Result<Argument, Error> {
    fields.space()?;
    crate::command::argument(fields, "a group's name")
}

impl Xtnd {
    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        fields.space()?;
        let keyword = fields.word("a sub-command of XTND")?;
        let known =
            SUBCOMMANDS.iter().find(|spec| spec.name.as_bytes().eq_ignore_ascii_case(keyword.as_bytes()));
        match known {
            Some(spec) => {
                if keyword.as_bytes() != spec.name.as_bytes() {
                    fields.deviations.add(mail_wire::Deviation::Spelling);
                }
                (spec.parse)(fields)
            }
            None => Ok(Self::Other(OtherXtnd { keyword, arguments: fields.optional_text()? })),
        }
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        let named = |name: &Argument, output: &mut BytesMut| put_extra(Some(name.as_text()), output);
        output.extend_from_slice(self.keyword());
        match self {
            Self::Bboards(None) | Self::Xmit => {}
            Self::Bboards(Some(group)) | Self::Archive(group) | Self::XBboards(group) => named(group, output),
            Self::Scan(width, format) => {
                mail_wire::number::put(b" ", u64::from(*width), output);
                put_extra(format.as_ref(), output);
            }
            Self::Xlst(header, message) => {
                output.extend_from_slice(b" ");
                output.extend_from_slice(header.as_bytes());
                if let Some(message) = message {
                    mail_wire::number::put(b" ", u64::from(message.get()), output);
                }
            }
            Self::Other(other) => put_extra(other.arguments.as_ref(), output),
        }
    }

    /// The sub-command's name.
    pub fn keyword(&self) -> &[u8] {
        match self {
            Self::Bboards(_) => b"BBOARDS",
            Self::Archive(_) => b"ARCHIVE",
            Self::XBboards(_) => b"X-BBOARDS",
            Self::Xmit => b"XMIT",
            Self::Scan(..) => b"SCAN",
            Self::Xlst(..) => b"XLST",
            Self::Other(other) => other.keyword.as_bytes(),
        }
    }

    pub(crate) fn due(&self) -> Due {
        match self {
            Self::Bboards(_) | Self::Archive(_) => Due::Listing(RowKind::Group),
            Self::XBboards(_) => Due::Listing(RowKind::GroupDetail),
            Self::Xlst(..) => Due::Listing(RowKind::Header),
            Self::Other(_) => Due::Listing(RowKind::Line),
            // QUIRK: MH answers SCAN with one line, against RFC 1082's "all multi-line".
            Self::Scan(..) => Due::LINE,
            Self::Xmit => Due::Xmit,
        }
    }
}

/// `name maxima [extra]`: a discussion group (RFC 1082).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Group {
    name: Word,
    maxima: u64,
    extra: Option<Text>,
}

impl Group {
    /// A line without anything behind the maxima.
    pub fn new(name: Word, maxima: u64) -> Self {
        Self { name, maxima, extra: None }
    }

    /// The group's name.
    pub fn name(&self) -> &Word {
        &self.name
    }

    /// The highest number that was ever given to a message of the group.
    pub fn maxima(&self) -> u64 {
        self.maxima
    }

    /// What stands behind it; RFC 1082 discourages that.
    pub fn extra(&self) -> Option<&Text> {
        self.extra.as_ref()
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let name = fields.word("a group's name")?;
        fields.space()?;
        let maxima = fields.number("a maxima")?;
        Ok(Self { name, maxima, extra: extra(fields)? })
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        output.extend_from_slice(self.name.as_bytes());
        mail_wire::number::put(b" ", self.maxima, output);
        put_extra(self.extra.as_ref(), output);
    }
}

/// What a line of XTND X-BBOARDS tells, by its position (RFC 1082).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of the RFC's table")]
pub enum GroupField {
    Name,
    Aliases,
    Maildrop,
    Archive,
    Information,
    Map,
    EncryptedPassword,
    LocalLeaders,
    Address,
    Request,
    IncomingFeed,
    OutgoingFeeds,
    FlagsAndMaxima,
    LastDate,
}

/// The fourteen lines, in their order.
pub const GROUP_FIELDS: [GroupField; 14] = [
    GroupField::Name,
    GroupField::Aliases,
    GroupField::Maildrop,
    GroupField::Archive,
    GroupField::Information,
    GroupField::Map,
    GroupField::EncryptedPassword,
    GroupField::LocalLeaders,
    GroupField::Address,
    GroupField::Request,
    GroupField::IncomingFeed,
    GroupField::OutgoingFeeds,
    GroupField::FlagsAndMaxima,
    GroupField::LastDate,
];

/// One line of XTND X-BBOARDS. It may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct GroupDetail {
    position: u32,
    text: Text,
}

impl GroupDetail {
    /// The line at `position`, counted from 0.
    pub fn new(position: u32, text: Text) -> Self {
        Self { position, text }
    }

    /// Where it stands in the listing, counted from 0.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// What it tells; `None` for lines beyond the fourteen.
    pub fn field(&self) -> Option<GroupField> {
        GROUP_FIELDS.get(usize::try_from(self.position).ok()?).copied()
    }

    /// The line.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Flags (octal on the wire) and maxima, from the line that holds them.
    pub fn flags_and_maxima(&self) -> Option<(u32, u64)> {
        if self.field() != Some(GroupField::FlagsAndMaxima) {
            return None;
        }
        let mut words = core::str::from_utf8(self.text.as_bytes()).ok()?.split_ascii_whitespace();
        Some((u32::from_str_radix(words.next()?, 8).ok()?, words.next()?.parse().ok()?))
    }
}

/// `n Header: value`: a line of qpopper's XTND XLST.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HeaderLine {
    number: MessageNumber,
    text: Text,
}

impl HeaderLine {
    /// A line: the message's number and one header field.
    pub fn new(number: MessageNumber, text: Text) -> Self {
        Self { number, text }
    }

    /// The message's number.
    pub fn number(&self) -> MessageNumber {
        self.number
    }

    /// The header field.
    pub fn text(&self) -> &Text {
        &self.text
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let number = message_number(fields)?;
        let text = fields.optional_text()?.ok_or_else(|| fields.error("SP and a header field"))?;
        Ok(Self { number, text })
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        mail_wire::number::put(b"", u64::from(self.number.get()), output);
        put_extra(Some(&self.text), output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_of_a_group_are_octal() {
        let detail = GroupDetail::new(12, Text::new("017 10").unwrap());
        assert_eq!(detail.flags_and_maxima(), Some((15, 10)));
        assert_eq!(GroupDetail::new(11, Text::new("017 10").unwrap()).flags_and_maxima(), None);
        assert_eq!(GroupDetail::new(14, Text::default()).field(), None);
    }

    #[test]
    fn a_known_sub_command_can_not_pass_as_another() {
        assert!(OtherXtnd::new("xmit", None).is_err());
        assert!(OtherXtnd::new("HEAD", Some("x")).is_ok());
        assert!(SUBCOMMANDS.is_sorted_by_key(|spec| spec.name));
    }
}
