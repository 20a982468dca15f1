//! The work that is timed.

use std::rc::Rc;

use bytes::BytesMut;
use mail_proto::pop3::{
    ClientCodec, Command, Error, Event, Greeting, MessageNumber, Options, Reply, Response, Row, ScanListing,
    ServerCodec, UniqueId,
};

use super::streams::{commands, list, retr, uidl};
use crate::{Dots, FEW, LARGE, MANY, READ, Workload, lines, message};

/// Everything that is measured for POP3. `decode`: in reads of 64 KiB. `octets`: a shorter stream, each octet alone.
pub fn workloads() -> Vec<Workload> {
    let retr_1 = || Command::retr(1).expect("a number");
    let plain = retr(&message(LARGE, Dots::None));
    let dots = retr(&message(LARGE, Dots::EveryTenthLine));
    let short = retr(&message(LARGE / 64, Dots::EveryTenthLine));
    vec![
        decode("pop3/list/decode", Command::list(), list(MANY), READ),
        decode("pop3/list/octets", Command::list(), list(FEW), 1),
        encode_rows("pop3/list/encode", "LIST\r\n", MANY, scan),
        decode("pop3/uidl/decode", Command::uidl(), uidl(MANY), READ),
        decode("pop3/uidl/octets", Command::uidl(), uidl(FEW), 1),
        encode_rows("pop3/uidl/encode", "UIDL\r\n", MANY, unique_id),
        decode("pop3/retr/decode", retr_1(), plain.clone(), READ),
        copy("pop3/retr/copy", plain),
        encode_message("pop3/retr/encode", Dots::None),
        decode("pop3/retr-dots/decode", retr_1(), dots.clone(), READ),
        copy("pop3/retr-dots/copy", dots),
        decode("pop3/retr-dots/octets", retr_1(), short, 1),
        encode_message("pop3/retr-dots/encode", Dots::EveryTenthLine),
        decode_commands("pop3/commands/decode", commands(MANY), READ),
        parse_commands("pop3/commands/parse", commands(MANY)),
        decode_commands("pop3/commands/octets", commands(FEW), 1),
        encode_commands("pop3/commands/encode", &commands(MANY)),
    ]
}

/// The client's side: a reply to `command`, in reads of `read` octets.
fn decode(name: &'static str, command: Command, stream: Vec<u8>, read: usize) -> Workload {
    Workload::new(name, stream.len(), lines(&stream), move || sum(&command, &stream, read))
}

/// The same for any reply to a command line.
pub fn read(command: &str, stream: &[u8], read: usize) -> u64 {
    sum(&Command::parse(command.as_bytes(), &Options::new()).expect("a command"), stream, read)
}

fn sum(command: &Command, stream: &[u8], read: usize) -> u64 {
    let mut octets = 0;
    let rows = hear(command, stream, read, |data| octets += data.len() as u64).expect("no error");
    rows + octets
}

/// The same with the message gathered in one buffer, as a program does that keeps it.
fn copy(name: &'static str, stream: Vec<u8>) -> Workload {
    let command = Command::retr(1).expect("a number");
    let mut message: Vec<u8> = Vec::with_capacity(stream.len());
    Workload::new(name, stream.len(), lines(&stream), move || {
        message.clear();
        hear(&command, &stream, READ, |octets| message.extend_from_slice(octets)).expect("no error");
        message.len() as u64
    })
}

