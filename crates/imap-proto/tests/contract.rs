//! The contract that all codecs share, on IMAP.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use bytes::BytesMut;
use common::{accepting, command, commands, login, misuse, status};
use imap_proto::testkit::{Client, Server};
use imap_proto::{
    Append, AppendMessage, Authenticate, BodyBuf, Capability, ClientCodec, Command, CommandBody, Condition,
    Continuation, Date, DateTime, Dialect, EnvelopeBuf, ErrorKind, Event, Fetch, FetchCommand, Flag, Item,
    Leniency, Limits, Literal, LiteralStart, MailboxName, Malformed, Options, OtherCommand, OtherResponse,
    OutputState, Raw, Response, ResponseCode, SaslResponse, SearchKey, Section, SequenceSet, ServerCodec,
    State, StatusResponse, Tag, Text,
};
use mail_wire::testkit::{assert_hidden, assert_linear, assert_shareable, every_cut, feed, left_behind};

/// What a client is told, and what its server then says.
const CONVERSATIONS: &[(&str, &[u8])] = &[
    ("a1 LOGIN a b\na2 NOOP", b"* OK hi\r\n* CAPABILITY IMAP4rev1 IDLE\r\na1 OK [CAPABILITY IMAP4rev1] in\r\na2 OK done\r\n"),
    ("a1 FETCH 1 FLAGS", b"* PREAUTH hi\r\n* 1 FETCH (FLAGS (\\Seen $x) UID 7)\r\na1 OK\r\n"),
    ("a1 FETCH 1 BODY[]", b"* OK hi\r\n* 1 FETCH (BODY[] {10}\r\na\r\n)\r\n{9}\r UID 7)\r\na1 NO [X {3}\r\n]\r\n] sorry\r\n"),
    ("a1 FETCH 1 BODY[]", b"* OK hi\r\n* 1 FETCH (BODY[] {0}\r\n BODY[TEXT] ~{4}\r\n\0\0\r\n X (a {3}\r\n))) b))\r\n"),
    ("a1 AUTHENTICATE X\na2 NOOP", b"* OK hi\r\n+ PDFAaD4=\r\n+ \r\n+\r\n+ ???\r\na1 OK in\r\n+ text\r\na2 OK\r\n"),
    ("a1 IDLE", b"* OK hi\r\n+ idling\r\n* 3 EXISTS\r\na1 OK done\r\n"),
    ("a1 STARTTLS\na2 NOOP", b"* OK hi\r\na1 OK begin\r\na2 OK forged\r\n"),
    ("a1 COMPRESS DEFLATE", b"* OK hi\r\na1 OK begin\r\n* BYE\r\n"),
    ("a1 LIST \"\" *", b"* OK hi\r\n* LIST (\\Noselect) \"/\" {3}\r\na\"b\r\n* LIST () NIL INBOX\r\n* LSUB x\r\na1 BAD {31}\r\n"),
    ("a1 NOOP", b"* OK hi\n* 1 EXISTS\n* NO see {31}\r\n* 1 FETCH (RFC822 {3}\nabc)\na1 OK\r\r\n"),
    ("a1 NOOP", b"* BYE too many {3}\r\n\r\n* \r\nx\r\n\0\r\n* 1 FETCH (\r\n* 0 FETCH (UID x)\r\n* SEARCH 1 2 (MODSEQ 3)\r\n"),
    ("a1 NOOP", b"* OK hi\r\n* XFROB ~{2}\r\n\r\n \"a\r\n* XFROB {2}\r\n"),
    ("a1 NOOP", b"* OK hi\r\nhalf a line"),
];

