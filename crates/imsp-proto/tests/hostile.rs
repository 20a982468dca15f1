//! Inputs that were made to hurt: small ones are files below `hostile/`, named by what they try; large ones are made here.
//!
//! `server-*` goes to a server codec; `client-*` to a client codec, behind the commands that the file names in its first line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::path::Path;

use imsp_proto::testkit::{Client, Server};
use imsp_proto::{Command, ErrorKind, Event, Leniency, Options, Response};
use mail_wire::testkit::{every_cut, feed, files, visits};

#[test]
fn every_file_is_survived_at_every_cutting() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut count = 0;
    for (name, octets) in files(folder, "txt") {
        for leniency in [Leniency::Lenient, Leniency::Strict] {
            if name.starts_with("server-") {
                every_cut(|| Server::new(Options::server().with_leniency(leniency)), &octets);
            } else {
                let at = octets.iter().position(|octet| *octet == b'\n').unwrap();
                let told: Vec<_> = String::from_utf8_lossy(&octets[..at])
                    .split(';')
                    .map(|line| Command::parse(line.trim().as_bytes(), &Options::server()).unwrap())
                    .collect();
                let options = Options::client().with_leniency(leniency);
                every_cut(|| Client::after(options, &told), &octets[at + 1..]);
            }
        }
        count += 1;
    }
    assert!(count >= 10, "{count}");
}

/// What a client makes of this response, and how many octets were looked at for each.
fn hear(response: &str) -> (Event<'static>, u64) {
    let stream = format!("* OK hi\r\n{response}\r\n* SEARCHADDRESS end\r\n");
    let limits = Options::client().limits().with_frame(64 << 20).with_line(64 << 20);
    let mut client = Client::after(Options::client().with_limits(limits), &[]);
    let (mut outcome, count) = visits(|| feed(&mut client, stream.as_bytes(), || 4_096));
    assert!(matches!(outcome.events.pop(), Some(Event::Response(Response::SearchAddress(_)))), "out of step");
    assert_eq!(outcome.events.len(), 2);
    (outcome.events.remove(1), count / stream.len() as u64)
}

#[test]
fn a_million_of_anything_is_linear() {
    for (front, one, many) in [
        ("* FETCHADDRESS b e", " f v", 900_000),
        ("* ADDRESSBOOK (x", " x", 900_000),
        ("* CAPABILITY", " X", 900_000),
        ("* LIST () \".\" x", " s", 900_000),
        ("* XFROB ", "(", 1_000_000),
        ("* OK [X ", "(", 1_000_000),
        ("* OPTION x \"", "\\\"", 1_000_000),
        ("* OPTION x ", "{1} ", 1_000_000),
    ] {
        let (_, count) = hear(&format!("{front}{}", one.repeat(many)));
        assert!(count <= 8, "{front}: {count} visits of each octet");
    }
}

/// More elements than a list may have, in far fewer octets than the bound for lines allows: no memory for each.
#[test]
fn lists_have_a_bound() {
    for (front, one) in [
        ("* FETCHADDRESS b e", " f v"),
        ("* CAPABILITY", " X"),
        ("* LIST () \".\" x", " s"),
        ("* ADDRESSBOOK (x", " x"),
    ] {
        let (event, _) = hear(&format!("{front}{}", one.repeat((1 << 20) + 1)));
        let Event::Malformed(bad) = event else { panic!("{front}") };
        assert_eq!(bad.error().kind(), ErrorKind::Limit, "{front}");
    }
}

#[test]
fn values_that_are_lists_have_a_bound_as_well() {
    let option = |value: String| {
        imsp_proto::OptionData::new("x".try_into().unwrap(), imsp_proto::Literal::new(value.into_bytes()))
    };
    assert!(option(format!("(a{})", " a".repeat(1 << 19))).as_list().is_some());
    assert!(option(format!("(a{})", " a".repeat(1 << 20))).as_list().is_none());
    assert!(option("(".repeat(1_000_000)).as_list().is_none());
    assert_eq!(option("()".into()).as_list(), Some(Vec::new()));
}
