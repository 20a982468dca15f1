//! Inputs that were made to hurt: one file each below `hostile/`, named by what it tries.
//!
//! `server-*` goes to server codecs; `client-*` to client codecs, behind the commands that the file names in its first line.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::path::Path;

use mail_wire::testkit::{every_cut, files};
use pop2_proto::testkit::{Client, Server};
use pop2_proto::{Command, Dialect, Options, Quirk};

#[test]
fn every_file_is_survived_at_every_cutting_and_with_every_quirk() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let plain = Options::new();
    let all = [
        plain,
        plain.with_dialect(Dialect::Rfc918),
        plain.with_quirk(Quirk::TwoMore),
        plain.with_quirk(Quirk::DotStuffed),
        plain.with_dialect(Dialect::Rfc918).with_quirk(Quirk::ReplyBeforeData),
    ];
    let mut count = 0;
    for (name, octets) in files(folder, "txt") {
        for options in all {
            if name.starts_with("server-") {
                every_cut(|| Server::new(options), &octets);
                continue;
            }
            let at = octets.iter().position(|octet| *octet == b'\n').unwrap();
            let told: Vec<_> = String::from_utf8_lossy(&octets[..at])
                .split(';')
                .map(|line| Command::parse(line.trim().as_bytes(), &plain).unwrap())
                .collect();
            every_cut(|| Client::after(options, &told), &octets[at + 1..]);
        }
        count += 1;
    }
    assert!(count >= 6, "{count}");
}
