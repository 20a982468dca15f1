//! The contract that all codecs share, on IMSP.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use bytes::BytesMut;
use common::{command, commands, misuse, status};
use imsp_proto::testkit::{Client, Server};
use imsp_proto::{
    Address, Authenticate, Capability, ClientCodec, Command, CommandBody, Condition, Continuation, Entry,
    Error, ErrorKind, Event, Flag, Leniency, Limits, ListData, Literal, LiteralStart, Malformed, Name,
    Object, OptionData, Options, OtherCode, OtherCommand, OtherResponse, OutputState, Pattern, Raw, Response,
    Rights, SaslResponse, ServerCodec, State, StatusResponse, Tag, Text,
};
use mail_wire::testkit::{assert_hidden, assert_linear, assert_shareable, every_cut, left_behind};

/// What a client is told, and what its server then says.
const CONVERSATIONS: &[(&str, &[u8])] = &[
    ("a1 LOGIN a b\na2 NOOP", b"* OK hi\r\n* CAPABILITY AUTH=PLAIN LITERAL+\r\na1 OK in\r\na2 OK done\r\n"),
    ("a1 GET *", b"* OK hi\r\n* OPTION x.a one [READ-ONLY]\r\n* OPTION x.c {9}\r\nline\r\ntwo [READ-WRITE]\r\n* OPTION {3}\r\nx.d \"\"\r\na1 OK\r\n"),
    ("a1 FETCHADDRESS b e", b"* OK hi\r\n* FETCHADDRESS b {3}\r\ne e f {4}\r\nv\r\n\n g \"h\"\r\n* FETCHADDRESS b e\r\n* FETCHADDRESS b e f\r\na1 NO [LOCKED] x\r\n"),
    ("a1 AUTHENTICATE X\na2 NOOP", b"* OK hi\r\n+ PDFAaD4=\r\n+ \r\n+\r\n+ ???\r\na1 OK in\r\n+ text\r\na2 OK\r\n"),
    ("a1 ADDRESSBOOK *", b"* OK hi\n* ADDRESSBOOK () \".\" {3}\na\"b\r\n* ADDRESSBOOK (\\Marked x) NIL y\r\n* LIST () \".\" m s {2}\r\nt\r\r\n* LSUB x\r\na1 BAD {31}\r\n"),
    ("a1 NOOP", b"* BYE too many {3}\r\n\r\n* \r\nx\r\n\0\r\n* OPTION\r\n* OPTION x {3}\r\na\0b\r\n* ACL BOGUS x\r\n* ACL MAILBOX x y z\r\n"),
    ("a1 NOOP", b"* OK hi\r\n* XFROB ~{2}\r\n\r\n \"a\r\n* XFROB {2}\r\n"),
    ("a1 NOOP", b"* OK hi\r\nhalf a line"),
    ("a1 NOOP", b"* OK hi\r\n* OPTION x {5000}\r\nhalf a value"),
];

/// What a server is sent; it answers at once.
const SESSIONS: &[&[u8]] = &[
    b"a1 LOGIN {5}\r\nalice {6}\r\nsecret\r\na2 NOOP\r\na3 GET *\r\na4 LOGOUT\r\n",
    b"a1 LOGIN {5+}\r\nalice {6+}\r\nsecret\r\na2 login \"a\\\"b\" c\r\na3 NOOP \r\n",
    b"a1 SET x {5}\r\nhello\r\na2 SET {1+}\r\ny {3+}\r\n\0\r\n {0+}\r\n\r\n",
    b"a1 SET x {5}\r\na2 NOOP\r\na3 SET x {5}\r\na4 NOOP\r\na5 NOOP\r\na6 SET x {5+}\r\n\n\n\n\n\n y\r\na7 NOOP\r\n",
    b"a1 STOREADDRESS b e f {3}\r\nabc g {4+}\r\n\r\n)( h i\r\na2 STOREADDRESS b e\r\na3 FETCHADDRESS b\r\na4 SEARCHADDRESS b name\r\n",
    b"a1 AUTHENTICATE PLAIN\r\nAGEAYg==\r\na2 NOOP\r\na3 AUTHENTICATE PLAIN\r\na4 AUTHENTICATE PLAIN =\r\n*\r\na5 NOOP\r\na6 NOOP\r\na7 AUTHENTICATE X\r\n??\r\na8 NOOP\r\n",
    b"\r\n \r\n\0\r\na1\r\na1 \r\na1 GET\r\n* NOOP\r\na+ NOOP\r\na1 NO\rOP\r\na1 NOOP\r\r\na1 NOOP\na1 FROB {3+}\r\n{9} (x\r\na1 GET {2}\na\n x\r\na1 NO",
    b"a1 FIND ALL.ADDRESSBOOKS *\r\na2 LOCK BOGUS {1}\r\nx\r\na3 LOCK OPTION x\r\na4 MYACL ADDRESSBOOK b\r\na5 SETACL MAILBOX b anyone \"\"\r\n",
];

