//! One session, written by our own codecs: what goes over the wire, octet for octet, and what it is read as.
#![allow(clippy::unwrap_used, clippy::panic)]

use bytes::BytesMut;
use dmsp_proto::{
    ClientCodec, Command, Descriptor, Event, Flag, FlagState, Flags, Greeting, OutputState, Reply, ReplyCode,
    Response, Row, ServerCodec, State, Text, Uid,
};

/// The two ends of a connection, and all that went over it.
struct Wire {
    client: ClientCodec,
    server: ServerCodec,
    up: String,
    down: String,
}

impl Wire {
    /// The client says it, the server hears it.
    fn ask(&mut self, command: &Command) {
        let mut output = BytesMut::new();
        self.client.encode(command, &mut output).unwrap();
        assert_eq!(self.send_up(&output), [Event::Command(command.clone())]);
    }

    fn send_up(&mut self, octets: &[u8]) -> Vec<Event<'static>> {
        self.up.push_str(core::str::from_utf8(octets).unwrap());
        let (mut input, mut events) = (octets, Vec::new());
        while let Some(event) = self.server.decode(&mut input).unwrap() {
            events.push(event.into_owned());
        }
        assert!(input.is_empty());
        events
    }

    /// The server says it, the client hears it.
    fn say(&mut self, responses: &[Response]) {
        let (mut output, mut expected) = (BytesMut::new(), Vec::new());
        for response in responses {
            self.server.encode(response, &mut output).unwrap();
            expected.push(match response.clone() {
                Response::Greeting(greeting) => Event::Greeting(greeting),
                Response::Reply(reply) => Event::Reply(reply),
                Response::Row(row) => Event::Row(row),
                other => panic!("{other:?}"),
            });
        }
        if self.server.output_state() != OutputState::Ready {
            self.server.encode_end(&mut output).unwrap();
            expected.push(Event::End);
        }
        self.down.push_str(core::str::from_utf8(&output).unwrap());
        let (mut input, mut events) = (&output[..], Vec::new());
        while let Some(event) = self.client.decode(&mut input).unwrap() {
            events.push(event.into_owned());
        }
        assert_eq!(events, expected);
        assert!(self.client.deviations().is_empty() && input.is_empty());
    }
}

fn reply(code: ReplyCode, text: &str) -> Response {
    Reply::new(code, text).unwrap().into()
}

#[test]
fn a_session_is_written_as_it_should_be() {
    let (client, server) = (ClientCodec::new(), ServerCodec::new());
    let mut wire = Wire { client, server, up: String::new(), down: String::new() };
    let ok = || reply(ReplyCode::Ok, "Command OK");
    wire.say(&[Greeting::version("3.0.0").unwrap().into()]);
    wire.ask(&Command::send_version("300").unwrap());
    wire.say(&[ok()]);
    wire.ask(&Command::login("fred", "pw", "office-client").unwrap());
    assert_eq!(wire.client.state(), State::Anonymous);
    wire.say(&[ReplyCode::ClientOutOfDate.into()]);
    assert_eq!((wire.client.state(), wire.server.state()), (State::LoggedIn, State::LoggedIn));

    wire.ask(&Command::fetch_changed_descriptors("Fred", 10).unwrap());
    let flags = [Flag::Deleted, Flag::Seen, Flag::Printed, Flag::RepliedTo, Flag::Copied, Flag::User14];
    let descriptor = Descriptor::new(Uid::new(2107), flags.into_iter().collect::<Flags>(), 1400, 30)
        .with_subject(Text::new(".leading dot subject").unwrap());
    wire.say(&[
        reply(ReplyCode::DescriptorList, "descriptor list follows:"),
        Row::Expunged(Uid::new(2101)).into(),
        Row::Descriptor(descriptor).into(),
    ]);

    // There is no flag 16, so no such command can be made; a client that says it all the same is answered.
    assert!(Flag::new(16).is_none());
    let command = Command::set_message_flag("fred", Uid::new(2107), Flag::User15, FlagState::Set).unwrap();
    let line = String::from_utf8(command.to_bytes().unwrap()).unwrap().replace(" 15 ", " 16 ");
    let heard = wire.send_up(line.as_bytes());
    let [Event::Malformed(bad)] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(bad.error().expected(), "a flag number from 0 to 15");
    wire.client.sent_malformed(bad).unwrap();
    wire.say(&[reply(ReplyCode::Syntax, "flag number 16 out of range")]);

    wire.ask(&Command::ListSubscriptions);
    wire.say(&[reply(ReplyCode::SubscriptionList, "subscription list follows:")]);
    wire.ask(&Command::SendMessage);
    wire.say(&[ReplyCode::EnterMessage.into()]);
    let mut output = BytesMut::new();
    wire.client.encode_data(b"To: x\r\n\r\n.y\r\n", &mut output).unwrap();
    wire.client.encode_end(&mut output).unwrap();
    let heard = wire.send_up(&output);
    let message: Vec<u8> = heard
        .iter()
        .filter_map(|event| match event {
            Event::Data(octets) => Some(octets.to_vec()),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!((&message[..], heard.last()), (&b"To: x\r\n\r\n.y\r\n"[..], Some(&Event::End)));
    wire.say(&[ok()]);
    wire.ask(&Command::Logout);
    wire.say(&[ok()]);
    assert_eq!((wire.client.state(), wire.server.state()), (State::Closed, State::Closed));

    assert_eq!(
        wire.down,
        "200 Pcmail repository version 3.0.0 ready\r\n\
         200 Command OK\r\n\
         221 Client out of date by > 1 week\r\n\
         250 descriptor list follows:\r\n\
         expunged\r\n2101\r\n\
         descriptor\r\n2107 1100011100000010 1400 30\r\n\r\n\r\n\r\n..leading dot subject\r\n\
         .\r\n\
         500 flag number 16 out of range\r\n\
         240 subscription list follows:\r\n.\r\n\
         350 enter message; end with \".\"\r\n\
         200 Command OK\r\n\
         200 Command OK\r\n"
    );
    assert_eq!(
        wire.up,
        "SEND-VERSION 300\r\n\
         LOGIN fred pw office-client 0 0\r\n\
         FETCH-CHANGED-DESCRIPTORS Fred 10\r\n\
         SET-MESSAGE-FLAG fred 2107 16 1\r\n\
         LIST-SUBSCRIPTIONS\r\n\
         SEND-MESSAGE\r\nTo: x\r\n\r\n..y\r\n.\r\n\
         LOGOUT\r\n"
    );
}
