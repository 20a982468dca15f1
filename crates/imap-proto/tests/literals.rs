//! Literals: offered, accepted, refused, streamed, and never waited for in vain.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use bytes::BytesMut;
use common::{LOGIN, Scripted, accepting, command, login, misuse, refusing, talk};
use imap_proto::testkit::Client;
use imap_proto::{
    Append, AppendData, AppendMessage, Capabilities, Capability, CatenatePart, ClientCodec, Command,
    CommandBody, Condition, Dialect, ErrorKind, Event, FetchContext, Item, Leniency, Limits, Literal,
    LiteralMode, MailboxName, NonSynchronizing, Options, OutputState, Response, Section, ServerCodec, State,
    StatusResponse, Text,
};
use mail_wire::testkit::{Subject, every_cut, feed};

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
fn literals_in_what_is_kept_are_announced_in_one_form() {
    let options = Options::client();
    for line in [&b"* 1 FETCH (X-A {3+}\r\nabc UID 7)"[..], b"* 1 FETCH (ENVELOPE (NIL {03}\r\nabc))"] {
        let response = Response::parse(line, &options).unwrap();
        let again = response.to_bytes(Dialect::Imap4rev1).unwrap();
        assert_eq!(Response::parse(&again, &options).unwrap(), response);
    }
}
