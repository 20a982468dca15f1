//! The items of a FETCH response, as views.

use alloc::string::String;

use imap_wire::frame::Frame;
use imap_wire::{Cursor, ParseError, Writer};
use mail_wire::{Error, Leniency};

use super::kind::*;
use super::tape::{Arena, Value};
use super::{Body, Envelope, fmt_as_wire};
use crate::core::{DateTime, Flag, Raw, Section, Uid};

/// One item of a FETCH response.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item<'a> {
    /// `UID`.
    Uid(Uid),
    /// `FLAGS`.
    Flags(Flags<'a>),
    /// `ENVELOPE`.
    Envelope(Envelope<'a>),
    /// `BODY`: the structure without extension data.
    Body(Body<'a>),
    /// `BODYSTRUCTURE`.
    BodyStructure(Body<'a>),
    /// `INTERNALDATE`; `None` where a server sent `NIL`.
    InternalDate(Option<DateTime>),
    /// `RFC822.SIZE`: octets.
    Rfc822Size(u64),
    /// `BODY[section]<origin>`.
    Section(Content<'a>),
    /// `BINARY[section]<origin>`: without its transfer encoding (RFC 3516).
    Binary(Content<'a>),
    /// `BINARY.SIZE[section]`: octets without the transfer encoding (RFC 3516).
    BinarySize(SectionView<'a>, u64),
    /// `RFC822`: the whole message (RFC 3501).
    Rfc822(Value<'a>),
    /// `RFC822.HEADER` (RFC 3501).
    Rfc822Header(Value<'a>),
    /// `RFC822.TEXT` (RFC 3501).
    Rfc822Text(Value<'a>),
    /// `MODSEQ` (RFC 7162).
    ModSeq(u64),
    /// An item that this crate does not know.
    Other {
        /// Its name, a section included.
        name: &'a [u8],
        /// Its value as it stands.
        raw: &'a [u8],
    },
    /// An item that this crate knows, with a value that it can't read.
    Invalid {
        /// Its name, a section included.
        name: &'a [u8],
        /// Its value as it stands.
        raw: &'a [u8],
    },
}

/// The content of a section, or of a piece of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content<'a> {
    section: SectionView<'a>,
    origin: Option<u64>,
    value: Value<'a>,
}

impl<'a> Content<'a> {
    /// Which section.
    pub fn section(self) -> SectionView<'a> {
        self.section
    }

    /// Where the piece begins, in octets, if it is one.
    pub fn origin(self) -> Option<u64> {
        self.origin
    }

    /// The octets.
    pub fn value(self) -> Value<'a> {
        self.value
    }
}

/// A section as it stands between the brackets.
#[derive(Clone, Copy)]
pub struct SectionView<'a>(&'a [u8]);

impl<'a> SectionView<'a> {
    /// As it stands, brackets included: `[1.HEADER.FIELDS (From To)]`.
    pub fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// Read.
    pub fn to_section(self) -> Section {
        // It was read once, so it can be read again.
        reread(self.0, Section::parse).unwrap_or_else(Section::all)
    }
}

/// What was read before, and kept as it stands.
fn reread<T>(octets: &[u8], read: impl FnOnce(&mut Cursor<'_>) -> Result<T, ParseError>) -> Option<T> {
    read(&mut Cursor::new(&Frame::new(octets), Leniency::Lenient, 0)).ok()
}

impl PartialEq for SectionView<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.to_section() == other.to_section()
    }
}

impl Eq for SectionView<'_> {}

impl PartialEq<Section> for SectionView<'_> {
    fn eq(&self, other: &Section) -> bool {
        self.to_section() == *other
    }
}

impl core::fmt::Debug for SectionView<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.0))
    }
}

/// The flags of a message, as octets: `\Seen`, `$Forwarded`. [`Flag::new`] types them.
#[derive(Clone, Copy)]
pub struct Flags<'a> {
    arena: Arena<'a>,
    at: usize,
    left: u32,
}

impl<'a> Flags<'a> {
    pub(super) fn none(arena: Arena<'a>) -> Self {
        Self { arena, at: 0, left: 0 }
    }