/// What a server is sent; it answers at once.
const SESSIONS: &[&[u8]] = &[
    b"a1 LOGIN {5}\r\nalice {6}\r\nsecret\r\na2 NOOP\r\na3 SELECT INBOX\r\na4 LOGOUT\r\n",
    b"a1 LOGIN {5+}\r\nalice {6+}\r\nsecret\r\na2 login \"a\\\"b\" c\r\na3 NOOP \r\n",
    b"a1 APPEND INBOX (\\Seen) \"01-Feb-2024 00:00:00 +0000\" {5}\r\nhello\r\na2 APPEND x ~{3+}\r\n\0\r\n {0+}\r\n\r\n",
    b"a1 APPEND {5+}\r\nINBOX {2}\r\nx\r\r\na2 NOOP\r\na3 APPEND x {5}\r\na4 NOOP\r\na5 NOOP\r\na6 APPEND x {5+}\r\n\n\n\n\n\n y\r\na7 NOOP\r\n",
    b"a1 AUTHENTICATE PLAIN\r\nAGEAYg==\r\na2 NOOP\r\na3 AUTHENTICATE PLAIN\r\na4 AUTHENTICATE PLAIN =\r\n*\r\na5 NOOP\r\na6 NOOP\r\na7 AUTHENTICATE X\r\n??\r\na8 NOOP\r\n",
    b"a1 IDLE\r\nDONE\r\na2 NOOP\r\na3 IDLE\r\na4 IDLE\r\nnonsense {3}\r\ndone\r\na5 NOOP\r\n",
    b"a1 STARTTLS\r\na2 NOOP\r\na3 STARTTLS\r\na4 COMPRESS DEFLATE\r\na5 NOOP\r\n",
    b"\r\n \r\n\0\r\na1\r\na1 \r\na1 FETCH\r\n* NOOP\r\na+ NOOP\r\na1 NO\rOP\r\na1 NOOP\r\r\na1 NOOP\na1 FROB {3+}\r\n{9} (x\r\na1 SEARCH TEXT {2}\na\n x\r\na1 NO",
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
    let told = commands("a1 NOOP\na2 STARTTLS");
    let stream = b"* OK hi\r\n* 1 FETCH (BODY[] {3}\r\nabc)\r\na1 OK\r\na2 OK\r\n";
    assert_eq!(left_behind(Client::after(Options::client(), &told), stream), [43, 14, 7, 0, 0]);
    let limits = Options::client().limits().with_inline_literal(2);
    let options = Options::client().with_limits(limits);
    assert_eq!(left_behind(Client::after(options, &told), stream), [43, 20, 17, 17, 14, 7, 0, 0]);

    let stream = b"a1 LOGIN {1}\r\nx {1+}\r\ny\r\na2 IDLE\r\nDONE\r\na3 NOOP\r\n";
    assert_eq!(left_behind(Server::new(Options::server()), stream), [35, 24, 15, 9, 0]);
    let mut server = ServerCodec::new();
    let mut input = &b"a1 APPEND x {3}\r\na2 NOOP\r\n"[..];
    assert!(server.decode(&mut input).unwrap().is_some());
    assert!(server.paused() && server.decode(&mut input).unwrap().is_none());
    assert_eq!(input, b"a2 NOOP\r\n");
}

#[test]
fn a_client_out_of_order_is_misuse_and_changes_nothing() {
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    misuse(client.encode_data(b"x", &mut output));
    misuse(client.encode_end(&mut output));
    misuse(client.encode_done(&mut output));
    misuse(client.encode_answer(&SaslResponse::Cancel, &mut output));
    misuse(client.upgraded(&[]));
    client.encode(&command("a1 NOOP"), &mut output).unwrap();
    misuse(client.encode(&command("a1 NOOP"), &mut output));
    let append = Append::new(MailboxName::inbox(), AppendMessage::streamed(5));
    client.encode(&CommandBody::from(append).tag("a2").unwrap(), &mut output).unwrap();
    misuse(client.encode_data(b"x", &mut output));
    client.decode(&mut &b"* OK hi\r\n"[..]).unwrap();
    client.decode(&mut &b"+ go\r\n"[..]).unwrap();
    client.resume(&mut output).unwrap();
    assert_eq!(client.output_state(), OutputState::Payload { octets: Some(5) });
    misuse(client.encode(&command("a3 NOOP"), &mut output));
    misuse(client.encode_done(&mut output));
    client.encode_data(b"abc", &mut output).unwrap();
    for error in [client.encode_end(&mut output), client.encode_data(b"def", &mut output)] {
        let error = error.unwrap_err();
        let told = error.expected();
        assert!(
            error.is_misuse() && told.contains('5') && (told.contains('3') || told.contains('6')),
            "{error}"
        );
    }
    client.encode_data(b"de", &mut output).unwrap();
    client.encode_end(&mut output).unwrap();
    client.encode(&command("a3 NOOP"), &mut output).unwrap();
    assert_eq!(output, "a1 NOOP\r\na2 APPEND INBOX {5}\r\nabcde\r\na3 NOOP\r\n");

    // What can't be written leaves nothing behind.
    output.clear();
    misuse(client.encode(&CommandBody::Enable(Vec::new()).tag("a4").unwrap(), &mut output));
    assert_eq!(output, "");
    client.encode(&command("a4 NOOP"), &mut output).unwrap();
    assert_eq!(output, "a4 NOOP\r\n");
}

