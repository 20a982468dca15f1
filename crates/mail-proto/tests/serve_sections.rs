//! Sections, pieces of them, BINARY and TOP, derived from messages.
#![cfg(all(feature = "imap", feature = "mime"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use mail_proto::imap::{Command, CommandBody, FetchItem, FetchItems, Options, ResponseCode, Section};
use mail_proto::mime::{Message, PartKind};
use mail_proto::serve;
use proptest::prelude::*;

fn section(message: &Message<'_>, name: &str) -> Option<String> {
    let octets = serve::section(message, &name.parse().unwrap())?;
    Some(String::from_utf8(octets.to_vec()).unwrap())
}

fn binary(message: &[u8], name: &str) -> Option<Vec<u8>> {
    let message = Message::parse(message);
    Some(serve::binary(&message, &name.parse().unwrap()).unwrap()?.to_vec())
}

/// RFC 9051 section 6.4.5.1.
const COMPLEX: &str = "Subject: whole\n\
    Content-Type: multipart/mixed; boundary=a\n\n\
    --a\n\ntext 1\n\
    --a\nContent-Type: application/octet-stream\n\ndata 2\n\
    --a\nContent-Type: message/rfc822\n\n\
    Subject: message 3\nContent-Type: multipart/mixed; boundary=b\n\n\
    --b\n\ntext 3.1\n--b\nContent-Type: application/octet-stream\n\ndata 3.2\n--b--\n\
    --a\nContent-Type: multipart/mixed; boundary=c\n\n\
    --c\nContent-Type: image/gif\n\ngif 4.1\n\
    --c\nContent-Type: message/rfc822\n\n\
    Subject: message 4.2\nContent-Type: multipart/mixed; boundary=d\n\n\
    --d\n\ntext 4.2.1\n\
    --d\nContent-Type: multipart/alternative; boundary=e\n\n\
    --e\n\ntext 4.2.2.1\n--e\nContent-Type: text/richtext\n\ntext 4.2.2.2\n--e--\n\
    --d--\n--c--\n--a--\n";

#[test]
fn the_sections_of_a_complex_message() {
    let message = Message::parse(COMPLEX.as_bytes());
    for (name, octets) in [
        ("HEADER", "Subject: whole\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"),
        ("1", "text 1"),
        ("1.MIME", "\r\n"),
        ("2", "data 2"),
        ("2.MIME", "Content-Type: application/octet-stream\r\n\r\n"),
        ("3.MIME", "Content-Type: message/rfc822\r\n\r\n"),
        ("3.HEADER", "Subject: message 3\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"),
        ("3.1", "text 3.1"),
        ("3.2", "data 3.2"),
        ("4.1", "gif 4.1"),
        ("4.1.MIME", "Content-Type: image/gif\r\n\r\n"),
        ("4.2.HEADER.FIELDS (subject)", "Subject: message 4.2\r\n\r\n"),
        ("4.2.1", "text 4.2.1"),
        ("4.2.2.1", "text 4.2.2.1"),
        ("4.2.2.2", "text 4.2.2.2"),
        ("4.2.2.2.MIME", "Content-Type: text/richtext\r\n\r\n"),
    ] {
        assert_eq!(section(&message, name).as_deref(), Some(octets), "{name}");
    }
    let get = |name: &str| section(&message, name).unwrap();
    assert_eq!(get(""), COMPLEX.replace('\n', "\r\n"));
    assert_eq!(get("HEADER") + &get("TEXT"), get(""));
    assert_eq!(get("3.HEADER") + &get("3.TEXT"), get("3"));
    assert_eq!(get("4.2.HEADER") + &get("4.2.TEXT"), get("4.2"));
    // Trap 130: a multipart is all between its delimiters.
    assert!(get("4").starts_with("--c\r\n") && get("4").ends_with("\r\n--c--"));
    for missing in [
        "5",
        "1.1",
        "1.HEADER",
        "1.TEXT",
        "4.HEADER",
        "4.TEXT",
        "2.HEADER.FIELDS (a)",
        "3.3",
        "4.2.2.3",
        "3.1.1",
    ] {
        assert_eq!(section(&message, missing), None, "{missing}");
    }
}

/// Trap 128.
#[test]
fn a_message_without_parts_has_one() {
    let message = Message::parse(b"Subject: a\r\n\r\nbody");
    assert_eq!(section(&message, "1").as_deref(), Some("body"));
    assert_eq!(section(&message, "1.MIME").as_deref(), Some("Subject: a\r\n\r\n"));
    assert_eq!(section(&message, "1.1"), None);
    // Clients ask for it, and it is nothing.
    let command = Command::parse(b"a FETCH 1 BODY[MIME]", &Options::server()).unwrap();
    let CommandBody::Fetch(fetch) = command.body() else { panic!() };
    let FetchItems::List(items) = fetch.items() else { panic!() };
    let FetchItem::Section(bare, None) = &items[0] else { panic!() };
    assert!(serve::section(&message, bare).is_none());
}

