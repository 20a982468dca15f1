//! Where a FETCH response is kept: its octets, and a tape of words that point into them. One allocation holds both, so
//! words are four octets each.
//!
//! Every string is two words, its place and its length in the octets; a string with quoted pairs in it was written out
//! behind the frame. Every item begins with its kind and its length in words, so that views walk over what they are not
//! asked for. Offsets inside an item are relative to it.

use alloc::vec::Vec;

use imap_wire::{Cursor, Octets, ParseError};

use crate::core::Raw;

/// The place of a string that is `NIL`.
const NIL: u32 = u32::MAX;
/// The place of a literal that was streamed; the length follows in two words.
const STREAMED: u32 = u32::MAX - 1;

/// A number on the tape, least octet first.
pub(crate) type Word = [u8; 4];

/// A tape that is being written.
#[derive(Debug)]
pub(crate) struct Tape<'s> {
    words: &'s mut Vec<Word>,
    /// Strings that had to be written out.
    tail: &'s mut Vec<u8>,
    /// Where the tail will begin: behind the frame.
    base: usize,
    /// How many more items may be read once more in vain. Each may cost a look at all that follows it.
    trials: u32,
}

/// How many items of a response are read once more in vain.
const TRIALS: u32 = 4;

impl<'s> Tape<'s> {
    pub(crate) fn new(words: &'s mut Vec<Word>, tail: &'s mut Vec<u8>, base: usize) -> Self {
        words.clear();
        tail.clear();
        Self { words, tail, base, trials: TRIALS }
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, word: u32) {
        self.words.push(word.to_le_bytes());
    }

    #[inline(always)]
    pub(crate) fn push_all<const N: usize>(&mut self, words: [u32; N]) {
        self.words.extend_from_slice(&words.map(u32::to_le_bytes));
    }

    #[inline(always)]
    pub(crate) fn push_u64(&mut self, value: u64) {
        self.push_all(halves(value));
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, at: usize, word: u32) {
        if let Some(slot) = self.words.get_mut(at) {
            *slot = word.to_le_bytes();
        }
    }

    pub(crate) fn word(&self, at: usize) -> u32 {
        self.words.get(at).copied().map_or(0, u32::from_le_bytes)
    }

    #[inline(always)]
    pub(crate) fn set_all<const N: usize>(&mut self, at: usize, words: [u32; N]) {
        if let Some(slots) = self.words.get_mut(at..).and_then(<[Word]>::first_chunk_mut) {
            *slots = words.map(u32::to_le_bytes);
        }
    }

    /// Puts `more` behind each `stride` words from `from` on.
    #[cold]
    pub(crate) fn widen(&mut self, from: usize, stride: usize, more: [u32; 2]) {
        let Some(narrow) = self.words.get(from..).map(<[Word]>::to_vec) else { return };
        self.words.truncate(from);
        for words in narrow.chunks(stride.max(1)) {
            self.words.extend_from_slice(words);
            self.push_all(more);
        }
    }

