//! Messages that octets choose, written by one codec and read by the other.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::hear;

use crate::{
    ClientCodec, Command, CommandBody, Condition, Continuation, Dialect, Event, Options, OutputState,
    Response, ServerCodec, StatusResponse,
};

fn dialect(u: &mut ::arbitrary::Unstructured<'_>) -> Result<Dialect, ::arbitrary::Error> {
    Ok(if u.arbitrary()? { Dialect::Imap4rev2 } else { Dialect::Imap4rev1 })
}

/// `decode(encode(x)) == x` for commands that `octets` choose, whatever has to wait for a `+`. Some literals are refused:
/// then the rest of their command never comes, and the next one does.
pub fn round_trip_commands(octets: &[u8]) -> Result<(), ::arbitrary::Error> {
    let mut u = ::arbitrary::Unstructured::new(octets);
    let dialect = dialect(&mut u)?;
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
        let mut asked = encode_some(&mut u, &mut client, &mut to_server)?;
        while !asked.is_empty() {
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
                    event => {
                        let command = asked.pop_front().unwrap();
                        assert_eq!(event, Event::Command(command.clone()));
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
        }
        assert!(to_server.is_empty(), "octets behind the last command");
        assert_eq!(client.output_state(), OutputState::Ready);
    }
    Ok(())
}

/// A few commands at once: what stands behind a literal waits with it.
fn encode_some(
    u: &mut ::arbitrary::Unstructured<'_>,
    client: &mut ClientCodec,
    to_server: &mut BytesMut,
) -> Result<VecDeque<Command>, ::arbitrary::Error> {
    let mut asked = VecDeque::new();
    for _ in 0..u.int_in_range(1..=3)? {
        let command: Command = u.arbitrary()?;
        let changes_the_layer = matches!(command.body(), CommandBody::StartTls | CommandBody::Compress);
        if changes_the_layer || client.encode(&command, to_server).is_err() {
            continue;
        }
        asked.push_back(command);
    }
    Ok(asked)
}

/// `decode(encode(x)) == x` for responses that `octets` choose, with literals that are streamed.
pub fn round_trip_responses(octets: &[u8]) -> Result<(), ::arbitrary::Error> {
    let mut u = ::arbitrary::Unstructured::new(octets);
    let dialect = dialect(&mut u)?;
    let mut client = ClientCodec::new();
    let mut server = ServerCodec::with_options(Options::server().with_dialect(dialect));
    let mut to_client = BytesMut::new();
    let greeting = StatusResponse::untagged(Condition::Ok, "ready").unwrap();
    server.encode(&greeting.into(), &mut to_client).unwrap();
    hear(&mut client, &mut to_client);
    while !u.is_empty() {
        let response: Response = u.arbitrary()?;
        if let Response::Continuation(Continuation::Challenge(_)) = response {
            continue;
        }
        if server.encode(&response, &mut to_client).is_err() {
            continue;
        }
        let mut sent = Vec::new();
        while let OutputState::Payload { octets: Some(octets) } = server.output_state() {
            let data = Vec::from([b'x']).repeat(usize::try_from(octets).unwrap());
            server.encode_data(&data, &mut to_client).unwrap();
            server.encode_end(&mut to_client).unwrap();
            sent.push(Event::Data(Cow::Owned(data)));
        }
        let mut heard = hear(&mut client, &mut to_client);
        let last = heard.pop();
        assert_eq!(last, Some(Event::Response(response)));
        heard.retain(|event| matches!(event, Event::Data(_)));
        sent.retain(|event| !matches!(event, Event::Data(octets) if octets.is_empty()));
        assert_eq!(heard, sent);
    }
    Ok(())
}
