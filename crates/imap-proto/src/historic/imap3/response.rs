//! Responses of RFC 1203: data with the tag of the command that asked for it, or with `*`.

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::Frame;
use imap_wire::{Cursor, ParseError, SequenceSet, Tag, Writer};
use mail_wire::{Deviation, Error};

use crate::core::{Condition, StatusResponse, encode_resp_text};
use crate::fetch::{Fetch, Scratch};
use crate::historic::{HistoricResponse, search};
use crate::{Dialect, Response, SearchKey};

/// Data that a command asked for, with its tag.
///
/// ```
/// use imap_proto::{Dialect, Options, Response};
/// let options = Options::client().with_dialect(Dialect::Imap3);
/// let response = Response::parse(b"A004 19 EXISTS", &options)?;
/// assert_eq!(response.solicited_by().unwrap(), &"A004");
/// assert_eq!(response.data(), &Response::Exists(19));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Solicited {
    tag: Tag,
    data: Box<Response>,
}

impl Solicited {
    /// These data, for the command of this tag.
    ///
    /// # Errors
    /// `Syntax` where the tag is none. `Misuse` for what is no data: continuations, what has a tag already, and status responses
    /// but `BYE`.
    pub fn new(tag: impl AsRef<[u8]>, data: Response) -> Result<Self, Error> {
        let is_data = match &data {
            Response::Continuation(_) | Response::Historic(HistoricResponse::Solicited(_)) => false,
            Response::Status(status) => status.condition() == Condition::Bye,
            _ => true,
        };
        if !is_data {
            return Err(Error::misuse(0, "data behind the tag"));
        }
        Ok(Self { tag: Tag::new(tag)?, data: Box::new(data) })
    }

    /// The tag of the command.
    pub fn tag(&self) -> &Tag {
        &self.tag
    }

    /// The data.
    pub fn data(&self) -> &Response {
        &self.data
    }

    pub(crate) fn encode(
        &self,
        writer: &mut Writer<'_>,
        encode: impl FnOnce(&Response, &mut Writer<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        writer.raw(self.tag.as_bytes());
        writer.space();
        match &*self.data {
            Response::Status(status) => {
                writer.raw(status.condition().as_str().as_bytes());
                encode_resp_text(status.code(), status.text(), writer)
            }
            data => encode(data, writer),
        }
    }
}

/// `SEARCH (numbers) (criteria)`: which messages match which criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Found {
    numbers: Vec<u32>,
    key: SearchKey,
}

impl Found {
    /// These messages match this.
    pub fn new(numbers: impl Into<Vec<u32>>, key: SearchKey) -> Self {
        Self { numbers: numbers.into(), key }
    }

    /// The messages.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// What was looked for.
    pub fn key(&self) -> &SearchKey {
        &self.key
    }

    /// Reads both lists; the one of numbers is known by its digits, since the RFC has them in either order.
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let numbers = parse_numbers(cursor)?;
        if let Some(numbers) = numbers {
            cursor.space()?;
            return Ok(Self { numbers, key: parse_key(cursor)? });
        }
        // QUIRK: (criteria) (numbers) in one place of the RFC.
        cursor.forgive(Deviation::Value, "a list of numbers")?;
        let key = parse_key(cursor)?;
        cursor.space()?;
        let numbers = parse_numbers(cursor)?.ok_or_else(|| cursor.error("a list of numbers"))?;
        Ok(Self { numbers, key })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.list(&self.numbers, |writer, number| {
            writer.number(u64::from(*number));
            Ok(())
        })?;
        writer.raw(b" (");
        search::encode(&self.key, Dialect::Imap3, writer)?;
        writer.octet(b')');
        Ok(())
    }
}

/// `"(" [NUMBER *(SP NUMBER)] ")"`, if that is next.
fn parse_numbers(cursor: &mut Cursor<'_>) -> Result<Option<Vec<u32>>, ParseError> {
    if !matches!(cursor.rest(), [b'(', b'0'..=b'9' | b')', ..]) {
        return Ok(None);
    }
    cursor.open()?;
    let mut numbers = Vec::new();
    if cursor.take_close()? {
        return Ok(Some(numbers));
    }
    loop {
        numbers.push(cursor.nz_number()?);
        if !cursor.take_separator()? {
            return Ok(Some(numbers));
        }
    }
}

fn parse_key(cursor: &mut Cursor<'_>) -> Result<SearchKey, ParseError> {
    cursor.open()?;
    let mut keys = Vec::new();
    loop {
        cursor.room(keys.len())?;
        keys.push(search::parse_key(cursor)?);
        if !cursor.take_separator()? {
            return SearchKey::all_of(keys).ok_or_else(|| cursor.error("a search key"));
        }
    }
}

