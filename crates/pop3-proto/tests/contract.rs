//! The contract that all codecs share, on POP3.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use mail_wire::testkit::{assert_hidden, assert_linear, assert_shareable, every_cut, feed, left_behind};
use pop3_proto::testkit::{Client, Server};
use pop3_proto::{
    Apop, Auth, Capability, Challenge, ClientCodec, Command, Digest, DropListing, Error, ErrorKind, Event,
    Greeting, Leniency, Limits, Malformed, Mechanism, MessageNumber, Options, OutputState, Reply, Response,
    ResponseCode, Row, SaslResponse, ScanListing, Secret, ServerCodec, State, Text, Timestamp, Verb, Xtnd,
};

fn commands(lines: &str) -> Vec<Command> {
    lines.lines().map(|line| Command::parse(line.as_bytes(), &Options::new()).unwrap()).collect()
}

/// What a client is told, and what its server then says.
const CONVERSATIONS: &[(&str, &[u8])] = &[
    ("STAT\nLIST\nQUIT", b"+OK hi\r\n+OK 2 320\r\n+OK\r\n1 120\r\n2 200 extra\r\n.\r\n+OK bye\r\n"),
    ("LIST\nUIDL\nCAPA", b"+OK\r\n+OK\r\n.\r\n+OK\r\n.\r\n+OK\r\nTOP\r\nSASL PLAIN\r\n.\r\n"),
    ("RETR 1\nNOOP", b"+OK\r\n+OK\r\n.\r\r\n.x\r\n..\r\n...\r\n\r\n\n.\r\n.\r\n+OK\r\n"),
    ("RETR 1\nRETR 2", b"+OK\r\n+OK\r\n.\r\n-ERR no\r\n"),
    ("RETR 1\nRETR 2", b"+OK\n+OK\na\n..b\n.\n+OK\r\n\r\n.\r\n"),
    ("AUTH CRAM-MD5\nSTAT", b"+OK\r\n+ PDFAaD4=\r\n+\r\n+OK\r\n+OK 1 2\r\n"),
    ("STLS\nCAPA", b"+OK\r\n+OK\r\n+OK\r\n.\r\n"),
    ("XTND XMIT\nNOOP", b"+OK\r\n+OK go\r\n+OK sent\r\n+OK\r\n"),
    ("XTND X-BBOARDS a", b"+OK\r\n+OK\r\n\r\n..\r\nb\r\n.\r\n"),
    ("STAT", b"+OK\r\nnonsense\r\n-ERR unasked\r\n"),
    ("LIST", b"+OK\r\n+OK\r\nrubbish\r\n1 1\r\n.\r\n"),
    ("LIST", b"+OK\r\nrubbish\r\n1 1\r\n.\r\n"),
    ("RETR 1", b"+OK\r\n+OK\r\nunfinished"),
    ("NOOP", b"-ERR [IN-USE] no\r\n+OK half"),
];

/// What a server is sent; it answers each command at once.
const SESSIONS: &[&[u8]] = &[
    b"USER mrose\r\nPASS a b\r\nSTAT\r\nLIST\r\nLIST 2\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n",
    b"AUTH PLAIN\r\nAGEAYg==\r\nAUTH LOGIN\r\n???\r\nAUTH\r\n*\r\nCAPA\r\n",
    b"NOOP\r\nXTND XMIT\r\nTo: a\r\n\r\n..x\r\n.y\r\n.\r\nQUIT\r\n",
    b"STLS\r\nCAPA\r\nSTLS\r\nQUIT\r\n",
    b"\r\n \r\nxyzzy\r\nRETR\r\nRETR 0\r\n\x16\x03\x01\r\nNOOP\nst\rat\r\nQU",
];

#[test]
fn every_cutting_gives_the_same_events() {
    for (told, stream) in CONVERSATIONS {
        every_cut(|| Client::after(&commands(told)), stream);
    }
    for session in SESSIONS {
        every_cut(Server::default, session);
    }
}

