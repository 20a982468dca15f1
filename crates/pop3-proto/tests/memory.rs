//! Large messages in bounded memory: counted, not timed. Without a test harness, whose thread would be counted too.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use bytes::BytesMut;
use pop3_proto::{ClientCodec, Command, Event, Greeting, Reply, ServerCodec};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const CHUNK: usize = 4 * 1024;
const MESSAGE: u64 = 200 * 1024 * 1024;

/// 4 KiB of lines, every seventh with a dot in front, cut in the middle of a line.
fn chunk() -> Vec<u8> {
    let line = b"The quick brown fox jumps over the lazy dog, again and again, until noon\r\n";
    let dotted = [b".", &line[1..]].concat();
    let lines = (0..).map(|n| if n % 7 == 0 { dotted.as_slice() } else { line }).take(CHUNK / line.len() + 1);
    let mut chunk = lines.collect::<Vec<_>>().concat();
    chunk.truncate(CHUNK);
    chunk
}

/// A message of 200 MB through RETR, server to client, in 4 KiB chunks.
fn main() {
    let chunk = chunk();
    let (mut server, mut client) = (ServerCodec::new(), ClientCodec::new());
    let mut output = BytesMut::with_capacity(4 * CHUNK);
    client.encode(&Command::retr(1).unwrap(), &mut output).unwrap();
    server.encode(&Greeting::new("ready").unwrap().into(), &mut output).unwrap();
    server.decode(&mut &b"RETR 1\r\n"[..]).unwrap();
    output.clear();

    let profiler = dhat::Profiler::builder().testing().build();
    let start = dhat::HeapStats::get();
    let mut received = 0_u64;
    let mut sent = 0_u64;
    let mut hear = |client: &mut ClientCodec, octets: &[u8]| {
        let mut ended = false;
        for piece in octets.chunks(CHUNK) {
            let mut input = piece;
            while let Some(event) = client.decode(&mut input).unwrap() {
                match event {
                    Event::Data(octets) => received += octets.len() as u64,
                    Event::End => ended = true,
                    _ => {}
                }
            }
        }
        ended
    };
    assert!(!hear(&mut client, b"+OK ready\r\n"));
    server.encode(&Reply::message("200 MB").unwrap().into(), &mut output).unwrap();
    let warm = dhat::HeapStats::get();
    while sent < MESSAGE {
        server.encode_data(&chunk, &mut output).unwrap();
        sent += chunk.len() as u64;
        assert!(!hear(&mut client, &output));
        output.clear();
    }
    let end = dhat::HeapStats::get();
    server.encode_end(&mut output).unwrap();
    assert!(hear(&mut client, &output));
    drop(profiler);

    // The chunk is cut inside a line, so the end of the message adds its line end.
    assert_eq!(received, sent + 2);
    assert_eq!(end.total_blocks - warm.total_blocks, 0, "allocations for {} chunks", sent / CHUNK as u64);
    let peak = end.max_bytes - start.curr_bytes;
    assert!(peak < 64 * 1024, "{peak} octets at the peak");
    println!(
        "{sent} octets: peak {peak} octets, {} allocations in all",
        end.total_blocks - start.total_blocks
    );
}
