//! Responses: what a server sends (RFC 9051 section 7).

use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::Frame;
use imap_wire::{Atom, Cursor, LiteralPolicy, ParseError, ParseErrorKind, Stop, Writer};
use mail_wire::number::leading;
use mail_wire::sasl::encode_base64;
use mail_wire::text::Text;
use mail_wire::{Deviation, Error, Leniency};

use crate::core::{
    Capabilities, Condition, EsearchData, Flag, ListData, NamespaceData, Raw, ResponseCode, SearchData,
    SeqNo, StatusData, StatusResponse, encode_resp_text,
};
use crate::fetch::{Fetch, Scratch};
use crate::historic::{self, HistoricResponse};
use crate::unit::check;
use crate::{Dialect, Options};

/// `response-data`, `response-tagged` or `continue-req`.
///
/// ```
/// use imap_proto::{Dialect, Options, Response};
/// let response = Response::parse(b"* 172 EXISTS\r\n", &Options::client())?;
/// assert_eq!(response, Response::Exists(172));
/// assert_eq!(response.to_bytes(Dialect::Imap4rev1)?, b"* 172 EXISTS\r\n");
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "a box would be an allocation for each status response")]
pub enum Response {
    /// OK, NO, BAD, PREAUTH or BYE, tagged or not (section 7.1).
    Status(StatusResponse),
    /// `+`: the client may go on (section 7.6).
    Continuation(Continuation),
    /// `CAPABILITY` (section 7.2.2).
    Capability(Capabilities),
    /// `ENABLED` (section 7.2.1).
    Enabled(Capabilities),
    /// `FLAGS` (section 7.3.5).
    Flags(Vec<Flag>),
    /// `LIST` (section 7.3.1).
    List(ListData),
    /// `LSUB` (RFC 3501 section 7.2.3).
    Lsub(ListData),
    /// `SEARCH` (RFC 3501 section 7.2.5).
    Search(SearchData),
    /// `ESEARCH` (section 7.3.4).
    Esearch(EsearchData),
    /// `STATUS` (section 7.3.3).
    MailboxStatus(StatusData),
    /// `NAMESPACE` (section 7.3.2).
    Namespace(NamespaceData),
    /// `n EXISTS` (section 7.4.1).
    Exists(u32),
    /// `n RECENT` (RFC 3501 section 7.3.2).
    Recent(u32),
    /// `n EXPUNGE` (section 7.5.1).
    Expunge(SeqNo),
    /// `n FETCH` (section 7.5.2).
    Fetch(Fetch),
    /// One that editions before IMAP4rev1 have.
    Historic(HistoricResponse),
    /// What this crate does not know.
    Other(OtherResponse),
}

/// `continue-req = "+" SP (resp-text / base64) CRLF`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Continuation {
    /// Go on with a literal, or with IDLE.
    Text {
        /// The response code.
        code: Option<ResponseCode>,
        /// The text for people.
        text: Text,
    },
    /// A challenge of an authentication exchange, after base64.
    Challenge(
        #[cfg_attr(feature = "serde", serde(serialize_with = "mail_wire::text::serde_octets::serialize"))]
        Vec<u8>,
    ),
}

impl Continuation {
    /// With this text.
    ///
    /// # Errors
    /// `Syntax` where it holds CR, LF or NUL.
    pub fn text(text: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self::Text { code: None, text: Text::new(text)? })
    }

    /// A challenge of these octets, before base64.
    pub fn challenge(octets: impl AsRef<[u8]>) -> Self {
        Self::Challenge(octets.as_ref().to_vec())
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.octet(b'+');
        match self {
            Self::Text { code, text } => encode_resp_text(code.as_ref(), text, writer)?,
            Self::Challenge(octets) => {
                let mut base64 = Vec::new();
                encode_base64(octets, &mut base64);
                writer.space();
                writer.raw(&base64);
            }
        }
        writer.raw(b"\r\n");
        Ok(())
    }
}

/// An untagged response that this crate does not know, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OtherResponse {
    number: Option<u32>,
    name: Atom,
    data: Option<Raw>,
}

