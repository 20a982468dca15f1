//! What a repository says: RFC 1056 section 4.2.

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::fields::Fields;
use mail_wire::line::take_back;
use mail_wire::text::Text;
use mail_wire::{Deviation, Error, Malformed};

use crate::lex::{line_rules, lines_fit};
use crate::{Greeting, ReplyCode, Row};

/// A line from a repository, or all lines of a descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "responses are short-lived, and a box would cost more")]
pub enum Response {
    /// The first line of the session.
    Greeting(Greeting),
    /// The answer to a command: one line, or the first one of several.
    Reply(Reply),
    /// An entry of a list.
    Row(Row),
}

impl Response {
    /// The lines as they are sent, stuffing and CRLFs included.
    ///
    /// # Errors
    /// `Limit` where a line would be longer than 512 octets (RFC 1056 section 4.1).
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut output = BytesMut::new();
        self.encode(&mut output)?;
        Ok(output.to_vec())
    }

    /// Appends the lines to `output`; leaves `output` as it was on an error.
    pub(crate) fn encode(&self, output: &mut BytesMut) -> Result<(), Error> {
        let start = output.len();
        match self {
            Self::Greeting(greeting) => greeting.as_reply().encode(output),
            Self::Reply(reply) => reply.encode(output),
            Self::Row(row) => row.encode(output),
        }
        if lines_fit(output, start) {
            return Ok(());
        }
        take_back(output, start);
        Err(Error::limit(0, "lines of at most 512 octets"))
    }
}

impl From<Greeting> for Response {
    fn from(greeting: Greeting) -> Self {
        Self::Greeting(greeting)
    }
}

impl From<Reply> for Response {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

impl From<ReplyCode> for Response {
    fn from(code: ReplyCode) -> Self {
        Self::Reply(code.into())
    }
}

impl From<Row> for Response {
    fn from(row: Row) -> Self {
        Self::Row(row)
    }
}

/// The answer to a command: a code, and text for people.
///
/// ```
/// use dmsp_proto::{Reply, ReplyCode, Response};
/// let reply = Reply::new(ReplyCode::NoMailbox, "mailbox fred not found")?;
/// assert_eq!(Response::from(reply).to_bytes()?, b"431 mailbox fred not found\r\n");
/// assert_eq!(Response::from(ReplyCode::Ok).to_bytes()?, b"200 Command OK\r\n");
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reply {
    code: ReplyCode,
    text: Option<Text>,
}

impl Reply {
    /// `code text`; the code alone for an empty text.
    ///
    /// # Errors
    /// `Syntax` where the text holds CR, LF or NUL.
    pub fn new(code: ReplyCode, text: &str) -> Result<Self, Error> {
        Ok(Self { code, text: if text.is_empty() { None } else { Some(Text::new(text)?) } })
    }

    /// The code.
    pub fn code(&self) -> ReplyCode {
        self.code
    }

    /// The text: for people only, in any format (RFC 1056 section 4.2).
    pub fn text(&self) -> Option<&Text> {
        self.text.as_ref()
    }

    /// Whether the operation has succeeded, or goes on: 1xx, 2xx, 3xx. Where a list or a message follows, it has
    /// succeeded only with [`Event::End`](crate::Event::End).
    pub fn is_ok(&self) -> bool {
        self.code.is_ok()
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        mail_wire::number::put(b"", u64::from(self.code.number()), output);
        if let Some(text) = &self.text {
            output.extend_from_slice(b" ");
            output.extend_from_slice(text.as_bytes());
        }
        output.extend_from_slice(b"\r\n");
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        const EXPECTED: &str = "a reply code of three digits";
        let len = fields.peek().len();
        let code = match fields.peek() {
            [_, _, _, next, ..] if next.is_ascii_digit() => None,
            [a, b, c, ..] => number(&[*a, *b, *c]),
            _ => None,
        };
        let code =
            code.and_then(|number| ReplyCode::new(number).ok()).ok_or_else(|| fields.error(EXPECTED))?;
        fields.skip(3);
        line_rules(fields, len)?;
        let text = match fields.peek() {
            [] => None,
            [b' ', ..] => {
                fields.skip(1);
                Some(fields.lenient_text()?)
            }
            // QUIRK: `200-text`, `200` TAB `text`, `200text`.
            _ => {
                fields.forgive(Deviation::StatusWord, "SP")?;
                Some(fields.lenient_text()?)
            }
        };
        Ok(Self { code, text })
    }
}

fn number(digits: &[u8; 3]) -> Option<u16> {
    digits.iter().try_fold(0_u16, |number, octet| {
        let digit = octet.is_ascii_digit().then(|| u16::from(octet & 0x0f))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// With the text that the RFC gives to the code; without text, for one that it does not list.
impl From<ReplyCode> for Reply {
    fn from(code: ReplyCode) -> Self {
        let text = code.spec().and_then(|spec| Text::new(spec.text()).ok());
        Self { code, text }
    }
}

/// 500, with what was expected: the answer to a line that could not be understood.
impl From<&Malformed> for Reply {
    fn from(bad: &Malformed) -> Self {
        let text = alloc::format!("expected {}", bad.error().expected());
        Self { code: ReplyCode::Syntax, text: Text::new(text).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_wire::{Deviations, Leniency};

    fn parse(line: &str, leniency: Leniency) -> Result<(Reply, Deviations), Error> {
        let mut fields = Fields::new(line.as_bytes(), leniency);
        Reply::parse(&mut fields).map(|reply| (reply, fields.deviations))
    }

    #[test]
    fn replies_encode_back() {
        for line in ["200", "200 ", "200 Command OK", "199 x", "221  two", "500 .", "599 \t"] {
            let (reply, deviations) = parse(line, Leniency::Strict).unwrap();
            assert!(deviations.is_empty(), "{line}");
            let mut back = BytesMut::new();
            reply.encode(&mut back);
            assert_eq!(back, alloc::format!("{line}\r\n"));
        }
    }

    #[test]
    fn a_reply_begins_with_three_digits() {
        for line in ["", "2", "20", "2x0 y", "2000", "20 0", "099", "600", "OK", " 200", "+OK", "-100"] {
            assert_eq!(parse(line, Leniency::Lenient).unwrap_err().offset(), 0, "{line}");
        }
    }

    #[test]
    fn text_without_its_space_and_odd_octets_are_forgiven_or_not() {
        for (line, deviation, offset) in [
            ("200-x", Deviation::StatusWord, 3),
            ("200\tx", Deviation::StatusWord, 3),
            ("200x", Deviation::StatusWord, 3),
            ("200 \u{e9}", Deviation::Value, 4),
            ("200 a\rb", Deviation::Value, 5),
            ("200 a\0b", Deviation::Value, 5),
        ] {
            assert!(parse(line, Leniency::Lenient).unwrap().1.contains(deviation), "{line}");
            assert_eq!(parse(line, Leniency::Strict).unwrap_err().offset(), offset, "{line}");
        }
    }
}