    /// Whether this flag is among them, in any letter case.
    pub fn has(self, flag: &Flag) -> bool {
        let (prefix, name) = flag.parts();
        let mut flags = self;
        flags.any(|found| found.strip_prefix(prefix).is_some_and(|found| found.eq_ignore_ascii_case(name)))
    }
}

impl<'a> Iterator for Flags<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        let flag = self.arena.string(self.at);
        self.at = self.at.wrapping_add(2);
        Some(flag)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Flags<'_> {}

impl PartialEq for Flags<'_> {
    fn eq(&self, other: &Self) -> bool {
        Iterator::eq(*self, *other)
    }
}

impl Eq for Flags<'_> {}

impl core::fmt::Debug for Flags<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.map(String::from_utf8_lossy)).finish()
    }
}

/// The items of a response, in their order.
#[derive(Clone, Copy)]
pub struct Items<'a> {
    arena: Arena<'a>,
    at: usize,
}

impl<'a> Items<'a> {
    pub(super) fn new(arena: Arena<'a>) -> Self {
        Self { arena, at: 0 }
    }

    /// Goes behind the next item; gives its kind, and where its words are.
    #[inline(always)]
    fn pass(&mut self) -> Option<(u32, usize)> {
        let Self { arena, at } = *self;
        if at >= arena.tape.len() {
            return None;
        }
        // An item has two words at least, so this ends.
        self.at = at.wrapping_add((arena.word(at.wrapping_add(1)) as usize).max(2));
        Some((arena.word(at), at.wrapping_add(2)))
    }

    /// The first item that IMAP4rev2 left out, be its value one that could not be read.
    pub(super) fn obsolete(mut self) -> Option<&'static str> {
        const NAMES: [(u32, &str); 3] =
            [(RFC822, "RFC822"), (RFC822_HEADER, "RFC822.HEADER"), (RFC822_TEXT, "RFC822.TEXT")];
        while let Some((kind, from)) = self.pass() {
            let found = NAMES.iter().find(|(known, name)| match kind {
                INVALID => self.arena.string(from).eq_ignore_ascii_case(name.as_bytes()),
                kind => kind == *known,
            });
            if let Some((_, name)) = found {
                return Some(name);
            }
        }
        None
    }
}

impl core::fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let (kind, from) = self.pass()?;
        let arena = self.arena;
        let content = |from: usize| Content {
            section: SectionView(arena.string(from)),
            origin: (arena.word(from.wrapping_add(2)) != 0).then(|| arena.u64(from.wrapping_add(3))),
            value: arena.value(from.wrapping_add(5)),
        };
        Some(match kind {
            UID => Item::Uid(Uid::new(arena.word(from))),
            FLAGS => Item::Flags(Flags { arena, at: from.wrapping_add(1), left: arena.word(from) }),
            ENVELOPE => Item::Envelope(Envelope::new(arena, from)),
            BODY => Item::Body(Body::new(arena, from)),
            BODYSTRUCTURE => Item::BodyStructure(Body::new(arena, from)),
            INTERNALDATE => {
                Item::InternalDate(arena.nstring(from).and_then(|date| reread(date, DateTime::parse)))
            }
            RFC822_SIZE => Item::Rfc822Size(arena.u64(from)),
            SECTION => Item::Section(content(from)),
            BINARY => Item::Binary(content(from)),
            BINARY_SIZE => Item::BinarySize(SectionView(arena.string(from)), arena.u64(from.wrapping_add(2))),
            RFC822 => Item::Rfc822(arena.value(from)),
            RFC822_HEADER => Item::Rfc822Header(arena.value(from)),
            RFC822_TEXT => Item::Rfc822Text(arena.value(from)),
            MODSEQ => Item::ModSeq(arena.u64(from)),
            OTHER => Item::Other { name: arena.string(from), raw: arena.string(from.wrapping_add(2)) },
            _ => Item::Invalid { name: arena.string(from), raw: arena.string(from.wrapping_add(2)) },
        })
    }
}

