//! Header blocks and structures that are easily read wrongly; each test names its number in the list of traps that this
//! crate was written against.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use common::{body, defects, defects_with, events, field, fields, mixed, parts, parts_with, strict};
use rfc822_mime::{DefectKind, Message};

fn has(message: &[u8], kind: DefectKind) -> bool {
    defects(message).contains(&kind)
}

#[test]
fn trap_21_white_space_in_front_of_the_colon() {
    let message = b"Subject : x\n\n";
    assert_eq!(fields(message), [("Subject".into(), "x".into())]);
    assert_eq!(Message::parse(message).root().fields().next().unwrap().raw(), b"Subject : x\n");
}

#[test]
fn trap_22_a_line_without_colon_among_fields() {
    let message = b"A: 1\nno field here\n folded: on\nB: 2\n\nbody";
    assert_eq!(fields(message), [("A".into(), "1".into()), ("B".into(), "2".into())]);
    assert_eq!(events(message)[2..4], ["Junk no field here\\n folded: on\\n", "JunkLine@5"]);
    assert_eq!(body(message), "body");
}

#[test]
fn trap_23_a_header_that_begins_with_white_space() {
    let message = b" x: y\nA: 1\n\nbody";
    assert_eq!(fields(message), [("A".into(), "1".into())]);
    assert_eq!(events(message)[1], "Junk  x: y\\n");
}

#[test]
fn traps_24_25_a_fold_over_a_line_of_white_space() {
    let message = b"Subject: a\n \n b\n\nbody";
    assert_eq!(field(message, "subject").unwrap(), "a  b");
    assert!(has(message, DefectKind::BlankContinuation));
    let message = b"Subject: a\r\n\t\r\nHello there,\r\n\r\nbody";
    assert_eq!(field(message, "subject").unwrap(), "a");
    assert!(has(message, DefectKind::BlankContinuation) && has(message, DefectKind::JunkLine));
    assert!(!has(b"Subject: a\n  b\n\n", DefectKind::BlankContinuation));
}

#[test]
fn trap_26_the_line_of_a_mailbox_file() {
    for start in ["From a@b Sat Jan  3 01:05:34 1996\n", ">From a@b Sat Jan  3 01:05:34 1996\r\n"] {
        let message = format!("{start}Subject: x\n\n");
        assert_eq!(fields(message.as_bytes()), [("Subject".into(), "x".into())]);
        assert_eq!(Message::parse(message.as_bytes()).root().range().start, start.len() as u64);
    }
    assert_eq!(fields(b"From : a@b\n\n"), [("From".into(), "a@b".into())]);
    assert_eq!(fields(b"A: b\nFrom a@b 12:30:00\n\n")[1].0, "From a@b 12");
    let inner = mixed("--B\nContent-Type: message/rfc822\n\n>From me now\nSubject: x\n\ny\n--B--");
    assert_eq!(Message::parse(&inner).section("1.HEADER"), Some(&b"Subject: x\n\n"[..]));
}

#[test]
fn trap_27_a_byte_order_mark() {
    assert_eq!(fields(b"\xEF\xBB\xBFSubject: x\n\n"), [("Subject".into(), "x".into())]);
    assert_eq!(events(b"\xEF\xBB\xBFFrom a@b now\nA: b\n")[0], "Bom \\xef\\xbb\\xbf");
    assert_eq!(fields(b"\xEF\xBB\xBFFrom a@b now\nA: b\n").len(), 1);
    assert_eq!(fields(b"\xEF\xBBSubject: x\n\n")[0].0, "\\xef\\xbbSubject");
    assert_eq!(events(b"\xEF\xBB")[1], "Junk \\xef\\xbb");
}

#[test]
fn trap_28_nul() {
    let message = Message::parse(b"A: x\0y\n\nz\0");
    assert!(message.root().header_has_nul() && message.root().body_has_nul());
    assert_eq!(fields(b"A: x\0y\n\nz\0")[0].1, "x\\x00y");
}

