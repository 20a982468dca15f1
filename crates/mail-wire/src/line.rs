//! Lines out of any cutting of the input.

use alloc::vec::Vec;

use bytes::BytesMut;
use zeroize::Zeroize;

use crate::{Deviation, Deviations, Error, ErrorKind, Leniency, visits};

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LineEnd {
    /// CR LF, as every protocol asks.
    CrLf,
    /// LF alone. A lone CR never ends a line.
    Lf,
}

/// One complete line, borrowed from the input or from the framer.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line<'a> {
    /// The octets without the line end; the first ones up to the limit, if the line was longer.
    pub octets: &'a [u8],
    /// How it ended.
    pub end: LineEnd,
    /// Where it begins: octets since the start of the stream.
    pub offset: u64,
    /// Whether it was longer than the limit and so lost its rest.
    pub overlong: bool,
}

impl<'a> Line<'a> {
    /// What can be said of a line before its grammar: whether it is too long, and how it ended.
    ///
    /// # Errors
    /// `Limit` for an over-long line, `Syntax` for a bare LF to a strict reader; offsets count from its start.
    #[inline]
    pub fn check(&self, leniency: Leniency) -> Result<Deviations, Error> {
        if self.overlong {
            return Err(Error::limit(self.octets.len() as u64, "a shorter line"));
        }
        let mut deviations = Deviations::new();
        if self.end == LineEnd::Lf {
            if leniency == Leniency::Strict {
                return Err(Error::syntax(self.octets.len() as u64, "CRLF"));
            }
            deviations.add(Deviation::BareLf);
        }
        Ok(deviations)
    }

    /// What `parse` makes of the octets, if [`check`](Self::check) finds nothing, and what both forgave.
    ///
    /// # Errors
    /// Those of both; offsets count from the start of the stream.
    #[inline]
    pub fn read<T>(
        &self,
        leniency: Leniency,
        parse: impl FnOnce(&'a [u8]) -> Result<(T, Deviations), Error>,
    ) -> Result<(T, Deviations), Error> {
        visits::add(self.octets.len());
        let read = self.check(leniency).and_then(|ends| {
            let (value, deviations) = parse(self.octets)?;
            Ok((value, ends.union(deviations)))
        });
        read.map_err(|error| error.shifted(self.offset))
    }

    /// Whether it ends a dot-terminated block.
    pub fn is_terminator(&self) -> bool {
        self.octets == b"." && !self.overlong
    }

    /// A line of a dot-terminated block without the dot that stuffing put in front.
    #[must_use]
    pub fn unstuffed(&self) -> Self {
        match self.octets.strip_prefix(b".") {
            Some(octets) => Self { octets, offset: self.offset.saturating_add(1), ..*self },
            None => *self,
        }
    }
}

/// Secrets pass through lines, so a line never shows its octets.
impl core::fmt::Debug for Line<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Line")
            .field("octets", &self.octets.len())
            .field("end", &self.end)
            .field("offset", &self.offset)
            .field("overlong", &self.overlong)
            .finish()
    }
}

/// Cuts a stream into lines, resuming where the last read ended.
///
/// A line that lies whole in the input is borrowed from there; one that is spread over reads is
/// collected, up to the limit. An over-long line is drained without being stored and reported once,
/// at its end. Octets that were collected are wiped afterwards: they may have been a password.
///
/// ```text
/// read 1: "USER mro"            held: "USER mro"            → None
/// read 2: "se\r\nPASS x\r\nQU"  → Line "USER mrose", then Line "PASS x", held: "QU" → None
/// ```
///
/// ```
/// use mail_wire::line::LineFramer;
/// let mut framer = LineFramer::new();
/// let mut input = &b"NO"[..];
/// assert!(framer.next(&mut input, 512).is_none());
/// let mut input = &b"OP\r\nQUIT"[..];
/// assert_eq!(framer.next(&mut input, 512).unwrap().octets, b"NOOP");
/// assert_eq!(input, b"QUIT");
/// ```
#[derive(Default)]
pub struct LineFramer {
    /// Octets of the line under way (or, when `taken`, of the line handed out last).
    held: Vec<u8>,
    /// All octets of the line under way, those that were dropped included.
    seen: u64,
    /// The octet taken last, to tell CR LF from LF in an over-long line.
    last: u8,
    taken: bool,
    offset: u64,
}

