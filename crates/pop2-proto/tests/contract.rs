//! The contract that all codecs share, on POP and POP2, and the state tables.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![allow(clippy::string_slice)]

use bytes::BytesMut;
use mail_wire::testkit::{assert_hidden, assert_linear, assert_shareable, every_cut, feed, left_behind};
use pop2_proto::testkit::{Client, Server};
use pop2_proto::{
    CLIENT_STATES, CLIENT_TABLE, COMMANDS, ClientAction, ClientCodec, ClientInput, ClientState, Command,
    Dialect, ErrorKind, Event, Greeting, Leniency, Limits, LongLines, Malformed, Options, OutputState,
    POP_DIAGRAM, Quirk, Quoting, Reply, Response, SERVER_STATES, SERVER_TABLE, ServerAction, ServerCodec,
    ServerInput, Session, State, Verb,
};

const POP: Dialect = Dialect::Rfc918;
const POP2: Dialect = Dialect::Rfc937;

fn options(dialect: Dialect) -> Options {
    Options::new().with_dialect(dialect)
}

fn commands(dialect: Dialect, lines: &str) -> Vec<Command> {
    lines.lines().map(|line| Command::parse(line.as_bytes(), &options(dialect)).unwrap()).collect()
}

/// What a client is told, and what its server then says.
const CONVERSATIONS: &[(Dialect, &str, &[u8])] = &[
    (POP2, "HELO a b\nREAD\nRETR\nACKS\nQUIT", b"+ POP2 h\r\n#2\r\n=7 x\r\n.\r\n\r\n=+=0\r\n+ bye\r\n"),
    (POP2, "READ\nRETR", b"+ POP2 h\r\n=0\r\n- no\r\n+ Sayonara\r\n"),
    (POP2, "READ\nRETR\nACKS", b"+ POP2 h\r\n=3\r\nabc\r\nnot a reply\r\n"),
    (POP2, "RETR\nREAD", b"+ POP2 h\r\nnonsense\r\n=5\r\n"),
    (POP2, "READ\nRETR", b"+ POP2 h\r\n=30\r\nunfinished"),
    (POP2, "FOLD x", b"+OK MH <1.2@h>\n+27 messages\r\n"),
    (POP, "USER a\nPASS b\nRDEL m\nRCEV\nRCVD", b"+OK\r\n+OK\r\n+OK\r\n#4 x\r\n-\r\n-+OK\r\n"),
    (POP, "USER a\nQUIT", b"+OK\r\n-Error\r\n+OK bye\r\n"),
];

/// What a server is sent; it answers each command at once.
const SESSIONS: &[(Dialect, &[u8])] = &[
    (POP2, b"HELO a b\\ c\r\nFOLD x y\r\nREAD 2\r\nRETR\r\nACKD\r\nRETR\r\nNACK\r\nQUIT\r\n"),
    (POP2, b"\r\n \r\nREAD x\r\nRETR 1\r\nhelo a\r\nXYZZY  a\r\n\x16\x03\x01\r\nQU"),
    (POP, b"USER a\r\nPASS b\r\nRETR m\r\nRCEV\r\nRCVD\r\nRSET\r\nNOOP\nQUIT\r\n"),
];

#[test]
fn every_cutting_gives_the_same_events() {
    for (dialect, told, stream) in CONVERSATIONS {
        every_cut(|| Client::after(options(*dialect), &commands(*dialect, told)), stream);
    }
    for (dialect, session) in SESSIONS {
        every_cut(|| Server::new(options(*dialect)), session);
    }
    for quirk in [Quirk::TwoMore, Quirk::DotStuffed, Quirk::ReplyBeforeData] {
        for dialect in [POP, POP2] {
            let told = if dialect == POP { "RETR m\nRCEV\nRCVD" } else { "READ\nRETR\nACKS" };
            let stream = b"+OK\r\n#9=9\r\n..a\r\n..\r\nx+OK\r\nabc\r\n\r\n+OK\r\n=7\r\n.x\r\n=0\r\n";
            every_cut(|| Client::after(options(dialect).with_quirk(quirk), &commands(dialect, told)), stream);
            let stream = b"+OK\r\n=7\r\n..\r\n..x\r\n=0\r\n";
            every_cut(|| Client::after(options(dialect).with_quirk(quirk), &commands(dialect, told)), stream);
        }
    }
}

