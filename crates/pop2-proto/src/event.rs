//! What decoding gives.

use alloc::borrow::Cow;

use mail_wire::Malformed;

use crate::{Command, Greeting, Reply};

/// What the peer sent. A client sees [`Greeting`](Self::Greeting) and [`Reply`](Self::Reply) and messages, a server
/// [`Command`](Self::Command).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "events are short-lived, and a box would cost more")]
pub enum Event<'i> {
    /// The first line of the session.
    Greeting(Greeting),
    /// The answer to the oldest command that had none; `answered()` of the codec tells to which.
    Reply(Reply),
    /// A command.
    Command(Command),
    /// Octets of a message (POP: of a mailbox), as they were announced; never empty. Borrowed from the input.
    Data(Cow<'i, [u8]>),
    /// All the announced octets have come.
    End,
    /// A line that could not be understood; the session goes on. A server answers it with [`Reply::from`] and, in
    /// POP2, closes.
    Malformed(Malformed),
}

impl Event<'_> {
    /// The same, with its own copy of borrowed octets.
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Self::Greeting(greeting) => Event::Greeting(greeting),
            Self::Reply(reply) => Event::Reply(reply),
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
            Self::Command(command) => command.fmt(f),
            Self::Data(octets) => write!(f, "Data({} octets)", octets.len()),
            Self::End => f.write_str("End"),
            Self::Malformed(bad) => bad.fmt(f),
        }
    }
}
