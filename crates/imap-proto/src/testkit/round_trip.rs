//! Messages that octets choose, written by one codec and read by the other.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::hear;

use crate::{
    Authenticate, ClientCodec, Command, CommandBody, Condition, Continuation, Dialect, Error, ErrorKind,
    Event, Options, OutputState, Response, ServerCodec, StatusResponse,
};

/// From IMAP4rev1 on.
pub const DIALECTS: [Dialect; 3] = [Dialect::Imap4rev1, Dialect::Imap4rev1Utf8, Dialect::Imap4rev2];

/// Before IMAP4rev1.
pub const HISTORIC_DIALECTS: [Dialect; 5] =
    [Dialect::Imap2, Dialect::Imap2bis, Dialect::MacMs, Dialect::Imap3, Dialect::Imap4];

/// The dialect that an octet stands for; most stand for one of today.
pub fn dialect(octet: u8) -> Dialect {
    let historic = HISTORIC_DIALECTS.get(usize::from(octet % 8));
    historic.copied().unwrap_or(DIALECTS[usize::from(octet / 8) % DIALECTS.len()])
}

/// No form is lacking from IMAP4rev1 on but what is older, and what IMAP4rev2 left out, which can be written in the others.
fn check_refusal(
    error: &Error,
    dialect: Dialect,
    is_older: bool,
    in_others: impl FnOnce(Dialect) -> Result<Vec<u8>, Error>,
) {
    if error.kind() == ErrorKind::Unsupported && !is_older && !dialect.is_historic() {
        assert_eq!(dialect, Dialect::Imap4rev2, "{error}");
        let other = in_others(Dialect::Imap4rev1).map_err(|error| error.kind());
        assert!(other != Err(ErrorKind::Unsupported), "{error}");
    }
}

/// `decode(encode(x)) == x` for commands that `octets` choose, whatever has to wait for a `+`. Some literals are refused:
/// then the rest of their command never comes, and the next one does.
pub fn round_trip_commands(octets: &[u8]) -> Result<(), ::arbitrary::Error> {
    let mut u = ::arbitrary::Unstructured::new(octets);
    commands_come_back(dialect(u.arbitrary()?), u, |_| {})
}

/// The same in this dialect; `seen` is told of each command that came back.
pub fn commands_come_back(
    dialect: Dialect,
    mut u: ::arbitrary::Unstructured<'_>,
    mut seen: impl FnMut(&Command),
) -> Result<(), ::arbitrary::Error> {
    let literals = *u.choose(&[
        crate::NonSynchronizing::No,
        crate::NonSynchronizing::Minus,
        crate::NonSynchronizing::Plus,
    ])?;
    let mut client =
        ClientCodec::with_options(Options::client().with_dialect(dialect).with_literals(literals));
    let mut server = ServerCodec::with_options(Options::server().with_dialect(dialect));
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let greeting = StatusResponse::untagged(Condition::Ok, "ready").unwrap();
    server.encode(&greeting.into(), &mut to_client).unwrap();
    hear(&mut client, &mut to_client);
    while !u.is_empty() {
        let mut asked = encode_some(&mut u, &mut client, &mut to_server, dialect)?;
        // A payload that is under way comes even if it was refused.
        while !asked.is_empty() || !to_server.is_empty() {
            assert!(!to_server.is_empty(), "{asked:?} got stuck");
            let octets = to_server.split();
            let (mut input, mut answers) = (&octets[..], Vec::new());
            while let Some(event) = server.decode(&mut input).unwrap() {
                assert!(server.deviations().is_empty(), "{event:?}: {:?}", server.deviations());
                match event {
                    Event::LiteralStart(literal) if !u.ratio(5, 6)? => {
                        let why = literal.too_big();
                        assert_eq!(why.tag(), asked.pop_front().as_ref().map(Command::tag));
                        server.reject(&why, &mut to_client).unwrap();
                        answers.push(why);
                    }
                    Event::LiteralStart(_) => server.accept(&mut to_client).unwrap(),
                    Event::Data(_) | Event::LiteralEnd => {}
                    event => {
                        let command = asked.pop_front().unwrap();
                        assert_eq!(event, Event::Command(command.clone()));
                        seen(&command);
                        let done = StatusResponse::tagged(command.tag(), Condition::No, "no").unwrap();
                        server.encode(&done.clone().into(), &mut to_client).unwrap();
                        answers.push(done);
                    }
                }
            }
            assert!(input.is_empty(), "octets are left");
            let mut heard = hear(&mut client, &mut to_client);
            heard.retain(|event| !matches!(event, Event::Response(Response::Continuation(_))));
            let answers: Vec<_> = answers.into_iter().map(|done| Event::Response(done.into())).collect();
            assert_eq!(heard, answers);
            client.resume(&mut to_server).unwrap();
            while let OutputState::Payload { octets: Some(octets) } = client.output_state() {
                client.encode_data(&payload(octets), &mut to_server).unwrap();
                client.encode_end(&mut to_server).unwrap();
            }
        }
        assert_eq!(client.output_state(), OutputState::Ready);
    }
    Ok(())
}

