//! Large messages in bounded memory: counted, not timed.
#![allow(clippy::print_stdout)]

use std::println;
use std::vec::Vec;

use bytes::BytesMut;

/// Octets of a piece.
pub const CHUNK: usize = 4 * 1024;

/// Octets of the message.
pub const MESSAGE: u64 = 200 * 1024 * 1024;

/// What a reader made of the message so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    pub octets: u64,
    pub ended: bool,
}

/// Streams a message of [`MESSAGE`] octets, and checks that it costs no memory, and no allocation per chunk.
///
/// `write` gets each chunk, and `None` at the end, which adds a line end: the chunk stops inside a line. `read` gets what
/// was written. `heap` tells how many blocks were allocated since the start, and the most octets that were ever held.
pub fn assert_streams(
    way: &str,
    heap: impl Fn() -> (u64, usize),
    mut write: impl FnMut(Option<&[u8]>, &mut BytesMut),
    mut read: impl FnMut(&[u8], &mut Heard),
) {
    let chunk = chunk();
    let mut output = BytesMut::with_capacity(4 * CHUNK);
    let (mut heard, mut sent) = (Heard::default(), 0_u64);
    let (before, _) = heap();
    while sent < MESSAGE {
        write(Some(&chunk), &mut output);
        sent += chunk.len() as u64;
        output.chunks(CHUNK).for_each(|piece| read(piece, &mut heard));
        output.clear();
    }
    let (blocks, peak) = heap();
    assert!(!heard.ended, "{way}: ended early");
    write(None, &mut output);
    read(&output, &mut heard);

    assert!(heard.ended, "{way}: no end");
    assert_eq!(heard.octets, sent + 2, "{way}");
    assert_eq!(blocks - before, 0, "{way}: allocations for {} chunks", sent / CHUNK as u64);
    assert!(peak < 64 * 1024, "{way}: {peak} octets at the peak");
    println!("{way}: {sent} octets, peak {peak} octets");
}

/// Lines, every seventh with a dot in front, cut in the middle of a line.
fn chunk() -> Vec<u8> {
    let line = b"The quick brown fox jumps over the lazy dog, again and again, until noon\r\n";
    let dotted = [b".", &line[1..]].concat();
    let lines = (0..).map(|n| if n % 7 == 0 { dotted.as_slice() } else { line }).take(CHUNK / line.len() + 1);
    let mut chunk = lines.collect::<Vec<_>>().concat();
    chunk.truncate(CHUNK);
    chunk
}