#[test]
fn every_cutting_gives_the_same_events() {
    for leniency in [Leniency::Lenient, Leniency::Strict] {
        for inline in [4_096, 2] {
            let with = |options: Options| {
                let limits = options.limits().with_inline_literal(inline);
                options.with_leniency(leniency).with_limits(limits)
            };
            for (told, stream) in CONVERSATIONS {
                every_cut(|| Client::after(with(Options::client()), &commands(told)), stream);
            }
            for session in SESSIONS {
                every_cut(|| Server::new(with(Options::server())), session);
            }
        }
    }
}

#[test]
fn nothing_behind_an_event_is_taken() {
    let told = commands("a1 NOOP");
    let stream = b"* OK hi\r\n* OPTION x {3}\r\nabc [READ-ONLY]\r\na1 OK x\r\n";
    assert_eq!(left_behind(Client::after(Options::client(), &told), stream), [42, 9, 0]);
    let limits = Options::client().limits().with_inline_literal(2);
    let options = Options::client().with_limits(limits);
    assert_eq!(left_behind(Client::after(options, &told), stream), [42, 26, 23, 23, 9, 0]);

    let stream = b"a1 LOGIN {1}\r\nx {1+}\r\ny\r\na2 AUTHENTICATE X\r\nAAAA\r\na3 NOOP\r\n";
    assert_eq!(left_behind(Server::new(Options::server()), stream), [45, 34, 15, 9, 0]);
    let mut server = ServerCodec::new();
    let mut input = &b"a1 SET x {3}\r\na2 NOOP\r\n"[..];
    assert!(server.decode(&mut input).unwrap().is_some());
    assert!(server.paused() && server.decode(&mut input).unwrap().is_none());
    assert_eq!(input, b"a2 NOOP\r\n");
}

fn set(tag: &str, value: Literal) -> Command {
    CommandBody::Set(Name::new("x").unwrap(), value).tag(tag).unwrap()
}

fn numbers(result: Result<(), Error>) {
    let error = result.unwrap_err();
    let told = error.expected();
    assert!(error.is_misuse() && told.contains('5') && (told.contains('3') || told.contains('6')), "{error}");
}

