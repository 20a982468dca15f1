//! Status responses: OK, NO, BAD and BYE.

use imap_wire::{Atom, Condition, Cursor, LiteralHeader, ParseError, Tag, Writer};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error, Leniency};

/// What stands in brackets in front of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Code {
    /// `LOCKED`: the lock is held.
    Locked,
    /// Any other.
    Other(OtherCode),
}

/// A code that this crate does not know, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OtherCode {
    name: Atom,
    text: Option<Text>,
}

impl OtherCode {
    /// A code of this name, and what stands behind it.
    ///
    /// # Errors
    /// `Syntax` where the name is no atom or that of a known code, and where the text holds a line end, a NUL or `]`.
    pub fn new(name: impl AsRef<[u8]>, text: Option<&[u8]>) -> Result<Self, Error> {
        let (name, text) = (Atom::new(name)?, text.map(Text::new).transpose()?);
        if text.is_none() && name.is("LOCKED") {
            return Err(Error::syntax(0, "a code that is not known"));
        }
        match text.as_ref().and_then(|text| memchr::memchr(b']', text.as_bytes())) {
            Some(at) => Err(Error::syntax(at as u64, "no ] in a code")),
            None => Ok(Self { name, text }),
        }
    }

    /// The name.
    pub fn name(&self) -> &Atom {
        &self.name
    }

    /// All behind the name and one SP.
    pub fn text(&self) -> Option<&Text> {
        self.text.as_ref()
    }
}

impl Code {
    /// The word.
    pub fn name(&self) -> &str {
        match self {
            Self::Locked => "LOCKED",
            Self::Other(other) => other.name.as_str(),
        }
    }

    /// All behind `[`, and `]`.
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.owned_atom()?;
        let mut text = None;
        if cursor.take(b' ') {
            let rest = cursor.rest();
            let len = memchr::memchr(b']', rest).ok_or_else(|| cursor.error("]"))?;
            let octets = rest.get(..len).unwrap_or_default();
            text = Some(Text::new(octets).map_err(|_| cursor.error("no line end in a code"))?);
            cursor.skip(len);
        }
        cursor.expect_octet(b']', "]")?;
        if text.is_none() && name.is("LOCKED") {
            if name != "LOCKED" {
                cursor.note_spelling();
            }
            return Ok(Self::Locked);
        }
        Ok(Self::Other(OtherCode { name, text }))
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.octet(b'[');
        writer.raw(self.name().as_bytes());
        if let Self::Other(OtherCode { text: Some(text), .. }) = self {
            writer.check_text(text.as_bytes())?;
            writer.space();
            writer.raw(text.as_bytes());
        }
        writer.octet(b']');
        Ok(())
    }
}

/// OK, NO, BAD or BYE: the answer to a command, the greeting, or a remark.
///
/// ```
/// use imsp_proto::{Code, Condition, Response, StatusResponse};
/// let status = StatusResponse::tagged("a1", Condition::No, "it is locked")?.with_code(Code::Locked);
/// assert_eq!(Response::from(status).to_bytes()?, b"a1 NO [LOCKED] it is locked\r\n");
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StatusResponse {
    tag: Option<Tag>,
    condition: Condition,
    code: Option<Code>,
    text: Text,
}

impl StatusResponse {
    /// An untagged one: `* OK text`.
    ///
    /// # Errors
    /// `Syntax` where the text holds CR, LF or NUL, begins like a code, or ends like the announcement of a literal: a client
    /// might misread it.
    pub fn untagged(condition: Condition, text: impl AsRef<[u8]>) -> Result<Self, Error> {
        let text = Text::new(text)?;
        if text.as_bytes().starts_with(b"[") {
            return Err(Error::syntax(0, "a text that does not begin like a code"));
        }
        if LiteralHeader::at_end_of(text.as_bytes()).is_some() {
            let end = text.as_bytes().len() as u64;
            return Err(Error::syntax(end, "a text that does not end like a literal's size"));
        }
        Ok(Self { tag: None, condition, code: None, text })
    }

