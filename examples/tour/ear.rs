//! What one side hears.

use crate::dialogue::{Kind, Record, Side};

/// What an ear has to know of a protocol's events.
pub trait Audible {
    /// How many octets of a message these are, if they are any.
    fn data(&self) -> Option<usize>;
    /// Whether it ends a message, or a list.
    fn is_end(&self) -> bool;
    /// Whether it is one of many alike.
    fn is_row(&self) -> bool;
    /// The event in a few words.
    fn describe(&self) -> String;
}

/// Keeps the octets of a unit until its event comes, and makes records of both.
#[derive(Debug, Default)]
pub struct Ear {
    unit: Vec<u8>,
    /// Of the message that is coming.
    data: usize,
    pub events: usize,
}

impl Ear {
    /// The codec has taken the front of `before`, down to `after`.
    pub fn took(&mut self, before: &[u8], after: &[u8]) {
        let taken = before.len().saturating_sub(after.len());
        self.unit.extend_from_slice(before.get(..taken).unwrap_or_default());
    }

    /// An event came out of what was taken. Data are counted, and shown when they end.
    pub fn heard(&mut self, speaker: Side, event: &impl Audible) -> Option<Record> {
        let unit = std::mem::take(&mut self.unit);
        if let Some(octets) = event.data() {
            if self.data == 0 {
                self.events += 1;
            }
            self.data += octets;
            return None;
        }
        self.events += 1;
        let data = if event.is_end() { std::mem::take(&mut self.data) } else { 0 };
        let line = String::from_utf8_lossy(unit.trim_ascii_end()).into_owned();
        let (wire, event_text) = match data {
            0 => (line, event.describe()),
            octets => (format!("({octets} octets) {line}"), format!("Data, {octets} octets; End")),
        };
        let kind = if event.is_row() { Kind::Row } else { Kind::Line };
        Some(Record { side: speaker, wire, event: event_text, kind })
    }
}
