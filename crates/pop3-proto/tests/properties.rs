//! Messages that a generator chose, both ways, and octets that it chose.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use mail_wire::testkit::cuts_from;
use pop3_proto::testkit::{Client, Server, round_trip};
use pop3_proto::{Command, Options};
use proptest::prelude::*;

/// Octets that look like POP3, more often than chance has it.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "+OK", "-ERR", " ", "\r\n", ".\r\n", "..", "\r", "\n", "1 ", "2 320", "RETR 1\r\n", "AUTH PLAIN\r\n", "*\r\n",
            "XTND XMIT\r\n", "STLS\r\n", "+ ", "[AUTH]", "LIST\r\n", "PASS x\r\n", "TOP 1 1\r\n", "CAPA\r\n", "=",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn told() -> impl Strategy<Value = Vec<Command>> {
    let lines = [
        "STAT",
        "LIST",
        "LIST 1",
        "RETR 1",
        "TOP 1 0",
        "UIDL",
        "UIDL 1",
        "AUTH X",
        "AUTH",
        "STLS",
        "XTND XMIT",
        "XTND BBOARDS",
        "XTND X-BBOARDS a",
        "CAPA",
        "NOOP",
        "QUIT",
        "LANG",
        "LANG x",
        "LAST",
        "EUIDL",
        "EUIDL 1",
    ];
    let command = prop::sample::select(lines.to_vec())
        .prop_map(|line| Command::parse(line.as_bytes(), &Options::new()).unwrap());
    prop::collection::vec(command, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn conversations_come_back_as_they_were(octets in prop::collection::vec(any::<u8>(), 0..600)) {
        // Too few octets for one more message: a conversation that ends early.
        let _ = round_trip(&octets);
    }

    #[test]
    fn a_server_sees_the_same_at_any_cutting(stream in stream(), cuts in prop::collection::vec(0_u8..20, 1..5)) {
        cuts_from(Server::default, &stream, &cuts);
    }

    #[test]
    fn a_client_sees_the_same_at_any_cutting(
        told in told(),
        stream in stream(),
        cuts in prop::collection::vec(0_u8..20, 1..5),
    ) {
        let stream = [b"+OK\r\n", &stream[..]].concat();
        cuts_from(|| Client::after(&told), &stream, &cuts);
    }
}
