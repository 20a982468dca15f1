//! The work that is timed.
//!
//! Codecs are made, and told what went before, once; each run has a copy.

use bytes::BytesMut;
use mail_proto::dmsp::{
    ClientCodec, Command, Event, Greeting, Options, ReplyCode, Response, Row, ServerCodec,
};

use super::streams::{commands, descriptors, fetch, mailboxes};
use crate::{Dots, FEW, LARGE, MANY, READ, Workload, feed, lines, message, stuffed};

const LIST: &str = "LIST-MAILBOXES";
const CHANGED: &str = "FETCH-CHANGED-DESCRIPTORS main 10000";
const FETCH: &str = "FETCH-MESSAGE main 1";
const SEND: &str = "SEND-MESSAGE";

/// Everything that is measured for DMSP.
pub fn workloads() -> Vec<Workload> {
    let plain = fetch(&message(LARGE, Dots::None));
    let dots = fetch(&message(LARGE, Dots::EveryTenthLine));
    let short = fetch(&message(LARGE / 64, Dots::EveryTenthLine));
    vec![
        decode_commands("dmsp/commands/decode", commands(MANY), READ),
        decode_commands("dmsp/commands/octets", commands(FEW), 1),
        encode_commands("dmsp/commands/encode", &commands(MANY)),
        decode("dmsp/mailboxes/decode", LIST, mailboxes(MANY), READ),
        decode("dmsp/mailboxes/octets", LIST, mailboxes(FEW), 1),
        encode_rows("dmsp/mailboxes/encode", LIST, ReplyCode::MailboxList, &mailboxes(MANY)),
        decode("dmsp/descriptors/decode", CHANGED, descriptors(MANY), READ),
        decode("dmsp/descriptors/octets", CHANGED, descriptors(FEW), 1),
        encode_rows("dmsp/descriptors/encode", CHANGED, ReplyCode::DescriptorList, &descriptors(MANY)),
        decode("dmsp/fetch/decode", FETCH, plain.clone(), READ),
        copy("dmsp/fetch/copy", plain),
        encode_fetched("dmsp/fetch/encode", Dots::None),
        decode("dmsp/fetch-dots/decode", FETCH, dots.clone(), READ),
        decode("dmsp/fetch-dots/octets", FETCH, short, 1),
        copy("dmsp/fetch-dots/copy", dots),
        encode_fetched("dmsp/fetch-dots/encode", Dots::EveryTenthLine),
        decode_sent("dmsp/send-dots/decode"),
        encode_sent("dmsp/send-dots/encode"),
    ]
}

/// A client that was greeted.
fn greeted() -> ClientCodec {
    let mut client = ClientCodec::new();
    assert!(matches!(client.decode(&mut &b"200 ready\r\n"[..]), Ok(Some(Event::Greeting(_)))));
    client
}

/// The same, having sent this command.
fn client(command: &str) -> ClientCodec {
    let mut client = greeted();
    let command = Command::parse(command.as_bytes(), &Options::new()).expect("a command");
    client.encode(&command, &mut BytesMut::new()).expect("in order");
    client
}

/// A server that has greeted, got this command, and gave this reply to it.
fn server(command: &str, reply: ReplyCode) -> ServerCodec {
    let (mut server, mut output) = (ServerCodec::new(), BytesMut::new());
    server.encode(&Greeting::new("ready").expect("text").into(), &mut output).expect("in order");
    let line = format!("{command}\r\n");
    assert!(matches!(server.decode(&mut line.as_bytes()), Ok(Some(Event::Command(_)))));
    server.encode(&reply.into(), &mut output).expect("a reply to the command");
    server
}

/// The client's side: a reply to `command`.
fn decode(name: &'static str, command: &str, stream: Vec<u8>, read: usize) -> Workload {
    let client = client(command);
    Workload::new(name, stream.len(), lines(&stream), move || {
        let (mut client, mut sum) = (client.clone(), 0);
        let each = |event: &Event<'_>| match event {
            Event::Row(row) => sum += row_value(row),
            Event::Data(octets) => sum += octets.len() as u64,
            Event::Reply(_) | Event::End => {}
            other => panic!("{other:?}"),
        };
        feed(&stream, read, |input| client.decode(input), each);
        sum
    })
}

