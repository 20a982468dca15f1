//! The events of messages of every structure, at every cut.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use common::{events, events_with, limited, mixed, parts, parts_with};
use rfc822_mime::decoder::{Decoder, Event, Limits};
use rfc822_mime::{DefectKind, Message, PartKind};

const NESTED: &[u8] = b"Subject: all\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"out er\"\r\n\r\n\
    preamble\r\n--out er\r\n\r\none\r\n\r\n--out er \t\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n\
    --in\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--in\r\n\r\n\r\n--in--\r\n--out er\r\n\
    Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nthree\r\n--out er\r\n\
    Content-Type: message/rfc822\r\n\r\nMIME-Version: 1.0\r\nContent-Type: multipart/digest; boundary=d\r\n\r\n\
    --d\r\n\r\nSubject: digested\r\n\r\nfour\r\n--d--\r\n--out er--\r\nepilogue\r\n";

#[test]
fn events_of_a_nested_message() {
    let expected = r#"PartStart 0
Field Subject: all\r\n
Field MIME-Version: 1.0\r\n
Field Content-Type: multipart/mixed; boundary=\"out er\"\r\n
HeaderEnd Multipart \r\n
Preamble preamble
Delimiter \r\n--out er\r\n
PartStart 1
HeaderEnd Leaf \r\n
Body one\r\n
PartEnd
Delimiter \r\n--out er \t\r\n
PartStart 2
Field Content-Type: multipart/alternative; boundary=in\r\n
HeaderEnd Multipart \r\n
Delimiter --in\r\n
PartStart 1
Field Content-Type: text/plain\r\n
HeaderEnd Leaf \r\n
Body two
PartEnd
Delimiter \r\n--in\r\n
PartStart 2
HeaderEnd Leaf \r\n
PartEnd
CloseDelimiter \r\n--in--
PartEnd
Delimiter \r\n--out er\r\n
PartStart 3
Field Content-Type: message/rfc822\r\n
HeaderEnd Message \r\n
PartStart 0
Field Subject: inner\r\n
HeaderEnd Leaf \r\n
Body three
PartEnd
PartEnd
Delimiter \r\n--out er\r\n
PartStart 4
Field Content-Type: message/rfc822\r\n
HeaderEnd Message \r\n
PartStart 0
Field MIME-Version: 1.0\r\n
Field Content-Type: multipart/digest; boundary=d\r\n
HeaderEnd Multipart \r\n
Delimiter --d\r\n
PartStart 1
HeaderEnd Message \r\n
PartStart 0
Field Subject: digested\r\n
HeaderEnd Leaf \r\n
Body four
PartEnd
PartEnd
CloseDelimiter \r\n--d--
PartEnd
PartEnd
CloseDelimiter \r\n--out er--
Epilogue \r\nepilogue\r\n
PartEnd"#;
    assert_eq!(events(NESTED).join("\n"), expected);
}

#[test]
fn sections_of_a_nested_message() {
    let message = Message::parse(NESTED);
    for (name, octets) in [
        ("1", "one\r\n"),
        ("1.MIME", "\r\n"),
        ("2.1", "two"),
        ("2.1.MIME", "Content-Type: text/plain\r\n\r\n"),
        ("2.2", ""),
        ("3", "Subject: inner\r\n\r\nthree"),
        ("3.MIME", "Content-Type: message/rfc822\r\n\r\n"),
        ("3.HEADER", "Subject: inner\r\n\r\n"),
        ("3.text", "three"),
        ("3.1", "three"),
        ("3.1.MIME", "Subject: inner\r\n\r\n"),
        ("4.1.1", "four"),
        ("4.1.HEADER", "Subject: digested\r\n\r\n"),
        ("4.TEXT", "--d\r\n\r\nSubject: digested\r\n\r\nfour\r\n--d--"),
    ] {
        assert_eq!(message.section(name), Some(octets.as_bytes()), "{name}");
    }
    for name in [
        "0",
        "5",
        "1.1",
        "2.3",
        "3.2",
        "3.1.1",
        "1.HEADER",
        "2.TEXT",
        "MIME",
        "1.",
        ".1",
        "01",
        "+1",
        "1..1",
        "x",
        "3.1.HEADER",
        "4294967296",
        "1.MIME.MIME",
    ] {
        assert_eq!(message.section(name), None, "{name}");
    }
    assert_eq!(message.section("").unwrap(), NESTED);
    assert!(
        message.section("header").unwrap().ends_with(b"\"\r\n\r\n")
            && message.section("TEXT").unwrap().starts_with(b"preamble")
    );
    assert!(
        message.section("2").unwrap().starts_with(b"--in\r\n")
            && message.section("2").unwrap().ends_with(b"--in--")
    );
}