impl OtherResponse {
    /// A response of this name, with a number in front of it or not.
    ///
    /// # Errors
    /// `Syntax` where the name is no atom, and where the whole is a response that is known, or reads as another one.
    /// `Unsupported` for 8-bit text that is no UTF-8, which no peer takes.
    pub fn new(number: Option<u32>, name: impl AsRef<[u8]>, data: Option<Raw>) -> Result<Self, Error> {
        let other = Self { number, name: Atom::new(name)?, data };
        let (mut line, mut stops) = (BytesMut::new(), Vec::new());
        let response = Response::Other(other.clone());
        response.encode_data(&mut Writer::new(&mut line, &mut stops, LiteralPolicy::Server, true))?;
        let mut cursor = Cursor::new(&Frame::new(&line), Leniency::Lenient, usize::MAX);
        match Response::parse_untagged(&mut cursor, &mut Scratch::default(), &line) {
            Ok(Response::Other(read)) if read == other => Ok(other),
            _ => Err(Error::syntax(0, "a response that is not known")),
        }
    }

    /// The number in front of the name.
    pub fn number(&self) -> Option<u32> {
        self.number
    }

    /// The name.
    pub fn name(&self) -> &Atom {
        &self.name
    }

    /// All behind the name and one SP.
    pub fn data(&self) -> Option<&Raw> {
        self.data.as_ref()
    }
}

impl Response {
    /// Reads one response, all of its literals behind their `{n}` and CRLF, with or without its last CRLF.
    ///
    /// # Errors
    /// `Syntax`, with the offset in `unit`.
    pub fn parse(unit: &[u8], options: &Options) -> Result<Self, Error> {
        let octets = unit.strip_suffix(b"\r\n").unwrap_or(unit);
        if options.dialect().is_historic() {
            let parsed = historic::parse_response(&Frame::new(octets), options, &mut Scratch::default());
            return parsed.map(|(response, _)| response);
        }
        let (frame, _) = check(&Frame::new(octets), options)?;
        let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
        Self::parse_frame(&mut cursor, &mut Scratch::default(), frame.octets())
            .map_err(|error| error.in_frame(&frame))
    }

    #[inline]
    pub(crate) fn parse_frame(
        cursor: &mut Cursor<'_>,
        scratch: &mut Scratch,
        frame: &[u8],
    ) -> Result<Self, ParseError> {
        if let Some(found) = front_of_fetch(cursor.rest()) {
            return Fetch::parse_behind(found, cursor, scratch, frame).map(Self::Fetch);
        }
        match cursor.peek() {
            Some(b'*') => {
                cursor.skip(1);
                cursor.space()?;
                Self::parse_untagged(cursor, scratch, frame)
            }
            Some(b'+') => {
                cursor.skip(1);
                let (code, text) = crate::core::parse_resp_text(cursor)?;
                Ok(Self::Continuation(Continuation::Text { code, text }))
            }
            _ => {
                let start = cursor.at();
                let tag = cursor.tag("*, + or a tag")?;
                cursor.space()?;
                match Condition::take(cursor) {
                    Some(condition @ (Condition::Ok | Condition::No | Condition::Bad)) => {
                        StatusResponse::parse(cursor, Some(tag), condition).map(Self::Status)
                    }
                    _ => Self::parse_bare_code(cursor, start).ok_or_else(|| cursor.error("OK, NO or BAD")),
                }
            }
        }
    }

