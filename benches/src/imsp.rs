//! IMSP: what servers and clients say, in bulk, and the work on it.
//!
//! Codecs are made, and told what went before, once; each run has a copy.

use bytes::BytesMut;
use mail_proto::imsp::{
    ClientCodec, Command, CommandBody, Event, Literal, NonSynchronizing, Options, Response, ServerCodec,
};

use crate::{FEW, MANY, READ, Random, Workload, feed, lines};

/// Everything that is measured for IMSP.
pub fn workloads() -> Vec<Workload> {
    vec![
        decode("imsp/options/decode", options(MANY), READ),
        decode("imsp/options/octets", options(FEW), 1),
        encode("imsp/options/encode", &options(MANY)),
        decode("imsp/addresses/decode", addresses(MANY), READ),
        decode("imsp/addresses/octets", addresses(FEW), 1),
        encode("imsp/addresses/encode", &addresses(MANY)),
        decode_commands("imsp/commands/decode", commands(MANY), READ),
        decode_commands("imsp/commands/octets", commands(FEW), 1),
        encode_commands("imsp/commands/encode", &commands(MANY)),
    ]
}

/// So many options, as GET gives them.
pub fn options(count: usize) -> Vec<u8> {
    let mut random = Random::new(11);
    let option = |number: usize| match random.below(10) {
        0..5 => format!("* OPTION common.option.{number} value{} [READ-WRITE]\r\n", random.below(1_000)),
        5..8 => format!("* OPTION imsp.option.{number} \"some words, {number}\" [READ-ONLY]\r\n"),
        8 => format!("* OPTION x.switch.{number} + [READ-WRITE]\r\n"),
        _ => format!("* OPTION x.signature.{number} {{16}}\r\nline 1\r\nline two [READ-WRITE]\r\n"),
    };
    (0..count).map(option).collect::<String>().into_bytes()
}

/// So many entries, as FETCHADDRESS gives them.
pub fn addresses(count: usize) -> Vec<u8> {
    let mut random = Random::new(12);
    let address = |number: usize| {
        let (user, phone) = (random.below(100_000), random.below(1_000_000));
        let rest = match random.below(10) {
            0 => "notes {14}\r\nlikes\r\nbooks a company \"Dover Beach\"",
            _ => "company \"Dover Beach\"",
        };
        format!(
            "* FETCHADDRESS \"mrose.work people\" \"Person {number}\" alias p{user} email user{user}@example.com \
             phone-work \"+1 555 {phone:06}\" {rest}\r\n"
        )
    };
    (0..count).map(address).collect::<String>().into_bytes()
}

/// So many commands, in the mixture of a client that keeps an address book.
pub fn commands(count: usize) -> Vec<u8> {
    let mut random = Random::new(13);
    let command = |number: usize| match random.below(10) {
        0..3 => {
            format!("a{number} FETCHADDRESS \"mrose.work people\" \"Person {}\"\r\n", random.below(1_000))
        }
        3..5 => format!("a{number} SEARCHADDRESS \"mrose.work people\" name \"P*{}\"\r\n", random.below(100)),
        5..7 => format!(
            "a{number} STOREADDRESS \"mrose.work people\" \"Person {number}\" email u{number}@example.com notes {{8+}}\r\na\r\nb\r\ncd\r\n"
        ),
        7 => format!("a{number} SET x.option.{number} \"some words\"\r\n"),
        8 => format!("a{number} GET common.*\r\n"),
        _ => format!("a{number} NOOP\r\n"),
    };
    (0..count).map(command).collect::<String>().into_bytes()
}

/// A client that was greeted.
fn client() -> ClientCodec {
    let mut client = ClientCodec::with_options(Options::client().with_literals(NonSynchronizing::Plus));
    assert!(matches!(client.decode(&mut &b"* OK ready\r\n"[..]), Ok(Some(Event::Greeting(_)))));
    client
}

fn octets(value: &Literal) -> u64 {
    value.octets()
}

fn value(response: &Response) -> u64 {
    match response {
        Response::Option(option) => octets(option.value()),
        Response::FetchAddress(address) => address.fields().iter().map(|field| octets(field.value())).sum(),
        other => panic!("{other:?}"),
    }
}

/// The client's side: responses.
fn decode(name: &'static str, stream: Vec<u8>, read: usize) -> Workload {
    let client = client();
    Workload::new(name, stream.len(), lines(&stream), move || {
        let (mut client, mut sum) = (client.clone(), 0);
        let each = |event: &Event<'_>| match event {
            Event::Response(response) => sum += value(response),
            other => panic!("{other:?}"),
        };
        feed(&stream, read, |input| client.decode(input), each);
        sum
    })
}

/// The server's side: the same responses, written.
fn encode(name: &'static str, stream: &[u8]) -> Workload {
    let (mut client, mut responses, mut input) = (client(), Vec::new(), stream);
    while let Some(event) = client.decode(&mut input).expect("responses") {
        if let Event::Response(response) = event {
            responses.push(response);
        }
    }
    let mut output = BytesMut::with_capacity(stream.len() + 1_024);
    Workload::new(name, stream.len(), responses.len(), move || {
        let mut server = ServerCodec::new();
        output.clear();
        for response in &responses {
            server.encode(response, &mut output).expect("in order");
        }
        output.len() as u64
    })
}

/// The server's side: commands that are pipelined.
fn decode_commands(name: &'static str, stream: Vec<u8>, read: usize) -> Workload {
    Workload::new(name, stream.len(), lines(&stream), move || {
        let (mut server, mut sum) = (ServerCodec::new(), 0);
        let each = |event: &Event<'_>| match event {
            Event::Command(command) => sum += command_value(command),
            other => panic!("{other:?}"),
        };
        feed(&stream, read, |input| server.decode(input), each);
        sum
    })
}

fn command_value(command: &Command) -> u64 {
    match command.body() {
        CommandBody::Set(_, value) => octets(value),
        CommandBody::StoreAddress(address) => address.fields().len() as u64,
        other => other.name().len() as u64,
    }
}

/// The client's side: the same commands, written.
fn encode_commands(name: &'static str, stream: &[u8]) -> Workload {
    let (mut server, mut commands, mut input) = (ServerCodec::new(), Vec::new(), stream);
    while let Some(event) = server.decode(&mut input).expect("commands") {
        if let Event::Command(command) = event {
            commands.push(command);
        }
    }
    let client = client();
    let mut output = BytesMut::with_capacity(stream.len() + 1_024);
    Workload::new(name, stream.len(), commands.len(), move || {
        let mut client = client.clone();
        output.clear();
        for command in &commands {
            client.encode(command, &mut output).expect("in order");
        }
        output.len() as u64
    })
}
