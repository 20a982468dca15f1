//! What is more than a command and its answer: AUTHENTICATE, IDLE, STARTTLS, COMPRESS and ENABLE.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use bytes::BytesMut;
use common::{command, login, misuse, status, talk};
use imap_proto::{
    Authenticate, Capabilities, Capability, ClientCodec, CommandBody, Condition, Continuation, Dialect,
    ErrorKind, Event, ListData, MailboxName, NonSynchronizing, Options, Response, SaslResponse, ServerCodec,
    State,
};

#[test]
fn a_tour_through_authenticate() {
    let (mut client, mut server) = (ClientCodec::new(), ServerCodec::new());
    let (mut up, mut down) = (BytesMut::new(), BytesMut::new());
    let authenticate = |tag: &str| CommandBody::from(Authenticate::new("X").unwrap()).tag(tag).unwrap();
    misuse(client.encode_answer(&SaslResponse::data("early"), &mut up));
    client.encode(&authenticate("a1"), &mut up).unwrap();
    misuse(client.encode(&command("a2 NOOP"), &mut up));
    assert_eq!(server.decode(&mut &up.split()[..]).unwrap(), Some(Event::Command(authenticate("a1"))));
    assert!(server.paused());
    for challenge in ["", "1896.697170952@postoffice"] {
        let challenge = Continuation::challenge(challenge);
        server.encode(&challenge.clone().into(), &mut down).unwrap();
        misuse(server.encode(&challenge.clone().into(), &mut BytesMut::new()));
        let heard = client.decode(&mut &down.split()[..]).unwrap().map(Event::into_owned);
        assert_eq!(heard, Some(Event::Response(challenge.into())));
        let answer = SaslResponse::data("hidden");
        client.encode_answer(&answer, &mut up).unwrap();
        assert_eq!(server.decode(&mut &up.split()[..]).unwrap(), Some(Event::Answer(answer)));
    }
    misuse(client.encode_answer(&SaslResponse::Cancel, &mut up));
    server.encode(&Continuation::challenge("x").into(), &mut down).unwrap();
    client.decode(&mut &down.split()[..]).unwrap();
    client.encode_answer(&SaslResponse::Cancel, &mut up).unwrap();
    assert_eq!(up, "*\r\n");
    assert_eq!(server.decode(&mut &up.split()[..]).unwrap(), Some(Event::Answer(SaslResponse::Cancel)));
    down.clear();
    server.encode(&status(Condition::Bad, "a1", "canceled"), &mut down).unwrap();
    client.decode(&mut &b"* OK hi\r\n"[..]).unwrap();
    client.decode(&mut &down.split()[..]).unwrap();
    assert_eq!(client.state(), State::NotAuthenticated);
    client.encode(&command("a1 NOOP"), &mut up).unwrap();
    assert!(matches!(server.decode(&mut &up.split()[..]), Ok(Some(Event::Command(_)))));

    // What is no base64 is told with the tag of the command, and the command waits for its answer.
    server.decode(&mut &b"a2 AUTHENTICATE X\r\n"[..]).unwrap();
    server.encode(&Continuation::challenge("").into(), &mut down).unwrap();
    let Some(Event::Malformed(bad)) = server.decode(&mut &b"a2 NOOP\r\n"[..]).unwrap() else { panic!() };
    assert_eq!((bad.tag().unwrap().as_str(), bad.raw()), ("a2", &b"a2 NOOP"[..]));
    assert!(server.paused());
    down.clear();
    server.encode(&bad.to_response(), &mut down).unwrap();
    assert!(down.starts_with(b"a2 BAD ") && !server.paused(), "{down:?}");

    let initial = Authenticate::new("PLAIN").unwrap().with_initial("");
    client.encode(&CommandBody::from(initial).tag("a4").unwrap(), &mut up).unwrap();
    assert_eq!(up, "a4 AUTHENTICATE PLAIN =\r\n");
    let mut input = &b"+ ???\r\n+ eA==\r\na4 OK in\r\n"[..];
    assert!(matches!(client.decode(&mut input), Ok(Some(Event::Malformed(_)))));
    let challenge = Continuation::challenge("x");
    assert_eq!(client.decode(&mut input).unwrap(), Some(Event::Response(challenge.into())));
    client.decode(&mut input).unwrap();
    assert_eq!(client.state(), State::Authenticated);
}

/// A `+` that a command in front of AUTHENTICATE waits for is no challenge.
#[test]
fn a_plus_goes_to_who_waits_for_it() {
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    client.encode(&login(), &mut output).unwrap();
    let authenticate = CommandBody::from(Authenticate::new("X").unwrap()).tag("a2").unwrap();
    client.encode(&authenticate, &mut output).unwrap();
    misuse(client.encode_answer(&SaslResponse::Cancel, &mut output));
    let (events, more, mut client) =
        talk(client, b"* OK hi\r\n+ go on\r\n+ go on\r\na1 NO\r\n+ eA==\r\n", 100);
    assert!(more.ends_with(b"a2 AUTHENTICATE X\r\n"));
    let text = Continuation::text("go on").unwrap();
    assert_eq!(events[1..3], [0, 1].map(|_| Event::Response(text.clone().into())));
    assert_eq!(events[4], Event::Response(Continuation::challenge("x").into()));
    client.encode_answer(&SaslResponse::Cancel, &mut output).unwrap();
}

