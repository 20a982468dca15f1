//! What status responses say, and where in them a literal may be announced (RFC 9051 section 7.1).

use crate::frame::Piece;
use crate::{Cursor, chars};

/// What a status response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Condition {
    /// Success, or information.
    Ok,
    /// Failure, or a warning.
    No,
    /// A protocol error.
    Bad,
    /// The greeting of a connection that needs no login.
    PreAuth,
    /// The server is about to close.
    Bye,
}

impl Condition {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Ok, "OK"),
        (Self::No, "NO"),
        (Self::Bad, "BAD"),
        (Self::PreAuth, "PREAUTH"),
        (Self::Bye, "BYE"),
    ];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::PreAuth => "PREAUTH",
            Self::Bye => "BYE",
        }
    }

    /// Takes the word if it is next, be it that a code follows at once.
    pub fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|(_, word)| cursor.take_keyword(word));
        let found = known.map(|(condition, _)| condition);
        // QUIRK: `* OK[ALERT] …`; the space is missed where the text is read.
        found.or_else(|| {
            let end = cursor.rest().iter().take(8).position(|octet| *octet == b'[')?;
            let condition = Self::of(cursor.rest().get(..end)?)?;
            cursor.skip(end);
            Some(condition)
        })
    }

    /// The word that `line` begins with, up to SP or a code.
    pub fn of(line: &[u8]) -> Option<Self> {
        let word = line.split(|octet| matches!(octet, b' ' | b'[')).next().unwrap_or_default();
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        Self::ALL.into_iter().find(|(_, name)| is(name)).map(|(condition, _)| condition)
    }
}

/// Whether a literal follows a line of a server that ends in `{n}`: in the text of a status response none does, but in a
/// code that is still open. `in_code` is kept from piece to piece, so that each is looked at once.
///
/// ```
/// use imap_wire::{Limits, announces_literal};
/// use imap_wire::frame::{Framer, Step, Stream};
///
/// let (mut framer, mut in_code) = (Framer::new(Stream::Responses), false);
/// let mut input = &b"* NO see {31}\r\n"[..];
/// let step = framer.next(&mut input, &Limits::client(), |piece| announces_literal(piece, &mut in_code));
/// assert!(matches!(step, Step::Frame(_)));
/// ```
pub fn announces_literal(piece: Piece<'_>, in_code: &mut bool) -> bool {
    if piece.from > 0 {
        // Of a status response, only one with an open code got so far.
        return !*in_code || !piece.frame.get(piece.from..).unwrap_or_default().contains(&b']');
    }
    let text = match piece.frame.strip_prefix(b"+") {
        Some(text) => Some(text),
        None => behind_tag(piece.frame).and_then(|rest| rest.get(Condition::of(rest)?.as_str().len()..)),
    };
    *in_code = text.is_some_and(|text| is_inside_code(text.trim_ascii_start()));
    text.is_none() || *in_code
}

/// Whether `{n}` at the end of a status response announces a literal: only inside an unclosed code.
fn is_inside_code(text: &[u8]) -> bool {
    text.first() == Some(&b'[') && !text.contains(&b']')
}

/// The rest of a response behind its tag, or `*`.
fn behind_tag(line: &[u8]) -> Option<&[u8]> {
    let tag = line.iter().position(|octet| *octet == b' ')?;
    let is_tag = line.first() == Some(&b'*') || chars::all(line.get(..tag)?, chars::TAG);
    if is_tag { line.get(tag.saturating_add(1)..) } else { None }
}