    /// Goes back to a length that it had.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.words.truncate(len);
    }

    /// Whether an item may be read once more.
    pub(crate) fn may_try(&self) -> bool {
        self.trials > 0
    }

    /// An item was read once more in vain.
    pub(crate) fn tried(&mut self) {
        self.trials = self.trials.saturating_sub(1);
    }

    /// Octets of the strings that were written out.
    #[inline(always)]
    pub(crate) fn tail_len(&self) -> usize {
        self.tail.len()
    }

    /// Goes back to the strings that it had.
    pub(crate) fn truncate_tail(&mut self, len: usize) {
        self.tail.truncate(len);
    }

    /// Begins an item; [`end`](Self::end) must follow.
    #[inline(always)]
    pub(crate) fn begin(&mut self, kind: u32) -> usize {
        let at = self.words.len();
        self.push_all([kind, 0]);
        at
    }

    #[inline(always)]
    pub(crate) fn end(&mut self, at: usize) {
        let len = self.words.len().wrapping_sub(at) as u32;
        self.set(at.wrapping_add(1), len);
    }

    /// The two words of a string.
    #[inline(always)]
    pub(crate) fn span(&mut self, octets: &Octets<'_>) -> [u32; 2] {
        // Frames are shorter than 2 GiB, so places and lengths fit.
        if octets.escaped { self.unescaped(octets) } else { [octets.at as u32, octets.raw.len() as u32] }
    }

    #[inline(never)]
    fn unescaped(&mut self, octets: &Octets<'_>) -> [u32; 2] {
        let from = self.tail.len();
        octets.unescape_into(self.tail);
        [self.base.wrapping_add(from) as u32, self.tail.len().wrapping_sub(from) as u32]
    }

    #[inline(always)]
    pub(crate) fn nspan(&mut self, octets: Option<&Octets<'_>>) -> [u32; 2] {
        match octets {
            Some(octets) => self.span(octets),
            None => [NIL, 0],
        }
    }

    /// Reads `nstring`, and gives its two words.
    #[inline(always)]
    pub(crate) fn nstring(&mut self, cursor: &mut Cursor<'_>) -> Result<[u32; 2], ParseError> {
        if let Some((at, len)) = cursor.take_plain_quoted() {
            return Ok([at as u32, len as u32]);
        }
        if let [b'N', b'I', b'L', b' ' | b')', ..] = cursor.rest() {
            cursor.skip(3);
            return Ok(NIL_SPAN);
        }
        self.other_nstring(cursor)
    }

    #[inline(never)]
    fn other_nstring(&mut self, cursor: &mut Cursor<'_>) -> Result<[u32; 2], ParseError> {
        let string = cursor.nstring()?;
        Ok(self.nspan(string.as_ref()))
    }

    /// Reads `string`, and gives its two words.
    #[inline(always)]
    pub(crate) fn string(&mut self, cursor: &mut Cursor<'_>) -> Result<[u32; 2], ParseError> {
        if let Some((at, len)) = cursor.take_plain_quoted() {
            return Ok([at as u32, len as u32]);
        }
        self.other_string(cursor)
    }

    #[inline(never)]
    fn other_string(&mut self, cursor: &mut Cursor<'_>) -> Result<[u32; 2], ParseError> {
        let string = cursor.string()?;
        Ok(self.span(&string))
    }

    /// The two words of what is kept as it stands at `at`, its literals announced in one form whichever the peer chose.
    pub(crate) fn raw(&mut self, at: usize, raw: &[u8]) -> [u32; 2] {
        if memchr::memchr(b'\n', raw).is_some() {
            let kept = Raw::received(raw);
            if kept.as_bytes() != raw {
                let from = self.tail.len();
                self.tail.extend_from_slice(kept.as_bytes());
                return [self.base.wrapping_add(from) as u32, kept.as_bytes().len() as u32];
            }
        }
        [at as u32, raw.len() as u32]
    }

    /// The three words of a value that may have been streamed.
    pub(crate) fn value(&mut self, octets: Option<&Octets<'_>>) -> [u32; 3] {
        match octets {
            Some(Octets { streamed: Some(octets), .. }) => {
                let [low, high] = halves(*octets);
                [STREAMED, low, high]
            }
            octets => {
                let [at, len] = self.nspan(octets);
                [at, len, 0]
            }
        }
    }
}

pub(crate) const NIL_SPAN: [u32; 2] = [NIL, 0];

pub(crate) fn halves(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

/// A finished tape and its octets.
#[derive(Clone, Copy)]
pub(crate) struct Arena<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) tape: &'a [Word],
}

impl<'a> Arena<'a> {
    #[inline(always)]
    pub(crate) fn word(self, at: usize) -> u32 {
        self.tape.get(at).copied().map_or(0, u32::from_le_bytes)
    }

    pub(crate) fn u64(self, at: usize) -> u64 {
        u64::from(self.word(at)) | u64::from(self.word(at.wrapping_add(1))) << 32
    }

    #[inline(always)]
    pub(crate) fn nstring(self, at: usize) -> Option<&'a [u8]> {
        let place = self.word(at);
        if place == NIL {
            return None;
        }
        let (from, len) = (place as usize, self.word(at.wrapping_add(1)) as usize);
        Some(self.text.get(from..from.wrapping_add(len)).unwrap_or_default())
    }

    #[inline(always)]
    pub(crate) fn string(self, at: usize) -> &'a [u8] {
        self.nstring(at).unwrap_or_default()
    }

    pub(crate) fn value(self, at: usize) -> Value<'a> {
        match self.word(at) {
            STREAMED => Value::Streamed { octets: self.u64(at.wrapping_add(1)) },
            _ => self.nstring(at).map_or(Value::Nil, Value::Octets),
        }
    }
}

/// An `nstring` that may be large: the content of a body section.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// `NIL`.
    Nil,
    /// The octets.
    Octets(&'a [u8]),
    /// They came as `Data`, or will go as `encode_data`.
    Streamed {
        /// How many.
        octets: u64,
    },
}

impl<'a> Value<'a> {
    /// The octets, where they are here.
    pub fn as_bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Octets(octets) => Some(octets),
            _ => None,
        }
    }

    /// How many octets; 0 for `NIL`.
    pub fn octets(self) -> u64 {
        match self {
            Self::Nil => 0,
            Self::Octets(octets) => octets.len() as u64,
            Self::Streamed { octets } => octets,
        }
    }
}

impl core::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Nil => f.write_str("NIL"),
            Self::Octets(octets) => core::fmt::Debug::fmt(&alloc::string::String::from_utf8_lossy(octets), f),
            Self::Streamed { octets } => write!(f, "{octets} octets, streamed"),
        }
    }
}
