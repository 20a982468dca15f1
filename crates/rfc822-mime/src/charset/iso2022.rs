//! Charsets that shift between ASCII and a set of two octets: ISO-2022-JP (RFC 1468), ISO-2022-KR (RFC 1557), HZ (RFC 1843).
//!
//! The tables of EUC-KR and GBK hold the same sets, with the highest bit of each octet set.

use alloc::string::String;

use memchr::memchr;

use super::converter::{Marks, Table};

const ESC: u8 = 0x1b;

/// ISO-2022-JP. An escape sequence that is followed by another one is dropped: senders who close each encoded word and open
/// the next one mean nothing by it, and the table takes it for an error.
#[derive(Debug)]
pub(super) struct Japanese {
    table: Table,
    escape: Escape<3>,
    /// The set has two octets for a character, of which one has come.
    double: bool,
    odd: bool,
}

/// An escape sequence, as far as it has come.
#[derive(Debug)]
struct Escape<const N: usize> {
    octets: [u8; N],
    filled: usize,
}

impl<const N: usize> Escape<N> {
    const NONE: Self = Self { octets: [0; N], filled: 0 };

    fn octets(&self) -> &[u8] {
        self.octets.get(..self.filled).unwrap_or_default()
    }

    /// Takes `octet`, if one of `sequences` begins with what there is then.
    fn is_taken(&mut self, octet: u8, sequences: &[[u8; N]]) -> bool {
        let Some(room) = self.octets.get_mut(self.filled) else { return false };
        *room = octet;
        let next = self.filled.saturating_add(1);
        let seen = self.octets.get(..next).unwrap_or_default();
        let is_one = sequences.iter().any(|sequence| sequence.starts_with(seen));
        if is_one {
            self.filled = next;
        }
        is_one
    }
}

impl Japanese {
    const SEQUENCES: &[[u8; 3]] = &[*b"\x1b(B", *b"\x1b(J", *b"\x1b(I", *b"\x1b$@", *b"\x1b$B"];

    pub(super) fn new(table: Table) -> Self {
        Self { table, escape: Escape::NONE, double: false, odd: false }
    }

    pub(super) fn is_inside_character(&self) -> bool {
        self.odd || matches!(self.escape.filled, 1 | 2)
    }

    pub(super) fn convert(
        &mut self,
        input: &[u8],
        last: bool,
        at: u64,
        output: &mut String,
        marks: &mut Marks,
    ) {
        let (mut rest, mut at) = (input, at);
        while let Some((first, behind)) = rest.split_first() {
            if *first == ESC && self.escape.filled == 3 {
                self.escape.filled = 0;
            }
            if (*first == ESC || self.escape.filled != 0) && self.escape.is_taken(*first, Self::SEQUENCES) {
                (rest, at) = (behind, at.saturating_add(1));
                continue;
            }
            self.release(at, output, marks);
            if *first == ESC {
                // A second one behind a cut sequence: it begins the next.
                continue;
            }
            let (run, behind) = rest.split_at(memchr(ESC, rest).unwrap_or(rest.len()));
            self.table.convert(run, false, at, output, marks);
            if self.double {
                let halves = run.iter().filter(|octet| is_half(octet)).count();
                self.odd ^= halves % 2 == 1;
            }
            (rest, at) = (behind, at.saturating_add(run.len() as u64));
        }
        if last {
            if self.escape.filled < 3 {
                self.release(at, output, marks);
            }
            self.table.convert(b"", true, at, output, marks);
        }
    }

    /// Hands the escape sequence on, complete or not.
    fn release(&mut self, at: u64, output: &mut String, marks: &mut Marks) {
        let octets = self.escape.octets();
        if octets.is_empty() {
            return;
        }
        self.table.convert(octets, false, at.saturating_sub(octets.len() as u64), output, marks);
        if octets.len() == 3 {
            self.double = octets.get(1) == Some(&b'$');
            self.odd = false;
        }
        self.escape.filled = 0;
    }
}

