//! Status responses: OK, NO, BAD, PREAUTH and BYE (RFC 9051 section 7.1).

pub use imap_wire::Condition;
use imap_wire::{Cursor, LiteralHeader, ParseError, Tag, Writer};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error, Leniency};

use super::ResponseCode;

/// OK, NO, BAD, PREAUTH or BYE: the answer to a command, the greeting, or a remark (RFC 9051 section 7.1).
///
/// ```
/// use imap_proto::{Condition, Dialect, Response, ResponseCode, StatusResponse};
/// let status = StatusResponse::tagged("a1", Condition::No, "it is locked")?.with_code(ResponseCode::InUse);
/// assert_eq!(Response::from(status).to_bytes(Dialect::Imap4rev2)?, b"a1 NO [INUSE] it is locked\r\n");
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StatusResponse {
    tag: Option<Tag>,
    condition: Condition,
    code: Option<ResponseCode>,
    text: Text,
}

impl StatusResponse {
    /// An untagged one: `* OK text`.
    ///
    /// # Errors
    /// `Syntax` where the text holds CR, LF or NUL, begins like a response code, or ends like the announcement of a literal:
    /// a client might misread it.
    pub fn untagged(condition: Condition, text: impl AsRef<[u8]>) -> Result<Self, Error> {
        let text = Text::new(text)?;
        if text.as_bytes().starts_with(b"[") {
            return Err(Error::syntax(0, "a text that does not begin like a response code"));
        }
        if LiteralHeader::at_end_of(text.as_bytes()).is_some() {
            return Err(Error::syntax(
                text.as_bytes().len() as u64,
                "a text that does not end like a literal's size",
            ));
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

    /// With a response code.
    #[must_use]
    pub fn with_code(mut self, code: ResponseCode) -> Self {
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

    /// The response code.
    pub fn code(&self) -> Option<&ResponseCode> {
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
        let (code, text) = parse_resp_text(cursor)?;
        Ok(Self { tag, condition, code, text })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(self.tag.as_ref().map_or(b"*", Tag::as_bytes));
        writer.space();
        writer.raw(self.condition.as_str().as_bytes());
        encode_resp_text(self.code.as_ref(), &self.text, writer)
    }
}

/// `SP resp-text`, which some servers leave out.
pub(crate) fn parse_resp_text(cursor: &mut Cursor<'_>) -> Result<(Option<ResponseCode>, Text), ParseError> {
    if cursor.is_at_end() {
        cursor.forgive(Deviation::Missing, "SP and a text")?;
        return Ok((None, Text::default()));
    }
    if cursor.peek() == Some(b'[') {
        cursor.forgive(Deviation::StatusWord, "SP")?;
    } else {
        cursor.expect_octet(b' ', "SP")?;
    }
    let mut code = None;
    if cursor.peek() == Some(b'[') {
        let mut trial = cursor.clone();
        trial.skip(1);
        match ResponseCode::parse(&mut trial) {
            Ok(read) => {
                code = Some(read);
                *cursor = trial;
            }
            // Before IMAP4 there were texts only, if some began like that.
            Err(_) if !cursor.generation().has_pairs() => return parse_text(cursor, None),
            Err(error) if cursor.leniency() == Leniency::Strict => return Err(error),
            Err(_) => {}
        }
        match code {
            // QUIRK: what is no code is text (Exchange).
            None => cursor.forgive(Deviation::Untyped, "a response code")?,
            Some(_) if cursor.is_at_end() => cursor.forgive(Deviation::Missing, "SP and a text")?,
            Some(_) if cursor.take(b' ') => {}
            Some(_) => cursor.forgive(Deviation::Space, "SP behind the response code")?,
        }
    }
    parse_text(cursor, code)
}

#[inline]
fn parse_text(
    cursor: &mut Cursor<'_>,
    code: Option<ResponseCode>,
) -> Result<(Option<ResponseCode>, Text), ParseError> {
    let rest = cursor.rest();
    let text = Text::new(rest).map_err(|_| cursor.error("text without CR, LF and NUL"))?;
    cursor.skip(rest.len());
    if code.is_none() && text.is_empty() {
        // Legal since RFC 9051; RFC 3501 has one octet of text at least.
        cursor.note_spelling();
    }
    Ok((code, text))
}

/// `SP resp-text`. IMAP4rev1 asks for a text, and gets one.
pub(crate) fn encode_resp_text(
    code: Option<&ResponseCode>,
    text: &Text,
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    writer.space();
    if let Some(code) = code {
        writer.octet(b'[');
        // Up to its closing bracket.
        code.encode(writer)?;
        writer.space();
    } else if text.as_bytes().starts_with(b"[") {
        return Err(Error::syntax(0, "a text that does not look like a response code"));
    }
    writer.check_text(text.as_bytes())?;
    writer.raw(if text.is_empty() && !writer.is_utf8() { b"." } else { text.as_bytes() });
    Ok(())
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for StatusResponse {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let code = if u.ratio(1, 2)? { Some(u.arbitrary()?) } else { None };
        let condition: Condition = u.arbitrary()?;
        let tag = match condition {
            Condition::PreAuth | Condition::Bye => None,
            _ => u.arbitrary()?,
        };
        let text = *u.choose(&["done", "a b ]", "see {31}", "."])?;
        let text = Text::new(text).map_err(|_| arbitrary::Error::IncorrectFormat)?;
        Ok(Self { tag, condition, code, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_a_client_might_misread_are_refused() {
        for text in ["[INUSE] no", "see {31}", "see {31+}", "a\r\nb"] {
            assert!(StatusResponse::untagged(Condition::Ok, text).is_err(), "{text}");
        }
        assert!(StatusResponse::untagged(Condition::Ok, "see {31} there [x]").is_ok());
    }
}
