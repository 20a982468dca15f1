//! What RFC 1056 rules, and what it leaves open, as the codecs have it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use dmsp_proto::testkit::{Client, Server};
use dmsp_proto::{
    Cause, Class, ClientCodec, Command, Descriptor, Deviation, EightBit, Error, ErrorKind, Event, Flags,
    FollowedBy, Greeting, HelpEntry, Leniency, LineEnds, Object, Options, OutputState, Reply, ReplyCode,
    Response, Row, ServerCodec, Text, Uid,
};
use mail_wire::testkit::{every_cut, feed};

fn commands(lines: &str) -> Vec<Command> {
    lines.lines().map(|line| Command::parse(line.as_bytes(), &Options::new()).unwrap()).collect()
}

fn strict() -> Options {
    Options::new().with_leniency(Leniency::Strict)
}

#[test]
fn anything_but_350_ends_send_message() {
    for (line, kind) in
        [("200 done", "reply"), ("351 go", "reply"), ("403 no", "reply"), ("nonsense", "malformed")]
    {
        let mut client = ClientCodec::new();
        client.encode(&Command::SendMessage, &mut BytesMut::new()).unwrap();
        let stream = format!("200\r\n{line}\r\n");
        let (mut input, mut last) = (stream.as_bytes(), None);
        while let Some(event) = client.decode(&mut input).unwrap() {
            last = Some(event);
        }
        assert_eq!(matches!(last, Some(Event::Malformed(_))), kind == "malformed", "{line}");
        assert_eq!((client.output_state(), client.outstanding()), (OutputState::Ready, 0), "{line}");
    }
}

#[test]
fn nothing_behind_send_message_is_taken_until_it_is_answered() {
    for (code, next) in [
        (ReplyCode::LoginFirst, [Event::Command(Command::Help), Event::Command(Command::Logout)]),
        (ReplyCode::EnterMessage, [Event::Data(b"HELP\r\nLOGOUT\r\n"[..].into()), Event::End]),
    ] {
        let mut server = Server::default().codec;
        let mut input = &b"SEND-MESSAGE\r\nHELP\r\nLOGOUT\r\n.\r\n"[..];
        assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Command(Command::SendMessage)));
        assert!(server.paused() && server.decode(&mut input).unwrap().is_none());
        assert_eq!(input, b"HELP\r\nLOGOUT\r\n.\r\n");
        server.encode(&code.into(), &mut BytesMut::new()).unwrap();
        assert!(!server.paused());
        for event in next {
            assert_eq!(server.decode(&mut input).unwrap(), Some(event));
        }
    }
}

#[test]
fn one_dot_is_taken_from_each_line_and_line_feeds_count_where_nothing_else_is_used() {
    for (stream, message) in [
        (&b"..x\r\n.y\r\n...\r\n\r\n.\r\n"[..], &b".x\r\ny\r\n..\r\n\r\n"[..]),
        (b"a\n.\nb\n.\r\nc\r\n.\r\n", b"a\n.\nb\n.\r\nc\r\n"),
    ] {
        let got = |events: Vec<Event<'static>>| match &events[..] {
            [.., Event::Data(octets), Event::End] => octets.to_vec(),
            other => panic!("{other:?}"),
        };
        let fetched = [b"200\r\n251\r\n", stream].concat();
        assert_eq!(got(feed(&mut Client::after(&[]), &fetched, || 1).events), message);
        let sent = [b"SEND-MESSAGE\r\n", stream].concat();
        assert_eq!(got(feed(&mut Server::default(), &sent, || 1).events), message);
    }
    let outcome = feed(&mut Server::default(), b"SEND-MESSAGE\n..a\n.\nHELP\n", || usize::MAX);
    let message = Event::Data(b".a\n"[..].into());
    let (send, help) = (Event::Command(Command::SendMessage), Event::Command(Command::Help));
    assert_eq!(outcome.events, [send, message, Event::End, help]);
}

/// A repository may refuse a message while it is still coming in; the message is then read to its end.
#[test]
fn a_message_may_fail_before_its_end() {
    let mut server = Server::default().codec;
    let mut output = BytesMut::new();
    assert!(server.decode(&mut &b"SEND-MESSAGE\r\n"[..]).unwrap().is_some());
    server.encode(&ReplyCode::EnterMessage.into(), &mut output).unwrap();
    assert!(server.decode(&mut &b"half"[..]).unwrap().is_some());
    server.encode(&ReplyCode::Internal.into(), &mut output).unwrap();
    assert_eq!(server.outstanding(), 0);
    let mut input = &b"\r\n.\r\nHELP\r\n"[..];
    let mut events = Vec::new();
    while let Some(event) = server.decode(&mut input).unwrap() {
        events.push(event.into_owned());
    }
    assert_eq!(&events[1..], [Event::End, Event::Command(Command::Help)]);
}