/// Whether there is something in it that IMAP4rev1 has no more.
fn is_older(command: &Command) -> bool {
    match command.body() {
        CommandBody::Historic(_) => true,
        CommandBody::Fetch(fetch) => match fetch.items() {
            crate::FetchItems::List(items) => {
                items.iter().any(|item| matches!(item, crate::FetchItem::Historic(_)))
            }
            _ => false,
        },
        _ => false,
    }
}

/// A few commands at once: what stands behind a literal waits with it.
fn encode_some(
    u: &mut ::arbitrary::Unstructured<'_>,
    client: &mut ClientCodec,
    to_server: &mut BytesMut,
    dialect: Dialect,
) -> Result<VecDeque<Command>, ::arbitrary::Error> {
    let mut asked = VecDeque::new();
    for _ in 0..u.int_in_range(1..=3)? {
        let command: Command = u.arbitrary()?;
        let before = (to_server.len(), client.output_state());
        match client.encode(&command, to_server) {
            Ok(()) => asked.push_back(command),
            Err(error) => {
                assert_eq!((to_server.len(), client.output_state()), before, "{error}");
                check_refusal(&error, dialect, is_older(&command), |dialect| command.to_bytes(dialect));
            }
        }
    }
    Ok(asked)
}

/// `decode(encode(x)) == x` for responses that `octets` choose, with literals that are streamed.
pub fn round_trip_responses(octets: &[u8]) -> Result<(), ::arbitrary::Error> {
    let mut u = ::arbitrary::Unstructured::new(octets);
    responses_come_back(dialect(u.arbitrary()?), u, |_| {})
}