/// A message whose type is message/rfc822: its only part is a message.
#[test]
fn sections_of_a_message_that_is_a_message() {
    let message = Message::parse(b"MIME-Version: 1.0\nContent-Type: message/rfc822\n\nSubject: in\n\nbody");
    for (name, octets) in [
        ("TEXT", "Subject: in\n\nbody"),
        ("1", "Subject: in\n\nbody"),
        ("1.HEADER", "Subject: in\n\n"),
        ("1.TEXT", "body"),
        ("1.1", "body"),
        ("1.1.MIME", "Subject: in\n\n"),
        ("1.MIME", "MIME-Version: 1.0\nContent-Type: message/rfc822\n\n"),
    ] {
        assert_eq!(message.section(name), Some(octets.as_bytes()), "{name}");
    }
    assert_eq!(message.section("1.1.1"), None);
    assert!(message.part("1").unwrap().is_message() && message.part("").unwrap().kind() == PartKind::Message);
}

#[test]
fn sizes_of_parts() {
    let octets = mixed("--B\r\nA: b\n\n1\r\n2\n\n--B\n\n\0é\n--B--\n");
    let message = Message::parse(&octets);
    let one = message.part("1").unwrap();
    assert_eq!(
        (one.header_size().octets(), one.header_size().lines(), one.header_size().crlf_octets()),
        (6, 2, 8)
    );
    assert_eq!((one.body_size().octets(), one.body_size().lines(), one.body_size().crlf_octets()), (5, 2, 6));
    assert_eq!((one.size().octets(), one.size().lines(), one.size().crlf_octets()), (11, 4, 14));
    let two = message.part("2").unwrap();
    assert!(two.body_has_nul() && two.body_is_8bit() && !one.body_has_nul() && !one.body_is_8bit());
    let root = message.root();
    assert!(root.body_has_nul() && !root.header_has_nul() && root.is_closed() && root.is_message());
    assert_eq!(root.size().octets(), octets.len() as u64);
    assert_eq!(size_of::<rfc822_mime::Part>(), 64);
}

/// A whole slice is borrowed, not copied.
#[test]
fn a_whole_message_is_borrowed() {
    let octets = [NESTED, &b"x\r\n-- \r\n".repeat(20_000)].concat();
    let (mut decoder, mut input) = (Decoder::new(), &octets[..]);
    let range = octets.as_ptr_range();
    while let Some(event) = decoder.decode(&mut input).unwrap() {
        if let Some(octets) = event.octets().filter(|octets| !octets.is_empty()) {
            // The last line end alone waits for what may follow.
            assert!(range.contains(&octets.as_ptr()), "{event:?}");
        }
    }
}

#[test]
fn the_path_is_that_of_the_open_part() {
    let (mut decoder, mut input, mut paths) = (Decoder::new(), NESTED, Vec::new());
    while let Some(event) = decoder.decode(&mut input).unwrap() {
        if let Event::Body(_) = event {
            paths.push(decoder.path().map(|number| number.to_string()).collect::<Vec<_>>().join("."));
        }
    }
    assert_eq!(paths, ["1", "2.1", "3", "4.1"]);
}

#[test]
fn input_stands_behind_each_event() {
    let (mut decoder, mut input) = (Decoder::new(), NESTED);
    while decoder.decode(&mut input).unwrap().is_some() {
        let taken = (NESTED.len() - input.len()) as u64;
        assert_eq!(decoder.offset(), taken);
    }
}