/// Whether the first escape sequence of a word goes back to ASCII: then the word was cut off from the one before.
pub(super) fn shifts_back(word: &[u8]) -> bool {
    let first = memchr(ESC, word).and_then(|at| word.get(at..)).unwrap_or_default();
    first.starts_with(b"\x1b(B") || first.starts_with(b"\x1b(J")
}

/// ISO-2022-KR. Each line begins in ASCII.
#[derive(Debug)]
pub(super) struct Korean {
    table: Table,
    escape: Escape<4>,
    shifted: bool,
    pairs: Pairs,
}

impl Korean {
    /// What designates KS C 5601, once, at the beginning of the text.
    const SEQUENCES: &[[u8; 4]] = &[*b"\x1b$)C"];

    pub(super) fn new(table: Table) -> Self {
        Self { table, escape: Escape::NONE, shifted: false, pairs: Pairs::default() }
    }

    pub(super) fn is_inside_character(&self) -> bool {
        self.pairs.half.is_some() || self.escape.filled != 0
    }

    pub(super) fn convert(
        &mut self,
        input: &[u8],
        last: bool,
        at: u64,
        output: &mut String,
        marks: &mut Marks,
    ) {
        const SHIFT_OUT: u8 = 0x0e;
        const SHIFT_IN: u8 = 0x0f;
        let (mut rest, mut at) = (input, at);
        while let Some((first, behind)) = rest.split_first() {
            if *first == ESC {
                self.pairs.cut(at, output, marks);
            }
            let in_escape = *first == ESC || self.escape.filled != 0;
            if in_escape && self.escape.is_taken(*first, Self::SEQUENCES) {
                if self.escape.filled == 4 {
                    self.escape.filled = 0;
                }
            } else if self.escape.filled != 0 {
                // Cut: it is text, whatever follows.
                let held = self.escape.octets();
                self.table.convert(held, false, at.saturating_sub(held.len() as u64), output, marks);
                self.escape.filled = 0;
                continue;
            } else if matches!(*first, SHIFT_OUT | SHIFT_IN) {
                self.pairs.cut(at, output, marks);
                self.shifted = *first == SHIFT_OUT;
            } else {
                let is_special = |octet: &u8| matches!(*octet, b'\n' | SHIFT_OUT | SHIFT_IN | ESC);
                let end = rest.iter().position(is_special).unwrap_or(rest.len());
                let (run, behind) = rest.split_at(end.max(1));
                if *first == b'\n' {
                    self.pairs.cut(at, output, marks);
                    self.shifted = false;
                }
                if self.shifted {
                    self.pairs.convert(&mut self.table, run, at, output, marks);
                } else {
                    self.table.convert(run, false, at, output, marks);
                }
                (rest, at) = (behind, at.saturating_add(run.len() as u64));
                continue;
            }
            (rest, at) = (behind, at.saturating_add(1));
        }
        if last {
            self.pairs.cut(at, output, marks);
            let held = self.escape.octets();
            self.table.convert(held, true, at.saturating_sub(held.len() as u64), output, marks);
        }
    }
}

/// HZ: `~{` and `~}` shift, `~~` is a tilde, and one in front of a line end takes that away.
#[derive(Debug)]
pub(super) struct Hz {
    table: Table,
    tilde: Tilde,
    shifted: bool,
    pairs: Pairs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tilde {
    None,
    One,
    /// A CR behind it.
    Cr,
}

impl Tilde {
    /// It was none that means anything.
    fn give_up(self, at: u64, output: &mut String, marks: &mut Marks) {
        match self {
            Self::None => {}
            Self::One => marks.error(at.saturating_sub(1), output),
            Self::Cr => {
                marks.error(at.saturating_sub(2), output);
                output.push('\r');
            }
        }
    }
}

impl Hz {
    pub(super) fn new(table: Table) -> Self {
        Self { table, tilde: Tilde::None, shifted: false, pairs: Pairs::default() }
    }

    pub(super) fn is_inside_character(&self) -> bool {
        self.pairs.half.is_some() || self.tilde != Tilde::None
    }

