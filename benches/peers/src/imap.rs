//! IMAP: imap-codec (alone, and behind its Fragmentizer) and the other imap-proto.
//!
//! Ours reads in pieces of 64 KiB and gives owned messages; theirs get the whole stream, and borrow from it. Only the
//! Fragmentizer takes pieces, too.

use std::rc::Rc;

use imap_codec::decode::Decoder;
use imap_codec::encode::Encoder;
use imap_codec::fragmentizer::Fragmentizer;
use imap_codec::imap_types::command::Command;
use imap_codec::imap_types::response::Response;
use imap_codec::{CommandCodec, ResponseCodec};
use mail_proto_benches::imap::{commands, envelopes, flags, list, literals, search, structures, workloads};
use mail_proto_benches::{Workload, baseline};

use crate::rounds::{Contender, Table};

/// Octets of a read.
const READ: usize = 64 * 1024;

pub fn tables() -> Vec<Table> {
    vec![
        responses("FETCH with ENVELOPE, 10,000 lines", "imap/envelopes/decode", envelopes(10_000), 10_000),
        responses("FETCH FLAGS and MODSEQ, 10,000 lines", "imap/flags/decode", flags(10_000), 10_000),
        responses("FETCH BODYSTRUCTURE, 2,000 lines", "imap/structures/decode", structures(2_000), 2_000),
        responses("LIST, 5,000 lines", "imap/list/decode", list(5_000), 5_000),
        responses("SEARCH, 100,000 numbers", "imap/search/decode", search(100_000), 100_000),
        responses("Literals of 1 KiB, 10,000", "imap/literals-1k/decode", literals(10_000, 1 << 10), 10_000),
        responses("Literals of 100 KiB, 200", "imap/literals-100k/decode", literals(200, 100 << 10), 200),
        framing(),
        commands_table(),
        encode_responses("FETCH with ENVELOPE, written", "imap/envelopes/encode", envelopes(10_000), 10_000),
        encode_responses("FETCH FLAGS and MODSEQ, written", "imap/flags/encode", flags(10_000), 10_000),
        encode_commands(),
        octets_table(),
    ]
}

/// Ours, by the name of its workload.
fn ours(label: &'static str, name: &'static str) -> Contender {
    let Workload { run, .. } =
        workloads().into_iter().find(|workload| workload.name == name).expect("a workload");
    Contender { name: label, run }
}

fn responses(title: &'static str, name: &'static str, stream: Vec<u8>, items: usize) -> Table {
    let octets = stream.len();
    let stream: Rc<[u8]> = stream.into();
    let [one, two, three, four] = [(); 4].map(|()| stream.clone());
    let mut contenders = vec![ours("mail-proto, 64 KiB reads, owned", name)];
    match codec(&stream) {
        Some(_) => {
            contenders.push(Contender::new("imap-codec", move || codec(&one).unwrap_or(0)));
            contenders.push(Contender::new("imap-codec + Fragmentizer, 64 KiB reads", move || {
                fragmented(&two, READ)
            }));
        }
        None => println!("{title}: imap-codec does not read it"),
    }
    match other(&stream) {
        Some(_) => {
            contenders.push(Contender::new("the other imap-proto", move || other(&three).unwrap_or(0)))
        }
        None => println!("{title}: the other imap-proto does not read it"),
    }
    contenders.push(Contender::new("(memchr, LF by LF)", move || baseline::lines(&four)));
    Table { title, octets, items, contenders }
}

/// Responses that were read.
fn codec(mut rest: &[u8]) -> Option<u64> {
    let (codec, mut count) = (ResponseCodec::default(), 0);
    while !rest.is_empty() {
        let (later, response) = codec.decode(rest).ok()?;
        std::hint::black_box(response);
        rest = later;
        count += 1;
    }
    Some(count)
}

fn fragmented(stream: &[u8], read: usize) -> u64 {
    let (codec, mut fragmentizer, mut count) =
        (ResponseCodec::default(), Fragmentizer::without_max_message_size(), 0);
    for piece in stream.chunks(read) {
        fragmentizer.enqueue_bytes(piece);
        while fragmentizer.progress().is_some() {
            if fragmentizer.is_message_complete() {
                std::hint::black_box(fragmentizer.decode_message(&codec).is_ok());
                count += 1;
            }
        }
    }
    count
}

