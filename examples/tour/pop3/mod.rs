//! POP3.

pub mod loopback;
pub mod recording;

use mail_proto::pop3::{Event, Reply, Row};

use crate::ear::Audible;

impl Audible for Event<'_> {
    fn data(&self) -> Option<usize> {
        if let Event::Data(octets) = self { Some(octets.len()) } else { None }
    }

    fn is_end(&self) -> bool {
        *self == Event::End
    }

    fn is_row(&self) -> bool {
        matches!(self, Event::Row(_))
    }

    fn describe(&self) -> String {
        match self {
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
