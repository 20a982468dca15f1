//! What decoding gives.

use alloc::borrow::Cow;

use mail_wire::Malformed;

use crate::{Command, Greeting, Reply, Row};

/// What the peer sent. A client sees the variants up to [`Row`](Self::Row), a server
/// [`Command`](Self::Command); the others come to both.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "events are short-lived, and a box would cost more")]
pub enum Event<'i> {
    /// The first line of the session.
    Greeting(Greeting),
    /// The answer to the oldest command that had none; `answered()` of the codec tells to which. Its code tells what
    /// [follows](crate::ReplyCode::followed_by): rows and then [`End`](Self::End), data and then `End`, or nothing.
    Reply(Reply),
    /// An entry of a list: one line, or the two or six of a descriptor.
    Row(Row),
    /// A command.
    Command(Command),
    /// Octets of a message, un-stuffed, in order; never empty. Borrowed from the input.
    Data(Cow<'i, [u8]>),
    /// The list or the message is complete. Without it the operation has failed, and what came of it is void
    /// (RFC 1056 section 4.3).
    End,
    /// A line (or the lines of a descriptor) that could not be understood; the session goes on. A server answers it
    /// with [`Reply::from`].
    Malformed(Malformed),
}

impl Event<'_> {
    /// The same, with its own copy of borrowed octets.
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Self::Greeting(greeting) => Event::Greeting(greeting),
            Self::Reply(reply) => Event::Reply(reply),
            Self::Row(row) => Event::Row(row),
            Self::Command(command) => Event::Command(command),
            Self::Data(octets) => Event::Data(Cow::Owned(octets.into_owned())),
            Self::End => Event::End,
            Self::Malformed(bad) => Event::Malformed(bad),
        }
    }
}

impl core::fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Greeting(greeting) => greeting.fmt(f),
            Self::Reply(reply) => reply.fmt(f),
            Self::Row(row) => row.fmt(f),
            Self::Command(command) => command.fmt(f),
            Self::Data(octets) => write!(f, "Data({} octets)", octets.len()),
            Self::End => f.write_str("End"),
            Self::Malformed(bad) => bad.fmt(f),
        }
    }
}