    /// QUIRK: Office 365 sends `[COPYUID 55 31 6]` without `* OK` in front of it.
    #[cold]
    fn parse_bare_code(cursor: &mut Cursor<'_>, start: usize) -> Option<Self> {
        let end = cursor.at();
        cursor.seek(start);
        let read = |cursor: &mut Cursor<'_>| {
            cursor.forgive(Deviation::Missing, "OK, NO or BAD")?;
            cursor.expect_octet(b'[', "[")?;
            let code = ResponseCode::parse(cursor)?;
            let text = if cursor.take(b' ') { cursor.rest() } else { &[] };
            let status = StatusResponse::untagged(Condition::Ok, text).map_err(|_| cursor.error("a text"))?;
            cursor.skip(text.len());
            cursor.end()?;
            Ok(status.with_code(code))
        };
        let status = cursor.optional(read);
        if status.is_none() {
            cursor.seek(end);
        }
        status.map(Self::Status)
    }

    #[inline]
    pub(crate) fn parse_untagged(
        cursor: &mut Cursor<'_>,
        scratch: &mut Scratch,
        frame: &[u8],
    ) -> Result<Self, ParseError> {
        if cursor.peek().is_some_and(|octet| octet.is_ascii_digit()) {
            let start = cursor.at();
            let number = cursor.number()?;
            cursor.space()?;
            if cursor.take_keyword("FETCH") {
                Self::check_number(cursor, start)?;
                if cursor.peek() == Some(b'(') {
                    cursor.forgive(Deviation::Space, "SP")?;
                } else {
                    cursor.space()?;
                }
                return Fetch::parse_behind((number, 0), cursor, scratch, frame).map(Self::Fetch);
            }
            return Self::parse_numbered(cursor, (start, number), scratch, frame);
        }
        let start = cursor.at();
        match Self::parse_named(cursor) {
            Err(error) if error.kind() == ParseErrorKind::Unknown => {
                cursor.seek(start);
                Self::parse_other(cursor, None)
            }
            result => result,
        }
    }

    /// QUIRK: Courier's `* 0 FETCH`: the number of a message does not begin with 0.
    fn check_number(cursor: &mut Cursor<'_>, start: usize) -> Result<(), ParseError> {
        let end = cursor.at();
        cursor.seek(start);
        if cursor.peek() == Some(b'0') {
            cursor.forgive(Deviation::Number, "a number above 0")?;
        }
        cursor.seek(end);
        Ok(())
    }

    fn parse_numbered(
        cursor: &mut Cursor<'_>,
        (start, number): (usize, u32),
        scratch: &mut Scratch,
        frame: &[u8],
    ) -> Result<Self, ParseError> {
        let response = if cursor.take_keyword("EXISTS") {
            Self::Exists(number)
        } else if cursor.take_keyword("EXPUNGE") {
            if number == 0 {
                cursor.seek(start);
                return Err(cursor.error("a number above 0"));
            }
            Self::check_number(cursor, start)?;
            Self::Expunge(SeqNo::new(number))
        } else if cursor.take_keyword("RECENT") {
            Self::Recent(number)
        } else {
            return match HistoricResponse::parse_numbered(cursor, number, scratch, frame)? {
                Some(response) => Ok(Self::Historic(response)),
                None => Self::parse_other(cursor, Some(number)),
            };
        };
        cursor.end()?;
        Ok(response)
    }

    fn parse_named(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.take_keyword("LIST") {
            cursor.space()?;
            let list = ListData::parse(cursor)?;
            cursor.end()?;
            return Ok(Self::List(list));
        }
        if let Some(condition) = Condition::take(cursor) {
            return StatusResponse::parse(cursor, None, condition).map(Self::Status);
        }
        let response = if cursor.take_keyword("SEARCH") {
            Self::Search(SearchData::parse(cursor)?)
        } else if cursor.take_keyword("ESEARCH") {
            Self::Esearch(EsearchData::parse(cursor)?)
        } else if cursor.take_keyword("STATUS") {
            cursor.space()?;
            Self::MailboxStatus(StatusData::parse(cursor)?)
        } else if cursor.take_keyword("FLAGS") {
            cursor.space()?;
            Self::Flags(Flag::parse_list(cursor)?)
        } else if cursor.take_keyword("CAPABILITY") {
            if cursor.rest().trim_ascii().is_empty() {
                cursor.forgive(Deviation::Missing, "SP and a capability")?;
                cursor.end()?;
                return Ok(Self::Capability(Capabilities::new([])));
            }
            cursor.space()?;
            Self::Capability(Capabilities::parse(cursor)?)
        } else if cursor.take_keyword("ENABLED") {
            if cursor.rest().trim_ascii().is_empty() {
                cursor.end()?;
                return Ok(Self::Enabled(Capabilities::new([])));
            }
            cursor.space()?;
            Self::Enabled(Capabilities::parse(cursor)?)
        } else if cursor.take_keyword("NAMESPACE") {
            cursor.space()?;
            Self::Namespace(NamespaceData::parse(cursor)?)
        } else if cursor.take_keyword("LSUB") {
            cursor.space()?;
            Self::Lsub(ListData::parse(cursor)?)
        } else if let Some(response) = HistoricResponse::parse_named(cursor)? {
            Self::Historic(response)
        } else {
            return Err(cursor.unknown("a known response"));
        };
        cursor.end()?;
        Ok(response)
    }

    fn parse_other(cursor: &mut Cursor<'_>, number: Option<u32>) -> Result<Self, ParseError> {
        let name = cursor.owned_atom()?;
        let data = if cursor.is_at_end() {
            None
        } else {
            cursor.space()?;
            Some(Raw::parse_rest(cursor)?)
        };
        Ok(Self::Other(OtherResponse { number, name, data }))
    }

    /// As it is sent.
    ///
    /// # Errors
    /// `Unsupported` where the dialect lacks a form, `Syntax` at a NUL in a string, `Misuse` for a literal that is streamed.
    pub fn to_bytes(&self, dialect: Dialect) -> Result<Vec<u8>, Error> {
        let (mut output, mut stops) = (BytesMut::new(), Vec::new());
        let policy = LiteralPolicy::Server;
        self.encode(dialect, &mut Writer::new(&mut output, &mut stops, policy, dialect.is_utf8()))?;
        match stops.iter().any(|stop| matches!(stop, Stop::Payload { .. })) {
            true => Err(Error::misuse(0, "a codec for a literal that is streamed")),
            false => Ok(output.to_vec()),
        }
    }

    pub(crate) fn encode(&self, dialect: Dialect, writer: &mut Writer<'_>) -> Result<(), Error> {
        if dialect.is_historic() {
            return historic::encode_response(self, dialect, writer);
        }
        dialect.admit(|| self.obsolete())?;
        match self {
            Self::Status(status) => status.encode(writer)?,
            Self::Continuation(continuation) => return continuation.encode(writer),
            data => {
                writer.raw(b"* ");
                data.encode_data(writer)?;
            }
        }
        writer.raw(b"\r\n");
        Ok(())
    }

    pub(crate) fn encode_data(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let numbered = |writer: &mut Writer<'_>, number: u32, name: &[u8]| {
            writer.number(u64::from(number));
            writer.raw(name);
            Ok(())
        };
        let named = |writer: &mut Writer<'_>, name: &[u8], capabilities: &Capabilities| {
            writer.raw(name);
            if capabilities.as_slice().is_empty() {
                return Ok(());
            }
            writer.space();
            capabilities.encode(writer)
        };
        match self {
            Self::Fetch(fetch) => fetch.encode(writer),
            Self::Exists(number) => numbered(writer, *number, b" EXISTS"),
            Self::Recent(number) => numbered(writer, *number, b" RECENT"),
            Self::Expunge(number) => numbered(writer, number.get(), b" EXPUNGE"),
            Self::Capability(capabilities) => named(writer, b"CAPABILITY", capabilities),
            Self::Enabled(capabilities) => named(writer, b"ENABLED", capabilities),
            Self::Flags(flags) => {
                writer.raw(b"FLAGS ");
                Flag::encode_list(flags, writer)
            }
            Self::List(list) => {
                writer.raw(b"LIST ");
                list.encode(writer)
            }
            Self::Lsub(list) => {
                writer.raw(b"LSUB ");
                list.encode(writer)
            }
            Self::Search(search) => {
                writer.raw(b"SEARCH");
                search.encode(writer);
                Ok(())
            }
            Self::Esearch(search) => {
                writer.raw(b"ESEARCH");
                search.encode(writer)
            }
            Self::MailboxStatus(status) => {
                writer.raw(b"STATUS ");
                status.encode(writer)
            }
            Self::Namespace(namespaces) => {
                writer.raw(b"NAMESPACE ");
                namespaces.encode(writer)
            }
            Self::Historic(response) => {
                Err(Error::unsupported(0, alloc::format!("no {} since IMAP4rev1", response.name())))
            }
            Self::Other(other) => {
                if let Some(number) = other.number {
                    writer.number(u64::from(number));
                    writer.space();
                }
                writer.raw(other.name.as_bytes());
                if let Some(data) = &other.data {
                    writer.space();
                    data.encode(writer)?;
                }
                Ok(())
            }
            Self::Status(_) | Self::Continuation(_) => Ok(()),
        }
    }
}

/// The number of `* n FETCH ` in the spelling of nearly all servers, and the octets up to the items, if that is what the
/// frame begins with.
#[inline(always)]
pub(crate) fn front_of_fetch(frame: &[u8]) -> Option<(u32, usize)> {
    let digits = frame.strip_prefix(b"* ")?;
    let (number, len) = leading(digits)?;
    // A zero in front is for those who look closer.
    let is_fetch = digits.first() != Some(&b'0') && digits.get(len..)?.starts_with(b" FETCH (");
    is_fetch.then_some((number as u32, len.wrapping_add(9)))
}

macro_rules! from {
    ($($type:ident => $variant:ident;)*) => {
        $(
            impl From<$type> for Response {
                fn from(value: $type) -> Self {
                    Self::$variant(value)
                }
            }
        )*
    };
}

from! {
    StatusResponse => Status;
    Continuation => Continuation;
    EsearchData => Esearch;
    Fetch => Fetch;
    NamespaceData => Namespace;
    SearchData => Search;
    HistoricResponse => Historic;
    StatusData => MailboxStatus;
    OtherResponse => Other;
}
