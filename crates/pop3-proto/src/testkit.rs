//! The codecs as the shared test kit drives them, and the checks that tests and fuzz targets share.
#![allow(missing_docs, clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::missing_errors_doc)]
#![allow(clippy::exhaustive_structs, clippy::missing_panics_doc)]

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::Subject;

use crate::{ClientCodec, Command, Error, Event, Greeting, Reply, Response, ServerCodec, Verb, Xtnd};

/// A client that was told of these commands.
#[derive(Clone, Debug)]
pub struct Client(pub ClientCodec);

impl Client {
    pub fn after(commands: &[Command]) -> Self {
        Self::with(ClientCodec::new(), commands)
    }

    pub fn with(mut codec: ClientCodec, commands: &[Command]) -> Self {
        for command in commands {
            codec.sent(command).unwrap();
        }
        Self(codec)
    }
}

impl Subject for Client {
    type Event = Event<'static>;

    fn decode(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, Error> {
        let event = self.0.decode(input)?.map(Event::into_owned);
        if let Some(Event::Upgrade) = event {
            self.0.upgraded(&[])?;
        }
        Ok(event)
    }

    fn finish(&mut self) -> Result<Option<Self::Event>, Error> {
        self.0.finish()
    }

    fn paused(&self) -> bool {
        self.0.paused()
    }

    fn join(last: &mut Self::Event, next: &Self::Event) -> bool {
        join(last, next)
    }
}

/// A server that answers every command at once: with what the command wants, or, each third time, with an error.
#[derive(Clone, Debug)]
pub struct Server {
    pub codec: ServerCodec,
    pub output: BytesMut,
    answers: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self::with(ServerCodec::new())
    }
}

impl Server {
    pub fn with(mut codec: ServerCodec) -> Self {
        let mut output = BytesMut::new();
        codec.encode(&Greeting::new("ready").unwrap().into(), &mut output).unwrap();
        Self { codec, output, answers: 0 }
    }

    fn answer(&mut self, event: &Event<'static>) {
        let Self { codec, output, answers } = self;
        output.clear();
        let command = match event {
            Event::Command(command) => command,
            Event::Malformed(bad) => return codec.encode(&Reply::from(bad).into(), output).unwrap(),
            Event::End => return codec.encode(&Reply::ok("sent").unwrap().into(), output).unwrap(),
            Event::Data(_) | Event::Upgrade => return,
            other => panic!("{other:?} from a client"),
        };
        *answers = answers.wrapping_add(1);
        if answers.is_multiple_of(3) {
            return codec.encode(&Reply::err("no").unwrap().into(), output).unwrap();
        }
        let response = match command {
            Command::Auth(_) => crate::Challenge::new("go on").into(),
            _ => positive(command),
        };
        codec.encode(&response, output).unwrap();
        if codec.output_state() != crate::OutputState::Ready {
            codec.encode_end(output).unwrap();
        }
    }
}

/// A plain positive reply to `command`.
fn positive(command: &Command) -> Response {
    let number = crate::MessageNumber::new(1).unwrap();
    let text = || crate::Word::new("x").unwrap();
    let reply = match command {
        Command::Stat => Reply::drop_listing(crate::DropListing::new(0, 0)),
        Command::List(Some(_)) => Reply::scan_listing(crate::ScanListing::new(number, 0)),
        Command::Uidl(Some(_)) => Reply::unique_id(crate::UniqueId::new(number, "x").unwrap()),
        Command::Euidl(Some(_)) => {
            Reply::extended_unique_id(crate::ExtendedUniqueId::new(number, text(), 0, None))
        }
        Command::Last => Reply::last(0),
        Command::Lang(Some(_)) => Reply::language(text()),
        Command::Retr(_) | Command::Top(..) => Reply::message("").unwrap(),
        Command::List(None)
        | Command::Uidl(None)
        | Command::Euidl(None)
        | Command::Lang(None)
        | Command::AuthList
        | Command::Capa => Reply::listing("").unwrap(),
        Command::Xtnd(Xtnd::Scan(..) | Xtnd::Xmit) => Reply::ok("").unwrap(),
        Command::Xtnd(_) => Reply::listing("").unwrap(),
        _ => Reply::ok("").unwrap(),
    };
    reply.into()
}

impl Subject for Server {
    type Event = Event<'static>;

