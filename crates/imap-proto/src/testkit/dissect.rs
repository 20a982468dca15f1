//! Both codecs on a session that others held: what a dissector, a proxy and the tests over recordings do.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::dissect::{self, Again, Stream};
use mail_wire::testkit::transcript::{Piece, Side, Transcript, Verdict};

use crate::{
    Authenticate, ClientCodec, ClientSession, Command, CommandBody, Condition, Continuation, Deviations,
    Dialect, Error, Event, Item, LiteralMode, Options, Response, ResponseCode, SaslResponse, ServerCodec,
    ServerSession, State, StatusResponse, Tag,
};

/// One event of the session.
pub type Unit = dissect::Unit<Event<'static>, Command>;

/// Feeds each side's octets to the other side's codec and tells each what the other said.
#[derive(Debug)]
pub struct Dissector {
    client: ClientCodec,
    server: ServerCodec,
    /// Of the client and of the server.
    streams: [Stream; 2],
    /// Commands without their tagged responses, each with the places in `units` that are in question.
    asked: BTreeMap<Tag, (Option<Command>, Vec<usize>)>,
    /// Places of lines without a tag that nobody understood.
    untagged: Vec<usize>,
    pub client_session: ClientSession,
    pub server_session: ServerSession,
    /// Places of commands that `server_session` refused.
    pub refused: Vec<usize>,
    pub units: Vec<Unit>,
    pub fatal: Option<(Side, Error)>,
}

impl Default for Dissector {
    fn default() -> Self {
        Self::new()
    }
}

impl Dissector {
    /// A session in front of its greeting.
    pub fn new() -> Self {
        Self {
            client: ClientCodec::new(),
            server: ServerCodec::new(),
            streams: Default::default(),
            asked: BTreeMap::new(),
            untagged: Vec::new(),
            client_session: ClientSession::new(),
            server_session: ServerSession::new(),
            refused: Vec::new(),
            units: Vec::new(),
            fatal: None,
        }
    }

    /// The whole session, every piece of it cut into pieces of at most `size` octets.
    pub fn run(transcript: &Transcript, size: usize) -> Self {
        let mut dissector = Self::new();
        for piece in &transcript.pieces {
            match piece {
                Piece::Octets(side, octets) => {
                    octets.chunks(size).for_each(|chunk| dissector.feed(*side, chunk));
                }
                Piece::Closed(side) => dissector.close(*side),
            }
        }
        dissector
    }

    /// Octets that one side sent.
    pub fn feed(&mut self, side: Side, octets: &[u8]) {
        self.streams[side as usize].push(octets);
        while self.fatal.is_none() && self.step(side) {
            // A codec that was paused may go on now.
            let other = if side == Side::Client { Side::Server } else { Side::Client };
            while self.fatal.is_none() && self.step(other) {}
        }
    }

    /// One side closed. Hanging up is an answer to what nobody understood.
    pub fn close(&mut self, side: Side) {
        if side == Side::Server {
            let asked = core::mem::take(&mut self.asked);
            for place in asked.into_values().flat_map(|(_, places)| places) {
                self.units[place].verdict = Verdict::Rejected;
            }
            for place in core::mem::take(&mut self.untagged) {
                self.units[place].verdict = Verdict::Rejected;
            }
        }
    }

    /// Where the client's codec sees the session.
    pub fn state(&self) -> State {
        self.client.state()
    }

    /// Octets of one side that no codec took: behind a command whose response never came, or of another layer.
    pub fn untaken(&self, side: Side) -> &[u8] {
        self.streams[side as usize].untaken()
    }

    /// Decodes one event of `side`; `false` if there is none.
    fn step(&mut self, side: Side) -> bool {
        let stream = &mut self.streams[side as usize];
        let decoded = match side {
            Side::Client => stream.decode(&mut self.server),
            Side::Server => stream.decode(&mut self.client),
        };
        match decoded {
            Ok(None) => false,
            Ok(Some((event, deviations))) => {
                self.seen(side, event, deviations);
                true
            }
            Err(error) => {
                self.fatal = Some((side, error));
                false
            }
        }
    }

