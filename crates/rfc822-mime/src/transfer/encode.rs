//! The other way: lines of at most 76 octets, ended by CRLF.

use alloc::vec::Vec;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

/// Octets of a line (RFC 2045 sections 6.7 and 6.8).
const LINE: usize = 76;
/// Octets that make up a line of base64.
const GROUPS: usize = LINE / 4 * 3;

/// Writes base64, chunk by chunk. Each line is ended, the last one too.
///
/// ```
/// use rfc822_mime::transfer::Base64Encoder;
/// let (mut encoder, mut output) = (Base64Encoder::new(), Vec::new());
/// encoder.encode(b"hel", &mut output);
/// encoder.encode(b"lo", &mut output);
/// encoder.finish(&mut output);
/// assert_eq!(output, b"aGVsbG8=\r\n");
/// assert_eq!(Base64Encoder::encoded_octets(5), 10);
/// ```
#[derive(Clone, Debug)]
pub struct Base64Encoder {
    /// The beginning of a line.
    held: [u8; GROUPS],
    filled: usize,
}

impl Default for Base64Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Base64Encoder {
    /// In front of the first octet.
    pub const fn new() -> Self {
        Self { held: [0; GROUPS], filled: 0 }
    }

    /// How many octets so many octets become, line ends included.
    pub fn encoded_octets(octets: u64) -> u64 {
        let groups = octets.div_ceil(3);
        let lines = octets.div_ceil(GROUPS as u64);
        groups.saturating_mul(4).saturating_add(lines.saturating_mul(2))
    }

    /// Encodes the next octets, and appends all lines that are full.
    pub fn encode(&mut self, input: &[u8], output: &mut Vec<u8>) {
        mail_wire::visited(input.len());
        let mut rest = input;
        if self.filled != 0 {
            let (now, later) = rest.split_at(rest.len().min(GROUPS.saturating_sub(self.filled)));
            self.hold(now);
            rest = later;
            if self.filled < GROUPS {
                return;
            }
            put_lines(&self.held, output);
            self.filled = 0;
        }
        let (lines, rest) = rest.split_at(rest.len().saturating_sub(rest.len() % GROUPS));
        put_lines(lines, output);
        self.hold(rest);
    }

    /// Appends the last line.
    pub fn finish(&mut self, output: &mut Vec<u8>) {
        put_lines(self.held.get(..self.filled).unwrap_or_default(), output);
        self.filled = 0;
    }

    fn hold(&mut self, octets: &[u8]) {
        let end = self.filled.saturating_add(octets.len());
        if let Some(room) = self.held.get_mut(self.filled..end) {
            room.copy_from_slice(octets);
            self.filled = end;
        }
    }
}

/// Encodes and ends lines, of which the last may be short.
fn put_lines(octets: &[u8], output: &mut Vec<u8>) {
    output.reserve(octets.len().div_ceil(GROUPS).saturating_mul(LINE.saturating_add(2)));
    let mut line = [0; LINE + 2];
    for groups in octets.chunks(GROUPS) {
        let written = STANDARD.encode_slice(groups, &mut line).unwrap_or_default();
        let end = written.saturating_add(2);
        if let Some(room) = line.get_mut(written..end) {
            room.copy_from_slice(b"\r\n");
        }
        output.extend_from_slice(line.get(..end).unwrap_or_default());
    }
}

/// What CRLF means to a [`QuotedPrintableEncoder`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LineBreaks {
    /// The end of a line of text, and it stays one. A CR or an LF alone is none, and is escaped.
    #[default]
    Text,
    /// Two octets, which are escaped like others: what binary data needs (RFC 2045 section 6.7, rule 4).
    Binary,
}

/// Writes quoted-printable, chunk by chunk.
///
/// Escaped is what has to be (RFC 2045 section 6.7), and the `F` of a line that begins with `From ` (RFC 2049 section 3).
///
/// ```
/// use rfc822_mime::transfer::{LineBreaks, QuotedPrintableEncoder};
/// let (mut encoder, mut output) = (QuotedPrintableEncoder::new(LineBreaks::Text), Vec::new());
/// encoder.encode("1 + 1 = 2 \r\ncafé".as_bytes(), &mut output);
/// encoder.finish(&mut output);
/// assert_eq!(output, b"1 + 1 =3D 2=20\r\ncaf=C3=A9");
/// ```
#[derive(Clone, Debug, Default)]
pub struct QuotedPrintableEncoder {
    breaks: LineBreaks,
    /// Octets of the line so far.
    column: usize,
    /// How much of `From ` is held back.
    from: usize,
    /// A blank that is held back, for it may be the last of its line.
    blank: Option<u8>,
    /// A CR that is held back, behind the blank.
    cr: bool,
}