    /// The answer to the command of this tag.
    ///
    /// # Errors
    /// As for [`untagged`](Self::untagged), and where the tag is none; `Misuse` for PREAUTH and BYE, which are never tagged.
    pub fn tagged(
        tag: impl AsRef<[u8]>,
        condition: Condition,
        text: impl AsRef<[u8]>,
    ) -> Result<Self, Error> {
        if matches!(condition, Condition::PreAuth | Condition::Bye) {
            return Err(Error::misuse(0, "OK, NO or BAD in a tagged response"));
        }
        Ok(Self { tag: Some(Tag::new(tag)?), ..Self::untagged(condition, text)? })
    }

    /// `* BAD`, in the shortest words.
    pub(crate) fn bad_syntax() -> Self {
        Self { tag: None, condition: Condition::Bad, code: None, text: Text::default() }
    }

    /// With a code.
    #[must_use]
    pub fn with_code(mut self, code: Code) -> Self {
        self.code = Some(code);
        self
    }

    /// The tag of the command that it answers.
    pub fn tag(&self) -> Option<&Tag> {
        self.tag.as_ref()
    }

    /// What it says.
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// The code.
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// The text for people; may be empty.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Reads all behind the condition.
    pub(crate) fn parse(
        cursor: &mut Cursor<'_>,
        tag: Option<Tag>,
        condition: Condition,
    ) -> Result<Self, ParseError> {
        let mut status = Self { tag, condition, code: None, text: Text::default() };
        if cursor.is_at_end() {
            cursor.forgive(Deviation::Missing, "SP and a text")?;
            return Ok(status);
        }
        if cursor.peek() == Some(b'[') {
            cursor.forgive(Deviation::StatusWord, "SP")?;
        } else {
            cursor.expect_octet(b' ', "SP")?;
        }
        if cursor.peek() == Some(b'[') {
            let mut trial = cursor.clone();
            trial.skip(1);
            match Code::parse(&mut trial) {
                Ok(code) => {
                    status.code = Some(code);
                    *cursor = trial;
                    if cursor.is_at_end() {
                        cursor.forgive(Deviation::Missing, "SP and a text")?;
                    } else if !cursor.take(b' ') {
                        cursor.forgive(Deviation::Space, "SP behind the code")?;
                    }
                }
                Err(error) if cursor.leniency() == Leniency::Strict => return Err(error),
                Err(_) => cursor.forgive(Deviation::Untyped, "a code")?,
            }
        }
        let rest = cursor.rest();
        status.text = Text::new(rest).map_err(|_| cursor.error("text without CR, LF and NUL"))?;
        cursor.skip(rest.len());
        Ok(status)
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(self.tag.as_ref().map_or(b"*", Tag::as_bytes));
        writer.space();
        writer.raw(self.condition.as_str().as_bytes());
        writer.space();
        if let Some(code) = &self.code {
            code.encode(writer)?;
            writer.space();
        } else if self.text.as_bytes().starts_with(b"[") {
            return Err(Error::syntax(0, "a text that does not look like a code"));
        }
        writer.check_text(self.text.as_bytes())?;
        writer.raw(self.text.as_bytes());
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for StatusResponse {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let wrong = |_| arbitrary::Error::IncorrectFormat;
        let code = match u.int_in_range(0..=3)? {
            0 => None,
            1 => Some(Code::Locked),
            2 => Some(Code::Other(OtherCode::new("ALERT", None).map_err(wrong)?)),
            _ => Some(Code::Other(OtherCode::new("X-MOOD", Some(b"fine [thanks")).map_err(wrong)?)),
        };
        let condition: Condition = u.arbitrary()?;
        let tag = match condition {
            Condition::PreAuth | Condition::Bye => None,
            _ => u.arbitrary()?,
        };
        let text = Text::new(u.choose(&["done", "a b ]", "see {31}", ""])?).map_err(wrong)?;
        Ok(Self { tag, condition, code, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_a_client_might_misread_are_refused() {
        for text in ["[LOCKED] no", "see {31}", "see {31+}", "a\r\nb"] {
            assert!(StatusResponse::untagged(Condition::Ok, text).is_err(), "{text}");
        }
        assert!(StatusResponse::untagged(Condition::Ok, "see {31} there [x]").is_ok());
        assert!(OtherCode::new("X", Some(b"a]b")).is_err() && OtherCode::new("locked", None).is_err());
    }
}