/// Only the cutting into messages.
fn fragments(stream: &[u8]) -> u64 {
    let (mut fragmentizer, mut count) = (Fragmentizer::without_max_message_size(), 0);
    for piece in stream.chunks(READ) {
        fragmentizer.enqueue_bytes(piece);
        while fragmentizer.progress().is_some() {
            if fragmentizer.is_message_complete() {
                count += fragmentizer.message_bytes().len() as u64;
            }
        }
    }
    count
}

fn other(mut rest: &[u8]) -> Option<u64> {
    let mut count = 0;
    while !rest.is_empty() {
        let (later, response) = peer_imap_proto::Response::parse(rest).ok()?;
        std::hint::black_box(response);
        rest = later;
        count += 1;
    }
    Some(count)
}

fn framing() -> Table {
    let stream: Rc<[u8]> = envelopes(10_000).into();
    let octets = stream.len();
    let [one, two] = [(); 2].map(|()| stream.clone());
    let contenders = vec![
        ours("mail-proto, Framer, 64 KiB reads", "imap/envelopes/frames"),
        Contender::new("Fragmentizer, 64 KiB reads", move || fragments(&one)),
        Contender::new("(memchr, LF by LF)", move || baseline::lines(&two)),
    ];
    Table { title: "Framing alone, of the ENVELOPE lines", octets, items: 10_000, contenders }
}

fn commands_table() -> Table {
    let stream: Rc<[u8]> = commands(10_000).into();
    let octets = stream.len();
    let read = |mut rest: &[u8]| {
        let (codec, mut count) = (CommandCodec::default(), 0);
        while let Ok((later, command)) = codec.decode(rest) {
            std::hint::black_box(command);
            count += 1;
            rest = later;
        }
        count
    };
    assert_eq!(read(&stream), 10_000);
    let [one, two] = [(); 2].map(|()| stream.clone());
    let contenders = vec![
        ours("mail-proto, server codec, 64 KiB reads, owned", "imap/commands/decode"),
        Contender::new("imap-codec", move || read(&one)),
        Contender::new("(memchr, LF by LF)", move || baseline::lines(&two)),
    ];
    Table { title: "Commands, 10,000 pipelined", octets, items: 10_000, contenders }
}

fn encode_responses(title: &'static str, name: &'static str, stream: Vec<u8>, items: usize) -> Table {
    let octets = stream.len();
    let stream: &'static [u8] = stream.leak();
    let (codec, mut rest, mut messages) = (ResponseCodec::default(), stream, Vec::<Response<'static>>::new());
    while !rest.is_empty() {
        let (later, response) = codec.decode(rest).expect("a response");
        messages.push(response);
        rest = later;
    }
    let contenders = vec![
        ours("mail-proto, server codec", name),
        Contender::new("imap-codec", move || {
            messages.iter().map(|message| codec.encode(message).dump().len() as u64).sum()
        }),
        Contender::new("(memchr, LF by LF)", move || baseline::lines(stream)),
    ];
    Table { title, octets, items, contenders }
}

fn encode_commands() -> Table {
    let stream: &'static [u8] = commands(10_000).leak();
    let (codec, mut rest, mut messages) = (CommandCodec::default(), stream, Vec::<Command<'static>>::new());
    while !rest.is_empty() {
        let (later, command) = codec.decode(rest).expect("a command");
        messages.push(command);
        rest = later;
    }
    let contenders = vec![
        ours("mail-proto, client codec", "imap/commands/encode"),
        Contender::new("imap-codec", move || {
            messages.iter().map(|message| codec.encode(message).dump().len() as u64).sum()
        }),
        Contender::new("(memchr, LF by LF)", move || baseline::lines(stream)),
    ];
    Table { title: "Commands, 10,000 written", octets: stream.len(), items: 10_000, contenders }
}

/// Each octet alone.
fn octets_table() -> Table {
    let stream: Rc<[u8]> = envelopes(200).into();
    let octets = stream.len();
    let one = stream.clone();
    let contenders = vec![
        ours("mail-proto", "imap/envelopes/octets"),
        Contender::new("imap-codec + Fragmentizer", move || fragmented(&one, 1)),
    ];
    Table { title: "FETCH with ENVELOPE, 200 lines, octet by octet", octets, items: 200, contenders }
}
