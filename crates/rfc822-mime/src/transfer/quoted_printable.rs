//! Quoted-printable (RFC 2045 section 6.7).

use alloc::vec::Vec;

use memchr::memchr2;

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
        let slice = |from: usize, to: usize| input.get(from..to).unwrap_or_default();
        // In front of `from` all is written, in front of `next` all is searched, and blanks in front of `plain` are no text.
        let (mut from, mut plain, mut next) = (0_usize, 0_usize, 0_usize);
        while let Some(found) = memchr2(b'=', b'\n', slice(next, input.len())) {
            let at = next.saturating_add(found);
            let behind = at.saturating_add(1);
            if input.get(at) == Some(&b'\n') {
                let (text, blanks, end) = line(slice(plain, at));
                if blanks > BLANKS {
                    self.odd(DefectKind::QuotedPrintableBlanks, at);
                } else if blanks != 0 {
                    sink.put(slice(from, plain.saturating_add(text)));
                    from = at.saturating_sub(end);
                }
                (plain, next) = (behind, behind);
                continue;
            }
            sink.put(slice(from, at));
            let skipped = match slice(behind, input.len()) {
                [b'\r', b'\n', ..] => 2,
                [b'\n', ..] => 1,
                [high, low, ..] => {
                    let Some(octet) = octet(*high, *low) else {
                        self.state = State::Escape;
                        return behind;
                    };
                    sink.put(&[octet]);
                    2
                }
                _ => {
                    self.state = State::Escape;
                    return behind;
                }
            };
            next = behind.saturating_add(skipped);
            (from, plain) = (next, next);
        }
        let (text, blanks, end) = line(slice(plain, input.len()));
        if blanks == 0 || blanks > BLANKS {
            sink.put(slice(from, input.len()));
            self.state = match (blanks, end) {
                (0, _) => State::Text,
                (_, 0) => State::Many,
                _ => State::ManyCr,
            };
        } else {
            let text = plain.saturating_add(text);
            sink.put(slice(from, text));
            self.held.extend_from_slice(slice(text, text.saturating_add(blanks)));
            self.state = if end == 0 { State::Blanks } else { State::BlanksCr };
        }
        input.len()
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
    let digit = |octet: u8| match octet {
        b'0'..=b'9' => Some(octet.wrapping_sub(b'0')),
        b'A'..=b'F' => Some(octet.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    };
    Some(digit(high)? << 4 | digit(low)?)
}