/// What the rows add up to. One `match` on what `decode` returns: with `?` in front, the compiler copies each event
/// once more, which takes as long as decoding a row of LIST.
fn hear(command: &Command, stream: &[u8], read: usize, mut data: impl FnMut(&[u8])) -> Result<u64, Error> {
    let mut client = ClientCodec::new();
    let mut greeting = &b"+OK\r\n"[..];
    assert!(matches!(client.decode(&mut greeting), Ok(Some(Event::Greeting(_)))));
    client.sent(command)?;
    let mut sum = 0;
    for mut input in stream.chunks(read) {
        loop {
            match client.decode(&mut input) {
                Ok(Some(Event::Row(Row::Scan(row)))) => sum += u64::from(row.number().get()) + row.octets(),
                Ok(Some(Event::Row(Row::UniqueId(row)))) => {
                    sum += u64::from(row.number().get()) + row.unique_id().as_bytes().len() as u64;
                }
                Ok(Some(Event::Data(octets))) => data(&octets),
                Ok(Some(Event::Reply(reply))) => assert!(reply.is_ok()),
                Ok(Some(Event::End)) => assert!(input.is_empty()),
                Ok(Some(other)) => panic!("{other:?}"),
                Ok(None) => break,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(sum)
}

/// The server's side: commands that are pipelined.
fn decode_commands(name: &'static str, stream: Vec<u8>, read: usize) -> Workload {
    Workload::new(name, stream.len(), lines(&stream), move || listen(&stream, read).expect("no error"))
}

fn listen(stream: &[u8], read: usize) -> Result<u64, Error> {
    let mut server = greeted(&mut BytesMut::new());
    let mut sum = 0;
    for mut input in stream.chunks(read) {
        loop {
            match server.decode(&mut input) {
                Ok(Some(Event::Command(Command::Retr(number) | Command::Dele(number)))) => {
                    sum += u64::from(number.get());
                }
                Ok(Some(Event::Command(Command::Top(number, lines)))) => {
                    sum += u64::from(number.get() + lines)
                }
                Ok(Some(Event::Command(command))) => sum += command_value(&command),
                Ok(Some(other)) => panic!("{other:?}"),
                Ok(None) => break,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(sum)
}

/// The grammar alone, line by line.
fn parse_commands(name: &'static str, stream: Vec<u8>) -> Workload {
    let options = Options::new();
    Workload::new(name, stream.len(), lines(&stream), move || {
        let (mut rest, mut sum) = (&stream[..], 0);
        while let Some(at) = memchr::memchr(b'\n', rest) {
            let command = Command::parse(&rest[..at - 1], &options).expect("a command");
            sum += command_value(&command);
            rest = &rest[at + 1..];
        }
        sum
    })
}

fn command_value(command: &Command) -> u64 {
    match command {
        Command::Retr(number) | Command::Dele(number) => u64::from(number.get()),
        Command::Top(number, lines) => u64::from(number.get() + lines),
        Command::List(Some(number)) | Command::Uidl(Some(number)) => u64::from(number.get()),
        other => other.verb() as u64,
    }
}

/// The client's side: commands that are pipelined.
fn encode_commands(name: &'static str, stream: &[u8]) -> Workload {
    let commands: Vec<Command> = stream
        .split_inclusive(|octet| *octet == b'\n')
        .map(|line| Command::parse(&line[..line.len() - 2], &Options::new()).expect("a command"))
        .collect();
    let mut output = BytesMut::with_capacity(stream.len() + 1);
    Workload::new(name, stream.len(), commands.len(), move || {
        output.clear();
        let mut client = ClientCodec::new();
        for command in &commands {
            client.encode(command, &mut output).expect("room");
        }
        output.len() as u64
    })
}

/// A listing out, row by row.
fn encode_rows(name: &'static str, command: &'static str, count: usize, row: fn(u32) -> Row) -> Workload {
    let rows: Vec<Response> = (1..=count).map(|n| row(n as u32).into()).collect();
    let mut output = BytesMut::new();
    let mut run = move || {
        output.clear();
        let mut server = asked(command, &mut output);
        server.encode(&Reply::listing("").expect("text").into(), &mut output).expect("in order");
        for row in &rows {
            server.encode(row, &mut output).expect("a row");
        }
        server.encode_end(&mut output).expect("in order");
        output.len() as u64
    };
    let octets = run() as usize;
    Workload::new(name, octets, count, run)
}

fn scan(number: u32) -> Row {
    Row::Scan(ScanListing::new(MessageNumber::new(number).expect("not 0"), 600 + u64::from(number) * 37))
}

fn unique_id(number: u32) -> Row {
    let unique_id = format!("{:012x}{number:012x}", number.wrapping_mul(2_654_435_761));
    Row::UniqueId(UniqueId::new(MessageNumber::new(number).expect("not 0"), unique_id).expect("a unique-id"))
}

/// A message out, in the pieces in which it is read from a store.
fn encode_message(name: &'static str, dots: Dots) -> Workload {
    let message: Rc<[u8]> = message(LARGE, dots).into();
    let items = lines(&message);
    let mut output = BytesMut::new();
    let mut run = move || {
        output.clear();
        let mut server = asked("RETR 1\r\n", &mut output);
        server.encode(&Reply::message("").expect("text").into(), &mut output).expect("in order");
        for chunk in message.chunks(READ) {
            server.encode_data(chunk, &mut output).expect("in order");
        }
        server.encode_end(&mut output).expect("in order");
        output.len() as u64
    };
    let octets = run() as usize;
    Workload::new(name, octets, items, run)
}

fn greeted(output: &mut BytesMut) -> ServerCodec {
    let mut server = ServerCodec::new();
    server.encode(&Greeting::new("ready").expect("text").into(), output).expect("in order");
    server
}

fn asked(command: &str, output: &mut BytesMut) -> ServerCodec {
    let mut server = greeted(output);
    let mut input = command.as_bytes();
    assert!(matches!(server.decode(&mut input), Ok(Some(Event::Command(_)))));
    server
}
