//! Both codecs on a session that others held: what a dissector, a proxy and the tests over traces do.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::testkit::dissect::{self, Again, Protocol, reject, stuffed};
use mail_wire::testkit::transcript::{Side, Verdict};

use crate::{
    ClientCodec, Command, Deviation, Error, Event, FollowedBy, Leniency, Options, Reply, ReplyCode, Response,
    Row, ServerCodec,
};

/// One event of the session.
pub type Unit = dissect::Unit<Event<'static>, Command>;

/// The codecs of DMSP, and who was answered what.
#[derive(Debug, Default)]
pub struct Dmsp {
    options: Options,
    client: ClientCodec,
    server: ServerCodec,
    /// Commands without their final replies, with the places of their units.
    asked: VecDeque<(Option<Command>, Vec<usize>)>,
    /// The reply whose list or message is under way, and what it answers.
    answering: Option<(ReplyCode, Option<Command>)>,
}

/// A session of DMSP.
pub type Dissector = dissect::Dissector<Dmsp>;

impl Protocol for Dmsp {
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
        match event {
            Event::Command(command) => matches!(command, Command::Other(_)),
            Event::Reply(reply) => matches!(reply.code(), ReplyCode::Other(_)),
            Event::Row(row) => matches!(row, Row::Line(_)),
            _ => false,
        }
    }

    fn is_end(event: &Event<'static>) -> bool {
        *event == Event::End
    }

    fn answers(&self, side: Side, event: &Event<'static>) -> Option<Command> {
        match (event, side) {
            (Event::Reply(_), _) => self.asked.front().and_then(|(command, _)| command.clone()),
            (_, Side::Server) => self.answering.as_ref().and_then(|(_, command)| command.clone()),
            _ => None,
        }
    }

    fn note(&mut self, units: &mut [Unit], place: usize) -> Result<(), Error> {
        let unit = units[place].clone();
        match (unit.side, &unit.event) {
            (Side::Client, Event::Command(command)) => {
                let questionable =
                    if unit.verdict == Verdict::Other { Vec::from([place]) } else { Vec::new() };
                self.asked.push_back((Some(command.clone()), questionable));
                return self.client.sent(command);
            }
            (Side::Client, Event::Malformed(bad)) => {
                units[place].verdict = Verdict::Malformed;
                self.asked.push_back((None, Vec::from([place])));
                return self.client.sent_malformed(bad);
            }
            (Side::Server, Event::Greeting(greeting)) => {
                return self.server.sent(&Response::Greeting(greeting.clone()));
            }
            (Side::Server, Event::Reply(reply)) => return self.answered(units, reply),
            (Side::Server, Event::Malformed(_)) => {
                units[place].verdict = Verdict::Malformed;
                if self.answering.is_none() {
                    self.asked.pop_front();
                    return self.server.sent_malformed();
                }
            }
            (Side::Server, Event::End) => self.answering = None,
            _ => {}
        }
        Ok(())
    }

    fn round_trip(&self, units: &[Unit], raw: &[u8]) -> Option<String> {
        let unit = units.last()?;
        if let (Event::End, [.., Unit { event: Event::Data(data), .. }, _]) = (&unit.event, units) {
            return (stuffed(data) != raw && !unit.deviations.contains(Deviation::BareLf))
                .then(|| format!("a message of {} octets is stuffed otherwise", data.len()));
        }
        unit.difference(raw, self.again(unit))
    }

    fn unanswered(&mut self) -> Vec<usize> {
        core::mem::take(&mut self.asked).into_iter().flat_map(|(_, places)| places).collect()
    }
}

impl Dmsp {
    /// Codecs with these options.
    pub fn with_options(options: Options) -> Self {
        Self {
            options,
            client: ClientCodec::with_options(options),
            server: ServerCodec::with_options(options),
            ..Self::default()
        }
    }

    fn answered(&mut self, units: &mut [Unit], reply: &Reply) -> Result<(), Error> {
        if let Some((command, places)) = self.asked.pop_front() {
            if !reply.is_ok() {
                reject(units, &places);
            }
            match self.options.followed_by(reply.code()) {
                FollowedBy::Listing(_) | FollowedBy::Message => {
                    self.answering = Some((reply.code(), command))
                }
                FollowedBy::ClientMessage if matches!(command, Some(Command::SendMessage)) => {
                    self.asked.push_front((command, Vec::new()));
                }
                FollowedBy::ClientMessage | FollowedBy::Nothing => {}
            }
        }
        self.server.sent(&Response::Reply(reply.clone()))
    }

    /// The wire form of a unit, and what it decodes to.
    fn again(&self, unit: &Unit) -> Result<Option<Again<Event<'static>>>, Error> {
        let response: Response = match &unit.event {
            Event::Command(command) => {
                let line = command.to_bytes()?;
                let text = line.strip_suffix(b"\r\n").unwrap_or(&line);
                let back = Command::parse(text, &Options::new());
                return Ok(Some((line, back.ok().map(Event::Command))));
            }
            Event::Greeting(greeting) => greeting.clone().into(),
            Event::Reply(reply) => reply.clone().into(),
            Event::Row(row) => row.clone().into(),
            _ => return Ok(None),
        };
        let line = response.to_bytes()?;
        let mut stream = Vec::new();
        if !matches!(unit.event, Event::Greeting(_)) {
            stream.extend_from_slice(b"200\r\n");
        }
        if let (Event::Row(_), Some((code, _))) = (&unit.event, &self.answering) {
            stream.extend_from_slice(format!("{code}\r\n").as_bytes());
        }
        stream.extend_from_slice(&line);
        // What came leniently comes back so.
        let options = self.options.with_leniency(Leniency::Lenient);
        let (mut client, mut input, mut back) = (ClientCodec::with_options(options), &stream[..], None);
        while let Some(event) = client.decode(&mut input)? {
            back = Some(event.into_owned());
        }
        Ok(Some((line, back)))
    }
}
