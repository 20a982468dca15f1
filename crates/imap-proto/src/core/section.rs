//! Which part of a message FETCH asks for.

use alloc::vec::Vec;
use core::fmt;

use imap_wire::{Cursor, Generation, ParseError, Writer, chars};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error};

use super::whole_text;

/// What of a message, or of a part, is meant.
///
/// ```text
/// section-msgtext  = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT"
/// section-text     = section-msgtext / "MIME"
/// header-list      = "(" header-fld-name *(SP header-fld-name) ")"
/// header-fld-name  = astring
/// ```
///
/// ```
/// use imap_proto::{Section, SectionText};
/// let section: Section = "2.header.fields (Date)".parse()?;
/// assert_eq!(section.section_text(), Some(&SectionText::HeaderFields(vec!["Date".try_into()?])));
/// assert_eq!(section.section_part(), [2]);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum SectionText {
    /// `HEADER`: the header of the message.
    Header,
    /// `HEADER.FIELDS`: these fields of the header.
    HeaderFields(Vec<Text>),
    /// `HEADER.FIELDS.NOT`: all but these fields.
    HeaderFieldsNot(Vec<Text>),
    /// `TEXT`: the message without its header.
    Text,
    /// `MIME`: the header of the part itself, not of a message in it.
    Mime,
}

/// A part of a message, as in `BODY[…]` and `BINARY[…]`.
///
/// ```text
/// section       = "[" [section-spec] "]"
/// section-spec  = section-msgtext / (section-part ["." section-text])
/// section-part  = nz-number *("." nz-number)
/// ```
///
/// ```
/// use imap_proto::{Section, SectionText};
/// assert_eq!("".parse::<Section>()?, Section::all());
/// assert_eq!("4.2.MIME".parse::<Section>()?, Section::part([4, 2])?.mime()?);
/// let section = Section::header_fields(["Date", "From"])?;
/// assert_eq!(section.to_string(), "HEADER.FIELDS (Date From)");
/// assert_eq!(Section::part([3])?.with(SectionText::Header)?.to_string(), "3.HEADER");
/// assert!(Section::all().mime().is_err() && Section::part([0]).is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Section {
    part: Vec<u32>,
    text: Option<SectionText>,
}

impl Section {
    /// The whole message: `[]`.
    pub fn all() -> Self {
        Self::default()
    }

    /// The header of the message: `[HEADER]`.
    pub fn header() -> Self {
        Self { part: Vec::new(), text: Some(SectionText::Header) }
    }

    /// The message without its header: `[TEXT]`.
    pub fn text() -> Self {
        Self { part: Vec::new(), text: Some(SectionText::Text) }
    }

    /// These fields of the header: `[HEADER.FIELDS (…)]`.
    ///
    /// # Errors
    /// `Syntax` where there is none, or one holds a line end or NUL.
    pub fn header_fields<N: AsRef<[u8]>>(names: impl IntoIterator<Item = N>) -> Result<Self, Error> {
        Self::all().with(SectionText::HeaderFields(texts(names)?))
    }

    /// All but these fields of the header: `[HEADER.FIELDS.NOT (…)]`.
    ///
    /// # Errors
    /// `Syntax` where there is none, or one holds a line end or NUL.
    pub fn header_fields_not<N: AsRef<[u8]>>(names: impl IntoIterator<Item = N>) -> Result<Self, Error> {
        Self::all().with(SectionText::HeaderFieldsNot(texts(names)?))
    }

    /// The part with these numbers, from the outermost multipart inwards: `[4.2]`.
    ///
    /// # Errors
    /// `Syntax` where there is no number, or one is 0.
    pub fn part(numbers: impl Into<Vec<u32>>) -> Result<Self, Error> {
        let part = numbers.into();
        match part.iter().position(|number| *number == 0) {
            Some(at) => Err(Error::syntax(at as u64, "part numbers above 0")),
            None if part.is_empty() => Err(Error::syntax(0, "a part number")),
            None => Ok(Self { part, text: None }),
        }
    }

    /// The header of the message in the part with these numbers, or of the message itself where there are none, as RFC 1730
    /// has it: `[4.2.0]`, `[0]`. Since RFC 2060 that is `HEADER`.
    ///
    /// # Errors
    /// `Syntax` where a number is 0.
    pub fn part_zero(numbers: impl Into<Vec<u32>>) -> Result<Self, Error> {
        let mut part = numbers.into();
        if let Some(at) = part.iter().position(|number| *number == 0) {
            return Err(Error::syntax(at as u64, "part numbers above 0"));
        }
        part.push(0);
        Ok(Self { part, text: None })
    }

