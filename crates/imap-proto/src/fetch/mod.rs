//! FETCH responses: `message-data` of RFC 9051 section 7.5.2.
//!
//! A response is kept as it came, with a tape of words that point into it ([`tape`]); what is read from it are views.
//! A response that is made is written first and then read the same way.

mod body;
mod build;
mod envelope;
mod item;
mod parse;
mod tape;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::{Cursor, LiteralPolicy, ParseError, Writer};
use mail_wire::{Deviation, Error};

use crate::core::{DateTime, Section, SeqNo, Uid};

pub use body::{Body, BodyBuf, Children, Disposition, Parameters, Walk};
pub use build::FetchBuilder;
pub use envelope::{Address, AddressBuf, Addresses, Envelope, EnvelopeBuf};
pub use item::{Content, Flags, Item, Items, SectionView};
pub use tape::Value;

use parse::{parse_item, parse_longer};
use tape::{Arena, Tape, Word};

/// `n FETCH (…)`: what a server says of one message (RFC 9051 section 7.5.2).
///
/// Items come in any order; an accessor gives the first of its kind. A known item whose value can't be read is
/// [`Item::Invalid`] beside its sound neighbours, an unknown one is [`Item::Other`]; both keep their octets.
///
/// ```
/// use imap_proto::{Fetch, Flag, Item, Options, Response};
/// let line = br#"* 12 FETCH (FLAGS (\Seen) UID 4711 X-MOOD ("fine" 3))"#;
/// let Response::Fetch(fetch) = Response::parse(line, &Options::client())? else { panic!() };
/// assert_eq!((fetch.number().get(), fetch.uid().map(|uid| uid.get())), (12, Some(4711)));
/// assert!(fetch.flags().any(|flag| flag == b"\\Seen"));
/// assert!(fetch.items().any(|item| matches!(item, Item::Other { name: b"X-MOOD", .. })));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone)]
pub struct Fetch {
    number: SeqNo,
    /// The response as it came, strings that had to be written out, and behind them the tape.
    octets: Box<[u8]>,
    /// Octets in front of the tape.
    text: u32,
    /// How many of them are `* n FETCH (…)` in the spelling of this project, so that they can be sent as they are; or 0.
    clean: u32,
}

/// What an item on the tape is.
mod kind {
    pub(super) const UID: u32 = 1;
    pub(super) const FLAGS: u32 = 2;
    pub(super) const ENVELOPE: u32 = 3;
    pub(super) const BODY: u32 = 4;
    pub(super) const BODYSTRUCTURE: u32 = 5;
    pub(super) const INTERNALDATE: u32 = 6;
    pub(super) const RFC822_SIZE: u32 = 7;
    pub(super) const SECTION: u32 = 8;
    pub(super) const BINARY: u32 = 9;
    pub(super) const BINARY_SIZE: u32 = 10;
    pub(super) const RFC822: u32 = 11;
    pub(super) const RFC822_HEADER: u32 = 12;
    pub(super) const RFC822_TEXT: u32 = 13;
    pub(super) const MODSEQ: u32 = 14;
    pub(super) const OTHER: u32 = 15;
    pub(super) const INVALID: u32 = 16;
}

/// Buffers that parsing reuses, so that a message costs one allocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    words: Vec<Word>,
    tail: Vec<u8>,
    open: Vec<usize>,
}

/// Octets of the longest response that is sent as it came. No string in it is longer than one that goes between quotes.
const CLEAN: usize = 4_096;

/// Octets of a buffer that is kept from message to message.
const KEPT: usize = 64 << 10;

impl Scratch {
    /// One large message must not keep its memory for the rest of the session.
    fn shrink(&mut self) {
        if self.words.capacity() > KEPT {
            self.words = Vec::new();
        }
        if self.tail.capacity() > KEPT {
            self.tail = Vec::new();
        }
    }
}

impl Fetch {
    /// Makes one for the message of this number.
    pub fn builder(number: impl Into<SeqNo>) -> FetchBuilder {
        FetchBuilder::new(number.into())
    }

    /// The message's sequence number.
    pub fn number(&self) -> SeqNo {
        self.number
    }

