//! What IMAP3 has beyond the table and the dialogues.

use bytes::BytesMut;
use imap_proto::{
    Access, AddressBuf, ClientCodec, ClientSession, Command, CommandBody, Condition, Dialect, EnvelopeBuf,
    Event, Feature, Features, FetchBuilder, FieldKey, HistoricCommand, HistoricResponse, Leniency, Options,
    Response, ServerCodec, Solicited, State, StatusResponse, Version,
};

fn strict(dialect: Dialect) -> Options {
    Options::client().with_dialect(dialect).with_leniency(Leniency::Strict)
}

fn select_version(tag: &str) -> Command {
    CommandBody::Historic(HistoricCommand::SelectVersion(Version::IMAP3)).tag(tag).unwrap()
}

/// Both change with the same octet: what stands behind the OK is of the new version already.
#[test]
fn both_codecs_go_on_in_the_version_that_was_selected() {
    let mut client = ClientCodec::with_options(strict(Dialect::Imap2));
    let options = Options::server().with_dialect(Dialect::Imap2);
    let mut server = ServerCodec::with_options(options);
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::from("* OK ready\r\n"));
    client.encode(&select_version("a1"), &mut to_server).unwrap();
    assert_eq!(to_server, "a1 SELECT.VERSION (3 0)\r\n");
    assert!(matches!(server.decode(&mut &to_server[..]), Ok(Some(Event::Command(_)))));
    assert_eq!(server.options().dialect(), Dialect::Imap2);
    let exists = Solicited::new("a2", Response::Exists(3)).unwrap();
    let exists = Response::from(HistoricResponse::Solicited(exists));
    assert!(server.encode(&exists, &mut to_client).is_err(), "not in IMAP2");
    let done = StatusResponse::tagged("a1", Condition::Ok, "done").unwrap();
    server.encode(&done.into(), &mut to_client).unwrap();
    assert_eq!(server.options().dialect(), Dialect::Imap3);
    server.encode(&exists, &mut to_client).unwrap();
    let mut input = &to_client[..];
    let mut last = None;
    while let Some(event) = client.decode(&mut input).unwrap() {
        last = Some(event.into_owned());
    }
    assert_eq!(last, Some(Event::Response(exists)));
    assert_eq!(client.options().dialect(), Dialect::Imap3);
    // And back.
    let back = HistoricCommand::SelectVersion(Version::IMAP2);
    client.encode(&CommandBody::Historic(back).tag("a3").unwrap(), &mut to_server).unwrap();
    client.decode(&mut &b"a3 OK done\r\n"[..]).unwrap();
    assert_eq!(client.options().dialect(), Dialect::Imap2);
}

#[test]
fn a_version_that_is_refused_changes_nothing() {
    let mut client = ClientCodec::with_options(strict(Dialect::Imap2));
    client.encode(&select_version("a1"), &mut BytesMut::new()).unwrap();
    let mut input = &b"* OK ready\r\na1 NO never heard of\r\n"[..];
    while client.decode(&mut input).unwrap().is_some() {}
    assert_eq!(client.options().dialect(), Dialect::Imap2);
}

#[test]
fn features_switch_what_the_appendix_says() {
    let command = |line: &str| {
        let options = Options::server().with_dialect(Dialect::Imap3);
        Command::parse(format!("a {line}").as_bytes(), &options).unwrap().into_parts().1
    };
    let on = |name: &str| Feature::with(name).unwrap();
    let mut features = Features::of(Version::IMAP3);
    assert!(features.has("TAGGED.SOLICITED") && !features.has("SEND"));
    assert!(!Features::of(Version::IMAP2).has("TAGGED.SOLICITED"));
    for (line, feature) in [
        ("SEND RFC822 \"x\"", "SEND"),
        ("ADD.MESSAGE out RFC822 \"x\"", "ADD.MESSAGE"),
        ("RENUMBER FROM ALPHA", "RENUMBER"),
        ("SET.EOL LF", "SET.EOL"),
        ("FETCH 1 ENCODING", "ENCODING"),
        ("STORE 1 ENCODING x", "ENCODING"),
        ("FETCH 1 (FLAGS BODY 0:9)", "INDEXABLE.FIELDS"),
    ] {
        assert!(!features.permits(&command(line)), "{line}");
        features.select(&[on(feature)]);
        assert!(features.permits(&command(line)) && features.has("TAGGED.SOLICITED"), "{line}");
        features.select(&[Feature::without("TAGGED.SOLICITED").unwrap()]);
        assert!(!features.permits(&command(line)) && !features.has("TAGGED.SOLICITED"), "{line}");
    }
    assert!(features.permits(&command("FETCH 1 (FLAGS BODY)")) && features.permits(&command("NOOP")));
}

