//! Large messages in bounded memory: counted, not timed. Without a test harness, whose thread would be counted too.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use bytes::BytesMut;
use dmsp_proto::{ClientCodec, Command, Event, Greeting, ReplyCode, ServerCodec, Uid};

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

/// What a reader made of a message so far.
#[derive(Default)]
struct Heard {
    octets: u64,
    ended: bool,
}

impl Heard {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Data(octets) => self.octets += octets.len() as u64,
            Event::End => self.ended = true,
            _ => {}
        }
    }
}

/// Sends a message of 200 MB in 4 KiB chunks, and counts what that costs.
fn stream(
    way: &str,
    output: &mut BytesMut,
    mut write: impl FnMut(Option<&[u8]>, &mut BytesMut),
    mut read: impl FnMut(&[u8], &mut Heard),
) {
    let chunk = chunk();
    let mut heard = Heard::default();
    let profiler = dhat::Profiler::builder().testing().build();
    let start = dhat::HeapStats::get();
    let mut sent = 0_u64;
    while sent < MESSAGE {
        write(Some(&chunk), output);
        sent += chunk.len() as u64;
        output.chunks(CHUNK).for_each(|piece| read(piece, &mut heard));
        output.clear();
    }
    let end = dhat::HeapStats::get();
    assert!(!heard.ended);
    write(None, output);
    read(output, &mut heard);
    output.clear();
    drop(profiler);

    assert!(heard.ended);
    // The chunk is cut inside a line, so the end of the message adds its line end.
    assert_eq!(heard.octets, sent + 2);
    assert_eq!(
        end.total_blocks - start.total_blocks,
        0,
        "{way}: allocations for {} chunks",
        sent / CHUNK as u64
    );
    let peak = end.max_bytes - start.curr_bytes;
    assert!(peak < 64 * 1024, "{way}: {peak} octets at the peak");
    println!("{way}: {sent} octets, peak {peak} octets");
}

/// FETCH-MESSAGE and SEND-MESSAGE: no memory, and no allocation per chunk.
fn main() {
    let (mut server, mut client) = (ServerCodec::new(), ClientCodec::new());
    let mut output = BytesMut::with_capacity(4 * CHUNK);
    server.encode(&Greeting::new("ready").unwrap().into(), &mut output).unwrap();
    client.encode(&Command::fetch_message("fred", Uid::new(1)).unwrap(), &mut BytesMut::new()).unwrap();
    server.decode(&mut &b"FETCH-MESSAGE fred 1\r\n"[..]).unwrap();
    server.encode(&ReplyCode::Message.into(), &mut output).unwrap();
    let mut input = &output.split()[..];
    while client.decode(&mut input).unwrap().is_some() {}
    output.reserve(4 * CHUNK);
    let write = |chunk: Option<&[u8]>, output: &mut BytesMut| match chunk {
        Some(chunk) => server.encode_data(chunk, output).unwrap(),
        None => server.encode_end(output).unwrap(),
    };
    stream("FETCH-MESSAGE", &mut output, write, |mut input, heard| {
        while let Some(event) = client.decode(&mut input).unwrap() {
            heard.take(&event);
        }
    });

    client.encode(&Command::SendMessage, &mut BytesMut::new()).unwrap();
    server.decode(&mut &b"SEND-MESSAGE\r\n"[..]).unwrap();
    server.encode(&ReplyCode::EnterMessage.into(), &mut output).unwrap();
    client.decode(&mut &output.split()[..]).unwrap();
    output.reserve(4 * CHUNK);
    let write = |chunk: Option<&[u8]>, output: &mut BytesMut| match chunk {
        Some(chunk) => client.encode_data(chunk, output).unwrap(),
        None => client.encode_end(output).unwrap(),
    };
    stream("SEND-MESSAGE", &mut output, write, |mut input, heard| {
        while let Some(event) = server.decode(&mut input).unwrap() {
            heard.take(&event);
        }
    });
    server.encode(&ReplyCode::Ok.into(), &mut output).unwrap();
    assert_eq!(client.decode(&mut &output[..]).unwrap(), Some(Event::Reply(ReplyCode::Ok.into())));
}
