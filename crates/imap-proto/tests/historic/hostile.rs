//! Octets that look like the old dialects, at every cutting, from both sides.

use imap_proto::testkit::{Client, HISTORIC_DIALECTS, Server};
use imap_proto::{
    Command, Dialect, Event, HISTORIC_COMMANDS, HISTORIC_RESPONSES, Leniency, Options, Response,
};
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
    "SELECT.FEATURES ~SEND", "SUPPORTED.VERSIONS", "SET.EOL CR 4", "SEND RFC822 ",
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

/// What could be read and can be written is read again as it was. A version that was selected is another dialect.
fn comes_back(event: &Event<'_>, dialect: Dialect) {
    match event {
        Event::Command(command) => {
            let Ok(line) = command.to_bytes(dialect) else { return };
            let again = Command::parse(&line, &Options::server().with_dialect(dialect));
            assert_eq!(again.as_ref(), Ok(command), "{dialect:?} {}", String::from_utf8_lossy(&line));
        }
        Event::Response(response) if !matches!(response, Response::Continuation(_)) => {
            // A status without a text gets one.
            if matches!(response.data(), Response::Status(status) if status.text().is_empty()) {
                return;
            }
            let Ok(line) = response.to_bytes(dialect) else { return };
            let again = Response::parse(&line, &Options::client().with_dialect(dialect));
            assert_eq!(again.as_ref(), Ok(response), "{dialect:?} {}", String::from_utf8_lossy(&line));
        }
        _ => {}
    }
}

/// Lines of the tables with an octet changed, left out or added.
#[test]
fn damaged_rows_come_back() {
    let octets = b" \t\"\\()[]{}<>*%$~+-.,:0aN=\xfc";
    let damaged = |line: &[u8]| {
        let mut all = Vec::new();
        for at in 0..=line.len() {
            let (front, back) = line.split_at(at);
            let rest = back.get(1..).unwrap_or_default();
            all.push([front, rest].concat());
            for octet in octets {
                all.push([front, &[*octet], back].concat());
                all.push([front, &[*octet], rest].concat());
            }
        }
        all
    };
    let mut tried = 0;
    for row in HISTORIC_COMMANDS {
        for (line, dialect) in damaged(row.example.as_bytes())
            .iter()
            .flat_map(|line| row.dialects.iter().map(move |dialect| (line, *dialect)))
        {
            let line = [b"a ", &line[..]].concat();
            if let Ok(command) = Command::parse(&line, &Options::server().with_dialect(dialect)) {
                comes_back(&Event::Command(command), dialect);
                tried += 1;
            }
        }
    }
    let more = [
        "* 1 FETCH (INTERNALDATE \" 9-Jun-88 12:55:44-PDT\" ENVELOPE (NIL \"s\" ((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL \"<x>\"))",
        "a1 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL \"a\" \"b\" \"c\")(NIL NIL \"d\" \"e\" NIL)) NIL NIL NIL NIL NIL NIL NIL) BODY \"x\")",
        "* 1 FETCH (ENVELOPE 41 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) BODY[1] \"x\" FLAGS (\\Seen))",
        "a1 OK [READ-ONLY] done",
    ];
    let rows = HISTORIC_RESPONSES.iter().map(|row| row.example).chain(more);
    for (line, dialect) in rows.flat_map(|row| HISTORIC_DIALECTS.map(|dialect| (row, dialect))) {
        for line in damaged(line.as_bytes()) {
            if let Ok(response) = Response::parse(&line, &Options::client().with_dialect(dialect)) {
                comes_back(&Event::Response(response), dialect);
                tried += 1;
            }
        }
    }
    assert!(tried > 50_000, "{tried}");
}

proptest! {
    #[test]
    fn any_octets_cut_anywhere_are_the_same(
        commands in stream(FROM_CLIENTS), responses in stream(FROM_SERVERS),
        dialect in prop::sample::select(&HISTORIC_DIALECTS[..]), is_strict in any::<bool>(), cuts: Vec<u8>,
    ) {
        let leniency = if is_strict { Leniency::Strict } else { Leniency::Lenient };
        let server = Options::server().with_dialect(dialect).with_leniency(leniency);
        let client = Options::client().with_dialect(dialect).with_leniency(leniency);
        let commands = cuts_from(|| Server::new(server), &commands, &cuts).events;
        let responses = cuts_from(|| Client::after(client, &[]), &responses, &cuts).events;
        commands.iter().chain(&responses).for_each(|event| comes_back(event, dialect));
    }
}
