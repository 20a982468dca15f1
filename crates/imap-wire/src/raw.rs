//! What is understood only in part, kept as it stands.

use alloc::boxed::Box;
use alloc::vec::Vec;

use mail_wire::Error;

use crate::{Cursor, Literal, LiteralHeader, ParseError, Writer};

/// Arguments or data that this crate does not know: text and literals as turns, octet for octet.
///
/// ```
/// use imap_wire::Raw;
/// let raw = Raw::new(b"\"box\" (x {3}\r\na b)")?;
/// assert_eq!(raw.as_bytes(), b"\"box\" (x {3}\r\na b)");
/// assert!(Raw::new(b"two\r\nlines").is_err() && Raw::new(b"cut {3}\r\na").is_err());
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Raw(Box<[u8]>);

impl Raw {
    /// Text in which each literal stands behind its `{n}` and CRLF.
    ///
    /// # Errors
    /// `Syntax` at a CR, LF or NUL outside a literal, at a NUL in one that is no `literal8`, and where a literal is cut
    /// off; also where the text ends like the announcement of a literal.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        for turn in turns(octets) {
            match turn {
                Turn::Text(text) => {
                    check_text(text)?;
                    if LiteralHeader::at_end_of(text).is_some() {
                        return Err(Error::syntax(octets.len() as u64, "a whole literal"));
                    }
                }
                Turn::Literal(literal, header) => {
                    if !header.is_literal8() && literal.contains(&0) {
                        return Err(Error::syntax(0, "no NUL in a literal"));
                    }
                }
            }
        }
        Ok(Self(octets.into()))
    }

    /// As it came, in whatever spelling; NUL and the like fail when it is sent again.
    pub fn received(octets: &[u8]) -> Self {
        if memchr::memchr(b'\n', octets).is_none() {
            return Self(octets.into());
        }
        // Announcements are kept in one form, whichever the peer chose.
        let mut kept = Vec::with_capacity(octets.len());
        for turn in turns(octets) {
            match turn {
                Turn::Text(text) => kept.extend_from_slice(text),
                Turn::Literal(literal, header) => {
                    let tilde = if header.is_literal8() { "~" } else { "" };
                    kept.extend_from_slice(alloc::format!("{tilde}{{{}}}\r\n", literal.len()).as_bytes());
                    kept.extend_from_slice(literal);
                }
            }
        }
        Self(kept.into())
    }

    /// One value of the generic syntax.
    ///
    /// # Errors
    /// Those of [`Cursor::any_value`], and `Limit` where a literal of it was streamed.
    pub fn parse_value(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = cursor.at();
        cursor.any_value()?;
        Self::since(cursor, from)
    }

    /// All that is left.
    ///
    /// # Errors
    /// `Limit` where a literal of it was streamed.
    pub fn parse_rest(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = cursor.at();
        cursor.skip(cursor.rest().len());
        Self::since(cursor, from)
    }

    /// What was passed over; without the octets of a literal it would be something else.
    fn since(cursor: &Cursor<'_>, from: usize) -> Result<Self, ParseError> {
        if !cursor.is_whole_since(from) {
            return Err(cursor.limit("a literal short enough to be kept"));
        }
        Ok(Self::received(cursor.since(from)))
    }

    /// As it stands, each literal behind its `{n}` and CRLF.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Writes it, literals as the other side takes them.
    ///
    /// # Errors
    /// `Syntax` at what no text may hold, `Unsupported` for octets above 127 in text that may not have them.
    pub fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        for turn in turns(&self.0) {
            match turn {
                Turn::Text(text) => {
                    check_text(text)?;
                    // The place of a string in it is not known, so it can't become a literal.
                    writer.check_text(text)?;
                    writer.raw(text);
                }
                Turn::Literal(octets, header) if header.is_literal8() => {
                    writer.literal8(&Literal::new(octets));
                }
                Turn::Literal(octets, _) => writer.literal_octets(octets)?,
            }
        }
        Ok(())
    }
}

fn check_text(text: &[u8]) -> Result<(), Error> {
    match memchr::memchr3(b'\r', b'\n', 0, text) {
        Some(at) => Err(Error::syntax(at as u64, "no CR, LF or NUL in text")),
        None => Ok(()),
    }
}

impl PartialEq<&str> for Raw {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

enum Turn<'a> {
    /// Up to the announcement of the next literal, without it.
    Text(&'a [u8]),
    Literal(&'a [u8], LiteralHeader),
}

/// Text and literals in their order.
fn turns(octets: &[u8]) -> impl Iterator<Item = Turn<'_>> {
    let (mut rest, mut literal) = (octets, None);
    core::iter::from_fn(move || {
        if let Some(turn) = literal.take() {
            return Some(turn);
        }
        if rest.is_empty() {
            return None;
        }
        // An announcement stands at the end of a line; what ends otherwise is text to the end.
        let announced = memchr::memchr(b'\n', rest).and_then(|at| {
            let (line, behind) = rest.split_at_checked(at.saturating_add(1))?;
            let header = LiteralHeader::at_end_of(line)?;
            let (octets, later) = behind.split_at_checked(usize::try_from(header.octets()).ok()?)?;
            let text = line.get(..memchr::memrchr(b'{', line)?)?;
            let text = if header.is_literal8() { text.strip_suffix(b"~").unwrap_or(text) } else { text };
            Some((text, Turn::Literal(octets, header), later))
        });
        match announced {
            Some((text, turn, later)) => {
                rest = later;
                literal = Some(turn);
                Some(Turn::Text(text))
            }
            None => Some(Turn::Text(core::mem::take(&mut rest))),
        }
    })
}

impl core::fmt::Debug for Raw {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(&alloc::string::String::from_utf8_lossy(&self.0), f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Raw {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        mail_wire::text::serde_octets::serialize(&self.0, serializer)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Raw {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let samples: [&[u8]; 5] =
            [b"x", b"(a (b \"c\\\"\") NIL)", b"{3}\r\na\r\n", b"~{2}\r\n\0\0 (1 2)", b"\"a\" b[c] <9>"];
        Ok(Self(Vec::from(*u.choose(&samples)?).into()))
    }
}
