//! Both codecs of a protocol on a session that others held: what a dissector, a proxy and the tests over recordings do.

use core::fmt::Debug;
use std::format;
use std::string::String;
use std::vec::Vec;

use bytes::BytesMut;

use super::Event;
use super::transcript::{Piece, Side, Transcript, Verdict};
use crate::dot::{DotEncoder, LineEnds};
use crate::{Codec, Deviations, Error, ErrorKind};

/// One event of the session: who said it, where in that side's stream, and what.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit<E, C> {
    pub side: Side,
    pub offset: u64,
    pub event: E,
    pub deviations: Deviations,
    pub verdict: Verdict,
    /// The command that a reply, row, data or end belongs to.
    pub to: Option<C>,
    /// What a round trip changed, if it changed anything that it should not.
    pub round_trip: Option<String>,
}

/// The wire form of a unit, and what it decodes to.
pub type Again<E> = (Vec<u8>, Option<E>);

impl<E: Event, C> Unit<E, C> {
    /// Takes in data that follows data of the same side; `false` if it is none.
    pub fn join(&mut self, side: Side, next: &mut E) -> bool {
        match (self.event.data(), next.data()) {
            (Some(last), Some(next)) if self.side == side => {
                last.append(next);
                true
            }
            _ => false,
        }
    }

    /// What a round trip changed: the event must be the same, and so must the octets, where nothing was forgiven and the
    /// spelling is ours.
    pub fn difference(&self, raw: &[u8], again: Result<Option<Again<E>>, Error>) -> Option<String> {
        let (again, back) = match again {
            Ok(again) => again?,
            // Longer than may be sent: nothing to compare.
            Err(error) if error.kind() == ErrorKind::Limit => return None,
            Err(error) => return Some(format!("can't be encoded: {error}")),
        };
        if back.as_ref() != Some(&self.event) {
            return Some(format!("{:?} came back as {back:?}", self.event));
        }
        (self.deviations.is_empty() && again != raw).then(|| {
            format!("{:?} was written as {:?}", String::from_utf8_lossy(raw), String::from_utf8_lossy(&again))
        })
    }
}

/// The units of a session.
pub type Units<P> = [Unit<<P as Protocol>::Event, <P as Protocol>::Command>];

/// Both codecs of a protocol, and the books of who was answered what.
pub trait Protocol: Sized {
    type Event: Event;
    type Command: Clone + Debug + PartialEq;
    type Client: Codec<Event = Self::Event>;
    type Server: Codec<Event = Self::Event>;

    fn client(&mut self) -> &mut Self::Client;

    fn server(&mut self) -> &mut Self::Server;

    /// Whether it was understood only as an `Other`.
    fn is_other(event: &Self::Event) -> bool;

    /// Whether it ends what data began; then it stands behind that.
    fn is_end(_event: &Self::Event) -> bool {
        false
    }

    /// The command that an event of `side` belongs to.
    fn answers(&self, side: Side, event: &Self::Event) -> Option<Self::Command>;

    /// Tells the other codec of the unit at `place`, and keeps the books.
    ///
    /// # Errors
    ///
    /// Those of the codecs; they end the session.
    fn note(&mut self, units: &mut Units<Self>, place: usize) -> Result<(), Error>;

    /// What changes if the last unit is encoded again, and that decoded; `raw` are its octets.
    fn round_trip(&self, units: &Units<Self>, raw: &[u8]) -> Option<String>;

    /// The server hung up, and that is an answer: the places of the units that waited for one.
    fn unanswered(&mut self) -> Vec<usize>;
}

/// Feeds each side's octets to the other side's codec and tells each what the other said.
#[derive(Debug)]
pub struct Dissector<P: Protocol> {
    pub protocol: P,
    /// Of the client and of the server.
    streams: [Stream; 2],
    pub units: Vec<Unit<P::Event, P::Command>>,
    pub fatal: Option<(Side, Error)>,
}

impl<P: Protocol + Default> Dissector<P> {
    /// The whole session, every piece of it cut into pieces of at most `size` octets.
    pub fn run(transcript: &Transcript, size: usize) -> Self {
        Self::of(P::default()).over(transcript, size)
    }
}

impl<P: Protocol> Dissector<P> {
    /// A session in front of its greeting.
    pub fn of(protocol: P) -> Self {
        Self { protocol, streams: Default::default(), units: Vec::new(), fatal: None }
    }

