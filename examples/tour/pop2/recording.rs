//! A recorded session: a whole mailbox of UW's ipop2d.

use mail_proto::pop2::{ClientCodec, Event, Options, Quirk, Response, ServerCodec};
use mail_proto::wire::Error;
use mail_proto::wire::testkit::transcript::Side;
use mail_proto_examples::samples;

use crate::Failure;
use crate::dialogue::Dialogue;
use crate::recorded::{self, Pair, not_understood};
use crate::report::Tally;

/// All messages of a mailbox, one after the other, from UW ipop2d 2007f.
const RECORDING: &str = include_str!("recording.jsonl");

pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    // QUIRK: UW announces two octets more than a message has, and sends a CRLF behind it.
    let options = Options::new().with_quirk(Quirk::TwoMore);
    let mut session = Session {
        server: ServerCodec::with_options(options),
        client: ClientCodec::with_options(options),
        count: None,
        lengths: Vec::new(),
        message: Vec::new(),
        messages: Vec::new(),
    };
    let mut tally = recorded::play(RECORDING, &mut session, dialogue)?;
    session.check(&mut tally);
    Ok(tally)
}

#[derive(Debug)]
struct Session {
    server: ServerCodec,
    client: ClientCodec,
    /// What HELO was answered with.
    count: Option<u64>,
    /// What was announced, 0 left out.
    lengths: Vec<u64>,
    message: Vec<u8>,
    messages: Vec<Vec<u8>>,
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
            Event::Command(command) => self.client.sent(&command)?,
            Event::Malformed(bad) => return Err(not_understood(&bad)),
            _ => {}
        }
        Ok(())
    }

    fn server_said(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Greeting(greeting) => self.server.sent(&greeting.into())?,
            Event::Reply(reply) => {
                self.count = self.count.or(reply.as_count());
                self.lengths.extend(reply.as_length().filter(|octets| *octets > 0));
                self.server.sent(&reply.into())?;
            }
            Event::Data(octets) => self.message.extend_from_slice(&octets),
            Event::End => {
                self.server.sent(&Response::Data)?;
                self.messages.push(std::mem::take(&mut self.message));
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
    /// Every message must have the length that was announced, but for the two octets that are more. Most samples of
    /// ours are there: UW had them in store.
    fn check(self, tally: &mut Tally) {
        tally.messages = self.messages.len();
        tally.octets = self.messages.iter().map(Vec::len).sum();
        tally.check(self.count == Some(self.messages.len() as u64), "not all messages came");
        let lengths = self.messages.iter().map(|message| message.len() as u64 + 2);
        tally.check(lengths.eq(self.lengths.iter().copied()), "a message has another length");
        let plain: Vec<_> = self.messages.iter().map(|message| without_status(message)).collect();
        let known = samples::known(plain.iter().map(Vec::as_slice));
        tally.check(known == KNOWN, format!("{known} messages are samples of ours, not {KNOWN}"));
    }
}

/// QUIRK: UW adds a header field at the end of each header.
fn without_status(message: &[u8]) -> Vec<u8> {
    const ADDED: &[u8] = b"Status:   \r\n";
    match message.windows(ADDED.len()).position(|window| window == ADDED) {
        Some(at) => [&message[..at], &message[at + ADDED.len()..]].concat(),
        None => message.to_vec(),
    }
}

/// How many of our sample messages are in the recording. One more was there, but its lines that begin with
/// "From " have got a ">" in the mailbox.
const KNOWN: usize = 11;
