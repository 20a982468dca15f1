//! A client and a server that talk to each other.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::hear;

use crate::{
    ClientCodec, Command, Dialect, Due, Event, Greeting, Options, Quirk, Reply, Response, ServerCodec,
};

/// `decode(encode(x)) == x` for a conversation that `octets` choose: commands, then answers to each, with messages. For
/// fuzzers and property tests.
pub fn round_trip(octets: &[u8]) -> Result<(), ::arbitrary::Error> {
    let mut u = ::arbitrary::Unstructured::new(octets);
    let dialect = if u.arbitrary()? { Dialect::Rfc918 } else { Dialect::Rfc937 };
    let mut options = Options::new().with_dialect(dialect);
    if dialect == Dialect::Rfc937 {
        for quirk in [Quirk::TwoMore, Quirk::DotStuffed] {
            if u.ratio(1, 4)? {
                options = Options::new().with_quirk(quirk);
            }
        }
    }
    let (mut client, mut server) = (ClientCodec::with_options(options), ServerCodec::with_options(options));
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let greeting: Greeting = u.arbitrary()?;
    server.encode(&greeting.clone().into(), &mut to_client).unwrap();
    assert_eq!(hear(&mut client, &mut to_client), [Event::Greeting(greeting)]);
    while !u.is_empty() {
        let command = Command::arbitrary_of(dialect, &mut u)?;
        if client.encode(&command, &mut to_server).is_err() {
            continue;
        }
        assert_eq!(hear(&mut server, &mut to_server), [Event::Command(command.clone())]);
        let message: Vec<u8> = u.arbitrary()?;
        let mut said = Vec::new();
        if command.due(dialect) == Due::Data && server.encode(&Response::Data, &mut to_client).is_ok() {
            let octets = match server.output_state() {
                crate::OutputState::Payload { octets: Some(octets) } => usize::try_from(octets).unwrap(),
                other => panic!("{other:?}"),
            };
            let message: Vec<u8> = message.iter().copied().cycle().chain([b'.'; 40]).take(octets).collect();
            let message = if message.len() < octets { Vec::from([b'.']).repeat(octets) } else { message };
            let half = message.len() / 2;
            server.encode_data(&message[..half], &mut to_client).unwrap();
            assert!(server.encode_end(&mut to_client).is_err() || half == message.len());
            server.encode_data(&message[half..], &mut to_client).unwrap();
            assert!(server.encode_data(b"x", &mut to_client).unwrap_err().is_misuse());
            server.encode_end(&mut to_client).unwrap();
            said.extend([Event::Data(Cow::Owned(message)), Event::End]);
        } else if command.due(dialect) == Due::Data {
            let reply = Reply::err("nothing").unwrap();
            server.encode(&reply.clone().into(), &mut to_client).unwrap();
            said.push(Event::Reply(reply));
        } else {
            let reply = Reply::arbitrary_to(&command, dialect, 40, &mut u)?;
            server.encode(&reply.clone().into(), &mut to_client).unwrap();
            // UW's two octets are announced, too.
            let two_more = options.quirks().contains(Quirk::TwoMore);
            said.push(Event::Reply(match reply.as_length() {
                Some(octets) if two_more && octets > 0 => {
                    let text = reply.text().map_or(Default::default(), |text| text.to_str_lossy());
                    Reply::length(octets + 2).with_text(&text).unwrap()
                }
                _ => reply,
            }));
        }
        assert_eq!(hear(&mut client, &mut to_client), said);
        assert_eq!(client.state(), server.state(), "{command:?} {said:?}");
        assert_eq!((client.outstanding(), server.outstanding()), (0, 0));
    }
    Ok(())
}
