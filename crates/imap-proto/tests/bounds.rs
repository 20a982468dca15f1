//! Bounds and secrets at the edges of exchanges: what a peer, or a caller, might get around.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use imap_proto::{
    Authenticate, BodyBuf, ClientCodec, CommandBody, Condition, Continuation, EnvelopeBuf, ErrorKind, Event,
    Fetch, Item, Leniency, Limits, Options, Response, SaslResponse, ServerCodec, StatusResponse,
};

fn authenticating() -> ClientCodec {
    let mut client = ClientCodec::new();
    client.decode(&mut &b"* OK hi\r\n"[..]).unwrap();
    let command = CommandBody::from(Authenticate::new("X").unwrap()).tag("a").unwrap();
    client.encode(&command, &mut BytesMut::new()).unwrap();
    client
}

#[test]
fn an_answer_needs_a_challenge_of_its_own() {
    let mut client = authenticating();
    let mut output = BytesMut::new();
    let answer = SaslResponse::data("hidden");
    for challenge in ["+ \r\n", "+ eA==\r\n", "+ ???\r\n"] {
        let error = client.encode_answer(&answer, &mut output).unwrap_err();
        assert_eq!((error.kind(), error.expected()), (ErrorKind::Misuse, "a challenge before an answer"));
        client.decode(&mut challenge.as_bytes()).unwrap();
        client.encode_answer(&answer, &mut output).unwrap();
    }
    // A challenge that was not answered is none for the next exchange.
    client.decode(&mut &b"+ \r\n"[..]).unwrap();
    client.decode(&mut &b"a NO bad\r\n"[..]).unwrap();
    let command = CommandBody::from(Authenticate::new("X").unwrap()).tag("b").unwrap();
    client.encode(&command, &mut output).unwrap();
    assert!(client.encode_answer(&answer, &mut output).unwrap_err().is_misuse());
}

#[test]
fn an_answer_that_its_reply_overtakes_stays_secret() {
    for cut in 0..10 {
        let mut server = ServerCodec::new();
        let mut output = BytesMut::new();
        server.decode(&mut &b"a AUTHENTICATE PLAIN\r\n"[..]).unwrap();
        server.encode(&Continuation::challenge("").into(), &mut output).unwrap();
        let (front, back) = b"c2VjcmV0\r\n".split_at(cut);
        assert_eq!(server.decode(&mut &front[..]).unwrap(), None);
        let no = StatusResponse::tagged("a", Condition::No, "too late").unwrap();
        server.encode(&no.into(), &mut output).unwrap();
        let rest = [back, b"b NOOP\r\n"].concat();
        let mut input = &rest[..];
        let Some(Event::Malformed(bad)) = server.decode(&mut input).unwrap() else { panic!() };
        // Not begun, it can't be told from a command.
        if cut > 0 {
            assert!(!format!("{bad:?}").contains("c2Vj") && bad.tag().is_none(), "{bad:?}");
            assert_eq!(bad.raw(), b"c2VjcmV0");
        }
        let Some(Event::Command(command)) = server.decode(&mut input).unwrap() else { panic!() };
        assert_eq!(*command.body(), CommandBody::Noop);
    }
}

/// One element for two octets would be many times the memory of the line.
#[test]
fn lists_of_values_have_a_bound() {
    let many = |front: &str, one: &str, back: &str| [front, &one.repeat(1 << 20), back].concat();
    for response in [
        many("* FLAGS (x", " x", ")"),
        many("* OK [PERMANENTFLAGS (x", " x", ")] y"),
        many("* CAPABILITY x", " x", ""),
        many("* LIST (x", " x", ") NIL a"),
        many("* STATUS a (x 1", " x 1", ")"),
        many("* OK [MODIFIED 1", ",1", "] x"),
    ] {
        let shown = response.get(..20).unwrap();
        match Response::parse(response.as_bytes(), &Options::client()) {
            Err(error) => assert_eq!(error.kind(), ErrorKind::Limit, "{shown}"),
            // A code that crosses the bound is kept as it stands.
            Ok(Response::Status(status)) => {
                assert!(format!("{:?}", status.code()).starts_with("Some(Other("), "{shown}");
            }
            Ok(_) => panic!("{shown}"),
        }
    }
}

#[test]
fn what_is_made_is_no_deeper_than_what_is_read() {
    let mut body = BodyBuf::text("plain", 1, 1).unwrap();
    let deepest = Limits::client().depth();
    for depth in 2..=deepest {
        body = match depth % 2 {
            0 => BodyBuf::multipart("mixed", [body]).unwrap(),
            _ => BodyBuf::message(1, 1, &EnvelopeBuf::new(), &body).unwrap(),
        };
    }
    let fetch = Fetch::builder(1).uid(7).body_structure(&body).build().unwrap();
    let octets = Response::from(fetch.clone()).to_bytes(imap_proto::Dialect::Imap4rev1).unwrap();
    let strict = Options::client().with_leniency(Leniency::Strict);
    assert_eq!(Response::parse(&octets, &strict).unwrap(), fetch.into());
    let deeper = BodyBuf::multipart("mixed", [body.clone()]);
    assert_eq!(deeper.unwrap_err().kind(), ErrorKind::Limit);
    let deeper = BodyBuf::message(1, 1, &EnvelopeBuf::new(), &body);
    assert_eq!(deeper.unwrap_err().kind(), ErrorKind::Limit);
}

/// A quote that is not escaped has its end looked for, which must not be the end of the frame for each of many.
#[test]
fn quotes_that_do_not_end_are_not_looked_for_again_and_again() {
    let line = format!("* 1 FETCH (UID 7{})", " ENVELOPE (\"x\"y)".repeat(300_000));
    let Response::Fetch(fetch) = Response::parse(line.as_bytes(), &Options::client()).unwrap() else {
        panic!()
    };
    assert_eq!(fetch.items().filter(|item| matches!(item, Item::Invalid { .. })).count(), 300_000);
}

#[test]
fn quotes_that_are_not_escaped_cost_one_look_each() {
    let items = 100_000;
    for (item, is_read) in [(" RFC822.TEXT \"a \"b\" c\"", true), (" RFC822.TEXT \"a\"b", false)] {
        let line = format!("* 1 FETCH (UID 7{})", item.repeat(items));
        let read = Response::parse(line.as_bytes(), &Options::client());
        let seen = read.as_ref().map(|response| match response {
            Response::Fetch(fetch) => fetch.items().count(),
            _ => 0,
        });
        assert_eq!(seen.ok(), is_read.then_some(items + 1), "{item}");
    }
}