    /// The items, in their order.
    pub fn items(&self) -> Items<'_> {
        Items::new(self.arena())
    }

    /// `UID`.
    pub fn uid(&self) -> Option<Uid> {
        self.items().find_map(|item| if let Item::Uid(uid) = item { Some(uid) } else { None })
    }

    /// `FLAGS`; none where the response has no such item.
    pub fn flags(&self) -> Flags<'_> {
        self.items()
            .find_map(|item| if let Item::Flags(flags) = item { Some(flags) } else { None })
            .unwrap_or(Flags::none(self.arena()))
    }

    /// `ENVELOPE`.
    pub fn envelope(&self) -> Option<Envelope<'_>> {
        self.items().find_map(|item| if let Item::Envelope(envelope) = item { Some(envelope) } else { None })
    }

    /// `BODYSTRUCTURE`, else `BODY`.
    pub fn body_structure(&self) -> Option<Body<'_>> {
        let structure = |item| if let Item::BodyStructure(body) = item { Some(body) } else { None };
        let plain = |item| if let Item::Body(body) = item { Some(body) } else { None };
        self.items().find_map(structure).or_else(|| self.items().find_map(plain))
    }

    /// `INTERNALDATE`.
    pub fn internal_date(&self) -> Option<DateTime> {
        self.items().find_map(|item| if let Item::InternalDate(date) = item { date } else { None })
    }

    /// `RFC822.SIZE`: octets.
    pub fn rfc822_size(&self) -> Option<u64> {
        self.items().find_map(|item| if let Item::Rfc822Size(octets) = item { Some(octets) } else { None })
    }

    /// `MODSEQ` (RFC 7162).
    pub fn mod_seq(&self) -> Option<u64> {
        self.items().find_map(|item| if let Item::ModSeq(value) = item { Some(value) } else { None })
    }

    /// `BODY[section]`.
    pub fn section(&self, section: &Section) -> Option<Content<'_>> {
        self.items().find_map(|item| match item {
            Item::Section(content) if content.section() == *section => Some(content),
            _ => None,
        })
    }

    /// The first item that IMAP4rev2 left out.
    pub(crate) fn obsolete(&self) -> Option<&'static str> {
        self.items().obsolete()
    }

    #[inline]
    fn arena(&self) -> Arena<'_> {
        let (text, tape) = self.octets.split_at_checked(self.text as usize).unwrap_or_default();
        Arena { text, tape: tape.as_chunks().0 }
    }

    /// Reads the number and all behind `skipped` octets, to the end.
    #[inline]
    pub(crate) fn parse_behind(
        (number, skipped): (u32, usize),
        cursor: &mut Cursor<'_>,
        scratch: &mut Scratch,
        frame: &[u8],
    ) -> Result<Self, ParseError> {
        cursor.skip(skipped);
        let mut fetch = Self::parse(number, cursor, scratch, frame)?;
        if !cursor.is_at_end() {
            fetch.clean = 0;
            if cursor.end().is_err() {
                // QUIRK: Xeams sends more behind the items.
                cursor.forgive(Deviation::TrailingText, "the end of the line")?;
            }
        }
        Ok(fetch)
    }

    /// Reads `(…)`, the part behind `n FETCH `. The frame is kept whole: places count from its start.
    fn parse(
        number: u32,
        cursor: &mut Cursor<'_>,
        scratch: &mut Scratch,
        frame: &[u8],
    ) -> Result<Self, ParseError> {
        let Scratch { words, tail, open } = scratch;
        let mut tape = Tape::new(words, tail, frame.len());
        cursor.open()?;
        let mut follows = !cursor.take_close()?;
        if !follows {
            cursor.forgive(Deviation::Value, "at least one item")?;
        }
        while follows {
            let item = (cursor.at(), tape.len());
            parse_item(cursor, &mut tape, open)?;
            follows = match cursor.take_separator() {
                Ok(follows) => follows,
                Err(error) => parse_longer(cursor, &mut tape, item, error)?,
            };
        }
        let (text, tape) = (frame.len().wrapping_add(tail.len()), words.as_flattened());
        let mut octets = Vec::with_capacity(text.wrapping_add(tape.len()));
        octets.extend_from_slice(frame);
        octets.extend_from_slice(tail);
        octets.extend_from_slice(tape);
        scratch.shrink();
        let is_clean = cursor.deviations().is_empty() && frame.starts_with(b"* ") && frame.len() <= CLEAN;
        let clean = if is_clean { frame.len() as u32 } else { 0 };
        Ok(Self { number: SeqNo::new(number), octets: octets.into_boxed_slice(), text: text as u32, clean })
    }

    /// The same, not to be sent as it came: it is no response of IMAP4rev1.
    pub(crate) fn written_anew(mut self) -> Self {
        self.clean = 0;
        self
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if let Some(text) = self.clean_text() {
            writer.raw(text);
            return Ok(());
        }
        self.encode_items(writer)
    }

    /// All behind `* `, if it can be sent as it is: nothing had to be forgiven in it, not even a spelling, and it has neither
    /// literals nor octets that some dialects allow in literals only.
    fn clean_text(&self) -> Option<&[u8]> {
        let text = self.octets.get(2..self.clean as usize)?;
        (text.is_ascii() && memchr::memchr(b'\n', text).is_none()).then_some(text)
    }

    fn encode_items(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.number(u64::from(self.number.get()));
        writer.raw(b" FETCH ");
        writer.list(self.items(), |writer, item| item.encode(writer))
    }
}