/// Trap 129: the message in a message.
#[test]
fn a_part_that_is_a_message() {
    let message = Message::parse(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\nX: outer\r\n\r\n\
          Subject: in\r\nX: inner\r\n\r\ntext\r\n--b--\r\n",
    );
    for (name, octets) in [
        ("1.MIME", "Content-Type: message/rfc822\r\nX: outer\r\n\r\n"),
        ("1.HEADER", "Subject: in\r\nX: inner\r\n\r\n"),
        ("1.TEXT", "text"),
        ("1.1", "text"),
        ("1.1.MIME", "Subject: in\r\nX: inner\r\n\r\n"),
        ("1", "Subject: in\r\nX: inner\r\n\r\ntext"),
    ] {
        assert_eq!(section(&message, name).as_deref(), Some(octets), "{name}");
    }
}

/// Trap 131.
#[test]
fn fields_of_a_header() {
    let message = Message::parse(
        b"Received: one\n\ttwo\nSubject : a\nX-A: 1\nno field\nRECEIVED: three\nx-a: 2\n\nbody",
    );
    for (name, octets) in [
        (
            "HEADER.FIELDS (x-a received)",
            "Received: one\r\n\ttwo\r\nX-A: 1\r\nRECEIVED: three\r\nx-a: 2\r\n\r\n",
        ),
        ("HEADER.FIELDS (subject)", "Subject : a\r\n\r\n"),
        ("HEADER.FIELDS (X-None)", "\r\n"),
        ("HEADER.FIELDS.NOT (Received X-A)", "Subject : a\r\nno field\r\n\r\n"),
        (
            "HEADER.FIELDS.NOT (X-None)",
            "Received: one\r\n\ttwo\r\nSubject : a\r\nX-A: 1\r\nno field\r\nRECEIVED: three\r\nx-a: 2\r\n\r\n",
        ),
    ] {
        assert_eq!(section(&message, name).as_deref(), Some(octets), "{name}");
    }
    // Neither an empty line nor a body, and a body alone.
    assert_eq!(section(&Message::parse(b"A: 1\nB: 2\n"), "HEADER.FIELDS (a)").as_deref(), Some("A: 1\r\n"));
    assert_eq!(section(&Message::parse(b"A: 1\nB: 2"), "HEADER.FIELDS (c)").as_deref(), Some(""));
    assert_eq!(
        section(&Message::parse(b"A: 1\nB: 2"), "HEADER.FIELDS.NOT (c)").as_deref(),
        Some("A: 1\r\nB: 2")
    );
    assert_eq!(section(&Message::parse(b"\nbody"), "HEADER.FIELDS (c)").as_deref(), Some("\r\n"));
}

/// Trap 132.
#[test]
fn pieces() {
    for stored in [&b"\none\ntwo\n"[..], b"\r\none\r\ntwo\r\n", b"\r\none\ntwo\r\n"] {
        let message = Message::parse(stored);
        let text = serve::section(&message, &Section::text()).unwrap();
        for (origin, octets, piece) in [
            (0, 3, "one"),
            (0, 4, "one\r"),
            (3, 2, "\r\n"),
            (4, 1, "\n"),
            (4, 3, "\ntw"),
            (8, 100, "\r\n"),
            (9, u64::MAX, "\n"),
            (10, 1, ""),
            (u64::MAX, u64::MAX, ""),
        ] {
            let got = text.partial(origin, octets);
            assert_eq!(
                (got.octets(), &got.to_vec()[..]),
                (piece.len() as u64, piece.as_bytes()),
                "{origin} {octets}"
            );
        }
        assert_eq!(text.partial(1, 8).partial(2, 3).to_vec(), b"\r\nt");
    }
}

/// A NUL is none in a string (RFC 9051 section 4.3), but in a literal8.
#[test]
fn a_nul_is_replaced_but_in_binary() {
    let stored = b"A: \0\n\na\0b\n";
    let message = Message::parse(stored);
    let all = serve::all(&message);
    assert_eq!((all.to_vec(), all.octets()), (b"A: \x80\r\n\r\na\x80b\r\n".to_vec(), 13));
    assert_eq!(all.partial(3, 8).to_vec(), b"\x80\r\n\r\na\x80b");
    assert_eq!(binary(stored, "1").unwrap(), b"a\0b\r\n");
    assert_eq!(binary(stored, "").unwrap(), b"A: \0\r\n\r\na\0b\r\n");
}

