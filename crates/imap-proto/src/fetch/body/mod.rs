//! BODY and BODYSTRUCTURE: RFC 9051 section 7.5.2.
//!
//! A tree of parts lies on the tape in document order: each part is a head of fixed length, then its children, then its
//! lists. Nothing here calls itself: depth is a number that is held against a bound.

mod build;
mod parse;

use alloc::vec::Vec;

use imap_wire::Writer;
use mail_wire::Error;

use super::envelope::Envelope;
use super::tape::Arena;
use crate::core::Raw;

pub use build::BodyBuf;
pub(crate) use parse::parse;

/// Words of a part's head. Places are relative to the head, and 0 where there is nothing.
mod word {
    /// Words of the part, its children included.
    pub(super) const LEN: usize = 0;
    pub(super) const CHILDREN: usize = 1;
    pub(super) const TYPE: usize = 2;
    pub(super) const SUBTYPE: usize = 4;
    pub(super) const PARAMETERS: usize = 6;
    pub(super) const ID: usize = 7;
    pub(super) const DESCRIPTION: usize = 9;
    pub(super) const ENCODING: usize = 11;
    pub(super) const OCTETS: usize = 13;
    pub(super) const LINES: usize = 15;
    /// `KIND_…`, and how many fields of the extension data there are.
    pub(super) const KIND: usize = 17;
    pub(super) const EXTENSION: usize = 18;
    pub(super) const ENVELOPE: usize = 19;
    pub(super) const MD5: usize = 20;
    pub(super) const DISPOSITION: usize = 22;
    pub(super) const LANGUAGE: usize = 23;
    pub(super) const LOCATION: usize = 24;
    pub(super) const EXTRA: usize = 26;
    pub(super) const HEAD: usize = 27;
}

const KIND_BASIC: u32 = 0;
const KIND_TEXT: u32 = 1;
const KIND_MESSAGE: u32 = 2;
const KIND_MULTIPART: u32 = 3;

/// Set in the number of languages where the language was one string without parentheses.
const SINGLE: u32 = 1 << 31;

/// `body`: one part of a message, with its parts (RFC 9051 section 7.5.2).
///
/// The same type serves BODY, which has no extension data, and BODYSTRUCTURE.
#[derive(Clone, Copy)]
pub struct Body<'a> {
    arena: Arena<'a>,
    at: usize,
}

impl<'a> Body<'a> {
    pub(crate) fn new(arena: Arena<'a>, at: usize) -> Self {
        Self { arena, at }
    }

    #[inline]
    fn word(self, field: usize) -> u32 {
        self.arena.word(self.at.wrapping_add(field))
    }

