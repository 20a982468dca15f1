//! Messages that a generator chose, both ways, and octets that it chose.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::collections::BTreeSet;
use std::path::Path;

use arbitrary::Unstructured;
use imsp_proto::testkit::{
    Client, Server, commands_come_back, responses_come_back, round_trip_commands, round_trip_responses,
};
use imsp_proto::{COMMANDS, Command, CommandBody, Leniency, Limits, Options, RESPONSES, Response};
use mail_wire::testkit::transcript::{Side, sessions};
use mail_wire::testkit::{cuts_from, mutations};
use proptest::prelude::*;

/// Octets that look like IMSP, more often than chance has it.
fn stream(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(pieces).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

const FROM_CLIENTS: &[&str] = &[
    "a1 ",
    "a2 ",
    "NOOP",
    "LOGIN ",
    "SET ",
    "GET ",
    "STOREADDRESS ",
    "SEARCHADDRESS ",
    "FETCHADDRESS ",
    "LOCK ",
    "OPTION ",
    "ADDRESSBOOK ",
    "SETACL ",
    "FIND ALL.ADDRESSBOOKS ",
    "x ",
    "*",
    "(",
    ")",
    "\"",
    "\\",
    " ",
    "\r\n",
    "\r\n",
    "\r\n",
    "\r",
    "\n",
    "{3}\r\n",
    "{3+}\r\n",
    "~{5+}\r\n",
    "{0}\r\n",
    "{12}\r\n",
    "a4 AUTHENTICATE X\r\n",
    "*\r\n",
    "AAAA\r\n",
    "{99999}\r\n",
    "{9999999999999+}\r\n",
];

const FROM_SERVERS: &[&str] = &[
    "* ",
    "* OK ",
    "a1 OK ",
    "a2 NO ",
    "a4 OK x\r\n",
    "+ ",
    "+\r\n",
    "[",
    "]",
    "[LOCKED] ",
    "OPTION x ",
    "OPTION ",
    "FETCHADDRESS b e ",
    "f ",
    "SEARCHADDRESS ",
    "ADDRESSBOOK () \".\" ",
    "ACL ADDRESSBOOK ",
    "MYRIGHTS ",
    "LIST (",
    "CAPABILITY",
    "{3}\r\n",
    "~{5}\r\n",
    "{0}\r\n",
    "{12}\r\n",
    "NIL ",
    "\"",
    "\\",
    "(",
    ")",
    " ",
    "\r\n",
    "\r\n",
    "\r\n",
    "\r",
    "\n",
    "BYE ",
    "X ",
];

fn options(side: Options, is_strict: bool, is_small: bool) -> Options {
    let leniency = if is_strict { Leniency::Strict } else { Leniency::Lenient };
    let small = Limits::server().with_line(60).with_frame(90).with_inline_literal(4).with_sasl_line(20);
    let limits = if is_small { small.with_literals(3).with_literal(50) } else { *side.limits() };
    side.with_leniency(leniency).with_limits(limits)
}

fn told() -> impl Strategy<Value = Vec<Command>> {
    let lines = ["a1 NOOP", "a1 LOGIN a b", "a1 AUTHENTICATE X", "a2 GET *", "a4 AUTHENTICATE X"];
    let command = prop::sample::select(lines.to_vec())
        .prop_map(|line| Command::parse(line.as_bytes(), &Options::server()).unwrap());
    prop::collection::vec(command, 0..4)
}

proptest! {
    #[test]
    fn commands_come_back_as_they_were(octets in prop::collection::vec(any::<u8>(), 0..1_000)) {
        // Too few octets for one more message: a conversation that ends early.
        let _ = round_trip_commands(&octets);
    }

    #[test]
    fn responses_come_back_as_they_were(octets in prop::collection::vec(any::<u8>(), 0..1_000)) {
        let _ = round_trip_responses(&octets);
    }

    #[test]
    fn a_server_sees_the_same_at_any_cutting(
        stream in stream(FROM_CLIENTS),
        cuts in prop::collection::vec(0_u8..20, 1..5),
        is_strict: bool,
        is_small: bool,
    ) {
        cuts_from(|| Server::new(options(Options::server(), is_strict, is_small)), &stream, &cuts);
    }

    #[test]
    fn a_client_sees_the_same_at_any_cutting(
        told in told(),
        stream in stream(FROM_SERVERS),
        cuts in prop::collection::vec(0_u8..20, 1..5),
        is_strict: bool,
        is_small: bool,
    ) {
        let stream = [b"* OK hi\r\n", &stream[..]].concat();
        let options = options(Options::client(), is_strict, is_small);
        cuts_from(|| Client::after(options, &told), &stream, &cuts);
    }
}

/// Octets of some length from here on, other ones each time: xorshift64*.
fn choices(state: &mut u64) -> Vec<u8> {
    let words = (0..256).map(|_| {
        *state ^= *state >> 12;
        *state ^= *state << 25;
        *state ^= *state >> 27;
        state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    });
    words.flat_map(u64::to_le_bytes).collect()
}

#[test]
fn messages_of_all_kinds_come_back() {
    let (mut state, mut commands, mut responses) = (0x9E37_79B9_7F4A_7C15, BTreeSet::new(), BTreeSet::new());
    for _ in 0..400 {
        // An error says that there were too few octets for one more.
        let octets = choices(&mut state);
        let _ = commands_come_back(Unstructured::new(&octets), |command: &Command| {
            let is_other = matches!(command.body(), CommandBody::Other(_));
            commands.insert(if is_other { "other".into() } else { command.body().name().to_owned() });
        });
        let _ = responses_come_back(Unstructured::new(&octets), |response: &Response| {
            let is_other = matches!(response, Response::Other(_));
            responses.insert(if is_other { "other".into() } else { response.name().to_owned() });
        });
    }
    for name in COMMANDS.iter().map(|spec| spec.name).chain(["other"]) {
        assert!(commands.contains(name), "{name}");
    }
    for name in RESPONSES.iter().map(|spec| spec.name).chain(["other"]) {
        assert!(responses.contains(name), "{name}");
    }
}

/// Recorded streams with one thing wrong: nothing panics, and any cutting gives the same.
#[test]
fn damaged_recordings_are_survived_at_any_cutting() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut tried = 0;
    for (n, (_, session)) in sessions(folder, "jsonl").into_iter().enumerate() {
        for side in [Side::Client, Side::Server] {
            for (nth, damaged) in mutations(&session.stream(side), n as u64 + 1, 30).enumerate() {
                let cuts = [n as u8, 40, nth as u8];
                match side {
                    Side::Client => cuts_from(|| Server::new(Options::server()), &damaged.stream, &cuts),
                    Side::Server => {
                        cuts_from(|| Client::after(Options::client(), &[]), &damaged.stream, &cuts)
                    }
                };
                tried += 1;
            }
        }
    }
    assert!(tried > 600, "{tried}");
}
