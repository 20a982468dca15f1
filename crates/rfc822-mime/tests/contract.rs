//! The contract that all decoders share, on messages.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use common::{limited, strict};
use mail_wire::testkit::{assert_linear, assert_shareable};
use proptest::prelude::*;
use rfc822_mime::decoder::{Decoder, Event, Limits, Options};
use rfc822_mime::testkit::{Reader, assert_reads};
use rfc822_mime::{Defects, Error, Field, Fields, Message, PartMap, PartRef};

#[test]
fn values_may_be_sent_and_kept() {
    assert_shareable::<(Decoder, Event<'static>, Options, Limits, PartMap, Defects, Error)>();
    assert_shareable::<(Message<'static>, PartRef<'static>, Field<'static>, Fields<'static>)>();
}

#[test]
fn ten_thousand_parts_are_linear() {
    let message = |n: usize| {
        let part = "--B\r\nContent-Type: text/plain\r\n folded\r\n\r\nsome text\r\n-- \r\n--Bx\r\n";
        let head = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n";
        let options = limited(Limits::new().with_parts(100_000).with_defects(0));
        (Reader::with(options), [head.as_bytes(), &part.as_bytes().repeat(n)].concat())
    };
    // Delimiter, start, field, the end of the header, data and end for each; five events of the message, and two defects.
    assert_linear(message, |n| 6 * n + 7);
}

#[test]
fn ten_thousand_fields_are_linear() {
    let message = |n: usize| {
        let options = limited(Limits::new().with_fields(100_000).with_defects(0));
        (Reader::with(options), b"Received: from a\r\n by b; now\r\nno colon\r\n".repeat(n / 2))
    };
    assert_linear(message, |n| n + 4);
}

/// Pieces of messages, so that what is joined of them comes near to one.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            "\r\n", "\n", "\r", "\r\r\n", "-", "--", "--B", "--B--", "--C", "--C--", "--BB", "B", " ", "\t", ":",
            "\r\n--B\r\n", "\n--B\n\n", "\n--C--\n", "\n\n", "\r\n\r\n", "Content-Type: multipart/mixed; boundary=B\n",
            "Content-Type: multipart/digest; boundary=\"C\"\r\n", "Content-Type: message/rfc822\n", "Subject: x\n y\n",
            "MIME-Version: 1.0\n", "Content-Transfer-Encoding: base64\n", "From me\n", "junk", "\u{feff}", "\0", "é",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..8),
        1 => (900..1_200_usize).prop_map(|len| vec![b'x'; len]),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn options() -> impl Strategy<Value = Options> {
    let small = Limits::new()
        .with_depth(3)
        .with_parts(5)
        .with_fields(3)
        .with_field(0)
        .with_defects(3)
        .with_boundary(1);
    prop_oneof![Just(Options::new()), Just(strict()), Just(limited(small))]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_octets_are_a_message(message in pieces(), options in options(), cuts in prop::collection::vec(any::<u8>(), 1..4)) {
        assert_reads(&message, options, &cuts);
    }

    #[test]
    fn numbers_lead_to_parts(message in pieces(), number in "([1-3]\\.){0,3}([1-3]|HEADER|TEXT|MIME)") {
        let head = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n";
        let octets = [head, &message[..]].concat();
        let message = Message::parse(&octets);
        if let Some(range) = message.map().section(&number) {
            prop_assert!(range.start <= range.end && range.end <= octets.len() as u64);
        }
    }
}
