//! What has to be known of a body before it can be written.

use alloc::vec::Vec;

use memchr::{memchr, memchr_iter};

use super::seed::{MARK, Seed, boundary_number};
use crate::transfer::{LineBreaks, QuotedPrintableEncoder};

/// Octets of a line without its CRLF (RFC 5322 section 2.1.1).
pub(super) const LINE: u64 = 998;
/// Octets of the beginning of a line that is kept: room for any boundary.
const HEAD: usize = 64;

/// A first look at a body that is too large to be in memory, so that it needs no base64: give it all octets here, and then
/// again to the [`Writer`](super::Writer).
///
/// ```
/// use rfc822_mime::build::{Body, Builder, Part, Progress, Seed, Survey, Transport};
/// let (file, seed) = (["Subject: forwarded\r\n", "\r\nIt is I.\r\n"], Seed::new(b"1"));
/// let mut survey = Survey::new(seed);
/// file.iter().for_each(|chunk| survey.look(chunk.as_bytes()));
///
/// let part = Part::raw_message(Body::surveyed(survey))?;
/// let message = Builder::new().text("See below.").part(part).build(Transport::SEVEN_BIT, seed)?;
/// let (octets, mut writer, mut output) = (message.octets(), message.into_writer(), Vec::new());
/// loop {
///     match writer.encode(&mut output)? {
///         Progress::Body { .. } => {
///             for chunk in file {
///                 writer.encode_data(chunk.as_bytes(), &mut output)?;
///             }
///             writer.encode_end(&mut output)?;
///         }
///         Progress::More => {} // send what is in `output`
///         Progress::End => break,
///     }
/// }
/// assert_eq!(output.len() as u64, octets);
/// # Ok::<(), rfc822_mime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Survey {
    seed: Seed,
    facts: Facts,
    quoted: Quoted,
}

impl Survey {
    /// In front of the first octet, of a body for a message of that seed.
    pub fn new(seed: Seed) -> Self {
        Self { seed, facts: Facts::new(seed), quoted: Quoted::new() }
    }

    /// Looks at the next octets of the body.
    pub fn look(&mut self, chunk: &[u8]) {
        self.facts.look(chunk);
        self.quoted.count(chunk);
    }

    /// How many octets there were.
    pub fn octets(&self) -> u64 {
        self.facts.octets
    }

    /// What was seen, and how many octets quoted-printable makes of it.
    pub(super) fn finish(self) -> (Seed, Facts, u64) {
        (self.seed, self.facts.finish(), self.quoted.finish())
    }
}

/// Counts what quoted-printable makes of text.
#[derive(Clone, Debug)]
struct Quoted {
    encoder: QuotedPrintableEncoder,
    octets: u64,
    scratch: Vec<u8>,
}

impl Quoted {
    fn new() -> Self {
        Self { encoder: QuotedPrintableEncoder::new(LineBreaks::Text), octets: 0, scratch: Vec::new() }
    }

    fn count(&mut self, chunk: &[u8]) {
        for piece in chunk.chunks(1 << 14) {
            self.encoder.encode(piece, &mut self.scratch);
            self.counted();
        }
    }

    fn counted(&mut self) {
        self.octets = self.octets.saturating_add(self.scratch.len() as u64);
        self.scratch.clear();
    }

    fn finish(mut self) -> u64 {
        self.encoder.finish(&mut self.scratch);
        self.counted();
        self.octets
    }
}

/// What is known of the octets of a body, however they were cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) octets: u64,
    /// Octets of the longest line, its CRLF not counted.
    longest: u64,
    eight_bit: u64,
    /// Octets that quoted-printable escapes: 8-bit ones, controls, `=`; not CR, LF, and blanks.
    escaped: u64,
    crs: u64,
    lfs: u64,
    crlfs: u64,
    has_nul: bool,
    /// A line begins with `From `.
    pub(super) has_from: bool,
    /// The highest number of a boundary of this seed that a line begins with.
    pub(super) boundary: Option<u64>,
    stem: Vec<u8>,
    /// The beginning of the last line, and its octets so far.
    head: Vec<u8>,
    line: u64,
    before: u8,
}

impl Facts {
    pub(super) fn new(seed: Seed) -> Self {
        Self {
            octets: 0,
            longest: 0,
            eight_bit: 0,
            escaped: 0,
            crs: 0,
            lfs: 0,
            crlfs: 0,
            has_nul: false,
            has_from: false,
            boundary: None,
            stem: seed.stem().into_bytes(),
            head: Vec::with_capacity(HEAD),
            line: 0,
            before: 0,
        }
    }

    /// In front of the same octets.
    pub(super) fn again(&self) -> Self {
        let mut facts = Self::new(Seed::new(b""));
        facts.stem.clone_from(&self.stem);
        facts
    }

    pub(super) fn of(octets: &[u8], seed: Seed) -> Self {
        let mut facts = Self::new(seed);
        facts.look(octets);
        facts.finish()
    }

