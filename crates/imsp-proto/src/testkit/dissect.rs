//! Both codecs on a session that others held: what a dissector, a proxy and the tests over recordings do.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::dissect::{self, Again, Protocol, reject};
use mail_wire::testkit::transcript::{Side, Verdict};

use crate::{
    Authenticate, ClientCodec, Code, Command, CommandBody, Condition, Continuation, Error, Event, Leniency,
    LiteralMode, NonSynchronizing, Options, OutputState, Response, SaslResponse, ServerCodec, State,
    StatusResponse, Tag,
};

/// One event of the session.
pub type Unit = dissect::Unit<Event<'static>, Command>;

/// The codecs of IMSP.
#[derive(Debug, Default)]
pub struct Imsp {
    client: ClientCodec,
    server: ServerCodec,
    /// Commands without their tagged responses, each with the places of units that are in question.
    asked: BTreeMap<Tag, (Option<Command>, Vec<usize>)>,
    /// Places of lines without a tag that nobody understood.
    untagged: Vec<usize>,
}

/// A session of IMSP.
pub type Dissector = dissect::Dissector<Imsp>;

impl Protocol for Imsp {
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
        match event {
            Event::Command(command) => matches!(command.body(), CommandBody::Other(_)),
            Event::Greeting(status) | Event::Response(Response::Status(status)) => {
                matches!(status.code(), Some(Code::Other(_)))
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

    fn round_trip(&self, units: &[Unit], raw: &[u8]) -> Option<String> {
        let unit = units.last()?;
        let again = match again(&unit.event) {
            // What had to be forgiven may be what can't be sent.
            Err(_) if !unit.deviations.is_strict() => Ok(None),
            again => again,
        };
        // A client may write strings in several ways, so it is their values that count. The server writes as we do.
        let raw = match &again {
            Ok(Some((octets, _))) if unit.side == Side::Client => octets.clone(),
            _ => raw.to_vec(),
        };
        unit.difference(&raw, again)
    }

    fn unanswered(&mut self) -> Vec<usize> {
        let asked = core::mem::take(&mut self.asked);
        let places = asked.into_values().flat_map(|(_, places)| places);
        places.chain(core::mem::take(&mut self.untagged)).collect()
    }

    fn note(&mut self, units: &mut [Unit], place: usize) -> Result<(), Error> {
        let unit = units[place].clone();
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
            (Side::Server, Event::Greeting(greeting)) => self.server.sent(&greeting.clone().into()),
            (Side::Server, Event::Response(response)) => {
                if let Response::Status(status) = response {
                    let places = self.answered(status);
                    reject(units, &places);
                }
                self.server.sent(response)
            }
            (Side::Server, Event::Malformed(_)) => {
                units[place].verdict = Verdict::Malformed;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Imsp {
    /// Where the client's codec sees the session.
    pub fn state(&self) -> State {
        self.client.state()
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

const GREETING: &[u8] = b"* OK ready\r\n";

/// The wire form of an event, and what it decodes to.
fn again(event: &Event<'static>) -> Result<Option<Again<Event<'static>>>, Error> {
    match event {
        Event::Command(command) => again_command(command).map(Some),
        Event::Answer(answer) => {
            let line = answer.encode().expose().to_vec();
            let back = SaslResponse::decode(&line, Leniency::Strict)?.0;
            Ok(Some((line, Some(Event::Answer(back)))))
        }
        Event::Greeting(greeting) => again_response(&greeting.clone().into(), &[]).map(Some),
        Event::Response(response) => {
            let (octets, back) = again_response(response, GREETING)?;
            Ok(Some((octets.get(GREETING.len()..).unwrap_or_default().to_vec(), back)))
        }
        _ => Ok(None),
    }
}

fn again_command(command: &Command) -> Result<Again<Event<'static>>, Error> {
    let options = Options::client().with_literals(NonSynchronizing::Plus);
    let (mut client, mut server) = (ClientCodec::with_options(options), ServerCodec::new());
    let mut output = BytesMut::new();
    client.encode(command, &mut output)?;
    while let OutputState::Payload { octets: Some(octets) } = client.output_state() {
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
    let (mut client, mut server) = (ClientCodec::new(), ServerCodec::new());
    let mut output = BytesMut::from(greeting);
    match response {
        // Of a literal: what a server writes by itself is its own.
        Response::Continuation(Continuation::Text(_)) => {
            output.extend_from_slice(&response.to_bytes()?);
        }
        Response::Continuation(_) => {
            let command = CommandBody::Authenticate(Authenticate::new("X")?).tag("a")?;
            client.sent(&command)?;
            server.decode(&mut &command.to_bytes()?[..])?;
            server.encode(response, &mut output)?;
        }
        _ => server.encode(response, &mut output)?,
    }
    while let OutputState::Payload { octets: Some(octets) } = server.output_state() {
        server.encode_data(&Vec::from([b'x']).repeat(octets as usize), &mut output)?;
        server.encode_end(&mut output)?;
    }
    let (mut input, mut back) = (&output[..], None);
    while let Some(event) = client.decode(&mut input)? {
        back = Some(event.into_owned());
    }
    Ok((output.to_vec(), back))
}

/// The name by which a unit that is not understood is counted.
pub fn other_name(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Command(command) => Some(command.body().name().into()),
        Event::Greeting(status) | Event::Response(Response::Status(status)) => {
            status.code().map(|code| code.name().into())
        }
        Event::Response(response) => Some(response.name().into()),
        _ => None,
    }
}