    /// The whole session, from here on.
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
        while self.step(side) {
            // A codec that was paused may go on now.
            let other = if side == Side::Client { Side::Server } else { Side::Client };
            while self.step(other) {}
        }
    }

    /// One side closed. What it cut off is its own affair: recordings end in the middle.
    pub fn close(&mut self, side: Side) {
        if side == Side::Server {
            let places = self.protocol.unanswered();
            reject(&mut self.units, &places);
        }
    }

    /// Octets of one side that no codec took: of another layer, or behind a command whose answer never came.
    pub fn untaken(&self, side: Side) -> &[u8] {
        self.streams[side as usize].untaken()
    }

    /// Decodes one event of `side`; `false` if there is none.
    fn step(&mut self, side: Side) -> bool {
        if self.fatal.is_some() {
            return false;
        }
        let stream = &mut self.streams[side as usize];
        let decoded = match side {
            Side::Client => stream.decode(self.protocol.server()),
            Side::Server => stream.decode(self.protocol.client()),
        };
        match decoded {
            Ok(None) => return false,
            Ok(Some((event, deviations))) => self.seen(side, event, deviations),
            Err(error) => self.fatal = Some((side, error)),
        }
        self.fatal.is_none()
    }

    fn seen(&mut self, side: Side, mut event: P::Event, deviations: Deviations) {
        if self.units.last_mut().is_some_and(|last| last.join(side, &mut event)) {
            return;
        }
        let stream = &self.streams[side as usize];
        let offset = if P::is_end(&event) { stream.line_start() } else { stream.start() } as u64;
        let verdict = if P::is_other(&event) { Verdict::Other } else { Verdict::Understood };
        let to = self.protocol.answers(side, &event);
        let is_data = event.data().is_some();
        let place = self.units.len();
        self.units.push(Unit { side, offset, event, deviations, verdict, to, round_trip: None });
        if let Err(error) = self.protocol.note(&mut self.units, place) {
            self.fatal = Some((side, error));
        }
        let raw = self.streams[side as usize].unit();
        self.units[place].round_trip = self.protocol.round_trip(&self.units, raw);
        if !is_data {
            self.streams[side as usize].end_unit();
        }
    }
}

/// Checks that so many changes of `transcript` show, each as another event, a deviation, an error, or octets that nobody took;
/// returns how many were tried.
pub fn assert_damage_shows<P: Protocol>(
    name: &str,
    transcript: &Transcript,
    seed: u64,
    changes: usize,
    dissect: impl Fn(&Transcript) -> Dissector<P>,
) -> usize {
    let whole = dissect(transcript);
    let mut tried = 0;
    for (side, what, damaged) in transcript.damaged(seed, changes) {
        let seen = dissect(&damaged);
        let noticed =
            seen.units != whole.units || seen.fatal.is_some() || seen.untaken(side) != whole.untaken(side);
        assert!(noticed, "{name}: {side:?} {what} went unnoticed");
        tried += 1;
    }
    tried
}

/// What stands at these places was refused.
pub fn reject<E, C>(units: &mut [Unit<E, C>], places: &[usize]) {
    places.iter().for_each(|place| units[*place].verdict = Verdict::Rejected);
}

/// All that one side sent so far, and how much of it the other side's codec took.
#[derive(Debug, Default)]
struct Stream {
    octets: Vec<u8>,
    taken: usize,
    start: usize,
}

impl Stream {
    fn push(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// The next event, and what was forgiven in it.
    fn decode<C: Codec>(&mut self, codec: &mut C) -> Result<Option<(C::Event, Deviations)>, Error> {
        let mut input = &self.octets[self.taken..];
        let decoded = codec.decode_owned(&mut input);
        self.taken = self.octets.len() - input.len();
        Ok(decoded?.map(|event| (event, codec.forgiven())))
    }

    fn untaken(&self) -> &[u8] {
        &self.octets[self.taken..]
    }

    /// Where the unit under way begins; a message with its end is one.
    fn start(&self) -> usize {
        self.start
    }

    /// The octets of the unit under way.
    fn unit(&self) -> &[u8] {
        &self.octets[self.start..self.taken]
    }

    /// Where its last line begins.
    fn line_start(&self) -> usize {
        let line = &self.octets[..self.taken];
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        body.iter().rposition(|octet| *octet == b'\n').map_or(0, |at| at + 1)
    }

    /// The next unit begins.
    fn end_unit(&mut self) {
        self.start = self.taken;
    }
}

/// A message as a block, octet for octet.
pub fn stuffed(message: &[u8]) -> BytesMut {
    let (mut encoder, mut output) = (DotEncoder::new(LineEnds::AsIs), BytesMut::new());
    encoder.encode(message, &mut output).and_then(|()| encoder.end(&mut output)).expect("a message");
    output
}