#[test]
fn exactly_the_announced_octets_are_handed_over() {
    let mut client = Client::after(Options::new(), &commands(POP2, "READ\nRETR\nACKS"));
    let message: Vec<u8> = (0..=255).collect();
    let stream = [b"+ POP2 h\r\n=256\r\n", &message[..], b"=0\r\n"].concat();
    let outcome = feed(&mut client, &stream, || 5);
    let Some(Event::Data(data)) = outcome.events.iter().find(|event| matches!(event, Event::Data(_))) else {
        panic!()
    };
    assert_eq!(&data[..], message);
    assert_eq!(outcome.events.len(), 5);
}

#[test]
fn a_message_can_not_be_short_or_long() {
    let mut server = ServerCodec::new();
    let mut output = BytesMut::new();
    server.encode(&Greeting::pop2("h", "").unwrap().into(), &mut output).unwrap();
    let mut input = &b"READ 1\r\nRETR\r\n"[..];
    while server.decode(&mut input).unwrap().is_some() {}
    server.encode(&Reply::length(5).into(), &mut output).unwrap();
    server.encode(&Response::Data, &mut output).unwrap();
    assert_eq!(server.output_state(), OutputState::Payload { octets: Some(5) });
    server.encode_data(b"abc", &mut output).unwrap();
    let short = server.encode_end(&mut output).unwrap_err();
    let long = server.encode_data(b"def", &mut output).unwrap_err();
    assert!(short.is_misuse() && long.is_misuse());
    assert_eq!(short.expected(), "5 octets as announced, got 3");
    assert_eq!(long.expected(), "5 octets as announced, got 6");
    server.encode_data(b"de", &mut output).unwrap();
    server.encode_end(&mut output).unwrap();
    assert_eq!(output, "+ POP2 h\r\n=5\r\nabcde");
    assert_eq!(server.state(), State::Next);
}

#[test]
fn the_quirks_of_old_programs_are_spoken_both_ways() {
    let message = &b"Subject: x\r\n\r\n.\r\n"[..];
    for (quirk, wire) in [
        (Quirk::TwoMore, &b"=19\r\nSubject: x\r\n\r\n.\r\n\r\n"[..]),
        (Quirk::DotStuffed, b"=17\r\nSubject: x\r\n\r\n..\r\n"),
    ] {
        let options = Options::new().with_quirk(quirk);
        let mut server = ServerCodec::with_options(options);
        let mut output = BytesMut::new();
        server.encode(&Greeting::free("h").unwrap().into(), &mut output).unwrap();
        let greeting = output.split();
        let mut input = &b"READ 1\r\nRETR\r\n"[..];
        while server.decode(&mut input).unwrap().is_some() {}
        server.encode(&Reply::length(17).into(), &mut output).unwrap();
        server.encode(&Response::Data, &mut output).unwrap();
        server.encode_data(message, &mut output).unwrap();
        server.encode_end(&mut output).unwrap();
        assert_eq!(output, wire);
        let told = commands(POP2, "READ 1\nRETR\nACKS");
        let stream = [&greeting[..], &output, b"=0\r\n"].concat();
        let outcome = every_cut(|| Client::after(options, &told), &stream);
        assert!(outcome.events.contains(&Event::Data(message.into())), "{quirk:?}: {:?}", outcome.events);
        assert_eq!(outcome.error, None, "{quirk:?}");
    }
}

#[test]
fn a_peer_that_counts_otherwise_is_told_from_a_reply() {
    let mut client = Client::after(Options::new(), &commands(POP2, "READ\nRETR\nACKS"));
    let outcome = feed(&mut client, b"+ POP2 h\r\n=3\r\n.\r\n.\r\n=0\r\n", || usize::MAX);
    let error = outcome.error.unwrap();
    assert_eq!(error.offset(), 17);
    assert!(error.expected().contains("counts otherwise"), "{error}");
}