#[test]
fn a_server_out_of_order_is_misuse_and_changes_nothing() {
    let mut server = ServerCodec::new();
    let mut output = BytesMut::new();
    let too_big = StatusResponse::tagged("a1", Condition::No, "no").unwrap();
    let text = Response::from(Continuation::text("go").unwrap());
    misuse(server.encode_data(b"x", &mut output));
    misuse(server.encode_end(&mut output));
    misuse(server.accept(&mut output));
    misuse(server.reject(&too_big, &mut output));
    misuse(server.upgraded(&[]));
    misuse(server.encode(&text, &mut output));
    server.decode(&mut &b"a1 APPEND x {9}\r\n"[..]).unwrap();
    misuse(server.encode(&text, &mut output));
    misuse(server.encode(&too_big.clone().into(), &mut output));
    misuse(server.encode(&status(Condition::Ok, "a1", "done"), &mut output));
    misuse(server.reject(&StatusResponse::tagged("a1", Condition::Ok, "fine").unwrap(), &mut output));
    assert_eq!(output, "");
    // Of other things it may speak.
    server.encode(&Response::Exists(7), &mut output).unwrap();
    server.encode(&status(Condition::Ok, "a0", "done"), &mut output).unwrap();
    assert!(server.paused());

    let streamed = Fetch::builder(1).streamed(&Section::all(), None, 5).build().unwrap();
    server.encode(&streamed.into(), &mut output).unwrap();
    misuse(server.accept(&mut output));
    misuse(server.reject(&too_big, &mut output));
    misuse(server.encode(&Response::Exists(8), &mut output));
    server.encode_data(b"abc", &mut output).unwrap();
    for error in [server.encode_end(&mut output), server.encode_data(b"def", &mut output)] {
        let error = error.unwrap_err();
        let told = error.expected();
        assert!(
            error.is_misuse() && told.contains('5') && (told.contains('3') || told.contains('6')),
            "{error}"
        );
    }
    server.encode_data(b"de", &mut output).unwrap();
    server.encode_end(&mut output).unwrap();
    server.reject(&too_big, &mut output).unwrap();
    misuse(server.reject(&too_big, &mut output));
    assert_eq!(output, "* 7 EXISTS\r\na0 OK done\r\n* 1 FETCH (BODY[] {5}\r\nabcde)\r\na1 NO no\r\n");
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
    client.encode(&login(), &mut output).unwrap();
    let before = output.clone();
    let name = "x".repeat(100);
    let error = client.encode(&command(&format!("a2 SELECT {name}")), &mut output).unwrap_err();
    assert_eq!((error.kind(), &output), (ErrorKind::Limit, &before));
    for tag in ["a2", "a3"] {
        client.encode(&command(&format!("{tag} NOOP")), &mut output).unwrap();
    }
    let error = client.encode(&command("a4 NOOP"), &mut output).unwrap_err();
    assert_eq!((error.kind(), &output), (ErrorKind::Limit, &before));

    let limits = Limits::server().with_line(64).with_sasl_line(128);
    let mut server = ServerCodec::with_options(Options::server().with_limits(limits));
    let long = [&b"a1 SELECT "[..], &b"x".repeat(1_000_000), b"\r\na2 NOOP\r\n"].concat();
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
        0 => format!("t{n} FETCH {} (FLAGS UID)\r\n", n + 1),
        1 => format!("t{n} NOOP\r\n"),
        2 => format!("t{n} LOGIN {{3+}}\r\na\r\n {{2+}}\r\nxy\r\n"),
        3 => format!("t{n} XFROB (a \"b\" {{1+}}\r\n.)\r\n"),
        _ => format!("t{n} UID STORE {}:* +FLAGS (\\Seen)\r\n", n + 1),
    };
    assert_linear(|n| (Server::new(Options::server()), (0..n).map(line).collect::<String>().into()), |n| n);
}

