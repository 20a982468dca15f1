//! A recorded session: the client's octets go to a server codec, the server's to a client codec, and each is
//! told what the other side has said.

use std::collections::BTreeMap;

use mail_proto::pop3::{ClientCodec, Command, Event, Malformed, Row, ServerCodec};
use mail_proto::wire::testkit::transcript::{Piece, Side, Transcript};
use mail_proto_examples::samples;

use super::Ear;
use crate::Failure;
use crate::dialogue::{self, Dialogue};
use crate::report::Tally;

/// mpop 1.4 empties a mailbox of Dovecot 2.3: both ends know nothing of our codecs.
const RECORDING: &str = include_str!("recording.jsonl");

pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let mut session = Session::default();
    for piece in Transcript::parse(RECORDING)?.pieces {
        match piece {
            Piece::Octets(Side::Client, octets) => session.unread_by_server.extend(octets),
            Piece::Octets(Side::Server, octets) => session.unread_by_client.extend(octets),
            Piece::Closed(Side::Client) => drop(session.server.finish()?),
            Piece::Closed(Side::Server) => drop(session.client.finish()?),
        }
        session.decode(dialogue)?;
    }
    dialogue.end()?;
    Ok(session.tally())
}

#[derive(Debug, Default)]
struct Session {
    server: ServerCodec,
    client: ClientCodec,
    /// What its codec would not take yet.
    unread_by_server: Vec<u8>,
    unread_by_client: Vec<u8>,
    server_ear: Ear,
    client_ear: Ear,
    /// What LIST said.
    sizes: BTreeMap<u32, u64>,
    /// Which messages are on their way, the next one first.
    retrieving: Vec<u32>,
    message: Vec<u8>,
    messages: BTreeMap<u32, Vec<u8>>,
}

impl Session {
    /// Lets both codecs take what they can. A reply may be what the server codec waits for, and a command what
    /// the client codec has to know of, so the client speaks first, and then as often as it helps.
    fn decode(&mut self, dialogue: &mut Dialogue) -> Result<(), Failure> {
        loop {
            let before = (self.unread_by_server.len(), self.unread_by_client.len());
            self.commands(dialogue)?;
            self.replies(dialogue)?;
            if before == (self.unread_by_server.len(), self.unread_by_client.len()) {
                return Ok(());
            }
        }
    }

    fn commands(&mut self, dialogue: &mut Dialogue) -> Result<(), Failure> {
        let mut input = &self.unread_by_server[..];
        loop {
            let before = input;
            let event = self.server.decode(&mut input)?;
            self.server_ear.took(before, input);
            let Some(event) = event else { break };
            if let Some(record) = self.server_ear.heard(dialogue::Side::Client, &event) {
                dialogue.say(&record)?;
            }
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
        }
        self.unread_by_server = input.to_vec();
        Ok(())
    }

    fn replies(&mut self, dialogue: &mut Dialogue) -> Result<(), Failure> {
        let unread = std::mem::take(&mut self.unread_by_client);
        let mut input = &unread[..];
        loop {
            let before = input;
            let event = self.client.decode(&mut input)?;
            self.client_ear.took(before, input);
            let Some(event) = event else { break };
            if let Some(record) = self.client_ear.heard(dialogue::Side::Server, &event) {
                dialogue.say(&record)?;
            }
            self.reply(event)?;
        }
        self.unread_by_client = input.to_vec();
        Ok(())
    }

    fn reply(&mut self, event: Event<'_>) -> Result<(), Failure> {
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

    /// Every message must have the size that LIST gave; some are samples of ours, which Dovecot had in store.
    fn tally(self) -> Tally {
        let mut tally = Tally {
            messages: self.messages.len(),
            octets: self.messages.values().map(Vec::len).sum(),
            events: self.server_ear.events + self.client_ear.events,
            ..Tally::default()
        };
        tally.check(self.messages.keys().eq(self.sizes.keys()), "not all messages came");
        for (number, message) in &self.messages {
            let added = if *number == UNTERMINATED { 2 } else { 0 };
            let announced = self.sizes.get(number).map(|size| size + added);
            tally
                .check(announced == Some(message.len() as u64), format!("message {number} has another size"));
        }
        let samples = samples::messages();
        let is_sample = |octets: &&Vec<u8>| samples.iter().any(|sample| *sample.octets() == **octets);
        let known = self.messages.values().filter(is_sample).count();
        tally.check(known == KNOWN, format!("{known} messages are samples of ours, not {KNOWN}"));
        let left = self.unread_by_server.len() + self.unread_by_client.len();
        tally.check(left == 0, format!("{left} octets were not taken"));
        tally
    }
}

fn not_understood(bad: &Malformed) -> Failure {
    format!("a line was not understood: {}", bad.error()).into()
}

/// QUIRK: Dovecot announces the size of a message as it is stored, and this one is stored without its last CRLF.
const UNTERMINATED: u32 = 11;

/// How many of our sample messages are in the recording.
const KNOWN: usize = 7;
