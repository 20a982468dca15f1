//! The announced octets, with and without the habits of old programs.

use bytes::{BufMut, BytesMut};
use mail_wire::Error;
use mail_wire::counted::{CountedReader, CountedWriter};

use crate::{LongLines, Options, Quirk};

/// Octets of a message line, CRLF included (RFC 937, "Sizes").
const TEXT_LINE_OCTETS: usize = 1_000;

/// Takes the announced octets off the input.
#[derive(Clone, Debug)]
pub(crate) enum Reader {
    Counted(CountedReader),
    /// UW: two octets more than the message has, and they are CRLF.
    TwoMore {
        message: CountedReader,
        padding: CountedReader,
    },
    /// MH: a dot in front of each line that begins with one, not counted.
    DotStuffed {
        left: u64,
        position: Position,
    },
}

/// Where the next octet of a stuffed message stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Position {
    #[default]
    LineStart,
    /// Behind a dot that was taken away.
    Unstuffed,
    Inside,
}

impl Reader {
    pub(crate) fn new(octets: u64, options: &Options) -> Self {
        if options.quirks().contains(Quirk::DotStuffed) {
            Self::DotStuffed { left: octets, position: Position::LineStart }
        } else if options.quirks().contains(Quirk::TwoMore) && octets >= 2 {
            let message = CountedReader::new(octets.saturating_sub(2));
            Self::TwoMore { message, padding: CountedReader::new(2) }
        } else {
            Self::Counted(CountedReader::new(octets))
        }
    }

    pub(crate) fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Option<&'i [u8]> {
        match self {
            Self::Counted(reader) => reader.decode(input),
            Self::TwoMore { message, padding } => {
                let data = message.decode(input);
                if data.is_none() && message.has_ended() {
                    padding.decode(input);
                }
                data
            }
            Self::DotStuffed { left, position } => unstuff(left, position, input),
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        match self {
            Self::Counted(reader) => reader.has_ended(),
            Self::TwoMore { padding, message } => message.has_ended() && padding.has_ended(),
            Self::DotStuffed { left, .. } => *left == 0,
        }
    }

    /// Octets that are still to come, as they were announced.
    pub(crate) fn left(&self) -> u64 {
        match self {
            Self::Counted(reader) => reader.left(),
            Self::TwoMore { message, padding } => message.left().saturating_add(padding.left()),
            Self::DotStuffed { left, .. } => *left,
        }
    }
}

/// Gives out octets up to the end of a line, so that a dot behind it can be left out.
fn unstuff<'i>(left: &mut u64, position: &mut Position, input: &mut &'i [u8]) -> Option<&'i [u8]> {
    if *left == 0 {
        return None;
    }
    if *position == Position::LineStart
        && let [b'.', rest @ ..] = input
    {
        *input = rest;
        *position = Position::Unstuffed;
    }
    let room = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
    let piece = input.get(..room)?;
    let len = memchr::memchr(b'\n', piece).map_or(piece.len(), |at| at.saturating_add(1));
    if len == 0 {
        return None;
    }
    let (data, rest) = input.split_at_checked(len)?;
    mail_wire::visited(len);
    *position = if data.last() == Some(&b'\n') { Position::LineStart } else { Position::Inside };
    *left = left.saturating_sub(len as u64);
    *input = rest;
    Some(data)
}

/// Writes the announced octets, and counts.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    counted: CountedWriter,
    options: Options,
    position: Position,
    /// Octets of the line under way.
    line: usize,
}

impl Writer {
    /// `octets` as the message has them: the quirks are this type's affair.
    pub(crate) fn new(octets: u64, options: &Options) -> Self {
        Self {
            counted: CountedWriter::new(octets),
            options: *options,
            position: Position::LineStart,
            line: 0,
        }
    }

    pub(crate) fn encode(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        let mut line = self.line;
        if self.options.long_lines() == LongLines::Reject {
            for octet in chunk {
                line = if *octet == b'\n' { 0 } else { line.saturating_add(1) };
                if line >= TEXT_LINE_OCTETS {
                    return Err(Error::limit(0, "lines of at most 1,000 octets"));
                }
            }
        }
        if !self.options.quirks().contains(Quirk::DotStuffed) {
            self.counted.encode(chunk, output)?;
        } else {
            self.counted.count(chunk.len())?;
            for piece in chunk.split_inclusive(|octet| *octet == b'\n') {
                if self.position == Position::LineStart && piece.first() == Some(&b'.') {
                    output.put_u8(b'.');
                }
                output.put_slice(piece);
                self.position = if piece.ends_with(b"\n") { Position::LineStart } else { Position::Inside };
            }
        }
        self.line = line;
        Ok(())
    }

    pub(crate) fn end(&self, output: &mut BytesMut) -> Result<(), Error> {
        self.counted.end()?;
        if self.options.quirks().contains(Quirk::TwoMore) {
            output.put_slice(b"\r\n");
        }
        Ok(())
    }

    pub(crate) fn left(&self) -> u64 {
        self.counted.left()
    }
}