/// Each cell of RFC 937's table for servers: `permits` says of each command what the table has.
#[test]
fn the_server_table_decides_what_is_permitted() {
    let printed = "\
        Open    2 1 1 1 1 1
        HELO    1 3 1 1 1 1
        FOLD    1 1 5 5 1 1
        READ    1 1 6 6 1 1
        RETR    1 1 1 7 1 1
        ACKS    1 1 1 1 8 1
        ACKD    1 1 1 1 8 1
        NACK    1 1 1 1 8 1
        QUIT    1 4 4 4 1 1
        Close   1 1 1 1 1 9
        other   1 1 1 1 1 1
        Timeout 0 1 1 1 1 1";
    assert_eq!(printed.lines().count(), SERVER_TABLE.len());
    for (line, (input, actions)) in printed.lines().zip(SERVER_TABLE) {
        let mut words = line.split_ascii_whitespace();
        let name = words.next().unwrap();
        match input {
            ServerInput::Command(verb) => assert_eq!(verb.keyword(), name),
            other => assert_eq!(format!("{other:?}").to_lowercase(), name.to_lowercase()),
        }
        for ((number, action), state) in words.zip(actions).zip(SERVER_STATES) {
            let numbered = match number {
                "0" => ServerAction::None,
                "1" => ServerAction::Garbage,
                "2" => ServerAction::Greet,
                "3" => ServerAction::Authorize,
                "4" => ServerAction::Bye,
                "5" => ServerAction::Count,
                "6" => ServerAction::Length,
                "7" => ServerAction::Send,
                "8" => ServerAction::Acknowledge,
                "9" => ServerAction::Close,
                other => panic!("{other}"),
            };
            assert_eq!(*action, numbered, "{name} in {state:?}");
            assert_eq!(state.action(*input), numbered);
            if let ServerInput::Command(verb) = input {
                assert_eq!(
                    state.permits(*verb, POP2),
                    numbered != ServerAction::Garbage,
                    "{name} in {state:?}"
                );
            }
        }
    }
}

/// Each cell of RFC 937's table for clients, and a client's way through its states.
#[test]
fn the_client_table_is_that_of_the_rfc() {
    let printed = [[2, 1, 1, 1, 6], [1, 3, 1, 1, 6], [1, 1, 4, 1, 6], [1, 1, 1, 5, 6]];
    let rest = [1, 1, 1, 1, 6];
    for ((input, actions), numbers) in CLIENT_TABLE.iter().zip(printed.into_iter().chain([rest; 4])) {
        for ((number, action), state) in numbers.into_iter().zip(actions).zip(CLIENT_STATES) {
            let numbered = [
                ClientAction::Garbage,
                ClientAction::Greet,
                ClientAction::Folder,
                ClientAction::Message,
                ClientAction::Acknowledge,
                ClientAction::Close,
            ][number - 1];
            assert_eq!(*action, numbered, "{input:?} in {state:?}");
            assert_eq!(state.action(*input), numbered);
        }
    }
    assert_eq!(CLIENT_TABLE.len(), 8);
    let mut client = ClientCodec::new();
    assert_eq!(client.client_state(), ClientState::Call);
    for (line, state, awaited) in [
        ("HELO a b", ClientState::Nmbr, ClientInput::Number),
        ("FOLD x", ClientState::Nmbr, ClientInput::Number),
        ("READ", ClientState::Size, ClientInput::Length),
        ("RETR", ClientState::Xfer, ClientInput::Data),
        ("ACKS", ClientState::Size, ClientInput::Length),
        ("QUIT", ClientState::Exit, ClientInput::Bye),
    ] {
        client.sent(&commands(POP2, line)[0]).unwrap();
        assert_eq!(client.client_state(), state);
        assert_ne!(state.action(awaited), ClientAction::Garbage, "{line}");
    }
}

