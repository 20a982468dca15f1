//! Both codecs on a session that others held: what a dissector, a proxy and the tests over recordings do.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::testkit::dissect::{self, Again, Stream};
use mail_wire::testkit::transcript::{Piece, Side, Transcript, Verdict};

use crate::{
    ClientCodec, Command, Deviations, Dialect, Due, Error, Event, Options, Reply, Response, ServerCodec,
};

/// One event of the session.
pub type Unit = dissect::Unit<Event<'static>, Command>;

/// Feeds each side's octets to the other side's codec and tells each what the other said.
#[derive(Debug)]
pub struct Dissector {
    options: Options,
    client: ClientCodec,
    server: ServerCodec,
    /// Of the client and of the server.
    streams: [Stream; 2],
    /// Commands without their answers, with the place of each that is in question in `units`.
    asked: VecDeque<(Command, Option<usize>)>,
    pub units: Vec<Unit>,
    pub fatal: Option<(Side, Error)>,
}

impl Dissector {
    pub fn new(options: Options) -> Self {
        Self {
            options,
            client: ClientCodec::with_options(options),
            server: ServerCodec::with_options(options),
            streams: Default::default(),
            asked: VecDeque::new(),
            units: Vec::new(),
            fatal: None,
        }
    }

    /// The whole session, every piece of it cut into pieces of at most `size` octets.
    pub fn run(transcript: &Transcript, options: Options, size: usize) -> Self {
        let mut dissector = Self::new(options);
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
        while self.fatal.is_none() && self.step(side) {}
    }

    /// One side closed. Hanging up is an answer to what nobody understood.
    pub fn close(&mut self, side: Side) {
        if side == Side::Server {
            for place in core::mem::take(&mut self.asked).into_iter().filter_map(|(_, place)| place) {
                self.units[place].verdict = Verdict::Rejected;
            }
        }
    }

    /// Octets of one side that no codec took.
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
        let is_other = matches!(event, Event::Command(Command::Other(_)));
        let to = match side {
            Side::Client => None,
            Side::Server => self.asked.front().map(|(command, _)| command.clone()),
        };
        let place = self.units.len();
        let verdict = if is_other { Verdict::Other } else { Verdict::Understood };
        self.units.push(Unit { side, offset, event, deviations, verdict, to, round_trip: None });
        self.note(place);
        self.units[place].round_trip = self.round_trip(place);
        if !matches!(self.units[place].event, Event::Data(_)) {
            self.streams[side as usize].end_unit();
        }
    }

    /// Tells the other codec, and keeps the books of who was answered what.
    fn note(&mut self, place: usize) {
        let unit = self.units[place].clone();
        let told = match (unit.side, &unit.event) {
            (Side::Client, Event::Command(command)) => {
                self.asked.push_back((command.clone(), (unit.verdict == Verdict::Other).then_some(place)));
                self.client.sent(command)
            }
            (Side::Client, Event::Malformed(bad)) => {
                self.units[place].verdict = Verdict::Malformed;
                self.asked.push_back((Command::Quit, Some(place)));
                self.client.sent_malformed(bad)
            }
            (Side::Server, Event::Greeting(greeting)) => {
                self.server.sent(&Response::Greeting(greeting.clone()))
            }
            (Side::Server, Event::Reply(reply)) => {
                self.answered(reply);
                self.server.sent(&Response::Reply(reply.clone()))
            }
            (Side::Server, Event::End) => {
                self.asked.pop_front();
                self.server.sent(&Response::Data)
            }
            (Side::Server, Event::Malformed(bad)) => {
                self.units[place].verdict = Verdict::Malformed;
                self.asked.pop_front();
                self.server.sent_malformed(bad)
            }
            _ => Ok(()),
        };
        if let Err(error) = told {
            self.fatal = Some((unit.side, error));
        }
    }

    fn answered(&mut self, reply: &Reply) {
        if let Some((_, Some(place))) = self.asked.pop_front()
            && !reply.is_ok()
        {
            self.units[place].verdict = Verdict::Rejected;
        }
    }

    /// Encodes the unit again and decodes that.
    fn round_trip(&self, place: usize) -> Option<String> {
        let unit = &self.units[place];
        unit.difference(self.streams[unit.side as usize].unit(), self.again(unit))
    }

    /// The wire form of a unit, and what it decodes to.
    fn again(&self, unit: &Unit) -> Result<Option<Again<Event<'static>>>, Error> {
        let dialect = self.options.dialect();
        let response: Response = match &unit.event {
            Event::Command(command) => {
                let line = command.to_bytes(dialect)?;
                let back = Command::parse(line.strip_suffix(b"\r\n").unwrap_or(&line), &self.options);
                return Ok(Some((line, back.ok().map(Event::Command))));
            }
            Event::Greeting(greeting) => greeting.clone().into(),
            Event::Reply(reply) => reply.clone().into(),
            _ => return Ok(None),
        };
        let line = response.to_bytes(dialect)?;
        let mut client = ClientCodec::with_options(Options::new().with_dialect(dialect));
        let greeting: &[u8] = match (&unit.event, dialect) {
            (Event::Greeting(_), _) => b"",
            (_, Dialect::Rfc918) => b"+OK\r\n",
            _ => b"+ POP2 host\r\n",
        };
        if let Some(command) = unit.to.as_ref().filter(|command| command.due(dialect) != Due::Data) {
            client.sent(command)?;
        }
        let stream = [greeting, &line].concat();
        let (mut input, mut back) = (&stream[..], None);
        while let Some(event) = client.decode(&mut input)? {
            back = Some(event.into_owned());
        }
        Ok(Some((line, back)))
    }
}