#[test]
fn addresses_have_comments_and_fields_have_names() {
    let from = [
        AddressBuf::new("a", "b"),
        AddressBuf::new("c", "d").with_comment("e \\ f"),
        AddressBuf::new("g", "h"),
    ];
    let fetch = FetchBuilder::imap3(7)
        .envelope(&EnvelopeBuf::new().with_from(from))
        .field(&FieldKey::new("BODY").unwrap(), &["Hello"])
        .field(&FieldKey::new("RECEIVED").unwrap(), &["by a", "by b"])
        .field(&FieldKey::new("X").unwrap(), &[] as &[&str])
        .build()
        .unwrap();
    let comments = |fetch: &imap_proto::Fetch| -> Vec<Option<Vec<u8>>> {
        fetch.envelope().unwrap().from().map(|address| address.comment().map(<[u8]>::to_vec)).collect()
    };
    assert_eq!(comments(&fetch), [None, Some(b"e \\ f".to_vec()), None]);
    let line = Response::from(fetch.clone()).to_bytes(Dialect::Imap3).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&line),
        "* 7 FETCH (ENVELOPE (NIL NIL ((NIL NIL \"a\" \"b\" NIL)(NIL NIL \"c\" \"d\" {5}\r\ne \\ f)(NIL NIL \"g\" \"h\" NIL)) \
         NIL NIL NIL NIL NIL NIL NIL) BODY \"Hello\" RECEIVED (\"by a\" \"by b\") X NIL)\r\n"
    );
    let Response::Fetch(read) = Response::parse(&line, &strict(Dialect::Imap3)).unwrap() else { panic!() };
    assert_eq!((&read, comments(&read)), (&fetch, comments(&fetch)));
    assert_eq!(read.field("body"), [b"Hello"]);
    assert_eq!(read.field("RECEIVED"), [b"by a", b"by b"]);
    assert!(read.field("X").is_empty() && read.field("Y").is_empty());
    // Elsewhere a comment is forgiven, and not sent on.
    assert!(
        Response::parse(
            b"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL))",
            &strict(Dialect::Imap2)
        )
        .is_err()
    );
    let plain = FetchBuilder::imap3(7)
        .envelope(&EnvelopeBuf::new().with_from([AddressBuf::new("c", "d").with_comment("e")]))
        .build()
        .unwrap();
    let line = Response::from(plain).to_bytes(Dialect::Imap4rev1).unwrap();
    assert_eq!(
        line,
        b"* 7 FETCH (ENVELOPE (NIL NIL ((NIL NIL \"c\" \"d\")) NIL NIL NIL NIL NIL NIL NIL))\r\n"
    );
}

#[test]
fn keys_that_would_be_read_as_something_else_are_not_written() {
    for name in ["FLAGS", "envelope", "x y", "a[b", "ALL"] {
        let fetch = FetchBuilder::imap3(7).field(&FieldKey::new(name).unwrap(), &["x"]).build();
        assert!(fetch.is_err(), "{name}");
    }
    for data in [
        Response::from(StatusResponse::untagged(Condition::Ok, "x").unwrap()),
        StatusResponse::tagged("b", Condition::Ok, "x").unwrap().into(),
        HistoricResponse::Solicited(Solicited::new("b", Response::Exists(1)).unwrap()).into(),
    ] {
        assert!(Solicited::new("a", data).is_err());
    }
}

#[test]
fn sessions_follow_data_with_tags() {
    let mut client = ClientCodec::with_options(strict(Dialect::Imap3));
    let mut session = ClientSession::new();
    for (tag, body) in
        [("a1", CommandBody::login("a", "b").unwrap()), ("a2", CommandBody::select("x").unwrap())]
    {
        let command = body.tag(tag).unwrap();
        client.encode(&command, &mut BytesMut::new()).unwrap();
        session.sent(&command).unwrap();
    }
    let mut input = &b"* OK ready\r\na1 OK done\r\na2 3 EXISTS\r\na2 READONLY\r\na2 OK done\r\n"[..];
    while let Some(event) = client.decode(&mut input).unwrap() {
        session.received(&event);
    }
    let mailbox = session.mailbox().unwrap();
    assert_eq!((mailbox.exists(), mailbox.access()), (3, Access::ReadOnly));
    let mut input = &b"* READWRITE\r\n"[..];
    session.received(&client.decode(&mut input).unwrap().unwrap());
    assert_eq!(session.mailbox().unwrap().access(), Access::ReadWrite);
    let mut input = &b"a3 BYE bye\r\n"[..];
    session.received(&client.decode(&mut input).unwrap().unwrap());
    assert_eq!((session.state(), client.state()), (State::Logout, State::Logout));
}

/// Large fields of RFC 822 stream, with a tag in front, too.
#[test]
fn large_texts_stream() {
    let mut client = ClientCodec::with_options(strict(Dialect::Imap3));
    let mut input = &b"* OK ready\r\na5 1 FETCH (RFC822.TEXT {100000}\r\nab"[..];
    let mut events = Vec::new();
    while let Some(event) = client.decode(&mut input).unwrap() {
        events.push(event.into_owned());
    }
    assert!(
        matches!(&events[1], Event::LiteralStart(start) if start.fetch().is_some_and(|fetch| fetch.item() == b"RFC822.TEXT"))
    );
    assert!(matches!(&events[2], Event::Data(octets) if octets.len() == 2));
    let mut server = ServerCodec::with_options(Options::server().with_dialect(Dialect::Imap3));
    let start = server.decode(&mut &b"a1 ADD.MESSAGE out RFC822 {100000}\r\n"[..]);
    assert!(
        matches!(start, Ok(Some(Event::LiteralStart(start))) if start.streamed() && start.mailbox().is_some())
    );
}
