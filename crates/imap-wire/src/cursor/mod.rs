//! The one way into a frame: each production reads from a `Cursor`.

use mail_wire::line::LineEnd;
use mail_wire::{Deviation, Deviations, Error, ErrorKind, Leniency};

use crate::chars;
use crate::frame::{Frame, Gap};
use crate::{Atom, Generation, Tag};

mod number;
mod string;

pub use string::Octets;

/// What kind of mistake a [`ParseError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The grammar does not allow it.
    Syntax,
    /// A bound was crossed.
    Limit,
    /// A keyword that nobody here knows: the whole may be kept as it is.
    Unknown,
}

/// Where in the frame the grammar was left, and what was expected there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    at: usize,
    expected: &'static str,
    kind: ParseErrorKind,
}

impl ParseError {
    /// The kind.
    pub fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// Octets from the start of the frame.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The same, with the offset in the stream.
    pub fn in_frame(&self, frame: &Frame<'_>) -> Error {
        let kind = if self.kind == ParseErrorKind::Limit { ErrorKind::Limit } else { ErrorKind::Syntax };
        Error::new(kind, frame.stream_offset(self.at), self.expected)
    }
}

/// What is left of a frame, and what had to be forgiven so far.
///
/// ```
/// use imap_wire::{Cursor, frame::Frame};
/// use mail_wire::Leniency;
///
/// let frame = Frame::new(br#"STATUS "blurdy \"box\"" (MESSAGES 231)"#);
/// let mut cursor = Cursor::new(&frame, Leniency::Strict, 100);
/// cursor.keyword("STATUS")?;
/// cursor.space()?;
/// assert_eq!(&*cursor.astring()?.value(), br#"blurdy "box""#);
/// cursor.space()?;
/// cursor.open()?;
/// assert_eq!(cursor.atom()?, b"MESSAGES");
/// cursor.space()?;
/// assert_eq!(cursor.number()?, 231);
/// cursor.close()?;
/// cursor.end()?;
/// # Ok::<(), imap_wire::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    frame: &'a [u8],
    rest: &'a [u8],
    gaps: &'a [Gap],
    /// Quoted strings want a second look: there are line ends in the frame, and quotes may stand around one, or the
    /// generation has other rules.
    careful: bool,
    /// Quotes inside of a string need not be escaped.
    loose: bool,
    generation: Generation,
    leniency: Leniency,
    depth: usize,
    /// What had to be forgiven so far.
    deviations: Deviations,
}

impl core::fmt::Display for ParseError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "expected {} at octet {}", self.expected, self.at)
    }
}

impl core::error::Error for ParseError {}

impl<'a> Cursor<'a> {
    /// At the start of `frame`. `depth` is how deep nesting may go.
    #[inline]
    pub fn new(frame: &Frame<'a>, leniency: Leniency, depth: usize) -> Self {
        let mut deviations = Deviations::new();
        if frame.end() == LineEnd::Lf {
            deviations.add(Deviation::BareLf);
        }
        let (octets, gaps, careful) = (frame.octets(), frame.gaps(), frame.has_literals());
        let generation = Generation::Imap4rev1;
        Self {
            frame: octets,
            rest: octets,
            gaps,
            careful,
            loose: false,
            generation,
            leniency,
            depth,
            deviations,
        }
    }

    /// The same in another generation than [`Imap4rev1`](Generation::Imap4rev1).
    #[must_use]
    pub fn with_generation(mut self, generation: Generation) -> Self {
        self.careful |= !generation.has_pairs();
        self.generation = generation;
        self
    }

    /// Whose rules are read by.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The octets that are not read yet.
    #[inline(always)]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next octet.
    #[inline(always)]
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Octets from the start of the frame.
    #[inline(always)]
    pub fn at(&self) -> usize {
        self.frame.len().wrapping_sub(self.rest.len())
    }

    /// Goes back, or on, to a place in the frame; what was forgiven since stays noted.
    pub fn seek(&mut self, at: usize) {
        self.rest = self.frame.get(at..).unwrap_or_default();
    }

