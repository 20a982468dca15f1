//! Strings: quoted, literals, and what may stand for them (RFC 9051 section 4.3).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use mail_wire::Deviation;

use super::{Cursor, ParseError};
use crate::frame::Gap;
use crate::{Generation, Literal, chars};

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

impl<'a> Cursor<'a> {
    /// Takes a quoted string without quoted pairs if one is next: where it begins, and how long it is.
    #[inline(always)]
    pub fn take_plain_quoted(&mut self) -> Option<(usize, usize)> {
        let [b'"', string @ ..] = self.rest else { return None };
        let len = special(string)?;
        let [b'"', rest @ ..] = string.get(len..)? else { return None };
        if self.careful && is_odd(string.get(..len)?, self.loose, self.generation) {
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
        if self.careful
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
                    let has_pairs = self.generation.has_pairs();
                    if !has_pairs && memchr::memchr3(b'%', b'{', b'\\', raw).is_some() {
                        self.forgive(Deviation::Quoting, "a literal for %, { and \\")?;
                    }
                    self.rest = rest;
                    return Ok(Octets { raw, at, escaped: has_pairs, streamed: None });
                }
                [b'\\', ..] if !self.generation.has_pairs() => len = len.saturating_add(1),
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
            self.take_while(chars::LENIENT);
            raw = self.since(at);
            // An atom of IMAP2 ends at SP or CRLF only (RFC 1176, Conventions).
            let is_atom = |octet: &u8| octet.is_ascii() && !matches!(octet, b'%' | b'\\');
            if self.generation.has_pairs() || !raw.iter().all(is_atom) {
                // QUIRK: unquoted names with octets that are for quoted strings only (8 bits, \, %, *).
                let behind = self.at();
                self.seek(at.saturating_add(chars::front(raw, class)));
                self.forgive(Deviation::Value, expected)?;
                self.seek(behind);
            }
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

/// Whether what stands between quotes may be no quoted string, or one that is forgiven.
#[inline(never)]
fn is_odd(quoted: &[u8], loose: bool, generation: Generation) -> bool {
    loose
        || memchr::memchr(b'\n', quoted).is_some()
        || !generation.has_pairs() && memchr::memchr2(b'%', b'{', quoted).is_some()
}

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
