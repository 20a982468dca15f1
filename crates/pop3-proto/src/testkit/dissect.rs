//! Both codecs on a session that others held: what a dissector, a proxy and the tests over recordings do.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::dot::{DotEncoder, LineEnds};
use mail_wire::testkit::transcript::{Piece, Side, Transcript, Verdict};

use crate::{
    Capability, ClientCodec, Command, Deviations, Error, Event, Reply, Response, ResponseCode, Row, RowKind,
    SaslResponse, ServerCodec, Xtnd,
};

/// One event of the session: who said it, where in that side's stream, and what.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub side: Side,
    pub offset: u64,
    pub event: Event<'static>,
    pub deviations: Deviations,
    pub verdict: Verdict,
    /// The command that a reply, row, data or end belongs to.
    pub to: Option<Command>,
    /// What a round trip changed, if it changed anything that it should not.
    pub round_trip: Option<String>,
}

/// Feeds each side's octets to the other side's codec and tells each what the other said.
#[derive(Debug, Default)]
pub struct Dissector {
    client: ClientCodec,
    server: ServerCodec,
    /// All that the client and the server sent so far, and how much of it the codecs took.
    streams: [Stream; 2],
    /// Commands without their final replies, with their places in `units`.
    asked: VecDeque<(Command, Vec<usize>)>,
    /// What the open listing or message answers, and how many rows it had.
    answering: Option<Command>,
    rows: u32,
    pub units: Vec<Unit>,
    pub fatal: Option<(Side, Error)>,
}

#[derive(Debug, Default)]
struct Stream {
    octets: Vec<u8>,
    taken: usize,
    /// Where the block under way begins.
    block: usize,
}

impl Dissector {
    /// The whole session, every piece of it cut into pieces of at most `size` octets.
    pub fn run(transcript: &Transcript, size: usize) -> Self {
        let mut dissector = Self::default();
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
        self.streams[side as usize].octets.extend_from_slice(octets);
        self.drain(side);
    }

    /// Octets of one side that no codec took: behind a command whose reply never came.
    pub fn untaken(&self, side: Side) -> &[u8] {
        let stream = &self.streams[side as usize];
        &stream.octets[stream.taken..]
    }

    /// One side closed. What it cut off is its own affair: recordings end in the middle.
    pub fn close(&mut self, side: Side) {
        if side == Side::Server {
            // Nobody will answer these any more, and hanging up is an answer.
            for (_, places) in core::mem::take(&mut self.asked) {
                places.iter().for_each(|at| self.units[*at].verdict = Verdict::Rejected);
            }
        }
    }

    fn drain(&mut self, side: Side) {
        while self.fatal.is_none() && self.step(side) {
            // A codec that was paused may go on now.
            let other = if side == Side::Client { Side::Server } else { Side::Client };
            while self.fatal.is_none() && self.step(other) {}
        }
    }

    /// Decodes one event of `side`; `false` if there is none.
    fn step(&mut self, side: Side) -> bool {
        let stream = &mut self.streams[side as usize];
        let mut input = &stream.octets[stream.taken..];
        let available = input.len();
        let (decoded, deviations) = match side {
            Side::Client => (self.server.decode(&mut input), self.server.deviations()),
            Side::Server => (self.client.decode(&mut input), self.client.deviations()),
        };
        let to = stream.taken + available - input.len();
        match decoded {
            Ok(None) => {
                stream.taken = to;
                false
            }
            Err(error) => {
                self.fatal = Some((side, error));
                false
            }
            Ok(Some(event)) => {
                let event = event.into_owned();
                stream.taken = to;
                self.seen(side, event, deviations);
                true
            }
        }
    }