#[test]
fn a_client_out_of_order_is_misuse_and_changes_nothing() {
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    misuse(client.encode_data(b"x", &mut output));
    misuse(client.encode_end(&mut output));
    misuse(client.encode_answer(&SaslResponse::Cancel, &mut output));
    client.encode(&command("a1 NOOP"), &mut output).unwrap();
    misuse(client.encode(&command("a1 NOOP"), &mut output));
    client.encode(&set("a2", Literal::streamed(5)), &mut output).unwrap();
    misuse(client.encode_data(b"x", &mut output));
    client.decode(&mut &b"* OK hi\r\n"[..]).unwrap();
    client.decode(&mut &b"+ go\r\n"[..]).unwrap();
    client.resume(&mut output).unwrap();
    assert_eq!(client.output_state(), OutputState::Payload { octets: Some(5) });
    misuse(client.encode(&command("a3 NOOP"), &mut output));
    client.encode_data(b"abc", &mut output).unwrap();
    numbers(client.encode_end(&mut output));
    numbers(client.encode_data(b"def", &mut output));
    client.encode_data(b"de", &mut output).unwrap();
    client.encode_end(&mut output).unwrap();
    client.encode(&command("a3 NOOP"), &mut output).unwrap();
    assert_eq!(output, "a1 NOOP\r\na2 SET x {5}\r\nabcde\r\na3 NOOP\r\n");

    // What can't be written leaves nothing behind.
    output.clear();
    let entry = || Entry::new(Name::new("b").unwrap(), Name::new("e").unwrap());
    for body in [
        CommandBody::FetchAddress(Name::new("b").unwrap(), Vec::new()),
        CommandBody::StoreAddress(Address::new(entry())),
    ] {
        misuse(client.encode(&body.tag("a4").unwrap(), &mut output));
    }
    assert_eq!(
        client.encode(&set("a4", Literal::new(*b"a\0")), &mut output).unwrap_err().kind(),
        ErrorKind::Syntax
    );
    assert_eq!(output, "");
    client.encode(&command("a4 AUTHENTICATE X"), &mut output).unwrap();
    misuse(client.encode(&command("a5 NOOP"), &mut output));
    misuse(client.encode_answer(&SaslResponse::Cancel, &mut output));
    client.decode(&mut &b"+ \r\n"[..]).unwrap();
    client.encode_answer(&SaslResponse::Cancel, &mut output).unwrap();
    misuse(client.encode_answer(&SaslResponse::Cancel, &mut output));
    client.decode(&mut &b"a4 BAD no\r\n"[..]).unwrap();
    client.encode(&command("a5 NOOP"), &mut output).unwrap();
    assert_eq!(output, "a4 AUTHENTICATE X\r\n*\r\na5 NOOP\r\n");
}

#[test]
fn a_server_out_of_order_is_misuse_and_changes_nothing() {
    let mut server = ServerCodec::new();
    let mut output = BytesMut::new();
    let no = StatusResponse::tagged("a1", Condition::No, "no").unwrap();
    let text = Response::from(Continuation::Text(Text::new("go").unwrap()));
    misuse(server.encode_data(b"x", &mut output));
    misuse(server.encode_end(&mut output));
    misuse(server.accept(&mut output));
    misuse(server.reject(&no, &mut output));
    misuse(server.encode(&text, &mut output));
    server.decode(&mut &b"a1 SET x {9}\r\n"[..]).unwrap();
    misuse(server.encode(&text, &mut output));
    misuse(server.encode(&no.clone().into(), &mut output));
    misuse(server.encode(&status(Condition::Ok, "a1", "done"), &mut output));
    misuse(server.reject(&StatusResponse::tagged("a1", Condition::Ok, "fine").unwrap(), &mut output));
    misuse(server.reject(&StatusResponse::tagged("a2", Condition::No, "no").unwrap(), &mut output));
    assert_eq!(output, "");
    // Of other things it may speak.
    let option = |value| Response::from(OptionData::new(Name::new("x").unwrap(), value));
    server.encode(&option(Literal::new(*b"1")), &mut output).unwrap();
    server.encode(&status(Condition::Ok, "a0", "done"), &mut output).unwrap();
    assert!(server.paused());

    server.encode(&option(Literal::streamed(5)), &mut output).unwrap();
    misuse(server.accept(&mut output));
    misuse(server.reject(&no, &mut output));
    misuse(server.encode(&option(Literal::new(*b"2")), &mut output));
    server.encode_data(b"abc", &mut output).unwrap();
    numbers(server.encode_end(&mut output));
    numbers(server.encode_data(b"def", &mut output));
    server.encode_data(b"de", &mut output).unwrap();
    server.encode_end(&mut output).unwrap();
    server.reject(&no, &mut output).unwrap();
    misuse(server.reject(&no, &mut output));
    assert_eq!(output, "* OPTION x 1\r\na0 OK done\r\n* OPTION x {5}\r\nabcde\r\na1 NO no\r\n");
    // A text that would be read as a code can't be made; one that was received as it is can't be written.
    assert!(StatusResponse::untagged(Condition::Ok, "[x] y").is_err());
    output.clear();
    let bracket = Response::parse(b"* OK [ x] y", &Options::client()).unwrap();
    assert!(server.encode(&bracket, &mut output).is_err());
    assert_eq!(output, "");
}