impl Item<'_> {
    pub(crate) fn encode(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        match self {
            Self::Uid(uid) => {
                writer.raw(b"UID ");
                writer.number(u64::from(uid.get()));
            }
            Self::Flags(flags) => {
                writer.raw(b"FLAGS ");
                writer.list(flags, |writer, flag| {
                    writer.raw(flag);
                    Ok(())
                })?;
            }
            Self::Envelope(envelope) => {
                writer.raw(b"ENVELOPE ");
                envelope.encode(writer)?;
            }
            Self::Body(body) => {
                writer.raw(b"BODY ");
                body.encode(writer)?;
            }
            Self::BodyStructure(body) => {
                writer.raw(b"BODYSTRUCTURE ");
                body.encode(writer)?;
            }
            Self::InternalDate(date) => {
                writer.raw(b"INTERNALDATE ");
                match date {
                    Some(date) => date.encode(writer),
                    None => writer.raw(b"NIL"),
                }
            }
            Self::Rfc822Size(octets) => {
                writer.raw(b"RFC822.SIZE ");
                writer.number(octets);
            }
            Self::Section(content) => {
                writer.raw(b"BODY");
                content.encode(writer, false)?;
            }
            Self::Binary(content) => {
                writer.raw(b"BINARY");
                content.encode(writer, true)?;
            }
            Self::BinarySize(section, octets) => {
                writer.raw(b"BINARY.SIZE");
                section.to_section().encode(writer)?;
                writer.space();
                writer.number(octets);
            }
            Self::Rfc822(value) => encode_named(b"RFC822", value, writer)?,
            Self::Rfc822Header(value) => encode_named(b"RFC822.HEADER", value, writer)?,
            Self::Rfc822Text(value) => encode_named(b"RFC822.TEXT", value, writer)?,
            Self::ModSeq(value) => {
                writer.raw(b"MODSEQ (");
                writer.number(value);
                writer.octet(b')');
            }
            Self::Other { name, raw } | Self::Invalid { name, raw } => {
                Raw::received(name).encode(writer)?;
                writer.space();
                // Without the octets that were streamed, the next ones would be read as theirs: that is refused.
                Raw::received(raw).encode(writer)?;
            }
        }
        Ok(())
    }
}

impl Content<'_> {
    fn encode(self, writer: &mut Writer<'_>, binary: bool) -> Result<(), Error> {
        match self.section.0 {
            b"[]" => writer.raw(b"[]"),
            _ => self.section.to_section().encode(writer)?,
        }
        if let Some(origin) = self.origin {
            writer.octet(b'<');
            writer.number(origin);
            writer.octet(b'>');
        }
        writer.space();
        encode_value(self.value, writer, binary)
    }
}

fn encode_named(name: &[u8], value: Value<'_>, writer: &mut Writer<'_>) -> Result<(), Error> {
    writer.raw(name);
    writer.space();
    encode_value(value, writer, false)
}

fn encode_value(value: Value<'_>, writer: &mut Writer<'_>, binary: bool) -> Result<(), Error> {
    match value {
        Value::Nil => writer.raw(b"NIL"),
        Value::Streamed { octets } => writer.streamed(octets, binary),
        Value::Octets(octets) if binary && octets.contains(&0) => {
            writer.literal8(&imap_wire::Literal::new(octets));
        }
        // What has many octets, or line ends, is a literal; the rest may be quoted.
        Value::Octets(octets) => return writer.string(octets),
    }
    Ok(())
}

/// What can't be sent, as 8-bit octets of some charset, is shown, too.
fn fmt_as_it_stands(f: &mut core::fmt::Formatter<'_>, name: &[u8], raw: &[u8]) -> core::fmt::Result {
    write!(f, "{} {}", String::from_utf8_lossy(name), String::from_utf8_lossy(raw))
}

impl core::fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Other { name, raw } => fmt_as_it_stands(f, name, raw),
            Self::Invalid { name, raw } => {
                f.write_str("invalid: ")?;
                fmt_as_it_stands(f, name, raw)
            }
            known => fmt_as_wire(f, |writer| known.encode(writer)),
        }
    }
}
