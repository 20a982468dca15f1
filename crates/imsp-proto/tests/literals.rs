//! Literals: offered, refused, joined, streamed, and waited for.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use bytes::BytesMut;
use common::{LOGIN, accepting, command, login, refusing, talk};
use imsp_proto::testkit::Client;
use imsp_proto::{
    Capabilities, Capability, ClientCodec, CommandBody, ErrorKind, Event, Literal, LiteralMode, Name,
    NonSynchronizing, Options, OutputState, Response, State,
};
use mail_wire::testkit::{every_cut, feed};

#[test]
fn two_literals_of_a_command_wait_one_after_the_other() {
    let (mut client, mut output) = (ClientCodec::new(), BytesMut::new());
    client.encode(&login(), &mut output).unwrap();
    client.encode(&command("a2 NOOP"), &mut output).unwrap();
    assert_eq!(output, "a1 LOGIN {5}\r\n");
    let stream = b"* OK hi\r\n+ go\r\n* NO hm\r\n+ \r\na1 OK in\r\na2 OK x\r\n";
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
        assert_eq!(
            (start.tag().unwrap().as_str(), start.word().unwrap()),
            ("a1", &Name::new("LOGIN").unwrap())
        );
        assert!(!start.streamed() && start.name().is_none());
    }
    assert_eq!(*read, login());
    let mut server = accepting();
    feed(&mut server, LOGIN, || 3);
    assert_eq!(server.output, "+ go ahead\r\n+ go ahead\r\n");
}

#[test]
fn a_refused_literal_takes_its_command_along_and_no_other() {
    for refusal in ["NO no", "BAD no", "OK who cares"] {
        let (mut client, mut output) = (ClientCodec::new(), BytesMut::new());
        client.encode(&login(), &mut output).unwrap();
        for line in ["a2 NOOP", "a3 CAPABILITY", "a4 LOGOUT"] {
            client.encode(&command(line), &mut output).unwrap();
        }
        let stream = format!("* OK hi\r\n* NO see {{31}}\r\na1 {refusal}\r\na2 OK\r\na3 OK\r\na4 OK\r\n");
        for size in 1..=stream.len() {
            let (events, more, client) = talk(client.clone(), stream.as_bytes(), size);
            assert_eq!(more, "a2 NOOP\r\na3 CAPABILITY\r\na4 LOGOUT\r\n");
            assert_eq!((events.len(), client.output_state()), (6, OutputState::Ready));
            assert_eq!(client.state(), State::Logout);
        }
    }
    let stream = b"a1 LOGIN {5}\r\na2 NOOP\r\na3 LOGIN a {6}\r\na4 SET x {99999}\r\na5 NOOP\r\n";
    let outcome = every_cut(refusing, stream);
    let heard = outcome.events.iter().filter(|event| matches!(event, Event::Command(_))).count();
    assert_eq!((outcome.events.len(), heard), (5, 2));
}

#[test]
fn a_refused_literal_that_comes_all_the_same_is_passed_over() {
    let literal = b"\r\nz NOOP\r\n".repeat(500);
    let stream = [b"a1 SET x {5000+}\r\n", &literal[..], b" {10+}\r\n0123456789 x\r\na2 NOOP\r\n"].concat();
    let outcome = every_cut(refusing, &stream);
    let [Event::LiteralStart(start), Event::Command(a2)] = &outcome.events[..] else { panic!("{outcome:?}") };
    assert!(start.streamed() && start.mode() == LiteralMode::NonSynchronizing);
    assert_eq!((start.name().unwrap(), a2.tag().as_str()), (&Name::new("x").unwrap(), "a2"));
    let mut server = refusing();
    feed(&mut server, &stream, || 77);
    assert_eq!(server.output, "a1 NO the literal is too large\r\n");
}

#[test]
fn a_gibibyte_that_nobody_wants_costs_nothing() {
    let mut server = refusing();
    let chunk = vec![b'\n'; 1 << 20];
    feed(&mut server, &[&b"a1 SET x {1073741824+}\r\n"[..], &chunk].concat(), || usize::MAX);
    for _ in 0..1_023 {
        feed(&mut server, &chunk, || usize::MAX);
    }
    let outcome = feed(&mut server, b"\r\na2 NOOP\r\n", || 1);
    assert_eq!(outcome.events, [Event::Command(command("a2 NOOP"))]);
}

#[test]
fn sizes_beyond_all_measure_are_offered_as_such() {
    for (number, octets) in [("9223372036854775808", 1 << 63), (&format!("1{}", "0".repeat(30)), u64::MAX)] {
        let stream = format!("a1 SET x {{{number}}}\r\na2 LOGIN {{{number}}}\r\na3 NOOP\r\n");
        let outcome = every_cut(refusing, stream.as_bytes());
        let [Event::LiteralStart(start), Event::Malformed(bad), Event::Command(_)] = &outcome.events[..]
        else {
            panic!("{outcome:?}")
        };
        assert_eq!((start.octets(), start.streamed()), (octets, true));
        // What has to be kept whole can't be that large: the codec refuses by itself.
        assert_eq!((bad.tag().unwrap().as_str(), bad.error().kind()), ("a2", ErrorKind::Limit));

        let stream = format!("* OK hi\r\n* OPTION x {{{number}}}\r\nabc");
        let outcome = every_cut(|| Client::after(Options::client(), &[]), stream.as_bytes());
        let [_, Event::LiteralStart(start), Event::Data(data)] = &outcome.events[..] else {
            panic!("{outcome:?}")
        };
        assert_eq!((start.octets(), &data[..]), (octets, &b"abc"[..]));
        assert_eq!(outcome.error.unwrap().kind(), ErrorKind::UnexpectedEof);
    }
}