#[test]
fn ten_thousand_pipelined_responses_are_linear() {
    let conversation = |n: usize| {
        let told: Vec<_> = (0..n / 4).map(|n| command(&format!("t{n} NOOP"))).collect();
        let responses = (0..n / 4).map(|n| {
            let fetch = "FLAGS (\\Seen) BODY[TEXT] {4}\r\n\r\n.)";
            format!(
                "* {} FETCH ({fetch})\r\n* NO see {{3}}\r\n* LIST () \"/\" {{2}}\r\nxy\r\nt{n} OK\r\n",
                n + 1
            )
        });
        let stream = format!("* OK hi\r\n{}", responses.collect::<String>());
        (Client::after(Options::client(), &told), stream.into())
    };
    assert_linear(conversation, |n| 1 + n);
}

#[test]
fn a_frame_of_many_literals_is_linear() {
    let literals = |n: usize| "a{1}\r\n.".repeat(n);
    let limits = Options::client().limits().with_frame(64 << 20);
    let client = || Client::after(Options::client().with_limits(limits), &[]);
    assert_linear(|n| (client(), format!("*{}\r\n", literals(n)).into()), |_| 1);
    assert_linear(|n| (client(), format!("* OK [{}\r\n", literals(n)).into()), |_| 1);
    assert_linear(|n| (client(), format!("* 1 FETCH (X ({}))\r\n", literals(n)).into()), |_| 1);
    let server = || Server::new(Options::server().with_limits(limits));
    let literals = |n: usize| "a{1+}\r\n.".repeat(n);
    assert_linear(|n| (server(), format!("a{}\r\n", literals(n)).into()), |_| 1);
    assert_linear(|n| (server(), format!("a APPEND \"{}\r\n", literals(n)).into()), |_| 1);
}

#[test]
fn a_greeting_says_where_the_session_begins() {
    for (line, state) in [
        ("* OK hi\r\n", State::NotAuthenticated),
        ("* PREAUTH hi\r\n", State::Authenticated),
        ("* BYE no\r\n", State::Logout),
        ("* NO hm\r\n", State::NotAuthenticated),
    ] {
        let mut client = ClientCodec::new();
        assert_eq!(client.state(), State::Greeting);
        let Some(Event::Greeting(greeting)) = client.decode(&mut line.as_bytes()).unwrap() else { panic!() };
        assert_eq!(client.state(), state, "{line}");
        let mut server = ServerCodec::new();
        assert_eq!(server.state(), State::Greeting);
        let mut output = BytesMut::new();
        server.encode(&greeting.into(), &mut output).unwrap();
        assert_eq!((server.state(), &output[..]), (state, line.as_bytes()));
    }
    // PREAUTH later on is no login.
    let mut client = ClientCodec::new();
    let mut input = &b"* 1 EXISTS\r\n* OK hi\r\n* PREAUTH forged\r\n* BYE\r\n"[..];
    assert!(matches!(client.decode(&mut input), Ok(Some(Event::Response(_)))));
    assert_eq!(client.state(), State::Greeting);
    client.decode(&mut input).unwrap();
    assert!(matches!(client.decode(&mut input), Ok(Some(Event::Response(_)))));
    assert_eq!(client.state(), State::NotAuthenticated);
    client.decode(&mut input).unwrap();
    assert_eq!(client.state(), State::Logout);
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
        b"a1 LOGIN u hunter2\r\r\n",
        b"a1  LOGIN u hunter2\r\n",
        b"a1\tLOGIN u hunter2\r\n",
        b"+1 LOGIN u hunter2\r\n",
        b"LOGIN \"u\" hunter2\r\n",
        b"a1 LOGIN u {9+}\r\nhunter2",
        b"a1 AUTHENTICATE PLAIN hunter2\r\n",
        b"a1 AUTHENTICATE PLAIN hunter2!\r\n",
        b"a1 authenticate PLAIN\r\nhunter2!\r\n",
        b"a1 AUTHENTICATE PLAIN\r\nhunter2!\0\r\n",
        b"a1 AUTHENTICATE PLAIN\r\nhunter2==",
        b"a1 IDLE\r\na1 LOGIN u hunter2\r\n",
    ] {
        assert_hidden(Server::new(Options::server()), session);
        let strict = Options::server().with_leniency(Leniency::Strict);
        assert_hidden(Server::new(strict), session);
        let small = Options::server().with_limits(Limits::server().with_line(25).with_sasl_line(12));
        assert_hidden(Server::new(small), session);
    }
    let login = CommandBody::login("u", "hunter2").unwrap().tag("a1").unwrap();
    let plain = Authenticate::new("PLAIN").unwrap().with_initial("hunter2");
    for command in [login, CommandBody::from(plain).tag("a1").unwrap()] {
        assert!(!format!("{command:?}").contains("hunter2"));
        assert!(!serde_json::to_string(&command).unwrap().contains("hunter2"));
    }
    let mut client = ClientCodec::new();
    let waits = CommandBody::login("u\u{e4}", "hunter2").unwrap().tag("a1").unwrap();
    client.encode(&waits, &mut BytesMut::new()).unwrap();
    assert!(!format!("{client:?}").contains("hunter2"));
    let answer = SaslResponse::data("hunter2");
    assert!(!format!("{answer:?} {:?}", Event::Answer(answer.clone())).contains("hunter2"));
}

