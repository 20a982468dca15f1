//! APPEND: RFC 9051 section 6.3.12; several messages at once: RFC 3502; `literal8`: RFC 3516; extensions: RFC 4466,
//! of which UTF8 (RFC 6855) and CATENATE (RFC 4469) have messages in them.

use alloc::vec::Vec;

use imap_wire::{Cursor, Literal, ParseError, Writer};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error};

use super::tagged::TaggedExtension;
use super::{DateTime, Flag, MailboxName, whole_text};

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

    /// Whether data that is not known would read as an extension of the message behind it.
    fn is_ambiguous(&self) -> bool {
        let mut pairs = self.messages.iter().zip(self.messages.iter().skip(1));
        pairs.any(|(one, next)| {
            matches!(one.data, AppendData::Other(_)) && next.flags.is_empty() && next.date.is_none()
        })
    }

    /// # Errors
    /// `Syntax` where data that is not known stands in front of a message without flags and date, and where there is none.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if self.is_ambiguous() {
            return Err(Error::syntax(0, "flags or a date behind data that is not known"));
        }
        self.mailbox.encode(writer)?;
        for message in &self.messages {
            writer.space();
            message.encode(writer)?;
        }
        Ok(())
    }
}

/// One message of an APPEND.
///
/// ```text
/// append-message  = append-opts SP append-data
/// append-opts     = [SP flag-list] [SP date-time] *(SP append-ext)          ; RFC 4466
/// append-ext      = append-ext-name SP append-ext-value                     ; a tagged-ext
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AppendMessage {
    flags: Vec<Flag>,
    date: Option<DateTime>,
    extensions: Vec<TaggedExtension>,
    data: AppendData,
}

/// What the message is made of.
///
/// ```text
/// append-data   = literal / literal8 / append-data-ext                      ; RFC 4466
/// append-data   =/ "UTF8" SP "(" literal8 ")"                               ; RFC 6855
/// append-data   =/ "CATENATE" SP "(" cat-part *(SP cat-part) ")"            ; RFC 4469
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum AppendData {
    /// `literal`: the message.
    Literal(Literal),
    /// `literal8`: the message, which may hold NUL (RFC 3516).
    Literal8(Literal),
    /// `UTF8`: the message, with UTF-8 in its header (RFC 6855).
    Utf8(Literal),
    /// `CATENATE`: pieces that make the message (RFC 4469).
    Catenate(Vec<CatenatePart>),
    /// `append-data-ext`: any other.
    Other(TaggedExtension),
}

/// ```text
/// cat-part  = "TEXT" SP literal / "URL" SP astring
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum CatenatePart {
    /// `TEXT`: these octets.
    Text(Literal),
    /// `URL`: what this IMAP URL names.
    Url(Text),
}

impl AppendMessage {
    /// A message of these octets.
    pub fn new(octets: impl Into<Vec<u8>>) -> Self {
        Self::of(AppendData::Literal(Literal::new(octets)))
    }

    /// A message whose octets are given later, by `encode_data`.
    pub fn streamed(octets: u64) -> Self {
        Self::of(AppendData::Literal(Literal::streamed(octets)))
    }