    fn seen(&mut self, side: Side, event: Event<'static>, deviations: Deviations) {
        if let Event::Data(octets) = &event
            && let Some(Unit { event: Event::Data(last), side: last_side, .. }) = self.units.last_mut()
            && *last_side == side
        {
            last.to_mut().extend_from_slice(octets);
            return;
        }
        // The codec may have taken the front of this unit before.
        let offset = match &event {
            Event::Data(_) => self.streams[side as usize].block,
            Event::Upgrade => self.streams[side as usize].taken,
            _ => self.line_start(side),
        };
        let verdict = if is_other(&event) { Verdict::Other } else { Verdict::Understood };
        let to = match (&event, side) {
            (Event::Reply(_) | Event::Challenge(_), _) => {
                self.asked.front().map(|(command, _)| command.clone())
            }
            (_, Side::Server) => self.answering.clone(),
            _ => None,
        };
        let unit = Unit { side, offset: offset as u64, event, deviations, verdict, to, round_trip: None };
        let place = self.units.len();
        self.units.push(unit);
        self.note(place);
        self.units[place].round_trip = self.round_trip(place);
        if !matches!(self.units[place].event, Event::Data(_)) {
            self.streams[side as usize].block = self.streams[side as usize].taken;
        }
    }

    /// Where the line that ends at `taken` begins.
    fn line_start(&self, side: Side) -> usize {
        let stream = &self.streams[side as usize];
        let line = &stream.octets[..stream.taken];
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        body.iter().rposition(|octet| *octet == b'\n').map_or(0, |at| at + 1)
    }

    /// Tells the other codec, and keeps the books of who was answered what.
    fn note(&mut self, place: usize) {
        let unit = self.units[place].clone();
        match (unit.side, &unit.event) {
            (Side::Client, Event::Command(Command::Continue(_))) => {}
            (Side::Client, Event::Command(command)) => {
                let questionable =
                    if unit.verdict == Verdict::Other { Vec::from([place]) } else { Vec::new() };
                self.asked.push_back((command.clone(), questionable));
                self.told(|client, _| client.sent(command));
            }
            (Side::Client, Event::Malformed(bad)) => {
                self.units[place].verdict = Verdict::Malformed;
                match self.asked.front_mut() {
                    // A broken answer inside AUTH is answered by the reply to AUTH.
                    Some((Command::Auth(_), places)) => places.push(place),
                    _ => {
                        self.asked.push_back((Command::Noop, Vec::from([place])));
                        self.told(|client, _| client.sent_malformed(bad));
                    }
                }
            }
            (Side::Client, Event::End) => self.asked.push_front((Command::Noop, Vec::new())),
            (Side::Server, Event::Greeting(greeting)) => {
                self.told(|_, server| server.sent(&Response::Greeting(greeting.clone())));
            }
            (Side::Server, Event::Challenge(challenge)) => {
                self.told(|_, server| server.sent(&Response::Challenge(challenge.clone())));
            }
            (Side::Server, Event::Reply(reply)) => self.answered(reply),
            (Side::Server, Event::Malformed(bad)) => {
                let refused = self.answering.is_none() && self.is_part_of_a_refusal(place);
                self.units[place].verdict = if refused { Verdict::Rejected } else { Verdict::Malformed };
                if self.answering.is_none() {
                    self.asked.pop_front();
                    self.told(|_, server| server.sent_malformed(bad));
                }
            }
            (Side::Server, Event::Row(_)) => self.rows += 1,
            (Side::Server, Event::End) => self.answering = None,
            _ => {}
        }
    }

    /// Whether the line at `place` is what a server says of a command that it did not understand. Some echo it, line ends
    /// and all.
    fn is_part_of_a_refusal(&mut self, place: usize) -> bool {
        let questioned = self.asked.front().map(|(_, places)| places.clone()).unwrap_or_default();
        questioned.iter().for_each(|at| self.units[*at].verdict = Verdict::Rejected);
        let before = self.units[..place].iter().rev().find(|unit| unit.side == Side::Server);
        let goes_on = before.is_some_and(|unit| match &unit.event {
            Event::Reply(reply) => !reply.is_ok() && unit.deviations.contains(crate::Deviation::BareLf),
            _ => unit.verdict == Verdict::Rejected,
        });
        goes_on || !questioned.is_empty()
    }

    fn answered(&mut self, reply: &Reply) {
        if let Some((command, places)) = self.asked.pop_front() {
            if !reply.is_ok() {
                places.iter().for_each(|at| self.units[*at].verdict = Verdict::Rejected);
            }
            if reply.has_listing() || reply.has_message() {
                self.answering = Some(command);
                self.rows = 0;
            }
        }
        self.told(|_, server| server.sent(&Response::Reply(reply.clone())));
    }

