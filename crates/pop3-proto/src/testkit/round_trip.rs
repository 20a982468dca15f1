//! A client and a server that talk to each other.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::{hear, normalized};

use crate::{ClientCodec, Command, Event, Greeting, Reply, ServerCodec, Verb, Xtnd};

/// `decode(encode(x)) == x` for a conversation that `octets` choose: commands, then replies to each, with
/// listings and messages. For fuzzers and property tests.
pub fn round_trip(octets: &[u8]) -> Result<(), ::arbitrary::Error> {
    let mut u = ::arbitrary::Unstructured::new(octets);
    let (mut client, mut server) = (ClientCodec::new(), ServerCodec::new());
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let greeting: Greeting = u.arbitrary()?;
    server.encode(&greeting.clone().into(), &mut to_client).unwrap();
    assert_eq!(hear(&mut client, &mut to_client), [Event::Greeting(greeting)]);
    while !u.is_empty() {
        let command: Command = u.arbitrary()?;
        if let Command::Continue(_) = command {
            continue;
        }
        if client.encode(&command, &mut to_server).is_err() {
            continue;
        }
        assert_eq!(
            Command::parse(&to_server[..to_server.len() - 2], &crate::Options::new()),
            Ok(command.clone())
        );
        assert_eq!(hear(&mut server, &mut to_server), [Event::Command(command.clone())]);
        if let Command::Auth(_) = command {
            while !u.is_empty() && u.ratio(1, 2)? {
                let challenge: crate::Challenge = u.arbitrary()?;
                server.encode(&challenge.clone().into(), &mut to_client).unwrap();
                assert_eq!(hear(&mut client, &mut to_client), [Event::Challenge(challenge)]);
                let answer = Command::Continue(u.arbitrary()?);
                client.encode(&answer, &mut to_server).unwrap();
                assert_eq!(hear(&mut server, &mut to_server), [Event::Command(answer)]);
            }
        }
        let reply = Reply::arbitrary_to(&command, &mut u)?;
        if server.encode(&reply.clone().into(), &mut to_client).is_err() {
            // Too long for a line; answer shortly.
            server.encode(&Reply::err("").unwrap().into(), &mut to_client).unwrap();
            assert_eq!(hear(&mut client, &mut to_client), [Event::Reply(Reply::err("").unwrap())]);
            continue;
        }
        let mut said = Vec::from([Event::Reply(reply.clone())]);
        if let (true, Some(kind)) = (reply.is_ok(), command.row_kind()) {
            let mut position = 0;
            while !u.is_empty() && u.ratio(2, 3)? {
                let row = crate::Row::arbitrary_of(kind, position, &mut u)?;
                if server.encode(&row.clone().into(), &mut to_client).is_ok() {
                    said.push(Event::Row(row));
                    position += 1;
                }
            }
            server.encode_end(&mut to_client).unwrap();
            said.push(Event::End);
        }
        if reply.has_message() {
            let message = u.arbitrary::<&[u8]>()?;
            server.encode_data(message, &mut to_client).unwrap();
            server.encode_end(&mut to_client).unwrap();
            push_message(&mut said, message);
        }
        if command.verb() == Verb::Stls && reply.is_ok() {
            said.push(Event::Upgrade);
            assert_eq!(hear(&mut server, &mut to_server), [Event::Upgrade]);
            server.upgraded(&[]).unwrap();
        }
        assert_eq!(hear(&mut client, &mut to_client), said);
        if command.verb() == Verb::Stls && reply.is_ok() {
            client.upgraded(&[]).unwrap();
        }
        if command == Command::Xtnd(Xtnd::Xmit) && reply.is_ok() {
            let message = u.arbitrary::<&[u8]>()?;
            client.encode_data(message, &mut to_server).unwrap();
            client.encode_end(&mut to_server).unwrap();
            let mut said = Vec::new();
            push_message(&mut said, message);
            assert_eq!(hear(&mut server, &mut to_server), said);
            let reply = Reply::ok("sent").unwrap();
            server.encode(&reply.clone().into(), &mut to_client).unwrap();
            assert_eq!(hear(&mut client, &mut to_client), [Event::Reply(reply)]);
        }
        assert_eq!(client.state(), server.state());
        assert_eq!((client.outstanding(), server.outstanding()), (0, 0));
    }
    Ok(())
}

fn push_message(said: &mut Vec<Event<'static>>, message: &[u8]) {
    let normal = normalized(message);
    if !normal.is_empty() {
        said.push(Event::Data(Cow::Owned(normal)));
    }
    said.push(Event::End);
}
