//! APPEND: RFC 9051 section 6.3.12; several messages at once: RFC 3502; `literal8`: RFC 3516.

use alloc::vec::Vec;

use imap_wire::{Cursor, Literal, ParseError, Writer};
use mail_wire::Error;

use super::{DateTime, Flag, MailboxName};

/// `append = "APPEND" SP mailbox 1*append-message`.
///
/// ```
/// use imap_proto::{Append, AppendMessage, CommandBody, Flag, MailboxName};
/// let message = AppendMessage::streamed(52_428_800).with_flags([Flag::Seen]);
/// let command = CommandBody::from(Append::new(MailboxName::inbox(), message)).tag("a1")?;
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Append {
    mailbox: MailboxName,
    messages: Vec<AppendMessage>,
}

impl Append {
    /// One message.
    pub fn new(mailbox: MailboxName, message: AppendMessage) -> Self {
        Self { mailbox, messages: Vec::from([message]) }
    }

    /// And another one (RFC 3502).
    #[must_use]
    pub fn with_message(mut self, message: AppendMessage) -> Self {
        self.messages.push(message);
        self
    }

    /// Where to.
    pub fn mailbox(&self) -> &MailboxName {
        &self.mailbox
    }

    /// The messages; one, unless the client knows MULTIAPPEND.
    pub fn messages(&self) -> &[AppendMessage] {
        &self.messages
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mailbox = MailboxName::parse(cursor)?;
        let mut messages = Vec::new();
        loop {
            cursor.space()?;
            messages.push(AppendMessage::parse(cursor)?);
            if cursor.is_at_end() {
                return Ok(Self { mailbox, messages });
            }
        }
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.mailbox.encode(writer)?;
        for message in &self.messages {
            writer.space();
            message.encode(writer)?;
        }
        Ok(())
    }
}

/// `[flag-list SP] [date-time SP] (literal / literal8)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AppendMessage {
    flags: Vec<Flag>,
    date: Option<DateTime>,
    data: Literal,
    kind: DataKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
enum DataKind {
    Literal,
    Literal8,
}

impl AppendMessage {
    /// A message of these octets.
    pub fn new(octets: impl Into<Vec<u8>>) -> Self {
        Self { flags: Vec::new(), date: None, data: Literal::new(octets), kind: DataKind::Literal }
    }

    /// A message whose octets are given later, by `encode_data`.
    pub fn streamed(octets: u64) -> Self {
        Self { data: Literal::streamed(octets), ..Self::new([]) }
    }

    /// With flags.
    #[must_use]
    pub fn with_flags(mut self, flags: impl Into<Vec<Flag>>) -> Self {
        self.flags = flags.into();
        self
    }

    /// With an internal date.
    #[must_use]
    pub fn with_date(mut self, date: DateTime) -> Self {
        self.date = Some(date);
        self
    }

    /// As a `literal8`, which may hold NUL (RFC 3516).
    #[must_use]
    pub fn as_literal8(mut self) -> Self {
        self.kind = DataKind::Literal8;
        self
    }

    /// The flags.
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// The internal date.
    pub fn date(&self) -> Option<DateTime> {
        self.date
    }

    /// The message.
    pub fn data(&self) -> &Literal {
        &self.data
    }

    /// Whether it is a `literal8`.
    pub fn is_literal8(&self) -> bool {
        self.kind == DataKind::Literal8
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut message = Self::new([]);
        if cursor.peek() == Some(b'(') {
            message.flags = Flag::parse_list(cursor)?;
            cursor.space()?;
        }
        if cursor.peek() == Some(b'"') {
            message.date = Some(DateTime::parse(cursor)?);
            cursor.space()?;
        }
        match cursor.peek() {
            Some(b'{') => {}
            Some(b'~') => message.kind = DataKind::Literal8,
            // `CATENATE (…)`, `UTF8 (…)`: extensions.
            Some(octet) if octet.is_ascii_alphabetic() => {
                return Err(cursor.unknown("a date, flags or a literal"));
            }
            _ => return Err(cursor.error("a literal")),
        }
        let data = cursor.literal()?;
        message.data = cursor.owned(data);
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if !self.flags.is_empty() {
            Flag::encode_list(&self.flags, writer)?;
            writer.space();
        }
        if let Some(date) = &self.date {
            date.encode(writer);
            writer.space();
        }
        match self.kind {
            DataKind::Literal => writer.literal(&self.data),
            DataKind::Literal8 => {
                writer.literal8(&self.data);
                Ok(())
            }
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Append {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let mut append = Self::new(u.arbitrary()?, u.arbitrary()?);
        while !u.is_empty() && u.ratio(1, 4)? {
            append.messages.push(u.arbitrary()?);
        }
        Ok(append)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for AppendMessage {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let kind = if u.ratio(1, 4)? { DataKind::Literal8 } else { DataKind::Literal };
        let (flags, date) = u.arbitrary()?;
        let data = if u.ratio(1, 16)? {
            Literal::Streamed { octets: u.int_in_range(4_097..=9_000)? }
        } else {
            u.arbitrary()?
        };
        Ok(Self { flags, date, data, kind })
    }
}
