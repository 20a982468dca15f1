//! Large messages in bounded memory. Without a test harness, whose thread would be counted too.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use mail_wire::testkit::memory::{Heard, assert_streams};
use pop3_proto::{ClientCodec, Command, Event, Greeting, Reply, ServerCodec};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// A message through RETR, server to client.
fn main() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let (mut server, mut client) = (ServerCodec::new(), ClientCodec::new());
    let mut output = BytesMut::new();
    client.encode(&Command::retr(1).unwrap(), &mut BytesMut::new()).unwrap();
    server.encode(&Greeting::new("ready").unwrap().into(), &mut output).unwrap();
    server.decode(&mut &b"RETR 1\r\n"[..]).unwrap();
    server.encode(&Reply::message("200 MB").unwrap().into(), &mut output).unwrap();
    let mut read = |mut input: &[u8], heard: &mut Heard| {
        while let Some(event) = client.decode(&mut input).unwrap() {
            match event {
                Event::Data(octets) => heard.octets += octets.len() as u64,
                Event::End => heard.ended = true,
                _ => {}
            }
        }
    };
    read(&output, &mut Heard::default());
    let write = |chunk: Option<&[u8]>, output: &mut BytesMut| match chunk {
        Some(chunk) => server.encode_data(chunk, output).unwrap(),
        None => server.encode_end(output).unwrap(),
    };
    assert_streams("RETR", heap, write, read);
}

/// Blocks allocated so far, and the most octets that were held.
fn heap() -> (u64, usize) {
    let stats = dhat::HeapStats::get();
    (stats.total_blocks, stats.max_bytes)
}