#[test]
fn nothing_behind_an_event_is_taken() {
    let client = Client::after(&commands("RETR 1\nLIST"));
    let stream = b"+OK\r\n+OK\r\nbody\r\n.\r\n+OK\r\n1 1\r\n.\r\n";
    assert_eq!(left_behind(client, stream), [27, 22, 16, 13, 8, 3, 0]);
}

#[test]
fn ten_thousand_pipelined_commands_are_linear() {
    let line = |n| match (n % 4, n % 10_000 + 1) {
        (0, n) => format!("RETR {n}\r\n"),
        (1, n) => format!("TOP {n} 0\r\n"),
        (2, _) => "NOOP\r\n".into(),
        (_, n) => format!("DELE {n}\r\n"),
    };
    assert_linear(|n| (Server::default(), (0..n).map(line).collect::<String>().into()), |n| n);
}

#[test]
fn ten_thousand_pipelined_replies_are_linear() {
    let replies = b"+OK 1 2\r\n+OK\r\n..a\r\nb\r\n.\r\n+OK\r\n1 uid\r\n.\r\n+OK\r\n";
    let conversation = |n: usize| {
        let told = commands(&"STAT\nRETR 1\nUIDL\nNOOP\n".repeat(n / 4));
        (Client::after(&told), [&b"+OK\r\n"[..], &replies.repeat(n / 4)].concat())
    };
    assert_linear(conversation, |n| 1 + n / 4 * 8);
}

