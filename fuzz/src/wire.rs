//! The shared floor against readers and writers that have everything in hand.
//!
//! Options: `L` low limits (lines), LF for a line end (dots); `D` only doubled dots are un-stuffed; `N` LF becomes
//! CRLF when stuffing; `R` lone line ends are refused.

use bytes::BytesMut;
use mail_wire::dot::{BlockLines, DotDecoder, DotEncoder, DotEvent, LineEnds, Unstuff};
use mail_wire::line::{LineEnd, LineFramer};

use crate::Input;

/// `LineFramer`, over any pieces, gives the lines of the whole.
pub fn lines(input: &Input) {
    let limit = if input.has(b'L') { 8 } else { 512 };
    let mut whole = whole_lines(input.octets, limit);
    let mut framer = LineFramer::new();
    for mut piece in input.pieces() {
        while let Some(line) = framer.next(&mut piece, limit) {
            let line = (line.octets.to_vec(), line.end, line.offset, line.overlong);
            assert_eq!(Some(line), whole.next());
        }
        assert!(piece.is_empty());
    }
    assert_eq!(whole.next(), None);
    let unfinished = !input.octets.is_empty() && !input.octets.ends_with(b"\n");
    assert_eq!((framer.is_inside_line(), framer.finish().is_err()), (unfinished, unfinished));
}

fn whole_lines(octets: &[u8], limit: usize) -> impl Iterator<Item = (Vec<u8>, LineEnd, u64, bool)> + '_ {
    let mut offset = 0;
    octets.split_inclusive(|octet| *octet == b'\n').filter(|line| line.ends_with(b"\n")).map(move |line| {
        let at = offset;
        offset += line.len() as u64;
        let (text, end) = match line.strip_suffix(b"\r\n") {
            Some(text) => (text, LineEnd::CrLf),
            None => (&line[..line.len() - 1], LineEnd::Lf),
        };
        let overlong = line.len() > limit;
        (if overlong { &line[..limit] } else { text }.to_vec(), end, at, overlong)
    })
}

/// `DotDecoder`, over any pieces, gives the data of the whole and stops behind its end.
pub fn unstuff(input: &Input) {
    let rule = if input.has(b'D') { Unstuff::Doubled } else { Unstuff::Every };
    let lines = if input.has(b'L') { BlockLines::Lf } else { BlockLines::CrLf };
    let whole = whole_block(input.octets, rule, lines);
    assert_eq!(decode(input.pieces(), rule, lines), whole);
    assert_eq!(decode([input.octets].into_iter(), rule, lines), whole);
}

/// The data, and how many octets the block took if it ended.
type Block = (Vec<u8>, Option<usize>);

fn decode<'a>(pieces: impl Iterator<Item = &'a [u8]>, rule: Unstuff, lines: BlockLines) -> Block {
    let mut decoder = DotDecoder::with_rules(rule, lines);
    let (mut data, mut taken) = (Vec::new(), 0);
    for piece in pieces {
        let mut rest = piece;
        while let Some(event) = decoder.decode(&mut rest) {
            match event {
                DotEvent::Data(octets) => {
                    assert!(!octets.is_empty());
                    data.extend_from_slice(octets);
                }
                _ => {
                    assert!(decoder.has_ended());
                    return (data, Some(taken + piece.len() - rest.len()));
                }
            }
        }
        assert!(rest.is_empty() && !decoder.has_ended());
        taken += piece.len();
    }
    (data, None)
}

fn whole_block(octets: &[u8], rule: Unstuff, lines: BlockLines) -> Block {
    let (mut data, mut taken) = (Vec::new(), 0);
    for line in split_lines(octets, lines) {
        taken += line.len();
        match line {
            b".\r\n" => return (data, Some(taken)),
            b".\n" if lines == BlockLines::Lf => return (data, Some(taken)),
            // Cut off there: it may still become the end.
            b"." | b".\r" => {}
            [b'.', rest @ ..] if rule == Unstuff::Every || rest.starts_with(b".") => {
                data.extend_from_slice(rest)
            }
            _ => data.extend_from_slice(line),
        }
    }
    (data, None)
}

/// The lines with their ends; the last one may lack it.
fn split_lines(mut octets: &[u8], lines: BlockLines) -> Vec<&[u8]> {
    let mut all = Vec::new();
    while !octets.is_empty() {
        let end = match lines {
            BlockLines::Lf => octets.iter().position(|octet| *octet == b'\n').map(|at| at + 1),
            _ => octets.windows(2).position(|pair| pair == b"\r\n").map(|at| at + 2),
        };
        let (line, rest) = octets.split_at(end.unwrap_or(octets.len()));
        all.push(line);
        octets = rest;
    }
    all
}

/// `DotEncoder`, over any pieces, writes the block of the whole, and `DotDecoder` gives the message back.
pub fn stuff(input: &Input) {
    let line_ends = match () {
        () if input.has(b'N') => LineEnds::Normalize,
        () if input.has(b'R') => LineEnds::Reject,
        () => LineEnds::AsIs,
    };
    let mut message = input.octets.to_vec();
    if line_ends == LineEnds::Normalize {
        message = mail_wire::testkit::normalized(&message);
    } else if !message.is_empty() && !message.ends_with(b"\r\n") {
        message.extend_from_slice(b"\r\n");
    }
    let (mut encoder, mut block) = (DotEncoder::new(line_ends), BytesMut::new());
    let done = input.pieces().try_for_each(|piece| encoder.encode(piece, &mut block));
    if done.and_then(|()| encoder.end(&mut block)).is_err() {
        assert!(line_ends == LineEnds::Reject && has_lone_line_end(input.octets));
        return;
    }
    assert!(line_ends != LineEnds::Reject || !has_lone_line_end(input.octets));
    assert_eq!(encoder.given(), input.octets.len() as u64);
    assert_eq!(block, stuffed(&message));
    assert_eq!(
        decode(block.chunks(3), Unstuff::Every, BlockLines::CrLf),
        (message.clone(), Some(block.len()))
    );
    if line_ends != LineEnds::AsIs {
        // Nor can a reader be misled that takes LF for a line end.
        assert_eq!(decode(block.chunks(2), Unstuff::Every, BlockLines::Lf), (message, Some(block.len())));
    }
}

fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut block = Vec::new();
    for line in split_lines(message, BlockLines::CrLf) {
        if line.starts_with(b".") {
            block.push(b'.');
        }
        block.extend_from_slice(line);
    }
    block.extend_from_slice(b".\r\n");
    block
}

fn has_lone_line_end(octets: &[u8]) -> bool {
    let text = String::from_utf8_lossy(octets).replace("\r\n", "");
    text.contains(['\r', '\n'])
}