    /// `text` of the same part.
    ///
    /// # Errors
    /// `Syntax` for `MIME` without a part, and a list of no fields.
    pub fn with(self, text: SectionText) -> Result<Self, Error> {
        let section = Self { part: self.part, text: Some(text) };
        section.check().map(|()| section)
    }

    /// The MIME header of the same part: `[4.2.MIME]`.
    ///
    /// # Errors
    /// `Syntax` without a part.
    pub fn mime(self) -> Result<Self, Error> {
        self.with(SectionText::Mime)
    }

    fn check(&self) -> Result<(), Error> {
        match &self.text {
            Some(SectionText::Mime) if self.part.is_empty() => {
                Err(Error::syntax(0, "a part number before MIME"))
            }
            Some(SectionText::HeaderFields(names) | SectionText::HeaderFieldsNot(names))
                if names.is_empty() =>
            {
                Err(Error::syntax(0, "the name of a header field"))
            }
            _ => Ok(()),
        }
    }

    /// `section-part`: the numbers, none for the message itself.
    pub fn section_part(&self) -> &[u32] {
        &self.part
    }

    /// `section-text`: what of the part; all where there is none.
    pub fn section_text(&self) -> Option<&SectionText> {
        self.text.as_ref()
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.expect_octet(b'[', "[")?;
        let section = if cursor.peek() == Some(b']') { Self::all() } else { Self::parse_spec(cursor)? };
        cursor.expect_octet(b']', "]")?;
        Ok(section)
    }

    /// ```text
    /// section-binary  = "[" [section-part] "]"
    /// ```
    pub(crate) fn parse_binary(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = cursor.at();
        let section = Self::parse(cursor)?;
        if section.text.is_some() {
            cursor.seek(from);
            return Err(cursor.error("a section of part numbers only"));
        }
        Ok(section)
    }

    fn parse_spec(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut part = Vec::new();
        while cursor.peek().is_some_and(|octet| octet.is_ascii_digit()) {
            // `0` is the header of a message in RFC 1730.
            let is_header = cursor.peek() == Some(b'0') && cursor.generation() == Generation::Imap4;
            part.push(if is_header { cursor.number()? } else { cursor.nz_number()? });
            if !cursor.take(b'.') {
                return Ok(Self { part, text: None });
            }
        }
        let from = cursor.at();
        let word = cursor.word(chars::ATOM, "a part number or a keyword of a section")?;
        let text = match word {
            word if is(cursor, word, "HEADER") => SectionText::Header,
            word if is(cursor, word, "TEXT") => SectionText::Text,
            word if is(cursor, word, "MIME") => {
                if part.is_empty() {
                    // QUIRK: clients that ask for it of the message, which servers answer.
                    cursor.forgive(Deviation::Value, "a part number before MIME")?;
                }
                SectionText::Mime
            }
            word if is(cursor, word, "HEADER.FIELDS") => SectionText::HeaderFields(Self::parse_list(cursor)?),
            word if is(cursor, word, "HEADER.FIELDS.NOT") => {
                SectionText::HeaderFieldsNot(Self::parse_list(cursor)?)
            }
            _ => {
                cursor.seek(from);
                return Err(cursor.error("a part number or a keyword of a section"));
            }
        };
        Ok(Self { part, text: Some(text) })
    }

    pub(crate) fn parse_list(cursor: &mut Cursor<'_>) -> Result<Vec<Text>, ParseError> {
        if cursor.peek() == Some(b'(') {
            cursor.forgive(Deviation::Space, "SP before the list of header fields")?;
        } else {
            cursor.space()?;
        }
        cursor.open()?;
        if cursor.take_close()? {
            cursor.forgive(Deviation::Value, "at least one header field")?;
            return Ok(Vec::new());
        }
        let mut names = Vec::with_capacity(8);
        loop {
            let name = cursor.astring()?;
            names.push(whole_text(cursor, name)?);
            if !cursor.take_separator()? {
                return Ok(names);
            }
        }
    }

