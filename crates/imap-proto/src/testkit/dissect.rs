//! Both codecs on a session that others held: what a dissector, a proxy and the tests over recordings do.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::dissect::{self, Again, Protocol, reject};
use mail_wire::testkit::transcript::{Side, Verdict};

use crate::{
    Authenticate, ClientCodec, ClientSession, Command, CommandBody, Condition, Continuation, Dialect, Error,
    Event, Item, LiteralMode, Options, Response, ResponseCode, SaslResponse, ServerCodec, ServerSession,
    State, StatusResponse, Tag,
};

/// One event of the session.
pub type Unit = dissect::Unit<Event<'static>, Command>;

/// The codecs of IMAP, and what else follows a session.
#[derive(Debug, Default)]
pub struct Imap {
    client: ClientCodec,
    server: ServerCodec,
    /// Commands without their tagged responses, each with the places of units that are in question.
    asked: BTreeMap<Tag, (Option<Command>, Vec<usize>)>,
    /// Places of lines without a tag that nobody understood.
    untagged: Vec<usize>,
    pub client_session: ClientSession,
    pub server_session: ServerSession,
    /// Places of commands that `server_session` refused.
    pub refused: Vec<usize>,
}

/// A session of IMAP.
pub type Dissector = dissect::Dissector<Imap>;

impl Protocol for Imap {
    type Event = Event<'static>;
    type Command = Command;
    type Client = ClientCodec;
    type Server = ServerCodec;

    fn client(&mut self) -> &mut ClientCodec {
        &mut self.client
    }

    fn server(&mut self) -> &mut ServerCodec {
        &mut self.server
    }

    fn is_other(event: &Event<'static>) -> bool {
        let is_other_code = |code: Option<&ResponseCode>| matches!(code, Some(ResponseCode::Other(_)));
        match event {
            Event::Command(command) => matches!(command.body(), CommandBody::Other(_)),
            Event::Greeting(status) | Event::Response(Response::Status(status)) => {
                is_other_code(status.code())
            }
            Event::Response(Response::Fetch(fetch)) => {
                fetch.items().any(|item| matches!(item, Item::Other { .. } | Item::Invalid { .. }))
            }
            Event::Response(Response::Other(_)) => true,
            _ => false,
        }
    }

    fn answers(&self, _side: Side, event: &Event<'static>) -> Option<Command> {
        match event {
            Event::Response(Response::Status(status)) => self.asked.get(status.tag()?)?.0.clone(),
            _ => None,
        }
    }

    fn round_trip(&self, units: &[Unit], _raw: &[u8]) -> Option<String> {
        let unit = units.last()?;
        let again = match again(&unit.event) {
            // What had to be forgiven may be what can't be sent.
            Err(_) if !unit.deviations.is_strict() => Ok(None),
            again => again,
        };
        // Strings may be written in several ways, so it is the values that count.
        let raw = again.as_ref().ok().and_then(Option::as_ref).map(|(octets, _)| octets.clone());
        unit.difference(&raw.unwrap_or_default(), again)
    }

    fn unanswered(&mut self) -> Vec<usize> {
        let asked = core::mem::take(&mut self.asked);
        let places = asked.into_values().flat_map(|(_, places)| places);
        places.chain(core::mem::take(&mut self.untagged)).collect()
    }

