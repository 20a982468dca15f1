//! Quoted-printable (RFC 2045 section 6.7).

use alloc::vec::Vec;

use super::sink::Sink;
use crate::{DefectKind, Defects, Leniency};

/// Blanks that are held back, because they don't count if a line end follows. No line has more octets (RFC 5322 section
/// 2.1.1), let alone one of quoted-printable.
const BLANKS: usize = 998;

/// The decoder's state, between any two octets.
#[derive(Clone, Debug)]
pub(super) struct QuotedPrintable {
    leniency: Leniency,
    state: State,
    /// The blanks of the states that have some.
    held: Vec<u8>,
    /// Octets in front of the next one.
    at: u64,
    defects: Defects,
}

/// What stands in front of the next octet, and is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing.
    Text,
    /// Blanks.
    Blanks,
    /// Blanks and a CR.
    BlanksCr,
    /// More than [`BLANKS`], which are written.
    Many,
    /// The same and a CR, which is written.
    ManyCr,
    /// `=`.
    Escape,
    /// `=` and a hexadecimal digit.
    Digit(u8),
    /// `=` and blanks.
    Soft,
    /// `=`, blanks if there are any, and a CR.
    SoftCr,
}

impl QuotedPrintable {
    pub(super) fn new(leniency: Leniency) -> Self {
        Self { leniency, state: State::Text, held: Vec::new(), at: 0, defects: Defects::new() }
    }

    pub(super) fn defects(&self) -> &Defects {
        &self.defects
    }

    pub(super) fn into_defects(self) -> Defects {
        self.defects
    }

    pub(super) fn push(&mut self, input: &[u8], sink: &mut impl Sink) {
        let mut rest = input;
        loop {
            if self.state == State::Text {
                let taken = self.text(rest, sink);
                rest = rest.get(taken..).unwrap_or_default();
                self.at = self.at.saturating_add(taken as u64);
            }
            let Some((first, next)) = rest.split_first() else { return };
            if self.octet(*first, sink) {
                rest = next;
                self.at = self.at.saturating_add(1);
            }
        }
    }

    /// Takes text and what is usual in it, up to an odd `=` or the end, and tells how many octets these were.
    fn text(&mut self, input: &[u8], sink: &mut impl Sink) -> usize {
        let Run { read, plain, .. } = sink.put_quoted(input);
        let (_, blanks, end) = line(input.get(plain..read).unwrap_or_default());
        match (input.get(read), end) {
            (Some(b'='), _) => {
                self.state = State::Escape;
                return read.saturating_add(1);
            }
            // A line end that the run did not take.
            (Some(_), _) => self.state = State::Many,
            (None, 0) if blanks > BLANKS => self.state = State::Many,
            (None, _) if blanks > BLANKS => self.state = State::ManyCr,
            (None, _) if blanks != 0 => {
                let held = read.saturating_sub(blanks).saturating_sub(end);
                self.held.extend_from_slice(input.get(held..read.saturating_sub(end)).unwrap_or_default());
                sink.take_back(blanks.saturating_add(end));
                self.state = if end == 0 { State::Blanks } else { State::BlanksCr };
            }
            (None, _) => {}
        }
        read
    }

    /// Takes one octet, unless it is text behind what was held back.
    fn octet(&mut self, octet: u8, sink: &mut impl Sink) -> bool {
        let is_blank = matches!(octet, b' ' | b'\t');
        self.state = match (self.state, octet) {
            (State::Blanks | State::Soft, _) if is_blank && self.held.len() < BLANKS => {
                self.held.push(octet);
                return true;
            }
            (State::Escape, _) if is_blank => {
                self.held.push(octet);
                State::Soft
            }
            (State::Many, _) if is_blank => {
                sink.put(&[octet]);
                return true;
            }
            (State::Blanks, _) if is_blank => {
                self.release(b"", sink);
                self.state = State::Many;
                return false;
            }
            (State::Blanks, b'\r') => State::BlanksCr,
            (State::Blanks | State::BlanksCr, b'\n') => {
                let end: &[u8] = if self.state == State::Blanks { b"\n" } else { b"\r\n" };
                self.held.clear();
                sink.put(end);
                State::Text
            }
            (State::Many, b'\r') => {
                sink.put(b"\r");
                State::ManyCr
            }
            (State::Many | State::ManyCr, _) => {
                if octet == b'\n' {
                    self.odd(DefectKind::QuotedPrintableBlanks, 0);
                }
                self.state = State::Text;
                return false;
            }
            (State::Escape | State::Soft, b'\r') => State::SoftCr,
            (State::Escape | State::Soft | State::SoftCr, b'\n') => {
                self.held.clear();
                State::Text
            }
            (State::Escape, _) if octet.is_ascii_hexdigit() => State::Digit(octet),
            (State::Digit(high), _) if octet.is_ascii_hexdigit() => {
                self.escape(high, octet, sink);
                State::Text
            }
            _ => {
                self.give_up(sink);
                return false;
            }
        };
        true
    }

