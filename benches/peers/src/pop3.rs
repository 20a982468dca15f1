//! POP3: pop3-codec and async-pop.
//!
//! Both are grammars over a complete reply: fed in pieces, they have to begin anew with each (`naive`), which is what
//! the tables with single octets show. What differs besides is said in `docs/performance.md`.

use std::rc::Rc;

use async_pop::request::Request;
use async_pop::response::{Response as AsyncResponse, uidl::UidlResponse};
use mail_proto_benches::pop3::{commands, list, retr, uidl, workloads};
use mail_proto_benches::{Dots, Workload, baseline, lines, message};
use pop3_codec::parse;

use crate::rounds::{Contender, Table};

/// Octets of a message.
const LARGE: usize = 1 << 20;

pub fn tables() -> Vec<Table> {
    let plain = retr(&message(LARGE, Dots::None));
    let dots = retr(&message(LARGE, Dots::EveryTenthLine));
    vec![
        table("LIST, 10,000 rows", "pop3/list/decode", list(10_000), list_peers),
        table("UIDL, 10,000 rows", "pop3/uidl/decode", uidl(10_000), uidl_peers),
        retr_table("RETR, 1 MiB, no dots", ["pop3/retr/copy", "pop3/retr/decode"], plain),
        retr_table(
            "RETR, 1 MiB, every tenth line stuffed",
            ["pop3/retr-dots/copy", "pop3/retr-dots/decode"],
            dots,
        ),
        commands_table(),
        octets_table("LIST, 500 rows, octet by octet", list(500), "LIST"),
        octets_table("LIST, 1,000 rows, octet by octet", list(1_000), "LIST"),
        octets_table("RETR, 8 KiB, octet by octet", retr(&message(8 << 10, Dots::EveryTenthLine)), "RETR"),
        octets_table("RETR, 16 KiB, octet by octet", retr(&message(16 << 10, Dots::EveryTenthLine)), "RETR"),
    ]
}

/// Ours, by the name of its workload.
fn ours(name: &'static str) -> Workload {
    workloads().into_iter().find(|workload| workload.name == name).expect("a workload")
}

fn contender(label: &'static str, name: &'static str) -> Contender {
    Contender { name: label, run: ours(name).run }
}

fn table(
    title: &'static str,
    name: &'static str,
    stream: Vec<u8>,
    peers: fn(Rc<[u8]>) -> Vec<Contender>,
) -> Table {
    let (octets, items) = (stream.len(), lines(&stream));
    let stream: Rc<[u8]> = stream.into();
    let mut contenders = vec![contender("mail-proto, 64 KiB reads", name)];
    contenders.extend(peers(stream.clone()));
    contenders.push(Contender::new("(memchr, LF by LF)", move || baseline::lines(&stream)));
    Table { title, octets, items, contenders }
}

fn list_peers(stream: Rc<[u8]>) -> Vec<Contender> {
    let (one, other) = (stream.clone(), stream);
    assert_eq!((codec_list(&one), async_pop(&other, "LIST")), (Some(10_000), Some(10_000)));
    vec![
        Contender::new("pop3-codec", move || codec_list(&one).unwrap_or(0)),
        Contender::new("async-pop", move || async_pop(&other, "LIST").unwrap_or(0)),
    ]
}

fn uidl_peers(stream: Rc<[u8]>) -> Vec<Contender> {
    let (one, other) = (stream.clone(), stream);
    let codec_uidl = |octets: &[u8]| {
        let (_, reply) = parse::response_uidl_all(octets).ok()?;
        Some(reply.unwrap().body.len() as u64)
    };
    assert_eq!((codec_uidl(&one), async_pop(&other, "UIDL")), (Some(10_000), Some(10_000)));
    vec![
        Contender::new("pop3-codec", move || codec_uidl(&one).unwrap_or(0)),
        Contender::new("async-pop", move || async_pop(&other, "UIDL").unwrap_or(0)),
    ]
}