#[test]
fn what_waits_has_a_bound() {
    let limits = Limits::client().with_outstanding(3).with_queued_octets(100);
    let mut client = ClientCodec::with_options(Options::client().with_limits(limits));
    let mut output = BytesMut::new();
    client.encode(&set("a1", Literal::new(*b"\xff")), &mut output).unwrap();
    let before = output.clone();
    let error = client.encode(&command(&format!("a2 GET {}", "x".repeat(100))), &mut output).unwrap_err();
    assert_eq!((error.kind(), &output), (ErrorKind::Limit, &before));
    for tag in ["a2", "a3"] {
        client.encode(&command(&format!("{tag} NOOP")), &mut output).unwrap();
    }
    let error = client.encode(&command("a4 NOOP"), &mut output).unwrap_err();
    assert_eq!((error.kind(), &output), (ErrorKind::Limit, &before));
    assert_eq!(client.sent(&command("a4 NOOP")).unwrap_err().kind(), ErrorKind::Limit);

    let limits = Limits::server().with_line(64).with_sasl_line(128);
    let mut server = ServerCodec::with_options(Options::server().with_limits(limits));
    let long = [&b"a1 GET "[..], &b"x".repeat(1_000_000), b"\r\na2 NOOP\r\n"].concat();
    let mut input = &long[..];
    let Some(Event::Malformed(bad)) = server.decode(&mut input).unwrap() else { panic!() };
    assert_eq!(
        (bad.error().kind(), bad.raw().len(), bad.tag().unwrap().as_str()),
        (ErrorKind::Limit, 64, "a1")
    );
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Command(command("a2 NOOP"))));
    server.decode(&mut &b"a3 AUTHENTICATE X\r\n"[..]).unwrap();
    server.encode(&Continuation::challenge("").into(), &mut output).unwrap();
    let long = [&b"A".repeat(1_000)[..], b"\r\n"].concat();
    let Some(Event::Malformed(bad)) = server.decode(&mut &long[..]).unwrap() else { panic!() };
    assert_eq!((bad.error().kind(), bad.raw().len()), (ErrorKind::Limit, 128));
}

#[test]
fn ten_thousand_pipelined_commands_are_linear() {
    let line = |n| match n % 5 {
        0 => format!("t{n} GET common.*\r\n"),
        1 => format!("t{n} NOOP\r\n"),
        2 => format!("t{n} LOGIN {{3+}}\r\na\r\n {{2+}}\r\nxy\r\n"),
        3 => format!("t{n} XFROB (a \"b\" {{1+}}\r\n.)\r\n"),
        _ => format!("t{n} STOREADDRESS b e{n} f {{2+}}\r\n\r\n g \"h i\"\r\n"),
    };
    assert_linear(|n| (Server::new(Options::server()), (0..n).map(line).collect::<String>().into()), |n| n);
}

#[test]
fn ten_thousand_pipelined_responses_are_linear() {
    let conversation = |n: usize| {
        let told: Vec<_> = (0..n / 4).map(|n| command(&format!("t{n} NOOP"))).collect();
        let responses = (0..n / 4).map(|n| {
            format!(
                "* OPTION x.{n} {{4}}\r\n\r\n.)\r\n* NO see {{3}}\r\n* FETCHADDRESS b e f {{2}}\r\nxy\r\nt{n} OK\r\n"
            )
        });
        let stream = format!("* OK hi\r\n{}", responses.collect::<String>());
        (Client::after(Options::client(), &told), stream.into())
    };
    assert_linear(conversation, |n| 1 + n);
}

