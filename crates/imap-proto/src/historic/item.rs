//! What FETCH of RFC 1730 could ask for, and RFC 2062 calls obsolete (section 6.4.5.OBS.1).

use alloc::vec::Vec;

use imap_wire::{Cursor, Generation, ParseError, Writer};
use mail_wire::Error;
use mail_wire::text::Text;

use super::imap3::{FieldKey, FieldRange, is_key};
use crate::core::Section;

/// An item of FETCH that IMAP4rev1 has not, though clients send some of them to its servers.
///
/// ```text
/// fetch_att_old  = "RFC822.HEADER.LINES" [".NOT"] SPACE header_list / "RFC822" [".TEXT"] ".PEEK"
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum HistoricItem {
    /// `RFC822.PEEK`: the message, without setting `\Seen`. `RFC822` answers.
    Rfc822Peek,
    /// `RFC822.TEXT.PEEK`: its text, without setting `\Seen`. `RFC822.TEXT` answers.
    Rfc822TextPeek,
    /// `RFC822.HEADER.LINES`: these fields of its header; one at least. `RFC822.HEADER` answers.
    HeaderLines(#[cfg_attr(feature = "arbitrary", arbitrary(with = arbitrary_names))] Vec<Text>),
    /// `RFC822.HEADER.LINES.NOT`: all but these fields of its header; one at least. `RFC822.HEADER` answers.
    HeaderLinesNot(#[cfg_attr(feature = "arbitrary", arbitrary(with = arbitrary_names))] Vec<Text>),
    /// A field by its name, or some octets of it (RFC 1203).
    Field(FieldKey, Option<FieldRange>),
}

impl HistoricItem {
    /// Reads what follows this name; `None` if it is none of these.
    pub(crate) fn parse_behind(name: &[u8], cursor: &mut Cursor<'_>) -> Result<Option<Self>, ParseError> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        Ok(Some(match () {
            () if is("RFC822.PEEK") => Self::Rfc822Peek,
            () if is("RFC822.TEXT.PEEK") => Self::Rfc822TextPeek,
            () if is("RFC822.HEADER.LINES") => Self::HeaderLines(Section::parse_list(cursor)?),
            () if is("RFC822.HEADER.LINES.NOT") => Self::HeaderLinesNot(Section::parse_list(cursor)?),
            () => return Ok(None),
        }))
    }

    /// Its name, or what it is.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rfc822Peek => "RFC822.PEEK",
            Self::Rfc822TextPeek => "RFC822.TEXT.PEEK",
            Self::HeaderLines(_) => "RFC822.HEADER.LINES",
            Self::HeaderLinesNot(_) => "RFC822.HEADER.LINES.NOT",
            Self::Field(..) => "fields by their names",
        }
    }

    /// # Errors
    /// `Unsupported` for fields outside of IMAP3. The others are still sent to servers of IMAP4rev1.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if let Self::Field(key, range) = self {
            if !is_key(key, *range) || writer.generation() != Generation::Imap3 {
                return Err(Error::unsupported(0, "a key of IMAP3 that is no item of IMAP2"));
            }
            key.encode(writer)?;
            if let Some(range) = range {
                range.encode(writer);
            }
            return Ok(());
        }
        writer.raw(self.name().as_bytes());
        match self {
            Self::HeaderLines(names) | Self::HeaderLinesNot(names) if names.is_empty() => {
                Err(Error::syntax(0, "the name of a header field"))
            }
            Self::HeaderLines(names) | Self::HeaderLinesNot(names) => {
                writer.space();
                writer.list(names, |writer, name| writer.astring(name.as_bytes()))
            }
            Self::Rfc822Peek | Self::Rfc822TextPeek | Self::Field(..) => Ok(()),
        }
    }
}

#[cfg(feature = "arbitrary")]
fn arbitrary_names(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Vec<Text>> {
    let mut names: Vec<Text> = arbitrary::Arbitrary::arbitrary(u)?;
    if names.is_empty() {
        names.push(Text::new("Date").map_err(|_| arbitrary::Error::IncorrectFormat)?);
    }
    Ok(names)
}