fn retr_table(title: &'static str, [copy, decode]: [&'static str; 2], stream: Vec<u8>) -> Table {
    let (octets, items) = (stream.len(), lines(&stream));
    let stream: Rc<[u8]> = stream.into();
    assert!(codec_retr(&stream).is_some() && async_pop(&stream, "RETR").is_some());
    let [one, other, copied, missed] = [(); 4].map(|()| stream.clone());
    let mut buffer = Vec::with_capacity(octets);
    let contenders = vec![
        contender("mail-proto, copied into one buffer", copy),
        contender("mail-proto, as borrowed pieces", decode),
        Contender::new("pop3-codec (dots stay)", move || codec_retr(&one).unwrap_or(0)),
        Contender::new("async-pop (dots stay)", move || async_pop(&other, "RETR").unwrap_or(0)),
        Contender::new("(memcpy)", move || baseline::copy(&copied, &mut buffer)),
        Contender::new("(memchr without a hit)", move || baseline::miss(&missed)),
    ];
    Table { title, octets, items, contenders }
}

fn commands_table() -> Table {
    let stream: Rc<[u8]> = commands(10_000).into();
    let (octets, items) = (stream.len(), lines(&stream));
    let codec = |mut rest: &[u8]| {
        let mut count = 0;
        while let Ok((later, command)) = parse::command(rest) {
            std::hint::black_box(command);
            count += 1;
            rest = later;
        }
        count
    };
    assert_eq!(codec(&stream), 10_000);
    let (one, scanned) = (stream.clone(), stream);
    let contenders = vec![
        contender("mail-proto, server codec, 64 KiB reads", "pop3/commands/decode"),
        contender("mail-proto, Command::parse line by line", "pop3/commands/parse"),
        Contender::new("pop3-codec", move || codec(&one)),
        Contender::new("(memchr, LF by LF)", move || baseline::lines(&scanned)),
    ];
    Table { title: "Commands, 10,000 pipelined", octets, items, contenders }
}

/// A reply of which another octet comes each time.
fn octets_table(title: &'static str, stream: Vec<u8>, command: &'static str) -> Table {
    let (octets, items) = (stream.len(), lines(&stream));
    let stream: Rc<[u8]> = stream.into();
    let (first, one, other) = (stream.clone(), stream.clone(), stream);
    let line = if command == "RETR" { "RETR 1" } else { command };
    let codec = move |octets: &[u8]| if command == "LIST" { codec_list(octets) } else { codec_retr(octets) };
    let contenders = vec![
        Contender::new("mail-proto", move || mail_proto_benches::pop3::read(line, &first, 1)),
        Contender::new("pop3-codec, naive", move || naive(&one, codec)),
        Contender::new("async-pop, naive", move || naive(&other, |octets| async_pop(octets, command))),
    ];
    Table { title, octets, items, contenders }
}

/// From the beginning with each octet, until it is enough.
fn naive(stream: &[u8], parse: impl Fn(&[u8]) -> Option<u64>) -> u64 {
    (1..=stream.len()).find_map(|end| parse(&stream[..end])).expect("a complete reply")
}

fn codec_list(octets: &[u8]) -> Option<u64> {
    let (_, reply) = parse::response_list_all(octets).ok()?;
    Some(reply.unwrap().body.len() as u64)
}

fn codec_retr(octets: &[u8]) -> Option<u64> {
    let (_, reply) = parse::response_retr(octets).ok()?;
    Some(reply.unwrap().body.iter().map(|line| line.len() as u64).sum())
}

/// Rows, or octets of a message.
fn async_pop(octets: &[u8], command: &str) -> Option<u64> {
    let request: Request = command.parse().expect("a command");
    match AsyncResponse::from_bytes(octets, request.command()) {
        Ok((_, AsyncResponse::List(list))) => Some(list.items().len() as u64),
        Ok((_, AsyncResponse::Uidl(UidlResponse::Multiple(list)))) => Some(list.items().len() as u64),
        Ok((_, AsyncResponse::Bytes(octets))) => Some(octets.len() as u64),
        _ => None,
    }
}