    fn string(self, field: usize) -> Option<&'a [u8]> {
        self.arena.nstring(self.at.wrapping_add(field))
    }

    /// The place that a field names, if it names one.
    fn place(self, field: usize) -> Option<usize> {
        match self.word(field) {
            0 => None,
            place => Some(self.at.wrapping_add(place as usize)),
        }
    }

    /// `media-type`: `text`, `image`, …; `None` for a multipart.
    pub fn media_type(self) -> Option<&'a [u8]> {
        self.string(word::TYPE)
    }

    /// `media-subtype`: `plain`, `mixed`, ….
    pub fn media_subtype(self) -> &'a [u8] {
        self.string(word::SUBTYPE).unwrap_or_default()
    }

    /// Whether it is a multipart.
    pub fn is_multipart(self) -> bool {
        self.word(word::KIND) == KIND_MULTIPART
    }

    /// Whether it holds a message, whose structure is its one child.
    pub fn is_message(self) -> bool {
        self.word(word::KIND) == KIND_MESSAGE
    }

    /// `body-fld-param`: names and values.
    pub fn parameters(self) -> Parameters<'a> {
        Parameters::at(self.arena, self.place(word::PARAMETERS))
    }

    /// `body-fld-id`: the Content-ID field.
    pub fn id(self) -> Option<&'a [u8]> {
        self.string(word::ID)
    }

    /// `body-fld-desc`: the Content-Description field.
    pub fn description(self) -> Option<&'a [u8]> {
        self.string(word::DESCRIPTION)
    }

    /// `body-fld-enc`: the Content-Transfer-Encoding; `None` for a multipart.
    pub fn encoding(self) -> Option<&'a [u8]> {
        self.string(word::ENCODING)
    }

    /// `body-fld-octets`: octets of the content as it is encoded; 0 for a multipart.
    pub fn octets(self) -> u64 {
        self.arena.u64(self.at.wrapping_add(word::OCTETS))
    }

    /// `body-fld-lines`: lines of a text or of a message.
    pub fn lines(self) -> Option<u64> {
        matches!(self.word(word::KIND), KIND_TEXT | KIND_MESSAGE)
            .then(|| self.arena.u64(self.at.wrapping_add(word::LINES)))
    }

    /// The envelope of a message.
    pub fn envelope(self) -> Option<Envelope<'a>> {
        self.place(word::ENVELOPE).map(|at| Envelope::new(self.arena, at))
    }

    /// The parts of a multipart, or the structure of a message.
    pub fn children(self) -> Children<'a> {
        Children {
            arena: self.arena,
            at: self.at.wrapping_add(self.first_child()),
            left: self.word(word::CHILDREN),
        }
    }

    /// Words from the head to the first child: a message's envelope stands between.
    fn first_child(self) -> usize {
        match self.place(word::ENVELOPE) {
            // The word in front of the envelope says how long it is.
            Some(at) => at.wrapping_sub(self.at).wrapping_add(self.arena.word(at.wrapping_sub(1)) as usize),
            None => word::HEAD,
        }
    }

    /// How many fields of the extension data there are: 0 in BODY, up to 4 in BODYSTRUCTURE, 5 with future ones.
    pub fn extension_fields(self) -> u32 {
        self.word(word::EXTENSION)
    }

    /// `body-fld-md5`: the Content-MD5 field.
    pub fn md5(self) -> Option<&'a [u8]> {
        self.string(word::MD5)
    }

    /// `body-fld-dsp`: the Content-Disposition.
    pub fn disposition(self) -> Option<Disposition<'a>> {
        let at = self.place(word::DISPOSITION)?;
        let place = self.arena.word(at.wrapping_add(2)) as usize;
        let list = if place == 0 { None } else { Some(at.wrapping_add(place)) };
        Some(Disposition { kind: self.arena.string(at), parameters: Parameters::at(self.arena, list) })
    }

    /// `body-fld-lang`: the Content-Language, one item for each tag.
    pub fn languages(self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let at = self.place(word::LANGUAGE);
        let count = at.map_or(0, |at| self.arena.word(at) & !SINGLE) as usize;
        let first = at.unwrap_or(0).wrapping_add(1);
        (0..count).map(move |n| self.arena.string(first.wrapping_add(n.wrapping_mul(2))))
    }

    /// `body-fld-loc`: the Content-Location field.
    pub fn location(self) -> Option<&'a [u8]> {
        self.string(word::LOCATION)
    }

    /// `body-extension`: what a later version of the protocol adds, as it stands.
    pub fn extensions(self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let at = self.place(word::EXTRA);
        let count = at.map_or(0, |at| self.arena.word(at)) as usize;
        let first = at.unwrap_or(0).wrapping_add(1);
        (0..count).map(move |n| self.arena.string(first.wrapping_add(n.wrapping_mul(2))))
    }

    /// The part of these numbers, counted as FETCH counts them: `[2, 1]` is `BODY[2.1]`.
    pub fn part(self, numbers: &[u32]) -> Option<Self> {
        let mut part = self;
        for number in numbers {
            // The parts of a message are those of its structure; a single part is its own first.
            if part.is_message() {
                part = part.children().next()?;
            }
            part = match (part.is_multipart(), number.checked_sub(1)?) {
                (true, before) => part.children().nth(before as usize)?,
                (false, 0) => part,
                _ => return None,
            };
        }
        Some(part)
    }

    /// This part and all below it, in document order, each with its depth (0 for this one).
    pub fn walk(self) -> Walk<'a> {
        Walk { next: Some(self), open: Vec::new() }
    }

    fn is_same_head(self, other: Self) -> bool {
        let of = |body: Self| {
            (
                (body.word(word::KIND), body.word(word::CHILDREN), body.extension_fields()),
                (body.media_type(), body.media_subtype(), body.id(), body.description(), body.encoding()),
                (body.octets(), body.lines(), body.envelope(), body.md5(), body.location()),
                body.place(word::LANGUAGE).map(|at| body.arena.word(at)),
            )
        };
        of(self) == of(other)
            && self.parameters() == other.parameters()
            && self.disposition() == other.disposition()
            && self.languages().eq(other.languages())
            && self.extensions().eq(other.extensions())
    }

    pub(crate) fn encode(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        // What is open: a part, and how many of its children are still to come.
        let mut open: Vec<(Self, Children<'a>)> = Vec::new();
        let mut next = Some(self);
        loop {
            if let Some(part) = next.take() {
                part.encode_start(writer)?;
                open.push((part, part.children()));
            }
            let Some((part, children)) = open.last_mut() else { return Ok(()) };
            next = children.next();
            if next.is_none() {
                part.encode_end(writer)?;
                open.pop();
            }
        }
    }

    /// All in front of the children.
    fn encode_start(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.octet(b'(');
        if self.is_multipart() {
            return Ok(());
        }
        writer.nstring(self.media_type())?;
        writer.space();
        writer.nstring(self.string(word::SUBTYPE))?;
        writer.space();
        self.parameters().encode(writer)?;
        for field in [self.id(), self.description(), self.encoding()] {
            writer.space();
            writer.nstring(field)?;
        }
        writer.space();
        writer.number(self.octets());
        if let Some(envelope) = self.envelope() {
            writer.space();
            envelope.encode(writer)?;
            writer.space();
        }
        Ok(())
    }

    /// All behind the children.
    fn encode_end(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if self.is_multipart() {
            if self.word(word::CHILDREN) > 0 {
                writer.space();
            }
            writer.string(self.media_subtype())?;
        }
        if let Some(lines) = self.lines() {
            writer.space();
            writer.number(lines);
        }
        let fields = self.extension_fields();
        if fields > 0 {
            writer.space();
            if self.is_multipart() {
                self.parameters().encode(writer)?
            } else {
                writer.nstring(self.md5())?
            }
        }
        if fields > 1 {
            writer.space();
            writer.nil_or(self.disposition(), |writer, disposition| disposition.encode(writer))?;
        }
        if fields > 2 {
            writer.space();
            match self.place(word::LANGUAGE) {
                None => writer.raw(b"NIL"),
                Some(at) if self.arena.word(at) & SINGLE != 0 => {
                    writer.string(self.languages().next().unwrap_or_default())?
                }
                Some(_) => writer.list(self.languages(), |writer, language| writer.string(language))?,
            }
        }
        if fields > 3 {
            writer.space();
            writer.nstring(self.location())?;
        }
        for extension in self.extensions() {
            writer.space();
            Raw::received(extension).encode(writer)?;
        }
        writer.octet(b')');
        Ok(())
    }
}