const FROM: &[u8] = b"From ";

impl QuotedPrintableEncoder {
    /// In front of the first octet.
    pub fn new(breaks: LineBreaks) -> Self {
        Self { breaks, ..Self::default() }
    }

    /// Encodes the next octets, and appends what is certain by now.
    pub fn encode(&mut self, input: &[u8], output: &mut Vec<u8>) {
        mail_wire::visited(input.len());
        let mut rest = input;
        while let Some((first, behind)) = rest.split_first() {
            let run = self.run(rest);
            if run == 0 {
                self.octet(*first, output);
                rest = behind;
            } else if let Some((text, behind)) = rest.split_at_checked(run) {
                output.extend_from_slice(text);
                self.column = self.column.saturating_add(run);
                rest = behind;
            }
        }
    }

    /// Appends what was held back.
    pub fn finish(&mut self, output: &mut Vec<u8>) {
        self.put_from(output);
        if core::mem::take(&mut self.cr) {
            self.put_blank(output);
            self.escape(b'\r', output);
        }
        if let Some(blank) = self.blank.take() {
            self.escape(blank, output);
        }
    }

    /// How many octets can be written as they are, in this line.
    fn run(&self, input: &[u8]) -> usize {
        if self.from != 0 || self.blank.is_some() || self.cr || (self.column == 0 && input.starts_with(b"F"))
        {
            return 0;
        }
        let room = input.get(..LINE.saturating_sub(1).saturating_sub(self.column)).unwrap_or(input);
        let is_odd = |octet: &u8| !matches!(octet, b' '..=b'~') || *octet == b'=';
        let run = room.get(..room.iter().position(is_odd).unwrap_or(room.len())).unwrap_or_default();
        run.trim_ascii_end().len()
    }

    fn octet(&mut self, octet: u8, output: &mut Vec<u8>) {
        if core::mem::take(&mut self.cr) {
            if octet == b'\n' {
                if let Some(blank) = self.blank.take() {
                    self.escape(blank, output);
                }
                output.extend_from_slice(b"\r\n");
                self.column = 0;
                return;
            }
            self.put_blank(output);
            self.escape(b'\r', output);
        }
        if octet == b'\r' && self.breaks == LineBreaks::Text {
            self.put_from(output);
            self.cr = true;
            return;
        }
        self.put_blank(output);
        if self.from != 0 {
            if FROM.get(self.from) == Some(&octet) {
                self.from = self.from.saturating_add(1);
                if self.from == FROM.len() {
                    self.from = 0;
                    self.escape(b'F', output);
                    b"rom".iter().for_each(|octet| self.put(&[*octet], output));
                    self.blank = Some(b' ');
                }
                return;
            }
            self.put_from(output);
        }
        match octet {
            b' ' | b'\t' => self.blank = Some(octet),
            b'F' if self.column == 0 || self.is_full(1) => self.from = 1,
            b'!'..=b'<' | b'>'..=b'~' => self.put(&[octet], output),
            _ => self.escape(octet, output),
        }
    }

    /// What looked like `From ` is none.
    fn put_from(&mut self, output: &mut Vec<u8>) {
        let from = core::mem::take(&mut self.from);
        FROM.iter().take(from).for_each(|octet| self.put(&[*octet], output));
    }

    /// The blank is not the last octet of its line.
    fn put_blank(&mut self, output: &mut Vec<u8>) {
        if let Some(blank) = self.blank.take() {
            self.put(&[blank], output);
        }
    }

    fn escape(&mut self, octet: u8, output: &mut Vec<u8>) {
        let digit = |value: u8| match value {
            0..=9 => value.wrapping_add(b'0'),
            _ => value.wrapping_sub(10).wrapping_add(b'A'),
        };
        self.put(&[b'=', digit(octet >> 4), digit(octet & 0x0f)], output);
    }

    /// Whether the line has no room for so many octets and the `=` of a soft line break.
    fn is_full(&self, octets: usize) -> bool {
        self.column.saturating_add(octets) >= LINE
    }

    /// Writes what must stand in one line.
    fn put(&mut self, octets: &[u8], output: &mut Vec<u8>) {
        if self.is_full(octets.len()) {
            output.extend_from_slice(b"=\r\n");
            self.column = 0;
        }
        output.extend_from_slice(octets);
        self.column = self.column.saturating_add(octets.len());
    }
}