/// Both codecs go through every arrow of both diagrams.
#[test]
fn sessions_go_through_their_states() {
    let walk = |dialect: Dialect, steps: &[(&str, &str, State)]| {
        let (mut client, mut server) =
            (ClientCodec::with_options(options(dialect)), ServerCodec::with_options(options(dialect)));
        let mut output = BytesMut::new();
        server.encode(&Greeting::pop2("h", "").unwrap().into(), &mut output).unwrap();
        for (line, answer, state) in steps {
            let command = commands(dialect, line).remove(0);
            assert!(server.state().permits(command.verb(), dialect), "{line} in {:?}", server.state());
            server.decode(&mut format!("{line}\r\n").as_bytes()).unwrap();
            client.sent(&command).unwrap();
            let octets: u64 = answer[1..].parse().unwrap_or(0);
            let reply = match &answer[..1] {
                "+" => Reply::ok(""),
                "-" => Reply::err(""),
                "#" => Ok(Reply::count(octets)),
                "=" => Ok(Reply::length(octets)),
                _ => {
                    server.encode(&Response::Data, &mut output).unwrap();
                    server.encode_data(answer.as_bytes(), &mut output).unwrap();
                    server.encode_end(&mut output).unwrap();
                    Reply::ok("")
                }
            };
            if !answer.starts_with("data") {
                server.encode(&reply.unwrap().into(), &mut output).unwrap();
            }
            let octets = output.split();
            let mut input = &octets[..];
            while client.decode(&mut input).unwrap().is_some() {}
            assert_eq!((server.state(), client.state()), (*state, *state), "{line} {answer}");
        }
    };
    walk(
        POP2,
        &[
            ("HELO a b", "#2", State::Mbox),
            ("FOLD x", "#2", State::Mbox),
            ("READ", "=4", State::Item),
            ("FOLD y", "#2", State::Mbox),
            ("READ 1", "=4", State::Item),
            ("READ 2", "=4", State::Item),
            ("RETR", "data", State::Next),
            ("NACK", "=4", State::Item),
            ("RETR", "data", State::Next),
            ("ACKS", "=4", State::Item),
            ("RETR", "data", State::Next),
            ("ACKD", "=0", State::Item),
            ("QUIT", "+", State::Done),
        ],
    );
    walk(POP2, &[("HELO a b", "-", State::Done)]);
    walk(POP2, &[("QUIT", "+", State::Done)]);
    walk(
        POP,
        &[
            ("USER a", "+", State::Password),
            ("PASS b", "+", State::Waiting),
            ("NOOP", "+", State::Waiting),
            ("RETR m", "-", State::Waiting),
            ("RETR m", "#4", State::Announced),
            ("RCEV", "data", State::Next),
            ("RCVD", "+", State::Waiting),
            ("RDEL m", "#4", State::Announced),
            ("RSET", "+", State::Waiting),
            ("RDEL m", "#4", State::Announced),
            ("RCEV", "data", State::Next),
            ("RCVD", "-", State::Waiting),
            ("RETR m", "#4", State::Announced),
            ("RCEV", "data", State::Next),
            ("RSET", "+", State::Waiting),
            ("RSET", "+", State::Waiting),
            ("QUIT", "+", State::Done),
        ],
    );
    walk(POP, &[("USER a", "-", State::Failed), ("QUIT", "+", State::Done)]);
    walk(
        POP,
        &[("USER a", "+", State::Password), ("PASS b", "-", State::Failed), ("QUIT", "+", State::Done)],
    );
    // What is refused because it is out of place moves nothing.
    for line in ["PASS b", "RETR m", "RDEL m", "RCEV", "RCVD", "RSET", "NOOP"] {
        let mut server = ServerCodec::with_options(options(POP));
        server.encode(&Greeting::free("").unwrap().into(), &mut BytesMut::new()).unwrap();
        server.decode(&mut format!("{line}\r\n").as_bytes()).unwrap();
        server.encode(&Reply::err("").unwrap().into(), &mut BytesMut::new()).unwrap();
        assert_eq!(server.state(), State::Auth, "{line}");
    }
    // What the diagram does not draw is not permitted.
    for spec in COMMANDS.iter().filter(|spec| spec.dialect == POP) {
        for state in [
            State::Listen,
            State::Auth,
            State::Password,
            State::Waiting,
            State::Announced,
            State::Next,
            State::Failed,
            State::Done,
        ] {
            let drawn = POP_DIAGRAM.iter().any(|(from, verb, _)| (*from, *verb) == (state, spec.verb));
            assert_eq!(state.permits(spec.verb, POP), drawn);
        }
    }
}

