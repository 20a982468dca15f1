//! What decoding gives.

use alloc::borrow::Cow;

use mail_wire::Malformed;

use crate::{Challenge, Command, Greeting, Reply, Row};

/// What the peer sent. A client sees the variants up to [`Row`](Self::Row), a server
/// [`Command`](Self::Command); the others come to both.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "events are short-lived, and a box would cost more")]
pub enum Event<'i> {
    /// The first line of the session.
    Greeting(Greeting),
    /// The answer to the oldest command that had none; `answered()` of the codec tells to which. If it
    /// [has a listing](Reply::has_listing), rows follow and then [`End`](Self::End); if it
    /// [has a message](Reply::has_message), data and then `End`.
    Reply(Reply),
    /// AUTH goes on: encode a [`Command::Continue`].
    Challenge(Challenge),
    /// A line of a listing.
    Row(Row),
    /// A command, or an answer inside AUTH ([`Command::Continue`]).
    Command(Command),
    /// Octets of a message, un-stuffed, in order; never empty. Borrowed from the input.
    Data(Cow<'i, [u8]>),
    /// The listing or the message is complete.
    End,
    /// TLS begins behind the octets taken so far. The codec takes nothing until `upgraded` is called.
    Upgrade,
    /// A line that could not be understood; the session goes on. A server answers it with
    /// [`Reply::from`].
    Malformed(Malformed),
}

impl Event<'_> {
    /// The same, with its own copy of borrowed octets.
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Self::Greeting(greeting) => Event::Greeting(greeting),
            Self::Reply(reply) => Event::Reply(reply),
            Self::Challenge(challenge) => Event::Challenge(challenge),
            Self::Row(row) => Event::Row(row),
            Self::Command(command) => Event::Command(command),
            Self::Data(octets) => Event::Data(Cow::Owned(octets.into_owned())),
            Self::End => Event::End,
            Self::Upgrade => Event::Upgrade,
            Self::Malformed(bad) => Event::Malformed(bad),
        }
    }
}

impl core::fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Greeting(greeting) => greeting.fmt(f),
            Self::Reply(reply) => reply.fmt(f),
            Self::Challenge(challenge) => challenge.fmt(f),
            Self::Row(row) => row.fmt(f),
            Self::Command(command) => command.fmt(f),
            Self::Data(octets) => write!(f, "Data({} octets)", octets.len()),
            Self::End => f.write_str("End"),
            Self::Upgrade => f.write_str("Upgrade"),
            Self::Malformed(bad) => bad.fmt(f),
        }
    }
}
