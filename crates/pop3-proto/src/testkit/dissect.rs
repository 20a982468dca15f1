//! Both codecs on a session that others held: what a dissector, a proxy and the tests over recordings do.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::testkit::dissect::{self, Again, Protocol, reject, stuffed};
use mail_wire::testkit::transcript::{Side, Verdict};

use crate::{
    Capability, ClientCodec, Command, Error, Event, Reply, Response, ResponseCode, Row, RowKind,
    SaslResponse, ServerCodec, Xtnd,
};

/// One event of the session.
pub type Unit = dissect::Unit<Event<'static>, Command>;

/// The codecs of POP3, and who was answered what.
#[derive(Debug, Default)]
pub struct Pop3 {
    client: ClientCodec,
    server: ServerCodec,
    /// Commands without their final replies, with the places of their units.
    asked: VecDeque<(Command, Vec<usize>)>,
    /// What the open listing or message answers, and how many rows it had.
    answering: Option<Command>,
    rows: u32,
}

/// A session of POP3.
pub type Dissector = dissect::Dissector<Pop3>;

impl Protocol for Pop3 {
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
            Event::Command(command) => {
                matches!(command, Command::Other(_) | Command::Xtnd(Xtnd::Other(_)))
            }
            Event::Reply(reply) => matches!(reply.code(), Some(ResponseCode::Other(_))),
            Event::Row(row) => matches!(row, Row::Line(_) | Row::Capability(Capability::Other(_))),
            _ => false,
        }
    }

    fn is_end(event: &Event<'static>) -> bool {
        *event == Event::End
    }

    fn answers(&self, side: Side, event: &Event<'static>) -> Option<Command> {
        match (event, side) {
            (Event::Reply(_) | Event::Challenge(_), _) => {
                self.asked.front().map(|(command, _)| command.clone())
            }
            (_, Side::Server) => self.answering.clone(),
            _ => None,
        }
    }

    fn note(&mut self, units: &mut [Unit], place: usize) -> Result<(), Error> {
        let unit = units[place].clone();
        match (unit.side, &unit.event) {
            (Side::Client, Event::Command(Command::Continue(_))) => {}
            (Side::Client, Event::Command(command)) => {
                let questionable =
                    if unit.verdict == Verdict::Other { Vec::from([place]) } else { Vec::new() };
                self.asked.push_back((command.clone(), questionable));
                return self.client.sent(command);
            }
            (Side::Client, Event::Malformed(bad)) => {
                units[place].verdict = Verdict::Malformed;
                match self.asked.front_mut() {
                    // A broken answer inside AUTH is answered by the reply to AUTH.
                    Some((Command::Auth(_), places)) => places.push(place),
                    _ => {
                        self.asked.push_back((Command::Noop, Vec::from([place])));
                        return self.client.sent_malformed(bad);
                    }
                }
            }
            (Side::Client, Event::End) => self.asked.push_front((Command::Noop, Vec::new())),
            (Side::Server, Event::Greeting(greeting)) => {
                return self.server.sent(&Response::Greeting(greeting.clone()));
            }
            (Side::Server, Event::Challenge(challenge)) => {
                return self.server.sent(&Response::Challenge(challenge.clone()));
            }
            (Side::Server, Event::Reply(reply)) => return self.answered(units, reply),
            (Side::Server, Event::Malformed(bad)) => {
                let refused = self.answering.is_none() && self.is_part_of_a_refusal(units, place);
                units[place].verdict = if refused { Verdict::Rejected } else { Verdict::Malformed };
                if self.answering.is_none() {
                    self.asked.pop_front();
                    return self.server.sent_malformed(bad);
                }
            }
            (Side::Server, Event::Row(_)) => self.rows += 1,
            (Side::Server, Event::End) => self.answering = None,
            _ => {}
        }
        Ok(())
    }

    fn round_trip(&self, units: &[Unit], raw: &[u8]) -> Option<String> {
        let unit = units.last()?;
        if let (Event::End, [.., Unit { event: Event::Data(data), .. }, _]) = (&unit.event, units) {
            return (stuffed(data) != raw && raw.ends_with(b"\r\n.\r\n") && unit.side == Side::Server)
                .then(|| format!("a message of {} octets is stuffed otherwise", data.len()));
        }
        unit.difference(raw, again(unit, self.rows))
    }

    fn unanswered(&mut self) -> Vec<usize> {
        core::mem::take(&mut self.asked).into_iter().flat_map(|(_, places)| places).collect()
    }
}

impl Pop3 {
    /// Whether the line at `place` is what a server says of a command that it did not understand. Some echo it, line ends
    /// and all.
    fn is_part_of_a_refusal(&mut self, units: &mut [Unit], place: usize) -> bool {
        let questioned = self.asked.front().map(|(_, places)| places.clone()).unwrap_or_default();
        reject(units, &questioned);
        let before = units[..place].iter().rev().find(|unit| unit.side == Side::Server);
        let goes_on = before.is_some_and(|unit| match &unit.event {
            Event::Reply(reply) => !reply.is_ok() && unit.deviations.contains(crate::Deviation::BareLf),
            _ => unit.verdict == Verdict::Rejected,
        });
        goes_on || !questioned.is_empty()
    }

    fn answered(&mut self, units: &mut [Unit], reply: &Reply) -> Result<(), Error> {
        if let Some((command, places)) = self.asked.pop_front() {
            if !reply.is_ok() {
                reject(units, &places);
            }
            if reply.has_listing() || reply.has_message() {
                self.answering = Some(command);
                self.rows = 0;
            }
        }
        self.server.sent(&Response::Reply(reply.clone()))
    }
}

/// The wire form of a unit, and what it decodes to.
fn again(unit: &Unit, rows: u32) -> Result<Option<Again<Event<'static>>>, Error> {
    let response: Response = match &unit.event {
        Event::Command(command) => {
            let line = command.to_bytes(crate::Dialect::Extended)?;
            let text = line.strip_suffix(b"\r\n").unwrap_or(&line);
            let back = match command {
                Command::Continue(_) => {
                    SaslResponse::decode(text, crate::Leniency::Strict).map(|(a, _)| Command::Continue(a))
                }
                _ => Command::parse(text, &crate::Options::new()),
            };
            return Ok(Some((line, back.ok().map(Event::Command))));
        }
        Event::Greeting(greeting) => greeting.clone().into(),
        Event::Reply(reply) => reply.clone().into(),
        Event::Challenge(challenge) => challenge.clone().into(),
        Event::Row(row) => row.clone().into(),
        _ => return Ok(None),
    };
    let mut client = ClientCodec::new();
    let line = response.to_bytes()?;
    let mut stream = Vec::new();
    if !matches!(unit.event, Event::Greeting(_)) {
        stream.extend_from_slice(b"+OK\r\n");
    }
    if let Some(command) = &unit.to {
        client.sent(command)?;
    }
    if let Event::Row(row) = &unit.event {
        stream.extend_from_slice(b"+OK\r\n");
        let before = if row.kind() == RowKind::GroupDetail { rows.saturating_sub(1) } else { 0 };
        (0..before).for_each(|_| stream.extend_from_slice(b"\r\n"));
    }
    stream.extend_from_slice(&line);
    let (mut input, mut back) = (&stream[..], None);
    while let Some(event) = client.decode(&mut input)? {
        back = Some(event.into_owned());
    }
    Ok(Some((line, back)))
}
