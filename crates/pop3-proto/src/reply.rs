//! What a server says: RFC 1939 section 3, RFC 2449 section 8, RFC 5034 section 4.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use bytes::BytesMut;
use mail_wire::text::{Text, Word};
use mail_wire::{Deviation, Error, Malformed};

use crate::command::{Due, LineKind};
use crate::listing::put_extra;
use crate::state::Outcome;
use crate::{
    Challenge, DropListing, ExtendedUniqueId, Greeting, MessageNumber, ResponseCode, Row, ScanListing,
    UniqueId,
};
use mail_wire::fields::Fields;

/// A line from a server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "replies are short-lived, and a box would cost more")]
pub enum Response {
    /// The first line of the session.
    Greeting(Greeting),
    /// The answer to a command: one line, or the first one of several.
    Reply(Reply),
    /// A challenge inside AUTH.
    Challenge(Challenge),
    /// A line of a listing.
    Row(Row),
}

impl Response {
    /// The line as it is sent, its stuffing and CRLF included.
    ///
    /// # Errors
    /// `Limit` where a line would be longer than 512 octets (RFC 1939 section 3; challenges may have any length).
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut output = BytesMut::new();
        self.encode(&mut output)?;
        Ok(output.to_vec())
    }

    /// Appends the line to `output`; leaves `output` as it was on an error.
    pub(crate) fn encode(&self, output: &mut BytesMut) -> Result<(), Error> {
        let start = output.len();
        match self {
            Self::Greeting(greeting) => greeting.as_reply().encode(output),
            Self::Reply(reply) => reply.encode(output),
            Self::Challenge(challenge) => {
                challenge.encode(output);
                return Ok(());
            }
            Self::Row(row) => row.encode(output),
        }
        if output.len().saturating_sub(start) > RESPONSE_OCTETS {
            output.truncate(start);
            return Err(Error::limit(0, "a line of at most 512 octets"));
        }
        Ok(())
    }
}

/// RFC 1939 section 3: octets of a response, CRLF included.
const RESPONSE_OCTETS: usize = 512;

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

impl From<Challenge> for Response {
    fn from(challenge: Challenge) -> Self {
        Self::Challenge(challenge)
    }
}

impl From<Row> for Response {
    fn from(row: Row) -> Self {
        Self::Row(row)
    }
}

/// The answer to a command: `+OK …` or `-ERR …`.
///
/// What stands behind the status follows from the command: the numbers of STAT, the size of one
/// message, the head of a listing or of a message, or text.
///
/// ```
/// use pop3_proto::{DropListing, Reply, ResponseCode, Response};
/// let reply = Reply::err("maildrop is locked")?.with_code(ResponseCode::InUse);
/// assert_eq!(reply.to_string(), "-ERR [IN-USE] maildrop is locked");
/// assert_eq!(Response::from(reply).to_bytes()?, b"-ERR [IN-USE] maildrop is locked\r\n");
/// let reply = Reply::drop_listing(DropListing::new(2, 320));
/// assert_eq!(Response::from(reply).to_bytes()?, b"+OK 2 320\r\n");
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reply {
    outcome: Outcome,
    /// Rare, so boxed: events are moved about.
    code: Option<Box<ResponseCode>>,
    body: Body,
    text: Option<Text>,
}

/// What a reply holds besides its text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum Body {
    /// Text alone.
    Text,
    /// Rows follow.
    Listing,
    /// A message follows.
    Message,
    Drop(DropListing),
    Scan(Box<ScanListing>),
    UniqueId(Box<UniqueId>),
    Extended(Box<ExtendedUniqueId>),
    Last(u32),
    Language(Word),
}

impl Reply {
    fn new(outcome: Outcome, body: Body, text: Option<Text>) -> Self {
        Self { outcome, code: None, body, text }
    }

    /// `-ERR text`, for texts of this crate.
    pub(crate) fn refusal(text: &'static str) -> Self {
        Self::new(Outcome::Err, Body::Text, Text::new(text).ok())
    }