#[test]
fn a_frame_of_many_literals_is_linear() {
    let limits = Options::client().limits().with_frame(64 << 20);
    let client = || Client::after(Options::client().with_limits(limits), &[]);
    let literals = |n: usize| " a {1}\r\n.".repeat(n);
    for front in ["*", "* OK [", "* FETCHADDRESS b e", "* OPTION x", "* FETCHADDRESS \"b"] {
        assert_linear(|n| (client(), format!("{front}{}\r\n", literals(n)).into()), |_| 1);
    }
    let server = || Server::new(Options::server().with_limits(limits));
    let literals = |n: usize| " a {1+}\r\n.".repeat(n);
    for front in ["a", "a STOREADDRESS b e", "a SEARCHADDRESS b", "a FETCHADDRESS b", "a SET \""] {
        assert_linear(|n| (server(), format!("{front}{}\r\n", literals(n)).into()), |_| 1);
    }
}

#[test]
fn a_greeting_says_where_the_session_begins() {
    for (line, state, is_odd) in [
        ("* OK hi\r\n", State::NotAuthenticated, false),
        ("* BYE no\r\n", State::Logout, false),
        ("* PREAUTH hi\r\n", State::Authenticated, true),
        ("* NO hm\r\n", State::NotAuthenticated, true),
    ] {
        let mut client = ClientCodec::new();
        assert_eq!(client.state(), State::Greeting);
        let Some(Event::Greeting(greeting)) = client.decode(&mut line.as_bytes()).unwrap() else { panic!() };
        assert_eq!((client.state(), client.deviations().is_strict()), (state, !is_odd), "{line}");
        let mut strict = ClientCodec::with_options(Options::client().with_leniency(Leniency::Strict));
        let event = strict.decode(&mut line.as_bytes()).unwrap();
        assert_eq!(matches!(event, Some(Event::Malformed(_))), is_odd, "{line}");
        let (mut server, mut output) = (ServerCodec::new(), BytesMut::new());
        server.encode(&greeting.into(), &mut output).unwrap();
        assert_eq!((server.state(), &output[..]), (state, line.as_bytes()));
    }
}

/// Each answer in each state; a failed LOGIN leaves an earlier one alone.
#[test]
fn answers_change_the_state_as_they_should() {
    for (told, answers, state) in [
        ("a1 LOGIN a b", "a1 OK in\r\n", State::Authenticated),
        ("a1 LOGIN a b", "a1 NO no\r\n", State::NotAuthenticated),
        ("a1 AUTHENTICATE X", "a1 OK in\r\n", State::Authenticated),
        ("a1 AUTHENTICATE X", "a1 BAD no\r\n", State::NotAuthenticated),
        ("a1 LOGIN a b\na2 LOGIN c d", "a1 OK in\r\na2 NO no\r\n", State::Authenticated),
        ("a1 NOOP", "a1 OK in\r\n", State::NotAuthenticated),
        ("a1 NOOP", "a9 OK in\r\n", State::NotAuthenticated),
        ("a1 LOGOUT", "a1 OK out\r\n", State::Logout),
        ("a1 LOGOUT", "a1 BAD what\r\n", State::NotAuthenticated),
        ("a1 LOGOUT\na2 LOGIN a b", "* BYE\r\na2 OK in\r\n", State::Logout),
    ] {
        let mut client = Client::after(Options::client(), &commands(told)).0;
        let stream = format!("* OK hi\r\n{answers}");
        let mut input = stream.as_bytes();
        while client.decode(&mut input).unwrap().is_some() {}
        assert_eq!(client.state(), state, "{told} {answers}");
    }
    let mut server = ServerCodec::new();
    server.authenticated();
    assert_eq!(server.state(), State::Authenticated);
}

