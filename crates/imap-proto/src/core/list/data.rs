//! What LIST and LSUB find (RFC 9051 section 7.3.1).

use alloc::vec::Vec;
use core::fmt;

use imap_wire::{Atom, Cursor, ParseError, Writer, chars};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error, Leniency};

use super::options;
use crate::core::flag::Form;
use crate::core::mailbox::MailboxName;
use crate::core::tagged::is_one_value;
use crate::core::{Raw, look_up, whole, whole_text};

/// Something about a mailbox that LIST found.
///
/// ```text
/// mbx-list-oflag   = "\Noinferiors" / child-mbox-flag / "\Subscribed" / "\Remote" / flag-extension
/// mbx-list-sflag   = "\NonExistent" / "\Noselect" / "\Marked" / "\Unmarked"
/// child-mbox-flag  = "\HasChildren" / "\HasNoChildren"
/// use-attr         = "\All" / "\Archive" / "\Drafts" / "\Flagged" / "\Junk" / "\Sent" / "\Trash" / use-attr-ext
/// ```
///
/// ```
/// assert_eq!(imap_proto::ListAttribute::NoSelect.to_string(), "\\Noselect");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ListAttribute {
    /// `\Noinferiors`: none can be below it.
    NoInferiors,
    /// `\Noselect`: it can't be selected.
    NoSelect,
    /// `\Marked`: it may have new messages.
    Marked,
    /// `\Unmarked`: it has no new messages.
    Unmarked,
    /// `\NonExistent`: there is no such mailbox.
    NonExistent,
    /// `\HasChildren`: others are below it.
    HasChildren,
    /// `\HasNoChildren`: none is below it.
    HasNoChildren,
    /// `\Subscribed`.
    Subscribed,
    /// `\Remote`: it is on another server.
    Remote,
    /// `\All`: a view of all messages.
    All,
    /// `\Archive`: for messages that are kept.
    Archive,
    /// `\Drafts`: for messages that are being written.
    Drafts,
    /// `\Flagged`: a view of all messages that are marked for attention.
    Flagged,
    /// `\Important`: a view of all messages that seem important (RFC 8457).
    Important,
    /// `\Junk`: for unwanted messages.
    Junk,
    /// `\Sent`: for messages that were sent.
    Sent,
    /// `\Trash`: for messages that are to be deleted.
    Trash,
    /// Any other, without its `\`.
    Extension(Atom),
    /// What some servers send and no attribute can be.
    Other(Text),
}

const ATTRIBUTES: [(&str, ListAttribute); 17] = [
    ("Noinferiors", ListAttribute::NoInferiors),
    ("Noselect", ListAttribute::NoSelect),
    ("Marked", ListAttribute::Marked),
    ("Unmarked", ListAttribute::Unmarked),
    ("NonExistent", ListAttribute::NonExistent),
    ("HasChildren", ListAttribute::HasChildren),
    ("HasNoChildren", ListAttribute::HasNoChildren),
    ("Subscribed", ListAttribute::Subscribed),
    ("Remote", ListAttribute::Remote),
    ("All", ListAttribute::All),
    ("Archive", ListAttribute::Archive),
    ("Drafts", ListAttribute::Drafts),
    ("Flagged", ListAttribute::Flagged),
    ("Important", ListAttribute::Important),
    ("Junk", ListAttribute::Junk),
    ("Sent", ListAttribute::Sent),
    ("Trash", ListAttribute::Trash),
];