/// The same in this dialect; `seen` is told of each response that came back.
pub fn responses_come_back(
    dialect: Dialect,
    mut u: ::arbitrary::Unstructured<'_>,
    mut seen: impl FnMut(&Response),
) -> Result<(), ::arbitrary::Error> {
    let mut client = ClientCodec::with_options(Options::client().with_dialect(dialect));
    let mut server = ServerCodec::with_options(Options::server().with_dialect(dialect));
    let mut to_client = BytesMut::new();
    let greeting = StatusResponse::untagged(Condition::Ok, "ready").unwrap();
    server.encode(&greeting.into(), &mut to_client).unwrap();
    hear(&mut client, &mut to_client);
    while !u.is_empty() {
        let response: Response = u.arbitrary()?;
        // Before IMAP4rev1 nothing waits for one with a text but literals, and those are the codec's.
        if let Response::Continuation(_) = &response
            && dialect.is_historic()
        {
            continue;
        }
        if let Response::Continuation(continuation) = &response {
            match response.to_bytes(dialect) {
                Ok(_) => {
                    continuation_comes_back(&mut server, &mut client, continuation);
                    seen(&response);
                }
                Err(error) => check_refusal(&error, dialect, false, |dialect| response.to_bytes(dialect)),
            }
            continue;
        }
        if let Err(error) = server.encode(&response, &mut to_client) {
            assert!(to_client.is_empty(), "{error}");
            let is_older = matches!(response, Response::Historic(_));
            check_refusal(&error, dialect, is_older, |dialect| response.to_bytes(dialect));
            continue;
        }
        let mut sent = Vec::new();
        while let OutputState::Payload { octets: Some(octets) } = server.output_state() {
            let data = payload(octets);
            server.encode_data(&data, &mut to_client).unwrap();
            server.encode_end(&mut to_client).unwrap();
            sent.push(Event::Data(Cow::Owned(data)));
        }
        let mut heard = hear(&mut client, &mut to_client);
        let last = heard.pop();
        assert_eq!(last, Some(Event::Response(response.clone())));
        heard.retain(|event| matches!(event, Event::Data(_)));
        sent.retain(|event| !matches!(event, Event::Data(octets) if octets.is_empty()));
        assert_eq!(heard, sent);
        seen(&response);
    }
    Ok(())
}

fn payload(octets: u64) -> Vec<u8> {
    Vec::from([b'x']).repeat(usize::try_from(octets).unwrap())
}

/// Where a client waits for it: inside IDLE, or, for a challenge, inside AUTHENTICATE.
fn continuation_comes_back(server: &mut ServerCodec, client: &mut ClientCodec, continuation: &Continuation) {
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let body = match continuation {
        Continuation::Challenge(_) => CommandBody::Authenticate(Authenticate::new("X").unwrap()),
        Continuation::Text { .. } => CommandBody::Idle,
    };
    let command = body.tag("a").unwrap();
    client.encode(&command, &mut to_server).unwrap();
    assert_eq!(hear(server, &mut to_server), [Event::Command(command.clone())]);
    let response = Response::from(continuation.clone());
    server.encode(&response, &mut to_client).unwrap();
    assert_eq!(hear(client, &mut to_client), [Event::Response(response)]);
    if let Continuation::Text { .. } = continuation {
        client.encode_done(&mut to_server).unwrap();
        assert_eq!(hear(server, &mut to_server), [Event::Done]);
    }
    let done = Response::from(StatusResponse::tagged(command.tag(), Condition::No, "no").unwrap());
    server.encode(&done, &mut to_client).unwrap();
    assert_eq!(hear(client, &mut to_client), [Event::Response(done)]);
}

/// Which variant it is.
pub fn kind(response: &Response) -> &'static str {
    match response {
        Response::Status(_) => "Status",
        Response::Continuation(Continuation::Text { .. }) => "Continuation::Text",
        Response::Continuation(Continuation::Challenge(_)) => "Continuation::Challenge",
        Response::Capability(_) => "Capability",
        Response::Enabled(_) => "Enabled",
        Response::Flags(_) => "Flags",
        Response::List(_) => "List",
        Response::Lsub(_) => "Lsub",
        Response::Namespace(_) => "Namespace",
        Response::Search(_) => "Search",
        Response::Esearch(_) => "Esearch",
        Response::MailboxStatus(_) => "MailboxStatus",
        Response::Exists(_) => "Exists",
        Response::Recent(_) => "Recent",
        Response::Expunge(_) => "Expunge",
        Response::Fetch(_) => "Fetch",
        Response::Historic(_) => "Historic",
        Response::Other(_) => "Other",
    }
}

/// All that [`kind`] tells apart.
pub const KINDS: [&str; 18] = [
    "Status",
    "Continuation::Text",
    "Continuation::Challenge",
    "Capability",
    "Enabled",
    "Flags",
    "List",
    "Lsub",
    "Namespace",
    "Search",
    "Esearch",
    "MailboxStatus",
    "Exists",
    "Recent",
    "Expunge",
    "Fetch",
    "Historic",
    "Other",
];