#[test]
fn trap_29_bare_cr_is_no_line_end() {
    assert_eq!(fields(b"A: 1\rB: 2\r\r\n\n"), [("A".into(), "1\\rB: 2".into())]);
    assert_eq!(body(b"A: 1\n\nx\ry\r"), "x\\ry\\r");
    assert_eq!(parts(&mixed("--B\n\nx\r--B\ry\n--B--")), ["0 multipart", "-1 [x\\r--B\\ry]"]);
}

#[test]
fn traps_30_31_line_ends_of_every_kind() {
    let message = b"A: 1\r\r\n\tx\r\r\nB: 2\r\n\r\r\nbody\n";
    assert_eq!(fields(message), [("A".into(), "1\\tx".into()), ("B".into(), "2".into())]);
    assert_eq!(body(message), "body\\n");
    assert_eq!(body(b"A: 1\r\nB: 2\n\nx\r\ny\n"), "x\\r\\ny\\n");
}

#[test]
fn trap_32_nothing_at_all() {
    for (message, expected) in [(&b""[..], ""), (b"\n", ""), (b"\nbody", "body"), (b"\r\n", "")] {
        assert_eq!(fields(message), []);
        assert_eq!(body(message), expected);
        assert!(defects(message).is_empty());
    }
}

#[test]
fn trap_33_the_end_inside_the_last_field() {
    assert_eq!(fields(b"A: 1\nB: 2"), [("A".into(), "1".into()), ("B".into(), "2".into())]);
    assert_eq!(field(b"A: 1\n 2\r", "a").unwrap(), "1 2");
    assert_eq!(body(b"A: 1\nB: 2"), "");
    assert_eq!(events(b"A: 1\nB")[2], "Junk B");
}

#[test]
fn traps_34_35_values_that_are_empty_or_begin_on_the_next_line() {
    assert_eq!(field(b"Subject:\n\n", "subject").unwrap(), "");
    assert_eq!(field(b"Subject:\n real\n\n", "subject").unwrap(), "real");
    assert_eq!(field(b"A: b\n\n", "subject"), None);
}

#[test]
fn traps_36_37_names_that_are_none() {
    let long = format!("{}: x\n\n", "n".repeat(100_000));
    let message = Message::parse(long.as_bytes());
    assert_eq!(message.root().fields().next().unwrap().name().len(), 100_000);
    for (line, name) in
        [("Fr om: x", "Fr om"), ("From\0: x", "From\\x00"), (":From x", ""), ("From\x0c: x", "From\\x0c")]
    {
        let message = format!("{line}\n\n");
        assert_eq!(fields(message.as_bytes())[0].0, name);
        assert_eq!(field(message.as_bytes(), "from"), None, "{line:?}");
    }
}

#[test]
fn traps_38_39_fields_that_stand_there_twice() {
    let message = b"MIME-Version: 1.0\nContent-Type: text/plain\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nx\n--B--";
    assert_eq!(parts(message).len(), 1);
    assert_eq!(defects(message), [DefectKind::DuplicateField]);
    let message = b"MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\
        Content-Transfer-Encoding: 7bit\n\nA: b\n\nx";
    assert_eq!(parts(message).len(), 1);
    assert_eq!(defects(message), [DefectKind::DuplicateField, DefectKind::EncodedMessage]);
    assert_eq!(fields(b"Subject: 1\nSubject: 2\n\n").len(), 2);
}

#[test]
fn traps_40_41_octets_above_0x7f_in_fields() {
    let message = b"Subject: caf\xe9\n\nx";
    assert!(
        Message::parse(message).root().header_is_8bit() && !Message::parse(message).root().body_is_8bit()
    );
    assert_eq!(fields(message)[0].1, "caf\\xe9");
}

#[test]
fn trap_91_padding_behind_a_boundary() {
    assert_eq!(parts(&mixed("--B \t\n\na\n--B-- \t\nz")), ["0 multipart", "-1 [a]"]);
    assert_eq!(parts(&mixed("--B\r\r\n\na\n--B--\r\r\nz")), ["0 multipart", "-1 [a]"]);
}

