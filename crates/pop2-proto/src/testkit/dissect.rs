//! Both codecs on a session that others held: what a dissector, a proxy and the tests over recordings do.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::testkit::dissect::{self, Again, Protocol};
use mail_wire::testkit::transcript::{Side, Verdict};

use crate::{ClientCodec, Command, Dialect, Due, Error, Event, Options, Reply, Response, ServerCodec};

/// One event of the session.
pub type Unit = dissect::Unit<Event<'static>, Command>;

/// The codecs of POP2, or of POP, and who was answered what.
#[derive(Debug)]
pub struct Pop2 {
    options: Options,
    client: ClientCodec,
    server: ServerCodec,
    /// Commands without their answers, with the place of each that is in question.
    asked: VecDeque<(Command, Option<usize>)>,
}

/// A session of POP2 or POP.
pub type Dissector = dissect::Dissector<Pop2>;

impl Protocol for Pop2 {
    type Event = Event<'static>;
    type Command = Command;
    type Client = ClientCodec;
    type Server = ServerCodec;

    fn client(&mut self) -> &mut ClientCodec {
        &mut self.client
    }

    fn server(&mut self) -> &mut ServerCodec {
        &mut self.server
    }

    fn is_other(event: &Event<'static>) -> bool {
        matches!(event, Event::Command(Command::Other(_)))
    }

    fn answers(&self, side: Side, _event: &Event<'static>) -> Option<Command> {
        match side {
            Side::Client => None,
            Side::Server => self.asked.front().map(|(command, _)| command.clone()),
        }
    }

    fn note(&mut self, units: &mut [Unit], place: usize) -> Result<(), Error> {
        let unit = units[place].clone();
        match (unit.side, &unit.event) {
            (Side::Client, Event::Command(command)) => {
                self.asked.push_back((command.clone(), (unit.verdict == Verdict::Other).then_some(place)));
                self.client.sent(command)
            }
            (Side::Client, Event::Malformed(bad)) => {
                units[place].verdict = Verdict::Malformed;
                self.asked.push_back((Command::Quit, Some(place)));
                self.client.sent_malformed(bad)
            }
            (Side::Server, Event::Greeting(greeting)) => {
                self.server.sent(&Response::Greeting(greeting.clone()))
            }
            (Side::Server, Event::Reply(reply)) => {
                self.answered(units, reply);
                self.server.sent(&Response::Reply(reply.clone()))
            }
            (Side::Server, Event::End) => {
                self.asked.pop_front();
                self.server.sent(&Response::Data)
            }
            (Side::Server, Event::Malformed(bad)) => {
                units[place].verdict = Verdict::Malformed;
                self.asked.pop_front();
                self.server.sent_malformed(bad)
            }
            _ => Ok(()),
        }
    }

    fn round_trip(&self, units: &[Unit], raw: &[u8]) -> Option<String> {
        let unit = units.last()?;
        unit.difference(raw, self.again(unit))
    }

    fn unanswered(&mut self) -> Vec<usize> {
        core::mem::take(&mut self.asked).into_iter().filter_map(|(_, place)| place).collect()
    }
}

impl Pop2 {
    /// Codecs with these options.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            client: ClientCodec::with_options(options),
            server: ServerCodec::with_options(options),
            asked: VecDeque::new(),
        }
    }

    fn answered(&mut self, units: &mut [Unit], reply: &Reply) {
        if let Some((_, Some(place))) = self.asked.pop_front()
            && !reply.is_ok()
        {
            units[place].verdict = Verdict::Rejected;
        }
    }

    /// The wire form of a unit, and what it decodes to.
    fn again(&self, unit: &Unit) -> Result<Option<Again<Event<'static>>>, Error> {
        let dialect = self.options.dialect();
        let response: Response = match &unit.event {
            Event::Command(command) => {
                let line = command.to_bytes(dialect)?;
                let back = Command::parse(line.strip_suffix(b"\r\n").unwrap_or(&line), &self.options);
                return Ok(Some((line, back.ok().map(Event::Command))));
            }
            Event::Greeting(greeting) => greeting.clone().into(),
            Event::Reply(reply) => reply.clone().into(),
            _ => return Ok(None),
        };
        let line = response.to_bytes(dialect)?;
        let mut client = ClientCodec::with_options(Options::new().with_dialect(dialect));
        let greeting: &[u8] = match (&unit.event, dialect) {
            (Event::Greeting(_), _) => b"",
            (_, Dialect::Rfc918) => b"+OK\r\n",
            _ => b"+ POP2 host\r\n",
        };
        if let Some(command) = unit.to.as_ref().filter(|command| command.due(dialect) != Due::Data) {
            client.sent(command)?;
        }
        let stream = [greeting, &line].concat();
        let (mut input, mut back) = (&stream[..], None);
        while let Some(event) = client.decode(&mut input)? {
            back = Some(event.into_owned());
        }
        Ok(Some((line, back)))
    }
}
