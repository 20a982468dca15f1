//! The contract that all codecs share, on IMAP.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use imap_proto::testkit::{Client, Server};
use imap_proto::{
    Append, AppendData, AppendMessage, Authenticate, BodyBuf, Capabilities, Capability, CatenatePart,
    ClientCodec, Command, CommandBody, Condition, Continuation, Date, DateTime, Dialect, EnvelopeBuf, Error,
    ErrorKind, Event, Fetch, FetchCommand, FetchContext, Flag, Item, Leniency, Limits, Literal, LiteralMode,
    LiteralStart, MailboxName, Malformed, NonSynchronizing, Options, OtherCommand, OtherResponse,
    OutputState, Raw, Response, ResponseCode, SaslResponse, SearchKey, Section, SequenceSet, ServerCodec,
    State, StatusResponse, Tag, Text,
};
use mail_wire::testkit::{
    Subject, assert_hidden, assert_linear, assert_shareable, every_cut, feed, left_behind,
};

fn commands(lines: &str) -> Vec<Command> {
    lines.lines().map(|line| Command::parse(line.as_bytes(), &Options::server()).unwrap()).collect()
}

fn command(line: &str) -> Command {
    commands(line).remove(0)
}

fn status(condition: Condition, tag: &str, text: &str) -> Response {
    StatusResponse::tagged(tag, condition, text).unwrap().into()
}

fn misuse(result: Result<(), Error>) {
    let error = result.unwrap_err();
    assert!(error.is_misuse(), "{error}");
}

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

/// What a client sees of `stream` in pieces of `size` octets, and what it writes, resumed behind every event.
fn talk(mut client: ClientCodec, stream: &[u8], size: usize) -> (Vec<Event<'static>>, BytesMut, ClientCodec) {
    let (mut events, mut output) = (Vec::new(), BytesMut::new());
    for mut piece in stream.chunks(size) {
        while let Some(event) = client.decode(&mut piece).unwrap() {
            events.push(event.into_owned());
            client.resume(&mut output).unwrap();
        }
        assert!(piece.is_empty());
    }
    (events, output, client)
}

/// A server codec and what its caller does at each event.
struct Scripted {
    codec: ServerCodec,
    output: BytesMut,
    react: fn(&mut ServerCodec, &Event<'_>, &mut BytesMut) -> Result<(), Error>,
}

impl Scripted {
    fn new(react: fn(&mut ServerCodec, &Event<'_>, &mut BytesMut) -> Result<(), Error>) -> Self {
        Self { codec: ServerCodec::new(), output: BytesMut::new(), react }
    }
}

impl Subject for Scripted {
    type Event = Event<'static>;
    type Codec = ServerCodec;

    fn codec(&mut self) -> &mut ServerCodec {
        &mut self.codec
    }

