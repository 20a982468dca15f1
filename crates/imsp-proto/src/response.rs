//! Responses: what a server sends.

use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::Frame;
use imap_wire::{Atom, Condition, Cursor, LiteralPolicy, ParseError, ParseErrorKind, Raw, Stop, Writer};
use mail_wire::sasl::encode_base64;
use mail_wire::text::Text;
use mail_wire::{Deviation, Error, Leniency};

use crate::list::parse_servers;
use crate::values::encode_string;
use crate::{Address, Capabilities, ListData, Name, Object, OptionData, Options, Rights, StatusResponse};

/// An untagged response, the answer to a command, or `+`.
///
/// ```
/// use imsp_proto::{Name, Options, Response};
/// let response = Response::parse(b"* SEARCHADDRESS \"Annette Ostler\"\r\n", &Options::client())?;
/// assert_eq!(response, Response::SearchAddress(Name::new("Annette Ostler")?));
/// assert_eq!(response.to_bytes()?, b"* SEARCHADDRESS \"Annette Ostler\"\r\n");
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "a box would be an allocation for each message")]
pub enum Response {
    /// OK, NO, BAD or BYE, tagged or not.
    Status(StatusResponse),
    /// `+`: the client may go on.
    Continuation(Continuation),
    /// `CAPABILITY`.
    Capability(Capabilities),
    /// `OPTION`: what GET found, one by one.
    Option(OptionData),
    /// `ADDRESSBOOK`: what ADDRESSBOOK found, one by one.
    AddressBook(ListData),
    /// `SEARCHADDRESS`: the name of one entry that SEARCHADDRESS found.
    SearchAddress(Name),
    /// `FETCHADDRESS`: an entry. Also the answer to STOREADDRESS and LOCK.
    FetchAddress(Address),
    /// `ACL`: what one user may do.
    Acl(Object, Name, Rights),
    /// `MYRIGHTS`: what this user may do.
    MyRights(Object, Rights),
    /// `LIST`: a mailbox, and the servers that it is on.
    List(ListData, Vec<Name>),
    /// `LSUB`.
    Lsub(ListData, Vec<Name>),
    /// `LMARKED`.
    Lmarked(ListData, Vec<Name>),
    /// What this crate does not know.
    Other(OtherResponse),
}

/// `continue-req = "+" SP (text / base64) CRLF`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Continuation {
    /// Go on with a literal.
    Text(Text),
    /// A challenge of an authentication exchange, after base64.
    Challenge(
        #[cfg_attr(feature = "serde", serde(serialize_with = "mail_wire::text::serde_octets::serialize"))]
        Vec<u8>,
    ),
}

impl Continuation {
    /// A challenge of these octets, before base64.
    pub fn challenge(octets: impl AsRef<[u8]>) -> Self {
        Self::Challenge(octets.as_ref().to_vec())
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.is_at_end() {
            cursor.forgive(Deviation::Missing, "SP and a text")?;
            return Ok(Self::Text(Text::default()));
        }
        cursor.expect_octet(b' ', "SP")?;
        let rest = cursor.rest();
        let text = Text::new(rest).map_err(|_| cursor.error("text without CR, LF and NUL"))?;
        cursor.skip(rest.len());
        Ok(Self::Text(text))
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(b"+ ");
        match self {
            Self::Text(text) => {
                writer.check_text(text.as_bytes())?;
                writer.raw(text.as_bytes());
            }
            Self::Challenge(octets) => {
                let mut base64 = Vec::new();
                encode_base64(octets, &mut base64);
                writer.raw(&base64);
            }
        }
        Ok(())
    }
}

/// An untagged response that this crate does not know, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OtherResponse {
    name: Atom,
    data: Option<Raw>,
}

impl OtherResponse {
    /// A response of this name.
    ///
    /// # Errors
    /// `Syntax` where the name is no atom, and where the whole is a response that is known, or reads as another one.
    /// `Unsupported` for octets above 127 outside of literals.
    pub fn new(name: impl AsRef<[u8]>, data: Option<Raw>) -> Result<Self, Error> {
        let other = Self { name: Atom::new(name)?, data };
        let (mut line, mut stops) = (BytesMut::new(), Vec::new());
        let response = Response::Other(other.clone());
        response.encode_data(&mut Writer::new(&mut line, &mut stops, LiteralPolicy::Server, false))?;
        let mut cursor = Cursor::new(&Frame::new(&line), Leniency::Lenient, usize::MAX);
        match Response::parse_untagged(&mut cursor) {
            Ok(Response::Other(read)) if read == other => Ok(other),
            _ => Err(Error::syntax(0, "a response that is not known")),
        }
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
        let (frame, _) = Frame::new(octets).sound(options.leniency(), false)?;
        let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
        Self::parse_frame(&mut cursor).map_err(|error| error.in_frame(&frame))
    }

    pub(crate) fn parse_frame(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        match cursor.peek() {
            Some(b'*') => {
                cursor.skip(1);
                cursor.space()?;
                Self::parse_untagged(cursor)
            }
            Some(b'+') => {
                cursor.skip(1);
                Continuation::parse(cursor).map(Self::Continuation)
            }
            _ => {
                let tag = cursor.tag("*, + or a tag")?;
                cursor.space()?;
                match Condition::take(cursor) {
                    Some(condition @ (Condition::Ok | Condition::No | Condition::Bad)) => {
                        StatusResponse::parse(cursor, Some(tag), condition).map(Self::Status)
                    }
                    _ => Err(cursor.error("OK, NO or BAD")),
                }
            }
        }
    }

