//! IMSP.

pub mod loopback;
pub mod recording;

use mail_proto::imsp::{CommandBody, Event, Response};

use crate::ear::Audible;

impl Audible for Event<'_> {
    fn data(&self) -> Option<usize> {
        if let Event::Data(octets) = self { Some(octets.len()) } else { None }
    }

    fn is_end(&self) -> bool {
        *self == Event::LiteralEnd
    }

    /// What is found comes one by one.
    fn is_row(&self) -> bool {
        match self {
            Event::Response(response) => {
                matches!(
                    response,
                    Response::Option(_) | Response::AddressBook(_) | Response::SearchAddress(_)
                )
            }
            _ => false,
        }
    }

    fn describe(&self) -> String {
        match self {
            Event::Greeting(greeting) => format!("Greeting: {}", greeting.condition().as_str()),
            Event::Response(Response::Status(status)) => {
                let code = status.code().map(|code| format!(", [{}]", code.name()));
                format!("Response: {}{}", status.condition().as_str(), code.unwrap_or_default())
            }
            Event::Response(response) => format!("Response: {response:?}"),
            Event::Command(command) => match command.body() {
                CommandBody::Login(login) => format!("Command: LOGIN, user {}", login.user().to_str_lossy()),
                body => format!("Command: {body:?}"),
            },
            Event::LiteralStart(literal) => format!("LiteralStart, {} octets", literal.octets()),
            other => format!("{other:?}"),
        }
    }
}
