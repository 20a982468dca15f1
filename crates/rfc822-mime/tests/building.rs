//! Messages that are built, octet for octet and as they are read.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use rfc822_mime::build::{Builder, Part, Seed, Transport};
use rfc822_mime::transfer::TransferEncoding::{self, Base64, Binary, EightBit, QuotedPrintable, SevenBit};
use rfc822_mime::value::{Mailbox, MessageId};
use rfc822_mime::{ErrorKind, Message};

use common::parts;

fn seed() -> Seed {
    Seed::new(b"seed")
}

fn build(builder: Builder<'_>, transport: Transport) -> String {
    String::from_utf8(builder.build(transport, seed()).unwrap().to_bytes().unwrap()).unwrap()
}

fn mailbox(local: &str) -> Mailbox {
    Mailbox::new(local, "a.example").unwrap()
}

#[test]
fn a_message_in_full() {
    let builder = Builder::new()
        .from(mailbox("ann").with_name("Ann"))
        .to(mailbox("bob"))
        .to(mailbox("cy"))
        .subject("first")
        .subject("second")
        .text("one\ntwo")
        .attach("a b.txt", "text/plain; charset=us-ascii", b"three\r\n");
    let message = build(builder, Transport::SEVEN_BIT);
    let read = Message::parse(message.as_bytes());
    let own = String::from_utf8(read.content_type().boundary().unwrap().to_vec()).unwrap();
    assert!(own.starts_with("=_0_"));
    assert_eq!(
        message.replace(&own, "BOUNDARY"),
        "From: Ann <ann@a.example>\r\nTo: bob@a.example, cy@a.example\r\nSubject: second\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"BOUNDARY\"\r\n\r\n\
         --BOUNDARY\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\none\r\ntwo\r\n\
         --BOUNDARY\r\nContent-Disposition: attachment; filename=\"a b.txt\"\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\r\nthree\r\n\r\n--BOUNDARY--\r\n"
    );
}

#[test]
fn shapes() {
    let id = MessageId::new("logo", "a.example").unwrap();
    let all = Builder::new().text("t").html("h").inline(&id, "image/png", b"\x89").attach("f", "a/b", b"f");
    let octets = build(all, Transport::SEVEN_BIT);
    let expected =
        ["0 multipart", "-1 multipart", "--1 [t]", "--2 multipart", "---1 [h]", "---2 [=89]", "-2 [f]"];
    assert_eq!(parts(octets.as_bytes()), expected);
    let read = Message::parse(octets.as_bytes());
    let subtypes: Vec<String> = read.parts().map(|part| part.content_type().subtype().into_owned()).collect();
    assert_eq!(subtypes, ["mixed", "alternative", "plain", "related", "html", "png", "b"]);
    let related = read.part("1.2").unwrap().content_type();
    assert_eq!(related.parameters().get("type").as_deref(), Some("text/html"));
    assert_eq!((read.text().as_deref(), read.html().as_deref()), (Some("t"), Some("h")));

    assert_eq!(parts(build(Builder::new(), Transport::SEVEN_BIT).as_bytes()), ["0 []"]);
    assert_eq!(parts(build(Builder::new().html("h"), Transport::SEVEN_BIT).as_bytes()), ["0 [h]"]);
    let file = build(Builder::new().attach("f", "a/b", b"f"), Transport::SEVEN_BIT);
    assert_eq!(parts(file.as_bytes()), ["0 multipart", "-1 [f]"]);

    let inner = Part::message(Builder::new().subject("inner").text("t").html("h")).unwrap();
    let octets = build(Builder::new().subject("outer").body(inner), Transport::SEVEN_BIT);
    assert_eq!(parts(octets.as_bytes()), ["0 message", "-0 multipart", "--1 [t]", "--2 [h]"]);
    assert_eq!(octets.matches("MIME-Version: 1.0\r\n").count(), 2);

    let both = Builder::new().text("t").body(Part::text("u")).build(Transport::SEVEN_BIT, seed());
    assert!(both.unwrap_err().is_misuse());
}