#[test]
fn strict_codecs_refuse_what_lenient_ones_forgive() {
    for (told, line) in [
        ("LOGOUT", &b"200-done\r\n"[..]),
        ("LOGOUT", b"200done\r\n"),
        ("LOGOUT", b"200\n"),
        ("LOGOUT", b"200 a\0b\r\n"),
        ("LOGOUT", b"200 caf\xe9\r\n"),
        ("LIST-CLIENTS", b"220\r\na ACTIVE\r\n"),
        ("LIST-CLIENTS", b"220\r\na active \r\n"),
        ("LIST-CLIENTS", b"220\r\na active\n"),
        ("LIST-MAILBOXES", b"230\r\na@b 1 1 1\r\n"),
        ("FETCH-DESCRIPTORS a 1 1", b"250\r\nEXPUNGED\r\n1\r\n"),
        ("FETCH-DESCRIPTORS a 1 1", b"250\r\nexpunged\r\n1 \r\n"),
        ("FETCH-DESCRIPTORS a 1 1", b"250\r\ndescriptor\r\n1 0000000000000000 1 1\r\n\xe9\r\n\r\n\r\n\r\n"),
    ] {
        let hear = |codec: ClientCodec| {
            let mut client = Client::with(codec, &commands(told));
            let stream = [b"200\r\n", line].concat();
            let event = feed(&mut client, &stream, || usize::MAX).events.pop().unwrap();
            (event, client.0.deviations())
        };
        let (event, _) = hear(ClientCodec::with_options(strict()));
        assert!(matches!(event, Event::Malformed(_)), "{:?}: {event:?}", String::from_utf8_lossy(line));
        let (event, deviations) = hear(ClientCodec::new());
        assert!(!matches!(event, Event::Malformed(_)) && !deviations.is_strict(), "{line:?}: {event:?}");
    }
}

#[test]
fn strict_servers_refuse_what_section_4_does_not_allow() {
    let hear = |options: Options, line: &str| {
        let mut server = Server::with(ServerCodec::with_options(options));
        let octets = [line.as_bytes(), b"\r\n"].concat();
        let event = feed(&mut server, &octets, || usize::MAX).events.pop().unwrap();
        (event, server.codec.deviations())
    };
    let argument = |len| format!("CREATE-MAILBOX {}", "x".repeat(len));
    let line = |len: usize| format!("XYZZY {}", "xxxxxxxxx ".repeat(len)).split_at(len - 2).0.to_owned();
    for legal in ["fetch-message\tfred \t 1", "HELP  ", "XYZZY\ta", argument(64).as_str(), &line(512)] {
        let (event, deviations) = hear(strict(), legal);
        assert!(matches!(event, Event::Command(_)) && deviations.is_strict(), "{legal}: {event:?}");
        assert_eq!(hear(Options::new(), legal).0, event);
    }
    for slip in
        ["HELP me", "XYZZY a@b", "CREATE-ADDRESS a a@b", "HELP \u{e9}", argument(65).as_str(), &line(513)]
    {
        let (event, _) = hear(strict(), slip);
        assert!(matches!(event, Event::Malformed(_)), "{slip}: {event:?}");
        let (event, deviations) = hear(Options::new(), slip);
        assert!(matches!(event, Event::Command(_)) && !deviations.is_strict(), "{slip}: {event:?}");
    }
}

#[test]
fn octets_above_127_in_a_message_are_told_at_its_end_or_refused() {
    let stream = b"200\r\n251\r\nab\xc3\xa9c\r\n.\r\n";
    let mut client = ClientCodec::new();
    let mut input = &stream[..];
    let mut seen = Vec::new();
    while let Some(event) = client.decode(&mut input).unwrap() {
        seen.push((matches!(event, Event::End), client.deviations().contains(Deviation::Value)));
    }
    assert_eq!(seen, [(false, false), (false, false), (false, false), (true, true)]);

    let outcome = every_cut(|| Client::with(ClientCodec::with_options(strict()), &[]), stream);
    assert_eq!(outcome.events.last(), Some(&Event::Data(b"ab"[..].into())));
    assert_eq!((outcome.taken, outcome.error.unwrap().offset()), (12, 12));
}