    fn note(&mut self, units: &mut [Unit], place: usize) -> Result<(), Error> {
        let unit = units[place].clone();
        self.follow(place, &unit.event);
        match (unit.side, &unit.event) {
            (Side::Client, Event::Command(command)) => {
                let places = if unit.verdict == Verdict::Other { Vec::from([place]) } else { Vec::new() };
                self.asked.insert(command.tag().clone(), (Some(command.clone()), places));
                self.client.sent(command)
            }
            (Side::Client, Event::Malformed(bad)) => {
                units[place].verdict = Verdict::Malformed;
                match bad.tag() {
                    Some(tag) => self.asked.entry(tag.clone()).or_default().1.push(place),
                    None => self.untagged.push(place),
                }
                Ok(())
            }
            (Side::Client, Event::LiteralStart(literal)) if literal.mode() != LiteralMode::Synchronizing => {
                self.server.accept(&mut BytesMut::new())
            }
            (Side::Client, Event::Done) => {
                self.client.sent_done();
                Ok(())
            }
            (Side::Server, Event::Greeting(greeting)) => self.server.sent(&greeting.clone().into()),
            (Side::Server, Event::Response(response)) => {
                if let Response::Status(status) = response {
                    let places = self.answered(status);
                    reject(units, &places);
                }
                self.server.sent(response)
            }
            (Side::Server, Event::Malformed(_)) => {
                let refused = is_part_of_a_refusal(units, place) || echoes_a_broken_tag(units, place);
                units[place].verdict = if refused { Verdict::Rejected } else { Verdict::Malformed };
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Imap {
    /// Where the client's codec sees the session.
    pub fn state(&self) -> State {
        self.client.state()
    }

    /// Tells both sessions.
    fn follow(&mut self, place: usize, event: &Event<'static>) {
        match event {
            Event::Command(command) => {
                // A tag that is in use is the client's matter.
                let _ = self.client_session.sent(command);
                if self.server_session.received(command).is_err() {
                    self.refused.push(place);
                }
            }
            Event::Greeting(greeting) => self.server_session.sent(&greeting.clone().into()),
            Event::Response(response) => self.server_session.sent(response),
            _ => {}
        }
        self.client_session.received(event);
    }

    /// The places of what is refused with this.
    fn answered(&mut self, status: &StatusResponse) -> Vec<usize> {
        let is_ok = status.condition() == Condition::Ok;
        let places = match status.tag() {
            Some(tag) => self.asked.remove(tag).map(|(_, places)| places).unwrap_or_default(),
            // A server may say BAD without a tag to whatever it did not understand.
            None if matches!(status.condition(), Condition::Bad | Condition::Bye) => {
                let questioned = self.asked.values_mut().flat_map(|(_, places)| core::mem::take(places));
                questioned.chain(core::mem::take(&mut self.untagged)).collect()
            }
            None => Vec::new(),
        };
        if is_ok { Vec::new() } else { places }
    }
}

/// Whether the line at `place` goes on with what a server says of a command that it could not serve: some print what
/// went wrong inside them, line by line.
fn is_part_of_a_refusal(units: &[Unit], place: usize) -> bool {
    let before = units[..place].iter().rev().find(|unit| unit.side == Side::Server);
    before.is_some_and(|unit| match &unit.event {
        Event::Response(Response::Status(status)) => {
            status.condition() != Condition::Ok && unit.deviations.contains(crate::Deviation::BareLf)
        }
        _ => unit.verdict == Verdict::Rejected,
    })
}

/// Whether the line at `place` begins like one of the client's that has no legal tag.
fn echoes_a_broken_tag(units: &mut [Unit], place: usize) -> bool {
    let first = |unit: &Unit| match &unit.event {
        Event::Malformed(bad) => bad.raw().split(|octet| *octet == b' ').next().map(<[u8]>::to_vec),
        _ => None,
    };
    let echo = first(&units[place]);
    let is_asked = |unit: &Unit| unit.side == Side::Client && first(unit).is_some() && first(unit) == echo;
    let Some(asked) = units[..place].iter().position(is_asked) else { return false };
    units[asked].verdict = Verdict::Rejected;
    true
}

/// The wire form of an event, and what it decodes to.
fn again(event: &Event<'static>) -> Result<Option<Again<Event<'static>>>, Error> {
    match event {
        Event::Command(command) => again_command(command).map(Some),
        Event::Answer(answer) => {
            let line = answer.encode().expose().to_vec();
            let back = SaslResponse::decode(&line, crate::Leniency::Strict)?.0;
            Ok(Some((line, Some(Event::Answer(back)))))
        }
        Event::Greeting(greeting) => again_response(&greeting.clone().into(), &[]).map(Some),
        Event::Response(response) => again_response(response, b"* OK ready\r\n").map(Some),
        _ => Ok(None),
    }
}

fn again_command(command: &Command) -> Result<Again<Event<'static>>, Error> {
    let options =
        Options::client().with_dialect(Dialect::Imap4rev1Utf8).with_literals(crate::NonSynchronizing::Plus);
    let mut client = ClientCodec::with_options(options);
    let mut server = ServerCodec::new();
    let mut output = BytesMut::new();
    client.encode(command, &mut output)?;
    while let crate::OutputState::Payload { octets: Some(octets) } = client.output_state() {
        client.encode_data(&Vec::from([b'x']).repeat(octets as usize), &mut output)?;
        client.encode_end(&mut output)?;
    }
    let (mut input, mut back) = (&output[..], None);
    while let Some(event) = server.decode(&mut input)? {
        if let Event::LiteralStart(_) = event {
            server.accept(&mut BytesMut::new())?;
        }
        back = Some(event.into_owned());
    }
    Ok((output.to_vec(), back))
}

fn again_response(response: &Response, greeting: &[u8]) -> Result<Again<Event<'static>>, Error> {
    let options = Options::server().with_dialect(Dialect::Imap4rev1Utf8);
    let mut server = ServerCodec::with_options(options);
    let mut client = ClientCodec::new();
    let mut output = BytesMut::from(greeting);
    if let Response::Continuation(continuation) = response {
        let body = match continuation {
            Continuation::Challenge(_) => CommandBody::Authenticate(Authenticate::new("X")?),
            _ => CommandBody::Idle,
        };
        let command = body.tag("a")?;
        client.sent(&command)?;
        let line = command.to_bytes(Dialect::Imap4rev1Utf8)?;
        server.decode(&mut &line[..])?;
    }
    server.encode(response, &mut output)?;
    while let crate::OutputState::Payload { octets: Some(octets) } = server.output_state() {
        server.encode_data(&Vec::from([b'x']).repeat(octets as usize), &mut output)?;
        server.encode_end(&mut output)?;
    }
    let (mut input, mut back) = (&output[..], None);
    while let Some(event) = client.decode(&mut input)? {
        if !matches!(event, Event::Upgrade) {
            back = Some(event.into_owned());
        }
    }
    Ok((output.to_vec(), back))
}

/// The name by which a unit that is not understood is counted.
pub fn other_name(event: &Event<'_>) -> Option<String> {
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    match event {
        Event::Command(command) => match command.body() {
            CommandBody::Other(other) => Some(text(other.name().as_bytes())),
            _ => None,
        },
        Event::Greeting(status) | Event::Response(Response::Status(status)) => {
            status.code().map(|code| text(code.name()))
        }
        Event::Response(Response::Fetch(fetch)) => fetch.items().find_map(|item| match item {
            Item::Other { name, .. } | Item::Invalid { name, .. } => Some(text(name)),
            _ => None,
        }),
        Event::Response(Response::Other(other)) => Some(text(other.name().as_bytes())),
        _ => None,
    }
}