    fn decode(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, Error> {
        let event = self.codec.decode(input)?.map(Event::into_owned);
        if let Some(event) = &event {
            self.answer(event);
            if *event == Event::Upgrade {
                self.codec.upgraded(&[])?;
            }
        }
        Ok(event)
    }

    fn finish(&mut self) -> Result<Option<Self::Event>, Error> {
        self.codec.finish()
    }

    fn paused(&self) -> bool {
        self.codec.paused()
    }

    fn join(last: &mut Self::Event, next: &Self::Event) -> bool {
        join(last, next)
    }
}

fn join(last: &mut Event<'static>, next: &Event<'static>) -> bool {
    match (last, next) {
        (Event::Data(last), Event::Data(next)) => {
            last.to_mut().extend_from_slice(next);
            true
        }
        _ => false,
    }
}

/// `decode(encode(x)) == x` for a conversation that `octets` choose: commands, then replies to each, with
/// listings and messages. For fuzzers and property tests.
#[cfg(feature = "arbitrary")]
pub fn round_trip(octets: &[u8]) -> Result<(), ::arbitrary::Error> {
    let mut u = ::arbitrary::Unstructured::new(octets);
    let (mut client, mut server) = (ClientCodec::new(), ServerCodec::new());
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let greeting: Greeting = u.arbitrary()?;
    server.encode(&greeting.clone().into(), &mut to_client).unwrap();
    let mut heard = hear(&mut client, &mut to_client);
    assert_eq!(heard, [Event::Greeting(greeting)]);
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
        assert_eq!(listen(&mut server, &mut to_server), [Event::Command(command.clone())]);
        assert!(server.deviations().is_empty(), "{command:?}: {:?}", server.deviations());
        if let Command::Auth(_) = command {
            while u.ratio(1, 2)? {
                let challenge: crate::Challenge = u.arbitrary()?;
                server.encode(&challenge.clone().into(), &mut to_client).unwrap();
                assert_eq!(hear(&mut client, &mut to_client), [Event::Challenge(challenge)]);
                let answer = Command::Continue(u.arbitrary()?);
                client.encode(&answer, &mut to_server).unwrap();
                assert_eq!(listen(&mut server, &mut to_server), [Event::Command(answer)]);
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
            while u.ratio(2, 3)? {
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
            let normal = normalized(message);
            if !normal.is_empty() {
                said.push(Event::Data(Cow::Owned(normal)));
            }
            said.push(Event::End);
        }
        if command.verb() == Verb::Stls && reply.is_ok() {
            said.push(Event::Upgrade);
            assert_eq!(listen(&mut server, &mut to_server), [Event::Upgrade]);
            server.upgraded(&[]).unwrap();
        }
        heard = hear(&mut client, &mut to_client);
        assert_eq!(heard, said);
        assert!(client.deviations().is_empty(), "{said:?}: {:?}", client.deviations());
        if command.verb() == Verb::Stls && reply.is_ok() {
            client.upgraded(&[]).unwrap();
        }
        if command == Command::Xtnd(Xtnd::Xmit) && reply.is_ok() {
            let message = u.arbitrary::<&[u8]>()?;
            client.encode_data(message, &mut to_server).unwrap();
            client.encode_end(&mut to_server).unwrap();
            let mut said = Vec::new();
            let normal = normalized(message);
            if !normal.is_empty() {
                said.push(Event::Data(Cow::Owned(normal)));
            }
            said.push(Event::End);
            assert_eq!(listen(&mut server, &mut to_server), said);
            let reply = Reply::ok("sent").unwrap();
            server.encode(&reply.clone().into(), &mut to_client).unwrap();
            assert_eq!(hear(&mut client, &mut to_client), [Event::Reply(reply)]);
        }
        assert_eq!(client.state(), server.state());
        assert_eq!((client.outstanding(), server.outstanding()), (0, 0));
    }
    Ok(())
}

#[cfg(feature = "arbitrary")]
fn hear(client: &mut ClientCodec, octets: &mut BytesMut) -> Vec<Event<'static>> {
    let octets = octets.split();
    let mut input = &octets[..];
    let mut events = Vec::new();
    while let Some(event) = client.decode(&mut input).unwrap() {
        push(&mut events, event.into_owned());
    }
    assert!(input.is_empty());
    events
}

#[cfg(feature = "arbitrary")]
fn listen(server: &mut ServerCodec, octets: &mut BytesMut) -> Vec<Event<'static>> {
    let octets = octets.split();
    let mut input = &octets[..];
    let mut events = Vec::new();
    while let Some(event) = server.decode(&mut input).unwrap() {
        push(&mut events, event.into_owned());
    }
    assert!(input.is_empty());
    events
}

#[cfg(feature = "arbitrary")]
fn push(events: &mut Vec<Event<'static>>, event: Event<'static>) {
    if !events.last_mut().is_some_and(|last| join(last, &event)) {
        events.push(event);
    }
}

/// A message as it arrives: every LF with its CR, and a line end at its end.
pub fn normalized(message: &[u8]) -> Vec<u8> {
    let mut normal = Vec::new();
    for octet in message {
        if *octet == b'\n' && normal.last() != Some(&b'\r') {
            normal.push(b'\r');
        }
        normal.push(*octet);
    }
    if !normal.is_empty() && !normal.ends_with(b"\r\n") {
        normal.extend_from_slice(b"\r\n");
    }
    normal
}
