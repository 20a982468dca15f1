//! Messages that octets choose, written by one codec and read by the other.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::hear;

use crate::{
    Authenticate, ClientCodec, Command, CommandBody, Condition, Continuation, Event, NonSynchronizing,
    Options, OutputState, Response, ServerCodec, StatusResponse,
};

type Result<T> = core::result::Result<T, ::arbitrary::Error>;

/// `decode(encode(x)) == x` for commands that `octets` choose, whatever has to wait for a `+`. Some literals are refused:
/// then the rest of their command never comes, and the next one does.
pub fn round_trip_commands(octets: &[u8]) -> Result<()> {
    commands_come_back(::arbitrary::Unstructured::new(octets), |_| {})
}

/// The same; `seen` is told of each command that came back.
pub fn commands_come_back(
    mut u: ::arbitrary::Unstructured<'_>,
    mut seen: impl FnMut(&Command),
) -> Result<()> {
    let literals = *u.choose(&[NonSynchronizing::No, NonSynchronizing::Minus, NonSynchronizing::Plus])?;
    let mut client = ClientCodec::with_options(Options::client().with_literals(literals));
    let mut server = ServerCodec::new();
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let greeting = StatusResponse::untagged(Condition::Ok, "ready").unwrap();
    server.encode(&greeting.into(), &mut to_client).unwrap();
    hear(&mut client, &mut to_client);
    while !u.is_empty() {
        let mut asked = encode_some(&mut u, &mut client, &mut to_server)?;
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

/// A few commands at once: what stands behind a literal waits with it.
fn encode_some(
    u: &mut ::arbitrary::Unstructured<'_>,
    client: &mut ClientCodec,
    to_server: &mut BytesMut,
) -> Result<VecDeque<Command>> {
    let mut asked = VecDeque::new();
    for _ in 0..u.int_in_range(1..=3)? {
        let command: Command = u.arbitrary()?;
        let before = (to_server.len(), client.output_state());
        match client.encode(&command, to_server) {
            Ok(()) => {
                asked.push_back(command);
                // Nothing follows an AUTHENTICATE, and a payload comes first.
                while let OutputState::Payload { octets: Some(octets) } = client.output_state() {
                    client.encode_data(&payload(octets), to_server).unwrap();
                    client.encode_end(to_server).unwrap();
                }
            }
            Err(error) => {
                assert!(error.is_misuse(), "{error}");
                assert_eq!((to_server.len(), client.output_state()), before, "{error}");
            }
        }
    }
    Ok(asked)
}

/// `decode(encode(x)) == x` for responses that `octets` choose, with literals that are streamed.
pub fn round_trip_responses(octets: &[u8]) -> Result<()> {
    responses_come_back(::arbitrary::Unstructured::new(octets), |_| {})
}

/// The same; `seen` is told of each response that came back.
pub fn responses_come_back(
    mut u: ::arbitrary::Unstructured<'_>,
    mut seen: impl FnMut(&Response),
) -> Result<()> {
    let (mut client, mut server, mut to_client) = (ClientCodec::new(), ServerCodec::new(), BytesMut::new());
    let greeting = StatusResponse::untagged(Condition::Ok, "ready").unwrap();
    server.encode(&greeting.into(), &mut to_client).unwrap();
    hear(&mut client, &mut to_client);
    while !u.is_empty() {
        let response: Response = u.arbitrary()?;
        match &response {
            Response::Continuation(Continuation::Challenge(_)) => {
                challenge_comes_back(&mut server, &mut client, &response);
                seen(&response);
                continue;
            }
            // Of a literal: the server writes its own.
            Response::Continuation(_) => {
                to_client.extend_from_slice(&response.to_bytes().unwrap());
            }
            _ => server.encode(&response, &mut to_client).unwrap(),
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
        assert_eq!(heard, sent);
        seen(&response);
    }
    Ok(())
}

fn payload(octets: u64) -> Vec<u8> {
    Vec::from([b'x']).repeat(usize::try_from(octets).unwrap())
}

/// Where a client waits for it: inside AUTHENTICATE.
fn challenge_comes_back(server: &mut ServerCodec, client: &mut ClientCodec, response: &Response) {
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let command = CommandBody::Authenticate(Authenticate::new("X").unwrap()).tag("a").unwrap();
    client.encode(&command, &mut to_server).unwrap();
    assert_eq!(hear(server, &mut to_server), [Event::Command(command.clone())]);
    server.encode(response, &mut to_client).unwrap();
    assert_eq!(hear(client, &mut to_client), [Event::Response(response.clone())]);
    let done = Response::from(StatusResponse::tagged(command.tag(), Condition::No, "no").unwrap());
    server.encode(&done, &mut to_client).unwrap();
    assert_eq!(hear(client, &mut to_client), [Event::Response(done)]);
}