#[test]
fn passwords_do_not_show() {
    for session in [
        &b"a1 LOGIN u hunter2\r\n"[..],
        b"a1 LOGIN hunter2 hunter2",
        b"a1 login u {7}\r\nhunter2\r\n",
        b"a1 login u {7}\r\nhunter2 x\0\r\n",
        b"a1 LOGIN {1+}\r\nu {7+}\r\nhunter2\r\n",
        b"a1 LOGIN u \"hunter2\r\n",
        b"a1 LOGIN hunter2\r\n",
        b"a1 LOGIN u hunter2\0\r\n",
        b"a1  LOGIN u hunter2\r\n",
        b"a1\tLOGIN u hunter2\r\n",
        b"+1 LOGIN u hunter2\r\n",
        b"LOGIN \"u\" hunter2\r\n",
        b"a1 LOGIN u {9+}\r\nhunter2",
        b"a1 AUTHENTICATE PLAIN hunter2\r\n",
        b"a1 authenticate PLAIN\r\nhunter2!\r\n",
        b"a1 AUTHENTICATE PLAIN\r\nhunter2!\0\r\n",
        b"a1 AUTHENTICATE PLAIN\r\nhunter2==",
    ] {
        assert_hidden(Server::new(Options::server()), session);
        assert_hidden(Server::new(Options::server().with_leniency(Leniency::Strict)), session);
        let small = Options::server().with_limits(Limits::server().with_line(25).with_sasl_line(12));
        assert_hidden(Server::new(small), session);
    }
    let login = CommandBody::login("u", "hunter2").unwrap().tag("a1").unwrap();
    assert!(!format!("{login:?}").contains("hunter2"));
    assert!(!serde_json::to_string(&login).unwrap().contains("hunter2"));
    let mut client = ClientCodec::new();
    let waits = CommandBody::login("u\u{e4}", "hunter2").unwrap().tag("a1").unwrap();
    client.encode(&waits, &mut BytesMut::new()).unwrap();
    assert!(!format!("{client:?}").contains("hunter2"));
}

/// An AUTHENTICATE that is answered while half of an answer is there: the rest is no command.
#[test]
fn an_answer_that_comes_late_is_no_command() {
    let (mut server, mut output) = (ServerCodec::new(), BytesMut::new());
    server.decode(&mut &b"a1 AUTHENTICATE X\r\n"[..]).unwrap();
    server.encode(&Continuation::challenge("?").into(), &mut output).unwrap();
    assert_eq!(server.decode(&mut &b"a2 LOGOUT"[..]).unwrap(), None);
    server.encode(&status(Condition::No, "a1", "too slow"), &mut output).unwrap();
    let mut input = &b"\r\na3 NOOP\r\n"[..];
    let Some(Event::Malformed(bad)) = server.decode(&mut input).unwrap() else { panic!() };
    assert!(bad.tag().is_none());
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Command(command("a3 NOOP"))));
}