    /// What was held back is text: what follows is none of the rest of it.
    fn give_up(&mut self, sink: &mut impl Sink) {
        let digits = usize::from(matches!(self.state, State::Digit(_)));
        let cr = usize::from(self.state == State::SoftCr);
        let before = 1_usize.saturating_add(self.held.len()).saturating_add(digits).saturating_add(cr);
        match self.state {
            State::Blanks => self.release(b"", sink),
            State::BlanksCr => self.release(b"\r", sink),
            State::Text | State::Many | State::ManyCr => {}
            State::Escape | State::Soft | State::SoftCr | State::Digit(_) => {
                self.defects.add(DefectKind::QuotedPrintableEscape, self.at.saturating_sub(before as u64));
                sink.put(b"=");
                match self.state {
                    State::Digit(high) => sink.put(&[high]),
                    State::SoftCr => self.release(b"\r", sink),
                    _ => self.release(b"", sink),
                }
            }
        }
        self.state = State::Text;
    }

    /// Writes the blanks that were held back, and `end`.
    fn release(&mut self, end: &[u8], sink: &mut impl Sink) {
        sink.put(&self.held);
        sink.put(end);
        self.held.clear();
    }

    /// An escape of which a digit is a small letter, or that was cut.
    fn escape(&mut self, high: u8, low: u8, sink: &mut impl Sink) {
        let value = |octet: u8| (octet as char).to_digit(16).unwrap_or_default() as u8;
        if high.is_ascii_lowercase() || low.is_ascii_lowercase() {
            self.defects.add(DefectKind::QuotedPrintableLowerCase, self.at.saturating_sub(2));
            if self.leniency == Leniency::Strict {
                return sink.put(&[b'=', high, low]);
            }
        }
        sink.put(&[value(high) << 4 | value(low)]);
    }

    pub(super) fn end(&mut self, sink: &mut impl Sink) {
        match self.state {
            // Nothing but a line end can follow: the delimiter of a part begins with one.
            State::Blanks => {}
            State::Many => self.odd(DefectKind::QuotedPrintableBlanks, 0),
            State::Escape | State::Soft => {
                let before = self.held.len().saturating_add(1) as u64;
                self.defects.add(DefectKind::QuotedPrintableEnd, self.at.saturating_sub(before));
            }
            _ => self.give_up(sink),
        }
        self.held.clear();
        self.state = State::Text;
    }

    fn odd(&mut self, kind: DefectKind, further: usize) {
        self.defects.add(kind, self.at.saturating_add(further as u64));
    }
}

/// What [`run`] did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Octets of the input that it took.
    pub(super) read: usize,
    /// Octets that it wrote.
    pub(super) written: usize,
    /// Where the text begins in the input that was written as it stands, up to `read`, and that ends no line.
    plain: usize,
}

/// Where [`run`] writes to.
pub(super) trait Store {
    fn octet(&mut self, at: usize, octet: u8);
    /// Eight octets, of which some may be overwritten later.
    fn word(&mut self, at: usize, word: [u8; 8]);
}

/// As large as the input, and a word longer.
impl Store for &mut [u8] {
    #[inline]
    fn octet(&mut self, at: usize, octet: u8) {
        if let Some(room) = self.get_mut(at) {
            *room = octet;
        }
    }