    fn checked(outcome: Outcome, body: Body, text: &str) -> Result<Self, Error> {
        if ResponseCode::split(text.as_bytes()).is_some() {
            return Err(Error::syntax(0, "text that does not begin with a response code"));
        }
        let text = if text.is_empty() { None } else { Some(Text::new(text)?) };
        Ok(Self::new(outcome, body, text))
    }

    /// `+OK text`, of one line.
    ///
    /// # Errors
    /// `Syntax` where the text holds CR, LF or NUL, or would be read as a response code.
    pub fn ok(text: &str) -> Result<Self, Error> {
        Self::checked(Outcome::Ok, Body::Text, text)
    }

    /// `-ERR text`.
    ///
    /// # Errors
    /// As for [`ok`](Self::ok).
    pub fn err(text: &str) -> Result<Self, Error> {
        Self::checked(Outcome::Err, Body::Text, text)
    }

    /// `+OK text` in front of a listing.
    ///
    /// # Errors
    /// As for [`ok`](Self::ok).
    pub fn listing(text: &str) -> Result<Self, Error> {
        Self::checked(Outcome::Ok, Body::Listing, text)
    }

    /// `+OK text` in front of a message.
    ///
    /// # Errors
    /// As for [`ok`](Self::ok).
    pub fn message(text: &str) -> Result<Self, Error> {
        Self::checked(Outcome::Ok, Body::Message, text)
    }

    /// `+OK nn mm`: the answer to STAT.
    pub fn drop_listing(listing: DropListing) -> Self {
        Self::new(Outcome::Ok, Body::Drop(listing), None)
    }

    /// `+OK n octets`: the answer to LIST with a number.
    pub fn scan_listing(listing: ScanListing) -> Self {
        Self::new(Outcome::Ok, Body::Scan(Box::new(listing)), None)
    }

    /// `+OK n unique-id`: the answer to UIDL with a number.
    pub fn unique_id(unique_id: UniqueId) -> Self {
        Self::new(Outcome::Ok, Body::UniqueId(Box::new(unique_id)), None)
    }

    /// The answer to EUIDL with a number.
    pub fn extended_unique_id(unique_id: ExtendedUniqueId) -> Self {
        Self::new(Outcome::Ok, Body::Extended(Box::new(unique_id)), None)
    }

    /// `+OK n`: the answer to LAST; 0 if no message was accessed.
    pub fn last(number: u32) -> Self {
        Self::new(Outcome::Ok, Body::Last(number), None)
    }

    /// `+OK tag text`: the answer to LANG with a language.
    pub fn language(tag: Word) -> Self {
        Self::new(Outcome::Ok, Body::Language(tag), None)
    }

    /// The same with a response code.
    #[must_use]
    pub fn with_code(mut self, code: ResponseCode) -> Self {
        self.code = Some(Box::new(code));
        self
    }

    /// The same with this text behind the typed part.
    ///
    /// # Errors
    /// `Syntax` as for [`ok`](Self::ok), and where the typed part has its own place for text (as
    /// [`ScanListing::with_extra`]).
    pub fn with_text(mut self, text: &str) -> Result<Self, Error> {
        let free = matches!(self.body, Body::Text | Body::Listing | Body::Message);
        if matches!(self.body, Body::Scan(_) | Body::UniqueId(_) | Body::Extended(_)) {
            return Err(Error::syntax(0, "text in the listing itself"));
        }
        if free && self.code.is_none() && ResponseCode::split(text.as_bytes()).is_some() {
            return Err(Error::syntax(0, "text that does not begin with a response code"));
        }
        self.text = Some(Text::new(text)?);
        Ok(self)
    }

    /// Whether the status is `+OK`.
    pub fn is_ok(&self) -> bool {
        self.outcome == Outcome::Ok
    }

    /// The response code.
    pub fn code(&self) -> Option<&ResponseCode> {
        self.code.as_deref()
    }

