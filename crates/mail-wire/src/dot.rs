//! Dot-terminated blocks: `.` CRLF ends them, and a line that begins with a dot carries one more.
//!
//! RFC 1939 section 3 (POP3), RFC 1056 section 3 (DMSP). Both directions are streams: no line is ever
//! held, whatever its length, and any cutting gives the same octets.

use bytes::{BufMut, BytesMut};
use memchr::memchr_iter;
use memchr::memmem::Finder;

use crate::line::LineEnd;
use crate::{Error, visits};

/// What a block consists of, to its decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DotEvent<'i> {
    /// Un-stuffed octets, at least one.
    Data(&'i [u8]),
    /// The terminating line was taken. Nothing behind it was.
    End,
}

/// Which dots at the start of a line are taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unstuff {
    /// The first of any line that is not the terminator: what the specifications say.
    #[default]
    Every,
    /// The first of two. A single dot that is followed by other text stays.
    ///
    /// QUIRK: mailers that send through `XTND XMIT` without stuffing.
    Doubled,
}

/// Which line ends count, for stuffing and for the terminator.
///
/// A block whose sender ends lines with CRLF may hold a bare LF inside a message; if that counted as
/// a line end, the message could fake its own end and the replies behind it. So a bare LF counts
/// only where the sender uses nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlockLines {
    /// CRLF alone; a bare LF is data.
    #[default]
    CrLf,
    /// LF, with or without CR in front.
    Lf,
}

/// As the line ended that announced the block: a sender that does not know CRLF ends all lines alike.
impl From<LineEnd> for BlockLines {
    fn from(end: LineEnd) -> Self {
        match end {
            LineEnd::CrLf => Self::CrLf,
            LineEnd::Lf => Self::Lf,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Position {
    #[default]
    LineStart,
    /// A dot at the start of a line, held back.
    Dot,
    /// A dot and a CR, held back.
    DotCr,
    /// Behind a CR that was given out.
    Cr,
    Inside,
    Ended,
}

/// Un-stuffs a block out of any cutting of the input, without copying.
///
/// Octets that had to be held back (a dot, a CR behind it) come as static slices, all others as
/// slices of the input.
///
/// ```
/// use mail_wire::dot::{DotDecoder, DotEvent};
/// let mut decoder = DotDecoder::new();
/// let mut input = &b"..signed\r\n.\r\n+OK next"[..];
/// assert_eq!(decoder.decode(&mut input), Some(DotEvent::Data(b".signed\r\n")));
/// assert_eq!(decoder.decode(&mut input), Some(DotEvent::End));
/// assert_eq!(input, b"+OK next");
/// ```
#[derive(Clone, Debug)]
pub struct DotDecoder {
    position: Position,
    unstuff: Unstuff,
    lines: BlockLines,
    /// Of a line that begins with a dot; made once, for that takes longer than many a search.
    dots: Finder<'static>,
}

impl Default for DotDecoder {
    fn default() -> Self {
        Self::with_rules(Unstuff::default(), BlockLines::default())
    }
}

impl DotDecoder {
    /// A decoder in front of the first line.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with another rule for dots and line ends.
    pub fn with_rules(unstuff: Unstuff, lines: BlockLines) -> Self {
        Self { position: Position::LineStart, unstuff, lines, dots: Finder::new(b"\n.") }
    }

    /// Takes what it can from the front of `input`. `None`: all was taken, or the block has ended.
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Option<DotEvent<'i>> {
        loop {
            let (first, rest) = input.split_first()?;
            match (self.position, *first) {
                (Position::Ended, _) => return None,
                (Position::LineStart, b'.') => self.step(input, rest, Position::Dot),
                (Position::Dot, b'\r') => self.step(input, rest, Position::DotCr),
                (Position::DotCr, b'\n') => {
                    self.step(input, rest, Position::Ended);
                    return Some(DotEvent::End);
                }
                (Position::Dot, b'\n') if self.lines == BlockLines::Lf => {
                    self.step(input, rest, Position::Ended);
                    return Some(DotEvent::End);
                }
                (Position::Dot, next) => {
                    self.position = Position::Inside;
                    if self.unstuff == Unstuff::Doubled && next != b'.' {
                        return Some(DotEvent::Data(b"."));
                    }
                }
                (Position::DotCr, _) => {
                    self.position = Position::Cr;
                    return Some(DotEvent::Data(match self.unstuff {
                        Unstuff::Every => b"\r",
                        Unstuff::Doubled => b".\r",
                    }));
                }
                (Position::LineStart | Position::Cr | Position::Inside, _) => return self.text(input),
            }
        }
    }

    /// Whether the terminating line was taken.
    pub fn has_ended(&self) -> bool {
        self.position == Position::Ended
    }

    fn step<'i>(&mut self, input: &mut &'i [u8], rest: &'i [u8], position: Position) {
        visits::add(1);
        *input = rest;
        self.position = position;
    }

    /// Gives out everything up to the next line that begins with a dot.
    fn text<'i>(&mut self, input: &mut &'i [u8]) -> Option<DotEvent<'i>> {
        let after_cr = self.position == Position::Cr;
        let mut from = 0_usize;
        while let Some(found) = self.dots.find(input.get(from..)?) {
            let at = from.saturating_add(found);
            let next = at.saturating_add(1);
            if self.ends_line(input, at, after_cr) {
                let (data, rest) = input.split_at_checked(next)?;
                visits::add(data.len());
                self.position = Position::LineStart;
                *input = rest;
                return Some(DotEvent::Data(data));
            }
            from = next;
        }
        let data = *input;
        visits::add(data.len());
        *input = &[];
        let last = data.len().saturating_sub(1);
        self.position = match data.last() {
            Some(b'\n') if self.ends_line(data, last, after_cr) => Position::LineStart,
            Some(b'\r') => Position::Cr,
            _ => Position::Inside,
        };
        Some(DotEvent::Data(data))
    }

    /// Whether the LF at `at` ends a line; `after_cr` tells what stands in front of `data`.
    fn ends_line(&self, data: &[u8], at: usize, after_cr: bool) -> bool {
        match (self.lines, at.checked_sub(1)) {
            (BlockLines::Lf, _) => true,
            (BlockLines::CrLf, None) => after_cr,
            (BlockLines::CrLf, Some(before)) => data.get(before) == Some(&b'\r'),
        }
    }
}

