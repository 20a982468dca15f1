//! What may not be written: forms that IMAP4rev2 left out, and 8-bit text outside of strings.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use bytes::BytesMut;
use imap_proto::{
    ClientCodec, Command, CommandBody, Condition, Dialect, ErrorKind, Event, Options, OtherCommand,
    OutputState, Raw, Response, ResponseCode, ServerCodec, StatusResponse,
};

fn response(line: &str) -> Response {
    Response::parse(line.as_bytes(), &Options::client()).unwrap()
}

/// An error leaves output and codec as they were, and the edition may change at any time.
#[test]
fn a_client_that_is_refused_goes_on() {
    let mut client = ClientCodec::with_options(Options::client().with_dialect(Dialect::Imap4rev2));
    let mut output = BytesMut::from("before");
    let check = || CommandBody::Check.tag("a1").unwrap();
    assert_eq!(client.encode(&check(), &mut output).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!((&output[..], client.output_state()), (&b"before"[..], OutputState::Ready));
    // The tag is free.
    client.speak(Dialect::Imap4rev1Utf8);
    client.encode(&check(), &mut output).unwrap();
    assert_eq!(output, "beforea1 CHECK\r\n");
}

#[test]
fn a_server_that_is_refused_goes_on() {
    let mut server = ServerCodec::with_options(Options::server().with_dialect(Dialect::Imap4rev2));
    let mut output = BytesMut::from("before");
    let unseen = StatusResponse::untagged(Condition::Ok, "x").unwrap().with_code(ResponseCode::Unseen(3));
    for refused in
        [unseen.clone().into(), response("* LSUB () NIL x"), response("* 1 FETCH (RFC822 {2}\r\nhi)")]
    {
        assert_eq!(server.encode(&refused, &mut output).unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!((&output[..], server.output_state()), (&b"before"[..], OutputState::Ready));
    }
    server.speak(Dialect::Imap4rev1Utf8);
    server.encode(&unseen.into(), &mut output).unwrap();
    assert_eq!(output, "before* OK [UNSEEN 3] x\r\n");
}

/// A literal that can't be refused so is still on offer.
#[test]
fn a_literal_is_not_rejected_with_what_is_obsolete() {
    let mut server = ServerCodec::with_options(Options::server().with_dialect(Dialect::Imap4rev2));
    let mut output = BytesMut::new();
    let offered = server.decode(&mut &b"a1 APPEND x {5000}\r\n"[..]);
    assert!(matches!(offered, Ok(Some(Event::LiteralStart(_)))));
    let why = StatusResponse::tagged("a1", Condition::No, "x").unwrap().with_code(ResponseCode::Unseen(3));
    assert_eq!(server.reject(&why, &mut output).unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(output.is_empty() && server.paused());
    server.accept(&mut output).unwrap();
}

#[test]
fn values_that_could_not_be_read_are_refused_too() {
    for line in [
        "* 1 FETCH (UID 7 RFC822.TEXT (a))",
        "* 1 FETCH (rfc822.header 5)",
        "* OK [UNSEEN soon] x",
        "+ [UNSEEN 3] x",
    ] {
        let response = response(line);
        response.to_bytes(Dialect::Imap4rev1Utf8).unwrap();
        let error = response.to_bytes(Dialect::Imap4rev2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{line}");
    }
}

/// Deprecated, but in the grammar of RFC 9051.
#[test]
fn what_only_grew_old_is_written() {
    for line in [
        "* SEARCH 2 3",
        "* 5 RECENT",
        "* 1 FETCH (FLAGS (\\Recent) RFC822.SIZE 5 UID 7)",
        "* STATUS x (UNSEEN 1)",
        "* OK [PERMANENTFLAGS (\\Seen)] x",
    ] {
        let written = response(line).to_bytes(Dialect::Imap4rev2).unwrap();
        assert_eq!(written, [line.as_bytes(), b"\r\n"].concat());
    }
    for line in ["a FETCH 1 (RFC822.SIZE BODY[])", "a SEARCH UNSEEN", "a NOOP", "a FETCH 1 ALL"] {
        let command = Command::parse(line.as_bytes(), &Options::server()).unwrap();
        assert_eq!(command.to_bytes(Dialect::Imap4rev2).unwrap(), [line.as_bytes(), b"\r\n"].concat());
    }
}

/// IMAP4rev1 has ASCII outside of literals, the others have UTF-8.
#[test]
fn eight_bits_in_what_is_not_known_go_where_they_are_read() {
    let written = |raw: &[u8], dialect| {
        let line = [b"a XFROB ", raw].concat();
        let command = Command::parse(&line, &Options::server()).unwrap();
        command.to_bytes(dialect).map_err(|error| error.kind())
    };
    for (raw, plain, utf8) in [
        (&b"\"a\""[..], true, true),
        (b"\"\xc3\xa4\" x", false, true),
        (b"(a \"\xe4\")", false, false),
        (b"{2}\r\n\xe4\xff x", true, true),
        (b"{1}\r\nx \"\xc3\xa4\"", false, true),
    ] {
        for (dialect, is_sent) in
            [(Dialect::Imap4rev1, plain), (Dialect::Imap4rev1Utf8, utf8), (Dialect::Imap4rev2, utf8)]
        {
            let written = written(raw, dialect);
            let expected = if is_sent { None } else { Some(ErrorKind::Unsupported) };
            assert_eq!(written.err(), expected, "{raw:?} {dialect:?}");
        }
    }
    // What nobody can be sent can't be made.
    let latin1 = OtherCommand::new("XFROB", Some(Raw::new(b"\"\xe4\"").unwrap()));
    assert_eq!(latin1.unwrap_err().kind(), ErrorKind::Unsupported);
    for line in ["* XFROB \u{e4}", "* 1 FETCH (UID 7 X-MOOD \"\u{e4}\")", "* STATUS x (X \"\u{e4}\")"] {
        let refused = response(line).to_bytes(Dialect::Imap4rev1).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unsupported, "{line}");
        response(line).to_bytes(Dialect::Imap4rev1Utf8).unwrap();
    }
}