#[test]
fn limits_hand_on_what_they_stop_at() {
    let nest =
        "Content-Type: multipart/mixed; boundary=C\n\n--C\nContent-Type: message/rfc822\n\nA: b\n\nc\n--C--";
    let message = mixed(&format!("--B\n{nest}\n--B\n\nlast\n--B--"));
    let deep = |depth| parts_with(&message, limited(Limits::new().with_depth(depth)));
    assert_eq!(deep(4), ["0 multipart", "-1 multipart", "--1 message", "---0 [c]", "-2 [last]"]);
    assert_eq!(deep(3), ["0 multipart", "-1 multipart", "--1 [A: b\\n\\nc]", "-2 [last]"]);
    assert_eq!(deep(2)[1], "-1 [--C\\nContent-Type: message/rfc822\\n\\nA: b\\n\\nc\\n--C--]");
    assert_eq!(deep(1).len(), 1);
    assert_eq!(common::defects_with(&message, limited(Limits::new().with_depth(2))), [DefectKind::Limit]);

    let many = limited(Limits::new().with_parts(2));
    let message = mixed("--B\n\none\n--B\n\ntwo\n--B--\nend");
    assert_eq!(parts_with(&message, many), ["0 multipart", "-1 [one]"]);
    assert_eq!(
        events_with(&message, many)[9..],
        ["Limit@70", "Epilogue \\n--B\\n\\ntwo\\n--B--\\nend", "PartEnd"]
    );

    let fields = limited(Limits::new().with_fields(1));
    let listed = events_with(b"A: b\n c\nD: e\njunk\n\nbody", fields);
    assert_eq!(listed[1..4], ["Field A: b\\n c\\n", "Skipped D: e\\n", "Limit@8"]);

    let long = format!("A: {}\n b\nC: d\n\ne", "x".repeat(1_200));
    let listed = events_with(long.as_bytes(), limited(Limits::new().with_field(1)));
    assert_eq!((listed[1].len(), listed[2].as_str()), (1_001 + 6, "Limit@1001"));
    assert_eq!((listed[3].len(), listed[4].as_str()), (202 + 8 + 6, "Field C: d\\n"));

    let boundary = limited(Limits::new().with_boundary(3));
    let message = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=long\n\n--long\n\na\n--long--";
    assert_eq!(parts_with(message, boundary), ["0 [--long\\n\\na\\n--long--]"]);
    assert!(Message::parse_with(message, boundary).root().is_opaque());

    let some = limited(Limits::new().with_defects(2));
    assert_eq!(common::defects_with(b"x\ny\nz\n\n", some).len(), 2);
    let message = [b"x\n".repeat(1_000), b"Content-Type: nonsense\n\n".to_vec()].concat();
    let defects = common::defects_with(&message, some);
    assert_eq!(defects[2..], [DefectKind::UnreadableContentType, DefectKind::MissingMimeVersion]);
}

#[test]
fn a_decoder_reads_one_message() {
    let mut decoder = Decoder::new();
    while decoder.finish().unwrap().is_some() {}
    assert!(decoder.decode(&mut &b"x"[..]).unwrap_err().is_misuse());
    assert!(decoder.finish().unwrap().is_none());
}

#[test]
fn a_map_is_kept_without_its_message() {
    let map = Message::parse(NESTED).into_map();
    let stored = serde_json::to_string(&map).unwrap();
    let again = serde_json::from_str(&stored).unwrap();
    assert_eq!(map, again);
    assert_eq!(Message::with_map(NESTED, again).section("4.1.1"), Some(&b"four"[..]));
    // Another message's map: nothing worse than other octets.
    for name in ["", "1", "4.1.HEADER", "3.TEXT"] {
        let _ = Message::with_map(b"short", map.clone()).section(name);
    }
    assert_eq!(parts(b""), ["0 []"]);
}

