//! The contract that all codecs share, on DMSP.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use dmsp_proto::testkit::{Client, Server};
use dmsp_proto::{
    Activity, ClientCodec, ClientEntry, Command, Descriptor, EightBit, Error, ErrorKind, Event, Flags,
    Greeting, Leniency, Limits, MailboxEntry, Malformed, Name, Options, OutputState, Reply, ReplyCode,
    Response, Row, ServerCodec, State, Text, Uid, Verb,
};
use mail_wire::testkit::{assert_hidden, assert_linear, assert_shareable, every_cut, feed, left_behind};

fn commands(lines: &str) -> Vec<Command> {
    lines.lines().map(|line| Command::parse(line.as_bytes(), &Options::new()).unwrap()).collect()
}

fn strict() -> Options {
    Options::new().with_leniency(Leniency::Strict)
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// What a client is told, and what its server then says.
const CONVERSATIONS: &[(&str, &[u8])] = &[
    ("HELP\nLIST-MAILBOXES\nLOGOUT", b"200 hi\r\n100 these:\r\nHELP\r\n.\r\n230\r\nfred 2313 10 1\r\n..x 1 1 1\r\n.\r\n200 bye\r\n"),
    ("LIST-CLIENTS\nLIST-SUBSCRIPTIONS", b"200\r\n220\r\n.\r\n240\r\nb 2573 33 2606\r\n.\r\n"),
    (
        "FETCH-CHANGED-DESCRIPTORS fred 10\nHELP",
        b"200\r\n250\r\nexpunged\r\n2101\r\ndescriptor\r\n2107 1100011100000010 1400 30\r\na\r\n..b\r\n\r\n.. \r\nexpunged\r\n1\r\n.\r\n500\r\n",
    ),
    (
        "FETCH-DESCRIPTORS fred 1 9\nHELP",
        b"200\r\n250\r\ndescriptor\r\nnonsense\r\n\r\n\r\n\r\n\r\nrubbish\r\nexpunged\r\nx\r\nexpunged\r\n2\r\n.\r\n100\r\n.\r\n",
    ),
    ("FETCH-DESCRIPTORS fred 1 9\nHELP", b"200\r\n250\r\ndescriptor\r\n1 0000000000000000 1 1\r\n.\r\n100\r\n.\r\n"),
    ("FETCH-MESSAGE fred 1\nHELP", b"200\r\n251\r\n.\r\r\n.x\r\n..\r\n...\r\n\r\n\n.\r\n.\r\n100\r\n.\r\n"),
    ("FETCH-MESSAGE fred 1\nFETCH-MESSAGE fred 2", b"200\r\n251\r\n.\r\n451 no\r\n"),
    ("FETCH-MESSAGE fred 1\nFETCH-MESSAGE fred 2", b"200\n251\na\n..b\n.\n251\r\n\r\n.\r\n"),
    ("FETCH-MESSAGE fred 1", b"200\r\n251\r\nabc\xc3\xa9def\r\n..\xff\r\n.\r\n"),
    ("SEND-MESSAGE\nHELP", b"200\r\n350 go\r\n200 sent\r\n100\r\n.\r\n"),
    ("SEND-MESSAGE\nHELP", b"200\r\n406\r\n100\r\n.\r\n"),
    ("CREATE-CLIENT a", b"200\r\nnonsense\r\n402 unasked\r\n"),
    ("LIST-MAILBOXES", b"200\r\n230\r\nrubbish\r\na 1 1 1\r\n.\r\n"),
    ("LIST-MAILBOXES", b"200\r\nrubbish\r\na 1 1 1\r\n.\r\n"),
    ("FETCH-MESSAGE fred 1", b"200\r\n251\r\nunfinished"),
    ("FETCH-DESCRIPTORS fred 1 9", b"200\r\n250\r\ndescriptor\r\n1 0000000000000000 1 1\r\nunfinished"),
    ("LOGOUT", b"200\r\n402 no\r\n200 half"),
    ("XYZZY", b"200\r\n299\r\n"),
];

/// What a server is sent; it answers each command at once.
const SESSIONS: &[&[u8]] = &[
    b"send-version 230\r\nlogin fred pw client 0 0\r\nLIST-MAILBOXES\r\nFETCH-DESCRIPTORS fred 1 9\r\nLOGOUT\r\n",
    b"HELP\r\nSEND-MESSAGE\r\nTo: a\r\n\r\n..x\r\n.y\r\n.\r\nCOPY-MESSAGE a b 1\r\nFETCH-MESSAGE a 1\r\nLOGOUT\r\n",
    b"SEND-MESSAGE\n.y\n..\n.\nHELP\n",
    b"\r\n \r\nxyzzy  a\r\nFETCH-MESSAGE\r\nFETCH-MESSAGE a x\r\n\x16\x03\x01\r\nHELP\nhe\rlp\r\nLO",
    b"SEND-MESSAGE\r\n\xc3\xa9\r\n.\xff\r\n.\r\nCREATE-MAILBOX caf\xe9\r\n",
];

#[test]
fn every_cutting_gives_the_same_events() {
    for options in [Options::new(), strict()] {
        for (told, stream) in CONVERSATIONS {
            every_cut(|| Client::with(ClientCodec::with_options(options), &commands(told)), stream);
        }
        for session in SESSIONS {
            every_cut(|| Server::with(ServerCodec::with_options(options)), session);
        }
    }
}

#[test]
fn nothing_behind_an_event_is_taken() {
    let client = Client::after(&commands("FETCH-MESSAGE a 1\nFETCH-CHANGED-DESCRIPTORS a 1"));
    let stream = b"200\r\n251\r\nbody\r\n.\r\n250\r\nexpunged\r\n1\r\n.\r\n";
    assert_eq!(left_behind(client, stream), [35, 30, 24, 21, 16, 3, 0]);
}

#[test]
fn ten_thousand_pipelined_commands_are_linear() {
    let line = |n| match (n % 4, n % 10_000 + 1) {
        (0, n) => format!("FETCH-MESSAGE fred {n}\r\n"),
        (1, n) => format!("fetch-descriptors fred {n} {n}\r\n"),
        (2, _) => "HELP\r\n".into(),
        (_, n) => format!("SET-MESSAGE-FLAG fred {n} 0 1\r\n"),
    };
    assert_linear(|n| (Server::default(), (0..n).map(line).collect::<String>().into()), |n| n);
}

#[test]
fn ten_thousand_pipelined_replies_are_linear() {
    let lines = "FETCH-CHANGED-DESCRIPTORS a 9\nFETCH-MESSAGE a 1\nLIST-MAILBOXES\nRESET-MAILBOX a\n";
    let replies =
        b"250\r\nexpunged\r\n1\r\ndescriptor\r\n1 0000000000000000 1 1\r\na\r\nb\r\nc\r\nd\r\n.\r\n\
        251\r\n..a\r\nb\r\n.\r\n230\r\na 1 1 1\r\n.\r\n200\r\n";
    let conversation = |n: usize| {
        let told = commands(&lines.repeat(n / 4));
        (Client::after(&told), [&b"200\r\n"[..], &replies.repeat(n / 4)].concat())
    };
    assert_linear(conversation, |n| 1 + n / 4 * 11);
}

#[test]
fn what_is_kept_has_a_bound() {
    let limits = Limits::new().with_line(64).with_outstanding(3);
    let options = Options::new().with_limits(limits);
    let mut server = ServerCodec::with_options(options);
    server.encode(&Greeting::new("").unwrap().into(), &mut BytesMut::new()).unwrap();
    let long = [&b"HELP "[..], &b"x".repeat(1_000_000), b"\r\nHELP\r\nHELP\r\nHELP\r\nHELP\r\n"].concat();
    let mut input = &long[..];
    let Some(Event::Malformed(bad)) = server.decode(&mut input).unwrap() else { panic!() };
    assert_eq!((bad.error().kind(), bad.raw().len()), (ErrorKind::Limit, 64));
    assert!(server.decode(&mut input).unwrap().is_some() && server.decode(&mut input).unwrap().is_some());
    assert!(server.paused() && server.decode(&mut input).unwrap().is_none());
    assert_eq!(input, b"HELP\r\nHELP\r\n");
    server.encode(&Reply::from(&bad).into(), &mut BytesMut::new()).unwrap();
    assert!(server.decode(&mut input).unwrap().is_some());

    let mut client = ClientCodec::with_options(options);
    let mut output = BytesMut::new();
    for _ in 0..3 {
        client.encode(&Command::Help, &mut output).unwrap();
    }
    assert_eq!(client.encode(&Command::Help, &mut output).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(client.sent(&Command::Help).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(output, "HELP\r\n".repeat(3));

    // A descriptor under way: six lines, each cut to the limit.
    let mut client = ClientCodec::with_options(options);
    let field = [&b"x".repeat(100_000)[..], b"\r\n"].concat();
    let stream = [b"200\r\n250\r\ndescriptor\r\n1 0000000000000000 1 1\r\n", &field.repeat(4)[..]].concat();
    let mut input = &stream[..];
    let mut last = None;
    while let Some(event) = client.decode(&mut input).unwrap() {
        last = Some(event);
    }
    let Some(Event::Malformed(bad)) = last else { panic!("{last:?}") };
    assert_eq!((bad.error().kind(), bad.raw().len()), (ErrorKind::Limit, 10 + 2 + 22 + 4 * (2 + 64)));
}

#[test]
fn calls_out_of_order_are_misuse_and_change_nothing() {
    let misuse = |result: Result<(), Error>| assert!(result.unwrap_err().is_misuse());
    let mut output = BytesMut::new();

    let mut server = ServerCodec::new();
    misuse(server.encode(&ReplyCode::Ok.into(), &mut output));
    misuse(server.encode_data(b"x", &mut output));
    misuse(server.encode_end(&mut output));
    server.encode(&Greeting::new("").unwrap().into(), &mut output).unwrap();
    misuse(server.encode(&Greeting::new("").unwrap().into(), &mut output));
    misuse(server.encode(&ReplyCode::Ok.into(), &mut output));
    let mut input = &b"FETCH-MESSAGE a 1\r\nLIST-MAILBOXES\r\nCOPY-MESSAGE a b 1\r\nFETCH-DESCRIPTORS a 1 2\r\nSEND-MESSAGE\r\n"[..];
    while server.decode(&mut input).unwrap().is_some() {}
    output.clear();
    let mailbox = || Row::Mailbox(MailboxEntry::new(name("a"), Uid::new(1), 0, 0)).into();
    let descriptor = || Row::Descriptor(Descriptor::new(Uid::new(2), Flags::new(), 1, 1)).into();
    for code in [ReplyCode::Ok, ReplyCode::MailboxList, ReplyCode::EnterMessage, ReplyCode::ClientOutOfDate] {
        misuse(server.encode(&code.into(), &mut output));
    }
    misuse(server.encode(&mailbox(), &mut output));
    assert_eq!(output, "");
    server.encode(&ReplyCode::Message.into(), &mut output).unwrap();
    misuse(server.encode(&ReplyCode::Internal.into(), &mut output));
    server.encode_end(&mut output).unwrap();
    server.encode(&ReplyCode::MailboxList.into(), &mut output).unwrap();
    misuse(server.encode_data(b"x", &mut output));
    misuse(server.encode(&Row::Line(Text::new("x").unwrap()).into(), &mut output));
    misuse(server.encode(&ReplyCode::Ok.into(), &mut output));
    server.encode(&mailbox(), &mut output).unwrap();
    server.encode_end(&mut output).unwrap();
    server.encode(&ReplyCode::DescriptorList.into(), &mut output).unwrap();
    misuse(server.encode_end(&mut output));
    misuse(server.encode(&Row::Expunged(Uid::new(2)).into(), &mut output));
    server.encode(&descriptor(), &mut output).unwrap();
    misuse(server.encode(&descriptor(), &mut output));
    server.encode_end(&mut output).unwrap();
    server.encode(&ReplyCode::DescriptorList.into(), &mut output).unwrap();
    misuse(server.encode(&Row::Expunged(Uid::new(2)).into(), &mut output));
    server.encode_end(&mut output).unwrap();
    output.clear();
    misuse(server.encode(&ReplyCode::Ok.into(), &mut output));
    server.encode(&ReplyCode::EnterMessage.into(), &mut output).unwrap();
    misuse(server.encode(&ReplyCode::Ok.into(), &mut output));
    misuse(server.encode_end(&mut output));
    assert_eq!(output, "350 enter message; end with \".\"\r\n");
    assert_eq!(server.decode(&mut &b".\r\n"[..]).unwrap(), Some(Event::End));
    misuse(server.encode(&ReplyCode::EnterMessage.into(), &mut output));
    server.encode(&ReplyCode::Ok.into(), &mut output).unwrap();
    // 4xx may come unasked.
    server.encode(&ReplyCode::Internal.into(), &mut output).unwrap();

    let mut client = ClientCodec::new();
    output.clear();
    misuse(client.encode_data(b"x", &mut output));
    misuse(client.encode_end(&mut output));
    client.encode(&Command::SendMessage, &mut output).unwrap();
    assert_eq!(client.output_state(), OutputState::AwaitsContinuation);
    output.clear();
    misuse(client.encode(&Command::Help, &mut output));
    misuse(client.encode_data(b"x", &mut output));
    assert_eq!(output, "");
    let mut input = &b"200\r\n350\r\n"[..];
    while client.decode(&mut input).unwrap().is_some() {}
    assert_eq!(client.output_state(), OutputState::Payload { octets: None });
    misuse(client.encode(&Command::Help, &mut output));
    client.encode_end(&mut output).unwrap();
    client.encode(&Command::Help, &mut output).unwrap();
    assert_eq!(output, ".\r\nHELP\r\n");
}

#[test]
fn a_session_goes_through_its_states() {
    let mut server = ServerCodec::new();
    let mut output = BytesMut::new();
    assert_eq!(server.state(), State::Greeting);
    server.encode(&Greeting::new("").unwrap().into(), &mut output).unwrap();
    for (line, code, state) in [
        ("SEND-VERSION 230\r\n", ReplyCode::Ok, State::Anonymous),
        ("LOGIN a b c 0 0\r\n", ReplyCode::Denied, State::Anonymous),
        ("LOGIN a b c 0 0\r\n", ReplyCode::ClientOutOfDate, State::LoggedIn),
        ("LOGIN a b c 0 0\r\n", ReplyCode::LoggedInAlready, State::LoggedIn),
        ("LOGOUT\r\n", ReplyCode::Locked, State::LoggedIn),
        ("LOGOUT\r\n", ReplyCode::Ok, State::Closed),
    ] {
        server.decode(&mut line.as_bytes()).unwrap();
        server.encode(&code.into(), &mut output).unwrap();
        assert_eq!(server.state(), state, "{line}");
    }
}

#[test]
fn passwords_do_not_show() {
    for session in [
        &b"LOGIN fred hunter2 client 0 0\r\n"[..],
        b"login fred hunter2 client 0 2\r\n",
        b"LOGIN fred hunter2\r\n",
        b" LOGIN fred hunter2\r\n",
        b"LOGIN\rfred hunter2\r\n",
        b"SET-PASSWORD hunter2 hunter2\r\n",
        b"SET-PASSWORD hunter2\r\n",
        b"Set-Password\thunter2",
    ] {
        assert_hidden(Server::default(), session);
    }
    let secrets = [
        Command::login("fred", "hunter2", "client").unwrap(),
        Command::set_password("hunter2", "hunter2").unwrap(),
    ];
    for command in secrets {
        assert!(!format!("{command:?}").contains("hunter2"));
        assert!(!serde_json::to_string(&command).unwrap().contains("hunter2"));
        assert!(serde_json::from_str::<Command>(&serde_json::to_string(&command).unwrap()).is_err());
    }
}

#[test]
fn messages_survive_serde() {
    let lines = "HELP\nSET-MESSAGE-FLAG fred 1 15 1\nFETCH-DESCRIPTORS a 1 2\nXYZZY  a\nCREATE-ADDRESS a a@b\nlist-address a";
    for command in commands(lines) {
        let json = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&json).unwrap(), command, "{json}");
    }
    let descriptor = Descriptor::new(Uid::new(1), Flags::from_bits(0x8001), 2, 3);
    let responses: [Response; 5] = [
        Reply::new(ReplyCode::NoMailbox, "no").unwrap().into(),
        Reply::new(ReplyCode::new(299).unwrap(), "").unwrap().into(),
        Row::Descriptor(descriptor.with_date(Text::new("now").unwrap())).into(),
        Row::Client(ClientEntry::new(name("a"), Activity::Inactive)).into(),
        Greeting::version("3.0.0").unwrap().into(),
    ];
    for response in responses {
        let json = serde_json::to_string(&response).unwrap();
        assert_eq!(serde_json::from_str::<Response>(&json).unwrap(), response, "{json}");
    }
    assert!(serde_json::from_str::<Command>("{\"CreateClient\":\"a\\r\\nDELETE-CLIENT a\"}").is_err());
    assert!(serde_json::from_str::<Reply>("{\"code\":99,\"text\":null}").is_err());
}

#[test]
fn nothing_encoded_carries_a_line_end() {
    for bad in ["a\r\nDELETE-CLIENT a", "a\nb", "a\0b"] {
        assert!(Name::new(bad).is_err() && Name::printable(bad).is_err());
        assert!(Command::create_client(bad).is_err());
        assert!(Command::login("a", bad, "c").is_err());
        assert!(Command::other(bad, None).is_err());
        assert!(Command::other("XYZZY", Some(bad)).is_err());
        assert!(Reply::new(ReplyCode::Ok, bad).is_err());
        assert!(Greeting::new(bad).is_err() && Greeting::version(bad).is_err());
        assert!(Text::new(bad).is_err());
        let header = format!("Subject: {bad}\r\n\r\n");
        let row = Descriptor::from_header(Uid::new(1), Flags::new(), 1, 1, header.as_bytes(), EightBit::Pass);
        let lines = Response::from(Row::Descriptor(row)).to_bytes().unwrap();
        assert_eq!(lines.iter().filter(|octet| **octet == b'\n').count(), 6);
        assert!(!lines.contains(&0));
    }
}

#[test]
fn a_list_or_a_message_that_is_cut_short_has_failed() {
    for (stream, expected) in [
        ("200\r\n230\r\na 1 1 1\r\n", "the end of the list"),
        ("200\r\n250\r\nexpunged\r\n", "the end of the list"),
        ("200\r\n251\r\nabc\r\n", "the end of the message"),
        ("200\r\n20", "the end of the line"),
    ] {
        let outcome = feed(&mut Client::after(&[]), stream.as_bytes(), || usize::MAX);
        let error = outcome.error.unwrap();
        assert_eq!((error.kind(), error.expected()), (ErrorKind::UnexpectedEof, expected));
    }
}

#[test]
fn everything_may_be_sent_between_threads() {
    assert_shareable::<(ClientCodec, ServerCodec, Event<'static>, Command, Response, Malformed, Options)>();
}

#[test]
fn a_reply_is_told_to_its_command() {
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    for command in commands("LIST-CLIENTS\nHELP\nLOGOUT") {
        client.encode(&command, &mut output).unwrap();
    }
    let mut input = &b"200\r\n220\r\n.\r\n402\r\n200\r\n402 unasked\r\n"[..];
    let mut answered = Vec::new();
    while client.decode(&mut input).unwrap().is_some() {
        answered.push(client.answered());
    }
    let list = Some(Verb::ListClients);
    assert_eq!(answered, [None, list, list, Some(Verb::Help), Some(Verb::Logout), None]);
    assert_eq!(client.outstanding(), 0);
}

#[test]
fn the_places_of_damaged_descriptors_are_those_of_the_stream() {
    let head = "200\r\n250\r\n";
    for (list, raw, offset, next) in [
        ("nonsense\r\nexpunged\r\n1\r\n.\r\n", "nonsense", 0, Some(Row::Expunged(Uid::new(1)))),
        ("expunged\r\nx\r\nexpunged\r\n1\r\n.\r\n", "expunged\r\nx", 10, Some(Row::Expunged(Uid::new(1)))),
        (
            "descriptor\r\n1 0000000000000000 1 one\r\na\r\n..b\r\n\r\n\r\nexpunged\r\n1\r\n.\r\n",
            "descriptor\r\n1 0000000000000000 1 one\r\na\r\n..b\r\n\r\n",
            33,
            Some(Row::Expunged(Uid::new(1))),
        ),
        ("..descriptor\r\n.\r\n", "..descriptor", 1, None),
        ("descriptor\r\n1 0000000000000000 1 1\r\n.\r\n", "descriptor\r\n1 0000000000000000 1 1", 36, None),
    ] {
        let stream = format!("{head}{list}");
        let outcome = every_cut(|| Client::after(&[]), stream.as_bytes());
        let Event::Malformed(bad) = &outcome.events[2] else { panic!("{:?}", outcome.events) };
        assert_eq!(String::from_utf8_lossy(bad.raw()), raw);
        assert_eq!(bad.error().offset(), head.len() as u64 + offset, "{list:?}");
        // Nothing of a descriptor is left for the next one.
        let twice = format!("{head}expunged\r\n7\r\n{list}");
        let outcome_behind = feed(&mut Client::after(&[]), twice.as_bytes(), || usize::MAX);
        let Event::Malformed(bad) = &outcome_behind.events[3] else { panic!("{:?}", outcome_behind.events) };
        assert_eq!(String::from_utf8_lossy(bad.raw()), raw);
        let rest: Vec<_> = next.map(Event::Row).into_iter().chain([Event::End]).collect();
        assert_eq!(outcome.events[3..], rest);
    }
    // The first of two errors is told.
    let stream = b"200\r\n250\r\ndescriptor\r\nx\r\n\xe9\r\n\r\n\r\n\r\n.\r\n";
    let outcome = every_cut(|| Client::with(ClientCodec::with_options(strict()), &[]), stream);
    let Event::Malformed(bad) = &outcome.events[2] else { panic!("{:?}", outcome.events) };
    assert_eq!((bad.error().offset(), bad.error().expected()), (22, "a UID"));
}