#[test]
fn large_values_stream_and_all_else_joins() {
    let large = [b'x'; 5_000];
    let stream = [
        &b"* OK hi\r\n* FETCHADDRESS b {5000}\r\n"[..],
        &large,
        b" photo {5000}\r\n",
        &large,
        b" {5000}\r\n",
        &large,
        b" v\r\n* OPTION x {5000}\r\n",
        &large,
        b" [READ-ONLY]\r\n",
    ]
    .concat();
    let outcome = every_cut(|| Client::after(Options::client(), &[]), &stream);
    let [
        _,
        Event::LiteralStart(photo),
        Event::Data(data),
        Event::LiteralEnd,
        Event::Response(Response::FetchAddress(address)),
        Event::LiteralStart(option),
        Event::Data(_),
        Event::LiteralEnd,
        Event::Response(Response::Option(data_of_option)),
    ] = &outcome.events[..]
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        (photo.name().unwrap(), photo.word().unwrap()),
        (&Name::new("photo").unwrap(), &Name::new("FETCHADDRESS").unwrap())
    );
    assert_eq!(data.len(), 5_000);
    assert_eq!(address.entry().name().as_bytes(), large);
    assert_eq!(address.field("PHOTO"), Some(&Literal::streamed(5_000)));
    assert_eq!(address.fields()[1].name().as_bytes(), large);
    assert_eq!(
        (option.name().unwrap(), data_of_option.value()),
        (&Name::new("x").unwrap(), &Literal::streamed(5_000))
    );
}

#[test]
fn literals_go_at_once_once_the_server_says_so() {
    let (mut client, mut output) = (ClientCodec::new(), BytesMut::new());
    let value = |octets: usize| CommandBody::Set(Name::new("x").unwrap(), Literal::new(vec![0xff; octets]));
    for (capability, literals, waits) in [
        ("LITERAL+", NonSynchronizing::Plus, [false, false]),
        ("LITERAL-", NonSynchronizing::Minus, [false, true]),
        ("X", NonSynchronizing::No, [true, true]),
    ] {
        client.peer(&Capabilities::new([Capability::new(capability).unwrap()]));
        assert_eq!(client.options().literals(), literals);
        for (octets, waits) in [4_096, 4_097].into_iter().zip(waits) {
            let mut client = client.clone();
            output.clear();
            client.encode(&value(octets).tag("a").unwrap(), &mut output).unwrap();
            let expected = if waits { OutputState::AwaitsContinuation } else { OutputState::Ready };
            assert_eq!(client.output_state(), expected, "{capability} {octets}");
        }
    }
}

#[test]
fn an_empty_literal_is_one() {
    let outcome = every_cut(accepting, b"a1 SET {0}\r\n {0+}\r\n\r\n");
    let [Event::LiteralStart(start), Event::Command(a1)] = &outcome.events[..] else { panic!("{outcome:?}") };
    assert_eq!(start.octets(), 0);
    assert_eq!(*a1.body(), CommandBody::Set(Name::default(), Literal::new([])));
    let options = Options::client().with_literals(NonSynchronizing::Plus);
    let (mut client, mut output) = (ClientCodec::with_options(options), BytesMut::new());
    let empty = CommandBody::Set(Name::new("x").unwrap(), Literal::streamed(0)).tag("a1").unwrap();
    client.encode(&empty, &mut output).unwrap();
    assert_eq!(client.output_state(), OutputState::Payload { octets: Some(0) });
    client.encode_end(&mut output).unwrap();
    assert_eq!(output, "a1 SET x {0+}\r\n\r\n");
}

/// The one server that is known reads no quoted pairs; others may write them.
#[test]
fn what_would_need_a_quoted_pair_is_a_literal() {
    let plus = |body: CommandBody| body.tag("a").unwrap().to_bytes().unwrap();
    let quotes = || Name::new("a\"b\\c").unwrap();
    assert_eq!(plus(CommandBody::Unset(quotes())), b"a UNSET {5+}\r\na\"b\\c\r\n");
    assert_eq!(plus(CommandBody::Get("*\"".try_into().unwrap())), b"a GET {2+}\r\n*\"\r\n");
    assert_eq!(plus(CommandBody::login("u", "\\").unwrap()), b"a LOGIN u {1+}\r\n\\\r\n");
    assert_eq!(command("a UNSET \"a\\\"b\\\\c\"").body(), &CommandBody::Unset(quotes()));
    assert_eq!(Response::SearchAddress(quotes()).to_bytes().unwrap(), b"* SEARCHADDRESS {5}\r\na\"b\\c\r\n");
}

/// A mechanism is an atom, so `{3}` behind AUTHENTICATE announces nothing, and no client is asked for it.
#[test]
fn authenticate_has_no_literals() {
    let outcome = every_cut(accepting, b"a1 AUTHENTICATE {3}\r\na2 AUTHENTICATE X {3+}\r\na3 NOOP\r\n");
    let [Event::Malformed(a1), Event::Malformed(a2), Event::Command(a3)] = &outcome.events[..] else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        (a1.tag().unwrap().as_str(), a2.tag().unwrap().as_str(), a3),
        ("a1", "a2", &command("a3 NOOP"))
    );
}
