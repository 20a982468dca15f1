//! IMAP.

pub mod historic;
pub mod loopback;
pub mod mailboxes;
pub mod recording;

use mail_proto::imap::{CommandBody, Event, Response};

use crate::ear::Audible;

impl Audible for Event<'_> {
    fn data(&self) -> Option<usize> {
        if let Event::Data(octets) = self { Some(octets.len()) } else { None }
    }

    fn is_end(&self) -> bool {
        *self == Event::LiteralEnd
    }

    /// A message that is fetched is a response, and perhaps a literal in it.
    fn is_row(&self) -> bool {
        match self {
            Event::LiteralStart(literal) => literal.fetch().is_some(),
            Event::Response(response) => response.fetch().is_some(),
            Event::LiteralEnd => true,
            _ => false,
        }
    }

    fn describe(&self) -> String {
        match self {
            Event::Greeting(greeting) => format!("Greeting: {}", greeting.condition().as_str()),
            Event::Response(Response::Status(status)) => {
                let code = status.code().map(|code| format!(", [{}]", String::from_utf8_lossy(code.name())));
                format!("Response: {}{}", status.condition().as_str(), code.unwrap_or_default())
            }
            Event::Response(response) => format!("Response: {response:?}"),
            Event::Command(command) => match command.body() {
                CommandBody::Login(login) => {
                    format!("Command: LOGIN, user {}", String::from_utf8_lossy(login.user()))
                }
                body => format!("Command: {body:?}"),
            },
            Event::LiteralStart(literal) => format!("LiteralStart, {} octets", literal.octets()),
            other => format!("{other:?}"),
        }
    }
}
