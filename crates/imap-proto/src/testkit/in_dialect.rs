//! A session in a dialect before IMAP4rev1.

use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::testkit::dissect::{Again, Dissector, Protocol};
use mail_wire::testkit::transcript::{Side, Transcript};

use super::dissect::{Imap, Unit};
use crate::{ClientCodec, Command, Dialect, Error, Event, HistoricResponse, Options, Response, ServerCodec};

/// The same codecs, books and sessions, in another dialect; that of IMAP3 is gone on to as SELECT.VERSION has it.
#[derive(Debug)]
pub struct InDialect {
    pub imap: Imap,
    dialect: Dialect,
}

impl InDialect {
    /// A session in front of its greeting.
    pub fn new(dialect: Dialect) -> Self {
        let mut imap = Imap::default();
        *imap.client() = ClientCodec::with_options(Options::client().with_dialect(dialect));
        *imap.server() = ServerCodec::with_options(Options::server().with_dialect(dialect));
        Self { imap, dialect }
    }

    /// The whole session, every piece of it cut into pieces of at most `size` octets.
    pub fn run(dialect: Dialect, transcript: &Transcript, size: usize) -> Dissector<Self> {
        Dissector::of(Self::new(dialect)).over(transcript, size)
    }

    /// The wire form of an event, and what it decodes to.
    fn again(&self, event: &Event<'static>) -> Result<Option<Again<Event<'static>>>, Error> {
        let (client, server) =
            (Options::client().with_dialect(self.dialect), Options::server().with_dialect(self.dialect));
        let response = |response: &Response| {
            let line = response.to_bytes(self.dialect)?;
            Response::parse(&line, &client).map(|back| (line, back))
        };
        Ok(match event {
            Event::Command(command) => {
                let line = command.to_bytes(self.dialect)?;
                let back = Command::parse(&line, &server)?;
                Some((line, Some(Event::Command(back))))
            }
            Event::Greeting(greeting) => match response(&greeting.clone().into())? {
                (line, Response::Status(back)) => Some((line, Some(Event::Greeting(back)))),
                (line, back) => Some((line, Some(Event::Response(back)))),
            },
            // A challenge reads like a text outside of AUTHENTICATE.
            Event::Response(Response::Continuation(_)) => None,
            Event::Response(told) => {
                let (line, back) = response(told)?;
                Some((line, Some(Event::Response(back))))
            }
            _ => None,
        })
    }
}

impl Protocol for InDialect {
    type Event = Event<'static>;
    type Command = Command;
    type Client = ClientCodec;
    type Server = ServerCodec;

    fn client(&mut self) -> &mut ClientCodec {
        self.imap.client()
    }

    fn server(&mut self) -> &mut ServerCodec {
        self.imap.server()
    }

    fn is_other(event: &Event<'static>) -> bool {
        match event {
            // In IMAP3, names that are not known are those of fields.
            Event::Response(response @ Response::Historic(HistoricResponse::Solicited(_))) => {
                matches!(response.data(), Response::Other(_))
            }
            event => Imap::is_other(event),
        }
    }

    fn answers(&self, side: Side, event: &Event<'static>) -> Option<Command> {
        self.imap.answers(side, event)
    }

    fn note(&mut self, units: &mut [Unit], place: usize) -> Result<(), Error> {
        self.imap.note(units, place)?;
        self.dialect = self.imap.client().options().dialect();
        Ok(())
    }

    fn round_trip(&self, units: &[Unit], _: &[u8]) -> Option<String> {
        let unit = units.last()?;
        let again = match self.again(&unit.event) {
            // What had to be forgiven, and what streamed, may be what can't be sent so.
            Err(_) if !unit.deviations.is_strict() => Ok(None),
            Err(error) if error.kind() == crate::ErrorKind::Misuse => Ok(None),
            again => again,
        };
        // Strings may be written in several ways, so it is the values that count.
        let raw = again.as_ref().ok().and_then(Option::as_ref).map(|(octets, _)| octets.clone());
        unit.difference(&raw.unwrap_or_default(), again)
    }

    fn unanswered(&mut self) -> Vec<usize> {
        self.imap.unanswered()
    }
}