#[test]
fn nothing_behind_an_event_is_taken() {
    let client = Client::after(Options::new(), &commands(POP2, "READ\nRETR\nACKS"));
    assert_eq!(left_behind(client, b"+ POP2 h\r\n=5\r\nabcde=0\r\n"), [13, 9, 4, 4, 0]);
}

#[test]
fn ten_thousand_pipelined_commands_are_linear() {
    let line = |n| format!("READ {}\r\n", n % 10_000 + 1);
    assert_linear(|n| (Server::new(Options::new()), (0..n).map(line).collect::<String>().into()), |n| n);
}

#[test]
fn ten_thousand_pipelined_replies_are_linear() {
    let conversation = |n: usize| {
        let told = commands(POP2, &"READ\nRETR\n".repeat(n / 2));
        let stream = [&b"+ POP2 h\r\n"[..], &b"=5\r\n=\r\n.\r".repeat(n / 2)].concat();
        (Client::after(Options::new(), &told), stream)
    };
    assert_linear(conversation, |n| 1 + n / 2 * 3);
}

#[test]
fn calls_out_of_order_are_misuse_and_change_nothing() {
    let misuse = |result: Result<(), pop2_proto::Error>| assert!(result.unwrap_err().is_misuse());
    let mut output = BytesMut::new();
    let mut server = ServerCodec::new();
    misuse(server.encode(&Reply::ok("").unwrap().into(), &mut output));
    misuse(server.encode_data(b"x", &mut output));
    misuse(server.encode_end(&mut output));
    server.encode(&Greeting::pop2("h", "").unwrap().into(), &mut output).unwrap();
    misuse(server.encode(&Greeting::pop2("h", "").unwrap().into(), &mut output));
    misuse(server.encode(&Reply::count(1).into(), &mut output));
    misuse(server.encode(&Response::Data, &mut output));
    output.clear();
    let mut input = &b"READ\r\nRETR\r\nFOLD x\r\n"[..];
    while server.decode(&mut input).unwrap().is_some() {}
    misuse(server.encode(&Reply::count(1).into(), &mut output));
    misuse(server.encode(&Reply::ok("").unwrap().into(), &mut output));
    server.encode(&Reply::length(0).into(), &mut output).unwrap();
    misuse(server.encode(&Response::Data, &mut output));
    misuse(server.encode(&Reply::length(1).into(), &mut output));
    server.encode(&Reply::err("nothing").unwrap().into(), &mut output).unwrap();
    assert_eq!(output, "=0\r\n- nothing\r\n");

    let mut client = ClientCodec::new();
    output.clear();
    misuse(client.encode(&Command::Retr, &mut output));
    misuse(client.encode_data(b"x", &mut output));
    misuse(client.encode_end(&mut output));
    assert_eq!(client.encode(&Command::Rcev, &mut output).unwrap_err().kind(), ErrorKind::Unsupported);
    client.encode(&Command::Read(None), &mut output).unwrap();
    client.encode(&Command::Retr, &mut output).unwrap();
    assert_eq!(output, "READ\r\nRETR\r\n");
}