    /// The text for people, without what is typed.
    pub fn text(&self) -> Option<&Text> {
        self.text.as_ref()
    }

    /// Whether rows follow, then [`Event::End`](crate::Event::End).
    pub fn has_listing(&self) -> bool {
        self.body == Body::Listing
    }

    /// Whether a message follows, then [`Event::End`](crate::Event::End).
    pub fn has_message(&self) -> bool {
        self.body == Body::Message
    }

    /// What STAT was answered.
    pub fn as_drop_listing(&self) -> Option<&DropListing> {
        if let Body::Drop(listing) = &self.body { Some(listing) } else { None }
    }

    /// What LIST with a number was answered.
    pub fn as_scan_listing(&self) -> Option<&ScanListing> {
        if let Body::Scan(listing) = &self.body { Some(listing) } else { None }
    }

    /// What UIDL with a number was answered.
    pub fn as_unique_id(&self) -> Option<&UniqueId> {
        if let Body::UniqueId(unique_id) = &self.body { Some(unique_id) } else { None }
    }

    /// What EUIDL with a number was answered.
    pub fn as_extended_unique_id(&self) -> Option<&ExtendedUniqueId> {
        if let Body::Extended(unique_id) = &self.body { Some(unique_id) } else { None }
    }

    /// What LAST was answered: none accessed is `Some(None)`.
    pub fn as_last(&self) -> Option<Option<MessageNumber>> {
        if let Body::Last(number) = self.body { Some(MessageNumber::new(number)) } else { None }
    }

    /// The language that LANG chose.
    pub fn as_language(&self) -> Option<&Word> {
        if let Body::Language(tag) = &self.body { Some(tag) } else { None }
    }

    pub(crate) fn set_text(&mut self, text: Text) {
        self.text = Some(text);
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether this is the reply that is due; if not, which constructor would do.
    pub(crate) fn fits(&self, due: Due) -> Result<(), &'static str> {
        let (fits, want) = match due {
            Due::Listing(_) => (self.body == Body::Listing, "Reply::listing"),
            Due::Message => (self.body == Body::Message, "Reply::message"),
            Due::Line(LineKind::Drop) => (matches!(self.body, Body::Drop(_)), "Reply::drop_listing"),
            Due::Line(LineKind::Scan) => (matches!(self.body, Body::Scan(_)), "Reply::scan_listing"),
            Due::Line(LineKind::UniqueId) => (matches!(self.body, Body::UniqueId(_)), "Reply::unique_id"),
            Due::Line(LineKind::Extended) => {
                (matches!(self.body, Body::Extended(_)), "Reply::extended_unique_id")
            }
            Due::Line(LineKind::Last) => (matches!(self.body, Body::Last(_)), "Reply::last"),
            Due::Line(LineKind::Language) => (matches!(self.body, Body::Language(_)), "Reply::language"),
            Due::LINE | Due::Auth | Due::Stls | Due::Xmit => {
                (self.body == Body::Text, "Reply::ok or Reply::err")
            }
        };
        if fits || !self.is_ok() { Ok(()) } else { Err(want) }
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        output.extend_from_slice(if self.is_ok() { b"+OK" } else { b"-ERR" });
        if let Some(code) = &self.code {
            output.extend_from_slice(b" [");
            output.extend_from_slice(code.as_bytes());
            output.extend_from_slice(b"]");
        }
        match &self.body {
            Body::Text | Body::Listing | Body::Message => {}
            Body::Drop(listing) => {
                output.extend_from_slice(b" ");
                listing.encode(output);
            }
            Body::Scan(listing) => {
                output.extend_from_slice(b" ");
                listing.encode(output);
            }
            Body::UniqueId(unique_id) => {
                output.extend_from_slice(b" ");
                unique_id.encode(output);
            }
            Body::Extended(unique_id) => {
                output.extend_from_slice(b" ");
                unique_id.encode(output);
            }
            Body::Last(number) => mail_wire::number::put(b" ", u64::from(*number), output),
            Body::Language(tag) => put_extra(Some(&Text::from(tag.clone())), output),
        }
        put_extra(self.text.as_ref(), output);
        output.extend_from_slice(b"\r\n");
    }