impl PartialEq for Body<'_> {
    fn eq(&self, other: &Self) -> bool {
        let mut theirs = other.walk();
        self.walk().all(|(mine, depth)| {
            theirs.next().is_some_and(|(their, their_depth)| depth == their_depth && mine.is_same_head(their))
        }) && theirs.next().is_none()
    }
}

impl Eq for Body<'_> {}

impl core::fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        crate::fetch::fmt_as_wire(f, |writer| self.encode(writer))
    }
}

/// The children of a part.
#[derive(Clone, Copy)]
pub struct Children<'a> {
    arena: Arena<'a>,
    at: usize,
    left: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = Body<'a>;

    fn next(&mut self) -> Option<Body<'a>> {
        self.left = self.left.checked_sub(1)?;
        let body = Body::new(self.arena, self.at);
        self.at = self.at.wrapping_add(body.word(word::LEN) as usize);
        Some(body)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Children<'_> {}

impl core::fmt::Debug for Children<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// A part and all below it, in document order.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    next: Option<Body<'a>>,
    open: Vec<Children<'a>>,
}

impl<'a> Iterator for Walk<'a> {
    type Item = (Body<'a>, usize);

    fn next(&mut self) -> Option<(Body<'a>, usize)> {
        let body = self.next.take()?;
        let depth = self.open.len();
        self.open.push(body.children());
        while let Some(children) = self.open.last_mut() {
            self.next = children.next();
            if self.next.is_some() {
                break;
            }
            self.open.pop();
        }
        Some((body, depth))
    }
}

/// `body-fld-param`: names and values, in their order. Empty for `NIL`.
#[derive(Clone, Copy)]
pub struct Parameters<'a> {
    arena: Arena<'a>,
    at: usize,
    left: u32,
}

impl<'a> Parameters<'a> {
    fn at(arena: Arena<'a>, place: Option<usize>) -> Self {
        match place {
            None => Self { arena, at: 0, left: 0 },
            Some(at) => Self { arena, at: at.wrapping_add(1), left: arena.word(at) },
        }
    }

    /// The value of the first parameter of this name, in any letter case.
    pub fn get(self, name: &str) -> Option<&'a [u8]> {
        let mut parameters = self;
        parameters.find(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))?.1
    }

    fn encode(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if self.left == 0 {
            writer.raw(b"NIL");
            return Ok(());
        }
        writer.list(self, |writer, (name, value)| {
            writer.string(name)?;
            writer.space();
            writer.nstring(value)
        })
    }
}

impl<'a> Iterator for Parameters<'a> {
    /// A name and its value; `None` is a `NIL` that some servers send for an empty one.
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let at = self.at;
        self.at = at.wrapping_add(4);
        Some((self.arena.string(at), self.arena.nstring(at.wrapping_add(2))))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Parameters<'_> {}

impl PartialEq for Parameters<'_> {
    fn eq(&self, other: &Self) -> bool {
        Iterator::eq(*self, *other)
    }
}

impl Eq for Parameters<'_> {}

impl core::fmt::Debug for Parameters<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        crate::fetch::fmt_as_wire(f, |writer| self.encode(writer))
    }
}

/// `body-fld-dsp`: a Content-Disposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disposition<'a> {
    kind: &'a [u8],
    parameters: Parameters<'a>,
}

impl<'a> Disposition<'a> {
    /// `inline`, `attachment`, ….
    pub fn kind(self) -> &'a [u8] {
        self.kind
    }

    /// Its parameters: `filename` and others.
    pub fn parameters(self) -> Parameters<'a> {
        self.parameters
    }

    fn encode(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.octet(b'(');
        writer.string(self.kind)?;
        writer.space();
        self.parameters.encode(writer)?;
        writer.octet(b')');
        Ok(())
    }
}
