//! Arbitrary messages, valid by construction: what a codec of this crate would write.

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use crate::{Command, Dialect, Greeting, Name, Password, Reply, Session};

/// A value that its constructor may refuse.
fn made<T, E>(result: core::result::Result<T, E>) -> Result<T> {
    result.map_err(|_| Error::IncorrectFormat)
}

const LETTERS: &[u8] = b"azAZ09 \t\\.;/-*\"\x01\x7f";

fn word(u: &mut Unstructured<'_>) -> Result<alloc::vec::Vec<u8>> {
    let len = u.int_in_range(1..=20)?;
    (0..len).map(|_| u.choose(LETTERS).copied()).collect()
}

impl<'a> Arbitrary<'a> for Name {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(word(u)?))
    }
}

impl<'a> Arbitrary<'a> for Password {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(word(u)?))
    }
}

impl Command {
    /// An arbitrary command of one protocol.
    ///
    /// # Errors
    /// Where the octets run out.
    pub fn arbitrary_of(dialect: Dialect, u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match (dialect, u.int_in_range(0..=9)?) {
            (_, 0) => made(Self::other(*u.choose(&["XYZZY", "STAT"])?, Some(" a  b ")))?,
            (_, 1) => Self::Quit,
            (Dialect::Rfc918, 2) => Self::User(u.arbitrary()?),
            (Dialect::Rfc918, 3) => Self::Pass(u.arbitrary()?),
            (Dialect::Rfc918, 4) => Self::RetrMailbox(u.arbitrary()?),
            (Dialect::Rfc918, 5) => Self::Rdel(u.arbitrary()?),
            (Dialect::Rfc918, 6) => Self::Rcvd,
            (Dialect::Rfc918, 7) => Self::Rset,
            (Dialect::Rfc918, 8) => Self::Noop,
            (Dialect::Rfc918, _) => Self::Rcev,
            (_, 2) => Self::Helo(u.arbitrary()?, u.arbitrary()?),
            (_, 3) => Self::Fold(u.arbitrary()?),
            (_, 4) => Self::Read(None),
            (_, 5) => Self::Read(Some(u.int_in_range(1..=u32::MAX)?)),
            (_, 6) => Self::Acks,
            (_, 7) => Self::Ackd,
            (_, 8) => Self::Nack,
            (_, _) => Self::Retr,
        })
    }
}

impl<'a> Arbitrary<'a> for Greeting {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::pop2(u.choose(&["host", "a.b"])?, u.choose(&["", "ready", " two  words "])?))
    }
}

impl Reply {
    /// An arbitrary reply that may answer `command`, with at most `most` octets or messages.
    ///
    /// # Errors
    /// Where the octets run out.
    pub fn arbitrary_to(
        command: &Command,
        dialect: Dialect,
        most: u64,
        u: &mut Unstructured<'_>,
    ) -> Result<Self> {
        let text = *u.choose(&["", "messages", " two  spaces", "[x]", "1 2"])?;
        if u.ratio(1, 5)? {
            return made(Self::err(text));
        }
        let reply = match command.due(dialect) {
            crate::Due::Count => Self::count(u.int_in_range(0..=most)?),
            crate::Due::Length => Self::length(u.int_in_range(0..=most)?),
            crate::Due::Ok | crate::Due::Data => made(Self::ok(""))?,
        };
        made(reply.with_text(text))
    }
}

impl<'a> Arbitrary<'a> for Session {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let octets: alloc::vec::Vec<u16> = u.arbitrary()?;
        Ok(Self::new(octets.into_iter().map(u64::from)))
    }
}
