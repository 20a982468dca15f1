//! POP and POP2.

pub mod loopback;
pub mod recording;

use mail_proto::pop2::{Event, Reply};

use crate::ear::Audible;

impl Audible for Event<'_> {
    fn data(&self) -> Option<usize> {
        if let Event::Data(octets) = self { Some(octets.len()) } else { None }
    }

    fn is_end(&self) -> bool {
        *self == Event::End
    }

    fn is_row(&self) -> bool {
        false
    }

    fn describe(&self) -> String {
        match self {
            Event::Greeting(greeting) if greeting.is_ok() => "Greeting".to_owned(),
            Event::Reply(reply) => describe_reply(reply),
            Event::Command(command) => format!("Command: {command:?}"),
            other => format!("{other:?}"),
        }
    }
}

fn describe_reply(reply: &Reply) -> String {
    match (reply.as_count(), reply.as_length()) {
        (Some(number), _) => format!("Reply: a count, {number}"),
        (_, Some(octets)) => format!("Reply: a length, {octets}"),
        _ if reply.is_ok() => "Reply: ok".to_owned(),
        _ => "Reply: error".to_owned(),
    }
}