#[test]
fn idle_ends_with_done_in_whatever_case() {
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    misuse(client.encode_done(&mut output));
    client.encode(&command("a1 IDLE"), &mut output).unwrap();
    misuse(client.encode(&command("a2 NOOP"), &mut output));
    misuse(client.encode_answer(&SaslResponse::Cancel, &mut output));
    client.encode_done(&mut output).unwrap();
    misuse(client.encode_done(&mut output));
    client.encode(&command("a2 NOOP"), &mut output).unwrap();
    assert_eq!(output, "a1 IDLE\r\nDONE\r\na2 NOOP\r\n");

    let mut server = ServerCodec::new();
    let mut input = &b"a1 IDLE\r\nfinished {3}\r\ndone\r\na2 NOOP\r\n"[..];
    assert!(matches!(server.decode(&mut input), Ok(Some(Event::Command(_)))));
    output.clear();
    server.encode(&Response::Exists(3), &mut output).unwrap();
    assert!(server.paused());
    server.encode(&Continuation::text("idling").unwrap().into(), &mut output).unwrap();
    assert!(!server.paused());
    assert!(matches!(server.decode(&mut input), Ok(Some(Event::Malformed(_)))));
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Done));
    assert!(!server.deviations().is_empty());
    misuse(server.encode(&Continuation::text("again").unwrap().into(), &mut output));
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Command(command("a2 NOOP"))));
    assert_eq!(output, "* 3 EXISTS\r\n+ idling\r\n");
}

#[test]
fn octets_behind_starttls_are_an_injection() {
    let mut server = ServerCodec::new();
    let mut output = BytesMut::new();
    let mut input = &b"a1 STARTTLS\r\na2 LOGIN a stolen\r\n"[..];
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Command(command("a1 STARTTLS"))));
    assert_eq!(server.decode(&mut input).unwrap(), None);
    misuse(server.upgraded(&[]));
    server.encode(&status(Condition::Ok, "a1", "begin"), &mut output).unwrap();
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Upgrade));
    assert!(server.paused() && server.decode(&mut input).unwrap().is_none());
    assert_eq!(server.upgraded(input).unwrap_err().kind(), ErrorKind::Injection);
    for _ in 0..2 {
        assert_eq!(server.decode(&mut input).unwrap_err().kind(), ErrorKind::Injection);
        assert_eq!(server.finish().unwrap_err().kind(), ErrorKind::Injection);
    }

    let mut client = ClientCodec::with_options(Options::client().with_literals(NonSynchronizing::Plus));
    client.encode(&command("a1 STARTTLS"), &mut output).unwrap();
    misuse(client.encode(&command("a2 NOOP"), &mut output));
    misuse(client.upgraded(&[]));
    let mut input = &b"* OK hi\r\na1 OK begin\r\n* PREAUTH forged\r\n"[..];
    while let Some(event) = client.decode(&mut input).unwrap() {
        assert!(
            !matches!(event, Event::Response(Response::Status(ref status)) if status.condition() == Condition::PreAuth)
        );
    }
    assert!(client.paused());
    misuse(client.encode(&command("a2 NOOP"), &mut output));
    let mut sound = client.clone();
    assert_eq!(client.upgraded(input).unwrap_err().kind(), ErrorKind::Injection);
    assert_eq!(client.decode(&mut input).unwrap_err().kind(), ErrorKind::Injection);
    assert_eq!(client.finish().unwrap_err().kind(), ErrorKind::Injection);

    sound.upgraded(&[]).unwrap();
    assert!(!sound.paused());
    // What was announced in clear text is forgotten.
    assert_eq!(sound.options().literals(), NonSynchronizing::No);
    sound.encode(&command("a2 NOOP"), &mut output).unwrap();
}

#[test]
fn octets_behind_compress_belong_to_the_new_layer() {
    let mut server = ServerCodec::new();
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    let mut input = &b"a1 COMPRESS DEFLATE\r\n\x01\x02"[..];
    server.decode(&mut input).unwrap();
    server.encode(&status(Condition::Ok, "a1", "begin"), &mut output).unwrap();
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Upgrade));
    server.upgraded(input).unwrap();
    assert!(matches!(server.decode(&mut &b"a2 NOOP\r\n"[..]), Ok(Some(Event::Command(_)))));

    client.encode(&command("a1 COMPRESS DEFLATE"), &mut output).unwrap();
    let mut input = &b"* OK hi\r\na1 OK begin\r\n\x01"[..];
    while client.decode(&mut input).unwrap().is_some() {}
    client.upgraded(input).unwrap();
    assert_eq!(
        client.decode(&mut &b"* 1 EXISTS\r\n"[..]).unwrap(),
        Some(Event::Response(Response::Exists(1)))
    );
    // A refusal changes nothing.
    for (tag, name) in [("a2", "COMPRESS DEFLATE"), ("a3", "STARTTLS")] {
        client.encode(&command(&format!("{tag} {name}")), &mut output).unwrap();
        let answer = format!("{tag} NO no\r\n");
        client.decode(&mut answer.as_bytes()).unwrap();
        assert!(!client.paused() && client.decode(&mut &b""[..]).unwrap().is_none());
    }
}