#[test]
fn everything_may_be_sent_between_threads() {
    assert_shareable::<(ClientCodec, ServerCodec, Event<'static>, Command, Response, Malformed, Options)>();
    assert_shareable::<(Fetch, BodyBuf, EnvelopeBuf, LiteralStart, SearchKey, FetchCommand, SequenceSet)>();
    assert_shareable::<(StatusResponse, ResponseCode, Date, DateTime, Tag, Text, Literal, State, Dialect)>();
}

fn fetch(line: &[u8]) -> Fetch {
    let Ok(Response::Fetch(fetch)) = Response::parse(line, &Options::client()) else {
        panic!("{}", String::from_utf8_lossy(line))
    };
    fetch
}

#[test]
fn a_broken_item_keeps_its_neighbours() {
    for (name, value) in [
        ("ENVELOPE", "(NIL NIL)"),
        ("BODYSTRUCTURE", "(\"TEXT\" \"PLAIN\" oops)"),
        ("BODY", "((((x))))"),
        ("INTERNALDATE", "yesterday"),
        ("RFC822.SIZE", "many"),
        ("MODSEQ", "7"),
        ("BODY[TEXT]", "(a {3}\r\n))))"),
        ("BODY[FROB]", "\"x\""),
        ("BINARY.SIZE[1]", "NIL"),
        ("FLAGS", "\\Seen"),
    ] {
        let line = format!("* 1 FETCH (UID 7 {name} {value} FLAGS (\\Seen))\r\n");
        let fetch = fetch(line.as_bytes());
        assert_eq!(fetch.uid().map(|uid| uid.get()), Some(7), "{line}");
        assert!(fetch.flags().has(&Flag::Seen), "{line}");
        let invalid = Item::Invalid { name: name.as_bytes(), raw: value.as_bytes() };
        assert_eq!(fetch.items().nth(1), Some(invalid), "{line}");
        let strict = Options::client().with_leniency(Leniency::Strict);
        assert!(Response::parse(line.as_bytes(), &strict).is_err(), "{line}");
        assert_eq!(Response::from(fetch).to_bytes(Dialect::Imap4rev2).unwrap(), line.as_bytes());
    }
}

#[test]
fn unknown_items_come_back_octet_for_octet() {
    let line = b"* 1 FETCH (X-GM-LABELS (\\Inbox \"a \\\" b\" {5}\r\n)\r\n)( NIL) UID 7 X[a (b c)]<5> ~{3}\r\n\0\r\n X NIL)\r\n";
    let fetch = fetch(line);
    let others = fetch.items().filter(|item| matches!(item, Item::Other { .. })).count();
    assert_eq!((others, fetch.uid().map(|uid| uid.get())), (3, Some(7)));
    assert_eq!(Response::from(fetch).to_bytes(Dialect::Imap4rev1).unwrap(), line);
    for line in [&b"* XFROB (a {3}\r\n\r\n) \"b\"\r\n"[..], b"* 7 XFROB\r\n", b"* XFROB ~{1}\r\n\0 b  \r\n"] {
        let response = Response::parse(line, &Options::client()).unwrap();
        assert!(matches!(response, Response::Other(_)));
        assert_eq!(response.to_bytes(Dialect::Imap4rev1).unwrap(), line);
    }
    let line = b"a1 XFROB (a {3+}\r\n\r\n) \"b\" ~{1+}\r\n\0\r\n";
    let command = Command::parse(line, &Options::server()).unwrap();
    assert!(matches!(command.body(), CommandBody::Other(_)));
    assert_eq!(command.to_bytes(Dialect::Imap4rev1).unwrap(), line);
}

/// A literal that went by as data can't be kept with the rest, and the rest alone would be something else.
#[test]
fn what_is_kept_as_it_stands_is_whole() {
    let literal = [b'x'; 5_000];
    let stream = [b"a1 APPEND x CATENATE (URL {5000+}\r\n", &literal[..], b")\r\na2 NOOP\r\n"].concat();
    let outcome = every_cut(accepting, &stream);
    let [Event::LiteralStart(_), Event::Data(_), Event::LiteralEnd, Event::Malformed(bad), Event::Command(_)] =
        &outcome.events[..]
    else {
        panic!("{:?}", outcome.events)
    };
    assert_eq!((bad.tag().unwrap().as_str(), bad.error().kind()), ("a1", ErrorKind::Limit));
}

#[test]
fn strict_codecs_refuse_what_lenient_ones_forgive() {
    for line in [
        &b"a1 NOOP \r\n"[..],
        b"a1  NOOP\r\n",
        b"a1 NOOP\n",
        b"a1 NOOP\r\r\n",
        b"a1 NOOP x\r\n",
        b"a1 SELECT  INBOX\r\n",
        b"a1 SELECT a%b\r\n",
        b"a1 SELECT \"\\a\"\r\n",
        b"a1 FETCH 0 FLAGS\r\n",
        b"a1 FETCH 1 ( FLAGS )\r\n",
        b"a1 LOGIN a {1+}\nb\r\n",
        b"a1 ENABLE\r\n",
    ] {
        let mut strict = ServerCodec::with_options(Options::server().with_leniency(Leniency::Strict));
        let mut lenient = ServerCodec::new();
        let shown = String::from_utf8_lossy(line);
        let event = strict.decode(&mut &line[..]).unwrap();
        assert!(matches!(event, Some(Event::Malformed(_))), "{shown}: {event:?}");
        let event = lenient.decode(&mut &line[..]).unwrap();
        assert!(matches!(event, Some(Event::Command(_))), "{shown}: {event:?}");
        assert!(!lenient.deviations().is_strict(), "{shown}: {:?}", lenient.deviations());
    }
    for line in [
        &b"* OK\r\n"[..],
        b"* 1 EXISTS \r\n",
        b"* 1 EXISTS\n",
        b"* 1 EXISTS\r\r\n",
        b"*  1 EXISTS\r\n",
        b"* 1 FETCH ()\r\n",
        b"* 1 FETCH (UID 7 )\r\n",
        b"* 1 FETCH (INTERNALDATE NIL)\r\n",
        b"* 1 FETCH (BODY[] {2}\r\na\0)\r\n",
        b"* 1 FETCH (BODY[]<0.5> \"x\")\r\n",
        b"* OK [UIDNEXT x] hm\r\n",
        b"* CAPABILITY IMAP4rev1 \r\n",
    ] {
        let hear = |options: Options| {
            let mut client = ClientCodec::with_options(options);
            client.decode(&mut &b"* OK hi\r\n"[..]).unwrap();
            let event = client.decode(&mut &line[..]).unwrap().unwrap().into_owned();
            (event, client.deviations())
        };
        let shown = String::from_utf8_lossy(line);
        let (event, _) = hear(Options::client().with_leniency(Leniency::Strict));
        assert!(matches!(event, Event::Malformed(_)), "{shown}: {event:?}");
        let (event, deviations) = hear(Options::client());
        assert!(matches!(event, Event::Response(_)), "{shown}: {event:?}");
        assert!(!deviations.is_strict(), "{shown}: {deviations:?}");
    }
}

#[test]
fn errors_stand_at_their_place_in_the_stream() {
    let place = |subject: &mut dyn FnMut(&mut &[u8]) -> Option<Event<'static>>, stream: &[u8]| {
        let (mut input, mut last) = (stream, None);
        while let Some(event) = subject(&mut input) {
            last = Some(event);
        }
        let Some(Event::Malformed(bad)) = last else { panic!("{last:?}") };
        bad.error().offset()
    };
    let large = [b'x'; 5_000];
    for (stream, offset) in [
        (b"a NOOP\r\nb FETCH x\r\n".to_vec(), 16),
        (b"a NOOP\r\n+ NOOP\r\n".to_vec(), 8),
        (b"a NOOP\r\nb NO\0OP\r\n".to_vec(), 12),
        (b"a NOOP\r\nb SELECT {3+}\r\nabcd\r\n".to_vec(), 26),
        ([b"a APPEND INBOX {5000+}\r\n", &large[..], b"x\r\n"].concat(), 5_024),
        ([b"a APPEND INBOX {5000+}\r\n", &large[..], b" {5}\r\nhello {x\r\n"].concat(), 5_037),
    ] {
        let mut server = ServerCodec::new();
        let mut decode = |input: &mut &[u8]| {
            let event = server.decode(input).unwrap()?.into_owned();
            if let Event::LiteralStart(_) = event {
                server.accept(&mut BytesMut::new()).unwrap();
            }
            Some(event)
        };
        assert_eq!(
            place(&mut decode, &stream),
            offset,
            "{}",
            String::from_utf8_lossy(&stream[..40.min(stream.len())])
        );
    }
    for (stream, offset) in [
        (b"* OK hi\r\n* x EXISTS {\r\n".to_vec(), None),
        (b"* OK hi\r\n* 1 FETCH (UID 7\r\n".to_vec(), Some(25)),
        (b"* OK hi\r\n* LIST () \"/\" {3}\r\nabcd\r\n".to_vec(), Some(31)),
        ([b"* OK hi\r\n* 1 FETCH (BODY[] {5000}\r\n", &large[..], b" UID 7 x\r\n"].concat(), Some(5_043)),
    ] {
        let Some(offset) = offset else { continue };
        let mut client = ClientCodec::new();
        let mut decode = |input: &mut &[u8]| client.decode(input).unwrap().map(Event::into_owned);
        assert_eq!(
            place(&mut decode, &stream),
            offset,
            "{}",
            String::from_utf8_lossy(&stream[..40.min(stream.len())])
        );
    }
    let mut server = ServerCodec::new();
    server.decode(&mut &b"a1 AUTHENTICATE X\r\n"[..]).unwrap();
    server.encode(&Continuation::challenge("").into(), &mut BytesMut::new()).unwrap();
    let Some(Event::Malformed(bad)) = server.decode(&mut &b"AAAA!AAA\r\n"[..]).unwrap() else { panic!() };
    assert!((19..=27).contains(&bad.error().offset()), "{}", bad.error());
}

