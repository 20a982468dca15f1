//! Messages that a generator chose, both ways, and octets that it chose.
#![allow(clippy::unwrap_used)]

use mail_wire::testkit::cuts_from;
use pop2_proto::testkit::{Client, Server, round_trip};
use pop2_proto::{Command, Dialect, Options, Quirk};
use proptest::prelude::*;

/// Octets that look like POP2, more often than chance has it.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "+", "-", "#3", "=5", " ", "\r\n", "..", "\r", "\n", "+OK\r\n", "=2\r\nab", "READ\r\n", "RETR\r\n", "\\",
            "HELO a b\r\n", "ACKS\r\n", "FOLD x\r\n", "RCEV\r\n", "=0\r\n",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn options() -> impl Strategy<Value = Options> {
    let dialect = prop::sample::select(vec![Dialect::Rfc918, Dialect::Rfc937]);
    let quirk = prop::option::of(prop::sample::select(vec![
        Quirk::TwoMore,
        Quirk::DotStuffed,
        Quirk::ReplyBeforeData,
    ]));
    (dialect, quirk).prop_map(|(dialect, quirk)| {
        let options = Options::new().with_dialect(dialect);
        quirk.map_or(options, |quirk| options.with_quirk(quirk))
    })
}

fn told(options: Options) -> impl Strategy<Value = Vec<Command>> {
    let lines = match options.dialect() {
        Dialect::Rfc918 => vec!["USER a", "RETR m", "RCEV", "RCVD", "QUIT", "RDEL m"],
        _ => vec!["HELO a b", "READ", "RETR", "ACKS", "FOLD x", "QUIT"],
    };
    let command =
        prop::sample::select(lines).prop_map(move |line| Command::parse(line.as_bytes(), &options).unwrap());
    prop::collection::vec(command, 0..12)
}

proptest! {
    #[test]
    fn conversations_come_back_as_they_were(octets in prop::collection::vec(any::<u8>(), 0..600)) {
        // Too few octets for one more message: a conversation that ends early.
        let _ = round_trip(&octets);
    }

    #[test]
    fn a_server_sees_the_same_at_any_cutting(
        options in options(),
        stream in stream(),
        cuts in prop::collection::vec(0_u8..20, 1..5),
    ) {
        cuts_from(|| Server::new(options), &stream, &cuts);
    }

    #[test]
    fn a_client_sees_the_same_at_any_cutting(
        (options, told) in options().prop_flat_map(|options| (Just(options), told(options))),
        stream in stream(),
        cuts in prop::collection::vec(0_u8..20, 1..5),
    ) {
        let stream = [b"+OK\r\n", &stream[..]].concat();
        cuts_from(|| Client::after(options, &told), &stream, &cuts);
    }
}
