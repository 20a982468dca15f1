//! DMSP.

pub mod loopback;

use mail_proto::dmsp::{Event, Row};

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
            Event::Greeting(greeting) if greeting.is_ok() => "Greeting".to_owned(),
            Event::Reply(reply) => format!("Reply: {:?}", reply.code()),
            Event::Row(Row::Descriptor(row)) => {
                format!("Row: message {}, {} octets, {:?}", row.uid(), row.octets(), row.flags())
            }
            Event::Row(Row::Expunged(uid)) => format!("Row: message {uid} is gone"),
            Event::Row(Row::Mailbox(row)) => format!("Row: {}, {} messages", row.name(), row.messages()),
            Event::Row(row) => format!("Row: {row:?}"),
            Event::Command(command) => format!("Command: {command:?}"),
            other => format!("{other:?}"),
        }
    }
}