fn row_value(row: &Row) -> u64 {
    match row {
        Row::Mailbox(row) => u64::from(row.next_uid().get() + row.messages() + row.unseen()),
        Row::Descriptor(row) => row.octets() + row.lines() + row.subject().as_bytes().len() as u64,
        Row::Expunged(uid) => u64::from(uid.get()),
        other => panic!("{other:?}"),
    }
}

/// The same with the message gathered in one buffer, as a program does that keeps it.
fn copy(name: &'static str, stream: Vec<u8>) -> Workload {
    let client = client(FETCH);
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
                Command::FetchMessage { uid, .. } => u64::from(uid.get()),
                other => other.verb() as u64,
            };
        };
        feed(&stream, read, |input| server.decode(input), each);
        sum
    })
}

fn command<'e>(event: &'e Event<'_>) -> &'e Command {
    match event {
        Event::Command(command) => command,
        other => panic!("{other:?}"),
    }
}

/// The client's side: commands that are pipelined.
fn encode_commands(name: &'static str, stream: &[u8]) -> Workload {
    let (mut server, mut commands) = (ServerCodec::new(), vec![]);
    feed(stream, READ, |input| server.decode(input), |event| commands.push(command(event).clone()));
    let client = greeted();
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

/// A listing out, row by row; `stream` is what comes of it.
fn encode_rows(name: &'static str, command: &str, reply: ReplyCode, stream: &[u8]) -> Workload {
    let (mut client, mut rows) = (client(command), vec![]);
    let keep = |event: &Event<'_>| {
        if let Event::Row(row) = event {
            rows.push(Response::from(row.clone()));
        }
    };
    feed(stream, READ, |input| client.decode(input), keep);
    let server = server(command, reply);
    let mut output = BytesMut::with_capacity(stream.len());
    Workload::new(name, stream.len(), lines(stream), move || {
        output.clear();
        let mut server = server.clone();
        for row in &rows {
            server.encode(row, &mut output).expect("a row");
        }
        server.encode_end(&mut output).expect("in order");
        output.len() as u64
    })
}

/// A message out, in the pieces in which it is read from a store.
fn encode_fetched(name: &'static str, dots: Dots) -> Workload {
    let message = message(LARGE, dots);
    let server = server(FETCH, ReplyCode::Message);
    let mut output = BytesMut::new();
    Workload::new(name, stuffed(&message).len(), lines(&message), move || {
        output.clear();
        let mut server = server.clone();
        for chunk in message.chunks(READ) {
            server.encode_data(chunk, &mut output).expect("in order");
        }
        server.encode_end(&mut output).expect("in order");
        output.len() as u64
    })
}

/// The client's message, as the server reads it.
fn decode_sent(name: &'static str) -> Workload {
    let stream = stuffed(&message(LARGE, Dots::EveryTenthLine));
    let server = server(SEND, ReplyCode::EnterMessage);
    Workload::new(name, stream.len(), lines(&stream), move || {
        let (mut server, mut sum) = (server.clone(), 0);
        let each = |event: &Event<'_>| match event {
            Event::Data(octets) => sum += octets.len() as u64,
            other => assert_eq!(other, &Event::End),
        };
        feed(&stream, READ, |input| server.decode(input), each);
        sum
    })
}

/// The same message, as the client writes it.
fn encode_sent(name: &'static str) -> Workload {
    let message = message(LARGE, Dots::EveryTenthLine);
    let mut client = client(SEND);
    assert!(matches!(client.decode(&mut &b"350\r\n"[..]), Ok(Some(Event::Reply(_)))));
    let mut output = BytesMut::new();
    Workload::new(name, stuffed(&message).len(), lines(&message), move || {
        output.clear();
        let mut client = client.clone();
        for chunk in message.chunks(READ) {
            client.encode_data(chunk, &mut output).expect("in order");
        }
        client.encode_end(&mut output).expect("in order");
        output.len() as u64
    })
}
