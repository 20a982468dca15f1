//! Both codecs on a session that others held: what a dissector, a proxy and the tests over traces do.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::testkit::dissect::{self, Again, Stream, stuffed};
use mail_wire::testkit::transcript::{Piece, Side, Transcript, Verdict};

use crate::{
    ClientCodec, Command, Deviation, Deviations, Error, Event, FollowedBy, Leniency, Options, Reply,
    ReplyCode, Response, Row, ServerCodec,
};

/// One event of the session.
pub type Unit = dissect::Unit<Event<'static>, Command>;

/// Feeds each side's octets to the other side's codec and tells each what the other said.
#[derive(Debug, Default)]
pub struct Dissector {
    options: Options,
    client: ClientCodec,
    server: ServerCodec,
    /// Of the client and of the server.
    streams: [Stream; 2],
    /// Commands without their final replies, with their places in `units`.
    asked: VecDeque<(Option<Command>, Vec<usize>)>,
    /// The reply whose list or message is under way, and what it answers.
    answering: Option<(ReplyCode, Option<Command>)>,
    pub units: Vec<Unit>,
    pub fatal: Option<(Side, Error)>,
}

impl Dissector {
    /// A dissector whose codecs have these options.
    pub fn with_options(options: Options) -> Self {
        Self {
            options,
            client: ClientCodec::with_options(options),
            server: ServerCodec::with_options(options),
            ..Self::default()
        }
    }

    /// The whole session, every piece of it cut into pieces of at most `size` octets.
    pub fn run(transcript: &Transcript, size: usize) -> Self {
        Self::default().over(transcript, size)
    }

    /// The same, from here on.
    #[must_use]
    pub fn over(mut self, transcript: &Transcript, size: usize) -> Self {
        for piece in &transcript.pieces {
            match piece {
                Piece::Octets(side, octets) => octets.chunks(size).for_each(|chunk| self.feed(*side, chunk)),
                Piece::Closed(side) => self.close(*side),
            }
        }
        self
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

    /// Octets of one side that no codec took: behind a SEND-MESSAGE whose reply never came.
    pub fn untaken(&self, side: Side) -> &[u8] {
        self.streams[side as usize].untaken()
    }

    /// One side closed. What it cut off is its own affair: sessions end in the middle.
    pub fn close(&mut self, side: Side) {
        if side == Side::Server {
            // Nobody will answer these any more, and hanging up is an answer.
            for (_, places) in core::mem::take(&mut self.asked) {
                places.iter().for_each(|at| self.units[*at].verdict = Verdict::Rejected);
            }
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
            (Event::Reply(_), _) => self.asked.front().and_then(|(command, _)| command.clone()),
            (_, Side::Server) => self.answering.as_ref().and_then(|(_, command)| command.clone()),
            _ => None,
        };
        let place = self.units.len();
        self.units.push(Unit { side, offset, event, deviations, verdict, to, round_trip: None });
        self.units[place].round_trip = self.round_trip(place);
        self.note(place);
        if !matches!(self.units[place].event, Event::Data(_)) {
            self.streams[side as usize].end_unit();
        }
    }

    /// Tells the other codec, and keeps the books of who was answered what.
    fn note(&mut self, place: usize) {
        let unit = self.units[place].clone();
        match (unit.side, &unit.event) {
            (Side::Client, Event::Command(command)) => {
                let questionable =
                    if unit.verdict == Verdict::Other { Vec::from([place]) } else { Vec::new() };
                self.asked.push_back((Some(command.clone()), questionable));
                self.told(|client, _| client.sent(command));
            }
            (Side::Client, Event::Malformed(bad)) => {
                self.units[place].verdict = Verdict::Malformed;
                self.asked.push_back((None, Vec::from([place])));
                self.told(|client, _| client.sent_malformed(bad));
            }
            (Side::Server, Event::Greeting(greeting)) => {
                self.told(|_, server| server.sent(&Response::Greeting(greeting.clone())));
            }
            (Side::Server, Event::Reply(reply)) => self.answered(reply),
            (Side::Server, Event::Malformed(_)) => {
                self.units[place].verdict = Verdict::Malformed;
                if self.answering.is_none() {
                    self.asked.pop_front();
                    self.told(|_, server| server.sent_malformed());
                }
            }
            (Side::Server, Event::End) => self.answering = None,
            _ => {}
        }
    }

    fn answered(&mut self, reply: &Reply) {
        if let Some((command, places)) = self.asked.pop_front() {
            if !reply.is_ok() {
                places.iter().for_each(|at| self.units[*at].verdict = Verdict::Rejected);
            }
            match self.options.followed_by(reply.code()) {
                FollowedBy::Listing(_) | FollowedBy::Message => {
                    self.answering = Some((reply.code(), command))
                }
                FollowedBy::ClientMessage if matches!(command, Some(Command::SendMessage)) => {
                    self.asked.push_front((command, Vec::new()));
                }
                FollowedBy::ClientMessage | FollowedBy::Nothing => {}
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
            return (stuffed(data) != raw && !unit.deviations.contains(Deviation::BareLf))
                .then(|| format!("a message of {} octets is stuffed otherwise", data.len()));
        }
        unit.difference(raw, self.again(unit))
    }

    /// The wire form of a unit, and what it decodes to.
    fn again(&self, unit: &Unit) -> Result<Option<Again<Event<'static>>>, Error> {
        let response: Response = match &unit.event {
            Event::Command(command) => {
                let line = command.to_bytes()?;
                let text = line.strip_suffix(b"\r\n").unwrap_or(&line);
                let back = Command::parse(text, &Options::new());
                return Ok(Some((line, back.ok().map(Event::Command))));
            }
            Event::Greeting(greeting) => greeting.clone().into(),
            Event::Reply(reply) => reply.clone().into(),
            Event::Row(row) => row.clone().into(),
            _ => return Ok(None),
        };
        let line = response.to_bytes()?;
        let mut stream = Vec::new();
        if !matches!(unit.event, Event::Greeting(_)) {
            stream.extend_from_slice(b"200\r\n");
        }
        if let (Event::Row(_), Some((code, _))) = (&unit.event, &self.answering) {
            stream.extend_from_slice(format!("{code}\r\n").as_bytes());
        }
        stream.extend_from_slice(&line);
        // What came leniently comes back so.
        let options = self.options.with_leniency(Leniency::Lenient);
        let (mut client, mut input, mut back) = (ClientCodec::with_options(options), &stream[..], None);
        while let Some(event) = client.decode(&mut input)? {
            back = Some(event.into_owned());
        }
        Ok(Some((line, back)))
    }
}

/// Whether it was understood only as an `Other`.
fn is_other(event: &Event<'_>) -> bool {
    match event {
        Event::Command(command) => matches!(command, Command::Other(_)),
        Event::Reply(reply) => matches!(reply.code(), ReplyCode::Other(_)),
        Event::Row(row) => matches!(row, Row::Line(_)),
        _ => false,
    }
}