#[test]
fn encodings() {
    let long = "x".repeat(999);
    let table: &[(&str, &[u8], [TransferEncoding; 3])] = &[
        ("text/plain", b"ASCII\r\n", [SevenBit, SevenBit, SevenBit]),
        ("text/plain", b"", [SevenBit, SevenBit, SevenBit]),
        ("text/plain", "caf\u{e9} au lait".as_bytes(), [QuotedPrintable, EightBit, EightBit]),
        ("text/plain", "\u{6f22}\u{5b57}".as_bytes(), [Base64, EightBit, EightBit]),
        ("text/plain", long.as_bytes(), [QuotedPrintable, QuotedPrintable, QuotedPrintable]),
        ("text/plain", b"bare\nlf", [QuotedPrintable, QuotedPrintable, QuotedPrintable]),
        ("text/plain", b"bare\rcr", [QuotedPrintable, QuotedPrintable, QuotedPrintable]),
        ("text/plain", b"From x", [QuotedPrintable, QuotedPrintable, QuotedPrintable]),
        ("text/plain", b"a lonely nul: \0", [QuotedPrintable, QuotedPrintable, QuotedPrintable]),
        ("application/json", b"{}\r\n", [SevenBit, SevenBit, SevenBit]),
        ("application/x", b"\0\xff\xfe\x01\r\n\n", [Base64, Base64, Binary]),
        (
            "application/x",
            b"text with one \xff octet, and more text",
            [QuotedPrintable, QuotedPrintable, Binary],
        ),
        ("message/rfc822", b"A: b\r\n\r\n", [SevenBit, SevenBit, SevenBit]),
    ];
    for (kind, body, expected) in table {
        for (transport, expected) in
            [Transport::SEVEN_BIT, Transport::EIGHT_BIT, Transport::BINARY].into_iter().zip(expected)
        {
            let part = Part::new(kind, *body).unwrap();
            let message = Builder::new().body(part).build(transport, seed()).unwrap();
            let octets = message.to_bytes().unwrap();
            let read = Message::parse(&octets);
            assert_eq!(read.root().transfer_encoding(), *expected, "{}", body.escape_ascii());
            assert_eq!(read.root().decoded(), *body);
            let needs = (message.needs().takes_8bit(), message.needs().takes_binary());
            assert_eq!(needs, (matches!(expected, EightBit | Binary), *expected == Binary));
            // what is around it says the same, if its octets stand
            let around = Part::mixed([Part::new(kind, *body).unwrap()]).unwrap();
            let octets = Builder::new().body(around).build(transport, seed()).unwrap().to_bytes().unwrap();
            let outer = if expected.is_identity() { expected } else { &SevenBit };
            assert_eq!(Message::parse(&octets).root().transfer_encoding(), *outer);
        }
    }
    for raw in [&b"A: \xff\r\n\r\n"[..], b"A: b\n\n", &[b'x'; 2000]] {
        let refused =
            Builder::new().body(Part::raw_message(raw).unwrap()).build(Transport::SEVEN_BIT, seed());
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unsupported);
        assert!(
            Builder::new().body(Part::raw_message(raw).unwrap()).build(Transport::BINARY, seed()).is_ok()
        );
    }
}

#[test]
fn headers_in_utf8() {
    let zoe = || Mailbox::new("zoë", "bücher.example").unwrap().with_name("Zoë, Q.");
    let builder = Builder::new().from(zoe()).subject("Grüße").text("x");
    let octets = build(builder, Transport::EIGHT_BIT.with_utf8());
    assert!(
        octets
            .starts_with("From: \"Zoë, Q.\" <zoë@bücher.example>\r\nSubject: Grüße\r\nMIME-Version: 1.0\r\n")
    );

    // a message with such a header is message/global, and no part of the header around it
    let inner = || Part::message(Builder::new().from(zoe()).text("x")).unwrap();
    let message = Builder::new().body(inner()).build(Transport::EIGHT_BIT.with_utf8(), seed()).unwrap();
    assert_eq!(message.needs(), Transport::EIGHT_BIT);
    let octets = message.to_bytes().unwrap();
    let read = Message::parse(&octets);
    assert!(read.content_type().is("message", "global"));
    assert_eq!(read.root().transfer_encoding(), EightBit);
    let refused = Builder::new().body(inner()).build(Transport::EIGHT_BIT, seed()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
}

#[test]
fn the_same_calls_give_the_same_octets() {
    let builder = || Builder::new().subject("x").text("t").html("h");
    assert_eq!(build(builder(), Transport::SEVEN_BIT), build(builder(), Transport::SEVEN_BIT));
    let other = builder().build(Transport::SEVEN_BIT, Seed::new(b"other")).unwrap().to_bytes().unwrap();
    assert_ne!(build(builder(), Transport::SEVEN_BIT).as_bytes(), other);
    assert_ne!(seed().message_id("a.example").unwrap(), seed().child(b"1").message_id("a.example").unwrap());
}