/// What the encoder does with a CR or an LF that stands alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LineEnds {
    /// A bare LF is written as CRLF, a bare CR as it is. The default: it suits stores that keep LF,
    /// and no reader can be misled about where a line begins. Sizes that are announced must count
    /// the octets that are sent (RFC 1939 section 11).
    #[default]
    Normalize,
    /// Every octet as it is; only CRLF begins a new line. A reader that takes a bare LF for a line
    /// end may then be misled by a message that holds one.
    AsIs,
    /// A bare LF or a bare CR is an error.
    Reject,
}

/// Writes a line of a block: stuffed, if what `write` writes begins with a dot, and ended.
///
/// ```
/// let mut output = bytes::BytesMut::from("+OK\r\n");
/// mail_wire::dot::put_line(&mut output, |output| output.extend_from_slice(b".signed"));
/// assert_eq!(output, "+OK\r\n..signed\r\n");
/// ```
#[inline]
pub fn put_line(output: &mut BytesMut, write: impl FnOnce(&mut BytesMut)) {
    let start = output.len();
    write(output);
    if output.get(start) == Some(&b'.') {
        output.put_u8(b'.');
        if let Some(line) = output.get_mut(start..) {
            line.rotate_right(1);
        }
    }
    output.put_slice(b"\r\n");
}

/// Stuffs a message into a block, chunk by chunk.
///
/// ```
/// use bytes::BytesMut;
/// use mail_wire::dot::DotEncoder;
/// let (mut encoder, mut output) = (DotEncoder::default(), BytesMut::new());
/// encoder.encode(b".signed\r\nno newline at the e", &mut output)?;
/// encoder.encode(b"nd", &mut output)?;
/// encoder.end(&mut output)?;
/// assert_eq!(output, "..signed\r\nno newline at the end\r\n.\r\n");
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct DotEncoder {
    position: Position,
    line_ends: LineEnds,
    given: u64,
}

impl DotEncoder {
    /// An encoder in front of the first line.
    pub fn new(line_ends: LineEnds) -> Self {
        Self { line_ends, ..Self::default() }
    }