#[test]
fn trap_92_a_boundary_at_the_beginning_of_a_longer_line() {
    let message = mixed("--B\n\na\n--Bx\nb\n--B--");
    assert_eq!(parts(&message), ["0 multipart", "-1 [a\\n--Bx\\nb]"]);
    assert_eq!(defects(&message), [DefectKind::BoundaryPrefix]);
    assert_eq!(Message::parse(&message).map().defects().iter().next().unwrap().at, 68);
    assert_eq!(&message[68..72], b"--Bx");
}

#[test]
fn trap_93_boundaries_that_begin_alike() {
    for (outer, inner) in [("B", "BB"), ("BB", "B"), ("B", "B--"), ("B--", "B")] {
        let message = format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary={outer}\n\n--{outer}\n\
             Content-Type: multipart/mixed; boundary={inner}\n\n--{inner}\n\none\n--{inner}--\n--{outer}\n\ntwo\n--{outer}--"
        );
        let parts = parts(message.as_bytes());
        if (outer, inner) == ("B", "B--") {
            // `--B--` is the delimiter of the inner one, which is asked first.
            assert_eq!(parts[1], "-1 multipart");
        } else {
            assert_eq!(parts, ["0 multipart", "-1 multipart", "--1 [one]", "-2 [two]"], "{outer} {inner}");
        }
    }
}

#[test]
fn trap_94_a_boundary_in_the_middle_of_a_line() {
    assert_eq!(parts(&mixed("--B\n\ntext --B mid-line\n--B--")), ["0 multipart", "-1 [text --B mid-line]"]);
    assert_eq!(parts(&mixed("--B\n\n --B\n- -B\n-\n--B--")), ["0 multipart", "-1 [ --B\\n- -B\\n-]"]);
}

#[test]
fn trap_95_the_same_boundary_within() {
    let message =
        mixed("--B\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\none\n--B--\n--B\n\nlast\n--B--\n");
    assert_eq!(parts(&message), ["0 multipart", "-1 multipart", "--1 [one]", "-2 [last]"]);
}

#[test]
fn trap_96_close_delimiters_that_are_missing() {
    let message = mixed("--B\n\none\n");
    assert_eq!(parts(&message), ["0 multipart", "-1 [one\\n]"]);
    assert_eq!(defects(&message), [DefectKind::MissingCloseDelimiter]);
    let message = mixed("--B\nContent-Type: multipart/mixed; boundary=C\n\n--C\n\none\n--B\n\ntwo\n--B--");
    assert_eq!(parts(&message), ["0 multipart", "-1 multipart", "--1 [one]", "-2 [two]"]);
    assert_eq!(defects(&message), [DefectKind::MissingCloseDelimiter]);
    for end in ["--B", "--B--", "--B\n", "--B--\r", "--B\r"] {
        let message = mixed(&format!("--B\n\none\n{end}"));
        assert_eq!(parts(&message)[1], "-1 [one]", "{end:?}");
    }
}

#[test]
fn trap_97_multiparts_without_parts() {
    for body in ["--B--", "", "no delimiter at all\n"] {
        assert_eq!(parts(&mixed(body)), ["0 multipart"]);
    }
    for parameter in ["", "; boundary=\"\"", "; boundary=\" \"", "; boundary", "; charset=x"] {
        let message =
            format!("MIME-Version: 1.0\nContent-Type: multipart/mixed{parameter}\n\n--\n--B\n\nx\n--B--\n");
        assert_eq!(parts(message.as_bytes()), ["0 multipart"]);
        assert_eq!(defects(message.as_bytes()), [DefectKind::MissingBoundary], "{parameter}");
    }
}