    /// The octets from `from` up to here.
    pub fn since(&self, from: usize) -> &'a [u8] {
        self.frame.get(from..self.at()).unwrap_or_default()
    }

    /// `len` octets of the frame, where it has them at `at`.
    pub fn slice(&self, at: usize, len: usize) -> &'a [u8] {
        self.frame.get(at..at.saturating_add(len)).unwrap_or_default()
    }

    /// Whether no literal was streamed out of the octets from `from` up to here.
    pub fn is_whole_since(&self, from: usize) -> bool {
        !self.gaps.iter().any(|gap| gap.at() > from && gap.at() <= self.at())
    }

    /// Passes over octets.
    #[inline(always)]
    pub fn skip(&mut self, octets: usize) {
        self.rest = self.rest.get(octets..).unwrap_or_default();
    }

    /// Whether all is read.
    #[inline]
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// How the frame is judged.
    pub fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// What had to be forgiven so far.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// How deep nesting may still go.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// `Syntax` at this place.
    #[cold]
    #[inline(never)]
    pub fn error(&self, expected: &'static str) -> ParseError {
        ParseError { at: self.at(), expected, kind: ParseErrorKind::Syntax }
    }

    /// `Limit` at this place.
    #[cold]
    pub fn limit(&self, expected: &'static str) -> ParseError {
        ParseError { at: self.at(), expected, kind: ParseErrorKind::Limit }
    }

    /// `Unknown` at this place.
    #[cold]
    pub fn unknown(&self, expected: &'static str) -> ParseError {
        ParseError { at: self.at(), expected, kind: ParseErrorKind::Unknown }
    }

    /// How many elements a list may have that is kept as one value for each: memory must not be many times the octets.
    pub const MAX_ELEMENTS: usize = 1 << 20;

    /// Whether one more element may join the `len` that are there.
    ///
    /// # Errors
    /// `Limit` from [`MAX_ELEMENTS`](Self::MAX_ELEMENTS) on.
    #[inline]
    pub fn room(&self, len: usize) -> Result<(), ParseError> {
        if len < Self::MAX_ELEMENTS { Ok(()) } else { Err(self.limit("fewer elements in a list")) }
    }

    /// Forgives something, or not.
    ///
    /// # Errors
    /// For a strict reader.
    #[cold]
    pub fn forgive(&mut self, deviation: Deviation, expected: &'static str) -> Result<(), ParseError> {
        if self.leniency == Leniency::Strict {
            return Err(self.error(expected));
        }
        self.deviations.add(deviation);
        Ok(())
    }

    /// Notes something that is legal, but not the spelling that this project writes.
    pub fn note_spelling(&mut self) {
        self.deviations.add(Deviation::Spelling);
    }

    /// Runs `read`, and goes back if it fails.
    pub fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ParseError>) -> Option<T> {
        let (rest, deviations) = (self.rest, self.deviations);
        match read(self) {
            Ok(value) => Some(value),
            Err(_) => {
                self.rest = rest;
                self.deviations = deviations;
                None
            }
        }
    }

    /// Runs `read` so that leniently a quote ends a string only in front of `)`, `]`, SP or the end: some servers do not
    /// escape the quotes in it.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn loosely<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        // Strings without line ends are looked at no closer, so that the usual ones cost nothing.
        let careful = core::mem::replace(&mut self.careful, true);
        self.loose = self.leniency != Leniency::Strict;
        let result = read(self);
        (self.careful, self.loose) = (careful, false);
        result
    }

    /// Takes `octet` if it is next.
    #[inline(always)]
    pub fn take(&mut self, octet: u8) -> bool {
        match self.rest {
            [first, rest @ ..] if *first == octet => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// `octet`.
    ///
    /// # Errors
    /// Where something else stands.
    #[inline(always)]
    pub fn expect_octet(&mut self, octet: u8, expected: &'static str) -> Result<(), ParseError> {
        if self.take(octet) { Ok(()) } else { Err(self.error(expected)) }
    }

    /// One SP; leniently any run of SP.
    ///
    /// # Errors
    /// Where there is none.
    #[inline(always)]
    pub fn space(&mut self) -> Result<(), ParseError> {
        match self.rest {
            [b' ', rest @ ..] if rest.first() != Some(&b' ') => {
                self.rest = rest;
                Ok(())
            }
            _ => self.odd_space(),
        }
    }

    #[cold]
    #[inline(never)]
    fn odd_space(&mut self) -> Result<(), ParseError> {
        self.expect_octet(b' ', "SP")?;
        self.forgive(Deviation::Space, "one SP")?;
        self.skip_spaces();
        Ok(())
    }

    /// `(`; leniently with blanks behind it.
    ///
    /// # Errors
    /// Where there is none.
    #[inline(always)]
    pub fn open(&mut self) -> Result<(), ParseError> {
        match self.rest {
            [b'(', rest @ ..] if rest.first() != Some(&b' ') => {
                self.rest = rest;
                Ok(())
            }
            _ => self.odd_open(),
        }
    }

    #[cold]
    #[inline(never)]
    fn odd_open(&mut self) -> Result<(), ParseError> {
        self.expect_octet(b'(', "(")?;
        self.forgive(Deviation::Space, "no SP behind (")?;
        self.skip_spaces();
        Ok(())
    }

    /// `)`; leniently with blanks before it.
    ///
    /// # Errors
    /// Where there is none.
    #[inline(always)]
    pub fn close(&mut self) -> Result<(), ParseError> {
        if self.take_close()? { Ok(()) } else { Err(self.error(")")) }
    }

    /// Takes `)` if it is next; leniently with blanks before it.
    ///
    /// # Errors
    /// For a strict reader, where blanks stand before it.
    #[inline(always)]
    pub fn take_close(&mut self) -> Result<bool, ParseError> {
        if self.take(b')') {
            return Ok(true);
        }
        match self.rest() {
            [b' ', b' ' | b')', ..] => self.take_close_behind_blanks(),
            _ => Ok(false),
        }
    }

    /// Behind an item of a list: whether another one follows. What stands between them is taken, or the `)` at the end.
    ///
    /// # Errors
    /// Where neither stands.
    #[inline(always)]
    pub fn take_separator(&mut self) -> Result<bool, ParseError> {
        match self.rest {
            [b')', rest @ ..] => {
                self.rest = rest;
                Ok(false)
            }
            [b' ', rest @ ..] if !matches!(rest.first(), None | Some(b' ' | b')')) => {
                self.rest = rest;
                Ok(true)
            }
            _ => self.odd_separator(),
        }
    }

    #[cold]
    #[inline(never)]
    fn odd_separator(&mut self) -> Result<bool, ParseError> {
        if self.take_close()? {
            return Ok(false);
        }
        self.space().map(|()| true)
    }

    #[cold]
    #[inline(never)]
    fn take_close_behind_blanks(&mut self) -> Result<bool, ParseError> {
        let blanks = self.rest().iter().take_while(|octet| **octet == b' ').count();
        if self.rest().get(blanks) != Some(&b')') {
            return Ok(false);
        }
        self.forgive(Deviation::Space, "no SP before )")?;
        self.skip(blanks.saturating_add(1));
        Ok(true)
    }

    /// Nothing more; leniently blanks.
    ///
    /// # Errors
    /// Where something stands.
    #[inline]
    pub fn end(&mut self) -> Result<(), ParseError> {
        if self.is_at_end() {
            return Ok(());
        }
        if self.rest().iter().all(|octet| matches!(octet, b' ' | b'\t' | b'\r')) {
            self.forgive(Deviation::Space, "the end of the line")?;
            self.rest = &[];
            return Ok(());
        }
        Err(self.error("the end of the line"))
    }

    /// Nothing more; leniently text, which is ignored.
    ///
    /// # Errors
    /// For a strict reader, where something stands.
    pub fn end_of_arguments(&mut self) -> Result<(), ParseError> {
        if self.end().is_err() {
            if self.peek() != Some(b' ') {
                return Err(self.error("SP or the end of the line"));
            }
            self.forgive(Deviation::TrailingText, "the end of the line")?;
            self.rest = &[];
        }
        Ok(())
    }

    /// Passes over SP.
    pub fn skip_spaces(&mut self) {
        while self.take(b' ') {}
    }

    /// The octets of `class` that stand here; may be none.
    #[inline(always)]
    pub fn take_while(&mut self, class: u8) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(chars::front(self.rest, class)).unwrap_or_default();
        self.rest = rest;
        taken
    }

    /// One or more octets of `class`.
    ///
    /// # Errors
    /// Where there is none.
    #[inline]
    pub fn word(&mut self, class: u8, expected: &'static str) -> Result<&'a [u8], ParseError> {
        let word = self.take_while(class);
        if word.is_empty() { Err(self.error(expected)) } else { Ok(word) }
    }

    /// `atom`.
    ///
    /// # Errors
    /// Where there is none.
    #[inline]
    pub fn atom(&mut self) -> Result<&'a [u8], ParseError> {
        self.word(chars::ATOM, "an atom")
    }

    /// `atom`, owned.
    ///
    /// # Errors
    /// Where there is none.
    pub fn owned_atom(&mut self) -> Result<Atom, ParseError> {
        let atom = Atom::front(self.rest).ok_or_else(|| self.error("an atom"))?;
        self.skip(atom.as_bytes().len());
        Ok(atom)
    }

    /// `tag`.
    ///
    /// # Errors
    /// Where there is none.
    pub fn tag(&mut self, expected: &'static str) -> Result<Tag, ParseError> {
        let tag = Tag::front(self.rest).ok_or_else(|| self.error(expected))?;
        self.skip(tag.as_bytes().len());
        Ok(tag)
    }

    /// This word, in any letter case, and no `ATOM-CHAR` behind it.
    ///
    /// # Errors
    /// Where something else stands.
    pub fn keyword(&mut self, keyword: &'static str) -> Result<(), ParseError> {
        if self.take_keyword(keyword) { Ok(()) } else { Err(self.error(keyword)) }
    }

    /// Takes this word, in any letter case, if it is next and no `ATOM-CHAR` stands behind it.
    #[inline(always)]
    pub fn take_keyword(&mut self, keyword: &str) -> bool {
        // Of those that are tried, most begin with another letter.
        match (self.rest, keyword.as_bytes()) {
            ([next, ..], [first, ..]) if (next ^ first) & !0x20 == 0 => self.take_whole_keyword(keyword),
            _ => false,
        }
    }

    #[inline(never)]
    fn take_whole_keyword(&mut self, keyword: &str) -> bool {
        let rest = self.rest;
        if let Some(behind) = rest.strip_prefix(keyword.as_bytes()) {
            let is_next = !behind.first().is_some_and(|octet| chars::is(*octet, chars::ATOM));
            if is_next {
                self.rest = behind;
            }
            return is_next;
        }
        let is_next =
            rest.get(..keyword.len()).is_some_and(|word| word.eq_ignore_ascii_case(keyword.as_bytes()))
                && !rest.get(keyword.len()).is_some_and(|octet| chars::is(*octet, chars::ATOM));
        if is_next {
            self.note_spelling();
            self.skip(keyword.len());
        }
        is_next
    }

    /// Takes `NIL` if it is next.
    #[inline(always)]
    pub fn take_nil(&mut self) -> bool {
        match self.rest() {
            [b'N' | b'n', b'I' | b'i', b'L' | b'l', rest @ ..]
                if !rest.first().is_some_and(|octet| chars::is(*octet, chars::ASTRING)) =>
            {
                if !self.rest.starts_with(b"NIL") {
                    self.note_spelling();
                }
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}