impl ListAttribute {
    #[inline]
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        match Self::frequent(cursor.rest()) {
            Some((attribute, len)) => {
                cursor.skip(len);
                Ok(attribute)
            }
            None => Self::parse_any(cursor),
        }
    }

    /// The attributes that nearly every mailbox has one of, in the spelling of nearly all servers, and their octets.
    #[inline(always)]
    fn frequent(rest: &[u8]) -> Option<(Self, usize)> {
        let (attribute, behind) = if let Some(behind) = rest.strip_prefix(b"\\HasNoChildren") {
            (Self::HasNoChildren, behind)
        } else if let Some(behind) = rest.strip_prefix(b"\\HasChildren") {
            (Self::HasChildren, behind)
        } else {
            return None;
        };
        let is_whole = matches!(behind.first(), Some(b' ' | b')'));
        is_whole.then_some((attribute, rest.len().wrapping_sub(behind.len())))
    }

    /// All attributes, in any spelling.
    #[inline(never)]
    fn parse_any(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let other = match Form::parse(cursor, "an attribute of a mailbox")? {
            Form::System(name) => {
                if let Some((_, attribute)) = look_up(&ATTRIBUTES, name, cursor) {
                    return Ok(attribute.clone());
                }
                let name = Atom::new(name).map_err(|_| cursor.error("an attribute of a mailbox"))?;
                return Ok(Self::Extension(name));
            }
            Form::Odd(text) => return Ok(Self::Other(text)),
            Form::Keyword(name) => Text::new(name),
            Form::Any => Text::new("\\*"),
        };
        cursor.forgive(Deviation::Value, "an attribute of a mailbox")?;
        other.map(Self::Other).map_err(|_| cursor.error("an attribute of a mailbox"))
    }

    /// # Errors
    /// `Syntax` where [`Other`](Self::Other) holds what even a lenient reader does not take for one attribute.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        match self {
            Self::Extension(name) => {
                writer.octet(b'\\');
                writer.raw(name.as_bytes());
            }
            Self::Other(name) => {
                if name.is_empty() || !chars::all(name.as_bytes(), chars::LENIENT) {
                    return Err(Error::syntax(0, "an attribute of a mailbox"));
                }
                writer.raw(name.as_bytes());
            }
            known => {
                let name = ATTRIBUTES.iter().find(|(_, attribute)| attribute == known);
                writer.octet(b'\\');
                writer.raw(name.map_or(b"", |(name, _)| name.as_bytes()));
            }
        }
        Ok(())
    }
}

impl fmt::Display for ListAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extension(name) => write!(f, "\\{name}"),
            Self::Other(name) => write!(f, "{name}"),
            known => {
                let name = ATTRIBUTES.iter().find(|(_, attribute)| attribute == known);
                write!(f, "\\{}", name.map_or("", |(name, _)| name))
            }
        }
    }
}

/// More about a mailbox that LIST found.
///
/// ```text
/// mbox-list-extended-item  = mbox-list-extended-item-tag SP tagged-ext-val
/// childinfo-extended-item  = "CHILDINFO" SP "(" list-select-base-opt-quoted *(SP list-select-base-opt-quoted) ")"
/// oldname-extended-item    = "OLDNAME" SP "(" mailbox ")"
/// ```
///
/// ```
/// use imap_proto::{ListExtended, MailboxName};
/// let item = ListExtended::OldName(MailboxName::new("foo")?);
/// assert_ne!(item, ListExtended::other("X-MOOD", "(fine)")?);
/// assert!(ListExtended::other("X-MOOD", "fine) (").is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ListExtended {
    /// `CHILDINFO`: by which options mailboxes below it are selected, so that RECURSIVEMATCH named this one.
    ChildInfo(Vec<Text>),
    /// `OLDNAME`: what it was called before, or by the client.
    OldName(MailboxName),
    /// Any other, and one of these that can't be read.
    Other(OtherListExtended),
}

/// An extended item that is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OtherListExtended {
    tag: Text,
    value: Raw,
}

impl OtherListExtended {
    /// Its name.
    pub fn tag(&self) -> &Text {
        &self.tag
    }

    /// Its value, as it was written.
    pub fn value(&self) -> &Raw {
        &self.value
    }
}

