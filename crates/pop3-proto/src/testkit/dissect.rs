//! Both codecs on a session that others held: what a dissector, a proxy and the tests over recordings do.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::testkit::dissect::{self, Again, Stream, stuffed};
use mail_wire::testkit::transcript::{Piece, Side, Transcript, Verdict};

use crate::{
    Capability, ClientCodec, Command, Deviations, Error, Event, Reply, Response, ResponseCode, Row, RowKind,
    SaslResponse, ServerCodec, Xtnd,
};

/// One event of the session.
pub type Unit = dissect::Unit<Event<'static>, Command>;

/// Feeds each side's octets to the other side's codec and tells each what the other said.
#[derive(Debug, Default)]
pub struct Dissector {
    client: ClientCodec,
    server: ServerCodec,
    /// Of the client and of the server.
    streams: [Stream; 2],
    /// Commands without their final replies, with their places in `units`.
    asked: VecDeque<(Command, Vec<usize>)>,
    /// What the open listing or message answers, and how many rows it had.
    answering: Option<Command>,
    rows: u32,
    pub units: Vec<Unit>,
    pub fatal: Option<(Side, Error)>,
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
        self.streams[side as usize].push(octets);
        self.drain(side);
    }

    /// Octets of one side that no codec took: behind a command whose reply never came.
    pub fn untaken(&self, side: Side) -> &[u8] {
        self.streams[side as usize].untaken()
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
        let stream = &self.streams[side as usize];
        // The end of a message stands behind its data.
        let offset = if event == Event::End { stream.line_start() } else { stream.start() } as u64;
        let verdict = if is_other(&event) { Verdict::Other } else { Verdict::Understood };
        let to = match (&event, side) {
            (Event::Reply(_) | Event::Challenge(_), _) => {
                self.asked.front().map(|(command, _)| command.clone())
            }
            (_, Side::Server) => self.answering.clone(),
            _ => None,
        };
        let unit = Unit { side, offset, event, deviations, verdict, to, round_trip: None };
        let place = self.units.len();
        self.units.push(unit);
        self.note(place);
        self.units[place].round_trip = self.round_trip(place);
        if !matches!(self.units[place].event, Event::Data(_)) {
            self.streams[side as usize].end_unit();
        }
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

    /// Encodes the unit again and decodes that.
    fn round_trip(&self, place: usize) -> Option<String> {
        let unit = &self.units[place];
        let raw = self.streams[unit.side as usize].unit();
        if let (Event::End, Some(Unit { event: Event::Data(data), .. })) =
            (&unit.event, self.units[..place].last())
        {
            return (stuffed(data) != raw && raw.ends_with(b"\r\n.\r\n") && unit.side == Side::Server)
                .then(|| format!("a message of {} octets is stuffed otherwise", data.len()));
        }
        unit.difference(raw, again(unit, self.rows))
    }
}

/// The wire form of a unit, and what it decodes to.
fn again(unit: &Unit, rows: u32) -> Result<Option<Again<Event<'static>>>, Error> {
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