#[test]
fn everything_may_be_sent_between_threads() {
    assert_shareable::<(ClientCodec, ServerCodec, Event<'static>, Command, Response, Malformed, Options)>();
    assert_shareable::<(LiteralStart, ListData, Address, OptionData, StatusResponse, State, Rights, Pattern)>(
    );
}

#[test]
fn what_is_unknown_comes_back_octet_for_octet() {
    for line in
        [&b"* XFROB (a {3}\r\n\r\n) \"b\"\r\n"[..], b"* XFROB ~{1}\r\n\0 b  \r\n", b"* ACL BOGUS x y\r\n"]
    {
        let response = Response::parse(line, &Options::client()).unwrap();
        assert!(matches!(response, Response::Other(_)));
        assert_eq!(response.to_bytes().unwrap(), line);
    }
    let line = b"a1 XFROB (a {3+}\r\n\r\n) \"b\" ~{1+}\r\n\0\r\n";
    let command = Command::parse(line, &Options::server()).unwrap();
    assert!(matches!(command.body(), CommandBody::Other(_)));
    assert_eq!(command.to_bytes().unwrap(), line);
    // What is known can't be made as if it were not.
    assert!(OtherCommand::new("noop", None).is_err() && OtherCommand::new("MYACL", None).is_err());
    assert!(OtherCommand::new("GETACL", Some(Raw::new("ADDRESSBOOK x").unwrap())).is_err());
    assert!(OtherCommand::new("GETACL", Some(Raw::new("BOGUS x").unwrap())).is_ok());
    assert!(OtherResponse::new("OPTION", Some(Raw::new("x y").unwrap())).is_err());
    assert!(OtherResponse::new("OK", None).is_err() && OtherResponse::new("XFROB", None).is_ok());
}

#[test]
fn errors_stand_at_their_place_in_the_stream() {
    let large = [b'x'; 5_000];
    for (stream, offset) in [
        (b"a NOOP\r\nb SET x\r\n".to_vec(), 15),
        (b"a NOOP\r\n+ NOOP\r\n".to_vec(), 8),
        (b"a NOOP\r\nb NO\0OP\r\n".to_vec(), 12),
        (b"a NOOP\r\nb GET {3+}\r\nabcd\r\n".to_vec(), 23),
        ([b"a SET x {5000+}\r\n", &large[..], b"x\r\n"].concat(), 5_017),
    ] {
        let mut server = ServerCodec::new();
        let (mut input, mut place) = (&stream[..], None);
        while let Some(event) = server.decode(&mut input).unwrap() {
            place = match &event {
                Event::Malformed(bad) => Some(bad.error().offset()),
                _ => None,
            };
            if let Event::LiteralStart(_) = event {
                server.accept(&mut BytesMut::new()).unwrap();
            }
        }
        assert_eq!(place, Some(offset), "{}", String::from_utf8_lossy(&stream[..20.min(stream.len())]));
    }
    let mut client = ClientCodec::new();
    let mut input = &b"* OK hi\r\n* ADDRESSBOOK () \"..\" x\r\n"[..];
    client.decode(&mut input).unwrap();
    let Some(Event::Malformed(bad)) = client.decode(&mut input).unwrap() else { panic!() };
    assert_eq!((bad.error().offset(), bad.error().expected()), (30, "a separator of one character"));
}

#[test]
fn nothing_encoded_carries_a_line_end() {
    for bad in ["a\r\nb UNSET x", "a\nb", "a\0b"] {
        assert!(StatusResponse::untagged(Condition::Ok, bad).is_err());
        assert!(Tag::new(bad).is_err() && Authenticate::new(bad).is_err() && Text::new(bad).is_err());
        assert!(Capability::new(bad).is_err() && Flag::new(bad).is_err() && Rights::new(bad).is_err());
        assert!(Raw::new(bad).is_err());
        assert!(OtherCode::new("X", Some(bad.as_bytes())).is_err() && OtherCode::new(bad, None).is_err());
        assert!(OtherCommand::new(bad, None).is_err() && OtherResponse::new(bad, None).is_err());
    }
    assert!(ListData::new(Name::default(), Some('\n')).is_err());
    assert!(Name::new("a\0b").is_err() && CommandBody::login("a", "b\0").is_err());
    // Strings may: as literals.
    let line = CommandBody::Unset(Name::new("a\r\nb").unwrap()).tag("a1").unwrap().to_bytes().unwrap();
    assert_eq!(line, b"a1 UNSET {4+}\r\na\r\nb\r\n");
    let acl = Response::MyRights(Object::AddressBook(Name::new("\"").unwrap()), Rights::default());
    assert_eq!(acl.to_bytes().unwrap(), b"* MYRIGHTS ADDRESSBOOK {1}\r\n\" \"\"\r\n");
}

#[test]
fn a_connection_that_ends_inside_a_unit_is_an_error() {
    for (stream, is_inside) in
        [(&b"a1 NOOP\r\n"[..], false), (b"a1 NOO", true), (b"a1 SET x {3+}\r\nab", true)]
    {
        let mut server = ServerCodec::new();
        let mut input = stream;
        while server.decode(&mut input).unwrap().is_some() {}
        let end = server.finish().map_err(|error| error.kind());
        assert_eq!(end.is_err(), is_inside, "{end:?}");
        assert!(!is_inside || end == Err(ErrorKind::UnexpectedEof));
    }
}