#[test]
fn what_is_kept_has_a_bound() {
    let limits = Limits::new().with_line(64).with_sasl_line(128).with_outstanding(3);
    let options = Options::new().with_limits(limits);
    let mut server = ServerCodec::with_options(options);
    server.encode(&Greeting::new("").unwrap().into(), &mut BytesMut::new()).unwrap();
    let long = [&b"USER "[..], &b"x".repeat(1_000_000), b"\r\nNOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\n"].concat();
    let mut input = &long[..];
    let Some(Event::Malformed(bad)) = server.decode(&mut input).unwrap() else { panic!() };
    assert_eq!((bad.error().kind(), bad.raw().len()), (ErrorKind::Limit, 64));
    assert!(server.decode(&mut input).unwrap().is_some() && server.decode(&mut input).unwrap().is_some());
    assert!(server.paused() && server.decode(&mut input).unwrap().is_none());
    assert_eq!(input, b"NOOP\r\nNOOP\r\n");
    server.encode(&Reply::from(&bad).into(), &mut BytesMut::new()).unwrap();
    assert!(server.decode(&mut input).unwrap().is_some());

    let mut client = ClientCodec::with_options(options);
    let mut output = BytesMut::new();
    for _ in 0..3 {
        client.encode(&Command::Noop, &mut output).unwrap();
    }
    assert_eq!(client.encode(&Command::Noop, &mut output).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(client.sent(&Command::Noop).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(output, "NOOP\r\n".repeat(3));
}

#[test]
fn calls_out_of_order_are_misuse_and_change_nothing() {
    let misuse = |result: Result<(), Error>| assert!(result.unwrap_err().is_misuse());
    let ok = |text| Response::from(Reply::ok(text).unwrap());
    let mut output = BytesMut::new();

    let mut server = ServerCodec::new();
    misuse(server.encode(&ok("too early"), &mut output));
    misuse(server.encode_data(b"x", &mut output));
    misuse(server.encode_end(&mut output));
    misuse(server.upgraded(&[]));
    server.encode(&Greeting::new("").unwrap().into(), &mut output).unwrap();
    misuse(server.encode(&Greeting::new("").unwrap().into(), &mut output));
    misuse(server.encode(&ok("to nobody"), &mut output));
    misuse(server.encode(&Challenge::new("").into(), &mut output));
    let mut input = &b"RETR 1\r\nLIST\r\nSTAT\r\nAUTH PLAIN\r\n"[..];
    while server.decode(&mut input).unwrap().is_some() {}
    output.clear();
    misuse(server.encode(&ok("one line to RETR"), &mut output));
    misuse(server.encode(&Reply::listing("").unwrap().into(), &mut output));
    assert_eq!(output, "");
    server.encode(&Reply::message("").unwrap().into(), &mut output).unwrap();
    misuse(server.encode(&Reply::err("").unwrap().into(), &mut output));
    server.encode_end(&mut output).unwrap();
    server.encode(&Reply::listing("").unwrap().into(), &mut output).unwrap();
    misuse(server.encode_data(b"x", &mut output));
    misuse(server.encode(&Row::Line(Text::new("x").unwrap()).into(), &mut output));
    let row = ScanListing::new(MessageNumber::new(1).unwrap(), 7);
    server.encode(&Row::Scan(row).into(), &mut output).unwrap();
    server.encode_end(&mut output).unwrap();
    misuse(server.encode(&ok("words to STAT"), &mut output));
    server.encode(&Reply::drop_listing(DropListing::new(1, 7)).into(), &mut output).unwrap();
    server.encode(&Challenge::new("").into(), &mut output).unwrap();
    misuse(server.encode(&Challenge::new("").into(), &mut output));
    assert_eq!(output, "+OK\r\n.\r\n+OK\r\n1 7\r\n.\r\n+OK 1 7\r\n+ \r\n");

    let mut client = ClientCodec::new();
    output.clear();
    misuse(client.encode(&Command::Continue(SaslResponse::Cancel), &mut output));
    misuse(client.encode_data(b"x", &mut output));
    misuse(client.encode_end(&mut output));
    for waits in ["STLS", "AUTH PLAIN", "XTND XMIT"] {
        let mut client = client.clone();
        client.encode(&commands(waits)[0], &mut output).unwrap();
        assert_eq!(client.output_state(), OutputState::AwaitsContinuation);
        output.clear();
        misuse(client.encode(&Command::Noop, &mut output));
        assert_eq!(output, "");
        while client.decode(&mut &b"+OK\r\n"[..]).is_err() {}
    }
    client.encode(&commands("XTND XMIT")[0], &mut output).unwrap();
    let mut input = &b"+OK\r\n+OK\r\n"[..];
    while client.decode(&mut input).unwrap().is_some() {}
    assert_eq!(client.output_state(), OutputState::Payload { octets: None });
    misuse(client.encode(&Command::Noop, &mut output));
    client.encode_end(&mut output).unwrap();
    client.encode(&Command::Noop, &mut output).unwrap();
}

#[test]
fn octets_behind_stls_are_an_injection() {
    let mut server = Server::default();
    let mut input = &b"STLS\r\nPASS stolen\r\n"[..];
    assert_eq!(server.codec.decode(&mut input).unwrap(), Some(Event::Command(Command::Stls)));
    assert_eq!(server.codec.decode(&mut input).unwrap(), None);
    server.codec.encode(&Reply::ok("").unwrap().into(), &mut server.output).unwrap();
    assert_eq!(server.codec.decode(&mut input).unwrap(), Some(Event::Upgrade));
    assert!(server.codec.paused() && server.codec.decode(&mut input).unwrap().is_none());
    assert_eq!(server.codec.upgraded(input).unwrap_err().kind(), ErrorKind::Injection);
    assert_eq!(server.codec.decode(&mut input).unwrap_err().kind(), ErrorKind::Injection);

    // What was said in clear text is forgotten.
    let mut server = ServerCodec::new();
    server.encode(&Greeting::new("").unwrap().into(), &mut BytesMut::new()).unwrap();
    for line in [&b"USER clear\r\n"[..], b"STLS\r\n"] {
        server.decode(&mut &line[..]).unwrap();
        server.encode(&Reply::ok("").unwrap().into(), &mut BytesMut::new()).unwrap();
    }
    assert_eq!(server.decode(&mut &b""[..]).unwrap(), Some(Event::Upgrade));
    server.upgraded(&[]).unwrap();
    assert!(!server.state().permits(Verb::Pass));

    let mut client = ClientCodec::new();
    client.encode(&Command::Stls, &mut BytesMut::new()).unwrap();
    let mut input = &b"+OK\r\n+OK begin\r\n+OK forged\r\n"[..];
    let mut last = None;
    while let Some(event) = client.decode(&mut input).unwrap() {
        last = Some(event);
    }
    assert_eq!(last, Some(Event::Upgrade));
    assert_eq!(client.upgraded(input).unwrap_err().kind(), ErrorKind::Injection);
}

#[test]
fn a_session_goes_through_its_states() {
    let mut server = ServerCodec::new();
    let mut output = BytesMut::new();
    assert_eq!(server.state(), State::Greeting);
    server.encode(&Greeting::new("").unwrap().into(), &mut output).unwrap();
    for (line, reply, state) in [
        ("USER x\r\n", Reply::ok(""), State::Password),
        ("PASS y\r\n", Reply::err("no"), State::Authorization),
        ("USER x\r\n", Reply::ok(""), State::Password),
        ("PASS z\r\n", Reply::ok(""), State::Transaction),
        ("NOOP\r\n", Reply::ok(""), State::Transaction),
        ("QUIT\r\n", Reply::ok(""), State::Closed),
    ] {
        server.decode(&mut line.as_bytes()).unwrap();
        server.encode(&reply.unwrap().into(), &mut output).unwrap();
        assert_eq!(server.state(), state, "{line}");
    }
}

#[test]
fn strict_codecs_refuse_what_lenient_ones_forgive() {
    let options = Options::new().with_leniency(Leniency::Strict);
    for (told, line) in [
        ("STAT", &b"+ok 1 2\r\n"[..]),
        ("STAT", b"+OK 1  2\r\n"),
        ("STAT", b"+OK many\r\n"),
        ("NOOP", b"+OKdone\r\n"),
        ("NOOP", b"+ OK done\r\n"),
        ("NOOP", b"+OK\n"),
        ("NOOP", b"+OK a\0b\r\n"),
        ("AUTH PLAIN", b"+\r\n"),
        ("AUTH PLAIN", b"+ YQ\r\n"),
    ] {
        let hear = |codec: ClientCodec| {
            let mut client = Client::with(codec, &commands(told));
            let stream = [b"+OK\r\n", line].concat();
            let event = feed(&mut client, &stream, || usize::MAX).events.pop().unwrap();
            (event, client.0.deviations())
        };
        let (event, _) = hear(ClientCodec::with_options(options));
        assert!(matches!(event, Event::Malformed(_)), "{line:?}: {event:?}");
        let (event, deviations) = hear(ClientCodec::new());
        assert!(!matches!(event, Event::Malformed(_)) && !deviations.is_strict(), "{line:?}: {event:?}");
    }
}

#[test]
fn a_typed_reply_is_read_behind_a_status_without_its_space() {
    let mut client = Client::after(&commands("LANG es\nSTAT"));
    let outcome = feed(&mut client, b"+OK\r\n+OKes Idioma cambiado\r\n+OK2 320\r\n", || usize::MAX);
    let replies: Vec<_> = outcome.events[1..].iter().map(|event| format!("{event:?}")).collect();
    assert!(replies[0].contains("Language(\"es\")"), "{replies:?}");
    assert!(replies[1].contains("messages: 2, octets: 320"), "{replies:?}");
}

#[test]
fn passwords_do_not_show() {
    for session in [
        &b"USER u\r\nPASS hunter2\r\n"[..],
        b"PASS hunter2\rx\r\n",
        b"APOP hunter2\r\n",
        b"AUTH PLAIN hunter2!\r\n",
        b"AUTH PLAIN\r\nhunter2!\r\n",
        b"PASS hunter2",
    ] {
        assert_hidden(Server::default(), session);
    }
    let secrets = [
        Command::pass("hunter2").unwrap(),
        Command::Auth(Auth::new(Mechanism::new("PLAIN").unwrap()).with_initial("hunter2")),
        Command::Continue(SaslResponse::data("hunter2")),
    ];
    for command in secrets {
        assert!(!format!("{command:?}").contains("hunter2"));
        assert!(!serde_json::to_string(&command).unwrap().contains("hunter2"));
        assert!(serde_json::from_str::<Command>(&serde_json::to_string(&command).unwrap()).is_err());
    }
}

#[test]
fn messages_survive_serde() {
    for command in commands("USER mrose\nTOP 1 2\nLIST\nXTND SCAN 80 %x\nXYZZY  a\nLANG *") {
        let json = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&json).unwrap(), command, "{json}");
    }
    let reply = Reply::err("no").unwrap().with_code(ResponseCode::new("X/Y").unwrap());
    let json = serde_json::to_string(&reply).unwrap();
    assert_eq!(serde_json::from_str::<Reply>(&json).unwrap(), reply, "{json}");
    assert!(serde_json::from_str::<Command>("{\"User\":\"a\\r\\nDELE 1\"}").is_err());
    assert!(serde_json::from_str::<Command>("{\"Retr\":0}").is_err());
}

