//! Inputs that were made to hurt: small ones are files below `hostile/`, named by what they try; large ones are made here.
//!
//! `server-*` goes to a server codec; `client-*` to a client codec, behind the commands that the file names in its first line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::path::Path;
use std::thread;

use imap_proto::testkit::{Client, Server};
use imap_proto::{Command, CommandBody, Dialect, ErrorKind, Event, Leniency, Options, Response};
use mail_wire::testkit::{Outcome, every_cut, feed, files, visits};

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

/// Runs `work` where recursion would show. Debug builds need some room for what is no recursion at all.
fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    thread::Builder::new().stack_size(64 << 10).spawn(work).unwrap().join().unwrap()
}

/// What a client makes of this response, in pieces of 4,096 octets, and how many octets were looked at for each.
fn hear(response: Vec<u8>) -> (Outcome<Event<'static>>, u64) {
    on_a_small_stack(move || {
        let stream = [b"* OK hi\r\n", &response[..], b"\r\n* 3 EXISTS\r\n"].concat();
        let (mut outcome, count) =
            visits(|| feed(&mut Client::after(Options::client(), &[]), &stream, || 4_096));
        assert_eq!(outcome.events.pop(), Some(Event::Response(Response::Exists(3))), "out of step");
        outcome.events.remove(0);
        assert_eq!(outcome.events.len(), 1);
        (outcome, count / stream.len() as u64)
    })
}

/// The same of a server and a command.
fn serve(options: Options, command: Vec<u8>) -> (Outcome<Event<'static>>, u64) {
    on_a_small_stack(move || {
        let stream = [&command[..], b"\r\nz NOOP\r\n"].concat();
        let (mut outcome, count) = visits(|| feed(&mut Server::new(options), &stream, || 4_096));
        let last = outcome.events.pop();
        assert!(matches!(last, Some(Event::Command(command)) if *command.body() == CommandBody::Noop));
        assert_eq!(outcome.events.len(), 1);
        (outcome, count / stream.len() as u64)
    })
}

fn large() -> Options {
    let limits = Options::server().limits().with_line(16 << 20).with_frame(16 << 20);
    Options::server().with_limits(limits)
}

fn nested(front: &str, open: &str, inside: &str, close: &str, back: &str, depth: usize) -> Vec<u8> {
    [front, &open.repeat(depth), inside, &close.repeat(depth), back].concat().into_bytes()
}

const LEAF: &str = r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2 1)"#;
const MESSAGE: &str =
    r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) "#;

