//! The one way into a frame: each production reads from a `Cursor`.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use mail_wire::line::LineEnd;
use mail_wire::number::leading;
use mail_wire::{Deviation, Deviations, Error, ErrorKind, Leniency};

use crate::chars;
use crate::frame::{Frame, Gap};
use crate::{Atom, Literal, Tag};

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

/// A string where it stands: its octets as they are in the frame, and whether they have to be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Octets<'a> {
    /// As in the frame.
    pub raw: &'a [u8],
    /// Where `raw` begins in the frame.
    pub at: usize,
    /// Whether `raw` has quoted pairs in it.
    pub escaped: bool,
    /// How many octets, where they were streamed; then `raw` is empty.
    pub streamed: Option<u64>,
}

impl<'a> Octets<'a> {
    /// The value.
    pub fn value(&self) -> Cow<'a, [u8]> {
        if !self.escaped {
            return Cow::Borrowed(self.raw);
        }
        let mut value = Vec::with_capacity(self.raw.len());
        self.unescape_into(&mut value);
        Cow::Owned(value)
    }

    /// Appends the value.
    pub fn unescape_into(&self, value: &mut Vec<u8>) {
        let mut rest = self.raw;
        while let Some(at) = memchr::memchr(b'\\', rest) {
            value.extend_from_slice(rest.get(..at).unwrap_or_default());
            let pair = rest.get(at.saturating_add(1)..).unwrap_or_default();
            value.extend(pair.first());
            rest = pair.get(1..).unwrap_or_default();
        }
        value.extend_from_slice(rest);
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
    /// There are line ends in the frame, and quotes may stand around one.
    literals: bool,
    /// Quotes inside of a string need not be escaped.
    loose: bool,
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
        let (octets, gaps, literals) = (frame.octets(), frame.gaps(), frame.has_literals());
        Self { frame: octets, rest: octets, gaps, literals, loose: false, leniency, depth, deviations }
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
        let literals = core::mem::replace(&mut self.literals, true);
        self.loose = self.leniency != Leniency::Strict;
        let result = read(self);
        (self.literals, self.loose) = (literals, false);
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

    /// `number`, up to 4,294,967,295. Leading zeros are noted as spelling.
    ///
    /// # Errors
    /// Where there is none, or a greater one.
    #[inline(always)]
    pub fn number(&mut self) -> Result<u32, ParseError> {
        let start = self.rest;
        match self.digits().map(u32::try_from) {
            Some(Ok(value)) => Ok(value),
            _ => Err(self.no_number(start, "a number up to 4294967295")),
        }
    }

    /// `nz-number`: its first digit is not 0.
    ///
    /// # Errors
    /// Where there is none; leniently 0 passes, and zeros in front do.
    #[inline(always)]
    pub fn nz_number(&mut self) -> Result<u32, ParseError> {
        let start = self.rest;
        let value = self.number()?;
        if start.first() == Some(&b'0') {
            self.odd_number(start, "a number without zeros in front")?;
        }
        Ok(value)
    }

    /// Forgives the number that began at `start`, or not.
    #[cold]
    fn odd_number(&mut self, start: &'a [u8], expected: &'static str) -> Result<(), ParseError> {
        let behind = core::mem::replace(&mut self.rest, start);
        self.forgive(Deviation::Number, expected)?;
        self.rest = behind;
        Ok(())
    }

    /// `number64`: at most 63 bits (RFC 9051 section 9); leniently 64.
    ///
    /// # Errors
    /// Where there is none, or a greater one.
    #[inline(always)]
    pub fn number64(&mut self) -> Result<u64, ParseError> {
        let start = self.rest;
        match self.digits() {
            Some(value) if value <= MAX_63 => Ok(value),
            value => self.large_number(start, value),
        }
    }

    /// `mod-sequence-value`: a `number64` above 0 (RFC 7162 section 7).
    ///
    /// # Errors
    /// Where there is none, or a greater one; leniently 0 passes, and zeros in front do.
    #[inline(always)]
    pub fn mod_sequence(&mut self) -> Result<u64, ParseError> {
        let start = self.rest;
        let value = self.number64()?;
        if start.first() == Some(&b'0') {
            self.odd_number(start, "a modification sequence above 0")?;
        }
        Ok(value)
    }

    #[cold]
    #[inline(never)]
    fn large_number(&mut self, start: &'a [u8], value: Option<u64>) -> Result<u64, ParseError> {
        match value {
            Some(value) => self.odd_number(start, "a number of at most 63 bits").map(|()| value),
            None => Err(self.no_number(start, "a number of at most 63 bits")),
        }
    }

    #[cold]
    #[inline(never)]
    fn no_number(&mut self, start: &'a [u8], too_large: &'static str) -> ParseError {
        self.rest = start;
        let is_number = self.peek().is_some_and(|octet| octet.is_ascii_digit());
        self.error(if is_number { too_large } else { "a number" })
    }

    /// The value of the digits here; `None` where there is none, or too many.
    #[inline(always)]
    fn digits(&mut self) -> Option<u64> {
        let (mut value, len) = leading(self.rest).unwrap_or_default();
        if matches!(len, 1..=7) && self.rest.first() != Some(&b'0') {
            self.skip(len);
            return Some(value);
        }
        let mut rest = self.rest.get(len..).unwrap_or_default();
        while let [octet, behind @ ..] = rest {
            let digit = octet.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            rest = behind;
        }
        match self.rest.len().wrapping_sub(rest.len()) {
            0 => return None,
            1 => {}
            // Nineteen digits always fit.
            2..=19 => {
                if self.rest.first() == Some(&b'0') {
                    self.note_spelling();
                }
            }
            _ => return self.many_digits(),
        }
        self.rest = rest;
        Some(value)
    }

    #[cold]
    fn many_digits(&mut self) -> Option<u64> {
        let digits = self.take_while(chars::DIGIT);
        if digits.starts_with(b"0") {
            self.note_spelling();
        }
        digits.iter().try_fold(0_u64, |value, digit| {
            value.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))
        })
    }

    /// Takes a quoted string without quoted pairs if one is next: where it begins, and how long it is.
    #[inline(always)]
    pub fn take_plain_quoted(&mut self) -> Option<(usize, usize)> {
        let [b'"', string @ ..] = self.rest else { return None };
        let len = special(string)?;
        let [b'"', rest @ ..] = string.get(len..)? else { return None };
        if self.literals && (self.loose || memchr::memchr(b'\n', string.get(..len)?).is_some()) {
            return None;
        }
        self.rest = rest;
        Some((self.frame.len().wrapping_sub(string.len()), len))
    }

    /// `quoted`: the octets between the quotes.
    ///
    /// # Errors
    /// Where there is none, or it does not end. What must not stand in one was looked for in the whole frame before, but
    /// for the announcement of a literal, with what follows it.
    #[inline(always)]
    pub fn quoted(&mut self) -> Result<Octets<'a>, ParseError> {
        let string = self.rest.get(1..).unwrap_or_default();
        match self.take_plain_quoted() {
            Some((at, len)) => {
                let raw = string.get(..len).unwrap_or_default();
                Ok(Octets { raw, at, escaped: false, streamed: None })
            }
            None => self.quoted_with_pairs(),
        }
    }

    /// The framer looks at line ends only: to it, a `{n}` between quotes is a literal like any other.
    #[inline(always)]
    fn one_line(&mut self, quoted: &[u8]) -> Result<(), ParseError> {
        if self.literals
            && let Some(found) = memchr::memchr(b'\n', quoted)
        {
            self.skip(found);
            return Err(self.error("the end of the quoted string"));
        }
        Ok(())
    }

    #[inline(never)]
    fn quoted_with_pairs(&mut self) -> Result<Octets<'a>, ParseError> {
        self.expect_octet(b'"', "a quoted string")?;
        let (at, string) = (self.at(), self.rest);
        let mut len = 0_usize;
        loop {
            match special(string.get(len..).unwrap_or_default()) {
                Some(more) => len = len.saturating_add(more),
                None => return Err(self.error("the end of the quoted string")),
            }
            match string.get(len..).unwrap_or_default() {
                [b'"', rest @ ..]
                    if self.loose && !matches!(rest, [] | [b' ' | b')' | b']' | b'\r' | b'\n', ..]) =>
                {
                    self.forgive(Deviation::Quoting, "\\\" in a quoted string")?;
                    len = len.saturating_add(1);
                }
                [b'"', rest @ ..] => {
                    let raw = string.get(..len).unwrap_or_default();
                    self.one_line(raw)?;
                    self.rest = rest;
                    return Ok(Octets { raw, at, escaped: true, streamed: None });
                }
                [b'\\', escaped, ..] => {
                    if !matches!(escaped, b'"' | b'\\') {
                        self.forgive(Deviation::Value, "\\\" or \\\\ in a quoted string")?;
                    }
                    len = len.saturating_add(2);
                }
                _ => return Err(self.error("the end of the quoted string")),
            }
        }
    }

    /// `literal`, and `literal8`, which alone may hold NUL; leniently any may.
    ///
    /// # Errors
    /// Where there is none.
    pub fn literal(&mut self) -> Result<Octets<'a>, ParseError> {
        let is_literal8 = self.take(b'~');
        let start = self.rest;
        self.expect_octet(b'{', "a literal")?;
        let octets = self.number64()?;
        self.take(b'+');
        self.expect_octet(b'}', "}")?;
        if !self.take(b'\r') {
            self.forgive(Deviation::BareLf, "CRLF behind the size of the literal")?;
        }
        self.expect_octet(b'\n', "CRLF behind the size of the literal")?;
        let at = self.at();
        if let Ok(gap) = self.gaps.binary_search_by_key(&at, Gap::at) {
            let streamed = self.gaps.get(gap).map(Gap::octets);
            return Ok(Octets { raw: &[], at, escaped: false, streamed });
        }
        let raw = usize::try_from(octets).ok().and_then(|octets| self.rest().get(..octets));
        let Some(raw) = raw else {
            self.rest = start;
            return Err(self.error("as many octets as the literal announced"));
        };
        if !is_literal8 && memchr::memchr(0, raw).is_some() {
            self.forgive(Deviation::Value, "no NUL in a literal")?;
        }
        self.skip(raw.len());
        Ok(Octets { raw, at, escaped: false, streamed: None })
    }

    /// A `literal` where a `literal8` is none.
    fn text_literal(&mut self) -> Result<Octets<'a>, ParseError> {
        if self.peek() == Some(b'~') {
            self.forgive(Deviation::Value, "a literal without ~")?;
        }
        self.literal()
    }

    /// `string`: quoted or a literal; leniently a `literal8`.
    ///
    /// # Errors
    /// Where there is none.
    #[inline(always)]
    pub fn string(&mut self) -> Result<Octets<'a>, ParseError> {
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'{' | b'~') => self.text_literal(),
            _ => Err(self.error("a string")),
        }
    }

    /// `nstring`: a string, or `NIL`.
    ///
    /// # Errors
    /// Where there is none.
    #[inline(always)]
    pub fn nstring(&mut self) -> Result<Option<Octets<'a>>, ParseError> {
        match self.peek() {
            Some(b'"') => self.quoted().map(Some),
            Some(b'{' | b'~') => self.text_literal().map(Some),
            _ if self.take_nil() => Ok(None),
            _ => Err(self.error("a string or NIL")),
        }
    }

    /// `astring`; leniently with octets that belong into a string.
    ///
    /// # Errors
    /// Where there is none.
    #[inline]
    pub fn astring(&mut self) -> Result<Octets<'a>, ParseError> {
        self.astring_of(chars::ASTRING, "an atom or a string")
    }

    /// `list-mailbox`: an `astring` that may have `%` and `*` in it.
    ///
    /// # Errors
    /// Where there is none.
    pub fn list_mailbox(&mut self) -> Result<Octets<'a>, ParseError> {
        self.astring_of(chars::LIST, "a mailbox pattern")
    }

    fn astring_of(&mut self, class: u8, expected: &'static str) -> Result<Octets<'a>, ParseError> {
        let at = self.at();
        match self.peek() {
            Some(b'"') => return self.quoted(),
            Some(b'{') => return self.literal(),
            Some(b'~') if self.rest().get(1) == Some(&b'{') => return self.text_literal(),
            _ => {}
        }
        let mut raw = self.take_while(class);
        if self.peek().is_some_and(|octet| chars::is(octet, chars::LENIENT)) {
            // QUIRK: unquoted names with octets that are for quoted strings only (8 bits, \, %, *).
            self.forgive(Deviation::Value, expected)?;
            self.take_while(chars::LENIENT);
            raw = self.since(at);
        }
        if raw.is_empty() {
            return Err(self.error(expected));
        }
        Ok(Octets { raw, at, escaped: false, streamed: None })
    }

    /// Any value of the generic syntax (RFC 9051 section 9, `tagged-ext-val`; a FETCH item that nobody knows): an atom, a
    /// string, or a parenthesized list of values. Nothing is built, whatever the depth.
    ///
    /// # Errors
    /// Where there is none, or nesting crosses the bound.
    pub fn any_value(&mut self) -> Result<&'a [u8], ParseError> {
        let (from, mut open) = (self.at(), 0_usize);
        loop {
            match self.peek() {
                Some(b'(') => {
                    self.skip(1);
                    open = open.saturating_add(1);
                    if open > self.depth {
                        return Err(self.limit("less nesting"));
                    }
                    continue;
                }
                Some(b')') if open > 0 => {
                    self.skip(1);
                    open = open.saturating_sub(1);
                }
                Some(b' ') if open > 0 => {
                    self.skip(1);
                    continue;
                }
                Some(b'"') => {
                    self.quoted()?;
                }
                Some(b'{') => {
                    self.literal()?;
                }
                Some(b'~') if self.rest().get(1) == Some(&b'{') => {
                    self.literal()?;
                }
                Some(octet) if chars::is(octet, chars::LENIENT) => {
                    self.take_while(chars::LENIENT);
                }
                _ => return Err(self.error("a value")),
            }
            if open == 0 {
                return Ok(self.since(from));
            }
        }
    }

    /// A literal as a message keeps it.
    pub fn owned(&self, octets: Octets<'_>) -> Literal {
        match octets.streamed {
            Some(octets) => Literal::Streamed { octets },
            None => Literal::Inline(octets.value().into_owned()),
        }
    }
}

/// The largest `number64`.
const MAX_63: u64 = i64::MAX as u64;

/// Where the first `"` or `\` stands. Most strings are short, so eight octets are looked at at a time, without a call.
#[inline(always)]
fn special(octets: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // The high bit of an octet that is 0; a borrow reaches later octets only.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let (mut at, mut rest) = (0_usize, octets);
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*chunk);
        let found = zeros(word ^ ONES.wrapping_mul(0x22)) | zeros(word ^ ONES.wrapping_mul(0x5c));
        if found != 0 {
            return Some(at.wrapping_add((found.trailing_zeros() / 8) as usize));
        }
        (at, rest) = (at.wrapping_add(8), behind);
    }
    let more = rest.iter().position(|octet| matches!(octet, b'"' | b'\\'))?;
    Some(at.wrapping_add(more))
}
