//! Octets that look like the old dialects, at every cutting, from both sides.

use imap_proto::testkit::{Client, HISTORIC_DIALECTS, Server};
use imap_proto::{Leniency, Options};
use mail_wire::testkit::cuts_from;
use proptest::prelude::*;

fn stream(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(pieces).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[rustfmt::skip]
const FROM_CLIENTS: &[&str] = &[
    "a1 ", "a2 ", "FIND ", "MAILBOXES ", "ALL.BBOARDS ", "BBOARD ", "SUBSCRIBE MAILBOX ", "PURGE ", "ALWAYS", "PARTIAL ",
    "RFC822.PEEK", "RFC822.HEADER.LINES (", "BODY[0]", "BODY[1.0]", " 0 ", " 1 10", "VERSION 4", "STORE 1 +FLAGS ",
    "\\Seen", "SEARCH ", "SINCE 1-Oct-87", "FROM ", "KEYWORD ", "APPEND x ", "FETCH 1 ", "FULL", "x ", "\"", "\\", "%", "*",
    "(", ")", " ", "\r\n", "\r\n", "\r\n", "\r", "\n", "{3}\r\n", "{12}\r\n", "{9999999}\r\n",
    "SELECT.VERSION (3 0)\r\n", "SELECT.FEATURES ~SEND", "SUPPORTED.VERSIONS", "SET.EOL CR 4", "SEND RFC822 ",
    "ADD.MESSAGE x RFC822 ", "RENUMBER FROM ", "ALPHA", "~", "$TO ", "2000:3999", "SET.FLAGS ",
];

#[rustfmt::skip]
const FROM_SERVERS: &[&str] = &[
    "* ", "* OK ", "a1 OK ", "a2 NO ", "* MAILBOX ", "* BBOARD ", "My Folder", "* 1 COPY\r\n", "* 1 STORE (", "* 1 FETCH (",
    "FLAGS (\\Seen)", "INTERNALDATE \" 9-Jun-88 12:55:44", "-PDT\"", " PDT\"", "ENVELOPE ", "41 ", "(NIL ", "NIL ", "(\"a\" ",
    "BODY[1] ", "BODY ", "RFC822 ", "[", "]", "[READ-ONLY] ", "\"", "\\", "%", "{", "(", ")", " ", "\r\n", "\r\n", "\r\n",
    "\r", "\n", "{3}\r\n", "{12}\r\n", "{9999999}\r\n", "* PREAUTH x\r\n", "a1 1 FETCH (", "a1 SEARCH (1 2) (~SEEN)\r\n",
    "* SUPPORTED.VERSIONS ((2 0 ))\r\n", "READONLY\r\n", "RESET 1:2\r\n", "$SUBJECT ", "a1 FETCH ", "a1 BYE x\r\n",
];

proptest! {
    #[test]
    fn any_octets_cut_anywhere_are_the_same(
        commands in stream(FROM_CLIENTS), responses in stream(FROM_SERVERS),
        dialect in prop::sample::select(&HISTORIC_DIALECTS[..]), is_strict in any::<bool>(), cuts: Vec<u8>,
    ) {
        let leniency = if is_strict { Leniency::Strict } else { Leniency::Lenient };
        let server = Options::server().with_dialect(dialect).with_leniency(leniency);
        let client = Options::client().with_dialect(dialect).with_leniency(leniency);
        cuts_from(|| Server::new(server), &commands, &cuts);
        cuts_from(|| Client::after(client, &[]), &responses, &cuts);
    }
}