    /// Writes one chunk.
    ///
    /// # Errors
    /// `Syntax` where a line end stands alone and [`LineEnds::Reject`] was chosen, `Misuse` behind
    /// [`end`](Self::end). Nothing is written then.
    pub fn encode(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        if self.position == Position::Ended {
            return Err(Error::misuse(self.given, "no data behind the end of the block"));
        }
        if self.line_ends == LineEnds::Reject {
            self.check(chunk)?;
        }
        output.reserve(chunk.len().saturating_add(16));
        visits::add(chunk.len());
        if self.position == Position::LineStart && chunk.first() == Some(&b'.') {
            output.put_u8(b'.');
        }
        // What is written as it is goes out in one piece, up to the next place where it is not.
        let mut from = 0_usize;
        let mut put = |range: core::ops::Range<usize>, more: &[u8]| {
            output.put_slice(chunk.get(range).unwrap_or_default());
            output.put_slice(more);
        };
        for at in memchr_iter(b'\n', chunk) {
            let next = at.saturating_add(1);
            if !self.is_behind_cr(chunk, at) {
                if self.line_ends != LineEnds::Normalize {
                    continue;
                }
                put(from..at, b"\r\n");
                from = next;
            }
            if chunk.get(next) == Some(&b'.') {
                put(from..next, b".");
                from = next;
            }
        }
        put(from..chunk.len(), b"");
        self.position = match chunk.last() {
            None => self.position,
            Some(b'\r') => Position::Cr,
            Some(b'\n') if self.line_ends == LineEnds::Normalize => Position::LineStart,
            Some(b'\n') if self.is_behind_cr(chunk, chunk.len().saturating_sub(1)) => Position::LineStart,
            Some(_) => Position::Inside,
        };
        self.given = self.given.saturating_add(chunk.len() as u64);
        Ok(())
    }

    /// Whether a CR stands in front of `chunk[at]`.
    fn is_behind_cr(&self, chunk: &[u8], at: usize) -> bool {
        match at.checked_sub(1) {
            Some(before) => chunk.get(before) == Some(&b'\r'),
            None => self.position == Position::Cr,
        }
    }