#[test]
fn trap_98_boundaries_of_every_length_and_kind() {
    let long = "x".repeat(200);
    for (written, boundary) in [
        (long.as_str(), long.as_str()),
        ("\"B \"", "B"),
        ("\"a\\\\b\"", "a\\b"),
        ("\"a b\"", "a b"),
        ("\"(x)'+_,-./:=?\"", "(x)'+_,-./:=?"),
    ] {
        let message = format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary={written}\n\n--{boundary}\n\nx\n--{boundary}--"
        );
        assert_eq!(parts(message.as_bytes()), ["0 multipart", "-1 [x]"], "{written}");
    }
}

#[test]
fn trap_99_a_header_that_is_cut_by_a_delimiter() {
    let message = mixed("--B\nA: 1\n--B\nContent-Type: message/rfc822\nB: 2\n--B--");
    assert_eq!(parts(&message), ["0 multipart", "-1 []", "-2 message", "--0 []"]);
    assert_eq!(Message::parse(&message).section("1.MIME"), Some(&b"A: 1\n"[..]));
    assert!(has(&message, DefectKind::MissingEmptyLine));
}

#[test]
fn trap_100_text_without_an_empty_line() {
    for text in ["hello", "hello\\nA: 1", " A: 1", "-", "--", "hello there: x", "h\\xc3\\xa9: x"] {
        let octets = text.replace("\\n", "\n").replace("\\xc3\\xa9", "é");
        let message = mixed(&format!("--B\n{octets}\n--B--"));
        assert_eq!(parts(&message), ["0 multipart".into(), format!("-1 [{text}]")]);
        assert_eq!(defects(&message), [DefectKind::TextWithoutEmptyLine]);
    }
    let long = "x".repeat(3_000);
    assert_eq!(parts(&mixed(&format!("--B\n{long}\n--B--")))[1], format!("-1 [{long}]"));
    assert_eq!(parts(&mixed(&format!("--B\n--{long}\n--B--")))[1], format!("-1 [--{long}]"));
    assert_eq!(parts(&mixed(&format!("--B\nA: {long}\n\nz\n--B--")))[1], "-1 [z]");
}

#[test]
fn trap_101_empty_parts() {
    assert_eq!(parts(&mixed("--B\n\n--B\n--B\r\n\r\n\r\n--B--")), ["0 multipart", "-1 []", "-2 []", "-3 []"]);
    assert_eq!(Message::parse(&mixed("--B\n\n--B")).part("1").unwrap().body_size().octets(), 0);
}

#[test]
fn trap_102_the_line_end_in_front_of_a_delimiter() {
    assert_eq!(parts(&mixed("--B\r\n\r\none\r\n\r\n--B--"))[1], "-1 [one\\r\\n]");
    assert_eq!(parts(&mixed("--B\n\none\n\n--B--"))[1], "-1 [one\\n]");
    assert_eq!(parts(&mixed("--B\n\none\r\r\n--B--"))[1], "-1 [one\\r]");
}

#[test]
fn trap_103_behind_the_close_delimiter() {
    assert_eq!(parts(&mixed("--B\n\none\n--B--\n--B\n\ntwo\n--B--\n")), ["0 multipart", "-1 [one]"]);
    let message = mixed("--B\n\none\n--B--garbage\n\ntwo\n--B\n\nthree\n");
    assert_eq!(parts(&message), ["0 multipart", "-1 [one]"]);
    assert_eq!(defects(&message), [DefectKind::CloseDelimiterText]);
    assert_eq!(
        parts_with(&message, strict()),
        ["0 multipart", "-1 [one\\n--B--garbage\\n\\ntwo]", "-2 [three\\n]"]
    );
}

#[test]
fn trap_104_a_multipart_with_a_transfer_encoding() {
    let message = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\nContent-Transfer-Encoding: base64\n\n--B\n\na\n--B--";
    assert_eq!(parts(message), ["0 multipart", "-1 [a]"]);
    assert_eq!(defects(message), [DefectKind::EncodedMultipart]);
}