    fn parse_untagged(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        if let Some(condition) = Condition::take(cursor) {
            return StatusResponse::parse(cursor, None, condition).map(Self::Status);
        }
        match Self::parse_named(cursor) {
            Err(error) if error.kind() == ParseErrorKind::Unknown => {
                cursor.seek(start);
                Self::parse_other(cursor)
            }
            result => result,
        }
    }

    fn parse_named(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.take_keyword("CAPABILITY") {
            return Capabilities::parse(cursor).map(Self::Capability);
        }
        let word = WORDS.into_iter().find(|(name, _)| cursor.take_keyword(name));
        let Some((_, parse)) = word else { return Err(cursor.unknown("a known response")) };
        cursor.space()?;
        let response = parse(cursor)?;
        cursor.end()?;
        Ok(response)
    }

    fn parse_other(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.owned_atom()?;
        let data = if cursor.is_at_end() {
            None
        } else {
            cursor.space()?;
            Some(Raw::parse_rest(cursor)?)
        };
        Ok(Self::Other(OtherResponse { name, data }))
    }

    /// The word that it is written with; `+` for a continuation.
    pub fn name(&self) -> &str {
        match self {
            Self::Status(status) => status.condition().as_str(),
            Self::Continuation(_) => "+",
            Self::Capability(_) => "CAPABILITY",
            Self::Option(_) => "OPTION",
            Self::AddressBook(_) => "ADDRESSBOOK",
            Self::SearchAddress(_) => "SEARCHADDRESS",
            Self::FetchAddress(_) => "FETCHADDRESS",
            Self::Acl(..) => "ACL",
            Self::MyRights(..) => "MYRIGHTS",
            Self::List(..) => "LIST",
            Self::Lsub(..) => "LSUB",
            Self::Lmarked(..) => "LMARKED",
            Self::Other(other) => other.name.as_str(),
        }
    }

    /// As it is sent.
    ///
    /// # Errors
    /// `Unsupported` for octets above 127 in text, `Syntax` at a NUL in a value, `Misuse` for a literal that is streamed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let (mut output, mut stops) = (BytesMut::new(), Vec::new());
        self.encode(&mut Writer::new(&mut output, &mut stops, LiteralPolicy::Server, false))?;
        match stops.iter().any(|stop| matches!(stop, Stop::Payload { .. })) {
            true => Err(Error::misuse(0, "a codec for a literal that is streamed")),
            false => Ok(output.to_vec()),
        }
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        match self {
            Self::Status(status) => status.encode(writer)?,
            Self::Continuation(continuation) => continuation.encode(writer)?,
            data => {
                writer.raw(b"* ");
                data.encode_data(writer)?;
            }
        }
        writer.raw(b"\r\n");
        Ok(())
    }

    fn encode_data(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(self.name().as_bytes());
        if !matches!(self, Self::Capability(_) | Self::Other(OtherResponse { data: None, .. })) {
            writer.space();
        }
        match self {
            Self::Capability(capabilities) => {
                capabilities.encode(writer);
                Ok(())
            }
            Self::Option(option) => option.encode(writer),
            Self::AddressBook(book) => book.encode(writer),
            Self::SearchAddress(name) => encode_string(name.as_bytes(), writer),
            Self::FetchAddress(address) => address.encode(writer),
            Self::Acl(object, identifier, rights) => {
                object.encode(writer)?;
                writer.space();
                identifier.encode(writer)?;
                writer.space();
                rights.encode(writer)
            }
            Self::MyRights(object, rights) => {
                object.encode(writer)?;
                writer.space();
                rights.encode(writer)
            }
            Self::List(mailbox, servers) | Self::Lsub(mailbox, servers) | Self::Lmarked(mailbox, servers) => {
                mailbox.encode(writer)?;
                for server in servers {
                    writer.space();
                    server.encode(writer)?;
                }
                Ok(())
            }
            Self::Other(OtherResponse { data: Some(data), .. }) => data.encode(writer),
            Self::Other(_) | Self::Status(_) | Self::Continuation(_) => Ok(()),
        }
    }
}

type Parse = fn(&mut Cursor<'_>) -> Result<Response, ParseError>;

/// The words that have arguments, and how these are read.
const WORDS: [(&str, Parse); 9] = [
    ("OPTION", |cursor| OptionData::parse(cursor).map(Response::Option)),
    ("FETCHADDRESS", |cursor| Address::parse(cursor).map(Response::FetchAddress)),
    ("SEARCHADDRESS", |cursor| Name::parse(cursor).map(Response::SearchAddress)),
    ("ADDRESSBOOK", |cursor| ListData::parse(cursor).map(Response::AddressBook)),
    ("ACL", |cursor| {
        let object = Object::parse(cursor)?;
        cursor.space()?;
        let identifier = Name::parse(cursor)?;
        cursor.space()?;
        Ok(Response::Acl(object, identifier, Rights::parse(cursor)?))
    }),
    ("MYRIGHTS", |cursor| {
        let object = Object::parse(cursor)?;
        cursor.space()?;
        Ok(Response::MyRights(object, Rights::parse(cursor)?))
    }),
    ("LIST", |cursor| Ok(Response::List(ListData::parse(cursor)?, parse_servers(cursor)?))),
    ("LSUB", |cursor| Ok(Response::Lsub(ListData::parse(cursor)?, parse_servers(cursor)?))),
    ("LMARKED", |cursor| Ok(Response::Lmarked(ListData::parse(cursor)?, parse_servers(cursor)?))),
];

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
    Capabilities => Capability;
    OptionData => Option;
    Address => FetchAddress;
    OtherResponse => Other;
}