    /// Parses what stands behind the status: SP and text, or text without it.
    pub(crate) fn parse(outcome: Outcome, due: Due, fields: &mut Fields<'_>) -> Result<Self, Error> {
        let has_text = !fields.is_at_end();
        if fields.peek().starts_with(b" ") {
            fields.skip(1);
        }
        let body = match (outcome, due) {
            (Outcome::Err, _) => Body::Text,
            (_, Due::Listing(_)) => Body::Listing,
            (_, Due::Message) => Body::Message,
            (_, Due::Line(kind)) if kind != LineKind::Text => typed(kind, fields)?,
            _ => Body::Text,
        };
        if !matches!(body, Body::Text | Body::Listing | Body::Message) {
            return Ok(Self { outcome, code: None, body, text: text_behind(fields)? });
        }
        if let Some((code, rest, deviations)) = ResponseCode::split(fields.peek()) {
            fields.deviations.extend(deviations);
            fields.skip(fields.peek().len().saturating_sub(rest.len()));
            return Ok(Self { outcome, code: Some(Box::new(code)), body, text: text_behind(fields)? });
        }
        let text = if has_text { Some(fields.lenient_text()?) } else { None };
        Ok(Self { outcome, code: None, body, text })
    }
}

/// The typed part of a line, if it is there.
fn typed(kind: LineKind, fields: &mut Fields<'_>) -> Result<Body, Error> {
    let mut trial = fields.clone();
    match typed_part(kind, &mut trial) {
        Ok(body) => {
            *fields = trial;
            Ok(body)
        }
        Err(error) => {
            // The command was accepted, whatever the server says of it.
            fields.forgive(Deviation::Untyped, "what the command asked for").map_err(|_| error)?;
            Ok(Body::Text)
        }
    }
}

fn typed_part(kind: LineKind, fields: &mut Fields<'_>) -> Result<Body, Error> {
    if let [b' ' | b'\t', ..] = fields.peek() {
        fields.forgive(Deviation::Space, "one SP")?;
        fields.skip_blanks();
    }
    match kind {
        LineKind::Text => Ok(Body::Text),
        LineKind::Drop => DropListing::parse(fields).map(Body::Drop),
        LineKind::Scan => ScanListing::parse(fields).map(|row| Body::Scan(Box::new(row))),
        LineKind::UniqueId => UniqueId::parse(fields).map(|row| Body::UniqueId(Box::new(row))),
        LineKind::Extended => ExtendedUniqueId::parse(fields).map(|row| Body::Extended(Box::new(row))),
        LineKind::Last => fields.number_u32("a message number").map(Body::Last),
        LineKind::Language => fields.word("a language tag").map(Body::Language),
    }
}

/// The text behind a code or a typed part: a SP goes first.
fn text_behind(fields: &mut Fields<'_>) -> Result<Option<Text>, Error> {
    match fields.peek() {
        [] => Ok(None),
        [b' ', ..] => {
            fields.skip(1);
            fields.lenient_text().map(Some)
        }
        _ => {
            fields.forgive(Deviation::Space, "SP")?;
            fields.lenient_text().map(Some)
        }
    }
}

/// The line without its line end; what is not UTF-8 shows as U+FFFD.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = BytesMut::new();
        self.encode(&mut line);
        f.write_str(alloc::string::String::from_utf8_lossy(&line).trim_end())
    }
}

/// -ERR, with what was expected: the answer to a line that could not be understood.
impl From<&Malformed> for Reply {
    fn from(bad: &Malformed) -> Self {
        let text = alloc::format!("expected {}", bad.error().expected());
        Self::new(Outcome::Err, Body::Text, Text::new(text).ok())
    }
}