/// Trap 132, RFC 3516.
#[test]
fn decoded_parts() {
    let message = b"Content-Type: multipart/mixed; boundary=b\n\n\
        --b\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 =\nau\nlait\n\
        --b\nContent-Transfer-Encoding: base64\n\nAAEC\nAwQ=\n\
        --b\nContent-Transfer-Encoding: x-uuencode\n\nbegin\n\
        --b\nContent-Type: message/rfc822\n\nContent-Transfer-Encoding: base64\n\nQQ==\n--b--\n";
    assert_eq!(binary(message, "1").unwrap(), "café au\r\nlait".as_bytes());
    assert_eq!(binary(message, "2").unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(binary(message, "4.1").unwrap(), b"A");
    assert_eq!(binary(message, "9"), None);
    // What is no leaf is not decoded.
    assert_eq!(binary(message, "4").unwrap(), b"Content-Transfer-Encoding: base64\r\n\r\nQQ==");
    let parsed = Message::parse(message);
    let get = |name: &str| serve::binary(&parsed, &name.parse().unwrap());
    let error = get("3").unwrap_err();
    assert_eq!((error.name(), error.code()), ("x-uuencode", ResponseCode::UnknownCte));
    let octets = get("2").unwrap().unwrap();
    assert_eq!((octets.octets(), octets.partial(3, 9).octets(), octets.partial(9, 9).octets()), (5, 2, 0));
    assert_eq!(
        (octets.partial(1, 3).to_vec(), octets.partial(1, 3).partial(1, 9).to_vec()),
        (vec![1, 2, 3], vec![2, 3])
    );
}

#[test]
fn large_parts_are_decoded_in_pieces() {
    let mut message = b"Content-Transfer-Encoding: base64\n\n".to_vec();
    for _ in 0..4_000 {
        message.extend_from_slice(b"QUJDREVGR0hJSktM\n");
    }
    let message = Message::parse(&message);
    let octets = serve::binary(&message, &"1".parse().unwrap()).unwrap().unwrap();
    assert_eq!(octets.octets(), 48_000);
    assert!(octets.chunks().count() > 2 && octets.chunks().all(|chunk| (1..20_000).contains(&chunk.len())));
    assert_eq!(octets.to_vec(), b"ABCDEFGHIJKL".repeat(4_000));
    assert_eq!(octets.partial(47_990, 100).to_vec(), b"CDEFGHIJKL");
}

#[test]
fn the_top_of_a_message() {
    for (stored, lines, top) in [
        ("A: b\n\none\ntwo\nthree", 0, "A: b\r\n\r\n"),
        ("A: b\n\none\ntwo\nthree", 2, "A: b\r\n\r\none\r\ntwo\r\n"),
        ("A: b\n\none\ntwo\nthree", 9, "A: b\r\n\r\none\r\ntwo\r\nthree"),
        ("A: b\n", 9, "A: b\r\n"),
        ("", 1, ""),
    ] {
        let message = Message::parse(stored.as_bytes());
        let octets = serve::top(&message, lines);
        assert_eq!((octets.octets(), octets.to_vec()), (top.len() as u64, top.as_bytes().to_vec()));
    }
}

/// Messages with parts, put together from lines.
fn messages() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        3 => Just("--b"),
        1 => Just("--b--"),
        2 => Just("--c"),
        1 => Just("--c--"),
        3 => Just(""),
        1 => Just("Content-Type: multipart/mixed; boundary=c"),
        1 => Just("Content-Type: message/rfc822"),
        1 => Just("Content-Transfer-Encoding: base64"),
        1 => Just("Content-Transfer-Encoding: quoted-printable"),
        2 => Just("Subject: s"),
        1 => Just(" folded"),
        1 => Just("a\rb"),
        1 => Just("a=\0b\r"),
        1 => Just("QUJD"),
    ];
    let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\n"), Just("\r\r\n"), Just("")];
    prop::collection::vec((line, end), 0..40).prop_map(|lines| {
        let mut message = b"Content-Type: multipart/mixed; boundary=b\n".to_vec();
        for (line, end) in lines {
            message.extend_from_slice(line.as_bytes());
            message.extend_from_slice(end.as_bytes());
        }
        message
    })
}

/// With CRLF for bare LF, by hand.
fn with_crlf(octets: &[u8]) -> Vec<u8> {
    let mut made = Vec::new();
    for octet in octets {
        if *octet == b'\n' && made.last() != Some(&b'\r') {
            made.push(b'\r');
        }
        made.push(*octet);
    }
    made
}