#[test]
fn trap_105_digests() {
    let digest = |part: &str| {
        format!("MIME-Version: 1.0\nContent-Type: multipart/digest; boundary=B\n\n--B\n{part}\n--B--")
            .into_bytes()
    };
    assert_eq!(parts(&digest("\nA: b\n\nx")), ["0 multipart", "-1 message", "--0 [x]"]);
    assert_eq!(parts(&digest("Content-Type: text/plain\n\nA: b\n\nx")), ["0 multipart", "-1 [A: b\\n\\nx]"]);
    let nested = "Content-Type: multipart/digest; boundary=C\n\n--C\n\nA: b\n\nx\n--C--";
    assert_eq!(parts(&digest(nested)), ["0 multipart", "-1 multipart", "--1 message", "---0 [x]"]);
}

#[test]
fn trap_106_messages_that_are_hardly_any() {
    let message =
        |body: &str| mixed(&format!("--B\nContent-Type: message/rfc822\n{body}\n--B\n\nnext\n--B--"));
    for (body, text) in [
        ("\n", "[]"),
        ("\nheaderless text", "[]"),
        ("\nA: b", "[]"),
        ("", "[]"),
        ("\nA: b\n", "[]"),
        ("\n\nx", "[x]"),
    ] {
        let expected = ["0 multipart".into(), "-1 message".into(), format!("--0 {text}"), "-2 [next]".into()];
        assert_eq!(parts(&message(body)), expected, "{body:?}");
    }
}

#[test]
fn trap_107_a_message_in_base64() {
    let message =
        mixed("--B\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogYgo=\n--B--");
    assert_eq!(parts(&message), ["0 multipart", "-1 [QTogYgo=]"]);
    assert_eq!(defects(&message), [DefectKind::EncodedMessage]);
    assert!(Message::parse(&message).part("1").unwrap().is_opaque());
}

#[test]
fn trap_108_without_mime_version() {
    let message = b"Content-Type: multipart/mixed; boundary=B\n\n--B\n\na\n--B--";
    assert_eq!(parts(message), ["0 multipart", "-1 [a]"]);
    assert_eq!(defects(message), [DefectKind::MissingMimeVersion]);
    assert_eq!(parts_with(message, strict()), ["0 [--B\\n\\na\\n--B--]"]);
    assert_eq!(defects_with(message, strict()), [DefectKind::MissingMimeVersion]);
    let message = b"MIME-Version: 1.0\nContent-Type: multipart/mixed boundary=B\n\n--B\n\na\n--B--";
    assert_eq!((parts(message).len(), parts_with(message, strict()).len()), (2, 1));
}

#[test]
fn trap_109_delimiters_with_other_line_ends() {
    assert_eq!(parts(&mixed("\n\n\r\n--B\n\r\na\r\n--B\r\n\nb\n--B--")), ["0 multipart", "-1 [a]", "-2 [b]"]);
    assert_eq!(events(&mixed("\r\n\r\n--B--"))[4..6], ["Preamble \\r\\n", "CloseDelimiter \\r\\n--B--"]);
}

#[test]
fn trap_111_the_phantom_header_of_an_external_body() {
    let message = mixed(
        "--B\nContent-Type: message/external-body; access-type=local-file\n\nContent-Type: image/gif\nContent-ID: <1@x>\n\nTHIS IS NOT THE BODY\n--B--",
    );
    let message = Message::parse(&message);
    let part = message.part("1").unwrap();
    assert_eq!(part.inner_fields().first("content-type").unwrap().value(), b" image/gif");
    assert_eq!(part.inner_fields().count(), 2);
}

#[test]
fn trap_112_reports_and_signatures() {
    let message = mixed("--B\n\n1\n--B\n\n2\n--B\nContent-Type: text/rfc822-headers\n\nSubject: lost\n--B--");
    let message = Message::parse(&message);
    let headers = message.part("3").unwrap();
    assert_eq!(&*headers.inner_fields().first("subject").unwrap().unfolded(), b"lost");
}