    #[inline]
    fn word(&mut self, at: usize, word: [u8; 8]) {
        if let Some(room) = self.get_mut(at..).and_then(|room| room.first_chunk_mut()) {
            *room = word;
        }
    }
}

/// Nowhere.
impl Store for () {
    #[inline]
    fn octet(&mut self, _at: usize, _octet: u8) {}

    #[inline]
    fn word(&mut self, _at: usize, _word: [u8; 8]) {}
}

/// Decodes text, escapes and line ends, up to what is odd: a `=` without two large digits or a line end behind it, or a line
/// end behind more than [`BLANKS`].
#[inline]
pub(super) fn run(input: &[u8], mut store: impl Store) -> Run {
    let (mut read, mut written, mut plain) = (0_usize, 0_usize, 0_usize);
    while let Some(rest) = input.get(read..) {
        // Escapes come in rows: the octets of one character.
        match rest.first_chunk::<8>() {
            Some([b'=', ..]) => {}
            Some(word) => {
                store.word(written, *word);
                let usual = usual(*word);
                read = read.wrapping_add(usual);
                written = written.wrapping_add(usual);
                if usual == 8 {
                    continue;
                }
            }
            None => match rest.first() {
                Some(b'=' | b'\n') => {}
                Some(octet) => {
                    store.octet(written, *octet);
                    read = read.wrapping_add(1);
                    written = written.wrapping_add(1);
                    continue;
                }
                None => break,
            },
        }
        match input.get(read..).unwrap_or_default() {
            [b'=', b'\r', b'\n', ..] => read = read.wrapping_add(3),
            [b'=', b'\n', ..] => read = read.wrapping_add(2),
            [b'=', high, low, ..] => {
                let Some(octet) = octet(*high, *low) else { break };
                store.octet(written, octet);
                read = read.wrapping_add(3);
                written = written.wrapping_add(1);
            }
            [b'\n', ..] => {
                let (_, blanks, end) = line(input.get(plain..read).unwrap_or_default());
                if blanks > BLANKS {
                    break;
                }
                if blanks != 0 {
                    written = written.saturating_sub(blanks);
                    if end != 0 {
                        store.octet(written.saturating_sub(1), b'\r');
                    }
                }
                store.octet(written, b'\n');
                read = read.wrapping_add(1);
                written = written.wrapping_add(1);
            }
            _ => break,
        }
        plain = read;
    }
    Run { read, written, plain }
}

/// How many octets stand in front of the first `=` or LF of eight.
#[inline]
fn usual(word: [u8; 8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // The lowest octet that is zero gets its highest bit; what stands above it may be wrong.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let word = u64::from_le_bytes(word);
    let found = zeros(word ^ ONES.wrapping_mul(0x3d)) | zeros(word ^ ONES.wrapping_mul(0x0a));
    (found.trailing_zeros() / 8) as usize
}

/// Octets of text, of blanks behind it, and of a CR behind these, if there are any: a line whose LF follows.
#[inline]
fn line(octets: &[u8]) -> (usize, usize, usize) {
    let (octets, end) = octets.strip_suffix(b"\r").map_or((octets, 0), |octets| (octets, 1));
    let text =
        octets.iter().rposition(|octet| !matches!(octet, b' ' | b'\t')).map_or(0, |at| at.saturating_add(1));
    (text, octets.len().saturating_sub(text), end)
}

/// What two hexadecimal digits stand for, in the form that the grammar has.
#[inline]
fn octet(high: u8, low: u8) -> Option<u8> {
    let digit = |octet: u8| DIGITS.get(usize::from(octet)).copied().unwrap_or(NONE);
    let (high, low) = (digit(high), digit(low));
    ((high | low) & 0xf0 == 0).then_some(high << 4 | low)
}

/// No digit.
const NONE: u8 = 0xff;

/// The values of the digits; small letters are none.
static DIGITS: [u8; 256] = digits();

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // Evaluated by the compiler.
const fn digits() -> [u8; 256] {
    let (mut digits, mut value) = ([NONE; 256], 0);
    while value < 16 {
        digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    digits
}
