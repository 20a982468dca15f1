//! A message larger than memory, streamed. Without a test harness, whose thread would be counted too.
//!
//! `MESSAGE_GIBIBYTES=10` streams so many; one is the default, and less where nothing is optimized.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

use rfc822_mime::PartMap;
use rfc822_mime::decoder::{Decoder, Event};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Octets of a read: no line ends with it.
const CHUNK: usize = 64 * 1024 - 1;

/// Octets that a decoder may hold, whatever the message.
const MOST: usize = 64 * 1024;

/// Parts of the message.
const PARTS: u64 = 8;

fn main() {
    let octets = match std::env::var("MESSAGE_GIBIBYTES") {
        Ok(gibibytes) => gibibytes.parse::<u64>().unwrap() << 30,
        Err(_) if cfg!(debug_assertions) => 16 << 20,
        Err(_) => 1 << 30,
    };
    let text: Vec<u8> = [b"x".repeat(76), b"\r\n".to_vec(), b"--not a delimiter\r\n".to_vec()].concat();
    let text: Vec<u8> = text.into_iter().cycle().take(CHUNK).collect();
    let _profiler = dhat::Profiler::builder().testing().build();

    let (mut decoder, mut map, mut seen) = (Decoder::new(), PartMap::new(), 0);
    let mut hear = |decoder: &mut Decoder, mut input: &[u8]| {
        while let Some(event) = decoder.decode(&mut input).unwrap() {
            seen += event.octets().map_or(0, |octets| octets.len() as u64);
            map.heard(&event);
        }
    };
    let head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"a boundary\"\r\n";
    hear(&mut decoder, head);
    let mut sent = head.len() as u64;
    let mut blocks = Vec::with_capacity(PARTS as usize);
    for _ in 0..PARTS {
        let part = b"\r\n--a boundary\r\nContent-Type: text/plain\r\n\r\n";
        hear(&mut decoder, part);
        sent += part.len() as u64;
        let mut chunks = 0;
        let before = dhat::HeapStats::get().total_blocks;
        while chunks * (CHUNK as u64) < octets / PARTS {
            hear(&mut decoder, &text);
            chunks += 1;
        }
        sent += chunks * CHUNK as u64;
        blocks.push((dhat::HeapStats::get().total_blocks - before, chunks));
    }
    while let Some(event) = decoder.finish().unwrap() {
        assert!(!matches!(event, Event::Delimiter(_)));
        seen += event.octets().map_or(0, |octets| octets.len() as u64);
        map.heard(&event);
    }
    let peak = dhat::HeapStats::get().max_bytes;
    assert_eq!(seen, sent);
    assert_eq!(map.parts().len() as u64, PARTS + 1);
    assert_eq!(map.root().range(), 0..sent);
    assert!(peak < MOST, "{peak} octets at the peak");
    // What a part needs when it begins; a read costs no allocation.
    assert!(blocks.iter().all(|(blocks, _)| *blocks <= 8), "{blocks:?}");
    println!("{sent} octets, peak {peak} octets, allocations and reads of each part {:?}", blocks[0]);
}