    fn seen(&mut self, side: Side, mut event: Event<'static>, deviations: Deviations) {
        if self.units.last_mut().is_some_and(|last| last.join(side, &mut event)) {
            return;
        }
        let offset = self.streams[side as usize].start() as u64;
        let verdict = if is_other(&event) { Verdict::Other } else { Verdict::Understood };
        let place = self.units.len();
        let to = match &event {
            Event::Response(Response::Status(status)) => {
                status.tag().and_then(|tag| self.asked.get(tag)).and_then(|(command, _)| command.clone())
            }
            _ => None,
        };
        self.units.push(Unit { side, offset, event, deviations, verdict, to, round_trip: None });
        if let Err(error) = self.note(place) {
            self.fatal = Some((side, error));
        }
        let unit = &self.units[place];
        let again = match again(&unit.event) {
            // What had to be forgiven may be what can't be sent.
            Err(_) if !unit.deviations.is_strict() => Ok(None),
            again => again,
        };
        // Strings may be written in several ways, so it is the values that count.
        let raw = again.as_ref().ok().and_then(Option::as_ref).map(|(octets, _)| octets.clone());
        self.units[place].round_trip = unit.difference(&raw.unwrap_or_default(), again);
        if !matches!(self.units[place].event, Event::Data(_)) {
            self.streams[side as usize].end_unit();
        }
    }

    /// Tells the other codec, and keeps the books of who was answered what.
    fn note(&mut self, place: usize) -> Result<(), Error> {
        let unit = self.units[place].clone();
        self.follow(place, &unit.event);
        match (unit.side, &unit.event) {
            (Side::Client, Event::Command(command)) => {
                let places = if unit.verdict == Verdict::Other { Vec::from([place]) } else { Vec::new() };
                self.asked.insert(command.tag().clone(), (Some(command.clone()), places));
                self.client.sent(command)
            }
            (Side::Client, Event::Malformed(bad)) => {
                self.units[place].verdict = Verdict::Malformed;
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
                    self.answered(status);
                }
                self.server.sent(response)
            }
            (Side::Server, Event::Malformed(_)) => {
                let refused = self.is_part_of_a_refusal(place) || self.echoes_a_broken_tag(place);
                self.units[place].verdict = if refused { Verdict::Rejected } else { Verdict::Malformed };
                Ok(())
            }
            _ => Ok(()),
        }
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

    /// Whether the line at `place` goes on with what a server says of a command that it could not serve: some print what
    /// went wrong inside them, line by line.
    fn is_part_of_a_refusal(&self, place: usize) -> bool {
        let before = self.units[..place].iter().rev().find(|unit| unit.side == Side::Server);
        before.is_some_and(|unit| match &unit.event {
            Event::Response(Response::Status(status)) => {
                status.condition() != Condition::Ok && unit.deviations.contains(crate::Deviation::BareLf)
            }
            _ => unit.verdict == Verdict::Rejected,
        })
    }

    /// Whether the line at `place` begins like one of the client's that has no legal tag.
    fn echoes_a_broken_tag(&mut self, place: usize) -> bool {
        let first = |unit: &Unit| match &unit.event {
            Event::Malformed(bad) => bad.raw().split(|octet| *octet == b' ').next().map(<[u8]>::to_vec),
            _ => None,
        };
        let echo = first(&self.units[place]);
        let is_asked =
            |unit: &Unit| unit.side == Side::Client && first(unit).is_some() && first(unit) == echo;
        let Some(asked) = self.units[..place].iter().position(is_asked) else { return false };
        self.units[asked].verdict = Verdict::Rejected;
        true
    }

    fn answered(&mut self, status: &StatusResponse) {
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
        if !is_ok {
            for place in places {
                self.units[place].verdict = Verdict::Rejected;
            }
        }
    }
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

/// Whether it was understood only as an `Other`.
fn is_other(event: &Event<'_>) -> bool {
    let is_other_code = |code: Option<&ResponseCode>| matches!(code, Some(ResponseCode::Other(_)));
    match event {
        Event::Command(command) => matches!(command.body(), CommandBody::Other(_)),
        Event::Greeting(status) | Event::Response(Response::Status(status)) => is_other_code(status.code()),
        Event::Response(Response::Fetch(fetch)) => {
            fetch.items().any(|item| matches!(item, Item::Other { .. } | Item::Invalid { .. }))
        }
        Event::Response(Response::Other(_)) => true,
        _ => false,
    }
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