type ParseItem = fn(&mut Cursor<'_>) -> Result<ListExtended, ParseError>;

impl ListExtended {
    /// An item that is not known.
    ///
    /// # Errors
    /// `Syntax` where `tag` is a known one or holds a line end, or `value` is not one value.
    pub fn other(tag: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Result<Self, Error> {
        let (tag, value) = (Text::new(tag)?, Raw::new(value)?);
        let is = |known: &[u8]| tag.as_bytes().eq_ignore_ascii_case(known);
        if is(b"CHILDINFO") || is(b"OLDNAME") || !is_one_value(value.as_bytes()) {
            return Err(Error::syntax(0, "an item that is not known, with one value"));
        }
        Ok(Self::Other(OtherListExtended { tag, value }))
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let quoted = cursor.peek() == Some(b'"');
        let tag = cursor.astring()?;
        let tag = whole_text(cursor, tag)?;
        cursor.space()?;
        let known: Option<(&[u8], ParseItem)> = match tag.as_bytes() {
            tag if tag.eq_ignore_ascii_case(b"CHILDINFO") => Some((b"CHILDINFO", Self::parse_child_info)),
            tag if tag.eq_ignore_ascii_case(b"OLDNAME") => Some((b"OLDNAME", Self::parse_old_name)),
            _ => None,
        };
        if let Some((name, parse)) = known {
            let mut trial = cursor.clone();
            match parse(&mut trial) {
                Ok(item) => {
                    // Both spellings are legal; the examples of the RFC have the quotes.
                    if !quoted || tag.as_bytes() != name {
                        trial.note_spelling();
                    }
                    *cursor = trial;
                    return Ok(item);
                }
                Err(error) if cursor.leniency() == Leniency::Strict => return Err(error),
                Err(_) => cursor.forgive(Deviation::Untyped, "the value that the RFC has")?,
            }
        }
        let value = Raw::parse_value(cursor)?;
        Ok(Self::Other(OtherListExtended { tag, value }))
    }

    fn parse_child_info(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let values = options(cursor, |cursor| {
            if !matches!(cursor.peek(), Some(b'"' | b'{')) {
                cursor.forgive(Deviation::Value, "an option in quotes")?;
            }
            let value = cursor.astring()?;
            whole_text(cursor, value)
        })?;
        if values.is_empty() {
            cursor.forgive(Deviation::Value, "at least one option")?;
        }
        Ok(Self::ChildInfo(values))
    }

    fn parse_old_name(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.open()?;
        let name = MailboxName::parse(cursor)?;
        cursor.close()?;
        Ok(Self::OldName(name))
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        match self {
            Self::ChildInfo(values) => {
                writer.raw(b"\"CHILDINFO\" ");
                writer.list(values, |writer, value| writer.string(value.as_bytes()))
            }
            Self::OldName(name) => {
                writer.raw(b"\"OLDNAME\" (");
                name.encode(writer)?;
                writer.octet(b')');
                Ok(())
            }
            Self::Other(other) => {
                writer.astring(other.tag.as_bytes())?;
                writer.space();
                other.value.encode(writer)
            }
        }
    }
}

/// A mailbox that LIST or LSUB found.
///
/// ```text
/// mailbox-list        = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
///                       [SP mbox-list-extended]
/// mbox-list-extended  = "(" [mbox-list-extended-item *(SP mbox-list-extended-item)] ")"
/// ```
///
/// ```
/// use imap_proto::{ListAttribute, ListData, MailboxName};
/// let data = ListData::new(MailboxName::new("Sent")?, Some('/'))?.with_attribute(ListAttribute::Sent);
/// assert!(data.has(&ListAttribute::Sent) && data.delimiter() == Some('/'));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ListData {
    attributes: Vec<ListAttribute>,
    delimiter: Option<char>,
    mailbox: MailboxName,
    extended: Vec<ListExtended>,
}

impl ListData {
    /// `mailbox`, in a hierarchy with this delimiter, or in none.
    ///
    /// # Errors
    /// `Syntax` where the delimiter is NUL, CR or LF.
    pub fn new(mailbox: MailboxName, delimiter: Option<char>) -> Result<Self, Error> {
        if matches!(delimiter, Some('\0' | '\r' | '\n')) {
            return Err(Error::syntax(0, "a delimiter other than CR, LF and NUL"));
        }
        Ok(Self { attributes: Vec::new(), delimiter, mailbox, extended: Vec::new() })
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with_attribute(mut self, attribute: ListAttribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Adds an extended item.
    #[must_use]
    pub fn with_extended(mut self, item: ListExtended) -> Self {
        self.extended.push(item);
        self
    }

    /// The attributes, in their order.
    pub fn attributes(&self) -> &[ListAttribute] {
        &self.attributes
    }

    /// Whether `attribute` is named.
    pub fn has(&self, attribute: &ListAttribute) -> bool {
        self.attributes.contains(attribute)
    }

    /// What stands between the levels of names; `None` where there is one level only.
    pub fn delimiter(&self) -> Option<char> {
        self.delimiter
    }

    /// The mailbox.
    pub fn mailbox(&self) -> &MailboxName {
        &self.mailbox
    }

    /// The extended items, in their order.
    pub fn extended(&self) -> &[ListExtended] {
        &self.extended
    }

    /// Reads what follows `LIST SP` or `LSUB SP`, to the end of the frame.
    #[inline]
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let attributes = options(cursor, ListAttribute::parse)?;
        cursor.space()?;
        let delimiter = if cursor.take_nil() { None } else { Self::parse_delimiter(cursor)? };
        cursor.space()?;
        let from = cursor.at();
        let mut mailbox = MailboxName::parse(cursor)?;
        let mut extended = Vec::new();
        if !cursor.rest().trim_ascii_start().is_empty() {
            let mut trial = cursor.clone();
            match Self::parse_extended(&mut trial) {
                Ok(items) => (extended, *cursor) = (items, trial),
                Err(error) if cursor.leniency() == Leniency::Strict => return Err(error),
                // What begins like extended items is no name, or one that was cut off would be.
                Err(error) if cursor.rest().trim_ascii_start().starts_with(b"(") => return Err(error),
                Err(error) => mailbox = Self::unquoted(cursor, from).ok_or(error)?,
            }
        }
        Ok(Self { attributes, delimiter, mailbox, extended })
    }

    fn parse_extended(cursor: &mut Cursor<'_>) -> Result<Vec<ListExtended>, ParseError> {
        cursor.space()?;
        let extended = options(cursor, ListExtended::parse)?;
        if extended.is_empty() {
            cursor.note_spelling();
        }
        if !cursor.rest().trim_ascii_start().is_empty() {
            return Err(cursor.error("the end of the line"));
        }
        Ok(extended)
    }

    /// QUIRK: Office 365 leaves names unquoted, whatever is in them: all that is left is one.
    #[cold]
    fn unquoted(cursor: &mut Cursor<'_>, from: usize) -> Option<MailboxName> {
        let end = cursor.at();
        cursor.seek(from);
        let name = cursor.rest().trim_ascii_end();
        let name = match name {
            [b'"' | b'{', ..] => None,
            name => MailboxName::new(name).ok(),
        };
        let name = name.filter(|_| cursor.forgive(Deviation::Quoting, "a quoted string").is_ok());
        cursor.seek(if name.is_some() { usize::MAX } else { end });
        name
    }

    pub(crate) fn parse_delimiter(cursor: &mut Cursor<'_>) -> Result<Option<char>, ParseError> {
        if let [b'"', delimiter, b'"', ..] = cursor.rest()
            && delimiter.is_ascii_graphic()
            && !matches!(delimiter, b'"' | b'\\')
        {
            cursor.skip(3);
            return Ok(Some(char::from(*delimiter)));
        }
        if cursor.rest().starts_with(b"\"\\\" ") {
            // QUIRK: Domino does not escape its delimiter.
            cursor.forgive(Deviation::Quoting, "\\\\ in a quoted string")?;
            cursor.skip(3);
            return Ok(Some('\\'));
        }
        let octets = cursor.quoted()?;
        let value = whole(cursor, octets)?;
        let mut delimiter = core::str::from_utf8(&value).unwrap_or("\u{fffd}\u{fffd}").chars();
        match (delimiter.next(), delimiter.next()) {
            (None, _) => {
                cursor.forgive(Deviation::Value, "one character, or NIL")?;
                Ok(None)
            }
            (Some(delimiter), None) => Ok(Some(delimiter)),
            _ => Err(cursor.error("one character, or NIL")),
        }
    }

    /// `DQUOTE QUOTED-CHAR DQUOTE / nil`
    #[inline]
    pub(crate) fn encode_delimiter(delimiter: Option<char>, writer: &mut Writer<'_>) {
        match delimiter {
            None => writer.raw(b"NIL"),
            Some(delimiter) => {
                writer.octet(b'"');
                if matches!(delimiter, '"' | '\\') {
                    writer.octet(b'\\');
                }
                writer.raw(delimiter.encode_utf8(&mut [0; 4]).as_bytes());
                writer.octet(b'"');
            }
        }
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.list(&self.attributes, |writer, attribute| attribute.encode(writer))?;
        writer.space();
        Self::encode_delimiter(self.delimiter, writer);
        writer.space();
        self.mailbox.encode(writer)?;
        if !self.extended.is_empty() {
            writer.space();
            writer.list(&self.extended, |writer, item| item.encode(writer))?;
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
mod arbitrary_impls {
    use arbitrary::{Arbitrary, Error, Result, Unstructured};

    use super::*;

    impl<'a> Arbitrary<'a> for ListAttribute {
        fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
            if let Some((_, attribute)) = ATTRIBUTES.get(u.int_in_range(0..=ATTRIBUTES.len())?) {
                return Ok(attribute.clone());
            }
            let name: Atom = u.arbitrary()?;
            let known = ATTRIBUTES.iter().find(|(known, _)| name.is(known));
            Ok(known.map_or(Self::Extension(name), |(_, attribute)| attribute.clone()))
        }
    }

    impl<'a> Arbitrary<'a> for ListExtended {
        fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
            match u.int_in_range(0..=2)? {
                0 => {
                    let mut values: Vec<Text> = u.arbitrary()?;
                    values.push(Text::new("SUBSCRIBED").unwrap_or_default());
                    Ok(Self::ChildInfo(values))
                }
                1 => u.arbitrary().map(Self::OldName),
                _ => {
                    let tag = *u.choose(&["X-A", "", "two words", "\u{fc}"])?;
                    let value = *u.choose(&["1", "()", "(a (\"b)\" c))", "1:*", "(a {1}\r\n))"])?;
                    Self::other(tag, value).map_err(|_| Error::IncorrectFormat)
                }
            }
        }
    }

    impl<'a> Arbitrary<'a> for ListData {
        fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
            let delimiter = *u.choose(&[None, Some('/'), Some('.'), Some('\\'), Some('"'), Some(' ')])?;
            let attributes = u.arbitrary()?;
            Ok(Self { attributes, delimiter, mailbox: u.arbitrary()?, extended: u.arbitrary()? })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::lenient;

    #[test]
    fn frequent_attributes_are_read_as_all_others() {
        for (name, attribute) in ATTRIBUTES {
            for behind in [")", " \\Sent", "", "X)", "]", "*"] {
                let text = alloc::format!("\\{name}{behind}");
                let read = |parse: fn(&mut Cursor<'_>) -> Result<ListAttribute, ParseError>| {
                    lenient(&text, |cursor| {
                        let attribute = parse(cursor)?;
                        let at = cursor.at();
                        cursor.skip(cursor.rest().len());
                        Ok((attribute, at))
                    })
                };
                assert_eq!(read(ListAttribute::parse).ok(), read(ListAttribute::parse_any).ok(), "{text}");
                let frequent = ListAttribute::frequent(text.as_bytes());
                assert!(frequent.is_none_or(|(known, len)| known == attribute && len == name.len() + 1));
            }
        }
    }
}