#[test]
fn nothing_encoded_carries_a_line_end() {
    for bad in ["a\r\nDELE 1", "a\nb", "a\0b"] {
        assert!(Command::user(bad).is_err());
        assert!(Command::pass(bad).is_err());
        assert!(Command::other(bad, None, pop3_proto::Shape::Line).is_err());
        assert!(Command::other("XYZZY", Some(bad), pop3_proto::Shape::Line).is_err());
        assert!(Reply::ok(bad).is_err() && Reply::err(bad).is_err());
        assert!(Greeting::new(bad).is_err());
        assert!(Capability::other("X", Some(bad)).is_err());
        assert!(ResponseCode::new(bad).is_err());
    }
    assert!(Reply::err("[AUTH] not a code").is_err());
    assert!(Reply::err("[open").is_ok());
}

#[test]
fn apop_refuses_a_forged_timestamp() {
    let forged = Timestamp::find(b"<\x80\x01@x>").unwrap();
    assert!(Command::apop("mrose", &forged, &Secret::new("x")).is_err());
    assert!(Apop::new("mrose", forged.digest(&Secret::new("x"))).is_ok());
    assert!(Digest::new("c4c9").is_err());
}

#[test]
fn everything_may_be_sent_between_threads() {
    assert_shareable::<(ClientCodec, ServerCodec, Event<'static>, Command, Response, Malformed, Options)>();
}

#[test]
fn a_reply_is_told_to_its_command() {
    let mut client = ClientCodec::new();
    let mut output = BytesMut::new();
    for command in commands("STAT\nNOOP\nQUIT") {
        client.encode(&command, &mut output).unwrap();
    }
    let mut input = &b"+OK\r\n+OK 1 2\r\n-ERR\r\n+OK\r\n-ERR unasked\r\n"[..];
    let mut answered = Vec::new();
    while client.decode(&mut input).unwrap().is_some() {
        answered.push(client.answered());
    }
    assert_eq!(answered, [None, Some(Verb::Stat), Some(Verb::Noop), Some(Verb::Quit), None]);
    assert_eq!(client.outstanding(), 0);
}

#[test]
fn xmit_is_one_message_between_two_replies() {
    let (mut client, mut server) = (ClientCodec::new(), ServerCodec::new());
    let (mut up, mut down) = (BytesMut::new(), BytesMut::new());
    server.encode(&Greeting::new("").unwrap().into(), &mut down).unwrap();
    client.encode(&Command::Xtnd(Xtnd::Xmit), &mut up).unwrap();
    server.decode(&mut &up.split()[..]).unwrap();
    server.encode(&Reply::ok("go").unwrap().into(), &mut down).unwrap();
    let down_octets = down.split();
    let mut input = &down_octets[..];
    while client.decode(&mut input).unwrap().is_some() {}
    client.encode_data(b".x\n", &mut up).unwrap();
    client.encode_end(&mut up).unwrap();
    assert_eq!(up, "..x\r\n.\r\n");
    let up_octets = up.split();
    let mut input = &up_octets[..];
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::Data(b".x\r\n"[..].into())));
    assert_eq!(server.decode(&mut input).unwrap(), Some(Event::End));
    server.encode(&Reply::err("no such recipient").unwrap().into(), &mut down).unwrap();
    let Some(Event::Reply(reply)) = client.decode(&mut &down[..]).unwrap() else { panic!() };
    assert!(!reply.is_ok());
    assert_eq!(client.answered(), Some(Verb::Xtnd));
}