    /// Ends the last line, if it lacks its CRLF, and writes the terminator.
    ///
    /// # Errors
    /// `Syntax` behind a lone CR with [`LineEnds::Reject`], `Misuse` when called twice.
    pub fn end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        match self.position {
            Position::Ended => return Err(Error::misuse(self.given, "one end of the block only")),
            Position::Cr if self.line_ends == LineEnds::Reject => {
                return Err(Error::syntax(self.given, "LF behind CR"));
            }
            Position::LineStart => output.put_slice(b".\r\n"),
            _ => output.put_slice(b"\r\n.\r\n"),
        }
        self.position = Position::Ended;
        Ok(())
    }

    /// Octets given so far, before stuffing.
    pub fn given(&self) -> u64 {
        self.given
    }

    fn check(&self, chunk: &[u8]) -> Result<(), Error> {
        let mut before = if self.position == Position::Cr { b'\r' } else { 0 };
        for (at, octet) in chunk.iter().enumerate() {
            if (before == b'\r') != (*octet == b'\n') {
                let offset = self.given.saturating_add(at as u64);
                return Err(Error::syntax(offset, "CR and LF only together"));
            }
            before = *octet;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;
    use memchr::memmem;
    use proptest::prelude::*;

    fn unstuff(block: &[u8], chunk: usize, unstuff: Unstuff, lines: BlockLines) -> (Vec<u8>, usize) {
        let mut decoder = DotDecoder::with_rules(unstuff, lines);
        let (mut data, mut taken) = (vec![], 0);
        for mut input in block.chunks(chunk) {
            let len = input.len();
            while let Some(event) = decoder.decode(&mut input) {
                match event {
                    DotEvent::Data(octets) => {
                        assert!(!octets.is_empty());
                        data.extend_from_slice(octets);
                    }
                    DotEvent::End => return (data, taken + len - input.len()),
                }
            }
            assert!(input.is_empty());
            taken += len;
        }
        panic!("no end");
    }

    fn stuff(data: &[u8], chunk: usize, line_ends: LineEnds) -> BytesMut {
        let (mut encoder, mut output) = (DotEncoder::new(line_ends), BytesMut::new());
        for chunk in data.chunks(chunk) {
            encoder.encode(chunk, &mut output).unwrap();
        }
        encoder.end(&mut output).unwrap();
        output
    }

    /// Line by line with the whole message in hand.
    fn naive_stuff(data: &[u8]) -> Vec<u8> {
        let mut block = vec![];
        let mut rest = data;
        while !rest.is_empty() {
            let len = memmem::find(rest, b"\r\n").map_or(rest.len(), |at| at + 2);
            if rest[0] == b'.' {
                block.push(b'.');
            }
            block.extend_from_slice(&rest[..len]);
            rest = &rest[len..];
        }
        if !data.is_empty() && !data.ends_with(b"\r\n") {
            block.extend_from_slice(b"\r\n");
        }
        block.extend_from_slice(b".\r\n");
        block
    }

    fn message() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(
            prop_oneof![4 => Just(b'.'), 4 => Just(b'\r'), 4 => Just(b'\n'), 2 => Just(b'x'), 1 => any::<u8>()],
            0..80,
        )
    }

    proptest! {
        #[test]
        fn as_is_stuffing_is_the_naive_one_at_any_cut(data in message(), chunk in 1_usize..7) {
            prop_assert_eq!(&stuff(&data, chunk, LineEnds::AsIs)[..], naive_stuff(&data));
        }

        #[test]
        fn what_was_stuffed_comes_back(data in message(), cut in 1_usize..7, chunk in 1_usize..7) {
            for line_ends in [LineEnds::AsIs, LineEnds::Normalize] {
                let mut block = stuff(&data, cut, line_ends).to_vec();
                let len = block.len();
                block.extend_from_slice(b"+OK\r\n");
                let (mut back, taken) = unstuff(&block, chunk, Unstuff::Every, BlockLines::CrLf);
                prop_assert_eq!(taken, len);
                prop_assert_eq!(&back, &unstuff(&block, 1, Unstuff::Doubled, BlockLines::CrLf).0);
                if !data.ends_with(b"\r\n") && !data.is_empty() && back.ends_with(b"\r\n") && line_ends == LineEnds::AsIs {
                    back.truncate(back.len() - 2);
                }
                if line_ends == LineEnds::AsIs {
                    prop_assert_eq!(&back, &data);
                } else {
                    // No reader can be misled: taking LF for a line end changes nothing.
                    prop_assert_eq!(back, unstuff(&block, chunk, Unstuff::Every, BlockLines::Lf).0);
                }
            }
        }
    }

    #[test]
    fn dots_on_the_wire() {
        assert_eq!(stuff(b".\r\n..\r\n.x\r\n\r\n", 3, LineEnds::Normalize), "..\r\n...\r\n..x\r\n\r\n.\r\n");
        assert_eq!(stuff(b"", 1, LineEnds::Normalize), ".\r\n");
        assert_eq!(stuff(b"abc", 1, LineEnds::Normalize), "abc\r\n.\r\n");
        assert_eq!(stuff(b"a\n.b\n", 1, LineEnds::Normalize), "a\r\n..b\r\n.\r\n");
        assert_eq!(stuff(b"a\r\r\nb\r", 1, LineEnds::Normalize), "a\r\r\nb\r\r\n.\r\n");
    }

    #[test]
    fn a_bare_lf_does_not_end_a_block_of_crlf_lines() {
        let block = b"a\n.\r\nb\r\n.\r\n";
        for chunk in 1..block.len() {
            assert_eq!(unstuff(block, chunk, Unstuff::Every, BlockLines::CrLf).0, b"a\n.\r\nb\r\n");
            assert_eq!(unstuff(block, chunk, Unstuff::Every, BlockLines::Lf).0, b"a\n");
        }
        assert_eq!(unstuff(b"..a\n.\n", 1, Unstuff::Every, BlockLines::Lf).0, b".a\n");
    }

    #[test]
    fn a_sender_that_does_not_stuff_keeps_its_single_dots() {
        let block = b".x\r\n..y\r\n.\rz\r\n.\r\n";
        for chunk in 1..block.len() {
            assert_eq!(unstuff(block, chunk, Unstuff::Doubled, BlockLines::CrLf).0, b".x\r\n.y\r\n.\rz\r\n");
            assert_eq!(unstuff(block, chunk, Unstuff::Every, BlockLines::CrLf).0, b"x\r\n.y\r\n\rz\r\n");
        }
    }

    #[test]
    fn reject_names_the_place_and_writes_nothing() {
        let (mut encoder, mut output) = (DotEncoder::new(LineEnds::Reject), BytesMut::new());
        encoder.encode(b"a\r", &mut output).unwrap();
        encoder.encode(b"\nb", &mut output).unwrap();
        assert_eq!(encoder.encode(b"c\nd", &mut output).unwrap_err().offset(), 5);
        assert_eq!(encoder.encode(b"\rd", &mut output).unwrap_err().offset(), 5);
        encoder.encode(b"\r", &mut output).unwrap();
        assert!(encoder.end(&mut output).is_err());
        encoder.encode(b"\n", &mut output).unwrap();
        encoder.end(&mut output).unwrap();
        assert_eq!(output, "a\r\nb\r\n.\r\n");
        assert!(encoder.end(&mut output).unwrap_err().is_misuse());
        assert!(encoder.encode(b"x", &mut output).unwrap_err().is_misuse());
    }

    #[test]
    fn a_line_with_a_dot_in_front_is_stuffed_in_its_place() {
        let mut output = BytesMut::from("250\r\n");
        for text in ["a", ".", ".b", ""] {
            put_line(&mut output, |output| output.extend_from_slice(text.as_bytes()));
        }
        assert_eq!(output, "250\r\na\r\n..\r\n..b\r\n\r\n");
    }
}
