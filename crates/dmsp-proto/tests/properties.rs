//! Messages that a generator chose, both ways, and octets that it chose.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use dmsp_proto::testkit::{Client, Server, round_trip};
use dmsp_proto::{
    ClientCodec, Command, Descriptor, EightBit, Flags, Leniency, Options, Row, ServerCodec, Uid,
};
use mail_wire::testkit::cuts_from;
use proptest::prelude::*;

/// Octets that look like DMSP, more often than chance has it.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "200", "250", "230", "251", "350", "431", " ", "\r\n", ".\r\n", "..", "\r", "\n", "1 ", "descriptor\r\n",
            "expunged\r\n", "2107 1100011100000010 1400 30\r\n", "fred 2313 10 1\r\n", "SEND-MESSAGE\r\n", "HELP\r\n",
            "LOGIN a b c 0 0\r\n", "FETCH-MESSAGE fred 1\r\n", "LIST-ADDRESS a\n", "COPY-MESSAGE a b 1\r\n", "\t", "@",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn told() -> impl Strategy<Value = Vec<Command>> {
    let lines = [
        "HELP",
        "LOGIN a b c 0 0",
        "LIST-MAILBOXES",
        "FETCH-CHANGED-DESCRIPTORS a 9",
        "COPY-MESSAGE a b 1",
        "FETCH-MESSAGE a 1",
        "SEND-MESSAGE",
        "CREATE-CLIENT a",
        "XYZZY",
        "LOGOUT",
    ];
    let command = prop::sample::select(lines.to_vec())
        .prop_map(|line| Command::parse(line.as_bytes(), &Options::new()).unwrap());
    prop::collection::vec(command, 0..12)
}

fn options(strict: bool) -> Options {
    Options::new().with_leniency(if strict { Leniency::Strict } else { Leniency::Lenient })
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn conversations_come_back_as_they_were(octets in prop::collection::vec(any::<u8>(), 0..2_000)) {
        // Too few octets for one more message: a conversation that ends early.
        let _ = round_trip(&octets);
    }

    #[test]
    fn a_server_sees_the_same_at_any_cutting(
        strict in any::<bool>(),
        stream in stream(),
        cuts in prop::collection::vec(0_u8..20, 1..5),
    ) {
        cuts_from(|| Server::with(ServerCodec::with_options(options(strict))), &stream, &cuts);
    }

    #[test]
    fn a_client_sees_the_same_at_any_cutting(
        strict in any::<bool>(),
        told in told(),
        stream in stream(),
        cuts in prop::collection::vec(0_u8..20, 1..5),
    ) {
        let stream = [b"200\r\n", &stream[..]].concat();
        cuts_from(|| Client::with(ClientCodec::with_options(options(strict)), &told), &stream, &cuts);
    }

    /// Whatever a header holds, its descriptor can be sent.
    #[test]
    fn any_header_gives_a_descriptor_that_fits(
        header in prop::collection::vec(
            prop_oneof![
                3 => prop::sample::select(vec!["From", "To: ", "date", "SUBJECT:", ":", "\r\n", "\n ", "\t", "..", "\u{e9}"])
                    .prop_map(|text| text.as_bytes().to_vec()),
                1 => prop::collection::vec(any::<u8>(), 0..300),
            ],
            0..30,
        ),
        pass in any::<bool>(),
    ) {
        let eight_bit = if pass { EightBit::Pass } else { EightBit::Never };
        let header = header.concat();
        let descriptor = Descriptor::from_header(Uid::new(1), Flags::new(), 1, 1, &header, eight_bit);
        let lines = dmsp_proto::Response::from(Row::Descriptor(descriptor)).to_bytes().unwrap();
        prop_assert!(pass || lines.is_ascii());
    }
}