    /// # Errors
    /// `Syntax` for what [`with`](Self::with) refuses.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.octet(b'[');
        self.encode_spec(writer)?;
        writer.octet(b']');
        Ok(())
    }

    fn encode_spec(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        for (n, number) in self.part.iter().enumerate() {
            if n > 0 {
                writer.octet(b'.');
            }
            writer.number(u64::from(*number));
        }
        let Some(text) = &self.text else { return Ok(()) };
        if !self.part.is_empty() {
            writer.octet(b'.');
        }
        let list = |writer: &mut Writer<'_>, names: &[Text]| {
            writer.list(names, |writer, name| writer.astring(name.as_bytes()))
        };
        match text {
            SectionText::Header => writer.raw(b"HEADER"),
            SectionText::Text => writer.raw(b"TEXT"),
            SectionText::Mime => writer.raw(b"MIME"),
            SectionText::HeaderFields(names) => {
                writer.raw(b"HEADER.FIELDS ");
                list(writer, names)?;
            }
            SectionText::HeaderFieldsNot(names) => {
                writer.raw(b"HEADER.FIELDS.NOT ");
                list(writer, names)?;
            }
        }
        Ok(())
    }
}

/// `[…]` of an item that nobody knows.
pub(crate) fn skip_section(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    cursor.expect_octet(b'[', "[")?;
    loop {
        let found = memchr::memchr3(b']', b'"', b'{', cursor.rest()).ok_or_else(|| cursor.error("]"))?;
        cursor.skip(found);
        match cursor.peek() {
            Some(b'"') => {
                cursor.quoted()?;
            }
            Some(b'{') => {
                // What is none is a letter like any other.
                if cursor.optional(Cursor::literal).is_none() {
                    cursor.skip(1);
                }
            }
            _ => {
                cursor.skip(1);
                return Ok(());
            }
        }
    }
}

fn texts<N: AsRef<[u8]>>(names: impl IntoIterator<Item = N>) -> Result<Vec<Text>, Error> {
    names.into_iter().map(Text::new).collect()
}

/// Whether `word` is `keyword`; notes other letters.
fn is(cursor: &mut Cursor<'_>, word: &[u8], keyword: &str) -> bool {
    let is = word.eq_ignore_ascii_case(keyword.as_bytes());
    if is && word != keyword.as_bytes() {
        cursor.note_spelling();
    }
    is
}

impl fmt::Display for Section {
    /// Without the brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut output, mut stops) = (bytes::BytesMut::new(), Vec::new());
        let mut writer = Writer::new(&mut output, &mut stops, imap_wire::LiteralPolicy::Server, true);
        self.encode_spec(&mut writer).map_err(|_| fmt::Error)?;
        f.write_str(&alloc::string::String::from_utf8_lossy(&output))
    }
}

impl core::str::FromStr for Section {
    type Err = Error;

    /// Reads a section without its brackets.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Ok(Self::all());
        }
        let frame = imap_wire::frame::Frame::new(text.as_bytes());
        let mut cursor = Cursor::new(&frame, mail_wire::Leniency::Strict, 0);
        let section = Self::parse_spec(&mut cursor).and_then(|section| cursor.end().map(|()| section));
        section.map_err(|error| error.in_frame(&frame))
    }
}

/// Some of the octets of a section.
///
/// ```text
/// partial  = "<" number64 "." nz-number64 ">"
/// ```
///
/// ```
/// use imap_proto::Partial;
/// let partial = Partial::new(0, 2048)?;
/// assert_eq!((partial.origin(), partial.octets(), partial.to_string().as_str()), (0, 2048, "<0.2048>"));
/// assert!(Partial::new(0, 0).is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Partial {
    origin: u64,
    octets: u64,
}

impl Partial {
    /// At most `octets` of them, from `origin` on.
    ///
    /// # Errors
    /// `Syntax` for 0 octets, and for a number of more than 63 bits.
    pub fn new(origin: u64, octets: u64) -> Result<Self, Error> {
        if i64::try_from(origin.max(octets)).is_err() {
            Err(Error::syntax(0, "numbers of at most 63 bits"))
        } else if octets == 0 {
            Err(Error::syntax(0, "a number of octets above 0"))
        } else {
            Ok(Self { origin, octets })
        }
    }

    /// How many octets in front of it.
    pub fn origin(&self) -> u64 {
        self.origin
    }