    /// A message made of this.
    pub fn of(data: AppendData) -> Self {
        Self { flags: Vec::new(), date: None, extensions: Vec::new(), data }
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

    /// With this extension in front of the data, as `ANNOTATION (…)` (RFC 5257).
    ///
    /// # Errors
    /// `Syntax` without a value, and for the name of one that is the data itself: UTF8 and CATENATE.
    pub fn with_extension(mut self, extension: TaggedExtension) -> Result<Self, Error> {
        if extension.value().is_none() || is_data(&extension) {
            return Err(Error::syntax(0, "a value of an extension that is no data"));
        }
        self.extensions.push(extension);
        Ok(self)
    }

    /// Its `literal` as a `literal8`, which may hold NUL (RFC 3516).
    #[must_use]
    pub fn as_literal8(mut self) -> Self {
        if let AppendData::Literal(literal) = self.data {
            self.data = AppendData::Literal8(literal);
        }
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

    /// The extensions in front of the data.
    pub fn extensions(&self) -> &[TaggedExtension] {
        &self.extensions
    }

    /// What it is made of.
    pub fn data(&self) -> &AppendData {
        &self.data
    }

    /// The message, where it is one literal: not for CATENATE and what is not known.
    pub fn literal(&self) -> Option<&Literal> {
        match &self.data {
            AppendData::Literal(literal) | AppendData::Literal8(literal) | AppendData::Utf8(literal) => {
                Some(literal)
            }
            AppendData::Catenate(_) | AppendData::Other(_) => None,
        }
    }

    /// Whether it is a `literal8`.
    pub fn is_literal8(&self) -> bool {
        matches!(self.data, AppendData::Literal8(_))
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut message = Self::new([]);
        if cursor.peek() == Some(b'(') {
            message.flags = Flag::parse_client_list(cursor)?;
            cursor.space()?;
        }
        if cursor.peek() == Some(b'"') {
            message.date = Some(DateTime::parse(cursor)?);
            cursor.space()?;
        }
        loop {
            message.data = match cursor.peek() {
                Some(b'{') => AppendData::Literal(parse_literal(cursor)?),
                Some(b'~') => AppendData::Literal8(parse_literal(cursor)?),
                Some(octet) if octet.is_ascii_alphabetic() || matches!(octet, b'-' | b'_' | b'.') => {
                    if cursor.take_keyword("CATENATE") {
                        cursor.space()?;
                        AppendData::Catenate(CatenatePart::parse_list(cursor)?)
                    } else if cursor.take_keyword("UTF8") {
                        cursor.space()?;
                        AppendData::Utf8(parse_utf8(cursor)?)
                    } else {
                        let extension = TaggedExtension::parse(cursor)?;
                        if extension.value().is_none() {
                            return Err(cursor.error("SP and a value"));
                        }
                        // What follows as a date, flags or nothing is no data of this message, so this is.
                        let next = cursor.rest().trim_ascii_start().first();
                        if cursor.peek() == Some(b' ') && !matches!(next, None | Some(b'(' | b'"')) {
                            cursor.space()?;
                            message.extensions.push(extension);
                            continue;
                        }
                        AppendData::Other(extension)
                    }
                }
                _ => return Err(cursor.error("a literal")),
            };
            return Ok(message);
        }
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if !self.flags.is_empty() {
            Flag::encode_client_list(&self.flags, writer)?;
            writer.space();
        }
        if let Some(date) = &self.date {
            date.encode(writer);
            writer.space();
        }
        for extension in &self.extensions {
            extension.encode(writer)?;
            writer.space();
        }
        match &self.data {
            AppendData::Literal(literal) => writer.literal(literal),
            AppendData::Literal8(literal) => {
                writer.literal8(literal);
                Ok(())
            }
            AppendData::Utf8(literal) => {
                writer.raw(b"UTF8 (");
                writer.literal8(literal);
                writer.octet(b')');
                Ok(())
            }
            AppendData::Catenate(parts) if parts.is_empty() => {
                Err(Error::syntax(0, "at least one part for CATENATE"))
            }
            AppendData::Catenate(parts) => {
                writer.raw(b"CATENATE ");
                writer.list(parts, |writer, part| part.encode(writer))
            }
            AppendData::Other(extension) if extension.value().is_none() || is_data(extension) => {
                Err(Error::syntax(0, "a value of data that is not known"))
            }
            AppendData::Other(extension) => extension.encode(writer),
        }
    }
}

/// Whether one of that name is never in front of the data.
fn is_data(extension: &TaggedExtension) -> bool {
    extension.is("CATENATE") || extension.is("UTF8")
}

fn parse_literal(cursor: &mut Cursor<'_>) -> Result<Literal, ParseError> {
    let literal = cursor.literal()?;
    Ok(cursor.owned(literal))
}

fn parse_utf8(cursor: &mut Cursor<'_>) -> Result<Literal, ParseError> {
    cursor.open()?;
    if cursor.peek() != Some(b'~') {
        cursor.forgive(Deviation::Value, "a literal with ~")?;
    }
    let literal = parse_literal(cursor)?;
    cursor.close()?;
    Ok(literal)
}

impl CatenatePart {
    fn parse_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        cursor.open()?;
        let mut parts = Vec::from([Self::parse(cursor)?]);
        while !cursor.take_close()? {
            cursor.space()?;
            parts.push(Self::parse(cursor)?);
        }
        Ok(parts)
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.take_keyword("TEXT") {
            cursor.space()?;
            if cursor.peek() == Some(b'~') {
                cursor.forgive(Deviation::Value, "a literal without ~")?;
            }
            return parse_literal(cursor).map(Self::Text);
        }
        cursor.keyword("URL")?;
        cursor.space()?;
        let url = cursor.astring()?;
        whole_text(cursor, url).map(Self::Url)
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        match self {
            Self::Text(literal) => {
                writer.raw(b"TEXT ");
                writer.literal(literal)
            }
            Self::Url(url) => {
                writer.raw(b"URL ");
                writer.astring(url.as_bytes())
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
        if append.is_ambiguous() {
            return Err(arbitrary::Error::IncorrectFormat);
        }
        Ok(append)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for AppendMessage {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let valued = |u: &mut arbitrary::Unstructured<'a>| -> arbitrary::Result<TaggedExtension> {
            let one: TaggedExtension = u.arbitrary()?;
            if one.value().is_some() {
                return Ok(one);
            }
            TaggedExtension::new("X-B", Some("(a)")).map_err(|_| arbitrary::Error::IncorrectFormat)
        };
        let mut message = Self::of(match u.int_in_range(0..=12)? {
            0 | 1 => AppendData::Literal8(u.arbitrary()?),
            2 => AppendData::Utf8(u.arbitrary()?),
            3 => {
                let mut parts = Vec::from([CatenatePart::Url(u.arbitrary()?)]);
                while !u.is_empty() && u.arbitrary()? {
                    parts.push(CatenatePart::Text(u.arbitrary()?));
                }
                AppendData::Catenate(parts)
            }
            4 => AppendData::Other(valued(u)?),
            // Too large to come inline, so that it is streamed.
            5 => AppendData::Literal(Literal::Streamed { octets: u.int_in_range(4_097..=9_000)? }),
            _ => AppendData::Literal(u.arbitrary()?),
        });
        (message.flags, message.date) = (super::flag::arbitrary_client_list(u)?, u.arbitrary()?);
        if !u.is_empty() && u.ratio(1, 4)? {
            message.extensions.push(valued(u)?);
        }
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    #[test]
    fn messages_of_all_forms() {
        for text in [
            "Sent {1}\r\na",
            "Sent (\\Seen $x) \"17-Jul-1996 02:44:25 -0700\" {1}\r\na ~{2}\r\n()",
            "Sent UTF8 (~{2}\r\n))) {0}\r\n",
            "Sent (\\Seen) CATENATE (URL \"/a b\" TEXT {2}\r\n)\r URL x)",
            "Sent CATENATE (URL a) (\\Seen) CATENATE (TEXT {0}\r\n)",
            "Sent ANNOTATION (/comment (value.priv {3}\r\n) ()) {1}\r\na",
            "Sent X-A 1:* X-B (a) (\\Seen) X-C (b {1}\r\n)) \"17-Jul-1996 02:44:25 -0700\" X-D 1",
        ] {
            let append = strict(text, Append::parse).unwrap();
            assert_eq!(written(|writer| append.encode(writer)), text);
        }
        let many = strict("Sent X-A 1:* X-B (a) (\\Seen) X-C (b)", Append::parse).unwrap();
        let [first, second] = many.messages() else { panic!("{many:?}") };
        assert_eq!((first.extensions().len(), second.flags().len()), (1, 1));
        for bad in [
            "",
            "Sent",
            "Sent ",
            "Sent ()",
            "Sent X-A",
            "Sent CATENATE",
            "Sent CATENATE ()",
            "Sent CATENATE (TEXT \"a\")",
            "Sent CATENATE (PART 1)",
            "Sent UTF8 ()",
            "Sent UTF8 (\"a\")",
            "Sent {2}\r\na",
        ] {
            assert!(lenient(bad, Append::parse).is_err(), "{bad}");
        }
        for odd in ["Sent UTF8 ({1}\r\na)", "Sent CATENATE (TEXT ~{1}\r\na)"] {
            assert!(strict(odd, Append::parse).is_err() && lenient(odd, Append::parse).is_ok(), "{odd}");
        }
    }

    #[test]
    fn extensions_are_told_from_data() {
        let extension = |name| TaggedExtension::new(name, Some("(a)")).unwrap();
        let message = || AppendMessage::new(*b"a");
        assert!(message().with_extension(extension("X")).is_ok());
        assert!(message().with_extension(extension("utf8")).is_err());
        assert!(message().with_extension(TaggedExtension::new("X", None).unwrap()).is_err());
    }

    #[test]
    fn damaged_appends_come_back() {
        const EXAMPLES: &[&str] = &[
            "Sent (\\Seen) \"17-Jul-1996 02:44:25 -0700\" X (a) {1}\r\na UTF8 (~{1}\r\nb)",
            "Sent CATENATE (URL a TEXT {1}\r\n)) X (b) X-C (b {1}\r\n))",
        ];
        damaged_come_back(EXAMPLES, Append::encode, Append::parse);
    }

    proptest! {
        #[test]
        fn appends_come_back(seed: Vec<u8>) {
            let inline = |append: &Append| append.messages.iter().all(|message| match &message.data {
                AppendData::Catenate(parts) => {
                    parts.iter().all(|part| !matches!(part, CatenatePart::Text(Literal::Streamed { .. })))
                }
                _ => message.literal().is_none_or(|literal| literal.as_bytes().is_some()),
            });
            // What is streamed is not in the frame.
            let read = <Append as arbitrary::Arbitrary>::arbitrary(&mut arbitrary::Unstructured::new(&seed));
            if read.is_ok_and(|append| inline(&append)) {
                comes_back::<Append>(&seed, Append::encode, Append::parse);
            }
        }
    }
}
