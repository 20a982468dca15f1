//! What the dissectors of all protocols keep of a session.

use core::fmt::Debug;
use std::format;
use std::string::String;
use std::vec::Vec;

use bytes::BytesMut;

use super::Event;
use super::transcript::{Side, Verdict};
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

/// All that one side sent so far, and how much of it the other side's codec took.
#[derive(Debug, Default)]
pub struct Stream {
    octets: Vec<u8>,
    taken: usize,
    start: usize,
}

impl Stream {
    pub fn push(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// The next event, and what was forgiven in it.
    pub fn decode<C: Codec>(&mut self, codec: &mut C) -> Result<Option<(C::Event, Deviations)>, Error> {
        let mut input = &self.octets[self.taken..];
        let decoded = codec.decode_owned(&mut input);
        self.taken = self.octets.len() - input.len();
        Ok(decoded?.map(|event| (event, codec.forgiven())))
    }

    pub fn untaken(&self) -> &[u8] {
        &self.octets[self.taken..]
    }

    /// Where the unit under way begins; a message with its end is one.
    pub fn start(&self) -> usize {
        self.start
    }

    /// The octets of the unit under way.
    pub fn unit(&self) -> &[u8] {
        &self.octets[self.start..self.taken]
    }

    /// Where its last line begins.
    pub fn line_start(&self) -> usize {
        let line = &self.octets[..self.taken];
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        body.iter().rposition(|octet| *octet == b'\n').map_or(0, |at| at + 1)
    }

    /// The next unit begins.
    pub fn end_unit(&mut self) {
        self.start = self.taken;
    }
}

/// A message as a block, octet for octet.
pub fn stuffed(message: &[u8]) -> BytesMut {
    let (mut encoder, mut output) = (DotEncoder::new(LineEnds::AsIs), BytesMut::new());
    encoder.encode(message, &mut output).and_then(|()| encoder.end(&mut output)).expect("a message");
    output
}