    fn react(&mut self, event: &Self::Event) -> Result<(), Error> {
        (self.react)(&mut self.codec, event, &mut self.output)
    }
}

fn accepting() -> Scripted {
    Scripted::new(|codec, event, output| match event {
        Event::LiteralStart(_) => codec.accept(output),
        _ => Ok(()),
    })
}

fn refusing() -> Scripted {
    Scripted::new(|codec, event, output| match event {
        Event::LiteralStart(literal) => codec.reject(&literal.too_big(), output),
        _ => Ok(()),
    })
}

fn login() -> Command {
    CommandBody::login(b"\xff\xfe\xfd\xfc\xfb", b"\xffhidden\"").unwrap().tag("a1").unwrap()
}

const LOGIN: &[u8] = b"a1 LOGIN {5}\r\n\xff\xfe\xfd\xfc\xfb {8}\r\n\xffhidden\"\r\n";

#[test]
fn two_literals_of_a_command_wait_one_after_the_other() {
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    client.encode(&login(), &mut output).unwrap();
    client.encode(&command("a2 NOOP"), &mut output).unwrap();
    assert_eq!(output, "a1 LOGIN {5}\r\n");
    let stream = b"* OK hi\r\n+ go\r\n* 3 EXISTS\r\n+ \r\na1 OK in\r\na2 OK\r\n";
    for size in 1..=stream.len() {
        let (events, more, client) = talk(client.clone(), stream, size);
        assert_eq!([&output[..], &more].concat(), [LOGIN, b"a2 NOOP\r\n"].concat());
        assert_eq!((events.len(), client.output_state()), (6, OutputState::Ready));
        assert_eq!(client.state(), State::Authenticated);
    }

    let outcome = every_cut(accepting, LOGIN);
    let [Event::LiteralStart(user), Event::LiteralStart(password), Event::Command(read)] =
        &outcome.events[..]
    else {
        panic!("{outcome:?}")
    };
    for (start, octets) in [(user, 5), (password, 8)] {
        assert_eq!((start.octets(), start.mode()), (octets, LiteralMode::Synchronizing));
        assert_eq!((start.tag().unwrap().as_str(), start.command()), ("a1", Some(&b"LOGIN"[..])));
        assert!(!start.streamed() && !start.is_literal8());
        assert!(start.mailbox().is_none() && start.fetch().is_none());
    }
    assert_eq!(*read, login());
    let mut server = accepting();
    feed(&mut server, LOGIN, || 3);
    assert_eq!(server.output, "+ go ahead\r\n+ go ahead\r\n");
}

#[test]
fn a_refused_literal_takes_its_command_along_and_no_other() {
    for refusal in ["NO [TOOBIG] no", "BAD no"] {
        let mut client = ClientCodec::new();
        let mut output = BytesMut::new();
        client.encode(&login(), &mut output).unwrap();
        for line in ["a2 NOOP", "a3 CAPABILITY", "a4 LOGOUT"] {
            client.encode(&command(line), &mut output).unwrap();
        }
        let stream = format!(
            "* OK hi\r\n* 1 EXISTS\r\n* NO see {{31}}\r\na1 {refusal}\r\n* 2 EXISTS\r\na2 OK\r\na3 OK\r\na4 OK\r\n"
        );
        for size in 1..=stream.len() {
            let (events, more, client) = talk(client.clone(), stream.as_bytes(), size);
            assert_eq!(more, "a2 NOOP\r\na3 CAPABILITY\r\na4 LOGOUT\r\n");
            assert_eq!((events.len(), client.output_state()), (8, OutputState::Ready));
            assert_eq!(client.state(), State::Logout);
        }
    }
    let stream = b"a1 LOGIN {5}\r\na2 NOOP\r\na3 LOGIN a {6}\r\na4 APPEND x {99999}\r\na5 NOOP\r\n";
    let outcome = every_cut(refusing, stream);
    let heard = outcome.events.iter().filter(|event| matches!(event, Event::Command(_))).count();
    assert_eq!((outcome.events.len(), heard), (5, 2));
}

/// A server that answers without asking for the literal: nobody will say `+` any more.
#[test]
fn an_answer_of_any_kind_ends_the_wait_for_a_plus() {
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    client.encode(&login(), &mut output).unwrap();
    client.encode(&command("a2 NOOP"), &mut output).unwrap();
    let (_, more, client) = talk(client, b"* OK hi\r\na1 OK who cares\r\n", 100);
    assert_eq!((&more[..], client.output_state()), (&b"a2 NOOP\r\n"[..], OutputState::Ready));
}

#[test]
fn a_refused_literal_that_comes_all_the_same_is_passed_over() {
    let literal = b"\r\nz NOOP\r\n".repeat(20);
    let stream = [
        b"a1 APPEND INBOX {200+}\r\n",
        &literal[..],
        b" (\\Seen) {10+}\r\n0123456789 x\r\na2 NOOP\r\na3 APPEND x {200+}\r\n",
        &literal[..],
        b" {5}\r\na4 NOOP\r\n",
    ]
    .concat();
    let make = || {
        let limits = Limits::server().with_inline_literal(100);
        Scripted { codec: ServerCodec::with_options(Options::server().with_limits(limits)), ..refusing() }
    };
    let outcome = every_cut(make, &stream);
    let [Event::LiteralStart(start), Event::Command(a2), Event::LiteralStart(_), Event::Command(a4)] =
        &outcome.events[..]
    else {
        panic!("{outcome:?}")
    };
    assert!(start.streamed() && start.mode() == LiteralMode::NonSynchronizing);
    assert_eq!(start.mailbox(), Some(&MailboxName::inbox()));
    assert_eq!((a2.tag().as_str(), a4.tag().as_str()), ("a2", "a4"));
    let mut server = make();
    feed(&mut server, &stream, || 77);
    let no = "NO [TOOBIG] the literal is too large\r\n";
    assert_eq!(server.output, format!("a1 {no}a3 {no}"));
}

#[test]
fn a_gibibyte_that_nobody_wants_costs_nothing() {
    let mut server = refusing();
    let chunk = vec![b'\n'; 1 << 20];
    let mut octets = [&b"a1 APPEND INBOX {1073741824+}\r\n"[..], &chunk].concat();
    for _ in 0..1_024 {
        let mut input = &octets[..];
        while let Some(event) = server.codec.decode(&mut input).unwrap() {
            server.react(&event.into_owned()).unwrap();
        }
        assert!(input.is_empty());
        octets.clone_from(&chunk);
    }
    assert_eq!(server.output, "a1 NO [TOOBIG] the literal is too large\r\n");
    let outcome = feed(&mut server, b"\r\na2 NOOP\r\n", || 1);
    assert_eq!(outcome.events, [Event::Command(command("a2 NOOP"))]);
}

#[test]
fn sizes_beyond_all_measure_are_offered_as_such() {
    for (number, octets) in [("9223372036854775808", 1 << 63), (&format!("1{}", "0".repeat(30)), u64::MAX)] {
        let stream = format!("a1 APPEND INBOX {{{number}}}\r\na2 LOGIN {{{number}}}\r\na3 NOOP\r\n");
        let outcome = every_cut(refusing, stream.as_bytes());
        let [Event::LiteralStart(start), Event::Malformed(bad), Event::Command(_)] = &outcome.events[..]
        else {
            panic!("{outcome:?}")
        };
        assert_eq!((start.octets(), start.streamed()), (octets, true));
        // What has to be kept whole can't be that large: the codec refuses by itself.
        assert_eq!((bad.tag().unwrap().as_str(), bad.error().kind()), ("a2", ErrorKind::Limit));
        assert!(format!("{:?}", bad.to_response()).contains("TooBig"));

        let stream = format!("* OK hi\r\n* 1 FETCH (BODY[] {{{number}}}\r\nabc");
        let outcome = every_cut(|| Client::after(Options::client(), &[]), stream.as_bytes());
        let [_, Event::LiteralStart(start), Event::Data(data)] = &outcome.events[..] else {
            panic!("{outcome:?}")
        };
        assert_eq!((start.octets(), &data[..]), (octets, &b"abc"[..]));
        assert_eq!(outcome.error.unwrap().kind(), ErrorKind::UnexpectedEof);
    }
}

#[test]
fn a_text_announces_nothing_but_an_open_code_does() {
    let hear = |stream: &[u8]| every_cut(|| Client::after(Options::client(), &[]), stream).events;
    for text in
        ["* NO see {31}", "* OK [ALERT] {3}", "a1 BAD {3}", "* BYE {0}", "+ {3}", "* PREAUTH [x] y {3}"]
    {
        let events = hear(format!("* OK hi\r\n{text}\r\n* 3 EXISTS\r\n").as_bytes());
        assert_eq!(events.len(), 3, "{text}: {events:?}");
        assert_eq!(events[2], Event::Response(Response::Exists(3)), "{text}");
    }
    for text in
        ["* NO [X {3}\r\na\r\n] no", "+ [X {3}\r\n{9}] no", "a1 BAD [X ({3}\r\n\n\n\n {3}\r\n\r\n.)] {3}"]
    {
        let events = hear(format!("* OK hi\r\n{text}\r\n* 3 EXISTS\r\n").as_bytes());
        assert_eq!(events.len(), 3, "{text}: {events:?}");
        assert_eq!(events[2], Event::Response(Response::Exists(3)), "{text}");
    }
}

#[test]
fn an_empty_literal_is_one() {
    let outcome = every_cut(accepting, b"a1 LOGIN {0}\r\n {0+}\r\n\r\na2 APPEND x {0}\r\n\r\n");
    let [Event::LiteralStart(one), Event::Command(a1), Event::LiteralStart(two), Event::Command(a2)] =
        &outcome.events[..]
    else {
        panic!("{outcome:?}")
    };
    assert_eq!((one.octets(), two.octets()), (0, 0));
    assert_eq!(*a1.body(), CommandBody::login("", "").unwrap());
    let CommandBody::Append(append) = a2.body() else { panic!() };
    assert_eq!(append.messages()[0].literal(), Some(&Literal::new([])));

    let outcome =
        every_cut(|| Client::after(Options::client(), &[]), b"* OK hi\r\n* 1 FETCH (BODY[] {0}\r\n)\r\n");
    let Event::Response(Response::Fetch(fetch)) = &outcome.events[1] else { panic!("{outcome:?}") };
    assert_eq!(fetch.section(&Section::all()).unwrap().value().as_bytes(), Some(&b""[..]));

    // Given in no pieces.
    let mut client = ClientCodec::with_options(Options::client().with_literals(NonSynchronizing::Plus));
    let mut output = BytesMut::new();
    let empty = Append::new(MailboxName::inbox(), AppendMessage::streamed(0));
    client.encode(&CommandBody::from(empty).tag("a1").unwrap(), &mut output).unwrap();
    assert_eq!(client.output_state(), OutputState::Payload { octets: Some(0) });
    client.encode_end(&mut output).unwrap();
    assert_eq!(output, "a1 APPEND INBOX {0+}\r\n\r\n");
}

#[test]
fn a_large_literal_is_streamed_and_the_message_comes_behind_it() {
    let octets = b"0123456789".repeat(500);
    let stream = [
        &b"* OK hi\r\n* 7 FETCH (FLAGS (~x) UID 12 BODY[1.HEADER.FIELDS (\"a]b\" c)]<3> {5000}\r\n"[..],
        &octets,
        b" X-A {5000}\r\n",
        &octets,
        b" RFC822.SIZE 9)\r\n",
    ]
    .concat();
    let outcome = every_cut(|| Client::after(Options::client(), &[]), &stream);
    let [
        _,
        Event::LiteralStart(start),
        Event::Data(data),
        Event::LiteralEnd,
        Event::Response(Response::Fetch(fetch)),
    ] = &outcome.events[..]
    else {
        panic!("{:?}", outcome.events)
    };
    let context: &FetchContext = start.fetch().unwrap();
    assert_eq!((context.number().get(), context.uid().map(|uid| uid.get())), (7, Some(12)));
    assert_eq!(context.item(), b"BODY[1.HEADER.FIELDS (\"a]b\" c)]<3>");
    assert_eq!((start.octets(), start.tag(), start.streamed()), (5_000, None, true));
    assert_eq!(data[..], octets);
    // What is streamed is told by its length; what nobody could stream has joined.
    let values: Vec<_> =
        fetch.items().filter(|item| matches!(item, Item::Section(_) | Item::Other { .. })).collect();
    let [Item::Section(section), Item::Other { name: b"X-A", raw }] = values[..] else {
        panic!("{values:?}")
    };
    assert_eq!(
        (section.value().octets(), section.value().as_bytes(), section.origin()),
        (5_000, None, Some(3))
    );
    assert_eq!(raw, [b"{5000}\r\n", &octets[..]].concat());
    assert_eq!((fetch.rfc822_size(), fetch.uid().map(|uid| uid.get())), (Some(9), Some(12)));

    let stream = [
        b"* OK hi\r\n* 7 FETCH (FLAGS (a[b) BODY[HEADER.FIELDS ({3}\r\n]) c]d)] {5000}\r\n",
        &octets[..],
        b")\r\n",
    ]
    .concat();
    let outcome = every_cut(|| Client::after(Options::client(), &[]), &stream);
    let Event::LiteralStart(start) = &outcome.events[1] else { panic!("{:?}", outcome.events) };
    assert_eq!(start.fetch().unwrap().item(), b"BODY[HEADER.FIELDS ({3}\r\n]) c]d)]");

    let append =
        [b"a1 APPEND INBOX (\\Seen) {5000}\r\n", &octets[..], b" ~{5000+}\r\n", &octets, b"\r\n"].concat();
    let outcome = every_cut(accepting, &append);
    let kinds: Vec<_> = outcome
        .events
        .iter()
        .map(|event| format!("{event:?}").split('(').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        kinds,
        ["LiteralStart", "Data", "LiteralEnd", "LiteralStart", "Data", "LiteralEnd", "Command"],
        "{outcome:?}"
    );
    let Some(Event::Command(command)) = outcome.events.last() else { panic!() };
    let CommandBody::Append(append) = command.body() else { panic!() };
    assert!(append.messages().iter().all(|message| message.literal() == Some(&Literal::streamed(5_000))));
    assert_eq!(append.messages().iter().map(AppendMessage::is_literal8).collect::<Vec<_>>(), [false, true]);
}

/// What has a message in it streams as that does; in what is not known, only a literal that fits is taken.
#[test]
fn the_messages_in_extensions_of_append_are_streamed() {
    let octets = vec![b')'; 5_000];
    let large = |announced: &str| [announced.as_bytes(), &octets].concat();
    let streamed = Literal::streamed(5_000);
    for (front, data) in [
        ("a1 APPEND x UTF8 (~{5000}\r\n", AppendData::Utf8(streamed.clone())),
        ("a1 APPEND {1+}\r\n( (\\Seen) catenate (URL \"TEXT {3\" TEXT {2+}\r\n() TEXT {5000+}\r\n", {
            let url = Text::new("TEXT {3").unwrap();
            let pieces = [CatenatePart::Url(url), CatenatePart::Text(Literal::new(*b"()"))];
            AppendData::Catenate([&pieces[..], &[CatenatePart::Text(streamed.clone())]].concat())
        }),
        ("a1 APPEND x X (a {2+}\r\n(() {5000}\r\n", AppendData::Literal(streamed.clone())),
    ] {
        let end = if matches!(data, AppendData::Literal(_)) { "\r\n" } else { ")\r\n" };
        let outcome = every_cut(accepting, &[&large(front), end.as_bytes()].concat());
        let Some(Event::Command(command)) = outcome.events.last() else { panic!("{outcome:?}") };
        let CommandBody::Append(append) = command.body() else { panic!() };
        assert_eq!(append.messages()[0].data(), &data);
        let [.., Event::LiteralStart(start), Event::Data(_), Event::LiteralEnd, _] = &outcome.events[..]
        else {
            panic!("{outcome:?}")
        };
        assert!(start.streamed() && start.mailbox().is_some());
    }

    let unknown = [&large("a1 APPEND x X (TEXT {5000}\r\n"), &b")\r\na2 NOOP\r\n"[..]].concat();
    let outcome = every_cut(accepting, &unknown);
    let [Event::LiteralStart(start), Event::Command(a1), Event::Command(_)] = &outcome.events[..] else {
        panic!("{outcome:?}")
    };
    let CommandBody::Append(append) = a1.body() else { panic!() };
    assert!(!start.streamed() && append.messages()[0].literal().is_none());
    // Sent again, octet for octet.
    assert_eq!(Command::parse(&a1.to_bytes(Dialect::Imap4rev1).unwrap(), &Options::server()).unwrap(), *a1);
    // One that no frame can hold is refused, and nothing of it is asked for.
    let outcome = every_cut(accepting, b"a1 APPEND x X (TEXT {999999999}\r\na2 NOOP\r\n");
    let [Event::Malformed(bad), Event::Command(_)] = &outcome.events[..] else { panic!("{outcome:?}") };
    assert_eq!((bad.error().kind(), bad.tag().unwrap().as_str()), (ErrorKind::Limit, "a1"));
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
fn a_client_writes_literals_as_the_server_takes_them() {
    let capabilities = |names: &[&str]| {
        Capabilities::new(names.iter().map(|name| Capability::new(name).unwrap()).collect::<Vec<_>>())
    };
    let append = |octets: usize| {
        CommandBody::from(Append::new(MailboxName::inbox(), AppendMessage::new(vec![b'x'; octets])))
    };
    for (names, octets, mark, waits) in [
        (&["IMAP4rev1"][..], 3, "{3}", true),
        (&["IMAP4rev1", "LITERAL-"], 4_096, "{4096+}", false),
        (&["IMAP4rev1", "LITERAL-"], 4_097, "{4097}", true),
        (&["IMAP4rev2"], 4_096, "{4096+}", false),
        (&["IMAP4rev1", "LITERAL+"], 4_097, "{4097+}", false),
    ] {
        let mut client = ClientCodec::new();
        let mut output = BytesMut::new();
        client.peer(&capabilities(names));
        client.encode(&append(octets).tag("a1").unwrap(), &mut output).unwrap();
        let line = output[..].split(|octet| *octet == b'\r').next().unwrap();
        assert_eq!(line, format!("a1 APPEND INBOX {mark}").as_bytes(), "{names:?}");
        assert_eq!(client.output_state() == OutputState::AwaitsContinuation, waits, "{names:?}");
    }
}

#[test]
fn a_server_that_announced_literal_minus_holds_clients_to_it() {
    let options = Options::server().with_literals(NonSynchronizing::Minus);
    let make = || Scripted { codec: ServerCodec::with_options(options), ..accepting() };
    let large = [&b"a1 APPEND INBOX {4097+}\r\n"[..], &[b'\n'; 4_097], b"\r\n"].concat();
    let small = [&b"a2 APPEND INBOX {4096+}\r\n"[..], &[b'\n'; 4_096], b"\r\n"].concat();
    let asked = [&b"a3 APPEND INBOX {4097}\r\n"[..], &[b'\n'; 4_097], b"\r\n"].concat();
    let outcome = every_cut(make, &[large, small, asked].concat());
    let [
        Event::Malformed(bad),
        Event::Command(a2),
        Event::LiteralStart(_),
        Event::Data(_),
        Event::LiteralEnd,
        Event::Command(a3),
    ] = &outcome.events[..]
    else {
        panic!("{:?}", outcome.events)
    };
    assert_eq!((bad.tag().unwrap().as_str(), bad.error().kind()), ("a1", ErrorKind::Limit));
    assert_eq!((a2.tag().as_str(), a3.tag().as_str()), ("a2", "a3"));
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

/// CHAR8 has no NUL, and `~` belongs to `literal8`: only what may be sent comes out of a strict reader.
#[test]
fn only_a_literal8_holds_nul_and_only_where_it_belongs() {
    let strict = Options::server().with_leniency(Leniency::Strict);
    for unit in ["a1 LOGIN {3+}\r\na\0b x", "a1 LOGIN ~{3+}\r\na\0b x", "a1 LOGIN ~{3+}\r\nabc x"] {
        assert!(Command::parse(unit.as_bytes(), &strict).is_err(), "{unit}");
        assert!(Command::parse(unit.as_bytes(), &Options::server()).is_ok(), "{unit}");
    }
    let rest = "NIL NIL NIL NIL NIL NIL NIL NIL NIL";
    for unit in [
        format!("* 1 FETCH (ENVELOPE ({{1}}\r\n\0 {rest}))"),
        format!("* 1 FETCH (ENVELOPE (~{{1}}\r\nx {rest}))"),
        "* 1 FETCH (BODY[] ~{1}\r\nx)".into(),
        "* 1 FETCH (RFC822 {1}\r\n\0)".into(),
        "* 1 FETCH (X ({1}\r\n\0))".into(),
    ] {
        assert!(Response::parse(unit.as_bytes(), &strict).is_err(), "{unit}");
        assert!(Response::parse(unit.as_bytes(), &Options::client()).is_ok(), "{unit}");
    }
    for unit in ["* 1 FETCH (BINARY[] ~{1}\r\n\0)", "* 1 FETCH (X (~{1}\r\n\0))"] {
        assert!(Response::parse(unit.as_bytes(), &strict).is_ok(), "{unit}");
    }
}

/// Where the name of an item promises a body, and its grammar breaks that, the octets are gone as `Data`.
#[test]
fn an_unread_item_never_announces_octets_that_do_not_follow() {
    for item in ["BODY", "BODY[x]", "BINARY[x]"] {
        let stream = format!("* OK hi\r\n* 1 FETCH ({item} {{5000}}\r\n{} UID 7)\r\n", "x".repeat(5_000));
        let events = feed(&mut Client::after(Options::client(), &[]), stream.as_bytes(), || 4_096).events;
        let Some(Event::Response(response)) = events.last() else { panic!("{events:?}") };
        let mut output = BytesMut::new();
        assert!(ServerCodec::new().encode(response, &mut output).is_err() && output.is_empty(), "{output:?}");
    }
    let known = Response::parse(b"* 1 FETCH (X (a {3+}\r\na\r\n) Y[{1}] 3)", &Options::client()).unwrap();
    assert_eq!(known.to_bytes(Dialect::Imap4rev1).unwrap(), b"* 1 FETCH (X (a {3}\r\na\r\n) Y[{1}] 3)\r\n");
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

/// BYE is said whatever is going on; another command's refusal leaves the client of this one waiting.
#[test]
fn a_literal_on_offer_hides_no_other_answer() {
    let offered = || {
        let mut server = ServerCodec::new();
        assert!(matches!(
            server.decode(&mut &b"a1 APPEND x {5000}\r\n"[..]),
            Ok(Some(Event::LiteralStart(_)))
        ));
        server
    };
    let bye = StatusResponse::untagged(Condition::Bye, "full").unwrap();
    let (mut server, mut output) = (offered(), BytesMut::new());
    misuse(server.reject(&StatusResponse::tagged("a2", Condition::No, "no").unwrap(), &mut output));
    assert!(output.is_empty() && server.paused());
    server.reject(&bye, &mut output).unwrap();
    assert_eq!((server.state(), server.paused()), (State::Logout, false));
    let mut server = offered();
    server.encode(&bye.into(), &mut output).unwrap();
    assert_eq!((server.state(), server.paused()), (State::Logout, true));
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

/// The `+` came, and the refusal with it, before the caller looked: nobody will ask for the second literal.
#[test]
fn a_refusal_behind_a_plus_leaves_nothing_waiting() {
    let (mut client, mut output) = (ClientCodec::new(), BytesMut::new());
    let login = CommandBody::login("\u{fc}", "p\u{e4}").unwrap();
    client.encode(&login.tag("a1").unwrap(), &mut output).unwrap();
    client.encode(&command("a2 NOOP"), &mut output).unwrap();
    let mut input = &b"* OK hi\r\n+ go on\r\na1 NO\r\n"[..];
    while client.decode(&mut input).unwrap().is_some() {}
    client.resume(&mut output).unwrap();
    assert_eq!(output, "a1 LOGIN {2}\r\n\u{fc} {3}\r\na2 NOOP\r\n");
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
fn literals_in_what_is_kept_are_announced_in_one_form() {
    let options = Options::client();
    for line in [&b"* 1 FETCH (X-A {3+}\r\nabc UID 7)"[..], b"* 1 FETCH (ENVELOPE (NIL {03}\r\nabc))"] {
        let response = Response::parse(line, &options).unwrap();
        let again = response.to_bytes(Dialect::Imap4rev1).unwrap();
        assert_eq!(Response::parse(&again, &options).unwrap(), response);
    }
}

#[test]
fn modifiers_are_not_written_as_arguments_of_an_item() {
    let command = Command::parse(b"a1 FETCH 1 (X-A) (X-B)", &Options::server()).unwrap();
    let again = command.to_bytes(Dialect::Imap4rev1).unwrap();
    assert_eq!(again, b"a1 FETCH 1 (X-A) (X-B)\r\n");
    assert_eq!(Command::parse(&again, &Options::server()).unwrap(), command);
}