/// The numbers of all parts.
fn numbers(message: &Message<'_>) -> Vec<String> {
    let (map, mut numbers) = (message.map(), vec![String::new()]);
    for (index, part) in map.parts().iter().enumerate().skip(1) {
        let parent = map.parent(index).unwrap();
        let above = numbers[parent].clone();
        numbers.push(if part.is_message() {
            above
        } else {
            format!("{above}.{}", part.number()).trim_start_matches('.').into()
        });
    }
    numbers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// However it is stored, it is told with CRLF: the same octets, and as many as announced.
    #[test]
    fn stored_with_lf_is_told_with_crlf(stored in messages()) {
        let message = Message::parse(&stored);
        let root = message.root();
        let wire = with_crlf(&stored);
        let all = serve::all(&message);
        prop_assert_eq!(serve::rfc822_size(&message), wire.len() as u64);
        let shown: Vec<u8> = wire.iter().map(|octet| if *octet == 0 { 0x80 } else { *octet }).collect();
        prop_assert_eq!(all.to_vec(), shown);
        let sent = Message::parse(&wire);
        for number in numbers(&message) {
            let section: Section = number.parse().unwrap();
            let (stored, sent) = (serve::section(&message, &section), serve::section(&sent, &section));
            prop_assert_eq!(stored.as_ref().map(serve::Octets::to_vec), sent.map(|octets| octets.to_vec()));
            prop_assert_eq!(stored.as_ref().map(serve::Octets::octets), stored.map(|octets| octets.to_vec().len() as u64));
        }
        prop_assert_eq!(root.raw().len(), stored.len());
    }

    /// Header and text are the whole, of the message and of each message in it.
    #[test]
    fn header_and_text_are_the_whole(stored in messages()) {
        let message = Message::parse(&stored);
        for (number, part) in numbers(&message).iter().zip(message.parts()) {
            if !part.is_message() && part.kind() != PartKind::Message {
                continue;
            }
            let dot = if number.is_empty() { "" } else { "." };
            let get = |name: &str| serve::section(&message, &name.parse().unwrap()).unwrap().to_vec();
            let (header, text) = (get(&format!("{number}{dot}HEADER")), get(&format!("{number}{dot}TEXT")));
            prop_assert_eq!([header, text].concat(), get(number));
        }
    }

    /// What a list of fields takes, and what it leaves, are all of the header.
    #[test]
    fn fields_and_the_others_are_all(stored in messages()) {
        let message = Message::parse(&stored);
        let get = |name: &str| serve::section(&message, &name.parse().unwrap()).unwrap().to_vec();
        let (listed, others) = (get("HEADER.FIELDS (Subject)"), get("HEADER.FIELDS.NOT (Subject)"));
        let header = get("HEADER");
        prop_assert!(listed.len() + others.len() <= header.len() + 4);
        prop_assert!(listed.len() + others.len() >= header.len());
    }

    /// Pieces one behind the other are the whole, and each has as many octets as it says.
    #[test]
    fn pieces_are_the_whole(stored in messages(), size in 1_u64..9, name in prop_oneof![
        Just(""), Just("TEXT"), Just("HEADER.FIELDS (Subject Content-Type)"), Just("1"), Just("2.MIME")
    ]) {
        let message = Message::parse(&stored);
        let Some(octets) = serve::section(&message, &name.parse().unwrap()) else { return Ok(()) };
        let whole = octets.to_vec();
        prop_assert_eq!(octets.octets(), whole.len() as u64);
        prop_assert!(octets.chunks().all(|chunk| !chunk.is_empty()));
        let mut joined = Vec::new();
        for origin in (0..octets.octets()).step_by(size as usize) {
            let piece = octets.partial(origin, size);
            prop_assert_eq!(piece.octets(), piece.to_vec().len() as u64);
            joined.extend(piece.to_vec());
        }
        prop_assert_eq!(joined, whole);
    }

    /// The announced size is that of the octets, and pieces are pieces.
    #[test]
    fn decoded_octets_are_counted_right(stored in messages(), origin in 0_u64..40, limit in 0_u64..40) {
        let message = Message::parse(&stored);
        for number in numbers(&message) {
            let Ok(Some(octets)) = serve::binary(&message, &number.parse().unwrap()) else { continue };
            let whole = octets.to_vec();
            prop_assert_eq!(octets.octets(), whole.len() as u64);
            let piece = octets.partial(origin, limit);
            let from = (origin as usize).min(whole.len());
            let to = from.saturating_add(limit as usize).min(whole.len());
            prop_assert_eq!(piece.to_vec(), &whole[from..to]);
            prop_assert_eq!(piece.octets(), (to - from) as u64);
        }
    }

    /// Whatever the octets: a structure that a client can read, and an envelope.
    #[test]
    fn anything_has_a_structure(stored: Vec<u8>, lines in messages()) {
        for octets in [stored, lines] {
            let message = Message::parse(&octets);
            let fetch = mail_proto::imap::Fetch::builder(1)
                .envelope(&serve::envelope(message.root()))
                .body_structure(&serve::body_structure(&message).unwrap())
                .body(&serve::body(&message).unwrap())
                .build();
            prop_assert!(fetch.is_ok(), "{:?}", fetch);
        }
    }
}