/// Each piece of a Content-Type may be folded, commented on and quoted, in any order of the parameters.
#[test]
fn a_boundary_is_found_however_its_field_is_folded() {
    let parameters =
        ["micalg=pgp-sha1", "protocol=\"application/pgp-signature\"", "boundary=\"Apple-Mail-3-1-1\""];
    let quoted =
        ["x=\"; boundary=no\"", "x=\"a\\\"; boundary=no; (\"", "(; boundary=no \")", "(a (b) \\) ;)"];
    let body = "\n\n--Apple-Mail-3-1-1\n\none\n--Apple-Mail-3-1-1\nContent-Type: application/pgp-signature\n\ntwo\n\
                --Apple-Mail-3-1-1--\n";
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for gap in [
            "; ",
            ";",
            ";\n ",
            ";\n\t",
            "\n ;",
            " ; (c)\n ",
            "\n (c;\n c)\n ;\n \n ",
            ";\n  \n\t",
            ";\r\n ",
            ";;",
        ] {
            for odd in [""].into_iter().chain(quoted) {
                let mut value = String::from("multipart/signed");
                for index in order {
                    value.extend([gap, parameters[index]]);
                    if !odd.is_empty() {
                        let joint = if odd.starts_with('(') { " " } else { gap };
                        value.extend([joint, odd]);
                    }
                }
                let message = format!("MIME-Version: 1.0\nContent-Type: {value}{body}");
                let found = Message::parse(message.as_bytes());
                let bodies: Vec<_> = found.parts().skip(1).map(|part| part.body().to_vec()).collect();
                assert_eq!(bodies, [b"one", b"two"], "{value:?}");
            }
        }
    }
    // without a semicolon where a line ends, and with white space around `=`
    for value in [
        "multipart/signed; micalg=pgp-sha1;\n protocol=\"application/pgp-signature\"\n boundary=\"Apple-Mail-3-1-1\"",
        "multipart/signed;\n\tboundary\n =\n \"Apple-Mail-3-1-1\";\n micalg=pgp-sha1;",
        "\n multipart/signed;\n boundary=Apple-Mail-3-1-1",
        "multipart / signed (c)\n (d); boundary=(c)Apple-Mail-3-1-1(d)",
        "multipart/signed; boundary=\"Apple-Mail-3-1-1\"; x=\"not closed",
        "multipart/signed; boundary=\"Apple-Mail-3-1-1\"; (not closed",
    ] {
        let message = format!("MIME-Version: 1.0\nContent-Type: {value}{body}");
        assert_eq!(parts(message.as_bytes()), ["0 multipart", "-1 [one]", "-2 [two]"], "{value:?}");
    }
}

/// Without a delimiter behind it, a part has all octets to the end (RFC 2046 section 5.1.1: the line end belongs to the
/// delimiter, and there is none).
#[test]
fn the_end_of_input_takes_no_line_end() {
    for (body, expected) in [
        ("--B\n\none\n", &["-1 [one\\n]"][..]),
        ("--B\n\none\r\n", &["-1 [one\\r\\n]"]),
        ("--B\n\none", &["-1 [one]"]),
        ("--B\n\none\n-", &["-1 [one\\n-]"]),
        ("--B\n\none\n--", &["-1 [one\\n--]"]),
        ("--B\n\none\n\n", &["-1 [one\\n\\n]"]),
        ("--B\n\none\r", &["-1 [one\\r]"]),
        ("--B\n\n\n--B\n\ntwo\n", &["-1 []", "-2 [two\\n]"]),
        ("--B\n\n--B\n\ntwo\n", &["-1 []", "-2 [two\\n]"]),
        ("--B\n--B\n\ntwo\r\n", &["-1 []", "-2 [two\\r\\n]"]),
        ("--B\n\n\n--B\nX: y\n", &["-1 []", "-2 []"]),
        ("--B\n\n\n--B\nX: y", &["-1 []", "-2 []"]),
        ("--B\n\n\n--B\nX: y\n\n", &["-1 []", "-2 []"]),
        ("--B\n\n\n--B\nX: y\n\n\n", &["-1 []", "-2 [\\n]"]),
        ("--B\n\n\n--B\n", &["-1 []", "-2 []"]),
        ("--B\n\n\n--B", &["-1 []", "-2 []"]),
        (
            "--B\nContent-Type: multipart/x; boundary=C\n\n--C\n\none\n\n--B\n\ntwo\n",
            &["-1 multipart", "--1 [one\\n]", "-2 [two\\n]"],
        ),
    ] {
        assert_eq!(parts(&mixed(body))[1..], *expected, "{body:?}");
    }
}
