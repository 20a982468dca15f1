//! What the codecs find in the input.

use alloc::borrow::Cow;

use imap_wire::{Condition, Tag};
use mail_wire::sasl;
use mail_wire::{Error, Malformed as Unit};

use crate::{Command, LiteralStart, Response, StatusResponse};

/// One event of either side's stream.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "a box would be an allocation for each message")]
pub enum Event<'i> {
    /// To a client: the first response of a connection, OK or BYE.
    Greeting(StatusResponse),
    /// To a client: a response. Literals of it that were streamed are before it.
    Response(Response),
    /// To a server: a command. Literals of it that were streamed are before it.
    Command(Command),
    /// To a server: an answer inside AUTHENTICATE, or `*`.
    Answer(sasl::Response),
    /// A literal begins. A server calls `accept` or `reject` before it goes on; a client need not do anything.
    LiteralStart(LiteralStart),
    /// Octets of a streamed literal; never empty.
    Data(Cow<'i, [u8]>),
    /// The streamed literal has ended.
    LiteralEnd,
    /// A unit that was not understood; the stream is in step behind it.
    Malformed(Malformed),
}

impl Event<'_> {
    /// The same, with octets of its own.
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Self::Greeting(greeting) => Event::Greeting(greeting),
            Self::Response(response) => Event::Response(response),
            Self::Command(command) => Event::Command(command),
            Self::Answer(answer) => Event::Answer(answer),
            Self::LiteralStart(literal) => Event::LiteralStart(literal),
            Self::Data(octets) => Event::Data(Cow::Owned(octets.into_owned())),
            Self::LiteralEnd => Event::LiteralEnd,
            Self::Malformed(bad) => Event::Malformed(bad),
        }
    }
}

/// A unit that the grammar does not allow: its octets, what is wrong with it, and its tag, where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Malformed {
    tag: Option<Tag>,
    unit: Unit,
}

impl Malformed {
    pub(crate) fn new(tag: Option<Tag>, unit: Unit) -> Self {
        Self { tag, unit }
    }

    /// The tag that the line begins with.
    pub fn tag(&self) -> Option<&Tag> {
        self.tag.as_ref()
    }

    /// The octets of the unit without its line end; up to the limit, if it was over-long.
    pub fn raw(&self) -> &[u8] {
        self.unit.raw()
    }

    /// What is wrong with it, at which offset of the stream.
    pub fn error(&self) -> &Error {
        self.unit.error()
    }

    /// The answer of a server that goes on: `BAD` with the tag, or without one if the line had none.
    pub fn to_response(&self) -> Response {
        let text = alloc::format!("expected {}", self.error().expected());
        let status = match &self.tag {
            Some(tag) => StatusResponse::tagged(tag, Condition::Bad, &text),
            None => StatusResponse::untagged(Condition::Bad, &text),
        };
        // What errors expect is text of ours, and a tag is a tag.
        status.unwrap_or_else(|_| StatusResponse::bad_syntax()).into()
    }
}