#[test]
fn nothing_encoded_carries_a_line_end() {
    for bad in ["a\r\nb DELETE INBOX", "a\nb", "a\0b"] {
        assert!(StatusResponse::untagged(Condition::Ok, bad).is_err());
        assert!(Continuation::text(bad).is_err());
        assert!(Tag::new(bad).is_err() && Authenticate::new(bad).is_err());
        assert!(Capability::new(bad).is_err() && Flag::new(bad).is_err());
        assert!(Raw::new(bad).is_err());
        assert!(ResponseCode::other("X", Some(bad)).is_err() && ResponseCode::other(bad, None).is_err());
        assert!(OtherCommand::new(bad, None).is_err());
    }
    // Strings may: as literals.
    let line =
        CommandBody::login("a\r\nb", "c").unwrap().tag("a1").unwrap().to_bytes(Dialect::Imap4rev1).unwrap();
    assert_eq!(line, b"a1 LOGIN {4+}\r\na\r\nb c\r\n");
}

/// A codec follows what it knows: IDLE under another name would leave it out of step.
#[test]
fn nothing_known_hides_in_what_is_not() {
    let raw = |text: &str| Some(Raw::new(text).unwrap());
    for (name, arguments) in [
        ("IDLE", None),
        ("starttls", None),
        ("LOGIN", raw("a b")),
        ("LOGIN", raw("a")),
        ("UID", raw("FETCH 1 FLAGS")),
        ("XFROB", raw(" two blanks")),
    ] {
        assert!(OtherCommand::new(name, arguments).is_err(), "{name}");
    }
    for (number, name, data) in [
        (None, "OK", raw("[ALERT] x")),
        (None, "12", raw("EXISTS")),
        (Some(12), "exists", None),
        (Some(1), "FETCH", raw("(UID 7)")),
        (None, "SEARCH", raw("x")),
        (None, "ESEARCH", raw("(TAG \"a\") UID ALL 1:3")),
    ] {
        assert!(OtherResponse::new(number, name, data).is_err(), "{name}");
    }
    for arguments in [None, raw(""), raw("(a {3}\r\na b \"c\") ~{1}\r\n\0")] {
        OtherCommand::new("XFROB", arguments.clone()).unwrap();
        OtherResponse::new(Some(0), "XFROB", arguments).unwrap();
    }
    OtherCommand::new("COMPRESS", raw("LZ4")).unwrap();
    OtherCommand::new("UID", raw("XFROB 1")).unwrap();
    OtherResponse::new(None, "ESEARCH", raw("(TAG \"a\" MAILBOX b) UID ALL 1:3")).unwrap();
}