/// The octets of a literal must not go before the server asks for them: it may refuse, and read on.
#[test]
fn the_plus_of_an_idle_that_is_over_lets_nothing_go() {
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    client.encode(&command("a1 IDLE"), &mut output).unwrap();
    client.encode_done(&mut output).unwrap();
    client.encode(&CommandBody::login("alice", "p\u{e4}").unwrap().tag("a2").unwrap(), &mut output).unwrap();
    client.encode(&command("a3 IDLE"), &mut output).unwrap();
    assert_eq!(output.split(), "a1 IDLE\r\nDONE\r\na2 LOGIN alice {3}\r\n");
    let mut hear = |client: &mut ClientCodec, line: &str| {
        client.decode(&mut line.as_bytes()).unwrap();
        client.resume(&mut output).unwrap();
        output.split()
    };
    hear(&mut client, "* OK hi\r\n");
    assert_eq!(hear(&mut client, "+ idling\r\n"), "");
    assert_eq!(hear(&mut client, "a1 OK\r\n"), "");
    assert_eq!(hear(&mut client, "+ go ahead\r\n"), "p\u{e4}\r\na3 IDLE\r\n");

    // One that was refused gets none.
    client.encode_done(&mut BytesMut::new()).unwrap();
    let login = CommandBody::login("alice", "p\u{e4}").unwrap();
    client.encode(&login.tag("a4").unwrap(), &mut BytesMut::new()).unwrap();
    assert_eq!(hear(&mut client, "a3 BAD\r\n"), "");
    assert_eq!(hear(&mut client, "+ go ahead\r\n"), "p\u{e4}\r\n");

    // And none is a challenge.
    client.encode(&command("a5 IDLE"), &mut BytesMut::new()).unwrap();
    client.encode_done(&mut BytesMut::new()).unwrap();
    client.encode(&command("a6 AUTHENTICATE X"), &mut BytesMut::new()).unwrap();
    let text = Continuation::text("idling").unwrap();
    assert_eq!(client.decode(&mut &b"+ idling\r\n"[..]).unwrap(), Some(Event::Response(text.into())));
}

/// Whether it would go in clear text or not would be a matter of buffers.
#[test]
fn a_server_says_nothing_while_the_layer_changes() {
    let (mut server, mut output) = (ServerCodec::new(), BytesMut::new());
    server.decode(&mut &b"a1 STARTTLS\r\n"[..]).unwrap();
    server.encode(&status(Condition::Ok, "a1", "begin"), &mut output).unwrap();
    misuse(server.encode(&Response::Exists(3), &mut output));
    server.decode(&mut &b""[..]).unwrap();
    misuse(server.encode(&Response::Exists(3), &mut output));
    server.upgraded(b"").unwrap();
    server.encode(&Response::Exists(3), &mut output).unwrap();
    assert_eq!(output, "a1 OK begin\r\n* 3 EXISTS\r\n");
}

#[test]
fn enable_changes_what_is_spoken() {
    let list =
        || Response::List(ListData::new(MailboxName::new("Entw\u{fc}rfe").unwrap(), Some('/')).unwrap());
    let select = |tag| CommandBody::select("Entw\u{fc}rfe").unwrap().tag(tag).unwrap();
    let (mut client, mut server) = (ClientCodec::new(), ServerCodec::new());
    let (mut asked, mut told) = (BytesMut::new(), BytesMut::new());
    client.peer(&Capabilities::new([Capability::new("LITERAL+").unwrap()]));
    server.encode(&list(), &mut told).unwrap();
    client.encode(&select("a1"), &mut asked).unwrap();
    assert_eq!(told.split(), "* LIST () \"/\" {9}\r\nEntw\u{fc}rfe\r\n".as_bytes());
    assert_eq!(asked.split(), "a1 SELECT {9+}\r\nEntw\u{fc}rfe\r\n".as_bytes());
    client.speak(Dialect::Imap4rev2);
    server.speak(Dialect::Imap4rev2);
    server.encode(&list(), &mut told).unwrap();
    client.encode(&select("a2"), &mut asked).unwrap();
    assert_eq!(told.split(), "* LIST () \"/\" \"Entw\u{fc}rfe\"\r\n".as_bytes());
    assert_eq!(asked.split(), "a2 SELECT \"Entw\u{fc}rfe\"\r\n".as_bytes());
}