    fn told(&mut self, tell: impl FnOnce(&mut ClientCodec, &mut ServerCodec) -> Result<(), Error>) {
        if let Err(error) = tell(&mut self.client, &mut self.server) {
            self.fatal = Some((Side::Client, error));
        }
    }

    /// Encodes the unit again and decodes that: the event must be the same, and so must the octets, where nothing was forgiven and
    /// the spelling is ours.
    fn round_trip(&self, place: usize) -> Option<String> {
        let unit = &self.units[place];
        let stream = &self.streams[unit.side as usize];
        let raw = &stream.octets[unit.offset as usize..stream.taken];
        if let (Event::End, Some(Unit { event: Event::Data(data), .. })) =
            (&unit.event, self.units[..place].last())
        {
            let block = &stream.octets[stream.block..stream.taken];
            return (stuffed(data) != block && block.ends_with(b"\r\n.\r\n") && unit.side == Side::Server)
                .then(|| format!("a message of {} octets is stuffed otherwise", data.len()));
        }
        let (again, back) = match again(unit, self.rows) {
            Ok(Some(result)) => result,
            Ok(None) => return None,
            // Longer than may be sent: nothing to compare.
            Err(error) if error.kind() == crate::ErrorKind::Limit => return None,
            Err(error) => return Some(format!("can't be encoded: {error}")),
        };
        if back.as_ref() != Some(&unit.event) {
            return Some(format!("{:?} came back as {back:?}", unit.event));
        }
        (unit.deviations.is_empty() && again != raw).then(|| {
            format!("{:?} was written as {:?}", String::from_utf8_lossy(raw), String::from_utf8_lossy(&again))
        })
    }
}

fn stuffed(data: &[u8]) -> BytesMut {
    let (mut encoder, mut output) = (DotEncoder::new(LineEnds::AsIs), BytesMut::new());
    encoder.encode(data, &mut output).and_then(|()| encoder.end(&mut output)).unwrap();
    output
}

type Again = (Vec<u8>, Option<Event<'static>>);

/// The wire form of a unit, and what it decodes to.
fn again(unit: &Unit, rows: u32) -> Result<Option<Again>, Error> {
    let response: Response = match &unit.event {
        Event::Command(command) => {
            let line = command.to_bytes(crate::Dialect::Extended)?;
            let text = line.strip_suffix(b"\r\n").unwrap_or(&line);
            let back = match command {
                Command::Continue(_) => {
                    SaslResponse::decode(text, crate::Leniency::Strict).map(|(a, _)| Command::Continue(a))
                }
                _ => Command::parse(text, &crate::Options::new()),
            };
            return Ok(Some((line, back.ok().map(Event::Command))));
        }
        Event::Greeting(greeting) => greeting.clone().into(),
        Event::Reply(reply) => reply.clone().into(),
        Event::Challenge(challenge) => challenge.clone().into(),
        Event::Row(row) => row.clone().into(),
        _ => return Ok(None),
    };
    let mut client = ClientCodec::new();
    let line = response.to_bytes()?;
    let mut stream = Vec::new();
    if !matches!(unit.event, Event::Greeting(_)) {
        stream.extend_from_slice(b"+OK\r\n");
    }
    if let Some(command) = &unit.to {
        client.sent(command)?;
    }
    if let Event::Row(row) = &unit.event {
        stream.extend_from_slice(b"+OK\r\n");
        let before = if row.kind() == RowKind::GroupDetail { rows.saturating_sub(1) } else { 0 };
        (0..before).for_each(|_| stream.extend_from_slice(b"\r\n"));
    }
    stream.extend_from_slice(&line);
    let (mut input, mut back) = (&stream[..], None);
    while let Some(event) = client.decode(&mut input)? {
        back = Some(event.into_owned());
    }
    Ok(Some((line, back)))
}

/// Whether it was understood only as an `Other`.
fn is_other(event: &Event<'_>) -> bool {
    match event {
        Event::Command(command) => {
            matches!(command, Command::Other(_) | Command::Xtnd(Xtnd::Other(_)))
        }
        Event::Reply(reply) => matches!(reply.code(), Some(ResponseCode::Other(_))),
        Event::Row(row) => matches!(row, Row::Line(_) | Row::Capability(Capability::Other(_))),
        _ => false,
    }
}
