//! Large messages in bounded memory. Without a test harness, whose thread would be counted too.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use dmsp_proto::{ClientCodec, Command, Event, Greeting, ReplyCode, ServerCodec, Uid};
use mail_wire::testkit::memory::{Heard, assert_streams};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// FETCH-MESSAGE, repository to client, and SEND-MESSAGE, client to repository.
fn main() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let (mut server, mut client) = (ServerCodec::new(), ClientCodec::new());
    let mut output = BytesMut::new();
    server.encode(&Greeting::new("ready").unwrap().into(), &mut output).unwrap();
    client.encode(&Command::fetch_message("fred", Uid::new(1)).unwrap(), &mut BytesMut::new()).unwrap();
    server.decode(&mut &b"FETCH-MESSAGE fred 1\r\n"[..]).unwrap();
    server.encode(&ReplyCode::Message.into(), &mut output).unwrap();
    let mut input = &output.split()[..];
    while client.decode(&mut input).unwrap().is_some() {}
    let write = |chunk: Option<&[u8]>, output: &mut BytesMut| match chunk {
        Some(chunk) => server.encode_data(chunk, output).unwrap(),
        None => server.encode_end(output).unwrap(),
    };
    assert_streams("FETCH-MESSAGE", heap, write, |mut input, heard| {
        while let Some(event) = client.decode(&mut input).unwrap() {
            hear(&event, heard);
        }
    });

    client.encode(&Command::SendMessage, &mut BytesMut::new()).unwrap();
    server.decode(&mut &b"SEND-MESSAGE\r\n"[..]).unwrap();
    server.encode(&ReplyCode::EnterMessage.into(), &mut output).unwrap();
    client.decode(&mut &output.split()[..]).unwrap();
    let write = |chunk: Option<&[u8]>, output: &mut BytesMut| match chunk {
        Some(chunk) => client.encode_data(chunk, output).unwrap(),
        None => client.encode_end(output).unwrap(),
    };
    assert_streams("SEND-MESSAGE", heap, write, |mut input, heard| {
        while let Some(event) = server.decode(&mut input).unwrap() {
            hear(&event, heard);
        }
    });
    server.encode(&ReplyCode::Ok.into(), &mut output).unwrap();
    assert_eq!(client.decode(&mut &output[..]).unwrap(), Some(Event::Reply(ReplyCode::Ok.into())));
}

fn hear(event: &Event<'_>, heard: &mut Heard) {
    match event {
        Event::Data(octets) => heard.octets += octets.len() as u64,
        Event::End => heard.ended = true,
        _ => {}
    }
}

/// Blocks allocated so far, and the most octets that were held.
fn heap() -> (u64, usize) {
    let stats = dhat::HeapStats::get();
    (stats.total_blocks, stats.max_bytes)
}