#[test]
fn limits_are_kept() {
    let long = "x".repeat(600);
    assert_eq!(Command::fold(&long).unwrap().to_bytes(POP2).unwrap_err().kind(), ErrorKind::Limit);
    let reply = Response::from(Reply::ok(&long).unwrap());
    assert_eq!(reply.to_bytes(POP2).unwrap_err().kind(), ErrorKind::Limit);
    let exact = "x".repeat(512 - "FOLD \r\n".len());
    assert_eq!(Command::fold(exact).unwrap().to_bytes(POP2).unwrap().len(), 512);

    let limits = Limits::new().with_line(64).with_outstanding(2);
    let mut server = ServerCodec::with_options(Options::new().with_limits(limits));
    let input = format!("FOLD {long}\r\nNACK\r\nNACK\r\n");
    let mut input = input.as_bytes();
    let Some(Event::Malformed(bad)) = server.decode(&mut input).unwrap() else { panic!() };
    assert_eq!((bad.error().kind(), bad.raw().len()), (ErrorKind::Limit, 64));
    assert!(server.decode(&mut input).unwrap().is_some());
    assert!(server.paused() && server.decode(&mut input).unwrap().is_none() && !input.is_empty());

    let options = Options::new().with_long_lines(LongLines::Reject);
    let mut server = Server::new(options).codec;
    let mut output = BytesMut::new();
    let mut input = &b"READ\r\nRETR\r\n"[..];
    while server.decode(&mut input).unwrap().is_some() {}
    server.encode(&Reply::length(5_000).into(), &mut output).unwrap();
    server.encode(&Response::Data, &mut output).unwrap();
    server.encode_data(&b"x".repeat(998), &mut output).unwrap();
    server.encode_data(b"\r\n", &mut output).unwrap();
    server.encode_data(&b"x".repeat(998), &mut output).unwrap();
    assert_eq!(server.encode_data(b"yy\r\n", &mut output).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn strict_codecs_refuse_what_lenient_ones_forgive() {
    for (dialect, told, line) in [
        (POP2, "QUIT", &b"+bye\r\n"[..]),
        (POP2, "QUIT", b"-no\r\n"),
        (POP2, "FOLD x", b"+27\r\n"),
        (POP2, "READ", b"=17x\r\n"),
        (POP2, "QUIT", b"+\n"),
        (POP2, "QUIT", b"+ a\0\r\n"),
        (POP, "QUIT", b"+ OK\r\n"),
        (POP, "USER a", b"-Error\r\n"),
    ] {
        let hear = |leniency| {
            let options = options(dialect).with_leniency(leniency);
            let mut client = Client::after(options, &commands(dialect, told));
            let greeting: &[u8] = if dialect == POP { b"+OK\r\n" } else { b"+ POP2 h\r\n" };
            let event = feed(&mut client, &[greeting, line].concat(), || usize::MAX).events.pop().unwrap();
            (event, client.0.deviations())
        };
        assert!(matches!(hear(Leniency::Strict).0, Event::Malformed(_)), "{line:?}");
        let (event, deviations) = hear(Leniency::Lenient);
        assert!(matches!(event, Event::Reply(_)) && !deviations.is_strict(), "{line:?}: {event:?}");
    }
}

#[test]
fn passwords_do_not_show() {
    for (dialect, session) in [
        (POP2, &b"HELO u hunter2\r\n"[..]),
        (POP2, b"HELO hunter2\r\n"),
        (POP2, b"HELO u hunter2\\\r\n"),
        (POP, b"PASS hunter2\r\n"),
        (POP2, b"HELO u hunter2"),
    ] {
        assert_hidden(Server::new(options(dialect)), session);
    }
    let command = Command::helo("u", "hunter2").unwrap();
    let json = serde_json::to_string(&command).unwrap();
    assert!(!json.contains("hunter2") && serde_json::from_str::<Command>(&json).is_err());
    let command = Command::fold("a b").unwrap();
    assert_eq!(serde_json::from_str::<Command>(&serde_json::to_string(&command).unwrap()).unwrap(), command);
    assert!(serde_json::from_str::<Command>("{\"Fold\":\"\"}").is_err());
}

#[test]
fn nothing_encoded_carries_a_line_end_or_eight_bits() {
    for bad in ["a\r\nQUIT", "a\nb", "a\0b"] {
        assert!(
            Command::helo(bad, "x").is_err()
                && Command::helo("x", bad).is_err()
                && Command::fold(bad).is_err()
        );
        assert!(
            Reply::ok(bad).is_err() && Greeting::pop2("h", bad).is_err() && Greeting::pop2(bad, "").is_err()
        );
        assert!(Command::other("XYZZY", Some(bad)).is_err());
    }
    assert!(Command::fold("J\u{f6}rg").is_err());
    let strict = Options::new().with_quoting(Quoting::Rfc937);
    let mut client = ClientCodec::with_options(strict);
    let mut output = BytesMut::new();
    client.encode(&Command::helo("a.b", "x y").unwrap(), &mut output).unwrap();
    assert_eq!(output, "HELO a\\.b x\\ y\r\n");
}

#[test]
fn everything_may_be_sent_between_threads() {
    assert_shareable::<(ClientCodec, ServerCodec, Event<'static>, Command, Response, Malformed, Session)>();
    assert_eq!(Verb::Other.keyword(), "");
}
