//! What may go out now, and what waits.

use alloc::collections::VecDeque;

use bytes::{BufMut, BytesMut};
use mail_wire::counted::CountedWriter;
use mail_wire::{Error, OutputState};
use zeroize::Zeroize;

use crate::{Stop, Tag};

/// Units that were written, of which the first has to wait for the other side, or for the octets of a literal.
///
/// Only what may be on the wire leaves it, in order. What it holds may be a password, and is wiped.
#[derive(Clone, Default)]
pub struct Outbox {
    units: VecDeque<Unit>,
    /// Octets in `units`.
    queued: usize,
    waiting: bool,
    payload: Option<CountedWriter>,
    /// The unit in front was refused while its literal was under way: it ends where it would wait for the next `+`.
    refused: bool,
}

#[derive(Clone)]
struct Unit {
    tag: Option<Tag>,
    octets: BytesMut,
    /// Octets of the unit that went before `octets`: stops count from its start.
    before: usize,
    stops: VecDeque<Stop>,
}

impl Outbox {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over what was written to `output` from `start` on, as one unit with these stops; leaves there what may go now.
    /// `tag` is the command's, by which it can be [cancelled](Self::cancel).
    ///
    /// # Errors
    /// `Limit` where more than `limit` octets would wait; then the unit is gone from `output`.
    pub fn push(
        &mut self,
        output: &mut BytesMut,
        start: usize,
        stops: &[Stop],
        tag: Option<&Tag>,
        limit: usize,
    ) -> Result<(), Error> {
        if stops.is_empty() && self.units.is_empty() {
            return Ok(());
        }
        let mut octets = output.split_off(start.min(output.len()));
        let first = if self.units.is_empty() { stops.first().map_or(0, Stop::at) } else { 0 };
        let waits = octets.len().saturating_sub(first);
        if self.queued.saturating_add(waits) > limit {
            octets.as_mut().zeroize();
            return Err(Error::limit(0, "fewer octets that wait for the other side"));
        }
        self.queued = self.queued.saturating_add(octets.len());
        let stops = stops.iter().copied().collect();
        self.units.push_back(Unit { tag: tag.cloned(), octets, before: 0, stops });
        self.flush(output);
        Ok(())
    }

    /// Moves to `output` what may go now.
    pub fn flush(&mut self, output: &mut BytesMut) {
        while !self.waiting && self.payload.is_none() {
            let Some(unit) = self.units.front_mut() else { return };
            let upto =
                unit.stops.front().map_or(unit.octets.len(), |stop| stop.at().saturating_sub(unit.before));
            let upto = upto.min(unit.octets.len());
            output.put_slice(unit.octets.get(..upto).unwrap_or_default());
            let mut sent = unit.octets.split_to(upto);
            sent.as_mut().zeroize();
            unit.before = unit.before.saturating_add(upto);
            self.queued = self.queued.saturating_sub(upto);
            match unit.stops.pop_front() {
                None => {
                    self.units.pop_front();
                    self.refused = false;
                }
                Some(Stop::Continuation { .. }) if self.refused => self.drop_front(),
                Some(Stop::Continuation { .. }) => self.waiting = true,
                Some(Stop::Payload { octets, .. }) => self.payload = Some(CountedWriter::new(octets)),
            }
        }
    }

    /// The other side sent its `+`; `false` if nothing waited for one.
    pub fn proceed(&mut self) -> bool {
        core::mem::take(&mut self.waiting)
    }

    /// The command of this tag was refused. What waits for `+` and the rest of it is dropped; a payload that is under way
    /// is not.
    pub fn cancel(&mut self, tag: &Tag) {
        if self.units.front().is_none_or(|unit| unit.tag.as_ref() != Some(tag)) {
            return;
        }
        if self.waiting {
            self.drop_front();
        } else {
            self.refused = true;
        }
    }

    fn drop_front(&mut self) {
        if let Some(unit) = self.units.pop_front() {
            self.queued = self.queued.saturating_sub(unit.octets.len());
        }
        self.waiting = false;
        self.refused = false;
    }

    /// Octets of the payload that is open.
    ///
    /// # Errors
    /// `Misuse` where none is, or where they are more than were announced.
    pub fn data(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.payload {
            Some(payload) => payload.encode(chunk, output),
            None => Err(Error::misuse(0, "a message with a streamed literal before its data")),
        }
    }

    /// Ends the payload that is open, and goes on behind it.
    ///
    /// # Errors
    /// `Misuse` where none is, or where octets are missing.
    pub fn end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        match &self.payload {
            Some(payload) => payload.end()?,
            None => return Err(Error::misuse(0, "a message with a streamed literal before its end")),
        }
        self.payload = None;
        self.flush(output);
        Ok(())
    }

    /// The tag of the unit that waits for `+`.
    pub fn waiting_tag(&self) -> Option<&Tag> {
        self.units.front().filter(|_| self.waiting)?.tag.as_ref()
    }

    /// What must happen before more can go out.
    pub fn state(&self) -> OutputState {
        match &self.payload {
            Some(payload) => OutputState::Payload { octets: Some(payload.left()) },
            None if self.waiting => OutputState::AwaitsContinuation,
            None => OutputState::Ready,
        }
    }

    /// Octets that wait.
    pub fn queued(&self) -> usize {
        self.queued
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        self.octets.as_mut().zeroize();
    }
}

impl core::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Outbox").field("queued", &self.queued).field("state", &self.state()).finish()
    }
}