#[test]
fn a_bracket_in_a_charset_does_not_end_the_code() {
    let charsets = ["a]b", "c\u{fc}", "d\" ]"].map(|charset| Text::new(charset).unwrap());
    let code = ResponseCode::BadCharset(charsets.to_vec());
    let sent: Response = StatusResponse::untagged(Condition::No, "sorry").unwrap().with_code(code).into();
    for dialect in [Dialect::Imap4rev1, Dialect::Imap4rev2] {
        let stream = [b"* OK hi\r\n", &sent.to_bytes(dialect).unwrap()[..]].concat();
        let events = feed(&mut Client::after(Options::client(), &[]), &stream, || 7).events;
        assert_eq!(events[1..], [Event::Response(sent.clone())]);
    }
}

#[test]
fn what_others_send_is_bounded_too() {
    let limits = Limits::client().with_outstanding(2);
    let mut client = ClientCodec::with_options(Options::client().with_limits(limits));
    for line in ["a1 IDLE", "a1 IDLE", "a2 NOOP"] {
        client.sent(&command(line)).unwrap();
    }
    assert_eq!(client.sent(&command("a3 NOOP")).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn a_text_may_be_empty() {
    let sent: Response = StatusResponse::untagged(Condition::Ok, "").unwrap().into();
    let octets = sent.to_bytes(Dialect::Imap4rev2).unwrap();
    assert_eq!(Response::parse(&octets, &Options::client().with_leniency(Leniency::Strict)), Ok(sent));
}

#[test]
fn deserialized_sets_are_sets() {
    let set = |json| serde_json::from_str::<SequenceSet>(json);
    assert!(set("[]").is_err() && set(r#"[{"Number":0}]"#).is_err());
    let all = SequenceSet::all();
    assert_eq!(set(&serde_json::to_string(&all).unwrap()).unwrap(), all);
    let numbers: imap_proto::NumberSet = serde_json::from_str("[[5,9],[1,2],[7,12],[4,3]]").unwrap();
    assert_eq!(numbers.to_string(), "1:2,5:12");
}

#[test]
fn blanks_behind_uid_are_forgiven_and_not_kept() {
    let line = b"a1 UID  FETCH 1 FLAGS";
    let lenient = Command::parse(line, &Options::server()).unwrap();
    assert_eq!(lenient.body().name(), "UID FETCH");
    let strict = Options::server().with_leniency(Leniency::Strict);
    assert!(Command::parse(line, &strict).is_err());
}

#[test]
fn modifiers_are_not_written_as_arguments_of_an_item() {
    let command = Command::parse(b"a1 FETCH 1 (X-A) (X-B)", &Options::server()).unwrap();
    let again = command.to_bytes(Dialect::Imap4rev1).unwrap();
    assert_eq!(again, b"a1 FETCH 1 (X-A) (X-B)\r\n");
    assert_eq!(Command::parse(&again, &Options::server()).unwrap(), command);
}

/// In a list, `FULL` is an item that nobody knows; alone it would be another command.
#[test]
fn an_item_with_the_name_of_a_macro_stays_one() {
    for item in ["FULL", "all", "FAST[1]", "FULLER", "FULL (LAZY)"] {
        let line = format!("a1 FETCH 1 ({item})");
        let command = Command::parse(line.as_bytes(), &Options::server()).unwrap();
        let again = command.to_bytes(Dialect::Imap4rev1).unwrap();
        assert_eq!(Command::parse(&again, &Options::server()).unwrap(), command, "{line}");
    }
}
