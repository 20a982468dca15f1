//! ENVELOPE and BODYSTRUCTURE, derived from messages.
#![cfg(all(feature = "imap", feature = "mime"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use mail_proto::imap::Fetch;
use mail_proto::mime::Message;
use mail_proto::mime::decoder::{Limits, Options};
use mail_proto::serve;

fn envelope(message: &[u8]) -> String {
    let envelope = serve::envelope(Message::parse(message).root());
    let fetch = Fetch::builder(1).envelope(&envelope).build().unwrap();
    format!("{:?}", fetch.envelope().unwrap())
}

fn structure(message: &[u8]) -> String {
    format!("{:?}", serve::body_structure(&Message::parse(message)).unwrap())
}

fn body(message: &[u8]) -> String {
    format!("{:?}", serve::body(&Message::parse(message)).unwrap())
}

/// RFC 3501 section 8, RFC 9051 section 8.
#[test]
fn the_example_of_imap() {
    let message = b"Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n\
        From: Terry Gray <gray@cac.washington.edu>\r\n\
        Subject: IMAP4rev1 WG mtg summary and minutes\r\n\
        To: imap@cac.washington.edu\r\n\
        cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n\
        Message-Id: <B27397-0100000@cac.washington.edu>\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\
        \r\n\
        Minutes\r\n";
    assert_eq!(
        envelope(message),
        "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary and minutes\" \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
         ((NIL NIL \"imap\" \"cac.washington.edu\")) \
         ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL \
         \"<B27397-0100000@cac.washington.edu>\")"
    );
    assert_eq!(
        body(message),
        r#"("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 9 1)"#.replace("TEXT", "text")
    );
    assert_eq!(serve::section(&Message::parse(message), &"HEADER".parse().unwrap()).unwrap().octets(), 342);
}

/// RFC 9051 section 7.5.2.
#[test]
fn two_parts() {
    let message = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
        Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\none\r\n\
        --b\r\n\
        Content-Type: TEXT/PLAIN; CHARSET=US-ASCII; NAME=cc.diff\r\n\
        Content-ID: <960723163407.20117h@cac.washington.edu>\r\n\
        Content-Description: Compiler diff\r\n\
        Content-Transfer-Encoding: BASE64\r\n\r\n\
        YWJj\r\nYWJj\r\n\r\n--b--\r\n";
    assert_eq!(
        body(message),
        "((\"text\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3 0)\
         (\"text\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\" \"NAME\" \"cc.diff\") \
         \"<960723163407.20117h@cac.washington.edu>\" \"Compiler diff\" \"base64\" 12 2) \"mixed\")"
    );
}

/// Trap 125.
#[test]
fn sizes_are_those_with_crlf() {
    for (stored, told) in [
        (&b"\na\nb\n"[..], r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 6 2)"#),
        (b"\r\na\r\nb\r\n", r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 6 2)"#),
        (b"\r\na\nb", r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 4 1)"#),
    ] {
        assert_eq!(body(stored), told);
    }
    assert_eq!(serve::rfc822_size(&Message::parse(b"A: b\n\na\r\n\n")), 6 + 2 + 3 + 2);
}

/// Trap 126.
#[test]
fn sender_and_reply_to_default_to_from() {
    let from = r#"((NIL NIL "a" "b")(NIL NIL "c" "d"))"#;
    for header in
        ["From: a@b, c@d", "From: a@b\nFrom: c@d\nSender:\nReply-To: ,", "From: a@b\nFrom: c@d\nReply-To: ;"]
    {
        assert_eq!(
            envelope(format!("{header}\n\n").as_bytes()),
            format!("(NIL NIL {from} {from} {from} NIL NIL NIL NIL NIL)")
        );
    }
    assert_eq!(
        envelope(b"Reply-To: r@s\nFrom: a@b\nSender: x@y\n\n"),
        r#"(NIL NIL ((NIL NIL "a" "b")) ((NIL NIL "x" "y")) ((NIL NIL "r" "s")) NIL NIL NIL NIL NIL)"#
    );
    assert_eq!(envelope(b"To: a@b\n\n"), r#"(NIL NIL NIL NIL NIL ((NIL NIL "a" "b")) NIL NIL NIL NIL)"#);
}

/// Trap 127; an empty field is an empty string (RFC 9051 section 7.5.2).
#[test]
fn texts_are_raw_and_unfolded() {
    assert_eq!(
        envelope(b"Subject: =?utf-8?q?caf=C3=A9?=\r\n =?utf-8?q?_x?=\r\nDate:\r\nIn-Reply-To: (your\r\n\tmail) <a@b>\r\n\r\n"),
        "(\"\" \"=?utf-8?q?caf=C3=A9?= =?utf-8?q?_x?=\" NIL NIL NIL NIL NIL NIL \"(your\tmail) <a@b>\" NIL)"
    );
    // The first one counts.
    assert_eq!(envelope(b"Subject: a\nSubject: b\n\n"), r#"(NIL "a" NIL NIL NIL NIL NIL NIL NIL NIL)"#);
}

#[test]
fn octets_that_are_no_text_are_told_as_they_stand() {
    let message = b"Subject: caf\xe9\nFrom: \"\xff\" <\xe9@b>\nTo: a@b (\xe8)\n\n";
    let fetch = Fetch::builder(1).envelope(&serve::envelope(Message::parse(message).root())).build().unwrap();
    let envelope = fetch.envelope().unwrap();
    assert_eq!(envelope.subject(), Some(&b"caf\xe9"[..]));
    let from = envelope.from().next().unwrap();
    assert_eq!((from.name(), from.mailbox()), (Some(&b"\xff"[..]), Some(&b"\xe9"[..])));
    assert_eq!(envelope.to().next().unwrap().name(), Some(&b"\xe8"[..]));
}

#[test]
fn addresses_of_all_forms() {
    for (to, told) in [
        ("\"Doe, \\\"J\\\"\" <a@b>", r#"("Doe, \"J\"" NIL "a" "b")"#),
        ("=?utf-8?q?J=C3=B6?= <a@b>", r#"("=?utf-8?q?J=C3=B6?=" NIL "a" "b")"#),
        ("a@b (Jo (x))", r#"("Jo (x)" NIL "a" "b")"#),
        ("<@r.example,@s.example:a@b>", r#"(NIL "@r.example,@s.example" "a" "b")"#),
        ("\"a b\"@c", r#"(NIL NIL "a b" "c")"#),
        ("a@[127.0.0.1]", r#"(NIL NIL "a" "[127.0.0.1]")"#),
        ("local", r#"(NIL NIL "local" "")"#),
        ("Jo <local>", r#"("Jo" NIL "local" "")"#),
        ("two words, a@b", r#"("two words" NIL "" "")(NIL NIL "a" "b")"#),
        ("G:;", r#"(NIL NIL "G" NIL)(NIL NIL NIL NIL)"#),
        (
            "x@y, \"G, H\": a@b, Jo <c@d>;",
            r#"(NIL NIL "x" "y")(NIL NIL "G, H" NIL)(NIL NIL "a" "b")("Jo" NIL "c" "d")(NIL NIL NIL NIL)"#,
        ),
    ] {
        assert_eq!(
            envelope(format!("To: {to}\n\n").as_bytes()),
            format!("(NIL NIL NIL NIL NIL ({told}) NIL NIL NIL NIL)")
        );
    }
}

#[test]
fn no_string_holds_a_nul() {
    let message =
        b"Subject: a\0b\nFrom: \"\0\" <a@b>\nContent-Type: text/plain; x=\"a\0b\"; y\0=z\nContent-ID: <\0>\n\
        Content-Disposition: in\0line; z=\"\0\"\nContent-Location: \0a\nContent-MD5: \0\n\nbody\0\n";
    assert_eq!(envelope(message).matches('\0').count(), 0);
    assert_eq!(structure(message).matches('\0').count(), 0);
    assert!(envelope(message).starts_with("(NIL \"ab\" ((NIL NIL \"a\" \"b\"))"), "{}", envelope(message));
}

/// Trap 133.
#[test]
fn what_a_header_does_not_say_has_its_default() {
    for (header, told) in [
        ("", r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 0 NIL NIL NIL NIL)"#),
        (
            "Content-Type: nonsense",
            r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 0 NIL NIL NIL NIL)"#,
        ),
        (
            "Content-Type: text/html; charset*=utf-8''x",
            r#"("text" "html" ("charset*" "utf-8''x") NIL NIL "7BIT" 1 0 NIL NIL NIL NIL)"#,
        ),
        ("Content-Type: Image/PNG", r#"("Image" "PNG" NIL NIL NIL "7BIT" 1 NIL NIL NIL NIL)"#),
        (
            "Content-Type: a/b; name*0*=utf-8'en'%e2%82; name*1*=%ac.x; n*0=one; n*1=\" two\"; m=\"=?utf-8?q?x?=\"",
            r#"("a" "b" ("name*" "utf-8'en'%E2%82%AC.x" "n" "one two" "m" "=?utf-8?q?x?=") NIL NIL "7BIT" 1 NIL NIL NIL NIL)"#,
        ),
        (
            "Content-Disposition: Attachment; filename=a; size=1\nContent-Language: de, en-GB\nContent-Location: http://x/\n y\n\
             Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\nContent-Description: a\n b\nContent-ID:  <1@x> \n\
             Content-Transfer-Encoding: x-own",
            "(\"text\" \"plain\" (\"charset\" \"us-ascii\") \"<1@x>\" \"a b\" \"x-own\" 1 0 \"Q2hlY2sgSW50ZWdyaXR5IQ==\" \
             (\"Attachment\" (\"filename\" \"a\" \"size\" \"1\")) (\"de\" \"en-GB\") \"http://x/ y\")",
        ),
        (
            "Content-Disposition: inline",
            r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 0 NIL ("inline" NIL) NIL NIL)"#,
        ),
        (
            "Content-Disposition:",
            r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 0 NIL NIL NIL NIL)"#,
        ),
    ] {
        assert_eq!(
            structure(format!("{header}\n{}x", if header.is_empty() { "" } else { "\n" }).as_bytes()),
            told,
            "{header}"
        );
    }
}

/// Trap 133: the grammar wants a part.
#[test]
fn a_multipart_without_parts_has_an_empty_one() {
    let empty = r#"("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL)"#;
    assert_eq!(
        structure(b"Content-Type: multipart/mixed; boundary=b\n\nno delimiter\n"),
        format!(r#"({empty} "mixed" ("boundary" "b") NIL NIL NIL)"#)
    );
    assert_eq!(
        structure(b"Content-Type: multipart/x-own\nContent-Language: de\n\n"),
        format!(r#"({empty} "x-own" NIL NIL ("de") NIL)"#)
    );
    assert_eq!(
        body(b"Content-Type: multipart/mixed\n\n"),
        r#"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0) "mixed")"#
    );
}

#[test]
fn a_message_in_a_message() {
    let inner = "Subject: in\n\none\n";
    for (kind, told) in [("message/rfc822", "rfc822"), ("message/global", "global")] {
        let message = format!("Content-Type: {kind}\nContent-Disposition: inline\n\n{inner}");
        assert_eq!(
            structure(message.as_bytes()),
            format!(
                "(\"message\" \"{told}\" NIL NIL NIL \"7BIT\" 20 \
                 (NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) \
                 (\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 5 1 NIL NIL NIL NIL) 3 \
                 NIL (\"inline\" NIL) NIL NIL)"
            )
        );
    }
    let digest = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: in\n\nx\n--b--\n";
    assert!(
        body(digest).starts_with("((\"message\" \"rfc822\" NIL NIL NIL \"7BIT\" 16 (NIL \"in\" "),
        "{}",
        body(digest)
    );
}

#[test]
fn what_was_not_looked_into_is_a_basic_part() {
    assert_eq!(
        body(b"Content-Type: message/rfc822; x=y\nContent-Transfer-Encoding: base64\n\nQTogYgo=\n"),
        r#"("application" "octet-stream" ("x" "y") NIL NIL "base64" 10)"#
    );
    let nested = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--b--\n";
    let options = Options::new().with_limits(Limits::new().with_depth(2));
    assert_eq!(
        format!("{:?}", serve::body(&Message::parse_with(nested, options)).unwrap()),
        r#"(("application" "octet-stream" ("boundary" "c") NIL NIL "7BIT" 15) "mixed")"#
    );
}

/// A structure has 128 levels at most; a message may have more.
#[test]
fn what_lies_too_deep_is_left_out() {
    let mut message = Vec::new();
    for _ in 0..300 {
        message.extend_from_slice(b"Content-Type: message/rfc822\n\n");
    }
    message.extend_from_slice(b"Subject: deepest\n\nx\n");
    let options = Options::new().with_limits(Limits::new().with_depth(1_000));
    let message = Message::parse_with(&message, options);
    assert_eq!(message.map().parts().len(), 301);
    let structure = format!("{:?}", serve::body_structure(&message).unwrap());
    assert_eq!(structure.matches("\"message\" \"rfc822\"").count(), 119);
    assert_eq!(structure.matches("\"application\" \"octet-stream\"").count(), 1);
}

/// A stored map may be that of another message.
#[test]
fn the_map_of_other_octets_is_no_harm() {
    let nested = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nA: b\n\nx\n--b--\n";
    let map = Message::parse(nested).into_map();
    for octets in [&b""[..], b"x", b"Content-Type: text/html\n\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"] {
        let message = Message::with_map(octets, &map);
        assert!(serve::body_structure(&message).is_ok());
        for section in ["", "1", "1.HEADER", "1.1", "TEXT"] {
            let _ = serve::section(&message, &section.parse().unwrap())
                .map(|octets| octets.partial(3, 9).to_vec());
        }
    }
}
