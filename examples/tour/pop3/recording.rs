//! A recorded session: mpop empties a mailbox of Dovecot's.

use std::collections::BTreeMap;

use mail_proto::pop3::{ClientCodec, Command, Event, Row, ServerCodec};
use mail_proto::wire::Error;
use mail_proto::wire::testkit::transcript::Side;
use mail_proto_examples::samples;

use crate::Failure;
use crate::dialogue::Dialogue;
use crate::recorded::{self, Pair, not_understood};
use crate::report::Tally;

/// mpop 1.4 empties a mailbox of Dovecot 2.3: both ends know nothing of our codecs.
const RECORDING: &str = include_str!("recording.jsonl");

pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let mut session = Session::default();
    let mut tally = recorded::play(RECORDING, &mut session, dialogue)?;
    session.check(&mut tally);
    Ok(tally)
}

#[derive(Debug, Default)]
struct Session {
    server: ServerCodec,
    client: ClientCodec,
    /// What LIST said.
    sizes: BTreeMap<u32, u64>,
    /// Which messages are on their way, the next one first.
    retrieving: Vec<u32>,
    message: Vec<u8>,
    messages: BTreeMap<u32, Vec<u8>>,
}

impl Pair for Session {
    type Event<'i> = Event<'i>;

    fn decode_client<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        self.server.decode(input)
    }

    fn decode_server<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        self.client.decode(input)
    }

    fn client_said(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Command(command) => {
                self.client.sent(&command)?;
                if let Command::Retr(number) = command {
                    self.retrieving.push(number.get());
                }
            }
            Event::Malformed(bad) => return Err(not_understood(&bad)),
            _ => {}
        }
        Ok(())
    }

    fn server_said(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Greeting(greeting) => self.server.sent(&greeting.into())?,
            Event::Reply(reply) => self.server.sent(&reply.into())?,
            Event::Challenge(challenge) => self.server.sent(&challenge.into())?,
            Event::Row(Row::Scan(row)) => drop(self.sizes.insert(row.number().get(), row.octets())),
            Event::Data(octets) => self.message.extend_from_slice(&octets),
            Event::End if !self.message.is_empty() => {
                let number = self.retrieving.remove(0);
                self.messages.insert(number, std::mem::take(&mut self.message));
            }
            Event::Malformed(bad) => return Err(not_understood(&bad)),
            _ => {}
        }
        Ok(())
    }

    fn closed(&mut self, side: Side) -> Result<(), Error> {
        match side {
            Side::Client => self.server.finish()?,
            Side::Server => self.client.finish()?,
        };
        Ok(())
    }
}

impl Session {
    /// Every message must have the size that LIST gave; some are samples of ours, which Dovecot had in store.
    fn check(self, tally: &mut Tally) {
        tally.messages = self.messages.len();
        tally.octets = self.messages.values().map(Vec::len).sum();
        tally.check(self.messages.keys().eq(self.sizes.keys()), "not all messages came");
        for (number, message) in &self.messages {
            let added = if *number == UNTERMINATED { 2 } else { 0 };
            let announced = self.sizes.get(number).map(|size| size + added);
            tally
                .check(announced == Some(message.len() as u64), format!("message {number} has another size"));
        }
        let known = samples::known(self.messages.values().map(Vec::as_slice));
        tally.check(known == KNOWN, format!("{known} messages are samples of ours, not {KNOWN}"));
    }
}

/// QUIRK: Dovecot announces the size of a message as it is stored, and this one is stored without its last CRLF.
const UNTERMINATED: u32 = 11;

/// How many of our sample messages are in the recording.
const KNOWN: usize = 7;