impl PartialEq for Fetch {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.items().eq(other.items())
    }
}

impl Eq for Fetch {}

impl core::fmt::Debug for Fetch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Fetch").field("number", &self.number.get()).field("items", &self.items()).finish()
    }
}

/// The number, and each item as it is written.
#[cfg(feature = "serde")]
impl serde::Serialize for Fetch {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let items: Vec<String> = self.items().map(|item| alloc::format!("{item:?}")).collect();
        let mut fields = serializer.serialize_struct("Fetch", 2)?;
        fields.serialize_field("number", &self.number)?;
        fields.serialize_field("items", &items)?;
        fields.end()
    }
}

/// Shows a view as it is written, without recursion whatever its depth.
fn fmt_as_wire(
    f: &mut core::fmt::Formatter<'_>,
    write: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>,
) -> core::fmt::Result {
    let (mut output, mut stops) = (BytesMut::new(), Vec::new());
    let written = write(&mut Writer::new(&mut output, &mut stops, LiteralPolicy::Server, true));
    f.write_str(&String::from_utf8_lossy(&output))?;
    if written.is_err() { f.write_str("…") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Flag;
    use crate::core::testing::{written, written_octets};
    use crate::{Options, Response};

    fn fetch(line: &[u8]) -> Fetch {
        match Response::parse(line, &Options::client()) {
            Ok(Response::Fetch(fetch)) => fetch,
            other => panic!("{other:?} of {line:?}"),
        }
    }

    #[test]
    fn what_is_clean_is_written_item_by_item_as_it_came() {
        for line in [
            r#"* 1 FETCH (UID 7 FLAGS (\Seen $Junk) RFC822.SIZE 4711 MODSEQ (12))"#,
            r#"* 23 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0700" X-MOOD ("fine" 3))"#,
            r#"* 3 FETCH (ENVELOPE (NIL "a \"b\"" ((NIL NIL "a" "b")) NIL NIL NIL NIL NIL NIL "<x@y>"))"#,
            r#"* 4 FETCH (BODY ("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "7BIT" 3 1))"#,
            r#"* 5 FETCH (BODY[HEADER.FIELDS (Date From)]<0> "x" BODY[] NIL)"#,
        ] {
            let fetch = fetch(line.as_bytes());
            assert_eq!(fetch.clean_text(), line.as_bytes().get(2..), "{line}");
            assert_eq!(written(|writer| fetch.encode_items(writer)), line.trim_start_matches("* "));
        }
    }

    #[test]
    fn what_is_made_is_clean() {
        let fetch = Fetch::builder(12).uid(4711).flags([Flag::Seen]).rfc822_text(b"x").build().unwrap();
        let text = "12 FETCH (UID 4711 FLAGS (\\Seen) RFC822.TEXT \"x\")";
        assert_eq!(fetch.clean_text(), Some(text.as_bytes()));
        assert_eq!(written(|writer| fetch.encode_items(writer)), text);
    }

    #[test]
    fn what_is_not_clean_is_written_anew() {
        let long = alloc::format!("* 1 FETCH (RFC822.TEXT \"{}\")", "x".repeat(CLEAN));
        for line in [
            &b"* 1 fetch (UID 7)"[..],
            b"* 01 FETCH (UID 7)",
            b"* 1 FETCH (uid 7)",
            b"* 1 FETCH (UID 7 )",
            b"* 1 FETCH (UID 007)",
            b"* 1 FETCH (RFC822.TEXT \"\xc3\xa4\")",
            b"* 1 FETCH (RFC822.TEXT {2}\r\nab)",
            b"* 1 FETCH (FLAGS (a]))",
            long.as_bytes(),
        ] {
            let (fetch, shown) = (fetch(line), String::from_utf8_lossy(line));
            assert_eq!(fetch.clean_text(), None, "{shown}");
            let anew = written_octets(|writer| fetch.encode(writer));
            assert_eq!(anew, written_octets(|writer| fetch.encode_items(writer)), "{shown}");
        }
    }
}