impl LineFramer {
    /// A framer at offset 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the line at the front of `input` if `read` makes something of it: `read` gets `input`, and gives what stands
    /// behind the line, too. Else takes nothing, and [`next`](Self::next) has to decide.
    ///
    /// For the lines that are nearly all of the traffic, and that end where their grammar does: to search for their end
    /// first would take half the time.
    #[inline(always)]
    pub fn next_if<'i, T>(
        &mut self,
        input: &mut &'i [u8],
        limit: usize,
        read: impl FnOnce(&'i [u8]) -> Option<(T, &'i [u8])>,
    ) -> Option<T> {
        if self.is_inside_line() {
            return None;
        }
        let (value, later) = read(input)?;
        let octets = input.len().saturating_sub(later.len());
        if octets > limit {
            return None;
        }
        visits::add(octets);
        self.offset = self.offset.saturating_add(octets as u64);
        *input = later;
        Some(value)
    }

    /// Takes a line from the front of `input`, or all of `input` if it holds no line end. `limit` is
    /// in octets, line end included.
    #[inline]
    pub fn next<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8], limit: usize) -> Option<Line<'a>> {
        if self.taken {
            self.forget();
        }
        let Some(at) = find_lf(input) else {
            visits::add(input.len());
            self.hold(input, limit);
            *input = &[];
            return None;
        };
        let (line, rest) = input.split_at_checked(at.saturating_add(1))?;
        visits::add(line.len());
        *input = rest;
        let offset = self.offset;
        if self.seen == 0 {
            self.offset = offset.saturating_add(line.len() as u64);
            let (octets, end) = strip_end(line, 0);
            let overlong = line.len() > limit;
            let octets = if overlong { line.get(..limit).unwrap_or(octets) } else { octets };
            return Some(Line { octets, end, offset, overlong });
        }
        Some(self.complete(line, limit))
    }

    /// The line that `rest` ends, the front of which is held.
    #[inline(never)]
    fn complete(&mut self, rest: &[u8], limit: usize) -> Line<'_> {
        let (offset, before) = (self.offset, self.last);
        self.hold(rest, limit);
        self.taken = true;
        self.offset = offset.saturating_add(self.seen);
        let overlong = self.seen > limit as u64;
        let end = strip_end(rest, before).1;
        let octets = if overlong { self.held.as_slice() } else { strip_end(&self.held, 0).0 };
        Line { octets, end, offset, overlong }
    }

    /// Octets since the start of the stream, up to the end of the last line.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether part of a line has been taken.
    #[inline]
    pub fn is_inside_line(&self) -> bool {
        !self.taken && self.seen > 0
    }

    /// Takes note of octets that passed beside the framer.
    #[inline]
    pub fn skip(&mut self, octets: usize) {
        self.offset = self.offset.saturating_add(octets as u64);
    }

    /// Has `read` take from `input` what is no line but payload, and takes note of it.
    #[inline]
    pub fn hand_over<'i, T>(&mut self, input: &mut &'i [u8], read: impl FnOnce(&mut &'i [u8]) -> T) -> T {
        let before = input.len();
        let result = read(input);
        self.skip(before.saturating_sub(input.len()));
        result
    }

    /// The peer closed.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a line.
    pub fn finish(&self) -> Result<(), Error> {
        if self.is_inside_line() {
            return Err(Error::new(
                ErrorKind::UnexpectedEof,
                self.offset.saturating_add(self.seen),
                "the end of the line",
            ));
        }
        Ok(())
    }

    #[inline(never)]
    fn hold(&mut self, octets: &[u8], limit: usize) {
        self.seen = self.seen.saturating_add(octets.len() as u64);
        self.last = octets.last().copied().unwrap_or(self.last);
        let room = limit.saturating_sub(self.held.len());
        let kept = octets.get(..room).unwrap_or(octets);
        visits::add(kept.len());
        if self.held.capacity().saturating_sub(self.held.len()) < kept.len() {
            self.grow(kept.len(), limit);
        }
        self.held.extend_from_slice(kept);
    }

    /// Moves to a larger buffer by hand: a reallocation would leave the old octets behind unwiped.
    fn grow(&mut self, more: usize, limit: usize) {
        let need = self.held.len().saturating_add(more);
        let capacity = need.max(self.held.capacity().saturating_mul(2)).max(128).min(limit.max(need));
        let mut larger = Vec::with_capacity(capacity);
        larger.extend_from_slice(&self.held);
        self.held.as_mut_slice().zeroize();
        self.held = larger;
    }

    #[inline(never)]
    fn forget(&mut self) {
        self.held.as_mut_slice().zeroize();
        self.held.clear();
        self.seen = 0;
        self.last = 0;
        self.taken = false;
    }
}

impl Drop for LineFramer {
    fn drop(&mut self) {
        self.held.as_mut_slice().zeroize();
    }
}

impl Clone for LineFramer {
    fn clone(&self) -> Self {
        Self { held: self.held.clone(), ..*self }
    }
}

impl core::fmt::Debug for LineFramer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LineFramer").field("offset", &self.offset).field("held", &self.held.len()).finish()
    }
}

/// Takes back what was written behind `start`, and wipes it: it may have been a password.
pub fn take_back(output: &mut BytesMut, start: usize) {
    if let Some(written) = output.get_mut(start..) {
        written.zeroize();
    }
    output.truncate(start);
}

