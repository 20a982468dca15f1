//! POP3.

pub mod loopback;
pub mod recording;

use mail_proto::pop3::{Event, Reply, Row};

use crate::dialogue::{Kind, Record, Side};

/// What one side hears: keeps the octets of a unit until its event comes, and makes records of both.
#[derive(Debug, Default)]
struct Ear {
    unit: Vec<u8>,
    /// Of the message that is coming.
    data: usize,
    events: usize,
}

impl Ear {
    /// The codec has taken the front of `before`, down to `after`.
    fn took(&mut self, before: &[u8], after: &[u8]) {
        let taken = before.len().saturating_sub(after.len());
        self.unit.extend_from_slice(before.get(..taken).unwrap_or_default());
    }

    /// An event came out of what was taken. Data are counted, and shown when they end.
    fn heard(&mut self, speaker: Side, event: &Event<'_>) -> Option<Record> {
        let unit = std::mem::take(&mut self.unit);
        if let Event::Data(octets) = event {
            if self.data == 0 {
                self.events += 1;
            }
            self.data += octets.len();
            return None;
        }
        self.events += 1;
        let data = if *event == Event::End { std::mem::take(&mut self.data) } else { 0 };
        let line = String::from_utf8_lossy(unit.trim_ascii_end()).into_owned();
        let (wire, event_text) = match data {
            0 => (line, describe(event)),
            octets => (format!("({octets} octets) {line}"), format!("Data, {octets} octets; End")),
        };
        let kind = if matches!(event, Event::Row(_)) { Kind::Row } else { Kind::Line };
        Some(Record { side: speaker, wire, event: event_text, kind })
    }
}

/// An event in a few words.
fn describe(event: &Event<'_>) -> String {
    match event {
        Event::Greeting(greeting) => match greeting.timestamp() {
            Some(_) => "Greeting, with a timestamp for APOP".to_owned(),
            None => "Greeting".to_owned(),
        },
        Event::Reply(reply) => describe_reply(reply),
        Event::Row(Row::Scan(row)) => format!("Row: message {}, {} octets", row.number(), row.octets()),
        Event::Row(Row::UniqueId(row)) => format!("Row: message {}, {}", row.number(), row.unique_id()),
        Event::Row(Row::Capability(capability)) => format!("Row: {capability:?}"),
        Event::Command(command) => format!("Command: {command:?}"),
        other => format!("{other:?}"),
    }
}

fn describe_reply(reply: &Reply) -> String {
    let status = if reply.is_ok() { "Reply: ok" } else { "Reply: error" };
    if let Some(listing) = reply.as_drop_listing() {
        format!("{status}, {} messages, {} octets", listing.messages(), listing.octets())
    } else if reply.has_listing() {
        format!("{status}, rows follow")
    } else if reply.has_message() {
        format!("{status}, a message follows")
    } else {
        status.to_owned()
    }
}
