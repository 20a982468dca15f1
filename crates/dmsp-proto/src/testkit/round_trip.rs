//! A client and a server that talk to each other.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::{hear, normalized};

use crate::{
    ClientCodec, Command, EightBit, Event, FollowedBy, Greeting, Options, Reply, ReplyCode, Row, RowKind,
    ServerCodec, Verb,
};

/// `decode(encode(x)) == x` for a conversation that `octets` choose: commands, then replies to each, with
/// lists and messages. For fuzzers and property tests.
pub fn round_trip(octets: &[u8]) -> Result<(), ::arbitrary::Error> {
    let mut u = ::arbitrary::Unstructured::new(octets);
    let options =
        (110..150).step_by(7).fold(Options::new().with_eight_bit(EightBit::Pass), |options, number| {
            options.with_listing(ReplyCode::new(number).unwrap())
        });
    let (mut client, mut server) = (ClientCodec::with_options(options), ServerCodec::with_options(options));
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let greeting: Greeting = u.arbitrary()?;
    server.encode(&greeting.clone().into(), &mut to_client).unwrap();
    assert_eq!(hear(&mut client, &mut to_client), [Event::Greeting(greeting)]);
    while !u.is_empty() {
        let command: Command = u.arbitrary()?;
        client.encode(&command, &mut to_server).unwrap();
        let line = &to_server[..to_server.len() - 2];
        assert_eq!(Command::parse(line, &Options::new()), Ok(command.clone()));
        assert_eq!(hear(&mut server, &mut to_server), [Event::Command(command.clone())]);
        let reply = Reply::arbitrary_to(command.verb(), &mut u)?;
        server.encode(&reply.clone().into(), &mut to_client).unwrap();
        let mut said = Vec::from([Event::Reply(reply.clone())]);
        match options.followed_by(reply.code()) {
            FollowedBy::Listing(kind) => {
                if (command.verb(), kind) == (Verb::CopyMessage, RowKind::Descriptor) {
                    let row = Row::Descriptor(u.arbitrary()?);
                    server.encode(&row.clone().into(), &mut to_client).unwrap();
                    said.push(Event::Row(row));
                }
                while !u.is_empty() && u.ratio(2, 3)? {
                    let row = Row::arbitrary_of(kind, &mut u)?;
                    if server.encode(&row.clone().into(), &mut to_client).is_ok() {
                        said.push(Event::Row(row));
                    }
                }
                server.encode_end(&mut to_client).unwrap();
                said.push(Event::End);
            }
            FollowedBy::Message => {
                let message = u.arbitrary::<&[u8]>()?;
                server.encode_data(message, &mut to_client).unwrap();
                server.encode_end(&mut to_client).unwrap();
                push_message(&mut said, message);
            }
            FollowedBy::Nothing | FollowedBy::ClientMessage => {}
        }
        assert_eq!(hear(&mut client, &mut to_client), said);
        if reply.code() == ReplyCode::EnterMessage {
            let message = u.arbitrary::<&[u8]>()?;
            client.encode_data(message, &mut to_server).unwrap();
            client.encode_end(&mut to_server).unwrap();
            let mut said = Vec::new();
            push_message(&mut said, message);
            assert_eq!(hear(&mut server, &mut to_server), said);
            server.encode(&ReplyCode::Ok.into(), &mut to_client).unwrap();
            assert_eq!(hear(&mut client, &mut to_client), [Event::Reply(ReplyCode::Ok.into())]);
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
