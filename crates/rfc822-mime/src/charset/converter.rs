//! Text out of any cutting of its octets.

use alloc::string::String;

use encoding_rs::{DecoderResult, EUC_KR, GBK, ISO_2022_JP, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::iso2022::{self, Hz, Japanese, Korean};
use super::utf7::Utf7;
use super::{Charset, Kind};
use crate::{DefectKind, Defects};

/// Octets that are converted at a time, so that a long input asks for no more room than its text needs.
const PIECE: usize = 4_096;

/// Converts a text, chunk by chunk.
///
/// Octets that mean nothing are one U+FFFD for each sequence, and a [`DefectKind::CharsetOctets`].
#[derive(Debug)]
pub struct Converter {
    charset: Charset,
    machine: Machine,
    /// Octets in front of the next one.
    at: u64,
    marks: Marks,
}

#[derive(Debug)]
enum Machine {
    Table(Table),
    /// US-ASCII.
    Ascii(Table),
    /// UTF-16, before its byte order is known; an octet may have come.
    Utf16(Option<u8>),
    Utf7(Utf7),
    Japanese(Japanese),
    Korean(Korean),
    Hz(Hz),
}

/// What was odd.
#[derive(Debug, Default)]
pub(super) struct Marks {
    errors: u64,
    defects: Defects,
}

impl Marks {
    /// Octets without a meaning, `at` octets from the beginning.
    pub(super) fn error(&mut self, at: u64, output: &mut String) {
        self.errors = self.errors.saturating_add(1);
        self.defects.add(DefectKind::CharsetOctets, at);
        output.push(char::REPLACEMENT_CHARACTER);
    }
}

/// One of the tables of `encoding_rs`.
pub(super) struct Table(encoding_rs::Decoder);

impl core::fmt::Debug for Table {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Table").field(&self.0.encoding().name()).finish()
    }
}

impl Table {
    pub(super) fn new(encoding: &'static encoding_rs::Encoding) -> Self {
        Self(encoding.new_decoder_without_bom_handling())
    }

    /// Converts octets of which the first one stands `at` octets from the beginning.
    pub(super) fn convert(
        &mut self,
        input: &[u8],
        last: bool,
        at: u64,
        output: &mut String,
        marks: &mut Marks,
    ) {
        let (mut rest, mut at) = (input, at);
        loop {
            // The last of several pieces, if there are several, ends the text.
            let (piece, later) = rest.split_at(rest.len().min(PIECE));
            let last = last && later.is_empty();
            let room = self.0.max_utf8_buffer_length_without_replacement(piece.len());
            output.reserve(room.unwrap_or(PIECE));
            let (result, read) = self.0.decode_to_string_without_replacement(piece, output, last);
            rest = rest.get(read..).unwrap_or_default();
            at = at.saturating_add(read as u64);
            match result {
                DecoderResult::InputEmpty if rest.is_empty() => return,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
                DecoderResult::Malformed(octets, behind) => {
                    let before = u64::from(octets).saturating_add(u64::from(behind));
                    marks.error(at.saturating_sub(before), output);
                }
            }
        }
    }
}

impl Converter {
    /// In front of the first octet.
    pub fn new(charset: Charset) -> Self {
        Self { charset, machine: machine(charset), at: 0, marks: Marks::default() }
    }

    /// Converts the next octets, and appends the characters that are complete by now.
    pub fn convert(&mut self, input: &[u8], output: &mut String) {
        mail_wire::visited(input.len());
        self.push(input, false, output);
        self.at = self.at.saturating_add(input.len() as u64);
    }

    /// The text has ended: what is unfinished is an error.
    pub fn finish(&mut self, output: &mut String) {
        self.push(b"", true, output);
        self.machine = machine(self.charset);
    }

    /// Converts another encoded word, or another segment of a parameter: if no character is unfinished, shifts begin anew.
    pub fn convert_word(&mut self, word: &[u8], output: &mut String) {
        let goes_on = match &self.machine {
            // What is not neutral in these is an unfinished character, or UTF-16, which has no shifts to lose.
            Machine::Table(_) | Machine::Ascii(_) | Machine::Utf16(_) => true,
            Machine::Utf7(utf7) => utf7.is_inside_character(),
            Machine::Japanese(japanese) => japanese.is_inside_character() || iso2022::shifts_back(word),
            Machine::Korean(korean) => korean.is_inside_character(),
            Machine::Hz(hz) => hz.is_inside_character(),
        };
        if !goes_on {
            self.finish(output);
        }
        self.convert(word, output);
    }

    /// How often U+FFFD stands for octets that mean nothing.
    pub fn errors(&self) -> u64 {
        self.marks.errors
    }

    /// What was odd. Offsets are octets of the text.
    pub fn defects(&self) -> &Defects {
        &self.marks.defects
    }

    fn push(&mut self, input: &[u8], last: bool, output: &mut String) {
        let (mut input, mut at, marks) = (input, self.at, &mut self.marks);
        while let Machine::Utf16(first) = self.machine {
            let Some((next, behind)) = input.split_first() else {
                if last && first.is_some() {
                    marks.error(at.saturating_sub(1), output);
                }
                return;
            };
            self.machine = begin_utf16(first, *next, output);
            (input, at) = (behind, at.saturating_add(1));
        }
        match &mut self.machine {
            Machine::Utf16(_) => {}
            Machine::Table(table) => table.convert(input, last, at, output, marks),
            Machine::Ascii(table) => {
                if !marks.defects.has(DefectKind::CharsetEightBit)
                    && let Some(found) = input.iter().position(|octet| !octet.is_ascii())
                {
                    marks.defects.add(DefectKind::CharsetEightBit, at.saturating_add(found as u64));
                }
                table.convert(input, last, at, output, marks);
            }
            Machine::Utf7(utf7) => utf7.convert(input, last, at, output, marks),
            Machine::Japanese(japanese) => japanese.convert(input, last, at, output, marks),
            Machine::Korean(korean) => korean.convert(input, last, at, output, marks),
            Machine::Hz(hz) => hz.convert(input, last, at, output, marks),
        }
    }
}

/// One of the first two octets of UTF-16, which tell the byte order.
fn begin_utf16(first: Option<u8>, next: u8, output: &mut String) -> Machine {
    let Some(first) = first else { return Machine::Utf16(Some(next)) };
    let mut table = Table::new(if (first, next) == (0xff, 0xfe) { UTF_16LE } else { UTF_16BE });
    if !matches!((first, next), (0xff, 0xfe) | (0xfe, 0xff)) {
        // No error is possible yet: a lone surrogate shows only when the next unit comes.
        table.convert(&[first, next], false, 0, output, &mut Marks::default());
    }
    Machine::Table(table)
}

fn machine(charset: Charset) -> Machine {
    match charset.0 {
        Kind::Table(encoding) => Machine::Table(Table(encoding.new_decoder_with_bom_removal())),
        Kind::Ascii => Machine::Ascii(Table::new(WINDOWS_1252)),
        Kind::Utf16 => Machine::Utf16(None),
        Kind::Utf7 => Machine::Utf7(Utf7::default()),
        Kind::Iso2022Jp => Machine::Japanese(Japanese::new(Table::new(ISO_2022_JP))),
        Kind::Iso2022Kr => Machine::Korean(Korean::new(Table::new(EUC_KR))),
        Kind::Hz => Machine::Hz(Hz::new(Table::new(GBK))),
    }
}