#[test]
fn octets_above_127_are_not_sent_unless_they_may_pass() {
    let unsupported = |result: Result<(), Error>| {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    };
    let help = || Row::Help(HelpEntry::new(Text::new("caf\u{e9}").unwrap())).into();
    let other = || Command::other("XYZZY", Some("caf\u{e9}")).unwrap();
    let codecs = |options| (ClientCodec::with_options(options), ServerCodec::with_options(options));
    for eight_bit in [EightBit::Never, EightBit::Pass] {
        let check = |result: Result<(), Error>| match eight_bit {
            EightBit::Never => unsupported(result),
            _ => result.unwrap(),
        };
        let (mut client, mut server) = codecs(Options::new().with_eight_bit(eight_bit));
        let mut output = BytesMut::new();
        check(client.encode(&other(), &mut output));
        server.encode(&Greeting::new("").unwrap().into(), &mut output).unwrap();
        server.decode(&mut &b"FETCH-MESSAGE a 1\r\nHELP\r\nSET-PASSWORD a b\r\n"[..]).unwrap();
        server.encode(&ReplyCode::Message.into(), &mut output).unwrap();
        let before = output.clone();
        server.encode_data(b"ab", &mut output).unwrap();
        check(server.encode_data(b"c\xc3\xa9", &mut output));
        assert_eq!(output[before.len()..].is_ascii(), eight_bit == EightBit::Never);
        server.encode_end(&mut output).unwrap();
        let mut input = &b"HELP\r\n"[..];
        while server.decode(&mut input).unwrap().is_some() {}
        server.encode(&ReplyCode::HelpList.into(), &mut output).unwrap();
        check(server.encode(&help(), &mut output));
        server.encode_end(&mut output).unwrap();
        assert_eq!(output.is_ascii(), eight_bit == EightBit::Never);
    }
}

