//! Base64 (RFC 2045 section 6.8).

use super::sink::Sink;
use crate::{DefectKind, Defects, Leniency};

/// The decoder's state, between any two octets.
#[derive(Clone, Debug)]
pub(super) struct Base64 {
    leniency: Leniency,
    /// Sextets of a group that is not complete, the first one highest.
    bits: u32,
    /// How many these are: 0 to 3.
    sextets: u8,
    padding: Padding,
    /// Octets in front of the next one.
    at: u64,
    defects: Defects,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Padding {
    /// No `=` since the last octet of the alphabet.
    None,
    /// One `=`, and another one is due.
    Half,
    /// All that was due.
    Whole,
    /// [`Leniency::Strict`]: the data has ended, whatever follows.
    Ended,
}

impl Base64 {
    pub(super) fn new(leniency: Leniency) -> Self {
        Self { leniency, bits: 0, sextets: 0, padding: Padding::None, at: 0, defects: Defects::new() }
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
            // Usually a line ends where a group does, and nothing but its end stands between two runs of groups.
            if self.sextets == 0 && self.padding == Padding::None {
                let taken = sink.put_base64(rest);
                rest = rest.get(taken..).unwrap_or_default();
                self.at = self.at.saturating_add(taken as u64);
                if let Some(next) = rest.strip_prefix(b"\r\n") {
                    rest = next;
                    self.at = self.at.saturating_add(2);
                    continue;
                }
            }
            let Some((first, next)) = rest.split_first() else { return };
            self.octet(*first, sink);
            rest = next;
            self.at = self.at.saturating_add(1);
        }
    }

    fn octet(&mut self, octet: u8, sink: &mut impl Sink) {
        match (self.padding, octet) {
            (_, b' ' | b'\t' | b'\r' | b'\n') | (Padding::Ended, _) => {}
            (padding, b'=') => self.pad(padding, sink),
            (padding, octet) => match value(octet) {
                Some(_) if self.leniency == Leniency::Strict && padding != Padding::None => {
                    self.odd(DefectKind::Base64AfterPadding);
                }
                Some(sextet) => {
                    match padding {
                        Padding::Half => self.odd(DefectKind::Base64Padding),
                        Padding::Whole => self.odd(DefectKind::Base64AfterPadding),
                        _ => {}
                    }
                    self.padding = Padding::None;
                    self.bits = self.bits << 6 | u32::from(sextet);
                    self.sextets = self.sextets.saturating_add(1);
                    if self.sextets == 4 {
                        self.group(sink);
                    }
                }
                None => self.odd(DefectKind::Base64Octet),
            },
        }
    }

    /// A `=`.
    fn pad(&mut self, padding: Padding, sink: &mut impl Sink) {
        self.padding = match (padding, self.sextets) {
            (Padding::Half, _) => Padding::Whole,
            (_, 2) => Padding::Half,
            (_, 3) => Padding::Whole,
            // Nothing is to be padded, or a single sextet, which is no octet.
            (_, _) => {
                (self.bits, self.sextets) = (0, 0);
                self.odd(DefectKind::Base64Padding);
                return;
            }
        };
        self.group(sink);
    }

    /// Writes the octets that the sextets make up.
    fn group(&mut self, sink: &mut impl Sink) {
        let [_, first, second, third] = match self.sextets {
            4 => self.bits,
            3 => self.bits << 6,
            2 => self.bits << 12,
            _ => 0,
        }
        .to_be_bytes();
        match self.sextets {
            4 => sink.put(&[first, second, third]),
            3 => sink.put(&[first, second]),
            2 => sink.put(&[first]),
            _ => {}
        }
        (self.bits, self.sextets) = (0, 0);
    }

    pub(super) fn end(&mut self, sink: &mut impl Sink) {
        if self.padding == Padding::Half || self.sextets != 0 {
            self.defects.add(DefectKind::Base64Unfinished, self.at);
        }
        self.group(sink);
        self.padding = Padding::Ended;
    }

    /// Something odd: [`Leniency::Strict`] reads no further.
    fn odd(&mut self, kind: DefectKind) {
        self.defects.add(kind, self.at);
        if self.leniency == Leniency::Strict {
            self.padding = Padding::Ended;
        }
    }
}

/// The value of an octet of the alphabet.
fn value(octet: u8) -> Option<u8> {
    Some(match octet {
        b'A'..=b'Z' => octet.wrapping_sub(b'A'),
        b'a'..=b'z' => octet.wrapping_sub(b'a').wrapping_add(26),
        b'0'..=b'9' => octet.wrapping_sub(b'0').wrapping_add(52),
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// What [`quads`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quads {
    pub(super) read: usize,
    pub(super) written: usize,
}

impl Quads {
    fn new(groups: usize) -> Self {
        Self { read: groups.saturating_mul(4), written: groups.saturating_mul(3) }
    }
}

/// No octet of the alphabet: in the low eight bits, where no octet of a group has any.
const NONE: u32 = 0xff;

/// For each place in a group, what an octet there adds to the three octets of the group, which are the high ones.
static TABLES: [[u32; 256]; 4] = tables();

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // Evaluated by the compiler.
const fn tables() -> [[u32; 256]; 4] {
    let mut tables = [[NONE; 256]; 4];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut at = 0;
    while at < 256 {
        let (place, sextet) = (at / 64, at % 64);
        tables[place][alphabet[sextet] as usize] = (sextet as u32) << (26 - 6 * place);
        at += 1;
    }
    tables
}

/// The three octets of a group in the high bits; anything in the low ones if an octet is not of the alphabet.
#[inline]
fn group([first, second, third, fourth]: [u8; 4]) -> u32 {
    let [one, two, three, four] = &TABLES;
    let of = |table: &[u32; 256], octet: u8| table.get(usize::from(octet)).copied().unwrap_or(NONE);
    of(one, first) | of(two, second) | of(three, third) | of(four, fourth)
}

/// Decodes groups of four octets from the front of `input`, up to the first that holds another octet than the alphabet's, or
/// that finds no room.
#[inline]
pub(super) fn quads(input: &[u8], output: &mut [u8]) -> Quads {
    let (mut rest, mut room, mut done) = (input, output, 0_usize);
    // Two groups at a time, which are written with two octets behind them that the next two groups write over.
    while let (Some((octets, behind)), Some(six)) =
        (rest.split_first_chunk::<8>(), room.first_chunk_mut::<8>())
    {
        let [a, b, c, d, e, f, g, h] = *octets;
        let (first, second) = (group([a, b, c, d]), group([e, f, g, h]));
        if (first | second) & NONE != 0 {
            break;
        }
        *six = (u64::from(first) << 32 | u64::from(second) << 8).to_be_bytes();
        (rest, room) = (behind, room.get_mut(6..).unwrap_or_default());
        done = done.wrapping_add(2);
    }
    // One may be left: a line has nineteen.
    if let (Some(octets), Some(three)) = (rest.first_chunk::<4>(), room.first_chunk_mut::<3>()) {
        let [first, second, third, odd] = group(*octets).to_be_bytes();
        if odd == 0 {
            *three = [first, second, third];
            done = done.wrapping_add(1);
        }
    }
    Quads::new(done)
}

/// The same without the octets.
#[inline]
pub(super) fn count(input: &[u8]) -> Quads {
    let is_odd = |octets: &[u8; 4]| group(*octets) & NONE != 0;
    let groups = input.as_chunks::<4>().0;
    Quads::new(groups.iter().position(is_odd).unwrap_or(groups.len()))
}
