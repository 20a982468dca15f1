//! Edits of fields, and headers brought down to ASCII.
#![allow(clippy::unwrap_used)]

use rfc822_mime::value::{Mailbox, Text};
use rfc822_mime::{Edit, Leniency, Message, Piece, downgrade};

fn edited(message: &str, change: impl FnOnce(&mut Edit<'_>)) -> String {
    let mut edit = Edit::new(message.as_bytes());
    change(&mut edit);
    String::from_utf8(edit.pieces().to_bytes()).unwrap()
}

#[test]
fn changes_one_field() {
    let message = "A: 1\r\nB:  2\r\n  3\r\na: 4\r\nC: 5\r\n\r\nbody\r\n";
    assert_eq!(
        edited(message, |edit| edit.set("A", "x").unwrap()),
        "A: x\r\nB:  2\r\n  3\r\nC: 5\r\n\r\nbody\r\n"
    );
    assert_eq!(
        edited(message, |edit| edit.set("D", "x").unwrap()),
        "A: 1\r\nB:  2\r\n  3\r\na: 4\r\nC: 5\r\nD: x\r\n\r\nbody\r\n"
    );
    assert_eq!(
        edited(message, |edit| assert_eq!(edit.remove("a"), 2)),
        "B:  2\r\n  3\r\nC: 5\r\n\r\nbody\r\n"
    );
    assert_eq!(edited(message, |edit| edit.prepend("Z", "x").unwrap()), ["Z: x\r\n", message].concat());
    assert_eq!(edited(message, |edit| assert_eq!(edit.remove("nobody"), 0)), message);
    // one after the other
    let several = edited(message, |edit| {
        edit.set("B", "x").unwrap();
        edit.set("B", "y").unwrap();
        edit.add("B", "z").unwrap();
        edit.remove("C");
        edit.remove("A");
    });
    assert_eq!(several, "B: y\r\nB: z\r\n\r\nbody\r\n");
}

#[test]
fn keeps_to_the_line_ends_of_the_message() {
    assert_eq!(edited("A: 1\n\nx", |edit| edit.add("B", "2").unwrap()), "A: 1\nB: 2\n\nx");
    assert_eq!(edited("A: 1", |edit| edit.add("B", "2").unwrap()), "A: 1\r\nB: 2\r\n");
    assert_eq!(edited("", |edit| edit.add("B", "2").unwrap()), "B: 2\r\n");
    assert_eq!(edited("\r\nx", |edit| edit.prepend("B", "2").unwrap()), "B: 2\r\n\r\nx");
    let mbox = "From me Mon Jan  1 00:00:00 2020\nA: 1\n\nx";
    assert_eq!(
        edited(mbox, |edit| edit.prepend("B", "2").unwrap()),
        "From me Mon Jan  1 00:00:00 2020\nB: 2\nA: 1\n\nx"
    );
    assert_eq!(
        edited("\u{feff}A: 1\n\nx", |edit| edit.prepend("B", "2").unwrap()),
        "\u{feff}B: 2\nA: 1\n\nx"
    );
    assert_eq!(edited(" junk\nA: 1\n\nx", |edit| edit.prepend("B", "2").unwrap()), " junk\nB: 2\nA: 1\n\nx");
}

#[test]
fn copies_no_body() {
    let message = [b"A: 1\r\nB: 2\r\n\r\n".to_vec(), vec![b'x'; 1 << 20]].concat();
    let mut edit = Edit::new(&message);
    edit.set("A", "3").unwrap();
    let pieces = edit.pieces();
    let all: Vec<Piece<'_>> = pieces.iter().collect();
    assert_eq!(all.first(), Some(&Piece::New(b"A: 3\r\n")));
    assert!(
        matches!(all.get(1), Some(Piece::Original { at: 6, octets }) if octets.as_ptr() == message[6..].as_ptr())
    );
    assert_eq!((all.len(), pieces.octets()), (2, message.len() as u64));
}

#[test]
fn changes_the_header_of_a_part() {
    let message =
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nA: 1\n\none\n--b\n\ntwo\n--b\ntext\n--b--\n";
    let read = Message::parse(message);
    for (number, expected) in
        [("1", "--b\nA: 1\nX: y\n\none\n"), ("2", "--b\nX: y\n\ntwo\n"), ("3", "--b\nX: y\n\ntext\n")]
    {
        let mut edit = Edit::of_part(read.part(number).unwrap());
        edit.add("X", "y").unwrap();
        let octets = edit.pieces().to_bytes();
        assert!(String::from_utf8_lossy(&octets).contains(expected), "{}", octets.escape_ascii());
        let after = Message::parse(&octets);
        assert_eq!(after.part(number).unwrap().body(), read.part(number).unwrap().body());
        assert_eq!(after.parts().len(), 4);
    }
}

#[test]
fn writes_values_in_the_form_of_the_header() {
    let zoe = Mailbox::new("zoe", "a.example").unwrap().with_name("Zoë");
    assert_eq!(
        edited("", |edit| edit.set("To", &zoe).unwrap()),
        "To: =?utf-8?q?Zo=C3=AB?= <zoe@a.example>\r\n"
    );
    let mut edit = Edit::new(b"").with_utf8();
    edit.set("To", &zoe).unwrap();
    assert_eq!(edit.pieces().to_bytes(), "To: Zoë <zoe@a.example>\r\n".as_bytes());
    let dkim = Text::parse(b"v=1; a=rsa-sha256; d=a.example", Leniency::Strict).0;
    assert_eq!(
        edited("", |edit| edit.prepend("DKIM-Signature", &dkim).unwrap()),
        "DKIM-Signature: v=1; a=rsa-sha256; d=a.example\r\n"
    );
}

/// RFC 6857 sections 3 and 4, field by field.
#[test]
fn brings_fields_down_to_ascii() {
    let to_ascii = |domain: &str| (domain == "ü.example").then(|| "xn--tda.example".to_owned());
    for (field, expected) in [
        ("Subject: é", "Subject: =?utf-8?b?w6k=?="),
        ("X-Any: é =?utf-8?q?=C3=A9?=", "X-Any: =?utf-8?b?w6kgw6k=?="),
        ("From: é <a@b.example> (ü)", "From: =?utf-8?b?w6k=?= <a@b.example> (=?utf-8?b?w7w=?=)"),
        ("From: é <a@ü.example>", "From: =?utf-8?b?w6k=?= <a@xn--tda.example>"),
        ("To: é@b.example", "To: =?utf-8?b?w6lAYi5leGFtcGxl?= :;"),
        ("To: a@é.example", "To: =?utf-8?b?YUDDqS5leGFtcGxl?= :;"),
        ("Cc: \"A, B\" <é@b>, c@d.example", "Cc: \"A, B\" =?utf-8?b?w6lAYg==?= :;, c@d.example"),
        ("Cc: G: a@ü.example, b@c;", "Cc: G: a@xn--tda.example, b@c;"),
        ("Cc: G: é@b, c@d;", "Cc: G =?utf-8?b?w6lAYiwgY0Bk?= :;"),
        ("Date: 1 Jan 2020 00:00:00 +0000 (é)", "Date: 1 Jan 2020 00:00:00 +0000 (=?utf-8?b?w6k=?=)"),
        ("Message-ID: <é@b>", "Downgraded-Message-ID: =?utf-8?b?PMOpQGI+?="),
        ("References: <a@b> (é)", "References: <a@b> (=?utf-8?b?w6k=?=)"),
        (
            "Received: from ü.example (é) by a with SMTP id é for <é@b>; 1 Jan 2020 00:00:00 +0000",
            "Received: from xn--tda.example (=?utf-8?b?w6k=?=) by a with SMTP; Wed, 1 Jan 2020 00:00:00 +0000",
        ),
        ("Content-Type: text/plain; name=\"é\"", "Content-Type: text/plain; name*=utf-8''%C3%A9"),
        (
            "Content-Disposition: attachment; filename=é",
            "Content-Disposition: attachment; filename*=utf-8''%C3%A9",
        ),
        ("Keywords: é, b", "Keywords: =?utf-8?b?w6k=?=, b"),
        ("Subject: plain", "Subject: plain"),
    ] {
        let octets = [field, "\r\n\r\né"].concat();
        let ascii = downgrade(&Message::parse(octets.as_bytes()), to_ascii).to_bytes();
        let unfolded = String::from_utf8(ascii).unwrap().replace("\r\n ", " ");
        assert_eq!(unfolded, [expected, "\r\n\r\né"].concat());
    }
}

#[test]
fn brings_parts_and_reports_down_to_ascii() {
    let message = "A: 1\nContent-Type: multipart/report; boundary=b\n\n\
        --b\nContent-Description: é\n\né\n\
        --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nFinal-Recipient: utf-8; é+@b\n\
        Original-Recipient: x; é\nStatus: 5.1.1\n\
        --b\nContent-Type: message/global\n\nSubject: é\n\né\n--b--\n";
    let expected = message
        .replace("Description: é", "Description: =?utf-8?b?w6k=?=")
        .replace("utf-8; é+@b", "utf-8;\\x{E9}\\x{2B}@b")
        .replace("Original-Recipient: x; é", "Downgraded-Original-Recipient: =?utf-8?b?eDsgw6k=?=")
        .replace("Subject: é", "Subject: =?utf-8?b?w6k=?=");
    let ascii = downgrade(&Message::parse(message.as_bytes()), |_| None).to_bytes();
    assert_eq!(String::from_utf8(ascii).unwrap(), expected);
}