    /// How many octets at most.
    pub fn octets(&self) -> u64 {
        self.octets
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.expect_octet(b'<', "<")?;
        let origin = cursor.number64()?;
        cursor.expect_octet(b'.', ". behind the origin")?;
        let octets = cursor.number64()?;
        if octets == 0 {
            cursor.forgive(Deviation::Value, "a number of octets above 0")?;
        }
        cursor.expect_octet(b'>', ">")?;
        Ok(Self { origin, octets })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) {
        writer.octet(b'<');
        writer.number(self.origin);
        writer.octet(b'.');
        writer.number(self.octets);
        writer.octet(b'>');
    }
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}.{}>", self.origin, self.octets)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Section {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let names = |u: &mut arbitrary::Unstructured<'a>| -> arbitrary::Result<Vec<Text>> {
            let count = u.int_in_range(1..=3)?;
            (0..count).map(|_| u.arbitrary()).collect()
        };
        let count = u.int_in_range(0..=3)?;
        let part = (0..count).map(|_| u.int_in_range(1..=u32::MAX)).collect::<arbitrary::Result<Vec<_>>>()?;
        let text = match u.int_in_range(0..=5)? {
            0 => Some(SectionText::Header),
            1 => Some(SectionText::HeaderFields(names(u)?)),
            2 => Some(SectionText::HeaderFieldsNot(names(u)?)),
            3 => Some(SectionText::Text),
            4 if !part.is_empty() => Some(SectionText::Mime),
            _ => None,
        };
        Ok(Self { part, text })
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Partial {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        const MAX: u64 = i64::MAX as u64;
        Ok(Self { origin: u.int_in_range(0..=MAX)?, octets: u.int_in_range(1..=MAX)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    #[test]
    fn sections_of_all_forms() {
        for text in [
            "[]",
            "[HEADER]",
            "[TEXT]",
            "[1]",
            "[4.2.1.MIME]",
            "[4.TEXT]",
            "[3.HEADER.FIELDS.NOT (Bcc)]",
            "[HEADER.FIELDS (Date \"two words\")]",
        ] {
            let section = strict(text, Section::parse).unwrap();
            assert_eq!(written(|writer| section.encode(writer)), text);
        }
        for bad in ["", "[", "[1", "[1.]", "[.1]", "[HEADER.FIELDS]", "[FOO]", "[1.FOO]", "[a.1]"] {
            assert!(lenient(bad, Section::parse).is_err(), "{bad}");
        }
        for odd in ["[MIME]", "[HEADER.FIELDS ()]"] {
            assert!(strict(odd, Section::parse).is_err(), "{odd}");
            assert!(lenient(odd, Section::parse).is_ok(), "{odd}");
        }
        assert!(
            strict("[1.2]", Section::parse_binary).is_ok()
                && strict("[1.MIME]", Section::parse_binary).is_err()
        );
    }

    #[test]
    fn odd_sections_are_forgiven() {
        for (text, deviation) in [
            ("[header.Fields (Date)]", Deviation::Spelling),
            ("[HEADER.FIELDS(Date)]", Deviation::Space),
            ("[HEADER.FIELDS ( Date  From )]", Deviation::Space),
            ("[0]", Deviation::Number),
            ("[01]", Deviation::Number),
        ] {
            assert!(lenient(text, Section::parse).unwrap().1.contains(deviation), "{text}");
            assert_eq!(strict(text, Section::parse).is_ok(), deviation == Deviation::Spelling, "{text}");
        }
        assert!(strict("<0.0>", Partial::parse).is_err() && lenient("<0.0>", Partial::parse).is_ok());
        assert!(lenient("<1>", Partial::parse).is_err());
    }

    #[test]
    fn damaged_sections_come_back() {
        const EXAMPLES: &[&str] = &["[]", "[1.22.MIME]", "[3.HEADER.FIELDS.NOT (Bcc \"a b\")]", "[TEXT]"];
        damaged_come_back(EXAMPLES, Section::encode, Section::parse);
        damaged_come_back(
            &["<0.2048>"],
            |partial: &Partial, w| {
                partial.encode(w);
                Ok(())
            },
            Partial::parse,
        );
    }

    proptest! {
        #[test]
        fn sections_come_back(seed: Vec<u8>) {
            comes_back::<Section>(&seed, Section::encode, Section::parse);
            comes_back::<Partial>(&seed, |partial, writer| { partial.encode(writer); Ok(()) }, Partial::parse);
        }
    }
}