#[test]
fn lines_of_512_octets_are_sent_and_longer_ones_are_not() {
    let text = "x".repeat(512 - 2 - 4);
    let reply = |text: &str| Response::from(Reply::new(ReplyCode::Ok, text).unwrap()).to_bytes();
    assert_eq!(reply(&text).unwrap().len(), 512);
    assert_eq!(reply(&format!("{text}x")).unwrap_err().kind(), ErrorKind::Limit);

    let subject = |text: &str| {
        let row = Descriptor::new(Uid::new(1), Flags::new(), 1, 1).with_subject(Text::new(text).unwrap());
        Response::from(Row::Descriptor(row)).to_bytes()
    };
    assert!(subject(&"x".repeat(510)).is_ok());
    assert_eq!(subject(&"x".repeat(511)).unwrap_err().kind(), ErrorKind::Limit);
    // The dot that is doubled counts.
    assert_eq!(subject(&".".repeat(510)).unwrap_err().kind(), ErrorKind::Limit);
    assert!(subject(&".".repeat(509)).is_ok());

    // What was refused leaves nothing behind.
    let mut output = BytesMut::from("before");
    let long = Command::other("XYZZY", Some(&text.repeat(2))).unwrap();
    assert!(ClientCodec::new().encode(&long, &mut output).is_err());
    let long = Greeting::new(&text.repeat(2)).unwrap().into();
    assert!(ServerCodec::new().encode(&long, &mut output).is_err());
    assert_eq!(output, "before");

    // All arguments at their longest fit.
    let longest = "x".repeat(64);
    let mut output = BytesMut::new();
    ClientCodec::new().encode(&Command::login(&longest, &longest, &longest).unwrap(), &mut output).unwrap();
    // What is longer, but was read leniently, is written as it was, up to a whole line.
    let longer =
        Command::parse(format!("CREATE-MAILBOX {}", "x".repeat(65)).as_bytes(), &Options::new()).unwrap();
    assert_eq!(longer.to_bytes().unwrap().len(), 15 + 65 + 2);
    let too_long =
        Command::parse(format!("CREATE-MAILBOX {}", "x".repeat(600)).as_bytes(), &Options::new()).unwrap();
    assert_eq!(too_long.to_bytes().unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn a_list_follows_an_unknown_code_only_if_it_was_said_so() {
    let stream = b"200\r\n199 news\r\n..dot\r\n.\r\n";
    let hear = |options| feed(&mut Client::with(ClientCodec::with_options(options), &[]), stream, || 1);
    let code = ReplyCode::new(199).unwrap();
    let outcome = hear(Options::new().with_listing(code));
    assert_eq!(&outcome.events[2..], [Event::Row(Row::Line(Text::new(".dot").unwrap())), Event::End]);
    assert!(matches!(&hear(Options::new()).events[2..], [Event::Malformed(_), Event::Malformed(_)]));

    let mut server = Server::with(ServerCodec::with_options(Options::new().with_listing(code))).codec;
    let mut output = BytesMut::new();
    server.decode(&mut &b"NEWS\r\n"[..]).unwrap();
    server.encode(&code.into(), &mut output).unwrap();
    server.encode(&Row::Line(Text::new(".").unwrap()).into(), &mut output).unwrap();
    server.encode_end(&mut output).unwrap();
    assert_eq!(output, "199\r\n..\r\n.\r\n");

    // Its rows are not those that the operation has otherwise.
    output.clear();
    server.decode(&mut &b"COPY-MESSAGE a b 1\r\n"[..]).unwrap();
    server.encode(&code.into(), &mut output).unwrap();
    assert!(
        server.encode(&Row::Descriptor(Descriptor::default()).into(), &mut output).unwrap_err().is_misuse()
    );
    server.encode_end(&mut output).unwrap();
    assert_eq!(output, "199\r\n.\r\n");
}

#[test]
fn a_line_without_a_code_is_fatal_where_a_list_may_follow() {
    for (told, fatal) in [
        ("LIST-MAILBOXES", true),
        ("FETCH-MESSAGE a 1", true),
        ("XYZZY", true),
        ("CREATE-CLIENT a", false),
        ("SEND-MESSAGE", false),
    ] {
        let mut client = Client::after(&commands(told));
        let outcome = feed(&mut client, b"200\r\nfoo\r\n", || usize::MAX);
        assert_eq!(outcome.error.map(|error| error.offset()), fatal.then_some(5), "{told}");
        assert_eq!(client.0.outstanding(), usize::from(fatal), "{told}");
    }
}

#[test]
fn bare_line_feeds_are_sent_as_chosen() {
    for (line_ends, expected) in [
        (LineEnds::Normalize, Some("a\r\n..b\r\n.\r\n")),
        (LineEnds::AsIs, Some("a\n.b\r\n.\r\n")),
        (LineEnds::Reject, None),
    ] {
        let mut client = ClientCodec::with_options(Options::new().with_line_ends(line_ends));
        let mut output = BytesMut::new();
        client.encode(&Command::SendMessage, &mut output).unwrap();
        let mut input = &b"200\r\n350\r\n"[..];
        while client.decode(&mut input).unwrap().is_some() {}
        output.clear();
        let result = client.encode_data(b"a\n.b", &mut output);
        assert_eq!(result.is_ok(), expected.is_some());
        if let Some(expected) = expected {
            client.encode_end(&mut output).unwrap();
            assert_eq!(output, expected);
        }
    }
}

#[test]
fn other_codes_are_lossless_and_understood_by_their_digits() {
    for number in [101, 199, 299, 351, 407, 450, 470, 499, 599] {
        let code = ReplyCode::new(number).unwrap();
        assert!(matches!(code, ReplyCode::Other(_)));
        assert_eq!((code.number(), code.followed_by()), (number, FollowedBy::Nothing));
        let line = format!("200\r\n{number} text\r\n");
        let events = feed(&mut Client::after(&[]), line.as_bytes(), || 1).events;
        assert_eq!(events[1], Event::Reply(Reply::new(code, "text").unwrap()));
    }
    for number in [0, 99, 600, 999, u16::MAX] {
        assert!(ReplyCode::new(number).is_err());
    }
    for (number, class, object, cause) in [
        (100, Class::Information, Some(Object::Miscellaneous), None),
        (241, Class::Done, Some(Object::Subscription), None),
        (350, Class::SendText, Some(Object::Message), None),
        (404, Class::Failed, Some(Object::Miscellaneous), None),
        (412, Class::Failed, Some(Object::User), Some(Cause::Internal)),
        (420, Class::Failed, Some(Object::Client), Some(Cause::Exists)),
        (431, Class::Failed, Some(Object::Mailbox), Some(Cause::Missing)),
        (463, Class::Failed, Some(Object::Address), Some(Cause::ArgumentSyntax)),
        (579, Class::Refused, None, None),
    ] {
        let code = ReplyCode::new(number).unwrap();
        assert_eq!((code.class(), code.object(), code.cause()), (class, object, cause), "{number}");
    }
}
