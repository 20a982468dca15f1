//! The work that is timed.
//!
//! Codecs are made once; each run has a copy.

use bytes::BytesMut;
use mail_proto::imap::{
    ClientCodec, Command, Condition, Event, Limits, Options, Response, ServerCodec, StatusResponse,
};
use mail_proto::wire::Error;

use super::streams::{commands, envelopes, flags, list, literals, search, structures};
use crate::{FEW, LARGE, MANY, READ, Workload, feed, lines};

/// Everything that is measured for IMAP.
pub fn workloads() -> Vec<Workload> {
    let structures = structures(MANY / 5);
    vec![
        decode("imap/envelopes/decode", envelopes(MANY), MANY, READ),
        decode("imap/envelopes/whole", envelopes(MANY), MANY, usize::MAX),
        decode("imap/envelopes/octets", envelopes(FEW / 5), FEW / 5, 1),
        frames("imap/envelopes/frames", envelopes(MANY), MANY),
        encode("imap/envelopes/encode", &envelopes(MANY)),
        decode("imap/flags/decode", flags(MANY), MANY, READ),
        encode("imap/flags/encode", &flags(MANY)),
        decode("imap/structures/decode", structures.clone(), MANY / 5, READ),
        encode("imap/structures/encode", &structures),
        decode("imap/list/decode", list(MANY / 2), MANY / 2, READ),
        encode("imap/list/encode", &list(MANY / 2)),
        decode("imap/search/decode", search(10 * MANY), 10 * MANY, READ),
        decode("imap/search/octets", search(MANY), MANY, 1),
        decode("imap/literals-1k/decode", literals(MANY, 1 << 10), MANY, READ),
        decode("imap/literals-100k/decode", literals(200, 100 << 10), 200, READ),
        decode("imap/literal-50m/decode", literals(1, 50 * LARGE), 1, READ),
        decode_commands("imap/commands/decode", commands(MANY), READ),
        decode_commands("imap/commands/octets", commands(FEW), 1),
        encode_commands("imap/commands/encode", &commands(MANY)),
    ]
}

/// A client that was greeted.
fn client() -> ClientCodec {
    let limits = Limits::client().with_line(64 << 20).with_frame(64 << 20);
    let mut client = ClientCodec::with_options(Options::client().with_limits(limits));
    assert!(matches!(client.decode(&mut &b"* PREAUTH ready\r\n"[..]), Ok(Some(Event::Greeting(_)))));
    client
}

/// A server that has greeted.
pub(crate) fn server() -> ServerCodec {
    let mut server = ServerCodec::new();
    let greeting = StatusResponse::untagged(Condition::Ok, "ready").expect("text");
    server.encode(&greeting.into(), &mut BytesMut::new()).expect("in order");
    server
}

/// The client's side.
fn decode(name: &'static str, stream: Vec<u8>, items: usize, read: usize) -> Workload {
    let client = client();
    Workload::new(name, stream.len(), items, move || {
        let (mut client, mut sum) = (client.clone(), 0);
        let each = |event: &Event<'_>| match event {
            Event::Response(Response::Fetch(fetch)) => sum += u64::from(fetch.number().get()),
            Event::Response(Response::Search(found)) => sum += found.numbers().len() as u64,
            Event::Response(Response::List(_)) => sum += 1,
            Event::Data(octets) => sum += octets.len() as u64,
            Event::LiteralStart(_) | Event::LiteralEnd => {}
            other => panic!("{other:?}"),
        };
        feed(&stream, read.min(stream.len()), |input| client.decode(input), each);
        sum
    })
}

/// Only the cutting into frames.
fn frames(name: &'static str, stream: Vec<u8>, items: usize) -> Workload {
    use mail_proto::imap::frame::{Framer, Step, Stream};
    let limits = Limits::client();
    Workload::new(name, stream.len(), items, move || {
        let (mut framer, mut sum) = (Framer::new(Stream::Responses), 0);
        for mut input in stream.chunks(READ) {
            loop {
                match framer.next(&mut input, &limits, |_| true) {
                    Step::Frame(frame) => sum += frame.octets().len() as u64,
                    Step::Literal(_) => framer.join(&limits),
                    _ => break,
                }
            }
        }
        sum
    })
}

fn decode_commands(name: &'static str, stream: Vec<u8>, read: usize) -> Workload {
    let server = server();
    Workload::new(name, stream.len(), lines(&stream), move || {
        let (mut server, mut sum) = (server.clone(), 0);
        let each = |event: &Event<'_>| match event {
            Event::Command(command) => sum += command.tag().as_bytes().len() as u64,
            other => panic!("{other:?}"),
        };
        feed(&stream, read, |input| server.decode(input), each);
        sum
    })
}

fn collect<T>(
    stream: &[u8],
    decode: impl FnMut(&mut &[u8]) -> Result<Option<Event<'static>>, Error>,
    mut pick: impl FnMut(Event<'static>) -> Option<T>,
) -> Vec<T> {
    let (mut input, mut decode, mut all) = (stream, decode, Vec::new());
    while let Some(event) = decode(&mut input).expect("no error") {
        all.extend(pick(event));
    }
    all
}

fn encode(name: &'static str, stream: &[u8]) -> Workload {
    let mut client = client();
    let decode = |input: &mut &[u8]| client.decode(input).map(|event| event.map(Event::into_owned));
    let responses = collect(stream, decode, |event| match event {
        Event::Response(response) => Some(response),
        other => panic!("{other:?}"),
    });
    let (server, mut output) = (server(), BytesMut::with_capacity(2 * stream.len()));
    Workload::new(name, stream.len(), responses.len(), move || {
        let mut server = server.clone();
        output.clear();
        for response in &responses {
            server.encode(response, &mut output).expect("in order");
        }
        output.len() as u64
    })
}

fn encode_commands(name: &'static str, stream: &[u8]) -> Workload {
    let mut server = server();
    let decode = |input: &mut &[u8]| server.decode(input).map(|event| event.map(Event::into_owned));
    let commands: Vec<Command> = collect(stream, decode, |event| match event {
        Event::Command(command) => Some(command),
        other => panic!("{other:?}"),
    });
    let (client, mut output) = (client(), BytesMut::with_capacity(2 * stream.len()));
    Workload::new(name, stream.len(), commands.len(), move || {
        output.clear();
        // So many wait for their responses at most.
        for commands in commands.chunks(64) {
            let mut client = client.clone();
            for command in commands {
                client.encode(command, &mut output).expect("in order");
            }
        }
        output.len() as u64
    })
}
