//! Values larger than memory: counted, not timed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![allow(clippy::print_stdout)]

use bytes::BytesMut;
use imsp_proto::{
    Address, ClientCodec, CommandBody, Entry, Event, Literal, OptionData, OutputState, Response, ServerCodec,
};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const GIBIBYTE: u64 = 1 << 30;
const CHUNK: usize = 8 << 10;
static OCTETS: [u8; CHUNK] = [b'\n'; CHUNK];

fn main() {
    let _profiler = dhat::Profiler::builder().testing().build();
    an_option_of_a_gibibyte();
    a_field_of_a_gibibyte();
}

/// Blocks allocated so far, and the most octets that were ever held.
fn heap() -> (u64, usize) {
    let stats = dhat::HeapStats::get();
    (stats.total_blocks, stats.max_bytes)
}

/// `write` gets each chunk, `read` what was written; both together may not allocate.
fn stream(way: &str, mut write: impl FnMut(&[u8], &mut BytesMut), mut read: impl FnMut(&[u8]) -> u64) {
    let mut output = BytesMut::with_capacity(4 * CHUNK);
    let (mut sent, mut heard) = (0, 0);
    let (before, _) = heap();
    while sent < GIBIBYTE {
        write(&OCTETS, &mut output);
        sent += CHUNK as u64;
        heard += read(&output);
        output.clear();
    }
    let (blocks, peak) = heap();
    assert_eq!(heard, sent, "{way}");
    assert_eq!(blocks - before, 0, "{way}: allocations for {} chunks", sent / CHUNK as u64);
    assert!(peak < 256 << 10, "{way}: {peak} octets at the peak");
    println!("{way}: {sent} octets, peak {peak} octets");
}

fn data_of(event: &Event<'_>) -> u64 {
    if let Event::Data(octets) = event { octets.len() as u64 } else { 0 }
}

fn an_option_of_a_gibibyte() {
    let (mut server, mut client, mut output) = (ServerCodec::new(), ClientCodec::new(), BytesMut::new());
    let option = OptionData::new("x.big".try_into().unwrap(), Literal::streamed(GIBIBYTE));
    server.encode(&option.clone().into(), &mut output).unwrap();
    assert_eq!(server.output_state(), OutputState::Payload { octets: Some(GIBIBYTE) });
    let Some(Event::LiteralStart(start)) = client.decode(&mut &output.split()[..]).unwrap() else { panic!() };
    assert_eq!((start.octets(), start.name().unwrap()), (GIBIBYTE, option.name()));
    stream(
        "OPTION",
        |chunk, output| server.encode_data(chunk, output).unwrap(),
        |mut input| {
            let mut heard = 0;
            while let Some(event) = client.decode(&mut input).unwrap() {
                heard += data_of(&event);
            }
            heard
        },
    );
    server.encode_end(&mut output).unwrap();
    let mut input = &output[..];
    assert_eq!(client.decode(&mut input).unwrap(), Some(Event::Response(Response::Option(option))));
}

fn a_field_of_a_gibibyte() {
    let (mut server, mut client, mut output) = (ServerCodec::new(), ClientCodec::new(), BytesMut::new());
    let entry = Entry::new("mrose".try_into().unwrap(), "Annette Ostler".try_into().unwrap());
    let address = Address::new(entry)
        .with("email".try_into().unwrap(), Literal::new(*b"annette@example.org"))
        .with("photo".try_into().unwrap(), Literal::streamed(GIBIBYTE))
        .with("alias".try_into().unwrap(), Literal::new(*b"ao"));
    let command = CommandBody::StoreAddress(address).tag("a1").unwrap();
    client.encode(&command, &mut output).unwrap();
    let Some(Event::LiteralStart(start)) = server.decode(&mut &output.split()[..]).unwrap() else { panic!() };
    assert_eq!(*start.name().unwrap(), "photo");
    server.accept(&mut output).unwrap();
    client.decode(&mut &output.split()[..]).unwrap();
    client.resume(&mut output).unwrap();
    stream(
        "STOREADDRESS",
        |chunk, output| client.encode_data(chunk, output).unwrap(),
        |mut input| {
            let mut heard = 0;
            while let Some(event) = server.decode(&mut input).unwrap() {
                heard += data_of(&event);
            }
            heard
        },
    );
    client.encode_end(&mut output).unwrap();
    let mut input = &output[..];
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Command(command)));
}
