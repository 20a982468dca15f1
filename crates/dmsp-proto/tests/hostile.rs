//! Inputs that were made to hurt: one file each below `hostile/`, named by what it tries.
//!
//! `server-*` goes to a server codec; `client-*` to a client codec, behind the commands that the file names in its first line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::path::Path;

use dmsp_proto::testkit::{Client, Server};
use dmsp_proto::{ClientCodec, Command, Event, Options};
use mail_wire::testkit::{every_cut, feed, files, visits};

#[test]
fn every_file_is_survived_at_every_cutting() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut count = 0;
    for (name, octets) in files(folder, "txt") {
        if name.starts_with("server-") {
            every_cut(Server::default, &octets);
        } else {
            let at = octets.iter().position(|octet| *octet == b'\n').unwrap();
            let told: Vec<_> = String::from_utf8_lossy(&octets[..at])
                .split(';')
                .map(|line| Command::parse(line.trim().as_bytes(), &Options::new()).unwrap())
                .collect();
            every_cut(|| Client::after(&told), &octets[at + 1..]);
        }
        count += 1;
    }
    assert!(count >= 10, "{count}");
}

/// Ten megabytes without a line end: looked at a bounded number of times, and not kept.
#[test]
fn a_line_without_end_costs_its_length_and_no_more() {
    let endless = vec![b'x'; 10 << 20];
    let (outcome, count) = visits(|| feed(&mut Server::default(), &endless, || 4096));
    assert!(outcome.events.is_empty() && outcome.error.is_some());
    assert!(count < 11 << 20, "{count} octet visits");
}

/// A million rows of one line each, and then descriptors that each fill six lines to the limit.
#[test]
fn long_lists_are_not_collected() {
    let mut client = ClientCodec::new();
    let mut input = &b"200\r\n230\r\n"[..];
    while client.decode(&mut input).unwrap().is_some() {}
    let mut rows = 0_u32;
    let mut hear = |mut input: &[u8]| {
        while let Some(event) = client.decode(&mut input).unwrap() {
            rows += u32::from(matches!(event, Event::Row(_)));
        }
    };
    let lines = b"a 1 1 1\r\n".repeat(1_000);
    (0..1_000).for_each(|_| hear(&lines));
    hear(b".\r\n250\r\n");
    let field = [&b"x".repeat(8_190)[..], b"\r\n"].concat();
    let descriptor = [b"descriptor\r\n1 0000000000000000 1 1\r\n", &field.repeat(4)[..]].concat();
    (0..1_000).for_each(|_| hear(&descriptor));
    assert_eq!(rows, 1_001_000);
}
