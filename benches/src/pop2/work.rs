//! The work that is timed.
//!
//! Codecs are made, and told what went before, once; each run has a copy.

use bytes::BytesMut;
use mail_proto::pop2::{ClientCodec, Command, Event, Greeting, Reply, Response, ServerCodec};

use super::streams::{commands, replies, retr};
use crate::{Dots, FEW, LARGE, MANY, READ, Workload, feed, lines, message};

/// Everything that is measured for POP2.
pub fn workloads() -> Vec<Workload> {
    let large = retr(&message(4 * LARGE, Dots::None));
    let short = retr(&message(LARGE / 64, Dots::None));
    let collect = || client(&[Command::read(1), Command::Retr]);
    let ask = |count| client(&vec![Command::read(1); count]);
    vec![
        decode_commands("pop2/commands/decode", commands(MANY), READ),
        decode_commands("pop2/commands/octets", commands(FEW), 1),
        encode_commands("pop2/commands/encode", &commands(MANY)),
        decode("pop2/replies/decode", ask(MANY), replies(MANY), READ),
        decode("pop2/replies/octets", ask(FEW), replies(FEW), 1),
        encode_replies("pop2/replies/encode", &replies(MANY)),
        decode("pop2/retr/decode", collect(), large.clone(), READ),
        decode("pop2/retr/octets", collect(), short, 1),
        copy("pop2/retr/copy", collect(), large),
        encode_message("pop2/retr/encode"),
    ]
}

/// A client that was greeted, and sent these commands.
fn client(commands: &[Command]) -> ClientCodec {
    let mut client = ClientCodec::new();
    assert!(matches!(client.decode(&mut &b"+ POP2 host ready\r\n"[..]), Ok(Some(Event::Greeting(_)))));
    commands.iter().for_each(|command| client.sent(command).expect("room"));
    client
}

/// A server that has greeted, and got these commands.
fn server(commands: &str) -> ServerCodec {
    let mut server = ServerCodec::new();
    let greeting = Greeting::pop2("host", "ready").expect("text");
    server.encode(&greeting.into(), &mut BytesMut::new()).expect("in order");
    feed(
        commands.as_bytes(),
        READ,
        |input| server.decode(input),
        |event| {
            assert!(matches!(event, Event::Command(_)));
        },
    );
    server
}

fn command<'e>(event: &'e Event<'_>) -> &'e Command {
    match event {
        Event::Command(command) => command,
        other => panic!("{other:?}"),
    }
}

/// The client's side.
fn decode(name: &'static str, client: ClientCodec, stream: Vec<u8>, read: usize) -> Workload {
    Workload::new(name, stream.len(), lines(&stream), move || {
        let (mut client, mut sum) = (client.clone(), 0);
        let each = |event: &Event<'_>| match event {
            Event::Reply(reply) => sum += reply.as_length().expect("a length"),
            Event::Data(octets) => sum += octets.len() as u64,
            Event::End => {}
            other => panic!("{other:?}"),
        };
        feed(&stream, read, |input| client.decode(input), each);
        sum
    })
}

/// The same with the message gathered in one buffer, as a program does that keeps it.
fn copy(name: &'static str, client: ClientCodec, stream: Vec<u8>) -> Workload {
    let mut message: Vec<u8> = Vec::with_capacity(stream.len());
    Workload::new(name, stream.len(), lines(&stream), move || {
        message.clear();
        let mut client = client.clone();
        let each = |event: &Event<'_>| {
            if let Event::Data(octets) = event {
                message.extend_from_slice(octets);
            }
        };
        feed(&stream, READ, |input| client.decode(input), each);
        message.len() as u64
    })
}

/// The server's side: commands that are pipelined.
fn decode_commands(name: &'static str, stream: Vec<u8>, read: usize) -> Workload {
    Workload::new(name, stream.len(), lines(&stream), move || {
        let (mut server, mut sum) = (ServerCodec::new(), 0);
        let each = |event: &Event<'_>| {
            sum += match command(event) {
                Command::Read(Some(number)) => u64::from(*number),
                other => other.verb() as u64,
            };
        };
        feed(&stream, read, |input| server.decode(input), each);
        sum
    })
}

/// The client's side: commands that are pipelined.
fn encode_commands(name: &'static str, stream: &[u8]) -> Workload {
    let (mut server, mut commands) = (ServerCodec::new(), vec![]);
    feed(stream, READ, |input| server.decode(input), |event| commands.push(command(event).clone()));
    let client = client(&[]);
    let mut output = BytesMut::with_capacity(stream.len());
    Workload::new(name, stream.len(), commands.len(), move || {
        output.clear();
        let mut client = client.clone();
        for command in &commands {
            client.encode(command, &mut output).expect("room");
        }
        output.len() as u64
    })
}

/// The server's side: a reply to each READ.
fn encode_replies(name: &'static str, stream: &[u8]) -> Workload {
    let (mut client, mut replies) = (client(&[]), vec![]);
    let keep = |event: &Event<'_>| match event {
        Event::Reply(reply) => replies.push(Response::from(reply.clone())),
        other => panic!("{other:?}"),
    };
    feed(stream, READ, |input| client.decode(input), keep);
    let server = server(&"READ 1\r\n".repeat(replies.len()));
    let mut output = BytesMut::with_capacity(stream.len());
    Workload::new(name, stream.len(), replies.len(), move || {
        output.clear();
        let mut server = server.clone();
        for reply in &replies {
            server.encode(reply, &mut output).expect("in order");
        }
        output.len() as u64
    })
}

/// A message out, in the pieces in which it is read from a store.
fn encode_message(name: &'static str) -> Workload {
    let message = message(4 * LARGE, Dots::None);
    let server = server("READ 1\r\nRETR\r\n");
    let mut output = BytesMut::new();
    Workload::new(name, retr(&message).len(), lines(&message), move || {
        output.clear();
        let mut server = server.clone();
        server.encode(&Reply::length(message.len() as u64).into(), &mut output).expect("in order");
        server.encode(&Response::Data, &mut output).expect("in order");
        for chunk in message.chunks(READ) {
            server.encode_data(chunk, &mut output).expect("in order");
        }
        server.encode_end(&mut output).expect("in order");
        output.len() as u64
    })
}