/// Where the first LF stands. Lines of listings and commands are so short that the call of `memchr` would be half the
/// work: the first words are looked at here.
#[inline]
fn find_lf(octets: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut at = 0_usize;
    for word in octets.as_chunks::<8>().0.iter().take(4) {
        // The lowest octet that is zero keeps its high bit; those in front of it do not.
        let octets = u64::from_le_bytes(*word) ^ (ONES.wrapping_mul(b'\n' as u64));
        let zeros = octets.wrapping_sub(ONES) & !octets & (ONES << 7);
        if zeros != 0 {
            return Some(at.wrapping_add((zeros.trailing_zeros() / 8) as usize));
        }
        at = at.wrapping_add(8);
    }
    let rest = octets.get(at..)?;
    let found = match rest.len() {
        ..8 => rest.iter().position(|octet| *octet == b'\n'),
        _ => memchr::memchr(b'\n', rest),
    };
    found.map(|found| at.wrapping_add(found))
}

/// The octets in front of the LF and of a CR before it; `before` is the octet in front of `line`.
#[inline]
fn strip_end(line: &[u8], before: u8) -> (&[u8], LineEnd) {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    match line.strip_suffix(b"\r") {
        Some(stripped) => (stripped, LineEnd::CrLf),
        None if line.is_empty() && before == b'\r' => (line, LineEnd::CrLf),
        None => (line, LineEnd::Lf),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    /// The lines of `stream`, cut after each of `cuts` octets (in turn), as owned values.
    fn lines(stream: &[u8], cuts: &[usize], limit: usize) -> Vec<(Vec<u8>, LineEnd, u64, bool)> {
        let (mut framer, mut all, mut rest) = (LineFramer::new(), vec![], stream);
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (mut chunk, later) = rest.split_at((*cut).clamp(1, rest.len()));
            rest = later;
            while let Some(line) = framer.next(&mut chunk, limit) {
                all.push((line.octets.to_vec(), line.end, line.offset, line.overlong));
            }
            assert!(chunk.is_empty());
        }
        all
    }

    /// What a reader with the whole stream in hand would say.
    fn naive(stream: &[u8], limit: usize) -> Vec<(Vec<u8>, LineEnd, u64, bool)> {
        let mut offset = 0;
        let mut all = vec![];
        for line in stream.split_inclusive(|octet| *octet == b'\n').filter(|line| line.ends_with(b"\n")) {
            let end = if line.ends_with(b"\r\n") { LineEnd::CrLf } else { LineEnd::Lf };
            let bare = line.strip_suffix(b"\r\n").or(line.strip_suffix(b"\n")).unwrap();
            let overlong = line.len() > limit;
            let kept = if overlong { &line[..limit] } else { bare };
            all.push((kept.to_vec(), end, offset, overlong));
            offset += line.len() as u64;
        }
        all
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_naive_lines(
            stream in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'x'), any::<u8>()], 0..200),
            cuts in proptest::collection::vec(1_usize..9, 1..5),
            limit in 2_usize..20,
        ) {
            prop_assert_eq!(lines(&stream, &cuts, limit), naive(&stream, limit));
        }
    }

    #[test]
    fn a_lone_cr_is_no_line_end() {
        assert_eq!(lines(b"a\rb\r\n", &[1], 512), [(b"a\rb".to_vec(), LineEnd::CrLf, 0, false)]);
    }

    #[test]
    fn an_overlong_line_is_not_stored() {
        let mut framer = LineFramer::new();
        for _ in 0..10_000 {
            assert!(framer.next(&mut &b"0123456789"[..], 512).is_none());
        }
        assert!(framer.held.capacity() <= 512);
        let mut input = &b"\r\nNOOP\r\n"[..];
        let line = framer.next(&mut input, 512).unwrap();
        assert!(line.overlong && line.octets.len() == 512);
        assert_eq!(framer.next(&mut input, 512).unwrap().octets, b"NOOP");
    }

    #[test]
    fn eof_inside_a_line_is_an_error() {
        let mut framer = LineFramer::new();
        assert_eq!(framer.finish(), Ok(()));
        assert!(framer.next(&mut &b"QU"[..], 512).is_none());
        assert_eq!(framer.finish().unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn errors_stand_at_their_place_in_the_stream() {
        let line = Line { octets: b"..ab", end: LineEnd::Lf, offset: 100, overlong: false }.unstuffed();
        let parse = |octets: &[u8]| match octets {
            b".ab" => Ok(((), Deviations::new())),
            _ => Err(Error::syntax(0, "another line")),
        };
        let ((), deviations) = line.read(Leniency::Lenient, parse).unwrap();
        assert!(deviations.contains(Deviation::BareLf));
        assert_eq!(line.read(Leniency::Strict, parse).unwrap_err().offset(), 104);
        assert_eq!(line.unstuffed().read(Leniency::Lenient, parse).unwrap_err().offset(), 102);
    }
}