/// `response`, `solicited` or `unsolicited`.
pub(crate) fn parse_frame(
    cursor: &mut Cursor<'_>,
    scratch: &mut Scratch,
    frame: &[u8],
) -> Result<Response, ParseError> {
    match cursor.peek() {
        Some(b'+') => return Response::parse_frame(cursor, scratch, frame),
        Some(b'*') => {
            cursor.skip(1);
            cursor.space()?;
            return parse_data(cursor, scratch, frame);
        }
        _ => {}
    }
    let tag = cursor.tag("*, + or a tag")?;
    cursor.space()?;
    let place = cursor.at();
    if let Some(condition @ (Condition::Ok | Condition::No | Condition::Bad)) = Condition::take(cursor) {
        return StatusResponse::parse(cursor, Some(tag), condition).map(Response::Status);
    }
    cursor.seek(place);
    match parse_data(cursor, scratch, frame)? {
        // A word that nobody knows is no data, but a line that is not as it should be.
        Response::Other(other) if other.number().is_none() => {
            cursor.seek(place);
            Err(cursor.error("OK, NO, BAD or data"))
        }
        data => match Solicited::new(&tag, data) {
            Ok(solicited) => Ok(Response::Historic(HistoricResponse::Solicited(solicited))),
            Err(_) => {
                cursor.seek(place);
                Err(cursor.error("OK, NO, BAD or data"))
            }
        },
    }
}

fn parse_data(cursor: &mut Cursor<'_>, scratch: &mut Scratch, frame: &[u8]) -> Result<Response, ParseError> {
    let place = cursor.at();
    let response = match () {
        () if cursor.take_keyword("READONLY") => HistoricResponse::ReadOnly,
        () if cursor.take_keyword("READWRITE") => HistoricResponse::ReadWrite,
        () if cursor.take_keyword("RESET") => {
            cursor.space()?;
            HistoricResponse::Reset(SequenceSet::parse(cursor)?)
        }
        () if cursor.take_keyword("SEARCH") => {
            if !cursor.rest().starts_with(b" (") {
                cursor.seek(place);
                return Response::parse_untagged(cursor, scratch, frame);
            }
            cursor.space()?;
            HistoricResponse::Found(Found::parse(cursor)?)
        }
        () if cursor.take_keyword("FETCH") => return parse_numberless(cursor),
        () if cursor.take_keyword("EXISTS") => return parse_swapped(cursor).map(Response::Exists),
        () if cursor.take_keyword("RECENT") => return parse_swapped(cursor).map(Response::Recent),
        () => return Response::parse_untagged(cursor, scratch, frame),
    };
    cursor.end()?;
    Ok(Response::Historic(response))
}

/// QUIRK: `* EXISTS 23` in a scenario of the RFC.
fn parse_swapped(cursor: &mut Cursor<'_>) -> Result<u32, ParseError> {
    cursor.forgive(Deviation::Value, "a number in front")?;
    cursor.space()?;
    let number = cursor.number()?;
    cursor.end()?;
    Ok(number)
}

/// QUIRK: `FETCH $SUBJECT "Some text"` in samples of the RFC: of the one message that was asked for, without parentheses. It is
/// read as of number 0.
fn parse_numberless(cursor: &mut Cursor<'_>) -> Result<Response, ParseError> {
    cursor.forgive(Deviation::Missing, "a number in front of FETCH")?;
    cursor.space()?;
    let rest = cursor.rest();
    let is_list = rest.starts_with(b"(");
    if !is_list {
        cursor.forgive(Deviation::Parentheses, "(")?;
    }
    let mut line = BytesMut::from(&b"* 0 FETCH "[..]);
    line.extend_from_slice(if is_list { b"" } else { b"(" });
    line.extend_from_slice(rest);
    line.extend_from_slice(if is_list { b"" } else { b")" });
    let frame = Frame::new(&line);
    let mut inner =
        Cursor::new(&frame, cursor.leniency(), cursor.depth()).with_generation(cursor.generation());
    inner.skip(b"* 0 FETCH ".len());
    let fetch = Fetch::parse_behind((0, 0), &mut inner, &mut Scratch::default(), &line);
    let fetch = fetch.map_err(|_| cursor.error("the items of a message"))?;
    cursor.skip(rest.len());
    Ok(Response::Fetch(fetch.written_anew()))
}

impl Response {
    /// The tag of the command that asked for these data, in IMAP3.
    pub fn solicited_by(&self) -> Option<&Tag> {
        match self {
            Self::Historic(HistoricResponse::Solicited(solicited)) => Some(solicited.tag()),
            _ => None,
        }
    }

    /// What it says, with a tag in front or not.
    pub fn data(&self) -> &Self {
        match self {
            Self::Historic(HistoricResponse::Solicited(solicited)) => solicited.data(),
            data => data,
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Found {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let numbers: Vec<u32> = u.arbitrary()?;
        Ok(Self::new(numbers.into_iter().map(|number| number.max(1)).collect::<Vec<_>>(), u.arbitrary()?))
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Solicited {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let data = match u.int_in_range(0..=6)? {
            0 => Response::Exists(u.arbitrary()?),
            1 => Response::Fetch(u.arbitrary()?),
            2 => Response::Flags(u.arbitrary()?),
            3 => HistoricResponse::Found(u.arbitrary()?).into(),
            4 => HistoricResponse::Store(u.arbitrary()?).into(),
            5 => HistoricResponse::ReadOnly.into(),
            _ => StatusResponse::untagged(Condition::Bye, "bye")
                .map_err(|_| arbitrary::Error::IncorrectFormat)?
                .into(),
        };
        let tag: Tag = u.arbitrary()?;
        Self::new(tag, data).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}