    pub(super) fn look(&mut self, chunk: &[u8]) {
        mail_wire::visited(chunk.len());
        self.octets = self.octets.saturating_add(chunk.len() as u64);
        for piece in chunk.chunks(1 << 12) {
            self.count(piece);
        }
        let mut rest = chunk;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
            let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            self.piece(line);
            rest = behind;
        }
    }

    /// What does not depend on lines.
    fn count(&mut self, piece: &[u8]) {
        let is_escaped = |octet: u8| {
            let is_graphic = octet.wrapping_sub(b' ') <= b'~'.wrapping_sub(b' ');
            (!is_graphic & (octet != b'\t') & (octet != b'\n') & (octet != b'\r')) | (octet == b'=')
        };
        self.eight_bit = self.eight_bit.saturating_add(number(piece, |octet| octet >= 0x80));
        self.escaped = self.escaped.saturating_add(number(piece, is_escaped));
        self.has_nul |= memchr(0, piece).is_some();
    }

    /// The next octets of a line, with its LF if that is there.
    fn piece(&mut self, piece: &[u8]) {
        let room = HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(piece.get(..room).unwrap_or(piece));
        self.line = self.line.saturating_add(piece.len() as u64);
        self.crs = self.crs.saturating_add(memchr_iter(b'\r', piece).count() as u64);
        let [text @ .., b'\n'] = piece else {
            self.before = piece.last().copied().unwrap_or(self.before);
            return;
        };
        self.lfs = self.lfs.saturating_add(1);
        let before = text.last().copied().unwrap_or(self.before);
        if before == b'\r' {
            self.crlfs = self.crlfs.saturating_add(1);
        }
        self.before = b'\n';
        let end = if before == b'\r' { 2 } else { 1 };
        self.line_ends(end);
    }

    fn line_ends(&mut self, end: u64) {
        self.longest = self.longest.max(self.line.saturating_sub(end));
        self.line = 0;
        self.has_from |= self.head.starts_with(b"From ");
        if self.head.starts_with(MARK) {
            self.boundary = self.boundary.max(boundary_number(&self.head, &self.stem));
        }
        self.head.clear();
    }

    pub(super) fn finish(mut self) -> Self {
        self.line_ends(0);
        self.before = 0;
        self
    }

    pub(super) fn is_ascii(&self) -> bool {
        self.eight_bit == 0
    }

    /// Lines as RFC 5322 section 2.3 wants them: ended by CRLF, of 998 octets at most, without NUL.
    pub(super) fn has_short_lines(&self) -> bool {
        self.longest <= LINE && !self.has_nul && self.crs == self.crlfs && self.lfs == self.crlfs
    }

    /// About how many octets quoted-printable makes of it.
    pub(super) fn quoted_octets(&self, breaks: LineBreaks) -> u64 {
        let breaks = match breaks {
            LineBreaks::Text => {
                self.crs.saturating_add(self.lfs).saturating_sub(self.crlfs.saturating_mul(2))
            }
            LineBreaks::Binary => self.crs.saturating_add(self.lfs),
        };
        let octets = self.octets.saturating_add(self.escaped.saturating_add(breaks).saturating_mul(2));
        octets.saturating_add(octets.div_euclid(75).saturating_mul(3))
    }
}

/// How many octets are wanted; in counters so short that the compiler can keep many of them in a register.
fn number(octets: &[u8], wanted: impl Fn(u8) -> bool) -> u64 {
    let few =
        |octets: &[u8]| octets.iter().fold(0_u8, |count, octet| count.wrapping_add(wanted(*octet).into()));
    octets.chunks(128).map(|octets| u64::from(few(octets))).fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn no_cut_matters() {
        let seed = Seed::new(b"x");
        let stem = seed.stem();
        let text = format!(
            "one\r\nFrom here\r\n--=_7_{stem}--\r\n--=_3_{stem}\r\n--=_99_no\r\n x --=_100_{stem}\r\n--=_=\t\u{e9}\0\rz\n{}",
            "long ".repeat(300)
        );
        let whole = Facts::of(text.as_bytes(), seed);
        assert_eq!(
            (whole.boundary, whole.has_from, whole.longest, whole.eight_bit),
            (Some(7), true, 1500, 2)
        );
        assert_eq!((whole.escaped, whole.has_nul, whole.crs, whole.lfs, whole.crlfs), (9, true, 7, 7, 6));
        for size in 1..120 {
            let mut facts = Facts::new(seed);
            text.as_bytes().chunks(size).for_each(|chunk| facts.look(chunk));
            assert_eq!(facts.finish(), whole, "{size}");
        }
        assert!(!Facts::of(b"a\rb", seed).has_short_lines() && !Facts::of(b"a\nb", seed).has_short_lines());
        assert!(Facts::of(b"a\r\nb", seed).has_short_lines() && Facts::of(b"", seed).has_short_lines());
        assert!(!Facts::of(b"\r\r\n", seed).has_short_lines() && !Facts::of(b"\0", seed).has_short_lines());
        assert!(
            Facts::of(&[b'a'; 998], seed).has_short_lines()
                && !Facts::of(&[b'a'; 999], seed).has_short_lines()
        );
        assert!(
            Facts::of(format!("--=_4_{stem}").as_bytes(), seed).boundary == Some(4),
            "a last line without an end"
        );
    }
}
