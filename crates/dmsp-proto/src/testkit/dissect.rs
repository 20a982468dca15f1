//! Both codecs on a session that others held: what a dissector, a proxy and the tests over traces do.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::dot::{DotEncoder, LineEnds};
use mail_wire::testkit::transcript::{Piece, Side, Transcript, Verdict};

use crate::{
    ClientCodec, Command, Deviation, Deviations, Error, Event, FollowedBy, Leniency, Options, Reply,
    ReplyCode, Response, Row, ServerCodec,
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
    options: Options,
    client: ClientCodec,
    server: ServerCodec,
    /// All that the client and the server sent so far, and how much of it the codecs took.
    streams: [Stream; 2],
    /// Commands without their final replies, with their places in `units`.
    asked: VecDeque<(Option<Command>, Vec<usize>)>,
    /// The reply whose list or message is under way, and what it answers.
    answering: Option<(ReplyCode, Option<Command>)>,
    pub units: Vec<Unit>,
    pub fatal: Option<(Side, Error)>,
}

#[derive(Debug, Default)]
struct Stream {
    octets: Vec<u8>,
    taken: usize,
    /// Where the unit under way begins.
    start: usize,
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
        self.streams[side as usize].octets.extend_from_slice(octets);
        while self.fatal.is_none() && self.step(side) {
            // A codec that was paused may go on now.
            let other = if side == Side::Client { Side::Server } else { Side::Client };
            while self.fatal.is_none() && self.step(other) {}
        }
    }

    /// Octets of one side that no codec took: behind a SEND-MESSAGE whose reply never came.
    pub fn untaken(&self, side: Side) -> &[u8] {
        let stream = &self.streams[side as usize];
        &stream.octets[stream.taken..]
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
        let mut input = &stream.octets[stream.taken..];
        let available = input.len();
        let (decoded, deviations) = match side {
            Side::Client => (self.server.decode(&mut input), self.server.deviations()),
            Side::Server => (self.client.decode(&mut input), self.client.deviations()),
        };
        stream.taken += available - input.len();
        match decoded {
            Ok(None) => false,
            Ok(Some(event)) => {
                let event = event.into_owned();
                self.seen(side, event, deviations);
                true
            }
            Err(error) => {
                self.fatal = Some((side, error));
                false
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
        let offset = match &event {
            // The end of a message stands behind its data.
            Event::End => self.line_start(side),
            _ => self.streams[side as usize].start,
        } as u64;
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
            self.streams[side as usize].start = self.streams[side as usize].taken;
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

    /// Encodes the unit again and decodes that: the event must be the same, and so must the octets, where nothing was
    /// forgiven and the spelling is ours.
    fn round_trip(&self, place: usize) -> Option<String> {
        let unit = &self.units[place];
        let stream = &self.streams[unit.side as usize];
        if let (Event::End, Some(Unit { event: Event::Data(data), .. })) =
            (&unit.event, self.units[..place].last())
        {
            let block = &stream.octets[stream.start..stream.taken];
            return (stuffed(data) != block && !unit.deviations.contains(Deviation::BareLf))
                .then(|| format!("a message of {} octets is stuffed otherwise", data.len()));
        }
        let raw = &stream.octets[stream.start..stream.taken];
        let (again, back) = match self.again(unit) {
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

    /// The wire form of a unit, and what it decodes to.
    fn again(&self, unit: &Unit) -> Result<Option<Again>, Error> {
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

type Again = (Vec<u8>, Option<Event<'static>>);

fn stuffed(data: &[u8]) -> BytesMut {
    let (mut encoder, mut output) = (DotEncoder::new(LineEnds::AsIs), BytesMut::new());
    encoder.encode(data, &mut output).and_then(|()| encoder.end(&mut output)).unwrap();
    output
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