#[test]
fn nesting_in_responses_is_bounded_and_costs_no_stack() {
    for response in [
        nested("* 1 FETCH (BODYSTRUCTURE ", "(", "", ")", ")", 100_000),
        nested("* 1 FETCH (BODYSTRUCTURE ", "(", LEAF, r#" "MIXED")"#, ")", 100_000),
        nested("* 1 FETCH (BODYSTRUCTURE ", "(", "", "", "", 100_000),
        nested("* 1 FETCH (BODYSTRUCTURE ", MESSAGE, LEAF, " 1)", ")", 50_000),
        nested("* 1 FETCH (ENVELOPE ", "(", "", ")", ")", 100_000),
        nested("* 1 FETCH (X-NEST ", "(", "", ")", ")", 100_000),
        nested("* 1 FETCH (X-NEST ", "(", "", "", "", 100_000),
        nested("* 1 FETCH (FLAGS ", "(", "", ")", ")", 100_000),
        nested(r#"* LIST () "/" x ("X" "#, "(", "", ")", ")", 100_000),
        nested("* STATUS x (X ", "(", "", ")", ")", 100_000),
        nested("* ESEARCH X ", "(", "", ")", "", 100_000),
    ] {
        let shown = String::from_utf8_lossy(&response[..60]).into_owned();
        let (outcome, count) = hear(response);
        let Event::Malformed(bad) = &outcome.events[0] else { panic!("{shown}") };
        assert!(count <= 8, "{shown}: {count} visits of each octet");
        assert!(bad.error().offset() < 20_000, "{shown}: {}", bad.error());
    }
    for response in
        [nested("* OK [X ", "(", "", ")", "] x", 100_000), nested("* XFROB ", "(", "", ")", "", 100_000)]
    {
        let (outcome, count) = hear(response);
        assert!(matches!(outcome.events[0], Event::Response(_)));
        assert!(count <= 8, "{count} visits of each octet");
    }
}

#[test]
fn nesting_in_commands_is_bounded_and_costs_no_stack() {
    for command in [
        nested("a SEARCH ", "(", "ALL", ")", "", 100_000),
        nested("a SEARCH ", "(", "", ")", "", 100_000),
        nested("a SEARCH ", "NOT ", "ALL", "", "", 100_000),
        nested("a SEARCH ", "OR ", "", "ALL ", "ALL", 100_000),
        nested("a SEARCH ", "OR ALL ", "ALL", "", "", 100_000),
        nested("a SELECT x ", "(", "", ")", "", 100_000),
        nested("a FETCH 1 ", "(", "FLAGS", ")", "", 100_000),
        nested("a LIST (X ", "(", "", ")", ") \"\" *", 100_000),
    ] {
        let shown = String::from_utf8_lossy(&command[..40]).into_owned();
        let (outcome, count) = serve(large(), command);
        assert!(matches!(outcome.events[0], Event::Malformed(_)), "{shown}");
        assert!(count <= 8, "{shown}: {count} visits of each octet");
    }
    let (outcome, _) = serve(large(), nested("a XFROB ", "(", "", ")", "", 100_000));
    assert!(matches!(outcome.events[0], Event::Command(_)));
}

/// What is deep and legal is read, compared, shown, written and dropped.
#[test]
fn a_legal_structure_of_depth_100_passes() {
    for (response, is_shown) in [
        (nested("* 1 FETCH (BODYSTRUCTURE ", "(", LEAF, r#" "MIXED")"#, ")", 100), "MIXED"),
        (nested("* 1 FETCH (BODYSTRUCTURE ", MESSAGE, LEAF, " 1)", ")", 100), "RFC822"),
        (nested("* 1 FETCH (X-NEST ", "(", "x", ")", ")", 100), "X-NEST"),
    ] {
        let (outcome, _) = hear(response.clone());
        on_a_small_stack(move || {
            let Event::Response(Response::Fetch(fetch)) = &outcome.events[0] else { panic!("{outcome:?}") };
            let twin = fetch.clone();
            assert_eq!(*fetch, twin);
            assert!(format!("{fetch:?}").contains(is_shown));
            if let Some(body) = fetch.body_structure() {
                assert_eq!((body.walk().count(), body.walk().last().unwrap().1), (101, 100));
            }
            let line = Response::from(twin).to_bytes(Dialect::Imap4rev1).unwrap();
            assert_eq!(line, [&response[..], b"\r\n"].concat());
        });
    }
    for command in [
        nested("a SEARCH ", "NOT ", "ALL", "", "", 100),
        nested("a SEARCH ", "OR SEEN ", "ALL", "", "", 100),
        nested("a SEARCH ", "OR SEEN (SEEN ", "ALL", ")", "", 50),
        nested("a SELECT x (X ", "(", "", ")", ")", 100),
    ] {
        let (outcome, _) = serve(Options::server(), command.clone());
        on_a_small_stack(move || {
            let Event::Command(read) = &outcome.events[0] else { panic!("{outcome:?}") };
            assert_eq!(*read, read.clone());
            assert!(format!("{read:?}").len() > 100);
            assert_eq!(read.to_bytes(Dialect::Imap4rev1).unwrap(), [&command[..], b"\r\n"].concat());
        });
    }
}

#[test]
fn a_million_of_anything_is_linear() {
    for response in [
        nested("* 1 FETCH (FLAGS (\\Seen", " \\Seen", "", "", "))", 1_000_000),
        nested("* 1 FETCH (UID 1", " UID 1", "", "", ")", 1_000_000),
        nested("* FLAGS (\\Seen", " $x", "", "", ")", 1_000_000),
        nested("* SEARCH", " 1", "", "", "", 1_000_000),
        nested("* CAPABILITY", " X", "", "", "", 1_000_000),
        nested("* STATUS x (UIDNEXT 1", " UIDNEXT 1", "", "", ")", 1_000_000),
        nested(
            "* 1 FETCH (ENVELOPE (NIL NIL (",
            "(NIL NIL NIL NIL)",
            "",
            "",
            ") NIL NIL NIL NIL NIL NIL NIL))",
            500_000,
        ),
        nested("* 1 FETCH (BODY (", LEAF, "", "", r#" "MIXED"))"#, 200_000),
        nested("* OK [COPYUID 1 1", ",1", " 1", ",1", "] x", 1_000_000),
    ] {
        let shown = String::from_utf8_lossy(&response[..40]).into_owned();
        let (outcome, count) = hear(response);
        assert!(matches!(outcome.events[0], Event::Response(_)), "{shown}");
        assert!(count <= 8, "{shown}: {count} visits of each octet");
    }
    for command in [
        nested("a STORE 1 FLAGS (\\Seen", " \\Seen", "", "", ")", 1_000_000),
        nested("a FETCH 1", ",1", " FLAGS", "", "", 1_000_000),
        nested("a FETCH 1 (UID", " UID", "", "", ")", 1_000_000),
        nested("a SEARCH ALL", " SEEN", "", "", "", 1_000_000),
        nested("a SEARCH ALL", " (SEEN SEEN)", "", "", "", 300_000),
        nested("a SEARCH ALL", " OR (SEEN SEEN) NOT (SEEN SEEN)", "", "", "", 100_000),
        nested("a STATUS x (UIDNEXT", " UIDNEXT", "", "", ")", 1_000_000),
        nested("a ENABLE", " X", "", "", "", 1_000_000),
        nested("a LIST \"\" (x", " x", "", "", ")", 1_000_000),
    ] {
        let shown = String::from_utf8_lossy(&command[..40]).into_owned();
        let (outcome, count) = serve(large(), command);
        assert!(matches!(outcome.events[0], Event::Command(_)), "{shown}");
        assert!(count <= 8, "{shown}: {count} visits of each octet");
    }
}

/// 64 MiB in a line: over the limit, drained and told once, without being kept.
#[test]
fn a_line_beyond_the_limit_is_malformed_and_not_kept() {
    let long = vec![b'x'; 64 << 20];
    let (outcome, count) = hear([b"* XFROB ", &long[..]].concat());
    let Event::Malformed(bad) = &outcome.events[0] else { panic!() };
    assert_eq!((bad.error().kind(), bad.raw().len()), (ErrorKind::Limit, 16 << 20));
    assert!(count <= 2, "{count} visits of each octet");
    let (outcome, count) = serve(Options::server(), [b"a XFROB ", &long[..]].concat());
    let Event::Malformed(bad) = &outcome.events[0] else { panic!() };
    assert_eq!((bad.error().kind(), bad.raw().len()), (ErrorKind::Limit, 64 << 10));
    assert!(count <= 2, "{count} visits of each octet");
}