    pub(super) fn convert(
        &mut self,
        input: &[u8],
        last: bool,
        at: u64,
        output: &mut String,
        marks: &mut Marks,
    ) {
        let (mut rest, mut at) = (input, at);
        while let Some((first, behind)) = rest.split_first() {
            let tilde = core::mem::replace(&mut self.tilde, Tilde::None);
            match (tilde, *first) {
                (Tilde::None, b'~') if self.pairs.half.is_none() => self.tilde = Tilde::One,
                (Tilde::None, _) => {
                    let run = self.run(rest);
                    let (run, behind) = rest.split_at(run.max(1));
                    if *first == b'\n' {
                        self.pairs.cut(at, output, marks);
                        self.shifted = false;
                    }
                    if self.shifted {
                        self.pairs.convert(&mut self.table, run, at, output, marks);
                    } else {
                        self.table.convert(run, false, at, output, marks);
                    }
                    (rest, at) = (behind, at.saturating_add(run.len() as u64));
                    continue;
                }
                (Tilde::One, b'{') => self.shifted = true,
                (Tilde::One, b'}') => self.shifted = false,
                (Tilde::One, b'~') => self.table.convert(b"~", false, at, output, marks),
                (Tilde::One, b'\r') => self.tilde = Tilde::Cr,
                (Tilde::One | Tilde::Cr, b'\n') => self.shifted = false,
                (Tilde::One | Tilde::Cr, _) => {
                    tilde.give_up(at, output, marks);
                    continue;
                }
            }
            (rest, at) = (behind, at.saturating_add(1));
        }
        if last {
            self.pairs.cut(at, output, marks);
            self.table.convert(b"", true, at, output, marks);
            self.tilde.give_up(at, output, marks);
        }
    }

    /// Octets up to what shifts. In the set of two octets, a tilde in second place does not.
    fn run(&self, input: &[u8]) -> usize {
        if !self.shifted {
            return memchr(b'~', input).unwrap_or(input.len());
        }
        let mut odd = self.pairs.half.is_some();
        let is_end = |octet: &u8| {
            let is_end = *octet == b'\n' || (*octet == b'~' && !odd);
            odd = is_half(octet) && !odd;
            is_end
        };
        input.iter().position(is_end).unwrap_or(input.len())
    }
}

/// Characters of two octets without their highest bit, by a table that has them with it.
#[derive(Debug, Default)]
struct Pairs {
    /// The first octet of a character.
    half: Option<u8>,
}

impl Pairs {
    const OCTETS: usize = 256;

    fn convert(&mut self, table: &mut Table, run: &[u8], at: u64, output: &mut String, marks: &mut Marks) {
        let (mut rest, mut at) = (run, at);
        while let Some((first, behind)) = rest.split_first() {
            if let Some(half) = self.half.take() {
                let before = at.saturating_sub(1);
                if !is_half(first) {
                    marks.error(before, output);
                    continue;
                }
                table.convert(&[half | 0x80, first | 0x80], false, before, output, marks);
                (rest, at) = (behind, at.saturating_add(1));
                continue;
            }
            let mut buffer = [0; Self::OCTETS];
            let halves = rest.iter().take(Self::OCTETS).take_while(|octet| is_half(octet));
            let count = buffer.iter_mut().zip(halves).map(|(room, octet)| *room = octet | 0x80).count();
            let whole = count.saturating_sub(count % 2);
            let (octets, behind) = match whole {
                // No halves: what is neither is left to the table.
                0 if count == 0 => {
                    let others = rest.iter().position(is_half).unwrap_or(rest.len());
                    rest.split_at(others)
                }
                0 => {
                    self.half = Some(*first);
                    (rest, at) = (behind, at.saturating_add(1));
                    continue;
                }
                _ => (buffer.get(..whole).unwrap_or_default(), rest.get(whole..).unwrap_or_default()),
            };
            table.convert(octets, false, at, output, marks);
            (rest, at) = (behind, at.saturating_add(octets.len() as u64));
        }
    }

    /// Something comes that is no octet of a character.
    fn cut(&mut self, at: u64, output: &mut String, marks: &mut Marks) {
        if self.half.take().is_some() {
            marks.error(at.saturating_sub(1), output);
        }
    }
}

fn is_half(octet: &u8) -> bool {
    matches!(octet, 0x21..=0x7e)
}
